"""The one door through which the catalogue changes: together, with a new generation, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, update

from catalogue.extensions import db
from catalogue.models import CatalogueState, Organisation


@dataclass(frozen=True, slots=True)
class Change:
    """A change under way; `generation` is the number that it will have once it is committed."""

    generation: int
    at: datetime

    def touch(self, organisation: Organisation) -> None:
        """Mark an entry as changed, so that every reader fetches it again."""
        organisation.generation = self.generation

    def touch_vocabulary(self) -> None:
        """Mark services, gemeenten or regions as changed: they touch every entry."""
        state = db.session.get_one(CatalogueState, 1)
        state.vocabulary_generation = self.generation


@contextmanager
def change() -> Iterator[Change]:
    """One change of the catalogue. On leaving it is committed; on an exception nothing of it remains.

    The generation is raised first: that takes the write lock, so that generations become visible in
    the order of their numbers, on SQLite and on PostgreSQL.
    """
    session = db.session
    at = datetime.now(UTC)
    try:
        raised = session.execute(
            update(CatalogueState)
            .where(CatalogueState.id == 1)
            .values(generation=CatalogueState.generation + 1, changed_at=at)
        )
        if not raised.rowcount:  # type: ignore[attr-defined]
            session.add(CatalogueState(id=1, generation=1, vocabulary_generation=1, changed_at=at))
            session.flush()
        generation = session.scalar(select(CatalogueState.generation).where(CatalogueState.id == 1)) or 1
        # The row was changed by SQL: what the session holds of it is old.
        session.expire_all()
        yield Change(generation, at)
        session.commit()
    except BaseException:
        session.rollback()
        raise


def generation() -> int:
    """The number of the last committed change; 0 for an empty catalogue."""
    return db.session.scalar(select(CatalogueState.generation).where(CatalogueState.id == 1)) or 0
