"""Curation: entries out of the database as values, many in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import fields

from sqlalchemy import select

from catalogue.curation.entrydata import (
    SCALARS,
    EntryData,
    OfferData,
    RecognitionData,
    SiteData,
    WerkvormData,
)
from catalogue.extensions import db
from catalogue.models import Location, Offer, Organisation, OrganisationWerkvorm, Recognition, Service

# As many entries as one round of queries takes: few queries, little memory.
ROUND = 500

SITE_COLUMNS = tuple(f.name for f in fields(SiteData) if f.name != "id")


def read(organisation_id: int) -> EntryData | None:
    """One entry as a value."""
    return next(load([organisation_id]), None)


def load(ids: Sequence[int]) -> Iterator[EntryData]:
    """Entries as values, in the order of `ids`; five queries for each round of them."""
    for start in range(0, len(ids), ROUND):
        part = ids[start : start + ROUND]
        found = _load_round(part)
        yield from (found[id] for id in part if id in found)


def _load_round(ids: Sequence[int]) -> dict[int, EntryData]:
    werkvormen, recognitions = _werkvormen_of(ids), _recognitions_of(ids)
    sites, offers = _sites_of(ids), _offers_of(ids)
    columns = ("id", "slug", "former_names", "free_services", *SCALARS)
    return {
        row.id: EntryData(
            **{key: getattr(row, key) for key in (*SCALARS, "id", "slug")},
            former_names=tuple(row.former_names),
            free_services=tuple(row.free_services),
            werkvormen=tuple(werkvormen[row.id]),
            recognitions=tuple(sorted(recognitions[row.id], key=lambda one: one.order)),
            sites=tuple(sites[row.id]),
            offers=tuple(sorted(offers[row.id], key=lambda offer: offer.key)),
        )
        for row in db.session.execute(
            select(*(getattr(Organisation, key) for key in columns)).where(Organisation.id.in_(ids))
        )
    }


def _werkvormen_of(ids: Sequence[int]) -> dict[int, list[WerkvormData]]:
    form = OrganisationWerkvorm
    found = defaultdict[int, list[WerkvormData]](list)
    for row in db.session.execute(
        select(form.organisation_id, form.key, form.treden, form.valid_from, form.valid_to)
        .where(form.organisation_id.in_(ids))
        .order_by(form.position, form.key)
    ):
        found[row.organisation_id].append(
            WerkvormData(row.key, tuple(row.treden), row.valid_from, row.valid_to)
        )
    return found


def _recognitions_of(ids: Sequence[int]) -> dict[int, list[RecognitionData]]:
    found = defaultdict[int, list[RecognitionData]](list)
    for row in db.session.execute(
        select(
            Recognition.organisation_id, Recognition.kind, Recognition.klass, Recognition.valid_until
        ).where(Recognition.organisation_id.in_(ids))
    ):
        found[row.organisation_id].append(RecognitionData(row.kind, row.klass, row.valid_until))
    return found


def _sites_of(ids: Sequence[int]) -> dict[int, list[SiteData]]:
    found = defaultdict[int, list[SiteData]](list)
    for row in db.session.execute(
        select(Location.organisation_id, Location.id, *(getattr(Location, key) for key in SITE_COLUMNS))
        .where(Location.organisation_id.in_(ids))
        .order_by(Location.position, Location.id)
    ):
        found[row.organisation_id].append(
            SiteData(**{key: getattr(row, key) for key in SITE_COLUMNS}, id=row.id)
        )
    return found


def _offers_of(ids: Sequence[int]) -> dict[int, list[OfferData]]:
    found = defaultdict[int, list[OfferData]](list)
    for row in db.session.execute(
        select(
            Offer.organisation_id,
            Offer.id,
            Offer.area,
            Offer.area_assumed,
            Offer.samenwerking,
            Offer.note,
            Service.slug,
            Location.name,
        )
        .join(Offer.service)
        .outerjoin(Offer.location)
        .where(Offer.organisation_id.in_(ids))
    ):
        found[row.organisation_id].append(
            OfferData(
                service=row.slug,
                site=row.name,
                area=tuple(row.area),
                area_assumed=row.area_assumed,
                samenwerking=tuple(row.samenwerking),
                note=row.note,
                id=row.id,
            )
        )
    return found
