"""The vocabulary of services (diensten): what people ask for, in their own words."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.extensions import Base


class Category(Base):
    """A heading under which services stand on the home page."""

    __tablename__ = "category"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    label: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)

    services: Mapped[list[Service]] = relationship(back_populates="category", order_by="Service.label")


class Service(Base):
    """A service that an organisation can offer; a broader service includes its narrower ones."""

    __tablename__ = "service"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    label: Mapped[str] = mapped_column(String(120))
    sentence: Mapped[str] = mapped_column(Text, default="")
    synonyms: Mapped[list[str]] = mapped_column(JSON, default=list)
    cpv: Mapped[list[str]] = mapped_column(JSON, default=list)
    category_slug: Mapped[str] = mapped_column(ForeignKey("category.slug"))
    broader_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))

    category: Mapped[Category] = relationship(back_populates="services")
    broader: Mapped[Service | None] = relationship(remote_side=[id])
