"""Asking organisations whether their entry still holds: whom, when, how often, and what an answer does."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from catalogue.config import Settings
from catalogue.curation import freshness, history, proposals
from catalogue.curation.confirm_link_views import links
from catalogue.curation.entries import read
from catalogue.curation.freshness import LINK_LASTS, MAILS, REMIND_AFTER, Letter
from catalogue.curation.rhythm import BEGINNING, Kept
from catalogue.data.sentences import slots
from catalogue.extensions import db
from catalogue.models import ConfirmationRequest, Organisation, OutgoingMail, Proposal, Role, Status
from catalogue.web.words import add_months, month
from tests.builders import entry, organisation, organisations
from tests.curation.room import entered, visitor
from tests.curation.test_proposal_views import filled, filled_decision

SITE = "https://catalogus.voorbeeld.be"
TODAY = datetime.now(UTC).astimezone().date()
LONG_AGO = add_months(TODAY, -14)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With a public address, for the links in mails."""
    return replace(settings, url=SITE)


@pytest.fixture
def proef(app: Flask) -> int:
    """An entry confirmed fourteen months ago."""
    with app.app_context():
        return organisation(email="info@deproef.be", phone="057 00 00 00", confirmed_on=LONG_AGO)


def prepare(app: Flask, today: date = TODAY, **options: Any) -> list[Letter]:
    with app.test_request_context(base_url=SITE):
        return freshness.prepare(today, links(), **options)


def outbox(app: Flask) -> list[OutgoingMail]:
    with app.app_context():
        return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def paths(text: str) -> list[str]:
    """The one-time links in a mail, as paths: still true, change, stop."""
    return re.findall(rf"^{SITE}(/bevestigen/\S+)$", text, re.MULTILINE)


def asked(app: Flask) -> list[str]:
    """The three links of the mail that asks."""
    prepare(app)
    return paths(outbox(app)[-1].body)


def state(app: Flask) -> tuple[Any, ...]:
    """Everything that an answer could change."""
    with app.app_context():
        counts = [
            db.session.scalar(select(func.count()).select_from(table))
            for table in (Proposal, OutgoingMail, ConfirmationRequest)
        ]
        requests = db.session.execute(select(ConfirmationRequest.answer, ConfirmationRequest.token_hash))
        entries = db.session.execute(
            select(Organisation.confirmed_on, Organisation.status, Organisation.generation)
        )
        return (*counts, *map(tuple, requests), *map(tuple, entries))


def test_an_entry_over_its_rhythm_is_asked_once_with_what_it_says_and_three_links(
    app: Flask, proef: int
) -> None:
    (letter,) = prepare(app)
    (mail,) = outbox(app)

    assert (letter.recipient, letter.number) == ("info@deproef.be", 1) == (mail.recipient, 1)
    assert mail.key == "bevestiging:1:1"
    assert "De Proef" in mail.subject
    for piece in ("Groenonderhoud", "Ieper", "057 00 00 00", f"{SITE}/organisaties/de-proef"):
        assert piece in mail.body
    still, change, stop = paths(mail.body)
    assert change == f"{still}/wijzigen"
    assert stop == f"{still}/stoppen"
    assert "{" not in mail.body


def test_preparing_twice_on_a_day_asks_once(app: Flask, proef: int) -> None:
    assert len(prepare(app)) == 1
    assert prepare(app) == []
    assert len(outbox(app)) == 1


def test_who_is_fresh_has_no_mailbox_or_is_not_public_is_not_asked(app: Flask) -> None:
    with app.app_context():
        organisations(
            entry("Vers", email="a@voorbeeld.be", confirmed_on=add_months(TODAY, -11)),
            entry("Traag", email="b@voorbeeld.be", confirmed_on=LONG_AGO, confirm_months=24),
            entry("Zonder", confirmed_on=LONG_AGO),
            entry("Concept", email="c@voorbeeld.be", confirmed_on=LONG_AGO, status=Status.CONCEPT),
            entry("Nieuw", email="d@voorbeeld.be"),
            entry("Snel", email="e@voorbeeld.be", confirmed_on=add_months(TODAY, -7), confirm_months=6),
        )
    assert [one.organisation for one in prepare(app)] == ["Snel"]


def test_an_entry_that_was_never_confirmed_is_asked_a_year_after_it_came(app: Flask) -> None:
    with app.app_context():
        organisation(email="info@deproef.be")

    assert prepare(app, TODAY + timedelta(days=360)) == []
    (letter,) = prepare(app, TODAY + timedelta(days=368))
    assert "keek ze al na" in letter.body


