"""Where it is measured: a catalogue of some size on a database, the console command, the real server."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.bench.machine import ROOT

CATALOGUE = str(Path(sys.executable).with_name("catalogue"))
SEARCH = "/zoeken"
WORKERS = 2
START_SECONDS = 900
STOP_SECONDS = 30
PAUSE = 0.01


class BenchError(RuntimeError):
    """Something that was measured did not do what it should; the message says what."""


class LeftOutError(RuntimeError):
    """A part that is passed over; the message says why."""


@dataclass(frozen=True, slots=True)
class Site:
    """A catalogue: its size, the kind of its database, its data folder, the address of its database."""

    size: int
    database: str
    data: Path
    url: str = ""

    def environment(self) -> dict[str, str]:
        """That of every process at work on it: nothing of ours but what is said here."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("CATALOGUE_")}
        chosen = {"CATALOGUE_DATA": str(self.data), "CATALOGUE_WORKERS": str(WORKERS)}
        return kept | chosen | ({"CATALOGUE_DATABASE_URL": self.url} if self.url else {})

    def command(self, *words: str, patience: float | None = None) -> float:
        """Run the console command; returns its seconds. Raises LeftOutError where it takes too long."""
        return self._run([CATALOGUE, *words], patience)

    def module(self, name: str, *words: str, patience: float | None = None) -> float:
        """Run a module of the bench as a process of its own; returns its seconds."""
        return self._run([sys.executable, "-m", f"tests.bench.{name}", *words], patience)

    def _run(self, words: list[str], patience: float | None) -> float:
        start = time.perf_counter()
        try:
            done = subprocess.run(
                words,
                cwd=ROOT,
                env=self.environment(),
                capture_output=True,
                text=True,
                check=False,
                timeout=patience,
            )
        except subprocess.TimeoutExpired:
            raise LeftOutError(f"took more than {patience:.0f} s") from None
        if done.returncode:
            raise BenchError(f"{' '.join(words[1:])}: {done.stderr.strip()[-500:]}")
        return time.perf_counter() - start

    @contextmanager
    def server(self) -> Iterator[Server]:
        """The real server; from the first answer of the search page on until the end of the block."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        log = self.data / "server.log"
        begun = time.perf_counter()
        with log.open("w") as output:
            process = subprocess.Popen(
                [CATALOGUE, "run", "--port", str(port)],
                cwd=ROOT,
                env=self.environment(),
                stdout=output,
                stderr=output,
            )
        try:
            _wait(process, port, log)
            yield Server(port, process, (time.perf_counter() - begun) * 1000)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_SECONDS)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Until the search page is there."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError):
            if fetch(port, SEARCH)[0] == 200:
                return
        time.sleep(PAUSE)
    raise BenchError(f"the server does not answer: {log.read_text('utf-8')[-500:]}")


@dataclass
class Server:
    """The running server, and the ms from its start to the first answer of the search page."""

    port: int
    process: subprocess.Popen[bytes]
    start_ms: float

    @cached_property
    def workers(self) -> tuple[int, ...]:
        """The processes that answer; one that keeps something for the next start ends by itself."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            found = tuple(map(int, children.read_text("ascii").split()))
            if len(found) == WORKERS:
                return found
            time.sleep(PAUSE)
        raise BenchError(f"the server has no {WORKERS} workers")

    def memory(self) -> dict[str, float]:
        """MB of the worker that holds most: RSS with all that is shared, PSS with its part of that."""
        return {
            f"{name}, MB": max(_megabytes(worker, name) for worker in self.workers) for name in ("RSS", "PSS")
        }

    def json(self, path: str) -> Any:
        """What the API answers."""
        status, body = fetch(self.port, path)
        if status != 200:
            raise BenchError(f"{path} answered {status}")
        return json.loads(body)


def _megabytes(process: int, name: str) -> float:
    text = Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
    [kilobytes] = re.findall(rf"^{name.capitalize()}:\s+(\d+) kB", text, re.MULTILINE)
    return int(kilobytes) * 1024 / 1e6


def fetch(port: int, path: str, encoding: str = "identity") -> tuple[int, bytes]:
    """One request: its status and what came over the wire."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": encoding})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
