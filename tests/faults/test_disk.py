"""The disk is full or may not be written: what was asked is done whole or not at all, and reading goes on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.config import ROOT
from catalogue.curation import entries
from catalogue.curation.write import generation
from catalogue.extensions import db
from tests.builders import entry as an_entry
from tests.builders import organisations
from tests.faults.conftest import Mount, serving, settings_in
from tests.faults.visit import assert_unavailable, assert_whole, log_in

SCRIPT = [sys.executable, "-c", "from catalogue.commands import main; main()"]
DISK = 16 << 20
# A file of this many organisations is larger than what is left on the full disk.
MANY = 600


@pytest.fixture
def disk(tmp_path: Path, one_entry: Path, mount: Mount) -> Path:
    """A data folder on a small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount(folder, "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs")
    shutil.copytree(one_entry, folder, dirs_exist_ok=True)
    return folder


def fill(folder: Path, *, leave: int = 0) -> Path:
    """Fill the disk; removing the file that is given back makes room again."""
    state = os.statvfs(folder)
    filler = folder / "filler"
    filler.write_bytes(b"\0" * (state.f_bavail * state.f_frsize - leave))
    return filler


@pytest.fixture
def site(disk: Path) -> Iterator[Flask]:
    """A site that serves from that disk."""
    with serving(settings_in(disk)) as app:
        yield app


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A file of organisations that no small disk holds."""
    rows = [f"Werkplaats {number};az;poetsen;Ieper;{'wat we doen ' * 20}" for number in range(MANY)]
    file = tmp_path / "many.csv"
    file.write_text("\n".join(["naam;werkvorm;diensten;gemeente;omschrijving", *rows]), encoding="utf-8")
    return file


def command(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """The console script, in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CATALOGUE_")}
    environment = kept | {"CATALOGUE_DATA": str(folder)}
    return subprocess.run(
        [*SCRIPT, *map(str, words)], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )


def assert_one_line(done: subprocess.CompletedProcess[str], reason: str) -> None:
    assert done.returncode == 1, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert re.search(reason, done.stderr)


@pytest.mark.parametrize("leave", [0, 200_000], ids=["no room at all", "room for a part"])
def test_an_import_on_a_full_disk_leaves_nothing(
    disk: Path, site: Flask, visitor: FlaskClient, many: Path, leave: int
) -> None:
    assert_whole(visitor)
    with site.app_context():
        before = generation()
    filler = fill(disk, leave=leave)
    assert_one_line(command(disk, "import", many), "schijf is vol")
    with site.app_context():
        assert generation() == before
        assert entries.find("Werkplaats 1") is None
    assert_whole(visitor, disk="vol")

    filler.unlink()
    done = command(disk, "import", many)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{MANY} nieuw" in done.stdout
    assert visitor.get("/api/v1/organisaties?q=werkplaats").get_json()["totaal"] == MANY


def test_a_first_start_on_a_full_disk_can_be_repeated(disk: Path) -> None:
    (disk / "catalogue.db").unlink()
    filler = fill(disk, leave=64_000)
    assert_one_line(command(disk, "init"), "schijf is vol")
    filler.unlink()
    done = command(disk, "init", "--without-organisations")
    assert "285 gemeenten" in done.stdout, done.stderr


def test_who_reads_notices_nothing_of_a_full_disk_and_who_writes_gets_503(
    disk: Path, visitor: FlaskClient
) -> None:
    assert_whole(visitor)
    filler = fill(disk)
    assert log_in(visitor) == 503
    assert_whole(visitor, disk="vol")
    filler.unlink()
    assert log_in(visitor) == 303


def test_a_site_that_starts_on_a_full_disk_finds_without_an_index(disk: Path) -> None:
    room = settings_in(disk)
    # What SQLite itself needs to be read stands there already: another process has it open.
    with serving(room) as app, app.app_context():
        db.session.execute(db.text("SELECT 1 FROM organisation"))
        fill(disk)
        with serving(room) as other:
            visitor = other.test_client()
            assert_whole(visitor, disk="vol")
            assert visitor.get("/gezondheid/klaar").get_json()["index"] == "wordt opgebouwd"


def test_an_index_that_does_not_fit_leaves_the_old_one_and_all_results(
    disk: Path, site: Flask, visitor: FlaskClient
) -> None:
    with site.app_context():
        organisations(*(an_entry(f"Werkplaats {number}", offers=()) for number in range(250)))
    assert visitor.get("/api/v1/organisaties?q=werkplaats").get_json()["totaal"] == 250
    filler = fill(disk, leave=20_000)
    assert_one_line(command(disk, "reindex"), "schijf is vol")
    assert visitor.get("/api/v1/organisaties?q=werkplaats").get_json()["totaal"] == 250
    assert len(list((disk / "index").glob("index-*"))) == 1
    filler.unlink()
    assert "251 organisaties" in command(disk, "reindex").stdout
    assert visitor.get("/api/v1/organisaties?q=werkplaats").get_json()["totaal"] == 250


def test_a_backup_that_does_not_fit_leaves_the_one_of_before(
    folder: Path, mount: Mount, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    mount(other, "-t", "tmpfs", "-o", "size=400k", "tmpfs")
    file = other / "kopie.zip"
    assert command(folder, "backup", file).returncode == 0
    before = file.read_bytes()
    filler = fill(other, leave=20_000)
    assert_one_line(command(folder, "backup", file), "schijf is vol")
    assert file.read_bytes() == before
    assert {path.name for path in other.iterdir()} == {"filler", "kopie.zip"}
    filler.unlink()
    assert command(folder, "backup", file).returncode == 0


@pytest.mark.parametrize("leave", [0, 300_000], ids=["no room at all", "room for a part"])
def test_a_restore_on_a_full_disk_leaves_what_was_there(
    disk: Path, site: Flask, visitor: FlaskClient, tmp_path: Path, leave: int
) -> None:
    file = tmp_path / "kopie.zip"
    assert command(disk, "backup", file).returncode == 0
    with site.app_context():
        organisations(an_entry("Later", offers=()))
        before = generation()
    filler = fill(disk, leave=leave)
    assert_one_line(command(disk, "restore", file, "--without-copy"), "schijf is vol")
    with site.app_context():
        assert generation() == before
        assert entries.find("Later") is not None
    assert_whole(visitor, disk="vol")
    filler.unlink()
    assert command(disk, "restore", file).returncode == 0
    assert visitor.get("/api/v1/organisaties?q=later").get_json()["totaal"] == 0
    assert_whole(visitor)


def read_only(folder: Path, mount: Mount) -> None:
    mount(folder, "--bind", str(folder))
    subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)


def test_a_folder_that_becomes_read_only_is_read_on(folder: Path, mount: Mount) -> None:
    with serving(settings_in(folder)) as app:
        visitor = app.test_client()
        assert_whole(visitor)
        read_only(folder, mount)
        assert_whole(visitor, disk="niet beschrijfbaar")
        assert_one_line(command(folder, "reindex"), "niet geschreven|niet geopend")


def test_a_site_in_a_folder_that_was_never_writable_is_503(
    folder: Path, mount: Mount, tmp_path: Path
) -> None:
    read_only(folder, mount)
    with serving(settings_in(folder)) as app:
        assert_unavailable(app.test_client())
    assert_one_line(command(folder, "export", tmp_path / "out.csv"), "niet geschreven|niet geopend")


def test_a_data_folder_that_cannot_be_made_is_one_line(folder: Path, mount: Mount) -> None:
    read_only(folder, mount)
    assert_one_line(command(folder / "nieuw", "init"), "hier mag niet geschreven worden")
