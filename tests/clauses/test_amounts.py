"""Numbers as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.clauses.amounts import (
    dutch_date,
    dutch_euro,
    dutch_list,
    dutch_months,
    dutch_number,
    parse_amount,
    parse_date,
    parse_number,
)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("120000", "120000"),
        ("120.000", "120000"),
        ("120 000", "120000"),
        ("120\u00a0000", "120000"),
        ("120\u202f000", "120000"),
        ("120000,50", "120000.50"),
        ("120.000,5", "120000.5"),
        ("1.234.567,89", "1234567.89"),
        ("1 234 567", "1234567"),
        ("  30000 ", "30000"),
        ("€ 120.000", "120000"),
        ("120.000 euro", "120000"),
        ("EUR 120000", "120000"),
        ("0", "0"),
        ("0,01", "0.01"),
    ],
)
def test_an_amount_is_read_as_dutch_speakers_write_it(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "abc", "12.34", "1.2345", "1200.000", "12.34.567", "0.500", "120.000.00", "1,2,3"),
        *("120,000", "1e5", "0x10", "NaN", "Infinity", "-5", "+5", "١٢٣", "12 34", ",50", "120.", "euro"),
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("45", "45"), ("45,5", "45.5"), ("45.5", "45.5"), ("65%", "65"), ("65 %", "65"), (" 2,5 ", "2.5")],
)
def test_a_small_number_takes_a_point_or_a_comma(text: str, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1e3", "NaN", "4 5", "1234567890", "-1", "٤"])
def test_what_is_no_small_number_is_refused(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("01/03/2026", date(2026, 3, 1)),
        ("1-3-2026", date(2026, 3, 1)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_a_date_is_read_in_iso_and_in_dutch_order(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text", ["", "2026-02-30", "31/02/2026", "2026", "20260301", "2026-3-1", "x", "0000-01-01"]
)
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    assert parse_date(text) is None


def test_amounts_are_written_in_dutch() -> None:
    assert dutch_euro(120_000) == "120.000 euro"
    assert dutch_euro(Decimal("1234.5")) == "1.234,50 euro"
    assert dutch_number(Decimal("18.10")) == "18,1"
    assert dutch_number(Decimal("1200")) == "1.200"
    assert dutch_date(date(2026, 1, 1)) == "1-1-2026"
    assert dutch_months(Decimal(1)) == "1 maand"
    assert dutch_months(Decimal("2.5")) == "2,5 maanden"
    assert dutch_list([]) == ""
    assert dutch_list(["Ieper"]) == "Ieper"
    assert dutch_list(["Ieper", "Veurne", "Mesen"]) == "Ieper, Veurne en Mesen"


@given(st.decimals(min_value=1, max_value=10**11, places=2))
def test_what_we_write_we_read_again(amount: Decimal) -> None:
    assert parse_amount(dutch_euro(amount)) == amount
