"""An index with the changes since it was opened: changed documents in memory, replaced ones left out.

So an edit is found at once by every process, whoever writes the index and whenever that is done.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol

from catalogue.search.counts import Counts
from catalogue.search.fields import Analysed
from catalogue.search.kept import STEMS
from catalogue.search.own import Ids, Postings
from catalogue.search.scan import MemoryPostings


class Base(Postings, Protocol):
    """Postings that can tell what a document of theirs held."""

    def holds(self, number: int) -> bool: ...

    def had(self, number: int) -> Mapping[str, tuple[str, ...]]: ...

    def stands_beside(self, term: str, numbers: Ids) -> bool: ...


class Overlay:
    """Postings of a base with changed documents; None stands for one that was removed."""

    def __init__(self, base: Base, changes: Mapping[int, Analysed | None]) -> None:
        self._base = base
        self._gone = frozenset(number for number in changes if base.holds(number))
        self._extra = MemoryPostings(document for document in changes.values() if document is not None)
        self._ids: dict[tuple[str, str], Ids] = {}
        self._counts: dict[str, Counts] = {}

    @property
    def size(self) -> int:
        return self._base.size - len(self._gone) + self._extra.size

    def ids(self, field: str, term: str) -> Ids:
        key = (field, term)
        found = self._ids.get(key)
        if found is None:
            found = self._base.ids(field, term)
            if not self._gone.isdisjoint(found):
                found -= self._gone
            more = self._extra.ids(field, term)
            found = self._ids[key] = found | more if more else found
        return found

    @cached_property
    def _had(self) -> Sequence[Mapping[str, tuple[str, ...]]]:
        """What the replaced documents held."""
        return [self._base.had(number) for number in self._gone]

    @cached_property
    def _dead(self) -> frozenset[str]:
        """Stems that only replaced documents held."""
        suspect = {term for had in self._had for term in had.get(STEMS, ()) if not self._extra.knows(term)}
        return frozenset(term for term in suspect if not self._base.stands_beside(term, self._gone))

    def knows(self, term: str) -> bool:
        return self._extra.knows(term) or (self._base.knows(term) and term not in self._dead)

    def containing(self, fragment: str) -> Sequence[str]:
        found = self._base.containing(fragment)
        more = self._extra.containing(fragment)
        if not more and self._dead.isdisjoint(found):
            return found
        return sorted({*found, *more} - self._dead)

    def made_with(self, part_stem: str) -> frozenset[str]:
        return (self._base.made_with(part_stem) - self._dead) | self._extra.made_with(part_stem)

    def forms(self) -> Counts:
        return self._documents_by_term("vorm", self._base.forms(), self._extra.forms())

    def phrases(self) -> Counts:
        return self._documents_by_term("vrij", self._base.phrases(), self._extra.phrases())

    def _documents_by_term(self, field: str, base: Counts, extra: Counts) -> Counts:
        found = self._counts.get(field)
        if found is None:
            less = Counter(term for had in self._had for term in had.get(field, ()))
            counts = {term: base.count(term) - less[term] + extra.count(term) for term in {*less, *extra}}
            changed = {term: count for term, count in counts.items() if count != base.count(term)}
            found = self._counts[field] = Counts(changed, base) if changed else base
        return found


def overlaid(base: Base, changes: Mapping[int, Analysed | None]) -> Postings:
    """Return the base with its changes; the base itself where there are none."""
    return Overlay(base, changes) if changes else base
