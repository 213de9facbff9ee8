"""Stopping, starting anew, and visitors who keep the site waiting: nobody else notices."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from catalogue.curation.checking import problems
from catalogue.directory.live import directory
from catalogue.serving import GRACE
from catalogue.worker import ASKED_WITHIN
from tests.builders import app_with, make_settings
from tests.serving.conftest import PATIENCE, Site, running, until

BODY = b"soort=diensten&raming=120000&dienst=groenonderhoud&gemeente=Ieper"
POST = (
    "POST /clausules/motivering.docx HTTP/1.1\r\nHost: x\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n"
    f"Content-Length: {len(BODY)}\r\n\r\n"
)
THREADS = 8
"""Of both workers together."""
MANY = 24


@pytest.fixture
def site(folder: Path, tmp_path: Path) -> Iterator[Site]:
    with running(folder, tmp_path / "log") as one:
        yield one


@pytest.fixture(scope="module")
def steady(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(folder, tmp_path_factory.mktemp("log") / "log") as one:
        yield one


def test_a_request_under_way_is_answered_when_the_server_is_told_to_stop(folder: Path, site: Site) -> None:
    with site.connect(POST) as connection:
        connection.sendall(BODY[:20])
        # Whoever is answered later was accepted later.
        for _ in range(THREADS):
            assert site.ask("/gezondheid").status == 200
        site.ask("/zoeken?q=oogartsen")
        site.process.send_signal(signal.SIGTERM)
        until(lambda: not accepts(site))
        connection.sendall(BODY[20:])
        with closing(http.client.HTTPResponse(connection)) as answer:
            answer.begin()
            assert answer.status == 200
            assert answer.read().startswith(b"PK")
    assert site.process.wait(PATIENCE) == 0

    with closing(sqlite3.connect(folder / "catalogue.db")) as database:
        counted = database.execute("SELECT count FROM empty_question WHERE words LIKE 'oogarts%'").fetchall()
    assert counted == [(1,)]
    with app_with(make_settings(folder)) as app, app.app_context():
        assert problems(directory()) == []


def test_what_was_counted_while_the_database_was_busy_is_written_at_the_end(folder: Path, site: Site) -> None:
    with closing(sqlite3.connect(folder / "catalogue.db", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        assert site.ask("/zoeken?q=astronauten").status == 200
        time.sleep(1)
        database.execute("ROLLBACK")
        site.process.terminate()
        assert site.process.wait(PATIENCE) == 0
        counted = database.execute(
            "SELECT count FROM empty_question WHERE words LIKE 'astronaut%'"
        ).fetchall()
    assert counted == [(1,)]


def accepts(site: Site) -> bool:
    try:
        site.connect().close()
    except ConnectionRefusedError:
        return False
    return True


def test_who_does_not_finish_asking_keeps_no_server_from_stopping(site: Site) -> None:
    with site.connect(POST):
        for _ in range(THREADS):
            site.ask("/gezondheid")
        begun = time.monotonic()
        site.process.terminate()
        assert site.process.wait(PATIENCE) == 0
        assert time.monotonic() - begun < GRACE + 5


@contextmanager
def reading(site: Site) -> Iterator[list[str]]:
    """Ask without a pause; gives each answer: its status, or the fault."""
    answers: list[str] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                answers.append(str(site.ask("/over").status))
            except (OSError, http.client.HTTPException) as error:
                answers.append(type(error).__name__)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_hang_up_replaces_every_worker_and_nobody_notices(steady: Site) -> None:
    old = steady.workers()
    with reading(steady) as answers:
        steady.process.send_signal(signal.SIGHUP)
        until(lambda: not steady.workers() & old and len(steady.workers()) == 2)
        seen = len(answers)
        until(lambda: len(answers) > seen + 10)
    assert set(answers) == {"200"}


def test_who_connects_and_says_nothing_keeps_nobody_waiting(steady: Site) -> None:
    with ExitStack() as open_ones:
        for _ in range(4 * THREADS):
            open_ones.enter_context(steady.connect())
        begun = time.monotonic()
        for _ in range(THREADS):
            assert steady.ask("/gezondheid").status == 200
        assert time.monotonic() - begun < ASKED_WITHIN / 2


def test_who_takes_an_answer_and_does_not_leave_keeps_nobody_waiting(steady: Site) -> None:
    asked = "GET /gezondheid HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with ExitStack() as open_ones:
        begun = time.monotonic()
        for _ in range(2 * THREADS):
            open_ones.enter_context(steady.connect(asked))
        assert steady.ask("/gezondheid").status == 200
        # One after the other each would take a second or more.
        assert time.monotonic() - begun < THREADS


def test_who_drips_a_question_is_cut_off_and_the_others_are_answered(steady: Site) -> None:
    with ExitStack() as open_ones:
        slow = [open_ones.enter_context(steady.connect("GET /over HTTP/1.1\r\nX: ")) for _ in range(THREADS)]
        begun = time.monotonic()
        dripping = threading.Thread(target=drip, args=(slow,))
        dripping.start()
        assert steady.ask("/gezondheid").status == 200
        taken = time.monotonic() - begun
        dripping.join()
    assert taken < 2 * ASKED_WITHIN


def drip(connections: list[socket.socket]) -> None:
    """Go on with a header that never ends, for as long as anybody listens."""
    end = time.monotonic() + 2 * ASKED_WITHIN
    while connections and time.monotonic() < end:
        time.sleep(0.5)
        for connection in list(connections):
            try:
                connection.sendall(b"x")
            except OSError:
                connections.remove(connection)


def test_threads_that_answer_at_once_answer_as_one_after_the_other(steady: Site) -> None:
    paths = [
        "/api/v1/organisaties?q=groenonderhoud+in+Ieper",
        "/api/v1/organisaties?q=poetshlup",
        "/api/v1/suggesties?q=gro",
        "/export.json",
        "/kaart/punten.geojson",
        "/api/v1/clausules/advies?soort=diensten&raming=120000&dienst=groenonderhoud&gemeente=Ieper",
    ]
    alone = {path: steady.ask(path).text for path in paths}
    wrong: list[str] = []

    def ask(first: int) -> None:
        for number in range(2 * len(paths)):
            path = paths[(first + number) % len(paths)]
            answer = steady.ask(path)
            if (answer.status, answer.text) != (200, alone[path]):
                wrong.append(path)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_worker_that_is_killed_is_replaced(steady: Site) -> None:
    old = steady.workers()
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(steady.workers()) == 2 and not steady.workers() & old)

    assert steady.ask("/gezondheid/klaar").status == 200


def test_visitors_who_come_at_once_are_shared_out_over_the_workers(site: Site) -> None:
    def had(worker: int) -> int:
        """Its open connections with visitors."""
        held = set()
        with suppress(FileNotFoundError):  # It was closed meanwhile.
            for one in Path(f"/proc/{worker}/fd").iterdir():
                held.add(str(one.readlink()))
        return sum(f"socket:[{inode}]" in held for inode in established())

    def established() -> list[str]:
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return [line[9] for line in lines if line[1].endswith(f":{site.port:04X}") and line[3] == "01"]

    def shares() -> list[int]:
        """How visitors who come one upon the other are shared out; they leave again."""
        with ExitStack() as stack:
            for _ in range(MANY):
                stack.enter_context(site.connect("GET /gezondheid HTTP/1.1\r\nHost: x\r\n\r\n"))
            until(lambda: sum(map(had, site.workers())) == MANY)
            found = [had(worker) for worker in site.workers()]
        until(lambda: not sum(map(had, site.workers())))
        return sorted(found)

    until(lambda: shares()[0])  # Just after the start a worker may not be at the door yet.
    assert sum(shares()[0] >= MANY // 3 for _ in range(6)) >= 4
