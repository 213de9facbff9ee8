"""What the log needs of a request: its route, and that a fault is told without the address that was asked."""

from __future__ import annotations

from typing import Any

from flask import Flask, request

from catalogue.logs import NO_ROUTE, ROUTE


def init_app(app: Flask) -> None:
    """Remember the route of each request, and keep its address out of the log when it fails."""

    @app.before_request
    def remember_route() -> None:
        request.environ[ROUTE] = request.url_rule.rule if request.url_rule else NO_ROUTE

    def log_exception(exc_info: Any) -> None:
        app.logger.error("unexpected fault in %s", request.environ.get(ROUTE, NO_ROUTE), exc_info=exc_info)

    app.log_exception = log_exception  # type: ignore[method-assign]
