"""Pages of /beheer/cijfers: the figures of a year, as a page, a workbook and a report in Word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from catalogue.curation import figures, gaps, report
from catalogue.curation.door_views import account, blueprint, needs
from catalogue.curation.figure_tables import FigureTable, Scope, shown
from catalogue.curation.permits import Rule
from catalogue.directory.live import directory
from catalogue.directory.snapshot import Snapshot
from catalogue.documents import word
from catalogue.exchange.sheets import Sheet, write_sheets
from catalogue.exchange.writer import MIME_TYPES
from catalogue.web.context import attributions
from catalogue.web.errors import problem
from catalogue.web.headers import settings_of_site

NO_YEAR = "Kies een jaar van {eerste} tot {laatste}."
NO_AREA = "We kennen geen regio ‘{waarde}’."


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a list to choose from."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks: a year and an area, and the field that could not be read with why."""

    scope: Scope
    years: list[int]
    fault: tuple[str, str] | None

    @property
    def parameters(self) -> dict[str, str | int]:
        """For the address of another form of the same figures."""
        return {"jaar": self.scope.year, "regio": self.scope.area}


@blueprint.get("/cijfers", endpoint="figures")
@needs(Rule.ACCOUNT)
def page() -> ResponseReturnValue:
    """The figures of a year and area."""
    asked = _asked()
    return render_template(
        "beheer/cijfers.html",
        asked=asked,
        tables=figures.tables(asked.scope),
        shown=shown,
        years=[Choice(str(year), str(year)) for year in asked.years],
        areas=area_choices(asked.scope.snapshot),
    )


@blueprint.get("/cijfers/tabellen.xlsx", endpoint="figure_file")
@needs(Rule.ACCOUNT)
def workbook() -> ResponseReturnValue:
    """The same tables, each on a sheet; a bad value answers 400."""
    asked = _asked()
    if asked.fault:
        return problem(400, asked.fault[1], asked.fault[0])
    scope = asked.scope
    sheets = [_sheet(one) for one in figures.tables(scope)]
    return sent_workbook(sheets, f"cijfers-{scope.year}-{scope.area}.xlsx")


@blueprint.get("/cijfers/verslag", endpoint="report")
@needs(Rule.ACCOUNT)
def yearly_report() -> ResponseReturnValue:
    """The yearly report in Word; a bad value answers 400."""
    asked = _asked()
    if asked.fault:
        return problem(400, asked.fault[1], asked.fault[0])
    scope = asked.scope
    credits = tuple(str(source["tekst"]) for source in attributions())
    made = report.Made(settings_of_site().site_name, scope.snapshot.today, credits)
    content = word.render(report.document(report.report(scope, made)))
    return sent(content, word.MIME_TYPE, f"jaarverslag-{scope.year}-{scope.area}.docx")


def area_choices(snapshot: Snapshot) -> list[Choice]:
    """The areas to choose from."""
    return [Choice(key, label) for key, label in gaps.areas(snapshot.words).items()]


def own_area(snapshot: Snapshot, otherwise: str) -> str:
    """The first region of a regisseur; for others `otherwise`, where it is there."""
    known = gaps.areas(snapshot.words)
    own = [region.slug for region in account().regions]
    return next((area for area in (*own, otherwise) if area in known), gaps.EVERYWHERE)


def sent(content: bytes, kind: str, name: str) -> Response:
    """A file to keep."""
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def sent_workbook(sheets: Sequence[Sheet], name: str) -> Response:
    """Tables as a workbook to keep."""
    stream = BytesIO()
    write_sheets(sheets, stream)
    return sent(stream.getvalue(), MIME_TYPES["xlsx"], name)


def _sheet(table: FigureTable) -> Sheet:
    rows = [[shown(cell) if cell is None else cell for cell in row] for row in table.rows]
    return Sheet(
        table.title, table.header, rows, table.note or (table.empty if not rows else ""), table.words
    )


def _asked() -> Asked:
    """Read year and area; what cannot be read is named, and replaced by what is usual."""
    snapshot = directory().load()
    years = figures.years(snapshot.today)
    fault = None
    year_text = request.args.get("jaar", "").strip()
    year = years[0]
    if year_text:
        is_number = year_text.isascii() and year_text.isdigit() and len(year_text) <= 4
        if is_number and years[-1] <= int(year_text) <= years[0]:
            year = int(year_text)
        else:
            fault = ("jaar", NO_YEAR.format(eerste=years[-1], laatste=years[0]))
    area = request.args.get("regio", "").strip()
    if area and area not in gaps.areas(snapshot.words):
        fault = fault or ("regio", NO_AREA.format(waarde=area[:60]))
        area = ""
    area = area or own_area(snapshot, gaps.EVERYWHERE)
    return Asked(Scope(snapshot, year, area), years, fault)
