"""kill -9 while many read and write: what was confirmed is kept, and the site answers again in seconds."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

from catalogue.curation.checking import problems
from catalogue.directory.live import directory
from catalogue.extensions import db
from catalogue.models import Organisation, Role
from tests.builders import app_with, make_settings
from tests.curation.entry_pages import NEW, fields
from tests.curation.room import LOGIN, PASSWORD, account
from tests.index_life.conftest import Server, serving
from tests.index_life.test_agreement import assert_agreement

WRITERS, READERS = 2, 2
KILLS = 4
# A start of the server and of its workers, on a machine that is shared.
PATIENCE = 60
CUT = (OSError, HTTPException)
WHO = "beheerder@voorbeeld.be"
ENTRY = {"werkvormen-0-key": "maatwerkbedrijf", "offers-0-service": "poetsen", "sites-0-gemeente": "Ieper"}


@pytest.fixture
def busy(folder: Path) -> Path:
    """The data folder, with somebody who may make organisations."""
    with app_with(make_settings(folder)) as app, app.app_context():
        account(Role.BEHEERDER, email=WHO)
    return folder


class Untouched(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer, and not a way to go."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Browser:
    """A browser on the wire, with its cookies."""

    def __init__(self, address: str) -> None:
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies, Untouched())

    def ask(self, path: str, sent: Any = None) -> tuple[int, str]:
        """The code and the text of an answer; raises one of CUT where there was none."""
        body = None if sent is None else urlencode(sent).encode()
        request = urllib.request.Request(f"{self.address}{path}", body)
        try:
            with self._opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def form(self) -> list[tuple[str, str]]:
        """Log in, and open the form for a new organisation."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.ask(LOGIN)[1])
        assert token
        sent = {"csrf_token": token[1], "email": WHO, "wachtwoord": PASSWORD}
        assert self.ask(LOGIN, sent)[0] == 303
        page: Any = SimpleNamespace(text=self.ask(NEW)[1])
        return list(fields(page).items(multi=True))

    def publish(self, form: list[tuple[str, str]], name: str) -> int:
        """Send the form for an organisation of this name; the code of the answer."""
        values = ENTRY | {"name": name, "actie": "publiceer"}
        return self.ask(NEW, [*((key, text) for key, text in form if key not in values), *values.items()])[0]


class Traffic:
    """Who writes and who reads, until they are told to stop; `kept` are the names that were confirmed."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.kept: list[str] = []
        self.codes: set[int] = set()
        self.cut = 0
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    @contextmanager
    def under_way(self) -> Iterator[None]:
        writers = [(Browser(self.address), f"Werkplaats {number}") for number in range(WRITERS)]
        forms = [(browser, browser.form(), name) for browser, name in writers]
        works: list[Callable[[], None]] = [self._writer(*one) for one in forms]
        works += [self._reader(Browser(self.address)) for _ in range(READERS)]
        self._threads = [threading.Thread(target=self._over_and_over, args=(work,)) for work in works]
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join(PATIENCE)

    def _over_and_over(self, work: Callable[[], None]) -> None:
        while not self._stop.is_set():
            try:
                work()
            except CUT:
                with self._lock:
                    self.cut += 1
                # Nobody there to answer: not as fast as this machine can.
                time.sleep(0.02)

    def _writer(self, browser: Browser, form: list[tuple[str, str]], name: str) -> Callable[[], None]:
        def write() -> None:
            # With a letter: eight digits would be asked for as a code of the CPV.
            full = f"{name} x{os.urandom(4).hex()}"
            code = browser.publish(form, full)
            with self._lock:
                self.codes.add(code)
                if code == 303:
                    self.kept.append(full)

        return write

    def _reader(self, browser: Browser) -> Callable[[], None]:
        def read() -> None:
            code, text = browser.ask("/api/v1/organisaties")
            with self._lock:
                self.codes.add(code)
            assert code != 200 or json.loads(text)["totaal"] >= 1

        return read

    def wait_for(self, more: int) -> None:
        """Until so many more were kept."""
        wanted, end = len(self.kept) + more, time.monotonic() + PATIENCE
        while len(self.kept) < wanted:
            assert time.monotonic() < end, f"only {len(self.kept)} of {wanted} were kept: {self.codes}"
            time.sleep(0.02)


def assert_kept(folder: Path, names: list[str]) -> None:
    """Everything that was confirmed is in the database, and in the index."""
    with app_with(make_settings(folder)) as app, app.app_context():
        known = set(db.session.scalars(db.select(Organisation.name)))
        assert set(names) - known == set()
        assert problems(directory()) == []
        assert_agreement(directory())


def is_found(server: Server, names: list[str]) -> bool:
    """Whether the site itself finds what was confirmed last."""
    return all(name in server.names(name) for name in names[-3:])


def test_workers_killed_under_load_lose_nothing_that_was_confirmed(busy: Path) -> None:
    moments = random.Random("onder druk")
    with serving(busy) as server:
        traffic = Traffic(server.address)
        with traffic.under_way():
            traffic.wait_for(2)
            for _ in range(KILLS):
                before = server.children()
                time.sleep(moments.uniform(0, 0.3))
                os.kill(moments.choice(before), signal.SIGKILL)
                end = time.monotonic() + PATIENCE
                while len(server.children()) < len(before) or server.children() == before:
                    assert time.monotonic() < end
                    time.sleep(0.02)
                # It answers again, also who writes.
                traffic.wait_for(1)
        assert is_found(server, traffic.kept)
    # Who met the kill was cut off; nobody else saw a fault.
    assert traffic.codes <= {200, 303}
    assert len(traffic.kept) >= KILLS + 2
    assert_kept(busy, traffic.kept)


def test_a_whole_server_killed_under_load_starts_again_with_all_that_was_confirmed(busy: Path) -> None:
    with serving(busy) as server:
        traffic = Traffic(server.address)
        with traffic.under_way():
            traffic.wait_for(3)
            time.sleep(random.Random("alles").uniform(0, 0.4))
            for pid in [server.process.pid, *server.children()]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            server.process.wait(PATIENCE)
    assert traffic.codes <= {200, 303}
    assert_kept(busy, traffic.kept)
    with serving(busy) as again:
        assert is_found(again, traffic.kept)
        browser = Browser(again.address)
        name = "Na de klap"
        assert browser.publish(browser.form(), name) == 303
        assert name in again.names(name)
