"""Splitting of Dutch compounds with the words of a vocabulary: groenonderhoud is groen and onderhoud."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from catalogue.search.analysis import MAX_WORD, stem
from catalogue.search.language import language

MIN_PART = 3
"""Letters of the shortest part; two-letter parts split nearly anything."""

MIN_RESIDUE = 4
"""Letters of a part that is only inferred from a compound around a known word."""

MIN_SHARED = 2
"""Words that must end alike before that ending shows what stands before it."""

CACHE_SIZE = 50_000

_VOWELS = frozenset("aeiouy")
_LONG = re.compile(r"[^aeiou](aa|ee|oo|uu)[^aeiou]$")
_FINAL = {"v": "f", "z": "s"}
"""How a consonant is written at the end of a word: brieven, brief."""
_INNER = {"f": "v", "s": "z"}
_Division = tuple[int, int, int, int, tuple[str, ...]]


def _spellings(word: str) -> list[str]:
    """Return how a word may be written in a compound: panelen as paneel, snijden as snij, keuren as keuring.

    Only forms that say the same; whether they are words does not matter.
    """
    base = word.removesuffix("en")
    if len(base) <= MIN_PART:
        return []
    if base == word:
        return [f"{base[:-2]}{_INNER.get(base[-1], base[-1])}en"] if _LONG.search(base) else []
    forms = []
    if base[-1] not in _VOWELS and base[-2] in "aeou" and base[-3] not in _VOWELS:
        forms.append(f"{base[:-1]}{base[-2:]}")
    forms += [f"{form[:-1]}{_FINAL[form[-1]]}" for form in (base, *forms) if form[-1] in _FINAL]
    if base.endswith(("ijd", "oud")):
        forms.append(base[:-1])
    return [*forms, *(derived for derived in (f"{base}ing", f"{base}ingen") if stem(derived) == stem(word))]


def _verb_of(word: str, known: set[str]) -> str:
    """Return the known verb of someone who does it: wassen for the washer in ruitenwasser."""
    base = word.removesuffix("s").removesuffix("er")
    return f"{base}en" if base != word and f"{base}en" in known else word


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a word: its stem, and whether it is a last part that only says that somebody does it."""

    stem: str
    is_filler_head: bool = False


