"""The clause page and its API on a real catalogue: what thin supply and a shut path look like."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.curation.entrydata import WerkvormData
from tests.audit import AuditingClient
from tests.builders import IEPER, VEURNE, entry, offer, organisations

ASKED = {"soort": "diensten", "raming": "120000", "duur_maanden": "12", "datum": "2026-03-01"}
HERE = f"nis:{IEPER}"


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A visitor of a catalogue in which mowing grass is only done by those who take no orders."""
    app.test_client_class = AuditingClient
    with app.app_context():
        organisations(
            entry("Park", offers=(offer("groenonderhoud", HERE),)),
            entry("Haag", offers=(offer("hagen-scheren", HERE),)),
            entry(
                "Tuin",
                werkvormen=(WerkvormData("arbeidszorg"),),
                offers=(offer("gras-maaien", HERE),),
            ),
            entry(
                "Wijk",
                werkvormen=(WerkvormData("wijk-werken"),),
                offers=(offer("gras-maaien", HERE, f"nis:{VEURNE}"),),
            ),
            entry("Strijk", offers=(offer("strijk", HERE),)),
            entry("Ald", werkvormen=(WerkvormData("ald"),), offers=(offer("schoonmaak", HERE),)),
        )
    yield app.test_client()


def page(client: FlaskClient, **asked: str) -> str:
    response = client.get("/clausules", query_string=ASKED | asked)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_thin_supply_says_who_takes_no_orders_and_who_does_a_wider_service(client: FlaskClient) -> None:
    text = page(client, dienst="gras-maaien", gemeente="Ieper")
    assert "Nog 2 organisaties doen dit in de gekozen gemeenten" in text
    assert "de ruimere dienst ‘groenonderhoud’ doet" in text
    assert "Park" in text
    elsewhere = page(client, dienst="gras-maaien", gemeente="Veurne")
    assert "Nog één organisatie doet dit" in elsewhere
    assert "Ook voor de ruimere dienst ‘groenonderhoud’ is er geen leverancier." in elsewhere


def test_thin_supply_names_the_neighbours_with_their_distance(client: FlaskClient) -> None:
    text = page(client, dienst="strijk", gemeente="Poperinge")
    assert "Wie het in de buurt doet</h3>" in text
    assert ">Strijk</a>: Ieper, " in text
    assert "Wie het in de buurt doet" not in page(client, dienst="strijk", gemeente="Ieper")


def test_the_api_says_the_same_of_thin_supply(client: FlaskClient) -> None:
    asked = ASKED | {"dienst": "gras-maaien", "gemeente": "Ieper"}
    answer = client.get("/api/v1/clausules/advies", query_string=asked).get_json()
    assert answer["aanbod"]["aantal"] == 0
    assert any("Nog 2 organisaties" in warning for warning in answer["waarschuwingen"])


def test_one_supplier_with_an_unknown_share_leaves_a_reservation_possible(client: FlaskClient) -> None:
    asked = ASKED | {"raming": "50000", "dienst": "schoonmaak", "gemeente": "Ieper"}
    answer = client.get("/api/v1/clausules/advies", query_string=asked).get_json()
    (verdict,) = [one for one in answer["instrumenten"] if one["sleutel"] == "voorbehouden-opdracht"]
    assert verdict["oordeel"] == "mogelijk"
    assert "Bij één leverancier is artikel 15 na te gaan." in verdict["redenen"]


def test_a_text_that_the_law_shuts_is_explained_where_it_would_stand(client: FlaskClient) -> None:
    text = page(client, raming="250000", instrument="uitnodiging")
    _, section = text.split('id="tekst"')
    section = section.split("</section>")[0]
    assert "geen tekst" in section
    assert "De raming van 250.000 euro is niet lager dan 140.000 euro" in section
    asked = ASKED | {"raming": "250000", "instrument": "uitnodiging"}
    answer = client.get("/api/v1/clausules/advies", query_string=asked).get_json()
    assert answer["tekst"] is None
    assert any("krijgt u geen tekst" in warning for warning in answer["waarschuwingen"])


def test_two_services_at_once_are_two_tasks_of_one_contract(client: FlaskClient) -> None:
    pairs = [*ASKED.items(), ("dienst", "strijk"), ("dienst", "groenonderhoud"), ("gemeente", "Ieper")]
    answer = client.get("/api/v1/clausules/advies", query_string=pairs).get_json()
    assert answer["aanbod"]["aantal"] == 0
    assert (
        "Niemand doet alle taken in alle gekozen gemeenten. Overweeg een perceel per taak: strijk (1) en "
        "groenonderhoud (2)." in answer["waarschuwingen"]
    )
    verdicts = {one["sleutel"]: one for one in answer["instrumenten"]}
    assert verdicts["voorbehouden-opdracht"]["oordeel"] == "afgeraden"
    assert verdicts["voorbehouden-perceel"]["oordeel"] == "aanbevolen"
    same = page(client, dienst="strijken en groenonderhoud", gemeente="Ieper")
    assert "Niemand doet alle taken" in same


def test_hours_and_days_are_counted_in_good_dutch(client: FlaskClient) -> None:
    shares = {"arbeidsaandeel": "100", "inspanning": "1", "uurkost": "100"}
    assert "<b>57 uur</b>, of 7,5 dagen." in page(client, raming="570000", **shares)
    assert "<b>7 uur</b>, of 0,9 dagen." in page(client, raming="70000", **shares)
