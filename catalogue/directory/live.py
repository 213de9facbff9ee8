"""The catalogue as this process holds it: snapshot and text index, brought up to date as it changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from flask import Flask, current_app
from sqlalchemy import Connection, select

from catalogue import calendar
from catalogue.config import Settings
from catalogue.directory import entries, snapshot, vocabulary
from catalogue.directory.snapshot import Snapshot
from catalogue.directory.vocabulary import Words
from catalogue.extensions import db
from catalogue.models import CatalogueState
from catalogue.search.index import TextIndex
from catalogue.search.suggest import Suggester
from catalogue.search.types import Document

log = logging.getLogger(__name__)

# Above this many changed entries, reading everything anew is quicker than patching.
PATCH_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class State:
    """Which change of which catalogue is the last; `mark` is when it was made."""

    generation: int = 0
    vocabulary_generation: int = 0
    restored_generation: int = 0
    mark: str = ""


class Source:
    """The documents of the text index, straight from the database."""

    def __init__(self, words: Words, state: State) -> None:
        self._words = words
        self._state = state

    def generation(self) -> int:
        """The number of the last change."""
        return self._state.generation

    def mark(self) -> str:
        """When that change was made."""
        return self._state.mark

    def beginning(self) -> int:
        """The number with which a backup was put back; what is held of before it is of no use."""
        return self._state.restored_generation

    def latest(self) -> int:
        """The number of the last change as the database has it now, whatever this request read before."""
        with db.engine.connect() as connection:
            statement = select(CatalogueState.generation).where(CatalogueState.id == 1)
            return connection.scalar(statement) or 0

    def changed_since(self, generation: int) -> tuple[list[int], list[int]]:
        """Ids of what changed after a generation: published entries, and those that are gone."""
        return entries.changed_since(generation)

    def documents(self, ids: Sequence[int] | None = None) -> Iterable[Document]:
        """Every published entry, or those with the given ids."""
        stamps = entries.stamps(ids)
        for document in entries.documents(self._words, ids):
            yield replace(document, stamp=stamps.get(document.id, 0))

    def stamps(self) -> Mapping[int, int]:
        """The stamp of every published entry."""
        return entries.stamps()


# Made once: it is asked with every request.
_LAST_CHANGE = select(
    CatalogueState.generation,
    CatalogueState.vocabulary_generation,
    CatalogueState.restored_generation,
    CatalogueState.changed_at,
).where(CatalogueState.id == 1)


def last_change(connection: Connection | None = None) -> State:
    """Which change is the last, as the database has it; by the session, or by a connection."""
    # By the session's own connection: its ways for objects cost more than this question.
    row = (connection or db.session.connection()).execute(_LAST_CHANGE).one_or_none()
    if row is None:
        return State()
    mark = row.changed_at.isoformat() if row.changed_at else ""
    return State(row.generation, row.vocabulary_generation, row.restored_generation, mark)


class Directory:
    """One per app. `current()` is cheap when nothing changed: one query of one row."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.index = TextIndex(settings.index_folder)
        self.suggester: tuple[Snapshot, Suggester] | None = None
        self._snapshot: Snapshot | None = None
        self._mark = ""
        self._lock = threading.Lock()

    @property
    def held(self) -> Snapshot | None:
        """The catalogue as this process has it, without a look at whether it changed."""
        return self._snapshot

    def current(self, state: State | None = None) -> Snapshot:
        """The catalogue as it is now, with a text index that holds it; `state` is known by who just asked."""
        state = state or last_change()
        held = self._load(state)
        self.index.ensure(Source(held.words, state))
        return held

    def load(self) -> Snapshot:
        """The catalogue as it is now, without looking at the text index."""
        return self._load(last_change())

    def _load(self, state: State) -> Snapshot:
        today = calendar.today()
        if not self._holds(state, today):
            with self._lock:
                if not self._holds(state, today):
                    self._snapshot = self._newer(state, today)
                    self._mark = state.mark
        assert self._snapshot is not None, "it was read just now"
        return self._snapshot

    def _holds(self, state: State, today: date) -> bool:
        held = self._snapshot
        return (
            held is not None
            and (held.generation, self._mark) == (state.generation, state.mark)
            and held.today == today
        )

    def _newer(self, state: State, today: date) -> Snapshot:
        held = self._snapshot
        generation, vocabulary_generation = state.generation, state.vocabulary_generation
        is_same = held is not None and held.generation == generation and self._mark == state.mark
        is_other = held is not None and held.generation >= generation and not is_same
        if held and (is_other or held.generation < state.restored_generation):
            # Another database was put in its place: nothing that is held is sure to be in it.
            held = None
        if held and held.today != today and not entries.turns_between(held.today, today):
            held = replace(held, today=today)
        if held and held.words.generation == vocabulary_generation and held.today == today:
            published, gone = entries.changed_since(held.generation)
            if len(published) + len(gone) <= PATCH_AT_MOST:
                changed = entries.load(held.words, today, published) if published else []
                return held.with_changes(generation, changed, gone)
        words = held.words if held and held.words.generation == vocabulary_generation else None
        words = words or vocabulary.load(vocabulary_generation)
        return snapshot.build(generation, words, today, entries.load(words, today))

    def hold(self, snapshot: Snapshot, mark: str) -> None:
        """Begin with what was read in a process of before; what changed since is read as after any edit."""
        with self._lock:
            self._snapshot, self._mark = snapshot, mark

    def settle(self) -> None:
        """After a change by a command: wait until the text index holds it."""
        for _ in range(2):
            self.current()
            self.index.wait_until_built()

    def reindex(self) -> int:
        """Make the text index anew, beside the one in use; returns the number of entries."""
        state = last_change()
        return self.index.rebuild(Source(self._load(state).words, state))


def init_app(app: Flask) -> None:
    """Give the app its directory."""
    app.extensions["directory"] = Directory(app.config["SETTINGS"])


def directory() -> Directory:
    """The directory of the running app."""
    return cast("Directory", current_app.extensions["directory"])
