"""What is asked: the parameters of a search, cleaned, with a clear word for each that could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from catalogue.directory.vocabulary import Words
from catalogue.models.offer import SAMENWERKING
from catalogue.models.trede import treden
from catalogue.models.werkvorm import groepen, werkvormen
from catalogue.places.gazetteer import Centre

PER_PAGE = 20
MAX_PER_PAGE = 100
# Further pages hold nothing that a person or a program would ask for in good faith.
MAX_PAGE = 100_000
# "vlakbij X" without a number of km, and the words for how far.
NEAR_KM = 10
MIN_KM, MAX_KM = 0.001, 300
MAX_MONTHS = 600
# A longer question is not a question; it is cut, with a notice.
MAX_QUESTION = 400
# More values of one parameter than a page could ever offer.
MAX_VALUES = 400

T = TypeVar("T")

SORTS: Mapping[str, str] = MappingProxyType(
    {"relevantie": "Best passend", "naam": "Naam", "afstand": "Afstand", "bevestigd": "Laatst bevestigd"}
)


class Arguments(Protocol):
    """The part of a MultiDict that is needed here."""

    def getlist(self, key: str) -> list[str]:
        """All values of a parameter."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """A parameter with a value that cannot be used."""

    field: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Criteria:
    """A search. Within one facet values add up, between facets they narrow."""

    q: str = ""
    werkvorm: tuple[str, ...] = ()
    dienst: tuple[str, ...] = ()
    gemeente: tuple[str, ...] = ()
    regio: tuple[str, ...] = ()
    trede: tuple[int, ...] = ()
    samenwerking: tuple[str, ...] = ()
    rond: Centre | None = None
    rond_text: str = ""
    straal: float | None = None
    bevestigd: int | None = None
    sorteer: str = ""
    pagina: int = 1
    per_pagina: int = PER_PAGE
    letterlijk: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def has_place(self) -> bool:
        """Whether a place was chosen, so that place words in the text are not read as one."""
        return bool(self.gemeente or self.regio or self.rond)

    @property
    def is_empty(self) -> bool:
        """Whether nothing narrows: no text and no filter."""
        return not (
            self.q
            or self.werkvorm
            or self.dienst
            or self.has_place
            or self.trede
            or self.samenwerking
            or self.bevestigd
        )

    def parameters(self, words: Words) -> list[tuple[str, str]]:
        """The search as parameters, in a fixed order and with readable values: its permalink."""
        pairs: list[tuple[str, str]] = []
        if self.q:
            pairs.append(("q", self.q))
        pairs += [("werkvorm", value) for value in self.werkvorm]
        pairs += [("dienst", value) for value in self.dienst]
        pairs += [("gemeente", words.gemeenten[nis].slug) for nis in self.gemeente]
        pairs += [("regio", value) for value in self.regio]
        pairs += [("trede", str(value)) for value in self.trede]
        pairs += [("samenwerking", value) for value in self.samenwerking]
        if self.rond:
            pairs.append(("rond", self.rond_text))
            if self.straal is not None:
                pairs.append(("straal", f"{self.straal:g}"))
        if self.bevestigd:
            pairs.append(("bevestigd", str(self.bevestigd)))
        if self.letterlijk:
            pairs.append(("letterlijk", "1"))
        if self.sorteer:
            pairs.append(("sorteer", self.sorteer))
        if self.per_pagina != PER_PAGE:
            pairs.append(("per_pagina", str(self.per_pagina)))
        if self.pagina > 1:
            pairs.append(("pagina", str(self.pagina)))
        return pairs

    def query_string(self, words: Words) -> str:
        """The permalink's query string, without the question mark."""
        return urlencode(self.parameters(words))

    def toggled(self, facet: str, value: str | int) -> Criteria:
        """The same search from its first page, with one facet value added or taken away."""
        values: tuple[str | int, ...] = getattr(self, facet)
        changed = tuple(v for v in values if v != value) if value in values else (*values, value)
        changes: dict[str, Any] = {facet: changed, "pagina": 1}
        return replace(self, **changes)


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value.strip() for value in values if value.strip()))


def _whole(text: str, low: int, high: int) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        return None
    return int(text) if low <= int(text) <= high else None


def _km(text: str) -> float | None:
    cleaned = text.lower().removesuffix("km").strip().replace(",", ".")
    if not cleaned.isascii() or not cleaned.replace(".", "", 1).isdigit():
        return None
    return float(cleaned) if MIN_KM <= float(cleaned) <= MAX_KM else None


