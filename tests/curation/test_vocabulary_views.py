"""The pages of /beheer/woordenlijst as a browser meets them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalogue.curation.entries import read
from catalogue.curation.vocabulary import categories, services
from catalogue.models import Role
from tests.builders import offer, organisation
from tests.curation.room import entered, errors, token_of

LIST = "/beheer/woordenlijst"
GROEN = f"{LIST}/dienst/groenonderhoud"


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A beheerder of a catalogue with some entries."""
    with app.app_context():
        organisation("De Groenen", free_services=("lampen ophangen",))
        organisation(
            "De Poetsers", offers=(offer("schoonmaak", site=""),), free_services=("Lampen-ophangen",)
        )
    yield entered(app, Role.BEHEERDER)


def fields_of(page: TestResponse) -> dict[str, str]:
    """What a browser would send of the (first) form that is posted."""
    form = BeautifulSoup(page.text, "html.parser").select_one("main .room__page form[method=post]")
    assert form is not None, page.text
    found = {
        str(one["name"]): str(one.get("value", ""))
        for one in form.select("input[name]")
        if one.get("type") != "checkbox"
    }
    found |= {str(one["name"]): one.get_text().removeprefix("\n") for one in form.select("textarea")}
    for one in form.select("select"):
        chosen = one.select_one("option[selected]") or one.select_one("option")
        found[str(one["name"])] = str(chosen["value"]) if chosen else ""
    return found


def change(client: FlaskClient, path: str, **values: str) -> tuple[TestResponse, TestResponse]:
    """Change a service: look at the effect first, then save; gives both answers."""
    seen = client.post(path, data=fields_of(client.get(path)) | values | {"actie": "bekijk"})
    assert seen.status_code == 200, errors(seen)
    return seen, client.post(path, data=fields_of(seen) | {"actie": "bewaar"})


def test_the_list_shows_each_service_with_how_many_use_it(client: FlaskClient) -> None:
    page = client.get(LIST)
    assert page.status_code == 200
    row = next(
        li
        for li in BeautifulSoup(page.text, "html.parser").select(".terms li")
        if li.get_text(strip=True).startswith("Groenonderhoud")
    )
    assert "1 organisatie" in row.get_text()
    assert client.get(f"{LIST}?q=77310000").text.count("<li>") < page.text.count("<li>")
    assert "Geen dienst heeft" in client.get(f"{LIST}?q=xyzzy").text


def test_the_effect_is_shown_before_a_change_is_saved(app: Flask, client: FlaskClient) -> None:
    seen, saved = change(client, GROEN, synoniemen="paardenbloemen plukken")
    panel = BeautifulSoup(seen.text, "html.parser").select_one("#gevolg")
    assert panel is not None
    row = next(tr for tr in panel.select("tr") if "paardenbloemen" in tr.get_text())
    assert [td.get_text(strip=True) for td in row.select("td")] == ["0", "1", "1 erbij"]
    assert "erbij: paardenbloemen plukken" in " ".join(panel.get_text(" ").split())
    assert (saved.status_code, saved.location) == (303, GROEN)
    assert "/organisaties/de-groenen" in client.get("/zoeken?q=paardenbloemen+plukken").text
    with app.app_context():
        assert services()["groenonderhoud"].synonyms == ("paardenbloemen plukken",)


