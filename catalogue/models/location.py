"""A location (vestiging) of an organisation."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.extensions import Base
from catalogue.models.gemeente import Gemeente
from catalogue.models.organisation import Organisation


class PointOrigin(StrEnum):
    """Where the point of a location comes from."""

    ADDRESS = "adres"
    GEMEENTE = "gemeente"
    HAND = "hand"


class Location(Base):
    """A site or shop. Its own description, source and zekerheid are empty where the organisation's hold."""

    __tablename__ = "location"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("(lat is null) = (lon is null)", name="point"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(default=0)
    street: Mapped[str] = mapped_column(String(200), default="")
    house_number: Mapped[str] = mapped_column(String(20), default="")
    box: Mapped[str] = mapped_column(String(20), default="")
    postcode: Mapped[str] = mapped_column(String(4), default="")
    gemeente_nis: Mapped[str | None] = mapped_column(ForeignKey("gemeente.nis"), index=True)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    point_origin: Mapped[str] = mapped_column(String(20), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")
    zekerheid: Mapped[str] = mapped_column(String(20), default="")

    organisation: Mapped[Organisation] = relationship(back_populates="locations")
    gemeente: Mapped[Gemeente | None] = relationship()
