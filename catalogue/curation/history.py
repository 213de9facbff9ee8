"""Curation: the history of entries and vocabulary. Written with every change, never changed but to erase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from catalogue.curation.entryjson import to_json
from catalogue.curation.loading import load
from catalogue.curation.write import Action, Change, Manner
from catalogue.extensions import db
from catalogue.models import Account, Revision

ENTRY = "organisatie"


@dataclass(frozen=True, slots=True)
class Version:
    """One revision as it is read; `who` is the mail address of the account, empty where none did it."""

    id: int
    key: str
    action: str
    manner: str
    generation: int
    at: datetime
    who: str
    upload_id: int | None
    note: str
    data: Mapping[str, Any] | None
    erased_at: datetime | None


def keep_before(change: Change, ids: Sequence[int]) -> None:
    """Keep the state of entries that have no history yet, before they are changed for the first time."""
    if not ids:
        return
    known = select(Revision.key).where(Revision.kind == ENTRY, Revision.key.in_([str(id) for id in ids]))
    there = set(db.session.scalars(known))
    missing = [id for id in ids if str(id) not in there]
    _insert(
        change,
        ENTRY,
        [(str(entry.id), Action.FIRST, to_json(entry)) for entry in load(missing)],
        manner=Manner.START,
    )


def record_entries(change: Change, actions: Mapping[int, Action]) -> None:
    """Write down what entries have become; `actions` says what was done to each, by id."""
    _insert(
        change,
        ENTRY,
        [(str(entry.id), actions[entry.id], to_json(entry)) for entry in load(list(actions)) if entry.id],
    )


def record(change: Change, kind: str, key: str, action: Action, data: Mapping[str, Any] | None) -> None:
    """Write down what something else than an entry has become; None for what is gone."""
    _insert(change, kind, [(key, action, None if data is None else dict(data))])


def _insert(
    change: Change,
    kind: str,
    states: Sequence[tuple[str, Action, dict[str, Any] | None]],
    *,
    manner: Manner | None = None,
) -> None:
    is_ours = manner is None
    rows = [
        {
            "kind": kind,
            "key": key,
            "action": str(action),
            "manner": str(manner or change.by.manner),
            "generation": change.generation,
            "at": change.at,
            "account_id": change.by.account_id if is_ours else None,
            "upload_id": change.by.upload_id if is_ours else None,
            "note": change.by.note if is_ours else "",
            "data": data,
        }
        for key, action, data in states
    ]
    if rows:
        db.session.execute(insert(Revision), rows)


def versions(kind: str, key: str) -> list[Version]:
    """Every state that something had, newest first."""
    return _read(Revision.kind == kind, Revision.key == key)


def version(revision_id: int) -> Version | None:
    """One state."""
    return next(iter(_read(Revision.id == revision_id)), None)


def _read(*conditions: Any) -> list[Version]:
    query = (
        select(
            Revision.id,
            Revision.key,
            Revision.action,
            Revision.manner,
            Revision.generation,
            Revision.at,
            func.coalesce(Account.email, "").label("who"),
            Revision.upload_id,
            Revision.note,
            Revision.data,
            Revision.erased_at,
        )
        .outerjoin(Account, Account.id == Revision.account_id)
        .where(*conditions)
        .order_by(Revision.id.desc())
    )
    return [Version(**row._asdict()) for row in db.session.execute(query)]
