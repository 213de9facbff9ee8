"""Blocks to a Word file: real styles, Word's own numbering, header rows that come back, Dutch of Belgium."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from functools import cache
from io import BytesIO
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from catalogue.documents.blocks import (
    Block,
    Document,
    Heading,
    Listing,
    Mark,
    Numbering,
    Paragraph,
    Run,
    Runs,
    Style,
    Table,
)
from catalogue.documents.safe import clean
from catalogue.documents.template import empty_file, without_times

MIME_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LANGUAGE = "nl-BE"
# The ids in template/styles.xml and template/numbering.xml.
STYLES = {
    Style.BODY: "Normal",
    Style.LEAD: "Inleiding",
    Style.CHECK: "TeControleren",
    Style.HINT: "Toelichting",
}
LISTS = {Numbering.BULLET: "ListBullet", Numbering.POINT: "ListNumber"}
MARKS = {Mark.STRONG: "Strong", Mark.BLANK: "InTeVullen", Mark.LINK: "Hyperlink"}
CELL, CAPTION, TABLE, FORM = "Cel", "Caption", "Tabel", "Formulier"
# Height of a row to write in, in twentieths of a point.
FORM_ROW = "480"
POINTS = "2"
HEADINGS = {Numbering.CHAPTER: "3", Numbering.ARTICLE: "4"}
# A property of a file holds no more characters.
PROPERTY = 255
# Width of the text on the page in twentieths of a point: A4 less its margins.
TEXT_WIDTH = 9412
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def render(document: Document) -> bytes:
    """The file as bytes; the same document always gives the same bytes."""
    file = docx.Document(BytesIO(empty_file()))
    _properties(file, document)
    _fill(file.sections[0].header._element, document)
    _fill(file.sections[0].footer._element, document)
    body = _Body(file)
    body.paragraph("Title", (Run(document.title),))
    body.paragraph("Subtitle", (Run(document.subtitle),))
    for block in document.blocks:
        body.add(block)
    stream = BytesIO()
    file.save(stream)
    return without_times(stream.getvalue())


def _properties(file: Any, document: Document) -> None:
    """Title, language and day; no author, because the site made it."""
    properties, made = file.core_properties, datetime.combine(document.made_on, time(), UTC)
    properties.title = clean(document.title)[:PROPERTY]
    properties.subject = clean(document.subtitle)[:PROPERTY]
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.language, properties.revision = LANGUAGE, 1
    properties.created = properties.modified = made


def _fill(part: Any, document: Document) -> None:
    """Fill the names between braces of a header or footer."""
    day = document.made_on
    values = {
        "{site}": document.site,
        "{title}": document.title,
        "{made_on}": f"{day.day}-{day.month}-{day.year}",
    }
    for text in part.iter(qn("w:t")):
        if text.text in values:
            text.text = clean(values[text.text])


_name = cache(qn)
# Much faster than OxmlElement(), which makes a namespace of its own for each element.
_make = OxmlElement("w:body").makeelement


def _new(tag: str, **attributes: str) -> Any:
    """An element of Word's own names: _new("w:ind", left="1")."""
    return _make(_name(tag), {_name(f"w:{name}"): value for name, value in attributes.items()})


