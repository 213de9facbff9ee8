"""Curation: gives sites their point, off line while writing and by the geocoding service when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import or_, select

from catalogue.curation import history
from catalogue.curation.entrydata import Locator, SiteData
from catalogue.curation.write import Action, change
from catalogue.directory.gazetteer import load_gazetteer
from catalogue.extensions import db
from catalogue.models import GeocodeCache, Location, Organisation, PointOrigin
from catalogue.places.gazetteer import Gazetteer
from catalogue.places.geocoder import Address, Geocoder, OfflineGeocoder, make_geocoder

# Points are kept after so many, so that a run that is stopped loses little.
AT_A_TIME = 20

# A site by its id, as it was when it was looked up, and its new point.
_Found = tuple[int, SiteData, tuple[float, float, PointOrigin]]


def locator(geocoder: Geocoder, gazetteer: Gazetteer) -> Locator:
    """What `entries` asks for a point: an address, given to this geocoder."""

    def locate(site: SiteData) -> tuple[float, float, PointOrigin] | None:
        gemeente = gazetteer.names.get(site.gemeente_nis or "", "")
        found = geocoder.locate(Address(site.street, site.house_number, site.postcode, gemeente))
        return (found.point.lat, found.point.lon, PointOrigin(found.origin)) if found else None

    return locate


def offline(gazetteer: Gazetteer) -> Locator:
    """Points of gemeenten, without any network; each gemeente is looked up once."""
    locate = locator(OfflineGeocoder(gazetteer), gazetteer)

    @cache
    def by_gemeente(postcode: str, nis: str | None) -> tuple[float, float, PointOrigin] | None:
        return locate(SiteData(postcode=postcode, gemeente_nis=nis))

    return lambda site: by_gemeente(site.postcode, site.gemeente_nis)


class TableCache:
    """Answers of the geocoding service, kept in the database until the next point is."""

    def __init__(self) -> None:
        self._new: dict[str, dict[str, Any]] = {}

    def get(self, key: str) -> dict[str, Any] | None:
        """The answer to a question asked before."""
        if key in self._new:
            return dict(self._new[key])
        row = db.session.get(GeocodeCache, key[:300])
        return dict(row.answer) if row else None

    def put(self, key: str, entry: dict[str, Any]) -> None:
        """Keep an answer; `store` writes it."""
        self._new[key] = dict(entry)

    @property
    def has_news(self) -> bool:
        """Whether answers wait to be written."""
        return bool(self._new)

    def store(self) -> None:
        """Write what is new, as part of the change under way."""
        now = datetime.now(UTC)
        for key, answer in self._new.items():
            db.session.merge(GeocodeCache(query=key[:300], answer=answer, at=now))
        self._new.clear()


def fill(
    *,
    url: str = "",
    user_agent: str = "",
    progress: Callable[[Sequence[Any], str], Iterable[Any]] = lambda items, _what: items,
) -> tuple[int, int]:
    """Look up sites without a point, or with only that of their gemeente: how many got one, of how many.

    Nobody waits for the service: it is asked outside the change that keeps its answers.
    """
    gazetteer, cache = load_gazetteer(), TableCache()
    locate = locator(make_geocoder(gazetteer, url=url, user_agent=user_agent, cache=cache), gazetteer)
    ids = db.session.scalars(
        select(Location.id)
        .where(or_(Location.lat.is_(None), Location.point_origin == PointOrigin.GEMEENTE))
        .order_by(Location.id)
    ).all()
    db.session.rollback()
    found = 0
    waiting: list[_Found] = []
    for id in progress(ids, "Punten opzoeken"):
        site = _site(id)
        point = locate(site) if site else None
        db.session.rollback()
        if site and point and point != (site.lat, site.lon, site.point_origin):
            waiting.append((id, site, point))
        if len(waiting) == AT_A_TIME:
            found += _keep(waiting, cache)
            waiting = []
    return found + (_keep(waiting, cache) if waiting or cache.has_news else 0), len(ids)


def _site(id: int) -> SiteData | None:
    row = db.session.get(Location, id)
    if row is None:
        return None
    return SiteData(
        street=row.street,
        house_number=row.house_number,
        postcode=row.postcode,
        gemeente_nis=row.gemeente_nis,
        lat=row.lat,
        lon=row.lon,
        point_origin=row.point_origin,
    )


def _keep(
    waiting: Sequence[tuple[int, SiteData, tuple[float, float, PointOrigin]]], cache: TableCache
) -> int:
    """Write points, except where the site changed while the service was asked."""
    kept = 0
    with change() as under_way:
        cache.store()
        moved: dict[int, Action] = {}
        for id, asked, (lat, lon, origin) in waiting:
            if _site(id) != asked:
                continue
            row = db.session.get_one(Location, id)
            history.keep_before(under_way, [row.organisation_id])
            row.lat, row.lon, row.point_origin = lat, lon, origin
            moved[row.organisation_id] = Action.EDITED
            under_way.touch(db.session.get_one(Organisation, row.organisation_id))
            kept += 1
        db.session.flush()
        history.record_entries(under_way, moved)
    return kept
