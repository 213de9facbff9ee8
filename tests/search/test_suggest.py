"""Suggestions while typing, and the services nearest to a question that nobody answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.search.suggest import LIMIT, Suggester, nearest
from catalogue.search.types import ServiceTerm, Suggestion, Vocabulary
from tests.search.builders import VOCABULARY

NAMES = [("De Sleutel", "de-sleutel"), ("Grootkeuken Veurne", "grootkeuken"), ("Groep Één", "groep-een")]


def suggest(typed: str, limit: int = LIMIT) -> list[Suggestion]:
    return Suggester(VOCABULARY, NAMES).suggest(typed, limit)


@pytest.mark.parametrize(
    ("typed", "kind", "slug"),
    [
        ("groeno", "dienst", "groenonderhoud"),
        ("kuis", "dienst", "schoonmaak"),
        ("strij", "dienst", "strijk"),
        ("schere", "dienst", "hagen-scheren"),
        ("onderhou", "dienst", "groenonderhoud"),
        ("poper", "gemeente", "33021"),
        ("beselare", "gemeente", "33037"),
        ("8970", "gemeente", "33021"),
        ("op den", "gemeente", "12014"),
        ("sleut", "organisatie", "de-sleutel"),
        ("groep een", "organisatie", "groep-een"),
        ("GRÓOTK", "organisatie", "grootkeuken"),
    ],
)
def test_the_start_of_any_word_is_completed(typed: str, kind: str, slug: str) -> None:
    assert (kind, slug) in [(one.kind, one.slug) for one in suggest(typed)]


def test_kinds_stand_together_services_first() -> None:
    kinds = [one.kind for one in suggest("g")]
    assert kinds == sorted(kinds, key=["dienst", "gemeente", "organisatie"].index)
    assert set(kinds) == {"dienst", "organisatie"}


def test_another_name_says_how_it_was_found() -> None:
    by_synonym = next(one for one in suggest("kuisen") if one.kind == "dienst")
    assert (by_synonym.label, by_synonym.via) == ("Schoonmaak", "kuisen")
    by_village = next(one for one in suggest("besel") if one.kind == "gemeente")
    assert (by_village.label, by_village.value, by_village.via) == ("Zonnebeke", "33037", "Beselare")
    assert next(one for one in suggest("zonne")).via is None


@pytest.mark.parametrize("typed", ["", " ", "!!", "xyzzy"])
def test_nothing_is_suggested_for_nothing(typed: str) -> None:
    assert suggest(typed) == []


@settings(deadline=None)
@given(st.text(max_size=20), st.integers(min_value=0, max_value=12))
def test_any_text_may_be_typed_and_nothing_comes_twice(typed: str, limit: int) -> None:
    found = suggest(typed, limit)
    assert len(found) <= limit
    assert len({(one.kind, one.slug) for one in found}) == len(found)


def test_the_nearest_services_share_a_part_or_look_alike() -> None:
    assert nearest(["fietsverzekering"], VOCABULARY)[0].startswith("fiets")
    assert nearest(["hydrent"], VOCABULARY)[:1] == ["hydranten"]
    assert nearest([], VOCABULARY) == []


@pytest.mark.parametrize("asked", ["oogarts", "tandarts", "loodgieter", "website maken"])
def test_nothing_is_near_a_question_that_resembles_no_service(asked: str) -> None:
    assert nearest([asked], VOCABULARY) == []


def test_a_former_name_leads_to_the_organisation_under_its_name() -> None:
    found = Suggester(VOCABULARY, [("Forum", "forum"), ("'t Veerhuis", "forum")]).suggest("'t ve")
    assert [(one.label, one.slug, one.via) for one in found] == [("Forum", "forum", "'t Veerhuis")]


def test_the_service_with_most_names_that_begin_so_comes_first() -> None:
    vocabulary = Vocabulary(
        (
            ServiceTerm("metaal", "Metaal", ("poederlakken",)),
            ServiceTerm("schoonmaak", "Schoonmaak", ("poetsen", "poetswerk")),
        )
    )
    assert [one.slug for one in Suggester(vocabulary).suggest("poe")] == ["schoonmaak", "metaal"]


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("onderhoud van groen", "groenonderhoud"),
        ("groenonderhouden", "groenonderhoud"),
        ("schonmaak", "schoonmaak"),
        ("schoonmakk", "schoonmaak"),
        ("hydrenten", "hydranten"),
        ("poprinege", "33021"),
        ("grotkeuke", "grootkeuken"),
    ],
)
def test_other_forms_and_slips_of_the_finger_are_understood(typed: str, slug: str) -> None:
    assert slug in [one.slug for one in suggest(typed)]


def test_what_begins_as_was_typed_is_not_mixed_with_what_resembles_it() -> None:
    names = [("Poetsploeg", "poetsploeg"), ("Koetsploeg", "koetsploeg"), ("Poetsploen", "poetsploen")]
    assert [one.slug for one in Suggester(Vocabulary(), names).suggest("poetsploeg")] == ["poetsploeg"]


def test_an_edit_gives_the_suggestions_of_a_fresh_start() -> None:
    before = Suggester(VOCABULARY, NAMES)
    gone = [pair for pair in NAMES if pair[1] in ("de-sleutel", "groep-een")]
    assert gone
    after = before.with_changes(gone, [("Het Slot", "het-slot"), ("De Sleutel", "het-slot")])
    fresh = Suggester(VOCABULARY, [*NAMES[1:2], ("Het Slot", "het-slot"), ("De Sleutel", "het-slot")])
    for typed in ("sl", "slo", "de sleutel", "gro", "groep", "he", "g"):
        assert after.suggest(typed) == fresh.suggest(typed)
    assert [one.slug for one in before.suggest("de sleutel")] == ["de-sleutel"]


def test_services_are_not_crowded_out_by_many_names_that_begin_so() -> None:
    names = [(f"Groen{number:05d}", f"groen-{number}") for number in range(5_000)]
    assert "groenonderhoud" in [one.slug for one in Suggester(VOCABULARY, names).suggest("gr")]