class _Body:
    """The text of one file; blocks are put before its last element, which describes the page."""

    def __init__(self, file: Any) -> None:
        self._part = file.part
        self._end = file.element.body[-1]
        self._numbering = file.part.numbering_part.element
        self._next_number = len(self._numbering.num_lst) + 1

    def add(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Paragraph):
            self.paragraph(STYLES[block.style], block.runs)
        elif isinstance(block, Listing):
            self._listing(block)
        else:
            self._table(block)

    def paragraph(self, style: str, runs: Runs, *, number: str = "", is_on_new_page: bool = False) -> None:
        made = self._paragraph(style, runs)
        properties = made[0]
        if is_on_new_page:
            properties.append(_new("w:pageBreakBefore"))
        if number:
            numbered = _new("w:numPr")
            numbered.append(_new("w:ilvl", val="0"))
            numbered.append(_new("w:numId", val=number))
            properties.append(numbered)
        self._end.addprevious(made)

    def _heading(self, block: Heading) -> None:
        number = HEADINGS.get(block.numbering, "")
        style = f"Heading{block.level}"
        self.paragraph(style, (Run(block.text),), number=number, is_on_new_page=block.is_on_new_page)

    def _listing(self, block: Listing) -> None:
        style = LISTS[block.numbering] if block.style is Style.BODY else STYLES[block.style]
        number = self._fresh_number() if block.numbering is Numbering.POINT else ""
        for item in block.items:
            self.paragraph(style, item, number=number)

    def _fresh_number(self) -> str:
        """A list of its own that begins at 1."""
        number = str(self._next_number)
        self._next_number += 1
        made, again = _new("w:num", numId=number), _new("w:lvlOverride", ilvl="0")
        made.append(_new("w:abstractNumId", val=POINTS))
        again.append(_new("w:startOverride", val="1"))
        made.append(again)
        self._numbering.append(made)
        return number

    def _table(self, block: Table) -> None:
        self.paragraph(CAPTION, (Run(block.caption),))
        table, properties, grid = _new("w:tbl"), _new("w:tblPr"), _new("w:tblGrid")
        total, header = sum(block.widths), block.header
        widths = [str(TEXT_WIDTH * width // total) for width in block.widths]
        properties.append(_new("w:tblStyle", val=FORM if block.is_form else TABLE))
        properties.append(_new("w:tblW", w=str(TEXT_WIDTH), type="dxa"))
        properties.append(_new("w:tblLayout", type="fixed"))
        look = {"firstRow": "1", "val": "0620"} if header else {"firstRow": "0", "val": "0600"}
        properties.append(_new("w:tblLook", **look, noHBand="1", noVBand="1"))
        properties.append(_new("w:tblCaption", val=clean(block.caption)))
        for width in widths:
            grid.append(_new("w:gridCol", w=width))
        table.append(properties)
        table.append(grid)
        if header:
            heads = self._row([(Run(text),) for text in header], widths, is_header=True)
            table.append(_set_right(heads, block.numbers_from))
        for row in block.rows:
            made = self._row(row, widths, height=FORM_ROW if block.is_form else "")
            table.append(_set_right(made, block.numbers_from))
        self._end.addprevious(table)
        # Two tables that touch become one in Word.
        self._end.addprevious(self._paragraph(STYLES[Style.HINT], ()))

    def _row(
        self, cells: Sequence[Runs], widths: Sequence[str], *, is_header: bool = False, height: str = ""
    ) -> Any:
        row, properties = _new("w:tr"), _new("w:trPr")
        properties.append(_new("w:cantSplit"))
        if height:
            properties.append(_new("w:trHeight", val=height, hRule="atLeast"))
        if is_header:
            properties.append(_new("w:tblHeader"))
        row.append(properties)
        for runs, width in zip(cells, widths, strict=True):
            cell, about = _new("w:tc"), _new("w:tcPr")
            about.append(_new("w:tcW", w=width, type="dxa"))
            cell.append(about)
            cell.append(self._paragraph(CELL, runs))
            row.append(cell)
        return row

    def _paragraph(self, style: str, runs: Runs) -> Any:
        made, properties = _new("w:p"), _new("w:pPr")
        properties.append(_new("w:pStyle", val=style))
        made.append(properties)
        for run in runs:
            made.append(self._link(run) if run.mark is Mark.LINK else _run(run))
        return made

    def _link(self, run: Run) -> Any:
        link = _new("w:hyperlink")
        address = clean(run.text)
        link.set(qn("r:id"), self._part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        link.append(_run(run))
        return link


def _set_right(row: Any, start: int | None) -> Any:
    """The row with its cells from this one on set to the right; None: none of them."""
    if start is not None:
        for cell in row.findall(_name("w:tc"))[start:]:
            cell.find(_name("w:p"))[0].append(_new("w:jc", val="right"))
    return row


def _run(run: Run) -> Any:
    made = _new("w:r")
    if run.mark in MARKS:
        properties = _new("w:rPr")
        properties.append(_new("w:rStyle", val=MARKS[run.mark]))
        made.append(properties)
    text = f"[{run.text}]" if run.mark is Mark.BLANK else run.text
    for place, line in enumerate(clean(text).split("\n")):
        if place:
            made.append(_new("w:br"))
        words = _new("w:t")
        words.text = line
        words.set(SPACE, "preserve")
        made.append(words)
    return made
