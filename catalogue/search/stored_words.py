"""The words of one opened index: its stems with their fields, its written words and phrases, counted.

Whoosh goes on counting replaced documents until segments are merged; here they count no more.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from catalogue.search.counts import Counts
from catalogue.search.kept import COUNTED, STEMS
from catalogue.search.own import STEM_FIELDS
from catalogue.search.stems import Stems

_BITS = {field: 1 << place for place, field in enumerate(STEM_FIELDS)}


class StoredWords:
    """What is read of an index at once, before the first question."""

    def __init__(self, reader: Any, replaced: Sequence[Mapping[str, Sequence[str]]]) -> None:
        """Read the words; `replaced` are the terms of the documents in the index that count no more."""
        self._reader = reader
        self._replaced = Counter(term for had in replaced for term in had.get(STEMS, ()))
        # Segment by segment: Whoosh merges them term by term, which takes six times as long.
        segments = [segment for segment, _ in reader.leaf_readers()]
        self._fields: dict[str, int] = {}
        for field, bit in _BITS.items():
            for raw in chain.from_iterable(segment.lexicon(field) for segment in segments):
                term = raw.decode("utf-8")
                self._fields[term] = self._fields.get(term, 0) | bit
        for term in self._replaced:
            if not any(self._is_alive(field, term) for field in _BITS):
                self._fields.pop(term, None)
        self.stems = Stems(self._fields)
        self.counts = {field: _count(segments, field, replaced) for field in COUNTED}

    def __getstate__(self) -> dict[str, Any]:
        """What can be kept: everything that was read, without the opened index."""
        return {name: value for name, value in vars(self).items() if name != "_reader"}

    def read_on(self, reader: Any) -> None:
        """Go on with another opening of the same index, after these words were kept."""
        self._reader = reader

    def has(self, field: str, term: str) -> bool:
        """Whether the index may hold a stem in a field; where it says no, nothing has to be looked up."""
        return bool(self._fields.get(term, 0) & _BITS[field])

    def least(self, field: str, term: str) -> int:
        """Return how many documents at least hold a stem in a field, without reading which."""
        found = int(self._reader.doc_frequency(field, term)) if self.has(field, term) else 0
        return found - self._replaced[term]

    def _is_alive(self, field: str, term: str) -> bool:
        if not self.has(field, term):
            return False
        return self.least(field, term) > 0 or any(True for _ in self._reader.postings(field, term).all_ids())


def _count(segments: Iterable[Any], field: str, replaced: Sequence[Mapping[str, Sequence[str]]]) -> Counts:
    counts: Counter[str] = Counter()
    for raw, info in chain.from_iterable(segment.iter_field(field) for segment in segments):
        counts[raw.decode("utf-8")] += int(info.doc_frequency())
    counts.subtract(term for had in replaced for term in had.get(field, ()))
    return Counts({term: count for term, count in counts.items() if count > 0})
