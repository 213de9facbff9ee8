"""Durations of one kind of thing that was measured."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """What was measured, in ms."""

    name: str
    values: tuple[float, ...]

    @property
    def p50(self) -> float:
        """Half of them took no longer."""
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        """Nineteen of twenty took no longer."""
        return sorted(self.values)[math.ceil(len(self.values) * 0.95) - 1]


def timed(action: Callable[[], object]) -> float:
    """How many ms an action takes."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def measured(name: str, actions: Iterable[Callable[[], object]]) -> Times:
    """Each action once, one after another."""
    return Times(name, tuple(timed(action) for action in actions))
