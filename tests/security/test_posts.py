"""Every form that can be sent without an account, and what keeps a machine from sending it without end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from catalogue.config import Mail, Settings
from catalogue.curation import account_mail, accounts, second_step, stranger_views, throttle
from catalogue.curation.permits import Rule
from catalogue.extensions import db
from catalogue.models import ClauseUse, Proposal
from tests.builders import app_with, organisation
from tests.curation.room import LOGIN, PASSWORD, account, post, visitor
from tests.curation.test_proposal_views import PAGE, send
from tests.curation.whole import dump

EMAIL = "een@voorbeeld.be"
NEW = "/organisaties/nieuw-voorstel"
MOTIVATION = "/clausules/motivering.docx"
ADVICE = {"soort": "diensten", "raming": "120000"}


def wrong_password(app: Flask, client: FlaskClient, number: int) -> TestResponse:
    return post(client, LOGIN, email=EMAIL, wachtwoord=f"een heel ander woord {number}")


def wrong_code(app: Flask, client: FlaskClient, number: int) -> TestResponse:
    if not number:
        with app.app_context():
            found = accounts.find(EMAIL)
            assert found is not None
            salt = second_step.new_salt()
            clock = pyotp.TOTP(second_step.secret_of(salt))
            second_step.switch_on(found, salt, clock.at(int(time.time()), counter_offset=-1))
        post(client, LOGIN, email=EMAIL, wachtwoord=PASSWORD)
    return post(client, f"{LOGIN}/code", code="aaaaaa")


def forgotten(app: Flask, client: FlaskClient, number: int) -> TestResponse:
    return post(client, "/beheer/wachtwoord-vergeten", email=EMAIL)


def proposal(app: Flask, client: FlaskClient, number: int) -> TestResponse:
    return send(app, client, PAGE, bericht=f"Nummer {number}", afzender_mail=f"stuur{number}@voorbeeld.be")


def new_proposal(app: Flask, client: FlaskClient, number: int) -> TestResponse:
    return send(
        app,
        client,
        NEW,
        naam=f"Nieuw {number}",
        werkvorm="maatwerkbedrijf",
        bericht="Zij bestaan.",
        afzender_mail=f"stuur{number}@voorbeeld.be",
    )


Send = Callable[[Flask, FlaskClient, int], TestResponse]
# A count of the acts of one account, mailbox or network: how it is sent, and how often it goes.
COUNTED: dict[str, tuple[Send, int]] = {
    "curation.login": (wrong_password, throttle.LIMITS["account"]),
    "curation.login_code": (wrong_code, throttle.LIMITS["code"]),
    "curation.forgotten": (forgotten, account_mail.RESET_LIMIT),
    "proposals.propose": (proposal, stranger_views.PER_NETWORK),
    "proposals.propose_new": (new_proposal, stranger_views.PER_NETWORK),
}
# Only who has a link of 256 bits gets further, and only once; the hash of it is kept.
LINKS = {
    "curation.set_password": "/beheer/wachtwoord/onzin",
    "answers.confirm": "/bevestigen/onzin",
    "answers.change": "/bevestigen/onzin/wijzigen",
    "answers.stop": "/bevestigen/onzin/stoppen",
}
# Makes a file of what was sent and keeps nothing of it but one count a day.
KEEPS_NOTHING = {"downloads.motivation"}


@pytest.fixture
def mailing(database: Settings) -> Iterator[Flask]:
    """A site with an organisation, an account and a mail server that nobody asks here."""
    mail = Mail("mail.example", sender="a@catalogus.example")
    with app_with(replace(database, url="http://localhost", mail=mail)) as app:
        with app.app_context():
            organisation("De Proef", email="info@deproef.be")
            account(email=EMAIL)
        yield app


def test_every_public_form_has_a_brake(one: Flask) -> None:
    """A new one needs a line above; what asks for an account is tested in tests/curation/test_permits.py."""
    public = {
        route.endpoint
        for route in one.url_map.iter_rules()
        if {"POST", "PUT", "PATCH", "DELETE"} & (route.methods or set())
        and getattr(one.view_functions[route.endpoint], "rule", None) in (None, Rule.OPEN)
    }

    assert public == COUNTED.keys() | LINKS.keys() | KEEPS_NOTHING


@pytest.mark.parametrize("endpoint", COUNTED)
def test_who_goes_on_sending_is_told_to_wait(mailing: Flask, endpoint: str) -> None:
    send_one, limit = COUNTED[endpoint]
    client = visitor(mailing)

    codes = [send_one(mailing, client, number).status_code for number in range(limit)]
    over = send_one(mailing, client, limit)

    assert 429 not in codes
    assert over.status_code == 429
    assert int(over.headers["Retry-After"]) > 0
    assert "opnieuw" in over.text


def test_no_more_proposals_and_mails_are_kept_than_the_brake_lets_through(mailing: Flask) -> None:
    client = visitor(mailing)
    for number in range(stranger_views.PER_NETWORK + 3):
        proposal(mailing, client, number)

    with mailing.app_context():
        assert db.session.scalar(select(func.count()).select_from(Proposal)) == stranger_views.PER_NETWORK


def kept(app: Flask) -> Any:
    with app.app_context():
        return {name: rows for name, rows in dump().items() if name != "clause_use"}


@pytest.mark.parametrize("path", LINKS.values())
def test_a_guessed_link_changes_nothing(mailing: Flask, path: str) -> None:
    before = kept(mailing)
    client = mailing.test_client()
    for _ in range(3):
        fields = {"wachtwoord": PASSWORD, "wachtwoord_opnieuw": PASSWORD, "bericht": "x", "naam": "x"}
        assert client.post(path, data=fields).status_code == 410

    assert kept(mailing) == before


def test_a_motivation_file_leaves_nothing_but_one_count(mailing: Flask) -> None:
    before = kept(mailing)
    client = mailing.test_client()
    fields = ADVICE | {"organisatie": "de-proef", "reden-de-proef": "Een reden die niemand bewaart."}
    for _ in range(3):
        assert client.post(MOTIVATION, data=fields).status_code == 200
    end = time.monotonic() + 10
    while not (counted := _counts(mailing)):
        assert time.monotonic() < end
        time.sleep(0.02)

    assert len(counted) == 1
    assert kept(mailing) == before


def _counts(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(select(ClauseUse.count)))
