"""Curation: counts how often clauses are used, by instrument, form and day. Who asked is never kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple, cast

from flask import Flask, current_app
from sqlalchemy import Connection, Engine, update
from sqlalchemy.dialects import postgresql, sqlite

from catalogue.curation.tally import Tally, impatient
from catalogue.extensions import db
from catalogue.models import ClauseUse


class Form(StrEnum):
    """What was served: the advice, the text of an instrument on the screen or alone, or a Word file."""

    ADVICE = "advies"
    TEXT = "tekst"
    WORD = "word"


class Used(NamedTuple):
    """What one count is about; no instrument: advice about all of them."""

    day: date
    instrument: str
    form: str


def count(form: Form, instrument: str | None, day: date) -> None:
    """Count one use of an instrument (its key; None: of all). Returns at once and never raises."""
    _tally().add([Used(day, instrument or "", form)], db.engine)


def settle() -> bool:
    """Wait until what was counted is written; False where it waits in memory for the database."""
    return _tally().settle()


def finish() -> bool:
    """Write what still waits, before this process ends; False where the database does not take it."""
    return _tally().finish(db.engine)


def init_app(app: Flask) -> None:
    """Give the app its counts under way."""
    app.extensions["clause_use"] = Tally[Used]("uses of clauses", _write)


def _tally() -> Tally[Used]:
    return cast("Tally[Used]", current_app.extensions["clause_use"])


def _write(engine: Engine, counts: Mapping[Used, int]) -> None:
    with impatient(engine) as connection:
        # In one order, so that two processes do not wait for each other.
        for used in sorted(counts):
            _add(connection, used, counts[used])
        connection.commit()


def _add(connection: Connection, used: Used, number: int) -> None:
    more = {"count": ClauseUse.count + number}
    known = connection.execute(update(ClauseUse).filter_by(**used._asdict()).values(more))
    if known.rowcount:
        return
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert
    row = insert(ClauseUse).values(**used._asdict(), count=number)
    connection.execute(row.on_conflict_do_update(index_elements=[*Used._fields], set_=more))
