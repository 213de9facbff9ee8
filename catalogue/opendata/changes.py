"""Open data: what changed of what the public may read, newest first, out of the history."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from catalogue.curation.history import ENTRY
from catalogue.curation.write import Action
from catalogue.extensions import db
from catalogue.models import Organisation, Revision, Status

# As many changes as a page of the feed holds.
PER_PAGE = 50
# So many states are read in one go, and in all for one page: most of a history may be of drafts.
ROUND, AT_MOST = 100, 2_000

# The number of a revision and its moment to the microsecond, in UTC.
MARK = re.compile(r"([1-9][0-9]{0,8})-[0-9]{20}", re.ASCII)

NEW, EDITED, CONFIRMED, WITHDRAWN = "nieuw", "gewijzigd", "bevestigd", "teruggetrokken"


@dataclass(frozen=True, slots=True)
class Changed:
    """One change; `name` is empty where the public may not know it any more.

    `mark` is its own for good: no other change ever gets it.
    """

    mark: str
    kind: str
    slug: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Changes, newest first; the next page holds those before the mark `before`, if there are any."""

    changes: tuple[Changed, ...]
    before: str


@dataclass(frozen=True, slots=True)
class _State:
    """A revision of an entry, and the state before it."""

    id: int
    key: int
    action: str
    at: datetime
    data: Mapping[str, Any]
    earlier: Mapping[str, Any]

    @property
    def mark(self) -> str:
        return _mark(self.id, self.at)


# Whether a change belongs in the feed that was asked: the id of the entry, and the state that was public.
Fits = Callable[[int, Mapping[str, Any]], bool]


def changes(before: int | None, fits: Fits) -> Page:
    """The changes before a revision (None: the newest) that fit.

    A page may hold fewer than PER_PAGE, even none, and still name a next one.
    """
    found: list[Changed] = []
    read = 0
    while read < AT_MOST:
        states = _states(before)
        present = _present([state.key for state in states])
        for state in states:
            before = state.id
            changed = _changed(state, present.get(state.key))
            public = state.data if _is_public(state.data) else state.earlier
            if changed and fits(state.key, public):
                found.append(changed)
                if len(found) == PER_PAGE:
                    return Page(tuple(found), state.mark)
        if len(states) < ROUND:
            return Page(tuple(found), "")
        read += ROUND
    return Page(tuple(found), states[-1].mark)


def revision_of(mark: str) -> int | None:
    """The revision with this mark; None where a restore took it away, or it never was."""
    parts = MARK.fullmatch(mark)
    id = int(parts[1]) if parts else 0
    at = db.session.scalar(select(Revision.at).where(Revision.id == id, Revision.kind == ENTRY))
    return id if at is not None and _mark(id, at) == mark else None


def _mark(id: int, at: datetime) -> str:
    """After a restore numbers are given again; a moment is not."""
    return f"{id}-{at:%Y%m%d%H%M%S%f}"


def first_at() -> datetime | None:
    """When the oldest state of an entry was kept; None where nothing was yet."""
    moment: datetime | None = db.session.scalar(select(func.min(Revision.at)).where(Revision.kind == ENTRY))
    return moment


def _states(before: int | None) -> list[_State]:
    earlier = aliased(Revision)
    before_it = (
        select(func.max(earlier.id))
        .where(earlier.kind == Revision.kind, earlier.key == Revision.key, earlier.id < Revision.id)
        .scalar_subquery()
    )
    query = select(
        Revision.id, Revision.key, Revision.action, Revision.at, Revision.data, before_it.label("earlier")
    ).where(Revision.kind == ENTRY)
    if before is not None:
        query = query.where(Revision.id < before)
    rows = db.session.execute(query.order_by(Revision.id.desc()).limit(ROUND)).all()
    states = _data([row.earlier for row in rows if row.earlier])
    return [
        _State(row.id, int(row.key), row.action, row.at, row.data or {}, states.get(row.earlier, {}))
        for row in rows
    ]


def _data(ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    rows = db.session.execute(select(Revision.id, Revision.data).where(Revision.id.in_(ids)))
    return {row.id: row.data or {} for row in rows}


def _present(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Slug and name of what the public knows of today; a draft is not in it."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.slug, Organisation.name).where(
            Organisation.id.in_(set(ids)), Organisation.status.in_((Status.PUBLISHED, Status.ARCHIVED))
        )
    )
    return {row.id: (row.slug, row.name) for row in rows}


def _is_public(data: Mapping[str, Any]) -> bool:
    return data.get("status") == Status.PUBLISHED


def _changed(state: _State, present: tuple[str, str] | None) -> Changed | None:
    """What this revision was to the public; None where it was nothing to it."""
    kind = _kind(state)
    if kind is None or (present is None and kind != WITHDRAWN):
        return None
    slug, name = present or (str(state.earlier.get("slug", "")), "")
    return Changed(state.mark, kind, slug, name, state.at)


def _kind(state: _State) -> str | None:
    is_public, was_public = _is_public(state.data), _is_public(state.earlier)
    if was_public and not is_public:
        return WITHDRAWN
    # How it was before its first change: that is no news.
    if not is_public or state.action == Action.FIRST:
        return None
    if not was_public:
        return NEW
    return CONFIRMED if state.action == Action.CONFIRMED else EDITED
