"""Reads JSON-LD and Turtle as we write them, each by its own rules, so that both can be compared."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

# A thing without an address is what is said of it.
Value = tuple[str, ...] | tuple[str, frozenset[Any]]
Triples = set[tuple[str, str, Any]]

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
TEXT = "http://www.w3.org/2001/XMLSchema#string"

TOKEN = re.compile(
    r"""\s*(?:
    (?P<prefix>@prefix\s+(?P<short>[\w-]*):\s*<(?P<long>[^>]*)>\s*\.)
    |<(?P<iri>[^\x00-\x20<>"{}|^`\\]*)>
    |"(?P<text>(?:[^"\\\n\r]|\\[tbnrf"'\\]|\\u[0-9A-Fa-f]{4})*)"(?:@(?P<language>[a-z-]+)|\^\^(?P<kind>\S+?)(?=[\s;,.\]]|$))?
    |(?P<mark>[\[\];,.])(?=[\s;,]|$)
    |(?P<name>a(?=\s)|[A-Za-z]+:[A-Za-z-]+)
    )""",
    re.VERBOSE,
)
LETTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def from_turtle(text: str) -> Triples:
    """The statements of a Turtle document; fails for what is no Turtle as we know it."""
    prefixes: dict[str, str] = {}
    tokens: list[Any] = []
    place = 0
    while text[place:].strip():
        found = TOKEN.match(text, place)
        assert found, f"no Turtle: {text[place : place + 60]!r}"
        place = found.end()
        if found["prefix"]:
            prefixes[found["short"]] = found["long"]
        elif found["mark"]:
            tokens.append(found["mark"])
        elif found["text"] is not None:
            kind = TEXT if not found["kind"] else _whole(found["kind"], prefixes)
            tokens.append(("text", _unescaped(found["text"]), found["language"] or kind))
        else:
            tokens.append(("iri", found["iri"] or _whole(found["name"], prefixes)))
    return _statements(tokens)


def _whole(name: str, prefixes: Mapping[str, str]) -> str:
    if name == "a":
        return TYPE
    if name.startswith("<"):
        return name.strip("<>")
    prefix, _, local = name.partition(":")
    return prefixes[prefix] + local


def _unescaped(text: str) -> str:
    return re.sub(
        r"\\(u[0-9A-Fa-f]{4}|.)",
        lambda found: chr(int(found[1][1:], 16)) if len(found[1]) == 5 else LETTERS.get(found[1], found[1]),
        text,
    )


def _statements(tokens: list[Any]) -> Triples:
    found: Triples = set()
    while tokens:
        subject = tokens.pop(0)
        said = _said(tokens, ".")
        found |= {(subject[1], name, value) for name, value in said}
    return found


def _said(tokens: list[Any], end: str) -> set[tuple[str, Any]]:
    said = set()
    while True:
        name = tokens.pop(0)[1]
        while True:
            value = tokens.pop(0)
            if value == "[":
                value = ("thing", frozenset(_said(tokens, "]")))
            said.add((name, value))
            mark = tokens.pop(0)
            if mark != ",":
                break
        if mark == end:
            return said
        assert mark == ";", mark


def from_jsonld(text: str) -> Triples:
    """The statements of a JSON-LD document that holds its own context."""
    document = json.loads(text)
    context = document.pop("@context")
    things = document.pop("@graph", None) or [document]
    return {(thing["@id"], name, value) for thing in things for name, value in _expanded(thing, context)}


def _expanded(thing: Mapping[str, Any], context: Mapping[str, str]) -> set[tuple[str, Any]]:
    said = set()
    for key, held in thing.items():
        if key == "@id":
            continue
        name = TYPE if key == "@type" else _name(key, context)
        for value in held if isinstance(held, list) else [held]:
            said.add((name, ("iri", _name(value, context)) if key == "@type" else _value(value, context)))
    return said


def _value(value: Any, context: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return ("text", value, TEXT)
    if "@value" in value:
        kind = _name(value["@type"], context) if "@type" in value else TEXT
        return ("text", value["@value"], value.get("@language", kind))
    if set(value) == {"@id"}:
        return ("iri", _name(value["@id"], context))
    return ("thing", frozenset(_expanded(value, context)))


def _name(name: str, context: Mapping[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    if colon:
        return context[prefix] + local if prefix in context and not local.startswith("//") else name
    return context["@vocab"] + name
