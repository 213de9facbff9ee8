"""Pure Dutch analysis: normalising, words and stems. The same for documents, questions and suggestions.

Compounds are split in compounds.py, because that needs a vocabulary.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

from catalogue.search.language import language

MAX_WORD = 48
"""Letters of a word that count; the longest real compounds have about 40."""

STEM_CACHE = 100_000
"""Words whose stem is remembered: the pure Python stemmer takes 0.1 ms a word."""

SHORT_TEXT = 60
"""Letters of a text, such as a name, whose words are remembered."""

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?(?![^\W_])|[^\W_]+(?:['’][^\W_]+)?")
_CUT_FIRST = (
    (re.compile(r"[aeiou][lrfm]den$"), 2),  # borden, velden: taken for a past tense
    (re.compile(r"iing$"), 3),  # snoeiing, strooiing
    (re.compile(r"iingen$"), 5),
    (re.compile(r"[^i]ingen$"), 2),  # springen must go with spring, verpakkingen with verpakking
    (re.compile(r"..(?:ens|des)$"), 1),  # wagens, rondes: the word itself may end in -en or -de
)
"""Endings that the stemmer treats otherwise than the same word in another form; letters to drop."""
_TOO_SHORT = re.compile(r"(?:st|d)eren$|selen$")
"""The stemmer takes -ster or -sel for an ending of afrasteren and wisselen."""
_FINAL_S = re.compile(r"[aeiouy].*[^aeiouys]s$")
"""The stemmer takes the s of kaars for a plural; the one of kaarsen must go then too."""
_LONG_VOWEL = re.compile(r"[aeiouy].*(?:aa|ee|oo|uu)[^aeiouy]$")
"""A long vowel in a later syllable: the stem of panelen is panel, so that of paneel must be too."""
_OPEN_PARTICIPLE = re.compile(r"^ge.*(?:aai|oei|ooi|ei)de?$")
"""gemaaid, gesnoeide: the d is no part of the stem."""
_stemmer = snowballstemmer.stemmer("dutch")
_stemmer_lock = threading.Lock()


class Token(NamedTuple):
    """A word of a text: as it was typed, where it stands, and normalised."""

    raw: str
    start: int
    end: int
    word: str


def compose(text: str) -> str:
    """Bring look-alike spellings of the same letters together (full width, ligatures, combining accents)."""
    return unicodedata.normalize("NFKC", text)


@lru_cache(maxsize=STEM_CACHE)
def fold(word: str) -> str:
    """Return a word in lower case, without accents and without anything that is no letter or digit."""
    for _ in range(4):
        bare = "".join(c for c in unicodedata.normalize("NFKD", word) if c.isalnum())
        folded = unicodedata.normalize("NFKC", bare.casefold())
        if folded == word:
            break
        word = folded
    return word[:MAX_WORD]


def tokens(text: str) -> list[Token]:
    """Return the words of a composed text with their places; positions count in that text."""
    found = []
    for match in _TOKEN.finditer(text):
        word = fold(match.group()[: 4 * MAX_WORD])
        if word:
            found.append(Token(match.group(), match.start(), match.end(), word))
    return found


def words(text: str) -> list[str]:
    """Return the normalised words of any text."""
    return list(_words(text) if len(text) <= SHORT_TEXT else _read_words(text))


def _read_words(text: str) -> tuple[str, ...]:
    return tuple(token.word for token in tokens(compose(text)))


_words = lru_cache(maxsize=STEM_CACHE)(_read_words)


def normalise(text: str) -> str:
    """Return the words of a text with single spaces; normalising twice changes nothing."""
    return " ".join(words(text))


def is_small(word: str) -> bool:
    """Whether a word says nothing about a task: a stop word or filler."""
    return word in language().stop or word in language().filler


class _Stems(dict[str, str]):
    """The stems that were worked out, by their words."""

    def __missing__(self, word: str) -> str:
        if len(self) >= STEM_CACHE:
            self.clear()
        found = self[word] = _stem(word)
        return found


_stems = _Stems()


def stem(word: str) -> str:
    """Return the stem under which inflected forms of a normalised word meet (herstellingen, herstellen)."""
    return _stems[word]


def take_stems(known: Mapping[str, str]) -> None:
    """Hold stems that `stem` gave in a process of before, by their words."""
    _stems.update(known)


def _stem(word: str) -> str:
    dutch = language()
    if word in dutch.stems:
        return dutch.stems[word]
    for ending, replacement in dutch.stem_endings:
        if word.endswith(ending):
            return word[: -len(ending)] + replacement
    return _verb_of_loan_word(word) if len(word) > 5 else _snowball(word)


def _verb_of_loan_word(word: str) -> str:
    """Let nouns in -age and -atie meet their verb: montage, monteren; isolatie, isoleren."""
    for ending in ("ages", "age", "aties", "atie"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return _snowball(word[: -len(ending)] + "eren")
    return _snowball(word)


def _snowball(word: str) -> str:
    word = next((word[:-cut] for ending, cut in _CUT_FIRST if len(word) > 5 and ending.search(word)), word)
    with _stemmer_lock:
        found: str = _stemmer.stemWord(word)
    if _TOO_SHORT.search(word) and len(found) < len(word) - 3:
        found = word.removesuffix("en")
    if _OPEN_PARTICIPLE.search(word):
        found = found.removesuffix("e").removesuffix("d")
    if _FINAL_S.search(found) and not _is_kept(found):
        found = found[:-1]
    if _LONG_VOWEL.search(found):
        return found[:-2] + found[-1]
    if len(found) > 4 and found.endswith("e"):
        return found[:-1]
    return found or word


def _is_kept(found: str) -> bool:
    """Whether a stem is a form that the language data keeps as it is (fiets)."""
    dutch = language()
    return found in dutch.stems or any(found.endswith(ending) for ending, _ in dutch.stem_endings)


def stems(text: str) -> list[str]:
    """Return the stems of a text without its stop words."""
    stop = language().stop
    return [stem(word) for word in words(text) if word not in stop]


def distinct(items: Iterable[str]) -> tuple[str, ...]:
    """Return the items once each, in their first order."""
    return tuple(dict.fromkeys(items))
