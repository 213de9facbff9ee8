"""The manual of the room of the regisseur (handleiding.toml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from catalogue.data import load
from catalogue.data.markup import Block, parse
from catalogue.data.reading import Node, unique

FILE = "handleiding.toml"


@dataclass(frozen=True)
class Section:
    """A part of the manual; `beeld` is a file in static/img/handleiding, empty where it needs none."""

    sleutel: str
    titel: str
    blocks: tuple[Block, ...]
    beeld: str
    bijschrift: str


def read_manual(data: Mapping[str, Any], file: str = FILE) -> tuple[Section, ...]:
    """Read the sections in their order; raises DataError where the file is not sound."""
    node = Node(file, data)
    node.only("titel", "bron", "nagezien", "deel")
    entries = node.tables("deel")
    unique(entries)
    found = []
    for entry in entries:
        entry.only("sleutel", "titel", "beeld", "bijschrift", "tekst")
        picture, caption = entry.get("beeld"), entry.get("bijschrift")
        if bool(picture) != bool(caption):
            raise entry.refuse("bijschrift", "a picture and its words go together")
        blocks = parse(entry.text("tekst"))
        found.append(Section(entry.text("sleutel"), entry.text("titel"), blocks, picture, caption))
    return tuple(found)


@cache
def manual() -> tuple[Section, ...]:
    """Give the sections."""
    return read_manual(load(FILE))
