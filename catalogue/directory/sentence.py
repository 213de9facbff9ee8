"""The sentence that sums up a search: heading of the results, title of the page. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from catalogue.directory.criteria import Criteria
from catalogue.directory.vocabulary import Words
from catalogue.models.offer import SAMENWERKING
from catalogue.models.werkvorm import groepen, werkvormen
from catalogue.search.analysis import compose
from catalogue.search.types import Reading
from catalogue.web.words import enumerate_words, number

# More names than this make the sentence unreadable; the chips hold them all.
NAMED = 3
# The filters on how, with the small word before each.
FILTERS = {"werkvorm": "met ", "trede": "op ", "samenwerking": "met ", "bevestigd": ""}
# What stands between two tasks that are asked apart.
_APART = re.compile(r"\ben\b|[,;+&/]", re.IGNORECASE)


def _either(names: Sequence[str]) -> str:
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} of {len(names) - NAMED} andere"
    return enumerate_words(names, "of")


def filter_words(criteria: Criteria, name: str) -> str:
    """One of the filters on how, in words ("trede 3 of 4"); empty where it is off."""
    if name == "werkvorm" and criteria.werkvorm:
        labels = [(groepen().get(key) or werkvormen()[key]).label for key in criteria.werkvorm]
        return f"werkvorm {_either(labels)}"
    if name == "trede" and criteria.trede:
        return f"trede {_either([str(trede) for trede in criteria.trede])}"
    if name == "samenwerking" and criteria.samenwerking:
        return f"samenwerking {_either([SAMENWERKING[key].lower() for key in criteria.samenwerking])}"
    if name == "bevestigd" and criteria.bevestigd:
        months = "maand" if criteria.bevestigd == 1 else f"{criteria.bevestigd} maanden"
        return f"bevestigd in de laatste {months}"
    return ""


def asked_text(reading: Reading) -> str:
    """The tasks of a question without its place and its filler: "poetsen, strijken en koken"."""
    text, parts, end = compose(reading.corrected or reading.text), list[str](), 0
    for term in reading.terms:
        at = text.find(term.text, end)
        between = text[end:at] if at >= 0 else ""
        end = at + len(term.text) if at >= 0 else end
        if parts and not _APART.search(between):
            parts[-1] += f" {term.text}"
        else:
            parts.append(term.text)
    return enumerate_words(parts)


def place_words(criteria: Criteria, words: Words) -> str:
    """Where, in words: "in Ieper", "in de regio Westhoek", "binnen 5 km van Ieper"; empty for anywhere."""
    places = [words.gazetteer.names[nis] for nis in criteria.gemeente]
    regions = [words.gazetteer.region_names[slug] for slug in criteria.regio]
    if criteria.rond and criteria.straal is not None and not (places or regions):
        return f"binnen {number(criteria.straal)} km van {criteria.rond.label}"
    if places:
        return f"in {_either(places)}"
    return f"in de regio {_either(regions)}" if regions else ""


def sentence(total: int, criteria: Criteria, words: Words, reading: Reading | None) -> str:
    """How many, for what, where and how: "12 organisaties voor 'groenonderhoud' die werken in Ieper"."""
    subject = "1 organisatie" if total == 1 else f"{number(total) if total else 'Geen'} organisaties"
    parts = [subject]
    asked = [words.services[slug].label.lower() for slug in criteria.dienst]
    # Place words stand in their own part, and filler ("wie kan") asks nothing.
    text = asked_text(reading) if reading else criteria.q
    if text:
        parts.append(f"voor '{text}'")
    if asked:
        parts.append(f"{'met dienst' if text else 'voor'} " + _either([f"'{label}'" for label in asked]))
    places = [words.gazetteer.names[nis] for nis in criteria.gemeente]
    verb = "werkt" if total == 1 else "werken"
    if places:
        parts.append(f"die {verb} in {_either(places)}")
    if criteria.regio:
        regions = _either([words.gazetteer.region_names[slug] for slug in criteria.regio])
        parts.append(f"in de regio {regions}" if places else f"die {verb} in de regio {regions}")
    if criteria.rond and criteria.straal is not None:
        parts.append(f"binnen {number(criteria.straal)} km van {criteria.rond.label}")
    for name, before in FILTERS.items():
        if said := filter_words(criteria, name):
            parts.append(f"{before}{said}")
    if len(parts) == 1:
        parts.append("in de catalogus")
    if criteria.rond and criteria.straal is None:
        parts[-1] += f", dichtst bij {criteria.rond.label} eerst"
    return " ".join(parts)