class _Reader:
    """Reads parameters and gathers what could not be read."""

    def __init__(self, arguments: Arguments, words: Words) -> None:
        self.arguments = arguments
        self.words = words
        self.problems: list[Problem] = []

    def values(self, key: str) -> list[str]:
        return _unique(self.arguments.getlist(key))[:MAX_VALUES]

    def one(self, key: str) -> str:
        return next(iter(self.values(key)), "")

    def refuse(self, key: str, value: str, message: str) -> None:
        self.problems.append(Problem(key, value, message))

    def many(self, key: str, read: Callable[[str], Iterable[T]], message: str) -> tuple[T, ...]:
        found: list[T] = []
        for value in self.values(key):
            known = tuple(read(value))
            if not known:
                self.refuse(key, value, message.format(waarde=value[:60]))
            found.extend(known)
        return tuple(dict.fromkeys(found))

    def single(self, key: str, read: Callable[[str], T | None], message: str) -> T | None:
        text = self.one(key)
        if not text:
            return None
        found = read(text)
        if found is None:
            self.refuse(key, text, message.format(waarde=text[:60]))
        return found

    def werkvorm(self, text: str) -> Iterable[str]:
        key = text.casefold()
        return (key,) if key in werkvormen() or key in groepen() else ()

    def gemeente(self, text: str) -> Iterable[str]:
        match = self.words.gazetteer.resolve(text)
        return match.nis if match else ()

    def regio(self, text: str) -> Iterable[str]:
        region = self.words.gazetteer.region(text)
        return (region.slug,) if region else ()


def read(arguments: Arguments, words: Words) -> Criteria:
    """Read the parameters of a search. A bad value is dropped and named in `problems`."""
    reader = _Reader(arguments, words)
    q = " ".join(reader.one("q").replace("\x00", " ").split())
    if len(q) > MAX_QUESTION:
        reader.refuse("q", q, f"Een zoekvraag telt hoogstens {MAX_QUESTION} tekens.")
        q = q[:MAX_QUESTION].strip()
    gemeente = reader.many(
        "gemeente", reader.gemeente, "We kennen geen gemeente, deelgemeente of postcode ‘{waarde}’."
    )
    regio = reader.many("regio", reader.regio, "We kennen geen regio ‘{waarde}’.")
    for text in reader.values("waar"):
        # The box "Waar?" takes a gemeente, a postcode or a region.
        if region := tuple(reader.regio(text)):
            regio = tuple(dict.fromkeys((*regio, *region)))
        elif place := tuple(reader.gemeente(text)):
            gemeente = tuple(dict.fromkeys((*gemeente, *place)))
        else:
            reader.refuse("waar", text, f"We kennen geen gemeente, postcode of regio ‘{text[:60]}’.")
    rond = reader.single(
        "rond",
        words.gazetteer.parse_centre,
        "We vinden geen plaats ‘{waarde}’: geef een gemeente, een postcode of lat,lon.",
    )
    straal = reader.single("straal", _km, f"‘{{waarde}}’ is geen afstand: geef een aantal km tot {MAX_KM}.")
    return Criteria(
        q=q,
        werkvorm=reader.many("werkvorm", reader.werkvorm, "We kennen geen werkvorm ‘{waarde}’."),
        dienst=reader.many("dienst", words.find_services, "We kennen geen dienst of CPV-code ‘{waarde}’."),
        gemeente=gemeente,
        regio=regio,
        trede=reader.many(
            "trede",
            lambda text: [n] if (n := _whole(text, 1, len(treden()))) else [],
            "‘{waarde}’ is geen trede: de participatieladder gaat van 1 tot 6.",
        ),
        samenwerking=reader.many(
            "samenwerking",
            lambda text: [text.casefold()] if text.casefold() in SAMENWERKING else [],
            "We kennen geen vorm van samenwerking ‘{waarde}’.",
        ),
        rond=rond,
        rond_text=reader.one("rond") if rond else "",
        straal=straal if rond else None,
        bevestigd=reader.single(
            "bevestigd",
            lambda text: _whole(text, 1, MAX_MONTHS),
            f"‘{{waarde}}’ is geen aantal maanden van 1 tot {MAX_MONTHS}.",
        ),
        sorteer=reader.single(
            "sorteer",
            lambda text: text.casefold() if text.casefold() in SORTS else None,
            f"Sorteren kan op {', '.join(SORTS)}, niet op ‘{{waarde}}’.",
        )
        or "",
        pagina=reader.single(
            "pagina", lambda text: _whole(text, 1, MAX_PAGE), "‘{waarde}’ is geen bladzijde."
        )
        or 1,
        per_pagina=reader.single(
            "per_pagina",
            lambda text: _whole(text, 1, MAX_PER_PAGE),
            f"Per bladzijde kunnen er 1 tot {MAX_PER_PAGE} resultaten staan, niet ‘{{waarde}}’.",
        )
        or PER_PAGE,
        letterlijk=reader.single(
            "letterlijk", {"0": False, "1": True}.get, "‘letterlijk’ is 1 of 0, niet ‘{waarde}’."
        )
        or False,
        problems=tuple(reader.problems),
    )
