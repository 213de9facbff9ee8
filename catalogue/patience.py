"""How long who answers a visitor waits for a database server that says nothing, and what others do meanwhile.

A server that is gone says so at once. One whose disk or machine stalls, or that no packet reaches, says
nothing: without an end to waiting every thread would hang, also for who asks whether we live.
Commands and threads of our own wait as long as it takes. SQLite has no part in this.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from flask import Flask
from sqlalchemy import URL

from catalogue.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Wanted = TypeVar("Wanted")
Result = TypeVar("Result")

# Seconds beside those in which a lock is given up: that the server tells itself, if it tells anything.
BESIDE = 0.5
# Seconds in which a silent server is left alone; then the first who needs it tries again.
PAUSE = 2.0
# Seconds of silence towards everyone after which no answer may take the last thread that does not wait.
QUIET = 0.5
# Connections that the pool lends at most: more cannot wait at once.
LENT = 15


class SilentError(Exception):
    """The server says nothing, and there is no more waiting for it."""


@dataclass(slots=True, eq=False)
class Server:
    """What the answers of one process know together of the database server. Safe for threads."""

    seconds: float
    """How long one answer waits at most."""
    seats: int
    """How many answers may wait while nobody hears anything; what asks nothing of it needs a thread too."""
    _heard: float = field(default_factory=monotonic)
    _waiting: set[Patience] = field(default_factory=set)
    _full_since: float = inf
    _shut_until: float = 0.0
    _trying: Patience | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, who: Patience) -> None:
        """Before it is asked something; raises SilentError where it was silent just now."""
        if not self._shut_until:
            return
        with self._lock:
            now = monotonic()
            if not self._shut_until or self._trying is who:
                return
            if now < self._shut_until:
                raise SilentError
            self._trying, self._shut_until = who, now + who.left + PAUSE

    def speaks(self) -> None:
        """It said something."""
        self._heard = monotonic()
        if self._shut_until:
            with self._lock:
                self._trying, self._shut_until = None, 0.0

    def wait(self, who: Patience, silence: float) -> None:
        """Go on waiting after so many seconds of silence; raises SilentError where that makes no sense."""
        with self._lock:
            if silence >= who.left:
                self._shut()
                raise SilentError
            if self._shut_until and self._trying is not who:
                raise SilentError
            if who in self._waiting:
                return
            if len(self._waiting) < self.seats:
                self._waiting.add(who)
                self._full_since = monotonic() if len(self._waiting) == self.seats else inf
            elif monotonic() - max(self._heard, self._full_since) >= QUIET:
                raise SilentError

    def leave(self, who: Patience) -> None:
        """That answer waits no more."""
        if who in self._waiting:
            with self._lock:
                self._waiting.discard(who)
                self._full_since = inf

    def give_up(self) -> None:
        """It let somebody wait in vain."""
        with self._lock:
            self._shut()

    def _shut(self) -> None:
        # Not where it speaks to others: then only one statement takes too long.
        if monotonic() - self._heard >= PAUSE:
            self._trying, self._shut_until = None, monotonic() + PAUSE


@dataclass(slots=True, eq=False)
class Patience:
    """That of one answer. Seconds that it waited in vain are not waited again."""

    server: Server
    left: float

    def listen(self, talk: Generator[Wanted, int, Result], word: int) -> Generator[Wanted, int, Result]:
        """The same conversation with the server, which SilentError ends where nothing is heard too long.

        It is told what the socket is ready for, or 0 after a while; `word` is the bit for something to read.
        """
        self.server.ask(self)
        begun = heard = monotonic()
        try:
            wanted = next(talk)
            while True:
                ready = yield wanted
                if ready:
                    heard = monotonic()
                    if ready & word:
                        self.server.speaks()
                else:
                    self.server.wait(self, monotonic() - heard)
                wanted = talk.send(ready)
        except StopIteration as end:
            result: Result = end.value
            return result
        except Exception as error:
            self.left = max(0.0, self.left - (monotonic() - begun))
            if not isinstance(error, SilentError):
                self.server.speaks()
            raise
        finally:
            self.server.leave(self)
            talk.close()


_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)


def of_answer() -> Patience | None:
    """The patience of the answer that is being made; none outside one: then there is no end to it."""
    return _patience.get()


class Impatient:
    """Makes every answer with an end to waiting, from the first hook until its connection is given back."""

    def __init__(self, app: WSGIApplication, server: Server) -> None:
        self._app = app
        self._server = server

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        token = _patience.set(Patience(self._server, self._server.seconds))
        try:
            return self._app(environ, start_response)
        finally:
            _patience.reset(token)


def init_app(app: Flask) -> None:
    """Have answers of a site on PostgreSQL wait no longer than its address says."""
    url: URL = app.config["SQLALCHEMY_DATABASE_URI"]
    if url.get_backend_name() != "postgresql":
        return
    from catalogue import postgresql  # noqa: F401 - its connections listen; SQLite does without its driver

    settings: Settings = app.config["SETTINGS"]
    server = Server(_seconds(url), max(1, min(settings.threads, LENT) - 1))
    app.wsgi_app = Impatient(app.wsgi_app, server)  # type: ignore[method-assign]


def _seconds(url: URL) -> float:
    """As long as connecting may take by this address, and a little; 0 there: without end."""
    said = inf
    with suppress(ValueError, TypeError, OverflowError):
        said = int(float(str(url.query["connect_timeout"]))) or inf
    return max(said, 2.0) + BESIDE
