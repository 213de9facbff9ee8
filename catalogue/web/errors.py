"""Error answers that help: pages for people, JSON for programs, never a trace."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, ServiceUnavailable

from catalogue.extensions import db

# What a person reads: title and explanation. Every other code gets the words of its hundred.
WORDS: dict[int, tuple[str, str]] = {
    400: ("Deze vraag klopt niet", "Er zit iets in het adres of het formulier dat we niet kunnen lezen."),
    404: ("Deze pagina bestaat niet", "Misschien is het adres verkeerd getypt, of is de pagina verplaatst."),
    405: ("Dat kan hier niet", "Deze pagina kan op die manier niet worden opgevraagd."),
    410: ("Deze pagina is er niet meer", "Wat hier stond, is teruggetrokken."),
    413: ("Dat is te veel in één keer", "Het bestand of het formulier is te groot."),
    429: ("Even wachten", "Er kwamen te veel vragen na elkaar. Probeer het over enkele minuten opnieuw."),
    500: ("Er liep iets mis bij ons", "Het ligt niet aan u. Probeer het straks opnieuw."),
    503: (
        "Even niet beschikbaar",
        "De catalogus kan nu niet antwoorden. Probeer het over enkele minuten opnieuw.",
    ),
}
RETRY_AFTER = 60


def wants_json() -> bool:
    """Whether this request came from a program."""
    return request.path.startswith("/api/")


def problem(code: int, message: str = "", field: str = "") -> ResponseReturnValue:
    """An error answer in the form that the visitor reads; `field` names the faulty parameter."""
    title, explanation = WORDS.get(code) or WORDS[500 if code >= 500 else 400]
    headers: dict[str, str] = {"Retry-After": str(RETRY_AFTER)} if code in (429, 503) else {}
    if wants_json():
        return jsonify(fout={"veld": field or None, "melding": message or title}), code, headers
    page = render_template("fout.html", code=code, titel=title, uitleg=message or explanation)
    return page, code, {"Content-Type": "text/html; charset=utf-8", **headers}


def init_app(app: Flask) -> None:
    """Give every fault its answer: faults of the machine are 503, never 500."""

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Any:
        code = error.code or 500
        if error.response is not None or code in (301, 302, 303, 304, 307, 308):
            return error
        if isinstance(error, InternalServerError) and error.original_exception is not None:
            db.session.rollback()
        response = app.make_response(problem(code))
        if isinstance(error, MethodNotAllowed):
            response.allow.update(error.valid_methods or ())
        return response

    @app.errorhandler(OperationalError)
    @app.errorhandler(InterfaceError)
    @app.errorhandler(sqlite3.OperationalError)
    @app.errorhandler(OSError)
    @app.errorhandler(MemoryError)
    def machine_error(error: Exception) -> Any:
        app.logger.error("machine fault: %s", type(error).__name__, exc_info=error)
        db.session.rollback()
        return problem(ServiceUnavailable.code)

    @app.errorhandler(DBAPIError)
    def database_error(error: DBAPIError) -> Any:
        app.logger.error("database fault", exc_info=error)
        db.session.rollback()
        return problem(ServiceUnavailable.code if error.connection_invalidated else InternalServerError.code)
