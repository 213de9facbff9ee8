"""Curation: counts on their way to the database, behind the visitor's back and never in their way."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, TimeoutError

from catalogue.extensions import is_machine_fault

log = logging.getLogger(__name__)

MAX_HELD = 1_000
"""Different things that wait in memory while the database is busy."""

K = TypeVar("K", bound=Hashable)


def can_wait(error: Exception) -> bool:
    """Whether the database is busy, full, read-only or away: what was counted can be written later."""
    return isinstance(error, TimeoutError) or (isinstance(error, DBAPIError) and is_machine_fault(error))


class Tally(Generic[K]):
    """Counts under way. A thread writes them and ends: none is there to be forked.

    `write` puts counts in the database in one short transaction; `name` stands in the log.
    """

    def __init__(self, name: str, write: Callable[[Engine, Mapping[K, int]], None]) -> None:
        self._name = name
        self._put = write
        self._held: Counter[K] = Counter()
        self._writer: threading.Thread | None = None
        self._lock = threading.Lock()

    def add(self, things: Iterable[K], engine: Engine) -> None:
        """Hold these, and write all that is held."""
        with self._lock:
            self._hold(Counter(things))
            if self._writer is None or not self._writer.is_alive():
                self._writer = threading.Thread(
                    target=self._write, args=(engine,), name=self._name, daemon=True
                )
                try:
                    self._writer.start()
                except RuntimeError:  # no thread to be had: the next count tries again
                    self._writer = None

    def settle(self) -> bool:
        """Wait for the writer; says whether nothing is held."""
        writer = self._writer
        if writer is not None:
            writer.join()
        return not self._held

    def finish(self, engine: Engine) -> bool:
        """Write what still waits for the database, before this process ends; says whether nothing is held."""
        if not self.settle():
            self.add((), engine)
        return self.settle()

    def _hold(self, counts: Mapping[K, int]) -> None:
        for thing, number in counts.items():
            if thing in self._held or len(self._held) < MAX_HELD:
                self._held[thing] += number

    def _take(self) -> Counter[K]:
        """All that is held; with nothing left the writer is done."""
        with self._lock:
            taken, self._held = self._held, Counter()
            if not taken:
                self._writer = None
            return taken

    def _write(self, engine: Engine) -> None:
        while taken := self._take():
            try:
                self._put(engine, taken)
            except Exception as error:
                if not can_wait(error):
                    log.exception("%s could not be counted", self._name)
                    continue
                log.info("%s wait for the database: %s", self._name, type(error).__name__)
                with self._lock:
                    self._hold(taken)
                    self._writer = None
                return


@contextmanager
def impatient(engine: Engine) -> Iterator[Connection]:
    """A connection of one's own; where another holds a lock it raises OperationalError almost at once."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = '100ms'")
        else:
            # Not the pool's any more: the next who writes must not inherit its impatience.
            connection.detach()
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
        yield connection
