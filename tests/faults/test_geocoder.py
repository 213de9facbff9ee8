"""A geocoding service that answers without end, or sends one elsewhere: the point of the gemeente is used."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from catalogue.places.gazetteer import Gazetteer
from catalogue.places.geocoder import Address, FileCache, make_geocoder
from tests.places.conftest import gazetteer as gazetteer

MARKET = Address("Grote Markt", "34", "8900", "Ieper")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
TIMEOUT = 0.3
PATIENCE = 4


@contextmanager
def service(begin: bytes, drop: bytes, pause: float) -> Iterator[str]:
    """Says how an answer begins, and then the same over and over; gives its address."""
    listener, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def serve() -> None:
        with suppress(OSError):
            while not over.is_set():
                client, _ = listener.accept()
                with client, suppress(OSError):
                    client.recv(65_536)
                    client.sendall(begin)
                    while drop and not over.wait(pause):
                        client.sendall(drop)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        with suppress(OSError), socket.create_connection(listener.getsockname(), timeout=1):
            pass
        listener.close()
        thread.join(5)


ELSEWHERE = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
FAULTS = {
    "drips": (HEAD + b"[", b" ", 0.02),
    "floods": (HEAD + b"[", b" " * 100_000, 0.0),
    "sends round and round": (
        ELSEWHERE + b"/search\r\n\r\n",
        b"",
        0.0,
    ),
    "sends to a file": (ELSEWHERE + b"file:///etc/passwd\r\n\r\n", b"", 0.0),
    "hangs up": (b"", b"", 0.0),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_service_that_does_no_good_costs_its_time_out_and_no_more(
    gazetteer: Gazetteer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with service(*FAULTS[fault]) as url:
        geocoder = make_geocoder(
            gazetteer,
            url=url,
            user_agent="catalogue-test",
            cache=FileCache(tmp_path / "cache.json"),
            timeout=TIMEOUT,
            min_interval=0.0,
        )
        began = time.monotonic()
        found = geocoder.locate(MARKET)
        assert time.monotonic() - began < PATIENCE
    assert found is not None
    assert (found.origin, found.label) == ("gemeente", "Ieper")
