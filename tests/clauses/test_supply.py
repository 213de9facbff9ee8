"""Counting suppliers: all gemeenten, each gemeente, assumed areas, who counts for a reservation."""

from __future__ import annotations

import pytest

from catalogue.clauses.defaults import defaults
from catalogue.clauses.supply import Supply
from tests.clauses.builders import IEPER, VEURNE, a_supplier, a_supply


@pytest.mark.parametrize(("count", "colour"), [(0, "rood"), (1, "oranje"), (2, "groen"), (40, "groen")])
def test_the_colour_follows_the_count(count: int, colour: str) -> None:
    assert a_supply(count).oordeel(defaults()) == colour


def test_only_those_that_serve_every_gemeente_are_counted() -> None:
    both, one = a_supplier(1, IEPER, VEURNE), a_supplier(2, VEURNE)
    supply = Supply((IEPER, VEURNE), (both, one))
    assert supply.aantal == 1
    assert supply.everywhere == (both,)
    assert supply.per_gemeente == {IEPER.key: 1, VEURNE.key: 2}
    assert not supply.needs_lots


def test_an_assumed_area_counts_once_for_a_supplier_that_serves_all() -> None:
    assumed = a_supplier(1, IEPER, VEURNE, aangenomen=frozenset({IEPER.key, VEURNE.key}))
    elsewhere = a_supplier(2, VEURNE, aangenomen=frozenset({VEURNE.key}))
    supply = Supply((IEPER, VEURNE), (assumed, elsewhere))
    assert supply.aangenomen == 1


def test_lots_are_needed_where_nobody_serves_all_of_several_gemeenten() -> None:
    supply = Supply((IEPER, VEURNE), (a_supplier(1, IEPER), a_supplier(2, VEURNE)))
    assert supply.needs_lots
    assert supply.lots_to_reserve
    assert not Supply((IEPER,), ()).needs_lots
    assert not Supply((IEPER, VEURNE), ()).needs_lots


def test_lots_are_not_reserved_for_those_whose_share_is_not_proven() -> None:
    others = (a_supplier(1, IEPER, is_maatwerk=False), a_supplier(2, VEURNE, is_maatwerk=False))
    supply = Supply((IEPER, VEURNE), others)
    assert supply.needs_lots
    assert not supply.lots_to_reserve


def test_a_reservation_counts_maatwerk_and_proven_shares_only() -> None:
    maatwerk = a_supplier(1)
    proven = a_supplier(2, is_maatwerk=False, art15_bewezen=True)
    declared = a_supplier(3, is_maatwerk=False, is_declared=True)
    supply = Supply((IEPER,), (maatwerk, proven, declared))
    assert supply.reservable == (maatwerk, proven)
    assert supply.to_verify == (declared,)
    assert supply.reservable_in(IEPER.key) == (maatwerk, proven)
