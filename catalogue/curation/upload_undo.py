"""Curation: undo an import as a whole: every entry that it touched becomes what it was before.

A new entry is archived and not removed: its address may have been passed on, and its history is how the
import can be done again. A corrected file that names it shows it again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from catalogue.curation import uploads
from catalogue.curation.entries import Writer
from catalogue.curation.entrydata import EntryData
from catalogue.curation.entryjson import from_json
from catalogue.curation.fitting import with_services_of_now
from catalogue.curation.history import ENTRY
from catalogue.curation.loading import load
from catalogue.curation.names import Names
from catalogue.curation.upload_progress import Meter
from catalogue.curation.write import Actor, Manner, change
from catalogue.exchange.known import Known
from catalogue.extensions import db
from catalogue.models import Organisation, Revision, Status, Upload
from catalogue.models.upload import UploadStatus as Is

# As many revisions are read at once.
ROUND = 500
NOTE = "Import {id} ongedaan gemaakt"


@dataclass(frozen=True, slots=True)
class Touched:
    """An entry that an import touched; `before_id` is the revision before it, None for a new entry."""

    id: int
    name: str
    slug: str
    before_id: int | None
    is_edited_since: bool

    @property
    def is_new(self) -> bool:
        """Whether the import brought it."""
        return self.before_id is None


def touched(upload_id: int) -> list[Touched]:
    """What an import touched, by name."""
    first = select(func.min(Revision.generation)).where(Revision.upload_id == upload_id).scalar_subquery()
    other = aliased(Revision)

    def near(which: Any, condition: Any) -> Any:
        return (
            select(which(other.id))
            .where(other.kind == ENTRY, other.key == Revision.key, condition, other.data.is_not(None))
            .scalar_subquery()
        )

    by_id = {
        str(row.id): row
        for row in db.session.execute(select(Organisation.id, Organisation.name, Organisation.slug))
    }
    query = select(
        Revision.key,
        near(func.max, other.id < Revision.id).label("before_id"),
        near(func.max, other.id > Revision.id).label("after_id"),
    ).where(Revision.upload_id == upload_id, Revision.kind == ENTRY, Revision.generation == first)
    found = [
        Touched(
            by_id[row.key].id,
            by_id[row.key].name,
            by_id[row.key].slug,
            row.before_id,
            row.after_id is not None,
        )
        for row in db.session.execute(query)
        if row.key in by_id
    ]
    return sorted(found, key=lambda one: one.name.casefold())


def undo(upload: Upload, meter: Meter) -> None:
    """Undo an upload in one change; what was chosen to be left, and is edited since, stays as it is."""
    upload_id, report = upload.id, dict(upload.report)
    left = {int(id) for id in upload.choices.get("laat", ())}
    meter.say("Terugzetten")
    actor = Actor(Manner.IMPORT, uploads.who(upload), upload_id, NOTE.format(id=upload_id))
    with change(actor) as under_way:
        # Looked at within the change: nobody can edit meanwhile.
        all_ = touched(upload_id)
        wanted = [one for one in all_ if not (one.is_edited_since and one.id in left)]
        back = _Back(wanted)
        Writer(under_way).save_all(meter.count(list(back.entries()), "Terugzetten"))
        report |= {
            "terug": {
                "gearchiveerd": sum(one.is_new for one in wanted),
                "hersteld": sum(not one.is_new for one in wanted),
                "gelaten": [one.name for one in all_ if one not in wanted],
                "opmerkingen": back.remarks,
            }
        }
        uploads.turn(upload_id, Is.UNDONE, undone_at=datetime.now(UTC), report=report, commit=False)


class _Back:
    """Entries as they were before an import, made fit for the catalogue as it is now."""

    def __init__(self, wanted: Collection[Touched]) -> None:
        self._wanted = wanted
        self._names = Names.load()
        self._known = Known.load()
        self.remarks: list[str] = []

    def entries(self) -> Iterator[EntryData]:
        """Each entry as it must become."""
        new = [one.id for one in self._wanted if one.is_new]
        for entry in load(new):
            if entry.status != Status.ARCHIVED:
                yield replace(entry, status=Status.ARCHIVED)
        known = [one for one in self._wanted if not one.is_new]
        for start in range(0, len(known), ROUND):
            part = known[start : start + ROUND]
            query = select(Revision.id, Revision.data).where(Revision.id.in_([one.before_id for one in part]))
            states = {row.id: row.data for row in db.session.execute(query)}
            for one in part:
                if one.before_id in states:
                    yield self._fitting(replace(from_json(states[one.before_id]), id=one.id))

    def _fitting(self, entry: EntryData) -> EntryData:
        """With the services of now, and under its present name where the old one is taken."""
        entry, gone = with_services_of_now(entry, self._known)
        self.remarks += [f"{entry.name}: {remark}" for remark in gone]
        owner = self._names.current(entry.name)
        if owner is not None and owner != entry.id and entry.id is not None:
            now = self._names.name(entry.id)
            self.remarks.append(f"{now}: de naam ‘{entry.name}’ is intussen die van een andere organisatie.")
            entry = replace(entry, name=now)
        return entry
