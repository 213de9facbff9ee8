"""Gaps: every cell of the matrix is what the search itself finds there."""

from __future__ import annotations

import random
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from openpyxl import load_workbook

from catalogue.curation import gaps
from catalogue.directory.criteria import Criteria
from catalogue.directory.entries import Entry
from catalogue.directory.find import find
from catalogue.directory.live import Directory
from catalogue.directory.snapshot import Snapshot
from catalogue.models import Role, Status
from tests.bench import generate
from tests.builders import IEPER, POPERINGE, VEURNE, entry, offer, organisations, site
from tests.curation.room import entered

CELLS = 120


def directory(app: Flask) -> Directory:
    found: Directory = app.extensions["directory"]
    return found


def asked(snapshot: Snapshot, kind: str, key: str, nis: str) -> Criteria:
    """The search that a cell stands for."""
    if kind == gaps.TREDEN:
        return Criteria(gemeente=(nis,), trede=(int(key),))
    services = snapshot.words.services.values()
    slugs = [one.slug for one in services if one.category == key] if kind == gaps.CATEGORIES else [key]
    return Criteria(gemeente=(nis,), dienst=tuple(slugs))


def is_only_assumed(entry: Entry, snapshot: Snapshot, criteria: Criteria) -> bool:
    """Whether none of the offers that fit has a stated area, looked up one by one."""
    wanted = {below for slug in criteria.dienst for below in snapshot.words.narrower[slug]}
    fitting = [
        group
        for group in entry.groups
        if criteria.gemeente[0] in group.gemeenten and (not wanted or wanted & group.services)
    ]
    return bool(fitting) and all(group.is_assumed for group in fitting)


@pytest.mark.parametrize("kind", gaps.KINDS)
def test_random_cells_hold_what_the_search_finds(app: Flask, kind: str) -> None:
    with app.app_context():
        generate.fill(150)
        live = directory(app)
        live.settle()
        snapshot = live.current()
        matrix = gaps.matrix(snapshot, gaps.gemeenten_of(snapshot.words, gaps.EVERYWHERE), kind)
        chance = random.Random(kind)
        totals = set()
        for _ in range(CELLS):
            line = chance.choice(matrix.lines)
            place = chance.randrange(len(matrix.columns))
            criteria = asked(snapshot, kind, matrix.columns[place].key, line.nis)
            found = find(live, criteria, everything=True, facets=False)
            assumed = sum(is_only_assumed(hit.entry, snapshot, criteria) for hit in found.hits)

            assert line.cells[place] == gaps.Cell(found.total, assumed), criteria
            totals.add(found.total)

    assert len(totals) > 1, "cells that are all alike prove nothing"


@pytest.fixture
def small(app: Flask) -> Flask:
    """Strijk in Ieper by a stated area, in Veurne by an assumed one; nobody does it in Poperinge."""
    with app.app_context():
        organisations(
            entry("Bekend", offers=(offer("strijk", f"nis:{IEPER}"),)),
            entry("Aangenomen", sites=(site(VEURNE),), offers=(offer("strijk"),)),
            entry("Concept", offers=(offer("strijk", f"nis:{POPERINGE}"),), status=Status.CONCEPT),
            entry("Zonder aanbod", sites=(site(POPERINGE),), offers=()),
        )
    return app


def test_a_cell_says_nobody_somebody_or_only_by_assumption(small: Flask) -> None:
    with small.app_context():
        snapshot = directory(small).load()
        counts = gaps.counts_of(snapshot, [IEPER, VEURNE, POPERINGE], gaps.SERVICES, "strijk")

    assert counts[IEPER] == gaps.Cell(1, 0)
    assert counts[VEURNE].is_unsure
    assert counts[POPERINGE].is_gap


def test_most_gaps_first_in_both_directions_changes_no_count(small: Flask) -> None:
    with small.app_context():
        snapshot = directory(small).load()
        nis = gaps.gemeenten_of(snapshot.words, "westhoek")
        plain = gaps.matrix(snapshot, nis, gaps.CATEGORIES)
        ordered = gaps.matrix(snapshot, nis, gaps.CATEGORIES, gaps.BY_GAPS)

    assert [line.gaps for line in ordered.lines] == sorted((line.gaps for line in plain.lines), reverse=True)
    by_column = [column.gaps for column in ordered.columns]
    assert by_column == sorted(by_column, reverse=True)

    def cells(matrix: gaps.Matrix) -> dict[tuple[str, str], gaps.Cell]:
        return {
            (line.nis, column.key): cell
            for line in matrix.lines
            for column, cell in zip(matrix.columns, line.cells, strict=True)
        }

    assert cells(plain) == cells(ordered)
    assert plain.gaps == ordered.gaps == sum(cell.is_gap for cell in cells(plain).values())


def test_the_areas_are_regions_provinces_and_all_of_flanders(app: Flask) -> None:
    with app.app_context():
        words = directory(app).load().words
        areas = gaps.areas(words)

        assert next(iter(areas)) in {region.slug for region in words.regions.values() if not region.is_named}
        assert {"westhoek", "west-vlaanderen", gaps.EVERYWHERE} <= areas.keys()
        assert len(gaps.gemeenten_of(words, "westhoek")) == 18
        assert len(gaps.gemeenten_of(words, gaps.EVERYWHERE)) == len(words.gemeenten)
        with pytest.raises(KeyError):
            gaps.gemeenten_of(words, "nergens")


