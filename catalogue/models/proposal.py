"""A proposal: a change that somebody asks for, which waits while the approved version stays public."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalogue.extensions import Base, Moment


class ProposalStatus(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ACCEPTED = "aanvaard"
    PARTLY = "deels aanvaard"
    REFUSED = "geweigerd"


class Proposal(Base):
    """`base` is the entry as the proposer saw it, None if new; `data` as it should be, None if only words.

    Both as curation.entryjson writes them. Name and mail of the proposer are erased 12 months after the
    decision; `erased_at` says so.
    """

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    status: Mapped[str] = mapped_column(String(20), default=ProposalStatus.OPEN, index=True)
    # Where it came from: the public page, or the link in a mail that asks whether the entry still holds.
    origin: Mapped[str] = mapped_column(String(20), default="website")
    base: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    message: Mapped[str] = mapped_column(Text, default="")
    proposer_name: Mapped[str] = mapped_column(String(120), default="")
    proposer_mail: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text, default="")
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
