"""Counts that all workers of one node share, without a database: memory made before they are."""

from __future__ import annotations

import fcntl
import hashlib
import math
import mmap
import os
import secrets
import struct
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Names counted at the same time; 768 kB. More than so many at once are not counted: they are let through.
PLACES = 32_768
# So many places are looked at for one name; past a third full they hardly ever are all taken.
TRIES = 16
# What stands at a place: whose count (a keyed hash; 0: nobody's), since when, how many.
PLACE = struct.Struct("=QdQ")


class SharedCounts:
    """At most `limit` acts of one name within `seconds` from its first, for all processes forked later.

    A name is never kept, only a hash with a key that no file holds. A process that is killed leaves no lock.
    """

    def __init__(self, limit: int, seconds: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._seconds = seconds
        # Runs on when somebody sets the clock of the machine, and is the same for all its processes.
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._memory = mmap.mmap(-1, PLACES * PLACE.size)
        # The lock of a file ends with the process that holds it; the other one is for threads of one process.
        self._file = os.memfd_create("catalogue-counts")
        weakref.finalize(self, os.close, self._file)
        self._threads = threading.Lock()

    def count(self, name: str) -> int:
        """Count an act of this name and give 0; or the whole seconds to wait, and count nothing."""
        whose = self._hash(name)
        with self._alone():
            now = self._clock()
            place, since, number = self._find(whose, now)
            if number >= self._limit:
                return max(1, math.ceil(since + self._seconds - now))
            if place is not None:
                PLACE.pack_into(self._memory, place, whose, since, number + 1)
        return 0

    def _find(self, whose: int, now: float) -> tuple[int | None, float, int]:
        """Where the count of this name stands or may begin (None: nowhere), since when, and how many."""
        free = None
        for step in range(TRIES):
            place = (whose + step) % PLACES * PLACE.size
            owner, since, number = PLACE.unpack_from(self._memory, place)
            is_over = not owner or now - since >= self._seconds
            if owner == whose and not is_over:
                return place, since, number
            if is_over and free is None:
                free = place
        return free, now, 0

    def _hash(self, name: str) -> int:
        digest = hashlib.blake2b(name.encode(errors="replace"), key=self._key, digest_size=8).digest()
        return int.from_bytes(digest) or 1

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other thread and no other process count meanwhile."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)
