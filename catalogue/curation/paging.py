"""Curation: a list that grows shorter while it is worked through: past its end stands its last page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from catalogue.directory.paging import page_count, pager
from catalogue.directory.shown import Pager

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pages:
    """A page of a list of `total`; past the end is the last page."""

    wanted: int
    total: int
    size: int

    @property
    def page(self) -> int:
        """The page that is shown."""
        return min(self.wanted, page_count(self.total, self.size))

    def part(self, rows: Sequence[T]) -> Sequence[T]:
        """The rows of this page out of all."""
        return rows[(self.page - 1) * self.size : self.page * self.size]

    def shown(self, at: Callable[[int], str]) -> Pager:
        """Links to the other pages; `at` gives the address of a page."""
        return pager(self.page, page_count(self.total, self.size), at)
