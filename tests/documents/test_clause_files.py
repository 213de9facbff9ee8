"""The text file and the motivation file of every instrument, opened again as a lawyer would."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from catalogue.clauses.advice import Advice, advise
from catalogue.clauses.defaults import defaults, with_own
from catalogue.clauses.file_parts import Made
from catalogue.clauses.file_words import file_words, tell
from catalogue.clauses.motivation_file import LISTED, Choice, motivation_document
from catalogue.clauses.rules import INSTRUMENTS
from catalogue.clauses.text_file import RULE, text_document, text_plain
from catalogue.data import DataError
from catalogue.data.sentences import read_sentences
from catalogue.documents.word import render
from tests.clauses.builders import IEPER, VEURNE, a_question, a_supplier, a_supply, advice_for

LINK = "https://voorbeeld.be/clausules?soort=diensten&raming=20000"
MADE = Made("De catalogus", date(2026, 11, 22), LINK, "https://voorbeeld.be/zoeken?dienst=groenonderhoud")
# A value under every limit: no path is shut by its amount.
SMALL = {"raming": 20_000}
VARIANTS: dict[str, dict[str, Any]] = {
    "services": {},
    "works": {"soort": "werken"},
    "social services": {"soort": "sociale-diensten"},
    "special sectors": {"aanbesteder": "speciale-sectoren"},
    "two gemeenten": {"gemeenten": (IEPER, VEURNE)},
    "nothing known": {"dienst": None, "gemeenten": (), "assumed": frozenset({"duur_maanden", "uurkost"})},
}
Opened = Any


def opened(content: bytes) -> Opened:
    return docx.Document(BytesIO(content))


def pieces(file: Opened) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables in the order of the file, empty paragraphs left out."""
    for child in file.element.body:
        if child.tag == qn("w:tbl"):
            yield Table(child, file)
        elif child.tag == qn("w:p") and (shown := Paragraph(child, file)).text:
            yield shown


def texts(file: Opened) -> list[str]:
    """Every text of the file, cells too, line by line."""
    found = []
    for piece in pieces(file):
        if isinstance(piece, Table):
            found += [cell.text for row in piece.rows for cell in row.cells]
        else:
            found.append(piece.text)
    return found


def headings(file: Opened, level: int) -> list[str]:
    return [shown.text for shown in file.paragraphs if shown.style.name == f"Heading {level}"]


def before_and_after_the_first_chapter(file: Opened) -> tuple[list[Any], list[Any]]:
    """What the buyer reads first, and the rest."""
    found = list(pieces(file))
    at = next(
        place
        for place, one in enumerate(found)
        if isinstance(one, Paragraph) and one.style is not None and one.style.name == "Heading 1"
    )
    return found[:at], found[at:]


@cache
def texts_of(instrument: str, variant: str) -> tuple[Advice, Opened]:
    advice = advice_for(instrument=instrument, **(SMALL | VARIANTS[variant]))
    assert advice.text is not None
    return advice, opened(render(text_document(advice, advice.text, MADE)))


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_a_text_file_holds_the_whole_text_in_its_order(instrument: str, variant: str) -> None:
    advice, file = texts_of(instrument, variant)
    assert advice.text is not None
    _, rest = before_and_after_the_first_chapter(file)
    written = [one.text for one in rest if isinstance(one, Paragraph)]

    expected = []
    for block in (*advice.text.blocks, *advice.text.annexes):
        expected += [block.kop, *(shown.plain.removeprefix("- ") for shown in block.paragraphs)]
    place = 0
    for text in expected:
        assert text in written[place:], text
        place = written.index(text, place) + 1


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_what_is_to_be_checked_stands_first_and_never_in_the_text(instrument: str, variant: str) -> None:
    advice, file = texts_of(instrument, variant)
    assert advice.text is not None
    first, rest = before_and_after_the_first_chapter(file)

    checks = [one.text for one in first if isinstance(one, Paragraph) and one.style.name == "Te controleren"]
    assert checks == list(advice.text.to_check)
    copied = [one for one in rest if isinstance(one, Paragraph)]
    assert not [one.text for one in copied if one.style.name == "Te controleren"]
    assert not [one.text for one in copied if "te controleren" in one.text.lower()]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_every_blank_is_marked_and_listed(instrument: str, variant: str) -> None:
    advice, file = texts_of(instrument, variant)
    assert advice.text is not None
    first, rest = before_and_after_the_first_chapter(file)

    def marked(found: list[Any]) -> list[str]:
        return [
            run.text[1:-1]
            for one in found
            if isinstance(one, Paragraph)
            for run in one.runs
            if run.style.name == "In te vullen"
        ]

    assert marked(first) == list(advice.text.blanks)
    assert list(dict.fromkeys(marked(rest))) == list(advice.text.blanks)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_no_file_holds_rests_of_another_notation(instrument: str, variant: str) -> None:
    advice, file = texts_of(instrument, variant)
    motivation = opened(render(motivation_document(advice, MADE)))

    for text in [*texts(file), *texts(motivation)]:
        assert not re.search(r"\*\*|__|\[\[|\]\]|\{[a-z_]+\}|^- |^#|^None$|  ", text, re.MULTILINE), text


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_the_articles_of_the_tender_document_are_numbered(instrument: str) -> None:
    advice, file = texts_of(instrument, "services")
    assert advice.text is not None
    expected = [block.kop for block in advice.text.blocks if block.plaats == "bestek"]

    numbered = [
        shown.text
        for shown in file.paragraphs
        if shown.style.name == "Heading 2" and shown._p.pPr.numPr is not None
    ]
    assert numbered == expected


