"""What happens on one node holds on the other: within a second, and whatever falls over in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from sqlalchemy import select

from catalogue.config import Settings
from catalogue.curation import throttle
from catalogue.curation.entries import find
from catalogue.extensions import db
from catalogue.models import Revision
from tests.builders import app_with
from tests.cluster import Cluster
from tests.curation.entry_pages import edit, fields
from tests.index_life.conftest import PATIENCE, Server, assert_done, command
from tests.nodes.conftest import KEY, Node, Page, Visitor

DESK = "/beheer"
OTHER = "twee@voorbeeld.be"


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Ask again until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture(scope="module")
def regisseur(a: Node) -> Visitor:
    """Somebody who logged in on the first node."""
    visitor = Visitor()
    assert visitor.log_in(a).status == 303
    return visitor


@pytest.fixture(scope="module")
def ids(shared: Settings) -> dict[str, int]:
    """The numbers of the organisations."""
    with app_with(shared) as app, app.app_context():
        found = [find(f"Werkplaats {number}") for number in range(10)]
        return {one.name: one.id for one in found if one}


def describe(visitor: Visitor, node: Node, id: int, text: str, **more: str) -> Page:
    """Write the description (and more) of an organisation in the form of a node; 303: it was kept."""
    address = node.server.address + edit(id)
    page = visitor.get(address)
    if page.status != 200:
        return page
    sent = fields(page)
    for name, value in {"description": text, "actie": "bewaar", **more}.items():
        sent[name] = value
    return visitor.post(address, list(sent.items(multi=True)))


def test_an_edit_in_the_form_of_one_node_is_found_by_every_worker_of_the_other_within_a_second(
    a: Node, b: Node, regisseur: Visitor, ids: dict[str, int]
) -> None:
    for number, (editing, finding) in enumerate([(a, b), (b, a), (a, b)]):
        word = f"leilinden{number}"
        # The name is read from the entries that a node holds, the rest from its text index.
        text, name = f"Wij snoeien {word}.", f"Snoeiers {number}"
        assert describe(regisseur, editing, ids["Werkplaats 1"], text, name=name).status == 303
        at = time.time()
        finding.server.is_seen_at_once(lambda: finding.server.names(word) == {name}, at)  # noqa: B023
        assert not finding.server.names(f"leilinden{number - 1}")


def test_what_a_command_does_beside_one_node_is_found_on_the_other(
    a: Node, b: Node, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("file") / "erbij.csv"
    file.write_text("naam;werkvorm;gemeente;omschrijving\nDe Nieuwe;az;Ieper;Wij looien leer.\n", "utf-8")
    with command(a.folder, "import", str(file), DATABASE_URL=a.database_url, SECRET_KEY=KEY) as importing:
        assert_done(importing)
    at = time.time()
    b.server.is_seen_at_once(lambda: b.server.names("leer looien") == {"De Nieuwe"}, at)


def test_who_logs_in_on_one_node_is_known_on_every_worker_of_the_other(
    a: Node, b: Node, regisseur: Visitor
) -> None:
    for node in (a, b):
        for worker in node.server.workers:
            with node.server.only(worker):
                assert regisseur.get(node.server.address + DESK).status == 200
                assert Visitor().get(node.server.address + DESK).status == 303


def test_guesses_on_all_nodes_count_together(a: Node, b: Node) -> None:
    guesser = Visitor()
    for number in range(throttle.LIMITS["account"]):
        assert guesser.log_in((a, b)[number % 2], OTHER, "iets anders dan dat").status == 422
    for node in (a, b):
        slowed = guesser.log_in(node, OTHER)
        assert slowed.status == 429
        assert 0 < int(slowed.headers["Retry-After"]) <= throttle.WINDOW.total_seconds()


def test_a_node_that_is_killed_comes_back_with_what_happened_meanwhile(
    a: Node, b: Node, regisseur: Visitor, ids: dict[str, int]
) -> None:
    b.kill()
    assert describe(regisseur, a, ids["Werkplaats 2"], "Wij vlechten wissenmanden.").status == 303
    b.start()
    for worker in b.server.workers:
        with b.server.only(worker):
            assert b.server.names("wissenmanden") == {"Werkplaats 2"}
    # And it goes on following.
    assert describe(regisseur, a, ids["Werkplaats 2"], "Wij blazen kerstballen.").status == 303
    b.server.is_seen_at_once(lambda: b.server.names("kerstballen") == {"Werkplaats 2"}, time.time())


class Seen(NamedTuple):
    """What a visitor met meanwhile."""

    codes: set[int]
    patience: set[str]


@contextmanager
def visited(servers: list[Server]) -> Iterator[Seen]:
    """Somebody looks at every node without a pause."""
    seen, stop = Seen(set(), set()), threading.Event()

    def visit() -> None:
        visitor = Visitor()
        while not stop.is_set():
            for server in servers:
                for path in ("/zoeken?q=werkplaats", "/api/v1/organisaties?q=woord7"):
                    page = visitor.get(server.address + path)
                    seen.codes.add(page.status)
                    if page.status == 503:
                        seen.patience.add(page.headers.get("Retry-After", ""))

    thread = threading.Thread(target=visit)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


@contextmanager
def writing(visitor: Visitor, nodes: list[Node], id: int) -> Iterator[list[str]]:
    """Somebody edits on both nodes in turn; gives the texts of which it was said that they are kept."""
    kept: list[str] = []
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            text = f"Wij tellen tot {number}."
            if describe(visitor, nodes[number % 2], id, text).status == 303:
                kept.append(text)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield kept
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_database_that_restarts_is_503_meanwhile_and_nothing_that_was_confirmed_is_lost(
    cluster: Cluster, shared: Settings, a: Node, b: Node, regisseur: Visitor, ids: dict[str, int], mode: str
) -> None:
    servers, id = [a.server, b.server], ids["Werkplaats 3"]
    processes = [server.children() for server in servers]
    with visited(servers) as seen, writing(regisseur, [a, b], id) as kept:
        until(lambda: len(kept) > 3, 30)
        cluster.stop(mode)
        try:
            until(lambda: 503 in seen.codes)
        finally:
            before = len(kept)
            cluster.start()
        until(lambda: len(kept) > before + 3, 30)
    assert seen == ({200, 503}, {"60"}), "".join(line for server in servers for line in server.told)
    assert [server.children() for server in servers] == processes
    with app_with(shared) as app, app.app_context():
        of_entry = select(Revision.data).where(Revision.kind == "organisatie", Revision.key == str(id))
        assert set(kept) <= {data["description"] for data in db.session.scalars(of_entry) if data}
    for server in servers:
        for worker in server.workers:
            with server.only(worker):
                assert server.get("/gezondheid/klaar")["status"] == "ok"
    # What is asked for is right again as well.
    assert describe(regisseur, a, id, f"Wij herstellen na {mode}.").status == 303
    b.server.is_seen_at_once(lambda: b.server.names(f"herstellen na {mode}") == {"Werkplaats 3"}, time.time())
