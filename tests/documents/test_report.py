"""The yearly report as a Word file: its look, its words, and what another program makes of it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.table import Table
from flask import Flask

from catalogue.curation import report
from catalogue.curation.activities import ActivityData, add
from catalogue.curation.figure_tables import Scope
from catalogue.curation.gaps import EVERYWHERE
from catalogue.curation.report_words import report_words
from catalogue.curation.write import Actor
from catalogue.data.sentences import slots
from catalogue.documents.word import render
from tests.builders import IEPER, VEURNE, entry, offer, organisations, site
from tests.documents.test_libreoffice import OFFICE, PDF_TEXT, as_pdf_text

MADE = report.Made("De catalogus", date(2026, 11, 22), ("Bron: Statbel",))


@pytest.fixture
def told(app: Flask) -> report.Report:
    """The report of this year for the Westhoek."""
    with app.app_context():
        organisations(
            entry("Strijkhuis", offers=(offer("strijk", f"nis:{IEPER}"),)),
            entry("Wasserij", sites=(site(VEURNE),), offers=(offer("wasserij"),)),
        )
        snapshot = app.extensions["directory"].load()
        goal = "Besturen kennen het aanbod. " * 6
        for number in range(12):
            action = f"Beursvloer {number}"
            add(Actor(), ActivityData(snapshot.today.year, action, objective=goal, participants=number))
        return report.report(Scope(snapshot, snapshot.today.year, "westhoek"), MADE)


def is_right(table: Table, column: int) -> bool:
    cells = [row.cells[column] for row in table.rows]
    return all(cell.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT for cell in cells)


def test_numbers_stand_to_the_right_and_words_to_the_left(told: report.Report) -> None:
    tables = docx.Document(BytesIO(render(report.document(told)))).tables
    actions, quarters, *_ = tables

    assert not any(is_right(actions, column) for column in range(len(actions.columns)))
    assert not is_right(quarters, 0)
    assert all(is_right(quarters, column) for column in range(1, len(quarters.columns)))


def test_the_title_page_names_year_area_site_and_day_and_chapters_follow_in_their_order(
    told: report.Report,
) -> None:
    paragraphs = docx.Document(BytesIO(render(report.document(told)))).paragraphs
    heads = [one.text for one in paragraphs if one.style and one.style.name == "Heading 1"]
    bullets = [one.text for one in paragraphs if one.style and one.style.name == "List Bullet"]

    assert paragraphs[0].text == f"Jaarverslag {told.scope.year}"
    assert paragraphs[1].text == "Regierol sociale economie: Westhoek"
    assert "22 november 2026" in paragraphs[3].text
    assert "De catalogus" in paragraphs[3].text
    assert bullets[: len(heads)] == heads
    assert len(heads) == 7
    breaks = [one for one in paragraphs if one.paragraph_format.page_break_before]
    assert [one.text for one in breaks] == heads[:1]


def test_the_same_report_is_the_same_file(told: report.Report) -> None:
    assert render(report.document(told)) == render(report.document(told))


def test_an_area_without_gaps_says_so(app: Flask) -> None:
    with app.app_context():
        services = app.extensions["directory"].load().words.services
        organisations(entry("Alles", offers=tuple(offer(slug, "vlaanderen") for slug in services)))
        snapshot = app.extensions["directory"].load()
        told = report.report(Scope(snapshot, snapshot.today.year, EVERYWHERE), MADE)

    assert told.missing == ()
    text = "\n".join(p.text for p in docx.Document(BytesIO(render(report.document(told)))).paragraphs)
    assert "Elke dienst wordt in elke gemeente van dit gebied aangeboden." in text
    assert "heel het werkgebied" in text


def test_every_sentence_of_the_file_is_used_with_its_own_values() -> None:
    """A key that no code asks for is a leftover."""
    folder = Path(report.__file__).parent
    code = "\n".join(
        path.read_text("utf-8")
        for path in folder.glob("*.py")
        if path.name.startswith(("figure", "report", "gap_views"))
    )
    # Keys that are put together: kwartaal-1, bron-regio.
    parts = ("kwartaal-", "bron-")
    unused = [
        key
        for key in report_words()
        if f'"{key}"' not in code and not (key.startswith(parts) and f'"{key.partition("-")[2]}"' in code)
    ]

    assert [key for key in unused if not key.startswith("kwartaal-")] == []
    assert all(len(slots(sentence)) <= 3 for sentence in report_words().values())


@pytest.mark.skipif(OFFICE is None or PDF_TEXT is None, reason="LibreOffice Writer is not installed")
def test_another_program_reads_the_report(told: report.Report, tmp_path: Path) -> None:
    text = as_pdf_text(tmp_path, {"verslag": render(report.document(told))})["verslag"]

    for words in (
        f"Jaarverslag {told.scope.year}",
        "12 acties met samen 66 deelnemers.",
        "Beursvloer 11",
        "Organisaties per kwartaal",
        "Waar aanbod ontbreekt",
        "Bronnen en rekenwijze",
        "Pagina 1 van",
    ):
        assert words in text
