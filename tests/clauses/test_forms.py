"""From request parameters to a question; every kind of bad input by its field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.clauses.advice import advise
from catalogue.clauses.forms import QuestionForm
from catalogue.clauses.wording import FIELDS
from tests.clauses.builders import IEPER, SERVICES, TODAY, VEURNE, a_form


def test_a_full_question_is_read_as_it_stands() -> None:
    form = a_form(
        ("gemeente", "33011"),
        soort="werken",
        aanbesteder="federaal",
        raming="1.234.567,89",
        datum="2026-03-01",
        dienst="Schoonmaak",
        duur_maanden="2,5",
        arbeidsaandeel="65",
        inspanning="8.5",
        uurkost="45,20",
        instrument="marktconsultatie",
    )
    question = form.question
    assert question is not None
    assert question.raming == Decimal("1234567.89")
    assert (question.soort, question.aanbesteder) == ("werken", "federaal")
    assert question.datum == date(2026, 3, 1)
    assert question.dienst is not None
    assert question.dienst.key == "schoonmaak"
    assert question.nis == ("33011",)
    assert (question.duur_maanden, question.arbeidsaandeel) == (Decimal("2.5"), Decimal(65))
    assert (question.inspanning, question.uurkost) == (Decimal("8.5"), Decimal("45.20"))
    assert question.instrument == "marktconsultatie"
    assert question.assumed == frozenset()


def test_what_is_missing_gets_our_default_and_is_named() -> None:
    question = a_form(dienst="schoonmaak").question
    assert question is not None
    assert question.aanbesteder == "lokaal"
    assert question.datum == TODAY
    assert (question.duur_maanden, question.inspanning, question.uurkost) == (12, 8, 45)
    assert question.arbeidsaandeel == 85
    assert question.assumed == {
        *("aanbesteder", "datum", "duur_maanden", "arbeidsaandeel", "inspanning", "uurkost"),
    }


@pytest.mark.parametrize(
    ("soort", "share"), [("werken", 35), ("leveringen", 10), ("diensten", 65), ("sociale-diensten", 80)]
)
def test_the_labour_share_follows_the_kind_of_contract_where_the_service_has_no_guide(
    soort: str, share: int
) -> None:
    question = a_form(soort=soort).question
    assert question is not None
    assert question.arbeidsaandeel == share


BAD = [
    ("soort", ""),
    ("soort", "dienst"),
    ("soort", "Diensten"),
    ("aanbesteder", "gemeente"),
    ("raming", ""),
    ("raming", "12.34"),
    ("raming", "120,000"),
    ("raming", "-5"),
    ("raming", "- 5"),
    ("raming", "0"),
    ("raming", "0,00"),
    ("raming", "abc"),
    ("raming", "1e6"),
    ("raming", "NaN"),
    ("raming", "1000000000000"),
    ("raming", "9" * 400),
    ("datum", "2017-12-31"),
    ("datum", "2026-02-30"),
    ("datum", "morgen"),
    ("dienst", "oogarts"),
    ("dienst", "groenonderhoud, oogarts"),
    ("dienst", ", ".join(SERVICES)),
    ("percelen", "0"),
    ("percelen", "101"),
    ("percelen", "veel"),
    ("percelen", "120000"),
    ("percelen", "40.000; veel"),
    ("percelen", "60.000; 60.001"),
    ("gemeente", "Atlantis"),
    ("gemeente", "Beveren"),
    ("duur_maanden", "0"),
    ("duur_maanden", "-1"),
    ("duur_maanden", "1201"),
    ("duur_maanden", "jaar"),
    ("arbeidsaandeel", "100.01"),
    ("arbeidsaandeel", "-1"),
    ("arbeidsaandeel", "Infinity"),
    ("inspanning", "101"),
    ("inspanning", "x"),
    ("uurkost", "0"),
    ("uurkost", "-45"),
    ("uurkost", "0,0"),
    ("uurkost", "100001"),
    ("instrument", "boete"),
]


@pytest.mark.parametrize(("field", "value"), BAD)
def test_bad_input_is_named_by_its_field_in_dutch(field: str, value: str) -> None:
    form = a_form(**{field: value})
    assert form.question is None
    assert [error.veld for error in form.errors] == [field]
    message = form.error(field)
    assert message is not None
    assert message.endswith(".")
    assert "{" not in message
    assert len(message) < 400


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("arbeidsaandeel", "0"), ("arbeidsaandeel", "100"), ("inspanning", "0"), ("inspanning", "100")),
        *(("duur_maanden", "0,5"), ("duur_maanden", "1200"), ("uurkost", "0,01"), ("uurkost", "100000")),
        *(
            ("raming", "0,01"),
            ("raming", "999999999999,99"),
            ("datum", "2018-01-01"),
            ("datum", "2099-01-01"),
        ),
    ],
)
def test_a_value_on_its_bound_is_accepted(field: str, value: str) -> None:
    assert a_form(**{field: value}).errors == []


def test_errors_stand_in_the_order_of_the_fields() -> None:
    form = a_form(soort="x", raming="y", datum="z", uurkost="0", instrument="q")
    assert [error.veld for error in form.errors] == ["soort", "raming", "datum", "uurkost", "instrument"]


def test_a_wrong_optional_value_is_left_out_of_the_loose_question() -> None:
    form = a_form(("gemeente", "Atlantis"), ("gemeente", "Ieper"), uurkost="0")
    assert form.question is None
    loose = form.loose_question
    assert loose is not None
    assert loose.gemeenten == (IEPER,)
    assert loose.uurkost == 45
    assert "uurkost" in loose.assumed
    assert a_form(raming="x").loose_question is None


@pytest.mark.parametrize(
    "pairs",
    [
        [("gemeente", "Ieper, Veurne")],
        [("gemeente", "Ieper"), ("gemeente", "Veurne")],
        [("gemeente", "Ieper;Veurne; "), ("gemeente", "33011")],
    ],
)
def test_gemeenten_come_in_one_field_or_in_several(pairs: list[tuple[str, str]]) -> None:
    question = a_form(*pairs).question
    assert question is not None
    assert question.gemeenten == (IEPER, VEURNE)


def test_an_ambiguous_gemeente_names_the_choices() -> None:
    assert a_form(gemeente="Beveren").error("gemeente") == (
        "‘Beveren’ ligt in meer dan één gemeente: Roeselare en Alveringem. Kies er één."
    )


def test_several_services_are_one_contract_with_several_tasks() -> None:
    for pairs in (
        [("dienst", "groenonderhoud"), ("dienst", "schoonmaak"), ("dienst", " ")],
        [("dienst", "groenonderhoud, schoonmaak, groenonderhoud")],
    ):
        question = a_form(*pairs).question
        assert question is not None
        assert [task.keys for task in question.taken] == [("groenonderhoud",), ("schoonmaak",)]
        assert question.dienst is not None
        assert question.dienst.label == "groenonderhoud en schoonmaak"


def test_an_unknown_task_beside_a_known_one_is_named_and_the_known_one_stays() -> None:
    form = a_form(dienst="groenonderhoud, oogarts")
    assert form.question is None
    assert form.error("dienst") == "De dienst ‘oogarts’ vinden we niet. Probeer een ander woord."
    assert form.loose_question is not None
    assert [task.keys for task in form.loose_question.taken] == [("groenonderhoud",)]


def test_a_region_stands_for_its_gemeenten() -> None:
    question = a_form(("gemeente", "Westhoek"), ("gemeente", "Ieper")).question
    assert question is not None
    assert question.nis == ("33011", "38025", "33021")
    assert question.regios == ("Westhoek",)


@pytest.mark.parametrize("text", ["Ieper en Veurne", "Ieper / Veurne", "Ieper\nVeurne", "Ieper of Veurne"])
def test_gemeenten_are_parted_as_people_write_them(text: str) -> None:
    question = a_form(gemeente=text).question
    assert question is not None
    assert question.gemeenten == (IEPER, VEURNE)


@pytest.mark.parametrize(
    ("text", "count", "amounts"),
    [
        ("", None, ()),
        ("1", 1, ()),
        ("100", 100, ()),
        ("40.000; 60.000", 2, (40_000, 60_000)),
        ("40.000 + 60.000,50", 2, (40_000, Decimal("60000.5"))),
        ("60000;60000", 2, (60_000, 60_000)),
    ],
)
def test_lots_are_a_number_or_amounts(text: str, count: int | None, amounts: tuple[Decimal, ...]) -> None:
    question = a_form(percelen=text).question
    assert question is not None
    assert (question.percelen, question.perceelbedragen) == (count, amounts)


def test_lots_given_one_by_one_are_amounts() -> None:
    question = a_form(("percelen", "40000"), ("percelen", "50000")).question
    assert question is not None
    assert question.perceelbedragen == (40_000, 50_000)


def test_unknown_parameters_are_ignored() -> None:
    assert a_form(utm_source="x", pagina="-1").errors == []


def test_a_form_without_any_value_is_empty() -> None:
    assert QuestionForm(dict.fromkeys(FIELDS, "")).is_empty
    assert not a_form().is_empty


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=40)))
def test_any_input_gives_errors_or_an_advice(values: dict[str, str]) -> None:
    form = a_form(**values)
    assert (form.question is None) == bool(form.errors)
    if form.loose_question is not None:
        assert advise(form.loose_question, None).verdicts
