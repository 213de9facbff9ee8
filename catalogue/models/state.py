"""What the catalogue remembers of itself: its generation, what was sown, and points looked up before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from catalogue.extensions import Base, Moment


class CatalogueState(Base):
    """One row: the number of the last change, so that every process knows when to read again."""

    __tablename__ = "catalogue_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(default=0)
    # The generation of the last change to services, gemeenten or regions: they touch every entry.
    vocabulary_generation: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None] = mapped_column(Moment)
    # The generation with which a backup was put back: what a process holds of before it is of no use.
    restored_generation: Mapped[int] = mapped_column(default=0)


class Sown(Base):
    """Starting content that was once put in: `init` never brings it back or changes it again."""

    __tablename__ = "sown"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)


class GeocodeCache(Base):
    """An answer of the geocoding service, so that it is asked once."""

    __tablename__ = "geocode_cache"

    query: Mapped[str] = mapped_column(String(300), primary_key=True)
    answer: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(Moment)
