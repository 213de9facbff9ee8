"""Open data: the whole catalogue in one file, with its licence and date beside it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from catalogue.exchange.edition import Edition
from catalogue.exchange.writer import MIME_TYPES, write

NAME = "catalogus"
MODE = 0o644 << 16


def packed(texts: Mapping[str, str], edition: Edition, on: date) -> bytes:
    """A zip file with every form of the catalogue, and `texts` by their names in it."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(_member(name, edition), text.encode())
        for form in MIME_TYPES:
            content = BytesIO()
            write(form, None, content, on=on, edition=edition)
            archive.writestr(_member(f"{NAME}.{form}", edition), content.getvalue())
    return stream.getvalue()


def _member(name: str, edition: Edition) -> ZipInfo:
    """A file of the date of the catalogue, readable for all."""
    info = ZipInfo(name, edition.changed_at.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.external_attr = MODE
    return info


def keep(folder: Path, tag: str, content: bytes) -> None:
    """Keep the file of this state in place of older ones; a disk that cannot keep it is no fault here."""
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, suffix=".deel", delete=False) as part:
            part.write(content)
        Path(part.name).replace(folder / _name(tag))
        # Files of older states, and parts of who was killed meanwhile.
        for other in folder.iterdir():
            if other.name != _name(tag):
                other.unlink(missing_ok=True)


def found(folder: Path, tag: str) -> bytes | None:
    """The file of this state, where it was kept."""
    try:
        return (folder / _name(tag)).read_bytes()
    except OSError:
        return None


def _name(tag: str) -> str:
    return f"{NAME}-{tag}.zip"
