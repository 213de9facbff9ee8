"""The real server on a small catalogue, what it writes on standard error, and connections made by hand."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from catalogue.config import ROOT
from catalogue.curation import accounts
from catalogue.directory.live import directory
from tests.builders import app_with, make_settings, organisation
from tests.index_life.conftest import START_SECONDS, environment

# Beside the interpreter, as it is installed: the server starts itself anew by that name.
CONSOLE = Path(sys.executable).with_name("catalogue")
SECRET = "only for tests"
EMAIL, PASSWORD = "een@voorbeeld.be", "vier losse woorden hier"
PATIENCE = 30


def until(holds: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """What holds, once it does; fails when it takes too long."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Site:
    """A server that runs: its port, its processes, and the file of what it told."""

    port: int
    process: subprocess.Popen[str]
    log: Path

    def ask(self, path: str, *, body: str = "", **headers: str) -> Answer:
        """One request on a connection of its own; `_` in the name of a header is a dash."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            if body:
                sent["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST" if body else "GET", path, body or None, sent)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read().decode())
        finally:
            connection.close()

    def send(self, path: str, *, cookie: str = "", headers: Mapping[str, str] = {}, **fields: str) -> Answer:
        """Open a page with a form and send the form."""
        page = self.ask(path, Cookie=cookie, **headers)
        cookies = SimpleCookie(page.headers.get("Set-Cookie", ""))
        cookie = "; ".join(f"{name}={found.value}" for name, found in cookies.items()) or cookie
        hidden = {
            str(field["name"]): str(field["value"])
            for field in BeautifulSoup(page.text, "html.parser").select("main form input[type=hidden]")
        }
        return self.ask(path, body=urlencode(hidden | fields), Cookie=cookie, **headers)

    def connect(self, text: str = "") -> socket.socket:
        """A connection on which this much is said."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        connection.sendall(text.encode())
        return connection

    def workers(self) -> set[int]:
        text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(pid) for pid in text.split()}

    def told(self) -> list[dict[str, Any]]:
        """Every line of JSON that it wrote."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(folder: Path, log: Path, **values: str) -> Iterator[Site]:
    """`catalogue run` on a data folder; `values` are settings by their name, such as PROXIES."""
    port = free_port()
    with log.open("w") as told:
        process = subprocess.Popen(
            [CONSOLE, "run", "--port", str(port)],
            cwd=ROOT,
            env=environment(folder, SECRET_KEY=SECRET, LOG="json", **values),
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
        )
    assert process.stdout
    try:
        assert process.stdout.readline() == f"De catalogus staat op http://127.0.0.1:{port}\n"
        yield Site(port, process, log)
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        process.stdout.close()


@pytest.fixture(scope="package")
def small(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Path:
    """A data folder with one organisation, one account and the index, made once."""
    folder = tmp_path_factory.mktemp("serving") / "data"
    shutil.copytree(prepared, folder)
    with app_with(make_settings(folder)) as app, app.app_context():
        organisation("De Proef")
        accounts.redeem(accounts.one_time_link(accounts.add(EMAIL)), PASSWORD)
        directory().settle()
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small: Path) -> Path:
    """The data folder of the sites of one file of tests."""
    return Path(shutil.copytree(small, tmp_path_factory.mktemp("site") / "data"))
