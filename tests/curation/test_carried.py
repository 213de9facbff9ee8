"""What somebody was filling in when the session ended is carried through the log-in, and nothing else."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

import pyotp
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalogue.curation import account_keeping, accounts, second_step
from catalogue.curation.carried import MAX_SIZE, Carried
from catalogue.models import Role
from tests.curation.room import LOGIN, PASSWORD, account, token_of, visitor

NEW = "/beheer/accounts/nieuw"
HOST = "http://localhost"
FORM = {"email": "nieuw@voorbeeld.be", "rol": "regisseur", "regios": ["westhoek"]}


@pytest.fixture
def person(app: Flask) -> Iterator[tuple[FlaskClient, str]]:
    """The browser of a beheerder who is not logged in (any more)."""
    with app.app_context():
        email = account(Role.BEHEERDER).email
    yield visitor(app), email


def fields_of(page: TestResponse) -> tuple[str, dict[str, list[str]]]:
    """Where the form of a page goes, and what it sends without any typing."""
    form = BeautifulSoup(page.text, "html.parser").select_one("main form[method=post]")
    assert form is not None, page.text
    fields: dict[str, list[str]] = {}
    for field in form.select("input[name][type=hidden]"):
        fields.setdefault(str(field["name"]), []).append(str(field["value"]))
    return str(form["action"]), fields


def send(client: FlaskClient, page: TestResponse, **typed: str) -> TestResponse:
    action, fields = fields_of(page)
    return client.post(action, data=fields | typed, headers={"Origin": HOST})


def test_a_form_sent_after_the_session_ended_is_not_lost(person: tuple[FlaskClient, str], app: Flask) -> None:
    client, email = person
    over = client.post(NEW, data={"csrf_token": "oud", **FORM}, headers={"Origin": HOST})
    assert over.status_code == 401
    assert "Uw sessie is verlopen" in over.text
    assert "niet verloren" in over.text

    wrong = send(client, over, email=email, wachtwoord="een heel ander woord")
    assert wrong.status_code == 422
    ready = send(client, wrong, email=email, wachtwoord=PASSWORD)
    assert ready.status_code == 200
    with app.app_context():
        assert accounts.find("nieuw@voorbeeld.be") is None

    done = send(client, ready)
    assert done.status_code == 200, done.text
    with app.app_context():
        made = accounts.find("nieuw@voorbeeld.be")
        assert made is not None
        assert [region.slug for region in made.regions] == ["westhoek"]


def test_a_second_step_does_not_lose_it_either(person: tuple[FlaskClient, str], app: Flask) -> None:
    client, email = person
    with app.app_context():
        found = accounts.find(email)
        assert found is not None
        salt = second_step.new_salt()
        secret = second_step.secret_of(salt)
        clock = pyotp.TOTP(secret)
        second_step.switch_on(found, salt, clock.at(int(time.time()), counter_offset=-1))
    over = client.post(NEW, data=FORM, headers={"Origin": HOST})
    code = send(client, over, email=email, wachtwoord=PASSWORD)
    assert code.status_code == 200
    again = send(client, code, code="1")
    assert again.status_code == 422
    ready = send(client, again, code=clock.at(int(time.time())))
    assert send(client, ready).status_code == 200
    with app.app_context():
        assert accounts.find("nieuw@voorbeeld.be") is not None


def test_a_form_that_stood_open_too_long_goes_on_with_one_click(
    person: tuple[FlaskClient, str], app: Flask
) -> None:
    client, email = person
    client.post(
        LOGIN, data={"csrf_token": token_of(client.get(LOGIN)), "email": email, "wachtwoord": PASSWORD}
    )
    with app.app_context():
        known = account()
    path = f"/beheer/accounts/{known.id}/sluiten"
    page = client.post(path, data={"csrf_token": "oud"}, headers={"Origin": HOST})
    assert page.status_code == 400
    with app.app_context():
        assert accounts.check(known.email, PASSWORD, "192.0.2.7") is not None

    soup = BeautifulSoup(page.text, "html.parser").select_one(f"form[action='{path}']")
    assert soup is not None
    send(client, page)
    with app.app_context():
        found = account_keeping.by_id(known.id)
        assert found is not None
        assert found.closed_at is not None


@pytest.mark.parametrize(
    "origin", ["https://elders.example", "null", None, "http://localhost.elders.example", "http://["]
)
def test_a_form_of_another_site_is_not_carried_through_the_log_in(
    person: tuple[FlaskClient, str], app: Flask, origin: str | None
) -> None:
    client, email = person
    headers = {} if origin is None else {"Origin": origin}
    over = client.post(NEW, data=FORM, headers=headers)
    assert over.status_code == 401
    assert "nieuw@voorbeeld.be" not in over.text

    planted = {"meegenomen": Carried.of(NEW, [("email", "nieuw@voorbeeld.be")]).text}  # type: ignore[union-attr]
    login = client.post(LOGIN, data={"email": email, "wachtwoord": PASSWORD, **planted}, headers=headers)
    assert login.status_code == 422
    assert "meegenomen" not in login.text


def test_a_password_is_never_written_into_the_page(person: tuple[FlaskClient, str]) -> None:
    client, _ = person
    over = client.post(
        "/beheer/account/wachtwoord",
        data={"wachtwoord_nu": "geheim een", "wachtwoord": "geheim twee", "code": "geheim drie", "a": "b"},
        headers={"Origin": HOST},
    )
    assert "geheim" not in over.text
    assert "meegenomen" in over.text


def test_a_file_cannot_be_carried_and_the_page_says_so(person: tuple[FlaskClient, str]) -> None:
    client, email = person
    over = client.post(
        NEW, data={**FORM, "bestand": (io.BytesIO(b"naam\n"), "lijst.csv")}, headers={"Origin": HOST}
    )
    assert "Een bestand kan niet mee" in over.text
    assert "kiest u het opnieuw" in send(client, over, email=email, wachtwoord=PASSWORD).text


def test_too_much_is_not_carried_and_the_page_says_that_nothing_is_kept(
    person: tuple[FlaskClient, str],
) -> None:
    client, _ = person
    over = client.post(NEW, data={"tekst": "é" * (MAX_SIZE // 5)}, headers={"Origin": HOST})
    assert over.status_code == 401
    assert "Er is niets bewaard" in over.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "[1,2,3]",
        '["/zoeken",[],false]',
        '["https://elders.example/beheer",[],false]',
        '["//elders.example/beheer",[],false]',
        '["/beheer/nergens",[],false]',
        '["/beheer/accounts",[],false]',
        '["/beheer/accounts/nieuw",[["a",1]],false]',
        '["/beheer/accounts/nieuw",[["a"]],false]',
        '["/beheer/accounts/nieuw",5,false]',
        '["/beheer/\\ud800",[["a","b"]],false]',
        "[" * 5000,
    ],
)
def test_what_we_did_not_write_is_not_carried(person: tuple[FlaskClient, str], text: str) -> None:
    client, email = person
    token = token_of(client.get(LOGIN))
    answer = client.post(
        LOGIN, data={"csrf_token": token, "email": email, "wachtwoord": PASSWORD, "meegenomen": text}
    )
    assert (answer.status_code, answer.location) == (303, "/beheer")


def test_what_is_written_is_read_back() -> None:
    carried = Carried.of("/beheer/x?a=1", [("a", 'x"<\n€'), ("a", ""), ("csrf_token", "x")], lost_file=True)
    assert carried is not None
    assert carried.pairs == (("a", 'x"<\n€'), ("a", ""))
    assert Carried.read(carried.text) == carried
