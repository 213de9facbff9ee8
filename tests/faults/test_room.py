"""A fault of the machine while somebody curates: 503, nothing half done, and what was typed is sent again."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from catalogue.curation import activities, entries, history
from catalogue.directory.live import directory
from catalogue.extensions import db
from catalogue.models import Role
from tests.curation.entry_pages import edit, fields, send
from tests.curation.room import account, log_in, visitor
from tests.curation.test_proposal_views import SENDER, filled, ripe
from tests.faults.conftest import Mount, serving, settings_in
from tests.faults.test_database import locked, replaced
from tests.faults.test_disk import fill
from tests.faults.visit import TRACES

TYPED = 'Wij looien leer.\r\nOok "schapenvachten" & <b>meer</b>.'
NEW_ACTION = "/beheer/cijfers/acties/nieuw"
KEPT = TYPED.replace("\r\n", "\n")


@pytest.fixture
def folder(tmp_path: Path, one_entry: Path, mount: Mount) -> Path:
    """A data folder on a small disk of its own, that can be filled and can be made read-only."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount(folder, "-t", "tmpfs", "-o", f"size={16 << 20}", "tmpfs")
    shutil.copytree(one_entry, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture
def site(folder: Path) -> Iterator[Flask]:
    with serving(settings_in(folder)) as app:
        yield app


@pytest.fixture
def beheerder(site: Flask) -> FlaskClient:
    """Somebody who is logged in and may do everything."""
    with site.app_context():
        known = account(Role.BEHEERDER)
    client = visitor(site)
    log_in(client, known.email)
    return client


@contextmanager
def full(site: Flask) -> Iterator[None]:
    filler = fill(folder_of(site))
    yield
    filler.unlink()


@contextmanager
def unwritable(site: Flask) -> Iterator[None]:
    with site.app_context():
        # What is open for writing keeps a disk from becoming read-only.
        db.session.remove()
        db.engine.dispose()
    subprocess.run(["mount", "-o", "remount,ro", folder_of(site)], check=True)
    yield
    with site.app_context():
        db.session.remove()
        db.engine.dispose()
    subprocess.run(["mount", "-o", "remount,rw", folder_of(site)], check=True)


def folder_of(site: Flask) -> Path:
    return Path(site.config["SETTINGS"].data)


FAULTS: dict[str, Callable[[Flask], AbstractContextManager[None]]] = {
    "the disk is full": full,
    "the disk may not be written": unwritable,
    "another program writes": lambda site: locked(folder_of(site), against_readers=False),
    "the database is gone": lambda site: replaced(folder_of(site), "nothing"),
}


def again(page: TestResponse) -> tuple[str, MultiDict[str, str]]:
    """Where the form of an error page goes, and what it sends."""
    form = BeautifulSoup(page.text, "html.parser").select_one("main form[method=post]")
    assert form is not None, page.text
    assert form.get_text(strip=True) == "Probeer opnieuw"
    return str(form["action"]), fields(page, "form[method=post]")


def unavailable(page: TestResponse) -> TestResponse:
    assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
    assert not TRACES.search(BeautifulSoup(page.text, "html.parser").get_text())
    return page


def actions(site: Flask) -> list[str]:
    with site.app_context():
        return [row.data.action for row in activities.of_year(2026)]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_form_that_meets_a_fault_is_kept_and_sent_again(
    site: Flask, beheerder: FlaskClient, fault: str
) -> None:
    typed = {**fields(beheerder.get(NEW_ACTION), "form:has([name=actie])"), "jaar": "2026", "actie": TYPED}
    with FAULTS[fault](site):
        page = unavailable(beheerder.post(NEW_ACTION, data=typed))
        # And once more while it lasts: nothing is lost on the way.
        path, sent = again(page)
        page = unavailable(beheerder.post(path, data=sent))
    assert actions(site) == []
    path, sent = again(page)
    assert (path, sent["actie"], set(sent)) == (NEW_ACTION, TYPED, set(typed))
    assert beheerder.post(path, data=sent).status_code == 303
    assert actions(site) == [KEPT]


def description(site: Flask) -> tuple[str, int]:
    """What the entry says, and how many states it had."""
    with site.app_context():
        found = entries.read(1)
        assert found is not None
        return found.description, len(history.versions(history.ENTRY, "1"))


@pytest.mark.parametrize("fault", FAULTS)
def test_an_edit_that_meets_a_fault_is_kept_and_saved_after_it(
    site: Flask, beheerder: FlaskClient, fault: str
) -> None:
    before = description(site)
    form = beheerder.get(edit(1))
    with FAULTS[fault](site):
        page = unavailable(send(beheerder, edit(1), page=form, description=TYPED))
    assert description(site) == before
    if "data-entry-form" in page.text:
        answer = send(beheerder, edit(1), page=page)
    else:
        path, sent = again(page)
        answer = beheerder.post(path, data=sent)
    assert answer.status_code == 303, answer.text
    assert description(site) == (KEPT, before[1] + 1)
    with site.app_context():
        directory().settle()
    assert beheerder.get("/api/v1/organisaties?q=schapenvachten").get_json()["totaal"] == 1


def test_a_proposal_of_a_stranger_is_kept_too_and_sets_no_cookie(site: Flask, folder: Path) -> None:
    stranger = visitor(site)
    path = "/organisaties/de-proef/voorstel"
    typed = ripe(site, filled(stranger.get(path))) | SENDER | {"bericht": TYPED}
    with locked(folder, against_readers=False):
        page = unavailable(stranger.post(path, data=typed))
    assert "Set-Cookie" not in page.headers
    where, sent = again(page)
    assert where == path
    assert sent["bericht"] == TYPED
    assert stranger.post(where, data=sent).status_code == 303


def test_a_password_is_never_written_into_a_page(site: Flask, folder: Path) -> None:
    client = visitor(site)
    token = fields(client.get("/beheer/aanmelden"), "form[method=post]")
    secret = "een geheim van vier woorden"
    with locked(folder, against_readers=False):
        page = client.post(
            "/beheer/aanmelden", data={**token, "email": "een@voorbeeld.be", "wachtwoord": secret}
        )
    assert page.status_code == 503
    assert secret not in page.text
    assert "Probeer opnieuw" not in page.text


def test_a_form_of_another_site_is_not_kept_as_if_it_were_ours(
    site: Flask, folder: Path, beheerder: FlaskClient
) -> None:
    sent = {**fields(beheerder.get(edit(1))), "description": "Van elders", "csrf_token": "vals"}
    with replaced(folder, "nothing"):
        page = beheerder.post(edit(1), data=sent, headers={"Origin": "https://elders.example"})
    assert page.status_code == 503
    assert "Van elders" not in page.text


def test_who_only_reads_gets_no_form(site: Flask, folder: Path, beheerder: FlaskClient) -> None:
    with replaced(folder, "nothing"):
        page = beheerder.get(edit(1))
    assert page.status_code == 503
    assert "Probeer opnieuw" not in page.text
    assert not re.search(r"<form[^>]*method=.post", page.text)
