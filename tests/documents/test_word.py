"""The Word file itself: opened again, it holds what went in, in real styles and real numbering."""

from __future__ import annotations

import time
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from catalogue.documents.blocks import (
    Block,
    Document,
    Heading,
    Listing,
    Mark,
    Numbering,
    Run,
    Style,
    form,
    listing,
    paragraph,
    runs,
    table,
)
from catalogue.documents.safe import clean
from catalogue.documents.word import render

DAY = date(2026, 11, 22)


def a_document(*blocks: Block, **changes: Any) -> Document:
    """A document with these blocks."""
    values: dict[str, Any] = {"title": "Titel", "subtitle": "Onder", "site": "De site", "made_on": DAY}
    return Document(blocks=blocks, **(values | changes))


def opened(*blocks: Block, **changes: Any) -> Any:
    """The same document as a library reads it back."""
    return docx.Document(BytesIO(render(a_document(*blocks, **changes))))


def number(shown: Any) -> tuple[str, str]:
    """How a paragraph of its own counts: the number of its list, and the words that Word puts before it."""
    properties = shown._p.pPr.numPr
    list_number = str(properties.numId.val)
    numbering = shown.part.numbering_part.element
    (found,) = [one for one in numbering.num_lst if str(one.numId) == list_number]
    abstract = str(found.abstractNumId.val)
    (level,) = numbering.xpath(f'w:abstractNum[@w:abstractNumId="{abstract}"]/w:lvl/w:lvlText')
    return list_number, level.get(qn("w:val"))


def test_headings_have_the_styles_of_word_itself() -> None:
    file = opened(Heading("Een", 1), Heading("Twee", 2), Heading("Drie", 3))

    styles = [(shown.style.name, shown.text) for shown in file.paragraphs]
    assert styles == [
        ("Title", "Titel"),
        ("Subtitle", "Onder"),
        ("Heading 1", "Een"),
        ("Heading 2", "Twee"),
        ("Heading 3", "Drie"),
    ]


def test_articles_and_chapters_are_counted_by_word() -> None:
    file = opened(
        Heading("Drempels", 1, Numbering.CHAPTER),
        Heading("Doel", 2, Numbering.ARTICLE),
        Heading("Bewijs", 2, Numbering.ARTICLE),
        Heading("Gewoon", 2),
    )

    chapter, purpose, proof, plain = file.paragraphs[2:]
    assert number(chapter)[1] == "%1."
    assert number(purpose)[1] == number(proof)[1] == "Artikel %1."
    assert number(purpose)[0] == number(proof)[0]
    assert purpose.text == "Doel"
    assert plain._p.pPr.numPr is None


def test_every_list_of_points_begins_at_one() -> None:
    points = Listing((runs("a"), runs("b")), Numbering.POINT)
    file = opened(points, points)

    first, second, third, fourth = [number(shown)[0] for shown in file.paragraphs[2:]]
    assert first == second
    assert third == fourth
    assert first != third
    numbering = file.part.numbering_part.element
    for one in (first, third):
        (start,) = numbering.xpath(f'w:num[@w:numId="{one}"]/w:lvlOverride/w:startOverride/@w:val')
        assert start == "1"


def test_bullets_and_checks_have_styles_of_their_own() -> None:
    file = opened(listing(["een"]), listing(["ga na"], Style.CHECK))

    assert [shown.style.name for shown in file.paragraphs[2:]] == ["List Bullet", "Te controleren"]
    for name in ("List Bullet", "List Number", "Te controleren"):
        assert file.styles[name].element.pPr.numPr is not None


def test_a_blank_is_marked_and_stands_between_brackets() -> None:
    file = opened(paragraph("Uiterlijk op ", Run("datum en uur", Mark.BLANK), "."))

    (shown,) = file.paragraphs[2:]
    assert shown.text == "Uiterlijk op [datum en uur]."
    assert [run.style.name for run in shown.runs if run.text.startswith("[")] == ["In te vullen"]


def test_a_table_repeats_its_header_and_keeps_rows_whole() -> None:
    file = opened(table("Drempels", ("Naam", "Bedrag"), [("een", "1"), ("twee", "2")], (3, 1)))

    (found,) = file.tables
    assert found.style.name == "Tabel"
    assert [[cell.text for cell in row.cells] for row in found.rows] == [
        ["Naam", "Bedrag"],
        ["een", "1"],
        ["twee", "2"],
    ]
    assert [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in found.rows] == [True, False, False]
    assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in found.rows)
    wide, narrow = found.columns
    assert wide.width == 3 * narrow.width
    caption = found._tbl.getprevious()
    assert file.styles["Caption"].style_id == caption.style
    assert found._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Drempels"


