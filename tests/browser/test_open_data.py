"""The code on the page of the API does what it says: run as it stands there, against the real server."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

SECONDS = 30


def code(site: Site, language: str) -> str:
    """The code of a language as somebody copies it from the page."""
    with urllib.request.urlopen(f"{site.url}/data/api") as answer:
        page = answer.read().decode()
    found = re.search(rf'<code id="code-{language}">(.*?)</code>', page, re.DOTALL)
    assert found, language
    return html.unescape(found[1])


def answer_of(site: Site) -> Any:
    """What the code asks for."""
    found = re.search(r"https?://[^'\"]+", code(site, "curl"))
    assert found
    with urllib.request.urlopen(found[0]) as answer:
        return json.load(answer)


def lines(site: Site) -> list[str]:
    """What the code of a program prints."""
    found = answer_of(site)
    return [found["samenvatting"], *(f"{item['naam']} {item['url']}" for item in found["items"])]


def test_the_python_of_the_page_runs(site: Site) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code(site, "python")], capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == lines(site)
    assert len(lines(site)) > 1


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")
def test_the_command_of_the_page_runs(site: Site) -> None:
    done = subprocess.run(["sh", "-c", code(site, "curl")], capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == answer_of(site)


@contextmanager
def another_site() -> Iterator[str]:
    """An empty page on another port: to a browser that is another site."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Elders</title>")

        def log_message(self, format: str, *args: object) -> None:
            """Nothing to say."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_script_of_the_page_runs_on_another_site(site: Site, browser: Browser) -> None:
    with another_site() as other:
        context = browser.new_context()
        page = context.new_page()
        said: list[str] = []
        page.goto(other)
        page.on("console", lambda message: said.append(message.text))
        page.evaluate(f"async () => {{ {code(site, 'javascript')} }}")
        context.close()
    assert said == lines(site)
