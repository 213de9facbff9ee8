"""Pure reading of a question: numbers, CPV codes, names, place words, filler; what is left are task words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from catalogue.search.analysis import Token, compose, distinct, is_small, tokens
from catalogue.search.language import language
from catalogue.search.lexicon import Lexicon
from catalogue.search.services import is_name
from catalogue.search.types import PlaceReading, PlaceTerm

MAX_TEXT = 400
"""Letters of a question that are read; nobody types more, and machines get no more."""

MAX_WORDS = 32
"""Words of a question that are read."""

MAX_NAME = 8
"""Words of the longest name looked for inside a question."""

NEAR_KM = 10
"""What 'vlakbij' means."""

Role = Literal["taak", "licht", "vulling"]
Attachment = Literal["", "van", "voor"]
IsName = Callable[[Sequence[str]], bool]

_NUMBER = re.compile(
    r"(?<![\w.])(?:BE[ .]?)?(\d{4}[. ]?\d{3}[. ]?\d{3}|\d{3}[. ]?\d{3}[. ]?\d{3})(?![.-]?\w)", re.IGNORECASE
)
_CPV = re.compile(r"(?<![\w.-])(\d{8})(?:-\d)?(?![\w-])")
_CPV_NAMED = re.compile(r"(?<!\w)cpv(?:[ -]?codes?)?[ :.-]*(\d{2,8})(?:-\d)?(?![\w-])", re.IGNORECASE)
_CPV_PREFIX = re.compile(r"(?<![\w.-])(\d{5,7})(?![\w.-])")
_BREAK = re.compile(r"[,;+/&|\n]")


@dataclass(frozen=True, slots=True)
class Word:
    """A task word: its role, and how it hangs together with the word before it."""

    raw: str
    word: str
    start: int
    end: int
    role: Role
    breaks: bool = False
    """A comma or 'en' stands before it."""
    either: bool = False
    """'of' stands before it."""
    attached: Attachment = ""
    """'van' (of what) or 'voor' (for whom) stands before it."""
    group: int = 0
    """Words of one whole name share a number above 0."""


@dataclass(slots=True)
class Parsed:
    """A question taken apart; `text` is the composed text that positions refer to."""

    text: str
    place: PlaceReading | None = None
    numbers: list[tuple[str, str]] = field(default_factory=list)
    codes: list[tuple[str, str]] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    filler: list[str] = field(default_factory=list)
    after_place_word: set[int] = field(default_factory=set)
    """Starts of words that follow 'in', 'te' or 'rond': a place is meant there."""


@dataclass(frozen=True, slots=True)
class _Mention:
    first: int
    last: int
    places: tuple[PlaceTerm, ...]
    near: bool


def parse(text: str, lexicon: Lexicon, is_whole_name: IsName, *, literal: bool = False) -> Parsed:
    """Take a question apart; with `literal` the names of places are ordinary words."""
    composed = compose(text)[:MAX_TEXT]
    parsed = Parsed(composed)
    taken = _read_numbers(composed, parsed, lexicon)
    found = [
        token
        for token in tokens(composed)
        if not any(start < token.end and token.start < end for start, end in taken)
    ][:MAX_WORDS]
    groups = _name_groups(found, lexicon, is_whole_name)
    consumed: set[int] = set()
    if not literal:
        mentions = _mentions(found, lexicon, groups | _in_service_names(found, lexicon), consumed)
        parsed.place = _place(composed, found, mentions)
    _read_words(composed, found, groups, consumed, parsed)
    _read_bare_code(parsed, lexicon)
    return parsed


def _read_bare_code(parsed: Parsed, lexicon: Lexicon) -> None:
    """Read a question of nothing but digits, no postcode, as the beginning of a CPV code."""
    digits = parsed.words[0].word if len(parsed.words) == 1 else ""
    if not digits.isdigit() or not 2 <= len(digits) <= 8 or parsed.place or parsed.codes:
        return
    if any(code.startswith(digits) for service in lexicon.vocabulary.services for code in service.cpv):
        parsed.codes.append((parsed.words[0].raw, digits))
        parsed.words.clear()
        parsed.filler.clear()


def _read_numbers(text: str, parsed: Parsed, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Read CPV codes and ondernemingsnummers; return their stretches of the text."""
    taken: list[tuple[int, int]] = []

    def take(match: re.Match[str], into: list[tuple[str, str]], digits: str) -> None:
        if not any(a < match.end() and match.start() < b for a, b in taken):
            taken.append(match.span())
            into.append((match.group().strip(), digits))

    for match in _CPV_NAMED.finditer(text):
        take(match, parsed.codes, match.group(1))
    for match in _CPV.finditer(text):
        take(match, parsed.codes, match.group(1))
    known = [code for service in lexicon.vocabulary.services for code in service.cpv]
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match.group(1))
        if len(digits) == 9 and any(code.startswith(digits[:8]) for code in known):
            take(match, parsed.codes, digits[:8])
        else:
            take(match, parsed.numbers, digits.zfill(10))
    for match in _CPV_PREFIX.finditer(text):
        digits = match.group(1)
        if any(code.startswith(digits) for code in known):
            take(match, parsed.codes, digits)
    return taken


