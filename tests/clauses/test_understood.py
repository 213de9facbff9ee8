"""How a question is read back: amounts in Dutch, ours marked, guides named."""

from __future__ import annotations

from datetime import date

import pytest

from catalogue.clauses.defaults import defaults
from catalogue.clauses.forms import QuestionForm
from catalogue.clauses.question import Named, Task
from catalogue.clauses.understood import Answer, empty_hints, understood
from tests.clauses.builders import GROEN, a_form, a_question


def answers(form: QuestionForm) -> dict[str, Answer]:
    assert form.question is not None
    return {one.veld: one for one in understood(form.question, defaults())}


def test_a_question_is_read_back_with_the_amount_as_we_understood_it() -> None:
    read = answers(a_form(raming="120 000", dienst="groenonderhoud", gemeente="ieper", datum="1/3/2026"))
    assert read["raming"].tekst == "120.000 euro, excl. btw"
    assert read["datum"].tekst == "1-3-2026"
    assert (read["dienst"].tekst, read["gemeente"].tekst) == ("groenonderhoud", "Ieper")
    assert read["soort"].tekst == "Diensten"


def test_what_was_left_open_is_marked_as_ours_and_what_was_given_is_not() -> None:
    read = answers(a_form(duur_maanden="12", aanbesteder="lokaal"))
    assert {field for field, one in read.items() if one.is_ours} == {
        *("datum", "arbeidsaandeel", "inspanning", "uurkost"),
    }
    assert "dienst" not in read
    assert "percelen" not in read


@pytest.mark.parametrize(
    ("soort", "dienst", "share", "reason"),
    [
        ("diensten", "schoonmaak", "85 %", "Onze schatting voor schoonmaak."),
        ("diensten", "strijk", "65 %", "Onze schatting voor dit soort opdracht."),
        ("leveringen", "schoonmaak", "10 %", "Onze schatting voor dit soort opdracht."),
        ("werken", "", "35 %", "Onze schatting voor dit soort opdracht."),
    ],
)
def test_the_labour_share_says_on_what_it_rests(soort: str, dienst: str, share: str, reason: str) -> None:
    form = a_form(soort=soort, dienst=dienst)
    read = answers(form)["arbeidsaandeel"]
    assert (read.tekst, read.nota) == (share, reason)
    hint = empty_hints(defaults(), form.question)["arbeidsaandeel"]
    assert hint == f"Leeg: {share}. {reason}"


def test_a_narrower_service_takes_the_guide_of_the_one_above() -> None:
    task = Task("gras", (Named("gras-maaien", "Gras maaien"),), gids=("gras-maaien", "groenonderhoud"))
    assert defaults().labour_share("diensten", task.gids) == 65
    question = a_question(taken=(task,), assumed=frozenset({"arbeidsaandeel"}))
    read = {one.veld: one for one in understood(question, defaults())}
    assert read["arbeidsaandeel"].nota == "Onze schatting voor gras maaien."


def test_a_code_for_several_services_names_them_all() -> None:
    services = (Named("a", "Groenonderhoud"), Named("b", "Onkruidbeheer"), Named("c", "EHBO"))
    assert Task("77310000", services).label == "Groenonderhoud of onkruidbeheer of EHBO"


def test_a_large_region_is_named_and_counted() -> None:
    many = tuple(Named(str(number), f"Dorp {number}") for number in range(7))
    read = {
        one.veld: one.tekst for one in understood(a_question(gemeenten=many, regios=("Streek",)), defaults())
    }
    assert read["gemeente"] == "Streek: 7 gemeenten"
    few = {
        one.veld: one.tekst
        for one in understood(a_question(gemeenten=many[:2], regios=("Streek",)), defaults())
    }
    assert few["gemeente"] == "Dorp 0 en Dorp 1"


@pytest.mark.parametrize(
    ("given", "read"),
    [("1", "geen, één geheel"), ("3", "3"), ("40.000;50.000,50", "2: 40.000 euro en 50.000,50 euro")],
)
def test_lots_are_read_back(given: str, read: str) -> None:
    assert answers(a_form(percelen=given))["percelen"].tekst == read


def test_what_is_narrower_and_counts_too_is_named() -> None:
    below = tuple(f"Taak {number}" for number in range(10))
    question = a_question(taken=(Task("groen", (GROEN,), smaller=below),), datum=date(2026, 3, 1))
    (note,) = [one.nota for one in understood(question, defaults()) if one.veld == "dienst"]
    assert note.startswith("Ook wat daaronder valt, telt mee: taak 0, taak 1")
    assert note.endswith("taak 7, ….")
