"""The explanation in plain words: each instrument with an example, terms that are mixed up, guidance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from catalogue.clauses.amounts import dutch_inside, dutch_list
from catalogue.clauses.question import AANBESTEDERS, SOORTEN
from catalogue.clauses.rules import INSTRUMENTS
from catalogue.clauses.thresholds import Thresholds, thresholds
from catalogue.clauses.wording import wording
from catalogue.data import load
from catalogue.data.reading import Node, unique

LIMITS = ("beperkte_waarde", "zonder_bekendmaking", "vereenvoudigd", "europees")
# What an example may ask; each is a parameter of /clausules.
_ASKED = ("soort", "raming", "duur_maanden", "arbeidsaandeel", "inspanning", "uurkost", "dienst")


@dataclass(frozen=True)
class Explained:
    """One instrument: when it fits, how it goes, and an example with the question it answers."""

    key: str
    wanneer: str
    hoe: tuple[str, ...]
    voorbeeld: tuple[str, ...]
    vraag: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Statement:
    """Something we say in plain words, with how sure it is and where it comes from."""

    naam: str
    uitleg: str
    zekerheid: str
    bron: str

    @property
    def is_sure(self) -> bool:
        return self.zekerheid == "S"


@dataclass(frozen=True)
class Reservation:
    """One of the two kinds of reservation."""

    naam: str
    artikel: str
    waarvoor: str
    wie: str
    wie_typisch: str
    # Code of BT-71 in the electronic notice.
    code: str
    zekerheid: str
    bron: str

    @property
    def is_sure(self) -> bool:
        return self.zekerheid == "S"


@dataclass(frozen=True)
class Guide:
    """Guidance of an authority; without an address where we know none for certain."""

    naam: str
    uitleg: str
    adres: str


@dataclass(frozen=True)
class Explanation:
    instruments: Mapping[str, Explained]
    begrippen: tuple[Statement, ...]
    voorbehouden: tuple[Reservation, ...]
    buiten: tuple[Statement, ...]
    beweging: tuple[Statement, ...]
    gidsen: tuple[Guide, ...]
    nagezien: date


@dataclass(frozen=True)
class Cell:
    """A limit in euro; none where it is still to be checked."""

    bedrag: int | None
    is_sure: bool


@dataclass(frozen=True)
class LimitRow:
    """The limits of one or more kinds of contract, in the order of LIMITS."""

    soorten: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class LimitGroup:
    """The limits of one or more kinds of buyer."""

    aanbesteders: str
    rows: tuple[LimitRow, ...]


def read_explanation(data: Mapping[str, Any], file: str = "uitleg.toml") -> Explanation:
    """Read the explanation; refuses an instrument that is missing and a link that is not https."""
    node = Node(file, data)
    node.only(
        *("titel", "bron", "nagezien", "instrument", "begrip", "voorbehoud", "buiten", "beweging", "gids")
    )
    entries = node.tables("instrument")
    unique(entries)
    found = {entry.choice("sleutel", INSTRUMENTS): _read_instrument(entry) for entry in entries}
    for key in INSTRUMENTS:
        if key not in found:
            raise node.refuse("instrument", f"'{key}' is missing")
    return Explanation(
        instruments={key: found[key] for key in INSTRUMENTS},
        begrippen=tuple(_read_statement(entry) for entry in node.tables("begrip")),
        voorbehouden=tuple(_read_reservation(entry) for entry in node.tables("voorbehoud")),
        buiten=tuple(_read_statement(entry) for entry in node.tables("buiten")),
        beweging=tuple(_read_statement(entry) for entry in node.tables("beweging")),
        gidsen=tuple(_read_guide(entry) for entry in node.tables("gids")),
        nagezien=node.date("nagezien"),
    )


def _read_instrument(entry: Node) -> Explained:
    entry.only("sleutel", "wanneer", "hoe", "voorbeeld", "vraag")
    asked = entry.table("vraag")
    asked.only(*_ASKED)
    asked.choice("soort", SOORTEN), asked.text("raming")
    return Explained(
        key=entry.text("sleutel"),
        wanneer=entry.text("wanneer"),
        hoe=entry.some_texts("hoe"),
        voorbeeld=entry.some_texts("voorbeeld"),
        vraag=tuple((name, asked.text(name)) for name in asked.values),
    )


def _read_statement(entry: Node) -> Statement:
    entry.only("sleutel", "naam", "uitleg", "zekerheid", "bron")
    return Statement(entry.text("naam"), entry.text("uitleg"), entry.confidence(), entry.text("bron"))


def _read_reservation(entry: Node) -> Reservation:
    names = ("naam", "artikel", "waarvoor", "wie", "wie_typisch", "code")
    entry.only(*names, "zekerheid", "bron")
    return Reservation(
        **{name: entry.text(name) for name in names}, zekerheid=entry.confidence(), bron=entry.text("bron")
    )


def _read_guide(entry: Node) -> Guide:
    entry.only("naam", "uitleg", "adres")
    address = entry.text("adres") if entry.has("adres") else ""
    if address and not address.startswith("https://"):
        raise entry.refuse("adres", "expected an address that starts with https://")
    return Guide(entry.text("naam"), entry.text("uitleg"), address)


@cache
def explanation() -> Explanation:
    return read_explanation(load("uitleg.toml"))


def limit_groups(day: date) -> tuple[LimitGroup, ...]:
    """Give the limits of a day; buyers with the same limits share a group, kinds with the same a row."""
    labels = {named.key: named.label for named in (*wording().soorten, *wording().aanbesteders)}
    by_buyer = {buyer: _by_kind(buyer, day) for buyer in AANBESTEDERS}
    same: dict[tuple[tuple[tuple[str, ...], tuple[Cell, ...]], ...], list[str]] = {}
    for buyer, kinds in by_buyer.items():
        same.setdefault(kinds, []).append(buyer)
    return tuple(
        LimitGroup(
            dutch_list([labels[key] for key in buyers]),
            tuple(LimitRow(_kinds(labels, soorten), cells) for soorten, cells in kinds),
        )
        for kinds, buyers in same.items()
    )


def _kinds(labels: Mapping[str, str], soorten: tuple[str, ...]) -> str:
    first, *others = (labels[key] for key in soorten)
    return dutch_list([first, *(dutch_inside(label) for label in others)])


def _by_kind(buyer: str, day: date) -> tuple[tuple[tuple[str, ...], tuple[Cell, ...]], ...]:
    """The kinds of contract of one buyer, those with the same limits together."""
    found: dict[tuple[Cell, ...], list[str]] = {}
    for soort in SOORTEN:
        found.setdefault(_cells(thresholds(soort, buyer, day)), []).append(soort)
    return tuple((tuple(soorten), cells) for cells, soorten in found.items())


def _cells(limits: Thresholds) -> tuple[Cell, ...]:
    amounts = ((name, getattr(limits, name)) for name in LIMITS)
    return tuple(Cell(amount, amount is not None and name not in limits.unsure) for name, amount in amounts)
