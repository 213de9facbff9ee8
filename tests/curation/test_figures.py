"""Figures of a year, against histories made by hand, and alike on the page, in the workbook and in Word."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import docx
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import delete

from catalogue.curation import figures, gaps, report
from catalogue.curation.activities import ActivityData, add
from catalogue.curation.clause_use import Form
from catalogue.curation.entryjson import to_json
from catalogue.curation.figure_tables import FigureTable, Scope, shown
from catalogue.curation.loading import read
from catalogue.curation.write import Action, Actor, Manner
from catalogue.extensions import db
from catalogue.models import (
    ClauseUse,
    EmptyQuestion,
    Proposal,
    ProposalStatus,
    Revision,
    Role,
)
from tests.builders import IEPER, VEURNE, entry, organisations, site
from tests.curation.room import entered

KORTRIJK = "34022"
THIS = date.today().year  # noqa: DTZ011
LAST = THIS - 1


def scope(app: Flask, year: int = LAST, area: str = gaps.EVERYWHERE) -> Scope:
    return Scope(app.extensions["directory"].load(), year, area)


def revision(id_: int, action: Action, at: datetime, manner: Manner = Manner.ROOM, **changes: Any) -> None:
    """A line of history, with the entry as it is now but for the changes."""
    known = read(id_)
    assert known is not None
    db.session.add(
        Revision(
            kind="organisatie",
            key=str(id_),
            action=action,
            manner=manner,
            generation=1,
            at=at,
            data=to_json(known) | changes,
        )
    )


def at(month: int, day: int = 15, year: int = LAST) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


@pytest.fixture
def ids(app: Flask) -> list[int]:
    """Organisations in Ieper, Veurne and Kortrijk, with the history of before wiped out."""
    with app.app_context():
        made = organisations(
            entry("In Ieper", sites=(site(IEPER),)),
            entry("In Veurne", sites=(site(VEURNE),)),
            entry("In Kortrijk", sites=(site(KORTRIJK),)),
        )
        db.session.execute(delete(Revision))
        db.session.commit()
    return made


def row(table: FigureTable, name: str) -> tuple[Any, ...]:
    return next(tuple(cells[1:]) for cells in table.rows if cells[0] == name)


def test_quarters_count_each_organisation_once(app: Flask, ids: list[int]) -> None:
    first, second, third = ids
    with app.app_context():
        revision(first, Action.NEW, at(1, 1))
        for day in (2, 3, 4):
            revision(first, Action.EDITED, at(2, day))
        revision(second, Action.EDITED, at(3, 31))
        revision(first, Action.RESTORED, at(4, 1))
        revision(first, Action.CONFIRMED, at(7))
        revision(second, Action.CONFIRMED, at(12, 31), Manner.CONFIRMATION)
        revision(third, Action.ARCHIVED, at(10, 1), Manner.IMPORT)
        # What is not counted: starting content, another kind, another year.
        revision(third, Action.NEW, at(5), Manner.START)
        db.session.add(
            Revision(kind="dienst", key="1", action=Action.NEW, manner=Manner.ROOM, generation=1, at=at(5))
        )
        revision(third, Action.EDITED, at(6, year=LAST - 1))
        db.session.commit()
        found = figures.changes(scope(app))

    assert found.header[-2:] == (str(LAST), str(LAST - 1))
    assert row(found, "Nieuw") == (1, 0, 0, 0, 1, 0)
    assert row(found, "Gewijzigd") == (2, 1, 0, 0, 2, 1)
    assert row(found, "Bevestigd") == (0, 0, 1, 1, 2, 0)
    assert row(found, "Gearchiveerd") == (0, 0, 0, 1, 1, 0)


def test_a_region_counts_organisations_with_a_site_there(app: Flask, ids: list[int]) -> None:
    with app.app_context():
        for id_ in ids:
            revision(id_, Action.NEW, at(1))
        db.session.commit()

        assert row(figures.changes(scope(app)), "Nieuw")[0] == 3
        assert row(figures.changes(scope(app, area="westhoek")), "Nieuw")[0] == 2
        assert row(figures.changes(scope(app, area="zuid-west-vlaanderen")), "Nieuw")[0] == 1


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [
        (datetime(LAST, 1, 1, tzinfo=UTC), 0),
        (datetime(LAST, 3, 31, 23, 59, 59, tzinfo=UTC), 0),
        (datetime(LAST, 4, 1, tzinfo=UTC), 1),
        (datetime(LAST, 6, 30, 23, 59, 59, tzinfo=UTC), 1),
        (datetime(LAST, 7, 1, tzinfo=UTC), 2),
        (datetime(LAST, 10, 1, tzinfo=UTC), 3),
        (datetime(LAST, 12, 31, 23, 59, 59, tzinfo=UTC), 3),
    ],
)
def test_a_moment_falls_in_its_quarter(app: Flask, ids: list[int], moment: datetime, quarter: int) -> None:
    with app.app_context():
        revision(ids[0], Action.EDITED, moment)
        db.session.commit()
        found = row(figures.changes(scope(app)), "Gewijzigd")

    assert [place for place, number in enumerate(found[:4]) if number] == [quarter]


def test_an_earlier_year_stands_as_the_history_tells_it(app: Flask, ids: list[int]) -> None:
    """One was archived since, one changed for the first time since, one came later, one never changed."""
    first, second, third = ids
    fresh, stale = f"{LAST}-06-01", f"{LAST - 2}-06-01"
    with app.app_context():
        revision(first, Action.FIRST, at(1, year=LAST), Manner.START, status="gepubliceerd")
        revision(first, Action.EDITED, at(2), confirmed_on=fresh, werkvormen=[{"key": "ald", "treden": [6]}])
        revision(first, Action.ARCHIVED, at(1, year=THIS), status="gearchiveerd")
        revision(second, Action.FIRST, at(2, year=THIS), Manner.START, confirmed_on=stale)
        revision(second, Action.CONFIRMED, at(2, year=THIS), confirmed_on=f"{THIS}-01-02")
        revision(third, Action.NEW, at(1, 1, year=THIS))
        never = organisations(entry("Nooit gewijzigd", sites=(site(IEPER),)))[0]
        db.session.execute(delete(Revision).where(Revision.key == str(never)))
        db.session.commit()
        tables = {one.key: one for one in figures.tables(scope(app, THIS))}

    published = row(tables["versheid"], "Gepubliceerde organisaties")
    assert published[1] == 3, "the first, the second and the one that never changed"
    assert row(tables["versheid"], "Bevestigd in de 12 maanden ervoor")[1] == 1
    assert row(tables["versheid"], "Aandeel bevestigd")[1] == "33 %"
    assert row(tables["versheid"], "Nog nooit bevestigd")[1] == 1
    counted = {cells[0]: cells[2] for cells in tables["werkvorm"].rows}
    assert sorted(counted.values()) == [1, 2]
    assert row(tables["gemeente"], "Ieper")[1] == 2
    assert row(tables["gemeente"], "Veurne")[1] == 1


def test_what_lies_before_the_history_is_not_known(app: Flask, ids: list[int]) -> None:
    with app.app_context():
        revision(ids[0], Action.EDITED, at(1, 20, year=THIS))
        db.session.commit()
        table = next(one for one in figures.tables(scope(app, THIS)) if one.key == "versheid")

    assert row(table, "Gepubliceerde organisaties") == (3, None)
    assert shown(None) == "niet bekend"


def test_todays_state_is_that_of_the_published_catalogue(app: Flask) -> None:
    today = date.today()  # noqa: DTZ011
    with app.app_context():
        organisations(
            entry("Vers", confirmed_on=today - timedelta(days=30)),
            entry("Oud", confirmed_on=today - timedelta(days=400)),
            entry("Nooit"),
            entry("Concept", status="concept", confirmed_on=today),
        )
        table = next(one for one in figures.tables(scope(app, THIS)) if one.key == "versheid")

    assert [cells[1] for cells in table.rows] == [3, 1, "33 %", 1]


def proposal(
    made: datetime, status: str = ProposalStatus.OPEN, days: float | None = None, **values: Any
) -> None:
    decided = None if days is None else made + timedelta(days=days)
    db.session.add(Proposal(created_at=made, status=status, decided_at=decided, **values))


def test_proposals_are_counted_when_they_came_and_when_they_were_decided(app: Flask, ids: list[int]) -> None:
    new = {"sites": [{"gemeente_nis": VEURNE}]}
    with app.app_context():
        proposal(at(1), ProposalStatus.ACCEPTED, 2, organisation_id=ids[0])
        proposal(at(1), ProposalStatus.REFUSED, 100, organisation_id=ids[2])
        proposal(at(12, 30, LAST - 1), ProposalStatus.PARTLY, 4, data=new)
        proposal(at(11), organisation_id=ids[1])
        db.session.commit()
        found, westhoek = figures.proposals(scope(app)), figures.proposals(scope(app, area="westhoek"))

    assert row(found, "Ontvangen") == (2, 0, 0, 1, 3, 1)
    assert row(found, "Beslist") == (2, 1, 0, 0, 3, 0)
    assert row(found, "Aanvaard")[4:] == (1, 0)
    assert row(found, "Deels aanvaard")[4:] == (1, 0)
    assert row(found, "Geweigerd")[4:] == (1, 0)
    assert row(found, "Dagen tot de beslissing (mediaan)") == (3.0, 100.0, "–", "–", 4.0, "–")
    assert row(westhoek, "Beslist") == (2, 0, 0, 0, 2, 0), "the new entry has a site there, the third has not"


def test_clauses_are_counted_by_instrument_form_and_month(app: Flask) -> None:
    with app.app_context():
        for day, instrument, form, count in (
            (date(LAST, 1, 1), "uitnodiging", Form.TEXT, 3),
            (date(LAST, 1, 31), "uitnodiging", Form.WORD, 2),
            (date(LAST, 12, 31), "", Form.ADVICE, 5),
            (date(LAST - 1, 6, 1), "uitnodiging", Form.WORD, 7),
            (date(THIS, 1, 1), "uitnodiging", Form.WORD, 11),
        ):
            db.session.add(ClauseUse(day=day, instrument=instrument, form=form, count=count))
        db.session.commit()
        by_form, by_month = figures.clause_use(scope(app))

    label = next(str(cells[0]) for cells in by_form.rows if cells[0] != "Zonder gekozen instrument")
    assert row(by_form, label) == (0, 3, 2, 5, 7)
    assert row(by_form, "Zonder gekozen instrument") == (5, 0, 0, 5, 0)
    assert row(by_month, label) == (5, *[0] * 11, 5)
    assert row(by_month, "Zonder gekozen instrument") == (*[0] * 11, 5, 5)


def test_empty_questions_are_listed_by_word_and_place(app: Flask) -> None:
    with app.app_context():
        for words, place, day, count in (
            ("oogarts", IEPER, date(LAST, 1, 1), 2),
            ("oogarts", IEPER, date(LAST, 12, 31), 3),
            ("oogarts", "", date(LAST, 5, 5), 1),
            ("dakwerken", "westhoek", date(LAST, 5, 5), 4),
            ("dakwerken", KORTRIJK, date(LAST, 5, 5), 9),
            ("dakwerken", IEPER, date(LAST - 1, 5, 5), 90),
        ):
            db.session.add(EmptyQuestion(words=words, place=place, day=day, count=count))
        db.session.commit()
        everywhere, westhoek = (
            figures.empty_questions(scope(app, area=area)) for area in (gaps.EVERYWHERE, "westhoek")
        )

    assert everywhere.rows == (
        ("dakwerken", "Kortrijk", 9),
        ("oogarts", "Ieper", 5),
        ("dakwerken", "Westhoek", 4),
        ("oogarts", "zonder plaats", 1),
    )
    assert westhoek.rows == (("oogarts", "Ieper", 5), ("dakwerken", "Westhoek", 4))
    assert "19 keer" in everywhere.note


@pytest.fixture
def busy(app: Flask, ids: list[int]) -> Flask:
    """A year with something in each table."""
    with app.app_context():
        revision(ids[0], Action.NEW, at(1))
        revision(ids[1], Action.CONFIRMED, at(8))
        proposal(at(2), ProposalStatus.ACCEPTED, 1, organisation_id=ids[0])
        db.session.add(ClauseUse(day=date(LAST, 3, 3), instrument="uitnodiging", form=Form.WORD, count=4))
        db.session.add(EmptyQuestion(words="oogarts", place=IEPER, day=date(LAST, 3, 3), count=6))
        db.session.commit()
        add(
            Actor(),
            ActivityData(
                LAST,
                "Beursvloer",
                date(LAST, 5, 20),
                "Besturen kennen het aanbod",
                "deelnemende besturen",
                "14 van de 18",
                62,
                "westhoek",
            ),
        )
        add(Actor(), ActivityData(LAST, "Nieuwsbrief", region="zuid-west-vlaanderen"))
    return app


ADDRESS = f"jaar={LAST}&regio=westhoek"


def cells_of(page: str) -> dict[str, list[list[str]]]:
    """Every table of the page by its key."""
    soup = BeautifulSoup(page, "html.parser")
    found = {}
    for block in soup.select(".figure"):
        heading = block.select_one("h2")
        assert heading is not None
        found[str(heading["id"])] = [
            [cell.get_text(strip=True) for cell in line.select("th, td")] for line in block.select("tr")
        ]
    return found


def test_the_page_the_workbook_and_the_report_hold_the_same_figures(busy: Flask) -> None:
    client = entered(busy)
    page = client.get(f"/beheer/cijfers?{ADDRESS}")
    book = load_workbook(BytesIO(client.get(f"/beheer/cijfers/tabellen.xlsx?{ADDRESS}").data))
    answer = client.get(f"/beheer/cijfers/verslag?{ADDRESS}")
    assert answer.mimetype.endswith("wordprocessingml.document")
    word = docx.Document(BytesIO(answer.data))
    with busy.app_context():
        wanted = {one.key: one for one in figures.tables(scope(busy, area="westhoek"))}

    on_page = cells_of(page.text)
    in_word = [[[cell.text for cell in line.cells] for line in table.rows] for table in word.tables]
    assert set(on_page) == set(wanted) - {"acties"}
    compared = 0
    for (key, table), name in zip(wanted.items(), book.sheetnames, strict=True):
        rows = [list(table.header), *([shown(cell) for cell in cells] for cells in table.rows)]
        if key != "acties":
            assert on_page[key] == (rows if table.rows else []), key
        lines = book[name].iter_rows(values_only=True, max_row=len(rows))
        values = [[str(v) for v in line] for line in lines]
        plain = [
            ["niet bekend" if v is None else v if isinstance(v, str) else f"{v:g}" for v in cells]
            for cells in table.rows
        ]
        assert [[v if v != "None" else "" for v in line] for line in values[1:]] == plain, key
        if key not in ("acties", "clausules-maand") and table.rows:
            assert rows in in_word, key
            compared += 1
    assert compared >= 7


def test_the_report_tells_actions_gaps_and_sources_and_names_nobody(busy: Flask) -> None:
    client = entered(busy, Role.REGISSEUR)
    content = client.get(f"/beheer/cijfers/verslag?{ADDRESS}").data
    word = docx.Document(BytesIO(content))
    text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    tables = [[[cell.text for cell in line.cells] for line in table.rows] for table in word.tables]

    assert word.paragraphs[0].text == f"Jaarverslag {LAST}"
    assert "Westhoek" in word.paragraphs[1].text
    assert "1 actie met samen 62 deelnemers." in text
    assert tables[0][0] == ["Doelstelling", "Actie", "Indicator", "Realisatie", "Deelnemers"]
    assert tables[0][1][0] == "Besturen kennen het aanbod"
    assert tables[0][1][1] == f"Beursvloer\n20 mei {LAST}"
    assert len(tables[0]) == 2, "the action of another region is not in it"
    missing = next(table for table in tables if table[0][0] == "Dienst")
    with busy.app_context():
        snapshot = busy.extensions["directory"].load()
        matrix = gaps.matrix(snapshot, gaps.gemeenten_of(snapshot.words, "westhoek"), gaps.SERVICES)
    by_label = {column.label: column.gaps for column in matrix.columns}
    assert len(missing) == report.MISSING + 1
    assert all(by_label[label] == int(nobody) for label, nobody, *_ in missing[1:])
    assert max(by_label.values()) == int(missing[1][1])
    assert "Statbel" in text
    assert "@" not in text + str(tables)
    assert word.core_properties.author == word.core_properties.last_modified_by == ""


def test_a_running_year_says_up_to_when_it_counts(busy: Flask) -> None:
    client = entered(busy)
    running, past = (
        docx.Document(BytesIO(client.get(f"/beheer/cijfers/verslag?jaar={year}").data))
        for year in (THIS, LAST)
    )

    def says(file: Any) -> bool:
        return any(f"Het jaar {THIS} loopt nog" in paragraph.text for paragraph in file.paragraphs)

    is_over = (date.today().month, date.today().day) == (12, 31)  # noqa: DTZ011
    assert says(running) != is_over
    assert not says(past)


def test_an_empty_catalogue_has_a_page_and_a_report(app: Flask) -> None:
    client = entered(app)

    assert client.get("/beheer/cijfers").status_code == 200
    assert client.get("/beheer/cijfers/verslag").status_code == 200
    assert client.get("/beheer/cijfers/tabellen.xlsx").status_code == 200


@pytest.mark.parametrize("hostile", ["=1+1", "<script>alert(1)</script>", "\u202egnikoop\u0007"])
def test_what_was_typed_stays_text_in_every_form(
    app: Flask, hostile: str, recwarn: pytest.WarningsRecorder
) -> None:
    with app.app_context():
        add(Actor(), ActivityData(THIS, hostile, objective=hostile))
        db.session.add(EmptyQuestion(words=hostile, place="", day=date.today(), count=1))  # noqa: DTZ011
        db.session.commit()
    client = entered(app)
    page = client.get("/beheer/cijfers").text
    sheet = load_workbook(BytesIO(client.get("/beheer/cijfers/tabellen.xlsx").data))[
        "Zoekvragen zonder resultaat"
    ]

    assert "<script>alert" not in page
    assert sheet["A2"].data_type == "s"
    assert client.get("/beheer/cijfers/acties").status_code == 200
    assert client.get("/beheer/cijfers/verslag").status_code == 200


def test_the_years_reach_back_to_what_is_known(app: Flask) -> None:
    with app.app_context():
        today = date(THIS, 6, 1)
        organisations(entry("Nu"))
        assert figures.years(today) == [THIS]
        db.session.add(ClauseUse(day=date(THIS - 2, 3, 3), instrument="", form=Form.ADVICE, count=1))
        add(Actor(), ActivityData(THIS + 1, "Gepland"))

        assert figures.years(today) == [THIS, THIS - 1, THIS - 2]
