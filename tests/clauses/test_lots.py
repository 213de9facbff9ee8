"""Which gemeenten go together in one lot: whole, without overlap, and the same every time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalogue.clauses.defaults import defaults
from catalogue.clauses.lots import propose_lots
from catalogue.clauses.question import Named
from catalogue.clauses.supply import Supplier
from tests.clauses.builders import IEPER, POPERINGE, VEURNE, a_supplier

PLACES = (IEPER, VEURNE, POPERINGE)


def lots(*suppliers: Supplier, gemeenten: tuple[Named, ...] = PLACES) -> list[tuple[str, int]]:
    return [
        (" ".join(one.label for one in lot.gemeenten), len(lot.suppliers))
        for lot in propose_lots(gemeenten, suppliers, defaults())
    ]


def test_gemeenten_that_two_serve_together_are_one_lot_before_those_that_one_serves() -> None:
    assert lots(a_supplier(1, VEURNE), a_supplier(2, IEPER, POPERINGE), a_supplier(3, IEPER, POPERINGE)) == [
        ("Ieper Poperinge", 2),
        ("Veurne", 1),
    ]


def test_two_that_overlap_share_the_lot_of_what_both_serve() -> None:
    assert lots(a_supplier(1, IEPER, VEURNE), a_supplier(2, VEURNE, POPERINGE)) == [
        ("Veurne", 2),
        ("Ieper", 1),
        ("Poperinge", 1),
    ]


def test_a_large_area_of_one_does_not_beat_a_smaller_one_of_two() -> None:
    assert lots(a_supplier(1, IEPER, VEURNE, POPERINGE), a_supplier(2, POPERINGE)) == [
        ("Poperinge", 2),
        ("Ieper Veurne", 1),
    ]


def test_what_nobody_serves_is_a_lot_without_suppliers() -> None:
    assert lots(a_supplier(1, IEPER)) == [("Ieper", 1), ("Veurne Poperinge", 0)]
    assert lots() == [("Ieper Veurne Poperinge", 0)]


def test_a_lot_is_assumed_only_where_every_supplier_of_it_is() -> None:
    stated = a_supplier(1, IEPER)
    assumed = a_supplier(2, IEPER, VEURNE, aangenomen=frozenset({IEPER.key, VEURNE.key}))
    first, second, third = propose_lots(PLACES, (stated, assumed), defaults())
    assert [first.is_assumed, second.is_assumed, third.is_assumed] == [False, True, False]


_MANY = tuple(Named(str(number), f"Dorp {number}") for number in range(8))
_AREAS = st.lists(st.sets(st.sampled_from(_MANY), min_size=1), max_size=10)


@given(_AREAS)
def test_the_lots_are_all_gemeenten_each_once_and_their_suppliers_serve_them(areas: list[set[Named]]) -> None:
    suppliers = [a_supplier(number, *area) for number, area in enumerate(areas)]
    found = propose_lots(_MANY, suppliers, defaults())
    assert sorted(one.key for lot in found for one in lot.gemeenten) == sorted(one.key for one in _MANY)
    for lot in found:
        keys = {one.key for one in lot.gemeenten}
        assert list(lot.suppliers) == [one for one in suppliers if keys <= one.gemeenten]
    thin = {one.key for lot in found if len(lot.suppliers) < defaults().groen for one in lot.gemeenten}
    assert all(sum(key in one.gemeenten for one in suppliers) < defaults().groen for key in thin)
    assert found == propose_lots(_MANY, suppliers, defaults())
