"""Curation: the outbox. A mail is put in together with the change it tells of, and goes out later, once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy import ColumnElement, CursorResult, func, or_, select, update

from catalogue.extensions import db
from catalogue.models import OutgoingMail
from catalogue.post.message import Letter
from catalogue.post.server import OutOfReachError, RefusedError, UnclearError
from catalogue.web.words import long_date

SUBJECT_LENGTH = 200
# So often a mail that the server refused is tried; then a person decides.
MAX_ATTEMPTS = 5
# A person decided that it needs not go.
GIVEN_UP = 99
# Claimed longer ago than this and not marked: whoever was sending it is gone.
STALE = timedelta(minutes=15)
# Who a mail went to is forgotten after a year; that it went stays, so that it never goes again.
KEPT = timedelta(days=365)


class Carrier(Protocol):
    """What takes letters: catalogue.post.server.Post, or what prints them."""

    def deliver(self, letter: Letter) -> None:
        """Take one letter, or raise one of the errors of catalogue.post.server."""


class Trouble(StrEnum):
    """Why a mail waits for a person."""

    UNCLEAR = "misschien verstuurd"
    REFUSED = "niet aangenomen"


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run did. `fault` says why it stopped early."""

    sent: int = 0
    refused: int = 0
    unclear: int = 0
    waiting: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Troubled:
    """A mail that waits for a person. Its text is not shown: it may hold a link that opens something."""

    id: int
    trouble: Trouble
    recipient: str
    subject: str
    created_at: datetime
    attempts: int
    fault: str


@dataclass(frozen=True, slots=True)
class Recent:
    """A mail that went or will go, with how it stands in words."""

    recipient: str
    subject: str
    created_at: datetime
    state: str


def put(key: str, recipient: str, subject: str, body: str) -> bool:
    """Put a mail (plain text) in the outbox as part of the running transaction; the caller commits.

    `key` says what it is about ("voorstel-ontvangen:12"); a second mail with that key is not put in: False.
    A subject of several lines becomes one of at most 200 characters.
    """
    if db.session.scalar(select(OutgoingMail.id).where(OutgoingMail.key == key)) is not None:
        return False
    one_line = "".join(sign if sign.isprintable() else " " for sign in subject)
    db.session.add(
        OutgoingMail(
            key=key,
            recipient=recipient,
            subject=" ".join(one_line.split())[:SUBJECT_LENGTH],
            body=body,
            created_at=datetime.now(UTC),
        )
    )
    return True


def waiting() -> list[Letter]:
    """The mails that the next run would send, oldest first."""
    found = db.session.scalars(select(OutgoingMail).where(_is_waiting()).order_by(OutgoingMail.id))
    now = datetime.now(UTC)
    return [_letter(mail, now) for mail in found]


def send(post: Carrier, now: datetime) -> Sent:
    """Send what waits, each mail at most once, also beside another process that sends.

    A mail is claimed before it is handed over: one that was claimed and not marked (a crash, a server that
    fell silent in the middle) may have gone, so it waits for a person. The text is erased once it went.
    """
    done: Counter[str] = Counter()
    fault = ""
    for number in list(
        db.session.scalars(select(OutgoingMail.id).where(_is_waiting()).order_by(OutgoingMail.id))
    ):
        letter = _claimed(number, now)
        if letter is None:
            continue
        try:
            post.deliver(letter)
        except UnclearError as error:
            done["unclear"] += 1
            _mark(number, fault=str(error))
        except RefusedError as error:
            done["refused"] += 1
            _mark(number, claimed_at=None, attempts=OutgoingMail.attempts + 1, fault=str(error))
        except OutOfReachError as error:
            # Not the fault of this mail: it costs no attempt, and no other would go.
            fault = str(error)
            _mark(number, claimed_at=None, fault=fault)
            break
        else:
            done["sent"] += 1
            _mark(number, sent_at=datetime.now(UTC), body="", fault="")
    left = db.session.scalar(select(func.count()).select_from(OutgoingMail).where(_is_waiting())) or 0
    db.session.rollback()
    return Sent(done["sent"], done["refused"], done["unclear"], left, fault)


def troubled(now: datetime) -> list[Troubled]:
    """The mails that wait for a person, oldest first."""
    found = db.session.scalars(select(OutgoingMail).where(_is_troubled(now)).order_by(OutgoingMail.id))
    return [
        Troubled(
            mail.id,
            Trouble.UNCLEAR if mail.claimed_at else Trouble.REFUSED,
            mail.recipient,
            mail.subject,
            mail.created_at,
            mail.attempts,
            mail.fault,
        )
        for mail in found
    ]


