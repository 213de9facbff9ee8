"""From the parameters of a request to a question, with errors in Dutch; used by the page and the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from catalogue.clauses.amounts import (
    dutch_date,
    dutch_euro,
    dutch_inside,
    dutch_list,
    parse_amount,
    parse_date,
    parse_number,
)
from catalogue.clauses.defaults import Defaults, defaults
from catalogue.clauses.question import AANBESTEDERS, SOORTEN, FieldError, Meant, Named, Place, Question, Task
from catalogue.clauses.rules import INSTRUMENTS, limits
from catalogue.clauses.wording import FIELDS, wording

# Beyond these no contract exists; they keep every sum finite.
MAX_RAMING = Decimal(10) ** 12
MAX_UURKOST = Decimal(100_000)
MAX_MONTHS = Decimal(1200)
MAX_LOTS = 100
# One contract names no more tasks than this.
MAX_TASKS = 5
_REQUIRED = ("soort", "raming")
# What a message repeats of a strange value.
_SHOWN = 60


class Args(Protocol):
    """What we need of a MultiDict of request parameters."""

    def __contains__(self, key: object, /) -> bool: ...

    def get(self, key: str, /) -> str | None: ...

    def getlist(self, key: str, /) -> Sequence[str]: ...


# What a resolver finds for the user's words: the tasks they name, the places they may mean. A place with more
# than one gemeente that is no region is not decided.
FindMeant = Callable[[str], Meant]
FindPlace = Callable[[str], Place | None]


@dataclass
class QuestionForm:
    """The parameters as given (`raw`), what they mean, and what is wrong, in the order of the fields."""

    raw: dict[str, str]
    # Whether advice was asked; a link that only fills in a service or a place shows the form without errors.
    is_asked: bool = True
    errors: list[FieldError] = field(default_factory=list)
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
    args: Args,
    *,
    today: date,
    find_meant: FindMeant,
    find_place: FindPlace,
    rules: Defaults | None = None,
) -> QuestionForm:
    """Read a question from request parameters; ignores unknown ones, an empty one counts as missing.

    `rules` are the defaults for what is missing; None: those of the file.
    """
    raw = {name: (args.get(name) or "").strip() for name in FIELDS}
    for name, between in (("dienst", ", "), ("gemeente", ", "), ("percelen", "; ")):
        raw[name] = between.join(value.strip() for value in args.getlist(name) if value.strip())
    reader = _Reader(raw)
    meant = reader.meant("dienst", [value.strip() for value in args.getlist("dienst")], find_meant)
    tasks = meant.taken
    places = reader.places("gemeente", find_place, meant.plaats)
    soort = reader.choice("soort", SOORTEN)
    buyer = reader.choice("aanbesteder", AANBESTEDERS) or "lokaal"
    raming = reader.amount("raming")
    day = reader.day("datum")
    months = reader.number("duur_maanden", "maanden", Decimal(0), MAX_MONTHS, is_low_allowed=False)
    count, amounts = reader.lots("percelen", raming)
    share = reader.number("arbeidsaandeel", "procent", Decimal(0), Decimal(100))
    effort = reader.number("inspanning", "procent", Decimal(0), Decimal(100))
    cost = reader.number("uurkost", "uurkost", Decimal(0), MAX_UURKOST, is_low_allowed=False)
    instrument = reader.choice("instrument", INSTRUMENTS)
    form = QuestionForm(raw, "raming" in args or "soort" in args, reader.errors)
    if soort is None or raming is None:
        return form
    ours = rules or defaults()
    given = {
        "aanbesteder": raw["aanbesteder"] or None,
        "datum": day,
        "duur_maanden": months,
        "arbeidsaandeel": share,
        "inspanning": effort,
        "uurkost": cost,
    }
    gemeenten = {gemeente.key: gemeente for place in places for gemeente in place.gemeenten}
    guides = [key for task in tasks for key in task.gids]
    form._question = Question(
        soort=soort,
        aanbesteder=buyer,
        raming=raming,
        datum=day or today,
        dienst=_together(tasks),
        taken=tasks,
        gemeenten=tuple(gemeenten.values()),
        los=meant.los,
        regios=tuple(dict.fromkeys(place.regio for place in places if place.regio)),
        duur_maanden=ours.duur_maanden if months is None else months,
        percelen=count,
        perceelbedragen=amounts,
        arbeidsaandeel=ours.labour_share(soort, guides) if share is None else share,
        inspanning=ours.inspanning if effort is None else effort,
        uurkost=ours.uurkost if cost is None else cost,
        instrument=instrument,
        assumed=frozenset(name for name, value in given.items() if value is None),
    )
    return form


def _together(tasks: Sequence[Task]) -> Named | None:
    """One name for all that is to be done, under the key of the first service."""
    if not tasks:
        return None
    labels = [tasks[0].label, *(dutch_inside(task.label) for task in tasks[1:])]
    return Named(tasks[0].diensten[0].key, dutch_list(labels))


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

    def meant(self, name: str, values: Sequence[str], find: FindMeant) -> Meant:
        """Read what is to be done: every value, and every task that a value names."""
        tasks: dict[tuple[str, ...], Task] = {}
        loose: list[str] = []
        place: Place | None = None
        asked = list(dict.fromkeys(filter(None, values)))
        if len(asked) > MAX_TASKS:
            self._fail(name, "dienst-veel", aantal=str(MAX_TASKS))
            return Meant()
        for text in asked:
            found = find(text)
            tasks |= {task.keys: task for task in found.taken if task.keys not in tasks}
            loose += found.los
            place = place or found.plaats
            for word in found.onbekend if found.taken else (text,):
                self._fail(name, "dienst", waarde=_short(word))
        if len(tasks) > MAX_TASKS:
            self._fail(name, "dienst-veel", aantal=str(MAX_TASKS))
            return Meant()
        return Meant(tuple(tasks.values()), los=tuple(loose), plaats=place)

    def places(self, name: str, find: FindPlace, named_along: Place | None) -> tuple[Place, ...]:
        """Read the places; where none is given, the one that stands among the words for the work."""
        chosen = []
        for part in filter(None, (part.strip() for part in re.split(r"[,;/\n]", self.raw[name]))):
            pieces = [part] if find(part) else re.split(r"\s+(?:en|of)\s+", part)
            chosen += [place for piece in pieces if (place := self._decided(name, piece, find(piece)))]
        if not self.raw[name] and named_along:
            chosen += [place for place in [self._decided(name, "", named_along)] if place]
        return tuple(chosen)

    def _decided(self, name: str, text: str, found: Place | None) -> Place | None:
        if found is None:
            self._fail(name, "gemeente", waarde=_short(text))
        elif len(found.gemeenten) > 1 and not found.regio:
            choices = dutch_list([gemeente.label for gemeente in found.gemeenten])
            words = text or found.gemeenten[0].label
            self._fail(name, "gemeente-dubbel", waarde=_short(words), keuzes=choices)
        else:
            return found
        return None

    def lots(self, name: str, raming: Decimal | None) -> tuple[int | None, tuple[Decimal, ...]]:
        """Read a number of lots ("3") or the amount of each ("40.000; 60.000"), at most the value."""
        text = self.raw[name]
        if not text:
            return None, ()
        parts = [part.strip() for part in re.split(r"[;+\n]", text) if part.strip()]
        if len(parts) == 1 and re.fullmatch(r"[0-9]{1,3}", parts[0]):
            count = int(parts[0])
            if 1 <= count <= MAX_LOTS:
                return count, ()
            self._fail(name, "percelen-aantal", aantal=str(MAX_LOTS))
            return None, ()
        amounts = [amount for part in parts if (amount := parse_amount(part))]
        if len(amounts) != len(parts) or len(parts) < 2:
            self._fail(name, "percelen", waarde=self._shown(name))
        elif len(parts) > MAX_LOTS:
            self._fail(name, "percelen-aantal", aantal=str(MAX_LOTS))
        elif raming is not None and sum(amounts, Decimal(0)) > raming:
            self._fail(
                name, "percelen-som", som=dutch_euro(sum(amounts, Decimal(0))), raming=dutch_euro(raming)
            )
        else:
            return len(amounts), tuple(amounts)
        return None, ()


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
