"""The small pure steps of a search."""

from __future__ import annotations

from datetime import date

import pytest

from catalogue.directory.criteria import MAX_MONTHS, Criteria
from catalogue.directory.search import effective_sort
from catalogue.places.distance import Point
from catalogue.places.gazetteer import Centre
from catalogue.web.words import add_months

HERE = Centre(Point(50.85, 2.89), "Ieper")


@pytest.mark.parametrize(
    ("today", "months", "expected"),
    [
        (date(2026, 11, 22), 1, date(2026, 10, 22)),
        (date(2026, 11, 22), 3, date(2026, 8, 22)),
        (date(2026, 11, 22), 11, date(2025, 12, 22)),
        (date(2026, 11, 22), 12, date(2025, 11, 22)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 11, 22), MAX_MONTHS, date(1976, 11, 22)),
    ],
)
def test_months_are_months_of_the_calendar(today: date, months: int, expected: date) -> None:
    assert add_months(today, -months) == expected


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (Criteria(), "relevantie"),
        (Criteria(rond=HERE), "afstand"),
        (Criteria(rond=HERE, trede=(5,)), "afstand"),
        (Criteria(rond=HERE, q="poetsen"), "relevantie"),
        (Criteria(rond=HERE, dienst=("schoonmaak",)), "relevantie"),
        (Criteria(rond=HERE, q="poetsen", sorteer="afstand"), "afstand"),
        (Criteria(sorteer="naam"), "naam"),
    ],
)
def test_the_order_follows_the_choice_or_what_was_asked(criteria: Criteria, expected: str) -> None:
    assert effective_sort(criteria) == expected
