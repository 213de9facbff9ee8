"""Who may curate: accounts, their one-time links and the count of failed log-ins."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import JSON, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.extensions import Base, Moment
from catalogue.models.gemeente import Region


class Role(StrEnum):
    """A beheerder may do everything; a regisseur keeps the entries of a region."""

    BEHEERDER = "beheerder"
    REGISSEUR = "regisseur"


account_region = Table(
    "account_region",
    Base.metadata,
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("region_slug", ForeignKey("region.slug", ondelete="CASCADE"), primary_key=True),
)


class Account(UserMixin, Base):  # type: ignore[misc]
    """A person who curates. Only a salted scrypt hash of the password is kept."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    role: Mapped[str] = mapped_column(String(20), default=Role.REGISSEUR)
    password_hash: Mapped[str] = mapped_column(String(300), default="")
    # Changes with the password and on "log out everywhere"; a session with another value is over.
    session_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)
    # Closed by a beheerder: nobody logs in with it, its traces in the history stay.
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    # The second step at the log-in. Not the secret itself: that is made of this and the key of the site.
    totp_salt: Mapped[str] = mapped_column(String(64), default="")
    # The last code that was used, counted in steps of 30 seconds: no code works twice.
    totp_step: Mapped[int] = mapped_column(default=0)
    # Hashes of codes that work once, for who lost the telephone.
    recovery_hashes: Mapped[list[str]] = mapped_column(JSON, default=list)

    # The regions of a regisseur; a beheerder has them all.
    regions: Mapped[list[Region]] = relationship(secondary=account_region, order_by=Region.name)

    @property
    def is_beheerder(self) -> bool:
        """Whether this account may do everything."""
        return self.role == Role.BEHEERDER

    def get_id(self) -> str:
        """What the session keeps: the account and its current session token."""
        return f"{self.id}:{self.session_token}"


class AccountLink(Base):
    """A one-time link to set a password; only its hash is kept."""

    __tablename__ = "account_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)

    account: Mapped[Account] = relationship()


class FailedLogin(Base):
    """A failed log-in, kept in the database so that the count holds across worker processes."""

    __tablename__ = "failed_login"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Hashes of the mail address and of the network address: enough to count, nothing to read.
    account_hash: Mapped[str] = mapped_column(String(64), index=True)
    address_hash: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class EndedSession(Base):
    """A session that somebody ended; the hash of its mark is kept for as long as it could have lasted."""

    __tablename__ = "ended_session"

    mark_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class RateMark(Base):
    """Something a stranger did that is allowed only so often: a proposal, a request for a link.

    `kind` says what; the hash is of the network address or the mail address, keyed and unreadable.
    """

    __tablename__ = "rate_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key_hash: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
