"""Serving: how one worker of gunicorn deals with visitors, slow ones too, and what it tells of them."""

from __future__ import annotations

import logging
import secrets
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import util
from gunicorn.glogging import Logger
from gunicorn.http import errors
from gunicorn.workers.gthread import TConn, ThreadWorker

from catalogue import logs
from catalogue.web import refusals

# Seconds in which a visitor must have sent the headers of what they ask.
ASKED_WITHIN = 10
# Seconds in which the rest of a request is over.
ANSWERED_WITHIN = 60
# Seconds that a worker leaves a new visitor to the others, for each visitor whom it has already; and at most.
GIVE_WAY = 0.00025
GIVE_WAY_AT_MOST = 0.002
# Seconds that a visitor gets to read the end of an answer after which we close.
LINGER = 1.0
# Bytes that we still take from them meanwhile: with more under way the answer would be lost on its way back.
DRAIN = 2_000_000


class Connection(TConn):  # type: ignore[misc]
    """A connection that closes at once: its thread waited for the visitor, the loop that accepts must not."""

    def close(self, graceful: bool = False) -> None:
        """Let go of the socket."""
        util.close(self.sock)


class Worker(ThreadWorker):  # type: ignore[misc]
    """Threads that answer, none of which waits for a visitor who says nothing."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._busy: dict[TConn, float] = {}
        """Connections in a thread, each with the moment at which its time is over."""

    def accept(self, listener: Any) -> None:
        """Take a new visitor in, unless another worker with fewer visitors is quicker.

        All workers wait at one door. Without this the first one awake takes them all, and keeps them.
        """
        time.sleep(min(self.nr_conns * GIVE_WAY, GIVE_WAY_AT_MOST))
        try:
            taken, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        self.enqueue_req(Connection(self.cfg, taken, address, listener.getsockname()))

    def set_accept_enabled(self, enabled: bool) -> None:
        """Take visitors in or not; when stopping, refuse them at once, so that a balancer goes elsewhere."""
        super().set_accept_enabled(enabled)
        if not (enabled or self.alive):
            for listener in self.sockets:
                listener.close()

    def enqueue_req(self, conn: TConn) -> None:
        """Give a thread to a connection on which something was said; others wait without one."""
        if conn.initialized or conn.data_ready:
            super().enqueue_req(conn)
            return
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle(self, conn: TConn) -> Any:
        """Answer one request."""
        self._busy[conn] = time.monotonic() + ASKED_WITHIN
        try:
            goes_on = super().handle(conn)
            if not goes_on:
                util.close_graceful(conn.sock, timeout=LINGER, max_drain=DRAIN)
            return goes_on
        finally:
            self._busy.pop(conn, None)
            logs.request_number.set("")

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """Answer a request of which the headers were read."""
        self._busy[conn] = time.monotonic() + ANSWERED_WITHIN
        return super().handle_request(req, conn)

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """Whether the connection can be used again: not where the rest of what was sent cannot be read."""
        try:
            return bool(super()._keepalive_after(conn, keepalive))
        except errors.ParseException:
            # The answer went out: a second one would be taken for that of a next question.
            return False

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Say, in the words of the site, that a request cannot be read, or that all of ours broke off."""
        number = logs.request_number.get() or secrets.token_hex(8)
        logs.request_number.set(number)
        code = refused(exc)
        if code < 500:
            self.log.warning("a request that is no HTTP was refused")
        else:
            self.log.exception("a request broke off")
        with suppress(OSError):
            util.write_nonblock(client, refusals.answer(code, number))

    def murder_pending(self) -> None:
        """Close connections that keep a thread too long, beside those that never said anything."""
        super().murder_pending()
        now = time.monotonic()
        for conn, end in list(self._busy.items()):
            if end < now:
                # The thread finds the end of what it reads, or cannot write any more.
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)

    def notify(self) -> None:
        """Tell that this worker lives, unless every thread of it hangs: then it is replaced."""
        long_ago = time.monotonic() - ANSWERED_WITHIN
        if sum(end < long_ago for end in list(self._busy.values())) < self.cfg.threads:
            super().notify()


def refused(error: BaseException) -> int:
    """The status for what cannot be read as a request; 500 where the fault is not of who asked."""
    is_ours = errors.InvalidResponseHeader, errors.InvalidResponseHeaderName, errors.ConfigurationProblem
    if isinstance(error, is_ours) or not isinstance(error, errors.ParseException):
        return 500
    codes = {
        errors.LimitRequestLine: 414,
        errors.ExpectationFailed: 417,
        errors.LimitRequestHeaders: 431,
    }
    return next((code for kind, code in codes.items() if isinstance(error, kind)), 400)


class ServerLog(Logger):  # type: ignore[misc]
    """What gunicorn tells, without what it would tell of a visitor: address, question and headers."""

    def setup(self, cfg: Any) -> None:
        """Leave writing to the handler of the process."""
        self.cfg = cfg
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True
        self.error_log.setLevel(logging.WARNING)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """A fault outside the site itself, without the address that was asked."""
        if msg.startswith("Error handling request"):
            msg, args = "a request broke off", ()
        super().exception(msg, *args, **kwargs)

    def access(self, resp: Any, req: Any, environ: Mapping[str, Any], request_time: timedelta) -> None:
        """Tell of one request, after its answer went out."""
        logs.answered(
            environ,
            str(req.method),
            int(str(resp.status).partition(" ")[0]),
            request_time.total_seconds(),
            resp.sent or 0,
        )
