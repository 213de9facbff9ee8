"""PostgreSQL for the tests: a private server on a socket in a temporary folder, or the one of an address.

CATALOGUE_TEST_DATABASE says on what the suite runs: nothing (SQLite), "postgresql" (a private server), or the
address of a server where the tests may make databases, such as postgresql+psycopg://server/postgres.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

ASKED = os.environ.get("CATALOGUE_TEST_DATABASE", "")
PRIVATE = "postgresql"
MISSING = "PostgreSQL is missing; install it to test on it (Debian: apt-get install postgresql)"
# Another order of letters than that of bytes, and another clock than UTC.
LOCALE = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=nl-BE")
OPTIONS = {"listen_addresses": "", "max_connections": "40", "timezone": "Europe/Brussels"}
# What is tested is over before a disk could fail.
CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
ROLE = "catalogue"
# Copying files costs half of what writing each page to the log does; older servers know only that way.
FILE_COPY = 150_000
# Seconds after which a server speaks again that was made silent.
MOST_SILENT = 30.0

_numbers = count()


def programs() -> Path | None:
    """The folder of the newest PostgreSQL server of this machine."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0), default=None)
    other = shutil.which("initdb")
    return newest.parent if newest else Path(other).resolve().parent if other else None


def connect(address: str, database: str = "") -> psycopg.Connection:
    """A connection to a database, or to another one of the same server."""
    url = make_url(address).set(drivername="postgresql")
    url = url.set(database=database or url.database)
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def beside(address: str) -> str:
    """The address of a database that is not there yet, on the same server; none where there is no server."""
    if not address:
        return ""
    name = f"catalogue_test_{os.getpid()}_{next(_numbers)}"
    return make_url(address).set(database=name).render_as_string(hide_password=False)


def create(address: str, like: str = "") -> None:
    """Make the database of this address; it begins as a copy of that of another."""
    template = (like and make_url(like).database) or "template1"
    with connect(address, "postgres") as connection:
        how = " STRATEGY FILE_COPY" if connection.info.server_version >= FILE_COPY else ""
        names = (sql.Identifier(make_url(address).database or ""), sql.Identifier(template))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names) + sql.SQL(how))


def drop(address: str) -> None:
    """Throw a database away, whoever looks at it."""
    with connect(address, "postgres") as connection:
        name = sql.Identifier(make_url(address).database or "")
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


@contextmanager
def copied(source: str, to: str) -> Iterator[None]:
    """A database at the address `to` that begins as another; nothing where there is no server."""
    if not to:
        yield
        return
    create(to, like=source)
    try:
        yield
    finally:
        drop(to)


@contextmanager
def locked(address: str) -> Iterator[None]:
    """Somebody writes in every table of a database, and does not stop."""
    with connect(address) as other, other.transaction():
        tables = other.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in tables:
            other.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(sql.Identifier(name)))
        yield


@dataclass
class Cluster:
    """A server with one role, that anyone who can reach its socket is."""

    folder: Path
    bin: Path
    options: dict[str, str]

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"postgresql+psycopg://{ROLE}@/postgres?host={self.folder}"

    def run(self, program: str, *words: str | Path) -> None:
        """Run one of PostgreSQL's programs, as somebody who may."""
        command = [str(self.bin / program), *map(str, words)]
        if os.geteuid() == 0:
            # The server refuses to run as root.
            command = ["runuser", "-u", "postgres", "--", *command]
        # To a file: what the server inherits must not keep a pipe of ours open.
        with (self.folder / "programs.log").open("a") as log:
            subprocess.run(command, cwd=self.folder, stdout=log, stderr=log, check=True, timeout=60)

    def create(self) -> None:
        words = ("--auth=trust", f"--username={ROLE}", "--no-sync")
        self.run("initdb", "--pgdata", self.folder / "data", *words, *LOCALE)

    def start(self) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in self.options.items())
        log = self.folder / "server.log"
        words = ("-w", "-o", f"-k {self.folder} {options}", "-l", log)
        self.run("pg_ctl", "--pgdata", self.folder / "data", *words, "start")

    def stop(self, mode: str = "immediate") -> None:
        self.run("pg_ctl", "--pgdata", self.folder / "data", "-m", mode, "stop")

    @contextmanager
    def silent(self) -> Iterator[None]:
        """A server whose machine stalls: it takes what is sent to it, and does nothing with it."""
        first = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        stopped: list[int] = []

        def tell(signal_: signal.Signals, pids: list[int]) -> None:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal_)

        # Who waits for it without end fails a test, and does not hold it up.
        end = threading.Timer(MOST_SILENT, tell, (signal.SIGCONT, stopped))
        try:
            # The one that starts others comes first.
            tell(signal.SIGSTOP, [first])
            stopped.append(first)
            children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
            stopped.extend(map(int, children))
            tell(signal.SIGSTOP, stopped[1:])
            end.start()
            yield
        finally:
            end.cancel()
            tell(signal.SIGCONT, stopped)

    def connect(self, database: str) -> psycopg.Connection:
        return connect(self.address, database)

    def new_database(self, like: str = "template1") -> str:
        """A database that begins as a copy of another; gives its name."""
        made = beside(self.address)
        create(made, self.url(like))
        return str(make_url(made).database)

    def url(self, database: str, **options: str) -> str:
        extra = "".join(f"&{name}={value}" for name, value in options.items())
        return f"postgresql+psycopg://{ROLE}@/{database}?host={self.folder}{extra}"


@contextmanager
def cluster_folder() -> Iterator[Path]:
    """A folder that a server may use. A short path: the name of a socket has at most 107 characters."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def running(made: Cluster) -> Iterator[None]:
    """A server at work; stopped at the end, unless a test did so."""
    try:
        made.start()
        yield
    finally:
        if (made.folder / "data" / "postmaster.pid").exists():
            made.stop()


@contextmanager
def private_cluster(**options: str) -> Iterator[Cluster]:
    """A running server; it is gone at the end. Needs the programs of PostgreSQL."""
    bin_ = programs()
    assert bin_ is not None, MISSING
    with cluster_folder() as folder:
        made = Cluster(folder, bin_, OPTIONS | CARELESS | options)
        made.create()
        with running(made):
            yield made


@contextmanager
def standby(primary: Cluster) -> Iterator[Cluster]:
    """A running server that follows another one and may only be read."""
    with cluster_folder() as folder:
        made = Cluster(folder, primary.bin, primary.options)
        where = ("--host", primary.folder, "--username", ROLE, "--pgdata", folder / "data")
        made.run("pg_basebackup", *where, "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
        with running(made):
            yield made


@contextmanager
def asked_server() -> Iterator[str]:
    """The address of the server on which the suite was asked to run; none: SQLite."""
    if ASKED != PRIVATE:
        yield ASKED
        return
    with private_cluster() as cluster:
        yield cluster.address