def test_a_table_without_a_header_has_none() -> None:
    file = opened(table("Paspoort", (), [("een", "1")], (1, 1)))

    (found,) = file.tables
    assert len(found.rows) == 1
    assert not found._tbl.xpath("w:tr/w:trPr/w:tblHeader")


def test_a_form_has_room_to_write() -> None:
    file = opened(form("Lijst", ("Volgnummer", "Uren"), 4))

    (found,) = file.tables
    assert found.style.name == "Formulier"
    assert len(found.rows) == 5
    assert all(row.height is not None and row.height.pt >= 20 for row in found.rows[1:])


def test_two_tables_do_not_grow_together() -> None:
    one = table("Een", ("A",), [("1",)], (1,))
    file = opened(one, one)

    assert len(file.tables) == 2
    assert all(found._tbl.getnext().tag == qn("w:p") for found in file.tables)


def test_a_link_leads_to_its_address() -> None:
    address = "https://voorbeeld.be/clausules?soort=diensten&raming=120000"
    file = opened(paragraph("Open: ", Run(address, Mark.LINK)))

    (link,) = file.paragraphs[2].hyperlinks
    assert (link.text, link.address) == (address, address)


def test_the_file_says_dutch_of_belgium_and_names_no_author() -> None:
    file = opened(title="Voorbehouden opdracht")

    assert file.core_properties.title == "Voorbehouden opdracht"
    assert file.core_properties.language == "nl-BE"
    assert (file.core_properties.author, file.core_properties.last_modified_by) == ("", "")
    assert file.core_properties.created.date() == DAY
    (language,) = file.styles.element.xpath("w:docDefaults//w:lang/@w:val")
    assert language == "nl-BE"


def test_each_page_names_site_day_title_and_number() -> None:
    file = opened(title="Motivering", site="Sociale economie <Westhoek> & co")

    (section,) = file.sections
    assert section.header.paragraphs[0].text == "Sociale economie <Westhoek> & co\t22-11-2026"
    foot = section.footer.paragraphs[0]
    assert foot.text.startswith("Motivering\tPagina ")
    assert foot._p.xpath("w:fldSimple/@w:instr") == [" PAGE ", " NUMPAGES "]


def test_a_heading_can_begin_a_page() -> None:
    file = opened(Heading("Een", 1), Heading("Twee", 1, is_on_new_page=True))

    assert [shown.paragraph_format.page_break_before for shown in file.paragraphs[2:]] == [None, True]


def test_the_same_document_gives_the_same_bytes() -> None:
    blocks = (Heading("Een"), Listing((runs("a"),), Numbering.POINT), table("T", ("A",), [("1",)], (1,)))

    first = render(a_document(*blocks))
    time.sleep(2.1)  # the clock of a zip file has steps of two seconds
    assert render(a_document(*blocks)) == first


def test_no_part_of_the_file_carries_more_than_is_needed() -> None:
    with ZipFile(BytesIO(render(a_document()))) as archive:
        names = archive.namelist()

    assert names[0] == "[Content_Types].xml"
    assert not [name for name in names if "thumbnail" in name or "customXml" in name]


NASTY = {
    "markup": "<script>alert('x')</script> & \"aanhaling\" ]]> <!-- -->",
    "emoji": "\U0001f600 👩‍🌾 é ï ﬁ",
    "right to left": "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "long": "woord " * 1700,
    "one long word": "x" * 10_000,
    "xml-ish": "&#x0; &lt; %s {naam} [[leeg]]",
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_any_text_comes_back_as_it_was(text: str) -> None:
    file = opened(
        Heading(text),
        paragraph(text),
        listing([text]),
        table(text, (text,), [(text,)], (1,)),
        title=text,
        subtitle=text,
        site=text,
    )

    texts = [shown.text for shown in file.paragraphs if shown.text]
    assert texts == [text] * 6
    assert [cell.text for row in file.tables[0].rows for cell in row.cells] == [text, text]
    assert file.core_properties.title == text[:255]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\x08c\x1fd", "abcd"),
        ("half \ud800 paar", "half  paar"),
        ("geen\ufffe\uffffteken", "geenteken"),
        ("om\u202egekeerd\u2066", "omgekeerd"),
        ("een\r\ntwee\rdrie\u2028vier", "een\ntwee\ndrie\nvier"),
        ("kolom\tkolom", "kolom kolom"),
    ],
)
def test_what_no_file_can_hold_is_left_out(text: str, kept: str) -> None:
    assert clean(text) == kept
    assert opened(paragraph(text)).paragraphs[2].text == kept


@given(st.text(alphabet=st.characters(), max_size=60))
def test_every_text_can_be_written(text: str) -> None:
    file = opened(paragraph(text, Run(text, Mark.BLANK)), title=text)

    assert file.paragraphs[2].text == clean(text) + f"[{clean(text)}]"
