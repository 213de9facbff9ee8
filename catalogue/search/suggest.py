"""Suggestions while typing: services, gemeenten and organisations whose words begin with what was typed.

Where none does: services that say the same in other words or forms, then names that are spelled almost so.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from catalogue.search.analysis import is_small, normalise, stem
from catalogue.search.correct import TWO_EDITS_FROM, allowed_edits
from catalogue.search.dutch_words import dutch_parts
from catalogue.search.language import language
from catalogue.search.lexicon import Lexicon, ServiceName, lexicon_of
from catalogue.search.types import Suggestion, SuggestionKind, Vocabulary

LIMIT = 10
SCANNED = 500
"""Names of organisations looked at for one prefix; two letters of a large catalogue have more."""
ROOM: dict[SuggestionKind, int] = {"dienst": 5, "gemeente": 3, "organisatie": 4}
"""Lines that each kind may fill before the others had their turn."""
ALIKE = 84.0
"""How much two spellings must agree (0-100) before one is shown as resembling the other."""
MIN_ALIKE = 5
"""Letters of a part that may resemble a word; shorter ones resemble anything."""
ORDER: dict[SuggestionKind, int] = {"dienst": 0, "gemeente": 1, "organisatie": 2}
FROM_START, FROM_WORD, FROM_PART, BY_MEANING, ALMOST = range(5)
"""How a name answers what was typed, best first: from its start, a later word, a part of a word, ..."""


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    rank: tuple[int, int, int, str]
    suggestion: Suggestion

    def ranked(self, how: int) -> "_Entry":
        return replace(self, rank=(how, *self.rank[1:]))


def _order(entry: _Entry) -> tuple[str, tuple[int, int, int, str]]:
    return entry.key, entry.rank


class _Sorted:
    """Entries sorted by key, for looking up prefixes."""

    def __init__(self, entries: Iterable[_Entry]) -> None:
        self.entries = sorted(entries, key=_order)
        self._keys = [entry.key for entry in self.entries]

    def starting(self, prefix: str, at_most: int | None = None) -> list[_Entry]:
        start = bisect_left(self._keys, prefix)
        end = bisect_left(self._keys, prefix + "\U0010ffff", start)
        return self.entries[start : end if at_most is None else min(end, start + at_most)]

    def resembling(self, typed: str, edits: int) -> list[_Entry]:
        """Return the entries that begin almost as was typed, with the same letter."""
        near = self.starting(typed[0])
        found: dict[int, int] = {}
        # A letter too many or too few moves the end: the start may be a letter longer or shorter.
        for length in (len(typed), len(typed) + 1, len(typed) - 1):
            starts = [entry.key[:length] for entry in near]
            for _, distance, place in process.extract(
                typed, starts, scorer=OSA.distance, score_cutoff=edits, limit=None
            ):
                found[place] = min(distance, found.get(place, distance))
        least = min(found.values(), default=0)
        return [near[place].ranked(ALMOST) for place, distance in found.items() if distance == least]

    def with_changes(self, gone: Iterable[_Entry], more: Iterable[_Entry]) -> "_Sorted":
        """Return the entries without some that are in it and with others added."""
        made = _Sorted(())
        made.entries, made._keys = self.entries.copy(), self._keys.copy()
        for entry in gone:
            start = bisect_left(made.entries, _order(entry), key=_order)
            place = made.entries.index(entry, start)
            del made.entries[place], made._keys[place]
        for entry in more:
            place = bisect_right(made.entries, _order(entry), key=_order)
            made.entries.insert(place, entry)
            made._keys.insert(place, entry.key)
        return made


class Suggester:
    """Holds the words of one vocabulary and one set of organisations."""

    def __init__(self, vocabulary: Vocabulary, organisations: Iterable[tuple[str, str]] = ()) -> None:
        """Take a vocabulary and (name, slug) of organisations; more pairs of a slug are its other names."""
        self.vocabulary = vocabulary
        self._words = _Sorted([*_services(vocabulary), *_places(vocabulary)])
        self._organisations = _Sorted(_named(organisations))

    def with_changes(
        self, gone: Iterable[tuple[str, str]], organisations: Iterable[tuple[str, str]]
    ) -> "Suggester":
        """Return one for the same vocabulary: without some of its organisations, with others added.

        Both as (name, slug); all the names of an organisation come or go together, in the order they had.
        """
        made = Suggester.__new__(Suggester)
        made.vocabulary, made._words = self.vocabulary, self._words
        made._organisations = self._organisations.with_changes(_named(gone), _named(organisations))
        return made

    def suggest(self, text: str, limit: int = LIMIT) -> list[Suggestion]:
        """Return at most `limit` suggestions for what was typed so far, the likeliest first."""
        prefix = normalise(text)
        if not prefix or limit < 1:
            return []
        found = [*self._words.starting(prefix), *self._organisations.starting(prefix, SCANNED)]
        found = found or list(self._meant(prefix))
        letters = prefix.replace(" ", "")
        edits = min(allowed_edits(letters), 2 if len(letters) >= TWO_EDITS_FROM else 1)
        if not found and edits:
            found = [
                entry
                for sorted_ in (self._words, self._organisations)
                for entry in sorted_.resembling(prefix, edits)
            ]
        return _fair(_best(found), limit)

    def _meant(self, typed: str) -> Iterator[_Entry]:
        """Yield the services that are named by the same parts in other forms or another order."""
        lexicon = lexicon_of(self.vocabulary)
        full, lean = lexicon.keys(typed.split())
        for name in lexicon.by_full.get(full, ()) or lexicon.by_lean.get(lean, ()) if full else ():
            label = lexicon.services[name.slug].label
            via = None if name.is_label else name.text
            found = Suggestion("dienst", label, label, name.slug, via)
            yield _Entry(typed, (BY_MEANING, 0, via is not None, typed), found)


def _services(vocabulary: Vocabulary) -> Iterator[_Entry]:
    splitter = lexicon_of(vocabulary).splitter
    for service in vocabulary.services:
        for name in (service.label, *service.synonyms):
            via = None if name == service.label else name
            found = Suggestion("dienst", service.label, service.label, service.slug, via)
            for place, key in _starts(normalise(name)):
                yield _Entry(key, (FROM_WORD if place else FROM_START, 0, via is not None, key), found)
            for word in normalise(name).split():
                for form in splitter.starts(word):
                    yield _Entry(form, (FROM_PART, 0, via is not None, form), found)


def _places(vocabulary: Vocabulary) -> Iterator[_Entry]:
    """Gemeenten by all their names; the value is the NIS code, `via` the name where it is another one."""
    names = {nis: p.label for p in vocabulary.places if p.kind == "gemeente" for nis in p.nis}
    for place in vocabulary.places:
        if place.kind == "regio":
            continue
        other = place.kind != "gemeente"
        for nis in place.nis:
            via = place.label if other else None
            found = Suggestion("gemeente", names.get(nis, place.label), nis, nis, via)
            for position, key in _starts(normalise(place.label)):
                yield _Entry(key, (FROM_WORD if position else FROM_START, 1, other, key), found)


def _named(organisations: Iterable[tuple[str, str]]) -> Iterator[_Entry]:
    labels: dict[str, str] = {}
    for name, slug in organisations:
        label = labels.setdefault(slug, name)
        found = Suggestion("organisatie", label, label, slug, None if name == label else name)
        for place, key in _starts(normalise(name)):
            yield _Entry(key, (FROM_WORD if place else FROM_START, 2, found.via is not None, key), found)


def _best(found: Iterable[_Entry]) -> list[_Entry]:
    """Return each thing once, as it answers best; the likeliest first."""
    best: dict[tuple[SuggestionKind, str], _Entry] = {}
    names: dict[tuple[SuggestionKind, str], set[str]] = defaultdict(set)
    for entry in found:
        key = (entry.suggestion.kind, entry.suggestion.slug)
        if key not in best or entry.rank < best[key].rank:
            best[key] = entry
        if entry.suggestion.kind == "dienst" and entry.rank[0] == FROM_START:
            names[key].add(entry.key)
    # A service with more names that begin so is the likelier one.
    for key, which in names.items():
        best[key] = replace(best[key], rank=(best[key].rank[0], -len(which), *best[key].rank[2:]))
    return sorted(
        best.values(),
        key=lambda entry: (entry.rank[0], ORDER[entry.suggestion.kind], entry.rank, entry.suggestion.label),
    )


def _starts(name: str) -> Iterator[tuple[int, str]]:
    """Yield the name from each of its words on."""
    pieces = name.split()
    for place in range(len(pieces)):
        yield place, " ".join(pieces[place:])


def _fair(ordered: list[_Entry], limit: int) -> list[Suggestion]:
    """Give each kind its room first, then fill up; kinds stand together."""
    chosen: list[_Entry] = []
    left = dict(ROOM)
    for entry in ordered:
        kind = entry.suggestion.kind
        if left[kind] > 0 and len(chosen) < limit:
            left[kind] -= 1
            chosen.append(entry)
    taken = set(map(id, chosen))
    chosen += [entry for entry in ordered if id(entry) not in taken][: limit - len(chosen)]
    chosen.sort(key=lambda entry: (ORDER[entry.suggestion.kind], entry.rank, entry.suggestion.label))
    return [entry.suggestion for entry in chosen]


def nearest(asked: Iterable[str], vocabulary: Vocabulary, limit: int = 2) -> list[str]:
    """Return the slugs of the services whose names look most like a question that nobody answers.

    Fewer than `limit`, or none, where no name really resembles it.
    """
    lexicon = lexicon_of(vocabulary)
    words = [word for text in asked for word in normalise(text).split() if not is_small(word)]
    scores: dict[str, float] = {}
    for name, score in _resembling(lexicon, words):
        scores[name.slug] = max(scores.get(name.slug, 0.0), score)
    return sorted(scores, key=lambda slug: (-scores[slug], slug))[:limit]


def _resembling(lexicon: Lexicon, asked: Sequence[str]) -> Iterator[tuple[ServiceName, float]]:
    """Yield names that share a part with the question, then names with a part written alike (0-100)."""
    known = [part for part in lexicon.by_part if len(part) >= MIN_ALIKE and part not in lexicon.light_stems]
    for word in asked:
        parts = {part.stem for part in lexicon.parts(word) if not part.is_filler_head}
        parts |= {stem(part) for part in (word, *dutch_parts(word)) if part not in language().heads}
        for part in parts - lexicon.light_stems:
            for name in lexicon.by_part.get(part, ()):
                yield name, 101.0
        for part, score, _ in process.extract(
            stem(word), known, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=10
        ):
            for name in lexicon.by_part[part]:
                yield name, float(score)
