"""Curation: where nobody does what, counted with the filters of the search, from the same sets. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from catalogue.directory import match
from catalogue.directory.match import Condition, Query
from catalogue.directory.snapshot import Snapshot
from catalogue.directory.tables import union
from catalogue.directory.vocabulary import Words
from catalogue.models.trede import treden

SERVICES, CATEGORIES, TREDEN = "diensten", "categorieen", "treden"
KINDS: Mapping[str, str] = MappingProxyType(
    {CATEGORIES: "Categorieën", SERVICES: "Diensten", TREDEN: "Treden"}
)
BY_NAME, BY_GAPS = "naam", "gaten"
ORDERS: Mapping[str, str] = MappingProxyType({BY_NAME: "Naam", BY_GAPS: "Meeste gaten eerst"})

# The whole of Flanders as an area, beside the regions and provinces.
EVERYWHERE = "vlaanderen"


@dataclass(frozen=True, slots=True)
class Cell:
    """How many published organisations work there; `assumed`: how many of them by an assumed area only."""

    total: int
    assumed: int = 0

    @property
    def is_gap(self) -> bool:
        """Whether there is nobody."""
        return not self.total

    @property
    def is_unsure(self) -> bool:
        """Whether there is somebody, but only by assumption."""
        return bool(self.total) and self.total == self.assumed


@dataclass(frozen=True, slots=True)
class Column:
    """What is counted: a service, a category or a trede. `gaps`: in how many gemeenten there is nobody."""

    key: str
    label: str
    gaps: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A gemeente with a cell for each column. `gaps`: for how many columns there is nobody."""

    nis: str
    slug: str
    name: str
    cells: tuple[Cell, ...]

    @property
    def gaps(self) -> int:
        """For how many columns there is nobody here."""
        return sum(cell.is_gap for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Gemeenten by services, categories or treden."""

    kind: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    @property
    def gaps(self) -> int:
        """How many cells are empty."""
        return sum(line.gaps for line in self.lines)

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.lines) * len(self.columns)


def areas(words: Words) -> dict[str, str]:
    """The areas to choose from: regions, then provinces and other named parts, then everything."""
    regions = sorted(words.regions.values(), key=lambda region: region.is_named)
    return {region.slug: region.naam for region in regions} | {EVERYWHERE: "Heel Vlaanderen"}


def gemeenten_of(words: Words, area: str) -> tuple[str, ...]:
    """NIS codes of an area by name of the gemeente; raises KeyError for an area that is not there."""
    if area == EVERYWHERE:
        return tuple(words.gemeenten)
    inside = set(words.regions[area].gemeenten)
    return tuple(nis for nis in words.gemeenten if nis in inside)


def columns(snapshot: Snapshot, kind: str) -> list[Column]:
    """What can be counted of a kind; raises KeyError for a kind that is not in KINDS."""
    return [column for column, _ in _QUERIES[kind](snapshot)]


def matrix(snapshot: Snapshot, nis: Sequence[str], kind: str, order: str = BY_NAME) -> Matrix:
    """Count every column in these gemeenten; raises KeyError for a kind that is not in KINDS."""
    counted = [(column, _counts(snapshot, query)) for column, query in _QUERIES[kind](snapshot)]
    rows = snapshot.words.gemeenten
    lines = [
        Line(
            code,
            rows[code].slug,
            rows[code].naam,
            tuple(counts.get(code, Cell(0)) for _, counts in counted),
        )
        for code in nis
    ]
    gaps = [sum(line.cells[place].is_gap for line in lines) for place in range(len(counted))]
    found = Matrix(
        kind,
        tuple(replace(column, gaps=number) for (column, _), number in zip(counted, gaps, strict=True)),
        tuple(lines),
    )
    return _by_gaps(found) if order == BY_GAPS else found


def counts_of(snapshot: Snapshot, nis: Sequence[str], kind: str, key: str) -> dict[str, Cell]:
    """The cells of one column by NIS code; raises KeyError where there is no such column."""
    queries = {column.key: query for column, query in _QUERIES[kind](snapshot)}
    counts = _counts(snapshot, queries[key])
    return {code: counts.get(code, Cell(0)) for code in nis}


def _counts(snapshot: Snapshot, query: Query) -> dict[str, Cell]:
    """Per gemeente how many a search with this filter and that gemeente finds."""
    # "near" narrows the offers by place: here to those of which somebody stated the area.
    stated_areas = replace(query, near=tuple(layer.has & ~layer.assumed for layer in snapshot.layers))
    totals = match.count_offers(snapshot, query, "gemeente", "gemeente")
    stated = match.count_offers(snapshot, stated_areas, "gemeente", "gemeente")
    return {nis: Cell(total, total - stated.get(nis, 0)) for nis, total in totals.items()}


def _service(snapshot: Snapshot, slugs: Iterable[str]) -> Query:
    return Query(dienst=Condition(match.layered(snapshot, "service", slugs)))


def _by_service(snapshot: Snapshot) -> Iterator[tuple[Column, Query]]:
    """Every service, category by category."""
    services = snapshot.words.services.values()
    order = list(snapshot.words.categories)
    for one in sorted(services, key=lambda s: (order.index(s.category), s.label.casefold())):
        yield Column(one.slug, one.label), _service(snapshot, [one.slug])


def _by_category(snapshot: Snapshot) -> Iterator[tuple[Column, Query]]:
    """Every category: who does any of its services."""
    for key, label in snapshot.words.categories.items():
        slugs = [slug for slug, one in snapshot.words.services.items() if one.category == key]
        yield Column(key, label), _service(snapshot, slugs)


def _by_trede(snapshot: Snapshot) -> Iterator[tuple[Column, Query]]:
    for number, trede in treden().items():
        chosen = union([snapshot.sets["trede"].get(number, 0)])
        yield Column(str(number), f"Trede {number}: {trede.naam}"), Query(trede=chosen)


_QUERIES = {SERVICES: _by_service, CATEGORIES: _by_category, TREDEN: _by_trede}


def _by_gaps(found: Matrix) -> Matrix:
    """The same with most gaps first, in both directions; equal ones stay in their order."""
    places = sorted(range(len(found.columns)), key=lambda place: -found.columns[place].gaps)
    lines = sorted(found.lines, key=lambda line: -line.gaps)
    return Matrix(
        found.kind,
        tuple(found.columns[place] for place in places),
        tuple(replace(line, cells=tuple(line.cells[place] for place in places)) for line in lines),
    )
