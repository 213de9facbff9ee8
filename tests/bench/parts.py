"""The parts of the measuring: each takes a site and gives what it found there."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import NamedTuple
from urllib.parse import quote

from tests.bench.core import Core
from tests.bench.editor import Editor, editor
from tests.bench.figures import Load, load_of
from tests.bench.generate import organisations, write
from tests.bench.machine import ROOT
from tests.bench.questions import SEARCHES
from tests.bench.stage import BenchError, Server, Site
from tests.bench.times import Times
from tests.bench.visitors import Job, Kind, Phase, Question, visit
from tests.bench.visits import (
    API,
    EDITED,
    EMPTY,
    EMPTY_PAGE,
    ENTRY,
    FIRST,
    MAP,
    MAP_POINTS,
    POINTS,
    POPULAR,
    empty,
    every,
    kinds,
    searches,
    slugs,
)

# Reading a file of more organisations takes long and says nothing new.
IMPORT_AT_MOST = 20_000
# Asked so often by many at once, nearly every page was made by each worker.
WARM = 5
# Users who keep both workers at work all the time, and no more.
FULL = 8
# Seconds between two edits while many read.
EDIT_EVERY = 2.0
# What one edit may take until everybody finds it.
FOUND_WITHIN = 30
WITHOUT = f"{EMPTY_PAGE}, new connections"
MIX, MIX_EDITED, MIX_EMPTY = "visitors", "visitors, while entries are edited", "visitors of the empty page"
SINGLE = "one edit, until a visitor finds it"
STARTED, BARE = "start to first search page", "catalogue --help"


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured; `patience` is how many seconds the making of a catalogue may take."""

    rounds: int = 5
    addresses: int = len(SEARCHES)
    edits: int = 20
    users: int = 50
    seconds: float = 60.0
    patience: float = 600.0

    @property
    def popular(self) -> int:
        """So many addresses of each kind are asked again and again."""
        return min(POPULAR, self.addresses)


class Found(NamedTuple):
    """What a part gives."""

    times: Sequence[Times] = ()
    numbers: dict[str, float] = {}  # noqa: RUF012 - nobody adds to it
    loads: Sequence[Load] = ()


