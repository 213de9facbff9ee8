"""Open data: things and what is said of them, written as JSON-LD or as Turtle. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

# Names of vocabularies; nothing is ever fetched from these addresses.
PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "adms": "http://www.w3.org/ns/adms#",
        "adres": "https://data.vlaanderen.be/ns/adres#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "generiek": "https://data.vlaanderen.be/ns/generiek#",
        "geosparql": "http://www.opengis.net/ont/geosparql#",
        "locn": "http://www.w3.org/ns/locn#",
        "mdcat": "https://data.vlaanderen.be/ns/metadata-dcat#",
        "org": "http://www.w3.org/ns/org#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "regorg": "http://www.w3.org/ns/regorg#",
        "schema": "https://schema.org/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
# What may not stand in an address as it is (Turtle 1.1, IRIREF).
_UNFIT = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f]')
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Link:
    """Another thing: a full address, or a name with one of our prefixes."""

    to: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words in a language."""

    words: str
    language: str = "nl"


@dataclass(frozen=True, slots=True)
class Typed:
    """A value of a kind that has no type here, such as a point."""

    value: str
    kind: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing, its kinds, and what is said of it.

    Without an `id` it stands inside another; with one, others link to it.
    """

    id: str
    kinds: tuple[str, ...]
    said: tuple[tuple[str, Value], ...] = ()

    def having(self, name: str, *values: Value | None) -> Thing:
        """The same with more said of it; nothing is said by None and by an empty text."""
        more = tuple((name, value) for value in values if value is not None and value != "")
        return replace(self, said=self.said + more)

    def by_name(self) -> dict[str, list[Value]]:
        """What is said, by name in order."""
        found: dict[str, list[Value]] = {}
        for name, value in self.said:
            found.setdefault(name, []).append(value)
        return found


Value = str | datetime | date | Link | Text | Typed | Thing


def jsonld(things: Sequence[Thing]) -> str:
    """The things as one JSON-LD document that holds its own context."""
    document = {"@context": dict(PREFIXES), "@graph": [as_json(thing) for thing in things]}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def as_json(thing: Thing) -> dict[str, Any]:
    """One thing as JSON-LD, without a context."""
    found: dict[str, Any] = {"@id": thing.id} if thing.id else {}
    found["@type"] = thing.kinds[0] if len(thing.kinds) == 1 else list(thing.kinds)
    for name, values in thing.by_name().items():
        written = [_json_value(value) for value in values]
        found[name] = written[0] if len(written) == 1 else written
    return found


def _json_value(value: Value) -> Any:
    match value:
        case Thing():
            return as_json(value)
        case Link():
            return {"@id": value.to}
        case Text():
            return {"@value": value.words, "@language": value.language}
        case Typed():
            return {"@value": value.value, "@type": value.kind}
        case date():
            return {"@value": value.isoformat(), "@type": _date_kind(value)}
    return value


def turtle(things: Sequence[Thing]) -> str:
    """The things as Turtle."""
    heads = [f"@prefix {prefix}: <{address}> .\n" for prefix, address in PREFIXES.items()]
    bodies = [f"\n{_address(thing.id)} {_said(thing, 1)} .\n" for thing in things]
    return "".join(heads + bodies)


def _said(thing: Thing, depth: int) -> str:
    parts = [f"a {', '.join(map(_address, thing.kinds))}"]
    parts += [
        f"{_address(name)} {', '.join(_turtle_value(value, depth) for value in values)}"
        for name, values in thing.by_name().items()
    ]
    return f" ;\n{_INDENT * depth}".join(parts)


def _turtle_value(value: Value, depth: int) -> str:
    match value:
        case Thing():
            return f"[\n{_INDENT * (depth + 1)}{_said(value, depth + 1)}\n{_INDENT * depth}]"
        case Link():
            return _address(value.to)
        case Text():
            return f"{_quoted(value.words)}@{value.language}"
        case Typed():
            return f"{_quoted(value.value)}^^{_address(value.kind)}"
        case date():
            return f'"{value.isoformat()}"^^{_date_kind(value)}'
    return _quoted(value)


def _date_kind(value: date) -> str:
    return "xsd:dateTime" if isinstance(value, datetime) else "xsd:date"


def _address(name: str) -> str:
    return f"<{_UNFIT.sub(lambda found: f'%{ord(found[0]):02X}', full(name))}>" if _is_far(name) else name


def _is_far(name: str) -> bool:
    prefix, _, local = name.partition(":")
    return prefix not in PREFIXES or not re.fullmatch(r"[A-Za-z][A-Za-z-]*", local)


def full(name: str) -> str:
    """The whole address of a name with one of our prefixes; any other is whole already."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local if prefix in PREFIXES else name


def _quoted(text: str) -> str:
    return f'"{_ESCAPED.sub(lambda found: _escape(found[0]), text)}"'


def _escape(letter: str) -> str:
    return f"\\{letter}" if letter in '\\"' else f"\\u{ord(letter):04X}"


WRITERS = {"jsonld": jsonld, "ttl": turtle}
MIME_TYPES = {"jsonld": "application/ld+json", "ttl": "text/turtle; charset=utf-8"}
