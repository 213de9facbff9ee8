"""The rules of the clause room as typed values, read once from catalogue/data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from catalogue.clauses.question import AANBESTEDERS, SOORTEN
from catalogue.data import load
from catalogue.data.reading import Node, unique

INSTRUMENTS = (
    "beperkte-waarde",
    "uitnodiging",
    "voorbehouden-opdracht",
    "voorbehouden-perceel",
    "tewerkstellingsclausule",
    "opleidingsclausule",
    "onderaannemingsclausule",
    "flexibele-clausule",
    "gunningscriterium",
    "marktconsultatie",
)
TO_CHECK = "te controleren"
_COLUMNS = (
    "beperkte_waarde",
    "zonder_bekendmaking",
    "zonder_bekendmaking_sociaal",
    "vereenvoudigd_werken",
    "werken",
    "federaal",
    "andere",
    "speciaal",
    "sociaal",
    "sociaal_speciaal",
)
_LIMITS = ("beperkte_waarde", "zonder_bekendmaking", "vereenvoudigd", "europees")


@dataclass(frozen=True)
class Period:
    """The limits between two days, both included, in euro excluding VAT."""

    geldig_van: date
    geldig_tot: date
    amounts: Mapping[str, int]
    bronnen: tuple[str, ...]

    def holds(self, day: date) -> bool:
        return self.geldig_van <= day <= self.geldig_tot


@dataclass(frozen=True)
class Doubt:
    """A limit whose figure is not sure; an empty soort or aanbesteder means every one."""

    bedrag: str
    soort: str
    aanbesteder: str
    zekerheid: str

    def touches(self, soort: str, aanbesteder: str) -> bool:
        return self.soort in ("", soort) and self.aanbesteder in ("", aanbesteder)


@dataclass(frozen=True)
class Limits:
    """Every period we know, oldest first, without gaps, and the figures in doubt."""

    periods: tuple[Period, ...]
    doubts: tuple[Doubt, ...]
    # The share of staff, in percent, from which a contract may be reserved.
    min_aandeel: int
    numac: str
    nagezien: date

    @property
    def first_day(self) -> date:
        return self.periods[0].geldig_van

    @property
    def last_day(self) -> date:
        return self.periods[-1].geldig_tot


@dataclass(frozen=True)
class Instrument:
    """A way to work with the social economy: what it is, where it stands in the law, what to mind."""

    key: str
    label: str
    zin: str
    uitleg: str
    voorbeeld: str
    artikel_klassiek: str
    artikel_sociaal: str
    artikel_speciaal: str
    voorwaarden: tuple[str, ...]
    valkuilen: tuple[str, ...]
    na_te_kijken: tuple[str, ...]
    bron: str
    zekerheid: str
    geldig_van: date
    geldig_tot: date | None
    nagezien: date

    def article(self, soort: str, aanbesteder: str) -> str:
        """Give the article to cite; for the special sectors never the one of the classic sectors."""
        if aanbesteder == "speciale-sectoren":
            return self.artikel_speciaal
        return self.artikel_sociaal if soort == "sociale-diensten" else self.artikel_klassiek


def read_limits(data: Mapping[str, Any], file: str = "drempels.toml") -> Limits:
    """Read the thresholds; refuses gaps and overlaps between periods, and sources that are not named."""
    node = Node(file, data)
    node.only("titel", "bron", "numac", "nagezien", "bron_tekst", "onzeker", "periode", "voorbehoud")
    node.text("titel"), node.text("bron")
    named = node.tables("bron_tekst")
    unique(named)
    sources = {entry.text("sleutel"): entry.text("tekst") for entry in named}
    periods: list[Period] = []
    for entry in node.tables("periode"):
        entry.only("geldig_van", "geldig_tot", "bronnen", *_COLUMNS)
        start, end = entry.date("geldig_van"), entry.date("geldig_tot")
        if end < start:
            raise entry.refuse("geldig_tot", "lies before geldig_van")
        if periods and start != periods[-1].geldig_tot + timedelta(days=1):
            raise entry.refuse("geldig_van", "does not follow on the period before")
        for source in entry.some_texts("bronnen"):
            if source not in sources:
                raise entry.refuse("bronnen", f"'{source}' is not a bron_tekst of this file")
        amounts = {column: entry.amount(column) for column in _COLUMNS}
        periods.append(Period(start, end, amounts, tuple(sources[key] for key in entry.texts("bronnen"))))
    reserved = node.table("voorbehoud")
    reserved.only("minimum_aandeel", "bron")
    reserved.choice("bron", sources)
    share = reserved.amount("minimum_aandeel")
    return Limits(tuple(periods), _read_doubts(node), share, node.text("numac"), node.date("nagezien"))


def _read_doubts(node: Node) -> tuple[Doubt, ...]:
    doubts = []
    for entry in node.tables("onzeker"):
        entry.only("bedrag", "soort", "aanbesteder", "zekerheid")
        soort = entry.choice("soort", SOORTEN) if entry.has("soort") else ""
        buyer = entry.choice("aanbesteder", AANBESTEDERS) if entry.has("aanbesteder") else ""
        limit, confidence = entry.choice("bedrag", _LIMITS), entry.choice("zekerheid", ("L", "U"))
        doubts.append(Doubt(limit, soort, buyer, confidence))
    return tuple(doubts)


def read_instruments(data: Mapping[str, Any], file: str = "instrumenten.toml") -> Mapping[str, Instrument]:
    """Read the ten instruments; refuses a missing one and a classic article for the special sectors."""
    node = Node(file, data)
    node.only("titel", "bron", "numac", "nagezien", "instrument")
    entries = node.tables("instrument")
    unique(entries)
    found = {entry.choice("sleutel", INSTRUMENTS): _read_instrument(entry) for entry in entries}
    for key in INSTRUMENTS:
        if key not in found:
            raise node.refuse("instrument", f"'{key}' is missing")
    return {key: found[key] for key in INSTRUMENTS}


def _read_instrument(entry: Node) -> Instrument:
    entry.only(
        *("sleutel", "label", "zin", "uitleg", "voorbeeld", "artikel", "voorwaarden", "valkuilen"),
        *("na_te_kijken", "bron", "zekerheid", "geldig_van", "geldig_tot", "nagezien"),
    )
    article = entry.table("artikel")
    article.only("klassiek", "sociaal", "speciaal")
    classic, special = article.text("klassiek"), article.text("speciaal")
    if special == classic:
        raise article.refuse("speciaal", "may not be the article of the classic sectors")
    confidence = entry.confidence()
    checks = entry.texts("na_te_kijken")
    if confidence != "S" and not checks:
        raise entry.refuse("na_te_kijken", "must say what to check where zekerheid is not S")
    return Instrument(
        key=entry.text("sleutel"),
        label=entry.text("label"),
        zin=entry.text("zin"),
        uitleg=entry.text("uitleg"),
        voorbeeld=entry.text("voorbeeld"),
        artikel_klassiek=classic,
        artikel_sociaal=article.text("sociaal") if article.has("sociaal") else classic,
        artikel_speciaal=special,
        voorwaarden=entry.some_texts("voorwaarden"),
        valkuilen=entry.some_texts("valkuilen"),
        na_te_kijken=checks,
        bron=entry.text("bron"),
        zekerheid=confidence,
        geldig_van=entry.date("geldig_van"),
        geldig_tot=entry.date("geldig_tot") if entry.has("geldig_tot") else None,
        nagezien=entry.date("nagezien"),
    )


@cache
def limits() -> Limits:
    return read_limits(load("drempels.toml"))


@cache
def instruments() -> Mapping[str, Instrument]:
    """Give the ten instruments by key, in the order of the file."""
    return read_instruments(load("instrumenten.toml"))
