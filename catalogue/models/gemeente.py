"""Gemeenten and regions: where work is done. Regions and gemeenten are many-to-many (Wervik is in two)."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.extensions import Base

region_gemeente = Table(
    "region_gemeente",
    Base.metadata,
    Column("region_slug", ForeignKey("region.slug", ondelete="CASCADE"), primary_key=True),
    Column("gemeente_nis", ForeignKey("gemeente.nis", ondelete="CASCADE"), primary_key=True),
)


class Gemeente(Base):
    """One of the 285 Flemish gemeenten since 1 January 2025, with the names and codes people still use."""

    __tablename__ = "gemeente"

    nis: Mapped[str] = mapped_column(String(5), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    province: Mapped[str] = mapped_column(String(40))
    postcodes: Mapped[list[str]] = mapped_column(JSON, default=list)
    deelgemeenten: Mapped[list[str]] = mapped_column(JSON, default=list)
    former_names: Mapped[list[str]] = mapped_column(JSON, default=list)
    former_nis: Mapped[list[str]] = mapped_column(JSON, default=list)
    lat: Mapped[float]
    lon: Mapped[float]

    regions: Mapped[list[Region]] = relationship(secondary=region_gemeente, back_populates="gemeenten")


class Region(Base):
    """A group of gemeenten that work together, such as the Westhoek."""

    __tablename__ = "region"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))

    gemeenten: Mapped[list[Gemeente]] = relationship(
        secondary=region_gemeente, back_populates="regions", order_by=Gemeente.name
    )
