"""What is asked, with some of it let go: a search that names what it no longer asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from catalogue.directory import match
from catalogue.directory.criteria import Criteria
from catalogue.directory.search import Hit, Search, effective_sort
from catalogue.search import weights
from catalogue.search.types import Term
from catalogue.web.words import enumerate_words

# So many alternatives are given at most.
AT_MOST = 10
_NAMES = frozenset({"naam", "voorheen", "nummer"})


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to be done: a word of the question, or the services that were chosen."""

    text: str
    terms: tuple[Term, ...] = ()
    dienst: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """A search after some of it was let go; `said` names what was."""

    search: Search
    criteria: Criteria
    terms: tuple[Term, ...]
    said: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[Term, ...]:
        """The words that ask for a kind of organisation; some are the name of a service too."""
        return tuple(term for term in self.terms if term.werkvormen)

    @property
    def tasks(self) -> list[Task]:
        """What is to be done, and the names that are asked for; a kind of organisation is neither."""
        asked = {term.text.casefold(): term for term in reversed(self.terms) if not term.werkvormen}
        tasks = [Task(term.text, (term,)) for term in reversed(asked.values())]
        if self.criteria.dienst:
            services = self.search.words.services
            labels = [services[slug].label.lower() for slug in self.criteria.dienst]
            tasks.append(Task(enumerate_words(labels, "of"), dienst=self.criteria.dienst))
        return tasks

    def label(self, *more: str) -> str:
        """What was let go, in words."""
        return ", ".join((*self.said, *more))

    def less(self, said: str, terms: Iterable[Term] | None = None, **changes: Any) -> Wish:
        """The same with other words or filters, and what that lets go; nothing said for a step between."""
        return replace(
            self,
            criteria=replace(self.criteria, **changes),
            terms=self.terms if terms is None else tuple(terms),
            said=(*self.said, said) if said else self.said,
        )

    def only(self, *tasks: Task) -> Wish:
        """The same with some of its tasks."""
        terms = [term for task in tasks for term in task.terms]
        dienst = next((task.dienst for task in tasks if task.dienst), ())
        return self.less("", [*self.kinds, *terms], dienst=dienst)

    def order(self) -> list[int]:
        """The positions of those who answer, best first."""
        search = self.search
        query = search.query(self.criteria, self.terms)
        found = match.evaluate(search.snapshot, query)
        if not found:
            return []
        km, _ = search.distances(self.criteria)
        order = match.in_order(search.snapshot, query, found, effective_sort(self.criteria), km)
        return [int(position) for position in order]

    def take(self, name: Callable[[Hit], str] | None = None, most: int = AT_MOST) -> list[Hit]:
        """The best of those who answer; `name` says what was let go beside what the wish says."""
        hits = self.hits(self.order()[:most])
        return [replace(hit, loosened=self.label(name(hit))) for hit in hits] if name else hits

    def hits(self, positions: Iterable[int]) -> list[Hit]:
        """Those at some positions, with what was let go."""
        search, chosen = self.search, list(positions)
        km, nearest = search.distances(self.criteria) if chosen else (None, None)
        return [
            search.hit(position, km, nearest, self.criteria, self.label(), self.terms) for position in chosen
        ]


def is_name(term: Term) -> bool:
    """Whether a word names an organisation and no task."""
    return not term.services and any(
        own.field in _NAMES and own.weight >= weights.VOORHEEN for own in term.own.values()
    )
