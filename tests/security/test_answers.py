"""What every answer of the site forbids a browser: over every route, page, file and fault that there is."""

from __future__ import annotations

import gzip
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from catalogue.config import Settings
from catalogue.web.headers import FRAMEABLE
from tests.builders import app_with, copied
from tests.security.addresses import MISTAKES, public_addresses, room_addresses

FORGED = "kwaad.example"
# What a policy may name: ourselves, the number of this answer, and images that stand in the page itself.
SOURCES = ("'self'", "'none'", "data:", "'nonce-")


def policy(headers: Headers) -> dict[str, list[str]]:
    rules = [rule.split() for rule in headers["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in rules}


def unguarded(answer: TestResponse, *, may_be_framed: bool) -> list[str]:
    """What an answer lacks."""
    headers, rules = answer.headers, policy(answer.headers)
    framers = rules.pop("frame-ancestors")
    is_room = answer.request.path.startswith("/beheer")
    faults = {
        "a source of elsewhere": not all(
            source.startswith(SOURCES) for sources in rules.values() for source in sources
        ),
        "unsafe": "unsafe" in headers["Content-Security-Policy"],
        "no default": rules["default-src"] != ["'self'"],
        "plug-ins or another base": rules["object-src"] != ["'none'"] or rules["base-uri"] != ["'none'"],
        "forms to elsewhere": rules["form-action"] != ["'self'"],
        "frames": framers != (["*"] if may_be_framed else ["'none'"]),
        "frames of old browsers": (headers.get("X-Frame-Options") != "DENY") != may_be_framed,
        "guessing of types": headers.get("X-Content-Type-Options") != "nosniff",
        "referrer": headers.get("Referrer-Policy")
        != ("same-origin" if is_room else "strict-origin-when-cross-origin")
        and not answer.request.path.startswith(("/bevestigen", "/voorstel-ontvangen")),
        "powers": "camera=()" not in headers.get("Permissions-Policy", ""),
        "windows of others": headers.get("Cross-Origin-Opener-Policy") != "same-origin",
        "kept": is_room and headers["Cache-Control"] != "no-store",
        "a cookie": "Set-Cookie" in headers and not is_room,
    }
    return [f"{answer.request.path}: {fault}" for fault, is_so in faults.items() if is_so]


def is_framed(app: Flask, address: str) -> bool:
    adapter = app.url_map.bind("localhost")
    return adapter.test(urlsplit(address).path) and adapter.match(urlsplit(address).path)[0] == FRAMEABLE


@pytest.mark.parametrize("who", ["stranger", "beheerder"])
def test_every_route_forbids_inline_script_frames_and_other_origins(
    one: Flask, who: str, request: pytest.FixtureRequest
) -> None:
    """The client looks over each page for script, style and handlers that stand inline."""
    client: FlaskClient = request.getfixturevalue(who)
    addresses = public_addresses(one) if who == "stranger" else room_addresses(one)
    faults, pages, framed = [], 0, 0
    for address in addresses:
        answer = client.get(address, buffered=True)
        faults += unguarded(answer, may_be_framed=is_framed(one, address))
        pages += answer.mimetype == "text/html" and answer.status_code == 200
        framed += is_framed(one, address)
        if etag := answer.headers.get("ETag"):
            again = client.get(address, headers={"If-None-Match": etag})
            assert again.status_code == 304, address
            if b"nonce=" in answer.data:
                # The browser has the page with the nonce of then, and keeps the policy of then.
                assert "Content-Security-Policy" not in again.headers
                again.headers["Content-Security-Policy"] = answer.headers["Content-Security-Policy"]
            faults += unguarded(again, may_be_framed=is_framed(one, address))

    assert not faults, "\n".join(faults)
    assert pages > 25
    assert bool(framed) == (who == "stranger")


@pytest.mark.parametrize(("address", "code"), MISTAKES)
def test_every_fault_is_as_well_guarded(
    beheerder: FlaskClient, stranger: FlaskClient, address: str, code: int
) -> None:
    client = beheerder if address.startswith("/beheer") else stranger
    answer = client.get(address)

    assert answer.status_code == code
    assert unguarded(answer, may_be_framed=False) == []


def test_a_fault_of_ours_and_a_wait_are_as_well_guarded(bare: Settings) -> None:
    """A site without tables; and one that has answered enough."""
    with app_with(replace(bare, read_limit=2)) as app:
        app.testing = False
        client = app.test_client()
        answers = [client.get(address) for address in ("/", "/api/v1/organisaties", "/", "/kaart/ingebed")]

    assert [answer.status_code for answer in answers] == [503, 503, 429, 429]
    assert [
        fault
        for answer in answers
        for fault in unguarded(answer, may_be_framed=answer.request.path == "/kaart/ingebed")
    ] == []


def test_pages_are_for_our_own_site_and_open_data_for_all(stranger: FlaskClient) -> None:
    said = {
        address: stranger.get(address).headers["Cross-Origin-Resource-Policy"]
        for address in ("/", "/beheer/aanmelden", "/api/v1/diensten", "/export.csv", "/kaart/ingebed")
    }

    assert said == {
        "/": "same-origin",
        "/beheer/aanmelden": "same-origin",
        "/api/v1/diensten": "cross-origin",
        "/export.csv": "cross-origin",
        "/kaart/ingebed": "cross-origin",
    }


def test_a_link_that_is_a_secret_is_told_to_no_other_site(stranger: FlaskClient) -> None:
    for address in ("/bevestigen/onzin", "/voorstel-ontvangen/onzin", "/beheer/wachtwoord/onzin"):
        assert stranger.get(address).headers["Referrer-Policy"] == "same-origin"


def text_of(answer: TestResponse) -> str:
    data = gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") == "gzip" else answer.data
    return f"{answer.headers}\n{data.decode('utf-8', 'replace')}"


def test_a_forged_host_stands_in_no_answer_of_a_site_that_knows_its_address(
    settings_of_one: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("forged") / "data"
    with copied(settings_of_one, folder, url="https://catalogus.example") as made, app_with(made) as app:
        client = app.test_client()
        found, own = [], 0
        for address in [*public_addresses(app), "//zoeken?q=x", "/beheer", "/beheer/aanmelden"]:
            text = text_of(client.get(address, headers={"Host": FORGED}, buffered=True))
            own += "https://catalogus.example/" in text
            if FORGED in text:
                found.append(address)

    assert found == []
    assert own > 10


@pytest.mark.parametrize(
    "address", ["//zoeken?q=x", "/gemeenten/33011", "/beheer", "/organisaties//westlandia"]
)
def test_a_redirect_is_a_path_so_that_a_form_and_a_cache_stay_here(
    stranger: FlaskClient, address: str
) -> None:
    answer = stranger.get(address, base_url=f"http://{FORGED}")

    assert answer.status_code in (301, 303, 308)
    assert answer.headers["Location"].startswith("/")
    assert not answer.headers["Location"].startswith(("//", "/\\"))


def test_a_cookie_is_for_the_room_alone_and_out_of_reach(one: Flask) -> None:
    cookies = [
        cookie
        for address in [*room_addresses(one), *public_addresses(one)]
        for cookie in one.test_client().get(address, buffered=True).headers.getlist("Set-Cookie")
    ]

    assert cookies
    for cookie in cookies:
        assert cookie.startswith("beheer=")
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie
