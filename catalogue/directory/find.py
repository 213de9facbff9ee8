"""Find organisations: one call from criteria to what a page, a map, a file or the API shows."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalogue.directory import match
from catalogue.directory.criteria import NEAR_KM, Criteria
from catalogue.directory.entries import Entry, Site
from catalogue.directory.live import Directory
from catalogue.directory.match import Condition, Query
from catalogue.directory.reasons import reasons_for
from catalogue.directory.sentence import sentence
from catalogue.directory.snapshot import Bits, Snapshot
from catalogue.directory.vocabulary import Words
from catalogue.models.offer import SAMENWERKING
from catalogue.models.trede import treden
from catalogue.models.werkvorm import groepen, werkvormen
from catalogue.places.gazetteer import Centre
from catalogue.search.types import Reading, Term

# A chosen service itself, and an entry that does only something narrower.
EXACT_SERVICE, NARROWER_SERVICE = 1.0, 0.6
MAX_ALTERNATIVES = 10

Take = Callable[..., list["Hit"]]
# Loosening looks no further than this for who does the task in another gemeente.
NEIGHBOUR_KM = 40

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


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A value of a facet with the number of results it would give."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """One organisation found; `site` is the one that matched."""

    entry: Entry
    site: Site | None
    km: float | None
    reasons: tuple[str, ...]
    matched_services: frozenset[str]
    words: tuple[str, ...]
    loosened: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer. `order` holds every hit, best first; `hits` those of the page that was asked."""

    asked: Criteria
    criteria: Criteria
    snapshot: Snapshot
    reading: Reading | None
    total: int
    order: NDArray[np.intp] = field(repr=False)
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict, repr=False)
    sentence: str = ""
    corrected: str = ""
    recognised: Mapping[str, str] = field(default_factory=dict)
    alternatives: tuple[Hit, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages there are; an empty result has one."""
        return max(1, -(-self.total // self.criteria.per_pagina))


class Search:
    """One search being answered; small steps share what they work out."""

    def __init__(self, directory: Directory, criteria: Criteria, snapshot: Snapshot) -> None:
        self.asked = criteria
        self.snapshot = snapshot
        self.words: Words = snapshot.words
        self.reading: Reading | None = None
        self.recognised: dict[str, str] = {}
        self.criteria = criteria
        if criteria.q:
            literal = criteria.letterlijk
            self.reading = directory.index.search(criteria.q, self.words.search, literal=literal)
            self._take_place()

    def _take_place(self) -> None:
        """Place words of the question become the place filter; an explicit place beats them."""
        place = self.reading.place if self.reading else None
        if place is None or self.criteria.has_place:
            return
        if place.near:
            gazetteer = self.words.gazetteer
            centre = gazetteer.parse_centre(place.label) or Centre(gazetteer.point(place.nis[0]), place.label)
            straal = place.straal or NEAR_KM
            self.criteria = replace(self.criteria, rond=centre, rond_text=place.label, straal=float(straal))
            self.recognised = {"rond": centre.label, "straal": str(straal)}
        elif place.regio:
            self.criteria = replace(self.criteria, regio=(place.regio,))
            self.recognised = {"regio": place.regio}
        else:
            self.criteria = replace(self.criteria, gemeente=place.nis)
            self.recognised = {"gemeente": place.nis[0]}

    @property
    def terms(self) -> tuple[Term, ...]:
        """The task and kind words of the question."""
        return self.reading.terms if self.reading else ()

    def query(self, criteria: Criteria, terms: Sequence[Term] | None = None) -> Query:
        """The search as sets of positions."""
        snapshot = self.snapshot
        regional = [
            nis for slug in criteria.regio for nis in self.words.gazetteer.region_gemeenten.get(slug, ())
        ]
        seats = snapshot.sets["seat"]
        return Query(
            tasks=tuple(self.task(term) for term in (self.terms if terms is None else terms)),
            dienst=self.service_condition(criteria.dienst) if criteria.dienst else None,
            gemeente=match.layered(snapshot, "gemeente", criteria.gemeente) if criteria.gemeente else None,
            regio=match.layered(snapshot, "gemeente", regional) if criteria.regio else None,
            samenwerking=match.layered(snapshot, "samenwerking", criteria.samenwerking)
            if criteria.samenwerking
            else None,
            near=tuple(snapshot.near(criteria.rond.point.lat, criteria.rond.point.lon, criteria.straal))
            if criteria.rond and criteria.straal is not None
            else None,
            werkvorm=self.any_of("werkvorm", criteria.werkvorm),
            trede=self.any_of("trede", criteria.trede),
            confirmed=snapshot.confirmed_since(months_ago(snapshot.today, criteria.bevestigd))
            if criteria.bevestigd
            else None,
            seats=match.union(seats.get(nis, 0) for nis in criteria.gemeente or regional),
        )

    def any_of(self, name: str, values: Iterable[str | int]) -> Bits | None:
        """Entries with any of the values; None when there are no values."""
        chosen = list(values)
        return match.union(self.snapshot.sets[name].get(value, 0) for value in chosen) if chosen else None

    def service_condition(self, slugs: Sequence[str]) -> Condition:
        """Entries that do a service or something narrower, the service itself first."""
        weights = {below: NARROWER_SERVICE for slug in slugs for below in self.words.narrower.get(slug, ())}
        weights.update(dict.fromkeys(slugs, EXACT_SERVICE))
        return Condition(
            layers=match.layered(self.snapshot, "service", slugs),
            scores=match.scores(self.snapshot, weights),
        )

    def task(self, term: Term) -> Condition:
        """Entries that answer a word of the question."""
        snapshot = self.snapshot
        weights: dict[str, float] = {}
        for service in term.services:
            weights[service.slug] = max(weights.get(service.slug, 0.0), service.weight)
        scores = match.scores(snapshot, weights)
        flags = np.zeros(snapshot.size, dtype=bool)
        for id_, own in term.own.items():
            position = snapshot.position.get(id_)
            if position is not None and (not term.werkvormen or own.field in ("naam", "voorheen", "nummer")):
                flags[position] = True
                scores[position] = max(scores[position], own.weight)
        layers = match.layered(snapshot, "service", [f"={slug}" for slug in weights])
        # Who offers the service answers where that offer holds; its own words do not carry it elsewhere.
        own_bits = snapshot.bits(flags) & ~match.union(layers)
        for key in term.werkvormen:
            own_bits |= snapshot.sets["werkvorm"].get(key, 0)
        return Condition(
            layers=layers,
            own=own_bits,
            scores=scores,
        )

    def distances(self, criteria: Criteria) -> tuple[NDArray[np.float64] | None, NDArray[np.int64] | None]:
        """Distance and nearest site of every entry, from where the search is about."""
        centre = criteria.rond.point if criteria.rond else None
        if centre is None and criteria.sorteer == "afstand" and criteria.gemeente:
            centre = self.words.gazetteer.point(criteria.gemeente[0])
        if centre is None:
            return None, None
        return self.snapshot.distances(centre.lat, centre.lon)

    def hit(
        self,
        position: int,
        km: NDArray[np.float64] | None,
        nearest: NDArray[np.int64] | None,
        criteria: Criteria,
        loosened: str = "",
        terms: Sequence[Term] | None = None,
    ) -> Hit:
        """One result with its reasons."""
        entry = self.snapshot.entries[position]
        assert entry is not None, "a position in a result always holds an entry"
        why = reasons_for(entry, criteria, self.terms if terms is None else terms, self.words)
        site: Site | None = None
        distance: float | None = None
        if km is not None and nearest is not None and np.isfinite(km[position]):
            site = entry.sites[int(nearest[position])]
            distance = float(km[position])
        elif entry.sites:
            site = entry.sites[why.site]
        reasons = list(why.reasons)
        if distance is not None and criteria.rond:
            reasons.insert(
                min(2, len(reasons)), f"op {distance:.1f} km van {criteria.rond.label}".replace(".", ",")
            )
        return Hit(
            entry=entry,
            site=site,
            km=None if distance is None else round(distance, 1),
            reasons=tuple(reasons[:3]),
            matched_services=why.services,
            words=why.words,
            loosened=loosened,
        )


def months_ago(today: date, months: int) -> date:
    """The same day so many months back, or the last day of a shorter month."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def effective_sort(criteria: Criteria) -> str:
    """The order when none was chosen: by distance when only a centre was given, else best first."""
    if criteria.sorteer:
        return criteria.sorteer
    return "afstand" if criteria.rond and not criteria.q and not criteria.dienst else "relevantie"


def find(directory: Directory, criteria: Criteria, *, everything: bool = False, facets: bool = True) -> Found:
    """Answer a search. With `everything` all hits are worked out, not only those of one page."""
    snapshot = directory.current()
    search = Search(directory, criteria, snapshot)
    effective = search.criteria
    query = search.query(effective)
    found = match.evaluate(snapshot, query)
    km, nearest = search.distances(effective)
    order = match.in_order(snapshot, query, found, effective_sort(effective), km)
    start = (effective.pagina - 1) * effective.per_pagina
    shown = order if everything else order[start : start + effective.per_pagina]
    total = len(order)
    return Found(
        asked=criteria,
        criteria=effective,
        snapshot=snapshot,
        reading=search.reading,
        total=total,
        order=order,
        hits=tuple(search.hit(int(position), km, nearest, effective) for position in shown),
        facets=_facets(search, query, effective) if facets else {},
        sentence=sentence(total, effective, search.words, search.reading),
        corrected=(search.reading.corrected or "") if search.reading else "",
        recognised=search.recognised,
        alternatives=() if total or everything else tuple(_loosened(search, effective)),
    )


def _facets(search: Search, query: Query, criteria: Criteria) -> dict[str, tuple[FacetCount, ...]]:
    snapshot, words = search.snapshot, search.words
    forms = match.count_whole(snapshot, query, "werkvorm")
    steps = match.count_whole(snapshot, query, "trede")
    services = match.count_offers(snapshot, query, "dienst", "service")
    gemeenten = match.count_offers(snapshot, query, "gemeente", "gemeente")
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


def _loosened(search: Search, criteria: Criteria) -> Iterable[Hit]:
    """What comes nearest: neighbours, then a broader service, other filters, single words."""
    snapshot = search.snapshot
    seen: Bits = 0
    given = 0

    def take(
        found: Bits, wanted: Criteria, query: Query, label: str, terms: Sequence[Term] | None = None
    ) -> list[Hit]:
        nonlocal seen, given
        km, nearest = search.distances(wanted)
        order = match.in_order(snapshot, query, found & ~seen, effective_sort(wanted), km)
        taken = order[: MAX_ALTERNATIVES - given]
        for position in taken:
            seen |= 1 << int(position)
        given += len(taken)
        return [search.hit(int(p), km, nearest, wanted, label, terms) for p in taken]

    if any(term.is_unanswerable for term in search.terms) and len(search.terms) == 1:
        return
    yield from _neighbours(search, criteria, take)
    for broader, label in _broader(search, criteria):
        if given >= MAX_ALTERNATIVES:
            return
        query = search.query(replace(criteria, dienst=(broader,)), [])
        yield from take(
            match.evaluate(snapshot, query), replace(criteria, dienst=(broader,)), query, label, []
        )
    for name, label in (
        ("trede", "andere trede"),
        ("werkvorm", "andere werkvorm"),
        ("samenwerking", "andere samenwerking"),
        ("bevestigd", "langer niet bevestigd"),
    ):
        if given < MAX_ALTERNATIVES and getattr(criteria, name):
            changes: dict[str, Any] = {name: None if name == "bevestigd" else ()}
            wanted = replace(criteria, **changes)
            query = search.query(wanted)
            yield from take(match.evaluate(snapshot, query), wanted, query, label)
    if len(search.terms) > 1:
        for term in search.terms:
            if given < MAX_ALTERNATIVES and not term.is_unanswerable:
                query = search.query(criteria, [term])
                found = match.evaluate(snapshot, query)
                yield from take(found, criteria, query, f"alleen ‘{term.text}’", [term])


def _neighbours(search: Search, criteria: Criteria, take: Take) -> Iterable[Hit]:
    """Who does the task in the nearest other gemeenten, with how far those are."""
    snapshot, words = search.snapshot, search.words
    chosen = list(criteria.gemeente)
    for slug in criteria.regio:
        chosen += words.gazetteer.region_gemeenten.get(slug, frozenset())
    elsewhere = replace(criteria, gemeente=(), regio=())
    if chosen and match.evaluate(snapshot, search.query(elsewhere)):
        for nis, km in words.neighbours(chosen, within_km=NEIGHBOUR_KM):
            wanted = replace(elsewhere, gemeente=(nis,))
            query = search.query(wanted)
            found = match.evaluate(snapshot, query)
            if found:
                hits = take(
                    found, wanted, query, f"buurgemeente {words.gazetteer.names[nis]}, {round(km)} km"
                )
                yield from hits
                if not hits:
                    return
    elif criteria.rond and criteria.straal is not None:
        wanted = replace(criteria, straal=None, sorteer="afstand")
        query = search.query(wanted)
        for hit in take(match.evaluate(snapshot, query), wanted, query, ""):
            yield replace(hit, loosened="verder weg" if hit.km is None else f"verder weg, {round(hit.km)} km")


def _broader(search: Search, criteria: Criteria) -> Iterable[tuple[str, str]]:
    """The services one step wider than what was asked."""
    asked = list(criteria.dienst)
    asked += [service.slug for term in search.terms for service in term.services if service.kind == "dienst"]
    for slug in dict.fromkeys(asked):
        for above in search.words.broader_of(slug)[:1]:
            yield above, f"ruimere dienst: {search.words.services[above].label.lower()}"
