"""The load: so many users who ask one page after another: `python -m tests.bench.visitors < JOB`.

A process of its own, that does nothing but ask: bare sockets, answers read and thrown away.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.bench.figures import Load
from tests.bench.times import Times

# A visitor who waits for so many seconds is gone.
PATIENCE = 30
PIECE = 1 << 16
TICKS = os.sysconf("SC_CLK_TCK")

Question = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page, its share among others, and its addresses; `in_turn`: each once before any twice."""

    name: str
    weight: float
    paths: tuple[str, ...]
    in_turn: bool = False


@dataclass(frozen=True, slots=True)
class Phase:
    """So many users for so many seconds, who draw from the kinds; or the questions of a script, once each."""

    name: str
    users: int
    seconds: float = 0.0
    keeps: bool = True
    kinds: tuple[Kind, ...] = ()
    script: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """Phases one after another, on the server with these workers."""

    port: int
    workers: tuple[int, ...]
    phases: tuple[Phase, ...]

    def to_json(self) -> str:
        """As the process of the visitors reads it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Job:
        """What `to_json` made."""
        read = json.loads(text)
        return cls(read["port"], tuple(read["workers"]), tuple(map(_phase, read["phases"])))


def _phase(read: dict[str, Any]) -> Phase:
    kinds = tuple(Kind(**kind | {"paths": tuple(kind["paths"])}) for kind in read["kinds"])
    return Phase(**read | {"kinds": kinds, "script": tuple((name, path) for name, path in read["script"])})


class _Log:
    """What the users of one phase saw."""

    def __init__(self) -> None:
        self.begun = time.perf_counter()
        self.ended = self.begun
        self.values: dict[str, list[float]] = defaultdict(list)
        self.errors: Counter[str] = Counter()
        self.seconds: Counter[int] = Counter()

    def answered(self, name: str, start: float, end: float) -> None:
        self.ended = end
        self.values[name].append(round((end - start) * 1000, 3))
        self.seconds[int(end - self.begun)] += 1

    def failed(self, name: str, reason: str) -> None:
        self.ended = time.perf_counter()
        self.errors[f"{name}: {reason}"] += 1


class _Visitor:
    """One browser: keeps its connection where it may and the server lets it."""

    def __init__(self, port: int, keeps: bool) -> None:
        self._port = port
        self._keeps = keeps
        self._socket: socket.socket | None = None

    async def ask(self, path: str) -> int:
        """One page; gives its status. Raises OSError or ValueError where there is no whole answer."""
        was_kept = self._socket is not None
        try:
            return await self._ask(path)
        except ConnectionError:
            self.close()
            if not was_kept:
                raise
            # The server let go of a connection that lay idle: a browser opens another.
            return await self._ask(path)
        except BaseException:
            self.close()
            raise

    async def _ask(self, path: str) -> int:
        loop = asyncio.get_running_loop()
        if self._socket is None:
            self._socket = socket.socket()
            self._socket.setblocking(False)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await loop.sock_connect(self._socket, ("127.0.0.1", self._port))
        how = "keep-alive" if self._keeps else "close"
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nAccept-Encoding: gzip\r\n"
        await loop.sock_sendall(self._socket, f"{request}Connection: {how}\r\n\r\n".encode("ascii"))
        status, stays = await self._read(self._socket)
        if not stays:
            self.close()
        return status

    async def _read(self, connection: socket.socket) -> tuple[int, bool]:
        loop = asyncio.get_running_loop()
        read = bytearray()
        while (end := read.find(b"\r\n\r\n")) < 0:
            if not (piece := await loop.sock_recv(connection, PIECE)):
                raise ConnectionResetError("no answer")
            read += piece
        head = bytes(read[:end]).decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
        rest = len(read) - end - 4
        is_chunked = headers.get("transfer-encoding") == "chunked"
        wanted = int(headers["content-length"]) if "content-length" in headers else None
        while (not read.endswith(b"0\r\n\r\n")) if is_chunked else (wanted is None or rest < wanted):
            if not (piece := await loop.sock_recv(connection, PIECE)):
                if is_chunked or wanted is not None:
                    raise ValueError("torn answer")
                break
            rest += len(piece)
            if is_chunked:
                read += piece
        stays = self._keeps and headers.get("connection") != "close" and (is_chunked or wanted is not None)
        return int(head[0].split()[1]), stays

    def close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None


async def _user(visitor: _Visitor, questions: Iterator[Question], log: _Log) -> None:
    for name, path in questions:
        start = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                status = await visitor.ask(path)
        except TimeoutError:
            log.failed(name, f"no answer in {PATIENCE} s")
        except (OSError, ValueError, LookupError) as error:
            log.failed(name, type(error).__name__)
        else:
            if status == 200:
                log.answered(name, start, time.perf_counter())
            else:
                log.failed(name, str(status))
    visitor.close()


async def _act(port: int, phase: Phase) -> _Log:
    """The users share one line of questions, so that no two begin with the same."""
    log = _Log()
    questions = iter(phase.script) if phase.script else drawn(phase.kinds, log.begun + phase.seconds)
    users = (_user(_Visitor(port, phase.keeps), questions, log) for _ in range(phase.users))
    await asyncio.gather(*users)
    return log


def drawn(
    kinds: Sequence[Kind], end: float, now: Callable[[], float] = time.perf_counter
) -> Iterator[Question]:
    """Questions by their weights until the clock says so; the same ones in every run."""
    chance = random.Random(7)
    weights = [kind.weight for kind in kinds]
    turns = {kind.name: cycle(kind.paths) for kind in kinds}
    while now() < end:
        [kind] = chance.choices(kinds, weights)
        yield kind.name, next(turns[kind.name]) if kind.in_turn else chance.choice(kind.paths)


def cpu_seconds(processes: Sequence[int]) -> float:
    """Processor time of processes so far; one that is gone counts for nothing."""
    total = 0
    for process in processes:
        with suppress(OSError):
            stat = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
            total += int(stat[11]) + int(stat[12])
    return total / TICKS


def visit(job: Job) -> list[Load]:
    """Let the users of each phase do their work."""
    loads = []
    for phase in job.phases:
        server, own = cpu_seconds(job.workers), time.process_time()
        log = asyncio.run(_act(job.port, phase))
        spent = log.ended - log.begun
        loads.append(
            Load(
                name=phase.name,
                users=phase.users,
                seconds=max(spent, 0.001),
                keeps=phase.keeps,
                kinds=tuple(Times(name, tuple(values)) for name, values in log.values.items()),
                errors=dict(log.errors),
                per_second=tuple(log.seconds[second] for second in range(int(phase.seconds))),
                client_cpu_s=time.process_time() - own,
                server_cpu_s=cpu_seconds(job.workers) - server,
            )
        )
    return loads


def main() -> None:
    """Do the job that stands on standard input; the loads go to standard output."""
    json.dump([asdict(load) for load in visit(Job.from_json(sys.stdin.read()))], sys.stdout)


if __name__ == "__main__":
    main()
