"""The pages on which entries are listed, made, edited, archived and confirmed, without script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from catalogue.curation import entries, history
from catalogue.curation.entrydata import EntryData
from catalogue.curation.write import Action
from catalogue.extensions import db
from catalogue.models import Organisation, Role, Status
from catalogue.web.words import add_months
from tests.builders import VEURNE, entry, offer, organisation, organisations, site
from tests.curation.entry_pages import LIST, NEW, edit, fields, said, send, soup
from tests.curation.room import entered, errors, post, visitor

TODAY = datetime.now().astimezone().date()


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A beheerder."""
    yield entered(app)


@pytest.fixture
def regisseur(app: Flask) -> Iterator[FlaskClient]:
    """A regisseur of the Westhoek."""
    yield entered(app, Role.REGISSEUR)


def made(app: Flask, *several: EntryData) -> list[int]:
    with app.app_context():
        return organisations(*(several or (entry(),)))


def read(app: Flask, id: int) -> EntryData:
    with app.app_context():
        found = entries.read(id)
        assert found is not None
        return found


def actions(app: Flask, id: int) -> list[str]:
    with app.app_context():
        return [one.action for one in history.versions(history.ENTRY, str(id))]


def test_an_entry_is_made_without_script_and_stands_on_its_public_page(
    app: Flask, client: FlaskClient
) -> None:
    values = {"name": "De Nieuwe", "werkvormen_0_key": "maatwerkbedrijf", "offers_0_service": "poetsen"}
    page = send(client, NEW, "sites-erbij", sites_0_name="Winkel", sites_0_gemeente="Ieper", **values)
    assert page.status_code == 200
    assert fields(page).getlist("name") == ["De Nieuwe"]
    answer = send(
        client,
        NEW,
        "publiceer",
        page=page,
        sites_1_name="Atelier",
        sites_1_gemeente="8630",
        offers_0_site="1",
    )
    assert answer.status_code == 303

    public = visitor(app).get("/organisaties/de-nieuwe")
    assert public.status_code == 200
    assert "Schoonmaak" in public.text
    assert "Atelier" in public.text
    found = visitor(app).get("/zoeken?dienst=schoonmaak&gemeente=Veurne")
    assert "De Nieuwe" in found.text


def test_a_draft_is_seen_by_who_curates_only(app: Flask, client: FlaskClient) -> None:
    answer = send(client, NEW, "concept", name="Nog Even Stil")
    assert "concept" in said(client.get(answer.location))
    assert visitor(app).get("/organisaties/nog-even-stil").status_code == 404

    published = send(client, answer.location, "publiceer")
    assert published.status_code == 422
    assert "werkvorm" in errors(published)
    send(client, answer.location, "publiceer", werkvormen_0_key="ald", page=published)
    assert send(client, answer.location, "werkvormen-erbij", page=published).status_code == 200


def test_a_mistake_loses_nothing_and_leads_to_its_field(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)
    page = send(client, edit(id), email="info@", phone="057 1", sites_0_postcode="89", offers_0_note="Nieuw")

    assert page.status_code == 422
    links = {str(link["href"]) for link in soup(page).select(".errors a")}
    assert links == {"#email", "#sites-0-postcode"}
    kept = fields(page)
    assert [kept[name] for name in ("email", "phone", "sites-0-postcode", "offers-0-note")] == [
        "info@", "057 1", "89", "Nieuw",
    ]  # fmt: skip
    assert soup(page).select_one("details.offer[open]") is None
    assert "info@" not in str(read(app, id))


def test_saving_what_nobody_changed_makes_no_history(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)
    before = actions(app, id)
    answer = send(client, edit(id))
    assert "Er was niets gewijzigd." in client.get(answer.location).text
    assert actions(app, id) == before


