"""Which words are Dutch at all, from the word list of a package, so that a real word is never 'corrected'.

The list (about 340,000 forms) is kept as one sorted text and searched by halving, not as 340,000 objects.
Without the package nothing is known here, and correct.py mends only the likeliest slips.
"""

import gzip
import re
from functools import cache, lru_cache
from importlib.resources import files

from catalogue.search.language import language

PACKAGE, RESOURCE = "spellchecker", "nl.json.gz"

MIN_DUTCH_PART = 4
"""Letters of the shortest part: nearly anything can be cut into words of three letters."""

_WORD = re.compile(r'"([^\W\d_]+)"\s*:')
_LINKS = ("", "s", "en", "n")
"""Letters between parts; the rarer ones (kind-er-feest) would split words that are no compounds."""


@cache
def _text() -> str:
    """Return the words, sorted, each between line ends."""
    try:
        packed = (files(PACKAGE) / "resources" / RESOURCE).read_bytes()
    except (ModuleNotFoundError, OSError):
        return ""
    found = set(_WORD.findall(gzip.decompress(packed).decode("utf-8").casefold()))
    return "\n" + "\n".join(sorted(found)) + "\n"


def has_word_list() -> bool:
    return bool(_text())


@lru_cache(maxsize=20_000)
def is_dutch(word: str) -> bool:
    """Whether the list knows a normalised word of letters."""
    text = _text()
    if not text or not word.isalpha():
        return False
    low, high = 0, len(text) - 1
    while low < high:
        start = text.rindex("\n", 0, (low + high) // 2 + 1)
        end = text.index("\n", start + 1)
        here = text[start + 1 : end]
        if here == word:
            return True
        if here < word:
            low = end
        else:
            high = start
    return False


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


@lru_cache(maxsize=20_000)
def dutch_parts(word: str) -> tuple[str, ...]:
    """Return the fewest Dutch words that a compound is made of; none where it is not made of such words.

    Words that only say that somebody does it (dienst) may be a part too; nothing is inferred.
    """
    best: dict[int, tuple[int, tuple[str, ...]]] = {0: (0, ())}
    for start in range(len(word) - MIN_DUTCH_PART + 1):
        if start not in best:
            continue
        count, parts = best[start]
        for end in range(start + MIN_DUTCH_PART, len(word) + 1):
            form = word[start:end]
            if end - start == len(word) or not (form in language().heads or is_dutch(form)):
                continue
            for link in _LINKS:
                stop = end + len(link)
                if link and (stop >= len(word) or not word.startswith(link, end)):
                    continue
                if stop not in best or count + 1 < best[stop][0]:
                    best[stop] = (count + 1, (*parts, form))
    return best[len(word)][1] if len(word) in best else ()
