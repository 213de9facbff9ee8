"""Questions that nobody could answer: what is counted, what is never kept, and that no page waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from catalogue.config import Settings
from catalogue.curation import questions, tally
from catalogue.curation.questions import Asked, kept_words
from catalogue.extensions import db
from catalogue.models import EmptyQuestion
from catalogue.models.question import MAX_WORDS
from catalogue.search.analysis import normalise
from tests.audit import AuditingClient
from tests.builders import IEPER, TODAY, VEURNE, app_with, locked, offer, organisation

# SQLite waits five seconds for a lock; a page that waited for it would take longer than this.
SOON = 2.5
GROUPS = st.lists(
    st.sampled_from(["oogarts", "0475", "12.34", "56", "7", "jan@", "@x.be", "(at)", "é", "_/", "en", "٣٤"])
)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor of a site with one organisation, that does groenonderhoud in Ieper."""
    with app.app_context():
        organisation("De Proef", offers=(offer("groenonderhoud", f"nis:{IEPER}"),))
        app.extensions["directory"].settle()
    return AuditingClient(app, app.response_class)


def counted(app: Flask) -> dict[Asked, int]:
    """Every count, once what is under way is written."""
    with app.app_context():
        questions.settle()
        return {
            Asked(row.words, row.place, row.day): row.count
            for row in db.session.scalars(select(EmptyQuestion))
        }


def words_and_places(app: Flask) -> dict[tuple[str, str], int]:
    """Every count, whatever its day."""
    return {(asked.words, asked.place): number for asked, number in counted(app).items()}


@pytest.mark.parametrize("path", ["/zoeken", "/api/v1/organisaties"])
def test_a_question_that_nobody_answers_is_counted_with_its_place_and_day(
    app: Flask, client: FlaskClient, path: str
) -> None:
    for _ in range(3):
        assert client.get(path, query_string={"q": "Wie is oogarts in Ieper?"}).status_code == 200

    assert counted(app) == {Asked("oogarts", IEPER, date.today()): 3}  # noqa: DTZ011


@pytest.mark.parametrize(
    "address",
    [
        "/zoeken?q=groenonderhoud+in+Ieper",
        "/zoeken?gemeente=Veurne",
        "/zoeken?q=in+Veurne",
        "/zoeken?q=oogarts&pagina=2",
        "/api/v1/organisaties?q=oogarts&trede=9",
        "/api/v1/suggesties?q=oogarts",
        "/export.csv?q=oogarts",
        "/export.json?q=oogarts",
        "/kaart?q=oogarts",
        "/zoeken?q=jan@voorbeeld.be",
    ],
)
def test_nothing_else_is_counted(app: Flask, client: FlaskClient, address: str) -> None:
    client.get(address)

    assert counted(app) == {}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("q=oogarts", {("oogarts", "")}),
        ("q=oogarts+westhoek", {("oogarts", "westhoek")}),
        ("q=oogarts&regio=westhoek", {("oogarts", "westhoek")}),
        ("q=oogarts+vlakbij+Beselare", {("oogarts", "33037")}),
        ("q=oogarts&rond=8900&straal=5", {("oogarts", IEPER)}),
        # Where someone stands is nobody's business.
        ("q=oogarts&rond=50.8512,2.8857&straal=5", {("oogarts", "")}),
        ("q=groenonderhoud&gemeente=Veurne", {("groenonderhoud", VEURNE)}),
        ("q=groenonderhoud+in+Ieper&gemeente=Veurne", {("groenonderhoud", VEURNE)}),
        ("q=oogarts&gemeente=Ieper&gemeente=Veurne", {("oogarts", IEPER), ("oogarts", VEURNE)}),
        ("q=oogarts+in+Ieper&letterlijk=1", {("oogarts ieper", "")}),
        ("q=Één+ruitje%2C+de+oogarts+en+opticiën", {("ruitje oogarts opticien", "")}),
        ("q=oogarts+jan.peeters@ieper.be+0475/12.34.56", {("oogarts", IEPER)}),
    ],
)
def test_words_and_places_are_kept_apart(
    app: Flask, client: FlaskClient, address: str, expected: set[tuple[str, str]]
) -> None:
    assert client.get(f"/api/v1/organisaties?{address}").json["totaal"] == 0  # type: ignore[index]

    assert set(words_and_places(app)) == expected


