"""A mail server that is there and does no good: a letter costs so much time and no more, and none is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from flask import Flask

from catalogue.curation import outbox
from catalogue.extensions import db
from catalogue.post import server as post_server
from catalogue.post.server import OutOfReachError, RefusedError, UnclearError
from tests.curation.mailbox import dripping, mailbox
from tests.curation.test_mail import NOW, TO_THE_LETTER, letter, post, put

# So long a letter may take here; what drips says something long before each second of silence is over.
SECONDS = 0.4
PATIENCE = 5


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(post_server, "LONGEST", SECONDS)
    yield


DRIPS: dict[str, tuple[str, list[bytes], type[Exception]]] = {
    "its greeting": ("geen", [], OutOfReachError),
    "its hello": ("geen", TO_THE_LETTER[:1], OutOfReachError),
    "its hello on a line to be secured": ("starttls", TO_THE_LETTER[:1], OutOfReachError),
    "the begin of a secured line": ("ssl", [], OutOfReachError),
    "its yes to the sender": ("geen", TO_THE_LETTER[:2], OutOfReachError),
    "its yes to the recipient": ("geen", TO_THE_LETTER[:3], RefusedError),
    "its yes to a letter": ("geen", TO_THE_LETTER[:4], RefusedError),
    "its thanks for the letter": ("geen", TO_THE_LETTER, UnclearError),
}


@pytest.mark.parametrize("what", DRIPS)
def test_a_server_that_drips_for_ever_is_given_up(what: str) -> None:
    security, said, error = DRIPS[what]
    with dripping(*said) as port, post(port, security=security) as way:
        began = time.monotonic()
        # What drips no secured line is found out by its first bytes.
        with pytest.raises(error, match="veilige verbinding" if security == "ssl" else "niet op tijd"):
            way.deliver(letter())
        assert time.monotonic() - began < PATIENCE


def test_a_server_that_drips_its_goodbye_is_left() -> None:
    with dripping(*TO_THE_LETTER, b"250 ja\r\n") as port:
        began = time.monotonic()
        with post(port) as way:
            way.deliver(letter())
        assert time.monotonic() - began < PATIENCE


def test_a_line_that_drips_before_the_next_letter_is_opened_for_nothing_more() -> None:
    with dripping(*TO_THE_LETTER, b"250 ja\r\n") as port, post(port) as way:
        way.deliver(letter())
        with pytest.raises(OutOfReachError, match="niet op tijd"):
            way.deliver(letter("proef:2"))


def test_no_mail_is_lost_to_a_server_that_drips(app: Flask) -> None:
    with app.app_context():
        put(3)
        with dripping(TO_THE_LETTER[0]) as port, post(port) as way:
            run = outbox.send(way, NOW)
        assert (run.sent, run.unclear, run.waiting) == (0, 0, 3)
        with mailbox() as box, post(box.port) as way:
            assert outbox.send(way, NOW).sent == 3
        assert len(box.mails) == 3
        db.session.rollback()
