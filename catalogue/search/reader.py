"""Reading a whole question against one generation of an index; the same for the real index and the scan."""

import threading
from collections import OrderedDict
from dataclasses import replace

from catalogue.search.analysis import words
from catalogue.search.correct import correct, correct_whole, misspelled, near_forms
from catalogue.search.lexicon import Lexicon, lexicon_of
from catalogue.search.own import OwnSearch, Postings
from catalogue.search.question import Parsed, Word, parse
from catalogue.search.terms import build_terms
from catalogue.search.types import Reading, Term, Vocabulary

NAME_WORDS = 5
"""Words of the longest question that is held against the names of organisations."""
KEPT_READINGS = 256


class Reader:
    """Reads questions over the postings of one generation and remembers the last ones."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self._own: OwnSearch | None = None
        self._readings: OrderedDict[tuple[str, bool], Reading] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, text: str, vocabulary: Vocabulary, *, literal: bool = False) -> Reading:
        """Return what a question asks and who answers it; any text at all is a valid question."""
        own = self._own_search(vocabulary)
        key = (text, literal)
        with self._lock:
            known = self._readings.get(key) if self._own is own else None
            if known is not None:
                self._readings.move_to_end(key)
                return known
        reading = _read(text, own, literal)
        with self._lock:
            if self._own is own:
                self._readings[key] = reading
                while len(self._readings) > KEPT_READINGS:
                    self._readings.popitem(last=False)
        return reading

    def _own_search(self, vocabulary: Vocabulary) -> OwnSearch:
        with self._lock:
            if self._own is None or self._own.lexicon.vocabulary is not vocabulary:
                lexicon = lexicon_of(vocabulary, self._postings.phrases())
                self._own = OwnSearch(self._postings, lexicon)
                self._readings.clear()
            return self._own


def _read(text: str, own: OwnSearch, literal: bool) -> Reading:
    lexicon = own.lexicon
    parsed = parse(text, lexicon, own.is_whole_name, literal=literal)
    fixes = [] if literal else _corrections(parsed, own)
    corrected = None
    if fixes:
        corrected = _rewrite(parsed.text, fixes)
        parsed = parse(corrected, lexicon, own.is_whole_name, literal=literal)
    terms = build_terms(parsed, lexicon, own)
    late = [] if literal else _late_corrections(parsed, terms, own) or _name_correction(parsed, own)
    if late:
        fixes += late
        corrected = _rewrite(parsed.text, late)
        parsed = parse(corrected, lexicon, own.is_whole_name)
        terms = build_terms(parsed, lexicon, own)
    meant = frozenset() if literal else _unanswered_places(parsed, terms, lexicon)
    if meant:
        again = parse(corrected or text, lexicon, own.is_whole_name, meant_places=meant)
        if again.place is not None:
            parsed, terms = again, build_terms(again, lexicon, own)
    if fixes:
        typed = {fix: word.raw for word, fix in fixes}
        terms = tuple(
            replace(term, corrected_from=next((typed[w] for w in term.text.split() if w in typed), None))
            for term in terms
        )
    return Reading(
        text=text,
        place=parsed.place,
        terms=terms,
        filler=tuple(parsed.filler),
        cpv=tuple(code for _, code in parsed.codes),
        corrected=corrected,
        treden=parsed.treden,
    )


def _unanswered_places(parsed: Parsed, terms: tuple[Term, ...], lexicon: Lexicon) -> frozenset[str]:
    """Return the ordinary word that nothing answers, and that is a place too (Mol), at the end of a question.

    Before a verb it is more likely what is done (boom snoeien).
    """
    last = parsed.words[-1:]
    asked = {
        word
        for term in terms
        if not (term.services or term.werkvormen)
        and all(match.field == "plaats" for match in term.own.values())
        for word in words(term.text)
    }
    return frozenset(word.word for word in last if word.word in asked and word.word in lexicon.places)


def _corrections(parsed: Parsed, own: OwnSearch) -> list[tuple[Word, str]]:
    """Return the unknown task words with the known ones that they stand for."""
    fixes = []
    for word in parsed.words:
        if word.role != "taak" or word.group:
            continue
        if own.lexicon.knows(word.word) or own.says(word.word):
            known = misspelled(word.word, own.lexicon, own.postings)
            if known:
                fixes.append((word, known))
            continue
        found = correct(
            word.word,
            own.lexicon,
            own.postings,
            after_place_word=word.start in parsed.after_place_word,
        )
        if found:
            fixes.append((word, found))
    return fixes


def _late_corrections(parsed: Parsed, terms: tuple[Term, ...], own: OwnSearch) -> list[tuple[Word, str]]:
    """Return long words that nothing answers although their parts are known, with what they stand for."""
    asked = {word for term in terms if term.is_unanswerable for word in words(term.text)}
    found = [
        (word, correct_whole(word.word, own.lexicon, own.postings))
        for word in parsed.words
        if word.role == "taak" and not word.group and word.word in asked
    ]
    return [(word, fix) for word, fix in found if fix]


def _name_correction(parsed: Parsed, own: OwnSearch) -> list[tuple[Word, str]]:
    """Return the one word that makes a question the whole name of an organisation (Pakwerk Leieland).

    Only beside a word of a name that means no service, so that no task is read as a slip in a name.
    """
    phrase = [word.word for word in parsed.words]
    if not 2 <= len(phrase) <= NAME_WORDS or own.is_whole_name(phrase):
        return []
    named = [own.is_in_a_name(word) and not own.lexicon.is_service_word(word) for word in phrase]
    for place, word in enumerate(parsed.words):
        if not any(named[:place] + named[place + 1 :]):
            continue
        for choice in near_forms(word.word, own.postings):
            if own.is_whole_name([*phrase[:place], choice, *phrase[place + 1 :]]):
                return [(word, choice)]
    return []


def _rewrite(text: str, fixes: list[tuple[Word, str]]) -> str:
    for word, found in sorted(fixes, key=lambda fix: -fix[0].start):
        text = text[: word.start] + found + text[word.end :]
    return text.strip()
