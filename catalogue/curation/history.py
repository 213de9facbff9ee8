"""Curation: the history of entries and vocabulary. Written with every change, never changed but to erase."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from catalogue.curation import erasing
from catalogue.curation.entrydata import EntryError, line
from catalogue.curation.entryjson import to_json
from catalogue.curation.loading import load
from catalogue.curation.write import Action, Change, Manner
from catalogue.extensions import db
from catalogue.models import Account, Revision

ENTRY = "organisatie"
# Under this kind stands who erased personal data from the history of an entry, and when; never what.
ERASURE = "wissing"
# More of its states than a person reads in one go.
PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Version:
    """One revision as it is read; `who` is the mail address of the account, empty where none did it."""

    id: int
    kind: str
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


def page(organisation_id: int, number: int) -> tuple[list[Version], bool]:
    """The states of an entry and the marks of what was erased, newest first; and whether there are older.

    Pages count from 1.
    """
    found = _read(
        Revision.kind.in_((ENTRY, ERASURE)),
        Revision.key == str(organisation_id),
        limit=PER_PAGE + 1,
        offset=PER_PAGE * (number - 1),
    )
    return found[:PER_PAGE], len(found) > PER_PAGE


def before(one: Version) -> Version | None:
    """The state of the same thing before this one."""
    of_it = Revision.kind == one.kind, Revision.key == one.key
    return next(iter(_read(*of_it, Revision.id < one.id, limit=1)), None)


def erase(change: Change, organisation_id: int, text: str, revision_id: int | None = None) -> int:
    """Put a mark in the place of a text in the states of an entry, all or one; how many held it.

    The one place where a revision is changed. Raises EntryError for a text that is too short to be told
    from other words. What the entry says now is not touched: edit it first.
    """
    sought = line(text)
    if len(sought) < erasing.SHORTEST:
        reason = f"Geef minstens {erasing.SHORTEST} tekens op: een kortere tekst staat in te veel woorden."
        raise EntryError("tekst", reason)
    kept = Revision.kind.in_((ENTRY, ERASURE)), Revision.key == str(organisation_id)
    only = () if revision_id is None else (Revision.id == revision_id,)
    rows = db.session.scalars(select(Revision).where(*kept, *only).with_for_update()).all()
    touched = 0
    for row in rows:
        note = re.sub(re.escape(sought), erasing.MARK, row.note, flags=re.IGNORECASE)
        if note == row.note and not erasing.holds(row.data, sought):
            continue
        row.note = note
        row.data = None if row.data is None else erasing.erased(row.data, sought)
        row.erased_at = change.at
        touched += 1
    if touched:
        db.session.flush()
        _insert(change, ERASURE, [(str(organisation_id), Action.REMOVED, {"versies": touched})])
    return touched


def holding(organisation_id: int, text: str) -> list[Version]:
    """The states of an entry that hold a text, newest first."""
    sought = line(text)
    return [
        one
        for one in _read(Revision.kind == ENTRY, Revision.key == str(organisation_id))
        if erasing.holds(one.data, sought) or sought.casefold() in one.note.casefold()
    ]


def _read(*conditions: Any, limit: int | None = None, offset: int = 0) -> list[Version]:
    query = (
        select(
            Revision.id,
            Revision.kind,
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
        .limit(limit)
        .offset(offset)
    )
    return [Version(**row._asdict()) for row in db.session.execute(query)]
