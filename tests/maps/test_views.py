"""The map pages over HTTP, on a real database."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from markupsafe import Markup

from catalogue.config import Settings
from catalogue.directory.shown import EntryShown
from catalogue.maps.views import map_of_entry
from tests.builders import IEPER, POPERINGE, VEURNE, app_with, entry, offer, organisations, site

BORDERS = '{"type":"FeatureCollection","features":[]}'


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A site with three organisations; the second has two sites, the third none with a place."""
    with app.app_context():
        organisations(
            entry("Aa", sites=(site(IEPER, lat=50.85, lon=2.88, point_origin="adres"),)),
            entry(
                "Bb",
                sites=(
                    site(POPERINGE, name="Noord", lat=50.86, lon=2.72, point_origin="adres"),
                    site(VEURNE, name="Zuid", lat=51.07, lon=2.66, point_origin="gemeente"),
                ),
                offers=(offer("groenonderhoud"), offer("strijk")),
            ),
            entry("Cc", sites=(), offers=(offer("groenonderhoud", "nis:33011"),)),
        )
    return app.test_client()


def points(client: FlaskClient, query: str = "") -> dict[str, Any]:
    """The collection for a search."""
    response = client.get(f"/kaart/punten.geojson?{query}")
    assert response.status_code == 200
    assert response.mimetype == "application/geo+json"
    return response.get_json(force=True)


def soup_of(client: FlaskClient, address: str) -> BeautifulSoup:
    """A page that answered."""
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.text, "html.parser")


def test_the_points_are_all_sites_of_all_hits_with_the_numbers_of_the_list(client: FlaskClient) -> None:
    listed = [
        (int(item["data-hit"]), item.find("a")["href"])
        for item in soup_of(client, "/kaart?sorteer=naam").select("[data-hit]")
    ]
    found = points(client, "sorteer=naam")
    pins = [(f["properties"]["n"], f["properties"]["u"]) for f in found["features"]]

    assert listed == [(1, "/organisaties/aa"), (2, "/organisaties/bb"), (3, "/organisaties/cc")]
    assert pins == [listed[0], listed[1], listed[1]]
    assert found["zonder_punt"] == 1


def test_a_site_known_by_its_gemeente_only_is_marked(client: FlaskClient) -> None:
    marked = {f["properties"]["g"]: f["properties"].get("b") for f in points(client)["features"]}

    assert marked == {"Ieper": None, "Poperinge": None, "Veurne": 1}


def test_points_follow_the_search_and_say_why(client: FlaskClient) -> None:
    (first, second) = points(client, "dienst=strijk")["features"]

    assert first["properties"]["n"] == second["properties"]["n"] == 1
    assert first["properties"]["w"] == "dienst: strijk"


def test_around_a_place_only_sites_within_the_radius_are_points(client: FlaskClient) -> None:
    found = points(client, "rond=50.86,2.72&straal=5")["features"]

    assert [f["properties"]["g"] for f in found] == ["Poperinge"]


def test_the_page_leads_to_the_points_of_its_own_search(client: FlaskClient) -> None:
    page = soup_of(client, "/kaart?dienst=strijk&gemeente=Poperinge")

    preload = page.select_one("link[rel=preload][as=fetch]")
    assert preload["href"] == "/kaart/punten.geojson?dienst=strijk&gemeente=poperinge"
    script = page.select_one("script[nonce]").string
    assert '"points": "/kaart/punten.geojson?dienst=strijk\\u0026gemeente=poperinge"' in script


def test_points_are_sent_again_only_after_a_change(app: Flask, client: FlaskClient) -> None:
    tag = client.get("/kaart/punten.geojson").headers["ETag"]
    unchanged = client.get("/kaart/punten.geojson", headers={"If-None-Match": tag})
    with app.app_context():
        organisations(entry("Dd", sites=(site(IEPER, lat=50.8, lon=2.8, point_origin="adres"),)))
    changed = client.get("/kaart/punten.geojson", headers={"If-None-Match": tag})

    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert changed.status_code == 200
    assert "Dd" in [f["properties"]["t"] for f in changed.get_json(force=True)["features"]]


def test_points_are_compressed_for_who_takes_that(client: FlaskClient) -> None:
    packed = client.get("/kaart/punten.geojson", headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.data)) == points(client)


def test_a_page_past_the_end_does_not_exist(client: FlaskClient) -> None:
    assert client.get("/kaart?pagina=2").status_code == 404


