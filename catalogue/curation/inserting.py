"""Curation: many new entries into the database at once, in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert

from catalogue.curation.entrydata import SCALARS, EntryData
from catalogue.curation.loading import SITE_COLUMNS
from catalogue.extensions import db
from catalogue.models import Location, Offer, Organisation, OrganisationWerkvorm, Recognition


def insert_entries(
    entries: Sequence[EntryData], services: Mapping[str, int], extra: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Insert new entries, each with its own extra columns of the organisation; gives their ids in that order.

    `services` gives the id of each slug.
    """
    ids = _with_ids(
        Organisation,
        [
            {key: getattr(entry, key) for key in SCALARS}
            | {"former_names": list(entry.former_names), "free_services": list(entry.free_services)}
            | dict(own)
            for entry, own in zip(entries, extra, strict=True)
        ],
    )
    numbered = list(zip(ids, entries, strict=True))
    sites = [(id, position, site) for id, entry in numbered for position, site in enumerate(entry.sites)]
    site_ids = _with_ids(
        Location,
        [
            {key: getattr(site, key) for key in SITE_COLUMNS} | {"organisation_id": id, "position": position}
            for id, position, site in sites
        ],
    )
    by_name = {(id, site.name): site_id for (id, _, site), site_id in zip(sites, site_ids, strict=True)}
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


def _table(model: type[Any]) -> Table:
    return model.__table__  # type: ignore[no-any-return]


def _with_ids(model: type[Any], rows: list[dict[str, Any]]) -> list[int]:
    if not rows:
        return []
    table = _table(model)
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, rows))


def _many(model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    values = list(rows)
    if values:
        db.session.execute(insert(_table(model)), values)
