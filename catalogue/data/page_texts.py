"""Texts of pages as the file has them, which may be replaced in the browser (paginateksten.toml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from catalogue.data import load
from catalogue.data.reading import Node, unique

FILE = "paginateksten.toml"
# What stands for the name of the site.
SITE = "{site}"


@dataclass(frozen=True)
class PageText:
    """A text in our markup; `pagina` is the endpoint where it stands, `uitleg` what belongs in it."""

    sleutel: str
    naam: str
    pagina: str
    uitleg: str
    tekst: str


def read_page_texts(data: Mapping[str, Any], file: str = FILE) -> dict[str, PageText]:
    """Read the texts by key, in their order; raises DataError where the file is not sound."""
    node = Node(file, data)
    node.only("titel", "bron", "nagezien", "tekst")
    entries = node.tables("tekst")
    unique(entries)
    found = {}
    for entry in entries:
        entry.only("sleutel", "naam", "pagina", "uitleg", "tekst")
        text = entry.get("tekst")
        if not isinstance(text, str):
            raise entry.refuse("tekst", "expected a text")
        key = entry.text("sleutel")
        found[key] = PageText(
            key, entry.text("naam"), entry.text("pagina"), entry.text("uitleg"), text.strip()
        )
    return found


@cache
def page_texts() -> Mapping[str, PageText]:
    """Give the texts by key."""
    return read_page_texts(load(FILE))
