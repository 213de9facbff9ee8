"""Filters, counts and order over a snapshot: sets of positions in, sets of positions out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalogue.directory.snapshot import Snapshot
from catalogue.directory.tables import Bits, Words64, union

# Order of results (issue B 5): how well the task fits, then where, then how fresh, then the name.
TEXT_STEPS = 1_000
SEAT, STATED, ASSUMED = 2, 1, 0
# Sites without a point, and what lies beyond it, stand last.
FAR_KM = 10_000


@dataclass(frozen=True, slots=True)
class Condition:
    """A task: entries answer it by an offer (per layer) or, whatever they offer, by their own words."""

    layers: tuple[Bits, ...]
    own: Bits = 0
    scores: NDArray[np.float64] | None = field(default=None, compare=False)
    named: Bits = field(default=0, compare=False)
    """Entries that use the asked word themselves: they come before others that are equal."""


@dataclass(frozen=True, slots=True)
class Query:
    """A search as sets. Every part is None where it does not narrow."""

    tasks: tuple[Condition, ...] = ()
    dienst: Condition | None = None
    gemeente: tuple[Bits, ...] | None = None
    regio: tuple[Bits, ...] | None = None
    samenwerking: tuple[Bits, ...] | None = None
    near: tuple[Bits, ...] | None = None
    werkvorm: Bits | None = None
    trede: Bits | None = None
    confirmed: Bits | None = None
    seats: Bits = 0

    def without(self, facet: str) -> Query:
        """The same search without one of its filters."""
        changes: dict[str, Any] = {facet: None}
        return replace(self, **changes)

    def conditions(self) -> tuple[Condition, ...]:
        """Everything that an offer or own words must answer."""
        return self.tasks if self.dienst is None else (*self.tasks, self.dienst)

    def whole(self, snapshot: Snapshot) -> Bits:
        """Entries within the filters that concern an entry as a whole."""
        result = snapshot.everyone
        for one in (self.werkvorm, self.trede, self.confirmed):
            if one is not None:
                result &= one
        return result

    def places(self, snapshot: Snapshot) -> list[Bits]:
        """Per layer the entries whose offer lies within the place filters."""
        result = [layer.has for layer in snapshot.layers]
        for one in (self.gemeente, self.regio, self.samenwerking, self.near):
            if one is not None:
                result = [bits & chosen for bits, chosen in zip(result, one, strict=True)]
        return result


def layered(snapshot: Snapshot, table: str, values: Iterable[str | int]) -> tuple[Bits, ...]:
    """Per layer the entries that have any of the values."""
    chosen = list(values)
    return tuple(union(getattr(layer, table).get(value, 0) for value in chosen) for layer in snapshot.layers)


def answer(condition: Condition, places: Sequence[Bits], anywhere: Bits) -> Bits:
    """Entries that answer one task within the places."""
    result = anywhere & condition.own
    for place, bits in zip(places, condition.layers, strict=True):
        result |= place & bits
    return result


def evaluate(snapshot: Snapshot, query: Query) -> Bits:
    """All entries that a search finds."""
    places = query.places(snapshot)
    anywhere = union(places)
    result = query.whole(snapshot) & anywhere
    for condition in query.conditions():
        result &= answer(condition, places, anywhere)
    return result


def count_whole(snapshot: Snapshot, query: Query, facet: str) -> dict[Any, int]:
    """How many entries each value of an entry's own facet would give, its own choice left out."""
    base = evaluate(snapshot, query.without(facet))
    return {value: (base & bits).bit_count() for value, bits in snapshot.sets[facet].items()}


def count_offers(snapshot: Snapshot, query: Query, facet: str, table: str) -> dict[str, int]:
    """How many entries each value of an offer's facet would give, its own choice left out."""
    rest = query.without(facet)
    shape, whole = snapshot.shape, rest.whole(snapshot)
    places = [bits & whole for bits in rest.places(snapshot)]
    conditions = rest.conditions()
    if facet == "dienst":
        # A chosen service is a task of its own beside those of the text: each meets the place separately.
        anywhere = union(places)
        for condition in conditions:
            whole &= answer(condition, places, anywhere)
        places = [bits & whole for bits in places]
    elif len(conditions) == 1:
        only = conditions[0]
        places = [place & (bits | only.own) for place, bits in zip(places, only.layers, strict=True)]
    here = shape.row(places)
    if facet == "dienst" or len(conditions) <= 1:
        return snapshot.tables[table].count(lambda rows: shape.joined(rows & here))
    wanted = [(shape.row(one.layers), shape.whole(one.own)) for one in conditions]

    def answered(rows: Words64) -> Words64:
        offered = rows & here
        found = shape.joined(offered.copy())
        anywhere = found.copy()
        for offers, own in wanted:
            found &= shape.joined(offered & offers) | (anywhere & own)
        return found

    return snapshot.tables[table].count(answered)


def stated(snapshot: Snapshot, query: Query) -> Bits:
    """Entries of which some offer that fits has a work area that was stated, not assumed."""
    places = [
        bits & ~layer.assumed for bits, layer in zip(query.places(snapshot), snapshot.layers, strict=True)
    ]
    conditions = query.conditions()
    if not conditions:
        return union(places)
    return union(place & bits for c in conditions for place, bits in zip(places, c.layers, strict=True))


def in_order(
    snapshot: Snapshot, query: Query, found: Bits, sort: str, km: NDArray[np.float64] | None
) -> NDArray[np.intp]:
    """The positions of what was found, best first; ties are settled by name, so the order is stable."""
    positions = snapshot.positions(found)
    if sort == "naam":
        return positions[np.argsort(snapshot.name_rank[positions])]
    if sort == "afstand" and km is not None:
        return positions[np.lexsort((snapshot.name_rank[positions], km[positions]))]
    fresh = snapshot.fresh_rank[positions]
    if sort == "bevestigd":
        return positions[np.argsort(fresh)]
    fit = np.zeros(len(positions), dtype=np.int64)
    scored = [condition.scores for condition in query.conditions() if condition.scores is not None]
    if scored:
        fit += np.round(np.sum([one[positions] for one in scored], axis=0) * TEXT_STEPS).astype(np.int64)
    fit *= SEAT + 1
    if query.gemeente is not None or query.regio is not None:
        fit += np.maximum(
            snapshot.flags(query.seats)[positions].astype(np.int64) * SEAT,
            snapshot.flags(stated(snapshot, query) & found)[positions].astype(np.int64) * STATED,
        )
    named = union(condition.named for condition in query.conditions())
    fit = 2 * fit + snapshot.flags(named)[positions]
    if km is not None:
        return positions[np.lexsort((fresh, np.minimum(km[positions], FAR_KM), -fit))]
    # One number that holds both: a single sort of numbers is several times faster than one by many keys.
    return positions[np.argsort(fresh - fit * snapshot.size)]


def scores(snapshot: Snapshot, weights: Mapping[str, float]) -> NDArray[np.float64]:
    """Per position the best weight among the services that an entry offers."""
    offered: dict[float, Bits] = {}
    for slug, weight in weights.items():
        layers = (layer.service.get(f"={slug}", 0) for layer in snapshot.layers)
        offered[weight] = union([offered.get(weight, 0), *layers])
    result = np.zeros(snapshot.size)
    # One pass a weight and not a service; a higher one overwrites.
    for weight in sorted(offered):
        result[snapshot.flags(offered[weight]).view(np.bool_)] = weight
    return result
