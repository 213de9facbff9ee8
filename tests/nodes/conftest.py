"""Two real nodes on one PostgreSQL that keeps what it confirmed, and people who use them."""

from __future__ import annotations

import os
import signal
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from pathlib import Path
from typing import NamedTuple

import pytest

from catalogue.config import Settings
from catalogue.models import Role
from tests.builders import app_with, entry, make_settings, organisations, prepare
from tests.cluster import MISSING, Cluster, private_cluster, programs
from tests.curation.room import LOGIN, PASSWORD, account
from tests.index_life.conftest import Server, serving

EMAIL = "een@voorbeeld.be"
KEY = "a key that all nodes share"
ENTRIES = 40
# What PostgreSQL does where nobody says otherwise: a change that was confirmed is on the disk.
CAREFUL = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


class Page(NamedTuple):
    """An answer, of any status."""

    status: int
    text: str
    headers: dict[str, str]


class _Staying(urllib.request.HTTPRedirectHandler):
    """Where an answer leads is for the test to see."""

    def redirect_request(self, *_given: object) -> None:
        return None


class Visitor:
    """A browser: its cookies go to every node, as all have one name behind a balancer."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(_Staying, urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, address: str) -> Page:
        return self._ask(address, None)

    def post(self, address: str, sent: list[tuple[str, str]]) -> Page:
        return self._ask(address, urllib.parse.urlencode(sent).encode())

    def send(self, address: str, **fields: str) -> Page:
        """Fill in the only form of a page."""
        token = self.get(address).text.partition('name="csrf_token" value="')[2].partition('"')[0]
        return self.post(address, [("csrf_token", token), *fields.items()])

    def log_in(self, node: Node, email: str = EMAIL, password: str = PASSWORD) -> Page:
        return self.send(node.server.address + LOGIN, email=email, wachtwoord=password)

    def _ask(self, address: str, data: bytes | None) -> Page:
        try:
            with self._opener.open(address, data=data, timeout=30) as answer:
                return _page(answer)
        except urllib.error.HTTPError as error:
            with error:
                return _page(error)


def _page(answer: HTTPResponse | urllib.error.HTTPError) -> Page:
    return Page(answer.status or 0, answer.read().decode(), dict(answer.headers))


@dataclass
class Node:
    """A machine that serves: a data folder of its own, and the database of all."""

    folder: Path
    database_url: str
    _running: ExitStack = field(default_factory=ExitStack)
    _server: Server | None = None

    @property
    def server(self) -> Server:
        """The site as it runs there."""
        assert self._server is not None
        return self._server

    def start(self) -> None:
        values = {"DATABASE_URL": self.database_url, "SECRET_KEY": KEY}
        self._server = self._running.enter_context(serving(self.folder, **values))

    def stop(self) -> None:
        self._running.close()

    def kill(self) -> None:
        """What the loss of its power does: every process is gone at once."""
        for pid in (self.server.process.pid, *self.server.children()):
            os.kill(pid, signal.SIGKILL)
        self.server.process.wait()
        self.stop()


@pytest.fixture(scope="package")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server that keeps its word."""
    if programs() is None:
        pytest.skip(MISSING)
    with private_cluster(**CAREFUL) as running:
        yield running


@pytest.fixture(scope="package")
def shared(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The database of all nodes, with some organisations and an account."""
    url = cluster.url(cluster.new_database())
    made = make_settings(tmp_path_factory.mktemp("shared") / "data", database_url=url, secret_key=KEY)
    prepare(made)
    with app_with(made) as app, app.app_context():
        account(Role.BEHEERDER, email=EMAIL)
        names = [f"Werkplaats {number}" for number in range(ENTRIES)]
        organisations(*(entry(name, description=f"Wij werken met woord{name[11:]}.") for name in names))
    return made


@contextmanager
def node(folder: Path, database_url: str) -> Iterator[Node]:
    """A node that serves."""
    made = Node(folder, database_url)
    made.start()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="package")
def a(shared: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node."""
    with node(tmp_path_factory.mktemp("a") / "data", shared.database_url) as made:
        yield made


@pytest.fixture(scope="package")
def b(shared: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Another node, that knows nothing of the first."""
    with node(tmp_path_factory.mktemp("b") / "data", shared.database_url) as made:
        yield made
