"""The whole site on PostgreSQL: the database that several web nodes share."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from catalogue import schema
from catalogue.commands import OWN_KEY
from catalogue.config import ROOT, Settings
from catalogue.curation import accounts, entries, throttle
from catalogue.curation.write import change, generation
from catalogue.extensions import db
from tests.builders import (
    app_with,
    entry,
    import_text,
    make_settings,
    organisation,
    organisations,
    prepare,
    site,
)
from tests.cluster import Cluster, connect

SCRIPT = [sys.executable, "-c", "from catalogue.commands import main; main()"]
PASSWORD = "vier losse woorden hier"
# Everything that a database could put in another order, or give back in another form.
SAME = (
    "/export.csv",
    "/export.json",
    "/diensten",
    "/gemeenten",
    "/sitemap.xml",
    "/kaart/punten.geojson",
    "/api/v1/organisaties?per_pagina=100",
    "/api/v1/organisaties?q=groenonderhoud+ieper",
    "/api/v1/organisaties?sorteer=bevestigd&per_pagina=100",
    "/api/v1/organisaties/westlandia",
    "/api/v1/diensten",
    "/api/v1/gemeenten",
    "/api/v1/suggesties?q=po",
)


@contextmanager
def in_service(settings: Settings) -> Iterator[FlaskClient]:
    """The site where a fault becomes a page."""
    with app_with(settings) as app:
        app.testing = False
        app.config["PROPAGATE_EXCEPTIONS"] = False
        yield app.test_client()


@pytest.fixture
def client(database: Settings) -> Iterator[FlaskClient]:
    with in_service(database) as client:
        yield client


def environment(settings: Settings) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CATALOGUE_")}
    return kept | {"CATALOGUE_DATA": str(settings.data), "CATALOGUE_DATABASE_URL": settings.database_url}


def test_models_and_migrations_do_not_differ(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_migrations_go_back_to_nothing_and_forward_again(app: Flask) -> None:
    with app.app_context():
        schema.downgrade()
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        schema.upgrade()
        assert "organisation" in inspect(db.engine).get_table_names()


def test_everything_reads_as_on_sqlite(cluster: Cluster, tmp_path: Path) -> None:
    answers = []
    for settings in (
        make_settings(tmp_path / "sqlite"),
        make_settings(tmp_path / "pg", database_url=cluster.url(cluster.new_database())),
    ):
        prepare(settings, with_organisations=True)
        with app_with(settings) as app:
            client = app.test_client()
            answers.append({path: client.get(path).text for path in SAME})
            if settings.database_url:
                runner = app.test_cli_runner()
                again = runner.invoke(args=["init"])
                assert "Klaar: 0 organisaties, 0 diensten, 0 gemeenten" in again.output
                assert runner.invoke(args=["export", str(tmp_path / "out.xlsx")]).exit_code == 0
                back = runner.invoke(args=["import", str(tmp_path / "out.xlsx")])
                assert "0 nieuw, 0 gewijzigd" in back.output
    # And the moment at which each was filled.
    nonce = re.compile(r'nonce="[^"]*"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+]00:00')
    on_sqlite, on_postgresql = (
        {path: nonce.sub("", text) for path, text in found.items()} for found in answers
    )
    assert "westlandia" in on_sqlite["/export.csv"].lower()
    for path in SAME:
        assert on_postgresql[path] == on_sqlite[path], path


def test_what_is_imported_edited_and_withdrawn_is_found_so(app: Flask) -> None:
    client = app.test_client()

    def found(q: str) -> int:
        return int(client.get(f"/api/v1/organisaties?q={q}").get_json()["totaal"])

    with app.app_context():
        import_text("naam;werkvorm;diensten;gemeente\nDe Kiem;az;poetsen;Ieper\n")
        assert found("kiem") == 1
        import_text("naam;telefoon\nDe Kiem;051 11 22 33\n")
        with change() as under_way:
            known = entries.find("De Kiem")
            assert known is not None and known.phone
            entries.archive(under_way, known)
        assert found("kiem") == 0
    assert client.get("/organisaties/de-kiem").status_code == 410


def test_a_file_with_texts_that_do_not_fit_is_refused_by_row(app: Flask) -> None:
    with app.app_context():
        done = import_text(f"naam;telefoon;huisnummer\nDe Kiem;;\n{'x' * 300};{'1' * 99};{'2' * 50}\n")
        assert {refusal.line for refusal in done.refusals} == {3}
        assert entries.find("De Kiem") is None


def test_two_sites_swap_their_names(app: Flask) -> None:
    with app.app_context():
        id = organisation(sites=(site(name="Oost"), site(name="West")), offers=())
        data = entries.read(id)
        assert data is not None
        east, west = data.sites
        with change() as under_way:
            swapped = (replace(east, name="West"), replace(west, name="Oost"))
            entries.Writer(under_way).save(replace(data, sites=swapped))
        found = entries.read(id)
        assert found is not None
        assert {one.id: one.name for one in found.sites} == {east.id: "West", west.id: "Oost"}


@pytest.mark.parametrize("text", ["%00", "a%00b", "%ED%A0%80", "%FF", "x" * 3000])
def test_no_text_of_an_address_is_too_much(client: FlaskClient, text: str) -> None:
    for path in ("/organisaties/{}", "/api/v1/organisaties/{}", "/diensten/{}", "/beheer/wachtwoord/{}"):
        assert client.get(path.format(text)).status_code in (404, 410)
    for path in ("/zoeken?q={}", "/api/v1/suggesties?q={}"):
        assert client.get(path.format(text)).status_code == 200


def test_an_account_logs_in_and_guessing_is_slowed_by_the_clock_of_the_site(app: Flask) -> None:
    with app.app_context():
        account = accounts.redeem(accounts.one_time_link(accounts.add("een@voorbeeld.be")), PASSWORD)
        with pytest.raises(accounts.AccountError):
            accounts.add("een@voorbeeld.be")
        assert accounts.check("een@voorbeeld.be", PASSWORD, "192.0.2.7") == account
        for _ in range(throttle.LIMITS["account"]):
            assert accounts.check("twee@voorbeeld.be", "iets anders dan dat", "192.0.2.7") is None
        with pytest.raises(throttle.ThrottledError) as slowed:
            accounts.check("twee@voorbeeld.be", "iets anders dan dat", "192.0.2.7")
        # The server's clock stands one or two hours from UTC.
        assert timedelta(minutes=10) < timedelta(seconds=slowed.value.seconds) <= throttle.WINDOW


def test_of_two_writers_the_second_waits_and_gets_the_next_number(app: Flask) -> None:
    inside, may_end, order = threading.Event(), threading.Event(), []

    def first() -> None:
        with app.app_context(), change() as under_way:
            inside.set()
            may_end.wait(10)
            order.append(("first", under_way.generation))

    def second() -> None:
        with app.app_context():
            inside.wait(10)
            with change() as under_way:
                order.append(("second", under_way.generation))

    with app.app_context():
        before = generation()
        db.session.rollback()
        writers = [threading.Thread(target=first), threading.Thread(target=second)]
        for writer in writers:
            writer.start()
        time.sleep(0.3)
        # Nobody sees a number whose change is not committed yet.
        assert generation() == before
        assert order == []
        may_end.set()
        for writer in writers:
            writer.join(10)
        assert order == [("first", before + 1), ("second", before + 2)]
        db.session.rollback()
        assert generation() == before + 2


def test_many_writers_at_once_lose_nothing(app: Flask) -> None:
    faults: list[BaseException] = []

    def write(number: int) -> None:
        try:
            with app.app_context():
                for part in range(3):
                    organisation(f"Proef {number} {part}", offers=())
        except BaseException as error:
            faults.append(error)

    with app.app_context():
        before = generation()
        db.session.rollback()
    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []
    assert app.test_client().get("/api/v1/organisaties?q=proef").get_json()["totaal"] == 12
    with app.app_context():
        assert generation() == before + 12


def test_who_waits_too_long_for_a_writer_is_told(cluster: Cluster, database: Settings) -> None:
    name = database.database_url.split("@/")[1].split("?")[0]
    hasty = make_settings(database.data, database_url=cluster.url(name, options="-c%20lock_timeout%3D200ms"))
    with app_with(hasty) as app, cluster.connect(name) as other:
        client = app.test_client()
        with other.transaction(), app.app_context():
            other.execute("UPDATE catalogue_state SET generation = generation")
            with pytest.raises(OperationalError, match="lock timeout"), change():
                pytest.fail("a change began while another was under way")
            assert client.get("/zoeken").status_code == 200
        with app.app_context():
            organisations(entry("De Proef"))
        assert client.get("/api/v1/organisaties").get_json()["totaal"] == 1


def test_the_site_limits_its_own_waiting(app: Flask) -> None:
    with app.app_context():
        assert db.session.scalar(db.text("SHOW lock_timeout")) == "5s"
        assert db.engine.url.query["connect_timeout"] == "5"


def test_a_table_that_is_missing_is_503(client: FlaskClient) -> None:
    assert client.get("/zoeken").status_code == 200
    with client.application.app_context():
        db.session.execute(db.text("ALTER TABLE catalogue_state RENAME TO elsewhere"))
        db.session.commit()
        for path in ("/", "/api/v1/organisaties"):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert client.get("/gezondheid/klaar").get_json()["catalogus"] == "ProgrammingError"
        db.session.execute(db.text("ALTER TABLE elsewhere RENAME TO catalogue_state"))
        db.session.commit()
    assert client.get("/zoeken").status_code == 200


def test_a_server_that_falls_away_is_503_until_it_is_back(cluster: Cluster, client: FlaskClient) -> None:
    assert client.get("/zoeken").status_code == 200
    cluster.stop()
    try:
        for path in ("/", "/api/v1/organisaties", "/gezondheid/klaar"):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60"), path
            assert "psycopg" not in answer.text
        assert client.get("/gezondheid").status_code == 200
        assert client.get("/over").status_code == 200
    finally:
        cluster.start()
    assert client.get("/zoeken").status_code == 200
    assert client.get("/gezondheid/klaar").status_code == 200


def test_a_server_that_falls_away_once_the_answer_is_made_spoils_nothing(
    app: Flask, database: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    @app.after_request
    def fall_away(response: Response) -> Response:
        ours = db.session.scalar(db.text("SELECT pg_backend_pid()"))
        with connect(database.database_url) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [ours])
        return response

    client = app.test_client()
    assert client.get("/zoeken").status_code == 200
    assert "ended before it was given back" in caplog.text
    assert client.get("/zoeken").status_code == 200


def test_a_restart_between_two_visits_is_not_noticed(cluster: Cluster, client: FlaskClient) -> None:
    assert client.get("/zoeken").status_code == 200
    cluster.stop()
    cluster.start()
    assert client.get("/zoeken").status_code == 200


def test_two_starts_on_an_empty_database_make_one_catalogue_and_it_is_served(
    cluster: Cluster, tmp_path: Path
) -> None:
    # On a busy machine the first takes its time.
    url = cluster.url(cluster.new_database(), options="-c%20lock_timeout%3D60s")
    nodes = [make_settings(tmp_path / name, database_url=url) for name in ("one", "two")]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = (["run", "--port", str(port)], ["init"])
    processes = [
        subprocess.Popen(
            [*SCRIPT, *command],
            cwd=ROOT,
            env=environment(node),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for node, command in zip(nodes, words, strict=True)
    ]
    server, other = processes
    try:
        out, err = other.communicate(timeout=60)
        assert (other.returncode, err) == (0, "")
        assert server.stdout
        lines = [server.stdout.readline() for _ in range(3)]
        assert lines[-1] == f"De catalogus staat op http://127.0.0.1:{port}\n"
        made = [int(number) for number in re.findall(r"Klaar: (\d+)", "".join([out, *lines]))]
        assert sorted(made)[0] == 0 and sorted(made)[1] > 100
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/zoeken?q=Westlandia", timeout=30) as answer:
            assert "Westlandia" in answer.read().decode()
        server.terminate()
        out, err = server.communicate(timeout=30)
        assert (server.returncode, err) == (0, OWN_KEY + "\n")
    finally:
        for process in processes:
            process.kill()
            process.communicate()
