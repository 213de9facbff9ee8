"""What was measured is kept part by part; a later run of the same program goes on with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench.figures import Busy, Figures, Load, Part
from tests.bench.machine import Watch, machine, program
from tests.bench.times import Times

MACHINE = {"processors": "2"}


def load(name: str = "visitors", users: int = 50, **values: object) -> Load:
    """Two seconds of fifty users, with three answers and an error."""
    made = Load(
        name=name,
        users=users,
        seconds=2.0,
        keeps=True,
        kinds=(Times("empty page", (1.0, 2.0)), Times("search page", (30.0,))),
        errors={"search page: 500": 1},
        per_second=(2, 1),
        client_cpu_s=0.1,
        server_cpu_s=0.6,
    )
    return replace(made, **values)  # type: ignore[arg-type]


def part(size: int = 1_000, database: str = "sqlite", name: str = "load", **values: object) -> Part:
    """A part of everything."""
    made = Part(
        size,
        database,
        name,
        "abc",
        "2026-11-22 12:00",
        3.5,
        Busy(0.4, 0.1),
        (Times("page", (1.0, 2.5)),),
        {"rows": 70},
        (load(),),
    )
    return replace(made, **values)  # type: ignore[arg-type]


def test_a_load_says_what_came_of_it() -> None:
    assert (load().rate, load().failed, load().server_ms) == (1.5, 1, 200)
    assert sorted(load().all.values) == [1, 2, 30]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    figures = Figures("program", MACHINE)
    figures.put(part())
    figures.put(part(name="core", loads=(), left_out="left out: too long"))
    figures.write(tmp_path / "figures.json")

    assert Figures.read(tmp_path / "figures.json", "program", MACHINE) == figures
    assert [path.name for path in tmp_path.iterdir()] == ["figures.json"]


def test_a_newer_part_takes_the_place_of_the_older_and_of_no_other() -> None:
    figures = Figures("program", MACHINE)
    for one in (part(10_000), part(database="postgresql"), part(name="core"), part()):
        figures.put(one)
    figures.put(part(seconds=9.0))

    assert [one.key for one in figures.parts] == [
        (1_000, "sqlite", "core"),
        (1_000, "sqlite", "load"),
        (1_000, "postgresql", "load"),
        (10_000, "sqlite", "load"),
    ]
    found = figures.part(1_000, "sqlite", "load")
    assert found is not None
    assert found.seconds == 9
    assert list(figures.places()) == [(1_000, "sqlite"), (1_000, "postgresql"), (10_000, "sqlite")]


@pytest.mark.parametrize(
    ("program_", "machine_"), [("another", MACHINE), ("program", {"processors": "64"})], ids=str
)
def test_figures_of_another_program_or_machine_are_not_gone_on_with(
    tmp_path: Path, program_: str, machine_: dict[str, str]
) -> None:
    figures = Figures("program", MACHINE, [part()])
    figures.write(tmp_path / "figures.json")

    assert Figures.read(tmp_path / "figures.json", program_, machine_).parts == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"program": "program"}', '{"program": 1, "parts": [1]}'])
def test_a_file_that_is_torn_is_begun_anew(tmp_path: Path, text: str) -> None:
    path = tmp_path / "figures.json"
    path.write_text(text, "utf-8")

    assert Figures.read(path, "program", MACHINE).parts == []


def test_the_machine_and_the_program_are_the_same_when_asked_again() -> None:
    assert machine() == machine()
    assert program() == program()


def test_the_work_of_others_is_told_from_ours() -> None:
    watch = Watch()
    sum(number * number for number in range(2_000_000))

    assert 0 <= watch.busy().others <= 1
    assert watch.seconds > 0
