"""The sentence that sums up a search: heading of the results, title of the page. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from catalogue.directory.criteria import Criteria
from catalogue.directory.vocabulary import Words
from catalogue.models.offer import SAMENWERKING
from catalogue.models.werkvorm import groepen, werkvormen
from catalogue.search.types import Reading
from catalogue.web.words import enumerate_words, number

# More names than this make the sentence unreadable; the chips hold them all.
NAMED = 3


def _either(names: Sequence[str]) -> str:
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} of {len(names) - NAMED} andere"
    return enumerate_words(names, "of")


def sentence(total: int, criteria: Criteria, words: Words, reading: Reading | None) -> str:
    """How many, for what, where and how: "12 organisaties voor 'groenonderhoud' die werken in Ieper"."""
    subject = "1 organisatie" if total == 1 else f"{number(total) if total else 'Geen'} organisaties"
    parts = [subject]
    asked = [words.services[slug].label.lower() for slug in criteria.dienst]
    # Place words stand in their own part, and filler ("wie kan") asks nothing.
    text = " ".join(term.text for term in reading.terms) if reading else criteria.q
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
    if criteria.werkvorm:
        names = [(groepen().get(key) or werkvormen()[key]).label for key in criteria.werkvorm]
        parts.append(f"met werkvorm {_either(names)}")
    if criteria.trede:
        parts.append(f"op trede {_either([str(trede) for trede in criteria.trede])}")
    if criteria.samenwerking:
        parts.append(
            f"met samenwerking {_either([SAMENWERKING[key].lower() for key in criteria.samenwerking])}"
        )
    if criteria.bevestigd:
        months = "maand" if criteria.bevestigd == 1 else f"{criteria.bevestigd} maanden"
        parts.append(f"bevestigd in de laatste {months}")
    if len(parts) == 1:
        parts.append("in de catalogus")
    if criteria.rond and criteria.straal is None:
        parts[-1] += f", dichtst bij {criteria.rond.label} eerst"
    return " ".join(parts)
