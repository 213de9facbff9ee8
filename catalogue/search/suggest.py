"""Suggestions while typing: services, gemeenten and organisations whose words begin with what was typed."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from catalogue.search.analysis import is_small, normalise, stem
from catalogue.search.dutch_words import dutch_parts
from catalogue.search.language import language
from catalogue.search.lexicon import Lexicon, ServiceName, lexicon_of
from catalogue.search.types import Suggestion, SuggestionKind, Vocabulary

LIMIT = 10
SCANNED = 3_000
"""Entries looked at for one prefix; a single letter of a large catalogue has more."""
ROOM: dict[SuggestionKind, int] = {"dienst": 5, "gemeente": 3, "organisatie": 4}
"""Lines that each kind may fill before the others had their turn."""
ALIKE = 84.0
"""How much two spellings must agree (0-100) before one is shown as resembling the other."""
MIN_ALIKE = 5
"""Letters of a part that may resemble a word; shorter ones resemble anything."""
ORDER: dict[SuggestionKind, int] = {"dienst": 0, "gemeente": 1, "organisatie": 2}


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    rank: tuple[int, int, int, str]
    suggestion: Suggestion


class Suggester:
    """Holds the words of one vocabulary and one set of organisations, sorted for looking up prefixes."""

    def __init__(self, vocabulary: Vocabulary, organisations: Iterable[tuple[str, str]] = ()) -> None:
        """Take a vocabulary and (name, slug) of organisations; more pairs of a slug are its other names."""
        entries = [
            *self._services(vocabulary),
            *self._places(vocabulary),
            *self._organisations(organisations),
        ]
        entries.sort(key=lambda entry: (entry.key, entry.rank))
        self._entries = entries
        self._keys = [entry.key for entry in entries]

    @staticmethod
    def _services(vocabulary: Vocabulary) -> Iterator[_Entry]:
        splitter = lexicon_of(vocabulary).splitter
        for service in vocabulary.services:
            for name in (service.label, *service.synonyms):
                via = None if name == service.label else name
                found = Suggestion("dienst", service.label, service.label, service.slug, via)
                for place, key in _starts(normalise(name)):
                    yield _Entry(key, (place > 0, 0, via is not None, key), found)
                for word in normalise(name).split():
                    for form in splitter.starts(word):
                        yield _Entry(form, (2, 0, via is not None, form), found)

    @staticmethod
    def _places(vocabulary: Vocabulary) -> Iterator[_Entry]:
        """Gemeenten by all their names; the value is the NIS code, `via` the name where it is another one."""
        names = {nis: p.label for p in vocabulary.places if p.kind == "gemeente" for nis in p.nis}
        for place in vocabulary.places:
            if place.kind == "regio":
                continue
            other = place.kind != "gemeente"
            for nis in place.nis:
                found = Suggestion(
                    "gemeente", names.get(nis, place.label), nis, nis, place.label if other else None
                )
                for position, key in _starts(normalise(place.label)):
                    yield _Entry(key, (position > 0, 1, other, key), found)

    @staticmethod
    def _organisations(organisations: Iterable[tuple[str, str]]) -> Iterator[_Entry]:
        labels: dict[str, str] = {}
        for name, slug in organisations:
            label = labels.setdefault(slug, name)
            found = Suggestion("organisatie", label, label, slug, None if name == label else name)
            for place, key in _starts(normalise(name)):
                yield _Entry(key, (place > 0, 2, found.via is not None, key), found)

    def suggest(self, text: str, limit: int = LIMIT) -> list[Suggestion]:
        """Return at most `limit` suggestions for what was typed so far, the likeliest first."""
        prefix = normalise(text)
        if not prefix or limit < 1:
            return []
        best: dict[tuple[SuggestionKind, str], _Entry] = {}
        names: dict[tuple[SuggestionKind, str], set[str]] = defaultdict(set)
        start = bisect_left(self._keys, prefix)
        for entry in self._entries[start : start + SCANNED]:
            if not entry.key.startswith(prefix):
                break
            key = (entry.suggestion.kind, entry.suggestion.slug)
            if key not in best or entry.rank < best[key].rank:
                best[key] = entry
            if entry.suggestion.kind == "dienst" and entry.rank[0] == 0:
                names[key].add(entry.key)
        # A service with more names that begin so is the likelier one.
        common = {key: -len(found) for key, found in names.items()}
        ordered = sorted(
            (
                replace(entry, rank=(entry.rank[0], common.get(key, 0), *entry.rank[2:]))
                if entry.suggestion.kind == "dienst"
                else entry
                for key, entry in best.items()
            ),
            key=lambda entry: (
                entry.rank[0],
                ORDER[entry.suggestion.kind],
                entry.rank,
                entry.suggestion.label,
            ),
        )
        return _fair(ordered, limit)


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
    for entry in ordered:
        if len(chosen) >= limit:
            break
        if entry not in chosen:
            chosen.append(entry)
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
