"""Curation: what an organisation answers with the one-time link of a mail. Opening a link changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select, update

from catalogue.curation import proposals
from catalogue.curation.confirming import confirm
from catalogue.curation.differences import Words
from catalogue.curation.entrydata import EntryData
from catalogue.curation.freshness import token_hash
from catalogue.curation.loading import read
from catalogue.curation.write import Actor, Manner, change
from catalogue.extensions import db
from catalogue.models import ConfirmationRequest, ConfirmedHow, Organisation, Status


class Answer(StrEnum):
    """What an organisation can say of its entry."""

    HOLDS = "klopt"
    CHANGES = "wijzigen"
    STOPS = "stopt"


class LinkError(LookupError):
    """A link that is unknown, used, replaced by that of a later mail, or too old."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The question behind a link: which entry, as it is now."""

    request_id: int
    entry: EntryData
    email: str
    generation: int


def of_token(token: str) -> Asked:
    """The question of a valid link, without using it; raises LinkError."""
    row = db.session.execute(
        select(
            ConfirmationRequest.id,
            ConfirmationRequest.organisation_id,
            Organisation.email,
            Organisation.generation,
        )
        .join(Organisation, Organisation.id == ConfirmationRequest.organisation_id)
        .where(*_valid(token), Organisation.status == Status.PUBLISHED)
    ).one_or_none()
    entry = read(row.organisation_id) if row else None
    if row is None or entry is None:
        raise LinkError("unknown, used or expired link")
    return Asked(row.id, entry, row.email, row.generation)


def holds(token: str) -> EntryData:
    """The entry still holds: confirmed today by mail. Uses up the link; raises LinkError."""
    asked = of_token(token)
    with change(Actor(Manner.CONFIRMATION)) as under_way:
        _use(token, Answer.HOLDS)
        on = under_way.at.astimezone().date()
        confirm(under_way, asked.entry.id or 0, ConfirmedHow.MAIL, on)
    return asked.entry


def changes(token: str, sent: proposals.Sent, words: Words) -> int:
    """The organisation proposes changes: gives the number of the proposal. Uses up the link; LinkError."""
    of_token(token)
    return proposals.put(sent, words, before=lambda: _use(token, Answer.CHANGES))


def stops(token: str, message: str, words: Words) -> int:
    """The organisation asks to be taken out: a proposal to archive, which a regisseur decides. LinkError."""
    asked = of_token(token)
    sent = proposals.Sent(
        about=asked.entry.name,
        organisation_id=asked.entry.id,
        base=asked.entry,
        data=replace(asked.entry, status=Status.ARCHIVED),
        message=message,
        mail=asked.email,
        origin=proposals.FROM_MAIL,
    )
    return proposals.put(sent, words, before=lambda: _use(token, Answer.STOPS))


def _use(token: str, answer: Answer) -> None:
    """Write the answer down once, as part of the running transaction; raises LinkError."""
    used = db.session.execute(
        update(ConfirmationRequest)
        .where(*_valid(token))
        .values(answer=answer, answered_at=datetime.now(UTC), token_hash="")
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        raise LinkError("used meanwhile")


def _valid(token: str) -> tuple[ColumnElement[bool], ...]:
    return (
        ConfirmationRequest.token_hash == token_hash(token),
        ConfirmationRequest.expires_at > datetime.now(UTC),
        ConfirmationRequest.answer == "",
    )
