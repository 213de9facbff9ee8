"""What one request may bring: so many parameters, fields and bytes, and what a larger one is told."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.web.limits import (
    MAX_FIELDS,
    MAX_NAME,
    MAX_PARAMETERS,
    MAX_PATH,
    MAX_PUBLIC_BODY,
    MAX_VALUE,
)
from tests.curation.room import token_of
from tests.serving.conftest import Site, running, small

__all__ = ["small"]

MOTIVATION = "/clausules/motivering.docx"
FORM = "application/x-www-form-urlencoded"
# What the server itself takes: a first line, a header and so many of them.
LINE, HEADER, HEADERS = 8_190, 8_190, 100


def test_every_gemeente_and_every_service_fit_in_one_search(one: Flask, stranger: FlaskClient) -> None:
    gemeenten = [item["nis"] for item in stranger.get("/api/v1/gemeenten").get_json()["items"]]
    services = [item["slug"] for item in stranger.get("/api/v1/diensten").get_json()["items"]]
    chosen = [("gemeente", nis) for nis in gemeenten] + [("dienst", slug) for slug in services[:80]]
    assert len(gemeenten) >= 285

    found = stranger.get(f"/api/v1/organisaties?{urlencode(chosen)}")
    assert found.status_code == 200
    assert found.get_json()["totaal"] == 1
    assert stranger.get(f"/zoeken?{urlencode(chosen[: len(gemeenten)])}").status_code == 200


@pytest.mark.parametrize(
    ("query", "code", "veld"),
    [
        ("&".join(["x=1"] * MAX_PARAMETERS), 200, None),
        ("&".join(["x=1"] * (MAX_PARAMETERS + 1)), 400, "x"),
        ("&" * MAX_PARAMETERS, 400, None),
        ("x" * MAX_NAME + "=1", 200, None),
        ("x" * (MAX_NAME + 1) + "=1", 400, None),
        ("x=" + "é" * MAX_VALUE, 200, None),
        ("gemeente=" + "é" * (MAX_VALUE + 1), 400, "gemeente"),
    ],
)
def test_parameters_past_a_limit_are_refused_with_the_limit(
    stranger: FlaskClient, query: str, code: int, veld: str | None
) -> None:
    page = stranger.get(f"/diensten?{query}")
    answer = stranger.get(f"/api/v1/diensten?{query}")

    assert (page.status_code, answer.status_code) == (code, code)
    if code == 400:
        fault = answer.get_json()["fout"]
        assert fault["veld"] == veld
        assert "hoogstens" in fault["melding"]
        assert fault["melding"] in page.text


def test_a_path_longer_than_any_of_ours_is_not_there(stranger: FlaskClient) -> None:
    assert stranger.get("/diensten/" + "a" * MAX_PATH).status_code == 404
    answer = stranger.get("/api/v1/organisaties/" + "a" * MAX_PATH)
    assert (answer.status_code, answer.get_json()["fout"]["veld"]) == (404, None)


@pytest.mark.parametrize(
    ("path", "body", "is_refused"),
    [
        (MOTIVATION, b"a=" + b"x" * (MAX_PUBLIC_BODY - 2), False),
        (MOTIVATION, b"a=" + b"x" * MAX_PUBLIC_BODY, True),
        ("/organisaties/nieuw-voorstel", b"a=" + b"x" * MAX_PUBLIC_BODY, True),
        ("/organisaties/westlandia/voorstel", b"a=1&" * (MAX_FIELDS + 1), True),
        ("/beheer/aanmelden", b"a=1&" * (MAX_FIELDS + 1), True),
        ("/beheer/aanmelden", b"a=" + b"x" * 499_000, False),
        ("/beheer/aanmelden", b"a=" + b"x" * 1_000_000, True),
    ],
)
def test_a_form_larger_than_any_of_ours_gets_413(
    stranger: FlaskClient, path: str, body: bytes, is_refused: bool
) -> None:
    answer = stranger.post(path, data=body, content_type=FORM)

    assert (answer.status_code == 413) == is_refused
    assert answer.status_code in (400, 413, 422)
    if is_refused:
        assert "te groot" in answer.text


def test_a_form_of_many_parts_gets_413(stranger: FlaskClient) -> None:
    parts = {f"deel{number}": "x" for number in range(300)}
    answer = stranger.post("/beheer/aanmelden", data=parts, content_type="multipart/form-data")

    assert answer.status_code == 413


def test_a_file_over_the_limit_of_forms_is_refused_of_whom_may_not_send_one(
    stranger: FlaskClient, beheerder: FlaskClient
) -> None:
    """Whoever may, may send more: tests/curation/test_uploads.py."""

    def send(client: FlaskClient, path: str) -> int:
        parts = (
            f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
            '--x\r\nContent-Disposition: form-data; name="bestand"; filename="groot.csv"\r\n\r\n'
            f"{'naam' * 400_000}\r\n--x--\r\n"
        )
        return client.post(path, data=parts, content_type="multipart/form-data; boundary=x").status_code

    token = token_of(beheerder.get("/beheer/import"))
    assert send(beheerder, "/beheer/account/wachtwoord") == 413
    assert send(stranger, "/beheer/import") == 413


@pytest.fixture(scope="module")
def served(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The real server."""
    folder = tmp_path_factory.mktemp("limits")
    with running(small, folder / "log") as site:
        yield site


def status(site: Site, path: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("path", "headers", "is_answered"),
    [
        ("/gezondheid?q=" + "x" * 3_000, {}, True),
        ("/gezondheid?q=" + "x" * LINE, {}, False),
        ("/gezondheid", {"X-Een": "x" * (HEADER - 100)}, True),
        ("/gezondheid", {"X-Een": "x" * (HEADER + 1)}, False),
        ("/gezondheid", {f"X-{number}": "x" for number in range(HEADERS - 10)}, True),
        ("/gezondheid", {f"X-{number}": "x" for number in range(HEADERS + 1)}, False),
    ],
)
def test_the_server_bounds_lines_and_headers(
    served: Site, path: str, headers: dict[str, str], is_answered: bool
) -> None:
    found = status(served, path, headers)

    assert found == 200 if is_answered else 400 <= found < 500
    assert served.ask("/gezondheid").status == 200


def test_the_server_does_not_tell_its_version(served: Site) -> None:
    """Of a page, of a fault and of what never reached the site."""
    for answer in (served.ask("/over"), served.ask("/nergens"), served.ask("/?" + "x" * LINE)):
        assert not any(sign.isdigit() for sign in answer.headers.get("Server", ""))
        assert "X-Powered-By" not in answer.headers
