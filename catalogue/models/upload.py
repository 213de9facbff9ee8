"""A file that a regisseur uploads: looked at, put right, taken in or undone; and words mapped once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from catalogue.extensions import Base, Moment


class UploadStatus(StrEnum):
    """How far an upload is."""

    WAITING = "wacht"
    READING = "wordt gelezen"
    READY = "klaar om na te kijken"
    WRITING = "wordt opgenomen"
    APPLIED = "opgenomen"
    UNDOING = "wordt ongedaan gemaakt"
    UNDONE = "ongedaan gemaakt"
    FAILED = "mislukt"


class Upload(Base):
    """`choices` holds what the regisseur answered (columns, mappings, merges); `report` what was found."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    status: Mapped[str] = mapped_column(String(30), default=UploadStatus.WAITING, index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    fault: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    # Moves while somebody works at it; one that stands still was cut short.
    touched_at: Mapped[datetime | None] = mapped_column(Moment)
    applied_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)


class WordMapping(Base):
    """What a word of a file means, as somebody once said; no service: leave it a free word, ask no more."""

    __tablename__ = "word_mapping"

    word: Mapped[str] = mapped_column(String(200), primary_key=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Moment)
