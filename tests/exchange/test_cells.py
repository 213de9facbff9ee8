"""Cells: lists and texts go out and come back unchanged, and nothing that a spreadsheet would run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.exchange.cells import guard, join, split, unguard


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("a;b|c", ("a", "b", "c")),
        (" poetsen ;; |  gras   maaien ", ("poetsen", "gras maaien")),
        ('"a;b"|c', ("a;b", "c")),
        ('"zeg ""hallo"""|c', ('zeg "hallo"', "c")),
        ('vzw "De Boei"|c', ('vzw "De Boei"', "c")),
        ('"De Boei" vzw|c', ('"De Boei" vzw', "c")),
        ("", ()),
        (" ; | ", ()),
    ],
)
def test_a_list_cell_splits_on_both_signs_except_between_quotes(cell: str, items: tuple[str, ...]) -> None:
    assert split(cell) == items


@given(st.lists(st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool)))
def test_a_list_comes_back_from_its_cell(items: list[str]) -> None:
    assert split(join(items)) == tuple(items)


@pytest.mark.parametrize("text", ["=1+1", "+32 57 20 00 00", "-5", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''+1"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert guard(text) == f"'{text}"


@pytest.mark.parametrize("text", ["'t Veer", "1 = 1", "", "''s avonds", "naam"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


@given(st.text(alphabet="'=+-@\t\rab"))
def test_a_guarded_text_comes_back(text: str) -> None:
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in {"=", "+", "-", "@", "\t", "\r"}
