"""The Flask extensions, made once and bound to the app by create_app()."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import URL, DateTime, Engine, MetaData, TypeDecorator, event, make_url
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    DisconnectionError,
    InterfaceError,
    InternalError,
    OperationalError,
)
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of every table; constraint names are fixed so that migrations can find them."""

    metadata = MetaData(naming_convention=NAMES)


class Moment(TypeDecorator[datetime]):
    """A moment with its zone, whatever the database: SQLite gives back what was UTC without saying so."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a row of it holds; the backup reads its lines by this."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """What is kept is UTC, whatever zone it was said in."""
        return value.astimezone(UTC) if value is not None and value.tzinfo is not None else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """A moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


db = SQLAlchemy(model_class=Base)
csrf = CSRFProtect()
login = LoginManager()


# What a database reports of itself, where other errors tell of our own statements.
MACHINE = (OperationalError, InterfaceError, InternalError)
# PostgreSQL counts these among faulty statements: no such table, column or schema, and no right to it.
NOT_OUR_TABLES = ("42P01", "42703", "3F000", "42501")

# PostgreSQL: seconds to reach the server, and the time a lock may take; SQLite waits five seconds by itself.
CONNECT_SECONDS = "5"
LOCK_WAIT = "-c lock_timeout=5s"


def patient_url(address: str) -> URL:
    """The database address with limits to waiting, so that a visitor gets an answer before the server ends.

    What the address says itself wins: `connect_timeout` and `options` (PostgreSQL), `timeout` (SQLite).
    """
    url = make_url(address)
    if url.get_backend_name() != "postgresql":
        return url
    return url.update_query_dict({"connect_timeout": CONNECT_SECONDS, "options": LOCK_WAIT} | dict(url.query))


@event.listens_for(Engine, "do_connect")
def _open_only_what_is_there(dialect: Any, _record: Any, arguments: Any, options: dict[str, Any]) -> None:
    """A SQLite file that is missing is a fault; only the migrations make one."""
    if dialect.name == "sqlite" and not options.get("uri") and arguments[0] != ":memory:":
        arguments[0] = f"file:{quote(arguments[0])}?mode=rw"
        options["uri"] = True


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    """SQLite: readers beside one writer, and foreign keys on."""
    if isinstance(connection, sqlite3.Connection):
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        file = cursor.execute("PRAGMA database_list").fetchone()[2]
        cursor.close()
        record.info["file"] = file
        record.info["identity"] = _identity(file)


@event.listens_for(Engine, "checkout")
def _still_the_same_file(_connection: Any, record: Any, _proxy: Any) -> None:
    """A connection to a SQLite file that was moved or replaced would go on reading the old one."""
    file = record.info.get("file")
    if file and record.info["identity"] != _identity(file):
        raise DisconnectionError("the database file is another one")


def _identity(file: str) -> tuple[int, int] | None:
    try:
        found = Path(file).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_machine_fault(error: DBAPIError) -> bool:
    """Whether the database itself fails (gone, full, locked, torn, without our tables), not our statement."""
    return (
        isinstance(error, MACHINE)
        # Exactly this class: a file that is no database, or a damaged one.
        or type(error) is DatabaseError
        or error.connection_invalidated
        or getattr(error.orig, "sqlstate", None) in NOT_OUR_TABLES
    )
