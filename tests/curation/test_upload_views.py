"""The week of a regisseur with a messy list: send it, answer what is asked, take it in, undo it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from catalogue.curation import entries
from catalogue.curation.history import versions
from catalogue.curation.write import change
from catalogue.extensions import db
from catalogue.models import Organisation, Status
from tests.builders import IEPER, POPERINGE, organisation, site
from tests.curation.room import entered
from tests.curation.uploading import answered, brought, text_of, wait, workbook


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    yield entered(app)


def entry_of(app: Flask, name: str) -> Organisation | None:
    with app.app_context():
        return entries.find(name)


MESSY = workbook(
    ["Organisatie", "Vesteging", "Diensten", "Postcode", "Stad", "Ondernemingsnr", "Website", "Kleur"],
    ["De Sperwer vzw", "", "gras maaien; zwevend plukken", 8900, "Ieper", "", "https://desperwer.be", "rood"],
    ["De Sperwer", "", "poetsen", 8900, "Ieper", "", "", ""],
    ["Kringwinkel West", "", "poetsen", 8970, "Poperigne", "0417.497.106", "", ""],
    ["Het Nieuwe", "", "poetsen", 8970, "Poperinge", "0417.497.106", "", ""],
    ["Fout Web", "", "poetsen", 8900, "Ieper", "", "niet zo'n adres", ""],
)


def test_a_messy_workbook_is_put_right_step_by_step(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        organisation("De Sperwer", sites=(site(IEPER),))
    path, page = brought(client, MESSY, "lijst van buiten.xlsx")

    # A header that looks like one of ours is asked about before any row is read.
    assert "Wat staat er in elke kolom?" in page.text
    select = BeautifulSoup(page.text, "html.parser").select_one("#kolom-1 option[selected]")
    assert select is not None and select["value"] == "vestiging"
    page = answered(client, path, "kolommen")
    words = text_of(page)
    assert "Neem op zonder de geweigerde rijen" in words
    assert "‘Poperigne’ is geen Vlaamse gemeente." in text_of(client.get(f"{path}?toon=geweigerd"))
    assert "zwevend plukken" in words
    assert "De Sperwer vzw: bijna dezelfde naam op bijna dezelfde plaats" in words

    # An answer that is none says so and keeps what was typed.
    page = answered(client, path, "antwoorden", **{"dienst-1": "iets raars", "besluit-1": "zelfde"})
    assert page.status_code == 422
    assert "‘iets raars’ is geen dienst uit de woordenlijst." in page.text
    assert 'value="iets raars"' in page.text
    assert BeautifulSoup(page.text, "html.parser").select("input[name=besluit-1][value=zelfde][checked]")

    page = answered(
        client,
        path,
        "antwoorden",
        **{"dienst-1": "groenonderhoud", "besluit-1": "zelfde", "gemeente-1": "Poperinge"},
    )
    words = text_of(page)
    assert "Welke gemeente is dit?" not in words
    assert "zwevend plukken" not in words.partition("Rij voor rij")[0]
    # The two with one number are asked about now that both are read.
    assert "hetzelfde ondernemingsnummer" in words
    page = answered(client, path, "antwoorden", **{"besluit-1": "andere"})
    assert "Vragen bij dit bestand" not in page.text

    page = answered(client, path, "opnemen")
    assert "Opgenomen op" in page.text
    with app.app_context():
        sperwer = entries.find("De Sperwer")
        assert sperwer is not None
        known = entries.read(sperwer.id)
        assert known is not None
        assert {offer.service for offer in known.offers} >= {"groenonderhoud"}
        assert known.website == "https://desperwer.be"
        assert entries.find("De Sperwer vzw") is None
        west = entries.find("Kringwinkel West")
        assert west is not None and [place.gemeente_nis for place in west.locations] == [POPERINGE]
        assert entries.find("Fout Web") is None
        assert versions("organisatie", str(west.id))[0].manner == "import"

    # The word is remembered: the next file does not ask.
    _, page = brought(client, "naam;diensten;gemeente\nHeel Anders;zwevend plukken;Veurne\n")
    assert "Welke dienst is dit?" not in page.text


def test_an_import_is_undone_as_a_whole_and_a_corrected_file_brings_new_entries_back(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        organisation("Oud", email="oud@voorbeeld.be")
        organisation("Later", email="oud@voorbeeld.be")
    text = "naam;gemeente;email\nOud;Ieper;nieuw@voorbeeld.be\nLater;Ieper;nieuw@voorbeeld.be\nVers;Veurne;\n"
    path, page = brought(client, text)
    assert "1 nieuw" in text_of(page)
    assert "2 gewijzigd" in text_of(page)
    answered(client, path, "opnemen")
    with app.app_context():
        later = entries.find("Later")
        assert later is not None
        data = entries.read(later.id)
        assert data is not None
        with change() as under_way:
            entries.save(under_way, replace(data, phone="051 11 11 11"))

    undo = client.get(f"{path}/ongedaan")
    assert "Later" in text_of(undo)
    token = BeautifulSoup(undo.text, "html.parser").select_one("main .room__page input[name=csrf_token]")
    assert token is not None
    answer = client.post(f"{path}/ongedaan", data={"csrf_token": token["value"]})
    page = wait(client, answer.location)
    assert "Ongedaan gemaakt op" in page.text
    assert "Gelaten zoals ze zijn: Later." in text_of(page)
    with app.app_context():
        emails = {
            one.name: (one.email, one.phone, one.status) for one in db.session.query(Organisation).all()
        }
    assert emails["Oud"] == ("oud@voorbeeld.be", "", Status.PUBLISHED)
    assert emails["Later"] == ("nieuw@voorbeeld.be", "051 11 11 11", Status.PUBLISHED)
    assert emails["Vers"][2] == Status.ARCHIVED

    path, page = brought(client, "naam;gemeente;email\nVers;Veurne;vers@voorbeeld.be\n")
    answered(client, path, "opnemen")
    with app.app_context():
        fresh = entries.find("Vers")
        assert fresh is not None and fresh.status == Status.PUBLISHED
