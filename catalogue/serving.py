"""Serving: the site on gunicorn, started from our own process."""

from __future__ import annotations

import errno
import logging
import socket
import threading
from contextvars import Context
from importlib.util import find_spec
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from catalogue import metrics
from catalogue.config import Settings
from catalogue.curation import clause_use, questions
from catalogue.directory import warm
from catalogue.directory.live import Directory, directory
from catalogue.extensions import db
from catalogue.maps.shell import prepare
from catalogue.worker import ServerLog, Worker

log = logging.getLogger(__name__)

# Seconds that a request under way gets to end when the server stops.
GRACE = 10
# Seconds after its start in which a worker reads what only some pages need.
AFTERWARDS = 1.0
# A worker that is silent for so long is started anew.
TIMEOUT = 60
# Seconds that a connection stays open for a next request; it takes no thread meanwhile.
KEEP_ALIVE = 5


class ServingError(ValueError):
    """An address on which nothing can be served, with the reason in Dutch."""


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app = app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self._options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        return self._app


def serve(app: Flask, *, host: str, port: int, workers: int) -> None:
    """Serve until told to stop; ends by SystemExit. Raises ServingError where it cannot listen there.

    Where whoever started us hands over a socket that is open already, that one is served.
    """
    settings: Settings = app.config["SETTINGS"]
    if not settings.is_handed_socket:
        _check(host, port)

    def ready(server: Any) -> None:
        places = map(str, server.LISTENERS) if settings.is_handed_socket else [address(host, port)]
        click.echo(f"De catalogus staat op {' en '.join(places)}")

    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    size = {"bind": bind, "workers": workers, "threads": settings.threads}
    server = _Server(app, {**_OPTIONS, **_hooks(app), **_figures(app, workers), **size})
    server.cfg.set("when_ready", ready)
    # Read once, before the workers are made: they share it, and no visitor waits for it.
    with app.app_context():
        is_news = warm.prepare(directory())
        db.session.remove()
        # A connection must not be shared between processes.
        db.engine.dispose()
        warm.freeze()
        if is_news:
            warm.keep_aside(directory())
    # Outside the command's app context: requests inside it would share `g`, and with it who is logged in.
    Context().run(server.run)


_OPTIONS: dict[str, Any] = {
    "worker_class": Worker,
    "logger_class": ServerLog,
    # A search in all 285 gemeenten is a line of 4,300 characters; this is the most gunicorn takes.
    "limit_request_line": 8190,
    "control_socket_disable": True,
    "preload_app": True,
    "keepalive": KEEP_ALIVE,
    "graceful_timeout": GRACE,
    "timeout": TIMEOUT,
    # What proxies say is read in one place (catalogue/web/proxy.py), never here.
    "forwarded_allow_ips": "",
    "secure_scheme_headers": {},
    "forwarder_headers": "",
}


def _hooks(app: Flask) -> dict[str, Any]:
    """What happens at the beginning and the end of a worker."""

    def catch_up(_worker: object) -> None:
        # A worker that is started later begins with what there was when the server started.
        with app.app_context():
            try:
                directory().current()
            except Exception:
                log.exception("the catalogue cannot be read yet")
        # Neither the first page nor the first map waits for the library of maps.
        later = threading.Timer(AFTERWARDS, prepare)
        later.daemon = True
        later.start()

    def settle(_server: object, _worker: object) -> None:
        # What threads are at would be lost or done anew: counts in memory, an index that is half written.
        with app.app_context():
            questions.finish()
            clause_use.finish()
            directory().index.wait_until_built(GRACE)

    return {"post_worker_init": catch_up, "worker_exit": settle}


def _figures(app: Flask, workers: int) -> dict[str, Any]:
    """Count requests, where that is asked for; while workers are replaced there are twice as many."""
    settings: Settings = app.config["SETTINGS"]
    if not settings.metrics:
        return {}
    if find_spec("prometheus_client") is None:
        log.warning("CATALOGUE_METRICS needs the extra 'metrics' (prometheus-client): there are no figures")
        return {}

    def held() -> tuple[int, int] | None:
        live: Directory = app.extensions["directory"]
        return (live.held.generation, live.held.everyone.bit_count()) if live.held else None

    board = metrics.Board([rule.rule for rule in app.url_map.iter_rules()], 2 * workers + 2)
    app.extensions[metrics.BOARD] = board
    return metrics.hooks(board, held)


def _check(host: str, port: int) -> None:
    """Try the address first: gunicorn itself would try five times and say so each time."""
    try:
        family, *_rest, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
    except OSError as error:
        reason = "die poort is al in gebruik" if error.errno == errno.EADDRINUSE else error.strerror
        raise ServingError(f"Op {address(host, port)} kan de site niet starten: {reason}.") from None


def address(host: str, port: int) -> str:
    """The address to open in a browser."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