def test_an_expired_token_shows_the_form_again_with_all_that_was_typed(
    app: Flask, client: FlaskClient
) -> None:
    (id,) = made(app)
    sent = fields(client.get(edit(id)))
    sent["name"], sent["csrf_token"] = "Een Andere Naam", "te oud"
    page = client.post(edit(id), data=sent)

    assert page.status_code == 422
    assert fields(page)["name"] == "Een Andere Naam"
    assert read(app, id).name == "De Proef"
    assert send(client, edit(id), page=page).status_code == 303
    assert read(app, id).name == "Een Andere Naam"


def test_a_renamed_entry_redirects_from_its_old_address(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)
    send(client, edit(id), name="Een Andere Naam")
    assert visitor(app).get("/organisaties/de-proef").location == "/organisaties/een-andere-naam"


def test_a_name_that_another_has_is_refused_at_its_field(app: Flask, client: FlaskClient) -> None:
    id, _ = made(app, entry(), entry("De Andere"))
    page = send(client, edit(id), name="de andere")
    assert (page.status_code, "Er is al een organisatie" in errors(page)) == (422, True)


def test_a_postcode_that_does_not_fit_is_saved_with_a_warning(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)
    answer = send(client, edit(id), sites_0_postcode="8630")
    assert "Postcode 8630 hoort niet bij Ieper" in client.get(answer.location).text
    assert read(app, id).sites[0].postcode == "8630"


def test_the_point_of_an_address_is_looked_up_without_saving(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app, entry(sites=(), offers=()))
    page = send(client, edit(id), "sites-erbij")
    page = send(client, edit(id), "zoek-0", page=page, sites_0_gemeente="Poperinge", phone="057 1")
    assert page.status_code == 200
    assert fields(page)["sites-0-lat"].startswith("50.8")
    assert fields(page)["phone"] == "057 1"
    assert read(app, id).sites == ()

    send(client, edit(id), page=page)
    assert read(app, id).sites[0].point_origin == "gemeente"


def test_a_point_that_is_not_found_is_said_at_the_address(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)
    page = send(client, edit(id), "zoek-0", sites_0_gemeente="")
    assert (page.status_code, "vinden we geen punt" in errors(page)) == (422, True)


def test_a_point_set_by_hand_stays_when_the_address_changes(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)
    send(client, edit(id), sites_0_lat="50.86", sites_0_lon="2.89")
    send(client, edit(id), sites_0_street="Markt", sites_0_gemeente="Poperinge")
    saved = read(app, id).sites[0]
    assert (saved.lat, saved.lon, saved.point_origin, saved.gemeente_nis) == (50.86, 2.89, "hand", "33021")


def test_the_preview_is_the_public_page_and_saves_nothing(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)
    page = send(
        client,
        edit(id),
        "voorbeeld",
        name="Met Een Andere Naam",
        offers_0_known="ja",
        offers_0_places="Veurne",
        summary="Zo zou het zijn.",
    )
    assert page.status_code == 200
    words = said(page)
    assert "Voorbeeld" in words
    assert "Met Een Andere Naam" in words
    assert "Zo zou het zijn." in words
    assert "Veurne" in words
    assert read(app, id).name == "De Proef"
    assert visitor(app).get("/organisaties/met-een-andere-naam").status_code == 404
    with app.app_context():
        assert db.session.query(Organisation).count() == 1


def test_a_preview_of_what_cannot_be_says_what_stands_in_the_way(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)
    page = send(client, edit(id), "voorbeeld", email="x")
    assert (page.status_code, "geen e-mailadres" in errors(page)) == (422, True)


def test_who_comes_second_sees_both_versions_and_chooses(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)
    form = client.get(edit(id))
    other = entered(app)
    send(other, edit(id), phone="057 22 22 22", website="https://www.hun.be")

    clash = send(client, edit(id), page=form, phone="057 11 11 11", summary="Van mij.")
    assert clash.status_code == 409
    words = said(clash)
    for text in ("057 11 11 11", "057 22 22 22", "https://www.hun.be", "Van mij."):
        assert text in words
    assert read(app, id).phone == "057 22 22 22"

    resolve = "form[action$=bewerken]"
    sent = fields(clash, resolve) | {"actie": "oplossen"}
    again = client.post(edit(id), data=sent)
    assert (again.status_code, "Kies wat er bij Telefoon moet staan." in errors(again)) == (409, True)

    key = next(str(one["name"]) for one in soup(clash).select("input[type=radio]"))
    answer = client.post(edit(id), data=sent | {key: "mijn"})
    assert answer.status_code == 303
    saved = read(app, id)
    assert (saved.phone, saved.summary, saved.website) == ("057 11 11 11", "Van mij.", "https://www.hun.be")


