"""A vocabulary made ready for reading questions: keys of names, parts, places. Made once per vocabulary."""

import math
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalogue.search.analysis import distinct, is_small, stem, words
from catalogue.search.compounds import MIN_PART, Part, Splitter
from catalogue.search.dutch_words import MIN_DUTCH_PART, is_dutch
from catalogue.search.language import language
from catalogue.search.names import base_forms, names_of, place_names, variants
from catalogue.search.types import FREE, ServiceTerm, Vocabulary

Key = tuple[str, ...]

LIGHT_SHARE = 0.35
"""What a general activity (onderhoud) counts beside its object: enough to choose, too little to demand."""

MIN_FREE_PART = 5
"""Letters of an unknown word that may be part of a longer word of a name."""

KEPT_WORDS = 20_000
KEPT_LEXICONS = 4

MOST_FREE = 1_000
"""Own words that are read as names; the rarest above that are found by their words only."""


@dataclass(frozen=True, slots=True)
class ServiceName:
    """A name of a service with its parts; `share` lowers names that we derived ourselves from a label."""

    slug: str
    text: str
    is_label: bool
    full: Key
    lean: Key
    whole: frozenset[str]
    share: float = 1.0

    @property
    def is_free(self) -> bool:
        """Whether it is an organisation's own word."""
        return self.slug.startswith(FREE)


