"""A PostgreSQL server of our own: on a socket in a temporary folder, as unlike SQLite as Debian's can be."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from catalogue.config import Settings
from tests.builders import make_settings, prepare

# Another order of letters than that of bytes, and another clock than UTC.
LOCALE = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=nl-BE")
OPTIONS = "-c listen_addresses= -c fsync=off -c max_connections=40 -c timezone=Europe/Brussels"
ROLE = "catalogue"


def programs() -> Path | None:
    """The folder of the newest PostgreSQL server of this machine."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0), default=None)
    other = shutil.which("initdb")
    return newest.parent if newest else Path(other).resolve().parent if other else None


@dataclass
class Cluster:
    """A server with one role, that anyone who can reach its socket is."""

    folder: Path
    bin: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def _run(self, program: str, *words: str | Path) -> None:
        command = [str(self.bin / program), *map(str, words)]
        if os.geteuid() == 0:
            # The server refuses to run as root.
            command = ["runuser", "-u", "postgres", "--", *command]
        # To a file: what the server inherits must not keep a pipe of ours open.
        with (self.folder / "programs.log").open("a") as log:
            subprocess.run(command, cwd=self.folder, stdout=log, stderr=log, check=True, timeout=60)

    def create(self) -> None:
        words = ("--auth=trust", f"--username={ROLE}", "--no-sync")
        self._run("initdb", "--pgdata", self.folder / "data", *words, *LOCALE)

    def start(self) -> None:
        options = f"-k {self.folder} {OPTIONS}"
        log = self.folder / "server.log"
        self._run("pg_ctl", "--pgdata", self.folder / "data", "-w", "-o", options, "-l", log, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "--pgdata", self.folder / "data", "-m", "immediate", "stop")

    def connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user=ROLE, dbname=database, autocommit=True)

    def new_database(self, like: str = "template1") -> str:
        """A database that begins as a copy of another; gives its name."""
        name = f"test{next(self._numbers)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with self.connect("postgres") as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(like)))
        return name

    def url(self, database: str, **options: str) -> str:
        extra = "".join(f"&{name}={value}" for name, value in options.items())
        return f"postgresql+psycopg://{ROLE}@/{database}?host={self.folder}{extra}"


@pytest.fixture(scope="package")
def cluster() -> Iterator[Cluster]:
    """A running server; it is gone when the tests of this folder are done."""
    bin_ = programs()
    if bin_ is None:
        pytest.skip("PostgreSQL is missing; install it to test on it (Debian: apt-get install postgresql)")
    # A short path: the name of a socket has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    made = Cluster(folder, bin_)
    try:
        made.create()
        made.start()
        yield made
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            made.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="package")
def vocabularies(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with tables and vocabularies, made once; copies of it are cheap."""
    name = cluster.new_database()
    prepare(make_settings(tmp_path_factory.mktemp("vocabularies"), database_url=cluster.url(name)))
    return name


@pytest.fixture
def database(cluster: Cluster, vocabularies: str, tmp_path: Path) -> Settings:
    """The settings of a PostgreSQL database of the test's own, with the vocabularies of seeds/."""
    url = cluster.url(cluster.new_database(like=vocabularies))
    return make_settings(tmp_path / "data", database_url=url)
