"""Curation: the form of an entry as plain texts. What was typed is kept letter by letter, right or wrong.

A field is named for what it holds: "email", "sites-0-street", "offers-2-samenwerking". A row of a list keeps
its number as long as the form stands open, so that an offer can point at a site that is not saved yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from catalogue.curation.entrydata import (
    EntryData,
    OfferData,
    RecognitionData,
    SiteData,
    WerkvormData,
)
from catalogue.directory.vocabulary import Words
from catalogue.places import area

SINGLE = (
    "name", "former_names", "legal_form", "ondernemingsnummer", "website", "email", "phone", "summary",
    "description", "free_services", "source", "zekerheid", "orderable", "art15_percent", "art15_on",
    "art15_proof", "art15_status", "confirmed_on", "confirmed_how", "confirm_months",
)  # fmt: skip
ROWS: Mapping[str, tuple[str, ...]] = {
    "werkvormen": ("key", "treden", "valid_from", "valid_to"),
    "sites": (
        "id", "name", "street", "house_number", "box", "postcode", "gemeente", "lat", "lon", "point",
        "description", "source", "zekerheid",
    ),
    "offers": ("id", "service", "site", "known", "places", "km", "vlaanderen", "samenwerking", "note"),
    "recognitions": ("kind", "klass", "valid_until"),
}  # fmt: skip
# More rows than any entry has; what is sent beyond them is refused, not dropped.
MOST_ROWS = 1000
TOO_MANY = f"Meer dan {MOST_ROWS} rijen gaan niet in dit formulier."
# Five decimals of a degree are about a metre.
DECIMALS = 5

_ROW = re.compile(rf"({'|'.join(ROWS)})-([0-9]{{1,4}})-([a-z_]+)", re.ASCII)
_ADD = re.compile(rf"({'|'.join(ROWS)})-erbij")
_OF_ROW = re.compile(rf"({'|'.join(ROWS)})-(weg|kopie)-([0-9]{{1,4}})", re.ASCII)


@dataclass
class EntryForm:
    """Texts by field name, and what is wrong with them. `new_row` is the row that was just added."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    new_row: str = ""

    def value(self, name: str) -> str:
        """What stands in a field."""
        return (self.fields.get(name) or [""])[0]

    def values(self, name: str) -> list[str]:
        """What is ticked in a group of boxes."""
        return self.fields.get(name, [])

    def error(self, name: str) -> str:
        """What is wrong with a field; empty where nothing is."""
        return self.errors.get(name, "")

    def rows(self, kind: str) -> list[int]:
        """The numbers of the rows of a list, in their order on the page."""
        found = (match for name in self.fields if (match := _ROW.fullmatch(name)) and match[1] == kind)
        return list(dict.fromkeys(int(match[2]) for match in found))

    def has_error(self, kind: str, number: int) -> bool:
        """Whether something in a row is wrong."""
        return any(name.startswith(f"{kind}-{number}-") for name in self.errors)

    def has_field(self, name: str) -> bool:
        """Whether an error can lead to a place on the page: a field, a row's group of boxes or a list."""
        row = _ROW.fullmatch(name)
        return name in SINGLE or name in ROWS or bool(row and int(row[2]) in self.rows(row[1]))

    def pairs(self) -> list[tuple[str, str]]:
        """Every field with its value, to be handed on by a form that does not show them."""
        return [(name, value) for name, values in self.fields.items() for value in values]

    def change_rows(self, action: str) -> bool:
        """Add, copy or take away a row as a button asks; False where the button asks something else."""
        if added := _ADD.fullmatch(action):
            self._add(added[1], _empty_row(added[1]))
        elif pressed := _OF_ROW.fullmatch(action):
            kind, number = pressed[1], int(pressed[3])
            if pressed[2] == "weg":
                for name in [name for name in self.fields if name.startswith(f"{kind}-{number}-")]:
                    del self.fields[name]
            else:
                same = {key: self.fields.get(f"{kind}-{number}-{key}", []) for key in ROWS[kind]}
                self._add(kind, same | {"id": [""], "service": [""], "note": [""]})
        else:
            return False
        return True

    def set_point(self, row: str, point: tuple[float, float, str]) -> None:
        """Put a point that was looked up in the fields of a site."""
        lat, lon, origin = point
        self.fields[f"{row}-lat"], self.fields[f"{row}-lon"] = [degrees(lat)], [degrees(lon)]
        self.fields[f"{row}-point"] = [f"{lat!r} {lon!r} {origin}"]

    def _add(self, kind: str, row: Mapping[str, list[str]]) -> None:
        there = self.rows(kind)
        if len(there) >= MOST_ROWS:
            self.errors[kind] = TOO_MANY
            return
        number = max(there, default=-1) + 1
        self._put(kind, number, row)
        self.new_row = f"{kind}-{number}"

    def _put(self, kind: str, number: int, row: Mapping[str, Iterable[str]]) -> None:
        for key in ROWS[kind]:
            self.fields[f"{kind}-{number}-{key}"] = list(row.get(key, ()))


