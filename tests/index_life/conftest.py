"""The real server with two workers on a catalogue of some size, and processes that edit it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from catalogue.config import ROOT
from catalogue.directory.live import directory
from tests.builders import app_with, entry, make_settings, offer, organisations

# Enough for an index that is written by a thread and takes a moment to build.
ENTRIES = 700
WORKERS = 2
START_SECONDS = 60
PATIENCE = 10
SCRIPT = [sys.executable, "-c", "from catalogue.commands import main; main()"]
SERVICES = ("groenonderhoud", "schoonmaak", "catering", "montage", "verpakken", "strijk", "schilderwerken")


@pytest.fixture(scope="package")
def many(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Path:
    """A data folder with many organisations and their index, made once."""
    folder = tmp_path_factory.mktemp("index-life") / "data"
    shutil.copytree(prepared, folder)
    with app_with(make_settings(folder)) as app, app.app_context():
        known = [slug for slug in SERVICES if slug in directory().current().words.services]
        assert len(known) >= 4
        organisations(
            *(
                entry(
                    f"Werkplaats {number}",
                    description=f"Wij werken met woord{number} en groep{number % 7}.",
                    offers=(offer(known[number % len(known)]),),
                    sites=(),
                )
                for number in range(ENTRIES)
            )
        )
        directory().reindex()
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, many: Path) -> Path:
    """The data folder of a site of these tests: each test has organisations and words of its own in it."""
    return Path(shutil.copytree(many, tmp_path_factory.mktemp("site") / "data"))


def environment(folder: Path, **values: str) -> dict[str, str]:
    """What a process of the site is given; `values` are more settings by their name, such as SECRET_KEY."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CATALOGUE_")}
    settings = {"DATA": str(folder), "WORKERS": str(WORKERS), **values}
    return kept | {f"CATALOGUE_{name}": value for name, value in settings.items()}


@contextmanager
def command(folder: Path, *words: str, **values: str) -> Iterator[subprocess.Popen[str]]:
    """The console script at work in a process of its own; told to stop at the end."""
    process = subprocess.Popen(
        [*SCRIPT, *words],
        cwd=ROOT,
        env=environment(folder, **values),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    try:
        yield process
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        process.stdout.close()


def assert_done(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    output = process.stdout.read()
    assert process.wait(START_SECONDS) == 0, output


@dataclass
class Editor:
    """A process that edits; each call returns the moment at which the change was committed."""

    process: subprocess.Popen[str]

    def start(self, work: str, *arguments: object, **values: object) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps([work, arguments, values]) + "\n")
        self.process.stdin.flush()

    def line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def __call__(self, work: str, *arguments: object, **values: object) -> float:
        self.start(work, *arguments, **values)
        return float(self.line())


@contextmanager
def editor(folder: Path) -> Iterator[Editor]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.index_life.editor"],
        cwd=ROOT,
        env=environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    running = Editor(process)
    try:
        assert running.line() == "klaar"
        yield running
    finally:
        assert process.stdin and process.stdout
        process.stdin.close()
        process.wait(START_SECONDS)
        process.stdout.close()


def sockets(pid: int) -> set[str]:
    """The sockets that a process holds; none of one that is over."""
    found = set()
    with suppress(FileNotFoundError, ProcessLookupError):
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            found.add(str(handle.readlink()))
    return {one for one in found if one.startswith("socket:")}


@dataclass
class Server:
    """The running site. `only` lets one worker run, so that it is the one that answers."""

    address: str
    process: subprocess.Popen[str]
    workers: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """What it wrote, line by line."""

    def children(self) -> list[int]:
        """The workers: the children that listen. One that keeps something for the next start does not."""
        text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        ours = sockets(self.process.pid)
        return [int(pid) for pid in text.split() if ours & sockets(int(pid))]

    @contextmanager
    def only(self, worker: int) -> Iterator[None]:
        others = [pid for pid in self.workers if pid != worker]
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in others:
                os.kill(pid, signal.SIGCONT)

    def get(self, path: str, **parameters: str) -> Any:
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"{self.address}{path}?{query}", timeout=30) as answer:
            return json.load(answer)

    def names(self, question: str) -> set[str]:
        """The names of what a question finds."""
        items = self.get("/api/v1/organisaties", q=question, per_pagina="100")["items"]
        return {item["naam"] for item in items}

    def is_seen_at_once(self, holds: Callable[[], bool], since: float) -> None:
        """Every worker, asked until it holds, answers so within the time that was promised."""
        for worker in self.workers:
            with self.only(worker):
                # Workers are asked one after the other: what the first took is not the fault of the second.
                begun = max(since, time.time())
                while not holds():
                    assert time.time() - begun < PATIENCE, f"worker {worker} does not see it"
                assert time.time() - begun < self.at_once

    def times(self, rounds: int) -> list[float]:
        """Seconds that the search takes, for questions of which each finds something else."""
        found = []
        for number in range(rounds):
            begun = time.perf_counter()
            self.names(f"woord{number * 7 % ENTRIES}")
            found.append(time.perf_counter() - begun)
        return found

    @cached_property
    def at_once(self) -> float:
        """A second, as promised; longer on a machine that others keep so busy that all answers take long."""
        return max(1.0, 40 * statistics.median(self.times(15)))


@contextmanager
def serving(folder: Path, **values: str) -> Iterator[Server]:
    """The site on this folder, once each of its workers is ready; `values` as for `environment`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with command(folder, "run", "--port", str(port), **values) as process:
        assert process.stdout
        running = Server(f"http://127.0.0.1:{port}", process)
        line = process.stdout.readline()
        assert line == f"De catalogus staat op {running.address}\n", line
        # Who logs much must not wait for a reader.
        threading.Thread(target=running.told.extend, args=(process.stdout,), daemon=True).start()
        end = time.monotonic() + START_SECONDS
        while len(running.children()) < WORKERS:
            assert time.monotonic() < end
            time.sleep(0.05)
        running.workers = running.children()
        for worker in running.workers:
            with running.only(worker):
                assert running.get("/gezondheid/klaar")["index"] == "ok"
        assert running.at_once
        yield running


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    """The site on that folder."""
    with serving(folder) as running:
        yield running


@pytest.fixture(scope="module")
def edit(folder: Path) -> Iterator[Editor]:
    """Another process that edits the same catalogue."""
    with editor(folder) as running:
        yield running