class Splitter:
    """Splits words into parts that the vocabulary knows: fewest parts first, then the surest."""

    def __init__(self, vocabulary_words: Iterable[str], whole: Iterable[str] = ()) -> None:
        """Take the normalised words of the vocabulary, and words never to be split (names of places)."""
        dutch = language()
        self._stop = dutch.stop | dutch.no_part
        self._heads = dutch.heads
        self._links = ("", *dutch.links)
        self._whole = frozenset(whole)
        self._cost: dict[str, int] = {}
        self._stems: dict[str, str] = {}
        self._cache: dict[str, tuple[Part, ...]] = {}
        known = {word for word in vocabulary_words if not word.isdigit()}
        for word in sorted(known | dutch.light | dutch.deciding | dutch.heads):
            self._add(word, stem(word), 0)
        for residue in sorted(self._residues(known)):
            self._add(residue, stem(_verb_of(residue, known)), 1)

    def _add(self, word: str, word_stem: str, cost: int) -> None:
        verb_stem = word.removesuffix("en") if len(word) >= MIN_RESIDUE + 2 else word
        shortened = _LONG.search(word) and word_stem == word[:-2] + word[-1]
        for form in (word, *(() if shortened else (word_stem,)), verb_stem, *_spellings(word)):
            if len(form) >= MIN_PART and form not in self._stop and form not in self._cost:
                self._cost[form] = cost
                self._stems[form] = word_stem

    def _residues(self, known: set[str]) -> set[str]:
        """Infer parts: a compound around one known word gives the other (hydranten + controle).

        A last part that is known must be a general one, or end several words, for its first part to count.
        """
        dutch = language()
        singular = {word[:-2] for word in known if word.endswith("en") and word[:-2] == stem(word)}
        usual = (known | singular | dutch.light | dutch.deciding | dutch.heads | dutch.filler) - self._stop
        endings: Counter[str] = Counter()
        cuts = []
        ordered = sorted(known)
        for word in sorted(known - self._whole):
            if word.endswith(dutch.loan_endings) or len(self._best(word)) > 1:
                continue
            for place in range(MIN_RESIDUE, len(word) - MIN_RESIDUE + 1):
                first, last = word[:place], word[place:]
                if (first in usual) != (last in usual):
                    endings[last] += 1
                    cuts.append((word, first, last))
        found: dict[str, str] = {}
        for word, first, last in cuts:
            if last in usual:
                general = last in dutch.light | dutch.deciding | dutch.heads | dutch.filler
                residue = first if general or endings[last] >= MIN_SHARED else ""
            else:
                linked = any(last.startswith(link) and last[len(link) :] in usual for link in dutch.links)
                is_word = len(last) > MIN_RESIDUE and not last.endswith(dutch.suffixes)
                after = bisect_right(ordered, word)
                is_part = after < len(ordered) and ordered[after].startswith(word)
                residue = last if is_word and not linked and not is_part else ""
            if residue and _VOWELS & set(residue) and len(residue) < len(found.get(word, word)):
                found[word] = residue
        return {part for part in found.values() if part not in self._stop}

    def knows(self, form: str) -> bool:
        return form in self._cost

    def inferred(self) -> tuple[str, ...]:
        """Return the parts that only occur inside compounds of the vocabulary."""
        return tuple(form for form, cost in self._cost.items() if cost)

    def stem_of(self, form: str) -> str:
        return self._stems.get(form) or stem(form)

    def forms(self, part_stem: str) -> list[str]:
        """Return the ways in which a part with this stem can be written inside a compound."""
        return self._by_stem.get(part_stem, [part_stem])

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for form, form_stem in self._stems.items():
            found.setdefault(form_stem, []).append(form)
        return found

    def parts(self, word: str) -> tuple[Part, ...]:
        """Return the parts of a normalised word; one part where it is no compound."""
        cached = self._cache.get(word)
        if cached is None:
            if len(self._cache) > CACHE_SIZE:
                self._cache.clear()
            cached = self._cache[word] = self._split(word)
        return cached

    def has_part(self, word: str, part_stem: str) -> bool:
        """Whether a word has a part with this stem; a word that is no compound is not stemmed for it."""
        return any(self._stems.get(form) == part_stem for form in self._surfaces(word) or (word,))

    def _surfaces(self, word: str) -> tuple[str, ...]:
        """Return the parts of a compound as they are written; none where it is no compound of known words."""
        if len(word) < 2 * MIN_PART or len(word) >= MAX_WORD or word in self._whole or word in self._stop:
            return ()
        found = tuple(part for form in self._best(word) for part in self._best(form) or (form,))
        return found if len(found) > 1 else ()

    def _split(self, word: str) -> tuple[Part, ...]:
        surfaces = self._surfaces(word)
        if not surfaces:
            return (Part(self.stem_of(word), word in self._heads),)
        last = len(surfaces) - 1
        return tuple(
            Part(self.stem_of(form), place == last and form in self._heads)
            for place, form in enumerate(surfaces)
        )

    def _best(self, word: str) -> tuple[str, ...]:
        """Find the cheapest division: few parts, few inferred, few linking letters, a long last part."""
        best: dict[int, _Division] = {0: (0, 0, 0, 0, ())}
        for start in range(len(word) - MIN_PART + 1):
            if start not in best:
                continue
            count, inferred, linked, _, surfaces = best[start]
            for end in range(start + MIN_PART, len(word) + 1):
                form = word[start:end]
                if form not in self._cost or (start == 0 and end == len(word)):
                    continue
                base = (count + 1, inferred + self._cost[form])
                for link in self._links:
                    stop = end + len(link)
                    if link and (stop >= len(word) or not word.startswith(link, end)):
                        continue
                    candidate: _Division = (*base, linked + len(link), -len(form), (*surfaces, form))
                    if stop not in best or candidate < best[stop]:
                        best[stop] = candidate
        return best[len(word)][4] if len(word) in best else ()

    def starts(self, word: str) -> list[str]:
        """Return the ends of a compound from each of its later parts on (onderhoud of groenonderhoud)."""
        surfaces = self._best(word) if word not in self._whole else ()
        places = [word.find(form, 1) for form in surfaces[1:]]
        return [word[place:] for place in places if place > 0]

    def residue_split(self, word: str, heads: Iterable[str]) -> tuple[str, str] | None:
        """Split an unknown word before the longest of the given heads (kantoorschoonmaak)."""
        for head in sorted(heads, key=len, reverse=True):
            rest = word[: -len(head)]
            if word.endswith(head) and len(rest) >= MIN_PART and _VOWELS & set(rest):
                return rest, head
        return None
