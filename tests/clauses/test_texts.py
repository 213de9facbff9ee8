"""The texts: complete, with visible blanks, and nothing uncertain inside."""

from __future__ import annotations

import re

import pytest

from catalogue.clauses.question import Named
from catalogue.clauses.rules import INSTRUMENTS
from catalogue.clauses.text_rules import PATHS, texts
from catalogue.clauses.texts import Block, ClauseText
from tests.clauses.builders import a_supply, advice_for

RAMING = {"beperkt": "29999", "zonder": "120000", "met": "250000"}


def text_of(instrument: str, **changes: object) -> ClauseText:
    text = advice_for(a_supply(2), instrument=instrument, **changes).text  # type: ignore[arg-type]
    assert text is not None
    return text


def every_block(text: ClauseText) -> tuple[Block, ...]:
    return (*text.blocks, *text.annexes)


def texts_on_every_path() -> list[tuple[str, dict[str, str]]]:
    found = []
    for instrument in INSTRUMENTS:
        for raming in RAMING.values():
            if advice_for(raming=raming).verdict(instrument).oordeel != "niet-mogelijk":
                found.append((instrument, {"raming": raming}))
        found.append((instrument, {"raming": "29999", "aanbesteder": "speciale-sectoren"}))
        found.append((instrument, {"raming": "29999", "soort": "werken"}))
    return found


def test_every_instrument_has_a_text() -> None:
    assert set(texts()) == set(INSTRUMENTS)


@pytest.mark.parametrize(("instrument", "changes"), texts_on_every_path())
def test_a_text_renders_without_loose_ends(instrument: str, changes: dict[str, str]) -> None:
    text = text_of(instrument, **changes)
    assert text.blocks
    assert text.blanks
    assert text.to_check
    assert not re.search(r"[{}]|\[\[|\]\]", text.plain)
    for piece in (text.plain, text.plain_annexes, text.plain_fields):
        assert "te controleren" not in piece.casefold()
    for block in text.blocks:
        assert block.paragraphs
        assert all(paragraph.plain.strip() for paragraph in block.paragraphs)


@pytest.mark.parametrize(("instrument", "changes"), texts_on_every_path())
def test_every_blank_in_the_text_is_listed_and_says_what_to_fill(
    instrument: str, changes: dict[str, str]
) -> None:
    text = text_of(instrument, **changes)
    inside = {
        segment.text
        for block in (*text.blocks, *text.annexes)
        for paragraph in block.paragraphs
        for segment in paragraph.segments
        if segment.is_blank
    }
    assert inside == set(text.blanks)
    assert len(text.blanks) == len(inside)
    for blank in text.blanks:
        assert f"[{blank}]" in text.plain + text.plain_annexes
        assert blank not in ("aantal", "bedrag", "datum", "uren")


def test_every_block_is_reached_on_some_path() -> None:
    for rule in texts().values():
        for block in rule.blocks:
            assert set(block.paden) <= set(PATHS)
            reached = any(
                block.key in {shown.key for shown in every_block(text_of(key, **changes))}
                for key, changes in texts_on_every_path()
                if key == rule.key
            )
            assert reached, (rule.key, block.key)


def test_the_reservation_with_a_notice_cites_the_article_in_the_notice() -> None:
    text = text_of("voorbehouden-opdracht", raming="250000")
    notice = text.blocks[0]
    assert notice.plaats == "aankondiging"
    assert "artikel 15 van de wet van 17 juni 2016" in notice.plain
    assert "30 %" in notice.plain
    assert "gelijkwaardige" in notice.plain
    assert "uitnodiging" not in {block.plaats for block in text.blocks}


def test_the_reservation_without_a_notice_cites_the_article_in_the_invitation_and_the_bestek() -> None:
    for raming in ("29999", "120000"):
        text = text_of("voorbehouden-opdracht", raming=raming)
        for place in ("uitnodiging", "bestek"):
            words = " ".join(block.plain for block in text.blocks if block.plaats == place)
            assert "artikel 15 van de wet van 17 juni 2016" in words, (raming, place)
    assert "aankondiging" not in {
        block.plaats for block in text_of("voorbehouden-opdracht", raming="29999").blocks
    }


