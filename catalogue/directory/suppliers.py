"""Who can be asked for a service in some gemeenten: the supply behind a clause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from catalogue.directory import match
from catalogue.directory.criteria import Criteria
from catalogue.directory.entries import Entry
from catalogue.directory.live import Directory
from catalogue.directory.search import Search
from catalogue.extensions import db
from catalogue.models import Recognition


@dataclass(frozen=True, slots=True)
class Served:
    """An entry with the gemeenten (NIS) where it does the service, and those that are only assumed."""

    entry: Entry
    gemeenten: frozenset[str]
    assumed: frozenset[str]
    recognitions: tuple[str, ...]


def suppliers(directory: Directory, services: Sequence[str], gemeenten: Iterable[str]) -> list[Served]:
    """Entries with whom one can place an order and that do one of the services, or a narrower one, there.

    Service and place are matched on the same offer. Best first: seat, stated area, assumed area.
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
    held = _recognitions([entry.id for entry in entries])
    result = []
    for entry in entries:
        stated: set[str] = set()
        assumed: set[str] = set()
        for group in entry.groups:
            if group.services & meant:
                (assumed if group.is_assumed else stated).update(group.gemeenten & wanted)
        result.append(
            Served(entry, frozenset(stated | assumed), frozenset(assumed - stated), held.get(entry.id, ()))
        )
    return result


def left_out(directory: Directory, services: Sequence[str], gemeenten: Iterable[str]) -> int:
    """How many entries do it there while no order can be placed with them."""
    snapshot = directory.current()
    criteria = Criteria(dienst=tuple(services), gemeente=tuple(sorted(set(gemeenten))))
    query = Search(directory, criteria, snapshot).query(criteria)
    closed = snapshot.everyone & ~snapshot.sets["orderable"].get("", 0)
    return match.evaluate(snapshot, replace(query, werkvorm=closed)).bit_count()


def _recognitions(ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """What the entries hold in recognitions: a works contract asks for them."""
    held: dict[int, list[str]] = {}
    for start in range(0, len(ids), 500):
        rows = db.session.execute(
            select(Recognition.organisation_id, Recognition.kind, Recognition.klass)
            .where(Recognition.organisation_id.in_(ids[start : start + 500]))
            .order_by(Recognition.id)
        )
        for row in rows:
            held.setdefault(row.organisation_id, []).append(f"{row.kind} {row.klass}".strip())
    return {id_: tuple(names) for id_, names in held.items()}
