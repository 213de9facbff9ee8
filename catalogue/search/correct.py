"""Typing errors: an unknown word is led to the nearest word that the vocabulary or the index knows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby, pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalogue.search.analysis import stem
from catalogue.search.counts import Counts
from catalogue.search.dutch_words import dutch_parts, has_word_list, is_dutch
from catalogue.search.lexicon import Lexicon
from catalogue.search.own import Postings

MIN_LETTERS = 4
"""Shorter words have too many neighbours."""
TWO_EDITS_FROM = 8
"""Letters from which two edits may be mended; shorter words would become other words."""
TWO_EDITS_FROM_NO_WORD = 6
"""The same, where a word list says that what was typed is no word."""
ANY_LETTER_FROM = 8
"""Letters from which one letter may be any other; in shorter words only letters that are easily confused."""

LONG = 10
"""Letters from which one edit to a known word is likelier than a compound with an end that nobody uses."""
LONG_ENOUGH = 8
"""Letters from which a word that nothing answers may be a slip, also when it is a word (hydraten)."""
MIN_SURE_PART = 6
"""Letters from which a Dutch word is a part of a compound; shorter ones stand in typing errors too."""

SHORTEST_KNOWN = 3
"""Letters of the shortest word that a mistyped one may stand for."""

SHORT = 5
"""Letters up to which a letter too many must be a doubled one."""

SERVICE_BONUS, PLACE_BONUS, MEANT_PLACE_BONUS, KIND_BONUS = 0.4, 0.2, 0.8, 0.3
FIRST_LETTER_COST = 0.6
"""People seldom mistype the first letter."""
ALIKE_COST = 0.3
"""A word that sounds like the known one is written by ear (kattering), however many letters differ."""

_ALIKE = ("ck", "ckq", "dt", "sz", "fv", "gh", "ey", "iy", "ij", "eu", "ao", "ei", "mn")
"""Letters that sound or look alike in Dutch."""
_KEYBOARDS = ("azertyuiop qsdfghjklm wxcvbn", "qwertyuiop asdfghjkl zxcvbnm")
"""Belgian and international: a neighbouring key is a likely slip."""


_BY_EAR = (
    ("tsch", "tsj"),
    ("sch", "sg"),
    ("ck", "k"),
    ("ch", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("qu", "kw"),
    ("x", "ks"),
    ("ij", "y"),
    ("ei", "y"),
    ("ou", "au"),
    ("ce", "se"),
    ("cy", "sy"),
    ("c", "k"),
    ("z", "s"),
    ("v", "f"),
)
"""How a word is written becomes how it sounds, in this order."""


def _confusable() -> frozenset[tuple[str, str]]:
    pairs = {(a, b) for group in _ALIKE for a in group for b in group if a != b}
    for row in " ".join(_KEYBOARDS).split():
        for left, right in pairwise(row):
            pairs |= {(left, right), (right, left)}
    return frozenset(pairs)


CONFUSABLE = _confusable()


@dataclass(frozen=True, slots=True)
class _Candidate:
    cost: float
    rarity: int
    word: str


def allowed_edits(word: str) -> int:
    """Return how many edits a word of this length may be mended by."""
    if len(word) < MIN_LETTERS or not word.isalpha():
        return 0
    return 2 if len(word) >= (TWO_EDITS_FROM_NO_WORD if has_word_list() else TWO_EDITS_FROM) else 1


def correct(word: str, lexicon: Lexicon, postings: Postings, *, after_place_word: bool = False) -> str | None:
    """Return the known word that an unknown one stands for, or None where nothing is near enough."""
    edits = allowed_edits(word)
    if edits and _is_compound(word, lexicon):
        last = dutch_parts(word)[-1]
        is_sure = lexicon.splitter.knows(last) or postings.knows(stem(last))
        if len(word) < LONG:
            return None
        if is_sure:
            # A real compound may still be a slip of a longer known one: klusjedienst.
            return _nearest(_near(word, 1, lexicon.service_words, postings.forms(), 0.0))
        edits = 1
    if not edits or is_dutch(word):
        return None
    forms = postings.forms()
    services = [*lexicon.service_words, *lexicon.splitter_words]
    place_bonus = MEANT_PLACE_BONUS if after_place_word else PLACE_BONUS
    candidates = [
        *_near(word, edits, services, forms, SERVICE_BONUS),
        *_near(word, edits, lexicon.place_words, forms, place_bonus),
        *_near(word, edits, lexicon.kind_words, forms, KIND_BONUS),
        *_near(word, edits, forms, forms, 0.0),
    ]
    return _nearest(candidates)


def _nearest(candidates: Iterable[_Candidate]) -> str | None:
    best = min(
        candidates, key=lambda candidate: (candidate.cost, candidate.rarity, candidate.word), default=None
    )
    return best.word if best else None


def correct_whole(word: str, lexicon: Lexicon, postings: Postings) -> str | None:
    """Return the known long word that one of which nothing answers the question stands for, or None.

    For what looks like a compound of known words (begraafplatsonderhoud) or is another word (hydraten).
    """
    if len(word) < LONG_ENOUGH or not word.isalpha():
        return None
    forms = postings.forms()
    near = (_near(word, 1, known, forms, 0.0) for known in (lexicon.spelled_words, forms))
    return _nearest(chain.from_iterable(near))


def near_forms(word: str, postings: Postings) -> list[str]:
    """Return the words of the index that a slip may have made of this one, nearest first; itself not."""
    edits = allowed_edits(word)
    forms = postings.forms()
    candidates = _near(word, edits, forms, forms, 0.0) if edits else []
    ordered = sorted(candidates, key=lambda candidate: (candidate.cost, candidate.rarity, candidate.word))
    return [candidate.word for candidate in ordered if candidate.word != word]


def _is_compound(word: str, lexicon: Lexicon) -> bool:
    """Whether a word that no list has is made of real ones (strandreiniging): nothing is wrong with it."""
    parts = dutch_parts(word)
    return bool(parts) and all(len(part) >= MIN_SURE_PART or lexicon.splitter.knows(part) for part in parts)


def misspelled(word: str, lexicon: Lexicon, postings: Postings) -> str | None:
    """Return the known spelling of a word that is understood, yet written with a slip.

    Only doubled letters, and letters that sound alike (groenonderhout): the parts are the same, so that
    nothing else tells it from a right spelling.
    """
    forms = postings.forms()
    known = lexicon.spelled_words
    if word in known or word in forms or not word.isalpha() or is_dutch(word):
        return None
    for choice in sorted(known.intersection(_spelled_alike(word))):
        if lexicon.parts(choice) == lexicon.parts(word):
            return choice
    if _is_compound(word, lexicon):
        return None
    for place, letter in enumerate(word):
        once = word[:place] + word[place + 1 :]
        twice = word[:place] + letter + word[place:]
        candidates = (once,) if place and word[place - 1] == letter else (twice,)
        for candidate in candidates:
            if (candidate in known or candidate in forms) and (
                stem(candidate) == stem(word) or lexicon.parts(candidate) == lexicon.parts(word)
            ):
                return candidate
    return None


def _spelled_alike(word: str) -> Iterator[str]:
    """Yield a word with one letter replaced by one that sounds or looks like it."""
    for place, letter in enumerate(word):
        for alike in _ALIKE:
            if letter in alike:
                yield from (f"{word[:place]}{other}{word[place + 1 :]}" for other in alike)


def _near(word: str, edits: int, known: Iterable[str], forms: Counts, bonus: float) -> list[_Candidate]:
    choices = _as_long(word, edits, known)
    sound = _sound(word)
    found = []
    for choice, distance, _ in process.extract(
        word, choices, scorer=OSA.distance, score_cutoff=edits, limit=None
    ):
        if _is_slip(word, choice):
            if sound == _sound(choice):
                cost = ALIKE_COST - bonus
            else:
                cost = distance - bonus + (0.0 if choice[0] == word[0] else FIRST_LETTER_COST)
            found.append(_Candidate(cost, -forms.count(choice), choice))
    return found


def _sound(word: str) -> str:
    """How a word sounds: letters that are heard alike are one, and a doubled letter is heard once."""
    for written, heard in _BY_EAR:
        word = word.replace(written, heard)
    return _undoubled(word)


def _as_long(word: str, edits: int, known: Iterable[str]) -> list[str]:
    """Return the words that so many edits may make of a word, by their length."""
    lengths = range(max(len(word) - edits, SHORTEST_KNOWN), len(word) + edits + 1)
    if isinstance(known, Counts):
        return list(chain.from_iterable(map(known.of_length, lengths)))
    return [choice for choice in known if len(choice) in lengths]


def _is_slip(word: str, choice: str) -> bool:
    """Whether the difference is a likely slip: in short words another letter must be one easily confused.

    Where a word list says that what was typed is no word, any difference is a slip.
    """
    if len(word) >= ANY_LETTER_FROM or has_word_list():
        return True
    if len(word) != len(choice):
        return len(word) > SHORT or len(choice) > len(word) or _undoubled(word) == _undoubled(choice)
    wrong = [(a, b) for a, b in zip(word, choice, strict=True) if a != b]
    swapped = len(wrong) == 2 and wrong[0] == wrong[1][::-1]
    return swapped or all(pair in CONFUSABLE for pair in wrong)


def _undoubled(word: str) -> str:
    return "".join(letter for letter, _ in groupby(word))
