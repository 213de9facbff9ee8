"""Curation: the yearly report of the regierol, from the same tables as the page of figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from catalogue.curation import figures, gaps
from catalogue.curation.figure_tables import FigureTable, Scope, shown
from catalogue.curation.report_words import tell
from catalogue.documents.blocks import Block, Document, Heading, Style, Table, listing, paragraph, table
from catalogue.documents.blocks import figures as figures_table
from catalogue.web.words import count, long_date

# The services that are named as missing; the workbook has them all.
MISSING = 20
# Parts of the width of the page.
WIDE, NARROW = 5, 2
ACTION_WIDTHS = (5, 6, 4, 5, 3)


@dataclass(frozen=True, slots=True)
class Made:
    """When and for which site the report is made; `credits` are the sources that must be named."""

    site: str
    on: date
    credits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """A service that is lacking: in how many gemeenten nobody, only by assumption, and one does it."""

    label: str
    nobody: int
    assumed: int
    one: int


@dataclass(frozen=True, slots=True)
class Report:
    """All that the report of a year and area tells."""

    scope: Scope
    made: Made
    tables: Mapping[str, FigureTable]
    missing: tuple[Missing, ...]
    gemeenten: int
    area: str = field(default="")


def report(scope: Scope, made: Made) -> Report:
    """Gather the figures of a report."""
    nis = gaps.gemeenten_of(scope.snapshot.words, scope.area)
    return Report(
        scope,
        made,
        {one.key: one for one in figures.tables(scope)},
        tuple(_missing(gaps.matrix(scope.snapshot, nis, gaps.SERVICES))),
        len(nis),
        scope.area_name or tell("gebied-alles"),
    )


def _missing(found: gaps.Matrix) -> Iterator[Missing]:
    """The services that are lacking in most gemeenten first; those that are everywhere are left out."""
    order = sorted(range(len(found.columns)), key=lambda place: -found.columns[place].gaps)
    for place in order[:MISSING]:
        cells = [line.cells[place] for line in found.lines]
        if found.columns[place].gaps:
            yield Missing(
                found.columns[place].label,
                sum(cell.is_gap for cell in cells),
                sum(cell.is_unsure for cell in cells),
                sum(cell.total == 1 for cell in cells),
            )


def document(told: Report) -> Document:
    """The report as a Word file: a title page, then a chapter for each subject."""
    year = str(told.scope.year)
    return Document(
        tell("verslag", jaar=year),
        tell("verslag-ondertitel", gebied=told.area),
        told.made.site,
        told.made.on,
        tuple(_blocks(told)),
    )


def _blocks(told: Report) -> Iterator[Block]:
    year = str(told.scope.year)
    chapters = (
        ("hoofdstuk-acties", _actions(told)),
        ("hoofdstuk-catalogus", _catalogue(told)),
        ("hoofdstuk-gaten", _gaps(told)),
        ("hoofdstuk-vraag", _tables(told, "leeg")),
        ("hoofdstuk-clausules", _tables(told, "clausules")),
        ("hoofdstuk-voorstellen", _tables(told, "voorstellen")),
        ("hoofdstuk-bronnen", _sources(told)),
    )
    yield paragraph(tell("verslag-wat", jaar=year), style=Style.LEAD)
    yield paragraph(tell("verslag-gemaakt", datum=long_date(told.made.on), site=told.made.site))
    if told.scope.last_day < date(told.scope.year, 12, 31):
        text = tell("verslag-lopend", jaar=year, datum=long_date(told.scope.last_day))
        yield paragraph(text, style=Style.CHECK)
    yield Heading(tell("verslag-inhoud"), 3)
    yield listing([tell(key) for key, _ in chapters])
    for place, (key, blocks) in enumerate(chapters):
        yield Heading(tell(key), 1, is_on_new_page=not place)
        yield from blocks


def _actions(told: Report) -> Iterator[Block]:
    found = told.tables["acties"]
    if not found.rows:
        yield paragraph(tell("hoofdstuk-acties-geen"))
        return
    number = sum(cell for *_, cell in found.rows if isinstance(cell, int))
    together = count(len(found.rows), "actie", "acties")
    yield paragraph(
        tell("hoofdstuk-acties-som", acties=together, deelnemers=count(number, "deelnemer", "deelnemers"))
    )
    # The day stands under the action: a column of its own leaves the others too narrow to read.
    rows = [
        [goal, "\n".join(filter(None, (action, day))), *rest]
        for goal, action, day, *rest in ([shown(cell) for cell in row] for row in found.rows)
    ]
    yield table(found.title, (*found.header[:2], *found.header[3:]), rows, ACTION_WIDTHS)


def _catalogue(told: Report) -> Iterator[Block]:
    yield from _tables(told, "wijzigingen", "versheid", "werkvorm", "trede", "gemeente")


def _gaps(told: Report) -> Iterator[Block]:
    yield paragraph(tell("gaten-wat", datum=long_date(told.scope.snapshot.today)))
    if not told.missing:
        yield paragraph(tell("gaten-geen"))
        return
    header = [tell(key) for key in ("gaten-dienst", "gaten-nul", "gaten-aangenomen", "gaten-een")]
    rows = [[one.label, str(one.nobody), str(one.assumed), str(one.one)] for one in told.missing]
    caption = tell("gaten-tabel", aantal=str(told.gemeenten))
    yield figures_table(caption, header, rows, (WIDE, NARROW, NARROW, NARROW))


def _tables(told: Report, *keys: str) -> Iterator[Block]:
    for key in keys:
        yield from _table(told.tables[key])


def _table(found: FigureTable) -> Iterator[Block]:
    if found.rows:
        yield _figures(found)
    else:
        yield paragraph(found.empty)
    if found.note:
        yield paragraph(found.note, style=Style.HINT)


def _figures(found: FigureTable) -> Table:
    rows: Sequence[Sequence[str]] = [[shown(cell) for cell in row] for row in found.rows]
    widths = [WIDE if place < found.words else NARROW for place in range(len(found.header))]
    return figures_table(found.title, found.header, rows, widths, found.words)


def _sources(told: Report) -> Iterator[Block]:
    site, day = told.made.site, long_date(told.scope.snapshot.today)
    own = [
        tell("bron-catalogus", site=site, datum=day),
        *(tell(f"bron-{key}") for key in ("geschiedenis", "regio", "aangenomen", "tellingen")),
    ]
    yield listing([*own, *(f"{credit}." for credit in told.made.credits)])
