"""Curation: many new entries into the database at once, in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select

from catalogue.curation.entrydata import SCALARS, EntryData
from catalogue.curation.loading import SITE_COLUMNS
from catalogue.extensions import db
from catalogue.models import Location, Offer, Organisation, OrganisationWerkvorm, Recognition


def insert_entries(
    entries: Sequence[EntryData], services: Mapping[str, int], extra: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Insert new entries and give their ids in that order.

    `services` gives the id of each service by slug; `extra` the slug and dates of each organisation.
    """
    _many(
        Organisation,
        (
            {key: getattr(entry, key) for key in SCALARS}
            | {"former_names": list(entry.former_names), "free_services": list(entry.free_services)}
            | dict(own)
            for entry, own in zip(entries, extra, strict=True)
        ),
    )
    # Asked back by their unique slug: that is two statements, where ids one by one would be thousands.
    slugs = [own["slug"] for own in extra]
    query = select(Organisation.slug, Organisation.id).where(Organisation.slug.in_(slugs))
    by_slug = {row.slug: row.id for row in db.session.execute(query)}
    ids = [by_slug[slug] for slug in slugs]
    numbered = list(zip(ids, entries, strict=True))
    _many(
        Location,
        (
            {key: getattr(site, key) for key in SITE_COLUMNS} | {"organisation_id": id, "position": position}
            for id, entry in numbered
            for position, site in enumerate(entry.sites)
        ),
    )
    sites = select(Location.organisation_id, Location.name, Location.id).where(
        Location.organisation_id.in_(ids)
    )
    by_name = {(row.organisation_id, row.name): row.id for row in db.session.execute(sites)}
    _many(
        OrganisationWerkvorm,
        (
            {
                "organisation_id": id,
                "position": position,
                "key": form.key,
                "treden": list(form.treden),
                "valid_from": form.valid_from,
                "valid_to": form.valid_to,
            }
            for id, entry in numbered
            for position, form in enumerate(entry.werkvormen)
        ),
    )
    _many(
        Recognition,
        (
            {"organisation_id": id, "kind": one.kind, "klass": one.klass, "valid_until": one.valid_until}
            for id, entry in numbered
            for one in entry.recognitions
        ),
    )
    _many(
        Offer,
        (
            {
                "organisation_id": id,
                "location_id": None if offer.site is None else by_name[id, offer.site],
                "service_id": services[offer.service],
                "area": list(offer.area),
                "area_assumed": offer.area_assumed,
                "samenwerking": list(offer.samenwerking),
                "note": offer.note,
            }
            for id, entry in numbered
            for offer in entry.offers
        ),
    )
    return ids


def _many(model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    values = list(rows)
    if values:
        db.session.execute(insert(model.__table__), values)
