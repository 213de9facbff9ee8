"""The facets of a search: every value with the number of results that it would give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from catalogue.directory import match
from catalogue.directory.criteria import Criteria
from catalogue.directory.match import Query
from catalogue.directory.search import Search
from catalogue.models.offer import SAMENWERKING
from catalogue.models.trede import treden
from catalogue.models.werkvorm import groepen, werkvormen

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


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A value of a facet with the number of results it would give."""

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
    ways = match.count_offers(snapshot, query, "samenwerking", "samenwerking")
    shown_forms = [*groepen(), *(key for key in criteria.werkvorm if key not in groepen())]
    labels = {key: group.label for key, group in groepen().items()} | {
        key: form.label for key, form in werkvormen().items() if key not in groepen()
    }
    by_count = sorted(
        services, key=lambda slug: (-services[slug], words.services[str(slug)].label.casefold())
    )
    return {
        "werkvorm": _values(shown_forms, forms, criteria.werkvorm, labels),
        "dienst": _values(
            [*by_count, *criteria.dienst],
            services,
            criteria.dienst,
            {slug: service.label for slug, service in words.services.items()},
        ),
        "trede": _values(
            sorted(treden(), reverse=True),
            steps,
            criteria.trede,
            {n: f"{n} · {t.naam}" for n, t in treden().items()},
        ),
        "gemeente": _values(
            [nis for nis in words.gemeenten if nis in gemeenten or nis in criteria.gemeente],
            gemeenten,
            criteria.gemeente,
            words.gazetteer.names,
        ),
        "regio": _regions(search, query, criteria),
        "samenwerking": _values(SAMENWERKING, ways, criteria.samenwerking, SAMENWERKING),
    }


def _regions(search: Search, query: Query, criteria: Criteria) -> tuple[FacetCount, ...]:
    counts: dict[str | int, int] = {}
    rest = query.without("regio")
    for slug, members in search.words.gazetteer.region_gemeenten.items():
        chosen = replace(rest, regio=match.layered(search.snapshot, "gemeente", members))
        counts[slug] = match.evaluate(search.snapshot, chosen).bit_count()
    return _values(counts, counts, criteria.regio, search.words.gazetteer.region_names)


def _values(
    order: Iterable[str | int],
    counts: Mapping[str | int, int],
    chosen: Sequence[str | int],
    labels: Mapping[str, str] | Mapping[int, str],
) -> tuple[FacetCount, ...]:
    """Values in their order; those with nothing are left out unless chosen."""
    return tuple(
        FacetCount(str(value), labels[value], counts.get(value, 0), value in chosen)  # type: ignore[index]
        for value in dict.fromkeys(order)
        if counts.get(value, 0) or value in chosen
    )
