"""Curation: the vocabulary as its pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from catalogue.curation import history
from catalogue.curation.history import Version
from catalogue.curation.servicedata import LABELS, ServiceData, service_from_json
from catalogue.curation.vocabulary import SERVICE, categories, services, usage
from catalogue.exchange.known import word_key


@dataclass(frozen=True, slots=True)
class ServiceShown:
    """A service as a line of the list; `above` is the label of the broader one."""

    slug: str
    label: str
    synonyms: tuple[str, ...]
    above: str
    count: int


@dataclass(frozen=True, slots=True)
class CategoryShown:
    """A category with the services that were asked for."""

    slug: str
    label: str
    services: tuple[ServiceShown, ...]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs; of a list only what was added and what was taken away."""

    label: str
    old: str
    new: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A version of a service with what it changed and when by the clock; `is_now` is how it is."""

    version: Version
    when: datetime
    changes: tuple[FieldChange, ...]
    is_now: bool


def vocabulary(asked: str) -> list[CategoryShown]:
    """The categories with their services; with a question only those that have it in a name or a code."""
    known, counts = services(), usage()
    key, digits = word_key(asked), asked.strip()
    found: dict[str, list[ServiceShown]] = {slug: [] for slug in categories()}
    for one in known.values():
        names = (one.slug, one.label, *one.synonyms)
        is_named = key in "\n".join(map(word_key, names))
        if not key or is_named or (digits.isdigit() and any(code.startswith(digits) for code in one.cpv)):
            above = known[one.broader].label if one.broader else ""
            shown = ServiceShown(one.slug, one.label, one.synonyms, above, counts.get(one.slug, 0))
            found.setdefault(one.category, []).append(shown)
    labels = categories()
    return [
        CategoryShown(slug, labels.get(slug, slug), tuple(inside))
        for slug, inside in found.items()
        if inside or not key
    ]


def changes_between(before: ServiceData | None, after: ServiceData | None) -> tuple[FieldChange, ...]:
    """What differs between two states of a service, in reading order; None is a service that is not there."""
    labels, known = categories(), services()
    old_state, new_state = before or ServiceData("", ""), after or ServiceData("", "")
    found = []
    for field in fields(ServiceData):
        old, new = getattr(old_state, field.name), getattr(new_state, field.name)
        if field.name == "slug" or old == new:
            continue
        found.append(
            _field_change(
                LABELS[field.name],
                _named(field.name, old, labels, known),
                _named(field.name, new, labels, known),
            )
        )
    return tuple(found)


def versions(slug: str) -> list[VersionShown]:
    """The history of a service, newest first."""
    rows = history.versions(SERVICE, slug)
    states = [None if row.data is None else service_from_json(row.data) for row in rows]
    older = [*states, None][1:]
    return [
        VersionShown(row, row.at.astimezone(), changes_between(before, state), number == 0)
        for number, (row, state, before) in enumerate(zip(rows, states, older, strict=True))
    ]


def _named(name: str, value: Any, labels: Mapping[str, str], known: Mapping[str, ServiceData]) -> Any:
    if name == "category":
        return labels.get(value, value)
    if name == "broader" and value:
        return known[value].label if value in known else value
    return value or ("" if name not in ("synonyms", "cpv") else ())


def _field_change(label: str, old: Any, new: Any) -> FieldChange:
    if isinstance(old, Sequence) and not isinstance(old, str):
        added = tuple(one for one in new if one not in old)
        removed = tuple(one for one in old if one not in new)
        if not added and not removed:
            return FieldChange(label, ", ".join(old), ", ".join(new))
        return FieldChange(label, "", "", added, removed)
    return FieldChange(label, old, new)
