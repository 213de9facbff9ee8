"""What a Word file holds, as plain values: headings, paragraphs, lists, tables, each of them made of runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum


class Mark(Enum):
    """How a piece of text stands out."""

    NONE = ""
    STRONG = "strong"
    # What the reader of the file must still fill in.
    BLANK = "blank"
    # An address; the text is the address itself.
    LINK = "link"


class Style(Enum):
    """The named style of a paragraph; a lawyer changes it once for the whole file."""

    BODY = "body"
    LEAD = "lead"
    # What is not sure: never inside a text to copy.
    CHECK = "check"
    # Where a text belongs, or where it comes from.
    HINT = "hint"


class Numbering(Enum):
    """How a heading or a list counts; Word itself does the counting."""

    NONE = ""
    CHAPTER = "chapter"
    ARTICLE = "article"
    BULLET = "bullet"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text within a paragraph."""

    text: str
    mark: Mark = Mark.NONE


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3; `is_on_new_page` starts a page."""

    text: str
    level: int = 1
    numbering: Numbering = Numbering.NONE
    is_on_new_page: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: Runs
    style: Style = Style.BODY


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; a POINT list begins at 1 again each time."""

    items: tuple[Runs, ...]
    numbering: Numbering = Numbering.BULLET
    style: Style = Style.BODY


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; the header row comes back on each page, none where `header` is empty.

    `widths` are parts of the width of the text; together any number. A form has room to write in every cell.
    The columns from `numbers_from` on hold numbers, set to the right.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Runs, ...], ...]
    widths: tuple[int, ...]
    is_form: bool = False
    numbers_from: int | None = None


Block = Heading | Paragraph | Listing | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file: `site` and `made_on` stand at the top of each page, `title` and the page at its foot."""

    title: str
    subtitle: str
    site: str
    made_on: date
    blocks: tuple[Block, ...]


def runs(*parts: str | Run) -> Runs:
    """Runs from texts and runs."""
    return tuple(Run(part) if isinstance(part, str) else part for part in parts)


def paragraph(*parts: str | Run, style: Style = Style.BODY) -> Paragraph:
    return Paragraph(runs(*parts), style)


def listing(items: Sequence[str], style: Style = Style.BODY) -> Listing:
    """A list with bullets of plain texts."""
    return Listing(tuple(runs(item) for item in items), style=style)


def table(
    caption: str, header: Sequence[str], rows: Sequence[Sequence[str | Runs]], widths: Sequence[int]
) -> Table:
    """A table of plain texts and runs; a plain text that begins a row stands out as its head."""
    return Table(caption, tuple(header), tuple(_row(row) for row in rows), tuple(widths))


def figures(
    caption: str, header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], words: int = 1
) -> Table:
    """A table of figures after so many columns of words."""
    found = tuple(_row(row) for row in rows)
    return Table(caption, tuple(header), found, tuple(widths), numbers_from=words)


def _row(cells: Sequence[str | Runs]) -> tuple[Runs, ...]:
    marks = (Mark.STRONG, *(Mark.NONE for _ in cells[1:]))
    return tuple(
        (Run(cell, mark),) if isinstance(cell, str) else cell for cell, mark in zip(cells, marks, strict=True)
    )


def form(caption: str, header: Sequence[str], rows: int) -> Table:
    """A table to fill: so many empty rows under the heads of its columns."""
    empty = tuple(runs("") for _ in header)
    return Table(caption, tuple(header), (empty,) * rows, (1,) * len(header), is_form=True)
