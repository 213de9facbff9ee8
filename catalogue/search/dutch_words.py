"""Which words are Dutch at all, from the word list of a package, so that a real word is never 'corrected'.

Without the package nothing is known here, and correct.py mends only the likeliest slips.
"""

import gzip
import re
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files

import numpy as np

from catalogue.search.language import language

PACKAGE, RESOURCE = "spellchecker", "nl.json.gz"

MIN_DUTCH_PART = 4
"""Letters of the shortest part: nearly anything can be cut into words of three letters."""

DIVIDED = 100_000
"""Words whose parts are remembered; an index of 10,000 entries has 30,000."""

PIECE = 1 << 16
"""Letters of the list that are read at once."""

_WORD = re.compile(r'"([^\W\d_]+)"\s*:')
_LINKS = ("", "s", "en", "n")
"""Letters between parts; the rarer ones (kind-er-feest) would split words that are no compounds."""


class _WordList:
    """The hashes of the 330,000 words, in order: 3 MB, where the words as objects take forty.

    Two words with one hash of 64 bits do not meet in practice. The hash is the same in every process, so
    that the list can be kept.
    """

    hashes: Sequence[int] | None = None


def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little", signed=True)


def word_list() -> Sequence[int]:
    """Return the word list as it is held, read at first use."""
    found = _WordList.hashes
    if found is None:
        found = _WordList.hashes = _read_hashes()
    return found


def take_word_list(hashes: Sequence[int]) -> None:
    """Hold a word list that `word_list` gave in a process of before."""
    _WordList.hashes = hashes


def _read_hashes() -> Sequence[int]:
    hashes = array("q")
    try:
        packed = (files(PACKAGE) / "resources" / RESOURCE).open("rb")
        with packed, gzip.open(packed, "rt", encoding="utf-8") as file:
            # In pieces: the words of the whole list would leave a gap in the memory of the process.
            while lines := file.readlines(PIECE):
                hashes.extend(map(_hash, _WORD.findall("".join(lines).casefold())))
    except (ModuleNotFoundError, OSError):
        return array("q")
    np.frombuffer(hashes, dtype=np.int64).sort()
    return hashes


def has_word_list() -> bool:
    return bool(word_list())


def is_dutch(word: str) -> bool:
    """Whether the list knows a normalised word."""
    hashes, wanted = word_list(), _hash(word)
    place = bisect_left(hashes, wanted)
    return place < len(hashes) and hashes[place] == wanted


def is_real_word(word: str) -> bool:
    """Whether a word in lower case is Dutch, by itself or as a compound of Dutch words."""
    return word.islower() and (is_dutch(word) or bool(dutch_parts(word)))


def is_plural_noun(word: str) -> bool:
    """Whether a normalised word looks like a plural and is no verb: brochures, dozen; not strijken."""
    if word.endswith("en") and is_dutch(word):
        base = word[:-2]
        once = base[:-1] if base[-2:-1] == base[-1:] else base
        closed = f"{once[:-1]}{once[-2:]}" if len(once) > 2 and once[-2] in "aeou" else once
        return not any(is_dutch(f"{form}t") for form in (base, once, closed, closed.replace("z", "s")))
    return word.endswith("s") and is_dutch(word) and is_dutch(word[:-1])


def dutch_parts(word: str) -> tuple[str, ...]:
    """Return the fewest Dutch words that a compound is made of; none where it is not made of such words.

    Words that only say that somebody does it (dienst) may be a part too; nothing is inferred.
    """
    return _divide(word) if len(word) >= 2 * MIN_DUTCH_PART else ()


@lru_cache(maxsize=DIVIDED)
def _divide(word: str) -> tuple[str, ...]:
    last_start = len(word) - MIN_DUTCH_PART
    if not any(_is_part(word[start:]) for start in range(MIN_DUTCH_PART, last_start + 1)):
        return ()
    best: dict[int, tuple[int, tuple[str, ...]]] = {0: (0, ())}
    for start in range(last_start + 1):
        if start not in best:
            continue
        count, parts = best[start]
        for end in range(start + MIN_DUTCH_PART, len(word) + 1):
            form = word[start:end]
            if end - start == len(word) or not _is_part(form):
                continue
            for link in _LINKS:
                stop = end + len(link)
                if link and (stop >= len(word) or not word.startswith(link, end)):
                    continue
                if stop not in best or count + 1 < best[stop][0]:
                    best[stop] = (count + 1, (*parts, form))
    return best[len(word)][1] if len(word) in best else ()


def _is_part(form: str) -> bool:
    return is_dutch(form) or form in language().heads
