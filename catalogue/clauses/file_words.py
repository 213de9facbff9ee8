"""The words of the files that leave the site, from catalogue/data/bestanden.toml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from catalogue.data import load
from catalogue.data.sentences import fill, read_sentences


@cache
def file_words() -> Mapping[str, str]:
    return read_sentences(load("bestanden.toml"), "bestanden.toml", "woord")


def tell(key: str, **values: str) -> str:
    """Give the words of a key; raises KeyError where the key or a value is missing."""
    return fill(file_words()[key], values)
