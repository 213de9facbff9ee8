"""The connection to PostgreSQL, which ends a conversation where the server says nothing (patience.py)."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Self, TypeVar

import psycopg
from psycopg.errors import ConnectionTimeout
from psycopg.waiting import Ready
from sqlalchemy import Engine, event

from catalogue.patience import SilentError, of_answer

Result = TypeVar("Result")

SILENT = "the database server says nothing"
WORD = int(Ready.R)
# Seconds after which whoever waits looks whether that makes sense: so long may it keep the last thread.
LOOK = 0.05


class Connection(psycopg.Connection[Any]):
    """A connection that an answer to a visitor does not wait for without end."""

    @classmethod
    def connect(cls, *arguments: Any, **options: Any) -> Self:
        """Connect to a server, whichever of those in the address answers."""
        patience = of_answer()
        try:
            return super().connect(*arguments, **options)
        except SilentError:
            raise psycopg.OperationalError(SILENT) from None
        except ConnectionTimeout:
            if patience:
                patience.server.give_up()
            raise

    @classmethod
    def _connect_gen(cls, conninfo: str = "") -> Generator[Any, Any, Self]:
        talk = super()._connect_gen(conninfo)
        patience = of_answer()
        return patience.listen(talk, WORD) if patience else talk

    def wait(
        self, gen: Generator[Any, Any, Result], interval: float = LOOK, timeout: float | None = None
    ) -> Result:
        """Talk with the server; OperationalError where it stays silent, and then this connection is over."""
        patience = of_answer()
        if patience is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(patience.listen(gen, WORD), interval, timeout)
        except SilentError:
            # What it would still say is the answer to another question.
            self.close()
            raise psycopg.OperationalError(SILENT) from None


@event.listens_for(Engine, "do_connect")
def _open_one_that_listens(dialect: Any, _record: Any, arguments: Any, options: Any) -> Connection | None:
    return Connection.connect(*arguments, **options) if dialect.driver == "psycopg" else None
