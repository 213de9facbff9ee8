"""Mail on a real server: what it looks like, each once, and what becomes of it when the server misbehaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from catalogue.curation import outbox
from catalogue.extensions import db
from catalogue.models import OutgoingMail
from catalogue.post.message import AddressError, Letter, written
from catalogue.post.server import OutOfReachError, Post, RefusedError, Server, UnclearError
from tests.curation.mailbox import Mailbox, free_port, mailbox, scripted

SENDER = "catalogus@voorbeeld.be"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
# What a server says until it is given the letter.
TO_THE_LETTER = [b"220 hier\r\n", b"250 hier\r\n", b"250 ja\r\n", b"250 ja\r\n", b"354 kom\r\n"]
SCRIPT = [sys.executable, "-c", "from catalogue.commands import main; main()"]


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as kept:
        yield kept


def post(port: int, **values: object) -> Post:
    options: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "security": "geen",
        "sender": SENDER,
        "timeout": 1,
    }
    return Post(Server(**(options | values)))  # type: ignore[arg-type]


def letter(key: str = "proef:1", **values: str) -> Letter:
    fields = {"recipient": "iemand@voorbeeld.be", "subject": "Een vraag", "body": "Dag,\n\nÉén vraag.\n"}
    return Letter(key, at=NOW, **(fields | values))


def put(number: int = 1, to: str = "iemand@voorbeeld.be") -> None:
    for at in range(number):
        outbox.put(f"proef:{at}", to, f"Vraag {at}", f"Dag,\n\nvraag {at}.\n")
    db.session.commit()


def kept() -> list[OutgoingMail]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def environment(app: Flask, port: int, **values: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("CATALOGUE_")}
    settings = app.config["SETTINGS"]
    return own | {
        "CATALOGUE_DATA": str(settings.data),
        "CATALOGUE_DATABASE_URL": settings.database_url,
        "CATALOGUE_SECRET_KEY": settings.secret_key,
        "CATALOGUE_CONTACT": "Regisseur, regie@voorbeeld.be",
        "CATALOGUE_MAIL_HOST": "127.0.0.1",
        "CATALOGUE_MAIL_PORT": str(port),
        "CATALOGUE_MAIL_SECURITY": "geen",
        "CATALOGUE_MAIL_FROM": SENDER,
        "CATALOGUE_MAIL_TIMEOUT": "2",
        **values,
    }


def test_a_mail_is_plain_text_with_its_headers(box: Mailbox) -> None:
    with post(box.port, sender_name="Catalogus “Westhoek”", reply_to="regie@voorbeeld.be") as way:
        way.deliver(letter(subject="Klopt de fiche van Café België nog?"))

    mail = box.mails[0]
    assert mail["From"] == "Catalogus “Westhoek” <catalogus@voorbeeld.be>"
    assert (mail["To"], mail["Reply-To"]) == ("iemand@voorbeeld.be", "regie@voorbeeld.be")
    assert mail["Subject"] == "Klopt de fiche van Café België nog?"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<proef.1@voorbeeld.be>"
    assert mail["Date"].datetime == NOW
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content_charset() == "utf-8"
    assert mail.get_content() == "Dag,\n\nÉén vraag.\n"
    assert box.envelopes[0].mail_from == SENDER


@pytest.mark.parametrize("body", [".", ".\n", "a\n.\nb\n", "..punt\n.\n.", "x" * 3000 + "\n", "€🧹\n"])
def test_a_body_arrives_as_it_was_written(box: Mailbox, body: str) -> None:
    with post(box.port) as way:
        way.deliver(letter(body=body))
        way.deliver(letter("proef:2", body="daarna\n"))

    assert box.mails[0].get_content().rstrip("\n") == body.rstrip("\n")
    assert box.mails[1].get_content() == "daarna\n"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "Vraag\r\nBcc: ander@voorbeeld.be"),
        ("subject", "Vraag\nBcc: ander@voorbeeld.be"),
        ("recipient", "iemand@voorbeeld.be\r\nBcc: ander@voorbeeld.be"),
        ("recipient", "iemand@voorbeeld.be, ander@voorbeeld.be"),
        ("recipient", "iemand@voorbeeld.be> <ander@voorbeeld.be"),
        ("recipient", ""),
        ("recipient", "iemand"),
        ("recipient", "Iemand <iemand@voorbeeld.be>"),
    ],
)
def test_a_header_cannot_be_slipped_in(box: Mailbox, field: str, value: str) -> None:
    with post(box.port) as way, pytest.raises(RefusedError):
        way.deliver(letter(**{field: value}))

    assert box.mails == []


def test_the_name_of_the_site_cannot_slip_in_a_header() -> None:
    with pytest.raises(AddressError):
        written(letter(), SENDER, "Catalogus\nBcc: ander@voorbeeld.be")


def test_a_subject_of_several_lines_becomes_one(app: Flask) -> None:
    with app.app_context():
        outbox.put("proef:1", "iemand@voorbeeld.be", "Over De\nKiem\x00 " + "x" * 300, "tekst")
        db.session.commit()
        subject = kept()[0].subject
    assert subject.startswith("Over De Kiem x")
    assert len(subject) == 200


def test_a_mail_to_an_address_with_other_letters_goes_where_the_server_takes_it() -> None:
    other = letter(recipient="café@vóórbeeld.be")
    with (
        mailbox(enable_SMTPUTF8=False) as unable,
        post(unable.port) as way,
        pytest.raises(RefusedError, match="letters zoals é"),
    ):
        way.deliver(other)

    with mailbox(enable_SMTPUTF8=True) as able, post(able.port) as way:
        way.deliver(other)
        assert able.envelopes[0].rcpt_tos == ["café@xn--vrbeeld-l0aa.be"]
        assert able.mails[0]["To"] == "café@xn--vrbeeld-l0aa.be"


def test_an_address_that_is_refused_does_not_stop_the_next(box: Mailbox) -> None:
    box.refuse = lambda address: "550 5.1.1 onbekend" if address.startswith("weg") else None
    with post(box.port) as way:
        with pytest.raises(RefusedError, match="550 5"):
            way.deliver(letter(recipient="weg@voorbeeld.be"))
        way.deliver(letter("proef:2"))

    assert [mail["To"] for mail in box.mails] == ["iemand@voorbeeld.be"]


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        ([], OutOfReachError, "niet op tijd"),
        ([b"554 dicht\r\n"], OutOfReachError, "554 dicht"),
        ([b"220 hier\r\n", b"250 hier\r\n", b"530 eerst aanmelden\r\n"], OutOfReachError, "530"),
        ([b"220 hier\r\n", b"250 hier\r\n", b"250 ja\r\n"], RefusedError, "niet op tijd"),
        ([b"220 hier\r\n", b"250 hier\r\n", b"250 ja\r\n", b"421 vol\r\n"], OutOfReachError, "421 vol"),
        (TO_THE_LETTER, UnclearError, "niet op tijd"),
        ([*TO_THE_LETTER, b"552 te veel\r\n"], RefusedError, "552 te veel"),
        ([b"\xff\xfe\r\n"], OutOfReachError, "zegt: -1"),
    ],
)
def test_a_server_that_falls_silent_or_refuses_is_told_apart(
    said: list[bytes], error: type[Exception], words: str
) -> None:
    with scripted(*said) as port, post(port) as way:
        began = time.monotonic()
        with pytest.raises(error, match=words):
            way.deliver(letter())
        assert time.monotonic() - began < 4


def test_a_server_that_is_not_there_is_said_in_words() -> None:
    with post(free_port()) as way, pytest.raises(OutOfReachError, match="neemt niet op"):
        way.deliver(letter())
    with post(25, host="bestaat-niet.invalid") as way, pytest.raises(OutOfReachError, match="niet gevonden"):
        way.deliver(letter())


def test_a_way_that_must_be_safe_is_never_used_in_the_open(box: Mailbox) -> None:
    with post(box.port, security="starttls") as way, pytest.raises(OutOfReachError, match="beveiliging"):
        way.deliver(letter())
    with post(box.port, security="ssl") as way, pytest.raises(OutOfReachError):
        way.deliver(letter())
    assert box.mails == []


def test_what_waits_is_sent_once_and_its_text_is_erased(app: Flask, box: Mailbox) -> None:
    with app.app_context():
        put(3)
        with post(box.port) as way:
            first = outbox.send(way, NOW)
            second = outbox.send(way, NOW)

        assert (first.sent, first.waiting, second.sent) == (3, 0, 0)
        assert [mail["Subject"] for mail in box.mails] == ["Vraag 0", "Vraag 1", "Vraag 2"]
        assert all(mail.sent_at and mail.body == "" for mail in kept())


def test_a_mail_with_the_key_of_one_that_went_is_not_put_in(app: Flask, box: Mailbox) -> None:
    with app.app_context():
        put()
        with post(box.port) as way:
            outbox.send(way, NOW)
        assert outbox.put("proef:0", "iemand@voorbeeld.be", "x", "x") is False


def test_a_refused_mail_is_tried_five_times_and_then_waits_for_a_person(app: Flask, box: Mailbox) -> None:
    box.refuse = lambda address: "450 later" if address.startswith("traag") else None
    with app.app_context():
        outbox.put("traag", "traag@voorbeeld.be", "Traag", "x")
        outbox.put("vlot", "iemand@voorbeeld.be", "Vlot", "x")
        db.session.commit()
        runs = []
        for _ in range(6):
            with post(box.port) as way:
                runs.append(outbox.send(way, NOW))

        assert [run.refused for run in runs] == [1, 1, 1, 1, 1, 0]
        assert [mail["Subject"] for mail in box.mails] == ["Vlot"]
        waits = outbox.troubled(NOW)
        assert [(one.subject, one.trouble, one.attempts) for one in waits] == [
            ("Traag", outbox.Trouble.REFUSED, 5)
        ]
        assert "450 later" in waits[0].fault

        box.refuse = lambda _address: None
        assert outbox.send_again(waits[0].id, NOW)
        with post(box.port) as way:
            assert outbox.send(way, NOW).sent == 1


def test_a_server_out_of_reach_costs_no_attempt_and_nothing_is_lost(app: Flask) -> None:
    with app.app_context():
        put(2)
        for _ in range(7):
            with post(free_port()) as way:
                run = outbox.send(way, NOW)
        assert (run.sent, run.waiting) == (0, 2)
        assert "neemt niet op" in run.fault
        assert [mail.attempts for mail in kept()] == [0, 0]
        assert outbox.troubles(NOW) == 0


def test_a_mail_that_perhaps_went_waits_for_a_person_and_never_goes_by_itself(app: Flask) -> None:
    with app.app_context():
        put()
        with scripted(*TO_THE_LETTER) as port, post(port) as way:
            run = outbox.send(way, NOW)
        assert (run.sent, run.unclear, run.waiting) == (0, 1, 0)
        with mailbox() as box, post(box.port) as way:
            assert outbox.send(way, NOW).sent == 0
            assert box.mails == []
        [one] = outbox.troubled(datetime.now(UTC))
        assert one.trouble is outbox.Trouble.UNCLEAR

        assert outbox.leave(one.id, datetime.now(UTC))
        assert outbox.troubles(datetime.now(UTC)) == 0
        assert outbox.leave(one.id, datetime.now(UTC)) is False


def test_a_sender_that_died_leaves_its_mail_to_a_person_after_a_while(app: Flask) -> None:
    with app.app_context():
        put()
        at = datetime.now(UTC)
        db.session.execute(update(OutgoingMail).values(claimed_at=at))
        db.session.commit()
        assert outbox.troubles(at + timedelta(minutes=1)) == 0
        assert outbox.troubles(at + outbox.STALE + timedelta(minutes=1)) == 1


def test_whom_a_mail_of_more_than_a_year_ago_went_to_is_forgotten(app: Flask, box: Mailbox) -> None:
    with app.app_context():
        put(2)
        with post(box.port) as way:
            outbox.send(way, NOW)
        outbox.put("wacht", "ander@voorbeeld.be", "Wacht nog", "x")
        db.session.commit()
        assert outbox.erase(datetime.now(UTC)) == 0
        assert outbox.erase(datetime.now(UTC) + timedelta(days=366)) == 2
        assert [mail.recipient for mail in kept()] == ["", "", "ander@voorbeeld.be"]
        assert outbox.put("proef:0", "iemand@voorbeeld.be", "x", "x") is False


def test_two_commands_at_the_same_time_send_each_mail_once(app: Flask, box: Mailbox) -> None:
    box.slow = 0.05
    with app.app_context():
        put(20)
        db.session.remove()
    both = [
        subprocess.Popen([*SCRIPT, "mail"], env=environment(app, box.port), stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [one.communicate(timeout=60)[0] for one in both]

    assert [one.returncode for one in both] == [0, 0], said
    assert sorted(mail["Subject"] for mail in box.mails) == sorted(f"Vraag {number}" for number in range(20))
    assert sum(int(text.splitlines()[-1].split()[0]) for text in said) == 20


def test_a_command_that_is_killed_loses_no_mail_and_sends_none_twice(app: Flask, box: Mailbox) -> None:
    box.slow = 0.05
    with app.app_context():
        put(20)
        db.session.remove()
    process = subprocess.Popen([*SCRIPT, "mail"], env=environment(app, box.port), stdout=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while len(box.mails) < 5 and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    subprocess.run([*SCRIPT, "mail"], env=environment(app, box.port), check=True, timeout=60)

    with app.app_context():
        unsure = outbox.troubled(datetime.now(UTC) + outbox.STALE + timedelta(seconds=1))
        subjects = [mail["Subject"] for mail in box.mails]
        assert len(unsure) <= 1
        assert len(set(subjects)) == len(subjects)
        assert set(subjects) | {one.subject for one in unsure} == {f"Vraag {number}" for number in range(20)}
        assert all(mail.sent_at or mail.claimed_at for mail in kept())
