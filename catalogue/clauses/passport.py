"""The passport of a clause: on what it rests, which version of the rules made it, what changed since."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Protocol

from catalogue.clauses.amounts import dutch_date, dutch_euro, dutch_list, dutch_number, parse_date
from catalogue.clauses.question import Question
from catalogue.clauses.reasons import say
from catalogue.clauses.rules import Limits, instruments, limits
from catalogue.clauses.text_rules import shared_keys, texts
from catalogue.clauses.thresholds import Thresholds, thresholds
from catalogue.data import load
from catalogue.data.sentences import fill, read_sentences

# The parameters of a link that remembers when a text was made, and with which rules.
MADE, VERSION = "gemaakt", "versie"
_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{8}")
_LIMITS = ("beperkte_waarde", "zonder_bekendmaking", "vereenvoudigd", "europees")
# What a notice repeats of a strange value.
_SHOWN = 40


@dataclass(frozen=True)
class Source:
    """One thing the text rests on; `zekerheid` is S (sure), L (likely) or U (unsure)."""

    wat: str
    tekst: str
    # Number of the law in the Belgian official journal; empty where it has none or is still to be checked.
    numac: str
    zekerheid: str
    nagezien: date

    @property
    def is_sure(self) -> bool:
        return self.zekerheid == "S"


@dataclass(frozen=True)
class Passport:
    """Where a text comes from; the same for everyone who asks the same with the same rules."""

    key: str
    grondslag: str
    versie: str
    # The launch dates for which its limits hold, both days included.
    geldig_van: date
    geldig_tot: date
    # The last day of the instrument itself; none while it stands in the law.
    instrument_tot: date | None
    bronnen: tuple[Source, ...]


@dataclass(frozen=True)
class Link:
    """What a link remembers of the day a text was made; `notices` say what of it could not be used."""

    gemaakt: date | None = None
    versie: str = ""
    notices: tuple[str, ...] = ()

    @property
    def is_reopened(self) -> bool:
        return self.gemaakt is not None or bool(self.versie)


class Args(Protocol):
    """What we need of the parameters of a request."""

    def get(self, key: str, /) -> str | None: ...


def passport(key: str, question: Question, found: Thresholds) -> Passport:
    """Give the passport of an instrument's text for one question and its limits."""
    instrument, text, known = instruments()[key], texts()[key], limits()
    special = question.is_special_sector
    article = instrument.article(question.soort, question.aanbesteder).removesuffix("WOO").rstrip(", ")
    last = found.geldig_tot
    return Passport(
        key=key,
        grondslag=_word("grondslag-speciaal") if special else _word("grondslag", artikel=article),
        versie=rule_version(key),
        geldig_van=max(found.geldig_van, instrument.geldig_van, text.geldig_van),
        geldig_tot=min(last, instrument.geldig_tot or last),
        instrument_tot=instrument.geldig_tot,
        bronnen=(
            _source("bron-instrument", instrument.bron, instrument.zekerheid, instrument.nagezien, special),
            _source("bron-tekst", text.bron, text.zekerheid, text.nagezien, special),
            Source(
                _word("bron-drempels"),
                "; ".join(found.bronnen),
                "",
                "L" if found.unsure or special else "S",
                known.nagezien,
            ),
        ),
    )


def _source(what: str, cited: str, confidence: str, reviewed: date, special: bool) -> Source:
    """Give a source; for the special sectors without the articles of the classic ones, and unsure."""
    words_ = say("tekst-bron-speciaal") if special else cited
    # Some sources name the number themselves.
    numac = limits().numac if limits().numac not in words_ else ""
    return Source(_word(what), words_, numac, "U" if special else confidence, reviewed)