@pytest.mark.parametrize(
    ("raming", "places"),
    [
        ("29999.99", {"uitnodiging", "bestek", "besluit"}),
        ("30000", {"aankondiging", "uitnodiging", "bestek", "besluit"}),
        ("139999.99", {"aankondiging", "uitnodiging", "bestek", "besluit"}),
        ("140000", {"aankondiging", "bestek", "besluit"}),
    ],
)
def test_the_places_of_a_text_change_at_the_limits_to_the_cent(raming: str, places: set[str]) -> None:
    text = text_of("voorbehouden-opdracht", raming=raming)
    assert {block.plaats for block in every_block(text)} - {"bijlage"} == places


@pytest.mark.parametrize("instrument", ["voorbehouden-opdracht", "voorbehouden-perceel"])
def test_a_reservation_asks_thirty_percent_equivalence_proof_and_follow_up(instrument: str) -> None:
    text = text_of(instrument, raming="250000")
    keys = {block.key for block in every_block(text)}
    assert keys >= {
        *("voorbehoud-toegang", "voorbehoud-bewijs", "voorbehoud-opvolging", "contact"),
        *("voorbehoud-straf", "voorbehoud-attest", "motivering"),
    }
    for words in ("ten minste 30 %", "gelijkwaardig", "proces-verbaal", "maximum", "hoort"):
        assert words in text.plain
    assert {field.veld: field.waarde for field in text.form_fields}["BT-71"] == "res-ws"


@pytest.mark.parametrize(
    "instrument",
    ["tewerkstellingsclausule", "opleidingsclausule", "onderaannemingsclausule", "flexibele-clausule"],
)
def test_a_clause_holds_every_point_of_the_checklist(instrument: str) -> None:
    text = text_of(instrument, raming="250000")
    plain = text.plain + text.plain_annexes
    for point, words in {
        "article": "artikel 87 van de wet van 17 juni 2016",
        "status": "leefloon",
        "not residence": "Woonplaats en nationaliteit spelen geen rol",
        "effort": "288 uur",
        "this contract only": "deze opdracht",
        "start": "weken na de start",
        "proof": "beantwoordt",
        "no health data": "geen gezondheidsgegevens",
        "contact": "Contactpunt bij het bestuur",
        "helpers": "VDAB",
        "follow-up": "startvergadering",
        "penalty": "per ontbrekend uur, met een maximum",
        "hearing": "verweer",
        "equal treatment": "loon, arbeidsduur",
        "attest": "attest van goede uitvoering",
        "report": "Volgnummer",
    }.items():
        assert words in plain, point
    assert any(words in plain for words in ("geen geschikte kandidaten", "geen redelijk aanbod"))


def test_the_hours_of_a_text_come_from_the_question() -> None:
    assert "minstens 138 uur, dat is 18,1 dagen van 7,6 uur" in text_of("tewerkstellingsclausule").plain


def test_hours_that_rest_on_our_defaults_are_to_be_checked() -> None:
    sure = text_of("tewerkstellingsclausule").to_check
    ours = text_of("tewerkstellingsclausule", assumed=frozenset({"uurkost", "inspanning"})).to_check
    assert set(ours) - set(sure) == {
        "Het aantal uren rust op onze standaardwaarden (inspanning en uurkost). Vul uw eigen cijfers in."
    }


def test_what_only_the_buyer_can_know_is_left_to_confirm() -> None:
    for instrument, words in {
        "voorbehouden-opdracht": "arbeidsintensief is en af te zonderen van andere opdrachten",
        "voorbehouden-perceel": "in percelen te verdelen is",
        "tewerkstellingsclausule": "lang genoeg duurt en genoeg arbeid omvat",
        "onderaannemingsclausule": "er voor die taken aanbod is",
        "gunningscriterium": "verschil maakt",
    }.items():
        assert f"te bevestigen: {words}" in text_of(instrument).blanks


def test_the_service_stands_in_lower_case_inside_a_sentence() -> None:
    for label, inside in {"Groenonderhoud": "groenonderhoud", "IT-beheer": "IT-beheer"}.items():
        plain = text_of("voorbehouden-opdracht", dienst=Named("x", label)).plain
        assert f"een offerte in te dienen voor {inside}." in plain


