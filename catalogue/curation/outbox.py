"""Curation: the outbox. A mail is put in together with the change it tells of, and goes out later, once."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from catalogue.extensions import db
from catalogue.models import OutgoingMail


def put(key: str, recipient: str, subject: str, body: str) -> bool:
    """Put a mail (plain text) in the outbox as part of the running transaction; the caller commits.

    `key` says what it is about ("voorstel-ontvangen:12"); a second mail with that key is not put in: False.
    """
    if db.session.scalar(select(OutgoingMail.id).where(OutgoingMail.key == key)) is not None:
        return False
    db.session.add(
        OutgoingMail(key=key, recipient=recipient, subject=subject, body=body, created_at=datetime.now(UTC))
    )
    return True
