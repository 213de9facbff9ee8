"""Curation: the list of entries as who curates looks for them, each with what is missing in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select

from catalogue.curation.entrydata import EntryData
from catalogue.curation.lacking import conditions as lacking_conditions
from catalogue.curation.loading import load
from catalogue.curation.names import folded
from catalogue.curation.permits import editable
from catalogue.directory.paging import page_count
from catalogue.directory.vocabulary import Words
from catalogue.extensions import db
from catalogue.models import (
    Account,
    Location,
    Organisation,
    PointOrigin,
    Status,
    Zekerheid,
)
from catalogue.web.words import FRESH_MONTHS, add_months, months_between

PER_PAGE = 25
MINE = "mij"
# What a status filter says besides the three statuses themselves.
CURRENT, ANY = "lopend", "alle"
# What an entry may lack: the word in the address, and on the screen.
LACKS: Mapping[str, str] = {
    "zonder-punt": "Zonder punt op de kaart",
    "punt-van-gemeente": "Alleen het midden van de gemeente als punt",
    "zonder-diensten": "Zonder diensten",
    "te-bevestigen": "Te bevestigen",
    "onzeker": "Onzeker",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; `lacks` are keys of LACKS, which must all hold."""

    q: str = ""
    status: str = CURRENT
    whose: str = ANY
    lacks: tuple[str, ...] = ()
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the list. `missing` says in words what it lacks; only who may edit it gets its doors."""

    id: int
    slug: str
    name: str
    status: str
    gemeenten: tuple[str, ...]
    services: int
    confirmed_on: date | None
    missing: tuple[str, ...]
    may_edit: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list, and how many there are on all pages."""

    lines: tuple[Line, ...]
    total: int
    pages: int


def listed(asked: Asked, account: Account, words: Words, today: date) -> Listed:
    """The entries that are asked for, by name."""
    lacking = lacking_conditions(today)
    conditions = [*_of_status(asked.status), *(lacking[key] for key in asked.lacks)]
    if asked.whose == MINE:
        conditions.append(editable(account))
    query = select(Organisation.id, Organisation.name, Organisation.former_names).where(*conditions)
    found = list(db.session.execute(query))
    if sought := folded(asked.q):
        there = _in_gemeenten(sought, words)
        found = [row for row in found if row.id in there or _is_called(row, sought)]
    found.sort(key=lambda row: (folded(row.name), row.id))
    ids = [row.id for row in found[PER_PAGE * (asked.page - 1) : PER_PAGE * asked.page]]
    mine = set(db.session.scalars(select(Organisation.id).where(Organisation.id.in_(ids), editable(account))))
    lines = tuple(_line(entry, words, today, mine) for entry in load(ids))
    return Listed(lines, len(found), page_count(len(found), PER_PAGE))


def _of_status(status: str) -> Iterable[ColumnElement[bool]]:
    if status == CURRENT:
        yield Organisation.status != Status.ARCHIVED
    elif status != ANY:
        yield Organisation.status == status


def _is_called(row: Any, sought: str) -> bool:
    return any(sought in folded(name) for name in (row.name, *row.former_names))


def _in_gemeenten(sought: str, words: Words) -> Collection[int]:
    """Entries with a site in a gemeente of this name, or of a name that holds it; a postcode too."""
    match = words.gazetteer.resolve(sought)
    codes = set(match.nis) if match else set()
    codes |= {nis for nis, name in words.gazetteer.names.items() if sought in folded(name)}
    return set(db.session.scalars(select(Location.organisation_id).where(Location.gemeente_nis.in_(codes))))


def _line(entry: EntryData, words: Words, today: date, mine: Collection[int]) -> Line:
    names = words.gazetteer.names
    assert entry.id is not None, "it was read from the tables"
    return Line(
        id=entry.id,
        slug=entry.slug,
        name=entry.name,
        status=entry.status,
        gemeenten=tuple(
            dict.fromkeys(names.get(site.gemeente_nis, "") for site in entry.sites if site.gemeente_nis)
        ),
        services=len({offer.service for offer in entry.offers}),
        confirmed_on=entry.confirmed_on,
        missing=tuple(missing(entry, today)),
        may_edit=entry.id in mine,
    )


def missing(entry: EntryData, today: date) -> Iterable[str]:
    """What an entry lacks, in words, the gravest first."""
    if not entry.sites:
        yield "geen vestiging"
    elif any(site.lat is None for site in entry.sites):
        yield "geen punt op de kaart"
    elif any(site.point_origin == PointOrigin.GEMEENTE for site in entry.sites):
        yield "punt alleen bij de gemeente"
    if not entry.offers:
        yield "nog geen diensten uit de lijst" if entry.free_services else "geen diensten"
    elif any(offer.area_assumed for offer in entry.offers):
        yield "werkgebied niet bevestigd"
    if not entry.werkvormen:
        yield "geen werkvorm"
    if not (entry.email or entry.phone or entry.website):
        yield "geen contactgegevens"
    elif not entry.email:
        yield "geen e-mailadres"
    if entry.zekerheid == Zekerheid.UNSURE:
        yield "onzeker"
    if entry.confirmed_on is None:
        yield "nog nooit bevestigd"
    elif add_months(entry.confirmed_on, entry.confirm_months or FRESH_MONTHS) <= today:
        yield f"al {months_between(entry.confirmed_on, today)} maanden niet bevestigd"
