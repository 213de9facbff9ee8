"""The facets of a search: every value with the number of results that it would give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from catalogue.directory import match
from catalogue.directory.criteria import Criteria
from catalogue.directory.match import Query
from catalogue.directory.search import Search
from catalogue.models.offer import SAMENWERKING
from catalogue.models.trede import treden
from catalogue.models.werkvorm import groepen, werkvormen

V = TypeVar("V", str, int)

FACETS: Mapping[str, str] = MappingProxyType(
    {
        "werkvorm": "Werkvorm",
        "dienst": "Dienst",
        "trede": "Trede",
        "gemeente": "Werkt in",
        "regio": "Regio",
        "samenwerking": "Samenwerking",
    }
)


# What a place read from the question can be, and the part of the search that holds it.
PLACE_PARTS: Mapping[str, str] = MappingProxyType({"regio": "regio", "rond": "near"})


@dataclass(slots=True)
class FacetCount:
    """A value of a facet with the number of results it would give.

    Not frozen: a search makes four hundred of them, and freezing triples what one costs.
    """

    value: str
    label: str
    count: int
    chosen: bool


def count_facets(search: Search, query: Query, criteria: Criteria) -> dict[str, tuple[FacetCount, ...]]:
    """All facets; the counts of one leave its own choice out."""
    snapshot, words = search.snapshot, search.words
    forms = match.count_whole(snapshot, query, "werkvorm")
    steps = match.count_whole(snapshot, query, "trede")
    services = match.count_offers(snapshot, query, "dienst", "service")
    # A gemeente that is chosen beats the place words of the question, whatever kind of place they name.
    unplaced = query
    for key, part in PLACE_PARTS.items():
        if key in search.recognised:
            unplaced = unplaced.without(part)
    gemeenten = match.count_offers(snapshot, unplaced, "gemeente", "gemeente")
    regions = {
        slug: count
        for slug, count in match.count_offers(snapshot, query, "regio", "regio").items()
        if slug in criteria.regio or not words.regions[str(slug)].is_named
    }
    ways = match.count_offers(snapshot, query, "samenwerking", "samenwerking")
    shown_forms = [*groepen(), *(key for key in criteria.werkvorm if key not in groepen())]
    labels = {key: group.label for key, group in groepen().items()} | {
        key: form.label for key, form in werkvormen().items() if key not in groepen()
    }
    # Most results first; equal ones in the order of their labels, in which they are counted.
    services = dict(sorted(services.items(), key=lambda one: -one[1]))
    return {
        "werkvorm": _values({key: forms.get(key, 0) for key in shown_forms}, criteria.werkvorm, labels),
        "dienst": _values(
            services | {slug: services.get(slug, 0) for slug in criteria.dienst},
            criteria.dienst,
            {slug: service.label for slug, service in words.services.items()},
        ),
        "trede": _values(
            {n: steps.get(n, 0) for n in sorted(treden(), reverse=True)},
            criteria.trede,
            {n: f"{n} · {t.naam}" for n, t in treden().items()},
        ),
        "gemeente": _values(
            _with_chosen(words.gemeenten, gemeenten, criteria.gemeente),
            criteria.gemeente,
            words.gazetteer.names,
        ),
        "regio": _values(
            _with_chosen(words.regions, regions, criteria.regio),
            criteria.regio,
            words.gazetteer.region_names,
        ),
        "samenwerking": _values(
            _with_chosen(SAMENWERKING, ways, criteria.samenwerking), criteria.samenwerking, SAMENWERKING
        ),
    }


def _with_chosen(order: Iterable[str], counts: Mapping[str, int], chosen: Sequence[str]) -> Mapping[str, int]:
    """The counts, with a place of their own for chosen values that nobody has."""
    if all(value in counts for value in chosen):
        return counts
    return {value: counts.get(value, 0) for value in order if value in counts or value in chosen}


def _values(counts: Mapping[V, int], chosen: Sequence[V], labels: Mapping[V, str]) -> tuple[FacetCount, ...]:
    """Values in their order; those with nothing are left out unless chosen."""
    return tuple(
        [
            FacetCount(str(value), labels[value], count, value in chosen)
            for value, count in counts.items()
            if count or value in chosen
        ]
    )
