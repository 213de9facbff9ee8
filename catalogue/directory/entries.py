"""Published organisations as small immutable records: all that a list, a filter or a map needs of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zlib import crc32

from sqlalchemy import and_, or_, select

from catalogue.directory.vocabulary import Words
from catalogue.extensions import db
from catalogue.models import (
    Location,
    Offer,
    Organisation,
    OrganisationWerkvorm,
    Status,
)
from catalogue.models.werkvorm import werkvormen
from catalogue.places import area
from catalogue.places.distance import Point
from catalogue.search.types import Document


@dataclass(frozen=True, slots=True)
class Site:
    """A location; without a point it counts for its gemeente only."""

    name: str
    address: str
    postcode: str
    nis: str
    gemeente: str
    lat: float | None
    lon: float | None
    is_approximate: bool

    @property
    def point(self) -> Point | None:
        """Where it is, if known."""
        return None if self.lat is None or self.lon is None else Point(self.lat, self.lon)


@dataclass(frozen=True, slots=True)
class OfferGroup:
    """Offers that share work area, cooperation and sites: service and place meet on the same offer."""

    services: frozenset[str]
    gemeenten: frozenset[str]
    samenwerking: frozenset[str]
    sites: tuple[int, ...]
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A published organisation."""

    id: int
    slug: str
    name: str
    werkvormen: tuple[str, ...]
    groepen: tuple[str, ...]
    treden: tuple[int, ...]
    services: tuple[str, ...]
    free_services: tuple[str, ...]
    summary: str
    sites: tuple[Site, ...]
    groups: tuple[OfferGroup, ...]
    confirmed_on: date | None
    zekerheid: str
    is_orderable: bool
    art15_status: str
    art15_percent: int | None
    former_names: tuple[str, ...] = ()
    # After how many months it is to be confirmed again; None: after as many as any.
    confirm_months: int | None = None

    @property
    def has_assumed_area(self) -> bool:
        """Whether some work area was never stated."""
        return any(group.is_assumed for group in self.groups)


def _in_batches(statement: Any, column: Any, ids: Sequence[int] | None) -> Iterable[Any]:
    """Rows for all organisations, or for the given ones in batches that every database takes."""
    if ids is None:
        yield from db.session.execute(statement)
        return
    for start in range(0, len(ids), 500):
        yield from db.session.execute(statement.where(column.in_(ids[start : start + 500])))


