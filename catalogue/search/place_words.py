"""Place words in a question: which gemeenten, regions or surroundings it is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.search.analysis import Token, distinct, is_small
from catalogue.search.language import language
from catalogue.search.lexicon import Lexicon
from catalogue.search.services import is_name
from catalogue.search.types import PlaceReading, PlaceTerm

NEAR_KM = 10
"""What 'vlakbij' means."""


@dataclass(frozen=True, slots=True)
class Mention:
    first: int
    last: int
    places: tuple[PlaceTerm, ...]
    near: bool


@dataclass(frozen=True, slots=True)
class Hints:
    """What a question says of its places elsewhere: a distance in km, and words that must be places."""

    km: int | None = None
    meant: frozenset[str] = frozenset()


MAX_KM = 300
"""Farther than Flanders is wide."""


def take_distance(found: list[Token]) -> tuple[list[Token], int | None, list[Token]]:
    """Take 'binnen 15 km' out of the words; return what is left, the km, what was taken."""
    dutch = language()
    for i, token in enumerate(found):
        digits = token.word if token.word.isdigit() else _digits_of_km(token.word)
        if not digits or len(digits) > 4:
            continue
        after = i + 1
        if digits == token.word:
            if after >= len(found) or found[after].word not in dutch.km:
                # The part after a decimal comma stands by itself: "2,5 km".
                if after + 1 >= len(found) or not found[after].word.isdigit():
                    continue
                if found[after + 1].word not in dutch.km or found[after].start != token.end + 1:
                    continue
                after += 1
            after += 1
        first = i
        while first and found[first - 1].word in dutch.distance:
            first -= 1
        km = min(max(int(digits), 1), MAX_KM)
        return [*found[:first], *found[after:]], km, found[first:after]
    return found, None, []


def _digits_of_km(word: str) -> str:
    for unit in language().km:
        if word.endswith(unit) and word.removesuffix(unit).isdigit():
            return word.removesuffix(unit)
    return ""


def mentions(
    found: list[Token], lexicon: Lexicon, groups: dict[int, int], consumed: set[int], hints: Hints
) -> list[Mention]:
    """Find the places, with the small words that lead to them."""
    found_places: list[Mention] = []
    i = 0
    while i < len(found):
        mention = None if i in groups else _mention_at(i, found, lexicon, groups, consumed, hints)
        if mention is None:
            i += 1
        else:
            found_places.append(mention)
            i = mention.last + 1
    return found_places


def _mention_at(
    i: int, found: list[Token], lexicon: Lexicon, groups: dict[int, int], consumed: set[int], hints: Hints
) -> Mention | None:
    dutch = language()
    for spelled, places in lexicon.places.get(found[i].word, ()):
        last = i + len(spelled) - 1
        if tuple(token.word for token in found[i : last + 1]) != spelled:
            continue
        if any(j in groups for j in range(i, last + 1)):
            continue
        lead = _lead(i, found, groups)
        marks = {found[j].word for j in lead}
        after = _after(last, found, groups)
        near = bool(marks & dutch.place_near) or bool(after)
        marked = (
            near or bool(marks & dutch.place_in) or (hints.km is not None and bool(marks & dutch.of_what))
        )
        marked = marked or hints.meant.issuperset(spelled)
        certain = marked or not _is_ordinary(spelled, places, lexicon)
        if not certain and not _beside_postcode(i, last, found, lexicon):
            continue
        chosen = _choose(places, bool(marks & dutch.place_region))
        consumed.update(lead, range(i, last + 1), after)
        return Mention(i, last, chosen, near and chosen[0].kind != "regio")
    return None


def _lead(i: int, found: list[Token], groups: dict[int, int]) -> list[int]:
    dutch = language()
    leading = dutch.place_in | dutch.place_near | dutch.place_between | dutch.place_before
    lead: list[int] = []
    for j in range(i - 1, max(-1, i - 6), -1):
        if found[j].word not in leading or j in groups:
            break
        lead.append(j)
    return lead


def _after(last: int, found: list[Token], groups: dict[int, int]) -> list[int]:
    """Return the words of 'en omstreken' after a place."""
    for j in range(last + 1, min(last + 4, len(found))):
        if j in groups:
            break
        if found[j].word in language().place_near_after:
            return list(range(last + 1, j + 1))
        if found[j].word not in ("en", "de"):
            break
    return []


def _is_ordinary(spelled: tuple[str, ...], places: tuple[PlaceTerm, ...], lexicon: Lexicon) -> bool:
    """Whether the name is also an ordinary word, so that it needs 'in', 'te', 'rond' or a postcode."""
    if any(place.is_word for place in places) or all(is_small(word) for word in spelled):
        return True
    return places[0].kind != "postcode" and is_name(lexicon, spelled)


def _beside_postcode(first: int, last: int, found: list[Token], lexicon: Lexicon) -> bool:
    beside = [found[j].word for j in (first - 1, last + 1) if 0 <= j < len(found)]
    return any(
        place.kind == "postcode"
        for word in beside
        for spelled, places in lexicon.places.get(word, ())
        if len(spelled) == 1
        for place in places
    )


def _choose(places: tuple[PlaceTerm, ...], wants_region: bool) -> tuple[PlaceTerm, ...]:
    """Choose among places of one name: a region after 'regio', else gemeente, deelgemeente, region."""
    regions = tuple(place for place in places if place.kind == "regio")
    if wants_region and regions:
        return regions[:1]
    first = places[0].kind
    return tuple(place for place in places if place.kind == first)


def place_of(text: str, found: list[Token], mentions: list[Mention], km: int | None) -> PlaceReading | None:
    """Put the mentions together: a postcode narrows the name beside it, other places add up.

    With a distance the first place that has a centre is the middle of it.
    """
    if not mentions:
        return None
    labels: list[str] = []
    nis: list[str] = []
    regions: set[str | None] = set()
    previous: Mention | None = None
    here: tuple[str, ...] = ()
    for mention in mentions:
        codes = distinct(code for place in mention.places for code in place.nis)
        kind = mention.places[0].kind
        beside = previous is not None and previous.last + 1 == mention.first
        if beside and previous is not None and "postcode" in (kind, previous.places[0].kind):
            both = tuple(code for code in here if code in codes)
            del nis[len(nis) - len(here) :]
            codes = both or (codes if kind == "postcode" else here)
            label = mention.places[0].label if previous.places[0].kind == "postcode" else labels[-1]
            labels[-1] = label
        else:
            labels.append(mention.places[0].label)
            regions.add(mention.places[0].slug if kind == "regio" else None)
        nis.extend(codes)
        here, previous = codes, mention
    near = next((mention for mention in mentions if mention.near), None)
    if near is None and km is not None:
        near = next((mention for mention in mentions if mention.places[0].kind != "regio"), None)
    spoken = " ".join(text[found[m.first].start : found[m.last].end] for m in mentions)
    if near is not None:
        label = near.places[0].label
        codes = distinct(code for place in near.places for code in place.nis)
        return PlaceReading(label, codes, spoken, near=True, straal=NEAR_KM if km is None else km)
    regio = next(iter(regions)) if len(regions) == 1 else None
    return PlaceReading(_join(distinct(labels)), distinct(nis), spoken, regio=regio)


def _join(labels: Sequence[str]) -> str:
    return " en ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))
