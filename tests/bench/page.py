"""The page of all that was measured: one file with plots and tables, that asks nothing of anybody."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tests.bench import plots, visits
from tests.bench.figures import Figures, Load, Part
from tests.bench.goals import GOALS, USUAL, rate_beside_empty
from tests.bench.parts import BARE, MIX, MIX_EDITED, STARTED, WITHOUT
from tests.bench.plots import LOOKS, Bar, Series
from tests.bench.tables import (
    DATABASES,
    Table,
    busy_table,
    goal_table,
    limits_table,
    load_table,
    numbers_table,
    times_table,
    where,
)
from tests.bench.times import quantile

# What the plots over sizes show of one visitor and of the core.
PAGES = (
    ("pages", visits.EMPTY_PAGE),
    ("pages", visits.HOT),
    ("start", visits.FIRST),
    ("pages", visits.EDITED),
    ("pages", visits.ENTRY),
    ("pages", visits.API_SEARCH),
    ("pages", visits.SUGGESTIONS),
    ("pages", visits.MAP),
)
CORE = (
    "core search",
    "core search, first time",
    "core search, after an edit",
    "FTS5",
    "FTS5, new connection",
)
SHARES = tuple(share / 100 for share in (*range(1, 100), 99.5))


@dataclass(frozen=True, slots=True)
class Item:
    """A plot, a table, or both."""

    title: str = ""
    plot: Markup | None = None
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page that the list at its top leads to."""

    key: str
    title: str
    text: str
    items: tuple[Item, ...]


