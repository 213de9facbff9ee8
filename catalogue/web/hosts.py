"""The name under which we are asked: one that cannot be taken apart is none, before anything reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A name or address of IPv4, or one of IPv6 between brackets, with or without a port.
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


class KnownHost:
    """Takes away a Host such as [1:2] or a..b, on which every reader of an address would fail."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not is_host(environ.get("HTTP_HOST", "")):
            environ["HTTP_HOST"] = ""
        return self._app(environ, start_response)


@lru_cache(maxsize=64)
def is_host(text: str) -> bool:
    """Whether it can be the host of an address: by its signs, and by what the library makes of names."""
    found = _HOST.fullmatch(text)
    if not found:
        return False
    try:
        urlsplit(f"//{text}")
        found[1].encode("idna").decode("idna")
    except ValueError:
        # UnicodeError is one: an empty label, one of more than 63 signs, one that is no punycode.
        return False
    return True


def init_app(app: Flask) -> None:
    """Look at the name after a proxy gave its own word for it: wrap this before the proxy is wrapped."""
    app.wsgi_app = KnownHost(app.wsgi_app)  # type: ignore[method-assign]
