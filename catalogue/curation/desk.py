"""Curation: what waits for who curates, what changed lately, and what was looked for in vain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import String, and_, case, cast, func, select

from catalogue.curation import outbox, permits, proposal_inbox
from catalogue.curation.history import ENTRY
from catalogue.curation.lacking import conditions
from catalogue.curation.write import Manner
from catalogue.extensions import db
from catalogue.models import (
    Account,
    EmptyQuestion,
    Organisation,
    Revision,
    Status,
    Upload,
    UploadStatus,
)

CHANGED_WITHIN = timedelta(days=14)
ASKED_WITHIN = timedelta(days=30)
MOST_CHANGES = 20
MOST_QUESTIONS = 15
# An import that somebody has to look at.
UNFINISHED = (UploadStatus.READY, UploadStatus.FAILED)


@dataclass(frozen=True, slots=True)
class Changed:
    """One change of the last days: what was done, by which way, by whom, and to how many.

    `name` and `key` are those of the only thing it touched; empty where it touched more.
    """

    at: datetime
    kind: str
    action: str
    manner: str
    who: str
    number: int
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Sought:
    """A question that nobody answered: its words, how often and in how many places."""

    words: str
    times: int
    places: int


def waiting(account: Account, now: datetime) -> dict[str, int]:
    """How much waits, by key: proposals, mails (a beheerder's), imports, and what entries lack."""
    found = {"voorstellen": proposal_inbox.waiting(account)}
    if account.is_beheerder:
        found["mails"] = outbox.troubles(now)
    return found | {"imports": _uploads(account)} | _entries(account, now.astimezone().date())


def _uploads(account: Account) -> int:
    """Imports that were read and wait for a decision; a regisseur sees the own ones."""
    query = select(func.count()).select_from(Upload).where(Upload.status.in_(UNFINISHED))
    if not account.is_beheerder:
        query = query.where(Upload.account_id == account.id)
    return db.session.scalar(query) or 0


def _entries(account: Account, today: date) -> dict[str, int]:
    """How many entries lack something; all of it in one reading of the table."""
    lacking = dict(conditions(today))
    # Nobody is asked to confirm what the public does not see.
    lacking["te-bevestigen"] &= Organisation.status == Status.PUBLISHED
    counts = [func.sum(case((condition, 1), else_=0)).label(key) for key, condition in lacking.items()]
    row = db.session.execute(
        select(*counts).where(Organisation.status != Status.ARCHIVED, permits.editable(account))
    ).one()
    return {key: row[place] or 0 for place, key in enumerate(lacking)}


def changed(account: Account, now: datetime) -> list[Changed]:
    """The last changes, newest first; what one change did to many entries is one line."""
    since = now - CHANGED_WITHIN
    query = select(
        Revision.generation,
        Revision.kind,
        Revision.action,
        Revision.manner,
        Revision.account_id,
        func.max(Revision.at).label("at"),
        func.count().label("number"),
        func.min(Revision.key).label("key"),
    ).where(Revision.at >= since, Revision.manner != Manner.START)
    if not account.is_beheerder:
        own = select(cast(Organisation.id, String)).where(permits.editable(account))
        query = query.where(Revision.kind == ENTRY, Revision.key.in_(own))
    grouped = (
        query.group_by(
            Revision.generation, Revision.kind, Revision.action, Revision.manner, Revision.account_id
        )
        .order_by(Revision.generation.desc(), Revision.kind)
        .limit(MOST_CHANGES)
        .subquery()
    )
    is_one_entry = and_(
        grouped.c.kind == ENTRY, grouped.c.number == 1, cast(Organisation.id, String) == grouped.c.key
    )
    rows = (
        select(grouped, Organisation.name, Account.email)
        .select_from(grouped)
        .outerjoin(Organisation, is_one_entry)
        .outerjoin(Account, Account.id == grouped.c.account_id)
        .order_by(grouped.c.generation.desc(), grouped.c.kind)
    )
    return [
        Changed(
            at=row.at,
            kind=row.kind,
            action=row.action,
            manner=row.manner,
            who=row.email or "",
            number=row.number,
            name=row.name or "",
            key=row.key if row.number == 1 else "",
        )
        for row in db.session.execute(rows)
    ]


def sought(account: Account, today: date) -> list[Sought]:
    """What was looked for in vain, most often first; for a regisseur in the own regions or nowhere named."""
    times = func.sum(EmptyQuestion.count)
    query = (
        select(EmptyQuestion.words, times, func.count(EmptyQuestion.place.distinct()))
        .where(EmptyQuestion.day > today - ASKED_WITHIN)
        .group_by(EmptyQuestion.words)
        .order_by(times.desc(), EmptyQuestion.words)
        .limit(MOST_QUESTIONS)
    )
    own = permits.gemeenten(account)
    if own is not None:
        places = ["", *(region.slug for region in account.regions), *sorted(own)]
        query = query.where(EmptyQuestion.place.in_(places))
    return [Sought(row[0], int(row[1]), row[2]) for row in db.session.execute(query)]
