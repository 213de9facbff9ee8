"""What was measured as tables: the same rows for the page and for README."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.bench import goals, visits
from tests.bench.figures import Figures, Load, Part
from tests.bench.goals import shown
from tests.bench.parts import BARE, MIX, MIX_EDITED, MIX_EMPTY, STARTED, WITHOUT
from tests.bench.times import Times, ratio

DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
LEFT_OUT = "–"
# Times of whole processes: no page is beside them.
PROCESSES = (STARTED, BARE)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a head; the first cell names the row."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> list[str]:
        """As README has it."""
        rows = [
            tuple(f"**{cell}**" if cell in ("reached", "not reached") else cell for cell in row)
            for row in self.rows
        ]
        under = tuple("---" for _ in self.head)
        return [f"| {' | '.join(cells)} |" for cells in (self.head, under, *rows)]


def where(size: int, database: str) -> str:
    """A size on a database in words."""
    return f"{size:,} entries, {DATABASES[database]}"


def goal_table(figures: Figures) -> Table:
    """Each goal, what was measured, and whether it is reached."""
    rows = [
        (
            outcome.goal.text,
            where(outcome.goal.size, outcome.database),
            outcome.wanted,
            outcome.shown,
            "reached" if outcome.is_reached else "not reached",
        )
        for outcome in goals.outcomes(figures)
    ]
    return Table("Goals", ("goal", "at", "wanted", "measured", "outcome"), tuple(rows))


def times_table(title: str, part: Part, beside: str) -> Table:
    """Times of a part with their ratios to one of them."""
    other = part.time(beside)
    rows = [
        (one.name, str(one.n), f"{one.p50:,.1f}", f"{one.p95:,.1f}", *_beside(one, other))
        for one in part.times
    ]
    head = ("what", "n", "p50 ms", "p95 ms", f"p50 / {beside}", f"p95 / {beside}")
    return Table(title, head, tuple(rows))


def _beside(one: Times, other: Times | None) -> tuple[str, str]:
    if other is None or one.name in PROCESSES:
        return LEFT_OUT, LEFT_OUT
    return ratio(one.p50, other.p50), ratio(one.p95, other.p95)


def limits_table(title: str, part: Part) -> Table:
    """The most that the server answers of each kind of page."""
    names = dict.fromkeys(load.name for load in part.loads)
    rows = [_limit(part, name) for name in names]
    head = (
        "page",
        "n",
        "per second",
        "/ empty page",
        "server, CPU ms",
        "/ empty page",
        "p95 ms",
        "client",
        "errors",
    )
    return Table(title, head, tuple(rows))


def _limit(part: Part, name: str) -> tuple[str, ...]:
    loads, nothing = part.named(name), part.named(visits.EMPTY_PAGE)
    beside = goals.rate_beside_empty(part, name)
    return (
        name,
        str(sum(one.all.n for one in loads)),
        f"{_median(loads, lambda one: one.rate):,.0f}",
        f"{beside:.2g}" if beside else LEFT_OUT,
        f"{_median(loads, lambda one: one.server_ms):.2f}",
        ratio(_median(loads, lambda one: one.server_ms), _median(nothing, lambda one: one.server_ms)),
        _p95(loads),
        f"{_median(loads, lambda one: one.client_cpu_s / one.seconds):.0%}",
        str(sum(one.failed for one in loads)),
    )


def _median(loads: Sequence[Load], of: Callable[[Load], float]) -> float:
    return statistics.median(map(of, loads)) if loads else 0.0


def _p95(loads: Iterable[Load]) -> str:
    values = tuple(value for one in loads for value in one.all.values)
    return f"{Times('', values).p95:,.0f}" if values else LEFT_OUT


def load_table(title: str, part: Part) -> Table:
    """Many users at once: all together, each kind of page, and what else was asked around it."""
    rows = []
    for load in part.loads:
        rows.append((load.name, *_loaded(load.all, load.seconds), str(load.failed)))
        if load.name == MIX:
            rows += [
                (f"… {kind.name}", *_loaded(kind, load.seconds), _failed(load, kind)) for kind in load.kinds
            ]
    return Table(title, ("who", "n", "per second", "p50 ms", "p95 ms", "errors"), tuple(rows))


def _loaded(times: Times, seconds: float) -> tuple[str, ...]:
    if not times.values:
        return "0", "0", LEFT_OUT, LEFT_OUT
    return str(times.n), f"{times.n / seconds:,.1f}", f"{times.p50:,.0f}", f"{times.p95:,.0f}"


def _failed(load: Load, kind: Times) -> str:
    return str(sum(count for reason, count in load.errors.items() if reason.startswith(f"{kind.name}: ")))


def numbers_table(figures: Figures) -> Table:
    """What is measured once: making the catalogue, building the index, memory."""
    places = list(figures.places())
    found = {
        (part, name): None for size, database in places for part, name in _numbers(figures, size, database)
    }
    rows = []
    for part_name, name in found:
        cells = [
            shown(part.numbers[name], "") if part and name in part.numbers else LEFT_OUT
            for part in (figures.part(size, database, part_name) for size, database in places)
        ]
        suffix = {"start": ", after a start", "load": ", after the load"}.get(part_name, "")
        rows.append((f"{name}{suffix}", *cells))
    return Table("Once", ("what", *(where(*place) for place in places)), tuple(rows))


def _numbers(figures: Figures, size: int, database: str) -> Iterable[tuple[str, str]]:
    for part in figures.parts:
        if (part.size, part.database) == (size, database):
            yield from ((part.name, name) for name in part.numbers)


def busy_table(figures: Figures) -> Table:
    """When each part was measured and what else the machine did."""
    rows = [
        (
            f"{where(part.size, part.database)}: {part.name}",
            part.left_out or f"{part.seconds:,.0f} s",
            f"{part.busy.load:.1f}",
            f"{part.busy.others:.0%}",
            part.at,
            part.commit,
        )
        for part in figures.parts
    ]
    return Table("Each part", ("part", "took", "load", "others took", "at", "commit"), tuple(rows))


def summary(figures: Figures) -> list[str]:
    """For README: goals, pages by size, and the load, each beside the empty page."""
    reached = goal_table(figures)
    lines = [*reached.markdown(), ""] if reached.rows else []
    places = list(figures.places())
    names = dict.fromkeys(
        times.name for place in places for key in ("pages", "start") for times in _times(figures, place, key)
    )
    rows = [(name, *(_cell(figures, place, name) for place in places)) for name in names]
    head = ("p50 / p95 ms (p50 / empty page)", *(where(*place) for place in places))
    lines += [*Table("", head, tuple(rows)).markdown(), ""]
    rows = [
        (name, *(_load_cell(figures.part(*place, key), name) for place in places))
        for key, name in (
            ("limits", visits.EMPTY_PAGE),
            ("limits", WITHOUT),
            ("limits", visits.HOT),
            ("limits", visits.COLD),
            ("load", MIX_EMPTY),
            ("load", MIX),
            ("load", MIX_EDITED),
        )
    ]
    head = ("answers a second, p95 ms, errors", *(where(*place) for place in places))
    return [*lines, *Table("", head, tuple(rows)).markdown(), "", *numbers_table(figures).markdown()]


def _times(figures: Figures, place: tuple[int, str], key: str) -> Sequence[Times]:
    part = figures.part(*place, key)
    return part.times if part else ()


def _cell(figures: Figures, place: tuple[int, str], name: str) -> str:
    for key in ("pages", "start"):
        part = figures.part(*place, key)
        if part and (times := part.time(name)):
            nothing = part.time(visits.EMPTY_PAGE)
            beside = f" ({ratio(times.p50, nothing.p50)})" if nothing and name not in PROCESSES else ""
            return f"{times.p50:,.1f} / {times.p95:,.1f}{beside}"
    return LEFT_OUT


def _load_cell(part: Part | None, name: str) -> str:
    loads = part.named(name) if part else []
    if not loads:
        return LEFT_OUT
    failed = sum(one.failed for one in loads)
    return f"{_median(loads, lambda one: one.rate):,.0f}, {_p95(loads)}, {failed}"