def test_a_third_change_while_choosing_is_shown_again(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)
    form, other = client.get(edit(id)), entered(app)
    send(other, edit(id), phone="2")
    clash = send(client, edit(id), page=form, phone="1")
    send(other, edit(id), phone="3")

    sent = fields(clash, "form[action$=bewerken]") | {"actie": "oplossen", "keuze-0": "mijn"}
    again = client.post(edit(id), data=sent)
    assert again.status_code == 409
    assert "3" in said(again)
    assert read(app, id).phone == "3"


def test_what_both_changed_to_the_same_is_no_clash(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)
    form = client.get(edit(id))
    send(entered(app), edit(id), phone="057 1")
    clash = send(client, edit(id), page=form, phone="057 1", summary="Kort.")
    assert clash.status_code == 409
    assert soup(clash).select("input[type=radio]") == []
    answer = client.post(edit(id), data=fields(clash, "form[action$=bewerken]") | {"actie": "oplossen"})
    assert (answer.status_code, read(app, id).summary) == (303, "Kort.")


def test_a_merge_that_does_not_fit_comes_back_as_a_form(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app, entry(sites=(site(), site(VEURNE, name="Atelier")), offers=()))
    form = client.get(edit(id))
    # Meanwhile the site is taken away from which an offer is added here.
    send(entered(app), edit(id), "sites-weg-1")
    other = entered(app)
    send(other, edit(id), page=send(other, edit(id), "sites-weg-1"))
    page = send(client, edit(id), "offers-erbij", page=form)
    clash = send(client, edit(id), page=page, offers_0_service="Strijk", offers_0_site="1")
    assert clash.status_code == 409
    sent = fields(clash, "form[action$=bewerken]") | {"actie": "oplossen"}
    answer = client.post(edit(id), data=sent)
    assert answer.status_code == 422
    assert "Atelier" in errors(answer)
    assert fields(answer)["sites-0-gemeente"] == "Ieper"


def test_an_archived_entry_answers_410_until_that_is_undone(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)
    public = visitor(app)
    answer = post(client, f"{LIST}/{id}/archiveren", page=edit(id))
    assert public.get("/organisaties/de-proef").status_code == 410

    page = client.get(answer.location)
    assert "Ongedaan maken" in said(page)
    post(client, f"{LIST}/{id}/terugzetten", page=edit(id))
    assert public.get("/organisaties/de-proef").status_code == 200
    assert actions(app, id)[:2] == [Action.RESTORED, Action.ARCHIVED]


def test_undoing_gives_back_the_status_of_before(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app, entry(status=Status.CONCEPT))
    post(client, f"{LIST}/{id}/archiveren", page=edit(id))
    post(client, f"{LIST}/{id}/terugzetten", page=edit(id))
    assert read(app, id).status == Status.CONCEPT


@pytest.mark.parametrize("how", ["mail", "telefoon", "bezoek", "lijst"])
def test_one_click_on_the_list_confirms_an_entry(app: Flask, client: FlaskClient, how: str) -> None:
    (id,) = made(app)
    here = f"{LIST}?mist=te-bevestigen"
    answer = post(client, f"{LIST}/{id}/bevestigen", page=here, hoe=how, volgende=here)
    assert (answer.status_code, answer.location) == (303, here)
    assert (read(app, id).confirmed_on, read(app, id).confirmed_how) == (TODAY, how)
    assert actions(app, id)[0] == Action.CONFIRMED
    assert "De Proef" not in said(client.get(here))


