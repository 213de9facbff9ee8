"""Exchange: new entries of a file that may be the same as another, in the catalogue or in that file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process
from sqlalchemy import select

from catalogue.curation.entrydata import EntryData, SiteData
from catalogue.curation.names import folded
from catalogue.exchange.answers import ENTRY, ROWS, Answers, pair_key
from catalogue.exchange.plan import Plan
from catalogue.extensions import db
from catalogue.models import Location, Organisation, PointOrigin
from catalogue.places.distance import Point, km
from catalogue.places.gazetteer import normalise

# How much two names must be alike (0-100): near each other, and where nobody says where one of them is.
NEAR_LIKENESS = 84
BARE_LIKENESS = 93
NEAR_KM = 0.1
# More than this nobody answers one by one.
MAX_TWINS = 500

_LEGAL = re.compile(r"\b(?:vzw|bv|bvba|cv|cvba|nv|vof|so|ivzw|de|het|t)\b")


@dataclass(frozen=True)
class Side:
    """One of two that may be the same; `key` names it as an answer does (ENTRY or ROWS before it)."""

    key: str
    name: str
    number: str
    sites: tuple[SiteData, ...]
    lines: tuple[int, ...] = ()

    @cached_property
    def plain(self) -> str:
        """The name without what says little: legal form, article, marks."""
        name = normalise(self.name)
        return " ".join(_LEGAL.sub(" ", name).split()) or name

    @cached_property
    def gemeenten(self) -> frozenset[str]:
        """NIS codes of its sites."""
        return frozenset(site.gemeente_nis for site in self.sites if site.gemeente_nis)


@dataclass(frozen=True, slots=True)
class Twin:
    """A new entry of the file beside what it may be the same as, and why."""

    new: Side
    other: Side
    reason: str

    @property
    def key(self) -> str:
        """The pair, as an answer names it."""
        return pair_key(self.new.key, self.other.key)


def twins(planned: Plan, answers: Answers) -> list[Twin]:
    """Pairs that look like one entry and of which nobody said yet that they are two."""
    new = [_of_file(step.after, step.lines) for step in planned.new]
    if not new:
        return []
    found: dict[str, Twin] = {}
    there = _catalogue()
    for twin in (*_by_number(new, there), *_by_name(new, there)):
        if twin.key not in answers.apart:
            found.setdefault(twin.key, twin)
        if len(found) == MAX_TWINS:
            break
    return sorted(found.values(), key=lambda twin: twin.new.lines)


def _of_file(entry: EntryData, lines: tuple[int, ...]) -> Side:
    return Side(f"{ROWS}{folded(entry.name)}", entry.name, entry.ondernemingsnummer, entry.sites, lines)


def _catalogue() -> list[Side]:
    columns = (
        Location.organisation_id,
        Location.street,
        Location.house_number,
        Location.gemeente_nis,
        Location.lat,
        Location.lon,
        Location.point_origin,
    )
    sites = defaultdict[int, list[SiteData]](list)
    for id, street, number, nis, lat, lon, origin in db.session.execute(select(*columns)):
        sites[id].append(
            SiteData(
                street=street, house_number=number, gemeente_nis=nis, lat=lat, lon=lon, point_origin=origin
            )
        )
    own = (Organisation.id, Organisation.name, Organisation.ondernemingsnummer)
    return [
        Side(f"{ENTRY}{id}", name, number, tuple(sites[id]))
        for id, name, number in db.session.execute(select(*own).order_by(Organisation.id))
    ]


def _by_number(new: Sequence[Side], there: Sequence[Side]) -> Iterator[Twin]:
    holder: dict[str, Side] = {}
    for side in there:
        holder.setdefault(side.number, side)
    for side in new:
        if not side.number:
            continue
        other = holder.setdefault(side.number, side)
        if other is not side:
            yield Twin(side, other, "hetzelfde ondernemingsnummer")


class _Pool:
    """Sides among which one looks for names that are alike."""

    def __init__(self) -> None:
        self._sides: list[Side] = []
        self._names: list[str] = []

    def add(self, side: Side) -> None:
        """One more to find."""
        self._sides.append(side)
        self._names.append(side.plain)

    def alike(self, side: Side, likeness: int) -> Iterator[Side]:
        """The likeliest few."""
        for _, _, place in process.extract(
            side.plain,
            self._names,
            scorer=fuzz.token_sort_ratio,
            score_cutoff=likeness,
            limit=3,
        ):
            yield self._sides[place]


def _by_name(new: Sequence[Side], there: Sequence[Side]) -> Iterator[Twin]:
    """Names that are alike, of sides that can be in one place; compared by gemeente, so that many are few."""
    everywhere, nowhere = _Pool(), _Pool()
    by_gemeente = defaultdict[str, _Pool](_Pool)

    def remember(side: Side) -> None:
        everywhere.add(side)
        for nis in side.gemeenten:
            by_gemeente[nis].add(side)
        if not side.gemeenten:
            nowhere.add(side)

    for side in there:
        remember(side)
    for side in new:
        for nis in sorted(side.gemeenten):
            for other in by_gemeente[nis].alike(side, NEAR_LIKENESS):
                if any(are_near(one, two) for one in side.sites for two in other.sites):
                    yield Twin(side, other, "bijna dezelfde naam op bijna dezelfde plaats")
        # Where one of the two says nothing of its place, only the name can tell.
        for other in (nowhere if side.gemeenten else everywhere).alike(side, BARE_LIKENESS):
            yield Twin(side, other, "bijna dezelfde naam")
        remember(side)


def are_near(one: SiteData, other: SiteData) -> bool:
    """Whether two sites may lie within 100 m.

    Where a point is only that of the gemeente, the street decides, if both name one.
    """
    if not one.gemeente_nis or one.gemeente_nis != other.gemeente_nis:
        return False
    if is_exact(one) and is_exact(other):
        return km(Point(one.lat or 0, one.lon or 0), Point(other.lat or 0, other.lon or 0)) <= NEAR_KM
    if not (one.street and other.street):
        return True
    numbers = {folded(site.house_number) for site in (one, other)} - {""}
    return normalise(one.street) == normalise(other.street) and len(numbers) < 2


def is_exact(site: SiteData) -> bool:
    """Whether the point is that of the address, not of the gemeente."""
    return site.lat is not None and site.point_origin in (PointOrigin.ADDRESS, PointOrigin.HAND)
