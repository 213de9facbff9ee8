"""What every page shares: headers, errors, assets, the words of dates and counts, the plain pages."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from catalogue.web import (
    assets,
    bodies,
    context,
    cors,
    errors,
    headers,
    hosts,
    limits,
    logs,
    negotiation,
    proxy,
)
from catalogue.web.sessions import RoomSessions


class RowConverter(IntegerConverter):
    """The number of a row in an address; one that no database counts to is no address of ours."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


def init_app(app: Flask) -> None:
    """Bind everything that all pages share to the app."""
    from catalogue.web import health, pages, wellknown  # noqa: F401 - health has its pages among ours

    app.url_map.converters["row"] = RowConverter
    app.session_interface = RoomSessions()
    bodies.init_app(app)
    hosts.init_app(app)
    proxy.init_app(app)
    logs.init_app(app)
    headers.init_app(app)
    cors.init_app(app)
    limits.init_app(app)
    negotiation.init_app(app)
    errors.init_app(app)
    assets.init_app(app)
    context.init_app(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(wellknown.blueprint)
