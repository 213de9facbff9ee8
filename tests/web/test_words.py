"""Dates, numbers and lists as Dutch readers write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.web import words

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "long", "month"),
    [
        (date(2026, 11, 22), "22 november 2026", "november 2026"),
        (date(2024, 2, 29), "29 februari 2024", "februari 2024"),
        (date(2026, 3, 1), "1 maart 2026", "maart 2026"),
    ],
)
def test_a_date_is_written_out(day: date, long: str, month: str) -> None:
    assert (words.long_date(day), words.month(day)) == (long, month)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (7, "7"),
        (999, "999"),
        (1000, "1.000"),
        (1234567, "1.234.567"),
        (0.5, "0,5"),
        (12345.6, "12.345,6"),
        (12.0, "12"),
        (2.25, "2,2"),
    ],
)
def test_a_number_has_points_for_thousands_and_a_decimal_comma(value: float, expected: str) -> None:
    assert words.number(value) == expected


@pytest.mark.parametrize(
    ("km", "expected"),
    [
        (0, "minder dan 1 km"),
        (0.99, "minder dan 1 km"),
        (1.44, "1,4 km"),
        (3.0, "3 km"),
        (9.94, "9,9 km"),
        (9.96, "10 km"),
        (12.4, "12 km"),
        (1200, "1.200 km"),
    ],
)
def test_a_distance_has_a_decimal_under_ten_km(km: float, expected: str) -> None:
    assert words.kilometres(km) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0 organisaties"), (1, "1 organisatie"), (2, "2 organisaties"), (1500, "1.500 organisaties")],
)
def test_one_is_singular_and_all_else_plural(value: int, expected: str) -> None:
    assert words.count(value, "organisatie", "organisaties") == expected


@pytest.mark.parametrize(
    ("parts", "last", "expected"),
    [
        ([], "en", ""),
        (["A"], "en", "A"),
        (["A", "B"], "en", "A en B"),
        (["A", "B", "C"], "en", "A, B en C"),
        (["A", "B", "C"], "of", "A, B of C"),
    ],
)
def test_a_list_ends_with_a_word(parts: list[str], last: str, expected: str) -> None:
    assert words.enumerate_words(parts, last) == expected


@pytest.mark.parametrize(("digits", "expected"), [("0404055577", "0404.055.577"), ("", ""), ("123", "123")])
def test_an_ondernemingsnummer_is_written_the_usual_way(digits: str, expected: str) -> None:
    assert words.ondernemingsnummer(digits) == expected


@pytest.mark.parametrize(
    ("confirmed", "text", "tone"),
    [
        (None, "nog te bevestigen door de organisatie", "amber"),
        (TODAY, "bevestigd in november 2026", "good"),
        (date(2025, 11, 22), "bevestigd in november 2025", "good"),
        (date(2025, 10, 23), "bevestigd in oktober 2025", "good"),
        (date(2025, 10, 22), "al 13 maanden niet bevestigd", "amber"),
        (date(2020, 1, 1), "al 82 maanden niet bevestigd", "amber"),
    ],
)
def test_an_entry_is_fresh_for_a_year(confirmed: date | None, text: str, tone: str) -> None:
    assert words.freshness(confirmed, TODAY) == (text, tone)


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        (date(2026, 11, 22), date(2026, 11, 22), 0),
        (date(2026, 10, 23), date(2026, 11, 22), 0),
        (date(2026, 10, 22), date(2026, 11, 22), 1),
        (date(2025, 12, 1), date(2026, 1, 1), 1),
        (date(2024, 2, 29), date(2025, 2, 28), 11),
    ],
)
def test_only_whole_months_count(earlier: date, later: date, months: int) -> None:
    assert words.months_between(earlier, later) == months


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 4000))
def test_months_grow_with_the_days(day: date, days: int) -> None:
    later = day + timedelta(days=days)
    months = words.months_between(day, later)
    assert months * 28 <= days <= (months + 1) * 31