def test_one_click_in_the_form_confirms_and_saves_what_was_typed(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)
    send(client, edit(id), "bevestig-telefoon", phone="057 1")
    saved = read(app, id)
    assert (saved.confirmed_on, saved.confirmed_how, saved.phone) == (TODAY, "telefoon", "057 1")


def test_a_confirmation_alone_is_no_edit(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)

    def edited_at() -> datetime | None:
        with app.app_context():
            return db.session.get_one(Organisation, id).edited_at

    before = edited_at()
    send(client, edit(id), "bevestig-bezoek")
    assert (edited_at(), actions(app, id)[0]) == (before, Action.CONFIRMED)


@pytest.mark.parametrize("how", ["", "gerucht"])
def test_a_manner_of_confirming_that_is_none_is_refused(app: Flask, client: FlaskClient, how: str) -> None:
    (id,) = made(app)
    assert post(client, f"{LIST}/{id}/bevestigen", page=LIST, hoe=how).status_code == 400


def test_a_regisseur_edits_what_lies_in_the_own_region_only(app: Flask, regisseur: FlaskClient) -> None:
    here, there = made(app, entry("Hier"), entry("Daar", sites=(site("31005"),), offers=()))
    assert regisseur.get(edit(here)).status_code == 200
    assert regisseur.get(edit(there)).status_code == 403
    words = said(regisseur.get(LIST))
    assert ("Hier" in words, "Daar" in words) == (True, False)
    assert "Daar" in said(regisseur.get(f"{LIST}?van=alle"))


def test_a_regisseur_cannot_move_an_entry_out_of_reach(app: Flask, regisseur: FlaskClient) -> None:
    (id,) = made(app, entry(offers=()))
    page = send(regisseur, edit(id), sites_0_gemeente="Brugge")
    assert (page.status_code, "in uw regio" in errors(page)) == (422, True)
    assert read(app, id).sites[0].gemeente_nis == "33011"


def test_who_makes_an_entry_without_a_site_may_edit_it(app: Flask, regisseur: FlaskClient) -> None:
    answer = send(regisseur, NEW, "concept", name="Zonder Adres")
    assert regisseur.get(answer.location).status_code == 200
    assert entered(app, Role.REGISSEUR).get(answer.location).status_code == 403


def test_an_entry_elsewhere_cannot_be_made_by_a_regisseur(app: Flask, regisseur: FlaskClient) -> None:
    page = send(regisseur, NEW, "concept", name="Elders", sites_0_gemeente="Brugge")
    assert page.status_code == 422
    with app.app_context():
        assert db.session.query(Organisation).count() == 0


