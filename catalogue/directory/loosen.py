"""What comes nearest when nothing fits: what was asked, loosened one step at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from catalogue.directory import match
from catalogue.directory.criteria import Criteria
from catalogue.directory.search import Hit, Search, effective_sort
from catalogue.search.types import Term

AT_MOST = 10
# Neighbours are looked for no further than this; beyond it only the distance counts.
NEIGHBOUR_KM = 40
# So near its centre is a gemeente called a neighbour; beyond it only further.
NEXT_KM = 15
# Filters that are dropped one by one, and how the page names that.
DROPPED = (
    ("trede", "andere trede"),
    ("werkvorm", "andere werkvorm"),
    ("samenwerking", "andere samenwerking"),
    ("bevestigd", "langer niet bevestigd"),
)


class Loosener:
    """Gathers alternatives, each entry once, until there are enough."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.criteria = search.criteria
        self.seen = 0
        self.given = 0

    def alternatives(self) -> Iterator[Hit]:
        """Neighbours first, then a broader service, other filters, and single words."""
        terms = self.search.terms
        if len(terms) == 1 and terms[0].is_unanswerable:
            return
        for step in (self.neighbours, self.further, self.broader, self.filters, self.single_words):
            if self.given < AT_MOST:
                yield from step()

    def take(self, wanted: Criteria, label: str, terms: Sequence[Term] | None = None) -> Iterator[Hit]:
        """The best of a loosened search that were not given yet."""
        search = self.search
        query = search.query(wanted, terms)
        found = match.evaluate(search.snapshot, query) & ~self.seen
        if not found:
            return
        km, nearest = search.distances(wanted)
        order = match.in_order(search.snapshot, query, found, effective_sort(wanted), km)
        for position in order[: AT_MOST - self.given]:
            self.seen |= 1 << int(position)
            self.given += 1
            yield search.hit(int(position), km, nearest, wanted, label, terms)

    def neighbours(self) -> Iterator[Hit]:
        """Who does it in the nearest other gemeenten, with how far those are."""
        words, elsewhere = self.search.words, replace(self.criteria, gemeente=(), regio=())
        chosen = self._chosen()
        if not chosen or not match.evaluate(self.search.snapshot, self.search.query(elsewhere)):
            return
        for nis, km in words.neighbours(chosen, within_km=NEIGHBOUR_KM):
            if self.given >= AT_MOST:
                return
            kind = "buurgemeente" if km <= NEXT_KM else "verder:"
            label = f"{kind} {words.gazetteer.names[nis]}, {round(km)} km"
            yield from self.take(replace(elsewhere, gemeente=(nis,)), label)

    def further(self) -> Iterator[Hit]:
        """Who does it anywhere, nearest first, where no neighbour does."""
        chosen = self._chosen()
        centre = self.criteria.rond
        if chosen:
            centre = self.search.words.gazetteer.parse_centre(chosen[0])
        if self.given or centre is None or not (chosen or self.criteria.straal is not None):
            return
        wanted = replace(self.criteria, gemeente=(), regio=(), rond=centre, straal=None, sorteer="afstand")
        for hit in self.take(wanted, "verder weg"):
            if hit.km is None or hit.km < 1:
                # It sits there, but does not do all of this there.
                yield replace(hit, loosened="ander werkgebied")
            else:
                yield replace(hit, loosened=f"verder weg, {round(hit.km)} km")

    def broader(self) -> Iterator[Hit]:
        """Who does the service one step wider, in the place that was asked."""
        words = self.search.words
        asked = list(self.criteria.dienst)
        asked += [s.slug for term in self.search.terms for s in term.services if s.kind == "dienst"]
        for slug in dict.fromkeys(asked):
            for above in words.broader_of(slug)[:1]:
                label = f"ruimere dienst: {words.services[above].label.lower()}"
                yield from self.take(replace(self.criteria, dienst=(above,)), label, ())

    def filters(self) -> Iterator[Hit]:
        """Who would fit without one of the other filters."""
        for name, label in DROPPED:
            if getattr(self.criteria, name):
                changes: dict[str, Any] = {name: None if name == "bevestigd" else ()}
                yield from self.take(replace(self.criteria, **changes), label)

    def single_words(self) -> Iterator[Hit]:
        """Who answers one of several words."""
        if len(self.search.terms) > 1:
            for term in self.search.terms:
                if not term.is_unanswerable:
                    yield from self.take(self.criteria, f"alleen ‘{term.text}’", [term])

    def _chosen(self) -> list[str]:
        """The gemeenten that were asked for, those of regions included."""
        members = self.search.words.gazetteer.region_gemeenten
        regional = sorted(nis for slug in self.criteria.regio for nis in members.get(slug, ()))
        return list(self.criteria.gemeente) or regional
