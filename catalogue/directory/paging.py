"""A long list in pages: which page an address asks for, and the links to the others."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from catalogue.directory.shown import Link, Pager

# Pages on both sides of the one that is shown that have a link of their own.
AROUND = 2


def page_number(text: str) -> int:
    """The page that an address asks for; the first where it asks for none."""
    is_number = text.isascii() and text.isdigit() and len(text) < 8
    return max(1, int(text)) if is_number else 1


def page_count(total: int, size: int) -> int:
    """How many pages a list of `total` takes; an empty one takes one."""
    return max(1, -(-total // size))


def pager(page: int, pages: int, at: Callable[[int], str]) -> Pager:
    """Links to the pages around this one, the first and the last; `at` gives the address of a page."""
    around = range(max(1, page - AROUND), min(pages, page + AROUND) + 1)
    links: list[Link] = []
    for before, one in pairwise([0, *sorted({1, pages, *around})]):
        if one - before > 1:
            links.append(Link("…", ""))
        links.append(Link(str(one), at(one), chosen=one == page))
    return Pager(
        page=page,
        pages=pages,
        previous_url=at(page - 1) if page > 1 else "",
        next_url=at(page + 1) if page < pages else "",
        links=tuple(links) if pages > 1 else (),
    )
