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
    "vrij",
)
MIN_INITIALS = 3
MAX_PHRASE = 5
"""Words of an own word for a service that is read as a name; more is a description."""
MIN_FORM = 3
"""Letters of a written word that may stand for a mistyped one."""

_LEGAL_FORMS = frozenset({"vzw", "bv", "bvba", "cv", "cvba", "nv", "cvso", "so"})


class Analysed(NamedTuple):
    """A document ready for an index: its id and the terms of each field."""

    id: int
    terms: dict[str, tuple[str, ...]]


def analyse(document: Document) -> Analysed:
    """Return the terms of a document; pure, the same for the index and the scan."""
    names = (*document.names, *document.former_names)
    spoken = {
        "naam": _words(document.names),
        "voorheen": _words(document.former_names),
        "woord": _words(document.words),
        "plaats": _words(document.places),
        "nota": _words(document.notes),
        "tekst": _words((document.text,)),
    }
    forms = dict.fromkeys(word for found in spoken.values() for word in found)
    dutch = language()
    skip = {"tekst": dutch.stop | dutch.ambiguous_in_text}
    terms = {
        field: distinct(stem(word) for word in found if word not in skip.get(field, dutch.stop))
        for field, found in spoken.items()
    }
    terms["heel"] = distinct(key for name in document.names for key in _whole(name))
    terms["eertijds"] = distinct(key for name in document.former_names for key in _whole(name))
    terms["letters"] = distinct(initials for name in names for initials in _initials(name))
    terms["vrij"] = distinct("_".join(words(text)) for text in document.words if _is_phrase(text))
    terms["nummer"] = distinct(re.sub(r"\D", "", number).zfill(10) for number in document.numbers)
    terms["vorm"] = tuple(word for word in forms if len(word) >= MIN_FORM and word.isalpha())
    return Analysed(document.id, terms)


def _is_phrase(text: str) -> bool:
    return 0 < len(words(text)) <= MAX_PHRASE


def _words(texts: Iterable[str]) -> dict[str, None]:
    return dict.fromkeys(word for text in texts for word in words(text))


def _whole(name: str) -> Iterator[str]:
    """Yield the spellings of a whole name: without legal form, without small words, without spaces."""
    spelled = words(name)
    bare = [word for word in spelled if word not in _LEGAL_FORMS] or spelled
    for variant in (spelled, bare, words(name.replace("&", " en ")), words(re.sub(r"\([^)]*\)", " ", name))):
        if variant:
            yield "_".join(variant)
            yield "".join(variant)
            content = [word for word in variant if word not in language().stop]
            if content:
                yield "_".join(content)


def _initials(name: str) -> Iterator[str]:
    spelled = [word for word in words(name) if word not in _LEGAL_FORMS]
    for variant in (spelled, [word for word in spelled if word not in language().stop]):
        if len(variant) >= MIN_INITIALS:
            yield "".join(word[0] for word in variant)