class Lexicon:
    """What the reading of questions needs to know of a vocabulary and of the own words beside it.

    Own words ("batterijen_sorteren") are names like those of services, under a slug of their own.
    """

    def __init__(self, vocabulary: Vocabulary, own_words: Iterable[str] = ()) -> None:
        self.vocabulary = vocabulary
        self.services: dict[str, ServiceTerm] = {service.slug: service for service in vocabulary.services}
        free = [ServiceTerm(FREE + phrase, phrase.replace("_", " ")) for phrase in own_words]
        self.services.update((service.slug, service) for service in free)
        self.narrower: dict[str, list[str]] = defaultdict(list)
        for service in vocabulary.services:
            if service.broader in self.services and service.broader != service.slug:
                self.narrower[service.broader or ""].append(service.slug)
        self.places, self.place_words = place_names(vocabulary.places)
        spoken = [name for service in (*vocabulary.services, *free) for name in names_of(service)]
        kinds = [text for kind in vocabulary.werkvormen for text in (kind.label, *kind.synonyms)]
        self.service_words = distinct(word for _, text, _, _ in spoken for word in words(text))
        self.service_word_set = frozenset(self.service_words)
        self.kind_words = distinct(word for text in kinds for word in words(text))
        self.spelled_words = frozenset((*self.service_words, *self.kind_words, *self.place_words))
        whole = self.place_words - set(self.service_words)
        self.splitter = Splitter(self.service_words, whole)
        self._part_stems: set[str] = set()
        self._derived: dict[str, tuple[Part, ...]] = {}
        self._part_stems.update(
            part.stem
            for word in self.service_words
            if word not in language().stop
            for part in (*self.splitter.parts(word), Part(stem(word)))
        )
        self.names = [self._name(*entry) for entry in spoken]
        self.by_full: dict[Key, list[ServiceName]] = defaultdict(list)
        self.by_lean: dict[Key, list[ServiceName]] = defaultdict(list)
        self.by_part: dict[str, list[ServiceName]] = defaultdict(list)
        self.by_words: dict[Key, list[ServiceName]] = defaultdict(list)
        for name in self.names:
            if name.share == 1:
                self.by_words[tuple(words(name.text))].append(name)
            if name.full:
                self.by_full[name.full].append(name)
            if name.lean:
                self.by_lean[name.lean].append(name)
            for part in name.whole:
                self.by_part[part].append(name)
        self.light_stems = frozenset(
            part.stem for word in language().light for part in (Part(stem(word)), *self.splitter.parts(word))
        )
        self.open_stems = frozenset(stem(word) for word in language().open)
        self._alike = {
            one: frozenset(group) - {one}
            for group in (tuple(stem(word) for word in line) for line in language().alike)
            for one in group
        }
        self._weights: dict[str, float] = {}
        self._longer: dict[str, list[str]] = {}
        self.codes = tuple(code for service in vocabulary.services for code in service.cpv)
        self.phrases = frozenset(tuple(words(text)) for _, text, _, _ in spoken)
        self._telling: dict[str, list[str]] = {}
        self.kinds = self._kind_keys()
        self.splitter_words = self.splitter.inferred()
        self.head_words = [
            word
            for word in {words(name.text)[0] for name in self.names if len(words(name.text)) == 1}
            if len(word) >= 5 and not is_small(word) and word not in language().light
        ]

    def _name(self, slug: str, text: str, is_label: bool, share: float) -> ServiceName:
        full, lean = self.keys(words(text), named=True)
        whole = frozenset(stem(word) for word in words(text) if word not in language().stop)
        return ServiceName(slug, text, is_label, full, lean, whole | set(full), share)

    def _kind_keys(self) -> dict[Key, tuple[str, ...]]:
        """Return the werkvormen by name; a general name (AMA) reaches longer ones (AMA welzijn) too."""
        found: dict[Key, list[str]] = defaultdict(list)
        spoken = [
            (kind.key, tuple(words(variant)))
            for kind in self.vocabulary.werkvormen
            for text in (kind.key, kind.label, *kind.synonyms)
            for variant in variants(text)
        ]
        for name in dict.fromkeys(name for _, name in spoken):
            key = self.kind_key(name)
            if key and not all(is_small(word) for word in name):
                named = [kind for kind, other in spoken if other[: len(name)] == name]
                found[key] = list(dict.fromkeys([*found[key], *named]))
        return {key: tuple(values) for key, values in found.items()}

    def kind_key(self, phrase: Iterable[str]) -> Key:
        """Return the key of a werkvorm: whole stems, because 'sociale werkplaats' is more than its parts."""
        return tuple(sorted(stem(word) for word in phrase if word not in language().stop))

    def parts(self, word: str) -> tuple[Part, ...]:
        """Return the parts of a word; an unknown inflected or derived form is led back to a known one."""
        parts = self.splitter.parts(word)
        if len(parts) > 1 or parts[0].stem in self._part_stems:
            return parts
        found = self._derived.get(word)
        if found is None:
            if len(self._derived) > KEPT_WORDS:
                self._derived.clear()
            found = parts
            for form in base_forms(word):
                candidate = self.splitter.parts(form)
                if all(part.stem in self._part_stems for part in candidate):
                    found = candidate
                    break
            self._derived[word] = found
        return found

    def keys(self, phrase: Iterable[str], *, named: bool = False) -> tuple[Key, Key]:
        """Return the sorted stems of all parts, and of those that say more than that somebody does it.

        In a name of a service (`named`) an adjective is part of it: 'goedkope fiets' is not any fiets.
        """
        dutch = language()
        filler = dutch.filler - dutch.manner if named else dutch.filler
        full: list[str] = []
        lean: list[str] = []
        for word in phrase:
            if word in dutch.stop:
                continue
            parts = self.parts(word)
            full.extend(part.stem for part in parts)
            if word in filler:
                continue
            if len(parts) == 1:
                lean.append(parts[0].stem)
            else:
                lean.extend(part.stem for part in parts if not part.is_filler_head)
        return tuple(sorted(full)), tuple(sorted(lean))

    def is_service_word(self, word: str) -> bool:
        """Whether the names of services have this word, by itself or as a part."""
        return any(part.stem in self.by_part for part in self.parts(word)) or stem(word) in self.by_part

    def word_stems(self, name: ServiceName) -> frozenset[str]:
        """Return the stems of the words of a name as they stand, compounds whole."""
        return frozenset(stem(word) for word in words(name.text) if word not in language().stop)

    def is_same_words(self, name: ServiceName, phrase: Iterable[str]) -> bool:
        """Whether a name has the words of the phrase, in any form and order."""
        return self.kind_key(words(name.text)) == self.kind_key(phrase)

    def holds(self, name: ServiceName, asked: frozenset[str]) -> bool:
        """Whether a name has all these words as they are written."""
        return asked <= frozenset(words(name.text))

    def written(self, name: ServiceName) -> tuple[str, ...]:
        """Return how a name of one word may be written at the end of a compound."""
        spelled = words(name.text)
        return (spelled[0], stem(spelled[0])) if len(spelled) == 1 else ()

    def knows(self, word: str) -> bool:
        """Whether the vocabulary or the language knows a normalised word."""
        if word.isdigit() or is_small(word) or word in self.place_words:
            return True
        if word in language().light | language().deciding:
            return True
        if word in self.kind_words or stem(word) in self._part_stems:
            return True
        parts = self.parts(word)
        return all(part.stem in self._part_stems or part.is_filler_head for part in parts) or bool(
            self.longer(parts[-1].stem)
        )

    def is_open(self, word: str) -> bool:
        """Whether a word is, or holds, an activity that may be done to anything."""
        return stem(word) in self.open_stems or any(part.stem in self.open_stems for part in self.parts(word))

    def alike(self, part: str) -> frozenset[str]:
        """Return the stems of other activities that mean the same beside the same object."""
        return self._alike.get(part, frozenset())

    def alike_keys(self, key: Key) -> Iterator[Key]:
        """Yield the keys with an activity replaced by one that means the same (ramen kuisen, wassen)."""
        if len(key) > 1:
            for place, part in enumerate(key):
                for other in sorted(self.alike(part)):
                    yield tuple(sorted((*key[:place], other, *key[place + 1 :])))

    def longer(self, part: str) -> list[str]:
        """Return the parts of names that begin or end with a part that is no part of a name itself."""
        if len(part) < MIN_FREE_PART or part in self.by_part:
            return []
        found = self._longer.get(part)
        if found is None:
            found = [known for known in self._part_stems if self._is_compound_with(known, part)]
            if len(self._longer) < KEPT_WORDS:
                self._longer[part] = found
        return found

    def _is_compound_with(self, known: str, part: str) -> bool:
        """Whether a part of a name is a compound of another word: there is no kruid in kruidenier."""
        if len(known) < len(part) + MIN_PART:
            return False
        if known.endswith(part):
            rests = [known.removesuffix(part)]
        elif known.startswith(part):
            rests = [known.removeprefix(part)]
            rests += [rests[0].removeprefix(link) for link in ("s", "en", "n") if rests[0].startswith(link)]
        else:
            return False
        return any(
            self.splitter.knows(rest) or (len(rest) >= MIN_DUTCH_PART and is_dutch(rest)) for rest in rests
        )

    def weigh(self, parts: Iterable[str]) -> dict[str, float]:
        """Return how much each part says: rare among services is much, general activities little."""
        return {part: self._weight(part) for part in parts}

    def _weight(self, part: str) -> float:
        known = self._weights.get(part)
        if known is not None:
            return known
        count = len({name.slug for name in self.by_part.get(part, ())})
        total = len(self.services)
        rarity = math.log(1 + total / count) / math.log(1 + total) if count else 1.0
        weight = rarity * (LIGHT_SHARE if part in self.light_stems else 1.0)
        if count:
            self._weights[part] = weight
        return weight

    def telling_names(self, slug: str) -> Sequence[str]:
        """Return the names that tell a service apart: with a word that none outside its family has."""
        found = self._telling.get(slug)
        if found is None:
            family = {slug, *self.ancestors(slug), *(child for child, _ in self.descendants(slug))}
            found = self._telling[slug] = [
                name.text
                for name in self.names
                if name.slug == slug
                and any(
                    {other.slug for other in self.by_part[part] if not other.is_free} <= family
                    for part in name.lean
                )
            ]
        return found

    def ancestors(self, slug: str) -> Iterator[str]:
        """Yield the broader services, nearest first; a circle in the vocabulary ends by itself."""
        seen = {slug}
        broader = self.services[slug].broader
        while broader in self.services and broader not in seen:
            yield broader or ""
            seen.add(broader or "")
            broader = self.services[broader or ""].broader

    def descendants(self, slug: str) -> Iterator[tuple[str, int]]:
        """Yield the narrower services with their depth."""
        seen, level, depth = {slug}, self.narrower.get(slug, []), 1
        while level:
            fresh = [child for child in level if child not in seen]
            seen.update(fresh)
            yield from ((child, depth) for child in fresh)
            level = [grandchild for child in fresh for grandchild in self.narrower.get(child, [])]
            depth += 1


