"""Curation: sessions that somebody ended by logging out; a copy of such a cookie opens nothing."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError

from catalogue.curation.accounts import hash_of
from catalogue.extensions import db
from catalogue.models import EndedSession

# A session is over after a working day, also when its cookie was copied.
SESSION_LASTS = timedelta(hours=12)


def new_mark() -> str:
    """What tells one session from every other."""
    return secrets.token_urlsafe(16)


def end(mark: str) -> None:
    """Remember that the session with this mark is over; those that are over by their age are forgotten."""
    now = datetime.now(UTC)
    db.session.rollback()
    # Twice as long as any could last: the clocks of two nodes may differ.
    db.session.execute(delete(EndedSession).where(EndedSession.at < now - 2 * SESSION_LASTS))
    db.session.add(EndedSession(mark_hash=hash_of(mark), at=now))
    try:
        db.session.commit()
    except IntegrityError:
        # Logged out twice at once: it is over either way.
        db.session.rollback()


def is_over(mark: str) -> bool:
    """Whether somebody ended the session with this mark."""
    return bool(db.session.scalar(select(exists().where(EndedSession.mark_hash == hash_of(mark)))))
