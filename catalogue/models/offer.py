"""An offer (aanbod): a service that an organisation does, from one location or all, in its own work area."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.extensions import Base
from catalogue.models.location import Location
from catalogue.models.organisation import Organisation
from catalogue.models.service import Service

# How a company or a bestuur can work with an organisation, with the words for it on the screen.
SAMENWERKING: Mapping[str, str] = MappingProxyType(
    {
        "eigen-atelier": "In het eigen atelier",
        "bij-klant": "Bij de klant",
        "enclave": "Enclave: een begeleide ploeg bij u",
        "onderaanneming": "Onderaanneming",
        "levering": "Levering van producten",
    }
)

# An area nobody stated (design.md 2): shown as assumed, never exported as fact.
ASSUMED_AREA = ("km:20",)


class Offer(Base):
    """`area` holds tokens of places.area.WorkArea ("nis:33011", "regio:westhoek", "km:20", "vlaanderen")."""

    __tablename__ = "offer"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    area: Mapped[list[str]] = mapped_column(JSON, default=list)
    area_assumed: Mapped[bool] = mapped_column(default=True)
    samenwerking: Mapped[list[str]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(Text, default="")

    organisation: Mapped[Organisation] = relationship(back_populates="offers")
    location: Mapped[Location | None] = relationship()
    service: Mapped[Service] = relationship()