def changed_since(generation: int) -> tuple[list[int], list[int]]:
    """Ids of published entries, and of entries that are not (any more), changed after a generation."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.status).where(Organisation.generation > generation)
    ).all()
    published = [row.id for row in rows if row.status == Status.PUBLISHED]
    gone = [row.id for row in rows if row.status != Status.PUBLISHED]
    return published, gone


def stamps(ids: Sequence[int] | None = None) -> dict[int, int]:
    """A number for each published entry that is another one after every change, and in another catalogue."""
    statement: Any = select(
        Organisation.id,
        Organisation.generation,
        Organisation.edited_at,
        Organisation.imported_at,
        Organisation.name,
        Organisation.summary,
        Organisation.description,
    ).where(Organisation.status == Status.PUBLISHED)
    return {row.id: crc32(repr(tuple(row)).encode()) for row in _in_batches(statement, Organisation.id, ids)}


def load(words: Words, today: date, ids: Sequence[int] | None = None) -> list[Entry]:
    """Read published entries, all of them or those with the given ids."""
    sites, forms, offers = _sites(words, ids), _forms(today, ids), _offers(words, ids)
    areas = _Areas(words)
    statement: Any = select(
        Organisation.id,
        Organisation.slug,
        Organisation.name,
        Organisation.free_services,
        Organisation.summary,
        Organisation.description,
        Organisation.confirmed_on,
        Organisation.zekerheid,
        Organisation.orderable,
        Organisation.art15_status,
        Organisation.art15_percent,
        Organisation.former_names,
        Organisation.confirm_months,
    ).where(Organisation.status == Status.PUBLISHED)
    entries = []
    for row in _in_batches(statement, Organisation.id, ids):
        own = sites[row.id]
        keys = tuple(dict.fromkeys(form.key for form in forms[row.id]))
        entries.append(
            Entry(
                id=row.id,
                slug=row.slug,
                name=row.name,
                werkvormen=keys,
                groepen=tuple(dict.fromkeys(werkvormen()[key].groep for key in keys if key in werkvormen())),
                treden=_treden(forms[row.id]),
                services=tuple(dict.fromkeys(words.by_id[offer.service_id] for offer in offers[row.id])),
                free_services=tuple(row.free_services),
                summary=row.summary or row.description,
                sites=tuple(site for _, site in own),
                groups=_groups(offers[row.id], own, words, areas),
                confirmed_on=row.confirmed_on,
                zekerheid=row.zekerheid,
                is_orderable=_orderable(keys, row.orderable),
                art15_status=row.art15_status,
                art15_percent=row.art15_percent,
                former_names=tuple(row.former_names),
                confirm_months=row.confirm_months,
            )
        )
    return entries


def _sites(words: Words, ids: Sequence[int] | None) -> Mapping[int, list[tuple[int, Site]]]:
    """Per organisation its locations in order, each with its id."""
    sites: dict[int, list[tuple[int, Site]]] = defaultdict(list)
    statement: Any = select(
        Location.id,
        Location.organisation_id,
        Location.name,
        Location.street,
        Location.house_number,
        Location.box,
        Location.postcode,
        Location.gemeente_nis,
        Location.lat,
        Location.lon,
        Location.point_origin,
    ).order_by(Location.organisation_id, Location.position, Location.id)
    for row in _in_batches(statement, Location.organisation_id, ids):
        gemeente = words.gemeenten.get(row.gemeente_nis or "")
        number = f"{row.house_number} bus {row.box}" if row.box else row.house_number
        sites[row.organisation_id].append(
            (
                row.id,
                Site(
                    name=row.name,
                    address=f"{row.street} {number}".strip(),
                    postcode=row.postcode,
                    nis=row.gemeente_nis or "",
                    gemeente=gemeente.naam if gemeente else "",
                    lat=row.lat,
                    lon=row.lon,
                    is_approximate=row.point_origin == "gemeente",
                ),
            )
        )
    return sites


def _forms(today: date, ids: Sequence[int] | None) -> Mapping[int, list[Any]]:
    """Per organisation the werkvormen that are valid today."""
    forms: dict[int, list[Any]] = defaultdict(list)
    statement: Any = select(
        OrganisationWerkvorm.organisation_id,
        OrganisationWerkvorm.key,
        OrganisationWerkvorm.treden,
        OrganisationWerkvorm.valid_from,
        OrganisationWerkvorm.valid_to,
    ).order_by(OrganisationWerkvorm.organisation_id, OrganisationWerkvorm.position)
    for row in _in_batches(statement, OrganisationWerkvorm.organisation_id, ids):
        if (row.valid_from is None or row.valid_from <= today) and (
            row.valid_to is None or row.valid_to >= today
        ):
            forms[row.organisation_id].append(row)
    return forms


def turns_between(one: date, other: date) -> bool:
    """Whether some werkvorm is valid on one of two days and not on the other."""
    low, high = sorted((one, other))
    begins, ends = OrganisationWerkvorm.valid_from, OrganisationWerkvorm.valid_to
    turns = or_(and_(begins > low, begins <= high), and_(ends >= low, ends < high))
    return db.session.scalar(select(OrganisationWerkvorm.organisation_id).where(turns).limit(1)) is not None


def _offers(words: Words, ids: Sequence[int] | None) -> Mapping[int, list[Any]]:
    """Per organisation its offers."""
    offers: dict[int, list[Any]] = defaultdict(list)
    statement: Any = select(
        Offer.organisation_id,
        Offer.location_id,
        Offer.service_id,
        Offer.area,
        Offer.area_assumed,
        Offer.samenwerking,
    ).order_by(Offer.organisation_id, Offer.id)
    for row in _in_batches(statement, Offer.organisation_id, ids):
        # What was added while we read belongs to a later generation, which reads it whole.
        if row.service_id in words.by_id:
            offers[row.organisation_id].append(row)
    return offers


def _treden(forms: Iterable[Any]) -> tuple[int, ...]:
    """An entry's own treden win over those of its werkvorm."""
    found: set[int] = set()
    for form in forms:
        known = werkvormen().get(form.key)
        found.update(form.treden or (known.treden if known else ()))
    return tuple(sorted(found))


def _orderable(keys: Iterable[str], own: bool | None) -> bool:
    """Whether one can place an order: some werkvorm allows it, or the entry says so where that differs."""
    answers = [werkvormen()[key].is_orderable for key in keys if key in werkvormen()]
    return any(answer is True or (answer is None and own is True) for answer in answers)


