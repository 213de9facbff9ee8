"""Curation: figures of what visitors asked: questions without an answer, and clauses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, extract, func, select

from catalogue.clauses.rules import instruments
from catalogue.curation.clause_use import Form
from catalogue.curation.figure_tables import FigureTable, Row, Scope
from catalogue.curation.report_words import tell
from catalogue.directory.snapshot import Snapshot
from catalogue.extensions import db
from catalogue.models import ClauseUse, EmptyQuestion
from catalogue.web.words import MONTHS, number

# The questions without an answer that are listed; beyond these each was asked once or twice.
MOST_ASKED = 50
FORMS = {Form.ADVICE: "advies", Form.TEXT: "tekst", Form.WORD: "word"}


def empty_questions(scope: Scope) -> FigureTable:
    """The questions that most often found nobody, with their place."""
    asked = func.sum(EmptyQuestion.count)
    query = (
        select(EmptyQuestion.words, EmptyQuestion.place, asked)
        .where(
            EmptyQuestion.day.between(date(scope.year, 1, 1), date(scope.year, 12, 31)),
            *_asked_in(scope),
        )
        .group_by(EmptyQuestion.words, EmptyQuestion.place)
        .order_by(asked.desc(), EmptyQuestion.words, EmptyQuestion.place)
    )
    found = [(row[0], row[1], int(row[2])) for row in db.session.execute(query)]
    listed = found[:MOST_ASKED]
    rows: list[Row] = [(words, place_name(scope.snapshot, place), times) for words, place, times in listed]
    note = tell(
        "leeg-noot",
        aantal=number(len(listed)),
        vragen=number(len(found)),
        keren=number(sum(times for _, _, times in found)),
    )
    header = (tell("woorden"), tell("plaats"), tell("keren"))
    return FigureTable(
        "leeg", tell("leeg"), header, tuple(rows), note if rows else "", tell("leeg-leeg"), words=2
    )


def place_name(snapshot: Snapshot, place: str) -> str:
    """The name of the place of a question: of a gemeente or region, or words for none."""
    gazetteer = snapshot.words.gazetteer
    return gazetteer.names.get(place) or gazetteer.region_names.get(place) or place or tell("plaats-geen")


def _asked_in(scope: Scope) -> list[ColumnElement[bool]]:
    gemeenten = scope.gemeenten
    return [] if gemeenten is None else [EmptyQuestion.place.in_([scope.area, *sorted(gemeenten)])]


def clause_use(scope: Scope) -> tuple[FigureTable, FigureTable]:
    """Use of the clauses: by form beside the year before, and by month."""
    this, before = _used(scope.year), _used(scope.year - 1)
    labels = {key: one.label for key, one in instruments().items()} | {"": tell("instrument-geen")}
    used = {key: label for key, label in labels.items() if any(key == k for k, _, _ in (*this, *before))}
    by_form: list[Row] = [
        (
            label,
            *(_sum(this, key, form=form) for form in FORMS),
            _sum(this, key),
            _sum(before, key),
        )
        for key, label in used.items()
    ]
    by_month: list[Row] = [
        (label, *(_sum(this, key, month=month) for month in range(1, 13)), _sum(this, key))
        for key, label in used.items()
    ]
    first = (tell("instrument"), *(tell(word) for word in FORMS.values()))
    header = (*first, str(scope.year), str(scope.year - 1))
    months = (tell("instrument"), *(month[:3] for month in MONTHS), tell("totaal"))
    empty = tell("clausules-leeg")
    return (
        FigureTable("clausules", tell("clausules"), header, tuple(by_form), tell("clausules-noot"), empty),
        FigureTable("clausules-maand", tell("clausules-maand"), months, tuple(by_month), empty=empty),
    )


def _used(year: int) -> Mapping[tuple[str, str, int], int]:
    """Counts by instrument, form and month."""
    month = extract("month", ClauseUse.day)
    query = (
        select(ClauseUse.instrument, ClauseUse.form, month, func.sum(ClauseUse.count))
        .where(ClauseUse.day.between(date(year, 1, 1), date(year, 12, 31)))
        .group_by(ClauseUse.instrument, ClauseUse.form, month)
    )
    return {(row[0], row[1], int(row[2])): int(row[3]) for row in db.session.execute(query)}


def _sum(used: Mapping[tuple[str, str, int], int], instrument: str, *, form: str = "", month: int = 0) -> int:
    return sum(
        times
        for (key, shape, at), times in used.items()
        if key == instrument and shape == (form or shape) and at == (month or at)
    )