def test_a_bad_value_is_dropped_with_a_notice(client: FlaskClient) -> None:
    page = soup_of(client, "/kaart?trede=12")

    assert "12" in page.get_text()
    assert len(page.select("[data-hit]")) == 3
    assert len(points(client, "trede=12")["features"]) == 3


def test_a_long_list_goes_on_over_pages_that_keep_the_numbers_of_the_map(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        organisations(*(entry(f"Zz {n:03}") for n in range(110)))
    first = soup_of(client, "/kaart?sorteer=naam")
    more = first.find("a", href=lambda href: href and "pagina=2" in href)
    second = soup_of(client, more["href"])

    assert [int(i["data-hit"]) for i in first.select("[data-hit]")] == list(range(1, 101))
    assert [int(i["data-hit"]) for i in second.select("[data-hit]")] == list(range(101, 114))
    assert len(points(client, "sorteer=naam&pagina=2")["features"]) == 113


def test_the_embedded_map_is_the_one_page_that_others_may_frame(client: FlaskClient) -> None:
    framed, page = client.get("/kaart/ingebed"), client.get("/kaart")

    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_the_embedded_list_has_no_map_and_leads_to_the_full_search(client: FlaskClient) -> None:
    page = soup_of(client, "/kaart/ingebed?weergave=lijst&dienst=strijk")

    assert not page.select("[data-map]")
    assert [item.find("a")["href"] for item in page.select("[data-hit]")] == ["/organisaties/bb"]
    assert page.find("a", href=lambda href: href and href.endswith("/zoeken?dienst=strijk"))


def test_the_embedded_map_leads_to_the_full_map(client: FlaskClient) -> None:
    page = soup_of(client, "/kaart/ingebed?dienst=strijk")

    assert page.select("[data-map]")
    assert page.find("a", href=lambda href: href and href.endswith("/kaart?dienst=strijk"))


def test_without_a_file_of_borders_there_are_none(client: FlaskClient) -> None:
    assert client.get("/kaart/grenzen.geojson").status_code == 404
    assert '"borders": ""' in client.get("/kaart").text


def test_borders_come_from_the_file_that_was_set(database: Settings, tmp_path: Path) -> None:
    path = tmp_path / "grenzen.geojson"
    path.write_text(BORDERS)
    with app_with(replace(database, borders=path, borders_attribution="Grenzen: voorbeeld")) as app:
        client = app.test_client()
        response = client.get("/kaart/grenzen.geojson")
        page = client.get("/kaart").text

    assert response.text == BORDERS
    assert response.mimetype == "application/geo+json"
    assert response.headers["ETag"]
    assert '"borders": "/kaart/grenzen.geojson"' in page
    assert "Grenzen: voorbeeld" in page


def test_a_tile_server_is_allowed_and_named_with_its_source(database: Settings) -> None:
    tiles = "https://{s}.kaart.example/{z}/{x}/{y}.png"
    credit = "© Wie het maakte https://kaart.example/bron"
    with app_with(replace(database, tiles=tiles, tiles_attribution=credit)) as app:
        response = app.test_client().get("/kaart")

    page = BeautifulSoup(response.text, "html.parser")
    assert "https://*.kaart.example" in response.headers["Content-Security-Policy"]
    assert tiles in response.text
    assert page.select_one(".map__credit a")["href"] == "https://kaart.example/bron"


def shown_entry(app: Flask, slug: str) -> EntryShown:
    """What the page of an organisation shows."""
    from catalogue.directory import entry_page
    from catalogue.directory.live import directory

    organisation = entry_page.organisation_by_slug(slug)
    assert organisation is not None
    return entry_page.entry_shown(directory(), organisation, "https://x.example/")


@pytest.mark.usefixtures("client")
def test_the_small_map_of_an_organisation_shows_its_sites(app: Flask) -> None:
    with app.test_request_context():
        made = map_of_entry(shown_entry(app, "bb"))
        in_page = render_template_string("{{ small_map(entry).script }}", entry=shown_entry(app, "bb"))

    assert made is not None
    assert made.is_small
    assert Markup(in_page).unescape() == made.script
    assert '"t": "Noord"' in made.script
    assert '"t": "Zuid"' in made.script


@pytest.mark.usefixtures("client")
def test_an_organisation_without_a_place_has_no_map(app: Flask) -> None:
    with app.test_request_context():
        assert map_of_entry(shown_entry(app, "cc")) is None
