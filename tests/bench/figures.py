"""What was measured, part by part: written after each part, and taken up again by a later run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.times import Times


@dataclass(frozen=True, slots=True)
class Busy:
    """What else the machine did meanwhile: its load, and the share of its processors that others took."""

    load: float = 0.0
    others: float = 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """So many users at once for a while; times in ms of what was answered well, by kind of page."""

    name: str
    users: int
    seconds: float
    keeps: bool
    kinds: tuple[Times, ...]
    errors: dict[str, int]
    per_second: tuple[int, ...]
    client_cpu_s: float
    server_cpu_s: float

    @property
    def all(self) -> Times:
        """Every page together."""
        return Times(self.name, tuple(value for kind in self.kinds for value in kind.values))

    @property
    def rate(self) -> float:
        """Good answers per second."""
        return self.all.n / self.seconds

    @property
    def server_ms(self) -> float:
        """Processor time of the workers for one answer, in ms: hardly changed by what else runs."""
        return self.server_cpu_s * 1000 / max(1, self.all.n)

    @property
    def failed(self) -> int:
        """Requests without a good answer."""
        return sum(self.errors.values())


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the measuring at one size on one database; `left_out` says why there is nothing."""

    size: int
    database: str
    name: str
    commit: str = ""
    at: str = ""
    seconds: float = 0.0
    busy: Busy = field(default_factory=Busy)
    times: tuple[Times, ...] = ()
    numbers: dict[str, float] = field(default_factory=dict)
    loads: tuple[Load, ...] = ()
    left_out: str = ""

    @property
    def key(self) -> tuple[int, str, str]:
        """What a newer measuring of the same takes the place of."""
        return self.size, self.database, self.name

    def time(self, name: str) -> Times | None:
        """The times of one thing, if they were measured."""
        return next((times for times in self.times if times.name == name), None)

    def named(self, name: str) -> list[Load]:
        """Every load of this name, in the order of the rounds."""
        return [load for load in self.loads if load.name == name]


@dataclass
class Figures:
    """All parts of one program on one machine."""

    program: str
    machine: dict[str, str] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path, program: str, machine: dict[str, str]) -> Figures:
        """What a file holds of this program; nothing where it holds another, or cannot be read."""
        try:
            read = json.loads(path.read_text("utf-8"))
            kept = read["program"] == program and read["machine"] == machine
            parts = [_part(one) for one in read["parts"]] if kept else []
        except (OSError, ValueError, KeyError, TypeError):
            parts = []
        return cls(program, machine, parts)

    def put(self, part: Part) -> None:
        """Take a part in, in the place of an older one."""
        self.parts = sorted([*(one for one in self.parts if one.key != part.key), part], key=_order)

    def part(self, size: int, database: str, name: str) -> Part | None:
        """One part, if it was measured."""
        return next((part for part in self.parts if part.key == (size, database, name)), None)

    def places(self) -> Iterator[tuple[int, str]]:
        """Each size and database of which there is something."""
        yield from dict.fromkeys((part.size, part.database) for part in self.parts)

    def write(self, path: Path) -> None:
        """Write all, wholly or not at all."""
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps(asdict(self), ensure_ascii=False) + "\n", "utf-8")
        beside.replace(path)


def _order(part: Part) -> tuple[int, bool, str]:
    return part.size, part.database != "sqlite", part.name


def _part(read: dict[str, Any]) -> Part:
    read["busy"] = Busy(**read["busy"])
    read["times"] = times_of(read["times"])
    read["loads"] = tuple(load_of(load) for load in read["loads"])
    return Part(**read)


def load_of(read: dict[str, Any]) -> Load:
    """A load as JSON has it."""
    return Load(**read | {"kinds": times_of(read["kinds"]), "per_second": tuple(read["per_second"])})


def times_of(read: Iterable[dict[str, Any]]) -> tuple[Times, ...]:
    """Times as JSON has them."""
    return tuple(Times(one["name"], tuple(one["values"])) for one in read)
