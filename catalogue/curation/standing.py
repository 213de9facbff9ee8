"""Curation: the published catalogue on a day: today from memory, an earlier day from the history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from catalogue.curation.history import ENTRY
from catalogue.curation.write import Action
from catalogue.directory.snapshot import Snapshot
from catalogue.extensions import db
from catalogue.models import Revision, Status
from catalogue.models.werkvorm import werkvormen


@dataclass(frozen=True, slots=True)
class Standing:
    """A published organisation on a day: what the figures count of it; gemeenten are those of its sites."""

    werkvormen: tuple[str, ...]
    treden: tuple[int, ...]
    gemeenten: frozenset[str]
    confirmed_on: date | None


def standing(snapshot: Snapshot, day: date) -> tuple[Standing, ...] | None:
    """The published organisations at the end of a day; None where no history goes back that far."""
    if day >= snapshot.today:
        return tuple(_today(snapshot))
    began = db.session.scalar(select(func.min(Revision.at)).where(Revision.kind == ENTRY))
    if began is None or began.date() > day:
        return None
    return (*_from_history(day), *_never_changed(snapshot))


def _today(snapshot: Snapshot, without: frozenset[str] = frozenset()) -> Iterator[Standing]:
    for entry in snapshot.entries:
        if entry is not None and str(entry.id) not in without:
            gemeenten = frozenset(site.nis for site in entry.sites if site.nis)
            yield Standing(entry.werkvormen, entry.treden, gemeenten, entry.confirmed_on)


def _never_changed(snapshot: Snapshot) -> Iterator[Standing]:
    """Entries without any history: since it began they are as they were."""
    changed = frozenset(db.session.scalars(select(Revision.key).where(Revision.kind == ENTRY).distinct()))
    return _today(snapshot, without=changed)


def _from_history(day: date) -> Iterator[Standing]:
    """Entries by their last state up to that day, or by the one they had before their first change."""
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    of_entries = select(Revision.key).where(Revision.kind == ENTRY).group_by(Revision.key)
    last = of_entries.with_only_columns(func.max(Revision.id)).where(Revision.at < end)
    first = of_entries.with_only_columns(func.min(Revision.id)).having(func.min(Revision.at) >= end)
    yield from _published(select(Revision.data).where(Revision.id.in_(last)), day)
    before = select(Revision.data).where(Revision.id.in_(first), Revision.action == Action.FIRST)
    yield from _published(before, day)


def _published(query: Select[tuple[Any]], day: date) -> Iterator[Standing]:
    for data in db.session.scalars(query):
        if data and data.get("status") == Status.PUBLISHED:
            forms = [form for form in data.get("werkvormen", ()) if _is_valid(form, day)]
            confirmed = data.get("confirmed_on")
            yield Standing(
                werkvormen=tuple(dict.fromkeys(form["key"] for form in forms)),
                treden=_treden(forms),
                gemeenten=frozenset(
                    nis for site in data.get("sites", ()) if (nis := site.get("gemeente_nis"))
                ),
                confirmed_on=date.fromisoformat(confirmed) if confirmed else None,
            )


def _is_valid(form: Mapping[str, Any], day: date) -> bool:
    start, end = form.get("valid_from"), form.get("valid_to")
    return (not start or date.fromisoformat(start) <= day) and (not end or date.fromisoformat(end) >= day)


def _treden(forms: Iterable[Mapping[str, Any]]) -> tuple[int, ...]:
    """An entry's own treden win over those of its werkvorm."""
    found: set[int] = set()
    for form in forms:
        usual = werkvormen().get(form["key"])
        found.update(form.get("treden") or (usual.treden if usual else ()))
    return tuple(sorted(found))
