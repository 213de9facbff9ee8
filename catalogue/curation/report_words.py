"""Curation: the words of the figures and of the yearly report, from catalogue/data/verslag.toml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from catalogue.data import load
from catalogue.data.sentences import fill, read_sentences


@cache
def report_words() -> Mapping[str, str]:
    """Every sentence by its key; raises DataError where the file is not sound."""
    return read_sentences(load("verslag.toml"), "verslag.toml", "woord")


def tell(key: str, **values: str) -> str:
    """Give the words of a key; raises KeyError where the key or a value is missing."""
    return fill(report_words()[key], values)