def test_a_question_about_very_many_gemeenten_is_about_no_place(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        some = list(app.extensions["directory"].current().words.gemeenten)[:11]
    client.get("/zoeken", query_string={"q": "oogarts", "gemeente": some})
    client.get("/zoeken", query_string={"q": "oogarts", "gemeente": some[:10]})

    assert words_and_places(app) == {("oogarts", place): 1 for place in ["", *some[:10]]}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Oogarts  of ÉÉN brillenmaker?", "oogarts of een brillenmaker"),
        ("oogarts jan.peeters@voorbeeld.be nu", "oogarts nu"),
        ("oogarts jan @ voorbeeld.be nu", "oogarts nu"),
        ("oogarts jan(at)voorbeeld.be nu", "oogarts nu"),
        ("oogarts jan＠voorbeeld．be nu", "oogarts nu"),
        ("glazenwasser oogarts jan @voorbeeld.be nu", "glazenwasser oogarts nu"),
        ("poetsen 123456", "poetsen"),
        ("poetsen 12345", "poetsen 12345"),
        ("poetsen 0475/12.34.56 nu", "poetsen nu"),
        ("poetsen +32 475 12 34 56 nu", "poetsen nu"),
        ("poetsen 0417.497.106", "poetsen"),
        ("poetsen 85.07.30-033.61", "poetsen"),
        ("poetsen BE68 5390 0754 7034", "poetsen be"),
        ("poetsen klant123456", "poetsen klant"),
        ("poetsen ١٢٣٤٥٦", "poetsen"),
        ("trede 5 of 8900 Ieper", "trede 5 of 8900 ieper"),
        ("123456", ""),
        ("?!", ""),
    ],
)
def test_mail_addresses_and_long_numbers_are_not_kept(text: str, kept: str) -> None:
    assert kept_words(text) == kept


@given(st.text() | GROUPS.map("".join) | GROUPS.map(" ".join))
@example("0475 en 123456 en jan@x.be")
@example("1²3₄5⑥")
def test_of_any_text_only_normalised_words_without_long_numbers_are_kept(text: str) -> None:
    kept = kept_words(text)
    run = longest = 0
    for character in kept.replace(" ", ""):
        run = run + 1 if character.isdigit() else 0
        longest = max(longest, run)

    assert longest < 6
    assert kept == normalise(kept)
    assert len(kept) <= MAX_WORDS
    assert kept_words(kept) == kept


def test_a_long_question_is_cut_between_words() -> None:
    kept = kept_words("schilderwerken " * 30)

    assert MAX_WORDS - len("schilderwerken ") <= len(kept) <= MAX_WORDS
    assert set(kept.split()) == {"schilderwerken"}


def test_cleaning_the_longest_question_takes_no_time() -> None:
    for text in ("a" * 400, "1 " * 200, "_" * 400, "a@" * 200, "@ " * 200, "1" + "_" * 398 + "1", "ﷺ" * 400):
        begun = time.perf_counter()
        kept_words(text)
        assert time.perf_counter() - begun < 0.1, text[:4]


