"""How well each entry answers a question: from the catalogue's own data, without the search room.

3 does it · 2 does something narrower · 1 does something broader, or names it in its own text · 0 no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from werkzeug.datastructures import MultiDict

from catalogue.directory.criteria import Criteria
from catalogue.directory.criteria import read as read_criteria
from catalogue.directory.entries import Entry
from catalogue.directory.find import find
from catalogue.directory.live import Directory
from catalogue.directory.snapshot import Snapshot
from catalogue.directory.vocabulary import Words, folded
from catalogue.places.distance import Point, km
from catalogue.search.types import Document
from tests.relevance.questions import Question

EXACT, NARROWER, BROADER, OWN_TEXT = 3, 2, 1, 1
Grades = Mapping[str, int]


class Judge:
    """Grades the entries of one catalogue."""

    def __init__(self, directory: Directory, documents: Iterable[Document]) -> None:
        self._directory = directory
        self._snapshot: Snapshot = directory.current()
        self._words: Words = self._snapshot.words
        self.entries = {entry.slug: entry for entry in self._snapshot.entries if entry is not None}
        self._texts = {
            document.slug: f" {folded(' '.join((*document.names, *document.former_names, *document.words, *document.notes, document.text)))} "  # noqa: E501
            for document in documents
        }

    def allowed(self, question: Question) -> frozenset[str]:
        """The entries within the filters beside the text."""
        if not question.filters:
            return frozenset(self.entries)
        found = find(self._directory, self.criteria(question, text=""), everything=True)
        return frozenset(hit.entry.slug for hit in found.hits)

    def criteria(self, question: Question, text: str | None = None) -> Criteria:
        """The question as the parameters of a search."""
        pairs = [tuple(pair.split("=", 1)) for pair in question.filters.split("&") if pair]
        arguments = MultiDict([("q", question.text if text is None else text), *pairs])
        return read_criteria(arguments, self._words)

    def grades(self, question: Question) -> Grades:
        """The entries that answer, with how well."""
        if question.nobody:
            return {}
        strangers = (question.organisations | question.also) - {entry.name for entry in self.entries.values()}
        if strangers:
            raise KeyError(f"{question.text}: no entry is called {sorted(strangers)}")
        allowed = self.allowed(question)
        graded = {
            slug: self._grade(entry, question) for slug, entry in self.entries.items() if slug in allowed
        }
        return {slug: grade for slug, grade in graded.items() if grade}

    def _grade(self, entry: Entry, question: Question) -> int:
        if question.organisations or question.also:
            return EXACT if entry.name in question.organisations else int(entry.name in question.also)
        kind = EXACT if question.werkvormen & set(entry.werkvormen) and self._is_there(entry, question) else 0
        tasks = min((self._task(entry, task, question) for task in question.tasks), default=0)
        return min(kind, tasks) if question.both else max(kind, tasks)

    def _task(self, entry: Entry, services: frozenset[str], question: Question) -> int:
        here = {
            service
            for group in entry.groups
            if self._group_is_there(entry, group.gemeenten, group.sites, question)
            for service in group.services
        }
        if here & services:
            return EXACT
        if here & {below for slug in services for below in self._words.narrower[slug]}:
            return NARROWER
        if here & {above for slug in services for above in self._words.broader_of(slug)}:
            return BROADER
        return OWN_TEXT if self._is_there(entry, question) and self._says(entry.slug, services) else 0

    def _is_there(self, entry: Entry, question: Question) -> bool:
        return any(self._group_is_there(entry, g.gemeenten, g.sites, question) for g in entry.groups)

    def _group_is_there(
        self, entry: Entry, gemeenten: frozenset[str], sites: tuple[int, ...], question: Question
    ) -> bool:
        if question.rond:
            row = self._words.gazetteer.rows[question.rond]
            points = [entry.sites[number].point for number in sites]
            return any(p and km(p, Point(row.lat, row.lon)) <= question.km for p in points)
        return not question.gemeenten or bool(gemeenten & question.gemeenten)

    def _says(self, slug: str, services: frozenset[str]) -> bool:
        names = {
            folded(name)
            for service in services
            for name in (self._words.services[service].label, *self._words.services[service].synonyms)
        }
        return any(re.search(rf" {re.escape(name)} ", self._texts[slug]) for name in names)
