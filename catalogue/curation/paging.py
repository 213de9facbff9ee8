"""Curation: a long list in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from catalogue.directory.shown import Link, Pager

T = TypeVar("T")


def page_number(text: str) -> int:
    """The page that an address asks for; the first where it asks for none."""
    is_number = text.isascii() and text.isdigit() and len(text) < 8
    return max(1, int(text)) if is_number else 1


@dataclass(frozen=True, slots=True)
class Pages:
    """A page of a list of `total`; past the end is the last page."""

    wanted: int
    total: int
    size: int

    @property
    def last(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // self.size))

    @property
    def page(self) -> int:
        """The page that is shown."""
        return min(self.wanted, self.last)

    def part(self, rows: Sequence[T]) -> Sequence[T]:
        """The rows of this page out of all."""
        return rows[(self.page - 1) * self.size : self.page * self.size]

    def shown(self, at: Callable[[int], str]) -> Pager:
        """Links to the pages around this one, the first and the last; `at` gives the address of a page."""
        around = range(max(1, self.page - 2), min(self.last, self.page + 2) + 1)
        near = sorted({1, self.last, *around})
        links: list[Link] = []
        for before, one in pairwise([0, *near]):
            if one - before > 1:
                links.append(Link("…", ""))
            links.append(Link(str(one), at(one), chosen=one == self.page))
        return Pager(
            page=self.page,
            pages=self.last,
            previous_url=at(self.page - 1) if self.page > 1 else "",
            next_url=at(self.page + 1) if self.page < self.last else "",
            links=tuple(links) if self.last > 1 else (),
        )
