"""Curation: slows down who guesses, counted in the database so that it holds across workers."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, delete, select

from catalogue.curation.brakes import keyed_hash, network_of
from catalogue.extensions import db
from catalogue.models import FailedLogin

# Failures older than this no longer count, and are erased.
WINDOW = timedelta(minutes=15)
# A person mistypes a few times; a code of six digits is guessed sooner than a password.
LIMITS = {"account": 8, "code": 5}
# A town hall shares one network address.
ADDRESS_LIMIT = 40


class ThrottledError(Exception):
    """Too many failures of this account or from this network; try again after so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"try again after {seconds} seconds")
        self.seconds = seconds


def attempt(kind: str, name: str, address: str) -> None:
    """Count an attempt as failed, before the slow check: guesses made at the same time count too.

    `kind` is a key of LIMITS, `name` whose secret it is, `address` the network address.
    Raises ThrottledError when there were too many.
    """
    now = datetime.now(UTC)
    by_name, by_address = _by_name(kind, name), _by_address(address)
    wait = max(_wait(by_name, LIMITS[kind], now), _wait(by_address, ADDRESS_LIMIT, now))
    if wait:
        raise ThrottledError(wait)
    # Also those of a clock that ran ahead and was put right: they would shut somebody out until it is there.
    is_over = (FailedLogin.at < now - WINDOW) | (FailedLogin.at > now + WINDOW)
    db.session.execute(delete(FailedLogin).where(is_over))
    db.session.add(
        FailedLogin(
            account_hash=keyed_hash(kind, name),
            address_hash=keyed_hash("address", network_of(address)),
            at=now,
        )
    )
    db.session.commit()


def succeeded(kind: str, name: str, address: str) -> None:
    """Forget the mistakes that were made from this network before it went well."""
    db.session.execute(delete(FailedLogin).where(_by_name(kind, name), _by_address(address)))
    db.session.commit()


def forget(kind: str, name: str) -> None:
    """Forget every failure of this name, in the running transaction: the caller commits."""
    db.session.execute(delete(FailedLogin).where(_by_name(kind, name)))


def _by_name(kind: str, name: str) -> ColumnElement[bool]:
    return FailedLogin.account_hash == keyed_hash(kind, name)


def _by_address(address: str) -> ColumnElement[bool]:
    return FailedLogin.address_hash == keyed_hash("address", network_of(address))


def _wait(condition: ColumnElement[bool], limit: int, now: datetime) -> int:
    """Seconds until fewer than `limit` of these failures lie within the window; 0 when that is now."""
    is_recent = FailedLogin.at.between(now - WINDOW, now + WINDOW)
    recent = select(FailedLogin.at).where(condition, is_recent)
    at = db.session.scalar(recent.order_by(FailedLogin.at.desc()).offset(limit - 1).limit(1))
    return 0 if at is None else math.ceil((at + WINDOW - now).total_seconds())
