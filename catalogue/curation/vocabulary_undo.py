"""Curation: take back one whole change of the vocabulary, with what it did to entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from catalogue.curation import history
from catalogue.curation.entryjson import from_json
from catalogue.curation.servicedata import Fault, VocabularyError, service_from_json
from catalogue.curation.vocabulary import SERVICE, put, save_entries, services, take_out
from catalogue.curation.write import Action, Change
from catalogue.extensions import db
from catalogue.models import Revision

# How the note of a change begins that made offers of a free word.
WORD_NOTE = "Eigen woord"
LATER = "Er is intussen iets anders gewijzigd aan wat deze wijziging raakte. Zet het een voor een terug."


@dataclass(frozen=True, slots=True)
class Done:
    """What one change did: by kind and key the state before it, None for what was not there."""

    by: int | None
    note: str
    before: Mapping[tuple[str, str], Mapping[str, Any] | None]
    is_last: bool

    @property
    def services(self) -> list[str]:
        """The slugs of the services that it changed, made or took out."""
        return [key for kind, key in self.before if kind == SERVICE]

    @property
    def entries(self) -> int:
        """How many entries it changed."""
        return len(self.before) - len(self.services)


def done(generation: int) -> Done | None:
    """What the change of this generation did to services and entries; None where it did nothing to them."""
    kinds = (SERVICE, history.ENTRY)
    rows = db.session.execute(
        select(Revision.id, Revision.kind, Revision.key, Revision.account_id, Revision.note)
        .where(Revision.generation == generation, Revision.kind.in_(kinds), Revision.action != Action.FIRST)
        .order_by(Revision.id)
    ).all()
    is_of_words = any(row.kind == SERVICE or row.note.startswith(WORD_NOTE) for row in rows)
    if not is_of_words:
        return None
    first = {(row.kind, row.key): row.id for row in reversed(rows)}
    return Done(
        by=rows[0].account_id,
        note=next((row.note for row in rows if row.note), ""),
        before={key: _before(*key, id_) for key, id_ in first.items()},
        is_last=all(_is_last(row.kind, row.key, generation) for row in rows),
    )


def undo(change: Change, generation: int) -> int:
    """Put back everything that the change of this generation did; gives how many entries that touched.

    Raises VocabularyError where something was changed since, or where the state before cannot be any more.
    """
    found = done(generation)
    if found is None or not found.is_last:
        raise VocabularyError(Fault("", LATER))
    was = {key: data for (kind, key), data in found.before.items() if kind == SERVICE}
    entries = [data for (kind, _), data in found.before.items() if kind == history.ENTRY]
    new = [slug for slug, data in was.items() if data is None]
    back = [service_from_json(data) for data in was.values() if data is not None]
    put(change, back, leaving=new, action=Action.RESTORED)
    save_entries(change, [from_json(data) for data in entries if data is not None])
    known = services()
    for slug in new:
        if slug in known:
            take_out(change, known[slug])
    return len(entries)


def _before(kind: str, key: str, revision_id: int) -> Mapping[str, Any] | None:
    query = (
        select(Revision.data)
        .where(Revision.kind == kind, Revision.key == key, Revision.id < revision_id)
        .order_by(Revision.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def _is_last(kind: str, key: str, generation: int) -> bool:
    query = select(func.max(Revision.generation)).where(Revision.kind == kind, Revision.key == key)
    return db.session.scalar(query) == generation
