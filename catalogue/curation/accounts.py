"""Accounts of the people who curate: made with a one-time link, checked with a brake on guessing."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from werkzeug.security import check_password_hash, generate_password_hash

from catalogue.curation import mail_address
from catalogue.curation.passwords import MAX_LENGTH, normalised, require_good
from catalogue.curation.throttle import attempt, forget, succeeded
from catalogue.extensions import db
from catalogue.models import Account, AccountLink, Region, Role

LINK_HOURS = 72


class AccountError(ValueError):
    """An account that cannot be made; the message (Dutch) says why."""


class LinkError(LookupError):
    """A one-time link that is unknown, used or too old."""


class WrongPasswordError(ValueError):
    """Not the password of this account."""


def add(email: str, role: Role | str = Role.REGISSEUR, regions: Collection[str] = ()) -> Account:
    """A new account without a password: one_time_link() lets its owner choose one.

    `regions` are slugs, for a regisseur. Raises AccountError for a faulty mail address, an unknown role or
    region, or an account that is there already.
    """
    try:
        address = mail_address.normal(email.strip()).lower()
    except ValueError:
        raise AccountError(f"Dit is geen geldig mailadres: {email.strip()!r}.") from None
    account = Account(
        email=address,
        role=known_role(role),
        password_hash="",
        session_token=secrets.token_hex(32),
        created_at=datetime.now(UTC),
        regions=known_regions(regions),
    )
    db.session.add(account)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise AccountError(f"Er is al een account voor {address}.") from None
    return account


def has_beheerder() -> bool:
    """Whether any open account may do everything."""
    query = select(Account.id).where(Account.role == Role.BEHEERDER, Account.closed_at.is_(None))
    return db.session.scalar(query.limit(1)) is not None


def usual_regions(slug: str) -> tuple[str, ...]:
    """The region that the site is about, where there is one: that of a regisseur of whom none was said."""
    return tuple(db.session.scalars(select(Region.slug).where(Region.slug == slug)))


def known_role(role: Role | str) -> str:
    """A role as it is kept; raises AccountError for another word."""
    if role not in set(Role):
        raise AccountError(f"Deze rol bestaat niet: {role!r}. Kies uit {', '.join(Role)}.")
    return str(role)


def known_regions(slugs: Collection[str]) -> list[Region]:
    """The regions of these slugs; raises AccountError that names an unknown one."""
    if not slugs:
        return []
    regions = {region.slug: region for region in db.session.scalars(select(Region).order_by(Region.name))}
    for slug in slugs:
        if slug not in regions:
            raise AccountError(f"Deze regio bestaat niet: {slug!r}. Kies uit {', '.join(regions)}.")
    return [region for slug, region in regions.items() if slug in slugs]


def find(email: str) -> Account | None:
    """The account with this mail address, however it was typed."""
    return db.session.scalar(select(Account).where(Account.email == folded(email)))


def one_time_link(account: Account, *, hours: int = LINK_HOURS) -> str:
    """A token that sets the password once, within so many hours; older ones of the account stop working."""
    token = new_link(account, hours=hours)
    db.session.commit()
    return token


def new_link(account: Account, *, hours: int = LINK_HOURS) -> str:
    """As one_time_link(), in the running transaction: the caller commits."""
    token = secrets.token_urlsafe(32)
    db.session.execute(delete(AccountLink).where(AccountLink.account_id == account.id))
    expires = datetime.now(UTC) + timedelta(hours=hours)
    db.session.add(AccountLink(token_hash=hash_of(token), account_id=account.id, expires_at=expires))
    return token


def account_of_link(token: str) -> Account:
    """Whose one-time link this is, without using it; raises LinkError."""
    link = db.session.scalar(select(AccountLink).where(_is_valid(token)))
    if link is None or link.account.closed_at is not None:
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
    forget("account", account.email)
    db.session.commit()
    return account


def check(email: str, password: str, address: str) -> Account | None:
    """The account that this mail address and password open, or None; `address` is the network address.

    Raises ThrottledError after too many failures of this account or from this network.
    """
    name = folded(email)
    attempt("account", name, address)
    account = find(name)
    # An unknown account costs the same time as a known one: the clock tells a stranger nothing.
    known = account.password_hash if account and account.password_hash else _hash_of_nobody()
    is_right = len(password) <= MAX_LENGTH and check_password_hash(known, normalised(password))
    if account is None or not account.password_hash or account.closed_at is not None or not is_right:
        return None
    succeeded("account", name, address)
    return account


def confirm(account: Account, password: str, address: str) -> None:
    """Ask for the password of who is logged in; raises WrongPasswordError, or ThrottledError."""
    if check(account.email, password, address) is None:
        raise WrongPasswordError


def change_password(account: Account, password: str) -> None:
    """Give an account a new password; that ends its sessions and links. Raises PasswordError."""
    require_good(password, email=account.email)
    account.password_hash = _hash(password)
    account.session_token = secrets.token_hex(32)
    db.session.execute(delete(AccountLink).where(AccountLink.account_id == account.id))
    db.session.commit()


def of_session(session_id: str) -> Account | None:
    """The account of a session as Account.get_id() wrote it; None once that session is over."""
    number, _, token = session_id.partition(":")
    # A number of more digits does not fit the column; the session is not one of ours.
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    account = db.session.get(Account, int(number))
    if account is None or not hmac.compare_digest(account.session_token.encode(), token.encode()):
        return None
    return account if account.closed_at is None else None


def log_out_everywhere(account: Account) -> None:
    """End every session of this account, on every device."""
    account.session_token = secrets.token_hex(32)
    db.session.commit()


def folded(email: str) -> str:
    """A mail address as it is stored, or as it was typed where it is none."""
    # PostgreSQL takes no NUL in a text.
    text = email.replace("\x00", "").strip()[:200]
    try:
        return mail_address.normal(text).lower()
    except ValueError:
        return text.casefold()


def _is_valid(token: str) -> ColumnElement[bool]:
    """The condition that finds the link of a token while it is valid."""
    now = datetime.now(UTC)
    # What lasts longer than a link can was made while the clock ran ahead.
    lasts = AccountLink.expires_at.between(now, now + timedelta(hours=LINK_HOURS))
    return (AccountLink.token_hash == hash_of(token)) & lasts


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _hash(password: str) -> str:
    return generate_password_hash(normalised(password), method="scrypt")


@cache
def _hash_of_nobody() -> str:
    return _hash(secrets.token_urlsafe(32))
