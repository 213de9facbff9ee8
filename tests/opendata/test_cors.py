"""Pages of other sites may read what is open, and nothing else."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from catalogue.web.cors import is_open
from tests.tree.test_routes import EXAMPLES

OPEN = [
    "/api/v1/organisaties",
    "/api/v1/organisaties/niemand",
    "/api/v1/clausules/advies",
    "/api/v1/onzin",
    "/export.json",
    "/export.csv?trede=9",
    "/data",
    "/data/catalogus.ttl",
    "/data/catalogus.zip",
    "/organisaties/duinzicht.jsonld",
    "/organisaties/weggegaan.jsonld",
    "/wijzigingen.atom",
    "/wijzigingen.atom?voor=x",
    "/kaart/punten.geojson",
]
SHUT = [
    "/",
    "/organisaties/duinzicht",
    "/organisaties/duinzicht/voorstel",
    "/beheer",
    "/beheer/aanmelden",
    "/bevestigen/onzin",
    "/keuzelijst",
    "/gezondheid",
]


@pytest.mark.parametrize("path", OPEN)
def test_what_is_open_may_be_read_from_any_site(client: FlaskClient, path: str) -> None:
    headers = client.get(path, headers={"Origin": "https://elders.example"}).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers
    told = set(headers["Access-Control-Expose-Headers"].split(", "))
    assert {"X-Request-ID", "ETag", "Retry-After"} <= told


@pytest.mark.parametrize("path", OPEN)
def test_a_browser_that_asks_beforehand_hears_what_it_may(client: FlaskClient, path: str) -> None:
    asking = {"Origin": "https://elders.example", "Access-Control-Request-Method": "GET"}
    answer = client.options(path, headers=asking)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert set(answer.headers["Access-Control-Allow-Methods"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("path", SHUT)
def test_what_is_not_open_stays_shut(client: FlaskClient, path: str) -> None:
    for answer in (client.get(path), client.head(path)):
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]


def test_who_is_sent_to_data_may_follow(client: FlaskClient) -> None:
    answer = client.get("/organisaties/duinzicht", headers={"Accept": "application/ld+json"})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (303, "*")


def test_no_address_with_a_form_is_open() -> None:
    """Over every route: a stamp or a token that another site reads guards nothing."""
    addresses = [address.partition("?")[0] for many in EXAMPLES.values() for address, _ in many]
    shown = [address for address in addresses if is_open(address)]
    assert len(shown) > 20
    assert not [one for one in shown if re.search(r"beheer|voorstel|bevestig|wachtwoord", one)]
    for path in ("/beheer/data", "/beheer/x.jsonld", "/data/../beheer", "/organisaties/x/voorstel.jsonld"):
        assert is_open(path) == path.startswith("/data/"), path
