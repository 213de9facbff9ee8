"""Curation: puts a backup back, after it was looked through whole: everything of it or nothing.

What the world was told meanwhile is not undone: a mail that went out since is not sent again, what was erased
from the history since stays erased, and every session and one-time link of before is over.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, literal_column, select, update
from sqlalchemy.exc import DataError, IntegrityError

from catalogue.curation.backup import (
    FORMAT,
    LEFT_OUT,
    MANIFEST,
    Manifest,
    Part,
    at_a_time,
    part_name,
    tables,
    value_of,
)
from catalogue.extensions import Base, db

ACCOUNT, MAIL, STATE = "account", "outgoing_mail", "catalogue_state"
# Of what personal data can be erased from: what makes a row the same one, and what erasing changes.
ERASABLE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "revision": (("id", "kind", "key", "generation", "at"), ("data", "note", "erased_at")),
    "proposal": (
        ("id", "created_at"),
        ("base", "data", "message", "proposer_name", "proposer_mail", "reason", "erased_at"),
    ),
}

Row = dict[str, Any]


class BackupError(ValueError):
    """A file that cannot be put back, with the reason in Dutch."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that was looked through: whole, ours, and with nothing in it that we do not know."""

    file: Path
    manifest: Manifest

    @property
    def organisations(self) -> int:
        """How many entries it holds."""
        return self.manifest.parts["organisation"].rows


def look_through(file: Path, revisions: Sequence[str]) -> Backup:
    """Read a backup to the last letter and change nothing; raises BackupError for what is not whole and ours.

    `revisions` are the states that the tables ever had (alembic), the newest first. Rows of an older state
    get the defaults of columns that they do not have.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive)
            _check(manifest, revisions)
            for table in tables():
                if table.name in manifest.parts:
                    for _ in _rows(archive, table, manifest.parts[table.name]):
                        pass
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise BackupError(f"{file.name} is geen hele reservekopie: het bestand is beschadigd.") from error
    return Backup(file, manifest)


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        return Manifest.from_json(json.loads(archive.read(MANIFEST)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BackupError("Dit bestand is geen reservekopie van de catalogus.") from error


def _check(manifest: Manifest, revisions: Sequence[str]) -> None:
    """Refuse what this program does not know, before anything of it is used."""
    if manifest.format != FORMAT or manifest.revision not in revisions:
        raise BackupError(
            "Deze reservekopie is van een andere versie van het programma, die wij niet kennen."
            " Werk eerst het programma bij."
        )
    ours = {table.name: table for table in tables()}
    foreign = set(manifest.parts) - set(ours)
    for name in set(manifest.parts) & set(ours):
        foreign |= {
            f"{name}.{column}" for column in set(manifest.parts[name].columns) - set(ours[name].c.keys())
        }
    if foreign:
        raise BackupError(f"In deze reservekopie staat wat wij niet kennen: {', '.join(sorted(foreign))}.")
    missing = set()
    if manifest.revision == revisions[0] or "organisation" not in manifest.parts:
        missing = set(ours) - set(manifest.parts)
    for name, part in manifest.parts.items():
        needed = {
            column.name
            for column in ours[name].columns
            if not column.nullable and column.default is None and column.server_default is None
        }
        missing |= {f"{name}.{column}" for column in needed - set(part.columns)}
    if missing:
        raise BackupError(f"In deze reservekopie ontbreekt: {', '.join(sorted(missing))}.")


def _rows(archive: zipfile.ZipFile, table: Table, part: Part) -> Iterator[Row]:
    """The rows of a part as the table takes them; raises BackupError at the first that is not right."""
    digest = hashlib.sha256()
    count = 0
    with archive.open(part_name(table.name)) as member:
        for line in member:
            digest.update(line)
            count += 1
            try:
                row = json.loads(line)
                if set(row) != set(part.columns):
                    raise ValueError("another row than the manifest says")
                yield {name: value_of(table.c[name], value) for name, value in row.items()}
            except (ValueError, TypeError, AttributeError) as error:
                raise BackupError(
                    f"Deze reservekopie is beschadigd: rij {count} van {table.name} is niet leesbaar."
                ) from error
    if (count, digest.hexdigest()) != (part.rows, part.sha256):
        raise BackupError(f"Deze reservekopie is beschadigd: {table.name} is niet wat er geschreven werd.")


def put_back(backup: Backup) -> int:
    """Make the catalogue what the backup says, in one transaction; gives its new generation.

    Who reads meanwhile reads the old state until the end. Raises BackupError, SQLAlchemyError or OSError, and
    then nothing has changed.
    """
    with db.engine.connect() as connection, zipfile.ZipFile(backup.file) as archive:
        try:
            _shut(connection)
            generation = _replace(connection, archive, backup.manifest)
            connection.commit()
        except (IntegrityError, DataError) as error:
            connection.rollback()
            raise BackupError("Deze reservekopie spreekt zichzelf tegen en is niet teruggezet.") from error
        except BaseException:
            connection.rollback()
            raise
    db.session.remove()
    return generation


def _shut(connection: Connection) -> None:
    """Let nobody else write until this is done."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        names = ", ".join(f'"{name}"' for name in sorted(Base.metadata.tables))
        connection.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")


