"""Which gemeenten go together in one lot, where nobody serves all of them. Pure, and the same every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.clauses.defaults import Defaults
from catalogue.clauses.question import Named
from catalogue.clauses.supply import Supplier

# So many different work areas are compared with each other; those that cover most come first.
_COMPARED = 60


@dataclass(frozen=True)
class Lot:
    """Gemeenten that go together, with those that serve all of them."""

    gemeenten: tuple[Named, ...]
    suppliers: tuple[Supplier, ...]

    @property
    def is_assumed(self) -> bool:
        """Whether it rests on assumed work areas only."""
        keys = {gemeente.key for gemeente in self.gemeenten}
        return bool(self.suppliers) and all(one.aangenomen & keys for one in self.suppliers)


def propose_lots(
    gemeenten: Sequence[Named], suppliers: Sequence[Supplier], rules: Defaults
) -> tuple[Lot, ...]:
    """Divide the gemeenten: what enough suppliers serve together, then what one does, then the rest."""
    bits = {gemeente.key: 1 << place for place, gemeente in enumerate(gemeenten)}
    areas = [sum(bits[key] for key in supplier.gemeenten) for supplier in suppliers]
    groups: list[int] = []
    left = (1 << len(gemeenten)) - 1
    for together in (rules.groen, rules.oranje):
        while best := _largest(areas, left, together):
            groups.append(best)
            left &= ~best
    if left:
        groups.append(left)
    return tuple(
        Lot(
            tuple(gemeente for place, gemeente in enumerate(gemeenten) if group >> place & 1),
            tuple(one for one, area in zip(suppliers, areas, strict=True) if area & group == group),
        )
        for group in groups
    )


def _largest(areas: Sequence[int], left: int, together: int) -> int:
    """The most gemeenten of those left that so many suppliers (one or more) serve together; 0 for none."""
    counted = Counter(area & left for area in areas if area & left)
    distinct = sorted(counted, key=_rank, reverse=True)[:_COMPARED]
    best = 0
    for place, area in enumerate(distinct):
        if _rank(area) <= _rank(best):
            break
        if counted[area] >= together:
            best = area
            continue
        for other in distinct[place + 1 :]:
            shared = area & other
            if _rank(shared) > _rank(best) and _serving(distinct, counted, shared) >= together:
                best = shared
    return best


def _rank(area: int) -> tuple[int, int]:
    """More gemeenten come first; among equals those named first, which are the lowest bits."""
    return area.bit_count(), -area


def _serving(distinct: Sequence[int], counted: Counter[int], shared: int) -> int:
    return sum(counted[area] for area in distinct if area & shared == shared)