def troubles(now: datetime) -> int:
    """How many mails wait for a person."""
    return db.session.scalar(select(func.count()).select_from(OutgoingMail).where(_is_troubled(now))) or 0


def recent(now: datetime, limit: int = 50) -> list[Recent]:
    """The last mails that went or will go, newest first."""
    found = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(limit))
    return [Recent(mail.recipient, mail.subject, mail.created_at, _state(mail, now)) for mail in found]


def _state(mail: OutgoingMail, now: datetime) -> str:
    if mail.sent_at is not None:
        return f"verstuurd op {long_date(mail.sent_at.date())}"
    if mail.attempts >= GIVEN_UP:
        return "niet verstuurd"
    if mail.claimed_at is not None:
        is_busy = abs(mail.claimed_at - now) < STALE and not mail.fault
        return "wordt verstuurd" if is_busy else Trouble.UNCLEAR
    if mail.attempts >= MAX_ATTEMPTS:
        return Trouble.REFUSED
    return f"wacht: {mail.fault}" if mail.fault else "wacht"


def send_again(mail_id: int, now: datetime) -> bool:
    """A person wants this mail sent (again); False where it no longer waits for one."""
    return _settled(mail_id, now, claimed_at=None, attempts=0, fault="")


def leave(mail_id: int, now: datetime) -> bool:
    """A person wants this mail left as it is; False where it no longer waits for one."""
    return _settled(mail_id, now, claimed_at=None, attempts=GIVEN_UP, body="")


def erase(now: datetime) -> int:
    """Forget to whom mails of more than a year ago went; gives how many."""
    done = db.session.execute(
        update(OutgoingMail)
        .where(
            OutgoingMail.created_at < now - KEPT,
            OutgoingMail.recipient != "",
            or_(OutgoingMail.sent_at.is_not(None), OutgoingMail.attempts >= MAX_ATTEMPTS),
        )
        .values(recipient="", subject="", body="", fault="", attempts=GIVEN_UP)
    )
    db.session.commit()
    return _number(done)


def _is_waiting() -> ColumnElement[bool]:
    return (
        OutgoingMail.sent_at.is_(None)
        & OutgoingMail.claimed_at.is_(None)
        & (OutgoingMail.attempts < MAX_ATTEMPTS)
    )


def _is_troubled(now: datetime) -> ColumnElement[bool]:
    # A moment that is still to come is of a clock that was put right since.
    is_stale = (OutgoingMail.claimed_at < now - STALE) | (OutgoingMail.claimed_at > now + STALE)
    # A fault at a mail that is still claimed was written by who sent it: nobody works at it.
    is_unclear = OutgoingMail.claimed_at.is_not(None) & or_(is_stale, OutgoingMail.fault != "")
    is_refused = (
        OutgoingMail.claimed_at.is_(None)
        & (OutgoingMail.attempts >= MAX_ATTEMPTS)
        & (OutgoingMail.attempts < GIVEN_UP)
    )
    return OutgoingMail.sent_at.is_(None) & or_(is_unclear, is_refused)


def _letter(mail: OutgoingMail, now: datetime) -> Letter:
    # With its moment, because another catalogue of the same mail domain counts from 1 too.
    key = f"{mail.key}.{mail.created_at:%Y%m%d%H%M%S}"
    return Letter(key, mail.recipient, mail.subject, mail.body, now)


def _claimed(mail_id: int, now: datetime) -> Letter | None:
    """Take a mail for ourselves; None where another process took it first."""
    done = db.session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.id == mail_id, _is_waiting())
        .values(claimed_at=datetime.now(UTC), fault="")
        .execution_options(synchronize_session=False)
    )
    if not _number(done):
        db.session.rollback()
        return None
    db.session.commit()
    mail = db.session.get(OutgoingMail, mail_id, populate_existing=True)
    letter = None if mail is None else _letter(mail, now)
    db.session.rollback()
    return letter


def _mark(mail_id: int, **values: object) -> None:
    db.session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.id == mail_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()


def _settled(mail_id: int, now: datetime, **values: object) -> bool:
    done = db.session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.id == mail_id, _is_troubled(now))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return _number(done) > 0


def _number(done: object) -> int:
    """How many rows a statement touched."""
    return int(done.rowcount) if isinstance(done, CursorResult) else 0
