"""Which organisations answer with their own words: names, numbers, service words, notes, description."""

import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from catalogue.search import weights
from catalogue.search.analysis import is_small, normalise, stem
from catalogue.search.counts import Counts
from catalogue.search.dutch_words import MIN_DUTCH_PART, dutch_parts, is_dutch
from catalogue.search.language import language
from catalogue.search.lexicon import LIGHT_SHARE, Lexicon
from catalogue.search.types import FREE, OwnField, OwnMatch, ServiceMatch

Ids = frozenset[int]
NOBODY: Ids = frozenset()

STEM_FIELDS: Mapping[str, OwnField] = MappingProxyType(
    {
        "naam": "naam",
        "voorheen": "voorheen",
        "woord": "dienstwoord",
        "nota": "nota",
        "tekst": "omschrijving",
        "plaats": "plaats",
    }
)
"""Fields of stems in the index, by falling weight, with the name that a reason gives them."""

FREE_FIELD = "woord"
"""Own words for services; other names of a service are looked for here only: running text says too much."""

NAME_FIELDS = ("naam", "voorheen")

FIELD_WEIGHT: Mapping[str, float] = MappingProxyType(
    {
        "naam": weights.NAAM,
        "voorheen": weights.VOORHEEN,
        "woord": weights.DIENSTWOORD_DEEL,
        "nota": weights.NOTA,
        "tekst": weights.OMSCHRIJVING,
        "plaats": weights.PLAATS,
    }
)

MIN_FRAGMENT = 3
MIN_FREE_FRAGMENT = 5
"""Letters of a word that the vocabulary does not know, to be found inside a longer word."""

MIN_SURE_FRAGMENT = 8
"""Letters of such a word that is a part whatever stands beside it (overschotten, voedseloverschotten)."""

MAX_JOINED = 3
"""Words of a name that may be written as one."""

KEPT_WORDS = 4_000


class Postings(Protocol):
    """What an index can be asked; answers are the same until the next generation."""

    @property
    def size(self) -> int:
        """The number of documents."""
        ...

    def ids(self, field: str, term: str) -> Ids: ...

    def knows(self, term: str) -> bool:
        """Whether the stem stands by itself in any field of stems."""
        ...

    def containing(self, fragment: str) -> Sequence[str]:
        """Return the stems of the index that hold the fragment."""
        ...

    def made_with(self, part_stem: str) -> frozenset[str]:
        """Return the stems of the index that are compounds of Dutch words, one of them with this stem."""
        ...

    def forms(self) -> Counts:
        """Return the written words of the index with the number of documents that hold them."""
        ...

    def phrases(self) -> Counts:
        """Return the own words for services, joined by "_", with the number of documents that hold them."""
        ...


def _long_vowel(word_stem: str) -> str:
    """Write a stem as in a closed syllable: the stem of uitlaten is uitlat, its noun uitlaat."""
    if len(word_stem) > 3 and word_stem[-2] in "aeou" and word_stem[-3] not in "aeiou":
        return f"{word_stem[:-1]}{word_stem[-2]}{word_stem[-1]}"
    return word_stem


