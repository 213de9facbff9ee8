"""Serving: the site on gunicorn, started from our own process."""

from __future__ import annotations

from contextvars import Context
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from catalogue.directory.live import directory

# Seconds that a request under way gets to end when the server stops.
GRACE = 10
# A worker that is silent for so long is started anew.
TIMEOUT = 60


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
    """Serve until told to stop; returns by SystemExit. Raises OSError where the port is taken."""

    def drop_connections(_server: object, _worker: object) -> None:
        # A connection of the parent must not be shared between processes.
        from catalogue.extensions import db

        with app.app_context():
            db.engine.dispose(close=False)

    def ready(_server: object) -> None:
        click.echo(f"De catalogus staat op {address(host, port)}")

    server = _Server(
        app,
        {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": workers,
            "worker_class": "sync",
            "preload_app": True,
            "graceful_timeout": GRACE,
            "timeout": TIMEOUT,
            "loglevel": "warning",
            "post_fork": drop_connections,
            "when_ready": ready,
        },
    )
    # Read once before the workers are made: they share it, and the first visitor does not wait for it.
    directory().load()
    # Outside the command's app context: requests inside it would share `g`, and with it who is logged in.
    Context().run(server.run)


def address(host: str, port: int) -> str:
    """The address to open in a browser."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
