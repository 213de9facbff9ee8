"""What proxies say of a visitor is believed of as many as are set, and of nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import request
from flask.testing import FlaskClient
from sqlalchemy import delete

from catalogue.config import SettingError, Settings
from catalogue.curation.account_views import WRONG
from catalogue.curation.brakes import keyed_hash
from catalogue.curation.throttle import ADDRESS_LIMIT
from catalogue.extensions import db
from catalogue.models import FailedLogin
from tests.builders import app_with, make_settings
from tests.serving.conftest import Site, running

GUESSER, NEIGHBOUR = "203.0.113.7", "198.51.100.1"
LOGIN = "/beheer/aanmelden"
REFUSED = 422


@pytest.fixture(scope="module")
def alone(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(folder, tmp_path_factory.mktemp("log") / "alone") as site:
        yield site


@pytest.fixture(scope="module")
def behind_one(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(folder, tmp_path_factory.mktemp("log") / "one", PROXIES="1") as site:
        yield site


@pytest.fixture
def guessed_too_often(folder: Path) -> Iterator[None]:
    """From one address as many wrong passwords came as may come."""
    with app_with(make_settings(folder)) as app, app.app_context():
        db.session.add_all(
            FailedLogin(
                account_hash=keyed_hash("account", f"iemand{number}@voorbeeld.be"),
                address_hash=keyed_hash("address", GUESSER),
                at=datetime.now(UTC),
            )
            for number in range(ADDRESS_LIMIT)
        )
        db.session.commit()
        yield
        db.session.execute(delete(FailedLogin))
        db.session.commit()


def guess(site: Site, forwarded: str) -> int:
    """The status of a log-in with a wrong password, sent on by a proxy that says this of the visitor."""
    headers = {"X_Forwarded_For": forwarded}
    answer = site.send(LOGIN, headers=headers, email="wie@voorbeeld.be", wachtwoord="niet goed")
    assert (answer.status == REFUSED) == (WRONG in answer.text), answer.text
    return answer.status


@pytest.mark.usefixtures("guessed_too_often")
def test_without_proxies_a_forged_address_changes_nothing(folder: Path, alone: Site) -> None:
    assert guess(alone, GUESSER) == REFUSED
    assert guess(alone, f"{NEIGHBOUR}, {GUESSER}") == REFUSED
    with app_with(make_settings(folder)) as app, app.app_context():
        ours = FailedLogin.address_hash == keyed_hash("address", "127.0.0.1")
        assert db.session.query(FailedLogin).filter(ours).count() == 2


@pytest.mark.usefixtures("guessed_too_often")
def test_behind_one_proxy_only_its_own_word_on_the_address_counts(behind_one: Site) -> None:
    assert guess(behind_one, GUESSER) == 429
    assert guess(behind_one, f"{NEIGHBOUR}, {GUESSER}") == 429
    assert guess(behind_one, f"{GUESSER}, {NEIGHBOUR}") == REFUSED
    assert guess(behind_one, "geen adres") == REFUSED


def sitemap(site: Site, **headers: str) -> str:
    """The address of the sitemap, as the site sees its own address."""
    return site.ask("/robots.txt", Host="wij.example", **headers).text.partition("Sitemap: ")[2].strip()


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "elders.example"},
        # gunicorn itself would believe these of any process on this machine, or refuse the request.
        {"X_Forwarded_Ssl": "on"},
        {"X_Forwarded_Proto": "http", "X_Forwarded_Ssl": "on"},
        {"Forwarded": "for=192.0.2.1;proto=https;host=elders.example"},
        {"X_Forwarded_Prefix": "/elders", "X_Forwarded_Port": "444"},
    ],
)
def test_without_proxies_nobody_says_how_the_site_is_reached(alone: Site, headers: dict[str, str]) -> None:
    assert sitemap(alone, **headers) == "http://wij.example/sitemap.xml"


def test_a_header_that_is_meant_for_the_server_itself_is_dropped(alone: Site) -> None:
    with alone.connect("GET /robots.txt HTTP/1.0\r\nHost: x\r\nSCRIPT_NAME: /robots\r\n\r\n") as connection:
        answer = connection.makefile().read()

    assert answer.startswith(("HTTP/1.0 200", "HTTP/1.1 200"))


def test_behind_a_proxy_the_site_knows_how_it_is_reached(behind_one: Site) -> None:
    found = sitemap(behind_one, X_Forwarded_Proto="https", X_Forwarded_Host="elders.example")

    assert found == "https://elders.example/sitemap.xml"


@pytest.mark.parametrize("scheme", ["javascript", "ftp", "https://x"])
def test_a_proxy_that_hands_on_anything_makes_no_other_scheme(behind_one: Site, scheme: str) -> None:
    assert sitemap(behind_one, X_Forwarded_Proto=scheme).startswith("http://wij.example/")
    page = behind_one.ask("/organisaties/de-proef", Host="wij.example", X_Forwarded_Proto=scheme).text
    assert "http://wij.example/organisaties/de-proef" in page
    assert f"{scheme}://wij.example" not in page


def test_with_more_proxies_the_visitor_is_as_many_places_back(tmp_path: Path, prepared: Path) -> None:
    with app_with(make_settings(prepared, proxies=2)) as app:
        seen: list[str | None] = []
        app.before_request(lambda: seen.append(request.remote_addr))
        visitor: FlaskClient = app.test_client()
        for value in (f"1.1.1.1, {GUESSER}, 10.0.0.1", f"{GUESSER}, 10.0.0.1", "10.0.0.1"):
            visitor.get("/gezondheid", headers={"X-Forwarded-For": value})

    assert seen == [GUESSER, GUESSER, "127.0.0.1"]


@pytest.mark.parametrize("value", ["-1", "11", "1.5", "*", "een"])
def test_a_number_of_proxies_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(SettingError, match="CATALOGUE_PROXIES"):
        Settings.from_environment({"CATALOGUE_PROXIES": value})
