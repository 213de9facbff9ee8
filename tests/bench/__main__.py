"""Measure everything, part by part, and keep it as one page, a table for README and raw figures in bench/."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import machine, page, tables
from tests.bench.figures import Figures, Part
from tests.bench.parts import EDIT_EVERY, FULL, IMPORT_AT_MOST, PARTS, Effort
from tests.bench.questions import SEARCHES
from tests.bench.stage import WORKERS, BenchError, LeftOutError, Site
from tests.cluster import MISSING, Cluster, private_cluster, programs

# As careful as a server that keeps what it confirmed: the tests are less so.
CAREFUL = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "max_connections": "100"}
MADE = "made"


@dataclass(frozen=True, slots=True)
class Output:
    """Where the figures go; written anew after each part."""

    folder: Path
    notes: tuple[str, ...]

    @property
    def raw(self) -> Path:
        """The file that a later run takes up again."""
        return self.folder / "figures.json"

    def write(self, figures: Figures) -> None:
        """All three files."""
        figures.write(self.raw)
        (self.folder / "figures.md").write_text("\n".join(tables.summary(figures)) + "\n", "utf-8")
        (self.folder / "bench.html").write_text(page.render(figures, self.notes), "utf-8")


@contextmanager
def stage(size: int, database: str, cluster: Cluster | None) -> Iterator[Site]:
    """An empty place for a catalogue; it is gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        if database == "sqlite":
            yield Site(size, database, folder / "data")
        elif cluster is None:
            raise LeftOutError(MISSING)
        else:
            yield Site(size, database, folder / "data", cluster.url(cluster.new_database()))
    finally:
        shutil.rmtree(folder)


def run(site: Site, name: str, effort: Effort) -> Part:
    """Measure one part; one that fails says so in its place."""
    watch = machine.Watch()
    at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    try:
        found = PARTS[name](site, effort)
    except BenchError as error:
        return Part(site.size, site.database, name, machine.commit(), at, left_out=f"broke off: {error}")
    return Part(
        size=site.size,
        database=site.database,
        name=name,
        commit=machine.commit(),
        at=at,
        seconds=round(watch.seconds, 1),
        busy=watch.busy(),
        times=tuple(found.times),
        numbers=dict(found.numbers),
        loads=tuple(found.loads),
    )


def measure(site: Site, wanted: Sequence[str], effort: Effort) -> Iterator[Part]:
    """The catalogue first, without which there is nothing, then each part that is wanted."""
    for name in (MADE, *wanted):
        part = run(site, name, effort)
        yield part
        if name == MADE and part.left_out:
            return


def notes(effort: Effort) -> tuple[str, ...]:
    """What whoever reads the figures must know."""
    return (
        f"{WORKERS} workers; {effort.rounds} rounds; the first visits and the core ask {effort.addresses} "
        f"questions; {effort.edits} edits; {effort.users} users for {effort.seconds:g} s.",
        "p50 is the median, p95 the time that nineteen of twenty do not exceed, n how many were measured.",
        "The load comes from a process of its own that only asks and throws away; 'client' is the share of "
        "one processor that it took. It runs on the same machine, as do the workers and the database.",
        "Connections are kept where the server keeps them, as browsers do, but for the row that says so.",
        f"The most that is answered: {FULL} requests under way. Under load an edit every {EDIT_EVERY:g} s.",
        f"Up to {IMPORT_AT_MOST:,} entries are imported from a file; more go in the database at once.",
        "PostgreSQL is a private server on a socket with Debian's settings, which keeps what it confirms "
        "(fsync). Its processor time counts as that of others.",
        "RSS counts what workers share with each other for each of them; PSS shares it out.",
        "A cold start begins with database, index and what the last start left, all in the disk cache.",
    )


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What is asked on the command line."""
    usual = Effort()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--only", default=",".join(name for name in PARTS if name != MADE))
    parser.add_argument("--missing", action="store_true", help="only what was not measured yet")
    parser.add_argument("--rounds", type=int, default=usual.rounds)
    parser.add_argument("--seconds", type=float, default=usual.seconds)
    parser.add_argument("--users", type=int, default=usual.users)
    parser.add_argument("--addresses", type=int, default=len(SEARCHES))
    parser.add_argument("--edits", type=int, default=usual.edits)
    parser.add_argument("--patience", type=float, default=usual.patience, help="seconds to make a catalogue")
    parser.add_argument("--output", type=Path, default=machine.ROOT / "bench")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked beside what is known of the same program; 1 where something broke off."""
    asked = options(arguments)
    effort = Effort(asked.rounds, asked.addresses, asked.edits, asked.users, asked.seconds, asked.patience)
    asked.output.mkdir(parents=True, exist_ok=True)
    output = Output(asked.output, notes(effort))
    figures = Figures.read(output.raw, machine.program(), machine.machine())
    databases, names = asked.databases.split(","), asked.only.split(",")
    is_whole = True
    with ExitStack() as stack:
        cluster = None
        if "postgresql" in databases and programs():
            cluster = stack.enter_context(private_cluster(**CAREFUL))
        for size, database in ((int(size), one) for size in asked.sizes.split(",") for one in databases):
            known = [name for name in names if asked.missing and figures.part(size, database, name)]
            wanted = [name for name in names if name not in known]
            for part in at_place(size, database, cluster, wanted, effort) if wanted else ():
                figures.put(part)
                output.write(figures)
                said = part.left_out or f"{part.seconds:.0f} s"
                print(f"{tables.where(size, database)}: {part.name}: {said}", flush=True)
                is_whole = is_whole and not part.left_out.startswith("broke off")
    print(f"\n{output.folder / 'bench.html'}\n")
    if (reached := tables.goal_table(figures)).rows:
        print("\n".join(reached.markdown()))
    return 0 if is_whole else 1


def at_place(
    size: int, database: str, cluster: Cluster | None, wanted: Sequence[str], effort: Effort
) -> Iterator[Part]:
    """All wanted parts at one size on one database, or why there are none."""
    try:
        with stage(size, database, cluster) as site:
            yield from measure(site, wanted, effort)
    except LeftOutError as error:
        yield Part(size, database, MADE, left_out=f"left out: {error}")


if __name__ == "__main__":
    sys.exit(main())
