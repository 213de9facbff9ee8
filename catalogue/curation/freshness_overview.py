"""Curation: how fresh the entries of a regisseur are, who was asked, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from catalogue.curation import permits
from catalogue.curation.freshness import MAILS
from catalogue.curation.rhythm import Kept, published
from catalogue.extensions import db
from catalogue.models import Account, ConfirmationRequest
from catalogue.web.words import freshness

# What can be looked at, in the order of the page.
VIEWS: Mapping[str, str] = {
    "te-laat": "Over tijd",
    "gevraagd": "Wacht op antwoord",
    "beantwoord": "Antwoordde",
    "zonder-mailbox": "Zonder mailbox",
    "alle": "Alle",
}
ANSWERS: Mapping[str, str] = {
    "klopt": "klopt nog",
    "wijzigen": "stelde wijzigingen voor",
    "stopt": "wil niet meer vermeld staan",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One entry; `asked_on`, `mails`, `answer` are of the last question, `due_on` of the present period."""

    id: int
    slug: str
    name: str
    email: str
    words: str
    tone: str
    how: str
    months: int
    due_on: date | None
    next_due: date
    asked_on: datetime | None = None
    mails: int = 0
    answer: str = ""
    answered_at: datetime | None = None
    is_asked_now: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether nobody answered although all mails went out: time to call."""
        return self.is_asked_now and not self.answer and self.mails >= MAILS

    def is_in(self, view: str) -> bool:
        """Whether it stands in one of VIEWS."""
        return {
            "te-laat": self.due_on is not None,
            "gevraagd": self.is_asked_now and not self.answer,
            "beantwoord": bool(self.answer),
            "zonder-mailbox": not self.email,
        }.get(view, True)


@dataclass(frozen=True, slots=True)
class Overview:
    """All rows by name, and how many stand in each view."""

    rows: tuple[Row, ...]
    numbers: Mapping[str, int]
    fresh: int

    def of(self, view: str) -> list[Row]:
        """The rows of a view: what is longest overdue first, answers newest first."""
        found = [row for row in self.rows if row.is_in(view)]
        if view in ("te-laat", "gevraagd"):
            return sorted(found, key=lambda row: row.next_due)
        if view == "beantwoord":
            return sorted(found, key=lambda row: str(row.answered_at), reverse=True)
        return found


def overview(account: Account, today: date) -> Overview:
    """How fresh the published entries are that this account may edit."""
    asked = _last_requests()
    rows = tuple(_row(kept, asked.get(kept.id), today) for kept in published(permits.editable(account)))
    numbers = {view: sum(row.is_in(view) for row in rows) for view in VIEWS}
    return Overview(rows, numbers, sum(row.tone == "good" for row in rows))


def _last_requests() -> dict[int, ConfirmationRequest]:
    """The last question to each organisation."""
    query = select(ConfirmationRequest).order_by(ConfirmationRequest.due_on)
    return {one.organisation_id: one for one in db.session.scalars(query)}


def _row(kept: Kept, request: ConfirmationRequest | None, today: date) -> Row:
    words, tone = freshness(kept.confirmed_on, today, kept.months)
    due_on = kept.due_on(today)
    return Row(
        id=kept.id,
        slug=kept.slug,
        name=kept.name,
        email=kept.email,
        words=words,
        tone=tone,
        how=kept.confirmed_how,
        months=kept.months,
        due_on=due_on,
        next_due=kept.next_due,
        asked_on=request.last_mail_at if request else None,
        mails=request.mails if request else 0,
        answer=request.answer if request else "",
        answered_at=request.answered_at if request else None,
        is_asked_now=bool(request and due_on and request.due_on == due_on),
    )
