"""Curation: an entry that is not saved, as the rows that its public page is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from catalogue.curation.entrydata import SCALARS, EntryData, Locator, SiteData
from catalogue.models import Location, Offer, Organisation, OrganisationWerkvorm, Recognition


def unsaved(entry: EntryData, service_ids: Mapping[str, int], locate: Locator) -> Organisation:
    """The entry (in normal form) as an organisation that no session knows: nothing of it can be written.

    A site without a point gets the one that saving would give it.
    """
    sites = {site.name: _location(site, locate) for site in entry.sites}
    return Organisation(
        **{key: getattr(entry, key) for key in SCALARS},
        slug=entry.slug,
        former_names=list(entry.former_names),
        free_services=list(entry.free_services),
        werkvormen=[
            OrganisationWerkvorm(
                key=one.key, treden=list(one.treden), valid_from=one.valid_from, valid_to=one.valid_to
            )
            for one in entry.werkvormen
        ],
        recognitions=[
            Recognition(kind=one.kind, klass=one.klass, valid_until=one.valid_until)
            for one in entry.recognitions
        ],
        locations=list(sites.values()),
        offers=[
            Offer(
                service_id=service_ids[offer.service],
                location=None if offer.site is None else sites[offer.site],
                area=list(offer.area),
                area_assumed=offer.area_assumed,
                samenwerking=list(offer.samenwerking),
                note=offer.note,
            )
            for offer in entry.offers
        ],
    )


def _location(site: SiteData, locate: Locator) -> Location:
    values = {one.name: getattr(site, one.name) for one in fields(SiteData) if one.name != "id"}
    if site.lat is None and (found := locate(site)):
        values["lat"], values["lon"], values["point_origin"] = found
    return Location(**values)
