"""The words of the question: choices, labels, why each field is asked, what is said about bad input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from catalogue.clauses.question import AANBESTEDERS, SOORTEN, Named
from catalogue.data import load
from catalogue.data.reading import Node, unique
from catalogue.data.sentences import fill

FIELDS = (
    *("dienst", "gemeente", "soort", "aanbesteder", "raming", "datum", "duur_maanden", "percelen"),
    *("arbeidsaandeel", "inspanning", "uurkost", "instrument"),
)


@dataclass(frozen=True)
class FieldWords:
    sleutel: str
    label: str
    waarom: str
    eenheid: str


@dataclass(frozen=True)
class Wording:
    soorten: tuple[Named, ...]
    aanbesteders: tuple[Named, ...]
    fields: Mapping[str, FieldWords]
    messages: Mapping[str, str]

    def message(self, key: str, **values: str) -> str:
        return fill(self.messages[key], values)


def read_wording(data: Mapping[str, Any], file: str = "vraag.toml") -> Wording:
    """Read the words; refuses a choice or a field that is missing or unknown."""
    node = Node(file, data)
    node.only("titel", "bron", "nagezien", "soort", "aanbesteder", "veld", "melding")
    entries = node.tables("veld")
    unique(entries)
    fields = {}
    for entry in entries:
        entry.only("sleutel", "label", "waarom", "eenheid")
        unit = entry.text("eenheid") if entry.has("eenheid") else ""
        key = entry.choice("sleutel", FIELDS)
        fields[key] = FieldWords(key, entry.text("label"), entry.text("waarom"), unit)
    for key in FIELDS:
        if key not in fields:
            raise node.refuse("veld", f"'{key}' is missing")
    messages = node.table("melding")
    return Wording(
        soorten=_choices(node, "soort", SOORTEN),
        aanbesteders=_choices(node, "aanbesteder", AANBESTEDERS),
        fields=fields,
        messages={key: messages.text(key) for key in messages.values},
    )


def _choices(node: Node, key: str, known: tuple[str, ...]) -> tuple[Named, ...]:
    entries = node.tables(key)
    unique(entries)
    found = tuple(Named(entry.choice("sleutel", known), entry.text("label")) for entry in entries)
    if len(found) != len(known):
        raise node.refuse(key, f"expected all of {', '.join(known)}")
    return found


@cache
def wording() -> Wording:
    return read_wording(load("vraag.toml"))
