"""A real mail server on loopback that keeps what it gets, and can misbehave."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """What arrived. `refuse` gives an answer other than yes for an address; `slow` waits so many seconds."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.refuse: Callable[[str], str | None] = lambda _address: None
        self.refuse_data = ""
        self.slow = 0.0
        self.port = 0

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refused = self.refuse(address)
        if refused:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        time.sleep(self.slow)
        if self.refuse_data:
            return self.refuse_data
        content = envelope.content
        assert isinstance(content, bytes)
        self.envelopes.append(envelope)
        self.mails.append(
            BytesParser(EmailMessage, policy=default).parsebytes(content.replace(b"\r\n", b"\n"))
        )
        return "250 OK"

    def texts_to(self, address: str) -> list[str]:
        """The texts of the mails to an address."""
        return [mail.get_content() for mail in self.mails if mail["To"] == address]


@contextmanager
def mailbox(**options: Any) -> Iterator[Mailbox]:
    """A mail server on a free port of loopback."""
    kept = Mailbox()
    kept.port = free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port, **options)
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def scripted(*answers: bytes) -> Iterator[int]:
    """A server that says these lines, one after each thing it hears, and then is silent; gives its port."""
    with _answering(answers, lambda _, over: over.wait(5)) as port:
        yield port


@contextmanager
def dripping(*answers: bytes) -> Iterator[int]:
    """A server that says these lines and then goes on saying a little, for ever; gives its port."""

    def drip(client: socket.socket, over: threading.Event) -> None:
        while not over.wait(0.02):
            # Never a whole line: the other side waits for its end.
            client.sendall(b"2")

    with _answering(answers, drip) as port:
        yield port


@contextmanager
def _answering(
    answers: Sequence[bytes], then: Callable[[socket.socket, threading.Event], object]
) -> Iterator[int]:
    """A server that says these lines to each who comes, and then does something until it is over."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        with suppress(OSError):
            while not over.is_set():
                client, _ = listener.accept()
                with client, suppress(OSError):
                    client.settimeout(5)
                    for answer in answers:
                        client.sendall(answer)
                        client.recv(65536)
                    then(client, over)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        over.set()
        # A blocked accept() wakes up only for somebody.
        with suppress(OSError), socket.create_connection(listener.getsockname(), timeout=1):
            pass
        listener.close()
        thread.join(6)
