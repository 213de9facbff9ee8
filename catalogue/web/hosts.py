"""The name under which we are asked: one that cannot be taken apart is none, before anything reads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class KnownHost:
    """Takes away a Host such as [1:2], on which every reader of an address would fail."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            urlsplit(f"//{environ.get('HTTP_HOST', '')}")
        except ValueError:
            environ["HTTP_HOST"] = ""
        return self._app(environ, start_response)


def init_app(app: Flask) -> None:
    """Look at the name after a proxy gave its own word for it: wrap this before the proxy is wrapped."""
    app.wsgi_app = KnownHost(app.wsgi_app)  # type: ignore[method-assign]
