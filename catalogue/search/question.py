"""Pure reading of a question: numbers, CPV codes, names, place words, filler; what is left are task words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from catalogue.search.analysis import Token, compose, is_small, tokens
from catalogue.search.language import language
from catalogue.search.lexicon import Lexicon
from catalogue.search.numbers import Found, read_numbers
from catalogue.search.place_words import mentions, place_of
from catalogue.search.services import is_name
from catalogue.search.types import PlaceReading

MAX_TEXT = 400
"""Letters of a question that are read; nobody types more, and machines get no more."""

MAX_WORDS = 32
"""Words of a question that are read."""

MAX_NAME = 8
"""Words of the longest name looked for inside a question."""

Role = Literal["taak", "licht", "vulling"]
Attachment = Literal["", "van", "voor"]
IsName = Callable[[Sequence[str]], bool]

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
    numbers: Found = field(default_factory=list)
    codes: Found = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    filler: list[str] = field(default_factory=list)
    after_place_word: set[int] = field(default_factory=set)
    """Starts of words that follow 'in', 'te' or 'rond': a place is meant there."""


def parse(text: str, lexicon: Lexicon, is_whole_name: IsName, *, literal: bool = False) -> Parsed:
    """Take a question apart; with `literal` the names of places are ordinary words."""
    composed = compose(text[:MAX_TEXT])
    parsed = Parsed(composed)
    parsed.codes, parsed.numbers, taken = read_numbers(composed, lexicon)
    found = [
        token
        for token in tokens(composed)
        if not any(start < token.end and token.start < end for start, end in taken)
    ][:MAX_WORDS]
    groups = _name_groups(found, lexicon, is_whole_name)
    consumed: set[int] = set()
    if not literal:
        places = mentions(found, lexicon, groups | _in_service_names(found, lexicon), consumed)
        parsed.place = place_of(composed, found, places)
    _read_words(composed, found, groups, consumed, parsed)
    _read_bare_code(parsed, lexicon)
    return parsed


def _read_bare_code(parsed: Parsed, lexicon: Lexicon) -> None:
    """Read a question of nothing but digits, no postcode, as the beginning of a CPV code."""
    digits = parsed.words[0].word if len(parsed.words) == 1 else ""
    if not digits.isdigit() or not 2 <= len(digits) <= 8 or parsed.place or parsed.codes:
        return
    if any(code.startswith(digits) for code in lexicon.codes):
        parsed.codes.append((parsed.words[0].raw, digits))
        parsed.words.clear()
        parsed.filler.clear()


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
