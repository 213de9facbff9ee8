"""Which answers a page of another site may read: those that are for programs and hold nothing of anybody."""

from __future__ import annotations

import re

from flask import Flask, Response, request

# By path, so that also the errors under it can be read. Nothing that holds a form or a stamp may be in it.
OPEN = re.compile(
    r"/api/.*|/export\.\w+|/data(/.*)?|/wijzigingen\.atom|/kaart/punten\.geojson|/organisaties/[^/]+\.jsonld"
)
METHODS = "GET, HEAD, OPTIONS"
# What a program may send, and what it may read beside the usual.
SENT = "Accept, If-None-Match, If-Modified-Since, X-Request-ID"
READ = "Content-Disposition, ETag, Last-Modified, Link, Retry-After, X-Request-ID"
DAY = "86400"


def init_app(app: Flask) -> None:
    """Let every site read what is open."""
    app.after_request(_let_read)


def is_open(path: str) -> bool:
    """Whether a page of another site may read what stands at a path."""
    return OPEN.fullmatch(path) is not None


def open_to_all(response: Response) -> Response:
    """Let a page of any site read this answer; no cookie goes with it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = READ
    return response


def _let_read(response: Response) -> Response:
    if not is_open(request.path):
        return response
    if request.method == "OPTIONS" and response.status_code == 200:
        response.status_code = 204
        response.headers.pop("Content-Type", None)
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = SENT
        response.headers["Access-Control-Max-Age"] = DAY
    return open_to_all(response)
