"""A database server that says nothing, as when its disk or machine stalls: who asks is told so in time."""

from __future__ import annotations

import threading
import time
from typing import NamedTuple

import pytest

from tests.cluster import Cluster
from tests.index_life.conftest import PATIENCE
from tests.nodes.conftest import Node, Page, Visitor

PAGES = ("/zoeken?q=werkplaats", "/organisaties/werkplaats-9", "/api/v1/organisaties", "/gezondheid/klaar")
READERS = 20
# Seconds. The site promises an answer after five, and about its life within one; others use this machine too.
ANSWERED = 10.0
AT_ONCE = 3.0


class Asked(NamedTuple):
    """An answer, and how many seconds it took."""

    page: Page
    seconds: float


def asked(node: Node, path: str) -> Asked:
    begun = time.monotonic()
    page = Visitor().get(node.server.address + path)
    return Asked(page, time.monotonic() - begun)


def answers(node: Node) -> None:
    """Every worker answers everything, after at most a few seconds in which it says that it cannot."""
    end = time.monotonic() + PATIENCE
    for worker in node.server.workers:
        with node.server.only(worker):
            for path in PAGES:
                while (found := asked(node, path).page).status != 200:
                    assert found.status == 503
                    assert time.monotonic() < end, path
                    time.sleep(0.1)


@pytest.fixture
def ready(a: Node) -> Node:
    """A node of which each worker was asked something, and has its connections."""
    answers(a)
    return a


def test_who_asks_is_told_within_seconds_and_is_answered_once_the_server_goes_on(
    cluster: Cluster, ready: Node
) -> None:
    before = ready.server.children()
    with cluster.silent():
        for path in PAGES:
            page, seconds = asked(ready, path)
            assert (page.status, page.headers["Retry-After"]) == (503, "60"), path
            assert seconds < ANSWERED, path
            assert asked(ready, "/gezondheid").page.status == 200
    answers(ready)
    assert ready.server.children() == before


def test_whether_we_live_is_answered_at_once_while_twenty_readers_wait(cluster: Cluster, ready: Node) -> None:
    found: list[Asked] = []

    def read(path: str) -> None:
        found.append(asked(ready, path))

    paths = PAGES * (READERS // len(PAGES))
    readers = [threading.Thread(target=read, args=(path,)) for path in paths]
    with cluster.silent():
        for reader in readers:
            reader.start()
        while any(reader.is_alive() for reader in readers):
            page, seconds = asked(ready, "/gezondheid")
            assert page.status == 200
            assert seconds < AT_ONCE
            time.sleep(0.1)
    assert [one.page.status for one in found] == [503] * READERS
    assert max(one.seconds for one in found) < ANSWERED
    answers(ready)
