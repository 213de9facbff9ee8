"""A site that serves while its workers, and what works at its catalogue beside it, are killed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import threading
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest

from catalogue.curation.checking import problems
from catalogue.directory.live import directory
from tests.builders import app_with, make_settings
from tests.index_life.conftest import Server, assert_done, command, serving
from tests.killing.conftest import ENTRIES, Ground

WORKERS_KILLED = 4
RESTORES_KILLED = 2
# A worker answers as many at once as it has threads.
VISITORS = 2
QUESTION = "leer looien"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, ground: Ground) -> Path:
    return Path(shutil.copytree(ground.data, tmp_path_factory.mktemp("serving") / "data"))


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with serving(folder) as running:
        yield running


@contextmanager
def asking(server: Server) -> Iterator[list[str]]:
    """Ask without a pause; gives every answer: how many were found, or how it went wrong."""
    answers: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                answers.append(str(server.get("/api/v1/organisaties", q=QUESTION)["totaal"]))
            except urllib.error.HTTPError as error:
                with error:
                    answers.append(f"code {error.code}")
            except (OSError, HTTPException, json.JSONDecodeError):
                answers.append("cut short")

    threads = [threading.Thread(target=ask) for _ in range(VISITORS)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def assert_whole(folder: Path) -> None:
    with app_with(make_settings(folder)) as app, app.app_context():
        assert problems(directory()) == []


def test_a_worker_that_is_killed_is_replaced_and_only_its_own_visitor_notices(
    folder: Path, server: Server
) -> None:
    usual = str(server.get("/api/v1/organisaties", q=QUESTION)["totaal"])
    with asking(server) as answers:
        for _ in range(WORKERS_KILLED):
            before = server.children()
            time.sleep(0.3)
            os.kill(random.Random(len(answers)).choice(before), signal.SIGKILL)
            end = time.monotonic() + 30
            while len(server.children()) < len(before) or server.children() == before:
                assert time.monotonic() < end
                time.sleep(0.02)
    assert set(answers) <= {usual, "cut short"}
    assert answers.count("cut short") <= VISITORS * WORKERS_KILLED
    assert_whole(folder)


def test_a_restore_that_is_killed_beside_a_site_that_serves_is_noticed_by_nobody(
    folder: Path, server: Server, ground: Ground
) -> None:
    moments = random.Random("ernaast")
    with asking(server) as answers:
        for _ in range(RESTORES_KILLED):
            with command(folder, "restore", str(ground.files / "vroeger.zip")) as restoring:
                # It starts by reading everything it needs; kill it somewhere from there to its end.
                assert restoring.stdout
                assert restoring.stdout.readline().startswith("Wat er was, staat in")
                time.sleep(moments.uniform(0, 0.15))
                restoring.kill()
            assert_whole(folder)
        with command(folder, "restore", str(ground.files / "vroeger.zip")) as restoring:
            assert_done(restoring)
        end = time.monotonic() + 10
        while answers[-1] != "0":
            assert time.monotonic() < end
            time.sleep(0.05)
    # The old state or the new, never anything between, and never a fault.
    assert set(answers) == {str(ENTRIES), "0"}
    assert_whole(folder)
