"""What other sites show beside a link to ours: a title, a sentence and a picture of our own."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from catalogue.config import Settings
from tests.builders import app_with, entry, organisations

PAGES = [
    "/",
    "/zoeken?q=groenonderhoud",
    "/zoeken?q=oogarts",
    "/organisaties/de-proef",
    "/diensten",
    "/diensten/groenonderhoud",
    "/gemeenten",
    "/gemeenten/ieper",
    "/treden",
    "/treden/5",
    "/kaart",
    "/kaart/insluiten",
    "/clausules",
    "/clausules/uitleg",
    "/samenwerken",
    "/keuzelijst?organisatie=de-proef",
    "/vergelijken",
    "/over",
    "/toegankelijkheid",
    "/privacy",
    "/data",
]


def cards(page: BeautifulSoup) -> dict[str, str]:
    """The tags of a preview."""
    found = {str(tag["property"]): str(tag["content"]) for tag in page.select("meta[property]")}
    return found | {str(tag["name"]): str(tag["content"]) for tag in page.select("meta[name]")}


@pytest.mark.parametrize("address", PAGES)
def test_every_public_page_has_a_preview_with_its_own_words(app: Flask, address: str) -> None:
    with app.app_context():
        organisations(entry())
    client = app.test_client()
    page = BeautifulSoup(client.get(address).text, "html.parser")
    shown = cards(page)
    heading = page.h1
    assert heading

    assert shown["og:title"] == " ".join(heading.get_text().split())
    assert shown["og:description"] == shown["description"]
    assert 30 <= len(shown["description"]) <= 300
    assert shown["og:site_name"] == "Sociale economie Westhoek"
    assert shown["twitter:card"] == "summary_large_image"
    assert shown["og:image:alt"]
    picture = client.get(shown["og:image"].removeprefix("http://localhost"))
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert struct.unpack(">16xII", picture.data[:24]) == (1200, 630)


def test_the_picture_has_the_public_address_of_the_site(database: Settings) -> None:
    with app_with(replace(database, url="https://catalogus.voorbeeld.be")) as app:
        page = BeautifulSoup(app.test_client().get("/over").text, "html.parser")

    assert cards(page)["og:image"] == "https://catalogus.voorbeeld.be/bestand/eigen/img/deel.png"


def test_a_name_cannot_end_its_tag(app: Flask) -> None:
    name = 'Zorg "& Co" <b>'
    with app.app_context():
        organisations(entry(name, summary='Zegt "hallo" <script>'))
    client = app.test_client()
    found = BeautifulSoup(client.get("/zoeken?q=zorg").text, "html.parser").select("[data-hit] a")
    shown = cards(BeautifulSoup(client.get(str(found[0]["href"])).text, "html.parser"))

    assert shown["og:title"] == name
    assert shown["og:description"] == 'Zegt "hallo" <script>'


def test_a_page_of_the_room_has_no_preview(app: Flask) -> None:
    page = BeautifulSoup(app.test_client().get("/beheer/aanmelden").text, "html.parser")

    assert not [name for name in cards(page) if name.startswith(("og:", "twitter:"))]
