"""Exchange: what may stand in one cell: lists, and texts that a spreadsheet would take for a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable

# A cell that begins with one of these would be run as a formula; an apostrophe keeps it text.
_FORMULA = re.compile(r"^'*[=+\-@\t\r]")
_GUARDED = re.compile(r"^'+[=+\-@\t\r]")
_ITEM = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*(?=[;|]|$)|([^;|]*))(?:[;|]|$)')


def guard(text: str) -> str:
    """The text as a cell that no spreadsheet runs; `unguard` gives it back."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """The text of a cell without the apostrophe that `guard` put before it."""
    return text[1:] if _GUARDED.match(text) else text


def split(cell: str) -> tuple[str, ...]:
    """The items of a list cell, split on ; or |; an item between double quotes may hold both."""
    if '"' not in cell:
        parts = re.split(r"[;|]", cell)
    else:
        parts = [quoted.replace('""', '"') or plain for quoted, plain in _ITEM.findall(cell)]
    return tuple(part for part in (" ".join(part.split()) for part in parts) if part)


def join(items: Iterable[str]) -> str:
    """A list as a cell, with | between so that a file with ; stays easy to read."""
    return "|".join(
        '"' + item.replace('"', '""') + '"' if ";" in item or "|" in item or item.startswith('"') else item
        for item in items
    )
