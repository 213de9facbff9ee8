"""The names in a vocabulary as people write them: variants of services, base forms of words, places."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from catalogue.search.analysis import is_small, words
from catalogue.search.dutch_words import is_dutch
from catalogue.search.language import language
from catalogue.search.types import PlaceTerm, ServiceTerm

CONJUNCT_SHARE = 0.95
"""A word out of 'X en Y' is nearly the whole name."""

MIN_SMALL = 3
"""Letters of the shortest word that a diminutive may be of."""

_VOICED = {"s": "z", "f": "v"}
"""How the end of a stem is written before a vowel: verhuist, verhuizen."""

_BRACKETS = re.compile(r"\(([^)]*)\)")
_ELLIPSIS = re.compile(r"(\w{3,})-\s+(?:en|of)\s+(\w{6,})", re.IGNORECASE)
_CONJUNCTION = re.compile(r"\s+(?:en|of|&)\s+|\s*[,/;]\s*", re.IGNORECASE)


def _is_general(word: str) -> bool:
    return is_small(word) or word in language().light | language().deciding


# "e-bike", "co-packing", "wijk-werken"; not "op- en afbouw".
_SHORT_PREFIX = re.compile(r"\b(\w{1,4})-(\w{3,})")


def variants(text: str) -> Iterator[str]:
    """Yield a name, the name without its brackets, what is between them, and what is before a dash.

    A short part before a hyphen is also written in one (co-packing, copacking).
    """
    yield text
    joined = _SHORT_PREFIX.sub(r"\1\2", text)
    if joined != text:
        yield joined
    before, dash, _ = text.partition(" – ")
    if dash:
        yield before
    if "(" in text:
        yield _BRACKETS.sub(" ", text)
        yield from _BRACKETS.findall(text)


def names_of(service: ServiceTerm) -> Iterator[tuple[str, str, bool, float]]:
    """Yield the names of a service: label, synonyms, and the single words that 'X en Y' joins."""
    seen = set()
    spelled = [
        (text == service.label, _ELLIPSIS.sub(_fill_ellipsis, text))
        for text in (service.label, *service.synonyms, service.slug.replace("-", " "))
    ]
    for is_label, full in spelled:
        for variant in variants(full):
            key = " ".join(words(variant))
            if key and key not in seen:
                seen.add(key)
                yield service.slug, variant.strip(), is_label, 1.0
    for _, full in spelled:
        conjuncts = [piece for piece in _CONJUNCTION.split(_BRACKETS.sub(" ", full)) if piece.strip()]
        if len(conjuncts) > 1:
            for piece in conjuncts:
                single = words(piece)
                if len(single) == 1 and single[0] not in seen and not _is_general(single[0]):
                    seen.add(single[0])
                    yield service.slug, piece.strip(), False, CONJUNCT_SHARE


def _fill_ellipsis(match: re.Match[str]) -> str:
    """Complete 'groen- en tuinonderhoud' by the longest general word that ends the second half."""
    first, second = match.group(1), match.group(2)
    known = language().light | language().deciding | language().heads
    for cut in range(3, len(second) - 2):
        if second[cut:].casefold() in known:
            return f"{first}{second[cut:]} en {second}"
    return f"{first} en {second}"


def base_forms(word: str) -> Iterator[str]:
    """Yield forms that an unknown form may come from: herstelt, gesnoeid, verhuizers, strijkster, jobs."""
    if len(word) < 5 or word in language().own_words:
        return
    if word.endswith("en"):
        yield word[:-2]
    if word.endswith("dt"):
        yield word[:-2] + "den"
    done = word.removesuffix("e")
    if done.endswith(("t", "d")):
        yield done[:-1]
        yield f"{done[:-2]}{_VOICED.get(done[-2], done[-2])}en"
        if word.startswith("ge") and len(done) >= 6:
            yield done[2:-1]
            yield f"{done[2:-1]}en"
    for ending in ("eerders", "eerder"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            yield word[: -len(ending)] + "eren"
    yield from _without_diminutive(word)
    for ending in ("sters", "ster"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            yield word[: -len(ending)] + "en"
    for ending in ("ers", "er"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            yield word[: -len(ending)] + "en"
    if word.endswith("s"):
        yield word[:-1]


def _without_diminutive(word: str) -> Iterator[str]:
    """Yield what a small one may be of: nestkastjes, boompje, and in Flanders boekske, dozeke."""
    single = word.removesuffix("s")
    for ending in ("je", "tje", "pje", "etje", *(() if is_dutch(single) else ("ke", "ske", "eke"))):
        base = single.removesuffix(ending)
        if base != single and len(base) >= MIN_SMALL:
            yield base
            yield f"{base}en"


PlaceNames = Mapping[str, Sequence[tuple[tuple[str, ...], tuple[PlaceTerm, ...]]]]

_PLACE_ORDER = {"gemeente": 0, "postcode": 0, "deelgemeente": 1, "oude-naam": 2, "regio": 3}


def place_names(places: Iterable[PlaceTerm]) -> tuple[PlaceNames, set[str]]:
    """Return the names of places by first word, longest first, and all their words."""
    grouped: dict[tuple[str, ...], list[PlaceTerm]] = defaultdict(list)
    for place in places:
        spelled = tuple(words(place.label))
        if spelled:
            grouped[spelled].append(place)
        bare = tuple(words(_BRACKETS.sub(" ", place.label)))
        if bare and bare != spelled:
            grouped[bare].append(place)
    by_first: dict[str, list[tuple[tuple[str, ...], tuple[PlaceTerm, ...]]]] = defaultdict(list)
    for spelled, found in grouped.items():
        ordered = tuple(sorted(found, key=lambda place: _PLACE_ORDER[place.kind]))
        by_first[spelled[0]].append((spelled, ordered))
    for entries in by_first.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    all_words = {word for spelled in grouped for word in spelled if word not in language().stop}
    return by_first, all_words
