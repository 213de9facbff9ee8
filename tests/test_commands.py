"""The command line: what each command does, and one clear line where it cannot."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import make_url, update

from catalogue import schema
from catalogue.commands import main
from catalogue.config import ROOT, Settings
from catalogue.curation import accounts, entries, outbox, uploads
from catalogue.curation.write import generation
from catalogue.extensions import db
from catalogue.models import Organisation, Upload, UploadStatus
from tests.builders import app_with, entry, make_settings, organisation, organisations, site
from tests.curation.mailbox import scripted

SCRIPT = [sys.executable, "-c", "from catalogue.commands import main; main()"]


def invoke(app: Flask, *args: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=[str(arg) for arg in args])


def environment(data: Path, **values: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("CATALOGUE_")}
    return own | {"CATALOGUE_DATA": str(data)} | values


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


Script = Callable[..., Done]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Script:
    """The console script, in this process."""

    def run(data: Path, *args: str | Path, **values: str) -> Done:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("CATALOGUE_")]:
                patch.delenv(name)
            for name, value in ({"CATALOGUE_DATA": str(data)} | values).items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["catalogue", *map(str, args)])
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, out, err)

    return run


def assert_one_line(done: Done, reason: str) -> None:
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert re.search(reason, done.stderr)


def test_init_makes_a_whole_catalogue_and_repeats_without_changing_it(tmp_path: Path) -> None:
    settings = make_settings(tmp_path / "data")
    with app_with(settings) as app:
        first = invoke(app, "init")
        assert first.exit_code == 0, first.output
        assert re.search(
            r"Klaar: 1\d\d organisaties, \d\d+ diensten, 285 gemeenten en 5 regio's", first.output
        )
        with app.app_context():
            at = generation()
        assert "Klaar: 0 organisaties, 0 diensten" in invoke(app, "init").output
        with app.app_context():
            assert generation() == at
            assert entries.find("Westlandia") is not None


def test_init_can_leave_the_organisations_out(settings: Settings) -> None:
    with app_with(settings) as app:
        assert "Klaar: 0 organisaties" in invoke(app, "init", "--without-organisations").output


def test_what_is_imported_can_be_found_and_exported(app: Flask, tmp_path: Path) -> None:
    source = tmp_path / "lijst.csv"
    source.write_text("naam;werkvorm;diensten;gemeente\nDe Kiem;az;poetsen;Ieper\n", encoding="utf-8")
    done = invoke(app, "import", source)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "1 rij, 1 organisatie: 1 nieuw, 0 gewijzigd, 0 ongewijzigd." in done.stdout
    assert b"De Kiem" in app.test_client().get("/zoeken?q=kiem").data
    for format in ("csv", "xlsx", "json", "geojson"):
        file = tmp_path / f"uit.{format}"
        assert invoke(app, "export", file).exit_code == 0
        assert file.stat().st_size > 100
    assert "De Kiem" in (tmp_path / "uit.csv").read_text(encoding="utf-8-sig")
    again = invoke(app, "import", tmp_path / "uit.xlsx")
    assert "0 nieuw, 0 gewijzigd, 1 ongewijzigd." in again.stdout


def test_the_command_exports_what_the_public_does_not_see(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        organisations(entry("Schets", status="concept"), entry("Weg", status="gearchiveerd"))
    invoke(app, "export", tmp_path / "uit.json")
    made = json.loads((tmp_path / "uit.json").read_text(encoding="utf-8"))
    assert [item["naam"] for item in made["items"]] == ["Schets", "Weg"]


def test_a_dry_run_keeps_nothing(app: Flask, tmp_path: Path) -> None:
    source = tmp_path / "lijst.csv"
    source.write_text("naam\nDe Kiem\n", encoding="utf-8")
    done = invoke(app, "import", "--dry-run", source)
    assert done.exit_code == 0
    assert "niets bewaard" in done.stdout
    with app.app_context():
        assert entries.find("De Kiem") is None


def test_a_refused_file_reports_on_stdout_and_says_so_in_one_line(
    database: Settings, tmp_path: Path, script: Script
) -> None:
    source = tmp_path / "lijst.csv"
    source.write_text("naam;trede\nDe Kiem;9\nDe Pit;8\n", encoding="utf-8")
    done = script(database.data, "import", source)
    assert_one_line(done, "lijst.csv is geweigerd")
    assert "regel 2, trede" in done.stdout
    assert "regel 3, trede" in done.stdout


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["import", "/nergens/lijst.csv"], "bestaat niet"),
        (["import"], "file ontbreekt|FILE ontbreekt"),
        (["import", "--snel", "x.csv"], "optie --snel bestaat niet"),
        (["export", "/nergens/uit.csv"], "^De map /nergens bestaat niet.$"),
        (["export", "uit.pdf"], r"eindigt op \.csv, \.xlsx"),
        (["dansen"], "bestaat niet"),
        (["run", "--port", "0"], "port"),
        (["user", "add", "geen adres"], "geldig mailadres"),
        (["user", "add", "a@voorbeeld.be", "--regio", "nergens"], "regio bestaat niet.*westhoek"),
        (["user", "link", "niemand@voorbeeld.be"], "geen account voor niemand@voorbeeld.be"),
        (["mail"], "CATALOGUE_MAIL_HOST"),
    ],
)
def test_a_command_that_cannot_be_done_says_why_in_one_line(
    database: Settings, args: list[str], reason: str, script: Script
) -> None:
    assert_one_line(script(database.data, *args), reason)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ("map", "^.*uit.csv is een map en geen bestand.$"),
        ("bestand", "^De map .*/uit.csv bestaat niet.$"),
    ],
)
def test_an_export_that_has_no_place_names_it_in_dutch(
    database: Settings, tmp_path: Path, script: Script, made: str, reason: str
) -> None:
    asked = tmp_path / "uit.csv"
    if made == "map":
        asked.mkdir()
    else:
        asked.touch()
        asked = asked / "uit.csv"
    assert_one_line(script(database.data, "export", asked), reason)


def test_an_export_to_a_name_that_is_too_long_does_not_name_another_file(
    database: Settings, tmp_path: Path, script: Script
) -> None:
    asked = tmp_path / f"{'x' * 260}.csv"
    assert_one_line(script(database.data, "export", asked), "x.csv: deze naam is te lang.$")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("foo://x/y", "^Deze databank kennen we niet: foo.$"),
        ("postgresql+foo://x/y", "^Deze databank kennen we niet: postgresql.foo.$"),
        ("mysql://x/y", "^Deze databank kennen we niet: MySQLdb is er niet.$"),
        ("geen adres", "^CATALOGUE_DATABASE_URL is geen adres van een databank"),
        ("postgres://server/naam", "^Deze databank kennen we niet: postgres. Schrijf postgresql://"),
    ],
)
def test_a_database_address_that_cannot_be_used_is_told_in_dutch(
    tmp_path: Path, script: Script, url: str, reason: str
) -> None:
    assert_one_line(script(tmp_path, "reindex", CATALOGUE_DATABASE_URL=url), reason)


@pytest.mark.parametrize(
    "written",
    [
        "postgresql+psycopg://app:ge@heim:w/rd#%x@127.0.0.1:5432/cat",
        "postgresql+psycopg://app:ge@heim@127.0.0.1:5432/cat",
        "postgresql://app:ge@heim/weg@127.0.0.1/cat",
        "postgresql+psycopg://app:geheim/cat",
        "postgres://app:geheim@127.0.0.1/cat",
    ],
)
def test_a_password_that_makes_a_database_address_unclear_is_not_told(
    tmp_path: Path, script: Script, written: str
) -> None:
    done = script(tmp_path, "reindex", CATALOGUE_DATABASE_URL=written)
    assert_one_line(done, "@ wordt %40|Schrijf postgresql://")
    assert "heim" not in done.stdout + done.stderr


def test_a_password_with_every_sign_is_read_as_it_was_written() -> None:
    written = "postgresql+psycopg://app:p%40ss%3Aw%2Frd%23%25x@127.0.0.1:5432/cat?options=-c%20a%3Db%40c"
    settings = Settings.from_environment({"CATALOGUE_DATABASE_URL": written})
    assert make_url(settings.database_url).password == "p@ss:w/rd#%x"


def test_a_data_folder_that_cannot_be_made_is_told_in_dutch(tmp_path: Path, script: Script) -> None:
    taken = tmp_path / "bestand"
    taken.touch()
    assert_one_line(
        script(taken, "init"),
        f"^CATALOGUE_DATA is niet bruikbaar: {taken}: hier staat al een bestand.$",
    )
    assert_one_line(
        script(taken / "data", "init"),
        "^CATALOGUE_DATA is niet bruikbaar: .*: een deel van dit pad is een bestand en geen map.$",
    )


def test_a_faulty_setting_is_named(tmp_path: Path, script: Script) -> None:
    assert_one_line(script(tmp_path, "reindex", CATALOGUE_PORT="veel"), "CATALOGUE_PORT")


def test_commands_that_need_a_catalogue_say_so(tmp_path: Path, script: Script) -> None:
    assert_one_line(script(tmp_path / "leeg", "export", tmp_path / "uit.csv"), "catalogue init")


def test_a_database_that_is_older_than_the_code_is_not_served(database: Settings, script: Script) -> None:
    with sqlite3.connect(database.data / "catalogue.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    assert_one_line(script(database.data, "run", "--port", "1"), "ouder dan dit programma")


def test_a_torn_database_is_a_clear_line(database: Settings, script: Script) -> None:
    (database.data / "catalogue.db").write_bytes(b"dit is geen databank" * 100)
    assert_one_line(script(database.data, "reindex"), "databank")


def test_flask_itself_says_in_one_line_too_why_a_file_cannot_be_written(app: Flask, tmp_path: Path) -> None:
    result = invoke(app, "export", tmp_path / f"{'x' * 300}.csv")
    assert (result.exit_code, "deze naam is te lang" in result.output) == (1, True)


def test_an_export_never_leaves_half_a_file(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "uit.csv"
    file.write_text("van gisteren", encoding="utf-8")
    with app.app_context():
        organisation()
        db.session.execute(db.text("UPDATE offer SET area = '[\"maan\"]', area_assumed = 0"))
        db.session.commit()
    assert invoke(app, "export", file).exit_code == 1
    assert file.read_text(encoding="utf-8") == "van gisteren"
    assert [path.name for path in tmp_path.glob("*uit.csv*")] == ["uit.csv"]


def test_reindex_makes_the_index_anew(app: Flask) -> None:
    with app.app_context():
        organisation("De Kiem")
    assert invoke(app, "reindex").exit_code == 0
    assert b"De Kiem" in app.test_client().get("/zoeken?q=kiem").data


def test_a_new_user_gets_a_link_that_opens(app: Flask) -> None:
    done = invoke(app, "user", "add", "regie@voorbeeld.be")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("http://127.0.0.1:5000/beheer/wachtwoord/")
    path = done.stdout.strip().removeprefix("http://127.0.0.1:5000")
    assert app.test_client().get(path).status_code == 200


def test_the_first_user_may_do_everything_and_a_later_one_keeps_the_region_of_the_site(app: Flask) -> None:
    first = invoke(app, "user", "add", "eerste@voorbeeld.be")
    assert "eerste@voorbeeld.be is beheerder." in first.stderr
    later = invoke(app, "user", "add", "tweede@voorbeeld.be")
    assert "tweede@voorbeeld.be is regisseur van Westhoek." in later.stderr
    with app.app_context():
        roles = [accounts.find(f"{who}@voorbeeld.be") for who in ("eerste", "tweede")]
        assert [(one.role, len(one.regions)) for one in roles if one] == [("beheerder", 0), ("regisseur", 1)]


def test_a_new_user_gets_regions(app: Flask) -> None:
    invoke(app, "user", "add", "regie@voorbeeld.be", "--regio", "westhoek")
    with app.app_context():
        found = accounts.find("regie@voorbeeld.be")
        assert found is not None
        assert [region.slug for region in found.regions] == ["westhoek"]


def test_who_lost_everything_gets_a_new_link_without_the_second_step(app: Flask) -> None:
    first = invoke(app, "user", "add", "regie@voorbeeld.be", "--beheerder").stdout.strip()
    with app.app_context():
        found = accounts.find("regie@voorbeeld.be")
        assert found is not None
        found.totp_salt = "zout"
        db.session.commit()
    path = invoke(app, "user", "link", "Regie@voorbeeld.be").stdout.strip().partition(":5000")[2]
    with app.app_context():
        found = accounts.find("regie@voorbeeld.be")
        assert found is not None
        assert found.totp_salt == "zout"
    assert app.test_client().get(first.partition(":5000")[2]).status_code == 410
    assert app.test_client().get(path).status_code == 200

    invoke(app, "user", "link", "regie@voorbeeld.be", "--zonder-tweede-stap")
    with app.app_context():
        found = accounts.find("regie@voorbeeld.be")
        assert found is not None
        assert found.totp_salt == ""


def test_a_closed_account_gets_no_link_from_a_command(app: Flask) -> None:
    with app.app_context():
        accounts.add("weg@voorbeeld.be").closed_at = datetime.now(UTC)
        db.session.commit()
    assert "is gesloten" in invoke(app, "user", "link", "weg@voorbeeld.be").stderr


def test_a_dry_run_shows_the_mails_and_keeps_them(app: Flask) -> None:
    with app.app_context():
        outbox.put("proef:1", "iemand@voorbeeld.be", "Een vraag", "Dag,\n\neen vraag.\n")
        db.session.commit()
    for _ in range(2):
        done = invoke(app, "mail", "--dry-run")
        assert done.exit_code == 0
        assert "Aan: iemand@voorbeeld.be\nOnderwerp: Een vraag\n\nDag,\n\neen vraag.\n" in done.stdout
        assert "1 mail staat klaar. Er is niets verstuurd." in done.stdout


def test_mail_without_a_server_says_so_and_keeps_the_mails(app: Flask) -> None:
    with app.app_context():
        outbox.put("proef:1", "iemand@voorbeeld.be", "Een vraag", "x")
        db.session.commit()
        old = uploads.store("oud.csv", b"naam", None)
        uploads.turn(old, UploadStatus.FAILED)
        db.session.execute(update(Upload).values(touched_at=datetime.now(UTC) - timedelta(days=400)))
        db.session.commit()
    done = invoke(app, "mail")
    assert (done.exit_code, "geen mailserver ingesteld" in done.stderr) == (1, True)
    with app.app_context():
        assert len(outbox.waiting()) == 1
        # What is kept for a time only does not wait for a server.
        assert uploads.find(old) is None


def test_a_mail_server_that_hangs_ends_the_command_in_time_with_one_line(
    database: Settings, script: Script
) -> None:
    with app_with(database) as app, app.app_context():
        outbox.put("proef:1", "iemand@voorbeeld.be", "Een vraag", "x")
        db.session.commit()
    with scripted() as port:
        values = {"HOST": "127.0.0.1", "PORT": str(port), "FROM": "a@b.be", "TIMEOUT": "1"}
        given = {f"CATALOGUE_MAIL_{name}": value for name, value in values.items()}
        done = script(database.data, "mail", **given)
    assert_one_line(done, "niet op tijd")
    assert "0 verstuurd" in done.stdout
    with app_with(database) as app, app.app_context():
        assert len(outbox.waiting()) == 1


@pytest.mark.parametrize(
    ("name", "value"), [("SECURITY", "soms"), ("PORT", "0"), ("TIMEOUT", "0"), ("FROM", "geen adres")]
)
def test_a_faulty_mail_setting_is_named(database: Settings, script: Script, name: str, value: str) -> None:
    given = {"CATALOGUE_MAIL_HOST": "127.0.0.1", f"CATALOGUE_MAIL_{name}": value}
    assert_one_line(script(database.data, "mail", **given), f"CATALOGUE_MAIL_{name}")


class Nominatim(BaseHTTPRequestHandler):
    """A geocoding service that knows one street."""

    def do_GET(self) -> None:
        found = []
        if "Markt" in self.path:
            found = [
                {
                    "lat": "50.8513",
                    "lon": "2.8857",
                    "display_name": "Markt, Ieper",
                    "place_rank": 30,
                    "address": {"country_code": "be"},
                }
            ]
        body = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Nominatim)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_geocode_gives_sites_the_point_of_their_address(database: Settings, service: str) -> None:
    settings = make_settings(database.data, geocoder_url=service, geocoder_agent="test")
    with app_with(settings) as app:
        with app.app_context():
            id = organisation(
                "De Kiem",
                sites=(
                    site(street="Markt", house_number="1"),
                    site(name="Hand", street="Markt", lat=50.8, lon=2.8, point_origin="hand"),
                ),
            )
            before = db.session.get_one(Organisation, id).generation
        done = invoke(app, "geocode")
        assert "1 van 1 vestigingen kregen een nieuw punt." in done.stdout
        with app.app_context():
            found = entries.read(id)
            assert found is not None
            assert [(s.lat, s.point_origin) for s in found.sites] == [(50.8513, "adres"), (50.8, "hand")]
            assert db.session.get_one(Organisation, id).generation > before
        assert "0 van 0 vestigingen" in invoke(app, "geocode").stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_run_makes_the_catalogue_serves_it_and_stops_when_asked(tmp_path: Path, script: Script) -> None:
    port = free_port()
    process = subprocess.Popen(
        [*SCRIPT, "run", "--port", str(port)],
        cwd=ROOT,
        env=environment(tmp_path / "data"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(3)]
        assert lines[-1] == f"De catalogus staat op http://127.0.0.1:{port}\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/zoeken?q=Westlandia", timeout=30) as answer:
            assert "Westlandia" in answer.read().decode()
        taken = script(tmp_path / "data", "run", "--port", str(port))
        assert_one_line(taken, f"{port} .*al in gebruik")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.communicate()


def test_an_init_that_was_cut_short_is_finished_by_the_next(settings: Settings) -> None:
    with app_with(settings) as app, app.app_context():
        schema.upgrade()
        assert not schema.is_begun()
    with app_with(settings) as app:
        invoke(app, "init", "--without-organisations")
        with app.app_context():
            assert schema.is_begun()


def test_the_progress_bar_stays_away_where_nobody_watches(
    database: Settings, tmp_path: Path, script: Script
) -> None:
    source = tmp_path / "lijst.csv"
    source.write_text("naam;werkvorm\nDe Kiem;az\n", encoding="utf-8")
    done = script(database.data, "import", source)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_backup_that_is_not_there_is_said_so(tmp_path: Path, script: Script) -> None:
    file = tmp_path / "nergens.zip"
    assert_one_line(script(tmp_path / "data", "restore", file), f"^Het bestand {file} bestaat niet.$")
