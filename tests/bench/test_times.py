"""The arithmetic of what was measured."""

from __future__ import annotations

import time
from functools import partial

import pytest

from tests.bench.times import Times, interleaved, measured, quantile, ratio


@pytest.mark.parametrize(
    ("values", "p50", "p95"),
    [
        ((7.0,), 7, 7),
        ((3.0, 1.0, 2.0), 2, 3),
        ((1.0, 2.0, 3.0, 4.0), 2.5, 4),
        (tuple(map(float, range(1, 101))), 50.5, 95),
        ((1.0,) * 19 + (500.0,), 1, 1),
        ((1.0,) * 18 + (500.0,) * 2, 1, 500),
    ],
)
def test_the_median_and_the_time_that_nineteen_of_twenty_do_not_exceed(
    values: tuple[float, ...], p50: float, p95: float
) -> None:
    times = Times("page", values)

    assert (times.n, times.p50, times.p95) == (len(values), p50, p95)


def test_the_quantiles_of_nothing_are_no_figures() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        quantile((), 0.5)


def test_every_quantile_is_one_of_the_values_and_they_only_grow() -> None:
    values = (5.0, 1.0, 9.0, 2.0)
    found = [quantile(values, share / 100) for share in range(101)]

    assert found == sorted(found)
    assert (found[0], found[25], found[26], found[100]) == (1, 1, 2, 9)


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [(1, 1, "1"), (1, 3, "0.33"), (25, 10, "2.5"), (251, 1, "251"), (99, 10, "9.9"), (3, 0, "–")],
)
def test_a_ratio_has_two_digits_that_tell(one: float, other: float, shown: str) -> None:
    assert ratio(one, other) == shown


def test_a_measured_time_is_in_milliseconds() -> None:
    [value] = measured("sleep", [partial(time.sleep, 0.02)]).values

    assert 20 <= value < 5_000


def test_what_is_compared_is_done_in_turn() -> None:
    done: list[str] = []
    kinds = {name: [partial(done.append, f"{name}{number}") for number in (1, 2)] for name in "ab"}
    kinds["c"] = [partial(done.append, "c1")]

    times = interleaved(kinds, rounds=2)

    assert done == ["a1", "b1", "c1", "a2", "b2"] * 2
    assert [(one.name, one.n) for one in times] == [("a", 4), ("b", 4), ("c", 2)]
