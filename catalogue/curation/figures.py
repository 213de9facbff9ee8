"""Curation: the figures of a year, as tables that the page, the workbook and the report show alike."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from catalogue.curation import activities
from catalogue.curation.figure_tables import FigureTable, Row, Scope
from catalogue.curation.figures_entries import (
    Standings,
    by_gemeente,
    by_trede,
    by_werkvorm,
    changes,
    freshness,
)
from catalogue.curation.figures_proposals import proposals
from catalogue.curation.figures_use import clause_use, empty_questions
from catalogue.curation.report_words import tell
from catalogue.extensions import db
from catalogue.models import ClauseUse, EmptyQuestion, Proposal, Revision
from catalogue.web.words import long_date

# Years before the catalogue was there.
FIRST_YEAR = 2020


def tables(scope: Scope) -> tuple[FigureTable, ...]:
    """Every table of a year."""
    standings = Standings.of(scope)
    return (
        changes(scope),
        freshness(standings),
        by_werkvorm(standings),
        by_trede(standings),
        by_gemeente(scope, standings),
        empty_questions(scope),
        *clause_use(scope),
        proposals(scope),
        actions(scope),
    )


def actions(scope: Scope) -> FigureTable:
    """The actions of the year, in the form councils know."""
    region = "" if scope.gemeenten is None else scope.area
    rows: list[Row] = [
        (
            one.data.objective,
            one.data.action,
            long_date(one.data.day) if one.data.day else "",
            one.data.indicator,
            one.data.result,
            "" if one.data.participants is None else one.data.participants,
        )
        for one in activities.of_year(scope.year, region)
    ]
    header = tuple(
        tell(key) for key in ("doelstelling", "actie", "dag", "indicator", "realisatie", "deelnemers")
    )
    return FigureTable("acties", tell("acties"), header, tuple(rows), empty=tell("acties-leeg"), words=5)


def years(today: date) -> list[int]:
    """The years to choose from, the last first: those of which something is known."""
    days = [db.session.scalar(select(func.min(day))) for day in (EmptyQuestion.day, ClauseUse.day)]
    moments = [db.session.scalar(select(func.min(at))) for at in (Revision.at, Proposal.created_at)]
    known = {one.year for one in (*days, *moments) if one} | set(activities.years())
    first = min((year for year in known if FIRST_YEAR <= year <= today.year), default=today.year)
    return list(range(today.year, first - 1, -1))