class OwnSearch:
    """Looks up words in one generation of an index, read with one vocabulary; remembers what it found."""

    def __init__(self, postings: Postings, lexicon: Lexicon) -> None:
        self.postings = postings
        self.lexicon = lexicon
        self._terms: dict[str, tuple[str, ...]] = {}
        self._hits: dict[str, Mapping[str, Ids]] = {}
        self._lock = threading.Lock()

    def is_whole_name(self, phrase: Sequence[str]) -> bool:
        return any(
            self.postings.ids(field, key) for field in ("heel", "eertijds") for key in self._name_keys(phrase)
        )

    def is_in_a_name(self, word: str) -> bool:
        """Whether the name of any organisation holds this word."""
        return bool(self.postings.ids("naam", stem(word)))

    @staticmethod
    def _name_keys(phrase: Sequence[str]) -> tuple[str, ...]:
        """Return the keys of a name as typed, and written as one word where it has few (Mandel werk)."""
        joined = "".join(phrase)
        return ("_".join(phrase), joined) if 1 < len(phrase) <= MAX_JOINED else (joined,)

    def knows(self, word: str) -> bool:
        """Whether any organisation says this word, by itself or inside a longer one."""
        return any(self.hits(word).values()) or bool(self.postings.ids("letters", word))

    def says(self, word: str) -> bool:
        """Whether any organisation says this word by itself."""
        postings = self.postings
        is_said = word in postings.forms() or postings.knows(stem(word)) or postings.ids("letters", word)
        return bool(is_said)

    def hits(self, word: str) -> Mapping[str, Ids]:
        """Return by field the organisations that say a word in any form, or all parts of it."""
        found = self._hits.get(word)
        if found is None:
            found = {field: self._in_field(field, word) for field in STEM_FIELDS}
            with self._lock:
                if len(self._hits) > KEPT_WORDS:
                    self._hits.clear()
                self._hits[word] = found
        return found

    def _in_field(self, field: str, word: str) -> Ids:
        if field in NAME_FIELDS:
            # A name is asked for by its words: Midwest is not west, Deelfabriek no fabriek.
            return self._any(field, self._forms(stem(word)))
        ids = self._any(field, self._index_terms(stem(word), word))
        split = self.lexicon.parts(word)
        if (word,) in self.lexicon.by_words and any(part.is_filler_head for part in split):
            # A name of a service that is asked for whole: a fietspunt is not any word with fiets.
            return ids
        parts = [part.stem for part in split if not part.is_filler_head]
        if parts and parts != [stem(word)]:
            together: Ids | None = None
            for part in parts:
                with_part = self._any(field, self._index_terms(part, part))
                together = with_part if together is None else together & with_part
            ids |= together or NOBODY
        elif field == FREE_FIELD and not ids:
            together = None
            for dutch in dutch_parts(word):
                with_part = self._any(field, self._index_terms(stem(dutch), dutch))
                together = with_part if together is None else together & with_part
            ids = together or NOBODY
        return ids

    @staticmethod
    def _forms(word_stem: str) -> tuple[str, ...]:
        return (word_stem, f"{word_stem}t", f"{word_stem}d")

    def _any(self, field: str, terms: Iterable[str]) -> Ids:
        found = [ids for term in terms if (ids := self.postings.ids(field, term))]
        return found[0].union(*found[1:]) if found else NOBODY

    def _index_terms(self, word_stem: str, word: str) -> tuple[str, ...]:
        """Return the terms of the index that say this stem: itself, verb forms, compounds around it."""
        key = f"{word_stem} {word}"
        terms = self._terms.get(key)
        if terms is None:
            terms = (*self._forms(word_stem), *self._compounds(word_stem, word))
            with self._lock:
                if len(self._terms) > KEPT_WORDS:
                    self._terms.clear()
                self._terms[key] = terms
        return terms

    def _compounds(self, word_stem: str, word: str) -> list[str]:
        found = []
        made = self.postings.made_with(word_stem)
        spelled = (word_stem, word, word.removesuffix("s"), _long_vowel(word_stem))
        for form in {*self.lexicon.splitter.forms(word_stem), *spelled}:
            if len(form) < MIN_FRAGMENT:
                continue
            for term in self.postings.containing(form):
                if term != word_stem and (term in made or self._has_part(term, form, word_stem)):
                    found.append(term)
        return found

    def _has_part(self, term: str, form: str, word_stem: str) -> bool:
        """Whether a term of the index is a compound with a word, as far as the vocabulary can tell."""
        return self.lexicon.splitter.has_part(term, word_stem) or self._stands_at_an_end(term, form)

    def _stands_at_an_end(self, term: str, form: str) -> bool:
        at_start = term.startswith(form)
        if len(form) < MIN_FREE_FRAGMENT or not (at_start or term.endswith(form)):
            return False
        rest = term.removeprefix(form) if at_start else term.removesuffix(form)
        if len(form) >= MIN_SURE_FRAGMENT and len(rest) >= MIN_FREE_FRAGMENT:
            return True
        return self._is_word(rest, at_end=at_start)

    def _is_word(self, rest: str, *, at_end: bool) -> bool:
        """Whether what is left of a compound is a word, with or without a linking letter."""
        for link in ("", *language().links):
            if at_end and rest.startswith(link):
                bare = rest.removeprefix(link)
            elif not at_end and rest.endswith(link):
                bare = rest.removesuffix(link)
            else:
                continue
            is_known = self.lexicon.splitter.knows(bare) or self.postings.knows(bare)
            is_known = is_known or (len(bare) >= MIN_DUTCH_PART and is_dutch(bare))
            if len(bare) >= MIN_FRAGMENT and is_known:
                return True
        return False

    def match(self, phrase: Sequence[str], services: Iterable[str], is_task: bool) -> Mapping[int, OwnMatch]:
        """Return the organisations that say the phrase, with the field that counts most.

        `services` are the slugs that carry exactly this name: their other names count as own service words.
        `is_task` says that the phrase means a service, so that a name with the word is no more than that.
        """
        found: dict[int, OwnMatch] = {}
        self._whole_names(phrase, found)
        content = [word for word in phrase if not is_small(word)] or list(phrase)
        self._by_words(content, " ".join(phrase), STEM_FIELDS, 1.0, is_task, found)
        for slug in services:
            for name in self.lexicon.telling_names(slug):
                self._other_name(name, found)
        return found

    def called(self, phrase: Sequence[str]) -> Mapping[int, OwnMatch]:
        """Return the organisations with exactly this name, former name or initials."""
        found: dict[int, OwnMatch] = {}
        self._whole_names(phrase, found)
        return found

    def add_free(self, services: Iterable[ServiceMatch], found: dict[int, OwnMatch]) -> None:
        """Add the organisations whose own words were matched as the name of a service."""
        for match in services:
            if match.is_free:
                ids = self.postings.ids("vrij", match.slug.removeprefix(FREE))
                self._add(ids, OwnMatch(match.weight * weights.FREE_SHARE, "dienstwoord", match.word), found)

    def about(self, loose: Sequence[str]) -> Mapping[int, OwnMatch]:
        """Return the organisations that say what the services of a question do not cover, all words of it."""
        found: dict[int, OwnMatch] = {}
        content = [word for word in loose if not is_small(word)]
        if content:
            fields = [field for field in STEM_FIELDS if field not in (*NAME_FIELDS, "plaats")]
            self._by_words(content, " ".join(content), fields, weights.ABOUT_SHARE, False, found)
        return found

    def _other_name(self, name: str, found: dict[int, OwnMatch]) -> None:
        """Add the organisations that call the service by another of its names, word for word."""
        stems = [stem(word) for word in normalise(name).split() if word not in language().stop]
        together = self.postings.ids(FREE_FIELD, stems[0])
        for word_stem in stems[1:]:
            together &= self.postings.ids(FREE_FIELD, word_stem)
        weight = FIELD_WEIGHT[FREE_FIELD] * weights.SYNONYM_OWN_SHARE
        self._add(together, OwnMatch(weight, STEM_FIELDS[FREE_FIELD], name), found)

    def _whole_names(self, phrase: Sequence[str], found: dict[int, OwnMatch]) -> None:
        keys, text = self._name_keys(phrase), " ".join(phrase)
        for field, name, weight in (
            ("heel", "naam", weights.NAAM_HEEL),
            ("eertijds", "voorheen", weights.VOORHEEN_HEEL),
            ("letters", "naam", weights.LETTERS),
        ):
            if field == "letters" and self.lexicon.knows(keys[0]):
                continue
            match = OwnMatch(weight, name, text)  # type: ignore[arg-type]
            for number in NOBODY.union(*(self.postings.ids(field, key) for key in keys)):
                found.setdefault(number, match)

    def _by_words(
        self,
        content: Sequence[str],
        text: str,
        fields: Iterable[str],
        share: float,
        is_task: bool,
        found: dict[int, OwnMatch],
    ) -> None:
        """Add the organisations that say enough of the words: first all in one field, last spread."""
        hits = [self.hits(word) for word in content]
        left = self._enough(content, hits, fields)
        heavy = [by for word, by in zip(content, hits, strict=True) if word not in language().light]
        for demanded, most in ((hits, None), (heavy or hits, weights.OMSCHRIJVING)):
            for field in fields:
                together = left.intersection(*(by_field[field] for by_field in demanded))
                weight = weights.NAAM_TASK if is_task and field in NAME_FIELDS else FIELD_WEIGHT[field]
                weight = weight if most is None else min(weight, most)
                self._add(together, OwnMatch(weight * share, STEM_FIELDS[field], text), found)
                left -= together
        # Spread over fields: what it says it does is named before its name, with the word that stands there.
        for field in sorted(fields, key=lambda field: field in (*NAME_FIELDS, "plaats")):
            for word, by_field in zip(content, hits, strict=True):
                if word in language().light and heavy:
                    continue
                spread = left & by_field[field]
                weight = min(FIELD_WEIGHT[field], weights.OMSCHRIJVING)
                self._add(spread, OwnMatch(weight * share, STEM_FIELDS[field], word), found)
                left -= spread

    def _add(self, ids: Ids, match: OwnMatch, found: dict[int, OwnMatch]) -> None:
        for number in ids:
            known = found.get(number)
            if known is None or known.weight < match.weight:
                found[number] = match

    def _enough(
        self, content: Sequence[str], hits: Sequence[Mapping[str, Ids]], fields: Iterable[str]
    ) -> Ids:
        """Return those that say all words, or so many that the rest hardly matters."""
        sets = [NOBODY.union(*(by_field[field] for field in fields)) for by_field in hits]
        if len(sets) == 1:
            return sets[0]
        shares = [self._weight(word, ids) for word, ids in zip(content, sets, strict=True)]
        total = sum(shares)
        everyone = NOBODY.union(*sets)
        everything = sets[0].intersection(*sets[1:])
        light = [word in language().light for word in content]
        if not any(light) or all(light):
            return everything
        needed = [ids for ids, is_light in zip(sets, light, strict=True) if not is_light]
        heavy = everyone.intersection(*needed)
        covered = sum(share for share, is_light in zip(shares, light, strict=True) if not is_light)
        return heavy if covered / total >= weights.COVERAGE else everything

    def _weight(self, word: str, ids: Ids) -> float:
        rarity = 1.0
        if ids:
            rarity = math.log(1 + self.postings.size / len(ids)) / math.log(1 + max(self.postings.size, 1))
        return rarity * (LIGHT_SHARE if word in language().light else 1.0)
