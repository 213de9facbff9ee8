"""Dutch as data: small words, filler, general activities and irregular stems, read from taal.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGE_FILE = Path(__file__).with_name("taal.toml")


@dataclass(frozen=True, slots=True)
class Language:
    stop: frozenset[str]
    filler: frozenset[str]
    manner: frozenset[str]
    """Filler that says how or how many; part of a name of a service all the same."""
    asked_for: frozenset[str]
    owner: frozenset[str]
    before_owner: frozenset[str]
    after_asker: frozenset[str]
    filler_phrases: tuple[tuple[str, ...], ...]
    light: frozenset[str]
    deciding: frozenset[str]
    open: frozenset[str]
    """Activities that may be done to anything."""
    alike: tuple[tuple[str, ...], ...]
    """Activities that mean the same beside the same object."""
    heads: frozenset[str]
    no_part: frozenset[str]
    """Beginnings and ends of words that are no part of a compound, though a vocabulary may hold them."""
    links: tuple[str, ...]
    own_words: frozenset[str]
    suffixes: tuple[str, ...]
    loan_endings: tuple[str, ...]
    ambiguous_in_text: frozenset[str]
    separators: frozenset[str]
    alternatives: frozenset[str]
    of_what: frozenset[str]
    for_whom: frozenset[str]
    cooperation: Mapping[str, str]
    """Forms of cooperation by the words for them."""
    circumstance: frozenset[str]
    with_what: frozenset[str]
    articles: frozenset[str]
    place_in: frozenset[str]
    place_near: frozenset[str]
    place_near_after: frozenset[str]
    place_between: frozenset[str]
    place_before: frozenset[str]
    place_region: frozenset[str]
    km: frozenset[str]
    distance: frozenset[str]
    step: frozenset[str]
    steps: int
    stems: Mapping[str, str]
    stem_endings: tuple[tuple[str, str], ...]


def _words(data: Mapping[str, Any], key: str) -> frozenset[str]:
    value = data[key]
    return frozenset(value.split() if isinstance(value, str) else value)


@cache
def language() -> Language:
    """Return the language data; a key that is missing or wrong is an error of ours and raises KeyError."""
    data = tomllib.loads(LANGUAGE_FILE.read_text(encoding="utf-8"))
    place = data["plaats"]
    stems: dict[str, str] = data["stammen"]
    endings = [(form[1:], stem) for form, stem in stems.items() if form.startswith("*")]
    return Language(
        stop=_words(data, "stop"),
        filler=_words(data, "vul") | _words(data, "hoe"),
        manner=_words(data, "hoe"),
        asked_for=_words(data, "gevraagd"),
        owner=_words(data, "bezit"),
        before_owner=_words(data, "waarvoor"),
        after_asker=_words(data, "vragers"),
        filler_phrases=tuple(tuple(phrase.split()) for phrase in data["vulgroepen"]),
        light=_words(data, "licht"),
        deciding=_words(data, "beslissend"),
        open=_words(data, "open"),
        alike=tuple(tuple(line.split()) for line in data["gelijk"]),
        heads=_words(data, "koppen"),
        no_part=_words(data, "geen_deel"),
        links=tuple(data["verbindingen"]),
        suffixes=tuple(data["achtervoegsels"].split()),
        loan_endings=tuple(data["leenuitgangen"].split()),
        own_words=_words(data, "eigen"),
        ambiguous_in_text=_words(data, "dubbelzinnig"),
        separators=_words(data, "scheiders"),
        alternatives=_words(data, "of"),
        of_what=_words(data, "van"),
        for_whom=_words(data, "voor"),
        cooperation={word: key for key, found in data["samenwerking"].items() for word in found.split()},
        circumstance=_words(data, "omstandigheid"),
        with_what=_words(data, "waarmee"),
        articles=_words(data, "lidwoord"),
        place_in=_words(place, "in"),
        place_near=_words(place, "bij"),
        place_near_after=_words(place, "na"),
        place_between=_words(place, "tussen"),
        place_before=_words(place, "voor"),
        place_region=_words(place, "regio"),
        km=_words(place, "km"),
        distance=_words(place, "afstand"),
        step=_words(data, "trede"),
        steps=int(data["treden"]),
        stems={form: stem for form, stem in stems.items() if not form.startswith("*")},
        stem_endings=tuple(sorted(endings, key=lambda pair: -len(pair[0]))),
    )
