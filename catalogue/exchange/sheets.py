"""Exchange: plain tables of words and numbers out as a workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from catalogue.exchange.cells import guard

# What a spreadsheet takes as the name of a sheet, and how long it may be.
MAX_TITLE = 31
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
WIDE, NARROW = 40, 14

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its head, its rows, and a note under it. The first `words` columns are wide."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]
    note: str = ""
    words: int = 1


def write_sheets(sheets: Sequence[Sheet], stream: BinaryIO) -> None:
    """Write each table on a sheet of its own, its head and first column kept in sight."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    taken: set[str] = set()
    for one in sheets:
        sheet = book.create_sheet(_title(one.title, taken))
        sheet.freeze_panes = "B2"
        for place in range(1, len(one.header) + 1):
            width = WIDE if place <= one.words else NARROW
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.append([_bold(sheet, text) for text in one.header])
        for row in one.rows:
            sheet.append([_plain(value) for value in row])
        if one.note:
            sheet.append([])
            sheet.append([_plain(one.note)])
    book.save(stream)


def _title(text: str, taken: set[str]) -> str:
    """A name that no other sheet of the book has."""
    base = " ".join(_NOT_IN_TITLE.sub(" ", text).split())[:MAX_TITLE].strip(" '") or "Blad"
    name, number = base, 2
    while name.casefold() in taken:
        ending = f" {number}"
        name, number = base[: MAX_TITLE - len(ending)] + ending, number + 1
    taken.add(name.casefold())
    return name


def _bold(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    cell = WriteOnlyCell(sheet, value=_plain(text))
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _plain(value: Value) -> Value:
    """A number as it is; a text without what a workbook cannot hold, and never a formula."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return guard(ILLEGAL_CHARACTERS_RE.sub("", value)) if isinstance(value, str) else value
