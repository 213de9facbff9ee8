"""The JSON of the advice: exact keys, numbers and order."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from catalogue.clauses.question import Task
from catalogue.clauses.rules import INSTRUMENTS
from catalogue.clauses.serialise import advice_to_dict, error_to_dict
from catalogue.clauses.supply import Elsewhere, Holding, Supply
from tests.clauses.builders import GROEN, IEPER, POPERINGE, VEURNE, a_form, a_supplier, a_supply, advice_for


def test_the_answer_has_the_members_and_numbers_of_the_contract() -> None:
    supply = Supply(
        (IEPER,),
        (a_supplier(1, aangenomen=frozenset({IEPER.key})), a_supplier(2), a_supplier(3)),
    )
    answer = json.loads(json.dumps(advice_to_dict(advice_for(supply))))
    assert set(answer) == {
        *("drempels", "instrumenten", "aanbod", "inspanning", "aannames", "waarschuwingen"),
    }
    assert answer["drempels"] == {
        "beperkte_waarde": 30000,
        "zonder_bekendmaking": 140000,
        "vereenvoudigd": 216000,
        "europees": 216000,
        "geldig_van": "2026-01-01",
        "geldig_tot": "2027-12-31",
    }
    assert answer["inspanning"] == {"uren": 138, "dagen": 18.1}
    assert answer["aanbod"] == {
        "aantal": 3,
        "aangenomen": 1,
        "per_gemeente": {"33011": 3},
        "oordeel": "groen",
        "organisaties": ["maatwerk-1", "maatwerk-2", "maatwerk-3"],
    }
    assert answer["aannames"] == []
    assert {item["sleutel"] for item in answer["instrumenten"]} == set(INSTRUMENTS)
    assert all(set(item) == {"sleutel", "oordeel", "artikel", "redenen"} for item in answer["instrumenten"])


def test_without_service_or_place_the_supply_is_null_and_a_warning_says_why() -> None:
    for changes, words in [
        ({"dienst": None}, "u koos geen dienst."),
        ({"gemeenten": ()}, "u koos geen gemeente."),
        ({"dienst": None, "gemeenten": ()}, "u koos geen dienst en geen gemeente."),
    ]:
        answer = advice_to_dict(advice_for(None, **changes))
        assert answer["aanbod"] is None
        assert any(warning.endswith(words) for warning in answer["waarschuwingen"])


def test_the_four_defaults_are_named_with_their_value() -> None:
    question = a_form().question
    assert question is not None
    answer = advice_to_dict(advice_for(**vars(question)))
    assert answer["aannames"] == [
        {"veld": "duur_maanden", "waarde": "12"},
        {"veld": "arbeidsaandeel", "waarde": "65"},
        {"veld": "inspanning", "waarde": "8"},
        {"veld": "uurkost", "waarde": "45"},
    ]
    assert any("22-11-2026" in warning for warning in answer["waarschuwingen"])


def test_after_the_last_period_a_warning_stands_beside_the_last_figures() -> None:
    inside = advice_to_dict(advice_for(a_supply(2), datum=date(2027, 12, 31)))
    after = advice_to_dict(advice_for(a_supply(2), datum=date(2028, 1, 1)))
    assert inside["waarschuwingen"] == []
    assert after["drempels"] == inside["drempels"]
    assert after["waarschuwingen"] == [
        "De drempels na 31-12-2027 kennen we niet. We rekenen met de laatste die we kennen."
    ]


def test_the_special_sectors_show_no_limit_without_notice_and_no_classic_article_anywhere() -> None:
    for instrument in INSTRUMENTS:
        for others in (1, 2):
            supply = a_supply(1, others=others)
            advice = advice_for(
                supply, aanbesteder="speciale-sectoren", raming="29999", instrument=instrument
            )
            answer = advice_to_dict(advice)
            assert answer["drempels"]["zonder_bekendmaking"] is None
            assert "te controleren" in " ".join(answer["waarschuwingen"])
            words = json.dumps(answer, ensure_ascii=False)
            assert "art. " not in words
            for number in ("7", "15", "42", "51", "58", "81", "87", "89", "92"):
                assert f"artikel {number}" not in words


def test_several_gemeenten_are_counted_together_and_each() -> None:
    suppliers = (a_supplier(1, IEPER, is_maatwerk=False), a_supplier(2, VEURNE, is_maatwerk=False))
    supply = Supply((IEPER, VEURNE), suppliers)
    answer = advice_to_dict(advice_for(supply))
    assert answer["aanbod"]["aantal"] == 0
    assert answer["aanbod"]["oordeel"] == "rood"
    assert answer["aanbod"]["per_gemeente"] == {"33011": 1, "38025": 1}
    assert answer["aanbod"]["organisaties"] == []
    assert (
        "Niemand bedient alle gekozen gemeenten. Overweeg percelen: Ieper (1) en Veurne (1)."
        in (answer["waarschuwingen"])
    )


@pytest.mark.parametrize(
    ("changes", "has_text"),
    [
        ({"instrument": "voorbehouden-opdracht"}, True),
        ({"instrument": "uitnodiging"}, True),
        ({"instrument": "uitnodiging", "raming": "140000"}, False),
        ({"instrument": "beperkte-waarde"}, False),
    ],
)
def test_the_text_is_there_where_it_was_asked_for_and_the_law_leaves_it_open(
    changes: dict[str, Any], has_text: bool
) -> None:
    answer = advice_to_dict(advice_for(**changes))
    assert (answer["tekst"] is not None) == has_text
    if has_text:
        assert answer["tekst"]["blokken"]
        assert answer["tekst"]["in_te_vullen"]
    else:
        (warning,) = [one for one in answer["waarschuwingen"] if "krijgt u geen tekst" in one]
        assert "is niet lager dan" in warning


def test_thin_supply_says_who_was_left_out_and_where_there_is_more() -> None:
    near = (Elsewhere("buur", "Buur", "Veurne", 12.4), Elsewhere("ver", "Ver", "Koksijde", 18.6))
    wide = (Elsewhere("haag", "Haag", "Groenonderhoud"),)
    for count in (0, 1):
        supply = replace(a_supply(count), left_out=1, buren=near, ruimer=wide, ruimere_dienst=GROEN)
        notes = advice_for(supply).supply_notes
        assert notes[0].startswith("Nog één organisatie doet dit")
        assert notes[1:] == (
            "Wie het in de buurt doet: Buur (Veurne, 12 km) en Ver (Koksijde, 19 km).",
            "Wie in de gekozen gemeenten de ruimere dienst ‘groenonderhoud’ doet, of iets anders dat "
            "daaronder valt: Haag.",
        )
        assert advice_to_dict(advice_for(supply))["waarschuwingen"][-3:] == list(notes)
    nobody = advice_for(replace(a_supply(0), left_out=3, ruimere_dienst=GROEN)).supply_notes
    assert nobody[0].startswith("Nog 3 organisaties doen dit")
    assert nobody[1] == "Ook voor de ruimere dienst ‘groenonderhoud’ is er geen leverancier."
    assert advice_for(replace(a_supply(2), left_out=1, buren=near)).supply_notes == ()


def test_an_error_names_the_field_and_says_what_is_wrong() -> None:
    error = a_form(inspanning="101").errors[0]
    assert error_to_dict(error) == {
        "fout": {"veld": "inspanning", "melding": "Vul een percentage in van 0 tot en met 100."}
    }


def test_works_warn_about_contractor_recognition_with_what_entries_hold() -> None:
    held = (
        Holding("Aannemer D5", "1"),
        Holding("Aannemer G3", "2", date(2026, 3, 1)),
        Holding("Aannemer C", "3", date(2026, 2, 28)),
        Holding("ISO 9001", is_contractor=False),
    )
    supply = Supply((IEPER,), (a_supplier(1, erkenningen=held), a_supplier(2)))
    warnings = advice_to_dict(advice_for(supply, soort="werken"))["waarschuwingen"]
    assert [one for one in warnings if "rkenning" in one or "Aannemer" in one] == [
        "Bij werken kan een erkenning als aannemer nodig zijn. Ga na of de leveranciers ze hebben in de "
        "juiste categorie.",
        "De catalogus kent bij Maatwerk 1 een erkenning: Aannemer D5, klasse 1 en Aannemer G3, klasse 2, "
        "geldig tot 1-3-2026.",
        "Bij Maatwerk 1 is op 1-3-2026 niet meer geldig: Aannemer C, klasse 3, vervallen op 28-2-2026.",
    ]
    later = advice_to_dict(
        advice_for(replace(supply, suppliers=(a_supplier(1, erkenningen=held[2:]),)), soort="werken")
    )
    assert (
        "Bij geen van deze leveranciers kent de catalogus een erkenning als aannemer die op 1-3-2026 geldig "
        "is." in later["waarschuwingen"]
    )
    assert not any("rkenning" in one for one in advice_to_dict(advice_for(supply))["waarschuwingen"])


def test_gemeenten_that_go_together_are_one_lot() -> None:
    suppliers = (
        a_supplier(1, IEPER, POPERINGE),
        a_supplier(2, IEPER, POPERINGE),
        a_supplier(3, VEURNE, IEPER),
    )
    warnings = advice_to_dict(advice_for(Supply((IEPER, VEURNE, POPERINGE), suppliers)))["waarschuwingen"]
    assert (
        "Niemand bedient alle gekozen gemeenten. Overweeg percelen: Ieper en Poperinge samen (2) en Veurne "
        "(1)." in warnings
    )


def test_a_reading_that_differs_from_the_words_is_said() -> None:
    tasks = (Task("grasmaaaien", (GROEN,), gelezen="grasmaaien", los=("kantoren",)),)
    warnings = advice_to_dict(advice_for(None, taken=tasks, los=("enclave",)))["waarschuwingen"]
    assert "U schreef ‘grasmaaaien’. Wij lezen ‘grasmaaien’." in warnings
    assert "‘enclave’ en ‘kantoren’ tellen niet mee bij het zoeken naar leveranciers." in warnings


def test_amber_supply_warns_before_a_reservation() -> None:
    proven = advice_to_dict(advice_for(a_supply(1)))["waarschuwingen"]
    assert any(one.startswith("Maar één leverancier komt voor een voorbehoud") for one in proven)
    unproven = advice_to_dict(advice_for(a_supply(0, others=1)))["waarschuwingen"]
    assert any(one.startswith("Van geen enkele leverancier weten we al zeker") for one in unproven)
    assert advice_to_dict(advice_for(a_supply(2)))["waarschuwingen"] == []


def test_lots_that_leave_something_of_the_value_and_small_lots_are_explained() -> None:
    some = {"percelen": 2, "perceelbedragen": (Decimal(40_000), Decimal(50_000))}
    warnings = advice_to_dict(advice_for(a_supply(2), raming=150_000, **some))["waarschuwingen"]
    assert warnings[0].startswith("De percelen samen zijn 90.000 euro, de raming is 150.000 euro.")
    assert warnings[1].endswith("Dit is te controleren.")
    for changes in ({"raming": 139_999}, {"raming": 216_000}, {"aanbesteder": "speciale-sectoren"}):
        found = advice_to_dict(advice_for(a_supply(2), percelen=2, **{"raming": 150_000, **changes}))
        assert not any("Een perceel tot" in one for one in found["waarschuwingen"])
