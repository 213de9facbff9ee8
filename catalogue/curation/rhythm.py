"""Curation: when an entry is to be confirmed again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select

from catalogue.curation.history import ENTRY
from catalogue.extensions import db
from catalogue.models import Organisation, Revision, Status
from catalogue.web.words import FRESH_MONTHS, add_months

# Where nothing at all is known of an entry: long enough ago to ask at once, and the same day every time.
BEGINNING = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A published entry as freshness sees it; its rhythm (`months`) is counted from the day `since`."""

    id: int
    slug: str
    name: str
    email: str
    confirmed_on: date | None
    confirmed_how: str
    months: int
    since: date

    @property
    def next_due(self) -> date:
        """The first day on which it is to be confirmed again."""
        return add_months(self.since, self.months)

    def due_on(self, today: date) -> date | None:
        """The day on which the present period of asking began; None while it is not yet due.

        Who does not answer is asked again a rhythm later: each period has a day of its own.
        """
        if today < self.next_due:
            return None
        rounds = ((today.year - self.since.year) * 12 + today.month - self.since.month) // self.months
        day = add_months(self.since, self.months * rounds)
        return day if day <= today else add_months(self.since, self.months * (rounds - 1))


def published(*conditions: ColumnElement[bool]) -> list[Kept]:
    """Published entries by name, in one query; the conditions are on Organisation."""
    first = (
        select(func.min(Revision.at))
        .where(Revision.kind == ENTRY, Revision.key == cast(Organisation.id, String))
        .scalar_subquery()
    )
    query = select(
        Organisation.id,
        Organisation.slug,
        Organisation.name,
        Organisation.email,
        Organisation.confirmed_on,
        Organisation.confirmed_how,
        Organisation.confirm_months,
        Organisation.imported_at,
        Organisation.edited_at,
        first.label("first_at"),
    ).where(Organisation.status == Status.PUBLISHED, *conditions)
    return [_kept(row) for row in db.session.execute(query.order_by(Organisation.name, Organisation.id))]


def _kept(row: Any) -> Kept:
    """Never confirmed: counted from the import, else from the making, never from a later edit."""
    at = row.imported_at or row.first_at or row.edited_at
    return Kept(
        id=row.id,
        slug=row.slug,
        name=row.name,
        email=row.email,
        confirmed_on=row.confirmed_on,
        confirmed_how=row.confirmed_how,
        months=row.confirm_months or FRESH_MONTHS,
        since=row.confirmed_on or (at.date() if at else BEGINNING),
    )
