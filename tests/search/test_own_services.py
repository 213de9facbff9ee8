"""Own words of organisations read as names of services, objects that do not narrow, forms of cooperation."""

import pytest

from catalogue.search.scan import ScanIndex
from catalogue.search.types import Document, PlaceTerm, Reading, ServiceTerm, Vocabulary

VOCABULARY = Vocabulary(
    (
        ServiceTerm("schoonmaak", "Schoonmaak", ("poetsen", "kantoren poetsen"), category="b"),
        ServiceTerm("ramen-wassen", "Ramen wassen", broader="schoonmaak", category="b"),
        ServiceTerm("schilderwerken", "Schilderwerken", ("schilderen",), category="a"),
        ServiceTerm("verpakken", "Verpakken", ("inpakken",), category="c"),
        ServiceTerm("drukwerk", "Drukwerk", ("brochures",), category="c"),
        ServiceTerm("wasserij", "Wasserij", ("wassen",), category="d"),
        ServiceTerm("begraafplaatsen", "Begraafplaatsonderhoud", category="e"),
        ServiceTerm("zonnepanelen", "Zonnepanelen reinigen", category="e"),
    ),
    places=(PlaceTerm("Leuven", ("24062",), "gemeente"), PlaceTerm("3000", ("24062",), "postcode")),
)
DOCUMENTS = (
    Document(1, "batterij", ("Batterijploeg",), words=("batterijen sorteren",)),
    Document(2, "glimmer", ("Glimmer",), words=("wagens poetsen",)),
    Document(3, "mandelwerk", ("Mandelwerk",)),
    Document(4, "krekelbeek", ("Krekelbeek Verpakt",)),
    Document(5, "schoon", ("Schoon",), words=("schoonmaak van kantoren",)),
)


def ask(question: str) -> Reading:
    return ScanIndex(DOCUMENTS).search(question, VOCABULARY)


@pytest.mark.parametrize(
    "question", ["batterijen sorteren", "sorteren van batterijen", "batterijsortering", "batterij sorteren"]
)
def test_an_own_word_for_a_service_is_found_in_every_form_that_a_service_would_be(question: str) -> None:
    (term,) = ask(question).terms
    assert {number: match.field for number, match in term.own.items()} == {1: "dienstwoord"}


def test_an_own_word_is_not_shown_as_a_service_of_the_vocabulary() -> None:
    assert [match.slug for term in ask("batterijen sorteren").terms for match in term.services] == []


def test_an_own_word_that_is_asked_whole_counts_more_than_one_that_holds_the_word() -> None:
    whole, part = ask("wagens poetsen").terms[0].own[2], ask("poetsen").terms[0].own[2]
    assert whole.weight > part.weight


def test_an_own_word_that_is_exactly_what_was_asked_does_not_hide_the_service_near_it() -> None:
    (term,) = ask("kantoorschoonmaak").terms
    assert 5 in term.own
    assert "schoonmaak" in [match.slug for match in term.services]


def test_the_own_word_of_one_does_not_hide_who_does_the_activity_at_all() -> None:
    (term,) = ask("kantoren schoonmaken").terms
    assert term.own[5].weight > next(match.weight for match in term.services if match.slug == "schoonmaak")


def test_who_names_the_activity_and_what_it_is_done_to_comes_before_the_service() -> None:
    said = Document(1, "rol", ("Rolmaat",), text="Wij poetsen hier ook ziekenhuisbedden.")
    (term,) = ScanIndex((said,)).search("ziekenhuisbedden poetsen", VOCABULARY).terms
    assert term.own[1].weight > term.services[0].weight


@pytest.mark.parametrize(
    ("question", "service", "loose"),
    [
        ("tuinhuis schilderen", "schilderwerken", ("tuinhuis",)),
        ("schilderen tuinhuis", "schilderwerken", ("tuinhuis",)),
        ("chocolade inpakken", "verpakken", ("chocolade",)),
        ("brochures verpakken", "verpakken", ("brochures",)),
        ("verpakken met een machine", "verpakken", ("machine",)),
        ("schilderen in het ziekenhuis", "schilderwerken", ("ziekenhuis",)),
    ],
)
def test_what_an_activity_is_done_to_or_with_does_not_narrow_and_is_told(
    question: str, service: str, loose: tuple[str, ...]
) -> None:
    assert [(term.services[0].slug, term.loose) for term in ask(question).terms] == [(service, loose)]


@pytest.mark.parametrize(
    "question",
    ["oogarts", "oogarts in Leuven", "schilderen en oogarts", "oogarts, schilderen", "auto wassen",
     "poetsen in Parijs", "zonnepanelen plaatsen"],
)  # fmt: skip
def test_an_unknown_task_is_answered_by_nobody(question: str) -> None:
    assert ask(question).is_unanswerable


def test_two_tasks_side_by_side_are_two_tasks() -> None:
    assert [term.services[0].slug for term in ask("schilderen verpakken").terms] == [
        "schilderwerken",
        "verpakken",
    ]


@pytest.mark.parametrize("question", ["ramen kuisen", "ramen reinigen", "gereinigde ramen", "raam poetsen"])
def test_an_activity_that_means_the_same_finds_the_service_of_the_same_object(question: str) -> None:
    assert [term.services[0].slug for term in ask(question).terms] == ["ramen-wassen"]


def test_a_form_of_cooperation_is_a_term_of_its_own() -> None:
    terms = ask("verpakken met een enclave").terms
    assert [term.samenwerking for term in terms] == [(), ("enclave",)]
    assert not ask("enclave").is_unanswerable


@pytest.mark.parametrize(
    ("question", "number"), [("Mandel werk", 3), ("mandelwerk", 3), ("krekelbeekverpakt", 4)]
)
def test_a_name_is_found_written_apart_or_as_one_word(question: str, number: int) -> None:
    (term,) = ask(question).terms
    assert max(term.own, key=lambda one: term.own[one].weight) == number
    assert term.own[number].weight > 15


def test_a_slip_inside_a_compound_that_nothing_answers_is_mended() -> None:
    reading = ask("begraafplatsonderhoud")
    assert reading.corrected == "begraafplaatsonderhoud"
    assert reading.terms[0].services[0].slug == "begraafplaatsen"
