"""Reads place words: NIS codes, names, deelgemeenten, postcodes and the names from before the mergers.

Pure: built from rows (the seed files or the tables), it answers from memory and never fails on any text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from catalogue.places.distance import Point

Kind = Literal["nis", "gemeente", "deelgemeente", "postcode", "oude-naam", "oude-nis"]

MAX_LENGTH = 120
# A rectangle around Belgium with some 20 km to spare: (south, west, north, east).
NEAR_BELGIUM = (49.3, 2.2, 51.7, 6.7)

_CODE_AND_NAME = re.compile(r"^([0-9]{4})\s+(?:[-–]\s*)?(\D.*)$")
_NAME_AND_BRACKETS = re.compile(r"^([^()]+?)\s*\(([^()]+)\)$")
_COORDINATES = re.compile(
    r"^(-?[0-9]{1,3}(?:\.[0-9]{1,12})?)\s*[,;\s]\s*(-?[0-9]{1,3}(?:\.[0-9]{1,12})?)$", re.ASCII
)
# "Heist-aan-Zee" is said as "Heist", "Niel-bij-As" as "Niel", "Beveren-Waas" as "Beveren".
_LONG_TAIL = re.compile(r"(?<=\w)[- ](?:(?:aan|bij|op)[- ].+|Waas)$")
_ABBREVIATIONS = {"st": ("sint",), "ste": ("sint",), "olv": ("onze", "lieve", "vrouw")}


@dataclass(frozen=True, slots=True)
class GemeenteRow:
    """A gemeente as the gazetteer needs it; `vroeger` are gemeenten that merged into it."""

    nis: str
    naam: str
    slug: str
    provincie: str
    postcodes: tuple[str, ...]
    deelgemeenten: tuple[str, ...]
    vroeger: tuple[str, ...]
    oude_nis: tuple[str, ...]
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region: its slug, its name and the NIS codes of its gemeenten."""

    slug: str
    naam: str
    gemeenten: tuple[str, ...]
    bron: str = ""
    zekerheid: str = ""
    noot: str = ""
    is_named: bool = False
    """A province or stretch of land that people name; no region with a regisseur."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a place word means: one gemeente, or several where the word does not decide."""

    nis: tuple[str, ...]
    label: str
    kind: Kind
    is_ordinary_word: bool = False

    @property
    def is_ambiguous(self) -> bool:
        return len(self.nis) > 1


@dataclass(frozen=True, slots=True)
class Centre:
    """A point to measure from, with the words to name it by."""

    point: Point
    label: str


