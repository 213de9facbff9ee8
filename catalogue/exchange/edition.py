"""Exchange: which state of the catalogue a file holds, and what one may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import select

from catalogue.config import Settings
from catalogue.extensions import db
from catalogue.models import CatalogueState


@dataclass(frozen=True, slots=True)
class Edition:
    """A state of the catalogue: its number and when it came about (UTC), its publisher and its licence."""

    number: int
    changed_at: datetime
    publisher: str
    licence: str

    def tag(self, *more: object) -> str:
        """Another text for every other state, also of another catalogue, and for other `more`."""
        said = repr((self.number, self.changed_at.isoformat(), self.publisher, self.licence, *more))
        return sha256(said.encode()).hexdigest()[:20]


def edition(settings: Settings) -> Edition:
    """The state of now; a catalogue that nobody filled yet came about just now."""
    row = db.session.execute(
        select(CatalogueState.generation, CatalogueState.changed_at).where(CatalogueState.id == 1)
    ).one_or_none()
    number, changed_at = row or (0, None)
    publisher = settings.contact.name or settings.site_name
    return Edition(number, changed_at or datetime.now(UTC), publisher, settings.data_licence)
