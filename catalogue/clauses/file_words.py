"""The words of the files that leave the site, from catalogue/data/bestanden.toml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from catalogue.clauses.reading import Node
from catalogue.clauses.reasons import fill
from catalogue.data import load


def read_file_words(data: Mapping[str, Any], file: str = "bestanden.toml") -> Mapping[str, str]:
    """Read the words; refuses one that is empty."""
    node = Node(file, data)
    node.only("titel", "bron", "nagezien", "woord")
    table = node.table("woord")
    # Some end with a space, because an address follows.
    return {key: table.text(key) for key in table.values}


@cache
def file_words() -> Mapping[str, str]:
    return read_file_words(load("bestanden.toml"))


def tell(key: str, **values: str) -> str:
    """Give the words of a key; raises KeyError where the key or a value is missing."""
    return fill(file_words()[key], values)
