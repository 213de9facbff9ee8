"""Sentences of a data file: read strictly by their key, and filled with values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from catalogue.data.reading import Node

_SLOT = re.compile(r"\{([a-z_]+)\}")


def slots(template: str) -> frozenset[str]:
    """Give the names between braces of a template."""
    return frozenset(_SLOT.findall(template))


def fill(template: str, values: Mapping[str, str]) -> str:
    """Put values into a template; raises KeyError where one is missing."""
    return _SLOT.sub(lambda match: values[match[1]], template)


def read_sentences(data: Mapping[str, Any], file: str, table: str) -> Mapping[str, str]:
    """Read a file that holds nothing but sentences in one table.

    Refuses an unknown key, an empty sentence, and a brace that is no named slot (DataError).
    """
    node = Node(file, data)
    node.only("titel", "bron", "nagezien", table)
    found = node.table(table)
    for key in found.values:
        if re.search(r"[{}]", _SLOT.sub("", found.text(key))):
            raise found.refuse(key, "has a brace that is not a named slot")
    # Some end with a space, because an address follows.
    return {key: found.text(key) for key in found.values}
