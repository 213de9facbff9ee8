"""Curation: what the texts of the form mean, or in Dutch why they mean nothing, field by field."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from catalogue.curation.entry_form import EntryForm, degrees
from catalogue.curation.entrydata import (
    MAX_CONFIRM_MONTHS,
    EntryData,
    EntryError,
    OfferData,
    RecognitionData,
    SiteData,
    WerkvormData,
    distinct,
    line,
    normal,
    paragraphs,
)
from catalogue.curation.names import folded
from catalogue.directory.vocabulary import Words
from catalogue.exchange import values
from catalogue.exchange.problems import CellError
from catalogue.models import (
    ASSUMED_AREA,
    SAMENWERKING,
    Art15Status,
    ConfirmedHow,
    Organisation,
    PointOrigin,
    Recognition,
    Zekerheid,
)
from catalogue.models.location import Location
from catalogue.models.trede import treden
from catalogue.models.werkvorm import werkvormen
from catalogue.places import area
from catalogue.places.area import AreaError, WorkArea
from catalogue.places.distance import Point
from catalogue.places.gazetteer import is_near_belgium

TEXT_LENGTH = 20_000
LINE_LENGTH = 200
ALL_SITES = ""
# A row with none of these is no site.
TELL_OF_A_SITE = (
    "name", "street", "house_number", "box", "postcode", "gemeente", "lat", "lon", "description",
)  # fmt: skip
ORDERABLE = {"ja": True, "nee": False, "": None}

Value = TypeVar("Value")


class Reading:
    """Reads one form; what is wrong goes to its errors, what is only strange to `warnings`.

    `today` is the day of the calendar of this place: a confirmation is never of a day to come.
    """

    def __init__(self, form: EntryForm, words: Words, today: date) -> None:
        self._form = form
        self._words = words
        self._today = today
        self.warnings: list[str] = []

    def entry(self, before: EntryData) -> EntryData | None:
        """The entry in normal form; None where something is wrong. Id and status are those of `before`."""
        sites, site_of = self._sites()
        entry = EntryData(
            id=before.id,
            slug=before.slug,
            status=before.status,
            name=self._line("name", Organisation, needs="Vul een naam in."),
            former_names=self._list("former_names"),
            legal_form=self._line("legal_form", Organisation),
            ondernemingsnummer=self._cell("ondernemingsnummer", values.ondernemingsnummer, ""),
            website=self._cell("website", values.website, ""),
            email=self._cell("email", values.email, ""),
            phone=self._line("phone", Organisation),
            summary=self._text("summary"),
            description=self._text("description"),
            free_services=self._list("free_services"),
            source=self._text("source"),
            zekerheid=self._choice("zekerheid", ("", *Zekerheid), "zekerheid"),
            orderable=ORDERABLE[self._choice("orderable", tuple(ORDERABLE), "antwoord")],
            art15_percent=self._whole("art15_percent", 0, 100),
            art15_on=self._day("art15_on"),
            art15_proof=self._line("art15_proof", Organisation),
            art15_status=self._choice("art15_status", tuple(Art15Status), "status", Art15Status.UNKNOWN),
            confirmed_on=self._past_day("confirmed_on"),
            confirmed_how=self._choice("confirmed_how", ("", *ConfirmedHow), "manier van bevestigen"),
            confirm_months=self._whole("confirm_months", 1, MAX_CONFIRM_MONTHS),
            werkvormen=self._werkvormen(),
            recognitions=self._recognitions(),
            sites=sites,
            offers=self._offers(site_of),
        )
        if entry.confirmed_how and entry.confirmed_on is None:
            self._wrong("confirmed_on", "Vul in op welke dag het bevestigd is.")
        if self._form.errors:
            return None
        try:
            return normal(entry)
        except EntryError as error:
            self.refuse(error)
            return None

    def refuse(self, error: EntryError) -> None:
        """Show at its field why an entry cannot be kept."""
        self._wrong(error.field, error.reason)

    def _wrong(self, name: str, reason: str) -> None:
        self._form.errors.setdefault(name, reason)

    def _line(self, name: str, table: type, needs: str = "") -> str:
        found = line(self._form.value(name))
        width = _width(table, name.rpartition("-")[2])
        if len(found) > width:
            self._wrong(name, f"De tekst is te lang: {len(found)} tekens, hoogstens {width}.")
        if needs and not found:
            self._wrong(name, needs)
        return found

    def _text(self, name: str) -> str:
        found = paragraphs(self._form.value(name))
        if len(found) > TEXT_LENGTH:
            self._wrong(name, f"De tekst is te lang: {len(found)} tekens, hoogstens {TEXT_LENGTH}.")
        return found

    def _list(self, name: str) -> tuple[str, ...]:
        found = distinct(self._form.value(name).splitlines())
        for one in found:
            if len(one) > LINE_LENGTH:
                self._wrong(name, f"‘{values.short(one)}’ is te lang: hoogstens {LINE_LENGTH} tekens.")
        return found

    def _cell(self, name: str, read: Callable[[str], Value], otherwise: Value) -> Value:
        typed = line(self._form.value(name))
        if not typed:
            return otherwise
        try:
            return read(typed)
        except CellError as error:
            self._wrong(name, str(error))
            return otherwise

    def _day(self, name: str) -> date | None:
        return self._cell(name, values.day, None)

    def _past_day(self, name: str) -> date | None:
        found = self._day(name)
        if found and found > self._today:
            self._wrong(name, "Deze dag ligt in de toekomst.")
        return found

    def _choice(self, name: str, choices: tuple[str, ...], what: str, otherwise: str = "") -> str:
        chosen = self._form.value(name) or otherwise
        if chosen not in choices:
            self._wrong(name, f"‘{values.short(chosen)}’ is geen {what}: kies uit de lijst.")
            return otherwise
        return chosen

    def _whole(self, name: str, least: int, most: int) -> int | None:
        typed = self._form.value(name).strip().removesuffix("%").strip()
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and len(typed) <= 6 and least <= int(typed) <= most):
            self._wrong(name, f"Vul een geheel getal van {least} tot {most} in.")
            return None
        return int(typed)

    def _number(self, name: str) -> float | None:
        typed = self._form.value(name).strip().replace(",", ".")
        if not typed:
            return None
        try:
            found = float(typed)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            self._wrong(name, f"‘{values.short(typed)}’ is geen getal.")
            return None
        return found

    def _says(self, row: str, *keys: str) -> bool:
        """Whether something is typed in one of these fields of a row."""
        return any(self._form.value(f"{row}-{key}").strip() for key in keys)

    def _werkvormen(self) -> tuple[WerkvormData, ...]:
        found: list[WerkvormData] = []
        for number in self._form.rows("werkvormen"):
            row = f"werkvormen-{number}"
            key = self._form.value(f"{row}-key")
            if not key:
                if self._says(row, "valid_from", "valid_to", "treden"):
                    self._wrong(f"{row}-key", "Kies een werkvorm, of neem deze rij weg.")
                continue
            if key not in werkvormen():
                self._wrong(f"{row}-key", f"‘{values.short(key)}’ is geen werkvorm: kies uit de lijst.")
            if key in (one.key for one in found):
                self._wrong(f"{row}-key", "Deze werkvorm staat er al. Neem een van beide rijen weg.")
            start, end = self._day(f"{row}-valid_from"), self._day(f"{row}-valid_to")
            if start and end and end < start:
                self._wrong(f"{row}-valid_to", "De laatste dag ligt voor de eerste.")
            ticked = self._form.values(f"{row}-treden")
            own = {trede for trede in treden() if str(trede) in ticked}
            if len(own) < len(set(ticked)):
                self._wrong(f"{row}-treden", f"Kies treden uit {', '.join(map(str, treden()))}.")
            found.append(WerkvormData(key, tuple(sorted(own)), start, end))
        return tuple(found)

    def _recognitions(self) -> tuple[RecognitionData, ...]:
        found = []
        for number in self._form.rows("recognitions"):
            row = f"recognitions-{number}"
            if not self._says(row, "kind", "klass", "valid_until"):
                continue
            needs = "Vul in welke erkenning het is, of neem deze rij weg."
            kind = self._line(f"{row}-kind", Recognition, needs)
            klass = self._line(f"{row}-klass", Recognition)
            found.append(RecognitionData(kind, klass, self._day(f"{row}-valid_until")))
        return tuple(found)

    def _sites(self) -> tuple[tuple[SiteData, ...], dict[str, str]]:
        """The sites, and the name of the site of each row."""
        found: list[SiteData] = []
        name_of: dict[str, str] = {}
        for number in self._form.rows("sites"):
            row = f"sites-{number}"
            told = (
                "name",
                "street",
                "house_number",
                "box",
                "postcode",
                "gemeente",
                "lat",
                "lon",
                "description",
            )
            if not self._says(row, *told):
                continue
            site = self.site(row)
            if folded(site.name) in map(folded, name_of.values()):
                same = f"Er is al een vestiging met de naam ‘{site.name}’." if site.name else ""
                self._wrong(f"{row}-name", same or "Geef deze vestiging een naam: er is er al een zonder.")
            name_of[str(number)] = site.name
            found.append(site)
        return tuple(found), name_of

    def site(self, row: str) -> SiteData:
        """The site of one row."""
        id = self._form.value(f"{row}-id")
        postcode = line(self._form.value(f"{row}-postcode"))
        lat, lon, origin = self._point(row)
        return SiteData(
            id=int(id) if id.isascii() and id.isdigit() and len(id) < 10 else None,
            name=self._line(f"{row}-name", Location),
            street=self._line(f"{row}-street", Location),
            house_number=self._line(f"{row}-house_number", Location),
            box=self._line(f"{row}-box", Location),
            postcode=postcode,
            gemeente_nis=self._gemeente(row, postcode),
            lat=lat,
            lon=lon,
            point_origin=origin,
            description=self._text(f"{row}-description"),
            source=self._text(f"{row}-source"),
            zekerheid=self._choice(f"{row}-zekerheid", ("", *Zekerheid), "zekerheid"),
        )

    def _gemeente(self, row: str, postcode: str) -> str | None:
        """The NIS code of the gemeente that is typed, or else of the postcode."""
        if postcode and not (len(postcode) == 4 and postcode.isascii() and postcode.isdigit()):
            self._wrong(f"{row}-postcode", f"‘{values.short(postcode)}’ is geen postcode: vier cijfers.")
            return None
        gazetteer = self._words.gazetteer
        typed = line(self._form.value(f"{row}-gemeente"))
        if not typed and not postcode:
            return None
        match = gazetteer.resolve(typed or postcode)
        if match is None:
            named = f"‘{values.short(typed)}’ is geen gemeente die we kennen."
            unknown = f"Postcode {postcode} kennen we niet: kies de gemeente zelf."
            self._wrong(f"{row}-gemeente", named if typed else unknown)
            return None
        nis = match.nis
        if match.is_ambiguous:
            by_code = gazetteer.resolve(postcode) if postcode else None
            both = tuple(code for code in nis if by_code and code in by_code.nis)
            if len(both) != 1:
                names = " of ".join(gazetteer.names[code] for code in nis)
                self._wrong(f"{row}-gemeente", f"‘{values.short(typed or postcode)}’ kan {names} zijn: kies.")
                return None
            nis = both
        if postcode and postcode not in gazetteer.rows[nis[0]].postcodes:
            named = gazetteer.names[nis[0]]
            self.warnings.append(f"Postcode {postcode} hoort niet bij {named}. Kijk dat na.")
        return nis[0]

    def _point(self, row: str) -> tuple[float | None, float | None, str]:
        """The point of a site: as it was where nobody touched it, else set by hand, else to be looked up."""
        kept = _kept_point(self._form.value(f"{row}-point"))
        typed = (self._form.value(f"{row}-lat").strip(), self._form.value(f"{row}-lon").strip())
        if kept and typed == (degrees(kept[0]), degrees(kept[1])):
            return kept
        lat, lon = self._number(f"{row}-lat"), self._number(f"{row}-lon")
        if lat is None and lon is None:
            return None, None, ""
        if lat is None or lon is None:
            missing = "lat" if lat is None else "lon"
            self._wrong(f"{row}-{missing}", "Vul breedte en lengte allebei in, of geen van beide.")
            return None, None, ""
        if not is_near_belgium(Point(lat, lon)):
            self._wrong(f"{row}-lat", "Dit punt ligt niet in België. De breedte is ongeveer 51, de lengte 3.")
        return lat, lon, PointOrigin.HAND

    def _offers(self, site_of: dict[str, str]) -> tuple[OfferData, ...]:
        found = []
        for number in self._form.rows("offers"):
            row = f"offers-{number}"
            told = self._says(row, "places", "km", "vlaanderen", "samenwerking", "note", "id")
            if not told and not self._says(row, "service"):
                continue
            id = self._form.value(f"{row}-id")
            tokens, assumed = self._area(row)
            ways = self._form.values(f"{row}-samenwerking")
            if set(ways) - SAMENWERKING.keys():
                self._wrong(f"{row}-samenwerking", "Kies vormen van samenwerking uit de lijst.")
            offer = OfferData(
                id=int(id) if id.isascii() and id.isdigit() and len(id) < 10 else None,
                service=self._service(row),
                site=self._site_of(row, site_of),
                area=tokens,
                area_assumed=assumed,
                samenwerking=tuple(way for way in SAMENWERKING if way in ways),
                note=self._text(f"{row}-note"),
            )
            found.append(offer)
        return tuple(found)

    def _service(self, row: str) -> str:
        typed = line(self._form.value(f"{row}-service"))
        if not typed:
            self._wrong(f"{row}-service", "Kies een dienst, of neem deze rij weg.")
            return ""
        if typed in self._words.services:
            return typed
        found = self._words.find_services(typed)
        if len(found) == 1:
            return found[0]
        if found:
            labels = " of ".join(self._words.services[slug].label for slug in found[:5])
            self._wrong(f"{row}-service", f"‘{values.short(typed)}’ kan {labels} zijn: kies.")
        else:
            hint = "Kies er een uit de lijst, of schrijf het bij de diensten in eigen woorden."
            self._wrong(f"{row}-service", f"‘{values.short(typed)}’ is geen gekende dienst. {hint}")
        return ""

    def _site_of(self, row: str, site_of: dict[str, str]) -> str | None:
        chosen = self._form.value(f"{row}-site")
        if chosen == ALL_SITES:
            return None
        if chosen not in site_of:
            self._wrong(f"{row}-site", "De vestiging van deze dienst is weggenomen: kies een andere.")
            return None
        return site_of[chosen]

    def _area(self, row: str) -> tuple[tuple[str, ...], bool]:
        if self._form.value(f"{row}-known") != "ja":
            return ASSUMED_AREA, True
        try:
            typed = "; ".join(self._form.value(f"{row}-places").splitlines())
            # Between digits a comma is a decimal: "12,5 km".
            places = area.parse(re.sub(r",(?![0-9])", ";", typed), self._words.gazetteer)
        except AreaError as error:
            self._wrong(f"{row}-places", f"{'; '.join(error.problems)}.")
            return ASSUMED_AREA, True
        radius = self._number(f"{row}-km")
        try:
            stated = WorkArea(
                places.gemeenten,
                places.regios,
                max(filter(None, (radius, places.km)), default=None) if radius != 0 else 0.0,
                places.vlaanderen or self._form.value(f"{row}-vlaanderen") == "ja",
            )
        except AreaError as error:
            self._wrong(f"{row}-km", f"{'; '.join(error.problems).capitalize()}.")
            return ASSUMED_AREA, True
        if stated.is_empty and f"{row}-km" not in self._form.errors:
            self._wrong(f"{row}-places", "Vul het werkgebied in, of kies ‘niet bekend’.")
        return tuple(area.to_tokens(stated)), False


def _width(table: type, column: str) -> int:
    return int(table.__table__.c[column].type.length)  # type: ignore[attr-defined]


def _kept_point(handed: str) -> tuple[float, float, str] | None:
    """The point that the form handed on; None where there was none, or where it was tampered with."""
    parts = handed.split(" ")
    if len(parts) != 3 or parts[2] not in set(PointOrigin):
        return None
    try:
        lat, lon = float(parts[0]), float(parts[1])
    except ValueError:
        return None
    return (lat, lon, parts[2]) if is_near_belgium(Point(lat, lon)) else None