def _name_groups(found: list[Token], lexicon: Lexicon, is_whole_name: IsName) -> dict[int, int]:
    """Return the words that are whole names of organisations, so that no part is read as place or filler."""
    groups: dict[int, int] = {}
    count = len(found)
    for length in range(min(MAX_NAME, count), 0, -1):
        for first in range(count - length + 1):
            span = range(first, first + length)
            phrase = [found[i].word for i in span]
            if any(i in groups for i in span) or not is_whole_name(phrase):
                continue
            if length == 1 and (count > 1 or not is_small(phrase[0])):
                continue
            if all(word in language().stop for word in phrase) and length < count:
                continue
            if _is_task_at_place(phrase, lexicon):
                continue
            groups.update(dict.fromkeys(span, max(groups.values(), default=0) + 1))
    return groups


def _in_service_names(found: list[Token], lexicon: Lexicon) -> dict[int, int]:
    """Return the words that stand in a name of a service as it is written ('strooien bij vorst')."""
    inside: dict[int, int] = {}
    for length in range(2, MAX_NAME + 1):
        for first in range(len(found) - length + 1):
            if tuple(token.word for token in found[first : first + length]) in lexicon.phrases:
                inside.update(dict.fromkeys(range(first, first + length), -1))
    return inside


def _is_task_at_place(phrase: list[str], lexicon: Lexicon) -> bool:
    """Whether a name is also a plain question, as 'Kringwinkel Ieper': then the place is read as place."""
    for first, word in enumerate(phrase):
        for spelled, _ in lexicon.places.get(word, ()):
            if tuple(phrase[first : first + len(spelled)]) == spelled:
                rest = phrase[:first] + phrase[first + len(spelled) :]
                return bool(rest) and is_name(lexicon, rest)
    return False


def _mentions(
    found: list[Token], lexicon: Lexicon, groups: dict[int, int], consumed: set[int]
) -> list[_Mention]:
    """Find the places, with the small words that lead to them."""
    mentions: list[_Mention] = []
    i = 0
    while i < len(found):
        mention = None if i in groups else _mention_at(i, found, lexicon, groups, consumed)
        if mention is None:
            i += 1
        else:
            mentions.append(mention)
            i = mention.last + 1
    return mentions


def _mention_at(
    i: int, found: list[Token], lexicon: Lexicon, groups: dict[int, int], consumed: set[int]
) -> _Mention | None:
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
        marked = near or bool(marks & dutch.place_in)
        certain = marked or not _is_ordinary(spelled, places, lexicon)
        if not certain and not _beside_postcode(i, last, found, lexicon):
            continue
        chosen = _choose(places, bool(marks & dutch.place_region))
        consumed.update(lead, range(i, last + 1), after)
        return _Mention(i, last, chosen, near and chosen[0].kind != "regio")
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


def _place(text: str, found: list[Token], mentions: list[_Mention]) -> PlaceReading | None:
    """Put the mentions together: a postcode narrows the name beside it, other places add up."""
    if not mentions:
        return None
    labels: list[str] = []
    nis: list[str] = []
    regions: set[str | None] = set()
    previous: _Mention | None = None
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
    spoken = " ".join(text[found[m.first].start : found[m.last].end] for m in mentions)
    if near is not None:
        label = near.places[0].label
        codes = distinct(code for place in near.places for code in place.nis)
        return PlaceReading(label, codes, spoken, near=True, straal=NEAR_KM)
    regio = next(iter(regions)) if len(regions) == 1 else None
    return PlaceReading(_join(distinct(labels)), distinct(nis), spoken, regio=regio)


def _join(labels: Sequence[str]) -> str:
    return " en ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))


def _phrase_filler(found: list[Token], groups: dict[int, int]) -> set[int]:
    taken: set[int] = set()
    for phrase in language().filler_phrases:
        for i in range(len(found) - len(phrase) + 1):
            span = range(i, i + len(phrase))
            if tuple(found[j].word for j in span) == phrase and not any(j in groups for j in span):
                taken.update(span)
    return taken


def _read_words(
    text: str, found: list[Token], groups: dict[int, int], consumed: set[int], parsed: Parsed
) -> None:
    """Give every word that is left its role."""
    dutch = language()
    fillers = _phrase_filler(found, groups)
    breaks, either = False, False
    attached: Attachment = ""
    end = 0
    for i, token in enumerate(found):
        breaks = breaks or bool(_BREAK.search(text, end, token.start))
        end = token.end
        group = groups.get(i, 0)
        if i in consumed:
            attached = ""
            continue
        if not group and token.word in dutch.stop:
            breaks = breaks or token.word in dutch.separators
            either = either or token.word in dutch.alternatives
            attached = _attachment(token.word) or attached
            continue
        role: Role = "vulling" if i in fillers else _role(token.word, group)
        if role == "vulling":
            parsed.filler.append(token.raw)
        before = found[i - 1].word if i else ""
        if before in dutch.place_in | dutch.place_near and not group:
            parsed.after_place_word.add(token.start)
        parsed.words.append(
            Word(token.raw, token.word, token.start, token.end, role, breaks, either, attached, group)
        )
        if role != "vulling":
            breaks = either = False
            attached = ""


def _attachment(word: str) -> Attachment:
    if word in language().of_what:
        return "van"
    return "voor" if word in language().for_whom else ""


def _role(word: str, group: int) -> Role:
    if group:
        return "taak"
    if word in language().filler or word.isdigit():
        return "vulling"
    return "licht" if word in language().light else "taak"
