"""Pages of /beheer/cijfers/gaten: where nobody does what, as a table, a map and a workbook."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.curation import gaps
from catalogue.curation.door_views import blueprint, needs
from catalogue.curation.figure_views import NO_AREA, Choice, area_choices, own_area, sent_workbook
from catalogue.curation.gaps import Cell, Matrix
from catalogue.curation.permits import Rule
from catalogue.directory.live import directory
from catalogue.directory.snapshot import Snapshot
from catalogue.exchange.sheets import Sheet, Value
from catalogue.maps.features import CountPin
from catalogue.web.errors import problem
from catalogue.web.headers import settings_of_site
from catalogue.web.words import long_date

# More than a browser shows at ease.
MAX_CELLS = 12_000
NO_COLUMN = "We kennen geen dienst, categorie of trede ‘{waarde}’."
NO_KIND = "Kies diensten, categorieën of treden."


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks; `faults` says what could not be read."""

    snapshot: Snapshot
    area: str
    kind: str
    order: str
    is_apart: bool
    faults: tuple[tuple[str, str], ...]

    @property
    def area_name(self) -> str:
        """The area in words."""
        return gaps.areas(self.snapshot.words)[self.area]

    @property
    def gemeenten(self) -> tuple[str, ...]:
        """NIS codes of the area."""
        return gaps.gemeenten_of(self.snapshot.words, self.area)

    def matrix(self, kind: str = "") -> Matrix:
        """The counts."""
        return gaps.matrix(self.snapshot, self.gemeenten, kind or self.kind, self.order)


@dataclass(frozen=True, slots=True)
class Group:
    """Columns to choose from under a heading."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """A gemeente in the table beside the map."""

    name: str
    slug: str
    cell: Cell


@blueprint.get("/cijfers/gaten", endpoint="gaps")
@needs(Rule.ACCOUNT)
def page() -> ResponseReturnValue:
    """The matrix of an area."""
    asked = _asked()
    found = asked.matrix()
    return render_template(
        "beheer/gaten.html",
        asked=asked,
        matrix=found if found.size <= MAX_CELLS else None,
        size=found.size,
        areas=area_choices(asked.snapshot),
        kinds=[Choice(key, label) for key, label in gaps.KINDS.items()],
        orders=[Choice(key, label) for key, label in gaps.ORDERS.items()],
    )


@blueprint.get("/cijfers/gaten/kaart", endpoint="gap_map")
@needs(Rule.ACCOUNT)
def on_the_map() -> ResponseReturnValue:
    """One service, category or trede on the map, with the same counts in a table."""
    asked = _asked()
    groups = _groups(asked.snapshot)
    kind, key, fault = _column(groups)
    counts = gaps.counts_of(asked.snapshot, asked.gemeenten, kind, key)
    rows = asked.snapshot.words.gemeenten
    pins = tuple(
        CountPin(rows[nis].naam, rows[nis].lat, rows[nis].lon, cell.total, cell.assumed)
        for nis, cell in counts.items()
    )
    chosen = f"{kind}:{key}"
    return render_template(
        "beheer/gaten_kaart.html",
        asked=asked,
        faults=(*asked.faults, *((fault,) if fault else ())),
        pins=pins,
        groups=groups,
        chosen=chosen,
        chosen_label=next(one.label for group in groups for one in group.choices if one.key == chosen),
        counted=[Counted(rows[nis].naam, rows[nis].slug, cell) for nis, cell in counts.items()],
        gaps=sum(cell.is_gap for cell in counts.values()),
        areas=area_choices(asked.snapshot),
        search_url=_search_url(kind, key),
    )


@blueprint.get("/cijfers/gaten.xlsx", endpoint="gap_file")
@needs(Rule.ACCOUNT)
def workbook() -> ResponseReturnValue:
    """The matrices of services, categories and treden, each on a sheet; a bad value answers 400."""
    asked = _asked()
    if asked.faults:
        field, message = asked.faults[0]
        return problem(400, message, field)
    day = long_date(asked.snapshot.today)
    note = (
        f"{asked.area_name}, stand op {day}: gepubliceerde organisaties die er werken, geteld zoals de"
        " zoekpagina telt."
    )
    sheets = []
    for kind in (gaps.SERVICES, gaps.CATEGORIES, gaps.TREDEN):
        found = asked.matrix(kind)
        sheets.append(_sheet(gaps.KINDS[kind], found, note))
        if asked.is_apart:
            sheets.append(_sheet(f"{gaps.KINDS[kind]}, aangenomen", found, note, is_assumed=True))
    return sent_workbook(sheets, f"gaten-{asked.area}-{asked.snapshot.today.isoformat()}.xlsx")


def _sheet(title: str, found: Matrix, note: str, *, is_assumed: bool = False) -> Sheet:
    rows: list[list[Value]] = [
        [line.name, *(cell.assumed if is_assumed else cell.total for cell in line.cells)]
        for line in found.lines
    ]
    return Sheet(title, ["Gemeente", *(column.label for column in found.columns)], rows, note)


def _asked() -> Asked:
    """Read the address; what cannot be read is named, and replaced by what is usual."""
    snapshot = directory().load()
    faults = []
    area = request.args.get("regio", "").strip()
    if area and area not in gaps.areas(snapshot.words):
        faults.append(("regio", NO_AREA.format(waarde=area[:60])))
        area = ""
    kind = request.args.get("kolommen", "").strip() or gaps.CATEGORIES
    if kind not in gaps.KINDS:
        faults.append(("kolommen", NO_KIND))
        kind = gaps.CATEGORIES
    order = request.args.get("volgorde", "").strip()
    return Asked(
        snapshot,
        area or own_area(snapshot, settings_of_site().region),
        kind,
        order if order in gaps.ORDERS else gaps.BY_NAME,
        request.args.get("apart") == "1",
        tuple(faults),
    )


def _groups(snapshot: Snapshot) -> list[Group]:
    """Everything that can be counted, under headings; a value is "diensten:strijk"."""
    return [
        Group(
            label,
            tuple(Choice(f"{kind}:{column.key}", column.label) for column in gaps.columns(snapshot, kind)),
        )
        for kind, label in gaps.KINDS.items()
    ]


def _column(groups: list[Group]) -> tuple[str, str, tuple[str, str] | None]:
    """The kind and key of the column that the address asks, else of the first."""
    asked = request.args.get("wat", "").strip()
    known = [one.key for group in groups for one in group.choices]
    kind, _, key = (asked if asked in known else known[0]).partition(":")
    fault = ("wat", NO_COLUMN.format(waarde=asked[:60])) if asked and asked not in known else None
    return kind, key, fault


def _search_url(kind: str, key: str) -> str:
    """The public search for the same; a category has none of its own."""
    if kind == gaps.CATEGORIES:
        return ""
    if kind == gaps.SERVICES:
        return url_for("directory.search", dienst=key)
    return url_for("directory.search", trede=key)
