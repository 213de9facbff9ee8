"""Curation: an entry as plain JSON, for the history and for proposals, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from catalogue.curation.entrydata import EntryData, OfferData, RecognitionData, SiteData, WerkvormData

DATES = ("art15_on", "confirmed_on", "valid_from", "valid_to", "valid_until")


def to_json(entry: EntryData) -> dict[str, Any]:
    """The entry as dicts, lists, texts and numbers; a date is its ISO form."""
    return _fields(entry)


def from_json(data: Mapping[str, Any]) -> EntryData:
    """The entry that to_json() wrote, also in an older version: what it did not know gets its default.

    Raises TypeError or ValueError for what was never an entry.
    """
    known = {key: value for key, value in data.items() if key in EntryData.__dataclass_fields__}
    entry: dict[str, Any] = _dated(known)
    entry["former_names"] = tuple(known.get("former_names", ()))
    entry["free_services"] = tuple(known.get("free_services", ()))
    entry["werkvormen"] = tuple(
        WerkvormData(**_dated(form) | {"treden": tuple(form["treden"])})
        for form in known.get("werkvormen", ())
    )
    entry["recognitions"] = tuple(RecognitionData(**_dated(one)) for one in known.get("recognitions", ()))
    entry["sites"] = tuple(SiteData(**site) for site in known.get("sites", ()))
    entry["offers"] = tuple(
        OfferData(
            **dict(offer) | {"area": tuple(offer["area"]), "samenwerking": tuple(offer["samenwerking"])}
        )
        for offer in known.get("offers", ())
    )
    return EntryData(**entry)


def _fields(value: Any) -> dict[str, Any]:
    # Not `asdict`, which copies all it meets: an import writes thousands of these under the lock.
    return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        # A StrEnum is written as its text.
        return str(value)
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return _fields(value) if hasattr(value, "__dataclass_fields__") else value


def _dated(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: date.fromisoformat(value) if key in DATES and value else value for key, value in values.items()
    }