@pytest.mark.parametrize("kind", gaps.KINDS)
def test_the_page_shows_the_matrix_with_its_gaps_marked(small: Flask, kind: str) -> None:
    client = entered(small)
    page = client.get(f"/beheer/cijfers/gaten?regio=westhoek&kolommen={kind}&volgorde=gaten&apart=1")
    assert page.status_code == 200
    with small.app_context():
        snapshot = directory(small).load()
        nis = gaps.gemeenten_of(snapshot.words, "westhoek")
        matrix = gaps.matrix(snapshot, nis, kind, gaps.BY_GAPS)

    table = BeautifulSoup(page.text, "html.parser").select_one(".gaps table")
    assert table is not None
    marked = table.select("td.gap")
    assert len(marked) == matrix.gaps > 0
    assert {cell.get_text(strip=True) for cell in marked} == {"0"}
    assert len(table.select("tbody tr")) == 18
    assert len(table.select("td.unsure")) == sum(
        cell.is_unsure for line in matrix.lines for cell in line.cells
    )


def test_a_regisseur_begins_with_the_own_region(small: Flask) -> None:
    client = entered(small, Role.REGISSEUR, ("zuid-west-vlaanderen",))

    for path in ("/beheer/cijfers/gaten", "/beheer/cijfers/gaten/kaart", "/beheer/cijfers"):
        chosen = BeautifulSoup(client.get(path).text, "html.parser").select_one("#regio option[selected]")
        assert chosen is not None
        assert chosen["value"] == "zuid-west-vlaanderen", path


def test_the_map_page_says_the_same_numbers_in_its_table(small: Flask) -> None:
    page = entered(small).get("/beheer/cijfers/gaten/kaart?regio=westhoek&wat=diensten:strijk").text
    rows = {
        row.select_one("th").get_text(strip=True): [cell.get_text(strip=True) for cell in row.select("td")]
        for row in BeautifulSoup(page, "html.parser").select("table.figures tbody tr")
    }

    assert rows["Ieper"] == ["1", "0"]
    assert rows["Veurne"] == ["1", "1"]
    assert rows["Poperinge"] == ["0", "0"]
    assert '"t": "Poperinge"' in page, "the script gets the same numbers"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/beheer/cijfers/gaten?regio=nergens", "We kennen geen regio ‘nergens’."),
        ("/beheer/cijfers/gaten?kolommen=iets", "Kies diensten, categorieën of treden."),
        ("/beheer/cijfers/gaten/kaart?wat=diensten:niets", "We kennen geen dienst"),
        ("/beheer/cijfers?jaar=1999", "Kies een jaar"),
        ("/beheer/cijfers?jaar=2026'&regio=%00", "Kies een jaar"),
        ("/beheer/cijfers?jaar=0000020265", "Kies een jaar"),
    ],
)
def test_a_value_that_cannot_be_read_is_named_on_the_page(small: Flask, path: str, message: str) -> None:
    page = entered(small).get(path)

    assert page.status_code == 200
    notices = BeautifulSoup(page.text, "html.parser").select(".notice")
    assert message in " ".join(one.get_text(" ", strip=True) for one in notices)


@pytest.mark.parametrize(
    "path",
    [
        "/beheer/cijfers/gaten.xlsx?regio=nergens",
        "/beheer/cijfers/tabellen.xlsx?jaar=x",
        "/beheer/cijfers/verslag?regio=nergens",
        "/beheer/cijfers/verslag?jaar=99999999999999999999",
    ],
)
def test_a_file_with_a_bad_value_is_refused(small: Flask, path: str) -> None:
    assert entered(small).get(path).status_code == 400


def test_a_matrix_too_large_for_a_screen_points_to_the_workbook(
    small: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalogue.curation.gap_views.MAX_CELLS", 100)
    page = entered(small).get("/beheer/cijfers/gaten?regio=westhoek&kolommen=diensten")

    assert "te veel voor een scherm" in page.text
    assert not BeautifulSoup(page.text, "html.parser").select(".gaps table")


def test_the_workbook_holds_services_categories_and_treden(small: Flask) -> None:
    answer = entered(small).get("/beheer/cijfers/gaten.xlsx?regio=westhoek&apart=1")
    assert answer.status_code == 200
    book = load_workbook(BytesIO(answer.data))
    with small.app_context():
        snapshot = directory(small).load()
        nis = gaps.gemeenten_of(snapshot.words, "westhoek")
        wanted = gaps.matrix(snapshot, nis, gaps.SERVICES)

    assert book.sheetnames[::2] == ["Diensten", "Categorieën", "Treden"]
    rows = list(book["Diensten"].iter_rows(values_only=True))
    assert rows[0][1:] == tuple(column.label for column in wanted.columns)
    for row, line in zip(rows[1:], wanted.lines, strict=False):
        assert row == (line.name, *(cell.total for cell in line.cells))
    strijk = [column.key for column in wanted.columns].index("strijk") + 1
    assumed = {
        row[0]: row[strijk] for row in book["Diensten, aangenomen"].iter_rows(min_row=2, values_only=True)
    }
    assert (assumed["Veurne"], assumed["Ieper"]) == (1, 0)
