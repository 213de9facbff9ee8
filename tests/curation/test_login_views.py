"""The doors of /beheer as a browser meets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from catalogue.curation import accounts, ended_sessions, throttle
from catalogue.curation.ended_sessions import SESSION_LASTS
from catalogue.curation.permits import Rule
from catalogue.curation.session_views import SINCE, local_target
from catalogue.extensions import db
from catalogue.models import EndedSession, Role
from tests.audit import AuditingClient

EMAIL = "regisseur@voorbeeld.be"
PASSWORD = "vier losse woorden hier"
LOGIN = "/beheer/aanmelden"


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A visitor of a site with one account."""
    with app.app_context():
        accounts.redeem(accounts.one_time_link(accounts.add(EMAIL, Role.BEHEERDER)), PASSWORD)
    yield AuditingClient(app, app.response_class)


def token_of(page: TestResponse) -> str:
    field = BeautifulSoup(page.text, "html.parser").select_one("main input[name=csrf_token]")
    assert field is not None, page.text
    return str(field["value"])


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Fill in the form of a page and send it."""
    return client.post(path, data={"csrf_token": token_of(client.get(path)), **fields})


def log_in(client: FlaskClient, path: str = LOGIN, password: str = PASSWORD) -> TestResponse:
    return post(client, path, email=EMAIL, wachtwoord=password)


def link_of(app: Flask, **options: int) -> str:
    with app.app_context():
        account = accounts.find(EMAIL)
        assert account is not None
        return f"/beheer/wachtwoord/{accounts.one_time_link(account, **options)}"


def errors(page: TestResponse) -> str:
    return " ".join(
        tag.get_text(" ", strip=True) for tag in BeautifulSoup(page.text, "html.parser").select(".errors")
    )


def test_who_logs_in_comes_to_the_desk(client: FlaskClient) -> None:
    answer = log_in(client)
    assert (answer.status_code, answer.location) == (303, "/beheer")

    desk = client.get("/beheer")
    assert desk.status_code == 200
    assert EMAIL in desk.text
    assert "beheerder" in desk.text


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: FlaskClient) -> None:
    wrong = log_in(client, password="een heel ander woord")
    unknown = post(client, LOGIN, email="niemand@voorbeeld.be", wachtwoord=PASSWORD)

    assert wrong.status_code == unknown.status_code == 422
    assert errors(wrong) == errors(unknown) != ""
    assert "niemand@voorbeeld.be" in unknown.text
    assert PASSWORD not in unknown.text


def test_missing_fields_are_named_in_dutch_with_a_link_to_the_field(client: FlaskClient) -> None:
    page = post(client, LOGIN, email="", wachtwoord="x" * 201)

    assert page.status_code == 422
    assert "Vul uw e-mailadres in." in errors(page)
    assert "200" in errors(page)
    assert not re.search(r"\b(required|longer|characters)\b", errors(page))
    assert {a["href"] for a in BeautifulSoup(page.text, "html.parser").select(".errors a")} == {
        "#email",
        "#wachtwoord",
    }


@pytest.mark.parametrize("path", ["/beheer", "/beheer?van=1"])
def test_a_stranger_is_asked_to_log_in_and_comes_back_where_he_was(client: FlaskClient, path: str) -> None:
    asked = client.get(path)
    assert asked.status_code == 303
    assert asked.location.startswith(LOGIN)

    assert log_in(client, asked.location).location == path


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elders.example/beheer",
        "//elders.example/beheer",
        "/\\elders.example",
        "\\\\elders.example",
        "/beheer\\..\\x",
        "javascript:alert(1)",
        "/zoeken",
        "/beheerder",
        "beheer",
        " /beheer",
        "/\tbeheer",
        "http:///beheer",
        "//[",
        "/beheer/../zoeken",
        "/beheer/%2e%2e/zoeken",
        "/beheer/\r\nSet-Cookie: a=b",
        "",
    ],
)
def test_the_way_back_never_leaves_the_room(app: Flask, wanted: str) -> None:
    with app.test_request_context():
        assert local_target(wanted) == "/beheer"


def test_a_page_of_the_room_is_a_good_way_back(app: Flask) -> None:
    with app.test_request_context():
        assert local_target("/beheer/voorstellen?pagina=2") == "/beheer/voorstellen?pagina=2"


def test_the_session_of_before_is_thrown_away_at_the_login(client: FlaskClient) -> None:
    with client.session_transaction("/beheer") as session:
        session["van een ander"] = "x"
        session["csrf_token"] = before = "0" * 40
    old_form = token_of(client.get(LOGIN))
    client.post(LOGIN, data={"csrf_token": old_form, "email": EMAIL, "wachtwoord": PASSWORD})

    with client.session_transaction("/beheer") as session:
        assert "van een ander" not in session
        assert session.get("csrf_token") != before
        assert "_user_id" in session


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = log_in(client).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_who_is_logged_in_does_not_see_the_login_form(client: FlaskClient) -> None:
    log_in(client)

    assert client.get(LOGIN).location == "/beheer"


def test_who_logs_out_is_a_stranger_again(client: FlaskClient) -> None:
    log_in(client)
    answer = client.post("/beheer/afmelden", data={"csrf_token": token_of(client.get("/beheer"))})

    assert (answer.status_code, answer.location) == (303, LOGIN)
    assert "afgemeld" in client.get(LOGIN).text
    assert client.get("/beheer").status_code == 303


def copied(client: FlaskClient, app: Flask) -> FlaskClient:
    """Another browser that holds a copy of the cookie of the first."""
    cookie = client.get_cookie("beheer")
    assert cookie is not None
    thief = AuditingClient(app, app.response_class)
    thief.set_cookie("beheer", cookie.value)
    return thief


def test_a_copied_cookie_opens_nothing_after_the_log_out(client: FlaskClient, app: Flask) -> None:
    log_in(client)
    thief = copied(client, app)
    assert thief.get("/beheer").status_code == 200

    client.post("/beheer/afmelden", data={"csrf_token": token_of(client.get("/beheer"))})

    assert thief.get("/beheer").status_code == 303


def test_a_log_out_on_one_device_leaves_the_other_logged_in(client: FlaskClient, app: Flask) -> None:
    log_in(client)
    other = AuditingClient(app, app.response_class)
    log_in(other)

    client.post("/beheer/afmelden", data={"csrf_token": token_of(client.get("/beheer"))})

    assert other.get("/beheer").status_code == 200


def test_logging_in_again_ends_the_session_of_before(client: FlaskClient, app: Flask) -> None:
    log_in(client)
    thief = copied(client, app)
    # The log-in was still open in another tab.
    token = token_of(client.get("/beheer"))
    answer = client.post(LOGIN, data={"csrf_token": token, "email": EMAIL, "wachtwoord": PASSWORD})
    assert answer.status_code == 303

    assert client.get("/beheer").status_code == 200
    assert thief.get("/beheer").status_code == 303


def test_an_ended_session_is_forgotten_when_its_cookie_is_too_old_anyway(app: Flask) -> None:
    with app.app_context():
        old, fresh = ended_sessions.new_mark(), ended_sessions.new_mark()
        ended_sessions.end(old)
        db.session.execute(update(EndedSession).values(at=datetime.now(UTC) - 3 * SESSION_LASTS))
        db.session.commit()
        ended_sessions.end(fresh)
        ended_sessions.end(fresh)

        kept = db.session.scalars(select(EndedSession.mark_hash)).all()
        assert kept == [accounts.hash_of(fresh)]
        assert fresh not in kept
        assert ended_sessions.is_over(fresh) and not ended_sessions.is_over(old)


def test_a_link_cannot_log_someone_out(client: FlaskClient) -> None:
    log_in(client)

    assert client.get("/beheer/afmelden").status_code == 405
    assert client.get("/beheer").status_code == 200


def test_logging_out_everywhere_ends_the_session_of_another_device(client: FlaskClient, app: Flask) -> None:
    log_in(client)
    with app.app_context():
        account = accounts.find(EMAIL)
        assert account is not None
        accounts.log_out_everywhere(account)

    assert client.get("/beheer").status_code == 303


def test_a_session_ends_after_a_working_day(client: FlaskClient) -> None:
    log_in(client)
    with client.session_transaction("/beheer") as session:
        session[SINCE] = int((datetime.now(UTC) - SESSION_LASTS - timedelta(seconds=1)).timestamp())

    assert client.get("/beheer").status_code == 303


def test_a_session_that_moves_to_another_browser_ends(client: FlaskClient) -> None:
    log_in(client)

    assert client.get("/beheer", headers={"User-Agent": "een andere browser"}).status_code == 303


@pytest.mark.parametrize("token", ["", "onzin"])
def test_an_expired_form_is_shown_again_with_what_was_typed(client: FlaskClient, token: str) -> None:
    page = client.post(LOGIN, data={"csrf_token": token, "email": EMAIL, "wachtwoord": PASSWORD})

    assert page.status_code == 422
    assert "Probeer het opnieuw" in errors(page)
    assert EMAIL in page.text
    assert PASSWORD not in page.text
    again = client.post(LOGIN, data={"csrf_token": token_of(page), "email": EMAIL, "wachtwoord": PASSWORD})
    assert again.status_code == 303


def test_a_form_of_another_site_opens_nothing(client: FlaskClient) -> None:
    """Behind https a form must come from our own site, also when its token is right."""
    base = "https://localhost"
    token = token_of(client.get(LOGIN, base_url=base))
    page = client.post(
        LOGIN,
        data={"csrf_token": token, "email": EMAIL, "wachtwoord": PASSWORD},
        base_url=base,
        headers={"Referer": "https://elders.example/"},
    )

    assert page.status_code == 422
    assert client.get("/beheer", base_url=base).status_code == 303


def test_a_forged_log_out_gets_a_page_that_says_to_try_again(client: FlaskClient) -> None:
    log_in(client)
    page = client.post("/beheer/afmelden")

    assert page.status_code == 400
    assert "Probeer het opnieuw" in page.text
    assert client.get("/beheer").status_code == 200


@pytest.mark.parametrize("body", ["[1]", "nonsens", '{"email": "x"}'])
def test_a_body_that_is_not_a_form_is_an_empty_form(client: FlaskClient, body: str) -> None:
    page = client.post(LOGIN, data=body, content_type="application/json")

    assert page.status_code == 422


def test_too_many_failures_answer_429_and_say_how_long_to_wait(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(throttle.LIMITS, "account", 2)
    for _ in range(2):
        log_in(client, password="een heel ander woord")
    page = log_in(client)

    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= throttle.WINDOW.total_seconds()
    assert "Probeer het over 15 minuten opnieuw" in errors(page)
    assert client.get("/beheer").status_code == 303


def test_a_one_time_link_sets_the_password(client: FlaskClient, app: Flask) -> None:
    link = link_of(app)
    new = "nog vier andere woorden"

    assert client.get(link).status_code == client.get(link).status_code == 200
    answer = post(client, link, wachtwoord=new, wachtwoord_opnieuw=new)

    assert (answer.status_code, answer.location) == (303, LOGIN)
    assert "Uw wachtwoord is bewaard" in client.get(LOGIN).text
    assert log_in(client, password=new).location == "/beheer"
    assert client.get(link).status_code == 410


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("nog vier andere woorden", "nog vier andere worden", "niet gelijk"),
        ("kort", "kort", "minstens 12 tekens"),
        ("Regisseur2026!", "Regisseur2026!", "te makkelijk te raden"),
        ("", "", "Kies een wachtwoord"),
    ],
)
def test_a_password_that_is_not_good_is_refused_and_never_shown(
    client: FlaskClient, app: Flask, first: str, second: str, message: str
) -> None:
    page = post(client, link_of(app), wachtwoord=first, wachtwoord_opnieuw=second)

    assert page.status_code == 422
    assert message in errors(page)
    assert not first or f'"{first}"' not in page.text
    assert log_in(client).status_code == 303


def test_a_link_that_is_over_answers_410_and_says_what_to_do(client: FlaskClient, app: Flask) -> None:
    for link in ("/beheer/wachtwoord/onzin", "/beheer/wachtwoord/%00", link_of(app, hours=-1)):
        page = client.get(link)
        assert page.status_code == 410
        assert "Vraag de beheerder" in page.text
        assert client.post(link, data={"wachtwoord": PASSWORD}).status_code == 410


def test_only_the_doors_open_without_an_account(client: FlaskClient, app: Flask) -> None:
    """Every other page of the room, also one that is made later, sends a stranger to the log-in."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/beheer")]
    needed = {rule.endpoint: getattr(app.view_functions[rule.endpoint], "rule", None) for rule in rules}
    assert None not in needed.values(), "a page of /beheer says what it needs: @needs(Rule...)"
    closed = [
        rule for rule in rules if needed[rule.endpoint] is not Rule.OPEN and "GET" in (rule.methods or ())
    ]
    assert {"curation.login", "curation.set_password", "curation.desk", "curation.logout"} <= {
        rule.endpoint for rule in rules
    }

    for rule in closed:
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        answer = client.get(path)
        assert answer.status_code == 303, path
        assert answer.location.startswith(LOGIN), path
