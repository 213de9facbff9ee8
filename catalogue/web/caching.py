"""What a worker and a browser keep of our answers, so that a page that many ask for is made once.

A worker keeps whole answers of public pages. Each depends on nothing but its address, the catalogue of one
moment and the day: every request looks first whether the catalogue is still of that moment, and all that was
kept of another is dropped.
"""

from __future__ import annotations

import gzip
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from hashlib import sha256
from types import MappingProxyType
from typing import Any, ParamSpec

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from catalogue import calendar
from catalogue.config import Settings
from catalogue.directory.live import State, directory, last_change
from catalogue.extensions import db
from catalogue.web.errors import let_go
from catalogue.web.headers import nonce

P = ParamSpec("P")

# Public pages that answer a GET by their address alone. None holds a form with a token or a stamp.
PAGES = frozenset(
    {
        "api.gemeenten",
        "api.openapi",
        "api.organisation",
        "api.organisations",
        "api.services",
        "api.suggest",
        "clauses.advice_api",
        "clauses.page",
        "directory.entry",
        "directory.gemeente",
        "directory.gemeenten",
        "directory.home",
        "directory.search",
        "directory.service",
        "directory.services",
        "directory.trede",
        "directory.treden",
        "embedding.page",
        "explanation.page",
        "maps.embedded",
        "maps.page",
        "opendata.api",
        "opendata.description",
        "opendata.entry",
        "opendata.feed",
        "opendata.page",
        "pages.about",
        "pages.accessibility",
        "pages.privacy",
        "pages.robots",
        "pages.sitemap",
        "partners.page",
        "shortlist.comparison",
        "shortlist.page",
    }
)
MINUTES, DAY, YEAR = 300, 86_400, 31_536_000
# How long others may keep an answer without asking us. What is not here: a page is asked for anew each time,
# and not sent again where it is the same; /beheer and pages behind a secret are kept nowhere (headers.py).
KEEP: Mapping[str, str] = MappingProxyType(
    {
        "api.gemeenten": f"public, max-age={MINUTES}",
        "api.openapi": f"public, max-age={MINUTES}",
        "api.services": f"public, max-age={MINUTES}",
        "maps.borders": f"public, max-age={DAY}",
        "pages.sitemap": f"public, max-age={DAY}",
    }
)
# By the hash in its address (assets.py).
FOREVER = f"public, max-age={YEAR}, immutable"

ROOM = 16_000_000
"""Bytes of answers that one worker keeps."""
MOST = 400_000
"""Bytes of the largest answer that is kept."""
BESIDE = 1_000
"""Bytes that are counted for what an answer takes beside its body."""

Moment = tuple[State, date]
# Site, path, query string as it was sent, and whether the visitor takes gzip.
Key = tuple[str, str, bytes, bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `nonce` is the number that stands in its body: then that is not compressed."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    nonce: str
    each_time: tuple[Callable[[], object], ...]


@dataclass(slots=True)
class Answers:
    """The answers of one moment that were asked last, bounded in bytes. Safe for threads."""

    room: int
    size: int = 0
    _moment: Moment | None = None
    _held: OrderedDict[Key, Answer] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, moment: Moment, key: Key) -> Answer | None:
        """The answer of this moment, if it is held; those of another are dropped."""
        with self._lock:
            if moment != self._moment:
                self._held.clear()
                self._moment, self.size = moment, 0
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, moment: Moment, key: Key, answer: Answer) -> None:
        """Hold an answer, in the place of those that were not asked for the longest time."""
        if len(answer.body) > MOST:
            return
        with self._lock:
            if moment != self._moment:
                return
            self.size += _size(answer) - _size(self._held.pop(key, None))
            self._held[key] = answer
            while self.size > self.room:
                self.size -= _size(self._held.popitem(last=False)[1])


def _size(answer: Answer | None) -> int:
    return len(answer.body) + BESIDE if answer else 0


def each_time(do: Callable[P, object], *arguments: P.args, **options: P.kwargs) -> None:
    """Do what goes with an answer, such as counting it: now, and whenever the same is given from memory."""
    do(*arguments, **options)
    g.setdefault("each_time", []).append(partial(do, *arguments, **options))


