"""The words of a question in spans: each asks for one thing. Longest names first, then what hangs on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from catalogue.search.dutch_words import is_plural_noun, is_real_word
from catalogue.search.language import language
from catalogue.search.lexicon import Lexicon
from catalogue.search.own import OwnSearch
from catalogue.search.question import Parsed, Word
from catalogue.search.services import (
    done_to,
    explained_beside,
    explains,
    is_name,
    is_whole_name_of_service,
    partial,
)

MAX_SPAN = 6
"""Words of the longest name of a service."""


@dataclass(slots=True)
class Span:
    """Words that make one term; `named` when they are a name by themselves."""

    words: list[Word]
    named: bool
    objects: list[Word] = field(default_factory=list)
    """Words after 'van' or 'voor' that say of what."""
    beside: list[Word] = field(default_factory=list)
    """Words that the service has in another of its names: they do not narrow; who says them comes first."""

    @property
    def phrase(self) -> list[str]:
        return [word.word for word in self.words if self.named or word.role != "vulling"]


def spans_of(parsed: Parsed, lexicon: Lexicon, own: OwnSearch) -> list[Span]:
    """Return the spans of a question in its order; words that say nothing beside a task are left out."""
    found = parsed.words
    taken = _named_spans(found, lexicon, own)
    decided = _join_deciding(found, taken)
    spans: list[Span] = []
    i = 0
    while i < len(found):
        if i in taken:
            named = found[i : taken[i]]
            if spans and _is_for_or_at(named, spans[-1], lexicon):
                spans[-1].objects.extend(named)
            else:
                spans.append(Span(named, named=i not in decided))
            i = taken[i]
            continue
        j = i + 1
        while j < len(found) and j not in taken and not (found[j].breaks or found[j].either):
            j += 1
        _add_rest(found[i:j], spans, lexicon)
        i = j
    _attach(spans, lexicon, parsed.after_place_word)
    has_task = any(word.role == "taak" for span in spans for word in span.words)
    return [
        span
        for span in spans
        if span.named or not has_task or any(word.role == "taak" for word in span.words)
    ]


def _named_spans(found: list[Word], lexicon: Lexicon, own: OwnSearch) -> dict[int, int]:
    """Return start and end of the names of services, werkvormen and organisations; the longest win."""
    taken: dict[int, int] = {}
    covered: set[int] = set()
    for first, word in enumerate(found):
        if word.group and first not in covered:
            last = max(i for i, other in enumerate(found) if other.group == word.group) + 1
            taken[first] = last
            covered.update(range(first, last))
    for length in range(min(MAX_SPAN, len(found)), 0, -1):
        for first in range(len(found) - length + 1):
            span = range(first, first + length)
            if any(i in covered for i in span):
                continue
            words = found[first : first + length]
            if all(word.role == "vulling" for word in words) and length < len(found):
                continue
            if any(word.either for word in words[1:]):
                continue
            if _is_named(words, lexicon, own):
                taken[first] = first + length
                covered.update(span)
    return taken


def _join_deciding(found: list[Word], taken: dict[int, int]) -> set[int]:
    """Join a deciding verb to the words that it is said of (ramen plaatsen, aanleg van een tuin).

    Returns the starts of the stretches that are no name any more.
    """
    joined: set[int] = set()
    for i, word in enumerate(found):
        if word.word not in language().deciding or any(a <= i < b for a, b in taken.items()):
            continue
        before = next((a for a, b in taken.items() if b == i and not (word.breaks or word.either)), None)
        after = i + 1
        if before is not None:
            taken[before] = i + 1
            joined.add(before)
        elif after < len(found) and not (found[after].breaks or found[after].either):
            taken[i] = taken.pop(after, after + 1)
            joined.discard(after)
            joined.add(i)
        elif i and i - 1 not in taken and not (word.breaks or word.either):
            taken[i - 1] = i + 1
            joined.add(i - 1)
    return joined


def _is_named(words: Sequence[Word], lexicon: Lexicon, own: OwnSearch) -> bool:
    """Whether words are a name; filler at an end must be part of the name itself ('begeleid werken')."""
    phrase = [word.word for word in words]
    if is_whole_name_of_service(lexicon, phrase) or lexicon.kind_key(phrase) in lexicon.kinds:
        return True
    if own.is_whole_name(phrase):
        return True
    is_one_task = not any(word.breaks for word in words[1:])
    return "vulling" not in (words[0].role, words[-1].role) and is_name(lexicon, phrase, alike=is_one_task)


def _add_rest(rest: list[Word], spans: list[Span], lexicon: Lexicon) -> None:
    """Add words that are no name: as object of the name before, together, or one by one."""
    words = [word for word in rest if word.role != "vulling"]
    if not words:
        return
    before = spans[-1] if spans else None
    if before and _hangs_on(words, before, lexicon):
        before.objects.extend(words)
        return
    if len(words) > 1 and _explains_all(words, lexicon):
        spans.append(Span(words, named=False))
        return
    tasks = [word for word in words if word.role == "taak"]
    spans.extend(Span([word], named=False) for word in tasks or words)


def _is_for_or_at(words: Sequence[Word], before: Span, lexicon: Lexicon) -> bool:
    """Whether a named thing only says for whom or where the task before it is (catering voor een feest)."""
    is_for = words[0].attached in ("voor", "waar") and not words[0].group
    return is_for and _hangs_on(words, before, lexicon)


def _hangs_on(words: Sequence[Word], before: Span, lexicon: Lexicon) -> bool:
    """Whether words say of what or for whom the name before them is, or what is done to it.

    That is so after 'van' and 'voor', and for an unknown verb or plural (folders vouwen).
    """
    if not before.named or before.words[0].group or words[0].breaks or words[0].either:
        return False
    if words[0].word in language().cooperation:
        return False
    if words[0].attached:
        return words[0].attached not in ("waar", "met") or is_real_word(words[0].raw)
    return len(words) == 1 and words[0].word.endswith("en") and not lexicon.knows(words[0].word)


def _explains_all(words: Sequence[Word], lexicon: Lexicon) -> bool:
    """Whether one service has a part of every task word in its name."""
    asked = [word.word for word in words if word.role == "taak"]
    if len(asked) <= 1:
        return True
    fitting = partial(lexicon, [word.word for word in words])
    return any(explains(lexicon, asked, name) for name in lexicon.names if name.slug in fitting)


def _attach(spans: list[Span], lexicon: Lexicon, after_place_word: set[int]) -> None:
    """Let single words hang on the service beside them, so that they do not narrow.

    A word that the service has in another of its names (kleren stikken), and what it is done to where that is
    open (tuinhuis schilderen, brochures verpakken); a word after a comma or 'en' is asked apart.
    """
    i = 0
    while i < len(spans):
        host = _host(i, spans, lexicon, after_place_word)
        if host is None:
            i += 1
        else:
            host.beside.extend(spans.pop(i).words)
            i = max(0, i - 2)


def _host(i: int, spans: list[Span], lexicon: Lexicon, after_place_word: set[int]) -> Span | None:
    span = spans[i]
    if len(span.words) > 1 or span.objects or span.beside or span.words[0].either or span.words[0].group:
        return None
    word = span.words[0]
    after = spans[i + 1] if i + 1 < len(spans) else None
    if after and (after.words[0].breaks or after.words[0].either):
        after = None
    if span.named:
        before = spans[i - 1] if i and not word.breaks else None
        if before and _is_thing(before) and done_to(lexicon, word.word, before.phrase):
            return before
        is_thing = after is not None and _is_open(after, lexicon) and is_plural_noun(word.word)
        return after if is_thing else None
    near = [spans[i - 1]] if i and not word.breaks else []
    hosts = [other for other in (*near, after) if other and other.named and not other.words[0].group]
    for other in hosts:
        if explained_beside(lexicon, word.word, other.phrase):
            return other
    is_place = word.start in after_place_word or word.word in lexicon.places
    if word.attached or word.role != "taak" or is_place or not is_real_word(word.raw):
        return None
    if word.word in language().deciding or word.word in language().cooperation:
        return None
    return next((other for other in hosts if _is_open(other, lexicon)), None)


def _is_thing(span: Span) -> bool:
    """Whether a span is the name of a thing that something may be done to, no activity itself."""
    only = span.words[0]
    is_single = span.named and len(span.words) == 1 and not only.group
    return is_single and (not only.word.endswith("en") or is_plural_noun(only.word))


def _is_open(span: Span, lexicon: Lexicon) -> bool:
    """Whether a span names an activity that may be done to anything."""
    return span.named and any(lexicon.is_open(word.word) for word in span.words)
