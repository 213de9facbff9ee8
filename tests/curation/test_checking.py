"""What is wrong with a catalogue is found and named; a catalogue that is whole has nothing wrong."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from catalogue.config import Settings
from catalogue.curation import entries
from catalogue.curation.checking import LISTS, problems
from catalogue.curation.write import change
from catalogue.directory.live import directory
from catalogue.extensions import db
from tests.builders import app_with, entry, make_settings, offer, organisation, organisations, prepare, site


def invoke(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=list(args))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Path:
    """A catalogue with some entries, whole, made once."""
    folder = tmp_path_factory.mktemp("whole") / "data"
    shutil.copytree(prepared, folder)
    with app_with(make_settings(folder)) as app, app.app_context():
        organisations(
            entry(
                "De Proef",
                ondernemingsnummer="0403170701",
                former_names=("Het Begin",),
                sites=(site(name="Oost", lat=50.85, lon=2.88, point_origin="hand"), site(name="West")),
                offers=(offer("groenonderhoud", "nis:33011", "regio:westhoek", site="Oost"), offer()),
            ),
            entry("De Andere", sites=(site(name="Daar"),), offers=(offer(site="Daar"),)),
            entry("Nog in de maak", status="concept"),
        )
        with change() as under_way:
            known = entries.find("De Andere")
            assert known is not None
            entries.save(under_way, entry("De Hernoemde", id=known.id))
        directory().settle()
    return folder


@pytest.fixture
def settings(tmp_path: Path, whole: Path) -> Settings:
    return make_settings(Path(shutil.copytree(whole, tmp_path / "data")))


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with app_with(settings) as app:
        yield app


def test_a_catalogue_that_is_whole_has_nothing_wrong(app: Flask) -> None:
    done = invoke(app, "check")
    assert (done.exit_code, done.output) == (0, "Alles in orde.\n")


def test_the_starting_content_is_whole(tmp_path: Path) -> None:
    start = make_settings(tmp_path / "start")
    prepare(start, with_organisations=True)
    with app_with(start) as app:
        done = invoke(app, "check")
        assert (done.exit_code, done.output) == (0, "Alles in orde.\n")


# What was done to the database behind our back, and what is said of it.
HARM: dict[str, tuple[str, str]] = {
    "a text that is no JSON": (
        "UPDATE organisation SET former_names = '[' WHERE name = 'De Proef'",
        "De databank: organisation.former_names van rij 1 heeft niet de juiste vorm.",
    ),
    "a text where there are several": (
        "UPDATE offer SET area = '\"vlaanderen\"' WHERE id = 1",
        "De databank: offer.area van rij 1 heeft niet de juiste vorm.",
    ),
    "a state that is no dict": (
        "UPDATE revision SET data = '[]' WHERE id = 1",
        "De databank: revision.data van rij 1 heeft niet de juiste vorm.",
    ),
    "an offer of an unknown service": (
        "UPDATE offer SET service_id = 9999 WHERE id = 1",
        "De databank: rij 1 van offer verwijst naar een service die er niet is.",
    ),
    "a table that is gone": (
        "DROP TABLE proposal",
        "De databank: de tabel proposal ontbreekt.",
    ),
    "a column that is gone": (
        "ALTER TABLE organisation DROP COLUMN phone",
        "De databank: de kolom organisation.phone ontbreekt.",
    ),
    "a number from the future": (
        "UPDATE organisation SET generation = 99 WHERE name = 'De Proef'",
        "De catalogus: er zijn wijzigingen met een hoger nummer dan de laatste (",
    ),
    "an address that is none": (
        "UPDATE organisation SET slug = 'De Proef/' WHERE name = 'De Proef'",
        "De Proef: het adres ‘De Proef/’ is niet bruikbaar.",
    ),
    "an address of two entries": (
        "UPDATE organisation SET slug = 'de-andere' WHERE name = 'De Proef'",
        "De Proef: het adres ‘de-andere’ is ook een vroeger adres van De Hernoemde.",
    ),
    "a site of another": (
        "UPDATE offer SET location_id = (SELECT max(id) FROM location) WHERE location_id = 1",
        "De Proef: een dienst hoort bij de vestiging van een andere organisatie.",
    ),
    "an area that cannot be read": (
        "UPDATE offer SET area = '[\"mars\"]' WHERE location_id = 1",
        "De Proef: het werkgebied ['mars'] is niet leesbaar.",
    ),
    "an area of a gemeente that is not there": (
        "UPDATE offer SET area = '[\"nis:99999\"]' WHERE location_id = 1",
        "De Proef: het werkgebied noemt 99999, en die gemeente of regio is er niet.",
    ),
    "a point in the sea": (
        "UPDATE location SET lat = 2.88, lon = 50.85 WHERE name = 'Oost'",
        "De Proef: het punt van de vestiging Oost ligt niet in België (2.88, 50.85).",
    ),
    "a point from nowhere": (
        "UPDATE location SET point_origin = 'gevoel' WHERE name = 'Oost'",
        "De Proef: de vestiging Oost heeft een punt van onbekende herkomst.",
    ),
    "a number that does not exist": (
        "UPDATE organisation SET ondernemingsnummer = '0403170702' WHERE name = 'De Proef'",
        "De Proef: het ondernemingsnummer 0403170702 bestaat niet.",
    ),
    "a number of more digits than a number has": (
        f"UPDATE organisation SET ondernemingsnummer = '{'9' * 5_000}' WHERE name = 'De Proef'",
        "De Proef: het ondernemingsnummer 9999",
    ),
    "a werkvorm that does not exist": (
        "UPDATE organisation_werkvorm SET key = 'iets' WHERE organisation_id = 1",
        "De Proef: de werkvorm ‘iets’ is er niet.",
    ),
    "a trede that does not exist": (
        "UPDATE organisation_werkvorm SET treden = '[7]' WHERE organisation_id = 1",
        "De Proef: de trede 7 is er niet.",
    ),
    "a code that is none": (
        "UPDATE service SET cpv = '[\"groen\"]' WHERE slug = 'groenonderhoud'",
        "Dienst Groenonderhoud: ‘groen’ is geen CPV-code.",
    ),
    "a service under itself": (
        "UPDATE service SET broader_id = id WHERE slug = 'groenonderhoud'",
        "Dienst Groenonderhoud: staat via bredere diensten onder zichzelf.",
    ),
    "a proposal that cannot be read": (
        "INSERT INTO proposal (status, origin, data, message, proposer_name, proposer_mail,"
        " created_at, reason) VALUES ('open', 'website', '{\"sites\": 3}', '', '', '', '2026-01-01', '')",
        "Voorstel 1: de voorgestelde gegevens zijn niet leesbaar.",
    ),
    "a proposal of an unknown status": (
        "INSERT INTO proposal (status, origin, message, proposer_name, proposer_mail,"
        " created_at, reason) VALUES ('half', 'website', '', '', '', '2026-01-01 00:00:00', '')",
        "Voorstel 1: ‘half’ is geen status.",
    ),
    "a text that we would not keep so": (
        "UPDATE organisation SET website = ' spaties ' WHERE name = 'De Proef'",
        "De Proef: staat niet in de vorm waarin wij bewaren.",
    ),
    "a form of cooperation that does not exist": (
        "UPDATE offer SET samenwerking = '[\"telepathie\"]' WHERE location_id = 1",
        "De Proef: ‘telepathie’ is geen vorm van samenwerking.",
    ),
    "a change without history": (
        "UPDATE organisation SET phone = '057 11 22 33' WHERE name = 'De Proef'",
        "De Proef: is niet wat er het laatst in de geschiedenis staat.",
    ),
    "a history that cannot be read": (
        "UPDATE revision SET data = '{\"naam\": 1}' WHERE key = '1'",
        "De Proef: het laatste in de geschiedenis is niet leesbaar.",
    ),
}


def harm(settings: Settings, statement: str) -> None:
    with closing(sqlite3.connect(settings.data / "catalogue.db")) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize("what", HARM)
def test_harm_is_named_with_the_entry_that_it_is_of(settings: Settings, what: str) -> None:
    statement, said = HARM[what]
    harm(settings, statement)
    with app_with(settings) as app:
        done = invoke(app, "check")
    assert done.exit_code == 1
    assert [line for line in done.stdout.splitlines() if line.startswith(said)], done.stdout
    assert "Er is iets mis met de catalogus" in done.stderr


def test_a_database_of_which_the_pages_are_damaged_is_named_so(settings: Settings) -> None:
    file = settings.data / "catalogue.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_revision_generation'"
        ).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with file.open("r+b") as stream:
        stream.seek((root - 1) * size)
        stream.write(bytes(size))
    with app_with(settings) as app:
        done = invoke(app, "check")
    assert done.exit_code == 1
    assert done.exception is not None


def test_what_was_erased_from_the_history_is_no_fault(app: Flask, settings: Settings) -> None:
    harm(settings, "UPDATE revision SET data = '{\"name\": \"[gewist]\"}', erased_at = '2026-01-01 00:00:00'")
    assert invoke(app, "check").exit_code == 0


def test_an_index_that_is_only_behind_is_no_fault(app: Flask) -> None:
    with app.app_context():
        directory().settle()
        organisation("Later")
        assert problems(directory()) == []


def test_an_index_that_cannot_be_written_is_named(settings: Settings) -> None:
    shutil.rmtree(settings.index_folder)
    settings.index_folder.write_text("geen map")
    with app_with(settings) as app:
        done = invoke(app, "check")
    assert done.exit_code == 1
    assert "De zoekindex: is er niet of is beschadigd." in done.stdout


def test_what_differs_between_index_and_database_is_named(app: Flask, settings: Settings) -> None:
    with app.app_context():
        directory().settle()
        # Behind the back of everything that counts generations.
        harm(settings, "DELETE FROM revision")
        harm(settings, "UPDATE organisation SET status = 'concept' WHERE name = 'De Proef'")
        harm(settings, "UPDATE organisation SET status = 'gepubliceerd' WHERE name = 'Nog in de maak'")
        harm(settings, "UPDATE organisation SET summary = 'Iets anders' WHERE name = 'De Hernoemde'")
        said = {str(problem).split(". Bouw")[0] for problem in problems(directory())}
        assert said == {
            "De Proef: staat in de zoekindex en is niet gepubliceerd",
            "Nog in de maak: staat niet in de zoekindex",
            "De Hernoemde: staat in de zoekindex zoals het vroeger was",
        }
        directory().reindex()
        assert problems(directory()) == []


def test_every_column_of_lists_is_known_as_one(app: Flask) -> None:
    with app.app_context():
        lists = {
            str(column)
            for table in db.metadata.sorted_tables
            for column in table.columns
            if column.type.__class__.__name__ == "JSON"
            and column.default is not None
            and "list" in repr(column.default.arg)
        }
    assert lists == set(LISTS)
