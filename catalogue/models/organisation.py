"""An organisation of the social economy: the entry that people look up."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.extensions import Base, Moment

if TYPE_CHECKING:
    from catalogue.models.location import Location
    from catalogue.models.offer import Offer


class Status(StrEnum):
    """Whether the public sees an entry."""

    CONCEPT = "concept"
    PUBLISHED = "gepubliceerd"
    ARCHIVED = "gearchiveerd"


class Zekerheid(StrEnum):
    """How sure we are of what an entry says."""

    SURE = "zeker"
    LIKELY = "waarschijnlijk"
    UNSURE = "onzeker"


class ConfirmedHow(StrEnum):
    """The way in which an entry was confirmed."""

    MAIL = "mail"
    PHONE = "telefoon"
    VISIT = "bezoek"
    LIST = "lijst"


class Art15Status(StrEnum):
    """What is known of the 30 % of art. 15 WOO (domain.md C3)."""

    RECOGNISED = "erkend"
    DECLARED = "zelf-verklaard"
    UNKNOWN = "onbekend"


class Organisation(Base):
    """An entry. Three dates never mix: edited, confirmed (by the organisation) and imported."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("status in ('concept', 'gepubliceerd', 'gearchiveerd')", name="status"),
        CheckConstraint(
            "art15_percent is null or (art15_percent >= 0 and art15_percent <= 100)", name="art15"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    former_names: Mapped[list[str]] = mapped_column(JSON, default=list)
    legal_form: Mapped[str] = mapped_column(String(60), default="")
    ondernemingsnummer: Mapped[str] = mapped_column(String(10), default="", index=True)
    website: Mapped[str] = mapped_column(String(300), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    free_services: Mapped[list[str]] = mapped_column(JSON, default=list)
    source: Mapped[str] = mapped_column(Text, default="")
    zekerheid: Mapped[str] = mapped_column(String(20), default="")
    status: Mapped[str] = mapped_column(String(20), default=Status.PUBLISHED, index=True)
    orderable: Mapped[bool | None]
    art15_percent: Mapped[int | None]
    art15_on: Mapped[date | None] = mapped_column(Date)
    art15_proof: Mapped[str] = mapped_column(String(300), default="")
    art15_status: Mapped[str] = mapped_column(String(20), default=Art15Status.UNKNOWN)
    confirmed_on: Mapped[date | None] = mapped_column(Date)
    # How it was confirmed: mail, telefoon, bezoek or lijst; empty where that is not known.
    confirmed_how: Mapped[str] = mapped_column(String(20), default="")
    # After how many months it is to be confirmed again; None: after as many as the site says.
    confirm_months: Mapped[int | None]
    edited_at: Mapped[datetime | None] = mapped_column(Moment)
    imported_at: Mapped[datetime | None] = mapped_column(Moment)
    archived_on: Mapped[date | None] = mapped_column(Date)
    # The generation of the catalogue in which this entry last changed: readers fetch only what is newer.
    generation: Mapped[int] = mapped_column(default=0, index=True)

    werkvormen: Mapped[list[OrganisationWerkvorm]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="OrganisationWerkvorm.position"
    )
    recognitions: Mapped[list[Recognition]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="Recognition.id"
    )
    locations: Mapped[list[Location]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="Location.position"
    )
    offers: Mapped[list[Offer]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="Offer.id"
    )

    @property
    def is_published(self) -> bool:
        """Whether the public may read this entry."""
        return self.status == Status.PUBLISHED


class OrganisationWerkvorm(Base):
    """A werkvorm of an organisation, with its own treden (empty: those of the vocabulary) and validity."""

    __tablename__ = "organisation_werkvorm"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    treden: Mapped[list[int]] = mapped_column(JSON, default=list)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)

    organisation: Mapped[Organisation] = relationship(back_populates="werkvormen")


class Recognition(Base):
    """A recognition or quality label (erkenning); a works contract asks for them."""

    __tablename__ = "recognition"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(120))
    klass: Mapped[str] = mapped_column(String(40), default="")
    valid_until: Mapped[date | None] = mapped_column(Date)

    organisation: Mapped[Organisation] = relationship(back_populates="recognitions")


class FormerSlug(Base):
    """An address that an entry had before it was renamed; it redirects."""

    __tablename__ = "former_slug"

    slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )

    organisation: Mapped[Organisation] = relationship()


class EntryMaker(Base):
    """Which regisseur made an entry: without a site it is theirs to edit."""

    __tablename__ = "entry_maker"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
