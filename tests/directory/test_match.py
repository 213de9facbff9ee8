"""Filters, counts and order, each against the rules written out plainly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.config import Settings
from catalogue.directory import match
from catalogue.directory.criteria import Criteria
from catalogue.directory.entries import Entry
from catalogue.directory.facets import count_facets
from catalogue.directory.live import Directory
from catalogue.directory.search import Search
from catalogue.directory.snapshot import Snapshot
from catalogue.directory.tables import Bits
from catalogue.directory.vocabulary import folded
from catalogue.models.offer import SAMENWERKING
from catalogue.models.werkvorm import groepen
from catalogue.places.distance import km
from catalogue.search.types import Term
from tests.directory import naive
from tests.directory.records import (
    GEMEENTEN,
    IEPER,
    KORTRIJK,
    POPERINGE,
    VEURNE,
    entry,
    gazetteer,
    group,
    site,
    snapshot,
    words,
)
from tests.directory.strategies import REGIONS, SLUGS, catalogues, patient, questions
from tests.directory.strategies import criteria as searches

DIRECTORY = Directory(Settings(data=Path("/nonexistent")))


def search_for(here: Snapshot, criteria: Criteria) -> Search:
    return Search(DIRECTORY, criteria, here)


def ids(here: Snapshot, bits: Bits) -> set[int]:
    found = [here.entries[int(position)] for position in here.positions(bits)]
    return {one.id for one in found if one}


def evaluated(here: Snapshot, criteria: Criteria, terms: list[Term] | None = None) -> set[int]:
    return ids(here, match.evaluate(here, search_for(here, criteria).query(criteria, terms or [])))


def ordered(here: Snapshot, criteria: Criteria, sort: str, terms: list[Term] | None = None) -> list[int]:
    search = search_for(here, criteria)
    query = search.query(criteria, terms or [])
    distances, _ = search.distances(replace(criteria, sorteer=sort))
    order = match.in_order(here, query, match.evaluate(here, query), sort, distances)
    return [here.entries[int(position)].id for position in order]  # type: ignore[union-attr]


def test_service_and_place_are_matched_on_the_same_offer() -> None:
    here = snapshot(
        entry(1, [group(["groenonderhoud"], [IEPER]), group(["schoonmaak"], [VEURNE])]),
        entry(2, [group(["groenonderhoud"], [VEURNE])]),
    )
    assert evaluated(here, Criteria(dienst=("groenonderhoud",), gemeente=(VEURNE,))) == {2}
    assert evaluated(here, Criteria(dienst=("groenonderhoud",), gemeente=(IEPER,))) == {1}
    assert evaluated(here, Criteria(dienst=("schoonmaak",), gemeente=(VEURNE,))) == {1}


def test_cooperation_is_matched_on_the_same_offer_too() -> None:
    here = snapshot(
        entry(1, [group(["catering"], [IEPER], ["levering"]), group(["schoonmaak"], [IEPER], ["enclave"])])
    )
    assert evaluated(here, Criteria(dienst=("catering",), samenwerking=("enclave",))) == set()
    assert evaluated(here, Criteria(dienst=("schoonmaak",), samenwerking=("enclave",))) == {1}


def test_a_service_means_everything_narrower_at_any_depth() -> None:
    here = snapshot(entry(1, [group(["bermen-maaien"])]), entry(2, [group(["hagen-scheren"])]))
    assert evaluated(here, Criteria(dienst=("groenonderhoud",))) == {1, 2}
    assert evaluated(here, Criteria(dienst=("gras-maaien",))) == {1}
    assert evaluated(here, Criteria(dienst=("bermen-maaien",))) == {1}


def test_an_offer_from_one_site_does_not_lie_near_another() -> None:
    """The only offer is done in Ieper; the shop in Kortrijk does not bring it nearer."""
    here = snapshot(entry(1, [group(sites=[0])], sites=(site(IEPER), site(KORTRIJK))))
    near_kortrijk = gazetteer().parse_centre("Kortrijk")
    near_ieper = gazetteer().parse_centre("Ieper")
    assert evaluated(here, Criteria(rond=near_kortrijk, straal=5)) == set()
    assert evaluated(here, Criteria(rond=near_ieper, straal=5)) == {1}


@settings(patient, max_examples=200)
@given(catalogues(), searches(), questions)
def test_a_search_finds_what_the_plain_rules_find(
    entries: list[Entry], criteria: Criteria, terms: list[Term]
) -> None:
    here = snapshot(*entries)
    assert evaluated(here, criteria, terms) == naive.found(entries, criteria, terms, words())


FACETS: dict[str, list[Any]] = {
    "werkvorm": list(groepen()),
    "dienst": SLUGS,
    "trede": [1, 2, 3, 4, 5, 6],
    "gemeente": list(GEMEENTEN),
    "regio": REGIONS,
    "samenwerking": list(SAMENWERKING),
}


@patient
@given(catalogues(), searches(), questions)
def test_a_facet_counts_what_a_click_would_give(
    entries: list[Entry], criteria: Criteria, terms: list[Term]
) -> None:
    here = snapshot(*entries)
    search = search_for(here, criteria)
    shown = count_facets(search, search.query(criteria, terms), criteria)
    for facet, values in FACETS.items():
        given_ = {str(value.value): value for value in shown[facet] if value.value in map(str, values)}
        for value in values:
            chosen = value in getattr(criteria, facet)
            alone: dict[str, Any] = {facet: (value,)}
            clicked = naive.found(entries, replace(criteria, **alone), terms, words())
            told = given_.get(str(value))
            assert (told.count if told else 0) == len(clicked), (facet, value)
            assert (told.chosen if told else False) == chosen, (facet, value)
            assert (told is not None) == (chosen or bool(clicked)), (facet, value)


@patient
@given(catalogues(), searches(), questions, st.sampled_from(sorted(FACETS)), st.data())
def test_a_new_filter_never_adds_and_a_second_value_never_removes(
    entries: list[Entry], criteria: Criteria, terms: list[Term], facet: str, data: st.DataObject
) -> None:
    here = snapshot(*entries)
    none: dict[str, Any] = {facet: ()}
    first, second = data.draw(st.sampled_from(FACETS[facet])), data.draw(st.sampled_from(FACETS[facet]))
    one: dict[str, Any] = {facet: (first,)}
    both: dict[str, Any] = {facet: (first, second)}
    without = evaluated(here, replace(criteria, **none), terms)
    with_one = evaluated(here, replace(criteria, **one), terms)
    assert with_one <= without
    assert with_one <= evaluated(here, replace(criteria, **both), terms) <= without


@patient
@given(catalogues(), searches(), questions, st.sampled_from(["", "naam", "afstand", "bevestigd"]), st.data())
def test_the_order_does_not_depend_on_how_entries_came_in(
    entries: list[Entry], criteria: Criteria, terms: list[Term], sort: str, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(entries))
    assert ordered(snapshot(*entries), criteria, sort, terms) == ordered(
        snapshot(*shuffled), criteria, sort, terms
    )


@patient
@given(catalogues())
def test_names_sort_without_case_accents_or_marks(entries: list[Entry]) -> None:
    expected = sorted(entries, key=lambda one: (folded(one.name), one.id))
    assert ordered(snapshot(*entries), Criteria(), "naam") == [one.id for one in expected]


@patient
@given(catalogues())
def test_the_last_confirmed_stands_first_and_the_never_confirmed_last(entries: list[Entry]) -> None:
    expected = sorted(
        entries,
        key=lambda one: (
            -(one.confirmed_on.toordinal() if one.confirmed_on else 0),
            folded(one.name),
            one.id,
        ),
    )
    assert ordered(snapshot(*entries), Criteria(), "bevestigd") == [one.id for one in expected]


@patient
@given(catalogues(), st.sampled_from(GEMEENTEN))
def test_distance_sorts_by_the_nearest_site_and_those_without_a_point_last(
    entries: list[Entry], nis: str
) -> None:
    centre = gazetteer().parse_centre(nis)
    assert centre is not None

    def far(one: Entry) -> float:
        return min((km(s.point, centre.point) for s in one.sites if s.point), default=float("inf"))

    order = ordered(snapshot(*entries), Criteria(rond=centre), "afstand")
    by_id = {one.id: far(one) for one in entries}
    assert [by_id[id] for id in order] == pytest.approx(sorted(by_id.values()))


def test_a_seat_goes_before_a_stated_area_and_that_before_an_assumed_one() -> None:
    here = snapshot(
        entry(1, [group(is_assumed=True)], name="Aaa"),
        entry(2, [group()], name="Bbb"),
        entry(3, [group()], name="Ccc", sites=(site(IEPER),)),
    )
    criteria = Criteria(dienst=("groenonderhoud",), gemeente=(IEPER,))
    assert ordered(here, criteria, "relevantie") == [3, 2, 1]


def test_the_service_itself_goes_before_a_narrower_one() -> None:
    here = snapshot(
        entry(1, [group(["gras-maaien"])], name="Aaa"), entry(2, [group(["groenonderhoud"])], name="Bbb")
    )
    assert ordered(here, Criteria(dienst=("groenonderhoud",)), "relevantie") == [2, 1]


def test_equals_are_settled_by_confirmation_and_then_by_name() -> None:
    here = snapshot(
        entry(1, [group()], name="Zon"),
        entry(2, [group()], name="Aarde"),
        entry(3, [group()], name="Maan", confirmed_on=snapshot().today),
    )
    assert ordered(here, Criteria(dienst=("groenonderhoud",)), "relevantie") == [3, 2, 1]


@patient
@given(catalogues(), st.floats(49.5, 51.5), st.floats(2.3, 6.5))
def test_distances_are_those_of_geopy(entries: list[Entry], lat: float, lon: float) -> None:
    from geopy.distance import great_circle

    here = snapshot(*entries)
    nearest, which = here.distances(lat, lon)
    for one in entries:
        position = here.position[one.id]
        by_site = {
            number: great_circle((s.lat, s.lon), (lat, lon)).km
            for number, s in enumerate(one.sites)
            if s.lat is not None
        }
        if not by_site:
            assert np.isinf(nearest[position])
            continue
        assert nearest[position] == pytest.approx(min(by_site.values()), abs=1e-6)
        assert by_site[int(which[position])] == pytest.approx(min(by_site.values()), abs=1e-6)


def test_an_empty_catalogue_answers_every_search() -> None:
    here = snapshot()
    criteria = Criteria(dienst=("catering",), gemeente=(POPERINGE,), trede=(5,), bevestigd=12)
    assert evaluated(here, criteria) == set()
    assert ordered(here, Criteria(rond=gazetteer().parse_centre("8900"), straal=10), "afstand") == []
