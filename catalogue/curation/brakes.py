"""Curation: brakes on what a stranger may do, kept in the database so that they hold across workers."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import delete, func, select

from catalogue.extensions import db
from catalogue.models import RateMark

# The part of an IPv6 address that one household or office shares.
IPV6_NETWORK = 64


def brake(kind: str, key: str, limit: int, window: timedelta) -> int:
    """Count one act of this kind (at most 20 characters), or give the seconds to wait before it is allowed.

    `key` says whose: a mail address, or a network as network_of() gives it; only its keyed hash is kept.
    0 means allowed and counted: at most `limit` times within `window`. A refused act is not counted.
    Ends the running transaction: ask before anything is written.
    """
    now = datetime.now(UTC)
    mark = RateMark(kind=kind, key_hash=keyed_hash(kind, key), at=now)
    db.session.rollback()
    # Written before it is counted, so that acts at the same time count each other.
    # Also those of a clock that ran ahead and was put right: they would shut somebody out until it is there.
    is_over = (RateMark.at <= now - window) | (RateMark.at > now + window)
    db.session.execute(delete(RateMark).where(RateMark.kind == kind, is_over))
    db.session.add(mark)
    db.session.flush()
    same = (RateMark.kind == kind, RateMark.key_hash == mark.key_hash)
    number = db.session.scalar(select(func.count()).select_from(RateMark).where(*same)) or 0
    if number <= limit:
        db.session.commit()
        return 0
    db.session.expunge(mark)
    db.session.rollback()
    newest = select(RateMark.at).where(*same).order_by(RateMark.at.desc())
    at = db.session.scalar(newest.offset(limit - 1).limit(1)) if limit else now
    db.session.rollback()
    return 0 if at is None else max(1, math.ceil((at + window - now).total_seconds()))


def keyed_hash(kind: str, value: str) -> str:
    """A keyed hash (64 hexadecimal digits): enough to count, nothing to read."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"{kind}:{value}".encode(errors="replace"), hashlib.sha256).hexdigest()


def network_of(address: str) -> str:
    """The network that one office shares: an IPv4 address, or the first half of an IPv6 address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if ip.version == 6 and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, IPV6_NETWORK), strict=False))
    return str(ip if ip.version == 4 else ip.ipv4_mapped)