@cache
def rule_version(key: str) -> str:
    """Name the version of the rules behind a text: the last day of review, and a hash of what they say.

    Comments and the order of keys do not count, so the version only moves with the rules.
    """
    used = shared_keys(key)
    shared = load("clausules/gedeeld.toml")["blok"]
    entries = load("instrumenten.toml")["instrument"]
    parts: list[Any] = [
        load("drempels.toml"),
        load("standaardwaarden.toml"),
        [entry for entry in entries if entry["sleutel"] == key],
        [block for block in shared if block["sleutel"] in used],
        load(f"clausules/{key}.toml"),
    ]
    written = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)
    digest = hashlib.sha256(written.encode()).hexdigest()[:8]
    days = [limits().nagezien, instruments()[key].nagezien, texts()[key].nagezien]
    return f"{max(days).isoformat()}-{digest}"


def read_link(args: Args, today: date) -> Link:
    """Read what the link remembers; a bad value is dropped with a notice in Dutch."""
    made_text, version = ((args.get(name) or "").strip() for name in (MADE, VERSION))
    notices = []
    made = parse_date(made_text) if made_text else None
    if made_text and (made is None or made > today):
        made = None
        notices.append(_word("slecht-gemaakt", waarde=made_text[:_SHOWN]))
    if version and _VERSION.fullmatch(version) is None:
        notices.append(_word("slecht-versie", waarde=version[:_SHOWN]))
        version = ""
    return Link(made, version, tuple(notices))


def link_values(passport_: Passport, today: date) -> tuple[tuple[str, str], ...]:
    """Give the parameters that make the link of this question remember today and its rules."""
    return (MADE, today.isoformat()), (VERSION, passport_.versie)


def changes(
    passport_: Passport, question: Question, link: Link, today: date, known: Limits | None = None
) -> tuple[str, ...]:
    """Say in Dutch what changed since the link was made: limits, reviews, version, the instrument itself."""
    found = []
    if passport_.instrument_tot is not None and passport_.instrument_tot < today:
        gone = passport_.instrument_tot + timedelta(days=1)
        found.append(_word("instrument-voorbij", datum=dutch_date(gone)))
    if link.gemaakt is not None:
        found += _limit_changes(question, link.gemaakt, today, known or limits())
        reviewed: dict[date, list[str]] = {}
        for source in passport_.bronnen:
            if source.nagezien > link.gemaakt:
                reviewed.setdefault(source.nagezien, []).append(source.wat)
        found += [
            _word("nagezien", datum=dutch_date(day), wat=dutch_list([what.lower() for what in whats]))
            for day, whats in sorted(reviewed.items())
        ]
    if link.versie and link.versie != passport_.versie:
        found.append(_word("versie", oud=link.versie, nieuw=passport_.versie))
    return tuple(found)


def _limit_changes(question: Question, made: date, today: date, known: Limits) -> list[str]:
    """Compare the limits on both sides of every new period between two days."""
    found: list[str] = []
    starts = [period.geldig_van for period in known.periods[1:] if made < period.geldig_van <= today]
    for start in starts:
        before, after = (
            thresholds(question.soort, question.aanbesteder, day, known)
            for day in (start - timedelta(days=1), start)
        )
        moved: dict[tuple[int, int], list[str]] = {}
        for name in _LIMITS:
            old, new = getattr(before, name), getattr(after, name)
            if old is not None and new is not None and old != new:
                moved.setdefault((old, new), []).append(_limit_name(name, after))
        found += [
            _word(
                "drempel",
                datum=dutch_date(start),
                oud=dutch_number(old),
                nieuw=dutch_euro(new),
                namen=dutch_list(names),
            )
            for (old, new), names in moved.items()
        ]
        if moved and "datum" not in question.assumed and question.datum < start:
            day = dutch_date(question.datum)
            found.append(_word("drempel-lancering", lancering=day, datum=dutch_date(start)))
    return found


def _limit_name(name: str, found: Thresholds) -> str:
    label = say(f"grens-{name}")
    return say("balk-te-controleren", naam=label) if name in found.unsure else label


@cache
def words() -> Mapping[str, str]:
    return read_sentences(load("paspoort.toml"), "paspoort.toml", "zin")


def _word(key: str, **values: str) -> str:
    return fill(words()[key], values)
