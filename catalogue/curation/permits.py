"""Curation: who may do what. A beheerder everything; a regisseur the entries with a site in their regions."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, select, true

from catalogue.extensions import db
from catalogue.models import Account, EntryMaker, Location, Organisation, region_gemeente
from catalogue.models.account import account_region


class Rule(StrEnum):
    """What a page asks of who opens it; every page of /beheer names one."""

    # Anybody, also who is not logged in.
    OPEN = "open"
    # Any account.
    ACCOUNT = "account"
    BEHEERDER = "beheerder"
    # An account that may edit the entry whose `organisation_id` stands in the address.
    ENTRY = "entry"


def editable(account: Account) -> ColumnElement[bool]:
    """The condition on Organisation that holds for the entries this account may edit."""
    if account.is_beheerder:
        return true()
    mine = (
        select(Location.id)
        .join(region_gemeente, region_gemeente.c.gemeente_nis == Location.gemeente_nis)
        .join(account_region, account_region.c.region_slug == region_gemeente.c.region_slug)
        .where(Location.organisation_id == Organisation.id, account_region.c.account_id == account.id)
    )
    has_site = exists().where(Location.organisation_id == Organisation.id, Location.gemeente_nis.is_not(None))
    made = exists().where(EntryMaker.organisation_id == Organisation.id, EntryMaker.account_id == account.id)
    return mine.exists() | and_(~has_site, made)


def may_edit(account: Account, organisation_id: int) -> bool:
    """Whether this account may edit this entry; False too for an entry that is not there."""
    query = select(Organisation.id).where(Organisation.id == organisation_id, editable(account))
    return db.session.scalar(query) is not None


def gemeenten(account: Account) -> frozenset[str] | None:
    """NIS codes of the regions of a regisseur; None for a beheerder, who has them all."""
    if account.is_beheerder:
        return None
    query = (
        select(region_gemeente.c.gemeente_nis)
        .join(account_region, account_region.c.region_slug == region_gemeente.c.region_slug)
        .where(account_region.c.account_id == account.id)
    )
    return frozenset(db.session.scalars(query))


def may_keep(account: Account, site_gemeenten: Collection[str]) -> bool:
    """Whether this account may make an entry with sites in these gemeenten (NIS; none: anybody may)."""
    own = gemeenten(account)
    return own is None or not site_gemeenten or not own.isdisjoint(site_gemeenten)
