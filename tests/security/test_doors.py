"""Behind which names, schemes and frames the site answers, as the settings say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from catalogue.config import SettingError, Settings
from tests.builders import app_with

HOST = "catalogus.example"
LOGIN = "/beheer/aanmelden"


def headers(settings: Settings, address: str, sent: Mapping[str, str] | None = None) -> Headers:
    with app_with(settings) as app:
        return app.test_client().get(address, headers=sent).headers


def asked(app: Flask, address: str, **sent: str) -> tuple[int, str]:
    """The code and text of an answer; the client of other tests asks nothing by a host that is none."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    environ = EnvironBuilder(address, headers=Headers(sent)).get_environ()
    body, status, _ = run_wsgi_app(app, environ, buffered=True)
    return int(status.split()[0]), b"".join(body).decode()


def framers(settings: Settings, address: str) -> list[str]:
    policy = headers(settings, address)["Content-Security-Policy"]
    return next(rule.split()[1:] for rule in policy.split(";") if rule.split()[0] == "frame-ancestors")


def test_the_map_may_be_framed_by_the_origins_of_the_setting_and_by_us(bare: Settings) -> None:
    given = {"CATALOGUE_FRAMES": "https://www.Ieper.example, http://localhost:8000,https://*.w13.example"}
    chosen = replace(bare, frames=Settings.from_environment(given).frames)

    origins = ["https://www.ieper.example", "http://localhost:8000", "https://*.w13.example"]
    assert framers(chosen, "/kaart/ingebed") == ["'self'", *origins]
    assert framers(chosen, "/robots.txt") == ["'none'"]
    assert framers(bare, "/kaart/ingebed") == ["*"]


@pytest.mark.parametrize(
    "origins",
    [
        "www.ieper.example",
        "https://ieper.example/pagina",
        "https://ieper.example; script-src *",
        "https://a.example https://b.example",
        "*",
        "https://",
        "https://*",
        "javascript:x",
        "'self'",
        "https://a.example:999999",
        "https://a.example\nX-Frame-Options: x",
    ],
)
def test_an_origin_that_could_change_the_policy_stops_the_start(origins: str) -> None:
    with pytest.raises(SettingError, match="CATALOGUE_FRAMES"):
        Settings.from_environment({"CATALOGUE_FRAMES": f"https://goed.example,{origins}"})


@pytest.mark.parametrize(
    "url",
    ["catalogus.example", "ftp://catalogus.example", "https://", "https://a b", "https://x.example\nX: y"],
)
def test_an_address_of_the_site_that_is_none_stops_the_start(url: str) -> None:
    with pytest.raises(SettingError, match="CATALOGUE_URL"):
        Settings.from_environment({"CATALOGUE_URL": url})


@pytest.mark.parametrize(
    "url", ["https://catalogus.example/", "http://127.0.0.1:5000", "https://x.example/sub"]
)
def test_an_address_of_the_site_is_kept_without_its_last_slash(url: str) -> None:
    assert Settings.from_environment({"CATALOGUE_URL": url}).url == url.rstrip("/")


@pytest.mark.parametrize(
    "host", ["elders.example", "catalogus.example.elders", "[::", "", "a b", "[1:2]", "a..b"]
)
@pytest.mark.parametrize("address", ["/robots.txt", "/api/v1/diensten", "/bestand/eigen/css/base.css"])
def test_another_host_name_gets_400_and_nothing_of_the_site(bare: Settings, host: str, address: str) -> None:
    with app_with(replace(bare, hosts=(HOST,))) as app:
        code, text = asked(app, address, Host=host)

    assert code == 400
    if address.startswith("/api/"):
        assert json.loads(text)["fout"]["melding"]


@pytest.mark.parametrize(
    "host",
    [
        *("[1:2]", "[::", "[:::::]", "a b", "x:99999", "", "-", "..", "a..b", ".a", "a.", "xn--", "xn--a"),
        *(f"{'a' * 64}.be", "a.xn--", "é.be", "a/b", "a@b", "a:b", "[::1]:x", "%00", "1e400", "a_b"),
    ],
)
@pytest.mark.parametrize("proxies", [0, 1])
def test_a_host_that_is_none_breaks_nothing(settings_of_one: Settings, proxies: int, host: str) -> None:
    header = "X-Forwarded-Host" if proxies else "Host"
    addresses = ("/", "/nergens", "//zoeken", "/sitemap.xml", "/api/v1/organisaties", LOGIN)
    with app_with(replace(settings_of_one, proxies=proxies)) as app:
        codes = [asked(app, address, **{header: host})[0] for address in addresses]

    assert max(codes) < 500


@pytest.mark.parametrize("host", [HOST, "catalogus.example:8080", "CATALOGUS.example"])
def test_the_own_host_name_is_answered_however_it_is_written(bare: Settings, host: str) -> None:
    hosts = Settings.from_environment({"CATALOGUE_HOSTS": "Catalogus.EXAMPLE , www.catalogus.example"}).hosts
    with app_with(replace(bare, hosts=hosts)) as app:
        assert app.test_client().get("/robots.txt", headers={"Host": host}).status_code == 200


def test_a_balancer_may_ask_for_health_by_any_name(bare: Settings) -> None:
    with app_with(replace(bare, hosts=(HOST,))) as app:
        client = app.test_client()
        assert client.get("/gezondheid", headers={"Host": "10.0.0.7:5000"}).status_code == 200
        assert client.get("/gezondheidsraad", headers={"Host": "10.0.0.7:5000"}).status_code == 400


@pytest.mark.parametrize(
    ("values", "sent", "is_safe"),
    [
        ({}, {}, False),
        ({"url": "http://catalogus.example"}, {}, False),
        ({"url": "https://catalogus.example"}, {}, True),
        ({"proxies": 1}, {"X-Forwarded-Proto": "https"}, True),
        ({"proxies": 1}, {"X-Forwarded-Proto": "http"}, False),
        ({}, {"X-Forwarded-Proto": "https"}, False),
    ],
)
def test_behind_tls_browsers_are_kept_there_and_the_cookie_with_them(
    bare: Settings, values: dict[str, object], sent: dict[str, str], is_safe: bool
) -> None:
    found = headers(replace(bare, **values), LOGIN, sent)  # type: ignore[arg-type]

    assert ("Strict-Transport-Security" in found) == is_safe
    assert ("Secure" in found["Set-Cookie"]) == is_safe


def test_security_txt_says_whom_to_tell(bare: Settings) -> None:
    contact = Settings.from_environment({"CATALOGUE_CONTACT": "Regisseur, info@catalogus.example"}).contact
    with app_with(replace(bare, contact=contact, url="https://catalogus.example")) as app:
        answer = app.test_client().get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())

    assert answer.content_type == "text/plain; charset=utf-8"
    assert fields["Contact"] == "mailto:info@catalogus.example"
    assert fields["Canonical"] == "https://catalogus.example/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "nl, en"
    left = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)


def test_without_a_mailbox_there_is_no_security_txt(bare: Settings) -> None:
    with app_with(bare) as app:
        assert app.test_client().get("/.well-known/security.txt").status_code == 404
