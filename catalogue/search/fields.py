"""What the index holds of a document: stems by field, whole names, initials, numbers, written words."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from catalogue.search.analysis import distinct, stem, words
from catalogue.search.language import language
from catalogue.search.types import Document

FIELDS = (
    "naam",
    "voorheen",
    "woord",
    "plaats",
    "nota",
    "tekst",
    "heel",
    "eertijds",
    "letters",
    "nummer",
    "vorm",
)
MIN_INITIALS = 3

_LEGAL_FORMS = frozenset({"vzw", "bv", "bvba", "cv", "cvba", "nv", "cvso", "so"})


class Analysed(NamedTuple):
    """A document ready for an index: its id and the terms of each field."""

    id: int
    terms: dict[str, tuple[str, ...]]


def analyse(document: Document) -> Analysed:
    """Return the terms of a document; pure, the same for the index and the scan."""
    names = (*document.names, *document.former_names)
    everything = (*names, *document.words, *document.places, *document.notes, document.text)
    return Analysed(
        document.id,
        {
            "naam": _stems(document.names),
            "voorheen": _stems(document.former_names),
            "woord": _stems(document.words),
            "plaats": _stems(document.places),
            "nota": _stems(document.notes),
            "tekst": _stems((document.text,), running=True),
            "heel": distinct(key for name in document.names for key in _whole(name)),
            "eertijds": distinct(key for name in document.former_names for key in _whole(name)),
            "letters": distinct(initials for name in names for initials in _initials(name)),
            "nummer": distinct(re.sub(r"\D", "", number).zfill(10) for number in document.numbers),
            "vorm": distinct(
                word for text in everything for word in words(text) if len(word) >= 3 and word.isalpha()
            ),
        },
    )


def _stems(texts: Iterable[str], *, running: bool = False) -> tuple[str, ...]:
    """Return the stems; in running text without the words that are grammar there ('was')."""
    skip = language().stop | language().ambiguous_in_text if running else language().stop
    return distinct(stem(word) for text in texts for word in words(text) if word not in skip)


def _whole(name: str) -> Iterator[str]:
    """Yield the spellings under which a whole name is recognised: without legal form, without small words."""
    spelled = words(name)
    bare = [word for word in spelled if word not in _LEGAL_FORMS] or spelled
    for variant in (spelled, bare, words(name.replace("&", " en ")), words(re.sub(r"\([^)]*\)", " ", name))):
        if variant:
            yield "_".join(variant)
            content = [word for word in variant if word not in language().stop]
            if content:
                yield "_".join(content)


def _initials(name: str) -> Iterator[str]:
    spelled = [word for word in words(name) if word not in _LEGAL_FORMS]
    for variant in (spelled, [word for word in spelled if word not in language().stop]):
        if len(variant) >= MIN_INITIALS:
            yield "".join(word[0] for word in variant)