def posted(lists: Iterable[tuple[str, Iterable[str]]]) -> EntryForm:
    """The form as a browser sent it; fields that are not ours are left out."""
    form = EntryForm()
    rows: dict[str, set[str]] = {kind: set() for kind in ROWS}
    for name, values in lists:
        match = _ROW.fullmatch(name)
        if match and match[3] in ROWS[match[1]]:
            rows[match[1]].add(match[2])
            if len(rows[match[1]]) > MOST_ROWS:
                form.errors[match[1]] = TOO_MANY
                continue
            # "00" and "0" are one row.
            name = f"{match[1]}-{int(match[2])}-{match[3]}"
        elif name not in SINGLE:
            continue
        form.fields.setdefault(name, []).extend(values)
    return form


def empty() -> EntryForm:
    """The form of a new entry, with one row of what nearly every entry has."""
    form = filled(EntryData(name=""), None)
    for kind in ("werkvormen", "sites", "offers"):
        form._put(kind, 0, _empty_row(kind))
    return form


def _empty_row(kind: str) -> Mapping[str, list[str]]:
    return {"known": ["nee"]} if kind == "offers" else {}


def filled(entry: EntryData, words: Words | None) -> EntryForm:
    """The form of an entry as it is; `words` may be None for an entry without sites and offers."""
    form = EntryForm({name: [text(getattr(entry, name))] for name in SINGLE})
    form.fields["former_names"] = ["\n".join(entry.former_names)]
    form.fields["free_services"] = ["\n".join(entry.free_services)]
    form.fields["orderable"] = [{True: "ja", False: "nee", None: ""}[entry.orderable]]
    for number, one in enumerate(entry.werkvormen):
        form._put("werkvormen", number, _werkvorm(one))
    for number, recognition in enumerate(entry.recognitions):
        form._put("recognitions", number, _recognition(recognition))
    if words:
        for number, site in enumerate(entry.sites):
            form._put("sites", number, _site(site, words))
        at = {site.name: str(number) for number, site in enumerate(entry.sites)}
        for number, offer in enumerate(entry.offers):
            form._put("offers", number, _offer(offer, at, words))
    return form


def text(value: object) -> str:
    """A plain value as it stands in a field."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def degrees(value: float | None) -> str:
    """Degrees of latitude or longitude (WGS84) as they stand in a field."""
    return "" if value is None else f"{value:.{DECIMALS}f}"


def point_kept(site: SiteData) -> str:
    """The point of a site as the form hands it on unseen: untouched fields must not round it."""
    return "" if site.lat is None else f"{site.lat!r} {site.lon!r} {site.point_origin}"


def _werkvorm(form: WerkvormData) -> dict[str, list[str]]:
    return {
        "key": [form.key],
        "treden": [str(trede) for trede in form.treden],
        "valid_from": [text(form.valid_from)],
        "valid_to": [text(form.valid_to)],
    }


def _recognition(one: RecognitionData) -> dict[str, list[str]]:
    return {"kind": [one.kind], "klass": [one.klass], "valid_until": [text(one.valid_until)]}


def _site(site: SiteData, words: Words) -> dict[str, list[str]]:
    plain = ("id", "name", "street", "house_number", "box", "postcode", "description", "source", "zekerheid")
    row = {key: [text(getattr(site, key))] for key in plain}
    names = words.gazetteer.names
    return row | {
        "gemeente": [names.get(site.gemeente_nis or "", site.gemeente_nis or "")],
        "lat": [degrees(site.lat)],
        "lon": [degrees(site.lon)],
        "point": [point_kept(site)],
    }


def _offer(offer: OfferData, sites: Mapping[str, str], words: Words) -> dict[str, list[str]]:
    stated = area.from_tokens(() if offer.area_assumed else offer.area)
    label = words.services[offer.service].label if offer.service in words.services else offer.service
    is_clear = words.find_services(label) == (offer.service,)
    return {
        "id": [text(offer.id)],
        "service": [label if is_clear else offer.service],
        "site": ["" if offer.site is None else sites.get(offer.site, "")],
        "known": ["nee" if offer.area_assumed else "ja"],
        "places": [area.format(area.WorkArea(stated.gemeenten, stated.regios), words.gazetteer.names)],
        "km": ["" if stated.km is None else f"{stated.km:g}".replace(".", ",")],
        "vlaanderen": ["ja"] if stated.vlaanderen else [],
        "samenwerking": list(offer.samenwerking),
        "note": [offer.note],
    }
