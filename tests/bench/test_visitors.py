"""The users of the load ask what they should, keep connections as browsers do, and count every error."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from tests.bench.visitors import Job, Kind, Phase, cpu_seconds, drawn, visit

ANSWERS = {
    "/goed": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngoed",
    "/leeg": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "/stukken": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngoed\r\n0\r\n\r\n",
    "/sluit": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngoed",
    "/fout": b"HTTP/1.1 500 Fault\r\nContent-Length: 4\r\n\r\nfout",
    "/druk": b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
    "/gescheurd": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 99\r\n\r\ngoed",
    "/onzin": b"onzin\r\n\r\n",
    "/niets": b"",
}
LETS_GO = {"/sluit", "/gescheurd", "/onzin", "/niets"}


@dataclass
class Server:
    """A server of a few fixed answers, that counts who comes in."""

    port: int = 0
    connections: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            while line := stream.readline():
                path = line.split()[1].decode()
                headers = dict.fromkeys(iter(stream.readline, b"\r\n"))
                with self._lock:
                    self.asked[path] += 1
                connection.sendall(ANSWERS[path])
                if path in LETS_GO or b"Connection: close\r\n" in headers:
                    return


@pytest.fixture
def server() -> Iterator[Server]:
    """It listens on a port of its own until the end of the test."""
    with _listening() as (listener, made):
        thread = threading.Thread(target=made.serve, args=(listener,))
        thread.start()
        yield made
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)


@contextmanager
def _listening() -> Iterator[tuple[socket.socket, Server]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener, Server(listener.getsockname()[1])


def script(*paths: str) -> tuple[tuple[str, str], ...]:
    return tuple((path.strip("/"), path) for path in paths)


def test_a_script_is_asked_once_whatever_the_number_of_users(server: Server) -> None:
    phase = Phase("alles", 3, script=script("/goed", "/leeg", "/stukken", "/sluit") * 5)
    [load] = visit(Job(server.port, (), (phase,)))

    assert not load.errors
    assert {kind.name: kind.n for kind in load.kinds} == {"goed": 5, "leeg": 5, "stukken": 5, "sluit": 5}
    assert server.asked == Counter({"/goed": 5, "/leeg": 5, "/stukken": 5, "/sluit": 5})
    assert load.rate == pytest.approx(20 / load.seconds)


def test_everything_that_is_no_good_answer_is_an_error_of_its_kind(server: Server) -> None:
    bad = script("/fout", "/druk", "/gescheurd", "/onzin", "/niets", "/goed")
    [load] = visit(Job(server.port, (), (Phase("slecht", 1, script=bad),)))

    assert load.errors == {
        "fout: 500": 1,
        "druk: 503": 1,
        "gescheurd: ValueError": 1,
        "onzin: IndexError": 1,
        "niets: ConnectionResetError": 1,
    }
    assert [(kind.name, kind.n) for kind in load.kinds] == [("goed", 1)]
    assert load.failed == 5
    assert server.asked["/niets"] == 1


def test_where_nobody_listens_each_question_is_an_error() -> None:
    with _listening() as (listener, made):
        port = made.port
        listener.close()
    [load] = visit(Job(port, (), (Phase("niemand", 2, script=script("/goed", "/goed")),)))

    assert load.errors == {"goed: ConnectionRefusedError": 2}


@pytest.mark.parametrize(("keeps", "connections"), [(True, 1), (False, 6)])
def test_a_connection_is_kept_where_the_user_does(server: Server, keeps: bool, connections: int) -> None:
    visit(Job(server.port, (), (Phase("blijft", 1, keeps=keeps, script=script("/goed") * 6),)))

    assert server.connections == connections


def test_a_load_goes_on_for_its_seconds_and_counts_each_second(server: Server) -> None:
    kinds = (Kind("veel", 9, ("/goed",)), Kind("weinig", 1, ("/leeg",)))
    [load] = visit(Job(server.port, (), (Phase("druk", 4, 1.2, kinds=kinds),)))
    counts = {kind.name: kind.n for kind in load.kinds}

    assert 1.0 <= load.seconds < 10
    assert counts["veel"] > 3 * counts["weinig"] > 0
    assert sum(server.asked.values()) == load.all.n
    assert len(load.per_second) == 1
    assert 0 < load.per_second[0] <= load.all.n
    assert load.client_cpu_s > 0


def test_questions_are_drawn_by_weight_the_same_each_time() -> None:
    kinds = (
        Kind("a", 3, ("/1", "/2")),
        Kind("b", 1, ("/3", "/4", "/5"), in_turn=True),
        Kind("c", 0, ("/6",)),
    )

    def questions() -> list[tuple[str, str]]:
        clock = iter(range(2_000))
        return list(drawn(kinds, 1_000, now=lambda: next(clock)))

    names = Counter(name for name, _ in questions())
    assert questions() == questions()
    assert names["a"] == pytest.approx(750, abs=60)
    assert names["c"] == 0
    assert [path for name, path in questions() if name == "b"][:4] == ["/3", "/4", "/5", "/3"]


def test_a_job_is_the_same_after_its_way_to_the_process() -> None:
    phases = (Phase("a", 2, 1.5, False, (Kind("k", 1.5, ("/x",), True),)), Phase("b", 1, script=script("/x")))
    job = Job(80, (1, 2), phases)

    assert Job.from_json(job.to_json()) == job


def test_processor_time_is_that_of_the_processes_that_are_there() -> None:
    assert cpu_seconds(()) == 0
    assert cpu_seconds([2**22 + 1]) == 0
    assert cpu_seconds([1]) >= 0