def test_nothing_is_saved_whose_effect_was_not_seen(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        before = services()
    start = fields_of(client.get(GROEN))
    for forged in ({"gezien": "x"}, {}):
        page = client.post(GROEN, data=start | {"naam": "Anders", "actie": "bewaar"} | forged)
        assert page.status_code == 200
        assert "Dit verandert er" in page.text
    seen = client.post(GROEN, data=start | {"naam": "Anders", "actie": "bekijk"})
    again = client.post(GROEN, data=fields_of(seen) | {"naam": "Nog anders", "actie": "bewaar"})
    assert again.status_code == 200
    assert "Nog anders" in again.text
    with app.app_context():
        assert services() == before


def test_what_somebody_else_changed_meanwhile_is_not_overwritten_unseen(
    app: Flask, client: FlaskClient
) -> None:
    opened = fields_of(client.get(GROEN))
    seen = fields_of(client.post(GROEN, data=opened | {"zin": "Van mij.", "actie": "bekijk"}))
    other = entered(app, Role.BEHEERDER)
    change(other, GROEN, cpv="")

    late = client.post(GROEN, data=seen | {"actie": "bewaar"})
    assert late.status_code == 200
    assert "Iemand wijzigde deze dienst" in late.text
    assert "77310000-6" in str(BeautifulSoup(late.text, "html.parser").select_one("#gevolg"))
    with app.app_context():
        assert services()["groenonderhoud"].cpv == ()


def test_a_synonym_that_is_another_service_is_refused_with_a_link_to_it(client: FlaskClient) -> None:
    page = client.post(
        GROEN, data=fields_of(client.get(GROEN)) | {"synoniemen": "gras\nschoonmaak", "cpv": "77310000-1"}
    )
    assert page.status_code == 422
    assert "Schoonmaak" in errors(page)
    assert "77310000-6" in errors(page)
    soup = BeautifulSoup(page.text, "html.parser")
    assert {a["href"] for a in soup.select(".errors a")} == {"#synoniemen", "#cpv"}
    assert soup.select_one(f'a[href="{LIST}/dienst/schoonmaak"]') is not None
    assert fields_of(page)["synoniemen"].split() == ["gras", "schoonmaak"]


@pytest.mark.parametrize(
    "values",
    [
        {"naam": ""},
        {"naam": "\0\ufffe"},
        {"naam": "x" * 30_000},
        {"categorie": "'; drop table"},
        {"breder": "groenonderhoud"},
        {"breder": "nergens"},
        {"synoniemen": "y;" * 9_000},
        {"cpv": "1\n" * 9_000},
    ],
)
def test_bad_input_loses_nothing_and_is_told(client: FlaskClient, values: dict[str, str]) -> None:
    page = client.post(GROEN, data=fields_of(client.get(GROEN)) | {"zin": "Mijn zin."} | values)
    assert page.status_code == 422
    assert errors(page)
    assert fields_of(page)["zin"] == "Mijn zin."


def test_a_new_service_is_made_and_removed_and_brought_back(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        category = next(iter(categories()))
    path = f"{LIST}/nieuw"
    _, made = change(client, path, naam="Ballonnen vullen", categorie=category, cpv="77310000")
    assert made.location == f"{LIST}/dienst/ballonnen-vullen"
    assert client.get("/diensten/ballonnen-vullen").status_code == 200

    away = f"{made.location}/verwijderen"
    done = client.post(away, data=fields_of(client.get(away)))
    assert client.get(made.location).status_code == 404
    page = client.get(done.location)
    assert client.post(done.location, data=fields_of(page)).location == LIST
    assert client.get(made.location).status_code == 200
    assert client.get(done.location).status_code == 200
    assert client.post(done.location, data={"csrf_token": token_of(page)}).status_code == 409


def test_a_service_in_use_cannot_be_removed_but_merged_and_that_is_undone(
    app: Flask, client: FlaskClient
) -> None:
    away = f"{GROEN}/verwijderen"
    page = client.get(away)
    assert "Voeg ze samen" in page.text
    assert client.post(away, data={"csrf_token": token_of(page)}).status_code == 409

    merge = f"{GROEN}/samenvoegen"
    seen = client.get(f"{merge}?met=schoonmaak")
    assert "1 organisatie krijgt" in seen.text
    done = client.post(merge, data=fields_of(seen))
    assert done.status_code == 303
    assert client.get("/diensten/groenonderhoud").location == "/diensten/schoonmaak"
    assert "/organisaties/de-groenen" in client.get("/zoeken?dienst=schoonmaak").text
    client.post(done.location, data=fields_of(client.get(done.location)))
    assert "/organisaties/de-groenen" not in client.get("/zoeken?dienst=schoonmaak").text
    assert client.get("/diensten/groenonderhoud").status_code == 200


@pytest.mark.parametrize("target", ["", "nergens", "groenonderhoud"])
def test_a_merge_needs_another_service(client: FlaskClient, target: str) -> None:
    path = f"{GROEN}/samenvoegen"
    page = client.post(path, data={"csrf_token": token_of(client.get(path)), "met": target})
    assert page.status_code == 422
    assert "Kies een andere dienst" in errors(page)


def test_a_version_is_put_back_from_the_history(app: Flask, client: FlaskClient) -> None:
    assert "nog niet gewijzigd" in client.get(f"{GROEN}/geschiedenis").text
    change(client, GROEN, naam="Tuinwerk van de stad")
    page = client.get(f"{GROEN}/geschiedenis")
    assert "Tuinwerk van de stad" in page.text
    form = BeautifulSoup(page.text, "html.parser").select_one(".versions form")
    assert form is not None
    assert client.post(str(form["action"]), data={"csrf_token": token_of(page)}).status_code == 303
    with app.app_context():
        assert services()["groenonderhoud"].label == "Groenonderhoud"
    wrong = f"{LIST}/dienst/schoonmaak/geschiedenis/{str(form['action']).rsplit('/', 1)[1]}"
    assert client.post(wrong, data={"csrf_token": token_of(page)}).status_code == 409


def test_a_free_word_becomes_a_synonym_and_an_offer(app: Flask, client: FlaskClient) -> None:
    words = client.get(f"{LIST}/woorden")
    link = BeautifulSoup(words.text, "html.parser").select_one(".terms a")
    assert link is not None
    assert "2 organisaties" in words.text
    first = client.get(str(link["href"]))
    assert "De Groenen" in first.text
    seen = client.get(f"{link['href']}&dienst=schoonmaak&synoniem=ja")
    assert "heeft deze dienst al" in seen.text
    done = client.post(f"{LIST}/woord", data=fields_of(seen))
    assert done.status_code == 303, done.text
    with app.app_context():
        entry = read(1)
        assert entry and {one.service for one in entry.offers} == {"groenonderhoud", "schoonmaak"}
        assert entry.free_services == ()
        assert "lampen ophangen" in [one.lower() for one in services()["schoonmaak"].synonyms]
    assert "/organisaties/de-groenen" in client.get("/zoeken?dienst=lampen+ophangen").text

    client.post(done.location, data=fields_of(client.get(done.location)))
    assert "2 organisaties" in client.get(f"{LIST}/woorden").text


def test_a_free_word_becomes_a_new_service(app: Flask, client: FlaskClient) -> None:
    path = f"{LIST}/nieuw?woord=lampen+ophangen"
    with app.app_context():
        category = next(iter(categories()))
    assert fields_of(client.get(path))["naam"].lower() in ("lampen ophangen", "lampen-ophangen")
    seen, done = change(client, path, categorie=category)
    assert "2 organisaties zeggen" in seen.text
    assert "2 organisaties gewijzigd" in client.get(done.location).text
    assert "/organisaties/de-poetsers" in client.get("/zoeken?dienst=lampen-ophangen").text


def test_a_word_that_stays_free_is_remembered_and_can_be_changed(client: FlaskClient) -> None:
    address = f"{LIST}/woord?woord=lampen+ophangen"
    token = token_of(client.get(address))
    kept = client.post(
        f"{LIST}/woord", data={"csrf_token": token, "woord": "lampen ophangen", "actie": "blijft"}
    )
    assert kept.status_code == 303
    assert client.get(address).status_code == 404
    page = client.get(f"{LIST}/onthouden")
    assert "blijft een eigen woord" in page.text
    changed = client.post(f"{LIST}/onthouden", data=fields_of(page) | {"dienst": "schoonmaak"})
    assert changed.status_code == 303
    chosen = re.search(r'value="schoonmaak" selected', client.get(f"{LIST}/onthouden").text)
    assert chosen
    gone = client.post(f"{LIST}/onthouden", data=fields_of(page) | {"vergeet": "ja"})
    assert gone.status_code == 303
    assert "Er is nog geen woord onthouden" in client.get(f"{LIST}/onthouden").text
    assert client.post(f"{LIST}/onthouden", data=fields_of(page) | {"csrf_token": token}).status_code == 409


def test_categories_are_put_in_order_on_their_page(app: Flask, client: FlaskClient) -> None:
    path = f"{LIST}/categorieen"
    fields = fields_of(client.get(path))
    first = next(name for name in fields if name.startswith("plaats-")).removeprefix("plaats-")
    saved = client.post(
        path, data=fields | {f"plaats-{first}": "99", "naam-nieuw": "Iets nieuws", "plaats-nieuw": "100"}
    )
    assert saved.status_code == 303
    with app.app_context():
        assert list(categories())[-2:] == [first, "iets-nieuws"]
    wrong = client.post(
        path, data=fields_of(client.get(path)) | {f"naam-{first}": "", "naam-nieuw": "Nog een"}
    )
    assert wrong.status_code == 422
    assert "Geef elke categorie een naam" in errors(wrong)
    assert 'value="Nog een"' in wrong.text
    held = client.post(path, data=fields_of(client.get(path)) | {f"weg-{first}": "ja"})
    assert "staan nog diensten" in errors(held)
    away = client.post(path, data=fields_of(client.get(path)) | {"weg-iets-nieuws": "ja"})
    assert away.status_code == 303
    with app.app_context():
        assert "iets-nieuws" not in categories()


def test_a_regisseur_edits_words_and_only_the_own_entries(app: Flask, client: FlaskClient) -> None:
    theirs = entered(app, Role.REGISSEUR, ("westhoek",))
    page = theirs.get(LIST)
    assert f'href="{GROEN}"' in page.text
    for open_ in (
        GROEN,
        f"{GROEN}/geschiedenis",
        f"{LIST}/nieuw",
        f"{LIST}/categorieen",
        f"{LIST}/onthouden",
    ):
        assert theirs.get(open_).status_code == 200
    for shut in (f"{GROEN}/samenvoegen", f"{GROEN}/verwijderen", "/beheer/teksten"):
        assert theirs.get(shut).status_code == 403
    seen = theirs.get(f"{LIST}/woord?woord=lampen+ophangen&dienst=schoonmaak&synoniem=ja")
    assert seen.status_code == 200
    done = theirs.post(f"{LIST}/woord", data=fields_of(seen) | {"synoniem": "ja"})
    with app.app_context():
        assert "lampen ophangen" in services()["schoonmaak"].synonyms
        entry = read(1)
        assert entry and "schoonmaak" in {one.service for one in entry.offers}
    assert theirs.get(done.location).status_code == 200
    elsewhere = entered(app, Role.REGISSEUR, ("midwest",))
    assert elsewhere.get(done.location).status_code == 404
    assert elsewhere.get(f"{LIST}/woord?woord=lampen+ophangen").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"{LIST}/dienst/nergens",
        f"{LIST}/dienst/nergens/geschiedenis",
        f"{LIST}/dienst/nergens/samenvoegen",
        f"{LIST}/dienst/nergens/verwijderen",
        f"{LIST}/gedaan/999",
        f"{LIST}/gedaan/99999999999999999999999",
        f"{LIST}/woord",
        f"{LIST}/woord?woord=%00",
    ],
)
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
