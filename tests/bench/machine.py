"""The machine that is measured on, the program that is measured, and what else ran meanwhile."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sqlite3
import subprocess
import time
from pathlib import Path

from tests.bench.figures import Busy
from tests.bench.visitors import TICKS
from tests.cluster import programs

ROOT = Path(__file__).resolve().parents[2]
# What decides how fast the site is; the measuring itself may change without anything becoming untrue.
PROGRAM = ("catalogue", "templates", "static", "seeds", "requirements.txt")
PASSING = {".pyc", ".pyo"}


def program() -> str:
    """A number of all files of the program: other files, other number."""
    found = hashlib.sha256()
    for name in PROGRAM:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix not in PASSING:
                found.update(f"{file.relative_to(ROOT)}\0".encode())
                found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()[:16]


def commit() -> str:
    """The commit of the checkout, if git knows one."""
    try:
        asked = ["git", "describe", "--always", "--dirty"]
        done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def machine() -> dict[str, str]:
    """What the figures hang on: processors, memory and versions."""
    with_postgresql = programs()
    return {
        "processors": f"{os.cpu_count()} × {_processor()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": with_postgresql.parts[-2] if with_postgresql else "missing",
    }


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        text = ""
    named = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return named[1] if named else platform.machine()


class Watch:
    """Looks at the clock and the processors from its making on."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self._spent, self._ours = _spent(), _ours()

    @property
    def seconds(self) -> float:
        """How long it looks already."""
        return time.perf_counter() - self._begun

    def busy(self) -> Busy:
        """What others took; ours is this process with the children that ended, not a database server."""
        available = self.seconds * (os.cpu_count() or 1)
        others = (_spent() - self._spent) - (_ours() - self._ours)
        return Busy(round(os.getloadavg()[0], 2), round(min(1.0, max(0.0, others / available)), 3))


def _spent() -> float:
    """Seconds that all processors worked, for whomever."""
    # User, nice, system, two kinds of interrupts, and what other guests of the machine took.
    first = Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:]
    return sum(int(first[place]) for place in (0, 1, 2, 5, 6, 7)) / TICKS


def _ours() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
