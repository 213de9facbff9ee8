"""Curation: who is at work on an upload and how far: a small file, and a lock that ends with its process.

The database cannot tell it: while an import is written, nothing else can be written beside it.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A page that looks whether somebody is at work holds the lock for an instant: try again.
ATTEMPTS, BETWEEN_SECONDS = 20, 0.05
# How often progress is written down, in seconds.
EVERY = 0.3
ROOM = 300


class BusyError(RuntimeError):
    """Somebody is at work on this upload already."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done, how much of how much; a total of 0 means that nobody can say."""

    what: str = ""
    done: int = 0
    total: int = 0


def claim(folder: Path, upload_id: int) -> int:
    """Take the lock of an upload: an open file that a child process can inherit.

    Raises BusyError where another process has it. Whoever has it last open holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(_path(folder, upload_id), os.O_RDWR | os.O_CREAT, 0o600)
    for attempt in range(ATTEMPTS):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if attempt == ATTEMPTS - 1:
                os.close(handle)
                raise BusyError from None
            time.sleep(BETWEEN_SECONDS)
        else:
            break
    os.ftruncate(handle, 0)
    return handle


def release(handle: int) -> None:
    """Let go of a lock that no process was given."""
    os.close(handle)


def look(folder: Path, upload_id: int) -> Progress | None:
    """How far the work is; None where nobody is at work."""
    try:
        handle = os.open(_path(folder, upload_id), os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
        try:
            return Progress(**json.loads(os.pread(handle, ROOM, 0)))
        except (ValueError, TypeError):
            # Nothing written yet.
            return Progress()
    finally:
        os.close(handle)


def forget(folder: Path, upload_id: int) -> None:
    """Take the file of an upload away."""
    _path(folder, upload_id).unlink(missing_ok=True)


def _path(folder: Path, upload_id: int) -> Path:
    return folder / str(upload_id)


class Meter:
    """Writes progress in the locked file, seldom enough that it costs nothing."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._last = 0.0

    def say(self, what: str, done: int = 0, total: int = 0) -> None:
        """Write down how far it is."""
        text = json.dumps({"what": what[:80], "done": done, "total": total}).encode()
        os.pwrite(self._handle, text.ljust(ROOM), 0)
        self._last = time.monotonic()

    def count(self, items: Any, what: str) -> Any:
        """Give back the items of a sequence one by one, and write down how far it is."""
        self.say(what, 0, len(items))
        for done, item in enumerate(items):
            if time.monotonic() - self._last > EVERY:
                self.say(what, done, len(items))
            yield item
        self.say(what, len(items), len(items))
