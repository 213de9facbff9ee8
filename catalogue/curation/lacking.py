"""Curation: what an entry can lack, as conditions: the desk counts by them, the list filters by them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, String, case, cast, func, or_, select

from catalogue.curation.entrydata import MAX_CONFIRM_MONTHS
from catalogue.models import Location, Offer, Organisation, PointOrigin, Status, Zekerheid
from catalogue.web.words import FRESH_MONTHS, add_months


def conditions(today: date) -> Mapping[str, ColumnElement[bool]]:
    """What an entry that is not archived can lack, as conditions on Organisation."""
    sites = select(Location.organisation_id)
    unsure = sites.where(Location.zekerheid == Zekerheid.UNSURE)
    is_rough = Location.point_origin == PointOrigin.GEMEENTE
    return {
        "concepten": Organisation.status == Status.CONCEPT,
        "onzeker": or_(Organisation.zekerheid == Zekerheid.UNSURE, Organisation.id.in_(unsure)),
        "te-bevestigen": is_overdue(today),
        "zonder-diensten": Organisation.id.not_in(select(Offer.organisation_id)),
        "zonder-punt": or_(
            Organisation.id.not_in(sites), Organisation.id.in_(sites.where(Location.lat.is_(None)))
        ),
        "punt-van-gemeente": Organisation.id.in_(sites.where(is_rough, Location.lat.is_not(None))),
        "eigen-woorden": cast(Organisation.free_services, String).not_in(("[]", "null", "")),
    }


def is_overdue(today: date) -> ColumnElement[bool]:
    """Never confirmed, or longer ago than the rhythm of the entry."""
    rhythm = func.coalesce(Organisation.confirm_months, FRESH_MONTHS)
    limits = {months: add_months(today, -months) for months in range(1, MAX_CONFIRM_MONTHS + 1)}
    limit = case(limits, value=rhythm, else_=add_months(today, -FRESH_MONTHS))
    return or_(Organisation.confirmed_on.is_(None), Organisation.confirmed_on <= limit)
