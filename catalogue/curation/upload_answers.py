"""Curation: what somebody answers on the page of an upload, read against what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalogue.exchange.answers import ENTRY, ROWS
from catalogue.exchange.columns import COLUMNS
from catalogue.exchange.known import Known

SAME, OTHER = "zelfde", "andere"
OWN_WORD = "eigen"


@dataclass(slots=True)
class Given:
    """Answers as an upload keeps them, and what is wrong with the rest: by name of the field, in Dutch."""

    words: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)
    apart: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return not (self.words or self.places or self.same or self.apart)


def read(report: Mapping[str, Any], sent: Mapping[str, str]) -> Given:
    """The answers to the questions of a report. The n-th field of a kind names its question itself."""
    known, given = Known.load(), Given()
    asked_words = {word for word, _, _ in report.get("woorden", ())}
    asked_places = {one["sleutel"] for one in report.get("plaatsen", ())}
    asked_twins = {one["sleutel"]: one for one in report.get("tweelingen", ())}
    for name, value in sent.items():
        kind, _, number = name.partition("-")
        if kind == "woord" and value in asked_words:
            _word(value, number, sent, known, given)
        elif kind == "plaats" and value in asked_places:
            _place(value, number, sent, known, given)
        elif kind == "tweeling" and value in asked_twins:
            _twin(asked_twins[value], sent.get(f"besluit-{number}", ""), given)
    return given


def _word(word: str, number: str, sent: Mapping[str, str], known: Known, given: Given) -> None:
    text = sent.get(f"dienst-{number}", "").strip()
    if text:
        slug = known.service(text)
        if slug:
            given.words[word] = slug
        else:
            given.errors[f"dienst-{number}"] = f"‘{text[:60]}’ is geen dienst uit de woordenlijst."
    elif sent.get(f"eigen-{number}"):
        given.words[word] = ""


def _place(key: str, number: str, sent: Mapping[str, str], known: Known, given: Given) -> None:
    text, chosen = sent.get(f"gemeente-{number}", "").strip(), sent.get(f"keuze-{number}", "")
    if text:
        match = known.gazetteer.resolve(text)
        if match is None:
            given.errors[f"gemeente-{number}"] = f"‘{text[:60]}’ is geen Vlaamse gemeente."
        elif match.is_ambiguous:
            names = " of ".join(known.gazetteer.names[nis] for nis in match.nis)
            given.errors[f"gemeente-{number}"] = f"‘{text[:60]}’ kan {names} zijn."
        else:
            given.places[key] = match.nis[0]
    elif chosen in known.gazetteer.rows:
        given.places[key] = chosen


def _twin(twin: Mapping[str, Any], decision: str, given: Given) -> None:
    new, other = twin["nieuw"], twin["ander"]
    if decision == OTHER:
        given.apart.append(twin["sleutel"])
    elif decision == SAME:
        name = new.removeprefix(ROWS)
        # Two new names that are both the same as one entry, and as each other, must not go round in a circle.
        if other.startswith(ENTRY) or given.same.get(other.removeprefix(ROWS)) != new:
            given.same[name] = other


def columns(report: Mapping[str, Any], sent: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Which column stands at which place, empty for one to skip; and what is wrong, by name of the field."""
    chosen: dict[str, str] = {}
    errors: dict[str, str] = {}
    taken: dict[str, str] = {}
    for one in report.get("kolommen", ()):
        name = f"kolom-{one['plaats']}"
        column = sent.get(name, "")
        if column not in ("", *COLUMNS):
            errors[name] = f"‘{column[:40]}’ is geen kolom die we kennen."
        elif column and column in taken:
            errors[name] = f"‘{column}’ is al gekozen voor de kolom ‘{taken[column]}’."
        else:
            taken |= {column: one["tekst"]} if column else {}
            chosen[str(one["plaats"])] = column
    if "naam" not in chosen.values() and not errors:
        first = next(iter(report.get("kolommen", ())), {"plaats": 0})
        errors[f"kolom-{first['plaats']}"] = "Kies in welke kolom de naam van de organisatie staat."
    return chosen, errors
