"""The log: a line a request that can be read by machine, and nothing in it of who asked or what was typed."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, request
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from catalogue import logs
from catalogue.config import SettingError, Settings
from catalogue.extensions import db
from tests.builders import app_with, make_settings
from tests.faults.test_database import replaced
from tests.serving.conftest import EMAIL, PASSWORD, Site, running, until

FIELDS = {"time", "level", "request", "method", "route", "status", "ms", "bytes"}
# What visitors type or open in these tests, each a word that stands nowhere else.
SECRETS = (
    "zoekwoordgeheim",
    "mijnziekte",
    EMAIL,
    "anderegeheime@voorbeeld.be",
    "fout wachtwoord geheim",
    "tokengeheim123",
    "telefoongeheim",
    "agentgeheim",
    "koekjegeheim",
    "kopgeheim",
    "203.0.113.99",
    "127.0.0.1",
)


@pytest.fixture(scope="module")
def site(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(folder, tmp_path_factory.mktemp("log") / "log", PROXIES="1") as one:
        yield one


def type_everything(site: Site) -> None:
    """Everything that a visitor can leave behind, in addresses, forms and headers."""
    known = {
        "User-Agent": "agentgeheim",
        "X-Forwarded-For": "203.0.113.99",
        "Referer": "https://x.example/?q=mijnziekte",
    }
    site.ask("/zoeken?" + urlencode({"q": "zoekwoordgeheim mijnziekte"}), Cookie="koekjegeheim=1", **known)
    site.ask("/api/v1/organisaties?trede=zoekwoordgeheim", **known)
    site.ask("/zoekwoordgeheim/nergens", **known)
    site.ask("/beheer/wachtwoord/tokengeheim123", **known)
    site.ask("/bevestigen/tokengeheim123", **known)
    site.ask("/bevestigen/tokengeheim123", body="stap=tokengeheim123", **known)
    site.send("/beheer/aanmelden", headers=known, email=EMAIL, wachtwoord="fout wachtwoord geheim")
    site.send("/beheer/wachtwoord-vergeten", headers=known, email="anderegeheime@voorbeeld.be")
    site.send(
        "/organisaties/de-proef/voorstel",
        headers=known,
        email="anderegeheime@voorbeeld.be",
        opmerking="mijnziekte telefoongeheim",
    )
    site.ask("/beheer/aanmelden?volgende=/mijnziekte", body="email=anderegeheime@voorbeeld.be", **known)


def break_the_protocol(site: Site) -> None:
    for said in (
        "GET /zoeken?q=zoekwoordgeheim mijnziekte HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nkopgeheim\r\n\r\n",
        "GET / HTTP/1.1\r\nkop geheim: kopgeheim\r\n\r\n",
        "zoekwoordgeheim\r\n\r\n",
        f"GET /?q={'zoekwoordgeheim' * 600} HTTP/1.1\r\n\r\n",
        "POST /clausules/motivering.docx HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nkopgeheim\r\n",
    ):
        with site.connect(said) as connection:
            assert connection.makefile("rb").read().startswith(b"HTTP/1.1 ")


def test_nothing_that_visitors_type_comes_in_the_log_also_when_all_fails(folder: Path, site: Site) -> None:
    type_everything(site)
    break_the_protocol(site)
    with replaced(folder, "a database of something else"):
        type_everything(site)
    told = site.log.read_text()

    assert len([line for line in site.told() if line.get("status") == 503]) >= 5
    assert any("no such table" in line.get("reason", "") for line in site.told())
    assert any(line["level"] == "warning" and "refused" in line.get("message", "") for line in site.told())
    assert [word for word in SECRETS if word in told] == []
    assert PASSWORD not in told


def test_each_request_is_one_line_with_its_route_and_how_it_went(site: Site) -> None:
    before = len(site.told())
    answer = site.ask("/organisaties/de-proef?q=zoekwoordgeheim")
    site.ask("/organisaties/bestaat-niet")
    site.ask("/nergens")

    def lines_of_requests() -> list[dict[str, Any]]:
        return [line for line in site.told()[before:] if "status" in line]

    # A line is written after its answer went out.
    until(lambda: len(lines_of_requests()) == 3)
    # Two workers may write in another order than they answered.
    lines = sorted(lines_of_requests(), key=lambda line: (line["status"], line["route"]))
    assert all(line.keys() == FIELDS for line in lines)
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("GET", "/organisaties/<slug>", 200),
        ("GET", "-", 404),
        ("GET", "/organisaties/<slug>", 404),
    ]
    assert lines[0]["bytes"] == len(answer.text.encode())
    assert lines[0]["ms"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", lines[0]["time"])
    assert len({line["request"] for line in lines}) == 3


def test_a_fault_can_be_found_by_the_number_on_its_page(folder: Path, site: Site) -> None:
    with replaced(folder, "nothing"):
        answer = site.ask("/")
    number = answer.headers["X-Request-ID"]

    def lines_of_it() -> list[dict[str, Any]]:
        return [line for line in site.told() if line.get("request") == number]

    until(lambda: len(lines_of_it()) > 1)
    lines = lines_of_it()

    assert answer.status == 503
    assert f"<code>{number}</code>" in answer.text
    assert {line["level"] for line in lines} == {"error", "info"}
    assert any("OperationalError" in line["message"] for line in lines)
    assert "<code>" not in site.ask("/nergens").text


def test_the_trace_of_a_fault_that_lasts_is_told_once_a_minute_by_each_worker(
    folder: Path, tmp_path: Path
) -> None:
    with running(folder, tmp_path / "log") as site:
        with replaced(folder, "nothing"):
            assert {site.ask(f"/zoeken?q={number}").status for number in range(8)} == {503}

        def faults() -> list[dict[str, Any]]:
            return [line for line in site.told() if line.get("message", "").startswith("machine fault")]

        until(lambda: len(faults()) == 8)
        assert 1 <= sum("trace" in line for line in faults()) <= 2


@pytest.mark.parametrize("number", ["abcdef12", "7f9c-Proxy-1234", "a" * 64])
def test_a_plain_number_of_a_proxy_is_kept(site: Site, number: str) -> None:
    assert site.ask("/gezondheid", X_Request_ID=number).headers["X-Request-ID"] == number


@pytest.mark.parametrize(
    "number", ["kort", "a" * 65, "een@voorbeeld.be", "a b c d e f g h", "<b>12345678", ""]
)
def test_any_other_number_is_replaced(site: Site, number: str) -> None:
    found = site.ask("/gezondheid", X_Request_ID=number).headers["X-Request-ID"]

    assert re.fullmatch(r"[0-9a-f]{16}", found)


def test_without_a_proxy_nobody_chooses_the_number(app: Flask) -> None:
    answer = app.test_client().get("/gezondheid", headers={"X-Request-ID": "zelfgekozen"})

    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-ID"])


def test_a_fault_of_the_database_does_not_repeat_what_was_asked_of_it(app: Flask) -> None:
    with app.app_context(), pytest.raises(OperationalError) as caught:
        db.session.execute(text("select :x from nergens"), {"x": "mijnziekte"})

    assert "mijnziekte" not in str(caught.value)


@contextmanager
def overheard(mode: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What this process tells in one of the ways."""
    told = io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    root = logging.getLogger()
    kept, level = list(root.handlers), logs.access_log.level
    logs.request_number.set("")
    logs.begin(mode)
    try:
        yield told
    finally:
        root.handlers[:] = kept
        logs.access_log.setLevel(level)


