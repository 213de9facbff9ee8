"""Mail that goes out, each once, and the question to an organisation whether its entry still holds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalogue.extensions import Base, Moment


class OutgoingMail(Base):
    """A mail in the outbox. `key` is what it is about, so that nothing is ever written twice.

    Claimed before it is handed over and marked when the server took it: one that was claimed and not marked
    may have gone, and is shown to a person instead of being sent again.
    """

    __tablename__ = "outgoing_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    recipient: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    # Why the server refused it, in its own words.
    fault: Mapped[str] = mapped_column(Text, default="")


class ConfirmationRequest(Base):
    """The question of one period to one organisation: does this entry still hold?

    `due_on` is the day on which the entry was to be confirmed again; `answer` is klopt, wijzigen or stopt.
    Only the hash of the link is kept; a reminder makes a new one.
    """

    __tablename__ = "confirmation_request"
    __table_args__ = (UniqueConstraint("organisation_id", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    due_on: Mapped[date]
    mails: Mapped[int] = mapped_column(default=0)
    last_mail_at: Mapped[datetime | None] = mapped_column(Moment)
    token_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[str] = mapped_column(String(20), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