def normalise(text: str) -> str:
    """Lower case without accents, hyphens or other marks; "St.-Niklaas" and "sint niklaas" are the same."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words: list[str] = []
    for word in re.findall(r"[a-z0-9]+", plain.casefold().replace("o.l.v", "olv")):
        words.extend(_ABBREVIATIONS.get(word, (word,)))
    return " ".join(words)


def coordinates(text: str) -> Point | None:
    """The point of "lat,lon" where it lies in or near Belgium."""
    found = _COORDINATES.match(text.strip())
    if not found:
        return None
    lat, lon = float(found[1]), float(found[2])
    return Point(lat, lon) if is_near_belgium(Point(lat, lon)) else None


def is_near_belgium(point: Point) -> bool:
    """Whether the point lies in the rectangle around Belgium."""
    south, west, north, east = NEAR_BELGIUM
    return south <= point.lat <= north and west <= point.lon <= east


class Gazetteer:
    """Every place word of a set of gemeenten and regions."""

    def __init__(
        self,
        rows: Iterable[GemeenteRow],
        regios: Iterable[RegionRow] = (),
        ordinary_words: Iterable[str] = (),
    ) -> None:
        self.rows: Mapping[str, GemeenteRow] = {row.nis: row for row in rows}
        self.regions: Mapping[str, RegionRow] = {row.slug: row for row in regios}
        self._ordinary_words = frozenset(normalise(word) for word in ordinary_words)
        self._region_words = {
            normalise(word): row for row in self.regions.values() for word in (row.naam, row.slug)
        }
        self._old_nis = {old: row.nis for row in self.rows.values() for old in row.oude_nis}
        self._postcodes: dict[str, tuple[str, ...]] = {}
        for row in self.rows.values():
            for postcode in row.postcodes:
                self._postcodes[postcode] = (*self._postcodes.get(postcode, ()), row.nis)
        self._meanings = self._read_names()
        self._words = dict(self._read_words())
        self._joined = {word.replace(" ", ""): match for word, match in reversed(self._words.items())}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name of each gemeente by its NIS code."""
        return MappingProxyType({nis: row.naam for nis, row in self.rows.items()})

    @cached_property
    def region_names(self) -> Mapping[str, str]:
        """The name of each region by its slug."""
        return MappingProxyType({slug: row.naam for slug, row in self.regions.items()})

    @cached_property
    def points(self) -> Mapping[str, Point]:
        """The point of each gemeente (its town, not its centroid) by NIS code."""
        return MappingProxyType({nis: Point(row.lat, row.lon) for nis, row in self.rows.items()})

    @cached_property
    def region_gemeenten(self) -> Mapping[str, frozenset[str]]:
        """The NIS codes of each region by its slug."""
        return MappingProxyType({slug: frozenset(row.gemeenten) for slug, row in self.regions.items()})

    def point(self, nis: str) -> Point:
        """The point of a gemeente. Raises KeyError for an unknown NIS code."""
        return self.points[nis]

    def words(self) -> Mapping[str, Match]:
        """Every place name, normalised (see normalise), for recognising places in a question.

        Holds names only: codes and postcodes go to resolve(). `is_ordinary_word` marks "zolder" and the like.
        """
        return MappingProxyType(self._words)

    def region(self, text: str) -> RegionRow | None:
        """The region of this slug or name."""
        return self._region_words.get(normalise(text)) if len(text) <= MAX_LENGTH else None

    def resolve(self, text: str) -> Match | None:
        """What a place word means, or None.

        Takes a NIS code, slug, name, deelgemeente, postcode, old name or old NIS code; also "8900 Ieper",
        "Ieper (8900)" and "Beselare (Zonnebeke)", whose two halves must agree.
        """
        text = " ".join(text.split()) if len(text) <= MAX_LENGTH else ""
        if text.isascii() and text.isdigit():
            return self._code(text)
        if pair := _CODE_AND_NAME.match(text):
            return self._both(self._code(pair[1]), pair[2])
        if pair := _NAME_AND_BRACKETS.match(text):
            inner = self._code(pair[2]) if pair[2].isdigit() else self._name(pair[2])
            return self._both(inner, pair[1])
        return self._name(text)

    def parse_centre(self, text: str) -> Centre | None:
        """The point of a postcode, gemeente, deelgemeente or "lat,lon"; None where a name does not decide.

        A deelgemeente has the point of its gemeente; a postcode of several gemeenten the mean of theirs.
        """
        text = text.strip()
        if len(text) > MAX_LENGTH:
            return None
        if point := coordinates(text):
            return Centre(point, f"{point.lat}, {point.lon}")
        match = self.resolve(text)
        if match is None or (match.is_ambiguous and match.kind != "postcode"):
            return None
        points = [self.point(nis) for nis in match.nis]
        mean = Point(
            sum(point.lat for point in points) / len(points), sum(point.lon for point in points) / len(points)
        )
        return Centre(points[0] if len(points) == 1 else mean, match.label)

    def _code(self, code: str) -> Match | None:
        if found := self._postcodes.get(code):
            return Match(found, f"{code} {self._listed(found)}", "postcode")
        if code in self.rows:
            return Match((code,), self.names[code], "nis")
        if current := self._old_nis.get(code):
            return Match((current,), self.names[current], "oude-nis")
        return None

    def _name(self, name: str) -> Match | None:
        word = normalise(name)
        return self._words.get(word) or self._joined.get(word.replace(" ", ""))

    def _both(self, place: Match | None, name: str) -> Match | None:
        """The meaning on which a name and the postcode or gemeente beside it agree.

        Beside a place a deelgemeente counts even where a gemeente has its name: "3390 Tielt" is Tielt-Winge.
        """
        meanings = self._meanings.get(normalise(name), {})
        shared = tuple(nis for nis in (place.nis if place else ()) if nis in meanings)
        if place is None or not shared:
            return None
        if place.kind == "postcode":
            postcode = place.label.split(" ", 1)[0]
            return Match(shared, f"{postcode} {self._listed(shared)}", "postcode")
        return self._match({nis: meanings[nis] for nis in shared})

    def _match(self, meanings: Mapping[str, "_Meaning"], is_ordinary_word: bool = False) -> Match:
        nis = tuple(sorted(meanings, key=lambda code: self.rows[code].naam))
        first = meanings[nis[0]]
        if len(nis) == 1 and first.kind == "gemeente":
            return Match(nis, first.name, "gemeente", is_ordinary_word)
        name = first.name if len(nis) == 1 else first.spelling
        return Match(nis, f"{name} ({self._listed(nis)})", first.kind, is_ordinary_word)

    def _read_names(self) -> dict[str, dict[str, "_Meaning"]]:
        """Each normalised name with what it means in each gemeente, gemeenten first."""
        found: dict[str, dict[str, _Meaning]] = {}
        for row in self.rows.values():
            for word in (normalise(row.naam), normalise(row.slug)):
                found.setdefault(word, {})[row.nis] = _Meaning(row.naam, row.naam, "gemeente")
        for row in self.rows.values():
            for name, kind in _names(row):
                for word, spelling in _spellings(name).items():
                    found.setdefault(word, {}).setdefault(row.nis, _Meaning(name, spelling, kind))
        return found

    def _read_words(self) -> Iterator[tuple[str, Match]]:
        """The meaning of each name on its own; a gemeente's own name beats the same name elsewhere."""
        for word, meanings in self._meanings.items():
            own = {
                nis: meaning
                for nis, meaning in meanings.items()
                if meaning.kind == "gemeente" and meaning.name == meaning.spelling
            }
            yield word, self._match(own or meanings, word in self._ordinary_words)

    def _listed(self, nis: tuple[str, ...]) -> str:
        names = [self.rows[code].naam for code in nis]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} of {names[-1]}"


@dataclass(frozen=True, slots=True)
class _Meaning:
    """One reading of a name: the full name, the spelling that led to it and what it names."""

    name: str
    spelling: str
    kind: Kind


def _names(row: GemeenteRow) -> Iterator[tuple[str, Kind]]:
    yield row.naam, "gemeente"
    for name in row.vroeger:
        yield name, "oude-naam"
    for name in row.deelgemeenten:
        yield name, "deelgemeente"


def _spellings(name: str) -> dict[str, str]:
    """The name as people type it, normalised: whole, without a tail ("-aan-Zee"), without a leading 's."""
    spellings: dict[str, str] = {}
    for spelling in (name, _LONG_TAIL.sub("", name)):
        word = normalise(spelling)
        spellings.setdefault(word, spelling)
        spellings.setdefault(word.removeprefix("s "), spelling)
    return spellings
