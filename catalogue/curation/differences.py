"""Curation: what differs between two states of an entry, in words for people, and taking parts of it over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from catalogue.curation.entrydata import EntryData, OfferData, RecognitionData, SiteData, WerkvormData
from catalogue.curation.names import folded
from catalogue.models import SAMENWERKING
from catalogue.models.werkvorm import werkvormen
from catalogue.web.words import long_date

# The fields of an entry in the order in which a person reads them, with their label.
LABELS: Mapping[str, str] = {
    "name": "Naam",
    "former_names": "Vroegere namen",
    "status": "Status",
    "werkvormen": "Werkvormen",
    "legal_form": "Rechtsvorm",
    "ondernemingsnummer": "Ondernemingsnummer",
    "website": "Website",
    "email": "E-mailadres",
    "phone": "Telefoon",
    "summary": "Samenvatting",
    "description": "Omschrijving",
    "sites": "Vestiging",
    "offers": "Dienst",
    "free_services": "Diensten in eigen woorden",
    "recognitions": "Erkenning",
    "orderable": "Kan een opdracht aannemen",
    "art15_percent": "Aandeel art. 15 (in procent)",
    "art15_on": "Aandeel art. 15: datum",
    "art15_proof": "Aandeel art. 15: bewijs",
    "art15_status": "Aandeel art. 15: status",
    "confirmed_on": "Bevestigd op",
    "confirmed_how": "Bevestigd via",
    "confirm_months": "Opnieuw te bevestigen na (maanden)",
    "source": "Bron",
    "zekerheid": "Zekerheid",
}
LISTED = ("sites", "offers", "recognitions", "werkvormen")


@dataclass(frozen=True, slots=True)
class Words:
    """How services (slug) and tokens of work areas are called."""

    service: Callable[[str], str] = str
    area: Callable[[tuple[str, ...]], str] = " ".join
    gemeente: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field, or one item of a list, that differs; `old` or `new` is empty for what was added or removed.

    `path` names it: ("email",), ("sites", "winkel"), ("offers", "strijk@winkel"). Taking it over is
    take_over(); two differences of the same two states never have the same path.
    """

    path: tuple[str, ...]
    label: str
    old: str
    new: str


def differences(before: EntryData, after: EntryData, words: Words = Words()) -> list[Difference]:
    """Everything that differs, in reading order; nothing for two entries that say the same."""
    found: list[Difference] = []
    for key, label in LABELS.items():
        old, new = getattr(before, key), getattr(after, key)
        if old == new:
            continue
        if key in LISTED:
            found += _items(key, label, old, new, words)
        else:
            found.append(Difference((key,), label, text(old), text(new)))
    return found


def take_over(entry: EntryData, after: EntryData, paths: Iterable[tuple[str, ...]]) -> EntryData:
    """The entry with what `after` says at these paths, the rest as it is."""
    values: dict[str, Any] = {}
    items: dict[str, set[str]] = {}
    for path in paths:
        if len(path) == 1:
            values[path[0]] = getattr(after, path[0])
        else:
            items.setdefault(path[0], set()).add(path[1])
    for key, wanted in items.items():
        mine, theirs = _keyed(key, getattr(entry, key)), _keyed(key, getattr(after, key))
        for name in wanted:
            mine.pop(name, None)
            if name in theirs:
                mine[name] = theirs[name]
        order = [*theirs, *(name for name in mine if name not in theirs)]
        values[key] = tuple(mine[name] for name in order if name in mine)
    return replace(entry, **values)


def text(value: Any) -> str:
    """A plain value in words."""
    if value is None or value == "" or value == ():
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, tuple):
        return ", ".join(map(text, value))
    return str(value)


def _items(key: str, label: str, old: Any, new: Any, words: Words) -> list[Difference]:
    before, after = _keyed(key, old), _keyed(key, new)
    found = []
    for name in dict.fromkeys((*before, *after)):
        was, is_now = before.get(name), after.get(name)
        if was != is_now:
            found.append(
                Difference(
                    (key, name),
                    label,
                    "" if was is None else _in_words(was, words),
                    "" if is_now is None else _in_words(is_now, words),
                )
            )
    return found


def _keyed(key: str, items: Iterable[Any]) -> dict[str, Any]:
    """The items of a list by what makes each the one it is; a second with the same name gets a number."""
    found: dict[str, Any] = {}
    for item in items:
        name = base = _name_of(key, item)
        number = 2
        while name in found:
            name, number = f"{base} ({number})", number + 1
        found[name] = item
    return found


def _name_of(key: str, item: Any) -> str:
    if key == "sites":
        # A site that is renamed stays itself.
        return f"#{item.id}" if item.id else folded(item.name)
    if key == "offers":
        return f"{item.service}@{'' if item.site is None else folded(item.site) or '-'}"
    if key == "recognitions":
        return f"{item.kind} {item.klass}".strip()
    return str(item.key)


def _in_words(item: Any, words: Words) -> str:
    if isinstance(item, SiteData):
        return _site(item, words)
    if isinstance(item, OfferData):
        return _offer(item, words)
    if isinstance(item, RecognitionData):
        until = f", geldig tot {long_date(item.valid_until)}" if item.valid_until else ""
        return f"{item.kind} {item.klass}".strip() + until
    if isinstance(item, WerkvormData):
        return _werkvorm(item)
    raise TypeError(item)


def _site(site: SiteData, words: Words) -> str:
    street = " ".join(filter(None, (site.street, site.house_number, site.box and f"bus {site.box}")))
    place = " ".join(filter(None, (site.postcode, words.gemeente(site.gemeente_nis or ""))))
    point = "" if site.lat is None else f"punt {site.lat:.5f}, {site.lon:.5f} ({site.point_origin})"
    parts = (site.name, street, place, point, site.description, site.source, site.zekerheid)
    return ", ".join(filter(None, parts))


def _offer(offer: OfferData, words: Words) -> str:
    where = "" if offer.site is None else f"vanuit {offer.site or 'de vestiging zonder naam'}"
    area = "werkgebied niet bevestigd" if offer.area_assumed else f"werkgebied: {words.area(offer.area)}"
    ways = ", ".join(SAMENWERKING[way].lower() for way in offer.samenwerking if way in SAMENWERKING)
    return "; ".join(filter(None, (words.service(offer.service), where, area, ways, offer.note)))


def _werkvorm(form: WerkvormData) -> str:
    known = werkvormen().get(form.key)
    treden = f"trede {', '.join(map(str, form.treden))}" if form.treden else ""
    since = f"vanaf {long_date(form.valid_from)}" if form.valid_from else ""
    until = f"tot {long_date(form.valid_to)}" if form.valid_to else ""
    return ", ".join(filter(None, (known.label if known else form.key, treden, since, until)))


# Every field of an entry stands in LABELS, or is no field of its own.
assert {f.name for f in fields(EntryData)} - {"id", "slug"} == set(LABELS)
