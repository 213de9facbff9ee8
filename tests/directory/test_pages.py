"""The public pages on a real catalogue; the client looks over each of them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.directory.world import LAUNDRIES

ALL = 7 + LAUNDRIES


def page(client: FlaskClient, path: str, code: int = 200, **parameters: Any) -> BeautifulSoup:
    response = client.get(path, query_string=parameters or None)
    assert response.status_code == code, path
    return BeautifulSoup(response.text, "html.parser")


def heading(soup: BeautifulSoup) -> str:
    assert soup.h1 is not None
    return " ".join(soup.h1.text.split())


def names(soup: BeautifulSoup, within: str = "[data-live=resultaten] > .hits, .beside .hits") -> list[str]:
    return [link.text for link in soup.select(f":is({within}) .hit :is(h2, h3) a")]


def text(soup: BeautifulSoup) -> str:
    return " ".join(soup.main.text.split()) if soup.main else ""


def test_home_leads_to_a_search(client: FlaskClient) -> None:
    soup = page(client, "/")
    form = soup.select_one("form[action='/zoeken']")
    assert form is not None
    assert {field["name"] for field in form.select("input[name]")} >= {"q", "waar"}
    assert any("Groen en natuur" in link.text for link in soup.select("a"))


def test_a_search_says_who_what_where_and_why(client: FlaskClient) -> None:
    soup = page(client, "/zoeken", dienst="groenonderhoud", gemeente="Ieper")
    assert heading(soup) == "2 organisaties voor 'groenonderhoud' die werken in Ieper"
    assert set(names(soup)) == {"De Sikkel", "Groen en Net"}
    assert "dienst: gras maaien, deel van groenonderhoud" in text(soup)


def test_service_and_place_of_different_offers_do_not_meet_on_the_page(client: FlaskClient) -> None:
    for question in ({"dienst": "groenonderhoud", "gemeente": "Veurne"}, {"q": "groenonderhoud in Veurne"}):
        assert names(page(client, "/zoeken", **question)) == ["Duinzicht"]


def test_the_box_where_and_the_box_what_are_filled_in_again(client: FlaskClient) -> None:
    soup = page(client, "/zoeken", q="groen", waar="Veurne")
    values = {field["name"]: field.get("value", "") for field in soup.select("form input[name]")}
    assert (values["q"], values["waar"]) == ("groen", "Veurne")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("trede", "9"),
        ("dienst", "oogarts"),
        ("gemeente", "Amsterdam"),
        ("regio", "veluwe"),
        ("werkvorm", "x"),
        ("samenwerking", "x"),
        ("rond", "nergens"),
        ("straal", "ver"),
        ("bevestigd", "nooit"),
        ("sorteer", "prijs"),
        ("pagina", "nul"),
        ("per_pagina", "1000"),
        ("waar", "nergens"),
    ],
)
def test_a_bad_value_is_dropped_with_a_notice(client: FlaskClient, field: str, value: str) -> None:
    soup = page(
        client, "/zoeken", **{field: value, "werkvorm": ["az", value] if field == "werkvorm" else "az"}
    )
    assert names(soup) == ["Zonder Aanbod"]
    assert f"‘{value}’" in text(soup)


def test_markup_in_a_question_stays_text(client: FlaskClient) -> None:
    hostile = "<script>alert(1)</script>"
    for parameters in ({"q": hostile}, {"dienst": hostile}, {"waar": hostile}, {"rond": hostile}):
        response = client.get("/zoeken", query_string=parameters)
        assert response.status_code == 200
        assert hostile not in response.text


def test_pages_follow_each_other_and_end(client: FlaskClient) -> None:
    first = page(client, "/zoeken")
    following = first.select_one("a[rel=next]")
    assert following is not None
    second = page(client, str(following["href"]))
    assert len(names(first)) == 20
    assert len(names(second)) == ALL - 20
    assert not second.select("a[rel=next]")
    assert second.select("a[rel=prev]")
    assert second.select_one(".hit__number") is not None
    assert second.select(".hit__number")[0].text.strip() == "21"
    page(client, "/zoeken", 404, pagina=3)
    page(client, "/zoeken", 404, pagina=2, per_pagina=100)


def test_chips_take_one_filter_away(client: FlaskClient) -> None:
    soup = page(client, "/zoeken", trede="5", gemeente="Ieper", dienst="groenonderhoud", sorteer="naam")
    left = set()
    for chip in soup.select(".chips a[href*='sorteer=naam']"):
        query = parse_qs(urlsplit(str(chip["href"])).query)
        left |= {"trede", "gemeente", "dienst"} - set(query)
        assert query["sorteer"] == ["naam"]
    assert left == {"trede", "gemeente", "dienst"}


def test_a_place_read_from_the_text_is_said_and_can_be_undone(client: FlaskClient) -> None:
    soup = page(client, "/zoeken", q="gras maaien in Ieper")
    assert "We zoeken wie werkt in Ieper." in text(soup)
    literal = soup.select_one("a[href*='letterlijk=1']")
    assert literal is not None
    assert "We zoeken wie werkt in" not in text(page(client, str(literal["href"])))


def test_the_words_that_were_found_are_marked_in_any_form(client: FlaskClient) -> None:
    soup = page(client, "/zoeken", q="schoonmaak van gebouwen, groenonderhoud", gemeente=["Ieper", "Veurne"])
    hit = next(one for one in soup.select(".hit") if "Groen en Net" in one.text)
    marked = {" ".join(word.text.split()) for word in hit.select("mark")}
    assert {"Onderhoudt", "groen", "Groenonderhoud", "Schoonmaak"} <= marked


def test_a_corrected_word_is_said(client: FlaskClient) -> None:
    assert "groenonderhoud in Veurne" in text(page(client, "/zoeken", q="groenonderhuod in Veurne"))


def test_an_empty_result_helps_and_keeps_alternatives_apart(client: FlaskClient) -> None:
    soup = page(client, "/zoeken", dienst="gras-maaien", gemeente="Poperinge")
    assert heading(soup) == "Geen organisaties voor 'gras maaien' die werken in Poperinge"
    assert names(soup) == []
    assert "buurgemeente, 11 km (Ieper)" in text(soup)
    assert "De Sikkel" in text(soup)


def test_an_entry_shows_what_where_how_and_how_sure(client: FlaskClient) -> None:
    soup = page(client, "/organisaties/duinzicht")
    assert heading(soup) == "Duinzicht"
    shown = text(soup)
    for part in (
        "Groenonderhoud",
        "Strandweg 1",
        "8630 Veurne",
        "Trede 5",
        "0404.055.577",
        "vzw",
        "eigen opgave",
        "058 00 00 00",
        "Erkenning C3 klasse 1 (tot 1 januari 2030)",
        "U kunt hier een opdracht plaatsen.",
        "Werkt voor besturen <b>en</b> bedrijven.",
        "met begeleider",
    ):
        assert part in shown, part
    assert "Enclave" in shown
    assert soup.select_one("a[href='https://duinzicht.example']")
    assert soup.select_one("svg")


def test_an_entry_describes_itself_to_machines(client: FlaskClient) -> None:
    script = page(client, "/organisaties/duinzicht").select_one("script[type='application/ld+json']")
    assert script is not None and script.string is not None
    data = json.loads(script.string)
    assert (data["@type"], data["name"]) == ("Organization", "Duinzicht")
    assert data["identifier"]["value"] == "0404.055.577"
    (offer,) = data["makesOffer"]
    assert offer["itemOffered"]["name"] == "Groenonderhoud"
    assert offer["itemOffered"]["areaServed"] == [{"@type": "AdministrativeArea", "name": "Veurne"}]
    assert data["location"][0]["address"]["postalCode"] == "8630"


def test_an_assumed_work_area_is_shown_as_assumed_and_not_told_to_machines(client: FlaskClient) -> None:
    soup = page(client, "/organisaties/strijkhuis")
    assert "niet bevestigd" in text(soup)
    script = soup.select_one("script[type='application/ld+json']")
    assert script is not None and "areaServed" not in str(script.string)


def test_others_that_do_the_same_nearby_stand_below(client: FlaskClient) -> None:
    soup = page(client, "/organisaties/wasserij-01")
    nearby = [link.text for link in soup.select(".hits .hit a[href^='/organisaties/']")]
    assert nearby == [f"Wasserij {number:02}" for number in range(2, 7)]


def test_an_entry_without_offers_and_one_without_sites_have_a_page(client: FlaskClient) -> None:
    soup = page(client, "/organisaties/zonder-aanbod")
    assert "vogelhuisjes" in text(soup)
    assert "Dit is geen leverancier" in text(soup)
    assert "heel Vlaanderen" in text(page(client, "/organisaties/overal-catering"))


def test_a_withdrawn_entry_says_since_when(client: FlaskClient) -> None:
    soup = page(client, "/organisaties/weggegaan", 410)
    assert "Weggegaan" in heading(soup)
    assert "teruggetrokken op" in text(soup)


def test_a_renamed_entry_redirects_for_good(client: FlaskClient) -> None:
    response = client.get("/organisaties/vorige-naam")
    assert (response.status_code, response.location) == (301, "/organisaties/nieuwe-naam")
    assert "Voorheen Vorige Naam" in text(page(client, "/organisaties/nieuwe-naam"))


@pytest.mark.parametrize(
    "path",
    [
        "/organisaties/niemand",
        "/organisaties/in-de-steigers",
        "/diensten/oogarts",
        "/gemeenten/amsterdam",
        "/gemeenten/1000",
        "/treden/0",
        "/treden/7",
        "/treden/vijf",
        "/treden/٥",
        "/treden/05",
        "/onzin",
    ],
)
def test_what_does_not_exist_answers_404_with_a_page_that_helps(client: FlaskClient, path: str) -> None:
    soup = page(client, path, 404)
    assert soup.select("a[href='/zoeken'], form[action='/zoeken']")


@pytest.mark.parametrize(
    ("path", "title", "members"),
    [
        ("/diensten/groenonderhoud", "Groenonderhoud", {"Duinzicht", "De Sikkel", "Groen en Net"}),
        ("/diensten/gras-maaien", "Gras maaien", {"De Sikkel"}),
        ("/diensten/drukwerk", "Drukwerk", set()),
        ("/gemeenten/wervik", "Wervik", {"Zonder Aanbod", "Overal Catering"}),
        ("/treden/3", "Trede 3: Arbeidsmatige activiteiten onder begeleiding", {"Zonder Aanbod"}),
        ("/treden/1", "Trede 1: Sociaal isolement", set()),
    ],
)
def test_a_landing_page_names_who_fits(client: FlaskClient, path: str, title: str, members: set[str]) -> None:
    soup = page(client, path)
    assert heading(soup) == title
    assert set(names(soup)) == members


def test_a_landing_page_shows_ten_and_leads_to_all(client: FlaskClient) -> None:
    soup = page(client, "/diensten/wasserij")
    assert len(names(soup)) == 10
    link = soup.select_one("a[href='/zoeken?dienst=wasserij']")
    assert link is not None
    assert f"Toon alle {LAUNDRIES} organisaties" in text(soup)


@pytest.mark.parametrize(
    ("asked", "slug"),
    [
        ("33011", "ieper"),
        ("8900", "ieper"),
        ("Vlamertinge", "ieper"),
        ("Ieper", "ieper"),
        ("11007", "antwerpen"),
    ],
)
def test_other_names_of_a_gemeente_lead_to_its_page(client: FlaskClient, asked: str, slug: str) -> None:
    response = client.get(f"/gemeenten/{asked}")
    assert (response.status_code, response.location) == (301, f"/gemeenten/{slug}")


def test_a_word_for_several_gemeenten_has_no_page(client: FlaskClient) -> None:
    assert client.get("/gemeenten/1804").status_code == 404


def test_lists_name_every_service_gemeente_and_trede_with_its_count(client: FlaskClient) -> None:
    services = page(client, "/diensten")
    gemeenten = page(client, "/gemeenten")
    treden = page(client, "/treden")
    assert len({a["href"] for a in services.select("main a[href^='/diensten/']")}) >= 60
    assert len({a["href"] for a in gemeenten.select("main a[href^='/gemeenten/']")}) == 285
    assert {a["href"] for a in treden.select("main a[href^='/treden/']")} >= {
        f"/treden/{n}" for n in range(1, 7)
    }


def test_every_entry_page_can_be_opened_from_the_results(client: FlaskClient) -> None:
    soup = page(client, "/zoeken", per_pagina=100)
    links = {str(a["href"]) for a in soup.select(".hit a[href^='/organisaties/']")}
    assert len(links) == ALL
    for link in links - {f"/organisaties/wasserij-{number:02}" for number in range(2, LAUNDRIES + 1)}:
        page(client, link)


def test_health_counts_the_published(client: FlaskClient) -> None:
    assert client.get("/gezondheid").json == {"status": "ok"}
    ready = client.get("/gezondheid/klaar").json
    assert ready is not None
    assert (ready["status"], ready["organisaties"]) == ("ok", ALL)


def test_the_sitemap_holds_what_is_published_only(client: FlaskClient) -> None:
    sitemap = client.get("/sitemap.xml").text
    assert "<loc>http://localhost/organisaties/duinzicht</loc>" in sitemap
    assert "weggegaan" not in sitemap and "in-de-steigers" not in sitemap


def test_a_search_in_every_gemeente_for_every_service_is_no_page_of_megabytes(client: FlaskClient) -> None:
    gemeenten = client.get("/api/v1/gemeenten").get_json()["items"]
    services = client.get("/api/v1/diensten").get_json()["items"]
    query = [("gemeente", one["nis"]) for one in gemeenten] + [
        ("dienst", one["slug"]) for one in services[:80]
    ]
    page = client.get("/zoeken", query_string=query)

    assert page.status_code == 200
    assert f"{len(gemeenten)} gemeenten" in page.text
    assert f"({len(query)} gekozen)" in page.text
    assert len(page.data) < 1_500_000