@dataclass
class _Gathered:
    """Times of several loads of one user, by kind."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, loads: Sequence[Load]) -> None:
        for load in loads:
            if load.errors:
                raise BenchError(f"{load.name}: {load.errors}")
            for kind in load.kinds:
                self.values.setdefault(kind.name, []).extend(kind.values)

    def times(self) -> list[Times]:
        return [Times(name, tuple(values)) for name, values in self.values.items()]


def made(site: Site, effort: Effort) -> Found:
    """The catalogue itself, read from a file where that is not too long, else put in the database at once."""
    site.data.mkdir(parents=True)
    patience = effort.patience
    numbers = {"init, s": site.command("init", "--without-organisations")}
    if site.size <= IMPORT_AT_MOST:
        file = site.data / "catalogue.csv"
        rows = write(file, site.size)
        seconds = site.command("import", str(file), patience=patience) - site.command("--help")
        numbers |= {"rows": rows, "import, ms a row": seconds * 1000 / rows}
    else:
        rows = sum(len(one.sites) for one in organisations(site.size))
        filled = site.module("core", str(site.data), "--fill", str(site.size), patience=patience)
        numbers |= {"rows": rows, "fill, s": filled, "reindex, s": site.command("reindex", patience=patience)}
    return Found(numbers=numbers)


def core(site: Site, effort: Effort) -> Found:
    """Search, suggestions and edits without HTTP, beside SQLite FTS5."""
    output = site.data / "core.json"
    chosen = {"rounds": effort.rounds, "edits": effort.edits, "addresses": effort.addresses}
    words = chain.from_iterable((f"--{name}", str(value)) for name, value in chosen.items())
    site.module("core", str(site.data), str(output), *words)
    found = Core.from_json(output.read_text("utf-8"))
    numbers = {
        "catalogue read, s": found.load_s,
        "index built, s": found.index_s,
        "made ready to serve, s": found.prepare_ms / 1000,
        "FTS5 built, s": found.rival_build_s,
    }
    return Found(found.times, numbers)


def start(site: Site, effort: Effort) -> Found:
    """Started anew each round: the first answer, each address for the first time, and memory."""
    starts, bare, numbers = list[float](), list[float](), dict[str, float]()
    gathered = _Gathered()
    for _ in range(effort.rounds):
        bare.append(site.command("--help") * 1000)
        with site.server() as server:
            starts.append(server.start_ms)
            script = _first_times(slugs(server, effort.addresses), effort.addresses)
            gathered.add(_visit(server, Phase("first", 1, script=script)))
            numbers = server.memory()
    return Found((Times(STARTED, tuple(starts)), Times(BARE, tuple(bare)), *gathered.times()), numbers)


def _first_times(entries: Sequence[str], addresses: int) -> tuple[Question, ...]:
    """Searches and entries that nobody saw since the start, in turn with the empty page; at last the map."""
    script: list[Question] = []
    for search, entry in zip_longest(every()[:addresses], entries):
        script.append((EMPTY_PAGE, EMPTY))
        script += [(name, path) for name, path in ((FIRST, search), (f"{ENTRY}, first time", entry)) if path]
    return (*script, (f"{MAP}, first time", "/kaart"), (f"{MAP_POINTS}, first time", POINTS))


def pages(site: Site, effort: Effort) -> Found:
    """One visitor: every kind of page in turn with the empty one, then searches right after an edit."""
    gathered = _Gathered()
    with site.server() as server, editor(site) as editing:
        asked = kinds(server, popular=effort.popular)
        _warm(server, asked)
        gathered.add(
            _visit(server, Phase("pages", 1, script=_in_turn(asked, effort.rounds * effort.popular)))
        )
        single = []
        for number in range(effort.edits):
            editing.edit()
            path = searches()[number % effort.popular]
            gathered.add(_visit(server, Phase("edited", 1, script=((EDITED, path),))))
            word, written = editing.edit()
            single.append(written + _until_found(server, word))
    return Found((*gathered.times(), Times(SINGLE, tuple(single))))


def _until_found(server: Server, word: str) -> float:
    """The ms until the site finds a word."""
    begun = time.perf_counter()
    while not server.json(f"{API}?q={quote(word)}")["totaal"]:
        if time.perf_counter() - begun > FOUND_WITHIN:
            raise BenchError(f"an edit was not found in {FOUND_WITHIN} s")
    return (time.perf_counter() - begun) * 1000


def _in_turn(asked: Sequence[Kind], times: int) -> tuple[Question, ...]:
    """Each kind so many times, the kinds in turn."""
    turns = range(times)
    return tuple((kind.name, kind.paths[turn % len(kind.paths)]) for turn in turns for kind in asked)


def limits(site: Site, effort: Effort) -> Found:
    """How many of each kind of page the server can answer at most, in turn with the empty page."""
    seconds = max(0.1, effort.seconds / 20)
    with site.server() as server:
        asked = kinds(server, seed=2, popular=effort.popular)
        _warm(server, asked)
        phases = [
            Phase(WITHOUT, FULL, seconds, keeps=False, kinds=(empty(),)),
            *(Phase(kind.name, FULL, seconds, kinds=(_alone(kind),)) for kind in asked),
        ]
        loads = _in_process(server, phases * max(1, effort.rounds // 2))
    return Found(loads=loads)


def _alone(kind: Kind) -> Kind:
    return Kind(kind.name, 1, kind.paths, kind.in_turn)


def load(site: Site, effort: Effort) -> Found:
    """Many visitors at once from the start on, with the empty page before and after; then with edits."""
    users, seconds = effort.users, effort.seconds
    with site.server() as server, editor(site) as editing:
        asked, again = kinds(server, seed=3), kinds(server, seed=4)
        nothing = Phase(MIX_EMPTY, users, seconds / 10, kinds=(empty(),))
        loads = _in_process(server, [nothing, Phase(MIX, users, seconds, kinds=tuple(asked)), nothing])
        numbers = server.memory()
        edited = Phase(MIX_EDITED, users, seconds / 3, kinds=tuple(again))
        loads += _in_process(server, [edited], meanwhile=lambda: _edit_for(editing, edited.seconds))
    return Found(numbers=numbers, loads=loads)


def _edit_for(editing: Editor, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        editing.edit()
        time.sleep(min(EDIT_EVERY, max(0.0, end - time.monotonic())))


def _warm(server: Server, asked: Sequence[Kind]) -> None:
    """What is asked again and again was asked before, of both workers."""
    known = tuple((kind.name, path) for kind in asked if not kind.in_turn for path in kind.paths)
    _Gathered().add(_visit(server, Phase("before", FULL, script=known * WARM)))


def _visit(server: Server, *phases: Phase) -> list[Load]:
    """Ask from this process: where one visitor waits for the server, there is nothing to spare it."""
    return visit(Job(server.port, server.workers, phases))


def _in_process(
    server: Server, phases: Sequence[Phase], meanwhile: Callable[[], object] = lambda: None
) -> list[Load]:
    """Ask from a process that does nothing else."""
    job = Job(server.port, server.workers, tuple(phases))
    words = [sys.executable, "-m", "tests.bench.visitors"]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(job.to_json())
        process.stdin.close()
        meanwhile()
        output = process.stdout.read()
    if process.returncode:
        raise BenchError("the process of the visitors broke off")
    return [load_of(one) for one in json.loads(output)]


PARTS: dict[str, Callable[[Site, Effort], Found]] = {
    "made": made,
    "core": core,
    "start": start,
    "pages": pages,
    "limits": limits,
    "load": load,
}
