"""Pure reading of a question: numbers, CPV codes, names, place words, filler; what is left are task words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from catalogue.search.analysis import Token, compose, is_small, tokens
from catalogue.search.language import language
from catalogue.search.lexicon import Lexicon
from catalogue.search.numbers import Found, read_numbers
from catalogue.search.place_words import Hints, mentions, place_of, take_distance
from catalogue.search.services import is_name
from catalogue.search.types import PlaceReading

MAX_TEXT = 400
"""Letters of a question that are read; nobody types more, and machines get no more."""

MAX_WORDS = 32
"""Words of a question that are read."""

MIN_ASKED_NUMBER = 3
"""Digits from which a number may be a postcode or a code."""

MAX_NAME = 8
"""Words of the longest name looked for inside a question."""

Role = Literal["taak", "licht", "vulling"]
Attachment = Literal["", "van", "voor", "waar", "met"]
IsName = Callable[[Sequence[str]], bool]

_BREAK = re.compile(r"[,;+/&|\n]")
_RANGE = re.compile(r"[-–]|\b(?:tot|tem|t/m)\b", re.IGNORECASE)
_ORDINAL = re.compile(r"(\d)(?:e|de|ste)")
_STEP_LINKS = frozenset({"en", "of", "tot", "tem"})


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
    """'van' (of what), 'voor' (for whom), 'langs de' (where) or 'met een' (with what) stands before it."""
    group: int = 0
    """Words of one whole name share a number above 0."""
    general: bool = False
    """Filler that is asked for, because nothing else is."""


@dataclass(slots=True)
class Parsed:
    """A question taken apart; `text` is the composed text that positions refer to."""

    text: str
    place: PlaceReading | None = None
    numbers: Found = field(default_factory=list)
    codes: Found = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    filler: list[str] = field(default_factory=list)
    treden: tuple[int, ...] = ()
    whole_name: tuple[str, ...] = ()
    """The whole question, where it is somebody's name and also a task at a place (Kringwinkel Ieper)."""
    after_place_word: set[int] = field(default_factory=set)
    """Starts of words that follow 'in', 'te' or 'rond': a place is meant there."""


def parse(
    text: str,
    lexicon: Lexicon,
    is_whole_name: IsName,
    *,
    literal: bool = False,
    meant_places: frozenset[str] = frozenset(),
) -> Parsed:
    """Take a question apart; with `literal` the names of places are ordinary words.

    `meant_places` are ordinary words that are places here, because nothing else answers them.
    """
    composed = compose(text[:MAX_TEXT])
    parsed = Parsed(composed)
    parsed.codes, parsed.numbers, taken = read_numbers(composed, lexicon)
    found = [
        token
        for token in tokens(composed)
        if not any(start < token.end and token.start < end for start, end in taken)
    ][:MAX_WORDS]
    found = _join_apart(composed, found, lexicon)
    found, parsed.treden = _take_steps(composed, found)
    found, km, distance = take_distance(found)
    groups = _name_groups(found, lexicon, is_whole_name)
    everything = tuple(token.word for token in found)
    parsed.whole_name = everything if not groups and is_whole_name(everything) else ()
    consumed: set[int] = set()
    if not literal:
        hints = Hints(km, meant_places)
        places = mentions(found, lexicon, groups | _in_service_names(found, lexicon), consumed, hints)
        parsed.place = place_of(composed, found, places, km)
    if parsed.place is None:
        parsed.filler += [token.raw for token in distance]
    _read_words(composed, found, groups, consumed, parsed, lexicon)
    _ask_filler(parsed)
    _read_bare_code(parsed, lexicon)
    return parsed


