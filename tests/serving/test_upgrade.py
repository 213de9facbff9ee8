"""A newer program takes over from the old one on the same catalogue, and no visitor meets a fault."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from catalogue.config import ROOT
from catalogue.search.store import Store
from tests.index_life.conftest import SCRIPT, START_SECONDS, editor, environment
from tests.serving.conftest import SECRET, until

# Seconds between two questions: enough to be there all the time, and to leave the machine to others.
PAUSE = 0.02
# What a program is: what an upgrade brings anew.
PROGRAM = ("catalogue", "templates", "static", "seeds")
MIGRATION = '''"""A migration that only adds."""

import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{head}"


def upgrade() -> None:
    op.add_column("organisation", sa.Column("erbij", sa.Text, nullable=False, server_default=""))
    op.create_table("erbij", sa.Column("id", sa.Integer, primary_key=True))
'''
TOO_NEW = "De databank is van een nieuwer programma. Gebruik dat programma.\n"
# Hands the socket on that is number 3 there, as systemd does, and becomes the program.
HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The program of the next version: one more migration, and another form of the index."""
    program = tmp_path / "newer"
    for folder in PROGRAM:
        shutil.copytree(ROOT / folder, program / folder, ignore=shutil.ignore_patterns("__pycache__"))
    migrations = program / "catalogue" / "migrations"
    head = ScriptDirectory(str(migrations)).get_current_head()
    (migrations / "versions" / "9999_later.py").write_text(MIGRATION.format(head=head))
    store = program / "catalogue" / "search" / "store.py"
    text, number = re.subn(r"(?m)^SCHEMA_VERSION = \d+$", "SCHEMA_VERSION = 9999", store.read_text())
    assert number == 1
    store.write_text(text)
    return program


def command(program: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of one of the programs."""
    return subprocess.run(
        [*SCRIPT, *words],
        cwd=program,
        env=environment(folder, SECRET_KEY=SECRET),
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )


@contextmanager
def serving(program: Path, folder: Path, listener: socket.socket) -> Iterator[subprocess.Popen[str]]:
    """One of the programs on a socket that is open already, once it answers there."""
    host, port = listener.getsockname()
    process = subprocess.Popen(
        [sys.executable, "-c", HAND_OVER, str(listener.fileno()), *SCRIPT[1:], "run", "--port", str(port)],
        cwd=program,
        env=environment(folder, SECRET_KEY=SECRET),
        pass_fds=(listener.fileno(),),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        assert process.stdout.readline() == f"De catalogus staat op http://{host}:{port}\n"
        yield process
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        process.stdout.close()


@pytest.fixture
def folder(tmp_path: Path, small: Path) -> Path:
    """The data folder of one test: an upgrade cannot be undone."""
    return Path(shutil.copytree(small, tmp_path / "data"))


@dataclass
class Reader:
    """Who asks without a pause, each time on a new connection."""

    address: str
    answers: list[str] = field(default_factory=list)
    is_done: threading.Event = field(default_factory=threading.Event)

    def ask(self, path: str) -> str:
        with urllib.request.urlopen(f"{self.address}{path}", timeout=2 * START_SECONDS) as answer:
            return str(answer.read().decode())

    def found(self, question: str) -> int:
        return int(json.loads(self.ask(f"/api/v1/organisaties?q={question}"))["totaal"])

    def __call__(self) -> None:
        while not self.is_done.is_set():
            try:
                self.answers.append(f"found {self.found('groenonderhoud')}")
            except (OSError, ValueError) as error:
                self.answers.append(f"{type(error).__name__}: {error}")
            time.sleep(PAUSE)

    def goes_on(self) -> None:
        """Wait until some more was answered."""
        seen = len(self.answers)
        until(lambda: len(self.answers) > seen + 5)


@contextmanager
def reading(address: str) -> Iterator[Reader]:
    reader = Reader(address)
    thread = threading.Thread(target=reader)
    thread.start()
    try:
        yield reader
    finally:
        reader.is_done.set()
        thread.join()


def test_nobody_notices_that_a_newer_program_takes_over(folder: Path, newer: Path) -> None:
    with ExitStack() as running, socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        host, port = listener.getsockname()
        old = running.enter_context(serving(ROOT, folder, listener))
        edit = running.enter_context(editor(folder))
        with reading(f"http://{host}:{port}") as reader:
            reader.goes_on()

            made = command(newer, folder, "init", "--without-organisations")
            assert made.returncode == 0, made.stderr
            assert len(list((folder / "index").glob("actief-*.json"))) == 2
            # The old program serves on, and is edited, on tables that are newer than itself.
            edit("add", ["Onderweg"], description="Wij vlechten wissenmanden.", offers=[])
            until(lambda: reader.found("wissenmanden") == 1)
            reader.goes_on()

            new = running.enter_context(serving(newer, folder, listener))
            edit("add", ["Naast elkaar"], description="Wij snoeien leilinden.", offers=[])
            for _ in range(10):
                assert reader.found("leilinden+snoeien") == 1

            old.send_signal(signal.SIGTERM)
            assert old.wait(START_SECONDS) == 0
            assert reader.found("wissenmanden") == 1
            until(lambda: json.loads(reader.ask("/gezondheid/klaar"))["index"] == "ok")
            reader.goes_on()
            assert new.poll() is None
    assert set(reader.answers) == {"found 1"}
    # Neither cleared away what the other was using.
    assert Store(folder / "index").open().size >= 2
    # The old one does not start again on tables that it does not know.
    for word in ("run", "init"):
        done = command(ROOT, folder, word)
        assert (done.returncode, done.stderr) == (1, TOO_NEW)


def test_a_server_whose_socket_is_opened_for_it_can_be_started_anew_without_a_fault(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        host, port = listener.getsockname()
        with serving(ROOT, folder, listener), reading(f"http://{host}:{port}") as reader:
            reader.goes_on()
        answers = list(reader.answers)
        # Who comes while nobody serves waits at the socket.
        later = Reader(f"http://{host}:{port}")
        waiting = threading.Thread(target=lambda: answers.append(f"found {later.found('groenonderhoud')}"))
        waiting.start()
        time.sleep(0.2)
        with serving(ROOT, folder, listener):
            waiting.join(2 * START_SECONDS)
    assert set(answers) == {"found 1"}
