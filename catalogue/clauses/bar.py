"""The bar of thresholds: where the value sits between the limits, ready to draw and to read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from catalogue.clauses.amounts import dutch_euro, dutch_list, dutch_number
from catalogue.clauses.question import Question
from catalogue.clauses.reasons import say
from catalogue.clauses.thresholds import Thresholds

_LIMITS = ("beperkte_waarde", "zonder_bekendmaking", "vereenvoudigd", "europees")


@dataclass(frozen=True)
class Mark:
    """One limit on the bar: amount in euro, place in percent from the left, words under it."""

    bedrag: int
    plaats: float
    cijfer: str
    woorden: str
    is_sure: bool


@dataclass(frozen=True)
class Bar:
    """The limits that differ, the place of the value in percent, and the sentence that says the same."""

    marks: tuple[Mark, ...]
    plaats: float
    raming: str
    zin: str


def bar(question: Question, limits: Thresholds) -> Bar:
    """Lay the limits at equal distances; between two of them the value lies in proportion."""
    named: dict[int, list[str]] = {}
    for name in _LIMITS:
        amount = getattr(limits, name)
        if amount is not None:
            named.setdefault(amount, []).append(name)
    amounts = sorted(named)
    marks = tuple(
        _mark(amount, named[amount], 100 * place / (len(amounts) + 1), limits)
        for place, amount in enumerate(amounts, start=1)
    )
    return Bar(
        marks=marks,
        plaats=_place(question.raming, amounts),
        raming=say("balk-raming", raming=dutch_euro(question.raming)),
        zin=_sentence(question.raming, amounts),
    )


def _mark(amount: int, names: list[str], place: float, limits: Thresholds) -> Mark:
    words = [
        say("balk-te-controleren", naam=say(f"grens-{name}"))
        if name in limits.unsure
        else say(f"grens-{name}")
        for name in names
    ]
    sure = not any(name in limits.unsure for name in names)
    return Mark(amount, round(place, 2), dutch_number(amount), dutch_list(words), sure)


def _place(value: Decimal, amounts: list[int]) -> float:
    segment = 100 / (len(amounts) + 1)
    low = 0
    for number, high in enumerate(amounts):
        if value < high:
            return round(segment * (number + float((value - low) / (high - low))), 2)
        low = high
    # The last segment has no end: the further past the limit, the nearer to the edge.
    return round(segment * (len(amounts) + float(1 - low / value) * 0.95), 2)


def _sentence(value: Decimal, amounts: list[int]) -> str:
    under = [amount for amount in amounts if amount <= value]
    above = [amount for amount in amounts if amount > value]
    raming = dutch_euro(value)
    if not under:
        return say("balk-onder-alle", raming=raming, boven=dutch_euro(above[0]))
    if not above:
        return say("balk-boven-alle", raming=raming, onder=dutch_euro(under[-1]))
    return say("balk-tussen", raming=raming, onder=dutch_euro(under[-1]), boven=dutch_euro(above[0]))
