"""`make check` looks for known faults in what we run on: the real program against a service of our own."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from catalogue.config import ROOT
from tests.dependencies import Known, audit, known_faults

FAULT = "PYSEC-2026-1"
TODAY = date(2026, 11, 22)


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """A lock file of two packages; nothing of it is installed or fetched."""
    path = tmp_path / "requirements.txt"
    path.write_text("".join(f"{name}==1.0 --hash=sha256:{'0' * 64}\n" for name in ("mooi", "stuk")))
    return path


class Service(BaseHTTPRequestHandler):
    """Answers as the open database of faults does: one fault, in one package."""

    code = 200

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
        fault = {
            "id": FAULT,
            "aliases": ["CVE-2026-1"],
            "summary": "Stuk",
            "affected": [{"package": {"name": "stuk", "ecosystem": "PyPI"}, "ranges": []}],
        }
        body = json.dumps({"vulns": [fault]} if asked == "stuk" else {}).encode()
        self.send_response(self.code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the screen of the tests."""


@contextmanager
def service(code: int = 200) -> Iterator[tuple[str, ...]]:
    """Options with which the program asks a service that answers with this code."""
    handler = type("Answering", (Service,), {"code": code})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield ("-s", "osv", "--osv-url", f"http://127.0.0.1:{server.server_port}/v1/query")
        finally:
            server.shutdown()


def test_a_known_fault_fails_and_is_named(lock: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with service() as options:
        assert audit(lock, [], *options) == 1

    assert f"Known fault in stuk 1.0: {FAULT} = CVE-2026-1" in capsys.readouterr().out


@pytest.mark.parametrize("id", [FAULT, "CVE-2026-1"])
def test_a_fault_that_is_written_down_is_let_through(
    lock: Path, id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with service() as options:
        assert audit(lock, [Known(id, "waarom", TODAY), Known("CVE-2020-9", "weg", TODAY)], *options) == 0

    said = capsys.readouterr().out
    assert "1 let through" in said
    assert "CVE-2020-9 is no fault of ours any more" in said


@pytest.mark.parametrize("code", [0, 503])
def test_without_a_service_one_line_says_so_and_nothing_fails(
    lock: Path, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody listens on the port of a service that is gone."""
    with service(code or 200) as options:
        pass
    if code:
        with service(code) as options:
            assert audit(lock, [], *options) == 0
    else:
        assert audit(lock, [], *options) == 0

    said = capsys.readouterr().out
    assert said.startswith("Not audited: nobody could be asked")
    assert said.count("\n") == 1


def test_a_lock_file_that_cannot_be_read_is_a_fault(lock: Path) -> None:
    lock.write_text("half een regel ==\n")
    with service() as options, pytest.raises(ValueError, match="invalid"):
        audit(lock, [], *options)


def test_every_fault_that_is_let_through_has_a_reason_and_a_date() -> None:
    for one in known_faults():
        assert re.fullmatch(r"(?:PYSEC|CVE|GHSA)-[\w-]+", one.id)
        assert len(one.reason) > 20
        assert isinstance(one.since, date)


def test_make_check_asks() -> None:
    """What make would run, without running it."""
    made = subprocess.run(["make", "--dry-run", "check"], cwd=ROOT, capture_output=True, text=True)

    assert "-m tests.dependencies" in made.stdout
