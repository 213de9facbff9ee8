"""Every sentence that explains an advice: a key in catalogue/data/redenen.toml, filled with values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from catalogue.clauses.reading import Node
from catalogue.data import load

_SLOT = re.compile(r"\{([a-z_]+)\}")


def slots(template: str) -> frozenset[str]:
    """Give the names between braces of a template."""
    return frozenset(_SLOT.findall(template))


def fill(template: str, values: Mapping[str, str]) -> str:
    """Put values into a template; raises KeyError where one is missing."""
    return _SLOT.sub(lambda match: values[match[1]], template)


def read_reasons(data: Mapping[str, Any], file: str = "redenen.toml") -> Mapping[str, str]:
    """Read the sentences; refuses an empty one and a brace that is no named slot."""
    node = Node(file, data)
    node.only("titel", "bron", "nagezien", "reden")
    table = node.table("reden")
    for key in table.values:
        if re.search(r"[{}]", _SLOT.sub("", table.text(key))):
            raise table.refuse(key, "has a brace that is not a named slot")
    return {key: table.text(key) for key in table.values}


@cache
def reasons() -> Mapping[str, str]:
    return read_reasons(load("redenen.toml"))


def say(key: str, **values: str) -> str:
    """Give the sentence of a key; raises KeyError where the key or a value is missing."""
    return fill(reasons()[key], values)
