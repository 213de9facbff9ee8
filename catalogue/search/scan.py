"""The same search over documents in memory: what serves while the index is missing or being rebuilt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from catalogue.search.counts import Counts
from catalogue.search.fields import Analysed, analyse
from catalogue.search.kept import COUNTED, kept_terms
from catalogue.search.own import NOBODY, STEM_FIELDS, Ids
from catalogue.search.reader import Reader
from catalogue.search.stems import Stems
from catalogue.search.types import Document, Reading, Vocabulary


class MemoryPostings:
    """Postings of analysed documents in plain dictionaries."""

    def __init__(self, documents: Iterable[Analysed]) -> None:
        building: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._documents = {document.id: document for document in documents}
        for document in self._documents.values():
            for field, terms in document.terms.items():
                for term in terms:
                    building[field, term].add(document.id)
        self._ids = {key: frozenset(ids) for key, ids in building.items()}

    @cached_property
    def _stems(self) -> Stems:
        return Stems({term for field, term in self._ids if field in STEM_FIELDS})

    @cached_property
    def _counts(self) -> Mapping[str, Counts]:
        found: dict[str, dict[str, int]] = {field: {} for field in COUNTED}
        for (field, term), ids in self._ids.items():
            if field in found:
                found[field][term] = len(ids)
        return {field: Counts(counts) for field, counts in found.items()}

    @property
    def size(self) -> int:
        return len(self._documents)

    def holds(self, number: int) -> bool:
        return number in self._documents

    def had(self, number: int) -> Mapping[str, tuple[str, ...]]:
        """Return the terms of one document: its stems, and those of the fields that are counted."""
        return kept_terms(self._documents[number])

    def ids(self, field: str, term: str) -> Ids:
        return self._ids.get((field, term), NOBODY)

    def knows(self, term: str) -> bool:
        return term in self._stems

    def containing(self, fragment: str) -> Sequence[str]:
        return self._stems.containing(fragment)

    def made_with(self, part_stem: str) -> frozenset[str]:
        return self._stems.made_with(part_stem)

    def stands_beside(self, term: str, numbers: Ids) -> bool:
        """Whether a document other than these holds a stem."""
        return not all(self.ids(field, term) <= numbers for field in STEM_FIELDS)

    def forms(self) -> Counts:
        return self._counts["vorm"]

    def phrases(self) -> Counts:
        return self._counts["vrij"]


class ScanIndex:
    """Search without an index on disk; the same answers, more memory, no start-up from disk."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._reader = Reader(MemoryPostings(analyse(document) for document in documents))

    def search(self, text: str, vocabulary: Vocabulary, *, literal: bool = False) -> Reading:
        """Return what a question asks and who answers it; see TextIndex.search."""
        return self._reader.read(text, vocabulary, literal=literal)