def _join_apart(text: str, found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Write two words as one where only that is a word of a service (order picking)."""
    joined: list[Token] = []
    for token in found:
        before = joined[-1] if joined else None
        if before and (is_small(before.word) or is_small(token.word) or token.word in lexicon.place_words):
            before = None
        whole = before.word + token.word if before else ""
        if before and whole in lexicon.service_word_set and not is_name(lexicon, [before.word, token.word]):
            joined[-1] = Token(text[before.start : token.end], before.start, token.end, whole)
        else:
            joined.append(token)
    return joined


def _take_steps(text: str, found: list[Token]) -> tuple[list[Token], tuple[int, ...]]:
    """Take 'trede 3', 'treden 4 en 5', 'trede 3-5', '4de trede' out of the words."""
    dutch = language()
    for i, token in enumerate(found):
        if token.word not in dutch.step:
            continue
        first, after, steps = i, i + 1, list[int]()
        while after < len(found):
            joined = len(steps) > 0 and found[after].word in _STEP_LINKS
            place = after + 1 if joined and after + 1 < len(found) else after
            step = _step(found[place].word)
            if step is None:
                break
            between = text[found[place - 1].start if joined else found[place - 1].end : found[place].start]
            is_range = bool(steps) and bool(_RANGE.search(between))
            steps += range(steps[-1] + 1, step + 1) if is_range and step > steps[-1] else [step]
            after = place + 1
        if not steps and i and (ordinal := _ORDINAL.fullmatch(found[i - 1].word)):
            step = _step(ordinal.group(1))
            if step is not None:
                first, steps = i - 1, [step]
        if steps:
            return [*found[:first], *found[after:]], tuple(sorted(set(steps)))
    return found, ()


def _step(word: str) -> int | None:
    return int(word) if word.isdecimal() and len(word) == 1 and 1 <= int(word) <= language().steps else None


def _ask_filler(parsed: Parsed) -> None:
    """Where nothing else is asked, a word as 'ploeg' or 'hulp' is what is asked."""
    if parsed.codes or parsed.numbers or any(word.role != "vulling" for word in parsed.words):
        return
    for place, word in enumerate(parsed.words):
        if word.word in language().asked_for:
            parsed.words[place] = replace(word, role="taak", general=True)
            parsed.filler.remove(word.raw)
            return


def _read_bare_code(parsed: Parsed, lexicon: Lexicon) -> None:
    """Read digits that are all that is asked, no postcode, as the beginning of a CPV code."""
    digits = parsed.words[0].word if len(parsed.words) == 1 else ""
    if not digits.isdigit() or not 2 <= len(digits) <= 8 or parsed.codes:
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


def _where_at_home(found: list[Token], groups: dict[int, int], lexicon: Lexicon) -> set[int]:
    """Return the words that say where or for whom: 'in onze fabriek', where no service has that word."""
    dutch = language()
    return {
        i
        for i in range(2, len(found))
        if found[i - 1].word in dutch.owner
        and found[i - 2].word in dutch.before_owner
        and i not in groups
        and not lexicon.is_service_word(found[i].word)
    }


def _is_quantity(i: int, found: list[Token], groups: dict[int, int], consumed: set[int]) -> bool:
    """Whether a number says how many: a small one beside other words, or one with a noun after it.

    Any other number is something asked: a postcode or a code that nobody has.
    """
    if not found[i].word.isdigit() or i in groups or i in consumed or len(found) == 1:
        return False
    if len(found[i].word) < MIN_ASKED_NUMBER:
        return any(not token.word.isdigit() for token in found)
    after = i + 1
    return after < len(found) and after not in consumed and found[after].word not in language().stop


def _who_asks(found: list[Token], groups: dict[int, int]) -> set[int]:
    """Return the nouns of 'onze school zoekt': they say who asks."""
    dutch = language()
    return {
        i
        for i in range(1, len(found) - 1)
        if i not in groups and found[i - 1].word in dutch.owner and found[i + 1].word in dutch.after_asker
    }


def _read_words(
    text: str,
    found: list[Token],
    groups: dict[int, int],
    consumed: set[int],
    parsed: Parsed,
    lexicon: Lexicon,
) -> None:
    """Give every word that is left its role."""
    dutch = language()
    fillers = (
        _phrase_filler(found, groups) | _where_at_home(found, groups, lexicon) | _who_asks(found, groups)
    )
    fillers |= {i for i in range(len(found)) if _is_quantity(i, found, groups, consumed)}
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
            attached = _attachment(token.word, found[i - 1].word if i else "") or attached
            continue
        role: Role = "vulling" if i in fillers or _is_left(token.word, group) else _role(token.word, group)
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


def _is_left(word: str, group: int) -> bool:
    """Whether a word that says 'near' is left over, because no place follows it (rond de kerk)."""
    return not group and word in language().place_near | language().place_near_after


def _attachment(word: str, before: str) -> Attachment:
    dutch = language()
    if word in dutch.of_what:
        return "van"
    if word in dutch.for_whom:
        return "voor"
    if word not in dutch.articles:
        return ""
    return "met" if before in dutch.with_what else "waar" if before in dutch.circumstance else ""


def _role(word: str, group: int) -> Role:
    if group:
        return "taak"
    if word in language().filler:
        return "vulling"
    return "licht" if word in language().light else "taak"
