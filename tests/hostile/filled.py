"""A small catalogue with something of everything that a form can be about, and where each form stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from catalogue.curation import (
    account_keeping,
    accounts,
    activities,
    freshness,
    outbox,
    proposals,
    second_step,
    upload_child,
    upload_progress,
    uploads,
)
from catalogue.curation.activities import ActivityData
from catalogue.curation.confirm_link_views import links
from catalogue.curation.loading import read
from catalogue.curation.proposals import Sent
from catalogue.curation.stranger_views import words
from catalogue.curation.upload_child import LOOK, TAKE_IN, Task
from catalogue.curation.write import Actor
from catalogue.extensions import db
from catalogue.models import OutgoingMail, Role, Status
from catalogue.models.upload import UploadStatus as Is
from tests.builders import TODAY, offer, organisation
from tests.builders import site as place
from tests.curation.entry_pages import edit, send
from tests.curation.room import LOGIN, account, log_in, post, visitor
from tests.curation.test_second_step import code_of
from tests.curation.test_vocabulary_views import change as change_service

OWN_WORD = "kaarsen gieten"
BEHEERDER = "beheerder@voorbeeld.be"
CAREFUL = "voorzichtig@voorbeeld.be"
ENTRIES, WORDS = "/beheer/organisaties", "/beheer/woordenlijst"

# Endpoint → the page on which its form stands. A new route that takes a form needs a line here.
PAGES = {
    "proposals.propose": "/organisaties/het-wilgenhuis/voorstel",
    "proposals.propose_new": "/organisaties/nieuw-voorstel",
    "answers.confirm": "/bevestigen/{token}",
    "answers.change": "/bevestigen/{token}/wijzigen",
    "answers.stop": "/bevestigen/{token}/stoppen",
    "downloads.motivation": "/keuzelijst?organisatie=het-wilgenhuis&soort=diensten&raming=50000",
    "curation.login": "/beheer/aanmelden",
    "curation.login_code": "/beheer/aanmelden/code",
    "curation.forgotten": "/beheer/wachtwoord-vergeten",
    "curation.set_password": "/beheer/wachtwoord/{link}",
    "curation.logout": "/beheer",
    "curation.own_sessions": "/beheer/account",
    "curation.own_password": "/beheer/account/wachtwoord",
    "curation.own_second_step": "/beheer/account/tweede-stap",
    "curation.own_recovery_codes": "/beheer/account",
    "curation.own_second_step_off": "/beheer/account",
    "curation.account_new": "/beheer/accounts/nieuw",
    "curation.account_edit": "/beheer/accounts/{account}",
    "curation.account_link": "/beheer/accounts/{account}",
    "curation.account_sessions": "/beheer/accounts/{account}",
    "curation.account_close": "/beheer/accounts/{account}",
    "curation.account_reopen": "/beheer/accounts/{closed}",
    "curation.account_second_step_off": "/beheer/accounts/{careful}",
    "curation.activity_new": "/beheer/cijfers/acties/nieuw",
    "curation.activity": "/beheer/cijfers/acties/{activity}",
    "curation.activity_remove": f"/beheer/cijfers/acties?jaar={TODAY.year}",
    "curation.activity_restore": f"/beheer/cijfers/acties?jaar={TODAY.year}&verwijderd={{gone}}",
    "curation.uploads": "/beheer/import",
    "curation.upload_columns": "/beheer/import/{asked}",
    "curation.upload_answers_": "/beheer/import/{doubts}",
    "curation.upload_apply": "/beheer/import/{doubts}",
    "curation.upload_again": "/beheer/import/{applied}",
    "curation.upload_remove": "/beheer/import/{asked}",
    "curation.upload_undo_": "/beheer/import/{applied}/ongedaan",
    "curation.new_entry": f"{ENTRIES}/nieuw",
    "curation.edit_entry": f"{ENTRIES}/{{entry}}/bewerken",
    "curation.archive_entry": f"{ENTRIES}/{{entry}}/bewerken",
    "curation.bring_back_entry": f"{ENTRIES}/{{archived}}/bewerken",
    "curation.confirm_entry": ENTRIES,
    "curation.restore_entry": f"{ENTRIES}/{{entry}}/geschiedenis",
    "curation.erase_from_history": f"{ENTRIES}/{{entry}}/geschiedenis/wissen?q=057",
    "curation.post_again": "/beheer/post",
    "curation.post_leave": "/beheer/post",
    "curation.proposal": "/beheer/voorstellen/{proposal}",
    "curation.text": "/beheer/teksten/pagina:begin",
    "curation.service_new": f"{WORDS}/nieuw",
    "curation.service_edit": f"{WORDS}/dienst/strijk",
    "curation.service_merge": f"{WORDS}/dienst/strijk/samenvoegen?met=schoonmaak",
    "curation.service_remove": f"{WORDS}/dienst/poetshulp-aan-huis/verwijderen",
    "curation.service_restore": f"{WORDS}/dienst/groenonderhoud/geschiedenis",
    "curation.category_list": f"{WORDS}/categorieen",
    "curation.change_done": f"{WORDS}/gedaan/{{done}}",
    "curation.free_word_page": f"{WORDS}/woord?woord={OWN_WORD}&dienst=strijk",
    "curation.mapping_list": f"{WORDS}/onthouden",
}
# Forms for who is not logged in (yet): who is, is sent on.
FOR_STRANGERS = ("curation.login", "curation.forgotten", "curation.set_password")
# Forms of who gave a password and not a code yet, and of who gave both.
FOR_HALF, FOR_CAREFUL = (
    ("curation.login_code",),
    ("curation.own_recovery_codes", "curation.own_second_step_off"),
)


def who_fills_in(app: Flask, endpoint: str, made: Mapping[str, object]) -> FlaskClient:
    """A browser of who may see the form of this endpoint."""
    client = visitor(app)
    if endpoint in FOR_STRANGERS:
        return client
    if endpoint not in FOR_HALF + FOR_CAREFUL:
        log_in(client, BEHEERDER)
        return client
    log_in(client, CAREFUL)
    if endpoint in FOR_CAREFUL:
        post(client, f"{LOGIN}/code", code=made["recovery"])
    return client


def fill(app: Flask) -> dict[str, object]:
    """Make something of everything; gives what the addresses of PAGES are made of."""
    made = _people(app)
    client = visitor(app)
    log_in(client, BEHEERDER)
    with app.app_context():
        entry = organisation(
            "Het Wilgenhuis",
            email="info@voorbeeld.be",
            phone="057 00 00 00",
            confirmed_on=date(2025, 6, 1),
            free_services=(OWN_WORD,),
            sites=(
                place(street="Markt", house_number="1", postcode="8900"),
                place("38025", name="Winkel", lat=51.07, lon=2.66, point_origin="hand"),
            ),
            offers=(offer(site=""), offer("strijk", "nis:33011", site="Winkel")),
        )
        archived = organisation("Het Verleden", status=Status.ARCHIVED)
    send(client, edit(entry), summary="Groen en poets.", phone="057 11 11 11")
    word = f"{WORDS}/woord?woord={OWN_WORD}&dienst=strijk"
    done = post(client, word, woord=OWN_WORD, dienst="strijk").location.rsplit("/", 1)[1]
    change_service(client, f"{WORDS}/dienst/groenonderhoud", synoniemen="paardenbloemen plukken")
    with app.app_context():
        organisation("De Elzen", free_services=(OWN_WORD, "lampen ophangen"))
    return made | {
        "entry": entry,
        "archived": archived,
        "done": done,
        "proposal": _proposal(app, entry),
        **_activity(app),
        **_uploads(app),
        **_mails(app),
    }


def _people(app: Flask) -> dict[str, object]:
    with app.app_context():
        account(Role.BEHEERDER, email=BEHEERDER)
        account(Role.BEHEERDER)
        plain, closed, careful = account(), account(), account(email=CAREFUL)
        shut = accounts.find(closed.email)
        known = accounts.find(careful.email)
        assert shut is not None
        assert known is not None
        account_keeping.close(shut)
        salt = second_step.new_salt()
        code = code_of(second_step.secret_of(salt))
        recovery = second_step.switch_on(known, salt, code)
        link = accounts.one_time_link(accounts.add("nieuw@voorbeeld.be"))
    return {
        "account": plain.id,
        "closed": closed.id,
        "careful": careful.id,
        "link": link,
        "recovery": recovery[0],
    }


def _proposal(app: Flask, entry: int) -> int:
    with app.test_request_context():
        seen = read(entry)
        assert seen is not None
        moved = tuple(replace(one, street="Grote Markt") for one in seen.sites)
        wanted = replace(seen, phone="057 12 34 56", summary="Groen en strijk.", sites=moved)
        sent = Sent(seen.name, seen.id, seen, wanted, "Ze verhuisden.", "Een inwoner", "inwoner@voorbeeld.be")
        return proposals.put(sent, words())


def _activity(app: Flask) -> dict[str, object]:
    with app.app_context():
        data = ActivityData(TODAY.year, "Beursvloer in Ieper", TODAY, "Meer bekendheid", participants=62)
        kept = activities.add(Actor(), data)
        gone = activities.add(Actor(), data)
        activities.remove(Actor(), gone)
        return {"activity": kept, "gone": gone}


def _uploads(app: Flask) -> dict[str, object]:
    files = {
        "asked": "Organisatie;Vesteging;Wat\nRiet;;poetsen\n",
        "doubts": "naam;diensten;gemeente\nLisdodde;poetsen|zwevend plukken;Ieper\n"
        "Lisdodde vzw;strijk;Poperigne\n",
        "applied": "naam;diensten;postcode\nDe Berk;poetsen;8900\n",
    }
    with app.app_context():
        found = {name: uploads.store(f"{name}.csv", text.encode(), 1) for name, text in files.items()}
        for upload in found.values():
            _work(app, upload, LOOK)
        uploads.turn(found["applied"], Is.WRITING)
        _work(app, found["applied"], TAKE_IN)
    return dict(found)


def _work(app: Flask, upload: int, job: str) -> None:
    lock = upload_progress.claim(Path(app.config["SETTINGS"].data) / "imports", upload)
    try:
        upload_child.run(Task(upload, job), lock)
    finally:
        upload_progress.release(lock)


def _mails(app: Flask) -> dict[str, object]:
    """Mails that went wrong, and the link of a mail that asks whether an entry still holds."""
    with app.test_request_context():
        freshness.prepare(TODAY, links())
        body = db.session.scalar(
            db.select(OutgoingMail.body).where(OutgoingMail.body.contains("/bevestigen/"))
        )
        found = re.search(r"/bevestigen/([^/\s]+)", body or "")
        assert found is not None
        for key in ("proef:1", "proef:2"):
            outbox.put(key, "weg@voorbeeld.be", "Een mail die niet aankomt", "Dag")
        db.session.flush()
        refused, unclear = db.session.scalars(
            db.select(OutgoingMail).where(OutgoingMail.key.startswith("proef:")).order_by(OutgoingMail.key)
        )
        refused.attempts, refused.fault = outbox.MAX_ATTEMPTS, "550 onbekend adres"
        unclear.claimed_at = datetime(2026, 1, 1, tzinfo=UTC)
        db.session.commit()
    return {"token": found[1]}
