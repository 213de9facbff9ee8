"""Curation: personal data taken out of the history of an entry. It leaves a mark, never the text itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from catalogue.curation.names import slug_of

MARK = "[gewist]"
SHORTEST = 4

# What people wrote, per list and for the entry itself. Codes, dates and choices stay: they name nobody.
TEXTS: Mapping[str, tuple[str, ...]] = {
    "": (
        "name", "former_names", "legal_form", "ondernemingsnummer", "website", "email", "phone", "summary",
        "description", "free_services", "source", "art15_proof",
    ),
    "sites": ("name", "street", "house_number", "box", "description", "source"),
    "offers": ("site", "note"),
    "recognitions": ("kind", "klass"),
}  # fmt: skip


def holds(data: Mapping[str, Any] | None, text: str) -> bool:
    """Whether a state, as entryjson writes it, says this text somewhere, whatever its case."""
    return data is not None and erased(data, text) != data


def erased(data: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The state with the mark in the place of the text, wherever people wrote it."""
    state = _with_texts(data, lambda written: blotted(written, text))
    if state.get("name") != data.get("name"):
        # The address of the page was made from the name.
        state["slug"] = str(data.get("slug", "")).replace(slug_of(text), slug_of(MARK))
    return state


def blotted(written: str, text: str) -> str:
    """What was written, with the mark in the place of the text, whatever its case."""
    return re.sub(re.escape(text), MARK, written, flags=re.IGNORECASE)


def without_mark(data: Mapping[str, Any]) -> dict[str, Any]:
    """The state with nothing where a text was erased: a mark is no mail address."""
    return _with_texts(data, lambda written: written.replace(MARK, "").strip())


def _with_texts(data: Mapping[str, Any], rewritten: Callable[[str], str]) -> dict[str, Any]:
    state = _rewritten(data, TEXTS[""], rewritten)
    for key, names in TEXTS.items():
        if key and key in state:
            state[key] = [_rewritten(item, names, rewritten) for item in state[key]]
    return state


def _rewritten(
    item: Mapping[str, Any], names: Sequence[str], rewritten: Callable[[str], str]
) -> dict[str, Any]:
    changed = dict(item)
    for name in names:
        value = changed.get(name)
        if isinstance(value, str):
            changed[name] = rewritten(value)
        elif isinstance(value, list):
            changed[name] = [rewritten(one) for one in value]
    return changed
