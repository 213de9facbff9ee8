"""Error answers that help: pages for people, JSON for programs, never a trace."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, ServiceUnavailable

from catalogue.extensions import db, is_machine_fault
from catalogue.web.proxy import request_id

# What a person reads: title and explanation. Every other code gets the words of its hundred.
WORDS: dict[int, tuple[str, str]] = {
    400: ("Deze vraag klopt niet", "Er zit iets in het adres of het formulier dat we niet kunnen lezen."),
    403: ("Dit mag u niet", "Uw account mag dit niet bekijken of wijzigen. Vraag het aan een beheerder."),
    404: ("Deze pagina bestaat niet", "Misschien is het adres verkeerd getypt, of is de pagina verplaatst."),
    405: ("Dat kan hier niet", "Deze pagina kan op die manier niet worden opgevraagd."),
    410: ("Deze pagina is er niet meer", "Wat hier stond, is teruggetrokken."),
    413: ("Dat is te veel in één keer", "Het bestand of het formulier is te groot."),
    414: ("Dit adres is te lang", "Kies minder filters, of zoek met minder woorden."),
    429: ("Even wachten", "Er kwamen te veel vragen na elkaar. Probeer het over enkele minuten opnieuw."),
    431: ("Uw browser stuurt te veel mee", "Wis de cookies van deze site en probeer het opnieuw."),
    500: ("Er liep iets mis bij ons", "Het ligt niet aan u. Probeer het straks opnieuw."),
    503: (
        "Even niet beschikbaar",
        "De catalogus kan nu niet antwoorden. Probeer het over enkele minuten opnieuw.",
    ),
}
# The page that others may frame shows its faults as bare as itself.
PAGE, PAGES = "fout.html", {"maps.embedded": "maps/fout.html"}
RETRY_AFTER = 60
# Seconds after which the trace of a kind of machine fault is told again; meanwhile each is one line.
TRACE_AGAIN = 60.0
# Under this name the app holds who knows what a form had in it (catalogue/curation).
KEEPER = "form_keeper"
# Addresses outside the API that programs read, and how others end: these read an error as JSON too.
JSON_FILES = frozenset({"/export.json", "/export.geojson", "/kaart/punten.geojson"})
JSON_ENDINGS = (".jsonld", ".ttl", ".atom")


def wants_json() -> bool:
    """Whether this request came from a program."""
    path = request.path
    return path.startswith("/api/") or path in JSON_FILES or path.endswith(JSON_ENDINGS)


def words_of(code: int) -> tuple[str, str]:
    """Title and explanation of a status; one without words of its own has those of its hundred."""
    return WORDS.get(code) or WORDS[500 if code >= 500 else 400]


def problem(code: int, message: str = "", field: str = "") -> ResponseReturnValue:
    """An error answer in the form that the visitor reads; `field` names the faulty parameter."""
    title, explanation = words_of(code)
    headers: dict[str, str] = {"Retry-After": str(RETRY_AFTER)} if code in (429, 503) else {}
    if wants_json():
        return jsonify(fout={"veld": field or None, "melding": message or title}), code, headers
    page = render_template(
        PAGES.get(request.endpoint or "", PAGE),
        code=code,
        titel=title,
        uitleg=message or explanation,
        carried=_kept(code),
        nummer=request_id() if code >= 500 else "",
    )
    return page, code, {"Content-Type": "text/html; charset=utf-8", **headers}


def _kept(code: int) -> Any:
    """What was being sent when we failed, to be sent again; None where nothing was, or it cannot be kept."""
    keeper = current_app.extensions.get(KEEPER)
    return keeper() if keeper and code >= 500 and request.method == "POST" else None


def let_go() -> None:
    """Give up what the session was doing, and its connection: after a fault neither is to be trusted."""
    try:
        db.session().invalidate()
    except (SQLAlchemyError, sqlite3.Error):
        db.session.remove()


def init_app(app: Flask) -> None:
    """Give every fault its answer: faults of the machine are 503, never 500."""

    traced: dict[str, float] = {}

    def _is_news(error: Exception) -> bool:
        """Whether its trace was not told lately: while a disk is full every request fails in the same way."""
        kind, now = type(error).__name__, time.monotonic()
        if now - traced.get(kind, -TRACE_AGAIN) < TRACE_AGAIN:
            return False
        traced[kind] = now
        return True

    @app.teardown_appcontext
    def leave(_error: BaseException | None) -> None:
        """The answer is made: a connection that died since then is no fault of it."""
        try:
            db.session.remove()
        except (SQLAlchemyError, sqlite3.Error) as error:
            app.logger.warning("a connection ended before it was given back: %s", type(error).__name__)
            let_go()
            db.session.remove()

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Any:
        code = error.code or 500
        if error.response is not None or code in (301, 302, 303, 304, 307, 308):
            return error
        if isinstance(error, InternalServerError) and error.original_exception is not None:
            let_go()
        response = app.make_response(problem(code))
        if isinstance(error, MethodNotAllowed):
            response.allow.update(error.valid_methods or ())
        return response

    @app.errorhandler(TimeoutError)
    @app.errorhandler(sqlite3.OperationalError)
    @app.errorhandler(OSError)
    @app.errorhandler(MemoryError)
    def machine_error(error: Exception) -> Any:
        app.logger.error(
            "machine fault: %s", type(error).__name__, exc_info=error if _is_news(error) else None
        )
        let_go()
        return problem(ServiceUnavailable.code)

    @app.errorhandler(DBAPIError)
    def database_error(error: DBAPIError) -> Any:
        if is_machine_fault(error):
            return machine_error(error)
        app.logger.error("database fault", exc_info=error)
        let_go()
        return problem(InternalServerError.code)
