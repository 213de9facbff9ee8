"""Every sentence that explains an advice: a key in catalogue/data/redenen.toml, filled with values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from catalogue.data import load
from catalogue.data.sentences import fill, read_sentences


@cache
def reasons() -> Mapping[str, str]:
    return read_sentences(load("redenen.toml"), "redenen.toml", "reden")


def say(key: str, **values: str) -> str:
    """Give the sentence of a key; raises KeyError where the key or a value is missing."""
    return fill(reasons()[key], values)
