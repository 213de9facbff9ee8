"""Curation: the inbox of proposals, each beside the entry as it is now, for who may decide it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from catalogue.curation import permits
from catalogue.curation.differences import Words, differences
from catalogue.curation.entryjson import from_json
from catalogue.curation.loading import read
from catalogue.curation.names import Names
from catalogue.curation.proposals import blank, kind_of
from catalogue.extensions import db
from catalogue.models import Account, Organisation, Proposal, ProposalStatus

# Proposals on one page of the list.
PAGE = 50
# Older decisions stand in the history of their entry.
MOST_DECIDED = 1_000
# Fields of one text that a regisseur may adjust while accepting.
PLAIN = ("name", "legal_form", "ondernemingsnummer", "website", "email", "phone", "summary", "description")


@dataclass(frozen=True, slots=True)
class Listed:
    """A proposal in a list."""

    id: int
    kind: str
    name: str
    origin: str
    status: str
    created_at: datetime
    decided_at: datetime | None
    who: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a proposal wants to change: what its maker saw, what is there now, what is proposed."""

    key: str
    label: str
    seen: str
    now: str
    proposed: str
    # The text to adjust, for a field that is one text.
    value: str | None

    @property
    def is_moved(self) -> bool:
        """Whether somebody changed it since the proposal was made."""
        return self.now != self.seen

    @property
    def is_there(self) -> bool:
        """Whether the entry says this already."""
        return self.now == self.proposed

    @property
    def is_long(self) -> bool:
        """Whether its text takes several lines."""
        return self.key in ("summary", "description")


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal beside the entry as it is now."""

    listed: Listed
    organisation_id: int | None
    slug: str
    organisation_status: str
    generation: int
    message: str
    proposer_name: str
    proposer_mail: str
    reason: str
    erased_at: datetime | None
    fields: tuple[Field, ...] = ()
    # For a new organisation: the entry that has this name or number already.
    double: tuple[int, str] | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.listed.status == ProposalStatus.OPEN


def inbox(account: Account) -> list[Listed]:
    """The proposals that wait and that this account may decide, oldest first."""
    return [
        listed
        for proposal, listed in _rows(account, Proposal.status == ProposalStatus.OPEN, order=Proposal.id)
        if _may_decide_new(account, proposal)
    ]


def decided(account: Account) -> list[Listed]:
    """The last decided proposals that this account may see, newest first."""
    rows = _rows(
        account, Proposal.status != ProposalStatus.OPEN, order=Proposal.decided_at.desc(), limit=MOST_DECIDED
    )
    return [listed for proposal, listed in rows if _may_decide_new(account, proposal)]


def waiting(account: Account) -> int:
    """How many proposals wait for this account."""
    return len(inbox(account))


def _rows(
    account: Account,
    *conditions: ColumnElement[bool],
    order: Any,
    limit: int | None = None,
) -> list[tuple[Proposal, Listed]]:
    query = (
        select(Proposal, Organisation.name, Account.email)
        .outerjoin(Organisation, Organisation.id == Proposal.organisation_id)
        .outerjoin(Account, Account.id == Proposal.decided_by)
        .where(
            or_(
                Proposal.organisation_id.is_(None),
                and_(Proposal.organisation_id.is_not(None), permits.editable(account)),
            ),
            *conditions,
        )
        .order_by(order, Proposal.id)
        .limit(limit)
    )
    rows = db.session.execute(query)
    return [(proposal, _listed(proposal, name or "", who or "")) for proposal, name, who in rows]


def _may_decide_new(account: Account, proposal: Proposal) -> bool:
    """A new organisation is for who keeps a gemeente of its sites; of others the entry decided already."""
    if proposal.organisation_id is not None:
        return True
    sites = (proposal.data or {}).get("sites", ())
    return permits.may_keep(account, {site["gemeente_nis"] for site in sites if site["gemeente_nis"]})


def _listed(proposal: Proposal, name: str, who: str) -> Listed:
    return Listed(
        id=proposal.id,
        kind=kind_of(proposal),
        name=name or (proposal.data or {}).get("name", ""),
        origin=proposal.origin,
        status=proposal.status,
        created_at=proposal.created_at,
        decided_at=proposal.decided_at,
        who=who,
    )


def show(account: Account, proposal_id: int, words: Words) -> Shown | None:
    """A proposal beside the entry as it is; None where it is not there or not for this account."""
    rows = _rows(account, Proposal.id == proposal_id, order=Proposal.id)
    if not rows or not _may_decide_new(account, rows[0][0]):
        return None
    proposal, listed = rows[0]
    organisation = (
        db.session.get(Organisation, proposal.organisation_id) if proposal.organisation_id else None
    )
    return Shown(
        listed=listed,
        organisation_id=proposal.organisation_id,
        slug=organisation.slug if organisation else "",
        organisation_status=organisation.status if organisation else "",
        generation=organisation.generation if organisation else 0,
        message=proposal.message,
        proposer_name=proposal.proposer_name,
        proposer_mail=proposal.proposer_mail,
        reason=proposal.reason,
        erased_at=proposal.erased_at,
        fields=_fields(proposal, words),
        double=_double(proposal),
    )


def _fields(proposal: Proposal, words: Words) -> tuple[Field, ...]:
    if proposal.data is None:
        return ()
    data = from_json(proposal.data)
    base = from_json(proposal.base) if proposal.base else blank(data)
    is_new = proposal.base is None
    live = base if is_new or proposal.organisation_id is None else read(proposal.organisation_id) or base
    still = {one.path: one for one in differences(live, data, words)}
    found = []
    for one in differences(base, data, words):
        # What no longer differs is there already.
        now = still[one.path].old if one.path in still else one.new
        is_plain = len(one.path) == 1 and one.path[0] in PLAIN
        value = getattr(data, one.path[0]) if is_plain else None
        found.append(Field("/".join(one.path), one.label, one.old, now, one.new, value))
    return tuple(found)


def _double(proposal: Proposal) -> tuple[int, str] | None:
    if proposal.data is None or proposal.base is not None or proposal.status != ProposalStatus.OPEN:
        return None
    names = Names.load()
    name, number = proposal.data["name"], proposal.data["ondernemingsnummer"]
    found = names.current(name) or names.former(name) or names.with_number(number)
    return (found, names.name(found)) if found else None