@pytest.mark.parametrize("mode", ["tekst", "json"])
def test_the_words_of_an_unexpected_fault_stay_out_of_the_log(
    database: Settings, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app_with(make_settings(database.data, testing=False)) as app:

        @app.get("/mislukt/<name>")
        def fails(name: str) -> str:
            try:
                return str(int(request.args["q"]))
            except ValueError as error:
                raise LookupError(f"mijnziekte {name}") from error

        with overheard(mode, monkeypatch) as told:
            answer = app.test_client().get("/mislukt/tokengeheim123?q=mijnziekte")
    line = told.getvalue()

    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text
    assert answer.headers["X-Request-ID"] in line
    assert "LookupError" in line
    assert "ValueError" in line
    assert "test_logs.py" in line
    assert "/mislukt/<name>" in line
    assert "mijnziekte" not in line
    assert "tokengeheim123" not in line
    assert len(line.splitlines()) == 1


def test_lines_to_read_hold_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {logs.NUMBER: "abc", logs.ROUTE: "/zoeken"}
    with overheard("tekst", monkeypatch) as told:
        logs.answered(environ, "GET", 200, 0.0123, 456)
        logs.answered({}, "ZOEKWOORDGEHEIM", 404, 1.0, 2)
    first, second = told.getvalue().splitlines()

    assert first.endswith(" info request=abc method=GET route=/zoeken status=200 ms=12.3 bytes=456")
    assert second.endswith(" info request=- method=- route=- status=404 ms=1000.0 bytes=2")


def test_without_a_log_only_warnings_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with overheard("uit", monkeypatch) as told:
        logs.answered({}, "GET", 200, 1, 2)
        logging.getLogger("catalogue.iets").warning("een %s", "waarschuwing")

    assert re.fullmatch(r"\S+ warning logger=catalogue.iets een waarschuwing\n", told.getvalue())


def test_the_log_in_json_is_one_line_whatever_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with overheard("json", monkeypatch) as told:
        logging.getLogger("elders").error("twee\nregels é")

    assert json.loads(told.getvalue())["message"] == "twee\nregels é"
    assert told.getvalue().count("\n") == 1


def test_a_way_of_logging_that_is_none_is_refused() -> None:
    with pytest.raises(SettingError, match="CATALOGUE_LOG must be one of uit, tekst, json"):
        Settings.from_environment({"CATALOGUE_LOG": "alles"})