def _replace(connection: Connection, archive: zipfile.ZipFile, manifest: Manifest) -> int:
    state = Base.metadata.tables[STATE]
    held = connection.scalar(select(state.c.generation)) or 0
    generation = max(held, manifest.generation) + 1
    mails = _mails(connection)
    erased = {name: _erased(connection, name) for name in ERASABLE}
    for name in LEFT_OUT - {"failed_login", "rate_mark"}:
        connection.execute(delete(Base.metadata.tables[name]))
    for table in reversed(tables()):
        connection.execute(delete(table))
    for table in tables():
        rows: Iterable[Row] = ()
        if table.name in manifest.parts:
            rows = _rows(archive, table, manifest.parts[table.name])
        if table.name == STATE:
            rows = _state(rows, generation)
        elif table.name == ACCOUNT:
            rows = (row | {"session_token": secrets.token_hex(32)} for row in rows)
        elif table.name == MAIL:
            rows = _merged(rows, mails, manifest.made_at)
        elif table.name in ERASABLE:
            rows = _still_erased(rows, table.name, erased[table.name])
        _insert(connection, table, rows)
        _count_on(connection, table)
    return generation


def _state(rows: Iterable[Row], generation: int) -> Iterator[Row]:
    """The state with a number that none ever had, so that every process reads everything anew."""
    new = {
        "id": 1,
        "generation": generation,
        "vocabulary_generation": generation,
        "restored_generation": generation,
        "changed_at": datetime.now(UTC),
    }
    yield from [row | new for row in rows] or [new]


def _mails(connection: Connection) -> dict[str, Row]:
    """What stands in the outbox now, by key."""
    table = Base.metadata.tables[MAIL]
    return {row["key"]: dict(row) for row in connection.execute(select(table)).mappings()}


def _merged(rows: Iterable[Row], now: Mapping[str, Row], made_at: datetime) -> Iterator[Row]:
    """The mails of the backup, with what became of them since; and those that went out since.

    One of which nobody here knows whether it went out counts as claimed: a person decides.
    """
    left = {key: row for key, row in now.items() if row["claimed_at"] or row["sent_at"]}
    last = 0
    for row in rows:
        last = max(last, row["id"])
        left.pop(row["key"], None)
        if row["key"] in now:
            yield {**now[row["key"]], "id": row["id"]}
        elif row["sent_at"] is None and row["claimed_at"] is None:
            yield row | {"claimed_at": made_at}
        else:
            yield row
    for number, row in enumerate(left.values(), start=1):
        yield {**row, "id": last + number}


def _erased(connection: Connection, name: str) -> dict[tuple[Any, ...], Row]:
    """The rows of which something was erased, by what makes them the same."""
    table = Base.metadata.tables[name]
    query = select(table).where(table.c.erased_at.is_not(None))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return {_same(name, row): row for row in rows}


def _same(name: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column] for column in ERASABLE[name][0])


def _still_erased(rows: Iterable[Row], name: str, erased: Mapping[tuple[Any, ...], Row]) -> Iterator[Row]:
    """Rows in which what was erased since the backup is erased again."""
    for row in rows:
        now = erased.get(_same(name, row))
        if now is not None and row.get("erased_at") is None:
            row |= {column: now[column] for column in ERASABLE[name][1] if column in row}
        yield row


def _insert(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Put rows in; what they say of each other is filled in when all are there."""
    (key, *_) = table.primary_key.columns
    own = [reference.parent.name for reference in table.foreign_keys if reference.column.table is table]
    later: dict[str, list[Row]] = {name: [] for name in own}
    rows = iter(rows)
    while some := list(islice(rows, at_a_time(table))):
        for name in own:
            later[name] += [{"row_key": row[key.name], "row_value": row[name]} for row in some if row[name]]
        some = [row | dict.fromkeys(own) for row in some]
        # A mail of here has columns that one of an older backup has not.
        for _, alike in groupby(some, key=sorted):
            connection.execute(insert(table), list(alike))
    for name, values in later.items():
        if values:
            this = update(table).where(key == bindparam("row_key"))
            connection.execute(this.values({name: bindparam("row_value")}), values)


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL counts apart from the rows: let it go on after the last."""
    column = table.autoincrement_column
    if connection.dialect.name == "postgresql" and column is not None:
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        last = func.coalesce(func.max(column), 0) + 1
        connection.execute(select(func.setval(sequence, last, literal_column("false"))))
