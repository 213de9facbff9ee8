"""From the parameters of a request to a question, with errors in Dutch; used by the page and the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from catalogue.clauses.amounts import dutch_date, dutch_list, parse_amount, parse_date, parse_number
from catalogue.clauses.defaults import defaults
from catalogue.clauses.question import AANBESTEDERS, SOORTEN, FieldError, Named, Question
from catalogue.clauses.rules import INSTRUMENTS, limits
from catalogue.clauses.wording import FIELDS, wording

# Beyond these no contract exists; they keep every sum finite.
MAX_RAMING = Decimal(10) ** 12
MAX_UURKOST = Decimal(100_000)
MAX_MONTHS = Decimal(1200)
_REQUIRED = ("soort", "raming")
# What a message repeats of a strange value.
_SHOWN = 60


class Args(Protocol):
    """What we need of a MultiDict of request parameters."""

    def get(self, key: str, /) -> str | None: ...

    def getlist(self, key: str, /) -> Sequence[str]: ...


# What a resolver finds for the user's words; none where unknown, several where they fit more than one.
FindService = Callable[[str], Named | None]
FindGemeenten = Callable[[str], Sequence[Named]]


@dataclass
class QuestionForm:
    """The parameters as given (`raw`), what they mean, and what is wrong, in the order of the fields."""

    raw: dict[str, str]
    errors: list[FieldError] = field(default_factory=list)
    _values: dict[str, object] = field(default_factory=dict)
    _question: Question | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked yet: the page then shows the form without errors."""
        return not any(self.raw.values())

    @property
    def question(self) -> Question | None:
        """The question, or None where any field is wrong (the API then answers 400 with the first error)."""
        return None if self.errors else self._question

    @property
    def loose_question(self) -> Question | None:
        """The question without its wrong optional values (the page says so); None without soort or raming."""
        return self._question

    def error(self, veld: str) -> str | None:
        return next((error.melding for error in self.errors if error.veld == veld), None)


def read_question(
    args: Args, *, today: date, find_service: FindService, find_gemeenten: FindGemeenten
) -> QuestionForm:
    """Read a question from request parameters; ignores unknown ones, an empty one counts as missing."""
    raw = {name: (args.get(name) or "").strip() for name in FIELDS}
    raw["gemeente"] = ", ".join(value.strip() for value in args.getlist("gemeente") if value.strip())
    reader = _Reader(raw)
    soort = reader.choice("soort", SOORTEN)
    buyer = reader.choice("aanbesteder", AANBESTEDERS) or "lokaal"
    raming = reader.amount("raming")
    day = reader.day("datum")
    is_repeated = sum(1 for value in args.getlist("dienst") if value.strip()) > 1
    service = reader.service("dienst", find_service, is_repeated=is_repeated)
    gemeenten = reader.gemeenten("gemeente", find_gemeenten)
    months = reader.number("duur_maanden", "maanden", Decimal(0), MAX_MONTHS, is_low_allowed=False)
    share = reader.number("arbeidsaandeel", "procent", Decimal(0), Decimal(100))
    effort = reader.number("inspanning", "procent", Decimal(0), Decimal(100))
    cost = reader.number("uurkost", "uurkost", Decimal(0), MAX_UURKOST, is_low_allowed=False)
    instrument = reader.choice("instrument", INSTRUMENTS)
    form = QuestionForm(raw, reader.errors)
    if soort is None or raming is None:
        return form
    ours = defaults()
    given = {
        "aanbesteder": raw["aanbesteder"] or None,
        "datum": day,
        "duur_maanden": months,
        "arbeidsaandeel": share,
        "inspanning": effort,
        "uurkost": cost,
    }
    form._question = Question(
        soort=soort,
        aanbesteder=buyer,
        raming=raming,
        datum=day or today,
        dienst=service,
        gemeenten=gemeenten,
        duur_maanden=ours.duur_maanden if months is None else months,
        arbeidsaandeel=ours.labour_share(soort, service.key if service else None) if share is None else share,
        inspanning=ours.inspanning if effort is None else effort,
        uurkost=ours.uurkost if cost is None else cost,
        instrument=instrument,
        assumed=frozenset(name for name, value in given.items() if value is None),
    )
    return form


class _Reader:
    """Reads one field after another and keeps what is wrong."""

    def __init__(self, raw: dict[str, str]) -> None:
        self.raw = raw
        self.errors: list[FieldError] = []

    def _fail(self, name: str, key: str, **values: str) -> None:
        self.errors.append(FieldError(name, wording().message(key, **values)))

    def _shown(self, name: str) -> str:
        return _short(self.raw[name])

    def choice(self, name: str, allowed: Sequence[str]) -> str | None:
        value = self.raw[name]
        if not value:
            if name in _REQUIRED:
                self._fail(name, "verplicht")
            return None
        if value not in allowed:
            self._fail(name, "keuze", waarde=self._shown(name), keuzes=", ".join(allowed))
            return None
        return value

    def amount(self, name: str) -> Decimal | None:
        text = self.raw[name]
        if not text:
            self._fail(name, "verplicht")
            return None
        if re.match(r"[-−][ ]?[0-9]", text):
            self._fail(name, "bedrag-positief")
            return None
        value = parse_amount(text)
        if value is None:
            self._fail(name, "bedrag", waarde=self._shown(name))
        elif value <= 0:
            self._fail(name, "bedrag-positief")
        elif value >= MAX_RAMING:
            self._fail(name, "bedrag-groot")
        else:
            return value
        return None

    def day(self, name: str) -> date | None:
        text = self.raw[name]
        if not text:
            return None
        value = parse_date(text)
        if value is None:
            self._fail(name, "datum", waarde=self._shown(name))
            return None
        first = limits().first_day
        if value < first:
            self._fail(name, "datum-vroeg", datum=dutch_date(first))
            return None
        return value

    def number(
        self, name: str, message: str, low: Decimal, high: Decimal, *, is_low_allowed: bool = True
    ) -> Decimal | None:
        """Read a number between two bounds; `message` says what is allowed where it lies outside."""
        text = self.raw[name]
        if not text:
            return None
        value = parse_number(text.removeprefix("-").removeprefix("−"))
        if value is None:
            self._fail(name, "getal", waarde=self._shown(name))
            return None
        is_negative = text[0] in "-−"
        if is_negative or value > high or (value == low and not is_low_allowed):
            self._fail(name, message)
            return None
        return value

    def service(self, name: str, find: FindService, *, is_repeated: bool) -> Named | None:
        text = self.raw[name]
        if is_repeated:
            self._fail(name, "dienst-een")
            return None
        found = find(text) if text else None
        if text and found is None:
            self._fail(name, "dienst", waarde=self._shown(name))
        return found

    def gemeenten(self, name: str, find: FindGemeenten) -> tuple[Named, ...]:
        chosen: dict[str, Named] = {}
        for part in filter(None, (part.strip() for part in re.split(r"[,;]", self.raw[name]))):
            found = find(part)
            if len(found) == 1:
                chosen[found[0].key] = found[0]
            elif found:
                choices = dutch_list([gemeente.label for gemeente in found])
                self._fail(name, "gemeente-dubbel", waarde=_short(part), keuzes=choices)
            else:
                self._fail(name, "gemeente", waarde=_short(part))
        return tuple(chosen.values())


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