def test_an_effort_of_nothing_leaves_a_blank() -> None:
    text = text_of("tewerkstellingsclausule", inspanning="0")
    assert {"aantal uren", "aantal dagen"} <= set(text.blanks)


def test_what_the_buyer_did_not_say_becomes_a_blank() -> None:
    text = advice_for(
        None,
        instrument="voorbehouden-opdracht",
        dienst=None,
        gemeenten=(),
        assumed=frozenset({"duur_maanden"}),
    ).text
    assert text is not None
    assert {"voorwerp van de opdracht", "plaats van uitvoering", "duur van de opdracht"} <= set(text.blanks)


def test_the_estimate_never_stands_in_a_text() -> None:
    for instrument in INSTRUMENTS:
        raming = "29998" if instrument == "beperkte-waarde" else "139998"
        assert raming[:-3] not in text_of(instrument, raming=raming).plain


def test_no_text_asks_for_residence_or_names() -> None:
    for instrument in INSTRUMENTS:
        raming = "29999" if instrument == "beperkte-waarde" else "120000"
        plain = text_of(instrument, raming=raming).plain.casefold()
        for phrase in ("inwoner van", "gedomicilieerd", "vlaamse erkenning"):
            assert phrase not in plain


def test_an_invitation_for_social_services_cites_its_own_article() -> None:
    assert "artikel 89, § 1, van de wet" in text_of("uitnodiging", soort="sociale-diensten").plain
    assert "artikel 42, § 1, 1°, a, van de wet" in text_of("uitnodiging").plain


def test_special_sectors_get_a_blank_for_the_article() -> None:
    text = text_of("voorbehouden-opdracht", aanbesteder="speciale-sectoren")
    assert any("speciale sectoren" in blank for blank in text.blanks)
    assert text.to_check[0].startswith("Voor de speciale sectoren")


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_a_text_for_the_special_sectors_cites_no_article_and_no_procedure_of_the_classic_ones(
    instrument: str,
) -> None:
    text = text_of(instrument, raming="29999", aanbesteder="speciale-sectoren")
    beside = "\n".join(f"{source.tekst}" for source in text.passport.bronnen[:2])
    for piece in (text.plain, text.plain_annexes, text.plain_fields, text.passport.grondslag, beside):
        assert not re.search(r"\b(?:artikel|artikelen|art\.) [0-9]", piece, re.IGNORECASE), piece
        assert "onderhandelingsprocedure" not in piece
    assert any("ga ze na" in check or "te controleren" in check for check in text.to_check)


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_the_organ_that_decides_is_never_guessed(instrument: str) -> None:
    raming = "29999" if instrument == "beperkte-waarde" else "120000"
    text = text_of(instrument, raming=raming)
    words = f"{text.plain} {text.plain_annexes}".casefold()
    for organ in ("college van burgemeester", "gemeenteraad", "vast bureau", "raad van bestuur"):
        assert organ not in words
    decision = [block for block in text.annexes if block.plaats == "besluit"]
    assert all("[bevoegd orgaan] beslist" in block.plain for block in decision)


def test_the_annexes_fit_the_instrument() -> None:
    clause = {block.key for block in text_of("tewerkstellingsclausule").annexes}
    assert clause == {"clausule-maandlijst", "clausule-attest-model", "clausule-motivering"}
    reserved = {block.key for block in text_of("voorbehouden-opdracht").annexes}
    assert reserved == {"voorbehoud-verklaring", "voorbehoud-attest-model", "motivering", "markt-brief"}
    for instrument in ("flexibele-clausule", "onderaannemingsclausule", "voorbehouden-perceel"):
        assert "markt-brief" in {block.key for block in text_of(instrument).annexes}
    monthly = next(block for block in text_of("flexibele-clausule").annexes if block.table)
    assert monthly.table is not None
    assert monthly.table.kolommen[0] == "Volgnummer"
    assert monthly.plain.endswith("…")


def test_the_recognition_of_contractors_is_asked_for_reserved_works_only() -> None:
    for soort, asked in (("werken", True), ("diensten", False)):
        keys = {block.key for block in text_of("voorbehouden-opdracht", soort=soort).blocks}
        assert ("erkenning" in keys) is asked
