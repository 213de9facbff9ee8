"""Limits on what one request may bring, and on how much one visitor address may read in a minute."""

from __future__ import annotations

from collections import Counter

from flask import Flask, abort, make_response, request
from flask.typing import ResponseReturnValue

from catalogue.config import Settings
from catalogue.curation.brakes import network_of
from catalogue.web.errors import problem
from catalogue.web.shared_counts import SharedCounts

# Every gemeente and every service in one search is some 400 parameters.
MAX_PARAMETERS = 500
MAX_NAME = 100
# Characters of one value; a search says itself that a question is shorter.
MAX_VALUE = 4_000
MAX_PATH = 1_000
# Bytes of a form that no log-in guards: fifty reasons of five hundred characters, however they are written.
MAX_PUBLIC_BODY = 300_000
# Fields of one form: the largest of ours has some hundreds.
MAX_FIELDS = 5_000

MINUTE = 60
ROOM = "/beheer"
# A balancer asks these by the address of the node, and as often as it likes.
HEALTH = "/gezondheid"
# One page asks for a dozen of these, and a browser keeps them.
FILES = "asset"


def init_app(app: Flask) -> None:
    """Refuse what is too large before anything reads it, and slow down who reads too much."""
    settings: Settings = app.config["SETTINGS"]
    app.before_request(check_address)
    app.before_request(check_body)
    if settings.read_limit:
        # Made before the workers are: they share it.
        counts = SharedCounts(settings.read_limit, MINUTE)
        app.before_request(lambda: _slow_down(counts))


def is_health() -> bool:
    """Whether somebody asks whether the site is well."""
    return request.path == HEALTH or request.path.startswith(f"{HEALTH}/")


def check_address() -> ResponseReturnValue | None:
    """Answer 404 to a path, and 400 to parameters, that no page of ours can mean."""
    if len(request.path) > MAX_PATH:
        abort(404)
    if request.query_string.count(b"&") >= MAX_PARAMETERS:
        counted = Counter(name[:MAX_NAME] for name, _ in request.args.items(multi=True))
        most = next((name for name, _ in counted.most_common(1)), "")
        return problem(400, f"Er staan te veel parameters in het adres: hoogstens {MAX_PARAMETERS}.", most)
    for name, value in request.args.items(multi=True):
        if len(name) > MAX_NAME:
            return problem(400, f"De naam van een parameter is te lang: hoogstens {MAX_NAME} tekens.")
        if len(value) > MAX_VALUE:
            return problem(400, f"De waarde van ‘{name}’ is te lang: hoogstens {MAX_VALUE} tekens.", name)
    return None


def check_body() -> None:
    """Answer 413 to a form that no page of ours has sent."""
    if request.method != "POST" or request.url_rule is None:
        return
    if not request.path.startswith(f"{ROOM}/"):
        request.max_content_length = MAX_PUBLIC_BODY
    # The parts of the other kind are counted while they are read (MAX_FORM_PARTS).
    if request.mimetype == "application/x-www-form-urlencoded":
        fields = sum(1 for _ in request.form.items(multi=True))
        if fields > MAX_FIELDS:
            abort(413)


def _slow_down(counts: SharedCounts) -> ResponseReturnValue | None:
    if request.endpoint == FILES or is_health():
        return None
    wait = counts.count(network_of(request.remote_addr or ""))
    if not wait:
        return None
    answer = make_response(problem(429))
    answer.headers["Retry-After"] = str(wait)
    answer.headers["Cache-Control"] = "no-store"
    return answer
