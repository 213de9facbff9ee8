"""Tables and vocabularies: one file a noun."""

from __future__ import annotations

from catalogue.models.account import Account, AccountLink, FailedLogin, Role
from catalogue.models.gemeente import Gemeente, Region, region_gemeente
from catalogue.models.location import Location, PointOrigin
from catalogue.models.offer import ASSUMED_AREA, SAMENWERKING, Offer
from catalogue.models.organisation import (
    Art15Status,
    FormerSlug,
    Organisation,
    OrganisationWerkvorm,
    Recognition,
    Status,
    Zekerheid,
)
from catalogue.models.question import EmptyQuestion
from catalogue.models.service import Category, Service
from catalogue.models.state import CatalogueState, GeocodeCache, Sown

__all__ = [
    "ASSUMED_AREA",
    "SAMENWERKING",
    "Account",
    "AccountLink",
    "Art15Status",
    "CatalogueState",
    "Category",
    "EmptyQuestion",
    "FailedLogin",
    "FormerSlug",
    "Gemeente",
    "GeocodeCache",
    "Location",
    "Offer",
    "Organisation",
    "OrganisationWerkvorm",
    "PointOrigin",
    "Recognition",
    "Region",
    "Role",
    "Service",
    "Sown",
    "Status",
    "Zekerheid",
    "region_gemeente",
]
