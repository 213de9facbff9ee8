"""Requests as no library would send them, at the real server: a plain refusal, never a fault of ours."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.serving.conftest import Site, running

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = FORM + b"Transfer-Encoding: chunked\r\n"
MARK = b"<i>mark</i>"
# What is sent, and what is answered; None: an answer of the site of any kind.
REQUESTS: dict[str, tuple[bytes, int]] = {
    "no HTTP": (MARK + b"\r\n\r\n", 400),
    "a method that is none": (b"G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "another version": (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400),
    "a header that is none": (b"GET / HTTP/1.1\r\nHost: x\r\n" + MARK + b": x\r\n\r\n", 400),
    "a header on two lines": (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400),
    "two lengths": (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    "an expectation": (b"GET / HTTP/1.1\r\nHost: x\r\nExpect: " + MARK + b"\r\n\r\n", 417),
    "an address too long": (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "headers too long": (b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"a" * 70_000 + b"\r\n\r\n", 431),
    "a coding that nobody knows": (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", 400),
    "a host with an empty label": (b"GET / HTTP/1.1\r\nHost: a..b\r\n\r\n", 200),
    "no host": (b"GET / HTTP/1.0\r\n\r\n", 200),
}
BODIES: dict[str, bytes] = {
    "a size that is none": b"ZZ\r\nabc\r\n0\r\n\r\n",
    "a size below nothing": b"-5\r\nabc\r\n0\r\n\r\n",
    "a chunk without an end": b"3\r\nabcdef\r\n0\r\n\r\n",
    "an endless extension": b"3;" + b"a" * 100_000 + b"\r\nabc\r\n0\r\n\r\n",
    "a trailer that is none": b"3\r\na=b\r\n0\r\nFoo\r\n\r\n",
}
FORMS = ("/beheer/aanmelden", "/organisaties/nieuw-voorstel", "/clausules/motivering.docx")


@pytest.fixture(scope="module")
def site(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(folder, tmp_path_factory.mktemp("log") / "raw") as found:
        yield found
        told = found.log.read_text("utf-8")
        assert '"trace"' not in told
        assert MARK.decode() not in told


def answered(site: Site, request: bytes) -> bytes:
    """All that comes back until the server closes, or has said nothing for a while."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
        parts = []
        # Who is refused before all was sent may be cut off while sending the rest.
        with suppress(OSError):
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def looked_through(answer: bytes) -> int:
    """The status of the only answer, after a look at what every answer of the site must have."""
    assert len(re.findall(rb"HTTP/1\.[01] \d", answer)) == 1, answer
    head, _, body = answer.partition(b"\r\n\r\n")
    assert re.search(rb"(?im)^content-security-policy: default-src '(none|self)'", head), head
    assert re.search(rb"(?im)^x-content-type-options: nosniff", head)
    assert re.search(rb"(?im)^x-frame-options: deny", head)
    assert re.search(rb"(?im)^x-request-id: [0-9a-f]{16}", head)
    assert MARK not in body
    assert b'lang="nl"' in body
    return int(head.split()[1])


@pytest.mark.parametrize("name", REQUESTS)
def test_what_is_no_request_is_refused_in_our_own_words(site: Site, name: str) -> None:
    request, status = REQUESTS[name]
    assert looked_through(answered(site, request)) == status


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", BODIES)
def test_a_body_in_chunks_that_are_none_is_a_fault_of_who_sent_it(site: Site, form: str, name: str) -> None:
    head = f"POST {form} HTTP/1.1\r\nHost: x\r\n".encode() + CHUNKED + b"\r\n"
    assert 400 <= looked_through(answered(site, head + BODIES[name])) < 500


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_nobody_reads_gets_one_answer(site: Site, name: str) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\n" + CHUNKED + b"\r\n"
    assert looked_through(answered(site, head + BODIES[name])) in (200, 400)