def test_the_file_ends_with_the_fields_of_the_notice_and_the_passport() -> None:
    advice = advice_for(instrument="voorbehouden-opdracht")
    assert advice.text is not None
    file = opened(render(text_document(advice, advice.text, MADE)))
    *_, fields, passport, sources = file.tables

    assert [row.cells[0].text for row in fields.rows] == [
        "Veld",
        *(field.veld for field in advice.text.form_fields),
    ]
    told = {row.cells[0].text: row.cells[1].text for row in passport.rows}
    assert told[tell("paspoort-versie")] == advice.text.passport.versie
    assert told[tell("paspoort-geldig")] == "van 1-1-2026 tot en met 31-12-2027"
    assert told[tell("paspoort-link")] == LINK
    assert "2016021053" in sources.rows[1].cells[1].text
    assert headings(file, 1)[-2:] == [tell("eforms"), tell("paspoort")]


def test_a_form_of_an_annex_is_a_table_to_fill() -> None:
    advice = advice_for(instrument="tewerkstellingsclausule")
    assert advice.text is not None
    file = opened(render(text_document(advice, advice.text, MADE)))
    (block,) = [block for block in advice.text.annexes if block.table]
    assert block.table is not None

    (found,) = [table for table in file.tables if table.style.name == "Formulier"]
    assert [cell.text for cell in found.rows[0].cells] == list(block.table.kolommen)
    assert len(found.rows) == block.table.rijen + 1


def test_the_first_page_says_what_changed_since_an_older_link() -> None:
    advice = advice_for(instrument="uitnodiging", **SMALL)
    assert advice.text is not None
    made = replace(MADE, since=date(2025, 12, 1), changes=("Drempel gewijzigd.",))
    first, _ = before_and_after_the_first_chapter(opened(render(text_document(advice, advice.text, made))))

    shown = [one.text for one in first if isinstance(one, Paragraph)]
    assert shown[shown.index("Gewijzigd sinds 1-12-2025") + 1] == "Drempel gewijzigd."


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_the_plain_text_comes_before_all_that_is_about_it(instrument: str) -> None:
    advice = advice_for(instrument=instrument, **SMALL)
    assert advice.text is not None
    written = text_plain(advice.text, MADE)
    copied, about = written.split(RULE)

    assert advice.text.plain in copied
    assert advice.text.plain_annexes in copied
    assert "te controleren" not in copied
    for check in advice.text.to_check:
        assert f"- {check}" in about
        assert check not in copied
    assert LINK in about


def motivation_of(advice: Advice, *choices: Choice, made: Made = MADE) -> Opened:
    return opened(render(motivation_document(advice, made, choices)))


def table_with(file: Opened, head: str) -> list[list[str]]:
    """The rows of the table whose header begins with these words."""
    (found,) = [table for table in file.tables if table.rows[0].cells[0].text == head]
    return [[cell.text for cell in row.cells] for row in found.rows][1:]


def test_the_motivation_has_its_chapters_in_order() -> None:
    file = motivation_of(advice_for(a_supply(2), instrument="voorbehouden-opdracht"))

    keys = ("vraag", "drempels", "instrumenten", "aanbod", "berekening", "keuze", "bronnen")
    assert headings(file, 1) == [tell(key) for key in keys]
    assert all(shown._p.pPr.numPr is not None for shown in file.paragraphs if shown.style.name == "Heading 1")
    assert tell("geen-advies") in "\n".join(texts(file))


