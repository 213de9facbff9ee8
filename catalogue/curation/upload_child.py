"""Curation: the process that works on one upload, apart from the server: a request never waits for it.

It inherits the lock of the upload and lets go of it when it ends, however it ends. What it may use of the
machine is bounded: a file that was made to exhaust it ends as a file that cannot be read.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogue import calendar
from catalogue.config import ROOT, Settings

log = logging.getLogger(__name__)

LOOK, TAKE_IN, UNDO = "nakijken", "opnemen", "ongedaan"
# Bytes of memory, and seconds, that a file may take.
MEMORY = 2_000_000_000
SECONDS = 900


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done to which upload."""

    upload_id: int
    job: str


def start(task: Task, lock: int, settings: Settings) -> int:
    """Begin a task in a process of its own that inherits the lock of claim(); gives its pid."""
    # Over standard input: the address of a database may hold a password, and everybody sees arguments.
    given = {
        "upload": task.upload_id,
        "job": task.job,
        "lock": lock,
        "data": str(settings.data),
        "database_url": settings.database_url,
        "secret_key": settings.secret_key,
        "log": settings.log,
    }
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "catalogue.curation.upload_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=(lock,),
            cwd=ROOT,
            start_new_session=True,
        )
    finally:
        os.close(lock)
    if process.stdin:
        process.stdin.write(json.dumps(given).encode())
        process.stdin.close()
    # Somebody must ask how it ended, or its number stays taken as long as this server runs.
    threading.Thread(target=process.wait, daemon=True).start()
    return process.pid


def main() -> None:
    """Do the task that stands on standard input."""
    given: dict[str, Any] = json.load(sys.stdin)
    _bound()
    from catalogue import create_app, logs
    from catalogue.extensions import db

    app = create_app(
        Settings(data=Path(given["data"]), database_url=given["database_url"], secret_key=given["secret_key"])
    )
    logs.begin(given["log"])
    with app.app_context():
        try:
            run(Task(given["upload"], given["job"]), int(given["lock"]))
        finally:
            db.session.remove()
            db.engine.dispose()


def run(task: Task, lock: int) -> None:
    """Do a task here and now, under this lock; needs an app context."""
    from catalogue.curation import upload_work
    from catalogue.curation.upload_progress import Meter

    meter = Meter(lock)
    today = calendar.today()
    try:
        if task.job == LOOK:
            upload_work.look_at(task.upload_id, meter, today=today)
        elif task.job == TAKE_IN:
            upload_work.take_in(task.upload_id, meter, today=today)
        else:
            upload_work.take_back(task.upload_id, meter)
    except Exception as error:
        log.exception("upload %s: %s", task.upload_id, task.job)
        upload_work.fail(task.upload_id, error)
        return
    if task.job != LOOK:
        _settle()


def _settle() -> None:
    """Bring the index up to date, so that the next visitor does not wait for it; who reads does so anyway."""
    from catalogue.directory.live import directory

    try:
        directory().settle()
    except Exception:
        log.exception("the index is behind")


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    signal.alarm(SECONDS)


if __name__ == "__main__":
    main()
