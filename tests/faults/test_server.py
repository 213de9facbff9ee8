"""The server as it really runs, with its workers, while the database under it comes and goes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.config import ROOT
from tests.faults.test_database import replaced

SCRIPT = [sys.executable, "-c", "from catalogue.commands import main; main()"]
# More than the workers, so that each of them answers.
ROUNDS = 8


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CATALOGUE_")}
    server = subprocess.Popen(
        [*SCRIPT, "run", "--port", str(port)],
        cwd=ROOT,
        env=kept | {"CATALOGUE_DATA": str(folder), "CATALOGUE_WORKERS": "2"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout
    try:
        assert server.stdout.readline() == f"De catalogus staat op http://127.0.0.1:{port}\n"
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
        server.stdout.close()


def fetch(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def rounds(address: str) -> set[int]:
    return {fetch(f"{address}{path}") for path in ("/", "/api/v1/organisaties") for _ in range(ROUNDS)}


def test_every_worker_finds_the_database_again_without_a_restart(folder: Path, address: str) -> None:
    assert rounds(address) == {200}
    for _ in range(2):
        with replaced(folder, "nothing"):
            assert rounds(address) == {503}
            assert fetch(f"{address}/gezondheid") == 200
            assert fetch(f"{address}/gezondheid/klaar") == 503
        assert rounds(address) == {200}
        assert fetch(f"{address}/gezondheid/klaar") == 200
