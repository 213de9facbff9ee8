"""Which words of a text show that it answers a question: they are marked where the text is shown. Pure."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from catalogue.search.analysis import compose, is_small, stem, tokens, words
from catalogue.search.dutch_words import dutch_parts

MIN_MARKED_PART = 4
"""Letters of a word that is marked inside a compound (onderhoud in groenonderhoud)."""


def _to_mark(asked: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in asked if not is_small(word))


class Marks:
    """The stems to mark for the words of a question."""

    def __init__(self, found: Sequence[str]) -> None:
        asked = [word for phrase in found for word in words(phrase)]
        self._stems = _to_mark(asked)
        self._compounds = [
            (frozenset(map(stem, parts)), _to_mark(parts)) for parts in map(dutch_parts, asked) if parts
        ]

    def pieces(self, text: str) -> list[tuple[str, bool]]:
        """Return the text in pieces, each with whether it is to be marked; joined they are the composed text.

        The parts of a compound are marked where all of them stand apart: "groen onderhouden".
        """
        composed = compose(text)
        found = [(token, stem(token.word)) for token in tokens(composed)]
        marked = self._stems
        if self._compounds:
            here = {one for _, one in found}
            marked = marked.union(*(ours for parts, ours in self._compounds if parts <= here))
        long = tuple(one for one in marked if len(one) >= MIN_MARKED_PART)
        segments: list[tuple[str, bool]] = []
        end = 0
        for token, one in found:
            if one in marked or one.startswith(long) or one.endswith(long):
                if token.start > end:
                    segments.append((composed[end : token.start], False))
                segments.append((composed[token.start : token.end], True))
                end = token.end
        if end < len(composed):
            segments.append((composed[end:], False))
        return segments


@lru_cache(maxsize=1_000)
def _marks(found: tuple[str, ...]) -> Marks:
    return Marks(found)


def highlight(text: str, found: Sequence[str]) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it is to be marked for the words or phrases of an answer."""
    return _marks(tuple(found)).pieces(text)
