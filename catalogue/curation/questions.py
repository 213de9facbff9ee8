"""Curation: counts the questions that nobody could answer, behind the visitor's back and never in their way.

What is kept of a question are its words, without mail addresses and long numbers, the place and the day.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple, cast

from flask import Flask, current_app
from sqlalchemy import Connection, Engine, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from catalogue.curation.tally import Tally, can_wait, impatient
from catalogue.extensions import db
from catalogue.models import EmptyQuestion
from catalogue.models.question import MAX_WORDS
from catalogue.search.analysis import compose, normalise

log = logging.getLogger(__name__)

KEPT_YEARS = 2
"""Counts are erased after 24 months; /privacy says so."""
MAX_A_DAY = 2_000
"""Different questions that are kept of one day: more is a machine that fills our disk."""

_AT = re.compile(r"[(\[{] ?at ?[)\]}]", re.IGNORECASE)
_MAIL = re.compile(r"(?<![^\s@])[^\s@]*+(?: ?@ ?[^\s@]*+)++")
# Six digits or more with nothing but marks between them: a telephone, an account, an identity number.
_LONG_NUMBER = re.compile(r"\d(?:[\W_]*+\d){5,}+")


class Asked(NamedTuple):
    """What one count is about."""

    words: str
    place: str
    day: date


def kept_words(text: str) -> str:
    """The normalised words of a question, without mail addresses and numbers of six digits or more."""
    plain = _AT.sub("@", " ".join(compose(text).split()))
    without = _LONG_NUMBER.sub(" ", _MAIL.sub(" ", plain))
    # Once more: marks inside words are gone now.
    found = _LONG_NUMBER.sub(" ", normalise(without)).split()
    kept = ""
    for word in found:
        if len(kept) + len(word) >= MAX_WORDS:
            break
        kept = f"{kept} {word}".lstrip()
    return kept


def count(text: str, places: Iterable[str], day: date) -> None:
    """Count a question that nobody could answer, once in each place. Returns at once and never raises.

    `places` are NIS codes or slugs of regions; none is a question about no place in particular.
    """
    if words := kept_words(text):
        asked = [Asked(words, place, day) for place in dict.fromkeys(places)] or [Asked(words, "", day)]
        _tally().add(asked, db.engine)


def settle() -> bool:
    """Wait until what was counted is written; False where it waits in memory for the database."""
    return _tally().settle()


def finish() -> bool:
    """Write what still waits, before this process ends; False where the database does not take it."""
    return _tally().finish(db.engine)


def erase(today: date) -> None:
    """Erase the counts of 24 months ago and older; where the database is busy, the next count does it."""
    try:
        _write(db.engine, {}, today)
    except SQLAlchemyError as error:
        if not can_wait(error):
            raise
        log.info("old questions are not erased yet: %s", type(error).__name__)


def init_app(app: Flask) -> None:
    """Give the app its counts under way."""
    app.extensions["questions"] = Tally[Asked]("questions", _write_new)


def _tally() -> Tally[Asked]:
    return cast("Tally[Asked]", current_app.extensions["questions"])


def _write_new(engine: Engine, counts: Mapping[Asked, int]) -> None:
    _write(engine, counts, max(asked.day for asked in counts))


def _write(engine: Engine, counts: Mapping[Asked, int], today: date) -> None:
    """One short transaction, which erases what is too old as well."""
    with impatient(engine) as connection:
        connection.execute(delete(EmptyQuestion).where(EmptyQuestion.day <= _years_before(today)))
        # In one order, so that two processes do not wait for each other.
        for asked in sorted(counts):
            _add(connection, asked, counts[asked])
        connection.commit()


def _add(connection: Connection, asked: Asked, number: int) -> None:
    more = {"count": EmptyQuestion.count + number}
    known = connection.execute(update(EmptyQuestion).filter_by(**asked._asdict()).values(more))
    if known.rowcount or _number_of(connection, asked.day) >= MAX_A_DAY:
        return
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert
    connection.execute(
        insert(EmptyQuestion)
        .values(**asked._asdict(), count=number)
        # Another process may have been first.
        .on_conflict_do_update(index_elements=[*Asked._fields], set_=more)
    )


def _number_of(connection: Connection, day: date) -> int:
    return connection.scalar(select(func.count()).where(EmptyQuestion.day == day)) or 0


def _years_before(today: date) -> date:
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year - KEPT_YEARS, day=day)
