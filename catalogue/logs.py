"""What a process tells of itself on standard error: one line a request, and faults. Nothing of who asked.

A line names the route and never the address that was asked: that holds what a visitor typed, and tokens that
open something. Of an exception stand its kind and where it was; its words only where a machine wrote them.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from flask.logging import default_handler
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from catalogue.config import ROOT

access_log = logging.getLogger("catalogue.access")

# The number of the request that this thread is at, and where it stands in the environment of a request.
request_number: ContextVar[str] = ContextVar("request_number", default="")
NUMBER = "catalogue.request_id"
ROUTE = "catalogue.route"
NO_ROUTE = "-"
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
# The place of a fault, and a few calls that led there: a line stays short enough to be written whole.
FRAMES = 12


class Lines(logging.Formatter):
    """A record as one line: JSON, or text to read."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            **_said(record),
        }
        if self._as_json:
            return json.dumps(fields, ensure_ascii=True)
        return " ".join(_shown(name, value) for name, value in fields.items())


def _said(record: logging.LogRecord) -> Mapping[str, Any]:
    told = getattr(record, "request", None)
    if told is not None:
        return told  # type: ignore[no-any-return]
    fields: dict[str, Any] = {"request": number} if (number := request_number.get()) else {}
    fields |= {"logger": record.name, "message": record.getMessage()}
    if record.exc_info and record.exc_info[0] is not None:
        fields |= _fault(*record.exc_info)
    return fields


def _fault(
    kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
) -> Mapping[str, Any]:
    frames = traceback.extract_tb(trace)[-FRAMES:]
    fields: dict[str, Any] = {
        "error": _name(kind),
        "trace": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if words := _words(error):
        fields["reason"] = words
    causes = [_name(type(cause)) for cause in _causes(error)]
    return fields | ({"causes": causes} if causes else {})


def _name(kind: type[BaseException] | None) -> str:
    return kind.__name__ if kind else ""


def _short(file: str) -> str:
    return file.removeprefix(f"{ROOT}/")


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error and (error := error.__cause__ or error.__context__) and error not in found:
        found.append(error)
    return found


def _words(error: BaseException | None) -> str:
    """What the system or the database says of itself; any other message may hold what a visitor typed."""
    if isinstance(error, OSError):
        return error.strerror or ""
    if isinstance(error, OperationalError | InterfaceError | InternalError):
        return (str(error.orig).splitlines() or [""])[0]
    return ""


def _shown(name: str, value: Any) -> str:
    if name in ("time", "level", "message"):
        return " ".join(str(value).split())
    return f"{name}={json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value}"


class StandardError(logging.StreamHandler[Any]):
    """Standard error as it is at that moment; each record is one write, so that processes do not mix."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stderr

    @stream.setter
    def stream(self, _value: Any) -> None:
        """It is always the one of the process."""


def begin(mode: str) -> None:
    """Let this process tell what it has to tell in one way; `mode` is one of catalogue.config.LOGS."""
    handler = StandardError()
    handler.setFormatter(Lines(as_json=mode == "json"))
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if not isinstance(kept, StandardError)]
    root.addHandler(handler)
    logging.getLogger("catalogue").removeHandler(default_handler)
    access_log.setLevel(logging.WARNING if mode == "uit" else logging.INFO)


def answered(environ: Mapping[str, Any], method: str, status: int, seconds: float, sent: int) -> None:
    """Tell of one request that was answered."""
    if access_log.isEnabledFor(logging.INFO):
        fields = {
            "request": environ.get(NUMBER, NO_ROUTE),
            "method": method if method in METHODS else NO_ROUTE,
            "route": environ.get(ROUTE, NO_ROUTE),
            "status": status,
            "ms": round(seconds * 1000, 1),
            "bytes": sent,
        }
        access_log.info("request", extra={"request": fields})
