"""The catalogue as this process holds it: snapshot and text index, brought up to date as it changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from datetime import date
from typing import cast

from flask import Flask, current_app
from sqlalchemy import select

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


class Source:
    """The documents of the text index, straight from the database."""

    def __init__(self, words: Words, generation: int) -> None:
        self._words = words
        self._generation = generation

    def generation(self) -> int:
        """The number of the last change."""
        return self._generation

    def all(self) -> Iterable[Document]:
        """Every published entry."""
        return entries.documents(self._words)

    def changed_since(self, generation: int) -> tuple[list[Document], list[int]]:
        """What changed after a generation: published entries, and ids of those that are gone."""
        published, gone = entries.changed_since(generation)
        return list(entries.documents(self._words, published)), gone


class Directory:
    """One per app. `current()` is cheap when nothing changed: one query of one row."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.index = TextIndex(settings.index_folder)
        self.suggester: tuple[Snapshot, Suggester] | None = None
        self._snapshot: Snapshot | None = None
        self._lock = threading.Lock()

    def current(self) -> Snapshot:
        """The catalogue as it is now, with a text index that holds it or is on its way to."""
        held = self.load()
        self.index.ensure(Source(held.words, held.generation))
        return held

    def load(self) -> Snapshot:
        """The catalogue as it is now, without looking at the text index."""
        state = db.session.execute(
            select(CatalogueState.generation, CatalogueState.vocabulary_generation).where(
                CatalogueState.id == 1
            )
        ).one_or_none()
        generation, vocabulary_generation = (
            (state.generation, state.vocabulary_generation) if state else (0, 0)
        )
        today = date.today()  # noqa: DTZ011 - validity is a matter of the local calendar
        held = self._snapshot
        if held is None or held.generation != generation or held.today != today:
            with self._lock:
                held = self._snapshot
                if held is None or held.generation != generation or held.today != today:
                    held = self._snapshot = self._newer(held, generation, vocabulary_generation, today)
        return held

    def _newer(
        self, held: Snapshot | None, generation: int, vocabulary_generation: int, today: date
    ) -> Snapshot:
        if held and held.generation > generation:
            # An older database was put in its place: nothing that is held is sure to be in it.
            held = None
        if held and held.words.generation == vocabulary_generation and held.today == today:
            published, gone = entries.changed_since(held.generation)
            if len(published) + len(gone) <= PATCH_AT_MOST:
                changed = entries.load(held.words, today, published) if published else []
                return held.with_changes(generation, changed, gone)
        words = held.words if held and held.words.generation == vocabulary_generation else None
        words = words or vocabulary.load(vocabulary_generation)
        return snapshot.build(generation, words, today, entries.load(words, today))

    def settle(self) -> None:
        """After a change by a command: wait until the text index holds it."""
        self.current()
        self.index.wait_until_built()

    def reindex(self) -> int:
        """Make the text index anew, beside the one in use; returns the number of entries."""
        snapshot_ = self.current()
        self.index.wait_until_built()
        return self.index.rebuild(Source(snapshot_.words, snapshot_.generation))


def init_app(app: Flask) -> None:
    """Give the app its directory."""
    app.extensions["directory"] = Directory(app.config["SETTINGS"])


def directory() -> Directory:
    """The directory of the running app."""
    return cast("Directory", current_app.extensions["directory"])
