"""The state of the site for who watches it: does it live, can it serve, and in figures how it goes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from flask import abort, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from catalogue.directory.live import Directory, directory
from catalogue.extensions import db
from catalogue.web import metrics
from catalogue.web.errors import RETRY_AFTER, let_go
from catalogue.web.headers import settings_of_site
from catalogue.web.pages import blueprint

# Below so many bytes free, what somebody confirms may not fit any more.
MIN_FREE = 8 << 20


@blueprint.get("/gezondheid")
def alive() -> ResponseReturnValue:
    """Whether the process answers."""
    return jsonify(status="ok")


@blueprint.get("/gezondheid/klaar")
def ready() -> ResponseReturnValue:
    """Whether the site can serve: database, catalogue, search index and disk; 503 names what cannot.

    Without an index the documents in memory answer: that is said, and is no fault.
    """
    live = directory()
    state: dict[str, Any] = {"status": "ok"}
    part = "database"
    try:
        db.session.execute(text("select version_num from alembic_version"))
        state[part] = "ok"
        part = "catalogus"
        snapshot = live.load()
        state |= {part: "ok", "organisaties": snapshot.everyone.bit_count()}
        part = "index"
        live.current()
        state[part] = "ok" if _is_whole(live) else "wordt opgebouwd"
    except Exception as error:
        current_app.logger.error("not ready: %s", part, exc_info=error)
        let_go()
        return _not_ready(state | {part: type(error).__name__})
    state["schijf"] = disk(settings_of_site().data)
    return jsonify(state) if state["schijf"] == "ok" else _not_ready(state)


@blueprint.get("/gezondheid/cijfers")
def figures() -> ResponseReturnValue:
    """Requests and their duration for Prometheus, where that is set up and who asks stands beside us."""
    return metrics.figures() or abort(404)


def disk(folder: Path) -> str:
    """Whether what somebody writes finds room in this folder; else why not."""
    try:
        state = os.statvfs(folder)
    except OSError:
        return "niet leesbaar"
    if state.f_flag & os.ST_RDONLY or not os.access(folder, os.W_OK):
        return "niet beschrijfbaar"
    return "ok" if state.f_bavail * state.f_frsize >= MIN_FREE else "vol"


def _is_whole(live: Directory) -> bool:
    held = live.held
    return live.index.is_ready and held is not None and live.index.generation == held.generation


def _not_ready(state: dict[str, Any]) -> ResponseReturnValue:
    return jsonify(state | {"status": "fout"}), 503, {"Retry-After": str(RETRY_AFTER)}