def test_two_reminders_at_most_each_after_two_weeks_and_a_new_question_a_rhythm_later(
    app: Flask, proef: int
) -> None:
    numbers = {}
    for days in range(400):
        for letter in prepare(app, TODAY + timedelta(days=days)):
            numbers[days] = letter.number

    next_round = (add_months(LONG_AGO, 24) - TODAY).days
    wait = REMIND_AFTER.days
    assert numbers == {
        **{n * wait: n + 1 for n in range(MAILS)},
        **{next_round + n * wait: n + 1 for n in range(MAILS)},
    }
    keys = [mail.key for mail in outbox(app)]
    assert len(set(keys)) == len(keys) == 2 * MAILS


def test_a_reminder_says_so_and_its_link_replaces_the_one_before(app: Flask, proef: int) -> None:
    first = asked(app)[0]
    with app.app_context():
        db.session.execute(update(ConfirmationRequest).values(last_mail_at=datetime.now(UTC) - REMIND_AFTER))
        db.session.commit()
    (letter,) = prepare(app)

    assert "Herinnering" in letter.subject
    assert "geen antwoord" in letter.body
    client = visitor(app)
    assert client.get(first).status_code == 410
    assert client.get(paths(letter.body)[0]).status_code == 200


def test_a_run_sends_no_more_than_its_limit_and_the_next_goes_on(app: Flask) -> None:
    with app.app_context():
        organisations(
            *(
                entry(f"Org {n}", email=f"o{n}@voorbeeld.be", confirmed_on=add_months(TODAY, -13 - n))
                for n in range(5)
            )
        )
    names = [one.organisation for one in prepare(app, limit=2)]
    assert names == ["Org 4", "Org 3"]
    assert len(prepare(app, limit=2)) == 2
    assert len(prepare(app, limit=2)) == 1
    assert prepare(app, limit=2) == []


def test_a_dry_run_keeps_nothing(app: Flask, proef: int) -> None:
    before = state(app)
    (letter,) = prepare(app, dry_run=True)

    assert paths(letter.body)
    assert state(app) == before
    assert len(prepare(app)) == 1


PREPARE = """
import sys
from datetime import date
from pathlib import Path
from tests.builders import app_with, make_settings
from catalogue.curation import freshness
from catalogue.curation.confirm_link_views import links
folder, address, site, today = sys.argv[1:]
with app_with(make_settings(Path(folder), database_url=address, url=site)) as app:
    with app.test_request_context(base_url=site):
        print("ready", flush=True)
        sys.stdin.readline()
        print(len(freshness.prepare(date.fromisoformat(today), links())))
"""


def test_two_processes_at_the_same_time_ask_everyone_once(app: Flask, settings: Settings) -> None:
    with app.app_context():
        organisations(
            *(entry(f"Org {n}", email=f"o{n}@voorbeeld.be", confirmed_on=LONG_AGO) for n in range(30))
        )
    where = [str(settings.data), settings.database_url, SITE]
    command = [sys.executable, "-c", PREPARE, *where, TODAY.isoformat()]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    counts = [int(one.communicate(timeout=60)[0]) for one in running]

    assert sorted(counts) == [0, 30]
    assert len(outbox(app)) == 30


def test_opening_a_link_changes_nothing_however_often(app: Flask, proef: int) -> None:
    links_ = asked(app)
    before = state(app)
    client = visitor(app)
    for path in links_ * 2:
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200

    assert state(app) == before


def test_only_the_hash_of_a_link_is_kept(app: Flask, proef: int) -> None:
    token = asked(app)[0].rpartition("/")[2]
    with app.app_context():
        kept = db.session.scalar(select(ConfirmationRequest.token_hash))

    assert kept is not None
    assert token not in kept
    assert len(token) >= 40


