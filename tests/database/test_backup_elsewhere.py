"""What was saved from one kind of database is put back in the other, and back again, without a difference."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from catalogue import schema
from catalogue.config import Settings
from catalogue.curation.restore import look_through, put_back
from catalogue.directory.live import directory
from catalogue.extensions import db
from tests.builders import app_with, make_settings, organisation
from tests.cluster import Cluster
from tests.curation.whole import backup_to, dump, fill_every_table

OWN = frozenset({"session_token"})


@pytest.fixture
def on_sqlite(tmp_path: Path, prepared: Path) -> Settings:
    return make_settings(Path(shutil.copytree(prepared, tmp_path / "sqlite")))


def restore(file: Path) -> None:
    put_back(look_through(file, schema.revisions()))


def content() -> Any:
    return {name: rows for name, rows in dump(but=OWN).items() if name != "catalogue_state"}


def test_a_catalogue_moves_to_the_other_database_and_back(
    app: Flask, on_sqlite: Settings, tmp_path: Path
) -> None:
    with app_with(on_sqlite) as here, here.app_context():
        id = organisation("De Proef", description="Wij maken vogelhuisjes.")
        fill_every_table()
        before = content()
        file = backup_to(tmp_path / "heen.zip")
    with app.app_context():
        organisation("De Vreemde")
        restore(file)
        assert content() == before
        # The counters go on after what was put back.
        assert organisation("De Volgende") > id
        file = backup_to(tmp_path / "terug.zip")
        restored = content()
        assert app.test_client().get("/api/v1/organisaties?q=vogelhuisjes").get_json()["totaal"] == 1
    with app_with(on_sqlite) as here, here.app_context():
        restore(file)
        assert content() == restored
        directory().settle()
        assert db.session.execute(db.text("PRAGMA foreign_key_check")).all() == []


def test_the_commands_do_it_too_and_nothing_is_wrong_after_it(
    app: Flask, cluster: Cluster, tmp_path: Path
) -> None:
    with app.app_context():
        organisation("De Proef")
    runner = app.test_cli_runner()
    done = runner.invoke(args=["backup", str(tmp_path / "kopie.zip")])
    assert done.exit_code == 0, done.output
    empty = make_settings(tmp_path / "nieuw", database_url=cluster.url(cluster.new_database()))
    with app_with(empty) as other:
        runner = other.test_cli_runner()
        done = runner.invoke(args=["restore", str(tmp_path / "kopie.zip")])
        assert done.exit_code == 0, done.output
        done = runner.invoke(args=["check"])
        assert (done.exit_code, done.output) == (0, "Alles in orde.\n")


def test_a_backup_is_of_one_moment_there_too(app: Flask, tmp_path: Path) -> None:
    import io

    from catalogue.curation.backup import write

    class Busy(io.BytesIO):
        """Where the first pieces that are written let somebody else write an entry."""

        number = 0

        def write(self, data: Any) -> int:
            if self.number < 5:
                self.number += 1
                organisation(f"Tussendoor {self.number}")
            return super().write(data)

    with app.app_context():
        organisation("De Proef")
        before = content()
        stream = Busy()
        write(stream, site="De proef")
        file = tmp_path / "kopie.zip"
        file.write_bytes(stream.getvalue())
        assert len(dump()["organisation"]) == 6
        restore(file)
        assert content() == before