OwnWords = tuple[str, ...]

_lexicons: OrderedDict[tuple[int, OwnWords], Lexicon] = OrderedDict()
_lexicons_lock = threading.Lock()


def lexicon_of(vocabulary: Vocabulary, own_words: Mapping[str, int] | None = None) -> Lexicon:
    """Return what is derived from a vocabulary object and own words, made at first use, the last few kept.

    `own_words` are phrases with the number of organisations that use them.
    """
    counts = own_words or {}
    chosen = tuple(sorted(sorted(counts, key=lambda phrase: (-counts[phrase], phrase))[:MOST_FREE]))
    key = (id(vocabulary), chosen)
    with _lexicons_lock:
        found = _lexicons.get(key)
        if found is None or found.vocabulary is not vocabulary:
            found = _lexicons[key] = Lexicon(vocabulary, chosen)
            while len(_lexicons) > KEPT_LEXICONS:
                _lexicons.popitem(last=False)
        _lexicons.move_to_end(key)
        return found


def made_for(vocabulary: Vocabulary) -> dict[OwnWords, Lexicon]:
    """Return what was derived from a vocabulary object so far, to be kept."""
    with _lexicons_lock:
        return {key[1]: one for key, one in _lexicons.items() if one.vocabulary is vocabulary}


def take(lexicons: Mapping[OwnWords, Lexicon]) -> None:
    """Use what was kept; each holds the vocabulary object that it belongs to."""
    with _lexicons_lock:
        _lexicons.update({(id(one.vocabulary), own_words): one for own_words, one in lexicons.items()})
