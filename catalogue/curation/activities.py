"""Curation: actions and events of the regisseur, in the form councils know; what is removed can come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true

from catalogue.curation.history import record
from catalogue.curation.write import Action, Actor, Change, change
from catalogue.extensions import db
from catalogue.models import Account, Activity, Region, Revision

# As which kind the history keeps them.
KIND = "actie"
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class ActivityData:
    """An action or event as a value; no region: it is about all of them."""

    year: int
    action: str
    day: date | None = None
    objective: str = ""
    indicator: str = ""
    result: str = ""
    participants: int | None = None
    region: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An action in a list."""

    id: int
    data: ActivityData
    region_name: str
    may_edit: bool


class GoneError(LookupError):
    """An action that is not there, or cannot come back."""


def of_year(year: int, region: str = "", account: Account | None = None) -> list[Shown]:
    """The actions of a year by day, of one region (its slug) and of all regions together, or every one."""
    query = (
        select(Activity, Region.name)
        .outerjoin(Region, Region.slug == Activity.region_slug)
        .where(Activity.year == year, _about(region))
        .order_by(func.coalesce(Activity.day, date(year, 12, 31)), Activity.id)
    )
    return [
        Shown(row.id, _data(row), name or "", account is not None and _may_edit(account, row.region_slug))
        for row, name in db.session.execute(query)
    ]


def years() -> list[int]:
    """The years that have actions."""
    return list(db.session.scalars(select(Activity.year).distinct().order_by(Activity.year)))


def read(activity_id: int) -> ActivityData | None:
    """One action."""
    row = db.session.get(Activity, activity_id)
    return None if row is None else _data(row)


def may_edit(account: Account, data: ActivityData) -> bool:
    """Whether this account may write this: a regisseur for the own regions and for all together."""
    return _may_edit(account, data.region or None)


def add(by: Actor, data: ActivityData) -> int:
    """Put in an action; gives its id."""
    with change(by) as under_way:
        row = Activity(account_id=by.account_id)
        _fill(row, data)
        db.session.add(row)
        db.session.flush()
        _record(under_way, row.id, Action.NEW, data)
        return row.id


def edit(by: Actor, activity_id: int, data: ActivityData) -> None:
    """Change an action; raises GoneError where somebody removed it."""
    with change(by) as under_way:
        row = _row(activity_id)
        if _data(row) == data:
            return
        _fill(row, data)
        _record(under_way, activity_id, Action.EDITED, data)


def remove(by: Actor, activity_id: int) -> None:
    """Take an action away; raises GoneError where somebody did. The history keeps it for restore()."""
    with change(by) as under_way:
        row = _row(activity_id)
        _record(under_way, activity_id, Action.REMOVED, _data(row))
        db.session.delete(row)


def removed(activity_id: int) -> ActivityData | None:
    """A removed action that can come back."""
    last = (
        select(Revision.action, Revision.data)
        .where(Revision.kind == KIND, Revision.key == str(activity_id))
        .order_by(Revision.id.desc())
        .limit(1)
    )
    found = db.session.execute(last).one_or_none()
    if found is None or found.action != Action.REMOVED or not found.data:
        return None
    return _from_json(found.data)


def restore(by: Actor, activity_id: int) -> int:
    """Bring a removed action back under its old id; raises GoneError where it was not removed."""
    with change(by) as under_way:
        data = removed(activity_id)
        if data is None or db.session.get(Activity, activity_id) is not None:
            raise GoneError(activity_id)
        row = Activity(id=activity_id, account_id=by.account_id)
        _fill(row, data)
        db.session.add(row)
        db.session.flush()
        _record(under_way, activity_id, Action.RESTORED, data)
        return data.year


def _about(region: str) -> ColumnElement[bool]:
    if not region:
        return true()
    return or_(Activity.region_slug == region, Activity.region_slug.is_(None))


def _may_edit(account: Account, region: str | None) -> bool:
    return account.is_beheerder or region is None or region in {own.slug for own in account.regions}


def _row(activity_id: int) -> Activity:
    row = db.session.get(Activity, activity_id)
    if row is None:
        raise GoneError(activity_id)
    return row


def _fill(row: Activity, data: ActivityData) -> None:
    row.year, row.day = data.year, data.day
    row.objective, row.action, row.indicator, row.result = (
        data.objective,
        data.action,
        data.indicator,
        data.result,
    )
    row.participants = data.participants
    # A region that was removed meanwhile leaves the action without one.
    region = db.session.get(Region, data.region) if data.region else None
    row.region_slug = None if region is None else region.slug


def _data(row: Activity) -> ActivityData:
    return ActivityData(
        year=row.year,
        action=row.action,
        day=row.day,
        objective=row.objective,
        indicator=row.indicator,
        result=row.result,
        participants=row.participants,
        region=row.region_slug or "",
    )


def _record(under_way: Change, activity_id: int, action: Action, data: ActivityData) -> None:
    plain: dict[str, Any] = asdict(data)
    plain["day"] = data.day.isoformat() if data.day else None
    record(under_way, KIND, str(activity_id), action, plain)


def _from_json(data: Mapping[str, Any]) -> ActivityData:
    known = {key: value for key, value in data.items() if key in ActivityData.__dataclass_fields__}
    day = known.get("day")
    return ActivityData(**known | {"day": date.fromisoformat(day) if day else None})
