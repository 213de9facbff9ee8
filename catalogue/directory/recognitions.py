"""What organisations hold in recognitions and labels; a works contract asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from catalogue.extensions import db
from catalogue.models import Recognition

AT_ONCE = 500
# Ids stand in the statement as numbers: binding hundreds of them takes longer than asking.
_HELD = (
    select(Recognition.organisation_id, Recognition.kind, Recognition.klass, Recognition.valid_until)
    .where(Recognition.organisation_id.in_(bindparam("ids", expanding=True, literal_execute=True)))
    .order_by(Recognition.id)
)


@dataclass(frozen=True, slots=True)
class Held:
    """A recognition or label; without a last day it does not end."""

    kind: str
    klass: str
    valid_until: date | None

    @property
    def name(self) -> str:
        """The kind with its class."""
        return f"{self.kind}, {self.klass}" if self.klass else self.kind

    def is_valid(self, day: date) -> bool:
        return self.valid_until is None or self.valid_until >= day


def held_by(ids: Sequence[int]) -> dict[int, tuple[Held, ...]]:
    """What the organisations with these ids hold, in the order of entry; who holds nothing is left out."""
    held: dict[int, list[Held]] = {}
    for start in range(0, len(ids), AT_ONCE):
        for row in db.session.execute(_HELD, {"ids": ids[start : start + AT_ONCE]}):
            held.setdefault(row.organisation_id, []).append(Held(row.kind, row.klass, row.valid_until))
    return {id_: tuple(found) for id_, found in held.items()}
