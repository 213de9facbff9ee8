"""Curation: what a beheerder does with accounts. One open beheerder always remains."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import aliased, selectinload

from catalogue.curation.accounts import AccountError, known_regions, known_role
from catalogue.extensions import db
from catalogue.models import Account, AccountLink, Region, Role

LAST = "Dit is de laatste open beheerder. Maak eerst iemand anders beheerder."


class LastBeheerderError(AccountError):
    """Nobody would be left who may do everything."""

    def __init__(self) -> None:
        super().__init__(LAST)


def everybody() -> Sequence[Account]:
    """Every account with its regions: open ones first, by mail address."""
    query = select(Account).options(selectinload(Account.regions))
    return db.session.scalars(query.order_by(Account.closed_at.is_not(None), Account.email)).all()


def by_id(account_id: int) -> Account | None:
    """The account with this number."""
    return db.session.get(Account, account_id)


def all_regions() -> Sequence[Region]:
    """The regions that a regisseur may be given."""
    return db.session.scalars(select(Region).order_by(Region.name)).all()


def change_rights(account: Account, role: Role | str, regions: Collection[str]) -> None:
    """Give an account another role or other regions (slugs); a beheerder has them all.

    Raises AccountError for an unknown role or region, LastBeheerderError for the last open beheerder.
    """
    role = known_role(role)
    wanted = [] if role == Role.BEHEERDER else known_regions(regions)
    if role == Role.BEHEERDER:
        account.role = role
    else:
        _unless_last(account, role=role)
    account.regions = wanted
    db.session.commit()


def close(account: Account) -> None:
    """Let nobody in with this account; what it did stays in the history. Raises LastBeheerderError."""
    _unless_last(account, closed_at=datetime.now(UTC), session_token=secrets.token_hex(32))
    db.session.execute(delete(AccountLink).where(AccountLink.account_id == account.id))
    db.session.commit()


def reopen(account: Account) -> None:
    """Let somebody in again with this account, with the password of before."""
    account.closed_at = None
    db.session.commit()


def _unless_last(account: Account, **values: Any) -> None:
    """Change an account in one statement that leaves the last open beheerder alone."""
    open_ones = select(Account.id).where(Account.role == Role.BEHEERDER, Account.closed_at.is_(None))
    # PostgreSQL: two beheerders who close each other at the same time wait for each other here.
    db.session.execute(open_ones.order_by(Account.id).with_for_update())
    other = aliased(Account)
    # Who never chose a password cannot come in to help.
    another = exists().where(
        other.id != account.id,
        other.role == Role.BEHEERDER,
        other.closed_at.is_(None),
        other.password_hash != "",
    )
    is_safe = or_(Account.role != Role.BEHEERDER, Account.closed_at.is_not(None), another)
    done = db.session.execute(
        update(Account)
        .where(Account.id == account.id, is_safe)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        db.session.rollback()
        raise LastBeheerderError
    db.session.refresh(account)
