"""The second step at the log-in: codes of a telephone, each once, and recovery codes."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pyotp
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text

from catalogue.curation import accounts, second_step, throttle
from catalogue.curation.session_views import STEP_LASTS, STEP_SINCE
from catalogue.extensions import db
from catalogue.models import Account
from tests.curation.room import LOGIN, PASSWORD, account, errors, post, visitor

HERE = "192.0.2.7"
CODE = "/beheer/aanmelden/code"
STEPS = "/beheer/account/tweede-stap"


@pytest.fixture
def room(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app


def made() -> tuple[Account, str, list[str]]:
    """An account with a second step, its secret, and its recovery codes; the first code is an old one."""
    found = accounts.find(account().email)
    assert found is not None
    salt = second_step.new_salt()
    secret = second_step.secret_of(salt)
    codes = second_step.switch_on(found, salt, code_of(secret, -1))
    return found, secret, codes


def code_of(secret: str, steps: int = 0) -> str:
    """What the telephone shows, or showed so many steps ago."""
    return pyotp.TOTP(secret).at(int(time.time()), counter_offset=steps)


def test_a_code_of_the_telephone_is_accepted_once(room: Flask) -> None:
    found, secret, _ = made()
    code = code_of(secret)

    second_step.check(found, code[:3] + " " + code[3:], HERE)
    with pytest.raises(second_step.WrongCodeError):
        second_step.check(found, code, HERE)


def test_a_code_older_than_one_that_was_used_is_refused(room: Flask) -> None:
    found, secret, _ = made()
    second_step.check(found, code_of(secret), HERE)

    with pytest.raises(second_step.WrongCodeError):
        second_step.check(found, code_of(secret, -1), HERE)
    second_step.check(found, code_of(secret, 1), HERE)


@pytest.mark.parametrize("steps", [-3, 3])
def test_a_code_of_another_time_is_refused(room: Flask, steps: int) -> None:
    found, secret, _ = made()
    with pytest.raises(second_step.WrongCodeError):
        second_step.check(found, code_of(secret, steps), HERE)


@pytest.mark.parametrize("code", ["", "000000x", "١٢٣٤٥٦", "\x00", "é" * 50, "12345", "1234567", "-", "aaaa"])
def test_any_other_text_is_a_wrong_code_and_nothing_else(room: Flask, code: str) -> None:
    found, _, _ = made()
    with pytest.raises(second_step.WrongCodeError):
        second_step.check(found, code, HERE)


def test_a_recovery_code_works_once_however_it_is_typed(room: Flask) -> None:
    found, _, codes = made()
    assert len(set(codes)) == second_step.RECOVERY_CODES

    second_step.check(found, codes[0].upper().replace("-", " "), HERE)
    with pytest.raises(second_step.WrongCodeError):
        second_step.check(found, codes[0], HERE)
    second_step.check(found, codes[1], HERE)
    assert len(found.recovery_hashes) == second_step.RECOVERY_CODES - 2


def test_fresh_recovery_codes_end_the_old_ones(room: Flask) -> None:
    found, _, old = made()
    new = second_step.fresh_codes(found)

    with pytest.raises(second_step.WrongCodeError):
        second_step.check(found, old[0], HERE)
    second_step.check(found, new[0], HERE)


def test_guessing_codes_is_slowed_down_also_when_the_password_is_given_in_between(room: Flask) -> None:
    found, secret, _ = made()
    for _ in range(throttle.LIMITS["code"]):
        with pytest.raises(second_step.WrongCodeError):
            second_step.check(found, "aaaaaa", HERE)
        assert accounts.check(found.email, PASSWORD, HERE) is not None

    with pytest.raises(throttle.ThrottledError):
        second_step.check(found, code_of(secret), HERE)


def test_a_copy_of_the_database_holds_no_secret_and_no_code(room: Flask) -> None:
    _, secret, codes = made()
    everything = ""
    for table in inspect(db.engine).get_table_names():
        everything += repr(db.session.execute(text(f'SELECT * FROM "{table}"')).all())

    assert secret not in everything
    assert not [code for code in codes if code in everything or code.replace("-", "") in everything]


def test_another_key_of_the_site_makes_another_secret(room: Flask) -> None:
    salt = second_step.new_salt()
    before = second_step.secret_of(salt)
    room.config["SECRET_KEY"] = "another key"
    assert second_step.secret_of(salt) != before


def with_step(app: Flask) -> tuple[FlaskClient, str, str, list[str]]:
    """A browser of somebody with a second step: with the mail address, the secret and the recovery codes."""
    with app.app_context():
        found, secret, codes = made()
        return visitor(app), found.email, secret, codes


def test_a_password_alone_opens_nothing(app: Flask) -> None:
    client, email, _, _ = with_step(app)
    answer = post(client, LOGIN, email=email, wachtwoord=PASSWORD)

    assert (answer.status_code, answer.location) == (303, CODE)
    assert client.get("/beheer").status_code == 303
    refused = post(client, CODE, code="123")
    assert refused.status_code == 422
    assert "Deze code klopt niet" in errors(refused)
    assert client.get("/beheer").status_code == 303


@pytest.mark.parametrize("with_recovery", [False, True])
def test_a_password_and_a_code_lead_where_one_wanted_to_be(app: Flask, with_recovery: bool) -> None:
    client, email, secret, codes = with_step(app)
    asked = client.get("/beheer?van=1")
    page = post(client, asked.location, email=email, wachtwoord=PASSWORD).location
    answer = post(client, page, code=codes[0] if with_recovery else code_of(secret))

    assert (answer.status_code, answer.location) == (303, "/beheer?van=1")
    assert client.get("/beheer").status_code == 200


def test_the_page_of_the_code_without_a_password_is_the_log_in(app: Flask) -> None:
    page = visitor(app).get(CODE)
    assert BeautifulSoup(page.text, "html.parser").select("input[name=wachtwoord]")


def test_who_waits_too_long_for_the_code_begins_again(app: Flask) -> None:
    client, email, secret, _ = with_step(app)
    post(client, LOGIN, email=email, wachtwoord=PASSWORD)
    token = post(client, CODE, code="1").text
    assert "csrf_token" in token
    with client.session_transaction("/beheer") as session:
        session[STEP_SINCE] -= int(STEP_LASTS.total_seconds()) + 1

    answer = post(client, CODE, code=code_of(secret))
    assert answer.status_code == 422
    assert client.get("/beheer").status_code == 303


def test_too_many_codes_answer_429_and_say_how_long_to_wait(app: Flask) -> None:
    client, email, secret, _ = with_step(app)
    post(client, LOGIN, email=email, wachtwoord=PASSWORD)
    for _ in range(throttle.LIMITS["code"]):
        post(client, CODE, code="1")
    answer = post(client, CODE, code=code_of(secret))

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def secret_on(page: str) -> str:
    found = BeautifulSoup(page, "html.parser").select_one("code.secret")
    assert found is not None
    return found.text.replace(" ", "")


def logged_in(app: Flask) -> tuple[FlaskClient, str]:
    with app.app_context():
        email = account().email
    client = visitor(app)
    post(client, LOGIN, email=email, wachtwoord=PASSWORD)
    return client, email


def test_somebody_sets_up_a_second_step_and_turns_it_off_again(app: Flask) -> None:
    client, email = logged_in(app)
    page = client.get(STEPS)
    secret = secret_on(page.text)
    picture = BeautifulSoup(page.text, "html.parser").select_one("img.qr")
    assert picture is not None
    assert str(picture["src"]).startswith("data:image/svg+xml")

    wrong = post(client, STEPS, code="000", wachtwoord_nu=PASSWORD)
    assert wrong.status_code == 422
    assert secret_on(wrong.text) == secret

    shown = post(client, STEPS, code=code_of(secret), wachtwoord_nu=PASSWORD)
    assert shown.status_code == 200, errors(shown)
    codes = [code.text for code in BeautifulSoup(shown.text, "html.parser").select(".codes code")]
    assert len(codes) == second_step.RECOVERY_CODES
    assert "10 herstelcodes" in client.get("/beheer/account").text

    other = visitor(app)
    assert post(other, LOGIN, email=email, wachtwoord=PASSWORD).location == CODE
    assert post(other, CODE, code=codes[0]).location == "/beheer"

    fresh = post(client, f"{STEPS}/herstelcodes", page="/beheer/account", wachtwoord_nu=PASSWORD)
    assert codes[1] not in fresh.text
    off = post(client, f"{STEPS}/uit", page="/beheer/account", wachtwoord_nu=PASSWORD)
    assert off.location == "/beheer/account"
    assert "Niet aan." in client.get("/beheer/account").text
    assert other.get("/beheer").status_code == 303


@pytest.mark.parametrize("path", [f"{STEPS}/uit", f"{STEPS}/herstelcodes", STEPS])
@pytest.mark.parametrize("password", ["", "een heel ander woord"])
def test_the_second_step_changes_only_after_the_password(app: Flask, path: str, password: str) -> None:
    client, _ = logged_in(app)
    code = code_of(secret_on(client.get(STEPS).text))
    if path != STEPS:
        post(client, STEPS, code=code, wachtwoord_nu=PASSWORD)
    answer = post(client, path, page="/beheer/account", wachtwoord_nu=password, code=code)

    assert answer.status_code == 422
    assert "wachtwoord" in errors(answer)
    assert ("Niet aan." in client.get("/beheer/account").text) == (path == STEPS)