def test_the_motivation_weighs_every_instrument_with_its_reasons() -> None:
    advice = advice_for(a_supply(2))
    file = motivation_of(advice)

    rows = table_with(file, tell("kolom-instrument"))
    assert [row[0] for row in rows] == [one.instrument.label for one in advice.verdicts]
    assert {row[2] for row in rows} <= {"aanbevolen", "mogelijk", "afgeraden", "niet mogelijk"}
    shown = texts(file)
    for verdict in advice.verdicts:
        assert all(reason in shown for reason in verdict.redenen)
        assert all(check in shown for check in verdict.na_te_kijken)


def test_an_article_that_is_not_sure_is_never_shown_as_certain() -> None:
    rows = table_with(motivation_of(advice_for()), tell("kolom-instrument"))

    articles = {row[0]: row[1] for row in rows}
    assert articles["Gunningscriterium sociale meerwaarde"] == "art. 81 WOO (te controleren)"
    assert articles["Voorbehouden opdracht"] == "art. 15 WOO"


def test_limits_that_are_not_sure_say_so() -> None:
    works = table_with(motivation_of(advice_for(soort="werken")), tell("kolom-drempel"))
    special = table_with(motivation_of(advice_for(aanbesteder="speciale-sectoren")), tell("kolom-drempel"))

    assert ["Vereenvoudigde procedure", "750.000 euro", "te controleren"] in works
    assert ["Beperkte waarde", "30.000 euro", "zeker"] in works
    assert ["Zonder bekendmaking", "te controleren", "te controleren"] in special


def test_the_special_sectors_get_no_classic_article() -> None:
    advice = advice_for(a_supply(1, 1), aanbesteder="speciale-sectoren", instrument="voorbehouden-opdracht")
    shown = "\n".join(texts(motivation_of(advice)))

    assert not re.search(r"\bart(?:\.|ikel) ?(?:15|42|51|58|81|87|92)\b", shown)


def test_the_suppliers_are_listed_with_what_a_buyer_must_know() -> None:
    supply = replace(
        a_supply(0),
        gemeenten=(IEPER, VEURNE),
        suppliers=(
            a_supplier(1, IEPER, VEURNE, bevestigd_op=date(2026, 5, 4)),
            a_supplier(2, VEURNE, is_maatwerk=False, aangenomen=frozenset({VEURNE.key})),
        ),
    )
    file = motivation_of(advice_for(supply))
    first, second = table_with(file, tell("kolom-leverancier"))

    assert first == [
        "Maatwerk 1",
        "alle gevraagde gemeenten",
        "opgegeven",
        "maatwerkbedrijf",
        "4-5-2026",
    ]
    assert second[:3] == ["Maatwerk 2", "Veurne", "aangenomen, niet bevestigd"]
    assert "na te gaan" in second[3]
    assert second[4] == "nog niet"
    assert table_with(file, tell("kolom-gemeente")) == [["Ieper", "1"], ["Veurne", "2"]]
    shown = "\n".join(texts(file))
    assert (
        "Op 22-11-2026 zochten we in de catalogus van De catalogus wie dit doet: groenonderhoud, in Ieper"
        in shown
    )
    assert MADE.search_link in shown


def test_a_long_list_of_suppliers_ends_with_how_many_more_there_are() -> None:
    all_of_them = motivation_of(advice_for(a_supply(LISTED)))
    assert len(table_with(all_of_them, tell("kolom-leverancier"))) == LISTED
    assert "staan in de zoekopdracht" not in "\n".join(texts(all_of_them))

    some = motivation_of(advice_for(a_supply(LISTED + 3)))
    assert len(table_with(some, tell("kolom-leverancier"))) == LISTED
    assert "Nog 3 leveranciers staan in de zoekopdracht." in texts(some)


def test_the_reasons_of_the_buyer_stand_beside_each_organisation() -> None:
    advice = advice_for(a_supply(1))
    invited = Choice(a_supplier(1), "Ieper", "Werkt al in onze streek.\nKan in maart beginnen.")
    other = Choice(a_supplier(9, is_maatwerk=False, is_declared=True), "", "")
    rows = table_with(motivation_of(advice, invited, other), tell("kolom-onderneming"))

    assert rows[0][0] == "Maatwerk 1\nIeper"
    assert rows[0][1].startswith("gevonden: Ieper")
    assert rows[0][4] == "Werkt al in onze streek.\nKan in maart beginnen."
    assert rows[1][0] == "Maatwerk 9"
    assert rows[1][1] == tell("zoek-niet-gevonden")
    assert "na te gaan" in rows[1][2]
    assert rows[1][4] == tell("geen-reden")


