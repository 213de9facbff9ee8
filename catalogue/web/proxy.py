"""Behind a proxy: who the visitor is and how they came, and the number under which a request is known."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from catalogue.config import Settings
from catalogue.logs import NUMBER, request_number

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADER = "X-Request-ID"
# What stood in the environment of a request before a proxy was believed.
BEFORE = "werkzeug.proxy_fix.orig"
# A number of a proxy that is fit to be logged and shown.
PLAIN = re.compile(r"[A-Za-z0-9-]{8,64}")
SCHEMES = ("http", "https")
# What proxies add to a request that they hand on.
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED")


class Numbered:
    """Gives each request a number, in its environment and in its answer."""

    def __init__(self, app: WSGIApplication, *, trusted: bool) -> None:
        self._app = app
        self._trusted = trusted

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "") if self._trusted else ""
        number = given if PLAIN.fullmatch(given) else secrets.token_hex(8)
        environ[NUMBER] = number
        request_number.set(number)

        def start(status: str, headers: list[tuple[str, str]], *rest: object) -> object:
            return start_response(status, [*headers, (HEADER, number)], *rest)  # type: ignore[arg-type]

        return self._app(environ, start)  # type: ignore[arg-type]


class KnownScheme:
    """Keeps a proxy that hands on whatever a visitor sent from making the site something else than http."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["wsgi.url_scheme"] not in SCHEMES:
            environ["wsgi.url_scheme"] = environ[BEFORE]["wsgi.url_scheme"]
        return self._app(environ, start_response)


def request_id() -> str:
    """The number of the request under way."""
    return str(request.environ.get(NUMBER, ""))


def is_direct() -> bool:
    """Whether whoever asks speaks to us without a proxy, as far as the request itself tells."""
    return not any(name in request.environ for name in FORWARDED)


def peer() -> str:
    """The address at the other end of the connection itself; empty for a socket that is a file."""
    before = request.environ.get(BEFORE, request.environ)
    return str(before.get("REMOTE_ADDR") or "")


def init_app(app: Flask) -> None:
    """Number each request, and believe as many proxies as the settings say."""
    settings: Settings = app.config["SETTINGS"]
    inner: WSGIApplication = app.wsgi_app
    if hops := settings.proxies:
        inner = ProxyFix(KnownScheme(inner), x_for=hops, x_proto=hops, x_host=hops)
    app.wsgi_app = Numbered(inner, trusted=settings.proxies > 0)  # type: ignore[method-assign]
