"""Examples of what can be asked of the API (voorbeelden.toml): one source for the page and for its tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from catalogue.data import load
from catalogue.data.reading import Node, unique

FILE = "voorbeelden.toml"
KINDS = ("tekst", "getal", "lijst", "object")
OK = 200


@dataclass(frozen=True, slots=True)
class Held:
    """Something that an answer holds: the path to it, its kind, what it means, and whether it may be null."""

    pad: str
    soort: str
    uitleg: str
    of_leeg: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the code that it is answered with, and what the answer holds."""

    sleutel: str
    titel: str
    uitleg: str
    adres: str
    code: int
    houdt: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """How to ask the first example in a language; {adres} stands for its address."""

    sleutel: str
    naam: str
    code: str

    def asking(self, address: str) -> str:
        """The code for an address."""
        return self.code.replace("{adres}", address)


@dataclass(frozen=True, slots=True)
class Examples:
    """All examples; the languages ask the first."""

    voorbeelden: tuple[Example, ...]
    talen: tuple[Language, ...]


def read_examples(data: Mapping[str, Any], file: str = FILE) -> Examples:
    """Read the examples in their order; raises DataError where the file is not sound."""
    node = Node(file, data)
    node.only("titel", "bron", "nagezien", "voorbeeld", "taal")
    asked, spoken = node.tables("voorbeeld"), node.tables("taal")
    unique(asked)
    unique(spoken)
    return Examples(tuple(map(_example, asked)), tuple(map(_language, spoken)))


def _example(node: Node) -> Example:
    node.only("sleutel", "titel", "uitleg", "adres", "code", "houdt")
    address = node.text("adres")
    if not address.startswith("/"):
        raise node.refuse("adres", "expected a path of this site")
    return Example(
        node.text("sleutel"),
        node.text("titel"),
        node.text("uitleg"),
        address,
        node.amount("code") if node.has("code") else OK,
        tuple(_held(one) for one in node.tables("houdt")),
    )


def _held(node: Node) -> Held:
    node.only("pad", "soort", "uitleg", "of_leeg")
    return Held(
        node.text("pad"), node.choice("soort", KINDS), node.text("uitleg"), bool(node.values.get("of_leeg"))
    )


def _language(node: Node) -> Language:
    node.only("sleutel", "naam", "code")
    return Language(node.text("sleutel"), node.text("naam"), node.text("code").strip())


@cache
def examples() -> Examples:
    """Give the examples."""
    return read_examples(load(FILE))
