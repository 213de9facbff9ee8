"""Who can be asked for a service in some gemeenten: the supply behind a clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import bindparam, select

from catalogue.directory import match
from catalogue.directory.criteria import Criteria
from catalogue.directory.elsewhere import NEIGHBOUR_KM
from catalogue.directory.entries import Entry
from catalogue.directory.live import Directory
from catalogue.directory.search import Search
from catalogue.extensions import db
from catalogue.models import Recognition

# So many neighbours and so many with a wider service are enough to go on with.
NEARBY = 5
NOWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Held:
    """A recognition or label of an entry."""

    kind: str
    klass: str
    valid_until: date | None


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
    snapshot = directory.current()
    wanted = frozenset(gemeenten)
    criteria = Criteria(dienst=tuple(services), gemeente=tuple(sorted(wanted)))
    query = Search(directory, criteria, snapshot).query(criteria)
    orderable = snapshot.sets["orderable"].get("", 0)
    found = match.evaluate(snapshot, replace(query, werkvorm=orderable))
    order = match.in_order(snapshot, query, found, "relevantie", None)
    meant = frozenset[str]().union(*(snapshot.words.narrower.get(slug, frozenset()) for slug in services))
    entries = [entry for position in order if (entry := snapshot.entries[int(position)])]
    held = _recognitions([entry.id for entry in entries[:recognitions_of]])
    return [Served(entry, *_areas(entry, meant, wanted), held.get(entry.id, ())) for entry in entries]


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
    snapshot, wanted = directory.current(), sorted(set(gemeenten))
    here = {one.entry.id for one in suppliers(directory, services, wanted, recognitions_of=0)}
    search = Search(directory, Criteria(dienst=tuple(services)), snapshot)
    neighbours: dict[int, Neighbour] = {}
    for nis, km in snapshot.words.neighbours(wanted, within_km=NEIGHBOUR_KM):
        for entry, is_assumed in _orderable(search, services, nis):
            if entry.id not in here:
                neighbours.setdefault(entry.id, Neighbour(entry, nis, km, is_assumed))
        if len(neighbours) >= at_most:
            break
    wider: dict[int, Wider] = {}
    for slug in dict.fromkeys(above for one in services for above in snapshot.words.broader_of(one)):
        for nis in wanted:
            for entry, is_assumed in _orderable(search, (slug,), nis):
                if entry.id not in here:
                    wider.setdefault(entry.id, Wider(entry, slug, is_assumed))
    return Nearby(tuple(neighbours.values())[:at_most], tuple(wider.values())[:at_most])


def _orderable(search: Search, services: Sequence[str], nis: str) -> Iterator[tuple[Entry, bool]]:
    """Who does one of the services in a gemeente and takes orders, best first; whether that is assumed."""
    snapshot, criteria = search.snapshot, Criteria(dienst=tuple(services), gemeente=(nis,))
    query = replace(search.query(criteria), werkvorm=snapshot.sets["orderable"].get("", 0))
    order = match.in_order(snapshot, query, match.evaluate(snapshot, query), "relevantie", None)
    meant = frozenset[str]().union(*(snapshot.words.narrower.get(slug, frozenset()) for slug in services))
    for position in order:
        if entry := snapshot.entries[int(position)]:
            there = [group for group in entry.groups if group.services & meant and nis in group.gemeenten]
            yield entry, all(group.is_assumed for group in there)


def left_out(directory: Directory, services: Sequence[str], gemeenten: Iterable[str]) -> int:
    """How many entries do it there while no order can be placed with them."""
    snapshot = directory.current()
    criteria = Criteria(dienst=tuple(services), gemeente=tuple(sorted(set(gemeenten))))
    query = Search(directory, criteria, snapshot).query(criteria)
    closed = snapshot.everyone & ~snapshot.sets["orderable"].get("", 0)
    return match.evaluate(snapshot, replace(query, werkvorm=closed)).bit_count()


# Ids stand in the statement as numbers: binding hundreds of them takes longer than asking.
_HELD = (
    select(Recognition.organisation_id, Recognition.kind, Recognition.klass, Recognition.valid_until)
    .where(Recognition.organisation_id.in_(bindparam("ids", expanding=True, literal_execute=True)))
    .order_by(Recognition.id)
)


def _recognitions(ids: Sequence[int]) -> dict[int, tuple[Held, ...]]:
    """What the entries hold in recognitions: a works contract asks for them."""
    held: dict[int, list[Held]] = {}
    for start in range(0, len(ids), 500):
        for row in db.session.execute(_HELD, {"ids": ids[start : start + 500]}):
            held.setdefault(row.organisation_id, []).append(Held(row.kind, row.klass, row.valid_until))
    return {id_: tuple(found) for id_, found in held.items()}
