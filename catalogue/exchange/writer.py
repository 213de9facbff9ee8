"""Exchange: entries out as CSV, XLSX, GeoJSON or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from sqlalchemy import select

from catalogue.curation import entries
from catalogue.curation.entrydata import EntryData, SiteData
from catalogue.curation.names import folded
from catalogue.exchange.cells import guard
from catalogue.exchange.columns import COLUMNS
from catalogue.exchange.edition import Edition
from catalogue.exchange.known import Known
from catalogue.exchange.rows import area_cell, rows_of
from catalogue.exchange.values import ondernemingsnummer_cell
from catalogue.exchange.workbook import write_workbook
from catalogue.extensions import db
from catalogue.models import Organisation, Status
from catalogue.models.werkvorm import werkvormen
from catalogue.plain_json import without_markup

MIME_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class _List:
    """What is written."""

    known: Known
    entries: Iterator[EntryData]
    sentence: str
    on: date | None
    edition: Edition | None

    def rows(self) -> Iterator[list[str]]:
        for entry in self.entries:
            for row in rows_of(entry, self.known):
                yield [guard(cell) for cell in row]

    def about(self) -> dict[str, Any]:
        said = {"samenvatting": self.sentence, "datum": self.on.isoformat() if self.on else None}
        return said | {key.casefold(): value for key, value in self.origin()}

    def origin(self) -> list[tuple[str, str]]:
        """From whom, of when and under which licence, where that is known."""
        if self.edition is None:
            return []
        at = self.edition.changed_at.isoformat(timespec="seconds")
        return [("Bijgewerkt", at), ("Uitgever", self.edition.publisher), ("Licentie", self.edition.licence)]


def write(
    format: str,
    ids: Sequence[int] | None,
    stream: BinaryIO,
    *,
    sentence: str = "",
    on: date | None = None,
    published_only: bool = True,
    edition: Edition | None = None,
) -> int:
    """Write entries (None: all) by name; gives how many. `sentence` and `on` say which list this is.

    `edition` says from which state of the catalogue it is; no form but CSV leaves that out.

    Raises KeyError for a format that is not in MIME_TYPES.
    """
    known = Known.load()
    chosen = _by_name(ids, published_only)
    _WRITERS[format](_List(known, entries.load(chosen), sentence, on, edition), stream)
    return len(chosen)


def _by_name(ids: Sequence[int] | None, published_only: bool) -> list[int]:
    query = select(Organisation.id, Organisation.name)
    if published_only:
        query = query.where(Organisation.status == Status.PUBLISHED)
    wanted = None if ids is None else set(ids)
    rows = [row for row in db.session.execute(query) if wanted is None or row.id in wanted]
    return [row.id for row in sorted(rows, key=lambda row: (folded(row.name), row.name))]


def _csv(what: _List, stream: BinaryIO) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(what.rows())
    text.flush()
    text.detach()


def _xlsx(what: _List, stream: BinaryIO) -> None:
    about = [("Zoekopdracht", guard(what.sentence))] if what.sentence else []
    about += [("Datum", what.on.isoformat())] if what.on else []
    about += [(name, guard(value)) for name, value in what.origin()]
    write_workbook(what.rows(), stream, about=about)


def _geojson(what: _List, stream: BinaryIO) -> None:
    box = _Box()

    def features() -> Iterator[dict[str, Any]]:
        for entry in what.entries:
            properties = _properties(entry)
            for site in entry.sites:
                feature = _feature(site, entry, properties)
                box.hold(feature["geometry"])
                yield feature

    _collection(stream, {"type": "FeatureCollection"} | what.about(), "features", features(), box.members)


def _json(what: _List, stream: BinaryIO) -> None:
    _collection(stream, what.about(), "items", (_item(entry, what.known) for entry in what.entries))


_WRITERS = {"csv": _csv, "xlsx": _xlsx, "geojson": _geojson, "json": _json}


@dataclass(slots=True)
class _Box:
    """The smallest box around points: west, south, east, north (RFC 7946, 5)."""

    sides: tuple[float, float, float, float] | None = None

    def hold(self, geometry: dict[str, Any] | None) -> None:
        """Widen it to a point."""
        if geometry:
            lon, lat = geometry["coordinates"]
            west, south, east, north = self.sides or (lon, lat, lon, lat)
            self.sides = (min(west, lon), min(south, lat), max(east, lon), max(north, lat))

    def members(self) -> dict[str, Any]:
        """It as a member of a collection; nothing around no points."""
        return {"bbox": list(self.sides)} if self.sides else {}


def _collection(
    stream: BinaryIO,
    members: dict[str, Any],
    name: str,
    items: Iterator[dict[str, Any]],
    last: Callable[[], dict[str, Any]] = dict,
) -> None:
    """Write one object whose list is written item by item, a line each.

    `last` gives the members that are known once all items went by.
    """
    # The sentence among them repeats what was asked.
    head = without_markup(json.dumps(members, ensure_ascii=False)[:-1])
    stream.write(f"{head}, {json.dumps(name)}: [".encode())
    separator = "\n"
    for item in items:
        stream.write(f"{separator}{json.dumps(item, ensure_ascii=False)}".encode())
        separator = ",\n"
    tail = "".join(f", {json.dumps(key)}: {json.dumps(value)}" for key, value in last().items())
    stream.write(f"\n]{tail}}}\n".encode())


def _properties(entry: EntryData) -> dict[str, Any]:
    usual, keys = werkvormen(), [form.key for form in entry.werkvormen]
    return {
        "slug": entry.slug,
        "naam": entry.name,
        # Groups as in the lists of the API, and the finer keys beside them.
        "werkvormen": list(dict.fromkeys(usual[key].groep for key in keys if key in usual)),
        "werkvorm_sleutels": keys,
        "diensten": sorted({offer.service for offer in entry.offers}),
        "website": entry.website or None,
        "bevestigd_op": entry.confirmed_on.isoformat() if entry.confirmed_on else None,
    }


def _treden(entry: EntryData) -> list[int]:
    """The treden of an entry: its own, else the usual ones of each werkvorm."""
    usual = werkvormen()
    return sorted(
        {
            trede
            for form in entry.werkvormen
            for trede in form.treden or (usual[form.key].treden if form.key in usual else ())
        }
    )


def _feature(site: SiteData, entry: EntryData, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        # The row of the site: it stays the same when the site is renamed or moves.
        "id": site.id,
        "geometry": _point(site),
        "properties": properties
        | {"vestiging": site.name}
        | _address(site)
        | {
            "bron": site.source or entry.source or None,
            "zekerheid": site.zekerheid or entry.zekerheid or None,
        },
    }


def _point(site: SiteData) -> dict[str, Any] | None:
    """Longitude before latitude, six decimals: a decimetre (RFC 7946, 3.1.1 and 11.2)."""
    if site.lat is None or site.lon is None:
        return None
    return {"type": "Point", "coordinates": [round(site.lon, 6), round(site.lat, 6)]}


def _address(site: SiteData) -> dict[str, Any]:
    return {
        "straat": site.street,
        "huisnummer": site.house_number,
        "bus": site.box,
        "postcode": site.postcode,
        "nis": site.gemeente_nis,
        "herkomst_punt": site.point_origin,
    }


def _item(entry: EntryData, known: Known) -> dict[str, Any]:
    names = known.gazetteer.names
    return _properties(entry) | {
        "voorheen": list(entry.former_names),
        "treden": _treden(entry),
        "ondernemingsnummer": ondernemingsnummer_cell(entry.ondernemingsnummer) or None,
        "email": entry.email or None,
        "telefoon": entry.phone or None,
        "omschrijving": entry.description or None,
        "bron": entry.source or None,
        "zekerheid": entry.zekerheid or None,
        "status": entry.status,
        "erkenningen": [
            {
                "soort": one.kind,
                "klasse": one.klass,
                "geldig_tot": one.valid_until.isoformat() if one.valid_until else None,
            }
            for one in entry.recognitions
        ],
        "vrije_diensten": list(entry.free_services),
        "vestigingen": [
            {"vestiging": site.name}
            | _address(site)
            | {"gemeente": names.get(site.gemeente_nis or "", ""), "lat": site.lat, "lon": site.lon}
            for site in entry.sites
        ],
        "aanbod": [
            {
                "dienst": offer.service,
                "vestiging": offer.site,
                "werkgebied": None if offer.area_assumed else area_cell(offer.area, known).split("|"),
                "samenwerking": list(offer.samenwerking),
                "nota": offer.note,
            }
            for offer in entry.offers
        ],
    }
