"""The bar: limits in order, the value in its place, the same in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.clauses.bar import Bar
from tests.clauses.builders import advice_for


def bar_for(**changes: object) -> Bar:
    return advice_for(**changes).bar  # type: ignore[arg-type]


def test_equal_limits_share_one_mark() -> None:
    assert [mark.cijfer for mark in bar_for().marks] == ["30.000", "140.000", "216.000"]
    assert [mark.cijfer for mark in bar_for(soort="sociale-diensten").marks] == ["30.000", "750.000"]
    assert [mark.cijfer for mark in bar_for(aanbesteder="federaal").marks] == ["30.000", "140.000"]
    works = bar_for(soort="werken").marks
    assert [mark.cijfer for mark in works] == ["30.000", "140.000", "750.000", "5.404.000"]


def test_a_limit_that_is_not_sure_says_so_in_words() -> None:
    works = {mark.cijfer: mark for mark in bar_for(soort="werken").marks}
    assert works["750.000"].woorden == "vereenvoudigde procedure (te controleren)"
    assert not works["750.000"].is_sure
    assert works["140.000"].is_sure
    assert [mark.cijfer for mark in bar_for(aanbesteder="speciale-sectoren").marks] == ["30.000", "432.000"]


@pytest.mark.parametrize(
    ("raming", "sentence"),
    [
        ("29999.99", "Uw raming van 29.999,99 euro ligt onder 30.000 euro."),
        ("30000", "Uw raming van 30.000 euro is niet lager dan 30.000 euro en ligt onder 140.000 euro."),
        ("120000", "Uw raming van 120.000 euro is niet lager dan 30.000 euro en ligt onder 140.000 euro."),
        ("216000", "Uw raming van 216.000 euro is niet lager dan 216.000 euro."),
    ],
)
def test_the_sentence_says_between_which_limits_the_value_lies(raming: str, sentence: str) -> None:
    assert bar_for(raming=raming).zin == sentence


@given(st.decimals("0.01", 10**11, places=2))
def test_the_value_stands_on_the_right_side_of_every_mark(raming: Decimal) -> None:
    found = bar_for(raming=raming)
    assert 0 <= found.plaats <= 100
    for mark in found.marks:
        # Two decimals of a percent: a value just under a limit may touch its mark, never pass it.
        assert found.plaats >= mark.plaats if raming >= mark.bedrag else found.plaats <= mark.plaats
