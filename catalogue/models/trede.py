"""The six treden of the participatieladder, read from catalogue/data/treden.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import MappingProxyType

from catalogue.data import DataError, entries

FILE = "treden.toml"


@dataclass(frozen=True)
class Trede:
    """One step of the ladder; `zekerheid` is S (sure), L (likely) or U (unsure)."""

    nummer: int
    naam: str
    uitleg: str
    wie: str
    bron: str
    zekerheid: str


@cache
def treden() -> Mapping[int, Trede]:
    """Give the treden by number, 1 first; raises DataError where the file is not sound."""
    keys = tuple(field.name for field in fields(Trede))
    ladder = [Trede(**{key: entry[key] for key in keys}) for entry in entries(FILE, "trede", needs=keys)]
    if [trede.nummer for trede in ladder] != list(range(1, len(ladder) + 1)):
        raise DataError(FILE, "trede, nummer", "the numbers must run from 1 without a gap")
    return MappingProxyType({trede.nummer: trede for trede in ladder})
