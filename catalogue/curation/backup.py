"""Curation: the whole catalogue as one file, read at one moment while the site goes on.

A backup is a zip file with a manifest and every table as lines of JSON, so that it can be put back in another
kind of database too. What can be made again (the index), what is a secret of this place (the key) and what
must not come back (one-time links, counts of attempts) is not in it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO, Any

from sqlalchemy import JSON, Column, Connection, LargeBinary, Table, select

from catalogue import schema
from catalogue.extensions import Base, db

KIND = "reservekopie van een catalogus van de sociale economie"
FORMAT = 1
MANIFEST = "manifest.json"
# One-time links of before must not open again; attempts to guess count where they were made, and a session
# that was ended stays ended.
LEFT_OUT = frozenset({"account_link", "ended_session", "failed_login", "rate_mark"})
# Rows that are held in memory at once.
AT_A_TIME = 200


@dataclass(frozen=True, slots=True)
class Part:
    """A table in a backup: how many rows, of which columns, and the SHA-256 of its lines."""

    rows: int
    columns: tuple[str, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `revision` is that of the tables (alembic)."""

    format: int
    revision: str
    made_at: datetime
    site: str
    generation: int
    parts: Mapping[str, Part]

    def as_json(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {
            "soort": KIND,
            "vorm": self.format,
            "revisie": self.revision,
            "gemaakt": self.made_at.isoformat(),
            "site": self.site,
            "generatie": self.generation,
            "delen": {
                name: {"rijen": part.rows, "kolommen": list(part.columns), "sha256": part.sha256}
                for name, part in self.parts.items()
            },
        }

    @classmethod
    def from_json(cls, data: Any) -> Manifest:
        """Read it back; raises KeyError, TypeError, ValueError or AttributeError for anything else."""
        if data["soort"] != KIND:
            raise ValueError("a manifest of something else")
        return cls(
            format=int(data["vorm"]),
            revision=str(data["revisie"]),
            made_at=datetime.fromisoformat(data["gemaakt"]),
            site=str(data["site"]),
            generation=int(data["generatie"]),
            parts={
                str(name): Part(int(part["rijen"]), tuple(part["kolommen"]), str(part["sha256"]))
                for name, part in data["delen"].items()
            },
        )


def tables() -> list[Table]:
    """The tables that a backup holds; one that another refers to stands before it."""
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


def part_name(table: str) -> str:
    """Where the lines of a table stand in the file."""
    return f"tabellen/{table}.jsonl"


def at_a_time(table: Table) -> int:
    """How many rows of a table are held in memory at once: of one with files in it a single one."""
    return 1 if any(isinstance(column.type, LargeBinary) for column in table.columns) else AT_A_TIME


def write(stream: IO[bytes], *, site: str) -> Manifest:
    """Write the whole catalogue as it is at one moment; gives what was written.

    Needs no lock and holds few rows at a time. Raises SQLAlchemyError or OSError; what was written so far is
    then no backup, and cannot be taken for one.
    """
    with _one_moment() as connection, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        # What is read first fixes the moment.
        state = Base.metadata.tables["catalogue_state"]
        generation = connection.scalar(select(state.c.generation)) or 0
        made_at = datetime.now(UTC)
        manifest = Manifest(
            format=FORMAT,
            revision=schema.revision_of(connection),
            made_at=made_at,
            site=site,
            generation=generation,
            parts={table.name: _write_table(archive, connection, table) for table in tables()},
        )
        archive.writestr(MANIFEST, json.dumps(manifest.as_json(), ensure_ascii=False, indent=1))
    return manifest


@contextmanager
def _one_moment() -> Iterator[Connection]:
    """A connection that reads all tables as they were at one moment, whatever is written meanwhile."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Python begins no transaction for who only reads.
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection
        connection.rollback()


def _write_table(archive: zipfile.ZipFile, connection: Connection, table: Table) -> Part:
    digest = hashlib.sha256()
    rows = 0
    with archive.open(part_name(table.name), "w", force_zip64=True) as member:
        for row in read_table(connection, table):
            line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            member.write(line)
            rows += 1
    return Part(rows, tuple(column.name for column in table.columns), digest.hexdigest())


def read_table(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """The rows of a table in the order of their key, each as a dict of what JSON knows."""
    query = select(table).order_by(*table.primary_key.columns)
    columns = [column.name for column in table.columns]
    for row in connection.execution_options(yield_per=at_a_time(table)).execute(query):
        yield dict(zip(columns, map(_plain, row), strict=True))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value


def value_of(column: Column[Any], plain: Any) -> Any:
    """A value of a line as its column takes it; raises ValueError or TypeError for what it cannot be."""
    if plain is None or isinstance(column.type, JSON):
        return plain
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(plain)
    if kind is date:
        return date.fromisoformat(plain)
    if kind is bytes:
        return base64.b64decode(plain, validate=True)
    if kind is float:
        return float(plain)
    if not isinstance(plain, kind):
        raise TypeError(f"{column} takes {kind.__name__}")
    return plain
