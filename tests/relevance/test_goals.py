"""The goals of `make relevance` hold: nDCG at 10 of all questions, and of each class of them."""

from collections.abc import Callable, Iterable

import pytest

from tests.relevance.__main__ import SETS, misses
from tests.relevance.measure import Report


@pytest.mark.parametrize("reports", SETS.values(), ids=SETS)
def test_every_class_of_questions_is_answered_well_enough(reports: Callable[[], Iterable[Report]]) -> None:
    made = list(reports())
    assert made
    assert [(report.title, miss) for report in made for miss in misses(report)] == []
