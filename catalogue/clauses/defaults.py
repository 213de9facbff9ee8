"""Our own default values and the figures of other authorities: guidance, never law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from catalogue.clauses.question import SOORTEN
from catalogue.data import load
from catalogue.data.reading import Node, unique


@dataclass(frozen=True)
class Defaults:
    """Our own default values and the lines we draw with them; never law."""

    duur_maanden: Decimal
    inspanning: Decimal
    uurkost: Decimal
    arbeidsaandeel: Mapping[str, Decimal]
    arbeidsaandeel_dienst: Mapping[str, Decimal]
    # Kinds of contract in which the service says nothing about the share of labour.
    zonder_dienst: tuple[str, ...]
    # Words in the kind of a recognition that make it one of contractors.
    erkenning_werken: tuple[str, ...]
    min_maanden: Decimal
    min_uren: Decimal
    min_arbeidsaandeel: Decimal
    oranje: int
    groen: int
    uren_per_dag: Decimal
    rekenwijze: str
    bron: str
    zekerheid: str
    # What whoever runs the site put in the place of a value of the file: keys of OWN.
    eigen: frozenset[str] = frozenset()

    def is_own(self, veld: str, soort: str, diensten: Sequence[str]) -> bool:
        """Whether the value that stands in for a field is that of whoever runs the site."""
        if veld == "arbeidsaandeel":
            return f"{SHARE}{soort}" in self.eigen and not self.guided_by(soort, diensten)
        return veld in self.eigen

    def guided_by(self, soort: str, diensten: Sequence[str]) -> str:
        """Give the first of the services that has a guide value; empty for goods and where none has."""
        if soort in self.zonder_dienst:
            return ""
        return next((dienst for dienst in diensten if dienst in self.arbeidsaandeel_dienst), "")

    def labour_share(self, soort: str, diensten: Sequence[str]) -> Decimal:
        """Give the guide value (percent) of the first service that has one, else of the kind of contract."""
        return self.arbeidsaandeel_dienst.get(self.guided_by(soort, diensten), self.arbeidsaandeel[soort])

    def is_works_recognition(self, soort: str, klasse: str) -> bool:
        """Whether a recognition is one of contractors: it has a class, or its kind says so."""
        return bool(klasse) or any(word in soort.casefold() for word in self.erkenning_werken)


# The values that whoever runs the site may replace, and what begins the key of a share of labour.
SHARE = "arbeidsaandeel-"
OWN = ("duur_maanden", "inspanning", "uurkost", *(f"{SHARE}{soort}" for soort in SOORTEN))


@dataclass(frozen=True)
class Guidance:
    """A figure that another authority uses; guidance, not law in Flanders."""

    key: str
    wie: str
    regel: str
    bedrag: int | None
    btw: str
    bron: str
    zekerheid: str


def read_defaults(data: Mapping[str, Any], file: str = "standaardwaarden.toml") -> Defaults:
    """Read our own default values."""
    node = Node(file, data)
    node.only(
        *("titel", "bron", "nagezien", "standaard", "arbeidsaandeel", "arbeidsaandeel_dienst"),
        *(
            "ondergrens",
            "aanbod",
            "rekenwijze",
            "zekerheid",
            "arbeidsaandeel_zonder_dienst",
            "erkenning_werken",
        ),
    )
    standard, floor = node.table("standaard"), node.table("ondergrens")
    share, by_service = node.table("arbeidsaandeel"), node.table("arbeidsaandeel_dienst")
    supply, sums = node.table("aanbod"), node.table("rekenwijze")
    share.only(*SOORTEN)
    shares = {soort: share.decimal(soort) for soort in SOORTEN}
    services = {slug: by_service.decimal(slug) for slug in by_service.values}
    for table, values in ((share, shares), (by_service, services)):
        for key, value in values.items():
            if value > 100:
                raise table.refuse(key, "a share cannot exceed 100 percent")
    if supply.amount("groen") <= supply.amount("oranje"):
        raise supply.refuse("groen", "must lie above oranje")
    return Defaults(
        duur_maanden=standard.decimal("duur_maanden"),
        inspanning=standard.decimal("inspanning"),
        uurkost=standard.decimal("uurkost"),
        arbeidsaandeel=shares,
        arbeidsaandeel_dienst=services,
        zonder_dienst=node.texts("arbeidsaandeel_zonder_dienst"),
        erkenning_werken=node.texts("erkenning_werken"),
        min_maanden=floor.decimal("duur_maanden"),
        min_uren=floor.decimal("uitvoeringsuren"),
        min_arbeidsaandeel=floor.decimal("arbeidsaandeel"),
        oranje=supply.amount("oranje"),
        groen=supply.amount("groen"),
        uren_per_dag=sums.decimal("uren_per_dag"),
        rekenwijze=sums.text("tekst"),
        bron=node.text("bron"),
        zekerheid=node.confidence(),
    )


def value_of(rules: Defaults, key: str) -> Decimal:
    """Give the value of a key of OWN."""
    if key.startswith(SHARE):
        return rules.arbeidsaandeel[key.removeprefix(SHARE)]
    value: Decimal = getattr(rules, key)
    return value


def with_own(rules: Defaults, values: Mapping[str, Decimal]) -> Defaults:
    """Give the defaults with other values in the place of some; a key that is none of OWN is passed over."""
    own = {key: value for key, value in values.items() if key in OWN}
    if not own:
        return rules
    shares = {soort: own.get(f"{SHARE}{soort}", share) for soort, share in rules.arbeidsaandeel.items()}
    return replace(
        rules,
        duur_maanden=own.get("duur_maanden", rules.duur_maanden),
        inspanning=own.get("inspanning", rules.inspanning),
        uurkost=own.get("uurkost", rules.uurkost),
        arbeidsaandeel=shares,
        eigen=frozenset(own),
    )


def read_guidance(data: Mapping[str, Any], file: str = "leidraad.toml") -> tuple[Guidance, ...]:
    """Read the figures of other authorities."""
    node = Node(file, data)
    node.only("titel", "bron", "nagezien", "cijfer")
    entries = node.tables("cijfer")
    unique(entries)
    found = []
    for entry in entries:
        entry.only("sleutel", "wie", "regel", "bedrag", "btw", "bron", "zekerheid")
        found.append(
            Guidance(
                key=entry.text("sleutel"),
                wie=entry.text("wie"),
                regel=entry.text("regel"),
                bedrag=entry.amount("bedrag") if entry.has("bedrag") else None,
                btw=entry.text("btw") if entry.has("bedrag") else "",
                bron=entry.text("bron"),
                zekerheid=entry.confidence(),
            )
        )
    return tuple(found)


@cache
def defaults() -> Defaults:
    return read_defaults(load("standaardwaarden.toml"))


@cache
def guidance() -> tuple[Guidance, ...]:
    return read_guidance(load("leidraad.toml"))
