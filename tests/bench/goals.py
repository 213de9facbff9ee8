"""What must be reached, as the issues say it, and whether it was."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.bench import visits
from tests.bench.figures import Figures, Part
from tests.bench.parts import MIX, MIX_EDITED, STARTED

BIG = 100_000
USUAL = 10_000
USERS = 50

# From the parts of one size on one database to the figure; None where it was not measured.
Measure = Callable[[Callable[[str], Part | None]], float | None]


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that must be reached: at most so much, or at least."""

    text: str
    size: int
    limit: float
    unit: str
    measure: Measure
    is_least: bool = False

    def is_reached(self, value: float) -> bool:
        """Whether a figure is good enough."""
        return value >= self.limit if self.is_least else value <= self.limit


@dataclass(frozen=True, slots=True)
class Outcome:
    """A goal beside what was measured."""

    goal: Goal
    database: str
    value: float

    @property
    def is_reached(self) -> bool:
        """Whether it is."""
        return self.goal.is_reached(self.value)

    @property
    def shown(self) -> str:
        """The figure with its unit."""
        return shown(self.value, self.goal.unit)

    @property
    def wanted(self) -> str:
        """The limit in words."""
        if not self.goal.limit:
            return "none"
        return f"{'at least' if self.goal.is_least else 'at most'} {shown(self.goal.limit, self.goal.unit)}"


def shown(value: float, unit: str) -> str:
    """A figure of about three digits with its unit."""
    digits = 0 if value >= 100 or value == int(value) else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}".strip()


def outcomes(figures: Figures) -> Iterator[Outcome]:
    """Every goal on every database where it was measured."""
    for size, database in figures.places():
        for goal in GOALS:
            if goal.size != size:
                continue
            value = goal.measure(partial(figures.part, size, database))
            if value is not None:
                yield Outcome(goal, database, value)


def rate_beside_empty(part: Part, name: str) -> float | None:
    """Answers per second beside those of the empty page in the same round: the median over the rounds."""
    pairs = zip(part.named(name), part.named(visits.EMPTY_PAGE), strict=False)
    found = [one.rate / nothing.rate for one, nothing in pairs if nothing.rate]
    return statistics.median(found) if found else None


def _p95(part: str, *names: str) -> Measure:
    """The longest of the p95 of some kinds of page, in ms."""

    def measure(find: Callable[[str], Part | None]) -> float | None:
        found = find(part)
        times = [times for name in names if found and (times := found.time(name))]
        return max((one.p95 for one in times), default=None)

    return measure


def _hot(find: Callable[[str], Part | None]) -> float | None:
    found = find("limits")
    return rate_beside_empty(found, visits.HOT) if found else None


def _failed(name: str) -> Measure:
    def measure(find: Callable[[str], Part | None]) -> float | None:
        found = find("load")
        many = [one for one in found.named(name) if one.users >= USERS] if found else []
        return sum(one.failed for one in many) if many else None

    return measure


def _started(find: Callable[[str], Part | None]) -> float | None:
    times = found.time(STARTED) if (found := find("start")) else None
    return times.p50 / 1000 if times else None


def _number(part: str, name: str) -> Measure:
    def measure(find: Callable[[str], Part | None]) -> float | None:
        return found.numbers.get(name) if (found := find(part)) else None

    return measure


GOALS = (
    Goal("popular search page: throughput beside the empty page", USUAL, 0.4, "×", _hot, is_least=True),
    Goal("search page, each address for the first time: p95", USUAL, 60, "ms", _p95("start", visits.FIRST)),
    Goal("search page: p95", USUAL, 60, "ms", _p95("pages", visits.HOT)),
    Goal("50 users at once: errors", USUAL, 0, "", _failed(MIX)),
    Goal("50 users at once while entries are edited: errors", USUAL, 0, "", _failed(MIX_EDITED)),
    Goal("cold start to the first search page: median", USUAL, 3, "s", _started),
    Goal("memory of a worker after the load (RSS)", USUAL, 300, "MB", _number("load", "RSS, MB")),
    Goal("core search: p95", USUAL, 5, "ms", _p95("core", "core search")),
    Goal("core search, first time: p95", USUAL, 20, "ms", _p95("core", "core search, first time")),
    Goal("core search, after an edit: p95", USUAL, 20, "ms", _p95("core", "core search, after an edit")),
    Goal("suggestions: p95", USUAL, 10, "ms", _p95("pages", visits.SUGGESTIONS)),
    Goal("one edit in the index: p95", USUAL, 100, "ms", _p95("core", "one edit, index alone")),
    Goal("index built", USUAL, 30, "s", _number("core", "index built, s")),
    Goal(
        "search page, first time or again: p95",
        BIG,
        400,
        "ms",
        lambda find: max(
            filter(None, (_p95("start", visits.FIRST)(find), _p95("pages", visits.HOT)(find))), default=None
        ),
    ),
    Goal("50 users at once: errors", BIG, 0, "", _failed(MIX)),
)
