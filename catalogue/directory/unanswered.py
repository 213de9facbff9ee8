"""What a search without any result asked for: the raw material for the gaps in the catalogue. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from catalogue.directory.criteria import Criteria
from catalogue.directory.find import Found
from catalogue.search.analysis import compose, is_small, tokens, words
from catalogue.search.language import language
from catalogue.search.types import Reading

MAX_PLACES = 10
"""A question about more gemeenten than this is about no place in particular."""


class Unanswered(NamedTuple):
    """A question that nobody answers; `text` is empty where there is none."""

    text: str
    places: tuple[str, ...]
    day: date


def unanswered(found: Found) -> Unanswered:
    """The question as it was typed, without the words of its place and those that ask for nothing."""
    day = found.snapshot.today
    if found.total or found.reading is None:
        return Unanswered("", (), day)
    places = _places(found)
    return Unanswered(
        "".join(_pieces(found.asked.q, found.reading)), places if len(places) <= MAX_PLACES else (), day
    )


def _pieces(question: str, reading: Reading) -> Iterator[str]:
    dutch = language()
    said = set(words(reading.place.words)) if reading.place else set()
    if said:
        said |= dutch.place_in | dutch.place_near | dutch.place_near_after | dutch.place_between
    text, end = compose(question), 0
    for token in tokens(text):
        if token.word in said or is_small(token.word):
            yield text[end : token.start]
            end = token.end
    yield text[end:]


def _places(found: Found) -> tuple[str, ...]:
    """NIS codes of the gemeenten asked, or slugs of regions. A point that someone gave is never kept."""
    criteria: Criteria = found.criteria
    if criteria.gemeente or criteria.regio:
        return criteria.gemeente or criteria.regio
    centre = found.snapshot.words.gazetteer.resolve(criteria.rond_text) if criteria.rond else None
    return centre.nis if centre else ()
