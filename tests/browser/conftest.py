"""The site as it really runs, from its seeds behind its own server, and a real Chromium to look at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

# The first start makes tables, entries and the search index.
START_SECONDS = 120
# A step that takes longer than this is a fault; the machine is shared, so this is not a measure of speed.
STEP_MS = 10_000
WIDE = (1280, 900)
PHONE = (375, 800)
CONSOLE = Path(sys.executable).with_name("catalogue")


@dataclass(frozen=True, slots=True)
class Site:
    """A running site: its address, and its own command line."""

    url: str
    environment: dict[str, str] = field(repr=False)

    def command(self, *words: str) -> str:
        """Run a command of the console script; gives what it prints."""
        done = subprocess.run(
            [CONSOLE, *words], env=self.environment, capture_output=True, text=True, timeout=START_SECONDS
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@dataclass
class Watched:
    """What a page did that it must not do. (Without slots: Playwright hangs its handlers on it.)"""

    origin: str
    faults: list[str] = field(default_factory=list)
    # Answers that the browser reports in its console although the test asked for them.
    expected: tuple[str, ...] = ()

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(text in message.text for text in self.expected):
            self.faults.append(f"console: {message.text} ({message.location})")

    def on_request(self, request: Request) -> None:
        if request.url.startswith(("data:", "blob:")):
            return
        if urlsplit(request.url).netloc != urlsplit(self.origin).netloc:
            self.faults.append(f"a request left the site: {request.url}")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Site]:
    """`catalogue run` on a data folder of its own; `settings` are more of its environment."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CATALOGUE_")}
    environment = kept | {
        "CATALOGUE_DATA": str(folder / "data"),
        "CATALOGUE_CONTACT": "Regisseur sociale economie, regisseur@voorbeeld.be, 051 00 00 00",
        **{name: value.format(url=url) for name, value in settings.items()},
    }
    log = (folder / "log.txt").open("w+")
    server = subprocess.Popen(
        [CONSOLE, "run", "--port", str(port)], env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        wait_for(url, server, folder / "log.txt")
        yield Site(url, environment)
    finally:
        server.terminate()
        server.wait(30)
        log.close()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site that most tests look at."""
    with running(tmp_path_factory.mktemp("site")) as one:
        yield one


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the site serves with its index; fail with its log."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/gezondheid/klaar", timeout=5) as answer:
                if b"opgebouwd" not in answer.read():
                    return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            pass
        time.sleep(0.2)
    pytest.fail(f"the site did not start (exit {server.poll()}):\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium of the machine; `make test` installs it where it may."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("Chromium is missing: install it (Debian: apt-get install chromium) or run `make test`")
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to root, which is who a container runs as.
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


Opener = Callable[..., Page]


@contextmanager
def windows(site: Site, browser: Browser) -> Iterator[tuple[Opener, Watched]]:
    """What opens pages of a site, each in a fresh window, and what went wrong in any of them."""
    watched = Watched(site.url)
    contexts = []

    def open_page(
        path: str = "/", *, size: tuple[int, int] = WIDE, expected: tuple[str, ...] = (), **options: Any
    ) -> Page:
        watched.expected += expected
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": size[0], "height": size[1]},
            locale="nl-BE",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(STEP_MS)
        page = context.new_page()
        page.on("console", watched.on_console)
        page.on("pageerror", lambda error: watched.faults.append(f"script: {error}"))
        page.on("request", watched.on_request)
        page.goto(path)
        return page

    try:
        yield open_page, watched
    finally:
        for context in contexts:
            context.close()


@pytest.fixture
def opened(site: Site, browser: Browser) -> Iterator[Opener]:
    """Open a page of the site in a fresh window; at the end nothing may have gone wrong in any of them."""
    with windows(site, browser) as (open_page, watched):
        yield open_page
    assert not watched.faults, "\n".join(watched.faults)
