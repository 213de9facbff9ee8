"""Curation: asks organisations whether their entry still holds: once a period, with two reminders at most.

One transaction makes the questions and puts their mails in the outbox; two processes at a time ask once.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from catalogue.config import Settings
from catalogue.curation import outbox
from catalogue.curation.entrydata import EntryData
from catalogue.curation.loading import load as load_entries
from catalogue.curation.rhythm import Kept, published
from catalogue.data import load
from catalogue.data.sentences import fill, read_sentences
from catalogue.directory.gazetteer import load_gazetteer
from catalogue.extensions import db
from catalogue.models import ConfirmationRequest, Organisation, Service
from catalogue.web.words import long_date

# After the first mail, and after the one before.
REMIND_AFTER = timedelta(days=14)
# The first mail and two reminders.
MAILS = 3
LINK_LASTS = timedelta(days=60)
# Mails of one run: a mail server that is not ours to flood.
LIMIT = 200


@dataclass(frozen=True, slots=True)
class Links:
    """How full addresses are made: of an answer ("", "wijzigen", "stoppen") to a token, of a page by slug."""

    answer: Callable[[str, str], str]
    page: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that asks; `number` 1 is the question, 2 and 3 are reminders."""

    organisation: str
    recipient: str
    number: int
    subject: str
    body: str


@cache
def sentences() -> Mapping[str, str]:
    """The words of these mails; raises DataError where the file is not sound."""
    return read_sentences(load("versheid.toml"), "versheid.toml", "mail")


def token_hash(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def prepare(today: date, links: Links, *, limit: int = LIMIT, dry_run: bool = False) -> list[Letter]:
    """Put the mails of today in the outbox, at most `limit`, and give them; a dry run keeps nothing.

    Ends the running transaction.
    """
    db.session.rollback()
    try:
        # A statement that writes comes first: whoever prepares at the same time waits here (SQLite).
        db.session.execute(update(ConfirmationRequest).where(ConfirmationRequest.id < 0).values(answer=""))
        letters = _write(_due(today, limit), today, links)
    except BaseException:
        db.session.rollback()
        raise
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    return letters


@dataclass(frozen=True, slots=True)
class _Due:
    """An entry to ask, and for how many mails it was asked in this period before."""

    kept: Kept
    on: date
    request_id: int | None
    mails: int


def _due(today: date, limit: int) -> list[_Due]:
    """Whom to ask today, the longest overdue first."""
    asked = _requests()
    found: list[_Due] = []
    for kept in published(Organisation.email != ""):
        on = kept.due_on(today)
        if on is None:
            continue
        request = asked.get((kept.id, on))
        if request is None:
            found.append(_Due(kept, on, None, 0))
        elif _wants_reminder(request, today):
            found.append(_Due(kept, on, request.id, request.mails))
    return sorted(found, key=lambda one: (one.kept.since, one.kept.id))[:limit]


def _requests() -> dict[tuple[int, date], ConfirmationRequest]:
    return {(one.organisation_id, one.due_on): one for one in db.session.scalars(select(ConfirmationRequest))}


def _wants_reminder(request: ConfirmationRequest, today: date) -> bool:
    if request.answer or request.mails >= MAILS:
        return False
    return request.last_mail_at is None or request.last_mail_at.date() + REMIND_AFTER <= today


def _write(due: Sequence[_Due], today: date, links: Links) -> list[Letter]:
    entries = {entry.id: entry for entry in load_entries([one.kept.id for one in due])}
    words = _Words()
    letters = []
    for one in due:
        token = secrets.token_urlsafe(32)
        request_id = _claim(one, token, today)
        if request_id is None:
            continue
        letter = _letter(one, entries[one.kept.id], token, today, links, words)
        outbox.put(f"bevestiging:{request_id}:{letter.number}", letter.recipient, letter.subject, letter.body)
        letters.append(letter)
    db.session.flush()
    return letters


def _claim(one: _Due, token: str, today: date) -> int | None:
    """Take the next mail of this question; None where another process was first."""
    at = datetime.combine(today, datetime.now(UTC).timetz())
    values = {
        "mails": one.mails + 1,
        "last_mail_at": at,
        "token_hash": token_hash(token),
        "expires_at": at + LINK_LASTS,
    }
    if one.request_id is None:
        request = ConfirmationRequest(organisation_id=one.kept.id, due_on=one.on, **values)
        try:
            with db.session.begin_nested():
                db.session.add(request)
        except IntegrityError:
            return None
        return request.id
    claimed = db.session.execute(
        update(ConfirmationRequest)
        .where(
            ConfirmationRequest.id == one.request_id,
            ConfirmationRequest.mails == one.mails,
            ConfirmationRequest.answer == "",
        )
        .values(values)
    )
    return one.request_id if claimed.rowcount else None  # type: ignore[attr-defined]


class _Words:
    """The names of services and gemeenten, read once for all mails of a run."""

    def __init__(self) -> None:
        rows = db.session.execute(select(Service.slug, Service.label))
        self.services = {row.slug: row.label for row in rows}
        self.gemeenten: Mapping[str, str] = defaultdict(str, load_gazetteer().names)


def _letter(one: _Due, entry: EntryData, token: str, today: date, links: Links, words: _Words) -> Letter:
    said = sentences()
    settings: Settings = current_app.config["SETTINGS"]
    is_reminder = one.mails > 0
    contact = ", ".join(filter(None, (settings.contact.name, settings.contact.mail, settings.contact.phone)))
    values = {
        "naam": entry.name,
        "site": settings.site_name,
        "inleiding": said["inleiding-herinnering"] if is_reminder else "",
        "inhoud": _summary(entry, words),
        "fiche": links.page(entry.slug),
        "klopt": links.answer(token, ""),
        "wijzigen": links.answer(token, "wijzigen"),
        "stoppen": links.answer(token, "stoppen"),
        "tot": long_date(today + LINK_LASTS),
        "vraag": fill(said["vraag"], {"contact": contact}) if contact else said["vraag-zonder"],
    }
    subject = said["onderwerp-herinnering" if is_reminder else "onderwerp"]
    return Letter(
        entry.name,
        entry.email,
        one.mails + 1,
        fill(subject, values)[:200],
        fill(said["tekst"], values).strip() + "\n",
    )


def _summary(entry: EntryData, words: _Words) -> str:
    """What the catalogue shows now, in a few lines."""
    said = sentences()
    services = sorted({words.services.get(offer.service, offer.service) for offer in entry.offers})
    services += entry.free_services
    lines = [fill(said["diensten"], {"diensten": ", ".join(services)}) if services else said["geen-diensten"]]
    for site in entry.sites:
        street = " ".join(filter(None, (site.street, site.house_number, site.box and f"bus {site.box}")))
        town = " ".join(filter(None, (site.postcode, words.gemeenten[site.gemeente_nis or ""])))
        if place := ", ".join(filter(None, (site.name, street, town))):
            lines.append(fill(said["adres"], {"adres": place}))
    for key, value in (("telefoon", entry.phone), ("mailadres", entry.email), ("website", entry.website)):
        if value:
            lines.append(fill(said[key], {key: value}))
    if entry.confirmed_on:
        lines.append(fill(said["laatst-bevestigd"], {"dag": long_date(entry.confirmed_on)}))
    else:
        lines.append(said["nooit-bevestigd"])
    return "\n".join(f"- {line}" for line in lines)
