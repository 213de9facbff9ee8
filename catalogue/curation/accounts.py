"""Accounts of the people who curate: made with a one-time link, checked with a brake on guessing."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
import secrets
from datetime import UTC, datetime, timedelta
from functools import cache

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from werkzeug.security import check_password_hash, generate_password_hash

from catalogue.curation.passwords import MAX_LENGTH, normalised, require_good
from catalogue.extensions import db
from catalogue.models import Account, AccountLink, FailedLogin, Role

LINK_HOURS = 72
# Failures older than this no longer count, and are erased.
WINDOW = timedelta(minutes=15)
# A person mistypes a few times; a town hall shares one network address.
ACCOUNT_LIMIT = 8
ADDRESS_LIMIT = 40
# The part of an IPv6 address that one household or office shares.
IPV6_NETWORK = 64


class AccountError(ValueError):
    """An account that cannot be made; the message (Dutch) says why."""


class LinkError(LookupError):
    """A one-time link that is unknown, used or too old."""


class ThrottledError(Exception):
    """Too many failed log-ins of this account or from this network; try again after so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"try again after {seconds} seconds")
        self.seconds = seconds


def add(email: str, role: Role | str = Role.REGISSEUR) -> Account:
    """A new account without a password: one_time_link() lets its owner choose one.

    Raises AccountError for a faulty mail address, an unknown role or an account that is there already.
    """
    try:
        address = validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise AccountError(f"Dit is geen geldig mailadres: {email.strip()!r}.") from None
    if role not in set(Role):
        raise AccountError(f"Deze rol bestaat niet: {role!r}. Kies uit {', '.join(Role)}.")
    account = Account(
        email=address,
        role=str(role),
        password_hash="",
        session_token=secrets.token_hex(32),
        created_at=datetime.now(UTC),
    )
    db.session.add(account)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise AccountError(f"Er is al een account voor {address}.") from None
    return account


def find(email: str) -> Account | None:
    """The account with this mail address, however it was typed."""
    return db.session.scalar(select(Account).where(Account.email == _folded(email)))


def one_time_link(account: Account, *, hours: int = LINK_HOURS) -> str:
    """A token that sets the password once, within so many hours; older ones of the account stop working."""
    token = secrets.token_urlsafe(32)
    db.session.execute(delete(AccountLink).where(AccountLink.account_id == account.id))
    expires = datetime.now(UTC) + timedelta(hours=hours)
    db.session.add(AccountLink(token_hash=_token_hash(token), account_id=account.id, expires_at=expires))
    db.session.commit()
    return token


def account_of_link(token: str) -> Account:
    """Whose one-time link this is, without using it; raises LinkError."""
    link = db.session.scalar(select(AccountLink).where(_is_valid(token)))
    if link is None:
        raise LinkError("unknown, used or expired link")
    return link.account


def redeem(token: str, password: str) -> Account:
    """Set the password with a one-time link; that uses up the link and ends every session of the account.

    Raises LinkError, or PasswordError for a password that is not good enough (the link then stays valid).
    """
    account = account_of_link(token)
    require_good(password, email=account.email)
    hashed = _hash(password)
    used = db.session.scalar(delete(AccountLink).where(_is_valid(token)).returning(AccountLink.account_id))
    if used is None:
        db.session.rollback()
        raise LinkError("used meanwhile")
    account.password_hash = hashed
    account.session_token = secrets.token_hex(32)
    by_account = FailedLogin.account_hash == _counted("account", account.email)
    db.session.execute(delete(FailedLogin).where(by_account))
    db.session.commit()
    return account


def check(email: str, password: str, address: str) -> Account | None:
    """The account that this mail address and password open, or None; `address` is the network address.

    Raises ThrottledError after too many failures of this account or from this network.
    """
    now = datetime.now(UTC)
    name = _folded(email)
    by_account = FailedLogin.account_hash == _counted("account", name)
    by_address = FailedLogin.address_hash == _counted("address", _network(address))
    wait = max(_wait(by_account, ACCOUNT_LIMIT, now), _wait(by_address, ADDRESS_LIMIT, now))
    if wait:
        raise ThrottledError(wait)
    # Counted before the slow check, so that guesses made at the same time count too.
    db.session.execute(delete(FailedLogin).where(FailedLogin.at < now - WINDOW))
    db.session.add(
        FailedLogin(
            account_hash=_counted("account", name),
            address_hash=_counted("address", _network(address)),
            at=now,
        )
    )
    db.session.commit()
    account = find(name)
    # An unknown account costs the same time as a known one: the clock tells a stranger nothing.
    known = account.password_hash if account and account.password_hash else _hash_of_nobody()
    is_right = len(password) <= MAX_LENGTH and check_password_hash(known, normalised(password))
    if account is None or not account.password_hash or not is_right:
        return None
    db.session.execute(delete(FailedLogin).where(by_account, by_address))
    db.session.commit()
    return account


def of_session(session_id: str) -> Account | None:
    """The account of a session as Account.get_id() wrote it; None once that session is over."""
    number, _, token = session_id.partition(":")
    # A number of more digits does not fit the column; the session is not one of ours.
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    account = db.session.get(Account, int(number))
    if account is None or not hmac.compare_digest(account.session_token.encode(), token.encode()):
        return None
    return account


def log_out_everywhere(account: Account) -> None:
    """End every session of this account, on every device."""
    account.session_token = secrets.token_hex(32)
    db.session.commit()


def _folded(email: str) -> str:
    """A mail address as it is stored, or as it was typed where it is none."""
    # PostgreSQL takes no NUL in a text.
    text = email.replace("\x00", "").strip()[:200]
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return text.casefold()


def _is_valid(token: str) -> ColumnElement[bool]:
    """The condition that finds the link of a token while it is valid."""
    return (AccountLink.token_hash == _token_hash(token)) & (AccountLink.expires_at > datetime.now(UTC))


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _hash(password: str) -> str:
    return generate_password_hash(normalised(password), method="scrypt")


@cache
def _hash_of_nobody() -> str:
    return _hash(secrets.token_urlsafe(32))


def _counted(kind: str, value: str) -> str:
    """A keyed hash: enough to count, nothing to read."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    """The network that one office shares: an IPv4 address, or the first half of an IPv6 address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if ip.version == 6 and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, IPV6_NETWORK), strict=False))
    return str(ip if ip.version == 4 else ip.ipv4_mapped)


def _wait(condition: ColumnElement[bool], limit: int, now: datetime) -> int:
    """Seconds until fewer than `limit` of these failures lie within the window; 0 when that is now."""
    recent = select(FailedLogin.at).where(condition, FailedLogin.at > now - WINDOW)
    at = db.session.scalar(recent.order_by(FailedLogin.at.desc()).offset(limit - 1).limit(1))
    if at is None:
        return 0
    # SQLite gives the time back without its zone: what was written is UTC. PostgreSQL gives it in its own.
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return math.ceil((at + WINDOW - now).total_seconds())
