"""Find organisations: one call from criteria to what a page, a map, a file or the API shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from catalogue.directory import match
from catalogue.directory.criteria import Criteria
from catalogue.directory.facets import FacetCount, count_facets
from catalogue.directory.live import Directory
from catalogue.directory.loosen import Loosened, loosen
from catalogue.directory.search import Hit, Search, effective_sort
from catalogue.directory.sentence import sentence
from catalogue.directory.snapshot import Snapshot
from catalogue.search.types import Reading


@dataclass(frozen=True, slots=True)
class Found:
    """The answer. `order` holds every hit, best first; `hits` those of the page that was asked."""

    asked: Criteria
    criteria: Criteria
    snapshot: Snapshot
    reading: Reading | None
    total: int
    order: NDArray[np.intp] = field(repr=False)
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict, repr=False)
    sentence: str = ""
    corrected: str = ""
    recognised: Mapping[str, str] = field(default_factory=dict)
    loosened: Loosened = field(default_factory=Loosened)

    @property
    def alternatives(self) -> tuple[Hit, ...]:
        """Who comes near, where nobody fits; each says what was loosened."""
        return self.loosened.hits

    @property
    def pages(self) -> int:
        """How many pages there are; an empty result has one."""
        return max(1, -(-self.total // self.criteria.per_pagina))


def find(directory: Directory, criteria: Criteria, *, everything: bool = False, facets: bool = True) -> Found:
    """Answer a search. With `everything` all hits are worked out, not only those of one page."""
    snapshot = directory.current()
    search = Search(directory, criteria, snapshot)
    effective = search.criteria
    query = search.query(effective)
    found = match.evaluate(snapshot, query)
    km, nearest = search.distances(effective)
    order = match.in_order(snapshot, query, found, effective_sort(effective), km)
    start = (effective.pagina - 1) * effective.per_pagina
    shown = order if everything else order[start : start + effective.per_pagina]
    total = len(order)
    return Found(
        asked=criteria,
        criteria=effective,
        snapshot=snapshot,
        reading=search.reading,
        total=total,
        order=order,
        hits=tuple(search.hit(int(position), km, nearest, effective) for position in shown),
        facets=count_facets(search, query, effective) if facets else {},
        sentence=sentence(total, effective, search.words, search.reading),
        corrected=(search.reading.corrected or "") if search.reading else "",
        recognised=search.recognised,
        loosened=Loosened() if total or everything else loosen(search),
    )
