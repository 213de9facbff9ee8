"""The empty Word file, put together once from the parts in template/: styles, numbering, header, footer."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FOLDER = Path(__file__).parent / "template"
# Name within the Word file → file in the folder. The list of types comes first, as readers expect.
PARTS = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_rels.xml",
    "word/document.xml": "document.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/styles.xml": "styles.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
    "word/header.xml": "header.xml",
    "word/footer.xml": "footer.xml",
}
# The same content must give the same bytes, so no member carries the time of writing.
NO_TIME = (1980, 1, 1, 0, 0, 0)


@cache
def empty_file() -> bytes:
    """The file that every document starts from."""
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, file in PARTS.items():
            add(archive, name, (FOLDER / file).read_bytes())
    return stream.getvalue()


def add(archive: ZipFile, name: str, content: bytes) -> None:
    """Put a member in an archive, without a time."""
    archive.writestr(ZipInfo(name, NO_TIME), content, ZIP_DEFLATED)


def without_times(content: bytes) -> bytes:
    """The same archive with the time of writing left out of every member."""
    stream = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(stream, "w") as target:
        for name in source.namelist():
            add(target, name, source.read(name))
    return stream.getvalue()
