"""Curation: what a regisseur decides about a proposal: taken over in one change, in part, or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update

from catalogue.curation import proposal_mails
from catalogue.curation.confirming import confirm
from catalogue.curation.differences import differences, take_over
from catalogue.curation.entries import Writer
from catalogue.curation.entrydata import EntryData
from catalogue.curation.entryjson import from_json
from catalogue.curation.loading import read
from catalogue.curation.proposal_inbox import PLAIN
from catalogue.curation.proposals import FROM_MAIL, kind_of
from catalogue.curation.write import Actor, Change, Manner, change
from catalogue.extensions import db
from catalogue.models import (
    Account,
    ConfirmedHow,
    EntryMaker,
    Organisation,
    Proposal,
    ProposalStatus,
    Status,
)

RESULTS = {"nieuw": "aanvaard-nieuw", "melding": "aanvaard-woorden", "stopt": "aanvaard-stop"}


class DecidedError(Exception):
    """Somebody else decided meanwhile."""


class MovedError(Exception):
    """The entry changed since the page was shown: look again before taking over."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a regisseur takes over: fields by key, texts adjusted; `answer` is mailed to the proposer.

    `generation` is that of the entry on the page; `status` is that of a new entry.
    """

    taken: frozenset[str] = frozenset()
    values: Mapping[str, str] = field(default_factory=dict)
    generation: int = 0
    status: str = Status.CONCEPT
    answer: str = ""


def accept(account: Account, proposal_id: int, verdict: Verdict, page: Callable[[str], str]) -> str:
    """Take a proposal over, in one change, and give what became of it (ProposalStatus).

    The caller checked that this account may; `page` gives the full address of the page of an entry (slug).
    Raises DecidedError, MovedError, or EntryError for what cannot be kept: then nothing is changed.
    """
    with change(Actor(Manner.PROPOSAL, account.id, note=f"Voorstel {proposal_id}")) as under_way:
        proposal = _claim(account, proposal_id, ProposalStatus.ACCEPTED, verdict.answer)
        kind = kind_of(proposal)
        result = RESULTS.get(kind, "aanvaard")
        if kind == "nieuw":
            _make(under_way, account, proposal, verdict)
            if verdict.status != Status.PUBLISHED:
                result = "aanvaard-concept"
        elif kind != "melding" and not _take(under_way, proposal, verdict):
            proposal.status = ProposalStatus.PARTLY
            result = "deels"
        _mail_decision(proposal, result, page)
        return proposal.status


def refuse(account: Account, proposal_id: int, reason: str, page: Callable[[str], str]) -> None:
    """Refuse a proposal with a reason that is mailed; raises DecidedError."""
    db.session.rollback()
    try:
        proposal = _claim(account, proposal_id, ProposalStatus.REFUSED, reason)
        _mail_decision(proposal, "geweigerd", page)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def _claim(account: Account, proposal_id: int, status: ProposalStatus, reason: str) -> Proposal:
    """Decide a proposal that is open, before anybody else does."""
    claimed = db.session.execute(
        update(Proposal)
        .where(Proposal.id == proposal_id, Proposal.status == ProposalStatus.OPEN)
        .values(status=status, decided_at=datetime.now(UTC), decided_by=account.id, reason=reason)
    )
    if not claimed.rowcount:  # type: ignore[attr-defined]
        raise DecidedError(proposal_id)
    return db.session.get_one(Proposal, proposal_id, populate_existing=True)


def _make(under_way: Change, account: Account, proposal: Proposal, verdict: Verdict) -> None:
    entry: EntryData = replace(_adjusted(proposal, verdict), status=verdict.status)
    made = Writer(under_way).save(entry).organisation
    db.session.add(EntryMaker(organisation_id=made.id, account_id=account.id))
    proposal.organisation_id = made.id


def _take(under_way: Change, proposal: Proposal, verdict: Verdict) -> bool:
    """Take over what was chosen; False where something of the proposal stays out."""
    id = proposal.organisation_id or 0
    organisation = db.session.get_one(Organisation, id)
    if organisation.generation != verdict.generation:
        raise MovedError(id)
    live, data = read(id), _adjusted(proposal, verdict)
    assert live is not None, "it was got just now"
    base = from_json(proposal.base or {})
    all_paths = {one.path for one in differences(base, from_json(proposal.data or {}))}
    paths = {path for path in all_paths if "/".join(path) in verdict.taken}
    Writer(under_way).save(take_over(live, data, paths))
    if proposal.origin == FROM_MAIL and data.status != Status.ARCHIVED and live.status != Status.ARCHIVED:
        # Who looked the entry over and said what changes, confirmed the rest of it.
        on = proposal.created_at.astimezone().date()
        confirm(under_way, id, ConfirmedHow.MAIL, on)
    return paths == all_paths


def _adjusted(proposal: Proposal, verdict: Verdict) -> EntryData:
    values: dict[str, Any] = {key: text for key, text in verdict.values.items() if key in PLAIN}
    return replace(from_json(proposal.data or {}), **values)


def _mail_decision(proposal: Proposal, result: str, page: Callable[[str], str]) -> None:
    if not proposal.proposer_mail:
        return
    id = proposal.organisation_id
    organisation = db.session.get(Organisation, id) if id else None
    about = organisation.name if organisation else str((proposal.data or {}).get("name", ""))
    address = page(organisation.slug) if organisation and organisation.is_published else ""
    proposal_mails.decision(proposal.id, proposal.proposer_mail, about, result, proposal.reason, address)
