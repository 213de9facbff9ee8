"""Why an organisation was found: short, true and in the words of the screen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from catalogue.directory.criteria import Criteria
from catalogue.directory.entries import Entry
from catalogue.directory.reasons import reasons_for
from catalogue.search.types import OwnMatch, ServiceMatch, Term
from tests.directory import naive
from tests.directory.records import IEPER, KORTRIJK, POPERINGE, VEURNE, entry, group, site, words
from tests.directory.strategies import catalogues, patient, questions
from tests.directory.strategies import criteria as searches


def service(slug: str, kind: Any = "dienst", weight: float = 1.0, word: str = "") -> ServiceMatch:
    return ServiceMatch(slug, weight, kind, word or slug)


def own(field: Any, word: str = "vogelhuisjes", weight: float = 0.5) -> dict[int, OwnMatch]:
    return {1: OwnMatch(weight, field, word)}


def why(one: Entry, criteria: Criteria, *terms: Term) -> list[str]:
    return list(reasons_for(one, criteria, terms, words()).reasons)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (Term("groen", (service("groenonderhoud"),)), "dienst: groenonderhoud"),
        (
            Term("plantsoenen", (service("groenonderhoud", "synoniem", word="groenwerken"),)),
            "dienst: groenonderhoud (‘plantsoenen’)",
        ),
        (
            Term("groen", (service("groenonderhoud", "smaller"),)),
            "dienst: groenonderhoud, deel van wat u zoekt",
        ),
        (Term("haag", (service("groenonderhoud", "ruimer"),)), "ruimere dienst: groenonderhoud"),
        (
            Term("groen", (service("groenonderhoud", "ruimer", 0.3), service("groenonderhoud", weight=0.9))),
            "dienst: groenonderhoud",
        ),
        (Term("x", own=own("naam", "Ster")), "naam: ‘Ster’"),
        (Term("x", own=own("voorheen", "Maan")), "vroegere naam: ‘Maan’"),
        (Term("x", own=own("nummer", "0404055577")), "ondernemingsnummer: ‘0404055577’"),
        (Term("x", own=own("dienstwoord")), "eigen woorden: ‘vogelhuisjes’"),
        (Term("x", own=own("plaats", "Ieper")), "gemeente: ‘Ieper’"),
        (Term("x", own=own("nota")), "toelichting: ‘vogelhuisjes’"),
        (Term("x", own=own("omschrijving")), "omschrijving: ‘vogelhuisjes’"),
        (
            Term("beschutte werkplaats", werkvormen=("maatwerkbedrijf",)),
            "werkvorm: Maatwerkbedrijf (collectief maatwerk)",
        ),
        (Term("maatwerk", werkvormen=("maatwerk",)), "werkvorm: Maatwerkbedrijf"),
        (
            Term("groen", (service("groenonderhoud", weight=0.4),), own=own("naam", "Groen", 0.9)),
            "naam: ‘Groen’",
        ),
    ],
)
def test_a_word_is_explained_by_where_it_was_found(term: Term, expected: str) -> None:
    assert why(entry(1, [group()]), Criteria(), term) == [expected]


def test_a_word_that_did_not_count_is_not_given_as_what_led_to_a_service() -> None:
    named = ServiceMatch("schoonmaak", 9.0, "synoniem", "kuisen")
    term = Term("tuinhuis kuisen", (named,), loose=("tuinhuis",))
    assert why(entry(1, [group(["schoonmaak"])]), Criteria(), term) == ["dienst: schoonmaak (‘kuisen’)"]


def test_who_names_what_the_service_leaves_open_is_told_so() -> None:
    chocolade = {1: OwnMatch(1.5, "omschrijving", "chocolade")}
    term = Term("catering met chocolade", (service("catering"),), loose=("chocolade",), about=chocolade)
    told = reasons_for(entry(1, [group(["catering"])]), Criteria(), [term], words())
    assert told.reasons == ("dienst: catering", "omschrijving: ‘chocolade’")
    assert "chocolade" in told.words
    other = entry(2, [group(["catering"])])
    assert reasons_for(other, Criteria(), [term], words()).reasons == ("dienst: catering",)


def test_of_more_than_three_reasons_the_place_stays() -> None:
    one = entry(1, [group(["groenonderhoud", "schoonmaak", "catering"], is_assumed=True)])
    terms = [Term(slug, (service(slug),)) for slug in ("groenonderhoud", "schoonmaak", "catering")]
    told = why(one, Criteria(gemeente=(IEPER,), trede=(5,)), *terms)
    assert told == [
        "dienst: groenonderhoud",
        "dienst: schoonmaak",
        "werkt in Ieper (aangenomen, niet bevestigd)",
    ]


def test_a_name_is_given_as_it_is_written() -> None:
    one = entry(1, [group()], name="De Sikkel", former_names=("Oude Zeis",))
    assert why(one, Criteria(), Term("x", own=own("naam", "de sikkel"))) == ["naam: ‘De Sikkel’"]
    assert why(one, Criteria(), Term("x", own=own("voorheen", "oude zeis"))) == ["vroegere naam: ‘Oude Zeis’"]


def test_the_names_of_a_service_are_marked_whatever_was_asked() -> None:
    marked = reasons_for(entry(1, [group(["schoonmaak"])]), Criteria(dienst=("schoonmaak",)), (), words())
    assert {"Schoonmaak", "kuisen", "poetsen"} <= set(marked.words)


@pytest.mark.parametrize(
    ("one", "given_", "expected"),
    [
        (entry(1, [group()]), {"gemeente": (IEPER,)}, ["werkt in Ieper"]),
        (entry(1, [group()], sites=(site(IEPER),)), {"gemeente": (IEPER,)}, ["werkt in Ieper (vestiging)"]),
        (
            entry(1, [group(is_assumed=True)]),
            {"gemeente": (IEPER,)},
            ["werkt in Ieper (aangenomen, niet bevestigd)"],
        ),
        (
            entry(1, [group(is_assumed=True), group(["catering"])]),
            {"gemeente": (IEPER,), "dienst": ("groenonderhoud",)},
            ["dienst: groenonderhoud", "werkt in Ieper (aangenomen, niet bevestigd)"],
        ),
        (
            entry(1, [group(gemeenten=[IEPER, VEURNE, POPERINGE])]),
            {"gemeente": (IEPER, KORTRIJK, VEURNE, POPERINGE)},
            ["werkt in Ieper, Veurne en 1 andere"],
        ),
        (entry(1, [group()]), {"regio": ("westhoek",)}, ["werkt in regio Westhoek"]),
        (entry(1, [group()]), {"dienst": ("groenonderhoud",)}, ["dienst: groenonderhoud"]),
        (
            entry(1, [group(["gras-maaien"])]),
            {"dienst": ("groenonderhoud",)},
            ["dienst: gras maaien, deel van groenonderhoud"],
        ),
        (entry(1, [group()]), {"trede": (5, 3)}, ["trede 5"]),
        (entry(1, [group()], treden=(3, 4)), {"trede": (3, 4)}, ["trede 3 en 4"]),
        (entry(1, [group()]), {"werkvorm": ("maatwerk",)}, ["werkvorm: Maatwerkbedrijf"]),
        (
            entry(1, [group(samenwerking=["levering"])]),
            {"samenwerking": ("levering", "enclave")},
            ["samenwerking: levering van producten"],
        ),
    ],
)
def test_a_filter_is_explained_by_what_the_entry_has(
    one: Entry, given_: dict[str, Any], expected: list[str]
) -> None:
    assert why(one, Criteria(**given_)) == expected


def test_an_offer_elsewhere_is_never_given_as_the_reason() -> None:
    one = entry(1, [group(["groenonderhoud"], [IEPER]), group(["schoonmaak"], [VEURNE])])
    criteria = Criteria(dienst=("schoonmaak", "groenonderhoud"), gemeente=(VEURNE,))
    assert why(one, criteria) == ["dienst: schoonmaak", "werkt in Veurne"]


def test_a_seat_elsewhere_is_not_called_a_seat_here() -> None:
    one = entry(1, [group(gemeenten=[IEPER])], sites=(site(VEURNE),))
    assert why(one, Criteria(gemeente=(IEPER, VEURNE))) == ["werkt in Ieper"]


def test_the_cooperation_of_another_offer_is_not_a_reason() -> None:
    one = entry(1, [group(samenwerking=["levering"]), group(gemeenten=[VEURNE], samenwerking=["enclave"])])
    criteria = Criteria(gemeente=(IEPER,), samenwerking=("levering", "enclave"))
    assert why(one, criteria) == ["werkt in Ieper", "samenwerking: levering van producten"]


def test_the_site_that_answers_is_the_one_in_the_place_asked() -> None:
    one = entry(1, [group(gemeenten=[IEPER, VEURNE], sites=[0, 1])], sites=(site(IEPER), site(VEURNE)))
    found = [reasons_for(one, Criteria(gemeente=(nis,)), (), words()).site for nis in (IEPER, VEURNE)]
    assert found == [0, 1]


def test_the_site_that_answers_is_one_of_the_offer() -> None:
    one = entry(
        1,
        [group(["catering"], sites=[0]), group(["schoonmaak"], sites=[1])],
        sites=(site(IEPER), site(VEURNE)),
    )
    assert reasons_for(one, Criteria(dienst=("schoonmaak",)), (), words()).site == 1


@patient
@given(catalogues(4), searches(), questions)
def test_whoever_is_found_for_something_has_a_reason(
    entries: list[Entry], criteria: Criteria, terms: list[Term]
) -> None:
    found = naive.found(entries, criteria, terms, words())
    asked = criteria.dienst or criteria.gemeente or criteria.regio or criteria.trede or criteria.werkvorm
    for one in entries:
        told = reasons_for(one, criteria, terms, words())
        if one.id in found and asked:
            assert told.reasons, one
        assert len(set(told.reasons)) == len(told.reasons)
        assert told.services <= set(one.services)
        assert told.site < max(1, len(one.sites))
