"""Curation: figures of the organisations: what was done in a year, and how the catalogue stood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import String, case, cast, func, select

from catalogue.curation.figure_tables import QUARTERS, FigureTable, Row, Scope, Value, bounds, quarter_header
from catalogue.curation.history import ENTRY
from catalogue.curation.report_words import tell
from catalogue.curation.standing import Standing, standing
from catalogue.curation.write import Action, Manner
from catalogue.extensions import db
from catalogue.models import Location, Revision
from catalogue.models.trede import treden
from catalogue.models.werkvorm import werkvormen
from catalogue.web.words import FRESH_MONTHS, add_months, long_date

# What is counted of the history, with the row in which it stands.
CHANGES = {
    "nieuw": (Action.NEW,),
    "gewijzigd": (Action.EDITED, Action.RESTORED),
    "bevestigd": (Action.CONFIRMED,),
    "gearchiveerd": (Action.ARCHIVED,),
}
WHOLE_YEAR = 0


def changes(scope: Scope) -> FigureTable:
    """New, changed, confirmed and archived organisations by quarter and year, the year before beside it."""
    by_quarter = _changed(scope, scope.year, is_by_quarter=True)
    this, before = _changed(scope, scope.year), _changed(scope, scope.year - 1)
    rows: list[Row] = [
        (
            tell(key),
            *(by_quarter[key, quarter] for quarter in QUARTERS),
            this[key, WHOLE_YEAR],
            before[key, WHOLE_YEAR],
        )
        for key in CHANGES
    ]
    return FigureTable(
        "wijzigingen", tell("wijzigingen"), quarter_header(scope), tuple(rows), tell("wijzigingen-noot")
    )


def _changed(scope: Scope, year: int, *, is_by_quarter: bool = False) -> Counter[tuple[str, int]]:
    """How many organisations by what was done and by quarter or WHOLE_YEAR."""
    done = case(
        {action: key for key, actions in CHANGES.items() for action in actions}, value=Revision.action
    )
    start, end = bounds(year)
    ends = [(quarter, datetime(year, 3 * quarter + 1, 1, tzinfo=UTC)) for quarter in QUARTERS[:-1]]
    quarter = case(*[(Revision.at < last, number) for number, last in ends], else_=QUARTERS[-1])
    query = select(done.label("done"), quarter.label("quarter"), Revision.key.label("key")).where(
        Revision.kind == ENTRY,
        Revision.manner != Manner.START,
        Revision.action.in_([action for actions in CHANGES.values() for action in actions]),
        Revision.at >= start,
        Revision.at < end,
    )
    if scope.gemeenten is not None:
        key = cast(Location.organisation_id, String)
        query = query.where(
            Revision.key.in_(select(key).where(Location.gemeente_nis.in_(sorted(scope.gemeenten))))
        )
    found = query.subquery()
    entries = func.count(found.c.key.distinct())
    if is_by_quarter:
        grouped = select(found.c.done, found.c.quarter, entries).group_by(found.c.done, found.c.quarter)
        return Counter({(row[0], row[1]): row[2] for row in db.session.execute(grouped)})
    whole = select(found.c.done, entries).group_by(found.c.done)
    return Counter({(row[0], WHOLE_YEAR): row[1] for row in db.session.execute(whole)})


@dataclass(frozen=True, slots=True)
class Standings:
    """The published organisations of an area at the end of the year and of the year before."""

    days: tuple[date, date]
    found: tuple[tuple[Standing, ...] | None, tuple[Standing, ...] | None]

    @classmethod
    def of(cls, scope: Scope) -> Standings:
        """Read both."""
        days = (scope.last_day, date(scope.year - 1, 12, 31))
        this, before = (_inside(standing(scope.snapshot, day), scope.gemeenten) for day in days)
        return cls(days, (this, before))

    @property
    def header(self) -> tuple[str, ...]:
        """The heads of the two columns."""
        return tuple(tell("versheid-kolom-op", datum=long_date(day)) for day in self.days)

    def counted(
        self, what: Callable[[Standing], Iterable[str | int]]
    ) -> tuple[Counter[str | int] | None, ...]:
        """Per day how many organisations have each value; None where the day is not known."""
        return tuple(
            None if found is None else Counter(value for one in found for value in set(what(one)))
            for found in self.found
        )


def _inside(
    found: tuple[Standing, ...] | None, gemeenten: frozenset[str] | None
) -> tuple[Standing, ...] | None:
    if found is None or gemeenten is None:
        return found
    return tuple(one for one in found if not one.gemeenten.isdisjoint(gemeenten))


def freshness(standings: Standings) -> FigureTable:
    """How many are published, and how many of them were confirmed in the twelve months before."""
    columns = [_freshness_on(day, found) for day, found in zip(standings.days, standings.found, strict=True)]
    rows: list[Row] = [
        (tell(key), *(column[key] for column in columns))
        for key in ("gepubliceerd", "recent", "aandeel", "nooit")
    ]
    header = (tell("kolom-wat"), *standings.header)
    return FigureTable("versheid", tell("versheid"), header, tuple(rows), tell("versheid-noot"))


def _freshness_on(day: date, found: tuple[Standing, ...] | None) -> Mapping[str, Value]:
    if found is None:
        return dict.fromkeys(("gepubliceerd", "recent", "aandeel", "nooit"), None)
    since = add_months(day, -FRESH_MONTHS)
    recent = sum(one.confirmed_on is not None and one.confirmed_on >= since for one in found)
    share = tell("procent", getal=str(round(100 * recent / len(found)))) if found else tell("geen")
    never = sum(one.confirmed_on is None for one in found)
    return {"gepubliceerd": len(found), "recent": recent, "aandeel": share, "nooit": never}


def by_werkvorm(standings: Standings) -> FigureTable:
    """A row for each werkvorm that somebody has."""
    labels = {key: form.label for key, form in werkvormen().items()}
    counts = standings.counted(lambda one: one.werkvormen)
    return _counted("werkvorm", standings, counts, labels, tell("werkvorm-noot"))


def by_trede(standings: Standings) -> FigureTable:
    """A row for each trede."""
    labels = {n: tell("trede-naam", nummer=str(n), naam=one.naam) for n, one in treden().items()}
    return _counted("trede", standings, standings.counted(lambda one: one.treden), labels)


def by_gemeente(scope: Scope, standings: Standings) -> FigureTable:
    """A row for each gemeente of the area with a site."""
    gemeenten = scope.gemeenten
    names = scope.snapshot.words.gazetteer.names
    inside = {nis: name for nis, name in names.items() if gemeenten is None or nis in gemeenten}
    return _counted("gemeente", standings, standings.counted(lambda one: one.gemeenten), inside)


def _counted(
    key: str,
    standings: Standings,
    counts: Sequence[Counter[str | int] | None],
    labels: Mapping[int, str] | Mapping[str, str],
    note: str = "",
) -> FigureTable:
    """A row for each value that somebody has on one of the days."""
    rows: list[Row] = [
        (label, *(None if column is None else column[value] for column in counts))
        for value, label in labels.items()
        if any(column and column[value] for column in counts)
    ]
    header = (tell("kolom-wat"), *standings.header)
    return FigureTable(key, tell(key), header, tuple(rows), note, empty=tell("geen"))
