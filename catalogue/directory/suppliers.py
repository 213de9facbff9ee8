"""Who can be asked for a service in some gemeenten: the supply behind a clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from catalogue.directory import match
from catalogue.directory.criteria import Criteria
from catalogue.directory.elsewhere import NEIGHBOUR_KM
from catalogue.directory.entries import Entry
from catalogue.directory.live import Directory
from catalogue.directory.recognitions import Held, held_by
from catalogue.directory.search import Search
from catalogue.directory.tables import Bits

# So many neighbours and so many with a wider service are enough to go on with.
NEARBY = 5
NOWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Served:
    """An entry with the gemeenten (NIS) where it does the service, and those that are only assumed."""

    entry: Entry
    gemeenten: frozenset[str]
    assumed: frozenset[str]
    recognitions: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An entry that does the service in another gemeente (NIS), `km` from the nearest one asked."""

    entry: Entry
    nis: str
    km: float
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class Wider:
    """An entry that does a broader service, or something else under it, in one of the gemeenten."""

    entry: Entry
    service: str
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class Nearby:
    """Where to look further when supply is thin; nobody in it does the service in the gemeenten asked."""

    neighbours: tuple[Neighbour, ...] = ()
    wider: tuple[Wider, ...] = ()


def suppliers(
    directory: Directory,
    services: Sequence[str],
    gemeenten: Iterable[str],
    *,
    recognitions_of: int | None = None,
) -> list[Served]:
    """Entries with whom one can place an order and that do one of the services, or a narrower one, there.

    Service and place are matched on the same offer. Best first: seat, stated area, assumed area. Recognitions
    are read of the first so many, or of all.
    """
    wanted = frozenset(gemeenten)
    search = _search(directory, services)
    entries = _who_does(search, services, wanted)
    meant = _meant(search, services)
    held = held_by([entry.id for entry in entries[:recognitions_of]])
    return [Served(entry, *_areas(entry, meant, wanted), held.get(entry.id, ())) for entry in entries]


def _search(directory: Directory, services: Sequence[str]) -> Search:
    return Search(directory, Criteria(dienst=tuple(services)), directory.current())


def _query(search: Search, services: Sequence[str], gemeenten: Iterable[str], among: Bits) -> match.Query:
    """Who does one of the services in one of the gemeenten, among some entries."""
    criteria = Criteria(dienst=tuple(services), gemeente=tuple(sorted(set(gemeenten))))
    return replace(search.query(criteria), werkvorm=among)


def _orderable(search: Search) -> Bits:
    return search.snapshot.sets["orderable"].get("", 0)


def _who_does(search: Search, services: Sequence[str], gemeenten: Iterable[str]) -> list[Entry]:
    """Who does one of the services in one of the gemeenten and takes orders, best first."""
    snapshot = search.snapshot
    query = _query(search, services, gemeenten, _orderable(search))
    order = match.in_order(snapshot, query, match.evaluate(snapshot, query), "relevantie", None)
    return [entry for position in order if (entry := snapshot.entries[int(position)])]


def _meant(search: Search, services: Sequence[str]) -> frozenset[str]:
    """The services with all that is narrower."""
    narrower = search.snapshot.words.narrower
    return NOWHERE.union(*(narrower.get(slug, NOWHERE) for slug in services))


def _areas(
    entry: Entry, meant: frozenset[str], wanted: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """The gemeenten where an entry does one of the services, and those that are only assumed."""
    groups = [group for group in entry.groups if not meant.isdisjoint(group.services)]
    if len(groups) == 1:
        there = wanted & groups[0].gemeenten
        return there, there if groups[0].is_assumed else NOWHERE
    stated = NOWHERE.union(*(wanted & group.gemeenten for group in groups if not group.is_assumed))
    assumed = NOWHERE.union(*(wanted & group.gemeenten for group in groups if group.is_assumed))
    return stated | assumed, assumed - stated


def nearby_suppliers(
    directory: Directory, services: Sequence[str], gemeenten: Iterable[str], *, at_most: int = NEARBY
) -> Nearby:
    """Where to look further when few or none do it there: in the neighbouring gemeenten, and wider services.

    Only entries with whom one can place an order and that do not do it in the gemeenten themselves; at most
    `at_most` of each, neighbours nearest first, wider services in the order of the vocabulary.
    """
    wanted = sorted(set(gemeenten))
    search = _search(directory, services)
    words = search.snapshot.words
    here = {entry.id for entry in _who_does(search, services, wanted)}

    def others(slugs: Sequence[str], nis: str) -> Iterator[tuple[Entry, bool]]:
        """Those who do it in a gemeente and are not here, with whether that is only assumed."""
        meant, there = _meant(search, slugs), frozenset({nis})
        for entry in _who_does(search, slugs, there):
            if entry.id not in here:
                yield entry, bool(_areas(entry, meant, there)[1])

    neighbours: dict[int, Neighbour] = {}
    for nis, km in words.neighbours(wanted, within_km=NEIGHBOUR_KM):
        for entry, is_assumed in others(services, nis):
            neighbours.setdefault(entry.id, Neighbour(entry, nis, km, is_assumed))
        if len(neighbours) >= at_most:
            break
    wider: dict[int, Wider] = {}
    for slug in dict.fromkeys(above for one in services for above in words.broader_of(one)):
        for nis in wanted:
            for entry, is_assumed in others((slug,), nis):
                wider.setdefault(entry.id, Wider(entry, slug, is_assumed))
    return Nearby(tuple(neighbours.values())[:at_most], tuple(wider.values())[:at_most])


def left_out(directory: Directory, services: Sequence[str], gemeenten: Iterable[str]) -> int:
    """How many entries do it there while no order can be placed with them."""
    search = _search(directory, services)
    closed = search.snapshot.everyone & ~_orderable(search)
    return match.evaluate(search.snapshot, _query(search, services, gemeenten, closed)).bit_count()
