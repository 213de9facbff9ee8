"""Files that are written wholly or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeVar

T = TypeVar("T")


def write_wholly(file: Path, write: Callable[[IO[bytes]], T], *, mode: int = 0o644) -> T:
    """Write a file beside itself first, then in its place; returns what `write` does.

    It is on the disk when this returns. Raises OSError that names this file, never the one beside it.
    """
    try:
        return _beside(file, file.absolute().parent, write, mode)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from None


def _beside(file: Path, folder: Path, write: Callable[[IO[bytes]], T], mode: int) -> T:
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{file.name[:50]}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            result = write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(file)
        _settle_folder(folder)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return result


def _settle_folder(folder: Path) -> None:
    """Let the disk keep the new name of a file too, so that a power cut cannot take it back."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
