"""Proposals as a stranger sends them and as a regisseur decides about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from catalogue.curation import history, proposals, stamps
from catalogue.curation.entries import read, save
from catalogue.curation.stranger_views import PER_MAILBOX
from catalogue.curation.write import change
from catalogue.extensions import db
from catalogue.models import Organisation, OutgoingMail, Proposal, Role
from tests.builders import POPERINGE, entry, organisation, site
from tests.curation.room import entered, errors, post, visitor

PAGE = "/organisaties/de-proef/voorstel"
NEW = "/organisaties/nieuw-voorstel"
SENDER = {"afzender_mail": "inwoner@voorbeeld.be", "afzender_naam": "Een inwoner"}


@pytest.fixture
def proef(app: Flask) -> int:
    """De Proef in Ieper, with a mailbox, one site and one service."""
    with app.app_context():
        return organisation(
            email="info@deproef.be",
            phone="057 00 00 00",
            summary="Groen en poets.",
            free_services=("kaarsen gieten",),
            sites=(site(street="Markt", house_number="1", postcode="8900"),),
        )


@pytest.fixture
def stranger(app: Flask, proef: int) -> FlaskClient:
    return visitor(app)


@pytest.fixture
def regisseur(app: Flask, proef: int) -> FlaskClient:
    return entered(app, Role.REGISSEUR)


def filled(page: TestResponse) -> dict[str, Any]:
    """What a browser would send of the form of proposals on a page, untouched."""
    form = BeautifulSoup(page.text, "html.parser").select_one("main form[method=post]")
    assert form is not None, page.text
    sent: dict[str, Any] = {}
    for tag in form.select("input[name], textarea[name], select[name]"):
        name = str(tag["name"])
        if tag.name == "textarea":
            sent[name] = tag.text.removeprefix("\n")
        elif tag.name == "select":
            chosen = tag.select_one("option[selected]")
            sent[name] = str(chosen["value"]) if chosen else ""
        elif tag.get("type") != "checkbox":
            sent[name] = str(tag.get("value", ""))
        elif tag.has_attr("checked"):
            sent.setdefault(name, []).append(str(tag["value"]))
    return sent


def ripe(app: Flask, sent: dict[str, Any], *, seconds: int = 60) -> dict[str, Any]:
    """The form as if it was opened so many seconds ago."""
    with app.app_context():
        stamp = stamps.parse(sent["stempel"])
        at = datetime.now(UTC) - timedelta(seconds=seconds)
        return sent | {"stempel": stamps.make(at, stamp.generation, stamp.about)}


def send(
    app: Flask, client: FlaskClient, path: str = PAGE, *, seconds: int = 60, **fields: Any
) -> TestResponse:
    """Open the form, change these fields, and send it a while later."""
    sent = filled(client.get(path))
    return client.post(path, data=ripe(app, sent, seconds=seconds) | SENDER | fields)


def kept(app: Flask) -> list[Proposal]:
    with app.app_context():
        return list(db.session.scalars(select(Proposal).order_by(Proposal.id)))


def mails(app: Flask) -> list[OutgoingMail]:
    with app.app_context():
        return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def public(app: Flask, proef: int) -> Any:
    with app.app_context():
        found = read(proef)
        assert found is not None
        return found


def test_an_entry_has_a_link_to_its_form_and_the_form_shows_what_the_entry_says(
    stranger: FlaskClient,
) -> None:
    assert f'href="{PAGE}"' in stranger.get("/organisaties/de-proef").text

    form = filled(stranger.get(PAGE))
    assert form["telefoon"] == "057 00 00 00"
    assert form["vestiging-0-gemeente"] == "Ieper"
    assert form["diensten"] == ["groenonderhoud"]
    assert form["woorden"] == ["kaarsen gieten"]


def test_a_fault_in_words_is_kept_and_a_copy_goes_by_mail(
    app: Flask, stranger: FlaskClient, proef: int
) -> None:
    before = public(app, proef)
    answer = send(app, stranger, bericht="Ze zitten nu in Poperinge.")

    assert answer.status_code == 303
    (one,) = kept(app)
    assert str(one.id) in stranger.get(answer.location).text
    assert (one.organisation_id, one.data, one.message) == (proef, None, "Ze zitten nu in Poperinge.")
    (mail,) = mails(app)
    assert mail.recipient == SENDER["afzender_mail"]
    assert "Ze zitten nu in Poperinge." in mail.body
    assert "De Proef" in mail.subject
    assert "http" not in mail.body
    assert public(app, proef) == before


def test_fields_that_were_changed_become_the_difference_and_nothing_else(
    app: Flask, stranger: FlaskClient, proef: int
) -> None:
    fields = {
        "telefoon": "057 11 11 11",
        "vestiging-0-straat": "Grote Markt",
        "vestiging-0-gemeente": "Poperinge",
        "vestiging-0-postcode": "8970",
        "diensten": [],
        "diensten_erbij": "strijken\nvliegers maken",
    }
    assert send(app, stranger, **fields).status_code == 303

    with app.app_context():
        (one,) = db.session.scalars(select(Proposal))
        base, data = proposals.from_json(one.base or {}), proposals.from_json(one.data or {})
        assert base == read(proef)
    assert data.phone == "057 11 11 11"
    assert data.email == base.email
    assert (data.sites[0].street, data.sites[0].gemeente_nis) == ("Grote Markt", POPERINGE)
    assert data.sites[0].lat is None
    assert data.sites[0].id == base.sites[0].id
    assert "Grote Markt 1, 8970 Poperinge" in mails(app)[0].body
    assert "punt" not in mails(app)[0].body
    assert [one.service for one in data.offers] == ["strijk"]
    assert data.offers[0].area_assumed
    assert data.free_services == ("kaarsen gieten", "vliegers maken")


def test_a_form_that_says_nothing_is_refused(app: Flask, stranger: FlaskClient) -> None:
    answer = send(app, stranger)

    assert answer.status_code == 422
    assert "Schrijf wat er niet klopt" in errors(answer)
    assert not kept(app)


def test_a_mistake_is_named_at_its_field_and_nothing_typed_is_lost(app: Flask, stranger: FlaskClient) -> None:
    answer = send(
        app,
        stranger,
        bericht="Een lang verhaal",
        website="niet een adres",
        **{
            "vestiging-0-gemeente": "Nergensdorp",
            "vestiging-0-postcode": "89",
            "afzender_mail": "geen adres",
        },
    )

    assert answer.status_code == 422
    said = errors(answer)
    for piece in ("webadres", "Nergensdorp", "vier cijfers", "geen e-mailadres"):
        assert piece in said
    again = filled(answer)
    assert again["bericht"] == "Een lang verhaal"
    assert again["website"] == "niet een adres"
    assert again["vestiging-0-gemeente"] == "Nergensdorp"
    assert again["afzender_naam"] == SENDER["afzender_naam"]
    links = {a["href"] for a in BeautifulSoup(answer.text, "html.parser").select(".errors a")}
    assert {"#website", "#vestiging-0-gemeente", "#vestiging-0-postcode", "#afzender_mail"} <= links


def test_a_text_that_is_too_long_is_told_in_plain_dutch(app: Flask, stranger: FlaskClient) -> None:
    page = send(app, stranger, bericht="x" * 4001)
    assert page.status_code == 422
    assert "Dit is te lang: hoogstens 4000 tekens." in errors(page)


def test_a_machine_that_fills_in_the_unseen_field_learns_nothing(app: Flask, stranger: FlaskClient) -> None:
    answer = send(app, stranger, bericht="Koop pillen", onderwerp="Koop pillen")

    assert answer.status_code == 303
    assert stranger.get(answer.location).status_code == 200
    assert not kept(app)
    assert not mails(app)


@pytest.mark.parametrize(
    ("seconds", "said"), [(1, "heel snel"), (24 * 3600 + 60, "te lang open"), (25 * 3600, "te lang open")]
)
def test_a_form_sent_at_once_or_after_a_day_is_shown_again(
    app: Flask, stranger: FlaskClient, seconds: int, said: str
) -> None:
    answer = send(app, stranger, seconds=seconds, bericht="Het nummer klopt niet")

    assert answer.status_code == 422
    assert said in errors(answer)
    again = filled(answer)
    assert again["bericht"] == "Het nummer klopt niet"
    assert not kept(app)
    assert stranger.post(PAGE, data=ripe(app, again)).status_code == 303


@pytest.mark.parametrize("stamp", ["", "onzin", "x" * 5000, "WzEsMl0.AAAA"])
def test_a_stamp_that_is_not_ours_is_refused(app: Flask, stranger: FlaskClient, stamp: str) -> None:
    sent = filled(stranger.get(PAGE)) | SENDER | {"bericht": "x", "stempel": stamp}
    answer = stranger.post(PAGE, data=sent)

    assert answer.status_code == 422
    assert not kept(app)


def test_the_stamp_of_another_form_does_not_show_an_entry_as_it_was_before_it_was_public(
    app: Flask, stranger: FlaskClient, proef: int
) -> None:
    with app.app_context():
        for phone in ("057 99 99 99", "057 00 00 00"):
            now = read(proef)
            assert now is not None
            with change() as under_way:
                save(under_way, replace(now, phone=phone))

    other = ripe(app, filled(stranger.get(NEW)))["stempel"]
    form = filled(stranger.get(PAGE)) | SENDER | {"telefoon": "057 11 11 11", "stempel": other}
    page = stranger.post(PAGE, data=form)
    assert page.status_code == 422
    assert 'value="057 11 11 11"' in page.text
    assert kept(app) == []


def test_pressing_twice_makes_one_proposal(app: Flask, stranger: FlaskClient) -> None:
    first = send(app, stranger, bericht="Dubbel")
    second = send(app, stranger, bericht="Dubbel")

    assert first.status_code == second.status_code == 303
    assert len(kept(app)) == len(mails(app)) == 1


def test_one_mailbox_gets_no_flood_of_copies_and_what_was_typed_stays(
    app: Flask, stranger: FlaskClient
) -> None:
    for number in range(PER_MAILBOX):
        assert send(app, stranger, bericht=f"Nummer {number}").status_code == 303
    answer = send(app, stranger, bericht="Eén te veel")

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert filled(answer)["bericht"] == "Eén te veel"
    assert len(kept(app)) == PER_MAILBOX


def test_what_changed_while_the_form_stood_open_is_not_proposed_back(
    app: Flask, stranger: FlaskClient, proef: int
) -> None:
    sent = ripe(app, filled(stranger.get(PAGE)))
    with app.app_context(), change() as under_way:
        save(under_way, entry(id=proef, phone="057 99 99 99", email="info@deproef.be"))
    assert stranger.post(PAGE, data=sent | SENDER | {"samenvatting": "Nieuw."}).status_code == 303

    (one,) = kept(app)
    assert one.base is not None
    assert one.data is not None
    assert one.base["phone"] == one.data["phone"] == "057 00 00 00"
    assert one.data["summary"] == "Nieuw."


def test_a_public_form_sets_no_cookie_and_no_cache_keeps_it(stranger: FlaskClient) -> None:
    for path in (PAGE, NEW):
        answer = stranger.get(path)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_form_of_an_entry_that_is_not_public_leads_to_its_page(stranger: FlaskClient) -> None:
    answer = stranger.get("/organisaties/nergens/voorstel", follow_redirects=True)
    assert answer.status_code == 404


def test_an_entry_that_was_renamed_meanwhile_still_takes_the_form(
    app: Flask, stranger: FlaskClient, proef: int
) -> None:
    sent = ripe(app, filled(stranger.get(PAGE))) | SENDER | {"bericht": "Nog iets."}
    with app.app_context(), change() as under_way:
        save(under_way, entry("De Nieuwe Proef", id=proef))

    assert stranger.get(PAGE).location == "/organisaties/de-nieuwe-proef/voorstel"
    assert stranger.post(PAGE, data=sent).status_code == 303
    assert kept(app)[0].data is None


JUNK: tuple[dict[str, Any], ...] = (
    {},
    {"bericht": "\x00\x01\ufeff", "naam": "\x00"},
    {"naam": "<script>alert(1)</script>" * 20, "website": "javascript:alert(1)"},
    {"diensten": ["x", "\x00"], "trede-maatwerkbedrijf": ["9", "x", "-1"], "woorden": ["y"]},
    {"vestiging-0-gemeente": "\u0660" * 5000, "vestiging-0-postcode": "\u0661\u0662\u0663\u0664"},
    {"afzender_mail": "a@b.be\r\nBcc: x@y.be", "bericht": "x"},
    {"diensten_erbij": "\n".join(f"dienst {n}" for n in range(500))},
    {"werkvorm": "nergens", "telefoon": "1" * 10_000, "generatie": "9" * 400},
    {"ondernemingsnummer": "\u0660\u0661", "email": "@", "bericht": "x" * 100_000},
)


@pytest.mark.parametrize("fields", JUNK, ids=range(len(JUNK)))
@pytest.mark.parametrize("path", [PAGE, NEW])
def test_nothing_that_is_sent_breaks_a_form(
    app: Flask, stranger: FlaskClient, path: str, fields: dict[str, Any]
) -> None:
    answer = send(app, stranger, path, **fields)
    assert answer.status_code in (303, 422)
    assert stranger.post(path, data=fields).status_code in (303, 422)
    assert "<script>alert" not in answer.text
    for mail in mails(app):
        assert "\n" not in mail.subject + mail.recipient


def test_a_regisseur_takes_over_a_field_and_leaves_another(
    app: Flask, stranger: FlaskClient, regisseur: FlaskClient, proef: int
) -> None:
    send(app, stranger, telefoon="057 11 11 11", samenvatting="Iets anders.")
    path = "/beheer/voorstellen/1"
    assert "Voorstellen" in regisseur.get("/beheer").text
    assert path in regisseur.get("/beheer/voorstellen").text
    page = regisseur.get(path)
    form = filled_decision(page)
    assert form["neem"] == ["phone", "summary"]

    answer = regisseur.post(path, data=form | {"neem": ["phone"], "actie": "neem"})
    assert answer.status_code == 303

    after = public(app, proef)
    assert (after.phone, after.summary) == ("057 11 11 11", "Groen en poets.")
    (one,) = kept(app)
    assert one.status == "deels aanvaard"
    assert one.decided_by is not None
    assert "Een deel van het voorstel" in mails(app)[-1].body
    assert "/organisaties/de-proef" in mails(app)[-1].body
    with app.app_context():
        last = history.versions("organisatie", str(proef))[0]
    assert (last.manner, last.note) == ("voorstel", "Voorstel 1")
    assert last.who
    assert "deels aanvaard" in regisseur.get("/beheer/voorstellen?toon=beslist").text
    assert regisseur.get(path).status_code == 200
    assert regisseur.post(path, data=form | {"actie": "neem"}).status_code == 409


def filled_decision(page: TestResponse) -> dict[str, Any]:
    soup = BeautifulSoup(page.text, "html.parser")
    for menu in soup.select("nav"):
        menu.decompose()
    sent: dict[str, Any] = {}
    for tag in soup.select("main form input[name], main form textarea[name]"):
        name = str(tag["name"])
        if tag.get("type") == "checkbox":
            if tag.has_attr("checked"):
                sent.setdefault(name, []).append(str(tag["value"]))
        else:
            sent[name] = tag.text.removeprefix("\n") if tag.name == "textarea" else str(tag.get("value", ""))
    return sent


def test_a_value_is_adjusted_while_it_is_taken_over(
    app: Flask, stranger: FlaskClient, regisseur: FlaskClient, proef: int
) -> None:
    send(app, stranger, website="deproef.be")
    form = filled_decision(regisseur.get("/beheer/voorstellen/1")) | {"actie": "neem"}
    assert form["waarde-website"] == "https://deproef.be"

    refused = regisseur.post("/beheer/voorstellen/1", data=form | {"waarde-website": "geen adres"})
    assert refused.status_code == 422
    assert "webadres" in errors(refused)

    done = regisseur.post("/beheer/voorstellen/1", data=form | {"waarde-website": "https://www.deproef.be"})
    assert done.status_code == 303
    assert public(app, proef).website == "https://www.deproef.be"


def test_a_refusal_needs_a_reason_and_the_reason_is_mailed(
    app: Flask, stranger: FlaskClient, regisseur: FlaskClient, proef: int
) -> None:
    before = public(app, proef)
    send(app, stranger, telefoon="057 11 11 11")
    form = filled_decision(regisseur.get("/beheer/voorstellen/1")) | {"actie": "weiger"}

    silent = regisseur.post("/beheer/voorstellen/1", data=form)
    assert silent.status_code == 422
    assert "waarom" in errors(silent)

    answer = regisseur.post("/beheer/voorstellen/1", data=form | {"toelichting": "Dit nummer is privé."})
    assert answer.status_code == 303
    assert "Dit nummer is privé." in mails(app)[-1].body
    assert "niet overgenomen" in mails(app)[-1].body
    assert public(app, proef) == before


@pytest.mark.parametrize("generation", ["", "x", "9" * 6000, "12345678901x", "-1", "\u0661"])
def test_a_decision_without_the_generation_of_its_page_takes_nothing_over(
    app: Flask, stranger: FlaskClient, regisseur: FlaskClient, generation: str
) -> None:
    send(app, stranger, telefoon="057 11 11 11")
    form = filled_decision(regisseur.get("/beheer/voorstellen/1")) | {"actie": "neem"}

    assert regisseur.post("/beheer/voorstellen/1", data=form | {"generatie": generation}).status_code == 409
    assert kept(app)[0].status == "open"


def test_an_entry_that_changed_meanwhile_is_shown_anew_and_nothing_is_taken_over(
    app: Flask, stranger: FlaskClient, regisseur: FlaskClient, proef: int
) -> None:
    send(app, stranger, telefoon="057 11 11 11")
    form = filled_decision(regisseur.get("/beheer/voorstellen/1")) | {"actie": "neem"}
    with app.app_context(), change() as under_way:
        save(under_way, entry(id=proef, phone="057 99 99 99", email="info@deproef.be"))

    answer = regisseur.post("/beheer/voorstellen/1", data=form)
    assert answer.status_code == 409
    assert "intussen gewijzigd" in errors(answer)
    assert "De indiener zag: 057 00 00 00" in answer.text
    assert "057 99 99 99" in answer.text
    assert public(app, proef).phone == "057 99 99 99"

    again = filled_decision(regisseur.get("/beheer/voorstellen/1"))
    assert "neem" not in again
    done = regisseur.post("/beheer/voorstellen/1", data=again | {"neem": ["phone"], "actie": "neem"})
    assert done.status_code == 303
    assert public(app, proef).phone == "057 11 11 11"


def test_another_region_neither_sees_nor_decides(app: Flask, stranger: FlaskClient) -> None:
    send(app, stranger, telefoon="057 11 11 11")
    send(app, stranger, NEW, naam="De Nieuwe", **{"vestiging-0-gemeente": "Ieper"})
    other = entered(app, Role.REGISSEUR, regions=("oostende",))

    listed = other.get("/beheer/voorstellen").text
    assert "De Proef" not in listed
    assert "De Nieuwe" not in listed
    for number in (1, 2):
        path = f"/beheer/voorstellen/{number}"
        assert other.get(path).status_code == 404
        data = {"actie": "weiger", "toelichting": "Nee"}
        assert post(other, path, data, page="/beheer").status_code == 404
    assert [one.status for one in kept(app)] == ["open", "open"]
    assert other.get("/beheer/voorstellen/99999999999999999999").status_code == 404


def test_a_new_organisation_becomes_a_concept_or_is_published(
    app: Flask, stranger: FlaskClient, regisseur: FlaskClient
) -> None:
    fields = {"vestiging-0-gemeente": "Poperinge", "werkvorm": "arbeidszorg", "diensten_erbij": "strijken"}
    assert send(app, stranger, NEW, naam="De Nieuwe", **fields).status_code == 303
    assert send(app, stranger, NEW, naam="Nog Een", **fields).status_code == 303
    assert stranger.get("/organisaties/de-nieuwe").status_code == 404

    for number, action in ((1, "publiceer"), (2, "concept")):
        path = f"/beheer/voorstellen/{number}"
        assert (
            regisseur.post(path, data=filled_decision(regisseur.get(path)) | {"actie": action}).status_code
            == 303
        )
    page = stranger.get("/organisaties/de-nieuwe")
    assert page.status_code == 200
    assert "Poperinge" in page.text
    assert stranger.get("/organisaties/nog-een").status_code == 404
    with app.app_context():
        assert (
            db.session.scalar(select(Organisation.status).where(Organisation.name == "Nog Een")) == "concept"
        )


def test_a_new_organisation_that_is_there_already_is_pointed_out(
    app: Flask, stranger: FlaskClient, regisseur: FlaskClient
) -> None:
    send(app, stranger, NEW, naam="de proef")
    path = "/beheer/voorstellen/1"
    page = regisseur.get(path)
    assert "Er is al een organisatie" in page.text

    answer = regisseur.post(path, data=filled_decision(page) | {"actie": "publiceer"})
    assert answer.status_code == 422
    assert "Er is al een organisatie" in errors(answer)
    assert kept(app)[0].status == "open"


def test_words_alone_are_marked_as_done(app: Flask, stranger: FlaskClient, regisseur: FlaskClient) -> None:
    send(app, stranger, bericht="Hun telefoon is altijd bezet.")
    path = "/beheer/voorstellen/1"
    page = regisseur.get(path)
    assert "Hun telefoon is altijd bezet." in page.text
    form = filled_decision(page) | {"actie": "neem", "toelichting": "Bedankt."}
    assert regisseur.post(path, data=form).status_code == 303
    assert kept(app)[0].status == "aanvaard"
    assert "Bedankt." in mails(app)[-1].body


def test_who_proposed_is_erased_twelve_months_after_the_decision(
    app: Flask, stranger: FlaskClient, regisseur: FlaskClient
) -> None:
    send(app, stranger, bericht="Eén")
    send(app, stranger, bericht="Twee")
    form = filled_decision(regisseur.get("/beheer/voorstellen/1")) | {"actie": "neem"}
    assert regisseur.post("/beheer/voorstellen/1", data=form).status_code == 303
    today = datetime.now(UTC).date()
    with app.app_context():
        assert proposals.erase(today + timedelta(days=364)) == 0
        assert proposals.erase(today + timedelta(days=368)) == 1
        assert proposals.erase(today + timedelta(days=368)) == 0

    done, still_open = kept(app)
    assert (done.proposer_name, done.proposer_mail) == ("", "")
    assert done.erased_at is not None
    assert done.message == "Eén"
    assert still_open.proposer_mail == SENDER["afzender_mail"]
    assert {mail.key for mail in mails(app)} == {"voorstel-ontvangen:2"}
    assert "gewist op" in regisseur.get("/beheer/voorstellen/1").text