def nonce_in_page() -> str:
    """The number that lets a script in the page run: another one each time."""
    g.nonce_in_page = True
    return nonce()


def init_app(app: Flask) -> None:
    """Answer from memory after all that may refuse a request, and keep what all others made of an answer."""
    app.extensions["answers"] = Answers(ROOM)
    app.before_request(_from_memory)
    # The first in this list is the last that sees an answer.
    app.after_request_funcs.setdefault(None, []).insert(0, _finish)


def _from_memory() -> Response | None:
    if request.method != "GET" or request.endpoint not in PAGES:
        return None
    moment = _moment()
    if moment is None:
        return None
    key = _key()
    answers: Answers = current_app.extensions["answers"]
    held = answers.get(moment, key)
    if held is None:
        g.to_keep = (moment, key)
        return None
    for do in held.each_time:
        do()
    body = held.body.replace(held.nonce.encode(), nonce_in_page().encode()) if held.nonce else held.body
    return current_app.response_class(body, headers=list(held.headers))


def _moment() -> Moment | None:
    """What the catalogue is now, and all that answers is of it.

    None where the database does not say or was never filled, and while the text index is behind.
    """
    live = directory()
    try:
        with db.engine.connect() as connection:
            state = last_change(connection)
        if not state.generation:
            return None
        # What is held is brought up to date by any request, also where the answer itself needs none of it.
        live.current(state)
    except (SQLAlchemyError, sqlite3.Error, OSError):
        let_go()
        return None
    today = calendar.today()
    return (state, today) if live.index.generation == state.generation else None


def _key() -> Key:
    settings: Settings = current_app.config["SETTINGS"]
    # Without a public address of our own, pages hold the one that was asked.
    site = settings.url or request.host_url
    return site, request.path, request.query_string, request.accept_encodings["gzip"] > 0


def _finish(response: Response) -> Response:
    """Tag a page, keep it, and do not send it to who has it."""
    endpoint = request.endpoint or ""
    if response.status_code in (200, 304) and endpoint in KEEP:
        response.headers["Cache-Control"] = KEEP[endpoint]
    is_page = endpoint in PAGES and request.method in ("GET", "HEAD")
    if not is_page or response.status_code != 200 or response.is_streamed or response.direct_passthrough:
        return response
    if not response.get_etag()[0]:
        _set_tag(response)
    to_keep: tuple[Moment, Key] | None = g.pop("to_keep", None)
    if to_keep is not None:
        current_app.extensions["answers"].put(*to_keep, _answer(response))
    tag, _ = response.get_etag()
    if tag and request.if_none_match.contains_weak(tag):
        response.status_code = 304
        response.set_data(b"")
        if "nonce_in_page" in g:
            # The page that the browser has holds the nonce of then: the policy of then goes with it.
            del response.headers["Content-Security-Policy"]
    return response


def _set_tag(response: Response) -> None:
    """Give a page its tag: the same however it is packed, and then a weak one (RFC 9110, 8.8.3).

    A page with a nonce has that of all the rest, and a cache of many does not keep it.
    """
    body, has_nonce = _unpacked(response), "nonce_in_page" in g
    if has_nonce:
        body = body.replace(nonce().encode(), b"")
        response.headers["Cache-Control"] = "private, no-cache"
    is_packed = "Content-Encoding" in response.headers
    response.set_etag(sha256(body).hexdigest()[:20], weak=has_nonce or is_packed)


def _unpacked(response: Response) -> bytes:
    body = response.get_data()
    return gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body


def _answer(response: Response) -> Answer:
    has_nonce = "nonce_in_page" in g
    # Those that hold the nonce, and those that are made anew of the body.
    left_out = {"Content-Security-Policy", "Content-Length"}
    body = response.get_data()
    if has_nonce:
        body, left_out = _unpacked(response), left_out | {"Content-Encoding"}
    headers = tuple((name, value) for name, value in response.headers if name not in left_out)
    repeated: list[Callable[[], Any]] = g.get("each_time", [])
    return Answer(body, headers, nonce() if has_nonce else "", tuple(repeated))
