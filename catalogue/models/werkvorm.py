"""Werkvormen: what kind of social economy an organisation is, read from catalogue/data/werkvormen.toml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from catalogue.data import DataError, entries

FILE = "werkvormen.toml"

# Someone who writes only the group means its plain form; a kind of AMA is never guessed.
FORM_OF_GROUP = {"maatwerk": "maatwerkbedrijf", "lde": "ald", "az": "arbeidszorg", "overig": "andere"}

ORDERABLE = {"ja": True, "nee": False, "per-organisatie": None}


@dataclass(frozen=True)
class Werkvormgroep:
    """One of the four groups that people filter on."""

    key: str
    label: str
    uitleg: str


@dataclass(frozen=True)
class Werkvorm:
    """One kind; `treden` is its default, `zekerheid` is S (sure), L (likely) or U (unsure)."""

    key: str
    groep: str
    label: str
    treden: tuple[int, ...]
    bestelbaar: str
    synoniemen: tuple[str, ...]
    uitleg: str
    geldig_van: date | None
    geldig_tot: date | None
    bron: str
    zekerheid: str

    @property
    def is_orderable(self) -> bool | None:
        """Say whether one can place an order with it; None where that differs per organisation."""
        return ORDERABLE[self.bestelbaar]


@cache
def groepen() -> Mapping[str, Werkvormgroep]:
    """Give the groups by key, in the order of the file; raises DataError where it is not sound."""
    keys = tuple(field.name for field in fields(Werkvormgroep))
    found = [
        Werkvormgroep(**{key: entry[key] for key in keys}) for entry in entries(FILE, "groep", needs=keys)
    ]
    return MappingProxyType({groep.key: groep for groep in found})


@cache
def werkvormen() -> Mapping[str, Werkvorm]:
    """Give the werkvormen by key, in the order of the file; raises DataError where it is not sound."""
    needs = ("key", "groep", "label", "treden", "bestelbaar", "synoniemen", "uitleg", "bron", "zekerheid")
    return MappingProxyType(
        {entry["key"]: _werkvorm(entry) for entry in entries(FILE, "werkvorm", needs=needs)}
    )


def recognise(text: str) -> str | None:
    """Give the key of the werkvorm that a key, label, old name or group name means, else None."""
    return _names().get(_folded(text))


def _werkvorm(entry: dict[str, Any]) -> Werkvorm:
    if entry["groep"] not in groepen():
        raise DataError(FILE, entry["key"], f"there is no groep '{entry['groep']}'")
    if entry["bestelbaar"] not in ORDERABLE:
        raise DataError(FILE, entry["key"], f"bestelbaar must be one of {', '.join(ORDERABLE)}")
    return Werkvorm(
        key=entry["key"],
        groep=entry["groep"],
        label=entry["label"],
        treden=tuple(entry["treden"]),
        bestelbaar=entry["bestelbaar"],
        synoniemen=tuple(entry["synoniemen"]),
        uitleg=entry["uitleg"],
        geldig_van=entry.get("geldig_van"),
        geldig_tot=entry.get("geldig_tot"),
        bron=entry["bron"],
        zekerheid=entry["zekerheid"],
    )


@cache
def _names() -> Mapping[str, str]:
    """Give every name we know, folded, with the key it means; a werkvorm's own name wins over a group's."""
    names: dict[str, str] = {}
    for form in werkvormen().values():
        for name in (form.key, form.label, *form.synoniemen):
            if names.setdefault(_folded(name), form.key) != form.key:
                raise DataError(FILE, form.key, f"the name '{name}' stands with another werkvorm too")
    for group in groepen().values():
        for name in (group.key, group.label):
            names.setdefault(_folded(name), FORM_OF_GROUP[group.key])
    return names


def _folded(text: str) -> str:
    """Fold case, accents and all that is no letter or digit: 'Wijkwerken' is 'wijk-werken'."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]", "", plain)
