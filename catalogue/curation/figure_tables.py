"""Curation: what figures are made of: what they are about, and tables that every form shows alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from catalogue.curation import gaps
from catalogue.curation.report_words import tell
from catalogue.directory.snapshot import Snapshot
from catalogue.web.words import number

QUARTERS = (1, 2, 3, 4)

# None: not known.
Value = str | int | float | None
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What the figures are about: a year, and an area (a key of gaps.areas(); EVERYWHERE: no limit)."""

    snapshot: Snapshot
    year: int
    area: str = gaps.EVERYWHERE

    @property
    def gemeenten(self) -> frozenset[str] | None:
        """NIS codes of the area; None: no limit, and organisations without a site count as well."""
        if self.area == gaps.EVERYWHERE:
            return None
        return frozenset(gaps.gemeenten_of(self.snapshot.words, self.area))

    @property
    def area_name(self) -> str:
        """The area in words."""
        return gaps.areas(self.snapshot.words)[self.area] if self.gemeenten is not None else ""

    @property
    def last_day(self) -> date:
        """The day up to which the year is told."""
        return min(date(self.year, 12, 31), self.snapshot.today)


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table of figures; the first column names the row. `empty` stands in the place of no rows."""

    key: str
    title: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    empty: str = ""
    # How many columns at the start hold words.
    words: int = 1

    def value(self, row: str, column: str) -> Value:
        """One figure by the words of its row and column; raises ValueError where there is none."""
        place = self.header.index(column)
        return next((cells[place] for cells in self.rows if cells[0] == row), None)


def shown(value: Value) -> str:
    """A figure as people read it."""
    if value is None:
        return tell("niet-bekend")
    return value if isinstance(value, str) else number(value)


def quarter_header(scope: Scope) -> tuple[str, ...]:
    """The heads of a table by quarter, with the year and the year before beside them."""
    quarters = (tell(f"kwartaal-{quarter}") for quarter in QUARTERS)
    return (tell("kolom-wat"), *quarters, str(scope.year), str(scope.year - 1))


def bounds(year: int) -> tuple[datetime, datetime]:
    """The first moment of a year and of the next."""
    return datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
