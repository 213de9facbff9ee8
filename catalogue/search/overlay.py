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
from catalogue.search.own import STEM_FIELDS, Ids, Postings
from catalogue.search.scan import MemoryPostings
from catalogue.search.stems import Stems


class Base(Postings, Protocol):
    """Postings that can tell what a document of theirs held."""

    def holds(self, number: int) -> bool: ...

    def had(self, number: int) -> Mapping[str, tuple[str, ...]]: ...

    def stands_beside(self, term: str, numbers: Ids) -> bool: ...


class Overlay:
    """Postings of a base with changed documents; None stands for one that was removed.

    What most edits leave as it was is taken from the base; only differences are worked out anew.
    """

    def __init__(self, base: Base, changes: Mapping[int, Analysed | None]) -> None:
        self._base = base
        self._gone = frozenset(number for number in changes if base.holds(number))
        self._documents = [document for document in changes.values() if document is not None]
        self._extra = MemoryPostings(self._documents)
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
    def _held(self) -> set[str]:
        """The stems that the changed documents hold."""
        return set().union(*(one.terms.get(field, ()) for one in self._documents for field in STEM_FIELDS))

    @cached_property
    def _fresh(self) -> Stems:
        """The stems that only changed documents hold."""
        return Stems({term for term in self._held if not self._base.knows(term)})

    @cached_property
    def _dead(self) -> frozenset[str]:
        """The stems that only replaced documents held."""
        suspect = set().union(*(had.get(STEMS, ()) for had in self._had)) - self._held
        return frozenset(term for term in suspect if not self._base.stands_beside(term, self._gone))

    def knows(self, term: str) -> bool:
        return term in self._fresh or (self._base.knows(term) and term not in self._dead)

    def containing(self, fragment: str) -> Sequence[str]:
        found = self._base.containing(fragment)
        more = self._fresh.containing(fragment)
        if not more and self._dead.isdisjoint(found):
            return found
        return sorted({*found, *more} - self._dead)

    def made_with(self, part_stem: str) -> frozenset[str]:
        return (self._base.made_with(part_stem) - self._dead) | self._fresh.made_with(part_stem)

    def forms(self) -> Counts:
        return self._documents_by_term("vorm", self._base.forms())

    def phrases(self) -> Counts:
        return self._documents_by_term("vrij", self._base.phrases())

    def _documents_by_term(self, field: str, base: Counts) -> Counts:
        found = self._counts.get(field)
        if found is None:
            more = Counter(term for document in self._documents for term in document.terms.get(field, ()))
            more.subtract(term for had in self._had for term in had.get(field, ()))
            changed = {term: base.count(term) + difference for term, difference in more.items() if difference}
            found = self._counts[field] = Counts(changed, base) if changed else base
        return found


def overlaid(base: Base, changes: Mapping[int, Analysed | None]) -> Postings:
    """Return the base with its changes; the base itself where there are none."""
    return Overlay(base, changes) if changes else base
