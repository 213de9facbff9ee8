"""Curation: an entry is saved by a person, withdrawn, brought back, or given an earlier state again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select

from catalogue.curation import entries, history, permits
from catalogue.curation.entrydata import EntryData, EntryError, SiteData
from catalogue.curation.entryjson import from_json
from catalogue.curation.erasing import without_mark
from catalogue.curation.fitting import with_services_of_now
from catalogue.curation.history import ENTRY
from catalogue.curation.loading import read
from catalogue.curation.points import TableCache, locator
from catalogue.curation.write import Action, Actor, Change, change
from catalogue.exchange.known import Known
from catalogue.extensions import db
from catalogue.models import Account, EntryMaker, Gemeente, Organisation, Status
from catalogue.places.gazetteer import Gazetteer
from catalogue.places.geocoder import make_geocoder

OUT_OF_REGION = (
    "Minstens één vestiging moet in uw regio liggen: anders kunt u deze organisatie niet meer bewerken."
)


class ConflictError(Exception):
    """Somebody changed the entry since the form was made; `theirs` is what it says now."""

    def __init__(self, theirs: EntryData, generation: int) -> None:
        super().__init__(f"entry {theirs.id} is now of generation {generation}")
        self.theirs = theirs
        self.generation = generation


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a save."""

    id: int
    slug: str
    is_changed: bool


def generation_of(organisation_id: int) -> int:
    """The generation in which an entry last changed; 0 where there is none."""
    query = select(Organisation.generation).where(Organisation.id == organisation_id)
    return db.session.scalar(query) or 0


def read_with_generation(organisation_id: int) -> tuple[EntryData, int] | None:
    """An entry and the generation that it is of, or an older one: then saving it is a conflict."""
    generation = generation_of(organisation_id)
    entry = read(organisation_id)
    return None if entry is None else (entry, generation)


def keep(entry: EntryData, by: Actor, account: Account, generation: int = 0) -> Kept:
    """Save a new entry, or one that still is of this generation.

    Raises ConflictError where it is not, and EntryError for what cannot be kept; then nothing is saved.
    """
    with change(by) as under_way:
        if entry.id is not None:
            _check_generation(entry.id, generation)
        saved = _save(under_way, entry)
        if saved.is_new:
            db.session.add(EntryMaker(organisation_id=saved.organisation.id, account_id=account.id))
            db.session.flush()
        if not permits.may_edit(account, saved.organisation.id):
            raise EntryError("sites", OUT_OF_REGION)
        return Kept(saved.organisation.id, saved.organisation.slug, saved.is_changed)


def _save(under_way: Change, entry: EntryData) -> entries.Saved:
    """Save; where only the confirmation differs, the date of the last edit stays what it was."""
    if entry.id is None:
        return entries.save(under_way, entry)
    before = read(entry.id)
    edited_at = db.session.get_one(Organisation, entry.id).edited_at
    saved = entries.save(under_way, entry)
    if before and before == replace(
        entry, confirmed_on=before.confirmed_on, confirmed_how=before.confirmed_how
    ):
        saved.organisation.edited_at = edited_at
    return saved


def _check_generation(organisation_id: int, generation: int) -> None:
    found = read_with_generation(organisation_id)
    if found is None:
        raise EntryError("id", "Deze organisatie is er niet meer.")
    theirs, now = found
    if now != generation:
        raise ConflictError(theirs, now)


def state_at(organisation_id: int, generation: int) -> EntryData | None:
    """What an entry said in a generation, from its history; None where that does not reach so far back."""
    found = history.versions(ENTRY, str(organisation_id))
    # Newest first; the state before the first change of all was written down together with that change.
    of_then = [one for one in found if one.generation <= generation] or found[-1:]
    return from_json(of_then[0].data) if of_then and of_then[0].data else None


def withdraw(organisation_id: int, by: Actor) -> None:
    """Archive an entry: its address answers 410 until it is brought back."""
    with change(by) as under_way:
        entries.archive(under_way, db.session.get_one(Organisation, organisation_id))


def bring_back(organisation_id: int, by: Actor) -> Status:
    """Undo the withdrawal of an entry; gives the status that it has again."""
    with change(by) as under_way:
        organisation = db.session.get_one(Organisation, organisation_id)
        if organisation.status == Status.ARCHIVED:
            history.keep_before(under_way, [organisation_id])
            organisation.status = _status_before(organisation_id)
            organisation.archived_on = None
            organisation.edited_at = under_way.at
            under_way.touch(organisation)
            db.session.flush()
            history.record_entries(under_way, {organisation_id: Action.RESTORED})
        return Status(organisation.status)


def _status_before(organisation_id: int) -> Status:
    """The last status that was not archived; a concept where none is known, so that nothing shows itself."""
    for one in history.versions(ENTRY, str(organisation_id)):
        status = (one.data or {}).get("status")
        if status in set(Status) - {Status.ARCHIVED}:
            return Status(status)
    return Status.CONCEPT


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a restore; `remarks` say, in Dutch, what could not be as it was."""

    is_changed: bool
    remarks: tuple[str, ...] = ()


def restore(organisation_id: int, revision_id: int, by: Actor, account: Account) -> Restored:
    """Bring an entry back to a state that it had, as a new revision, unless it says that already.

    Raises EntryError for a state that cannot be had any more, saying what is missing.
    """
    with change(by) as under_way:
        done = restored(under_way, organisation_id, revision_id)
        if not permits.may_edit(account, organisation_id):
            raise EntryError("sites", OUT_OF_REGION)
        return done


def restored(under_way: Change, organisation_id: int, revision_id: int) -> Restored:
    """As restore(), within a change under way."""
    found = history.version(revision_id)
    if found is None or (found.kind, found.key) != (ENTRY, str(organisation_id)) or found.data is None:
        raise EntryError("versie", "Deze versie is er niet.")
    before = replace(from_json(without_mark(found.data)), id=organisation_id)
    _check_gemeenten(before)
    before, remarks = with_services_of_now(before, Known.load())
    saved = entries.Writer(under_way).save(before, Action.RESTORED)
    return Restored(saved.is_changed, tuple(remarks))


def _check_gemeenten(entry: EntryData) -> None:
    """Say which gemeenten of an old state are gone."""
    codes = {site.gemeente_nis for site in entry.sites if site.gemeente_nis}
    there = set(db.session.scalars(select(Gemeente.nis).where(Gemeente.nis.in_(codes))))
    if lost := sorted(codes - there):
        raise EntryError("sites", f"Deze gemeenten zijn er niet meer: {', '.join(lost)}.")


def point_of(
    site: SiteData, gazetteer: Gazetteer, *, url: str = "", user_agent: str = ""
) -> tuple[float, float, str] | None:
    """Where an address is: by the geocoding service where one is set up, else the point of its gemeente.

    Asked while no change is under way, so that nobody waits for the service; its answer is kept.
    """
    cache = TableCache()
    geocoder = make_geocoder(gazetteer, url=url, user_agent=user_agent, cache=cache)
    found = locator(geocoder, gazetteer)(site)
    if cache.has_news:
        with change():
            cache.store()
    return found
