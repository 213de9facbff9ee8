"""Curation: figures of proposals: how many came, how they ended, and how long that took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import or_, select

from catalogue.curation.figure_tables import QUARTERS, FigureTable, Row, Scope, Value, bounds, quarter_header
from catalogue.curation.report_words import tell
from catalogue.extensions import db
from catalogue.models import Location, Proposal, ProposalStatus

SECONDS_A_DAY = 86_400
DECIDED = {
    "aanvaard": ProposalStatus.ACCEPTED,
    "deels": ProposalStatus.PARTLY,
    "geweigerd": ProposalStatus.REFUSED,
}


def proposals(scope: Scope) -> FigureTable:
    """Proposals received and decided by quarter, how they ended, and how long it took."""
    start, end = bounds(scope.year - 1)[0], bounds(scope.year)[1]
    dates = select(
        Proposal.created_at, Proposal.decided_at, Proposal.status, Proposal.organisation_id, Proposal.data
    ).where(
        Proposal.created_at < end,
        or_(Proposal.decided_at.is_(None), Proposal.decided_at >= start),
    )
    if scope.gemeenten is not None:
        inside = select(Location.organisation_id).where(Location.gemeente_nis.in_(sorted(scope.gemeenten)))
        is_inside = Proposal.organisation_id.in_(inside)
        dates = dates.where(or_(Proposal.organisation_id.is_(None), is_inside))
    found = []
    for row in db.session.execute(dates):
        if row.organisation_id is None and not _is_new_inside(row.data, scope.gemeenten):
            continue
        decided = None if row.decided_at is None else row.decided_at
        found.append(_Handled(row.created_at, decided, row.status))
    columns = [
        *(_handled(found, scope.year, quarter) for quarter in QUARTERS),
        _handled(found, scope.year),
        _handled(found, scope.year - 1),
    ]
    keys = ("ontvangen", "beslist", *DECIDED, "mediaan")
    rows: list[Row] = [(tell(key), *(column[key] for column in columns)) for key in keys]
    return FigureTable(
        "voorstellen", tell("voorstellen"), quarter_header(scope), tuple(rows), tell("voorstellen-noot")
    )


@dataclass(frozen=True, slots=True)
class _Handled:
    received: datetime
    decided: datetime | None
    status: str


def _handled(found: Sequence[_Handled], year: int, quarter: int = 0) -> Mapping[str, Value]:
    def is_in(at: datetime) -> bool:
        return at.year == year and quarter in (0, (at.month + 2) // 3)

    decided = [one for one in found if one.decided and is_in(one.decided)]
    days = [(one.decided - one.received).total_seconds() / SECONDS_A_DAY for one in decided if one.decided]
    return {
        "ontvangen": sum(is_in(one.received) for one in found),
        "beslist": len(decided),
        **{key: sum(one.status == status for one in decided) for key, status in DECIDED.items()},
        "mediaan": round(median(days), 1) if days else tell("geen"),
    }


def _is_new_inside(data: Mapping[str, object] | None, gemeenten: frozenset[str] | None) -> bool:
    """Whether a proposal for a new entry has a site in the area."""
    if gemeenten is None:
        return True
    sites = (data or {}).get("sites")
    return isinstance(sites, list) and any(site.get("gemeente_nis") in gemeenten for site in sites)