def test_the_button_confirms_and_the_public_sees_it(app: Flask, proef: int) -> None:
    still = asked(app)[0]
    client = visitor(app)
    assert "al 14 maanden niet bevestigd" in client.get("/organisaties/de-proef").text

    answer = client.post(still)
    assert answer.status_code == 303
    assert f"bevestigd in {month(TODAY)}" in client.get(answer.location).text
    assert f"bevestigd in {month(TODAY)}" in client.get("/organisaties/de-proef").text
    assert "Set-Cookie" not in answer.headers
    item = client.get("/api/v1/organisaties?q=De+Proef").get_json()["items"][0]
    assert item["bevestigd_op"] == TODAY.isoformat()
    assert client.get("/api/v1/organisaties?bevestigd=1").get_json()["totaal"] == 1
    with app.app_context():
        found = read(proef)
        last = history.versions("organisatie", str(proef))[0]
        edited = db.session.get_one(Organisation, proef)
        assert found is not None
        assert (found.confirmed_on, found.confirmed_how) == (TODAY, "mail")
        assert (last.manner, last.action, last.who) == ("bevestiging", "bevestigd", "")
        assert edited.edited_at is not None
    assert prepare(app, TODAY + timedelta(days=30)) == []


@pytest.mark.parametrize("part", ["", "/wijzigen", "/stoppen"])
def test_a_used_unknown_or_old_link_says_what_to_do(app: Flask, proef: int, part: str) -> None:
    still = asked(app)[0]
    client = visitor(app)
    for path in ("/bevestigen/onzin", "/bevestigen/" + "x" * 900, "/bevestigen/%00"):
        answer = client.get(path + part)
        assert answer.status_code == 410
        assert "Meld een fout" in answer.text
    with app.app_context():
        db.session.execute(
            update(ConfirmationRequest).values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
        )
        db.session.commit()
    before = state(app)
    assert client.get(still + part).status_code == 410
    assert client.post(still + part).status_code == 410
    assert state(app) == before


def test_a_link_answers_once(app: Flask, proef: int) -> None:
    still, change, stop = asked(app)
    client = visitor(app)
    assert client.post(still).status_code == 303
    for path in (still, change, stop):
        assert client.get(path).status_code == 410
        assert client.post(path, data={"bericht": "Nog iets"}).status_code == 410


def test_a_link_lasts_sixty_days(app: Flask, proef: int) -> None:
    asked(app)
    with app.app_context():
        request = db.session.scalars(select(ConfirmationRequest)).one()
        assert request.expires_at is not None
        assert request.last_mail_at is not None
        assert request.expires_at - request.last_mail_at == LINK_LASTS == timedelta(days=60)


def test_changes_come_as_a_proposal_and_taking_them_over_confirms_the_rest(app: Flask, proef: int) -> None:
    change = asked(app)[1]
    client = visitor(app)
    form = filled(client.get(change))
    assert form["afzender_mail"] == "info@deproef.be"
    assert form["telefoon"] == "057 00 00 00"

    silent = client.post(change, data=form)
    assert silent.status_code == 422
    answer = client.post(change, data=form | {"telefoon": "057 11 11 11"})
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    assert client.get(change).status_code == 410
    with app.app_context():
        proposal = db.session.scalars(select(Proposal)).one()
        request = db.session.scalars(select(ConfirmationRequest)).one()
        assert (proposal.origin, proposal.organisation_id) == (proposals.FROM_MAIL, proef)
        assert (request.answer, request.token_hash) == ("wijzigen", "")
        found = read(proef)
        assert found is not None
        assert (found.phone, found.confirmed_on) == ("057 00 00 00", LONG_AGO)
    assert prepare(app, TODAY + timedelta(days=60)) == []

    room = entered(app, Role.REGISSEUR)
    page = room.get("/beheer/voorstellen/1")
    assert "antwoord van de organisatie" in page.text
    done = room.post("/beheer/voorstellen/1", data=filled_decision(page) | {"actie": "neem"})
    assert done.status_code == 303
    with app.app_context():
        found = read(proef)
        assert found is not None
        assert (found.phone, found.confirmed_on, found.confirmed_how) == ("057 11 11 11", TODAY, "mail")


def test_who_stops_is_not_archived_before_a_regisseur_says_so(app: Flask, proef: int) -> None:
    stop = asked(app)[2]
    client = visitor(app)
    answer = client.post(stop, data={"bericht": "We gaan dicht."})
    assert answer.status_code == 303
    assert client.get("/organisaties/de-proef").status_code == 200

    room = entered(app, Role.REGISSEUR)
    page = room.get("/beheer/voorstellen/1")
    assert "We gaan dicht." in page.text
    done = room.post("/beheer/voorstellen/1", data=filled_decision(page) | {"actie": "neem"})
    assert done.status_code == 303
    assert client.get("/organisaties/de-proef").status_code == 410
    assert "uit de catalogus gehaald" in outbox(app)[-1].body


