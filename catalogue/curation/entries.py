"""Curation: read entries as values and write them back, touching only what differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalogue.curation import history
from catalogue.curation.entrydata import (
    SCALARS,
    EntryData,
    EntryError,
    Locator,
    RecognitionData,
    SiteData,
    normal,
)
from catalogue.curation.inserting import insert_entries
from catalogue.curation.loading import ROUND, SITE_COLUMNS, load, read
from catalogue.curation.names import Names, folded, unique_slug
from catalogue.curation.points import offline
from catalogue.curation.write import Action, Change
from catalogue.directory.gazetteer import load_gazetteer
from catalogue.extensions import db
from catalogue.models import (
    FormerSlug,
    Location,
    Offer,
    Organisation,
    OrganisationWerkvorm,
    PointOrigin,
    Recognition,
    Service,
    Status,
)

__all__ = ["Saved", "Writer", "archive", "find", "load", "read", "save", "unique_slug"]

# What a confirmation sets.
CONFIRMED = ("confirmed_on", "confirmed_how")
# Before the name of a site that is between two names. No name of ours begins so; PostgreSQL takes no NUL.
PROVISIONAL = "\x01"


class Saved(NamedTuple):
    """What became of an entry."""

    organisation: Organisation
    is_new: bool
    is_changed: bool


def save(change: Change, data: EntryData, *, locate: Locator | None = None) -> Saved:
    """Bring one entry to what `data` says, as an edit; raises EntryError for what cannot be kept."""
    return Writer(change, locate=locate).save(data)


def find(name: str) -> Organisation | None:
    """The entry that is called so, or was called so before, whatever the case and accents."""
    names = Names.load()
    found = names.current(name) or names.former(name)
    return db.session.get(Organisation, found) if found else None


def archive(change: Change, organisation: Organisation) -> None:
    """Withdraw an entry: its address answers 410 from now on."""
    if organisation.status != Status.ARCHIVED:
        history.keep_before(change, [organisation.id])
        organisation.status = Status.ARCHIVED
        organisation.archived_on = change.at.date()
        organisation.edited_at = change.at
        change.touch(organisation)
        db.session.flush()
        history.record_entries(change, {organisation.id: Action.ARCHIVED})


class Writer:
    """Saves entries within one change, many as quickly as one: names and services are read once."""

    def __init__(
        self,
        change: Change,
        *,
        names: Names | None = None,
        locate: Locator | None = None,
        imported: bool = False,
    ) -> None:
        self._change = change
        self._given_names = names
        self._given_locate = locate
        self._imported = imported
        self._provisional = 0

    @cached_property
    def names(self) -> Names:
        """Names in use, with those that this writer saved."""
        return self._given_names or Names.load()

    @cached_property
    def _locate(self) -> Locator:
        if self._given_locate:
            return self._given_locate
        return offline(load_gazetteer())

    @cached_property
    def _services(self) -> dict[str, int]:
        return {row.slug: row.id for row in db.session.execute(select(Service.slug, Service.id))}

    def save_all(self, entries: Iterable[EntryData]) -> list[int]:
        """Save many and give their ids, new ones first; memory stays small however many there are."""
        ids: list[int] = []
        round_: list[EntryData] = []
        for entry in entries:
            round_.append(entry)
            if len(round_) == ROUND:
                ids += self._save_round(round_)
                round_ = []
        return ids + self._save_round(round_)

    def _save_round(self, entries: Sequence[EntryData]) -> list[int]:
        new = self._insert([normal(entry) for entry in entries if entry.id is None])
        known = [entry for entry in entries if entry.id is not None]
        # Held until the flush: the session itself keeps no unchanged row alive.
        held = self._organisations([entry.id for entry in known if entry.id is not None])
        ids = [one.organisation.id for one in self._save_known(known)]
        del held
        db.session.expunge_all()
        return new + ids

    def _organisations(self, ids: Sequence[int]) -> list[Organisation]:
        if not ids:
            return []
        return list(
            db.session.scalars(
                select(Organisation)
                .where(Organisation.id.in_(ids))
                .options(
                    selectinload(Organisation.werkvormen),
                    selectinload(Organisation.recognitions),
                    selectinload(Organisation.locations),
                    selectinload(Organisation.offers),
                )
            )
        )

    def save(self, data: EntryData, action: Action | None = None) -> Saved:
        """Bring one entry to what `data` says; `action` tells what that is, where it is more than an edit."""
        if data.id is None:
            (id,) = self._insert([normal(data)])
            return Saved(db.session.get_one(Organisation, id), is_new=True, is_changed=True)
        return self._save_known([data], action)[0]

    def _save_known(self, entries: Sequence[EntryData], action: Action | None = None) -> list[Saved]:
        ids = [entry.id for entry in entries if entry.id is not None]
        history.keep_before(self._change, ids)
        before = {entry.id: entry for entry in load(ids)}
        # Half an offer must not be flushed by a query for the rest of it.
        with db.session.no_autoflush:
            saved = [self._save(normal(entry), action) for entry in entries]
        db.session.flush()
        history.record_entries(
            self._change,
            {
                one.organisation.id: action or _action(before.get(one.organisation.id), entry)
                for one, entry in zip(saved, entries, strict=True)
                if one.is_changed
            },
        )
        return saved

    def _save(self, entry: EntryData, action: Action | None) -> Saved:
        organisation = db.session.get(Organisation, entry.id)
        if organisation is None:
            raise EntryError("id", "Deze organisatie is er niet meer.")
        self._check_services(entry)
        # A name that stays is not looked at: that would read those of all the others.
        if organisation.name != entry.name:
            self._check_name(entry)
            renamed = self._rename(organisation, entry)
            # Who goes back to an earlier state says that the name since then was none.
            entry = entry if action is Action.RESTORED else renamed
        is_changed = any(
            [  # a list: every part is brought up to date, also after the first that differs
                self._columns(organisation, entry),
                self._werkvormen(organisation, entry),
                self._recognitions(organisation, entry),
                self._sites(organisation, entry),
                self._offers(organisation, entry),
            ]
        )
        if is_changed:
            _set(organisation, self._moment())
            self._change.touch(organisation)
        return Saved(organisation, is_new=False, is_changed=is_changed)

    def _insert(self, entries: Sequence[EntryData]) -> list[int]:
        """Put new entries in; each gets its address and its points first."""
        own: list[dict[str, Any]] = []
        located: list[EntryData] = []
        for entry in entries:
            self._check_name(entry)
            self._check_services(entry)
            slug = self.names.free_slug(entry.name)
            self._provisional -= 1
            self.names.add(self._provisional, entry.name, slug, entry.former_names, entry.ondernemingsnummer)
            archived = self._change.at.date() if entry.status == Status.ARCHIVED else None
            own.append(
                self._moment()
                | {"slug": slug, "archived_on": archived, "generation": self._change.generation}
            )
            located.append(replace(entry, sites=tuple(self._located(site, None) for site in entry.sites)))
        ids = insert_entries(located, self._services, own)
        for entry, columns, id in zip(entries, own, ids, strict=True):
            self.names.add(id, entry.name, columns["slug"], entry.former_names, entry.ondernemingsnummer)
        history.record_entries(self._change, dict.fromkeys(ids, Action.NEW))
        return ids

    def _moment(self) -> dict[str, Any]:
        """The date that this change sets: imported and edited never mix."""
        return {"imported_at" if self._imported else "edited_at": self._change.at}

    def _check_name(self, entry: EntryData) -> None:
        owner = self.names.current(entry.name)
        if owner is not None and owner != entry.id:
            raise EntryError("name", f"Er is al een organisatie met de naam ‘{self.names.name(owner)}’.")

    def _check_services(self, entry: EntryData) -> None:
        for offer in entry.offers:
            if offer.service not in self._services:
                raise EntryError("offers", f"Er is geen dienst ‘{offer.service}’.")

    def _rename(self, organisation: Organisation, entry: EntryData) -> EntryData:
        """Keep the old address as a redirect and the old name as a former name."""
        before, old_slug = organisation.name, organisation.slug
        slug = self.names.free_slug(entry.name, organisation.id)
        if slug != old_slug:
            again = db.session.get(FormerSlug, slug)
            if again is not None:
                db.session.delete(again)
            db.session.add(FormerSlug(slug=old_slug, organisation_id=organisation.id))
            organisation.slug = slug
        self.names.add(organisation.id, entry.name, slug, entry.former_names)
        if folded(before) == folded(entry.name):
            return entry
        return normal(replace(entry, former_names=(*entry.former_names, before)))

    def _columns(self, organisation: Organisation, entry: EntryData) -> bool:
        before = organisation.status
        values: dict[str, Any] = {key: getattr(entry, key) for key in SCALARS}
        values |= {"former_names": list(entry.former_names), "free_services": list(entry.free_services)}
        changed = _set(organisation, values)
        if entry.status != before:
            organisation.archived_on = self._change.at.date() if entry.status == Status.ARCHIVED else None
        return changed

    def _werkvormen(self, organisation: Organisation, entry: EntryData) -> bool:
        there = {row.key: row for row in organisation.werkvormen}
        changed = False
        for position, form in enumerate(entry.werkvormen):
            row = there.pop(form.key, None)
            if row is None:
                row = OrganisationWerkvorm(key=form.key)
                organisation.werkvormen.append(row)
            changed |= _set(
                row,
                {
                    "position": position,
                    "treden": list(form.treden),
                    "valid_from": form.valid_from,
                    "valid_to": form.valid_to,
                },
            )
        for row in there.values():
            organisation.werkvormen.remove(row)
        return changed or bool(there)

    def _recognitions(self, organisation: Organisation, entry: EntryData) -> bool:
        there = {
            RecognitionData(row.kind, row.klass, row.valid_until): row for row in organisation.recognitions
        }
        new = [one for one in entry.recognitions if one not in there]
        old = [row for one, row in there.items() if one not in entry.recognitions]
        for row in old:
            organisation.recognitions.remove(row)
        for one in new:
            organisation.recognitions.append(
                Recognition(kind=one.kind, klass=one.klass, valid_until=one.valid_until)
            )
        return bool(new or old)

    def _sites(self, organisation: Organisation, entry: EntryData) -> bool:
        self._free_site_names(organisation, entry)
        by_id = {row.id: row for row in organisation.locations}
        by_name = {folded(row.name): row for row in organisation.locations}
        kept: list[Location] = []
        changed = False
        for position, site in enumerate(entry.sites):
            row = by_id.get(site.id or 0) or by_name.get(folded(site.name))
            if row is None or row in kept:
                row = Location(name=site.name)
                organisation.locations.append(row)
                before = None
            else:
                before = SiteData(*(getattr(row, key) for key in SITE_COLUMNS))
            kept.append(row)
            located = self._located(site, before)
            values = {key: getattr(located, key) for key in SITE_COLUMNS}
            changed |= _set(row, values | {"position": position})
        for row in [row for row in organisation.locations if row not in kept]:
            organisation.locations.remove(row)
            changed = True
        return changed

    def _free_site_names(self, organisation: Organisation, entry: EntryData) -> None:
        """Where a site takes the name that another gives up, no moment may have two of that name."""
        there = {row.id: row.name for row in organisation.locations}
        if not any(site.id in there and site.name != there[site.id] for site in entry.sites):
            return
        final = {site.id: site.name for site in entry.sites}
        for row in organisation.locations:
            if final.get(row.id) != row.name:
                row.name = f"{PROVISIONAL}{row.id}"
        db.session.flush()

    def _located(self, site: SiteData, before: SiteData | None) -> SiteData:
        """A point set by hand or just given stays; else it follows the address."""
        given = (site.lat, site.lon, site.point_origin)
        if site.point_origin == PointOrigin.HAND:
            return site
        is_given = before is None or given != (before.lat, before.lon, before.point_origin)
        if site.lat is not None and (is_given or (before and site.address == before.address)):
            return site
        lat, lon, origin = self._locate(site) or (None, None, "")
        return replace(site, lat=lat, lon=lon, point_origin=origin)

    def _offers(self, organisation: Organisation, entry: EntryData) -> bool:
        sites = {row.name: row for row in organisation.locations}
        by_id = {row.id: row for row in organisation.offers}
        changed = False
        kept: set[int] = set()
        for offer in entry.offers:
            row = by_id.get(offer.id or 0)
            if row is None:
                row = Offer()
                organisation.offers.append(row)
            kept.add(id(row))
            location = None if offer.site is None else sites[offer.site]
            if row.location is not location:
                row.location = location
                changed = True
            changed |= _set(
                row,
                {
                    "service_id": self._services[offer.service],
                    "area": list(offer.area),
                    "area_assumed": offer.area_assumed,
                    "samenwerking": list(offer.samenwerking),
                    "note": offer.note,
                },
            )
        for row in [row for row in organisation.offers if id(row) not in kept]:
            organisation.offers.remove(row)
            changed = True
        return changed


def _action(before: EntryData | None, after: EntryData) -> Action:
    """What an edit did: withdrawn, brought back, only confirmed, or anything else."""
    if before is None:
        return Action.EDITED
    if after.status != before.status and Status.ARCHIVED in (after.status, before.status):
        return Action.ARCHIVED if after.status == Status.ARCHIVED else Action.RESTORED
    same: dict[str, Any] = {key: getattr(before, key) for key in CONFIRMED}
    return Action.CONFIRMED if replace(normal(after), **same) == before else Action.EDITED


def _set(row: object, values: dict[str, Any]) -> bool:
    """Set what differs; says whether anything did."""
    changed = False
    for key, value in values.items():
        if getattr(row, key) != value:
            setattr(row, key, value)
            changed = True
    return changed
