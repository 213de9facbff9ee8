"""Curation: what a change of the vocabulary would do to searches, worked out with the search itself.

Nothing is saved and nothing that answers visitors is touched: the changed words stand beside those in use.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select

from catalogue.curation.servicedata import ServiceData
from catalogue.directory import match, snapshot
from catalogue.directory.criteria import Criteria
from catalogue.directory.entries import Entry
from catalogue.directory.live import Directory
from catalogue.directory.search import Reads, Search
from catalogue.directory.snapshot import Snapshot
from catalogue.directory.tables import union
from catalogue.directory.vocabulary import ServiceInfo, Words
from catalogue.exchange.known import word_key
from catalogue.extensions import db
from catalogue.models import EmptyQuestion

# What a person waits for: questions beyond it are left out, and the page says how many were asked.
SECONDS, FEWEST = 0.8, 20
MAX_OWN, MAX_EMPTY = 60, 40
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: how many entries it finds now and would find, and how many of them come or go."""

    question: str
    now: int
    later: int
    gained: int
    lost: int
    # How often nobody answered it in the last year; 0 for a word that we thought of ourselves.
    unanswered: int = 0

    @property
    def is_changed(self) -> bool:
        return bool(self.gained or self.lost)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change would do: to the words of the service itself, and to other questions that change."""

    own: tuple[Asked, ...]
    others: tuple[Asked, ...]
    asked: int


def effect(
    directory: Directory,
    later: Mapping[str, ServiceData],
    words: Sequence[str],
    *,
    moved: Mapping[str, str] | None = None,
    today: date,
) -> Effect:
    """Ask the words of a change, the questions that nobody answered and the names of services, now and then.

    `later` holds all services as they would be; `moved` says which service takes over the offers of another.
    """
    end = time.monotonic() + SECONDS
    now = directory.current()
    then = _supposed(now, later, moved or {})
    readers = (directory.index.aside().read, directory.index.aside().read)
    own = list(_distinct(words))[:MAX_OWN]
    empty = empty_questions(today)
    names = [one.label for one in later.values()]
    rest = [text for text in _distinct([*empty, *names]) if word_key(text) not in set(map(word_key, own))]
    asked = [_ask(directory, text, (now, then), readers, empty.get(text, 0)) for text in own]
    others: list[Asked] = []
    count = 0
    for text in rest:
        if count >= FEWEST and time.monotonic() > end:
            break
        count += 1
        one = _ask(directory, text, (now, then), readers, empty.get(text, 0))
        if one.is_changed:
            others.append(one)
    # What changes comes first; else in the order of the words.
    asked.sort(key=lambda one: not one.is_changed)
    return Effect(tuple(asked), tuple(others), len(asked) + count)


def empty_questions(today: date) -> dict[str, int]:
    """The questions that nobody answered most often in the last year, with how often."""
    total = func.sum(EmptyQuestion.count)
    query = (
        select(EmptyQuestion.words, total)
        .where(EmptyQuestion.day > today - A_YEAR)
        .group_by(EmptyQuestion.words)
        .order_by(total.desc(), EmptyQuestion.words)
        .limit(MAX_EMPTY)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(query)}


def touched(directory: Directory, slugs: Collection[str]) -> int:
    """How many published entries offer one of these services, or something narrower."""
    held = directory.current()
    layers = match.layered(held, "service", slugs)
    return union(layers).bit_count()


def _ask(
    directory: Directory,
    text: str,
    states: tuple[Snapshot, Snapshot],
    readers: tuple[Reads, Reads],
    unanswered: int,
) -> Asked:
    now, later = (_found(directory, text, state, read) for state, read in zip(states, readers, strict=True))
    return Asked(text, len(now), len(later), len(later - now), len(now - later), unanswered)


def _found(directory: Directory, text: str, state: Snapshot, read: Reads) -> set[int]:
    search = Search(directory, Criteria(q=text), state, read)
    hits = match.evaluate(state, search.query(search.criteria))
    return {entry.id for at in state.positions(hits) if (entry := state.entries[int(at)])}


def _supposed(now: Snapshot, later: Mapping[str, ServiceData], moved: Mapping[str, str]) -> Snapshot:
    """The catalogue with these services; only where sets of entries change they are made anew."""
    words = now.words.with_services({slug: _info(one, now.words) for slug, one in later.items()})
    is_same = not moved and all(
        slug in later and later[slug].broader == one.broader for slug, one in now.words.services.items()
    )
    # A new service may stand under another; nobody offers it yet.
    if is_same:
        return replace(now, words=words)
    entries = (_moved(entry, moved) for entry in now.entries if entry is not None)
    return snapshot.build(now.generation, words, now.today, entries)


def _moved(entry: Entry, moved: Mapping[str, str]) -> Entry:
    if moved.keys().isdisjoint(entry.services):
        return entry
    return replace(
        entry,
        services=tuple(dict.fromkeys(moved.get(slug, slug) for slug in entry.services)),
        groups=tuple(
            replace(group, services=frozenset(moved.get(slug, slug) for slug in group.services))
            for group in entry.groups
        ),
    )


def _info(data: ServiceData, words: Words) -> ServiceInfo:
    known = words.services.get(data.slug)
    return ServiceInfo(
        id=known.id if known else 0,
        slug=data.slug,
        label=data.label,
        sentence=data.sentence,
        synonyms=data.synonyms,
        cpv=data.cpv,
        category=data.category,
        broader=data.broader,
    )


def _distinct(texts: Iterable[str]) -> Iterable[str]:
    seen: set[str] = set()
    for text in texts:
        if word_key(text) not in seen:
            seen.add(word_key(text))
            yield text
