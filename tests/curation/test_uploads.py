"""The work on an upload: what may be touched, what is refused, and what is left when it is killed."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from catalogue.config import Settings
from catalogue.curation import entries, upload_child, upload_progress, upload_undo, uploads
from catalogue.curation.upload_child import LOOK, TAKE_IN, UNDO, Task
from catalogue.curation.write import change
from catalogue.exchange.columns import COLUMNS
from catalogue.extensions import db
from catalogue.models import Account, EntryMaker, Organisation, Revision, Role
from catalogue.models.upload import Upload
from catalogue.models.upload import UploadStatus as Is
from tests.builders import IEPER, organisation, site
from tests.curation.room import account, entered, log_in, post, token_of, visitor
from tests.curation.uploading import IMPORT, PATIENCE, answered, brought, multipart, send, text_of, wait

# Outside the region of the regisseur of these tests.
GENT = "44021"


@pytest.fixture
def folder(database: Settings) -> Path:
    return database.data / "imports"


def work(folder: Path, upload_id: int, job: str) -> Upload:
    """Do a task here and now."""
    lock = upload_progress.claim(folder, upload_id)
    try:
        upload_child.run(Task(upload_id, job), lock)
    finally:
        upload_progress.release(lock)
    return of(upload_id)


def of(upload_id: int) -> Upload:
    found = uploads.find(upload_id)
    assert found is not None
    # Kept as it was then, whatever the session does next.
    db.session.expunge(found)
    return found


def read_in(folder: Path, text: str, account_id: int, **choices: Any) -> Upload:
    return work(folder, uploads.store("lijst.csv", text.encode(), account_id, choices), LOOK)


def take_in(folder: Path, upload: Upload) -> Upload:
    uploads.turn(upload.id, Is.WRITING)
    return work(folder, upload.id, TAKE_IN)


def names() -> set[str]:
    db.session.expire_all()
    return set(db.session.scalars(select(Organisation.name)))


def test_a_regisseur_takes_in_what_is_in_the_region_and_the_rest_is_refused_with_the_reason(
    app: Flask, folder: Path
) -> None:
    with app.app_context():
        who = account(Role.REGISSEUR, ("westhoek",))
        organisation("Ver", sites=(site(GENT),), phone="09 111")
        organisation("Dichtbij", sites=(site(IEPER),))
        text = (
            "naam;gemeente;telefoon\nVer;;09 222\nDichtbij;;057 111\nNieuw ver;Gent;\n"
            "Nieuw dichtbij;Veurne;\nZonder plaats;;\n"
        )
        seen = read_in(folder, text, who.id)

        assert {(line, name) for line, _, _, name in seen.report["geweigerd"]} == {
            (2, "Ver"),
            (4, "Nieuw ver"),
        }
        assert all("uw regio" in reason for _, _, reason, _ in seen.report["geweigerd"])
        assert take_in(folder, seen).status == Is.APPLIED
        assert names() == {"Ver", "Dichtbij", "Nieuw dichtbij", "Zonder plaats"}
        assert db.session.scalar(select(Organisation.phone).where(Organisation.name == "Ver")) == "09 111"
        made = select(Organisation.name).join(EntryMaker).where(EntryMaker.account_id == who.id)
        assert set(db.session.scalars(made)) == {"Nieuw dichtbij", "Zonder plaats"}


def test_what_an_entry_outside_the_region_already_says_is_no_reason_to_refuse(
    app: Flask, folder: Path
) -> None:
    with app.app_context():
        who = account(Role.REGISSEUR, ("westhoek",))
        organisation("Ver", sites=(site(GENT),))

        assert read_in(folder, "naam\nVer\n", who.id).report["aantal"]["geweigerd"] == 0


def test_an_outcome_that_is_no_longer_what_was_shown_is_shown_again_and_not_taken_in(
    app: Flask, folder: Path
) -> None:
    with app.app_context():
        who = account(Role.BEHEERDER)
        seen = read_in(folder, "naam;gemeente;telefoon\nEen;Ieper;051 11 11 11\n", who.id)
        organisation("Een")

        after = take_in(folder, seen)
        assert after.status == Is.READY
        assert "intussen gewijzigd" in after.fault
        assert after.report["aantal"]["gewijzigd"] == 1
        assert db.session.scalar(select(Organisation.phone)) == ""
        assert take_in(folder, after).status == Is.APPLIED
        assert db.session.scalar(select(Organisation.phone)) == "051 11 11 11"


def test_a_change_that_has_nothing_to_do_with_the_file_does_not_hold_it_up(app: Flask, folder: Path) -> None:
    with app.app_context():
        who = account(Role.BEHEERDER)
        seen = read_in(folder, "naam;gemeente\nEen;Ieper\n", who.id)
        organisation("Iets anders")

        assert take_in(folder, seen).status == Is.APPLIED


def test_a_file_with_more_rows_than_somebody_can_look_over_is_refused(
    app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalogue.curation.upload_work.MAX_ROWS", 2)
    with app.app_context():
        seen = read_in(folder, "naam\nA\nB\nC\n", account(Role.BEHEERDER).id)

        assert seen.status == Is.FAILED
        assert "3 rijen" in seen.fault


def test_an_undo_gives_back_every_field_and_says_what_it_could_not(app: Flask, folder: Path) -> None:
    with app.app_context():
        who = account(Role.BEHEERDER)
        id_ = organisation("Een", phone="051 11 11 11", recognitions=(), former_names=("Vroeger",))
        before = entries.read(id_)
        text = (
            "naam;voorheen;telefoon;diensten;werkvorm;bron\n"
            "Eenmaal;Een;051 22 22 22;strijk|eigen woord;andere;een lijst\n"
        )
        seen = take_in(folder, read_in(folder, text, who.id))
        changed = entries.read(id_)
        assert changed is not None and changed.name == "Eenmaal"
        # Somebody else takes the old name meanwhile: the entry keeps its own.
        organisation("Een")

        uploads.turn(seen.id, Is.UNDOING)
        undone = work(folder, seen.id, UNDO)
        assert undone.status == Is.UNDONE
        after = entries.read(id_)
        assert after is not None and before is not None
        assert after.name == "Eenmaal"
        assert (after.phone, after.offers, after.werkvormen, after.source) == (
            before.phone,
            before.offers,
            before.werkvormen,
            before.source,
        )
        assert undone.report["terug"]["opmerkingen"] == [
            "Eenmaal: de naam ‘Een’ is intussen die van een andere organisatie."
        ]


def test_an_undo_of_an_undo_is_the_file_taken_in_once_more(app: Flask) -> None:
    client = entered(app)
    path, _ = brought(client, "naam;gemeente\nEen;Ieper\n")
    answered(client, path, "opnemen")
    answer = post(client, f"{path}/ongedaan")
    assert "Ongedaan gemaakt op" in wait(client, answer.location).text

    again = post(client, f"{path}/opnieuw", page=path)
    new = again.location
    assert new != path
    assert "1 gewijzigd" in text_of(wait(client, new))
    answered(client, new, "opnemen")
    with app.app_context():
        assert db.session.scalar(select(Organisation.status)) == "gepubliceerd"


def test_who_did_not_send_a_file_does_not_see_it_unless_a_beheerder(app: Flask) -> None:
    regisseur, other, boss = (entered(app, role) for role in (Role.REGISSEUR, Role.REGISSEUR, Role.BEHEERDER))
    path, _ = brought(regisseur, "naam;gemeente\nEen;Ieper\n", "mijn lijst.csv")

    for address in (path, f"{path}/voortgang", f"{path}/ongedaan"):
        assert other.get(address).status_code == 403
    token = token_of(other.get(IMPORT))
    for what in ("kolommen", "antwoorden", "opnemen", "opnieuw", "weg", "ongedaan"):
        assert other.post(f"{path}/{what}", data={"csrf_token": token}).status_code == 403
    assert "mijn lijst.csv" not in other.get(IMPORT).text
    assert "mijn lijst.csv" in boss.get(IMPORT).text
    assert boss.get(path).status_code == 200
    assert regisseur.get("/beheer/import/999").status_code == 404


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "leeg"),
        (b"<html><script>alert(1)</script></html>", "webpagina"),
        (b"PK\x03\x04 geen zip", "geen leesbaar XLSX"),
        (b"naam;bron\nCaf\xc3\xa9;x\nCaf\xe9;y\n"[:0] + b"\xff\xfen\x00a\x00", "UTF-16"),
        (b"naam;" + b";".join(b"k%d" % n for n in range(1000)), "te veel kolommen"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_at_once_with_the_reason(
    app: Flask, content: bytes, reason: str
) -> None:
    client = entered(app)
    answer = send(client, content)

    assert answer.status_code == 422
    assert reason in text_of(answer)
    with app.app_context():
        assert db.session.scalar(select(func.count(Upload.id))) == 0


def test_no_file_or_an_expired_form_says_so(app: Flask) -> None:
    client = entered(app)
    token = token_of(client.get(IMPORT))

    assert client.post(IMPORT, data={"csrf_token": token}).status_code == 422
    answer = client.post(IMPORT, data={"csrf_token": "vals", "bestand": (BytesIO(b"naam\nEen\n"), "x.csv")})
    assert answer.status_code == 400
    assert "stond te lang open" in answer.text


def test_a_file_over_the_limit_gets_413_with_the_limit_and_a_stranger_may_send_far_less(app: Flask) -> None:
    client = entered(app)
    large = b"naam\n" + b"x" * 50_200_000
    answer = send(client, large)
    assert answer.status_code == 413
    assert "hoogstens 50 MB" in answer.text

    stranger = visitor(app)
    answer = stranger.post(IMPORT, **multipart({"bestand": FileStorage(BytesIO(b"x" * 2_000_000), "x.csv")}))
    assert answer.status_code == 413


def test_a_file_larger_than_other_forms_is_taken(app: Flask) -> None:
    client = entered(app)
    rows = "".join(f"Naam {number};Ieper;{'woord ' * 300}\n" for number in range(800))
    text = f"naam;gemeente;omschrijving\n{rows}"
    assert len(text) > 1_400_000

    _, page = brought(client, text)
    assert "800 nieuw" in text_of(page)
    assert client.get(f"{client.get(IMPORT).request.path}/1?toon=nieuw&pagina=32").status_code == 200
    assert client.get(f"{IMPORT}/1?pagina=33").status_code == 404


def test_markup_in_cells_headers_and_the_name_of_a_file_stays_text(app: Flask) -> None:
    client = entered(app)
    evil = "<script>alert(1)</script>"
    path, page = brought(
        client, f"naam;{evil};diensten;gemeente\n{evil};{evil};{evil};{evil}\n", f"{evil}.csv"
    )
    for address in (path, f"{path}?toon=geweigerd", f"{path}?toon=twijfel", IMPORT):
        assert evil not in client.get(address).text
    assert "&lt;script&gt;" in page.text


CELLS = st.text(max_size=40) | st.sampled_from(
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "@SUM(A1)",
        "<img src=x onerror=alert(1)>",
        "\ud800",
        "😀" * 9,
        "0",
        '- ;|"',
    ]
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.dictionaries(st.sampled_from(COLUMNS), CELLS, max_size=6), min_size=1, max_size=4))
def test_any_cells_are_read_or_refused_and_never_fail(
    app: Flask, folder: Path, rows: list[dict[str, str]]
) -> None:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""').replace("\0", "") + '"'

    lines = [";".join(COLUMNS), *(";".join(cell(row.get(column, "")) for column in COLUMNS) for row in rows)]
    content = "\n".join(lines).encode("utf-8", "replace")
    with app.app_context():
        boss = db.session.scalar(select(Account.id).where(Account.role == Role.BEHEERDER))
        who = boss or account(Role.BEHEERDER).id
        seen = work(folder, uploads.store("x.csv", content, who), LOOK)

        assert "Er liep iets mis" not in seen.fault, seen.fault
        if seen.status == Is.READY and (seen.report["aantal"]["nieuw"] or seen.report["aantal"]["gewijzigd"]):
            assert take_in(folder, seen).status == Is.APPLIED, of(seen.id).fault


def rows(number: int, phone: str) -> str:
    return "naam;gemeente;diensten;telefoon\n" + "".join(
        f"Naam {one};Ieper;poetsen|strijk;{phone}\n" for one in range(number)
    )


def killed(folder: Path, task: Task, settings_: Settings, wanted: str) -> None:
    """Start a task in a process of its own and kill it as soon as it says to be at `wanted`."""
    lock = upload_progress.claim(folder, task.upload_id)
    pid = upload_child.start(task, lock, settings_)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        seen = upload_progress.look(folder, task.upload_id)
        assert seen is not None, f"it was done before it came to {wanted}"
        if seen.what == wanted:
            os.kill(pid, signal.SIGKILL)
            break
        time.sleep(0.002)
    while upload_progress.look(folder, task.upload_id) is not None:
        assert time.monotonic() < end
        time.sleep(0.01)


def phones() -> set[str]:
    db.session.expire_all()
    return set(db.session.scalars(select(Organisation.phone)))


def test_kill_9_in_each_phase_leaves_the_old_state_and_it_can_be_done_again(
    app: Flask, folder: Path, database: Settings
) -> None:
    with app.app_context():
        who = account(Role.BEHEERDER)
        first = take_in(folder, read_in(folder, rows(400, "051 1"), who.id))
        assert first.status == Is.APPLIED
        upload_id = uploads.store("lijst.csv", rows(400, "051 2").encode(), who.id)

        for wanted in ("Het bestand openen", "Rijen lezen"):
            killed(folder, Task(upload_id, LOOK), database, wanted)
            assert of(upload_id).status in (Is.WAITING, Is.READING)
        seen = work(folder, upload_id, LOOK)
        assert seen.status == Is.READY

        uploads.turn(upload_id, Is.WRITING)
        killed(folder, Task(upload_id, TAKE_IN), database, "Bewaren")
        assert of(upload_id).status == Is.WRITING
        assert phones() == {"051 1"}
        assert db.session.scalar(select(func.count(Revision.id)).where(Revision.upload_id == upload_id)) == 0
        assert work(folder, upload_id, TAKE_IN).status == Is.APPLIED
        assert phones() == {"051 2"}

        uploads.turn(upload_id, Is.UNDOING)
        killed(folder, Task(upload_id, UNDO), database, "Terugzetten")
        assert phones() == {"051 2"}
        assert work(folder, upload_id, UNDO).status == Is.UNDONE
        assert phones() == {"051 1"}


def test_work_that_was_cut_short_is_said_and_begun_again(app: Flask) -> None:
    client = visitor(app)
    with app.app_context():
        who = account(Role.BEHEERDER)
        upload_id = uploads.store("lijst.csv", b"naam;gemeente\nEen;Ieper\n", who.id)
    log_in(client, who.email)
    path = f"{IMPORT}/{upload_id}"

    assert "Dit werk werd afgebroken" in client.get(path).text
    page = answered(client, path, "opnieuw")
    assert "1 nieuw" in text_of(page)


def test_two_who_press_the_button_at_once_take_it_in_once(app: Flask, folder: Path) -> None:
    client = entered(app)
    path, page = brought(client, "naam;gemeente\nEen;Ieper\n")
    token = token_of(page)
    with app.app_context():
        mark = of(1).report["uitkomst"]
    form = {"csrf_token": token, "uitkomst": mark}

    assert client.post(f"{path}/opnemen", data=form).status_code == 303
    assert client.post(f"{path}/opnemen", data=form).status_code == 303
    assert "Opgenomen op" in wait(client, path).text
    with app.app_context():
        assert db.session.scalar(select(func.count(Revision.id)).where(Revision.upload_id == 1)) == 1
        assert len(upload_undo.touched(1)) == 1


def test_a_file_that_was_not_taken_in_can_be_thrown_away_and_one_that_was_cannot(app: Flask) -> None:
    client = entered(app)
    path, _ = brought(client, "naam;gemeente\nEen;Ieper\n")
    assert post(client, f"{path}/weg", page=path).location == IMPORT
    assert client.get(path).status_code == 404

    path, _ = brought(client, "naam;gemeente\nEen;Ieper\n")
    answered(client, path, "opnemen")
    post(client, f"{path}/weg", page=path)
    assert "Opgenomen op" in client.get(path).text


def test_columns_that_contradict_each_other_are_told_and_kept(app: Flask) -> None:
    client = entered(app)
    path, _ = brought(client, "wie;wat;diensen\nEen;x;poetsen\n")

    page = answered(client, path, "kolommen", **{"kolom-0": "naam", "kolom-1": "naam"})
    assert page.status_code == 422
    assert "‘naam’ is al gekozen voor de kolom ‘wie’." in text_of(page)
    page = answered(client, path, "kolommen", **{"kolom-0": "", "kolom-1": ""})
    assert "Kies in welke kolom de naam" in text_of(page)
    page = answered(client, path, "kolommen", **{"kolom-0": "naam", "kolom-1": "verzonnen"})
    assert page.status_code == 422
    page = answered(client, path, "kolommen", **{"kolom-0": "naam"})
    assert "1 nieuw" in text_of(page)


def test_an_undo_leaves_or_takes_along_what_was_edited_since(app: Flask, folder: Path) -> None:
    client = visitor(app)
    with app.app_context():
        who = account(Role.BEHEERDER)
        taken = take_in(folder, read_in(folder, "naam;gemeente\nEen;Ieper\n", who.id))
        id_ = db.session.scalar(select(Organisation.id))
        assert id_ is not None
        with change() as under_way:
            entries.archive(under_way, db.session.get_one(Organisation, id_))
        assert [one.is_edited_since for one in upload_undo.touched(taken.id)] == [True]
        upload_id = taken.id
    log_in(client, who.email)
    answer = post(client, f"{IMPORT}/{upload_id}/ongedaan", {f"wat-{id_}": "terug"})
    page = wait(client, answer.location)

    assert "1 nieuwe gearchiveerd" in text_of(page)


def test_an_upload_with_a_number_beyond_all_numbers_is_not_there(app: Flask) -> None:
    client = entered(app)
    path = f"{IMPORT}/{'9' * 30}"

    answers = [client.get(path), client.get(f"{path}/voortgang"), client.get(f"{path}/ongedaan")]
    answers += [client.post(f"{path}/{part}") for part in ("kolommen", "antwoorden", "opnemen", "weg")]
    assert {answer.status_code for answer in answers} == {404}


def test_a_file_is_erased_a_year_after_the_last_work_and_what_it_brought_stays(app: Flask) -> None:
    client = entered(app)
    taken, _ = brought(client, "naam;gemeente\nEen;Ieper\n")
    answered(client, taken, "opnemen")
    left, _ = brought(client, "naam;gemeente\nTwee;Ieper\n")
    today = datetime.now(UTC).date()
    with app.app_context():
        assert uploads.erase(today + timedelta(days=364)) == 0
        assert uploads.erase(today + timedelta(days=368)) == 2
        assert uploads.erase(today + timedelta(days=368)) == 0
        kept = db.session.execute(select(Upload.content, Upload.choices, Upload.report)).one()
        assert (kept.content, kept.choices, kept.report.keys()) == (b"", {}, {"aantal", "gewist"})
        assert names() == {"Een"}

    assert client.get(left).status_code == 404
    page = client.get(taken).text
    assert "1 nieuw" in page
    assert "na twaalf maanden gewist" in page
    assert "Kijk dit bestand opnieuw na" not in page
    assert "Laad het opnieuw op" in client.get(post(client, f"{taken}/opnieuw", page=taken).location).text
