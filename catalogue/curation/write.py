"""The one door through which the catalogue changes: together, with a new generation, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from catalogue.extensions import db
from catalogue.models import CatalogueState, Organisation


class Manner(StrEnum):
    """By which way a change came."""

    START = "begin"
    COMMAND = "opdracht"
    ROOM = "beheer"
    IMPORT = "import"
    PROPOSAL = "voorstel"
    CONFIRMATION = "bevestiging"


class Action(StrEnum):
    """What a change did to what it touched."""

    FIRST = "eerder"
    NEW = "nieuw"
    EDITED = "gewijzigd"
    CONFIRMED = "bevestigd"
    ARCHIVED = "gearchiveerd"
    RESTORED = "hersteld"
    REMOVED = "verwijderd"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change and by which way; `account_id` is None for a command or an organisation itself."""

    manner: Manner = Manner.COMMAND
    account_id: int | None = None
    upload_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A change under way; `generation` is the number that it will have once it is committed."""

    generation: int
    at: datetime
    by: Actor = Actor()

    def touch(self, organisation: Organisation) -> None:
        """Mark an entry as changed, so that every reader fetches it again."""
        organisation.generation = self.generation

    def touch_vocabulary(self) -> None:
        """Mark services, gemeenten or regions as changed: they touch every entry."""
        state = db.session.get_one(CatalogueState, 1)
        state.vocabulary_generation = self.generation


@contextmanager
def change(by: Actor = Actor()) -> Iterator[Change]:
    """One change of the catalogue, by this actor. On leaving it is committed; an exception undoes all of it.

    The generation is raised first: that takes the write lock, so that generations become visible in
    the order of their numbers, on SQLite and on PostgreSQL.
    """
    session = db.session
    at = datetime.now(UTC)
    try:
        if not _raised(at) and not _begun(at):
            # Another process made the first change while this one waited for it.
            _raised(at)
        generation = session.scalar(select(CatalogueState.generation).where(CatalogueState.id == 1)) or 1
        # The row was changed by SQL: what the session holds of it is old.
        session.expire_all()
        yield Change(generation, at, by)
        session.commit()
    except BaseException:
        session.rollback()
        raise


def _raised(at: datetime) -> bool:
    """Raise the generation; False where there is none yet."""
    raised = db.session.execute(
        update(CatalogueState)
        .where(CatalogueState.id == 1)
        .values(generation=CatalogueState.generation + 1, changed_at=at)
    )
    return bool(raised.rowcount)  # type: ignore[attr-defined]


def _begun(at: datetime) -> bool:
    """Make the first generation; False where another did."""
    try:
        with db.session.begin_nested():
            db.session.add(CatalogueState(id=1, generation=1, vocabulary_generation=1, changed_at=at))
    except IntegrityError:
        return False
    return True


def generation() -> int:
    """The number of the last committed change; 0 for an empty catalogue."""
    return db.session.scalar(select(CatalogueState.generation).where(CatalogueState.id == 1)) or 0
