"""The whole catalogue as one value, to compare before with after; and a row for every table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, String, Table, insert, select

from catalogue.curation.backup import read_table, tables, write
from catalogue.extensions import db

# What no two runs of the same work have in common: moments, and what is drawn by lot.
BY_CHANCE = frozenset({"session_token", "at", "changed_at", "edited_at", "imported_at"})

Dump = Mapping[str, list[dict[str, Any]]]


def dump(*, but: frozenset[str] = frozenset()) -> Dump:
    """Every row of every table that a backup holds, without the columns that are named. In an app context."""
    with db.engine.connect() as connection:
        return {
            table.name: [
                {name: value for name, value in row.items() if name not in but}
                for row in read_table(connection, table)
            ]
            for table in tables()
        }


def backup_to(file: Path) -> Path:
    """Write a backup. In an app context."""
    with file.open("wb") as stream:
        write(stream, site="De proef")
    return file


def fill_every_table() -> None:
    """Give each table that is still empty a row with something in every column. In an app context."""
    with db.engine.begin() as connection:
        for table in tables():
            if connection.execute(select(table)).first() is None:
                values = {column.name: _value(connection, table, column) for column in table.columns}
                connection.execute(insert(table), [values])


def _value(connection: Any, table: Table, column: Column[Any]) -> Any:
    for reference in column.foreign_keys:
        return connection.scalar(select(reference.column).limit(1))
    if isinstance(column.type, JSON):
        return {"wat": ["é", 1, None, 0.1]}
    if isinstance(column.type, LargeBinary):
        return bytes(range(256))
    if isinstance(column.type, String):
        return f"{column.name} ‘é’\n"[: column.type.length]
    kinds = {datetime: datetime(2026, 3, 1, 12, 30, 5, 123456, tzinfo=UTC), date: date(2026, 3, 1), int: 7}
    return kinds[column.type.python_type]
