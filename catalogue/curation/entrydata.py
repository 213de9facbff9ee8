"""Curation: an entry as one value, as it is or as it must become, always in the same normal form.

Two entries that say the same are equal, so that "did anything change" is a comparison.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import lru_cache
from typing import Any

from catalogue.curation.names import folded
from catalogue.models import (
    ASSUMED_AREA,
    SAMENWERKING,
    Art15Status,
    ConfirmedHow,
    PointOrigin,
    Status,
    Zekerheid,
)
from catalogue.models.werkvorm import werkvormen
from catalogue.places.area import from_tokens, to_tokens

# In a file: the offers of the whole organisation, where an unnamed site stands beside them.
WHOLE = "alle vestigingen"

# Beyond this nobody would call an entry kept up to date.
MAX_CONFIRM_MONTHS = 36

# What a site has of its own, or else takes from its organisation.
INHERITED = ("description", "source", "zekerheid")


class EntryError(ValueError):
    """An entry that cannot be kept: the field and, in Dutch, why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class WerkvormData:
    """A werkvorm of an entry with its own treden; none of its own means those of the vocabulary."""

    key: str
    treden: tuple[int, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class RecognitionData:
    """A recognition or quality label."""

    kind: str
    klass: str = ""
    valid_until: date | None = None

    @property
    def order(self) -> tuple[str, str, date]:
        """By kind and class, what never ends last."""
        return (self.kind, self.klass, self.valid_until or date.max)


@dataclass(frozen=True, slots=True)
class SiteData:
    """A site; `id` names the row that it is, so that a renamed site stays itself."""

    name: str = ""
    street: str = ""
    house_number: str = ""
    box: str = ""
    postcode: str = ""
    gemeente_nis: str | None = None
    lat: float | None = None
    lon: float | None = None
    point_origin: str = ""
    description: str = ""
    source: str = ""
    zekerheid: str = ""
    id: int | None = field(default=None, compare=False)

    @property
    def address(self) -> tuple[str, str, str, str | None]:
        """What a point is looked up by."""
        return (self.street, self.house_number, self.postcode, self.gemeente_nis)

    @property
    def has_address(self) -> bool:
        """Whether it says where it is."""
        return any(self.address) or bool(self.box)


@dataclass(frozen=True, slots=True)
class OfferData:
    """A service (slug) that is done from one site (by name) or from all (None), in an area of tokens."""

    service: str
    site: str | None = None
    area: tuple[str, ...] = ASSUMED_AREA
    area_assumed: bool = True
    samenwerking: tuple[str, ...] = ()
    note: str = ""
    id: int | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[bool, str, str, bool, tuple[str, ...], tuple[str, ...]]:
        """What makes it another offer; two with the same key are one."""
        return (
            self.site is not None,
            self.site or "",
            self.service,
            self.area_assumed,
            self.area,
            self.samenwerking,
        )


@dataclass(frozen=True, slots=True)
class EntryData:
    """A whole entry. `id` is None for a new one; its slug follows its name."""

    name: str
    former_names: tuple[str, ...] = ()
    legal_form: str = ""
    ondernemingsnummer: str = ""
    website: str = ""
    email: str = ""
    phone: str = ""
    summary: str = ""
    description: str = ""
    free_services: tuple[str, ...] = ()
    source: str = ""
    zekerheid: str = ""
    status: str = Status.PUBLISHED
    orderable: bool | None = None
    art15_percent: int | None = None
    art15_on: date | None = None
    art15_proof: str = ""
    art15_status: str = Art15Status.UNKNOWN
    confirmed_on: date | None = None
    confirmed_how: str = ""
    confirm_months: int | None = None
    werkvormen: tuple[WerkvormData, ...] = ()
    recognitions: tuple[RecognitionData, ...] = ()
    sites: tuple[SiteData, ...] = ()
    offers: tuple[OfferData, ...] = ()
    id: int | None = field(default=None, compare=False)
    slug: str = field(default="", compare=False)


# Looks up where a site is: latitude, longitude and where that comes from; None where nobody knows.
Locator = Callable[[SiteData], tuple[float, float, PointOrigin] | None]

LISTS = ("former_names", "free_services", "werkvormen", "recognitions", "sites", "offers")
SCALARS = tuple(f.name for f in fields(EntryData) if f.name not in (*LISTS, "id", "slug"))
MULTILINE = ("summary", "description", "source")
LINES = ("legal_form", "ondernemingsnummer", "website", "email", "phone", "zekerheid", "art15_proof")
SITE_LINES = ("name", "street", "house_number", "box", "postcode", "zekerheid")
SITE_MULTILINE = ("description", "source")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


def line(text: str) -> str:
    """Text of one line: composed letters, single spaces, no control characters."""
    if not text:
        return ""
    return " ".join(_CONTROL.sub("", unicodedata.normalize("NFC", text)).split())


def paragraphs(text: str) -> str:
    """Text of several lines: as `line`, but its line breaks stay, as \\n."""
    if not text:
        return ""
    plain = _CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    return "\n".join(row.strip() for row in plain.split("\n")).strip() if "\n" in plain else plain.strip()


def distinct(texts: Iterable[str], *, without: str = "") -> tuple[str, ...]:
    """Texts as lines, each once whatever its case or accents, in their order."""
    seen = {"", folded(without)}
    kept = []
    for text in map(line, texts):
        if folded(text) not in seen:
            seen.add(folded(text))
            kept.append(text)
    return tuple(kept)


def normal(entry: EntryData) -> EntryData:
    """The entry in normal form; raises EntryError for what cannot be kept.

    A site that says nothing is no site, a site's text equal to the organisation's is the organisation's,
    and an organisation without a text has that of its first site.
    """
    name = line(entry.name)
    if not name:
        raise EntryError("name", "De naam ontbreekt.")
    _check(entry)
    texts: dict[str, Any] = {key: paragraphs(getattr(entry, key)) for key in MULTILINE}
    texts |= {key: line(getattr(entry, key)) for key in LINES}
    sites = _sites(entry.sites)
    for key in INHERITED:
        texts[key] = texts[key] or next((getattr(s, key) for s in sites if getattr(s, key)), "")
        inherits: dict[str, Any] = {key: ""}
        sites = [
            replace(s, **inherits) if getattr(s, key) and getattr(s, key) == texts[key] else s for s in sites
        ]
    return replace(
        entry,
        name=name,
        former_names=distinct(entry.former_names, without=name),
        free_services=distinct(entry.free_services),
        werkvormen=tuple(_werkvormen(entry.werkvormen)),
        recognitions=_recognitions(entry.recognitions),
        sites=tuple(sites),
        offers=_offers(entry.offers, {folded(s.name): s.name for s in sites}),
        **texts,
    )


def _werkvormen(forms: Iterable[WerkvormData]) -> Iterable[WerkvormData]:
    return {form.key: replace(form, treden=tuple(sorted(set(form.treden)))) for form in forms}.values()


def _recognitions(recognitions: Iterable[RecognitionData]) -> tuple[RecognitionData, ...]:
    clean = {replace(one, kind=line(one.kind), klass=line(one.klass)) for one in recognitions}
    return tuple(sorted(clean, key=lambda one: one.order))


def _check(entry: EntryData) -> None:
    if entry.status not in set(Status):
        raise EntryError("status", f"‘{entry.status}’ is geen status.")
    if entry.zekerheid not in {"", *Zekerheid}:
        raise EntryError("zekerheid", f"‘{entry.zekerheid}’ is geen graad van zekerheid.")
    if entry.confirmed_how not in {"", *ConfirmedHow}:
        raise EntryError("confirmed_how", f"‘{entry.confirmed_how}’ is geen manier van bevestigen.")
    if entry.confirm_months is not None and not 1 <= entry.confirm_months <= MAX_CONFIRM_MONTHS:
        raise EntryError("confirm_months", f"Kies een aantal maanden van 1 tot {MAX_CONFIRM_MONTHS}.")
    for werkvorm in entry.werkvormen:
        if werkvorm.key not in werkvormen():
            raise EntryError("werkvormen", f"‘{werkvorm.key}’ is geen werkvorm.")
    for offer in entry.offers:
        for way in offer.samenwerking:
            if way not in SAMENWERKING:
                raise EntryError("offers", f"‘{way}’ is geen vorm van samenwerking.")


def _sites(sites: Iterable[SiteData]) -> list[SiteData]:
    clean: list[SiteData] = []
    names: set[str] = set()
    for site in sites:
        tidy = _tidy_site(site)
        if not (tidy.name or tidy.has_address or tidy.lat is not None or tidy.description):
            continue
        if folded(tidy.name) in names:
            raise EntryError("sites", f"Er zijn twee vestigingen met de naam ‘{tidy.name}’.")
        if folded(tidy.name) == WHOLE:
            raise EntryError("sites", f"Een vestiging kan niet ‘{tidy.name}’ heten.")
        names.add(folded(tidy.name))
        clean.append(tidy)
    return clean


def _tidy_site(site: SiteData) -> SiteData:
    texts: dict[str, Any] = {key: line(getattr(site, key)) for key in SITE_LINES}
    texts |= {key: paragraphs(getattr(site, key)) for key in SITE_MULTILINE}
    return replace(site, **texts) if any(getattr(site, key) != text for key, text in texts.items()) else site


def _offers(offers: Iterable[OfferData], sites: dict[str, str]) -> tuple[OfferData, ...]:
    kept: dict[object, OfferData] = {}
    ways = tuple(SAMENWERKING)
    for offer in offers:
        site = None if offer.site is None else sites.get(folded(offer.site))
        if offer.site and site is None:
            raise EntryError("offers", f"Er is geen vestiging met de naam ‘{offer.site}’.")
        assumed = offer.area_assumed or not offer.area
        # Not `replace`: of all that an import does this is done most, and `replace` takes ten times as long.
        tidy = OfferData(
            service=offer.service,
            site=site,
            area=ASSUMED_AREA if assumed else tidy_area(tuple(offer.area)),
            area_assumed=assumed,
            samenwerking=tuple(sorted(set(offer.samenwerking), key=ways.index)),
            note=paragraphs(offer.note),
            id=offer.id,
        )
        other = kept.get(tidy.key)
        if other is not None:
            notes = "\n".join(dict.fromkeys(filter(None, (*other.note.split("\n"), *tidy.note.split("\n")))))
            tidy = replace(other, note=notes)
        kept[tidy.key] = tidy
    return tuple(sorted(kept.values(), key=lambda offer: offer.key))


@lru_cache(maxsize=4096)
def tidy_area(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Tokens of a work area in their one order; raises EntryError for a token that means nothing."""
    try:
        return tuple(to_tokens(from_tokens(tokens)))
    except ValueError as error:
        raise EntryError("offers", f"Het werkgebied is niet bruikbaar: {error}.") from None
