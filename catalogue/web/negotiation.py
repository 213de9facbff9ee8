"""A page whose facts also stand somewhere as data sends there who asks for that (Accept)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import Flask, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from catalogue.web.cors import open_to_all

PAGE = "text/html"
# Page → media type → where that stands, with what its address needs beside that of the page.
OTHERS: Mapping[str, Mapping[str, tuple[str, Mapping[str, str]]]] = MappingProxyType(
    {
        "directory.entry": {"application/ld+json": ("opendata.entry", {})},
        "opendata.page": {
            "application/ld+json": ("opendata.description", {"kind": "jsonld"}),
            "text/turtle": ("opendata.description", {"kind": "ttl"}),
        },
    }
)


def init_app(app: Flask) -> None:
    """Look at every request for such a page before anything answers it."""
    app.before_request(_elsewhere)
    app.after_request(_say_so)


def _elsewhere() -> AnyResponse | None:
    others = OTHERS.get(request.endpoint or "", {})
    wanted = request.accept_mimetypes.best_match([PAGE, *others], PAGE) if others else PAGE
    if wanted not in others:
        return None
    endpoint, more = others[wanted]
    values: dict[str, Any] = {**(request.view_args or {}), **more}
    answer = redirect(url_for(endpoint, **values), 303)
    return open_to_all(answer)  # type: ignore[arg-type]


def _say_so(response: Response) -> Response:
    """A cache must not give the page to who asked for the data."""
    if request.endpoint in OTHERS:
        response.vary.add("Accept")
    return response
