"""Durations of one kind of thing that was measured, and what is said of them."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

Action = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Times:
    """What was measured, in ms."""

    name: str
    values: tuple[float, ...]

    @property
    def n(self) -> int:
        """How often it was measured."""
        return len(self.values)

    @property
    def p50(self) -> float:
        """Half of them took no longer."""
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        """Nineteen of twenty took no longer."""
        return quantile(self.values, 0.95)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of all does not exceed; raises ValueError where there is none."""
    if not values:
        raise ValueError("nothing was measured")
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


def ratio(one: float, other: float) -> str:
    """How many times the other it is, with two digits that tell."""
    if not other:
        return "–"
    return f"{one / other:.2g}" if one < 10 * other else f"{one / other:.0f}"


def timed(action: Action) -> float:
    """How many ms an action takes."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def measured(name: str, actions: Iterable[Action]) -> Times:
    """Each action once, one after another."""
    return Times(name, tuple(timed(action) for action in actions))


def interleaved(kinds: Mapping[str, Sequence[Action]], rounds: int) -> list[Times]:
    """The actions of all kinds in turn, so that what else the machine does hits all alike."""
    values: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(rounds):
        for actions in zip_longest(*kinds.values()):
            for name, action in zip(kinds, actions, strict=True):
                if action:
                    values[name].append(timed(action))
    return [Times(name, tuple(found)) for name, found in values.items()]