class _Areas:
    """Resolves work areas to gemeenten and remembers them: many offers share one."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.parsed: dict[tuple[str, ...], area.WorkArea] = {}
        self.resolved: dict[object, frozenset[str]] = {}
        self.shared: dict[frozenset[str], frozenset[str]] = {}

    def gemeenten(self, tokens: tuple[str, ...], points: tuple[Point, ...]) -> frozenset[str]:
        parsed = self.parsed.get(tokens)
        if parsed is None:
            parsed = self.parsed[tokens] = area.from_tokens(tokens)
        key = (tokens, points if parsed.km is not None else ())
        found = self.resolved.get(key)
        if found is None:
            gazetteer = self.words.gazetteer
            found = area.resolve(
                parsed, sites=points, gemeente_points=gazetteer.points, regios=gazetteer.region_gemeenten
            )
            found = self.resolved[key] = self.share(found)
        return found

    def share(self, gemeenten: frozenset[str]) -> frozenset[str]:
        """The same set as one object."""
        return self.shared.setdefault(gemeenten, gemeenten)


def _groups(
    offers: Sequence[Any], own: Sequence[tuple[int, Site]], words: Words, areas: _Areas
) -> tuple[OfferGroup, ...]:
    """Offers of one entry, joined where that changes no answer."""
    index = {location_id: number for number, (location_id, _) in enumerate(own)}
    everywhere = tuple(range(len(own)))
    if not offers:
        seats = areas.share(frozenset(site.nis for _, site in own if site.nis))
        return (OfferGroup(frozenset(), seats, frozenset(), everywhere, False),)
    by_place: dict[tuple[frozenset[str], frozenset[str], tuple[int, ...], bool], set[str]] = defaultdict(set)
    for offer in offers:
        if offer.location_id is not None and offer.location_id not in index:
            continue
        at = everywhere if offer.location_id is None else (index[offer.location_id],)
        points = tuple(point for number in at if (point := own[number][1].point))
        gemeenten = areas.gemeenten(tuple(offer.area), points)
        if offer.area_assumed:
            # Who sits in a gemeente is assumed to work there, however far its centre lies.
            gemeenten = areas.share(gemeenten | {own[number][1].nis for number in at if own[number][1].nis})
        key = (gemeenten, frozenset(offer.samenwerking), at, bool(offer.area_assumed))
        by_place[key].add(words.by_id[offer.service_id])
    by_service: dict[tuple[frozenset[str], frozenset[str], tuple[int, ...], bool], frozenset[str]] = {}
    for (gemeenten, samenwerking, at, assumed), services in by_place.items():
        same = (frozenset(services), samenwerking, at, assumed)
        by_service[same] = by_service.get(same, frozenset()) | gemeenten
    return tuple(
        OfferGroup(services, areas.share(gemeenten), samenwerking, at, assumed)
        for (services, samenwerking, at, assumed), gemeenten in by_service.items()
    )


def documents(words: Words, ids: Sequence[int] | None = None) -> Iterable[Document]:
    """The texts of published entries for the search index."""
    sites: dict[int, list[Any]] = defaultdict(list)
    statement: Any = select(
        Location.organisation_id,
        Location.name,
        Location.gemeente_nis,
        Location.postcode,
        Location.description,
    ).order_by(Location.organisation_id, Location.position)
    for row in _in_batches(statement, Location.organisation_id, ids):
        sites[row.organisation_id].append(row)
    notes: dict[int, list[str]] = defaultdict(list)
    statement = select(Offer.organisation_id, Offer.note).where(Offer.note != "")
    for row in _in_batches(statement, Offer.organisation_id, ids):
        notes[row.organisation_id].append(row.note)
    statement = select(
        Organisation.id,
        Organisation.slug,
        Organisation.name,
        Organisation.former_names,
        Organisation.ondernemingsnummer,
        Organisation.free_services,
        Organisation.summary,
        Organisation.description,
    ).where(Organisation.status == Status.PUBLISHED)
    for row in _in_batches(statement, Organisation.id, ids):
        own = sites[row.id]
        yield Document(
            id=row.id,
            slug=row.slug,
            names=(row.name,),
            former_names=tuple(row.former_names),
            numbers=(row.ondernemingsnummer,) if row.ondernemingsnummer else (),
            words=tuple(row.free_services),
            places=tuple(dict.fromkeys(_place_names(own, words))),
            notes=tuple(dict.fromkeys([*notes[row.id], *(site.name for site in own if site.name)])),
            text="\n".join(filter(None, [row.summary, row.description, *(site.description for site in own)])),
        )


def _place_names(sites: Iterable[Any], words: Words) -> Iterable[str]:
    gemeenten: Mapping[str, Any] = words.gemeenten
    for site in sites:
        if site.gemeente_nis in gemeenten:
            yield gemeenten[site.gemeente_nis].naam
        if site.postcode:
            yield site.postcode
