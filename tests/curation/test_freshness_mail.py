"""The whole way of a question: due, mailed by a real server, opened, confirmed, and seen by the public."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import pytest
from flask import Flask

from catalogue.config import Settings
from catalogue.web.words import add_months, month
from tests.builders import entry, organisations
from tests.curation.mailbox import Mailbox, mailbox
from tests.curation.room import visitor
from tests.curation.test_freshness import LONG_AGO, SITE, TODAY
from tests.curation.test_mail import environment

COMMAND = [sys.executable, "-c", "from catalogue.commands import main; main()", "mail"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With a public address, for the links in mails."""
    return replace(settings, url=SITE)


def run(app: Flask, box: Mailbox, *options: str, **values: str) -> str:
    """The command as cron runs it; gives what it prints."""
    own = environment(app, box.port, CATALOGUE_URL=SITE) | values
    done = subprocess.run([*COMMAND, *options], env=own, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_a_question_goes_out_once_and_its_answer_is_public(app: Flask) -> None:
    with app.app_context():
        organisations(
            entry("De Proef", email="info@deproef.be", confirmed_on=LONG_AGO),
            entry("Zelfde Bus", email="info@deproef.be", confirmed_on=LONG_AGO),
            entry("Vers", email="vers@voorbeeld.be", confirmed_on=add_months(TODAY, -2)),
        )
    with mailbox() as box:
        shown = run(app, box, "--dry-run")
        assert "2 mails staan klaar" in shown
        assert "/bevestigen/" in shown
        assert box.mails == []

        assert "2 verstuurd" in run(app, box)
        assert "0 verstuurd" in run(app, box)
        assert len(box.mails) == 2
        text = next(mail.get_content() for mail in box.mails if "De Proef" in mail["Subject"])

    path = re.findall(rf"^{SITE}(/bevestigen/\S+)$", text, re.MULTILINE)[0]
    client = visitor(app)
    assert client.get(path).status_code == 200
    assert "al 14 maanden niet bevestigd" in client.get("/organisaties/de-proef").text
    assert client.post(path).status_code == 303
    assert f"bevestigd in {month(TODAY)}" in client.get("/organisaties/de-proef").text
    assert "al 14 maanden niet bevestigd" in client.get("/organisaties/zelfde-bus").text


def test_two_commands_at_the_same_time_send_each_question_once(app: Flask) -> None:
    with app.app_context():
        organisations(
            *(entry(f"Org {n}", email=f"o{n}@voorbeeld.be", confirmed_on=LONG_AGO) for n in range(12))
        )
    with mailbox() as box:
        own = environment(app, box.port, CATALOGUE_URL=SITE)
        running = [subprocess.Popen(COMMAND, env=own, stdout=subprocess.DEVNULL) for _ in range(2)]
        assert [one.wait(60) for one in running] == [0, 0]
        assert sorted(mail["To"] for mail in box.mails) == sorted(f"o{n}@voorbeeld.be" for n in range(12))


def test_without_a_public_address_nobody_is_asked(app: Flask) -> None:
    with app.app_context():
        organisations(entry(email="info@deproef.be", confirmed_on=LONG_AGO))
    with mailbox() as box:
        assert "CATALOGUE_URL" in run(app, box, CATALOGUE_URL="")
        assert box.mails == []
