"""Written words with the number of documents that hold them: looked up, and listed by their length."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property


class Counts(Mapping[str, int]):
    """Words with their counts: those of a base, if any, with what changed since (0: the word is gone)."""

    def __init__(self, changed: Mapping[str, int], base: "Counts | None" = None) -> None:
        self._changed = changed
        self._base = base

    def count(self, word: str) -> int:
        """Return how many documents hold a word."""
        changed = self._changed.get(word)
        if changed is not None:
            return changed
        return self._base.count(word) if self._base is not None else 0

    def __getitem__(self, word: str) -> int:
        count = self.count(word)
        if not count:
            raise KeyError(word)
        return count

    def __iter__(self) -> Iterator[str]:
        if self._base is not None:
            yield from (word for word in self._base if word not in self._changed)
        yield from (word for word, count in self._changed.items() if count)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def of_length(self, length: int) -> Sequence[str]:
        """Return the words of so many letters, in any order."""
        changed = self._by_length.get(length, ())
        if self._base is None:
            return changed
        known = self._base.of_length(length)
        if not changed:
            return known
        kept = (word for word in known if word not in self._changed)
        return [*kept, *(word for word in changed if self._changed[word])]

    @cached_property
    def _by_length(self) -> Mapping[int, Sequence[str]]:
        found = defaultdict(list)
        for word in self._changed:
            found[len(word)].append(word)
        return found
