"""Which words are Dutch at all, from the word list of a package, so that a real word is never 'corrected'.

The list (about 340,000 forms) is kept as one compressed-size text and searched, not as 340,000 objects.
Without the package nothing is known here, and correct.py mends only the likeliest slips.
"""

import gzip
from functools import cache, lru_cache
from importlib.resources import files

PACKAGE, RESOURCE = "spellchecker", "nl.json.gz"


@cache
def _text() -> str:
    try:
        packed = (files(PACKAGE) / "resources" / RESOURCE).read_bytes()
    except (ModuleNotFoundError, OSError):
        return ""
    return gzip.decompress(packed).decode("utf-8").casefold()


def has_word_list() -> bool:
    return bool(_text())


@lru_cache(maxsize=4_000)
def is_dutch(word: str) -> bool:
    """Whether the list knows a normalised word of letters."""
    return word.isalpha() and f'"{word}"' in _text()
