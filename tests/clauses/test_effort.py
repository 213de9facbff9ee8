"""Hours and days of the effort: exact, rounded down, written out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.clauses.defaults import defaults
from catalogue.clauses.effort import effort
from tests.clauses.builders import a_question


@pytest.mark.parametrize(
    ("raming", "share", "percent", "cost", "hours", "days"),
    [
        ("120000", "65", "8", "45", 138, "18.1"),
        ("400000", "40", "8", "45", 284, "37.3"),
        ("45", "100", "100", "45", 1, "0.1"),
        ("44.99", "100", "100", "45", 0, "0"),
        ("342", "100", "100", "45", 7, "0.9"),
        ("360", "100", "100", "45", 8, "1.0"),
        # 76 hours are exactly ten days: a binary float could fall short of it.
        ("3420", "100", "100", "45", 76, "10.0"),
        ("100000", "70", "10", "0.1", 70000, "9210.5"),
        ("120000", "0", "8", "45", 0, "0"),
        ("120000", "65", "0", "45", 0, "0"),
        ("999999999999.99", "100", "100", "0.000001", 999999999999990000, "131578947368419736.8"),
    ],
)
def test_hours_and_days_are_rounded_down(
    raming: str, share: str, percent: str, cost: str, hours: int, days: str
) -> None:
    question = a_question(raming=raming, arbeidsaandeel=share, inspanning=percent, uurkost=cost)
    found = effort(question, defaults())
    assert found.uren == hours
    assert found.dagen == Decimal(days)


def test_the_sum_is_written_out() -> None:
    found = effort(a_question(), defaults())
    assert found.som == (
        "120.000 euro × 65 % × 8 % ÷ 45 euro = 138 uur (naar beneden afgerond); 138 ÷ 7,6 = 18,1 dagen."
    )


_AMOUNTS = st.decimals(min_value="0.01", max_value=10**11, places=2)
_PERCENTS = st.decimals(min_value=0, max_value=100, places=2)
_COSTS = st.decimals(min_value="0.01", max_value=1000, places=2)


@given(_AMOUNTS, _PERCENTS, _PERCENTS, _COSTS)
def test_hours_are_never_negative_and_days_never_exceed_them(
    raming: Decimal, share: Decimal, percent: Decimal, cost: Decimal
) -> None:
    question = a_question(raming=raming, arbeidsaandeel=share, inspanning=percent, uurkost=cost)
    found = effort(question, defaults())
    assert 0 <= found.uren <= found.uitvoeringsuren
    assert 0 <= found.dagen * Decimal("7.6") <= found.uren
    assert found.uren * cost * 10_000 <= raming * share * percent
