"""The fields of the electronic notice that go with a text, to fill in e-Procurement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from catalogue.clauses.amounts import dutch_list
from catalogue.clauses.question import Named
from catalogue.data import load
from catalogue.data.reading import Node, unique
from catalogue.data.sentences import fill

CPV_MAIN, CPV_MORE, NUTS = "BT-262", "BT-263", "BT-5071"
# The code that stands for the sentence of the notice itself.
SENTENCE = "zin"
_WORDS = ("cpv-leeg", "cpv-uitleg", "nuts-leeg", "nuts-leeg-zonder", "nuts-uitleg")


@dataclass(frozen=True)
class FormField:
    """A field of the electronic notice, to fill in e-Procurement."""

    veld: str
    naam: str
    # The code or the words to fill in; for a blank what the buyer must look up.
    waarde: str
    # What a code means; empty where the value speaks for itself.
    uitleg: str = ""
    is_blank: bool = False

    @property
    def plain(self) -> str:
        value = f"[{self.waarde}]" if self.is_blank else self.waarde
        return f"{self.veld} {self.naam}: {value}"


@dataclass(frozen=True)
class Eforms:
    """Names of the fields, meaning of their codes, and the NUTS 3 code of the gemeenten we are sure of."""

    names: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    words: Mapping[str, str]
    # NUTS 3 code → its name; NIS code → NUTS 3 code.
    regions: Mapping[str, str]
    nuts: Mapping[str, str]
    bron: str


def read_eforms(data: Mapping[str, Any], file: str = "eforms.toml") -> Eforms:
    """Read the fields; refuses a missing word, a gemeente with two codes and what is not sure."""
    node = Node(file, data)
    node.only("titel", "bron", "zekerheid", "nagezien", "veld", "woorden", "nuts")
    if node.confidence() != "S":
        raise node.refuse("zekerheid", "must be S: these codes go straight into a notice")
    fields, regions = node.tables("veld"), node.tables("nuts")
    unique(fields)
    unique(regions, "code")
    codes: dict[str, Mapping[str, str]] = {}
    for entry in fields:
        entry.only("sleutel", "naam", "codes")
        table = entry.table("codes") if entry.has("codes") else None
        codes[entry.text("sleutel")] = {key: table.text(key) for key in table.values} if table else {}
    words = node.table("woorden")
    words.only(*_WORDS)
    nuts: dict[str, str] = {}
    for entry in regions:
        entry.only("code", "naam", "nis")
        for nis in entry.some_texts("nis"):
            if nis in nuts:
                raise entry.refuse("nis", f"'{nis}' has two codes")
            nuts[nis] = entry.text("code")
    names = {entry.text("sleutel"): entry.text("naam") for entry in fields}
    for needed in (CPV_MAIN, CPV_MORE, NUTS):
        if needed not in names:
            raise node.refuse("veld", f"'{needed}' is missing")
    return Eforms(
        names=names,
        codes=codes,
        words={key: words.text(key) for key in _WORDS},
        regions={entry.text("code"): entry.text("naam") for entry in regions},
        nuts=nuts,
        bron=node.text("bron"),
    )


@cache
def eforms() -> Eforms:
    return read_eforms(load("eforms.toml"))


def read_codes(node: Node, known: Eforms) -> tuple[tuple[str, str], ...]:
    """Read the fields of one text (field = code); refuses a field or code we do not know."""
    for field in node.values:
        if not known.codes.get(field):
            raise node.refuse(field, "is not a field with codes of eforms.toml")
        node.choice(field, known.codes[field])
    return tuple((field, node.text(field)) for field in node.values)


def form_fields(
    codes: tuple[tuple[str, str], ...],
    sentence: str,
    cpv: tuple[str, ...],
    gemeenten: tuple[Named, ...],
) -> tuple[FormField, ...]:
    """Give the fields of one text: its codes, then what is bought (CPV) and where (NUTS 3).

    `sentence` is what the notice says; a field that needs it is left out where there is none.
    """
    known = eforms()
    found = [
        FormField(field, known.names[field], sentence)
        if code == SENTENCE
        else FormField(field, known.names[field], code, known.codes[field][code])
        for field, code in codes
        if sentence or code != SENTENCE
    ]
    return (*found, *_cpv(known, cpv), *_nuts(known, gemeenten))


def _cpv(known: Eforms, codes: tuple[str, ...]) -> list[FormField]:
    if not codes:
        return [FormField(CPV_MAIN, known.names[CPV_MAIN], known.words["cpv-leeg"], is_blank=True)]
    main, *more = codes
    found = [FormField(CPV_MAIN, known.names[CPV_MAIN], main, known.words["cpv-uitleg"])]
    return found + [FormField(CPV_MORE, known.names[CPV_MORE], code) for code in more]


def _nuts(known: Eforms, gemeenten: tuple[Named, ...]) -> list[FormField]:
    name = known.names[NUTS]
    if not gemeenten:
        return [FormField(NUTS, name, known.words["nuts-leeg-zonder"], is_blank=True)]
    places: dict[str, list[str]] = {}
    for gemeente in gemeenten:
        places.setdefault(known.nuts.get(gemeente.key, ""), []).append(gemeente.label)
    unknown = places.pop("", [])
    found = [
        FormField(
            NUTS,
            name,
            code,
            fill(known.words["nuts-uitleg"], {"naam": known.regions[code], "gemeenten": dutch_list(labels)}),
        )
        for code, labels in places.items()
    ]
    if unknown:
        blank = fill(known.words["nuts-leeg"], {"gemeenten": dutch_list(unknown)})
        found.append(FormField(NUTS, name, blank, is_blank=True))
    return found