def test_the_page_of_freshness_tells_who_is_late_asked_and_without_mailbox(app: Flask, proef: int) -> None:
    with app.app_context():
        organisations(
            entry("Zonder Mail", confirmed_on=LONG_AGO),
            entry("Net Bevestigd", email="n@voorbeeld.be", confirmed_on=TODAY),
        )
    prepare(app)
    room = entered(app, Role.REGISSEUR)

    late = room.get("/beheer/versheid").text
    assert "De Proef" in late
    assert "Zonder Mail" in late
    assert "Net Bevestigd" not in late
    waiting = room.get("/beheer/versheid?toon=gevraagd").text
    assert "1 mail, de laatste op" in waiting
    assert "Zonder Mail" not in waiting
    without = room.get("/beheer/versheid?toon=zonder-mailbox").text
    assert "Zonder Mail" in without
    assert "De Proef" not in without
    assert "Net Bevestigd" in room.get("/beheer/versheid?toon=alle&pagina=99").text
    assert room.get("/beheer/versheid?toon=onzin&pagina=x").status_code == 200

    visitor(app).post(paths(outbox(app)[0].body)[0])
    assert "klopt nog" in room.get("/beheer/versheid?toon=beantwoord").text


def test_an_entry_is_confirmed_in_one_click_after_a_call(app: Flask, proef: int) -> None:
    room = entered(app, Role.REGISSEUR)
    page = room.get("/beheer/versheid")
    form = filled_decision(page)
    answer = room.post(
        f"/beheer/organisaties/{proef}/bevestigen",
        data={"csrf_token": form["csrf_token"], "volgende": form["volgende"], "hoe": "telefoon"},
    )

    assert answer.status_code == 303
    assert answer.location == "/beheer/versheid?toon=te-laat"
    assert "Geen enkele fiche is over tijd" in room.get(answer.location).text
    with app.app_context():
        found = read(proef)
        assert found is not None
        assert (found.confirmed_on, found.confirmed_how) == (TODAY, "telefoon")


def test_a_regisseur_sees_the_freshness_of_the_own_region_only(app: Flask, proef: int) -> None:
    other = entered(app, Role.REGISSEUR, regions=("oostende",))
    assert "De Proef" not in other.get("/beheer/versheid?toon=alle").text


def test_an_entry_with_a_quick_rhythm_is_called_late_in_public(app: Flask) -> None:
    with app.app_context():
        organisation(confirmed_on=add_months(TODAY, -8), confirm_months=6)
    client = visitor(app)

    for path in ("/organisaties/de-proef", "/zoeken?q=De+Proef"):
        assert "al 8 maanden niet bevestigd" in client.get(path).text


@pytest.mark.parametrize(
    ("since", "months", "today", "due"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 27), None),
        (date(2026, 1, 31), 1, date(2026, 2, 28), date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28), date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2028, 2, 28), date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2028, 2, 29), date(2028, 2, 29)),
        (date(2025, 5, 10), 12, date(2026, 5, 9), None),
        (date(2025, 5, 10), 12, date(2026, 5, 10), date(2026, 5, 10)),
        (date(2025, 5, 10), 6, date(2026, 5, 9), date(2025, 11, 10)),
        (BEGINNING, 36, date(2026, 11, 22), date(2026, 1, 1)),
    ],
)
def test_a_period_of_asking_begins_a_whole_number_of_rhythms_later(
    since: date, months: int, today: date, due: date | None
) -> None:
    kept = Kept(1, "x", "X", "", None, "", months, since)
    assert kept.due_on(today) == due


def test_the_sentences_of_the_mails_have_no_slot_that_nobody_fills(app: Flask, proef: int) -> None:
    """Every sentence of both files is reached by a mail of this test or of the ways above."""
    from catalogue.curation import proposal_mails

    known = {"naam", "site", "inleiding", "inhoud", "fiche", "klopt", "wijzigen", "stoppen", "tot", "vraag"}
    known |= {"contact", "dag", "diensten", "adres", "website", "telefoon", "mailadres"}
    for text in freshness.sentences().values():
        assert slots(text) <= known
    known = {"nummer", "organisatie", "site", "inhoud", "vraag", "besluit", "antwoord", "fiche", "contact"}
    known |= {"veld", "oud", "nieuw"}
    for text in proposal_mails.sentences().values():
        assert slots(text) <= known
