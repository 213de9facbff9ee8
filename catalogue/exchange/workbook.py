"""Exchange: the only place that knows openpyxl: reads and writes sheets as rows of texts."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from catalogue.exchange.columns import COLUMNS, known
from catalogue.exchange.problems import FileError

# A workbook of the largest catalogue we take stays far below these; a zip bomb does not.
MAX_UNPACKED = 200_000_000
# A large part that becomes more than so many times its packed size holds nothing but repetition.
MAX_RATIO = 150
LARGE_PART = 20_000_000
MAX_MEMBERS = 1_000
# Bytes of the name of a part, and of what else the list at the end of the file says of it.
MAX_LABEL = 1_000
MAX_COLUMNS = 100
# More rows than we take, and room for empty ones between them.
LAST_ROW = 300_000

# What a formula gives that was never computed. No cell can hold this: XML has no such character.
NOT_COMPUTED = "\0formule"

_OLD = b"\xd0\xcf\x11\xe0"
# Begins what the list says of one part; the lengths of its name and its additions stand so far behind it.
_LISTED, _LENGTHS = b"PK\x01\x02", 28
# How a spreadsheet packs. The others may unpack a few bytes at once to any size.
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_UNREADABLE = "Het bestand is geen leesbaar XLSX-bestand. Bewaar het opnieuw als XLSX of CSV."
_TOO_LARGE = "Het bestand is uitgepakt te groot om te lezen."


def is_workbook(content: bytes) -> bool:
    """Whether these bytes are those of a zip file or of an old Excel file."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLD))


def read_workbook(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows of the first sheet that has our header, with their number.

    A formula gives its last value, or NOT_COMPUTED where the file holds none.
    """
    check_zip(content)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "iter_rows")]
        if not sheets:
            raise FileError("Het bestand heeft geen blad met cellen.")
        chosen = next((sheet for sheet in sheets if _has_header(sheet)), sheets[0])
        formulas = _formulas(content, chosen.title) if _has_formulas(content) else {}
        for number, cells in enumerate(_rows(chosen), start=1):
            texts = [_text(cell) for cell in cells]
            for place in formulas.get(number, ()):
                texts[place] = texts[place] or NOT_COMPUTED
            yield number, texts
        book.close()
    except FileError:
        raise
    except Exception as error:  # openpyxl raises almost anything on a broken file
        raise FileError(_UNREADABLE) from error


def _rows(sheet: Any, *, values_only: bool = True) -> Iterator[Sequence[Any]]:
    # The size that a file states of itself may be wrong or enormous.
    sheet.reset_dimensions()
    # One column more than we take shows that there are too many.
    cells = sheet.iter_rows(values_only=values_only, max_col=MAX_COLUMNS + 1)
    for number, row in enumerate(cells, start=1):
        # A file may state any number for a row; those before it are given as empty ones, for ever.
        if number > LAST_ROW:
            raise FileError(f"Het bestand gaat verder dan rij {LAST_ROW:,}.".replace(",", "."))
        yield row


def _has_formulas(content: bytes) -> bool:
    """Whether any sheet holds a formula: only then the file is read a second time."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as file:
                    tail = b""
                    while block := file.read(1 << 20):
                        if re.search(rb"<(?:\w+:)?f[\s/>]", tail + block):
                            return True
                        tail = block[-20:]
    return False


def _formulas(content: bytes, title: str) -> dict[int, list[int]]:
    """The places of the formulas by row of a sheet."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    found: dict[int, list[int]] = {}
    for number, cells in enumerate(_rows(book[title], values_only=False), start=1):
        places = [place for place, cell in enumerate(cells) if cell.data_type == "f"]
        if places:
            found[number] = places
    book.close()
    return found


def _has_header(sheet: Any) -> bool:
    for cells in _rows(sheet):
        texts = [_text(cell) for cell in cells]
        if any(texts):
            return any(known(text) == "naam" for text in texts)
    return False


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.time().min else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "WAAR" if value else "ONWAAR"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def check_zip(content: bytes, *, most: int | None = None) -> None:
    """Refuse, by FileError, a workbook that would not be safe to unpack; nothing of it is unpacked yet.

    `most` is how many bytes it may become, where that is fewer than MAX_UNPACKED.
    """
    if content.startswith(_OLD):
        raise FileError(
            "Dit is een oud Excelbestand (XLS) of een bestand met een wachtwoord. Bewaar het als XLSX."
        )
    _check_list(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if any(member.compress_type not in _PACKED for member in members):
                raise FileError(_UNREADABLE)
            is_bomb = any(
                member.file_size > max(LARGE_PART, MAX_RATIO * member.compress_size) for member in members
            )
            unpacked = sum(member.file_size for member in members)
            if is_bomb or unpacked > (most or MAX_UNPACKED):
                raise FileError(_TOO_LARGE)
            if any(member.flag_bits & 1 for member in members):
                raise FileError("Het bestand is met een wachtwoord beveiligd.")
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as file:
                        if re.search(rb"<!(?:DOCTYPE|ENTITY)", file.read(4096)):
                            raise FileError(_UNREADABLE)
    except FileError:
        raise
    except Exception as error:  # zipfile raises several kinds on a torn file
        raise FileError(_UNREADABLE) from error


def _check_list(content: bytes) -> None:
    """Refuse, by FileError, a list of parts that would take long to read; zipfile reads any as a whole."""
    if content.count(_LISTED) > MAX_MEMBERS:
        raise FileError(_TOO_LARGE)
    place = content.find(_LISTED)
    while place >= 0:
        lengths = content[place + _LENGTHS : place + _LENGTHS + 6]
        if len(lengths) == 6 and sum(struct.unpack("<3H", lengths)) > MAX_LABEL:
            raise FileError(_UNREADABLE)
        place = content.find(_LISTED, place + len(_LISTED))


def write_workbook(
    rows: Iterable[Sequence[str]], stream: BinaryIO, *, about: Sequence[tuple[str, str]] = ()
) -> None:
    """Write a sheet of texts with our header, and a second sheet where `about` says something."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Organisaties")
    sheet.freeze_panes = "B2"
    for place, column in enumerate(COLUMNS, start=1):
        wide = 40 if column in {"naam", "diensten", "werkgebied", "omschrijving", "bron"} else 18
        sheet.column_dimensions[get_column_letter(place)].width = wide

    def bold(text: str) -> Any:
        cell = WriteOnlyCell(sheet, value=text)
        cell.font = Font(bold=True)
        return cell

    sheet.append([bold(column) for column in COLUMNS])
    for row in rows:
        sheet.append([cell or None for cell in row])
    if about:
        second = book.create_sheet("Over deze lijst")
        second.column_dimensions["A"].width = 20
        second.column_dimensions["B"].width = 100
        for label, text in about:
            second.append([bold(label), text])
    book.save(stream)
