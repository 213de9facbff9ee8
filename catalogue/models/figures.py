"""What the yearly report tells beside the catalogue itself: actions of the regisseur, use of the clauses."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalogue.extensions import Base


class Activity(Base):
    """An action or event: the form councils know (doelstelling, actie, indicator, realisatie)."""

    __tablename__ = "activity"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(index=True)
    day: Mapped[date | None]
    objective: Mapped[str] = mapped_column(Text, default="")
    action: Mapped[str] = mapped_column(Text)
    indicator: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[str] = mapped_column(Text, default="")
    participants: Mapped[int | None]
    region_slug: Mapped[str | None] = mapped_column(ForeignKey("region.slug", ondelete="SET NULL"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class ClauseUse(Base):
    """How often a clause was asked on a day; nothing in it tells who. `form` is advies, tekst or word."""

    __tablename__ = "clause_use"

    day: Mapped[date] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(String(60), primary_key=True)
    form: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
