"""How long who answers a visitor waits for PostgreSQL, and that commands wait as long as it takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import TypeVar

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from catalogue.config import Settings
from catalogue.extensions import db
from catalogue.patience import BESIDE, PAUSE
from tests.cluster import Cluster, connect
from tests.database.test_postgresql import in_service

T = TypeVar("T")

# Seconds in which these tests connect and get a lock, where the site takes five: no driver takes fewer.
WAIT = 2
# How long an answer waits then, and what it must not wait: for two things in turn.
PATIENCE = WAIT + BESIDE
TWICE = 2 * WAIT
AT_ONCE = 1.0


@pytest.fixture
def site(database: Settings) -> Iterator[FlaskClient]:
    """The site on a server for which it does not wait long, of which a page was asked."""
    hasty = f"{database.database_url}&connect_timeout={WAIT}&options=-c%20lock_timeout%3D{WAIT}s"
    with in_service(replace(database, database_url=hasty)) as client:
        client.application.add_url_rule("/traag", "slow", slow)
        yield client


def slow() -> str:
    db.session.execute(db.text("SELECT pg_sleep(:seconds)"), {"seconds": PATIENCE + 1})
    return "klaar"


def timed(do: Callable[[], T]) -> tuple[T, float]:
    begun = time.monotonic()
    return do(), time.monotonic() - begun


def status(client: FlaskClient, path: str = "/zoeken") -> int:
    return client.get(path).status_code


def answered(site: Flask) -> bool:
    return status(site.test_client()) == 200


def until_answered(client: FlaskClient) -> None:
    end = time.monotonic() + 10
    while not answered(client.application):
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_page_waits_once_for_a_silent_server_and_the_next_not_at_all(
    cluster: Cluster, site: FlaskClient
) -> None:
    assert status(site) == 200
    with cluster.silent():
        code, seconds = timed(lambda: status(site))
        assert code == 503
        # The connection that was held is silent, and so would be a new one.
        assert WAIT <= seconds < TWICE
        for path in ("/", "/api/v1/organisaties", "/gezondheid/klaar"):
            code, seconds = timed(lambda: status(site, path))  # noqa: B023
            assert code == 503
            assert seconds < AT_ONCE
        # What needs no database is there.
        assert status(site, "/over") == status(site, "/gezondheid") == 200
    until_answered(site)


def test_after_a_while_one_visitor_tries_again_and_others_do_not_wait_for_it(
    cluster: Cluster, site: FlaskClient
) -> None:
    assert status(site) == 200
    app, long_ones = site.application, []

    def visit(end: float) -> None:
        while time.monotonic() < end:
            _, seconds = timed(lambda: answered(app))
            if seconds > AT_ONCE:
                long_ones.append(seconds)
            time.sleep(0.05)

    with cluster.silent():
        assert status(site) == 503
        # The pause, and most of the time that a connection may take.
        end = time.monotonic() + PAUSE + WAIT - 0.5
        visitors = [threading.Thread(target=visit, args=(end,)) for _ in range(4)]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join()
    assert len(long_ones) == 1
    until_answered(site)


def test_a_server_that_falls_silent_once_the_answer_is_made_does_not_keep_it(
    cluster: Cluster, site: FlaskClient
) -> None:
    with ExitStack() as falls:

        @site.application.after_request
        def fall_silent(response: Response) -> Response:
            db.session.execute(db.text("SELECT 1"))
            falls.enter_context(cluster.silent())
            return response

        code, seconds = timed(lambda: status(site))
    assert code == 200
    assert seconds < TWICE


def test_one_statement_that_takes_too_long_ends_its_answer_and_no_other(site: FlaskClient) -> None:
    app, codes = site.application, []

    def visit() -> None:
        codes.append(timed(lambda: status(app.test_client(), "/traag")))

    visitor = threading.Thread(target=visit)
    visitor.start()
    while visitor.is_alive():
        assert answered(app)
        time.sleep(0.05)
    assert answered(app)
    [(code, seconds)] = codes
    assert code == 503
    assert WAIT < seconds < TWICE


def test_a_connection_on_which_nothing_came_is_not_used_again(site: FlaskClient) -> None:
    @site.application.get("/dicht")
    def closed() -> str:
        held = db.session.connection().connection.driver_connection
        assert held is not None
        with pytest.raises(OperationalError, match="says nothing"):
            slow()
        return str(held.closed)

    assert site.get("/dicht").text == "True"


def test_a_command_waits_for_a_statement_as_long_as_it_takes(site: FlaskClient) -> None:
    with site.application.app_context():
        assert slow() == "klaar"


def test_reading_what_is_locked_is_refused_after_one_wait_and_then_again_possible(
    database: Settings, site: FlaskClient
) -> None:
    assert status(site) == 200
    with connect(database.database_url) as other, other.transaction():
        other.execute("LOCK TABLE organisation, catalogue_state IN ACCESS EXCLUSIVE MODE")
        code, seconds = timed(lambda: status(site))
        assert code == 503
        # The page cache asks, and then the page.
        assert WAIT < seconds < TWICE
    assert status(site) == 200
