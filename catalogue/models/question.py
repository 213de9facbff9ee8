"""Questions that nobody in the catalogue could answer: how often each was asked, where and on which day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from catalogue.extensions import Base

MAX_WORDS = 200
"""Letters of a question that are kept."""


class EmptyQuestion(Base):
    """One count; nothing in it tells who asked. A question about several gemeenten counts in each.

    `place` is the NIS code of a gemeente, the slug of a region, or empty where no place was asked.
    """

    __tablename__ = "empty_question"

    words: Mapped[str] = mapped_column(String(MAX_WORDS), primary_key=True)
    place: Mapped[str] = mapped_column(String(60), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    count: Mapped[int] = mapped_column(default=0)
