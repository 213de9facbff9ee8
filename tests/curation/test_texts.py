"""Texts and default values that are edited in the browser, and the manual of the room."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from catalogue.clauses.defaults import OWN
from catalogue.config import Settings
from catalogue.curation.texts import MAX_TEXT, NAMES, editables, revert, save_text, versions
from catalogue.curation.write import change
from catalogue.data import load
from catalogue.data.manual import FILE as MANUAL_FILE
from catalogue.data.manual import manual
from catalogue.data.markup import Block, Span, parse
from catalogue.data.page_texts import page_texts
from catalogue.extensions import db
from catalogue.models import OwnText, Role
from tests.builders import app_with
from tests.curation.room import entered, errors, post, token_of, visitor

LIST = "/beheer/teksten"
ABOUT = f"{LIST}/pagina:over-inleiding"
COST = f"{LIST}/clausule:uurkost"
ASKED = "soort=diensten&raming=120000"
ADVICE = f"/api/v1/clausules/advies?{ASKED}"


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    yield entered(app, Role.BEHEERDER)


def main_text(client: FlaskClient, path: str) -> str:
    found = BeautifulSoup(client.get(path).text, "html.parser").select_one("main")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def test_a_text_of_blocks_is_read_line_by_line() -> None:
    assert parse("Een\nzin.\n\n- een\n- twee\nvervolg\n\n## Kop\nSlot") == (
        Block("alinea", ((Span("Een zin."),),)),
        Block("lijst", ((Span("een"),), (Span("twee vervolg"),))),
        Block("kop", ((Span("Kop"),),)),
        Block("alinea", ((Span("Slot"),),)),
    )
    assert parse(" \n\n") == parse("") == ()


def test_links_and_stress_stand_in_the_text() -> None:
    (block,) = parse("Zie [over ons](/over) en **let op** of [mail](mailto:a@b.be).")
    assert block.items[0] == (
        Span("Zie "),
        Span("over ons", url="/over"),
        Span(" en "),
        Span("let op", is_strong=True),
        Span(" of "),
        Span("mail", url="mailto:a@b.be"),
        Span("."),
    )


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:1)",
        "[x](data:text/html,y)",
        "[x](//elders.example)",
        "[x](/\\elders.example)",
        "[x](vbscript:y)",
        "[x]( /over)",
        "[x](\x01javascript:1)",
        "[[x](/over",
        "<script>alert(1)</script>",
        "**",
        "[](/over)",
    ],
)
def test_what_is_no_link_of_ours_stays_text(text: str) -> None:
    assert (
        "".join(span.text for block in parse(text) for item in block.items for span in item) == text.strip()
    )
    assert not any(span.url for block in parse(text) for item in block.items for span in item)


def test_any_text_is_shown_as_text(client: FlaskClient) -> None:
    post(client, ABOUT, tekst="<script>alert(1)</script> [x](javascript:alert(1)) & “zo”", actie="bewaar")
    page = client.get("/over")
    assert "<script>alert(1)</script>" not in page.text
    assert "<script>alert(1)</script> [x](javascript:alert(1)) & “zo”" in main_text(client, "/over")


def test_a_text_is_looked_at_then_saved_and_put_back(app: Flask, client: FlaskClient) -> None:
    before = main_text(client, "/over")
    typed = "Welkom bij {site}.\n\n- punt [een](/zoeken)\n- punt twee"
    seen = post(client, ABOUT, tekst=typed, actie="bekijk")
    assert seen.status_code == 200
    panel = BeautifulSoup(seen.text, "html.parser").select_one(".panel")
    assert panel is not None
    assert [li.get_text() for li in panel.select("li")] == ["punt een", "punt twee"]
    assert main_text(client, "/over") == before

    assert post(client, ABOUT, tekst=typed, actie="bewaar").status_code == 303
    shown = main_text(visitor(app), "/over")
    assert f"Welkom bij {app.config['SETTINGS'].site_name}." in shown
    assert "punt twee" in shown
    assert "tag--amber" in client.get(LIST).text
    assert post(client, ABOUT, actie="bestand").status_code == 303
    assert "tag--amber" not in client.get(LIST).text
    assert main_text(client, "/over") == before
    with app.app_context():
        assert [one.action for one in versions("pagina:over-inleiding")] == ["verwijderd", "gewijzigd"]


def test_another_process_shows_the_text_at_once(database: Settings, app: Flask, client: FlaskClient) -> None:
    with app_with(database) as other:
        main_text(visitor(other), "/over")
        post(client, ABOUT, tekst="Van een andere werker.", actie="bewaar")
        assert "Van een andere werker." in main_text(visitor(other), "/over")


@pytest.mark.sqlite("the file is moved away; a server that falls away: tests/database")
def test_what_was_read_last_is_shown_while_the_database_is_away(
    database: Settings, app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    post(client, ABOUT, tekst="Eigen woorden.", actie="bewaar")
    assert "Eigen woorden." in main_text(client, "/over")
    file = database.data / "catalogue.db"
    with app.app_context():
        db.engine.dispose()
    moved = [part.rename(tmp_path / part.name) for part in database.data.glob("catalogue.db*")]
    try:
        assert "Eigen woorden." in main_text(visitor(app), "/over")
    finally:
        for part in moved:
            part.rename(file.parent / part.name)


@pytest.mark.parametrize("key", page_texts())
def test_every_text_of_a_page_shows_there_what_was_made_of_it(client: FlaskClient, key: str) -> None:
    path = f"{LIST}/pagina:{key}"
    link = BeautifulSoup(client.get(path).text, "html.parser").select_one(".room__page p a")
    assert link is not None
    post(client, path, tekst="Dit schreven wij hier zelf.", actie="bewaar")
    assert "Dit schreven wij hier zelf." in main_text(client, str(link["href"]))


def test_a_text_that_is_too_long_is_refused_and_kept_in_the_form(client: FlaskClient) -> None:
    page = post(client, ABOUT, tekst="x" * (MAX_TEXT + 1), actie="bewaar")
    assert page.status_code == 422
    assert str(MAX_TEXT) in errors(page)
    assert "x" * (MAX_TEXT + 1) in page.text


def test_a_default_of_the_clauses_is_named_as_our_own(client: FlaskClient) -> None:
    def cost() -> dict[str, str]:
        found = client.get(ADVICE).get_json()["aannames"]
        return next(one for one in found if one["veld"] == "uurkost")

    before = client.get(ADVICE).get_json()
    assert "herkomst" not in cost()
    assert post(client, COST, tekst="52,5", actie="bewaar").status_code == 303
    after = client.get(ADVICE).get_json()
    assert cost() == {"veld": "uurkost", "waarde": "52,5", "herkomst": "eigen standaard van deze site"}
    assert after["inspanning"]["uren"] < before["inspanning"]["uren"]
    page = client.get(f"/clausules?{ASKED}")
    assert "eigen standaard van deze site" in page.text
    assert "52,50 euro per uur" in page.text
    given = client.get(f"{ADVICE}&uurkost=60").get_json()
    assert not any(one["veld"] == "uurkost" for one in given["aannames"])
    assert client.get(f"/clausules/motivering.docx?{ASKED}").status_code == 200

    post(client, COST, actie="bestand")
    assert client.get(ADVICE).get_json() == before


def test_a_share_of_labour_is_ours_only_where_no_service_guides_it(client: FlaskClient) -> None:
    post(client, f"{LIST}/clausule:arbeidsaandeel-diensten", tekst="50 %", actie="bewaar")

    def share(extra: str) -> dict[str, str]:
        found = client.get(f"{ADVICE}{extra}").get_json()["aannames"]
        return next(one for one in found if one["veld"] == "arbeidsaandeel")

    assert share("")["waarde"] == "50"
    assert "herkomst" in share("")
    assert "herkomst" not in share("&dienst=schoonmaak")


@pytest.mark.parametrize("text", ["", "0", "-5", "veel", "501", "1e9", "٤٥", "45,5,5", "\0"])
def test_a_value_that_makes_no_sense_is_refused(app: Flask, client: FlaskClient, text: str) -> None:
    page = post(client, COST, tekst=text, actie="bewaar")
    assert page.status_code == 422
    assert "Vul een getal in" in errors(page)
    with app.app_context():
        assert editables()["clausule:uurkost"].own is None


def test_what_equals_the_file_is_that_of_the_file(app: Flask) -> None:
    with app.app_context():
        one = editables()["pagina:over-inleiding"]
        with change() as under_way:
            assert not save_text(under_way, one.key, f"  {one.default}\r\n")
            assert not save_text(under_way, "clausule:uurkost", "45.0")
            assert not revert(under_way, one.key)
        assert versions(one.key) == []
        with pytest.raises(KeyError), change() as under_way:
            save_text(under_way, "pagina:nergens", "x")


def test_a_row_that_nobody_knows_any_more_changes_nothing(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), change() as under_way:
        db.session.add(OwnText(key="clausule:vroeger", value="12", edited_at=under_way.at))
        db.session.add(OwnText(key="pagina:vroeger", value="x", edited_at=under_way.at))
    assert client.get(LIST).status_code == 200
    assert client.get(f"/clausules?{ASKED}").status_code == 200
    with app.app_context():
        db.session.execute(delete(OwnText))
        db.session.commit()


def test_only_a_beheerder_edits_texts(app: Flask) -> None:
    theirs = entered(app, Role.REGISSEUR)
    assert theirs.get(LIST).status_code == theirs.get(ABOUT).status_code == 403
    assert theirs.get("/beheer/handleiding").status_code == 200


def test_an_unknown_text_is_not_found(client: FlaskClient) -> None:
    token = token_of(client.get(ABOUT))
    for key in ("pagina:nergens", "x", "clausule:uren_per_dag", "%00"):
        assert client.get(f"{LIST}/{key}").status_code == 404
        assert client.post(f"{LIST}/{key}", data={"csrf_token": token}).status_code == 404


def test_every_default_has_a_name() -> None:
    assert set(NAMES) == set(OWN)


def test_the_manual_has_a_section_for_each_link_of_its_contents(client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/beheer/handleiding").text, "html.parser")
    named = [str(a["href"])[1:] for a in page.select(".contents a")]
    assert named == [one.sleutel for one in manual()]
    assert all(page.find(id=key) for key in named)


def test_every_address_in_the_manual_and_the_texts_is_a_page_of_ours(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    blocks = [block for one in manual() for block in one.blocks]
    blocks += [block for one in page_texts().values() for block in parse(one.tekst)]
    found = [span.url for block in blocks for item in block.items for span in item if span.url]
    assert len(found) > 8
    for address in found:
        assert adapter.match(address)


def test_a_picture_of_the_manual_has_a_name_that_fits_in_an_address() -> None:
    for entry in load(MANUAL_FILE)["deel"]:
        assert not entry["beeld"] or re.fullmatch(r"[a-z-]+\.png", entry["beeld"])