def test_a_locked_database_neither_delays_nor_breaks_a_page_and_nothing_is_lost(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    assert client.get("/zoeken?q=groenonderhoud").status_code == 200
    with locked(settings):
        begun = time.perf_counter()
        for path in ("/zoeken", "/api/v1/organisaties"):
            assert client.get(path, query_string={"q": "oogarts"}).status_code == 200
        with app.app_context():
            assert not questions.settle()
        assert time.perf_counter() - begun < SOON
        assert counted(app) == {}
    client.get("/zoeken?q=opticien")

    assert words_and_places(app) == {("oogarts", ""): 2, ("opticien", ""): 1}


def test_counting_leaves_the_other_connections_their_patience(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        asked, patience = {
            "sqlite": ("PRAGMA busy_timeout", 5000),
            "postgresql": ("SHOW lock_timeout", "5s"),
        }[db.engine.dialect.name]
    client.get("/zoeken?q=oogarts")
    assert words_and_places(app) == {("oogarts", ""): 1}
    with app.app_context():
        for _ in range(3):
            with db.engine.connect() as connection:
                assert connection.exec_driver_sql(asked).scalar() == patience


def test_a_missing_table_breaks_no_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE empty_question RENAME TO elsewhere")
    assert client.get("/zoeken?q=oogarts").status_code == 200
    with app.app_context():
        assert not questions.settle()


def test_what_waits_for_the_database_stays_small(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "MAX_HELD", 3)
    with app.app_context():
        with locked(settings):
            for number in range(10):
                questions.count(f"vraag {number}", (), TODAY)
                questions.count("vraag 0", (), TODAY)
            assert not questions.settle()
        questions.count("vraag 1", (), TODAY)

    assert words_and_places(app) == {("vraag 0", ""): 11, ("vraag 1", ""): 2, ("vraag 2", ""): 1}


def test_a_machine_that_asks_anything_does_not_fill_the_disk(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "MAX_A_DAY", 3)
    with app.app_context():
        for number in range(5):
            questions.count(f"vraag {number}", (), TODAY)
        questions.settle()
        questions.count("vraag 0", (), TODAY)
        questions.count("vraag 4", (), TODAY.replace(day=22))

    assert sorted(counted(app).values()) == [1, 1, 1, 2]
    assert counted(app)[Asked("vraag 4", "", TODAY.replace(day=22))] == 1


def test_threads_that_count_at_once_lose_nothing(app: Flask) -> None:
    def ask() -> None:
        with app.app_context():
            for number in range(50):
                questions.count(f"vraag {number % 3}", (IEPER,), TODAY)

    in_threads(ask, ask)

    assert sum(counted(app).values()) == 100
    assert len(counted(app)) == 3


def test_two_sites_on_one_database_that_count_at_once_lose_nothing(app: Flask, settings: Settings) -> None:
    """Each worker process is a site of its own; who finds the other writing, comes back with the next one."""

    def ask(site: Flask) -> None:
        with site.app_context():
            for _ in range(50):
                questions.count("oogarts", (), TODAY)
                questions.settle()

    with app_with(settings) as other:
        in_threads(lambda: ask(app), lambda: ask(other))
        for site in (app, other):
            with site.app_context():
                questions.count("oogarts", (), TODAY)
                assert questions.settle()

    assert counted(app) == {Asked("oogarts", "", TODAY): 102}


def in_threads(*tasks: Callable[[], None]) -> None:
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("by", ["counting", "the command"])
def test_counts_are_erased_after_24_months(app: Flask, by: str) -> None:
    days = [date(2024, 11, 20), date(2024, 11, 21), date(2024, 11, 22), date(2026, 11, 19)]
    with app.app_context():
        for day in days:
            questions.count("oogarts", (), day)
            questions.settle()
        assert [asked.day for asked in counted(app)] == days
        if by == "counting":
            questions.count("oogarts", (), TODAY)
        else:
            questions.erase(TODAY)

    kept = {asked.day for asked in counted(app)}
    assert kept - {TODAY} == {date(2024, 11, 22), date(2026, 11, 19)}


def test_erasing_on_the_last_of_february_erases_until_the_last_of_february(app: Flask) -> None:
    with app.app_context():
        questions.count("oogarts", (), date(2026, 2, 28))
        questions.settle()
        questions.count("oogarts", (), date(2026, 3, 1))
        questions.settle()
        questions.erase(date(2028, 2, 29))

    assert {asked.day for asked in counted(app)} == {date(2026, 3, 1)}


def test_init_erases_old_counts(app: Flask) -> None:
    with app.app_context():
        questions.count("oogarts", (), date(2020, 1, 1))
        assert questions.settle()
    done = app.test_cli_runner().invoke(args=["init", "--without-organisations"])

    assert done.exit_code == 0, done.output
    assert counted(app) == {}


def test_erasing_does_not_wait_for_who_writes(app: Flask, settings: Settings) -> None:
    with app.app_context(), locked(settings):
        begun = time.perf_counter()
        questions.erase(TODAY)
        assert time.perf_counter() - begun < SOON


def test_the_privacy_page_says_what_is_counted_and_for_how_long(client: FlaskClient) -> None:
    text = client.get("/privacy").text

    for said in ("zes cijfers of meer", "E-mailadressen", f"{questions.KEPT_YEARS * 12} maanden"):
        assert said in text
