"""Hypothesis strategies: small catalogues, searches and questions over them."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from catalogue.directory.criteria import Criteria
from catalogue.directory.entries import Entry
from catalogue.models.offer import SAMENWERKING
from catalogue.models.werkvorm import groepen, werkvormen
from catalogue.places.gazetteer import Centre
from catalogue.search.types import OwnMatch, ServiceMatch, Term
from tests.directory.records import GEMEENTEN, SERVICES, entry, gazetteer, group, site

# Other work on the machine must not fail a test.
patient = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])

SLUGS = [row[0] for row in SERVICES]
REGIONS = ["westhoek", "zuid-west-vlaanderen"]
DAYS = [None, date(2026, 11, 22), date(2026, 8, 22), date(2026, 8, 21), date(2025, 11, 22), date(2020, 2, 29)]


def some(values: Any, most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    """Up to so many different values."""
    return st.lists(st.sampled_from(list(values)), max_size=most, unique=True).map(tuple)


sites = st.builds(
    site,
    nis=st.sampled_from(GEMEENTEN),
    lat=st.sampled_from([None, None, 0.0, 50.9]),
)


@st.composite
def entries(draw: st.DrawFn, id: int) -> Entry:
    """An entry with up to three kinds of offers, done from some or all of its sites."""
    at = draw(st.lists(sites, max_size=3))
    numbers = range(len(at))
    groups = [
        group(
            draw(some(SLUGS)),
            draw(some(GEMEENTEN)),
            draw(some(SAMENWERKING, 2)),
            sorted(draw(some(numbers))) if at else (),
            is_assumed=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    return entry(
        id,
        groups,
        name=draw(st.sampled_from(["Ster", "Maat", "École", "'t Veld", f"Werk {id}"])),
        sites=tuple(at),
        werkvormen=draw(some(werkvormen(), 2)),
        confirmed_on=draw(st.sampled_from(DAYS)),
    )


@st.composite
def catalogues(draw: st.DrawFn, most: int = 6) -> list[Entry]:
    """Entries with different ids, in any order."""
    ids = draw(st.lists(st.integers(1, 40), max_size=most, unique=True))
    return [draw(entries(id=id)) for id in ids]


@st.composite
def criteria(draw: st.DrawFn) -> Criteria:
    """A search by filters."""
    centre = draw(st.sampled_from([None, None, *GEMEENTEN]))
    return Criteria(
        werkvorm=draw(some([*groepen(), *werkvormen()], 2)),
        dienst=draw(some(SLUGS, 2)),
        gemeente=draw(some(GEMEENTEN, 2)),
        regio=draw(some(REGIONS, 1)),
        trede=draw(some(range(1, 7), 2)),
        samenwerking=draw(some(SAMENWERKING, 2)),
        rond=Centre(gazetteer().points[centre], "hier") if centre else None,
        straal=draw(st.sampled_from([None, 1.0, 15.0, 40.0])) if centre else None,
        bevestigd=draw(st.sampled_from([None, None, 3, 12])),
    )


own_matches = st.builds(
    OwnMatch,
    weight=st.sampled_from([0.2, 0.5, 1.0]),
    field=st.sampled_from(["naam", "omschrijving", "dienstwoord"]),
    word=st.just("woord"),
)
terms = st.builds(
    Term,
    text=st.just("woord"),
    services=some(SLUGS, 2).map(
        lambda slugs: tuple(ServiceMatch(slug, 0.9, "dienst", "woord") for slug in slugs)
    ),
    werkvormen=some(["maatwerkbedrijf", "az"], 1),
    own=st.dictionaries(st.integers(1, 40), own_matches, max_size=3),
)
questions = st.lists(terms, max_size=2)
