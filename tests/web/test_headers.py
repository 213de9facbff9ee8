"""What every answer tells the browser: what it may do, how long it may keep, how it is packed."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from catalogue.config import ROOT
from catalogue.web.assets import PACKAGES, asset
from catalogue.web.headers import COMPRESS_FROM
from tests.builders import app_with, make_settings, prepare

PAGES = ["/", "/zoeken", "/diensten", "/over", "/onzin", "/api/v1/diensten", "/organisaties/niemand"]
GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site without organisations."""
    settings = make_settings(tmp_path_factory.mktemp("headers") / "data")
    prepare(settings)
    with app_with(settings) as app:
        yield app


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


@contextmanager
def site_with(folder: Path, **values: object) -> Iterator[FlaskClient]:
    """A visitor of a site with other settings, without a catalogue."""
    with app_with(make_settings(folder / "data", **values)) as app:
        yield app.test_client()


def policy(header: str) -> dict[str, str]:
    return dict(rule.strip().split(" ", 1) for rule in header.split(";"))


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_limits_what_a_browser_may_do(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    rules = policy(headers["Content-Security-Policy"])
    assert rules["default-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["object-src"] == rules["base-uri"] == "'none'"
    assert rules["img-src"] == "'self' data:"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Set-Cookie" not in headers
    assert "Strict-Transport-Security" not in headers


def test_each_answer_has_its_own_nonce(client: FlaskClient) -> None:
    rules = {policy(client.get("/").headers["Content-Security-Policy"])["script-src"] for _ in range(3)}
    assert len(rules) == 3
    assert all(rule.startswith("'self' 'nonce-") for rule in rules)


def test_only_the_embedded_map_may_stand_in_a_frame(client: FlaskClient) -> None:
    headers = client.get("/kaart/ingebed").headers
    assert policy(headers["Content-Security-Policy"])["frame-ancestors"] == "*"
    assert "X-Frame-Options" not in headers


def test_a_tile_server_is_allowed_for_images_only(tmp_path: Path) -> None:
    with site_with(tmp_path, tiles="https://{s}.tiles.example/{z}/{x}/{y}.png") as client:
        rules = policy(client.get("/gezondheid").headers["Content-Security-Policy"])
    assert rules["img-src"] == "'self' data: https://*.tiles.example"
    assert not any("tiles.example" in rule for name, rule in rules.items() if name != "img-src")


def test_a_site_on_https_asks_browsers_to_stay_there(tmp_path: Path) -> None:
    with site_with(tmp_path, url="https://catalogus.example") as client:
        assert "max-age=" in client.get("/gezondheid").headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("catalogus.example", 200),
        ("catalogus.example:8080", 200),
        ("CATALOGUS.example", 200),
        ("elders.example", 400),
        ("catalogus.example.elders", 400),
        ("localhost", 400),
    ],
)
def test_only_allowed_host_names_are_answered(tmp_path: Path, host: str, code: int) -> None:
    with site_with(tmp_path, hosts=("catalogus.example",)) as client:
        assert client.get("/robots.txt", headers={"Host": host}).status_code == code


def test_pages_are_asked_anew_and_curation_is_never_kept(client: FlaskClient) -> None:
    assert client.get("/").headers["Cache-Control"] == "no-cache"
    assert client.get("/beheer/aanmelden").headers["Cache-Control"] == "no-store"


def test_a_page_is_compressed_for_who_takes_it(client: FlaskClient) -> None:
    plain = client.get("/diensten")
    packed = client.get("/diensten", headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 3
    assert packed.content_length == len(packed.data)
    assert b"</html>" in gzip.decompress(packed.data)
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in packed.headers["Vary"]


def test_a_short_answer_and_curation_are_not_compressed(client: FlaskClient) -> None:
    short = client.get("/gezondheid", headers=GZIP)
    assert len(short.data) < COMPRESS_FROM
    assert "Content-Encoding" not in short.headers
    log_in = client.get("/beheer/aanmelden", headers=GZIP)
    assert len(log_in.data) > COMPRESS_FROM
    assert "Content-Encoding" not in log_in.headers


def test_a_compressed_list_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/api/v1/diensten", headers=GZIP)
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.headers["ETag"].startswith('W/"')
    again = client.get("/api/v1/diensten", headers={**GZIP, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Accept-Encoding" in again.headers["Vary"]


def test_an_asset_keeps_for_a_year_under_its_hash(site: Flask, client: FlaskClient) -> None:
    with site.test_request_context():
        address = asset("css/base.css")
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.mimetype == "text/css"
    assert answer.data == (ROOT / "static/css/base.css").read_bytes()
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("version", ["", "?v=old"])
def test_an_asset_without_its_hash_is_asked_anew(client: FlaskClient, version: str) -> None:
    assert client.get(f"/bestand/eigen/css/base.css{version}").headers["Cache-Control"] == "no-cache"


def test_an_asset_is_compressed_for_who_takes_it(client: FlaskClient) -> None:
    plain, packed = (client.get("/bestand/eigen/css/base.css", headers=h) for h in ({}, GZIP))
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize(
    ("package", "name", "mimetype"),
    [
        ("leaflet", "leaflet.css", "text/css"),
        ("markercluster", "leaflet.markercluster.js", "text/javascript"),
    ],
)
def test_files_of_packages_are_served_by_us(
    site: Flask, client: FlaskClient, package: str, name: str, mimetype: str
) -> None:
    assert package in PACKAGES
    with site.test_request_context():
        answer = client.get(asset(name, package))
    assert (answer.status_code, answer.mimetype) == (200, mimetype)


@pytest.mark.parametrize(
    "path",
    [
        "eigen/css/niets.css",
        "eigen/css",
        "eigen/../README.md",
        "eigen/..%2fREADME.md",
        "eigen/%2e%2e/%2e%2e/etc/passwd",
        "eigen//etc/passwd",
        "eigen/css/base.css%00",
        "eigen/" + "a" * 300,
        "eigen/" + "a/" * 3000,
        "onzin/leaflet.css",
        "leaflet/..%2f__init__.py",
    ],
)
def test_no_other_file_can_be_asked(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/bestand/{path}", follow_redirects=True)
    assert answer.status_code == 404
    assert b"root:" not in answer.data


def test_an_asset_that_is_not_there_is_a_fault_of_ours(site: Flask) -> None:
    with site.test_request_context(), pytest.raises(FileNotFoundError, match=r"css/niets\.css"):
        asset("css/niets.css")
    with site.test_request_context():
        assert url_for("asset", package="eigen", name="css/base.css") in asset("css/base.css")


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.post("/diensten")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "<h1" in answer.text