def test_a_full_disk_says_so_and_keeps_what_was_typed(app: Flask, client: FlaskClient) -> None:
    (id,) = made(app)
    form = client.get(edit(id))
    with app.app_context():
        engine = db.engine

    def full(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("UPDATE organisation"):
            raise engine.dialect.loaded_dbapi.OperationalError("database or disk is full")

    event.listen(engine, "before_cursor_execute", full)
    try:
        page = send(client, edit(id), page=form, phone="057 1")
    finally:
        event.remove(engine, "before_cursor_execute", full)
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert fields(page)["phone"] == "057 1"
    assert send(client, edit(id), page=page).status_code == 303
    assert read(app, id).phone == "057 1"


FILTERS = {
    "": {"Volledig", "Kaal", "Twijfel"},
    "q=twijfel": {"Twijfel"},
    "q=vroeger": {"Volledig"},
    "q=veurne": {"Kaal"},
    "q=8630": {"Kaal"},
    "status=concept": {"Kaal"},
    "status=gearchiveerd": {"Weg"},
    "status=alle": {"Volledig", "Kaal", "Twijfel", "Weg"},
    "mist=zonder-diensten": {"Kaal"},
    "mist=onzeker": {"Twijfel"},
    "mist=te-bevestigen": {"Kaal", "Twijfel"},
    "mist=zonder-punt": {"Twijfel"},
    "mist=onzeker&mist=zonder-diensten": set(),
    "q=nergens": set(),
    "status=onzin&mist=onzin&pagina=x": {"Volledig", "Kaal", "Twijfel"},
}


@pytest.mark.parametrize("query", FILTERS)
def test_the_list_finds_what_is_asked(app: Flask, client: FlaskClient, query: str) -> None:
    made(
        app,
        entry("Volledig", former_names=("Vroeger",), confirmed_on=TODAY, confirmed_how="lijst"),
        entry("Kaal", sites=(site(VEURNE),), offers=(), status=Status.CONCEPT),
        entry("Twijfel", sites=(), offers=(offer(site=None),), zekerheid="onzeker"),
        entry("Weg", status=Status.ARCHIVED),
    )
    page = client.get(f"{LIST}?{query}")
    names = {one.get_text(strip=True) for one in soup(page).select(".entries__name")}
    assert names == FILTERS[query]


def test_an_entry_goes_stale_on_the_day_its_rhythm_ends(app: Flask, client: FlaskClient) -> None:
    stale, fresh = add_months(TODAY, -3), add_months(TODAY, -2)
    made(
        app,
        entry("Te Laat", confirmed_on=stale, confirmed_how="mail", confirm_months=3),
        entry("Op Tijd", confirmed_on=fresh, confirmed_how="mail", confirm_months=3),
        entry("Gewoon", confirmed_on=stale, confirmed_how="mail"),
    )
    page = client.get(f"{LIST}?mist=te-bevestigen")
    assert [one.get_text(strip=True) for one in soup(page).select(".entries__name")] == ["Te Laat"]


def test_a_long_list_has_pages_and_a_page_past_the_last_is_none(app: Flask, client: FlaskClient) -> None:
    made(app, *(entry(f"Nummer {number:02}") for number in range(30)))
    first, second = client.get(f"{LIST}?q=nummer"), client.get(f"{LIST}?q=nummer&pagina=2")
    assert "Nummer 24" in first.text
    assert "Nummer 29" not in first.text
    assert "Nummer 29" in second.text
    assert client.get(f"{LIST}?q=nummer&pagina=3").status_code == 404


@pytest.mark.parametrize("id", ["999999", "99999999999999999999"])
def test_an_entry_that_is_not_there_is_not_found(client: FlaskClient, id: str) -> None:
    assert client.get(f"{LIST}/{id}/bewerken").status_code in (403, 404)


HOSTILE = {
    "name": ["x" * 5000, "\x00\x01", "﻿", "<script>alert(1)</script>"],
    "generation": ["-1", "9" * 400, "²"],
    "actie": ["sites-weg-99", "offers-kopie-99", "zoek-99", "zoek-x", "bevestig-gerucht", "oplossen", "???"],
    "art15_percent": ["٣", "1e3"],
    "sites-0-id": ["²", "-1", "9" * 30],
    "sites-0-point": ["a b c", "1 2 hand", "nan nan hand"],
    "offers-0-km": ["1e400", "-5", "٣"],
    "sites-0-gemeente": ["x" * 20000],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, many in HOSTILE.items() for value in many]
)
def test_nothing_that_is_sent_breaks_the_form(app: Flask, client: FlaskClient, name: str, value: str) -> None:
    (id,) = made(app)
    sent = fields(client.get(edit(id)))
    sent.setdefault("actie", "bewaar")
    sent[name] = value
    sent["offers-0-known"] = "ja"
    answer = client.post(edit(id), data=sent)
    assert answer.status_code in (200, 303, 409, 422)


def test_an_organisation_made_by_name_only_has_its_maker(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        assert organisation("Al Daar")
    answer = send(client, NEW, "bewaar", name="Enter In Een Veld")
    assert answer.status_code == 303
    assert read(app, int(answer.location.split("/")[3])).status == Status.CONCEPT
