"""What a visitor sends along: where the server cannot read it, that is the visitor's fault and not ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

P = ParamSpec("P")
T = TypeVar("T")


class UnreadableError(OSError):
    """What was sent cannot be read to its end: who reads forms answers 400 to that (werkzeug.wsgi)."""


class Body:
    """The stream of a request. Each server has its own errors for chunks that are none."""

    def __init__(self, stream: InputStream) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes; -1: all."""
        return _read(self._stream.read, size)

    def readline(self, size: int = -1) -> bytes:
        """The next line, of at most so many bytes."""
        return _read(self._stream.readline, size)

    def readlines(self, hint: int = -1) -> list[bytes]:
        """All lines, or until there are so many bytes."""
        return _read(self._stream.readlines, hint)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")


def _read(read: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    try:
        return read(*arguments, **options)
    except Exception as error:
        raise UnreadableError(type(error).__name__) from error


class ReadableBody:
    """Gives the app a body of which every fault is one that it knows."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"] = Body(environ["wsgi.input"])
        return self._app(environ, start_response)


def init_app(app: Flask) -> None:
    """Stand between the server and the app."""
    app.wsgi_app = ReadableBody(app.wsgi_app)  # type: ignore[method-assign]