@pytest.mark.parametrize(
    "reason",
    ["<b>&amp;</b> ]]>", "\x00\x0b\ud800\ufffe", "مرحبا שלום", "😀👩‍🌾", "x" * 10_000, "- # ** [[x]] {y}"],
)
def test_any_reason_gives_a_file_that_opens(reason: str) -> None:
    file = motivation_of(advice_for(), Choice(a_supplier(1, naam=reason), reason, reason))

    (row,) = table_with(file, tell("kolom-onderneming"))
    assert len(row) == 5


def test_the_sum_is_written_out_and_our_own_figures_are_marked() -> None:
    advice = advice_for(assumed=frozenset({"uurkost"}))
    file = motivation_of(advice)

    assert advice.effort.som in texts(file)
    origin = {row[0]: row[2] for row in table_with(file, tell("kolom-gegeven"))}
    assert origin["Uurkost"] == tell("herkomst-ons")
    assert origin["Inspanning"] == tell("herkomst-koper")


def test_an_instrument_that_the_law_shuts_is_explained_without_a_text() -> None:
    advice = advice_for(raming=250_000, instrument="uitnodiging")
    shown = texts(motivation_of(advice))

    assert tell("keuze-dicht") in shown
    assert tell("paspoort") not in shown


def test_a_file_is_made_in_less_than_300_ms() -> None:
    advice = advice_for(a_supply(50), instrument="tewerkstellingsclausule")
    assert advice.text is not None
    text = advice.text
    choices = [Choice(a_supplier(number), "Ieper", "Reden " * 80) for number in range(50)]

    for make in (
        lambda: render(text_document(advice, text, MADE)),
        lambda: render(motivation_document(advice, MADE, choices)),
    ):
        took = []
        for _ in range(5):
            start = time.perf_counter()
            make()
            took.append(time.perf_counter() - start)
        # The best of five: the machine may be doing something else.
        assert min(took) < 0.3


def test_a_file_of_words_with_an_unknown_key_or_an_empty_word_is_refused() -> None:
    with pytest.raises(DataError, match=r"bestanden\.toml: anders: is not a key we know"):
        read_sentences({"woord": {}, "anders": 1}, "bestanden.toml", "woord")
    with pytest.raises(DataError, match=r"bestanden\.toml: woord\.x: expected a text"):
        read_sentences({"woord": {"x": ""}}, "bestanden.toml", "woord")


def test_every_word_of_the_files_is_used() -> None:
    """Those of a refused download begin with f-; tests/documents/test_downloads.py reads them."""
    advices = [
        advice_for(a_supply(0), instrument="beperkte-waarde"),
        advice_for(a_supply(1), assumed=frozenset({"datum", "uurkost"}), soort="werken"),
        advice_for(a_supply(LISTED + 1), instrument="voorbehouden-opdracht"),
        advice_for(dienst=None, gemeenten=(), instrument="gunningscriterium", percelen=3),
        advice_for(instrument="uitnodiging", **SMALL),
        advice_for(aanbesteder="speciale-sectoren", instrument="voorbehouden-perceel"),
        advice_for(replace(a_supply(0), gemeenten=(IEPER, VEURNE), suppliers=(a_supplier(1),))),
        advice_for(regios=("Westhoek",)),
        advise(
            a_question(assumed=frozenset({"uurkost"})), None, with_own(defaults(), {"uurkost": Decimal(50)})
        ),
    ]
    apart = (a_supplier(1), a_supplier(2, VEURNE))
    for found in (apart, (*apart, a_supplier(3, IEPER, VEURNE))):
        advices.append(advice_for(replace(a_supply(0), gemeenten=(IEPER, VEURNE), suppliers=found)))
    advices.append(advice_for(replace(a_supply(2), gemeenten=(IEPER,)), regios=("Westhoek",)))
    made = replace(MADE, since=date(2025, 1, 1), changes=("Iets.",))
    choices = [Choice(a_supplier(1), "", "Reden"), Choice(a_supplier(8), "", "")]
    shown: list[str] = []
    for advice in advices:
        shown += texts(motivation_of(advice, *choices, made=made))
        if advice.text:
            bare = replace(advice.text, to_check=())
            shown += texts(opened(render(text_document(advice, advice.text, made))))
            shown += texts(opened(render(text_document(advice, bare, made))))
    everything = "\n".join(shown)

    unused = []
    for key, words in file_words().items():
        pattern = re.sub(r"\\\{[a-z_]+\\\}", ".+", re.escape(words))
        if not key.startswith("f-") and not re.search(pattern, everything):
            unused.append(key)
    assert unused == []
