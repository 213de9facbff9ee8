"""Serving: figures of requests, counted by every worker in memory that they share.

Nothing is written on a disk, so a full one takes nobody down. Each worker counts in a part of its own, which
is handed to the next when it ends: a sum over the parts never goes back.
"""

from __future__ import annotations

import mmap
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalogue.logs import NO_ROUTE, ROUTE

# Under this name the app holds the board, where there is one.
BOARD = "metrics"
# Upper bounds in seconds; what takes longer is counted in the last one.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
# Of each route and class: a count for each bound, one for what took longer, and the seconds together.
CELLS = len(BOUNDS) + 2
# At the head of a part: process, generation, entries.
HEAD = 3
NUMBER = 8


@dataclass(frozen=True, slots=True)
class Spread:
    """How long the requests of one route with one class of status took."""

    route: str
    status: str
    counts: tuple[int, ...]
    """Of each bound, and of what took longer: requests that fell in it and not in a lower one."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Held:
    """What one worker has of the catalogue."""

    process: int
    generation: int
    entries: int


class Board:
    """The shared memory; made before the workers are. `parts` is how many may count at once."""

    def __init__(self, routes: Sequence[str], parts: int) -> None:
        self._routes = {route: number for number, route in enumerate(dict.fromkeys((NO_ROUTE, *routes)))}
        self._size = HEAD + len(self._routes) * len(CLASSES) * CELLS
        self._numbers = memoryview(mmap.mmap(-1, parts * self._size * NUMBER)).cast("d")
        self._parts = parts
        self._own = 0
        self._lock = threading.Lock()

    def take(self, taken: set[int]) -> int:
        """A part that is not among those taken; with none left the last is shared."""
        return next((part for part in range(self._parts) if part not in taken), self._parts - 1)

    def begin(self, part: int) -> None:
        """Count in this part from now on; called in the worker itself."""
        self._own = part * self._size
        self._numbers[self._own] = os.getpid()

    def leave(self, part: int) -> None:
        """The worker of this part ended: what it held counts no more, what it counted stays."""
        self._numbers[part * self._size] = 0

    def count(self, route: str, status: int, seconds: float) -> None:
        """Count one request of this worker."""
        cell = self._own + self._place(self._routes.get(route, 0), status // 100 - 1)
        with self._lock:
            self._numbers[cell + bisect_left(BOUNDS, seconds)] += 1
            self._numbers[cell + CELLS - 1] += seconds

    def hold(self, generation: int, entries: int) -> None:
        """Tell which catalogue this worker has."""
        self._numbers[self._own + 1] = generation
        self._numbers[self._own + 2] = entries

    def spreads(self) -> Iterator[Spread]:
        """What all workers counted together, of each route and class that occurred."""
        for route, number in self._routes.items():
            for kind, name in enumerate(CLASSES):
                place = self._place(number, kind)
                sums = [sum(self._numbers[place + cell :: self._size]) for cell in range(CELLS)]
                if any(sums):
                    yield Spread(route, name, tuple(map(int, sums[:-1])), sums[-1])

    def workers(self) -> Iterator[Held]:
        """What each worker that lives has of the catalogue."""
        for part in range(self._parts):
            process, generation, entries = self._numbers[part * self._size : part * self._size + HEAD]
            if process:
                yield Held(int(process), int(generation), int(entries))

    def _place(self, route: int, kind: int) -> int:
        return HEAD + (route * len(CLASSES) + min(max(kind, 0), len(CLASSES) - 1)) * CELLS


def hooks(board: Board, held: Callable[[], tuple[int, int] | None]) -> dict[str, Callable[..., None]]:
    """What gunicorn is to call; `held` gives generation and number of entries that a worker has."""

    def pre_fork(server: Any, worker: Any) -> None:
        worker.part = board.take({other.part for other in server.WORKERS.values()})

    def post_fork(_server: Any, worker: Any) -> None:
        board.begin(worker.part)

    def child_exit(_server: Any, worker: Any) -> None:
        board.leave(worker.part)

    def pre_request(_worker: Any, req: Any) -> None:
        req.begun = time.monotonic()

    def post_request(_worker: Any, req: Any, environ: Mapping[str, Any], resp: Any) -> None:
        if resp is None or not resp.status:
            return
        status = int(str(resp.status).partition(" ")[0])
        board.count(environ.get(ROUTE, NO_ROUTE), status, time.monotonic() - req.begun)
        if now := held():
            board.hold(*now)

    found = (pre_fork, post_fork, child_exit, pre_request, post_request)
    return {hook.__name__: hook for hook in found}
