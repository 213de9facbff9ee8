"""The database fails under a site that serves: 503 while it lasts, and everything again after it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from catalogue.curation.write import change, generation
from catalogue.extensions import db
from tests.builders import organisation
from tests.faults.conftest import serving, settings_in
from tests.faults.visit import ALWAYS, WITH_DATABASE, assert_unavailable, assert_whole, codes, log_in


def execute(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


# What stands where the database stood.
IN_ITS_PLACE: dict[str, Callable[[Path], object]] = {
    "nothing": lambda _file: None,
    "an empty file": lambda file: file.touch(),
    "garbage": lambda file: file.write_bytes(b"dit is geen databank" * 1000),
    "a database of something else": lambda file: execute(file, "CREATE TABLE recipe (name TEXT)"),
    "a folder": lambda file: file.mkdir(),
}


@contextmanager
def replaced(folder: Path, by: str) -> Iterator[None]:
    """Put the database aside, and something else in its place."""
    aside = folder / "aside"
    aside.mkdir()
    file = folder / "catalogue.db"
    for part in folder.glob("catalogue.db*"):
        part.rename(aside / part.name)
    IN_ITS_PLACE[by](file)
    yield
    for part in folder.glob("catalogue.db*"):
        if part.is_dir():
            part.rmdir()
        else:
            part.unlink()
    for part in aside.iterdir():
        part.rename(folder / part.name)
    aside.rmdir()


@pytest.mark.parametrize("warm", [True, False], ids=["under way", "just started"])
@pytest.mark.parametrize("by", IN_ITS_PLACE)
def test_a_database_that_is_gone_is_503_until_it_is_back(
    folder: Path, visitor: FlaskClient, by: str, warm: bool
) -> None:
    if warm:
        assert_whole(visitor)
    with replaced(folder, by):
        assert_unavailable(visitor)
        assert visitor.get("/gezondheid/klaar").get_json().keys() == {"status", "database"}
    assert_whole(visitor)


def test_a_site_that_serves_makes_no_database(folder: Path, visitor: FlaskClient) -> None:
    with replaced(folder, "nothing"):
        visitor.get("/")
        assert not (folder / "catalogue.db").exists()


def test_who_is_logged_in_reads_the_same_page(folder: Path, visitor: FlaskClient) -> None:
    assert log_in(visitor) == 303
    assert visitor.get("/beheer").status_code == 200
    with replaced(folder, "nothing"):
        assert_unavailable(visitor)
        assert visitor.get("/beheer").status_code == 503
    assert visitor.get("/beheer").status_code == 200


def test_a_database_of_another_day_in_its_place_is_read_whole(
    folder: Path, site: Flask, visitor: FlaskClient
) -> None:
    shutil.copy(folder / "catalogue.db", folder / "yesterday.db")
    with site.app_context():
        organisation("De Nieuwe")
    assert visitor.get("/api/v1/organisaties").get_json()["totaal"] == 2
    for part in folder.glob("catalogue.db*"):
        part.unlink()
    (folder / "yesterday.db").rename(folder / "catalogue.db")
    found = visitor.get("/api/v1/organisaties").get_json()
    assert [item["naam"] for item in found["items"]] == ["De Proef"]


# A table, and the pages that cannot do without it although the catalogue itself is in memory.
TABLES = {
    "catalogue_state": WITH_DATABASE,
    # A page that was asked before is given from memory: the catalogue has not changed.
    "organisation": ("/export.csv", "/export.xlsx"),
}


@pytest.mark.parametrize("table", TABLES)
def test_pages_that_need_a_missing_table_are_503(folder: Path, visitor: FlaskClient, table: str) -> None:
    assert_whole(visitor)
    execute(folder / "catalogue.db", f"ALTER TABLE {table} RENAME TO elsewhere")
    expected = {path: 503 if path in TABLES[table] else 200 for path in WITH_DATABASE}
    assert codes(visitor) == expected
    execute(folder / "catalogue.db", f"ALTER TABLE elsewhere RENAME TO {table}")
    assert_whole(visitor)


def test_a_missing_table_of_the_catalogue_is_named_so(folder: Path, visitor: FlaskClient) -> None:
    execute(folder / "catalogue.db", "DROP TABLE organisation")
    ready = visitor.get("/gezondheid/klaar")
    assert ready.status_code == 503
    assert ready.get_json() == {"status": "fout", "database": "ok", "catalogus": "OperationalError"}


def test_damaged_pages_are_503(folder: Path, visitor: FlaskClient) -> None:
    file = folder / "catalogue.db"
    whole = file.read_bytes()
    # The header stays: it is our database, with nothing in it that can be read.
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert set(codes(visitor).values()) == {503}
    for part in folder.glob("catalogue.db*"):
        part.unlink()
    file.write_bytes(whole)
    assert_whole(visitor)


@contextmanager
def locked(folder: Path, *, against_readers: bool) -> Iterator[None]:
    """Another program writes, and does not stop."""
    with closing(sqlite3.connect(folder / "catalogue.db", isolation_level=None)) as other:
        if against_readers:
            other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE catalogue_state SET generation = generation")
        yield
        other.execute("ROLLBACK")


def test_who_reads_does_not_wait_for_who_writes(folder: Path, visitor: FlaskClient) -> None:
    with locked(folder, against_readers=False):
        assert_whole(visitor)
        answer = visitor.get("/beheer/aanmelden")
        assert answer.status_code == 200
        assert log_in(visitor) == 503
    assert log_in(visitor) == 303


def test_a_database_that_another_keeps_for_itself_is_503(folder: Path) -> None:
    with serving(settings_in(folder)) as app:
        visitor = app.test_client()
        with locked(folder, against_readers=True):
            assert codes(visitor, ("/zoeken?q=groen", "/api/v1/organisaties", "/gezondheid/klaar")) == {
                "/zoeken?q=groen": 503,
                "/api/v1/organisaties": 503,
                "/gezondheid/klaar": 503,
            }
            assert codes(visitor, tuple(ALWAYS)) == ALWAYS
        assert_whole(visitor)


def test_a_change_that_meets_a_lock_leaves_nothing(folder: Path, site: Flask) -> None:
    with site.app_context():
        before = generation()
        db.session.rollback()
        with locked(folder, against_readers=False), pytest.raises(OperationalError, match="locked"), change():
            pytest.fail("a change began while another was under way")
        assert generation() == before
        with change() as under_way:
            assert under_way.generation == before + 1
