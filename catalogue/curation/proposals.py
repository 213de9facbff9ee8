"""Curation: proposals of strangers and organisations are kept here, and wait; they change no entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import delete, func, select, update

from catalogue.curation import erasing, history, proposal_mails
from catalogue.curation.differences import Difference, Words, differences
from catalogue.curation.entrydata import EntryData
from catalogue.curation.entryjson import from_json, to_json
from catalogue.curation.loading import read
from catalogue.extensions import db
from catalogue.models import OutgoingMail, Proposal, ProposalStatus, Status
from catalogue.web.words import add_months

# Where a proposal came from: the page of an entry, or the link in a mail that asks whether it still holds.
FROM_SITE, FROM_MAIL = "website", "bevestiging"
# So many months after the decision name and mail address of the proposer are erased; /privacy says so.
KEPT_MONTHS = 12
# Who sends the same again within this time pressed the button twice.
TWICE = timedelta(hours=1)
KINDS: Mapping[str, str] = {
    "nieuw": "Nieuwe organisatie",
    "wijziging": "Wijziging",
    "melding": "Melding in woorden",
    "stopt": "Wil niet meer vermeld staan",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sends: `base` as they saw the entry, `data` as it should be; None for only words.

    `about` is how the organisation is called.
    """

    about: str
    organisation_id: int | None
    base: EntryData | None
    data: EntryData | None
    message: str = ""
    name: str = ""
    mail: str = ""
    origin: str = FROM_SITE


def kind_of(proposal: Proposal) -> str:
    """What it asks: a key of KINDS."""
    if proposal.data is None:
        return "melding"
    if proposal.base is None:
        return "nieuw"
    is_end = proposal.data["status"] == Status.ARCHIVED and proposal.base["status"] != Status.ARCHIVED
    return "stopt" if is_end else "wijziging"


def blank(like: EntryData) -> EntryData:
    """An entry that says nothing, to set a new one beside."""
    return EntryData(name="", status=like.status)


def as_seen(organisation_id: int, generation: int) -> EntryData | None:
    """An entry as it was in that generation of the catalogue, out of its history."""
    versions = [one for one in history.versions(history.ENTRY, str(organisation_id)) if one.data]
    seen = next((one for one in versions if one.generation <= generation), None)
    # Before its first change nothing was written; that change wrote down what was before it.
    oldest = seen or next(reversed(versions), None)
    return from_json(oldest.data) if oldest and oldest.data else read(organisation_id)


def put(sent: Sent, words: Words, *, before: Callable[[], None] = lambda: None) -> int:
    """Keep a proposal, with a copy to its maker in the outbox; gives its number.

    `before` is done in the same transaction. The same again within the hour is the same proposal.
    """
    known = _sent_before(sent)
    db.session.rollback()
    if known is not None and sent.origin == FROM_SITE:
        return known
    try:
        before()
        proposal = Proposal(
            organisation_id=sent.organisation_id,
            origin=sent.origin,
            base=None if sent.base is None else to_json(sent.base),
            data=None if sent.data is None else to_json(sent.data),
            message=sent.message,
            proposer_name=sent.name,
            proposer_mail=sent.mail,
            created_at=datetime.now(UTC),
        )
        db.session.add(proposal)
        db.session.flush()
        number = proposal.id
        if sent.mail:
            proposal_mails.copy(number, sent.mail, sent.about, differences_of(sent, words), sent.message)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    return number


def differences_of(sent: Sent, words: Words) -> list[Difference]:
    """What is asked in fields, as its maker knows it; nothing for only words."""
    if sent.data is None:
        return []
    base, data = sent.base or blank(sent.data), sent.data
    return differences(without_points(base), without_points(data), words)


def without_points(entry: EntryData) -> EntryData:
    """The entry without what only a map needs: to its maker a point is no news."""
    sites = (replace(site, lat=None, lon=None, point_origin="") for site in entry.sites)
    return replace(entry, sites=tuple(sites))


def next_number() -> int:
    """The number that a proposal would get; for an answer that keeps nothing."""
    return (db.session.scalar(select(func.max(Proposal.id))) or 0) + 1


def _sent_before(sent: Sent) -> int | None:
    same = select(Proposal).where(
        Proposal.status == ProposalStatus.OPEN,
        Proposal.organisation_id.is_not_distinct_from(sent.organisation_id),
        Proposal.proposer_mail == sent.mail,
        Proposal.message == sent.message,
        Proposal.created_at > datetime.now(UTC) - TWICE,
    )
    data = None if sent.data is None else to_json(sent.data)
    return next((one.id for one in db.session.scalars(same) if one.data == data), None)


def erase(today: date) -> int:
    """Erase who made proposals that were decided 12 months ago, with our mails to them; gives how many."""
    before = datetime.combine(add_months(today, -KEPT_MONTHS), time(), UTC)
    old = (Proposal.decided_at < before, Proposal.erased_at.is_(None))
    ids = list(db.session.scalars(select(Proposal.id).where(*old)))
    db.session.rollback()
    if not ids:
        return 0
    _forget_makers(ids, datetime.now(UTC))
    db.session.commit()
    return len(ids)


def holding(organisation_id: int, text: str) -> tuple[int, int]:
    """How many proposals about an entry hold a text: those that are decided, and those that wait."""
    found = _holding(organisation_id, text)
    waits = sum(one.status == ProposalStatus.OPEN for one in found)
    return len(found) - waits, waits


def erase_text(at: datetime, organisation_id: int, text: str) -> int:
    """Put a mark in the place of a text in the decided proposals about an entry; how many held it.

    Who made them and our mails to them go too. One that waits is to be decided first: the mark is no answer.
    The caller commits.
    """
    found = [one for one in _holding(organisation_id, text) if one.status != ProposalStatus.OPEN]
    for one in found:
        one.base = None if one.base is None else erasing.erased(one.base, text)
        one.data = None if one.data is None else erasing.erased(one.data, text)
        one.message, one.reason = erasing.blotted(one.message, text), erasing.blotted(one.reason, text)
    db.session.flush()
    _forget_makers([one.id for one in found], at)
    return len(found)


def _holding(organisation_id: int, text: str) -> list[Proposal]:
    sought = text.casefold()
    about = select(Proposal).where(Proposal.organisation_id == organisation_id).order_by(Proposal.id)
    return [
        one
        for one in db.session.scalars(about)
        if erasing.holds(one.base, text)
        or erasing.holds(one.data, text)
        or any(
            sought in said.casefold()
            for said in (one.message, one.reason, one.proposer_name, one.proposer_mail)
        )
    ]


def _forget_makers(ids: Sequence[int], at: datetime) -> None:
    db.session.execute(
        update(Proposal)
        .where(Proposal.id.in_(ids))
        .values(proposer_name="", proposer_mail="", erased_at=at)
        .execution_options(synchronize_session="fetch")
    )
    keys = [key for id in ids for key in (proposal_mails.copy_key(id), proposal_mails.decision_key(id))]
    db.session.execute(delete(OutgoingMail).where(OutgoingMail.key.in_(keys)))
