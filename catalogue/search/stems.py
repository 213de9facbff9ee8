"""The stems of an index as one text: which hold a fragment, and which are compounds of Dutch words."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from catalogue.search.analysis import stem
from catalogue.search.dutch_words import dutch_parts

KEPT_FRAGMENTS = 500
"""Fragments whose stems are remembered; a short one is in some hundreds."""


class Stems:
    """All stems of one index; what was looked up is remembered, because an edit leaves it as it was."""

    def __init__(self, stems: Collection[str]) -> None:
        self._known = stems
        self._lines = "\n" + "\n".join(sorted(stems)) + "\n"
        self._containing: dict[str, Sequence[str]] = {}

    def __contains__(self, term: str) -> bool:
        return term in self._known

    def containing(self, fragment: str) -> Sequence[str]:
        """Return the stems that hold the fragment, in order, by one search through all of them."""
        found = self._containing.get(fragment)
        if found is None:
            found = tuple(self._search(fragment))
            if len(self._containing) >= KEPT_FRAGMENTS:
                self._containing.clear()
            self._containing[fragment] = found
        return found

    def _search(self, fragment: str) -> list[str]:
        found, place = [], self._lines.find(fragment)
        while place >= 0:
            end = self._lines.index("\n", place)
            found.append(self._lines[self._lines.rindex("\n", 0, place + 1) + 1 : end])
            place = self._lines.find(fragment, end)
        return found

    def made_with(self, part_stem: str) -> frozenset[str]:
        """Return the stems that are compounds of Dutch words, one of them with this stem."""
        return self._made_with.get(part_stem, frozenset())

    @cached_property
    def _made_with(self) -> Mapping[str, frozenset[str]]:
        found = defaultdict(set)
        for term in self._known:
            for part in dutch_parts(term):
                found[stem(part)].add(term)
        return {part_stem: frozenset(terms) for part_stem, terms in found.items()}

    def warm(self) -> None:
        """Work out the compounds now (a quarter of a second at 10,000 entries), not while somebody waits."""
        _ = self._made_with
