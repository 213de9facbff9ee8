"""Something of everything that the pages of the room show, made in the catalogue of a running site."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from catalogue.config import Settings
from catalogue.curation import (
    accounts,
    activities,
    freshness,
    outbox,
    proposals,
    questions,
    second_step,
    upload_progress,
    uploads,
)
from catalogue.curation.activities import ActivityData
from catalogue.curation.confirm_link_views import links
from catalogue.curation.entrydata import EntryData
from catalogue.curation.loading import read
from catalogue.curation.proposals import Sent
from catalogue.curation.stranger_views import words
from catalogue.curation.write import Actor
from catalogue.extensions import db
from catalogue.models import OutgoingMail, Role, Status
from catalogue.web.words import add_months
from tests.browser.conftest import Site
from tests.builders import app_with, offer, organisation
from tests.builders import site as place
from tests.curation.entry_pages import edit, send
from tests.curation.room import account, entered, post
from tests.curation.uploading import answered, brought, wait, workbook

TODAY = datetime.now(UTC).astimezone().date()
OWN_WORD = "kaarsen gieten"
MAIL = "inwoner@voorbeeld.be"
HEAD = ("Organisatie", "diensten", "postcode", "stad", "email")
DOUBTS = (
    ("Lisdodde", "poetsen; zwevend plukken", 8900, "Ieper", ""),
    ("Lisdodde vzw", "strijk", 8900, "Ieper", ""),
    ("Waterlelie", "poetsen", 8970, "Poperigne", ""),
    ("Riet", "poetsen", 8630, "Veurne", "geen adres"),
)

Made = Mapping[str, object]


@contextmanager
def everything(site: Site) -> Iterator[Made]:
    """What addresses are made of, by name: ids, slugs, links, the mail address of a beheerder."""
    with app_with(Settings.from_environment(site.environment)) as app, ExitStack() as stack:
        client = entered(app)
        made = {**_entries(app, client), **_people(app), **_uploads(app, client)}
        made |= _proposals(app, client, made) | _words(client) | _activity(app)
        _counts(app, site)
        with app.app_context():
            # Somebody is at work on it as long as the test has the lock.
            working = uploads.store("bezig.csv", b"naam\nRiet\n", None)
        lock = upload_progress.claim(app.config["SETTINGS"].data / "imports", working)
        stack.callback(upload_progress.release, lock)
        yield made | {"working": working}


def _entries(app: Flask, client: FlaskClient) -> dict[str, object]:
    with app.app_context():
        entry = organisation(
            "Het Wilgenhuis",
            email="info@voorbeeld.be",
            phone="057 00 00 00",
            confirmed_on=add_months(TODAY, -14),
            free_services=(OWN_WORD,),
            sites=(
                place(street="Markt", house_number="1", postcode="8900"),
                place("38025", name="Winkel", lat=51.07, lon=2.66, point_origin="hand"),
            ),
            offers=(offer(site=""), offer("schoonmaak", "nis:33011", site="Winkel")),
        )
        # Another that says the word, when that of the first became a service.
        organisation("De Elzen", free_services=(OWN_WORD, "lampen ophangen"))
        draft = organisation("De Kladde", status=Status.CONCEPT)
        archived = organisation("Het Verleden", status=Status.ARCHIVED)
    answer = send(client, edit(entry), summary="Groen en poets.", phone="057 11 11 11")
    assert answer.status_code == 303, answer.text
    return {"entry": entry, "draft": draft, "archived": archived}


def _people(app: Flask) -> dict[str, object]:
    with app.app_context():
        beheerder, regisseur, closed = account(Role.BEHEERDER), account(), account()
        careful = account()
        known = accounts.find(careful.email)
        assert known is not None
        salt = second_step.new_salt()
        code = second_step.pyotp.TOTP(second_step.secret_of(salt)).now()
        second_step.switch_on(known, salt, code)
        link = accounts.one_time_link(accounts.add(f"nieuw-{secrets.token_hex(3)}@voorbeeld.be"))
    return {
        "beheerder": beheerder.email,
        "account": regisseur.id,
        "closed": closed.id,
        "careful": careful.email,
        "careful_id": careful.id,
        "link": link,
    }


def _uploads(app: Flask, client: FlaskClient) -> dict[str, object]:
    asked, _ = brought(client, workbook(("Organisatie", "Vesteging", "Wat"), ("Riet", "", "poetsen")))
    doubts, _ = brought(client, workbook(HEAD, *DOUBTS))
    applied, _ = brought(client, "naam,diensten,postcode\nDe Berk,poetsen,8900\nDe Els,strijk,8630\n")
    answered(client, applied, "opnemen")
    undone, _ = brought(client, "naam,diensten,postcode\nDe Linde,poetsen,8900\n")
    answered(client, undone, "opnemen")
    form = BeautifulSoup(client.get(f"{undone}/ongedaan").text, "html.parser").select_one(".room__page form")
    assert form is not None
    token = form.select_one("[name=csrf_token]")
    assert token is not None
    client.post(f"{undone}/ongedaan", data={"csrf_token": str(token["value"])})
    with app.app_context():
        broken = uploads.store("afgebroken.csv", b"naam\nRiet\n", None)
        # A file that the door would have refused.
        number = uploads.store("zonder-kop.csv", b"1;2\n3;4\n", None)
    failed = f"/beheer/import/{number}"
    answer = post(client, f"{failed}/opnieuw", page=failed)
    assert answer.status_code == 303, answer.text
    wait(client, failed)
    addresses = {"asked": asked, "doubts": doubts, "applied": applied, "undone": undone, "failed": failed}
    return {name: address.rsplit("/", 1)[1] for name, address in addresses.items()} | {"broken": broken}


def _proposals(app: Flask, client: FlaskClient, made: Made) -> dict[str, object]:
    with app.test_request_context():
        seen = read(int(str(made["entry"])))
        assert seen is not None
        moved = tuple(replace(one, street="Grote Markt") for one in seen.sites)
        wanted = replace(seen, phone="057 12 34 56", summary="Groen, poets en strijk.", sites=moved)
        new = replace(seen, id=None, slug="", name="Het Nieuwe Begin", sites=seen.sites[:1], offers=())
        end = replace(seen, status=Status.ARCHIVED)

        def sent(base: EntryData | None, data: EntryData | None, message: str) -> int:
            about = None if base is None and data is not None else seen.id
            return proposals.put(Sent(seen.name, about, base, data, message, "Een inwoner", MAIL), words())

        found = {
            "proposal": sent(seen, wanted, "Ze verhuisden."),
            "proposed_new": sent(None, new, ""),
            "proposed_words": sent(None, None, "De foto is oud."),
            "proposed_end": sent(seen, end, "Wij stoppen."),
            "decided": sent(seen, replace(seen, phone="057 99 99 99"), ""),
        }
    address = f"/beheer/voorstellen/{found['decided']}"
    answer = post(client, address, actie="weiger", toelichting="Dat nummer bestaat niet.")
    assert answer.status_code == 303, answer.text
    return dict(found)


def _words(client: FlaskClient) -> dict[str, object]:
    """A word that one entry said in its own way becomes a service; gives the number of that change."""
    asked = f"/beheer/woordenlijst/woord?woord={OWN_WORD}&dienst=strijk"
    answer = post(client, asked, woord=OWN_WORD, dienst="strijk")
    assert answer.status_code == 303, answer.text
    return {"done": answer.location.rsplit("/", 1)[1]}


def _activity(app: Flask) -> dict[str, object]:
    with app.app_context():
        data = ActivityData(TODAY.year, "Beursvloer in Ieper", TODAY, "Meer bekendheid", participants=62)
        gone = activities.add(Actor(), replace(data, action="Bezoek aan een atelier"))
        activities.remove(Actor(), gone)
        return {"activity": activities.add(Actor(), data), "gone": gone, "year": TODAY.year}


def _counts(app: Flask, site: Site) -> None:
    """Questions that nobody answered, mails that went wrong, and who is asked to confirm."""
    with app.test_request_context(base_url=site.url):
        for place_ in ("33011", "westhoek", ""):
            questions.count("oogarts", [place_] if place_ else [], TODAY)
        assert questions.settle()
        freshness.prepare(TODAY, links())
        outbox.put("proef:1", "weg@voorbeeld.be", "Een mail die niet aankomt", "Dag")
        outbox.put("proef:2", "half@voorbeeld.be", "Een mail waarvan niemand het weet", "Dag")
        db.session.flush()
        refused, unclear = db.session.scalars(
            db.select(OutgoingMail)
            .where(OutgoingMail.key.in_(("proef:1", "proef:2")))
            .order_by(OutgoingMail.key)
        )
        refused.attempts, refused.fault = outbox.GIVEN_UP, "550 onbekend adres"
        unclear.claimed_at = datetime(2026, 1, 1, tzinfo=UTC)
        db.session.commit()
