"""Content that is edited in the browser and replaces what a file says: texts of pages, clause defaults."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalogue.extensions import Base, Moment


class OwnText(Base):
    """`key` names the text ("pagina:over", "clausule:uurkost"); no row means that of the file holds."""

    __tablename__ = "own_text"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    edited_at: Mapped[datetime] = mapped_column(Moment)
