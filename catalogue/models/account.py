"""Who may curate: accounts, their one-time links and the count of failed log-ins."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import DateTime, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.extensions import Base


class Role(StrEnum):
    """A beheerder may do everything; a regisseur keeps the entries of a region."""

    BEHEERDER = "beheerder"
    REGISSEUR = "regisseur"


class Account(UserMixin, Base):  # type: ignore[misc]
    """A person who curates. Only a salted scrypt hash of the password is kept."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    role: Mapped[str] = mapped_column(String(20), default=Role.REGISSEUR)
    password_hash: Mapped[str] = mapped_column(String(300), default="")
    # Changes with the password and on "log out everywhere"; a session with another value is over.
    session_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    def get_id(self) -> str:
        """What the session keeps: the account and its current session token."""
        return f"{self.id}:{self.session_token}"


class AccountLink(Base):
    """A one-time link to set a password; only its hash is kept."""

    __tablename__ = "account_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    account: Mapped[Account] = relationship()


class FailedLogin(Base):
    """A failed log-in, kept in the database so that the count holds across worker processes."""

    __tablename__ = "failed_login"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Hashes of the mail address and of the network address: enough to count, nothing to read.
    account_hash: Mapped[str] = mapped_column(String(64), index=True)
    address_hash: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
