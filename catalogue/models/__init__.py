"""Tables and vocabularies: one file a noun."""

from __future__ import annotations

from catalogue.models.account import (
    Account,
    AccountLink,
    EndedSession,
    FailedLogin,
    RateMark,
    Role,
    account_region,
)
from catalogue.models.content import OwnText
from catalogue.models.figures import Activity, ClauseUse
from catalogue.models.gemeente import Gemeente, Region, region_gemeente
from catalogue.models.history import Revision
from catalogue.models.location import Location, PointOrigin
from catalogue.models.mail import ConfirmationRequest, OutgoingMail
from catalogue.models.offer import ASSUMED_AREA, SAMENWERKING, Offer
from catalogue.models.organisation import (
    Art15Status,
    ConfirmedHow,
    EntryMaker,
    FormerSlug,
    Organisation,
    OrganisationWerkvorm,
    Recognition,
    Status,
    Zekerheid,
)
from catalogue.models.proposal import Proposal, ProposalStatus
from catalogue.models.question import EmptyQuestion
from catalogue.models.service import Category, Service
from catalogue.models.state import CatalogueState, GeocodeCache, Sown
from catalogue.models.upload import Upload, UploadStatus, WordMapping

__all__ = [
    "ASSUMED_AREA",
    "SAMENWERKING",
    "Account",
    "AccountLink",
    "Activity",
    "Art15Status",
    "CatalogueState",
    "Category",
    "ClauseUse",
    "ConfirmationRequest",
    "ConfirmedHow",
    "EmptyQuestion",
    "EndedSession",
    "EntryMaker",
    "FailedLogin",
    "FormerSlug",
    "Gemeente",
    "GeocodeCache",
    "Location",
    "Offer",
    "Organisation",
    "OrganisationWerkvorm",
    "OutgoingMail",
    "OwnText",
    "PointOrigin",
    "Proposal",
    "ProposalStatus",
    "RateMark",
    "Recognition",
    "Region",
    "Revision",
    "Role",
    "Service",
    "Sown",
    "Status",
    "Upload",
    "UploadStatus",
    "WordMapping",
    "Zekerheid",
    "account_region",
    "region_gemeente",
]