def render(figures: Figures, notes: tuple[str, ...]) -> str:
    """The whole page."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sections = [section for section in _sections(figures) if section.items]
    template = environment.get_template("page.html")
    return template.render(sections=sections, machine=figures.machine, notes=notes, looks=LOOKS)


def _sections(figures: Figures) -> Iterator[Section]:
    goals = goal_table(figures)
    if goals.rows:
        text = "As the issues say them; on a busy machine a goal of time may be missed by what else ran."
        yield Section("goals", "Goals", text, (Item(table=goals),))
    yield Section(
        "one",
        "One visitor",
        "One request after another, the kinds of page in turn with the empty page. 'First time' is each "
        "address once after a start, with both workers new; 'after an edit' is the first request since an "
        "entry changed.",
        (*_over_sizes(figures, PAGES, "One visitor: p95 in ms"), *_times_items(figures, ("pages", "start"))),
    )
    yield Section(
        "limits",
        "The most that is answered",
        "Eight requests under way all the time, each kind of page in turn with the empty page. The ratio of "
        "processor time hardly depends on what else the machine does.",
        tuple(_limit_items(figures)),
    )
    yield Section(
        "load",
        "Many users at once",
        "Nobody pauses: each user asks the next page as soon as the last is there, so that more answers "
        "would come only from a quicker server. Nothing was asked before, so pages are new at first.",
        tuple(_load_items(figures)),
    )
    yield Section(
        "core",
        "Search beside SQLite FTS5",
        "Without HTTP, in turn: our search, and FTS5 with the same facets in SQL, words and filters.",
        (
            *_over_sizes(figures, tuple(("core", name) for name in CORE), "Search: p95 in ms"),
            *(
                Item(table=times_table(where(part.size, part.database), part, "FTS5"))
                for part in figures.parts
                if part.name == "core" and part.times
            ),
        ),
    )
    yield Section(
        "once",
        "Import, index, memory and start",
        "",
        (*_start_items(figures), *_memory_items(figures), Item(table=numbers_table(figures))),
    )
    text = (
        "'Others took' is the share of the processors that went to anything but the measuring and its server."
    )
    yield Section("busy", "How busy the machine was", text, (Item(table=busy_table(figures)),))


def _over_sizes(figures: Figures, names: tuple[tuple[str, str], ...], title: str) -> Iterator[Item]:
    """One plot for each database, with a line for each thing."""
    for database, label in DATABASES.items():
        sizes = sorted({size for size, known in figures.places() if known == database})
        series = []
        for look, (part_name, name) in enumerate(names):
            parts = [figures.part(size, database, part_name) for size in sizes]
            points = tuple((part.size, times.p95) for part in parts if part and (times := part.time(name)))
            series.append(Series(name, points, look, is_dashed=name.startswith(("empty", "FTS5"))))
        if len(sizes) > 1:
            plot = plots.lines(title, series, x="entries", y="ms", logs=(True, True), xs=sizes)
            yield Item(f"{title}, {label}", plot)


def _times_items(figures: Figures, names: tuple[str, ...]) -> Iterator[Item]:
    for part in figures.parts:
        if part.name in names and part.times:
            after = {"start": ": after each start", "pages": ": in turn"}[part.name]
            yield Item(table=times_table(where(part.size, part.database) + after, part, visits.EMPTY_PAGE))


def _of(figures: Figures, name: str) -> list[Part]:
    return [part for part in figures.parts if part.name == name and not part.left_out]


def _limit_items(figures: Figures) -> Iterator[Item]:
    for part in _of(figures, "limits"):
        title = where(part.size, part.database)
        names = dict.fromkeys(
            load.name for load in part.loads if load.name not in (WITHOUT, visits.EMPTY_PAGE)
        )
        found = {name: beside for name in names if (beside := rate_beside_empty(part, name))}
        values = [
            Bar(name, beside, f"{beside:.2g}", look) for look, (name, beside) in enumerate(found.items())
        ]
        said = f"Answers a second beside those of the empty page: {title}"
        goal = next(goal.limit for goal in GOALS if goal.unit == "×") if part.size == USUAL else None
        plot = plots.bars(said, values, x="× the empty page", goal=goal)
        yield Item(said, plot, limits_table(title, part))


def _load_items(figures: Figures) -> Iterator[Item]:
    for part in _of(figures, "load"):
        title = where(part.size, part.database)
        yield from _rates(title, [load for load in part.loads if load.name in (MIX, MIX_EDITED)])
        spread = [
            Series(kind.name, tuple((share * 100, quantile(kind.values, share)) for share in SHARES), look)
            for load in part.named(MIX)
            for look, kind in enumerate(load.kinds)
            if kind.values
        ]
        said = f"How long each share of the pages took at most, in ms: {title}"
        plot = plots.lines(said, spread, x="% of the pages", y="ms", logs=(False, True))
        users = max((load.users for load in part.loads), default=0)
        yield Item(said, plot, load_table(f"{title}: {users} users", part))


def _rates(title: str, loads: Sequence[Load]) -> Iterator[Item]:
    """The answers of each second, where it went on for more than one."""
    said = f"Good answers in each second: {title}"
    series = [
        Series(load.name, tuple((float(second), float(n)) for second, n in enumerate(load.per_second)), look)
        for look, load in enumerate(loads)
        if len(load.per_second) > 1
    ]
    if series:
        yield Item(said, plots.lines(said, series, x="seconds since the first request", y="answers"))


def _start_items(figures: Figures) -> Iterator[Item]:
    values = [
        Bar(
            f"{where(part.size, part.database)}{what}",
            times.p50 / 1000,
            f"{times.p50 / 1000:.1f} s, n = {times.n}",
            look,
        )
        for part in _of(figures, "start")
        for look, (name, what) in enumerate(((STARTED, ""), (BARE, ": nothing but --help")))
        if (times := part.time(name))
    ]
    title = "From the start of the process to the first search page"
    yield Item(
        title, plots.bars(title, values, x="seconds; dashed: the goal at 10,000", goal=_goal("cold start"))
    )


def _memory_items(figures: Figures) -> Iterator[Item]:
    values = [
        Bar(
            f"{where(part.size, part.database)}, {name}",
            part.numbers[key],
            f"{part.numbers[key]:.0f} MB",
            look,
        )
        for part in _of(figures, "load")
        for look, (name, key) in enumerate((("RSS", "RSS, MB"), ("PSS", "PSS, MB")))
        if math.isfinite(part.numbers.get(key, math.nan))
    ]
    title = "Memory of the worker that holds most, after the load"
    yield Item(title, plots.bars(title, values, x="MB; dashed: the goal at 10,000", goal=_goal("memory")))


def _goal(beginning: str) -> float:
    return next(goal.limit for goal in GOALS if goal.text.startswith(beginning))
