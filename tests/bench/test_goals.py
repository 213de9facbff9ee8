"""Goals are reached or not by the figures alone, and what was not measured is no goal reached."""

from __future__ import annotations

import pytest

from tests.bench.figures import Figures, Load
from tests.bench.goals import GOALS, Goal, Outcome, outcomes, rate_beside_empty, shown
from tests.bench.parts import MIX, STARTED
from tests.bench.tables import goal_table
from tests.bench.test_figures import MACHINE, load, part
from tests.bench.times import Times
from tests.bench.visits import EMPTY_PAGE, FIRST, HOT

USUAL = 10_000


def limit(name: str, answers: int) -> Load:
    """So many answers in a second."""
    return load(name, seconds=1.0, kinds=(Times(name, (1.0,) * answers),), errors={})


def found(*parts: object) -> dict[str, Outcome]:
    """Outcomes by the words of their goal."""
    figures = Figures("program", MACHINE)
    for one in parts:
        figures.put(one)  # type: ignore[arg-type]
    return {outcome.goal.text: outcome for outcome in outcomes(figures)}


def test_a_throughput_is_compared_within_its_round() -> None:
    loads = (
        *(limit(EMPTY_PAGE, 1000), limit(HOT, 450)),
        # A round in which the machine did something else.
        *(limit(EMPTY_PAGE, 200), limit(HOT, 100)),
        *(limit(EMPTY_PAGE, 900), limit(HOT, 360)),
    )

    assert rate_beside_empty(part(name="limits", loads=loads), HOT) == pytest.approx(0.45)
    assert rate_beside_empty(part(name="limits", loads=loads), "another page") is None


@pytest.mark.parametrize(("answers", "is_reached"), [(400, True), (399, False)])
def test_a_popular_page_must_be_served_at_four_tenths_of_the_empty_one(
    answers: int, is_reached: bool
) -> None:
    loads = (limit(EMPTY_PAGE, 1000), limit(HOT, answers))
    [outcome] = found(part(USUAL, name="limits", loads=loads)).values()

    assert "throughput" in outcome.goal.text
    assert outcome.is_reached is is_reached


@pytest.mark.parametrize(("slow", "is_reached"), [(0, True), (1, True), (2, False)])
def test_a_time_is_judged_by_its_p95(slow: int, is_reached: bool) -> None:
    times = (Times(FIRST, (59.0,) * (20 - slow) + (61.0,) * slow),)
    [outcome] = found(part(USUAL, name="start", times=times, numbers={})).values()

    assert outcome.is_reached is is_reached


@pytest.mark.parametrize(("errors", "is_reached"), [({}, True), ({"search page: 503": 1}, False)])
def test_one_error_among_fifty_users_is_one_too_many(errors: dict[str, int], is_reached: bool) -> None:
    outcome = found(part(USUAL, loads=(load(MIX, errors=errors),)))["50 users at once: errors"]

    assert outcome.is_reached is is_reached
    assert outcome.wanted == "none"


def test_fewer_users_prove_nothing_about_fifty() -> None:
    assert not found(part(USUAL, loads=(load(MIX, users=49, errors={}),), numbers={}))


def test_the_start_is_judged_in_seconds_and_memory_in_megabytes() -> None:
    started = part(USUAL, name="start", times=(Times(STARTED, (2900.0, 3100.0, 2950.0)),))
    loaded = part(USUAL, numbers={"RSS, MB": 301.0}, loads=())
    outcomes_ = found(started, loaded)

    assert {outcome.shown: outcome.is_reached for outcome in outcomes_.values()} == {
        "2.95 s": True,
        "301 MB": False,
    }


def test_what_was_measured_at_another_size_reaches_no_goal() -> None:
    assert not found(part(1_000, name="start", times=(Times(FIRST, (1.0,)),)))


def test_the_table_says_of_each_goal_whether_it_is_reached() -> None:
    figures = Figures("program", MACHINE, [part(USUAL, loads=(load(MIX),), numbers={"RSS, MB": 200.0})])
    lines = goal_table(figures).markdown()

    assert any("RSS" in line and line.endswith("| **reached** |") for line in lines)
    assert any("errors" in line and line.endswith("| **not reached** |") for line in lines)


def test_every_goal_of_the_issue_is_there() -> None:
    said = {(goal.size, goal.limit, goal.unit, goal.is_least) for goal in GOALS}

    assert {
        (USUAL, 0.4, "×", True),
        (USUAL, 60, "ms", False),
        (USUAL, 0, "", False),
        (USUAL, 3, "s", False),
        (USUAL, 300, "MB", False),
        (100_000, 400, "ms", False),
    } <= said


def test_a_goal_may_be_a_least_or_a_most() -> None:
    least = Goal("a", USUAL, 2, "", lambda _find: None, is_least=True)
    most = Goal("b", USUAL, 2, "", lambda _find: None)

    assert [least.is_reached(value) for value in (1, 2, 3)] == [False, True, True]
    assert [most.is_reached(value) for value in (1, 2, 3)] == [True, True, False]


@pytest.mark.parametrize(
    ("value", "text"), [(0.4, "0.40 s"), (60, "60 s"), (12.34, "12.3 s"), (1234.5, "1,234 s")]
)
def test_a_figure_has_about_three_digits(value: float, text: str) -> None:
    assert shown(value, "s") == text
