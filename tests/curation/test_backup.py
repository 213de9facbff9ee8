"""A backup holds the whole catalogue of one moment; put back it is that catalogue, or nothing has changed."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from catalogue import schema
from catalogue.config import Settings
from catalogue.curation import accounts, entries, outbox
from catalogue.curation.backup import MANIFEST, part_name, tables, write
from catalogue.curation.restore import Backup, BackupError, look_through, put_back
from catalogue.curation.write import change, generation
from catalogue.directory.live import directory
from catalogue.extensions import db
from catalogue.models import Account, CatalogueState, OutgoingMail, Proposal, Revision, Role
from tests.builders import app_with, copied, entry, make_settings, organisation, organisations
from tests.curation.room import PASSWORD, account
from tests.curation.whole import backup_to, dump, fill_every_table
from tests.index_life.test_agreement import assert_agreement

# What a restore itself decides.
OWN = frozenset({"session_token"})


def invoke(app: Flask, *args: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=[str(arg) for arg in args])


@pytest.fixture
def inside(app: Flask) -> Iterator[Flask]:
    """The site, in its context, with one organisation and one account."""
    with app.app_context():
        organisation("De Proef", description="Wij maken vogelhuisjes.")
        account(Role.REGISSEUR, email="een@voorbeeld.be")
        yield app


@pytest.fixture
def elsewhere(tmp_path: Path, vocabularies: Settings) -> Iterator[Flask]:
    """Another site."""
    with copied(vocabularies, tmp_path / "elsewhere") as settings, app_with(settings) as app:
        yield app


def looked_through(file: Path) -> Backup:
    return look_through(file, schema.revisions())


def restore(file: Path) -> int:
    return put_back(looked_through(file))


def without_state(found: Any) -> Any:
    return {name: rows for name, rows in found.items() if name != "catalogue_state"}


def test_what_is_put_back_elsewhere_is_the_same_to_the_last_column(
    inside: Flask, elsewhere: Flask, tmp_path: Path
) -> None:
    fill_every_table()
    before = dump(but=OWN)
    assert set(before) == {table.name for table in tables()}
    assert all(before.values()), [name for name, rows in before.items() if not rows]
    file = backup_to(tmp_path / "kopie.zip")
    with elsewhere.app_context():
        organisation("De Vreemde")
        restore(file)
        # The mail that waited: nobody there knows whether it went out meanwhile, but this one did.
        assert without_state(dump(but=OWN)) == without_state(before)
        if db.engine.dialect.name == "sqlite":
            assert db.session.execute(db.text("PRAGMA foreign_key_check")).all() == []


def test_a_service_keeps_the_broader_one_that_it_has(inside: Flask, tmp_path: Path) -> None:
    before = [row for row in dump()["service"] if row["broader_id"]]
    assert len(before) > 5
    restore(backup_to(tmp_path / "kopie.zip"))
    assert [row for row in dump()["service"] if row["broader_id"]] == before


def test_a_backup_is_of_one_moment_whatever_is_written_meanwhile(
    inside: Flask, database: Settings, tmp_path: Path
) -> None:
    class Busy(io.BytesIO):
        """Where each piece that is written lets somebody else write an entry."""

        number = 0

        def write(self, data: Any) -> int:
            if self.number < 20:
                self.number += 1
                organisation(f"Tussendoor {self.number}")
            return super().write(data)

    before = dump(but=OWN)
    stream = Busy()
    with app_with(database) as other, other.app_context():
        file = tmp_path / "kopie.zip"
        write(stream, site="De proef")
        file.write_bytes(stream.getvalue())
        assert stream.number > 3
        assert len(dump()["organisation"]) == 1 + stream.number
        restore(file)
        assert without_state(dump(but=OWN)) == without_state(before)


def test_secrets_and_what_must_not_come_back_are_not_in_it(inside: Flask, tmp_path: Path) -> None:
    link = accounts.one_time_link(accounts.add("twee@voorbeeld.be"))
    file = backup_to(tmp_path / "kopie.zip")
    with zipfile.ZipFile(file) as archive:
        assert not {
            name for name in archive.namelist() if "link" in name or "failed" in name or "rate" in name
        }
        text = b"".join(archive.read(name) for name in archive.namelist())
    assert b"only for tests" not in text
    restore(file)
    with pytest.raises(accounts.LinkError):
        accounts.redeem(link, PASSWORD)


def test_every_number_is_new_so_that_every_process_reads_anew(inside: Flask, tmp_path: Path) -> None:
    file = backup_to(tmp_path / "kopie.zip")
    for number in range(3):
        organisation(f"Later {number}")
    before = generation()
    assert restore(file) == before + 1
    state = db.session.get_one(CatalogueState, 1)
    assert {state.generation, state.vocabulary_generation, state.restored_generation} == {before + 1}


def test_a_site_under_way_answers_with_what_was_put_back(
    inside: Flask, database: Settings, tmp_path: Path
) -> None:
    client = inside.test_client()

    def found(q: str) -> int:
        return int(client.get(f"/api/v1/organisaties?q={q}").get_json()["totaal"])

    file = backup_to(tmp_path / "kopie.zip")
    organisations(*(entry(f"Werkplaats {number}", description="Wij looien leer.") for number in range(3)))
    with change() as under_way:
        data = entries.read(entries.find("De Proef").id)  # type: ignore[union-attr]
        assert data is not None
        entries.save(under_way, replace(data, description="Wij blazen kerstballen."))
    assert (found("leer+looien"), found("kerstballen"), found("vogelhuisjes")) == (3, 1, 0)
    with app_with(database) as other, other.app_context():
        restore(file)
    assert (found("leer+looien"), found("kerstballen"), found("vogelhuisjes")) == (0, 0, 1)
    assert client.get("/organisaties/werkplaats-1").status_code == 404
    organisation("De Volgende", description="Wij looien leer.")
    assert found("leer+looien") == 1
    directory().settle()
    assert_agreement(directory())


def test_a_reader_sees_the_old_state_until_the_end(inside: Flask, database: Settings, tmp_path: Path) -> None:
    file = backup_to(tmp_path / "kopie.zip")
    organisation("Later")
    client = inside.test_client()
    seen = []
    found = looked_through(file)
    with app_with(database) as other, other.app_context():
        from sqlalchemy import event

        @event.listens_for(db.engine, "after_cursor_execute")
        def look(*_: object) -> None:
            if len(seen) < 30:
                seen.append(client.get("/api/v1/organisaties").get_json()["totaal"])

        put_back(found)
    assert seen and set(seen) == {2}
    assert client.get("/api/v1/organisaties").get_json()["totaal"] == 1


def test_who_was_logged_in_logs_in_again_with_the_same_password(inside: Flask, tmp_path: Path) -> None:
    old = {one.session_token for one in db.session.scalars(select(Account))}
    restore(backup_to(tmp_path / "kopie.zip"))
    assert not old & {one.session_token for one in db.session.scalars(select(Account))}
    assert accounts.check("een@voorbeeld.be", PASSWORD, "192.0.2.7") is not None


def mail(key: str, **values: Any) -> None:
    outbox.put(key, "iemand@voorbeeld.be", "Onderwerp", "Tekst")
    db.session.flush()
    if values:
        db.session.execute(update(OutgoingMail).where(OutgoingMail.key == key).values(**values))
    db.session.commit()


def mails() -> dict[str, tuple[bool, bool]]:
    """Key → whether it was claimed and whether it was sent."""
    rows = db.session.scalars(select(OutgoingMail))
    return {row.key: (row.claimed_at is not None, row.sent_at is not None) for row in rows}


def test_a_mail_that_went_out_after_the_backup_never_waits_again(inside: Flask, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    mail("wacht-nog")
    mail("gaat-uit")
    mail("al-weg", claimed_at=now, sent_at=now)
    file = backup_to(tmp_path / "kopie.zip")
    db.session.execute(
        update(OutgoingMail).where(OutgoingMail.key == "gaat-uit").values(claimed_at=now, sent_at=now)
    )
    mail("later-weg", claimed_at=now, sent_at=now)
    mail("later-wacht")
    restore(file)
    assert mails() == {
        "wacht-nog": (False, False),
        "gaat-uit": (True, True),
        "al-weg": (True, True),
        "later-weg": (True, True),
    }
    mail("volgende")


def test_elsewhere_a_mail_that_waited_waits_for_a_person(
    inside: Flask, elsewhere: Flask, tmp_path: Path
) -> None:
    mail("wacht-nog")
    file = backup_to(tmp_path / "kopie.zip")
    with elsewhere.app_context():
        restore(file)
        assert mails() == {"wacht-nog": (True, False)}


def test_what_was_erased_after_the_backup_stays_erased(inside: Flask, tmp_path: Path) -> None:
    db.session.add(
        Proposal(
            message="Bel mij op 057 00 00 00",
            proposer_mail="iemand@voorbeeld.be",
            created_at=datetime.now(UTC),
        )
    )
    db.session.commit()
    file = backup_to(tmp_path / "kopie.zip")
    now = datetime.now(UTC) + timedelta(days=1)
    db.session.execute(update(Proposal).values(message="", proposer_mail="", erased_at=now))
    first = db.session.scalars(select(Revision.id).order_by(Revision.id)).first()
    db.session.execute(
        update(Revision).where(Revision.id == first).values(data={"name": "[gewist]"}, erased_at=now)
    )
    db.session.commit()
    restore(file)
    proposal = db.session.scalars(select(Proposal)).one()
    assert (proposal.message, proposal.proposer_mail) == ("", "")
    assert proposal.erased_at is not None
    assert db.session.get_one(Revision, first).data == {"name": "[gewist]"}


def rewritten(file: Path, manifest: Callable[[Any], Any] | None = None, **parts: bytes) -> Path:
    """The same backup with another manifest or other lines of a table."""
    other = file.with_name("anders.zip")
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(other, "w") as changed:
        for name in archive.namelist():
            data = archive.read(name)
            if name == MANIFEST and manifest:
                data = json.dumps(manifest(json.loads(data))).encode()
            changed.writestr(name, parts.get(name.split("/")[-1].removesuffix(".jsonl"), data))
    return other


def changed(*path: str, to: object) -> Callable[[Any], Any]:
    """A manifest with another value there."""

    def change_it(manifest: Any) -> Any:
        inner = manifest
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = to
        return manifest

    return change_it


def without(*path: str) -> Callable[[Any], Any]:
    def change_it(manifest: Any) -> Any:
        inner = manifest
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
        return manifest

    return change_it


REFUSED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "of something else": (changed("soort", to="iets anders"), "geen reservekopie"),
    "no manifest at all": (lambda _: [1, 2], "geen reservekopie"),
    "a later format": (changed("vorm", to=99), "andere versie"),
    "tables of a later program": (changed("revisie", to="9999"), "andere versie"),
    "an unknown table": (
        changed("delen", "recept", to={"rijen": 0, "kolommen": [], "sha256": ""}),
        "wij niet kennen: recept",
    ),
    "an unknown column": (changed("delen", "category", "kolommen", to=["slug", "kleur"]), "category.kleur"),
    "a table that is missing": (without("delen", "offer"), "ontbreekt: offer"),
    "another number of rows": (changed("delen", "service", "rijen", to=3), "beschadigd: service"),
    "another checksum": (changed("delen", "service", "sha256", to="0" * 64), "beschadigd: service"),
}


@pytest.mark.parametrize("how", REFUSED)
def test_a_file_that_is_not_ours_and_whole_is_refused_before_anything_changes(
    inside: Flask, tmp_path: Path, how: str
) -> None:
    manifest, reason = REFUSED[how]
    file = rewritten(backup_to(tmp_path / "kopie.zip"), manifest)
    before = dump()
    with pytest.raises(BackupError, match=reason):
        restore(file)
    assert dump() == before


def test_lines_that_somebody_changed_are_refused(inside: Flask, tmp_path: Path) -> None:
    file = backup_to(tmp_path / "kopie.zip")
    with zipfile.ZipFile(file) as archive:
        lines = archive.read(part_name("organisation"))
    for other in (
        lines.replace(b"De Proef", b"De Dief!"),
        lines[:-5],
        lines + lines,
        b"\xff\n",
        b"[]\n",
        b"{}\n",
    ):
        with pytest.raises(BackupError, match="beschadigd"):
            looked_through(rewritten(file, organisation=other))


def test_a_torn_file_is_refused_wherever_it_is_torn(inside: Flask, tmp_path: Path) -> None:
    whole = backup_to(tmp_path / "kopie.zip").read_bytes()
    torn = tmp_path / "stuk.zip"
    for length in [0, 1, 100, *range(1000, len(whole), len(whole) // 25), len(whole) - 1]:
        torn.write_bytes(whole[:length])
        with pytest.raises(BackupError):
            looked_through(torn)
    for at in range(0, len(whole), len(whole) // 60):
        torn.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            found = looked_through(torn)
        except BackupError:
            continue
        # What does not matter to what is read: a date in a header.
        assert found.manifest == looked_through(tmp_path / "kopie.zip").manifest


def test_rows_that_contradict_each_other_change_nothing(inside: Flask, tmp_path: Path) -> None:
    from hashlib import sha256

    file = backup_to(tmp_path / "kopie.zip")
    before = dump()

    def without_gemeenten(manifest: Any) -> Any:
        manifest["delen"]["gemeente"] |= {"rijen": 0, "sha256": sha256(b"").hexdigest()}
        return manifest

    with pytest.raises(BackupError, match="spreekt zichzelf tegen"):
        restore(rewritten(file, without_gemeenten, gemeente=b""))
    assert dump() == before


def test_a_backup_of_an_older_program_gets_the_defaults_of_what_it_did_not_know(
    inside: Flask, tmp_path: Path
) -> None:
    from hashlib import sha256

    file = backup_to(tmp_path / "kopie.zip")
    with zipfile.ZipFile(file) as archive:
        rows = [json.loads(line) for line in archive.read(part_name("account")).splitlines()]
    for row in rows:
        del row["totp_step"], row["closed_at"]
    lines = b"".join(json.dumps(row).encode() + b"\n" for row in rows)

    def older(manifest: Any) -> Any:
        part = manifest["delen"]["account"]
        part["kolommen"] = [name for name in part["kolommen"] if name in rows[0]]
        part["sha256"] = sha256(lines).hexdigest()
        del manifest["delen"]["clause_use"]
        return manifest | {"revisie": "0003"}

    restore(rewritten(file, older, account=lines))
    found = db.session.scalars(select(Account)).one()
    assert (found.email, found.totp_step, found.closed_at) == ("een@voorbeeld.be", 0, None)


def test_the_commands_keep_put_back_and_say_so(inside: Flask, database: Settings, tmp_path: Path) -> None:
    file = tmp_path / "kopie.zip"
    done = invoke(inside, "backup", file)
    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    organisation("Later")
    done = invoke(inside, "restore", file)
    assert done.exit_code == 0, done.output
    assert "Teruggezet: 1 organisaties" in done.output
    assert entries.find("Later") is None
    # And that can be undone.
    (copy,) = database.data.glob("voor-terugzetten-*.zip")
    assert invoke(inside, "restore", copy, "--without-copy").exit_code == 0
    assert entries.find("Later") is not None
    assert len(list(database.data.glob("voor-terugzetten-*.zip"))) == 1


def test_a_backup_is_put_back_where_there_is_nothing_yet(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        organisation("De Proef", description="Wij maken vogelhuisjes.")
        file = backup_to(tmp_path / "kopie.zip")
    with app_with(make_settings(tmp_path / "nieuw")) as new:
        done = invoke(new, "restore", file)
        assert done.exit_code == 0, done.output
        assert new.test_client().get("/api/v1/organisaties?q=vogelhuisjes").get_json()["totaal"] == 1
        done = invoke(new, "check")
        assert (done.exit_code, done.output) == (0, "Alles in orde.\n")
