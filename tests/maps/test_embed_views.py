"""The page that makes a frame, and the frame: what it shows is fixed by who made it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from catalogue.config import Settings
from catalogue.directory import criteria
from catalogue.directory.live import directory
from catalogue.extensions import Base, db
from catalogue.web.limits import MAX_VALUE
from tests.audit import AuditingClient
from tests.builders import IEPER, VEURNE, app_with, entry, make_settings, offer, organisations, site

FRAMED = "/kaart/ingebed"
GROEN = "groenonderhoud"
# More than a page of the list.
MANY = 24
FILTERS = [
    "",
    "regio=westhoek",
    "gemeente=ieper",
    "gemeente=ieper&gemeente=veurne&dienst=groenonderhoud",
    "werkvorm=maatwerk&regio=westhoek&sorteer=naam",
    "trede=5",
    "samenwerking=enclave",
    "rond=8900&straal=15",
    "q=groenonderhoud+in+Ieper",
    "q=groenonderhout",
    "q=oogarts",
    "q=werk&letterlijk=1",
    "dienst=bestaat-niet&gemeente=nergens",
    "per_pagina=9&regio=westhoek",
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[FlaskClient]:
    """A site with more entries than stand on one page; these tests only read it."""
    settings = make_settings(tmp_path_factory.mktemp("frames") / "data")
    shutil.copytree(prepared, settings.data)
    with app_with(settings) as app:
        with app.app_context():
            organisations(
                *(
                    entry(
                        f"Groep {n:03}",
                        sites=(site(IEPER if n % 2 else VEURNE, lat=50.8 + n / 1000, lon=2.8),),
                        offers=(
                            offer("groenonderhoud", "nis:33011", "nis:38025", samenwerking=("enclave",)),
                        ),
                    )
                    for n in range(MANY)
                )
            )
        yield app.test_client()


def soup_of(client: FlaskClient, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.text, "html.parser")


def stays(page: BeautifulSoup, tag: Tag) -> bool:
    """Whether a link or form opens in the frame itself."""
    base = page.select_one("base[target]")
    target = tag.get("target") or (base and base["target"]) or "_self"
    return target != "_top"


def asked(client: FlaskClient, query: str) -> criteria.Criteria:
    """The filter that a query holds, whatever its page."""
    with client.application.app_context():
        read = criteria.read(MultiDict(parse_qs(query, keep_blank_values=True)), directory().current().words)
    return replace(read, pagina=1, problems=())


@pytest.mark.parametrize("view", ["", "weergave=lijst"])
@pytest.mark.parametrize("query", FILTERS)
def test_nothing_in_the_frame_leads_to_a_frame_with_another_filter(
    client: FlaskClient, query: str, view: str
) -> None:
    start = f"{FRAMED}?{query}&{view}"
    seen, waiting = set(), [start]
    while waiting:
        address = waiting.pop()
        seen.add(address)
        page = soup_of(client, address)
        for tag in page.select("a[href], area[href], form"):
            goal = urlsplit(urljoin(address, str(tag.get("href") or tag.get("action") or "")))
            if goal.path != FRAMED and not stays(page, tag):
                continue
            # What is left stays in the frame: a place on the same page, or another page of the same list.
            if str(tag.get("href", "")).startswith("#"):
                continue
            assert tag.name == "a", f"a form in the frame: {tag}"
            assert goal.path == FRAMED, f"{tag} opens another page in the frame"
            assert stays(page, tag), f"{tag} opens the bare page outside the frame"
            assert asked(client, goal.query) == asked(client, query), tag
            assert ("weergave=lijst" in goal.query) == bool(view), tag
            following = f"{goal.path}?{goal.query}"
            if following not in seen:
                waiting.append(following)


def test_a_long_list_goes_on_in_the_frame(client: FlaskClient) -> None:
    page = soup_of(client, f"{FRAMED}?regio=westhoek&sorteer=naam&weergave=lijst")
    further = page.select_one("a[rel=next]")
    assert further
    second = soup_of(client, str(further["href"]))

    assert [tag["data-hit"] for tag in second.select("[data-hit]")] == ["21", "22", "23", "24"]
    assert further["target"] == "_self"


def test_the_list_beside_the_map_has_every_number_of_the_map(client: FlaskClient) -> None:
    page = soup_of(client, f"{FRAMED}?regio=westhoek&sorteer=naam")

    assert len(page.select("details [data-hit]")) == MANY


def test_a_link_in_the_frame_says_that_it_opens_the_site(client: FlaskClient) -> None:
    page = soup_of(client, f"{FRAMED}?weergave=lijst")
    names = [link.get_text(" ", strip=True) for link in page.select("[data-hit] h3 a")]

    assert names
    assert all("opent op Sociale economie Westhoek" in name for name in names)
    assert "op Sociale economie Westhoek" in page.get_text()


def test_a_filter_that_cannot_be_read_is_said_in_the_frame(client: FlaskClient) -> None:
    assert "We kennen geen regio ‘nergens’" in soup_of(client, f"{FRAMED}?regio=nergens").get_text()


@pytest.mark.parametrize("address", [FRAMED, f"{FRAMED}?weergave=lijst", "/kaart/insluiten?hoogte=0"])
def test_frame_and_generator_are_sound_pages(client: FlaskClient, address: str) -> None:
    app = client.application

    assert AuditingClient(app, app.response_class).get(address).status_code == 200


LOCKED = "gemeente=ieper&dienst=groenonderhoud&weergave=lijst"
TOO_LONG = "x" * (MAX_VALUE + 1)


def bare_fault(client: FlaskClient, query: str, code: int) -> BeautifulSoup:
    """The error page of the frame: sound, bare, telling its height; at most one link stays in it."""
    app = client.application
    answer = AuditingClient(app, app.response_class).get(f"{FRAMED}?{query}")
    assert answer.status_code == code
    page = BeautifulSoup(answer.text, "html.parser")
    assert not page.select("header, nav, footer, form, input")
    assert page.select_one("main.bare")
    assert page.select_one('script[src*="js/embed"]')
    return page


def way_back(page: BeautifulSoup) -> str:
    """Where the link goes that stays in the frame."""
    (link,) = [tag for tag in page.select("a[href]") if stays(page, tag)]
    return str(link["href"])


def test_a_page_past_the_end_leads_to_the_first_of_the_same_filter(client: FlaskClient) -> None:
    page = bare_fault(client, f"{LOCKED}&pagina=9&q=snoeien+%26+maaien", 404)

    assert "De lijst is intussen korter geworden." in page.get_text()
    back = urlsplit(way_back(page))
    assert back.path == FRAMED
    assert parse_qs(back.query) == parse_qs(f"{LOCKED}&q=snoeien+%26+maaien")
    assert client.get(way_back(page)).status_code == 200


def test_a_filter_that_is_refused_opens_no_frame_with_less_of_it(client: FlaskClient) -> None:
    page = bare_fault(client, f"{LOCKED}&q={TOO_LONG}&pagina=2", 400)

    assert "De waarde van ‘q’ is te lang" in page.get_text()
    assert not [tag for tag in page.select("a[href]") if stays(page, tag)]


def test_a_fault_that_passes_is_tried_again_in_the_frame(client: FlaskClient) -> None:
    app = client.application
    settings = app.config["SETTINGS"]
    with app_with(replace(settings, read_limit=1)) as slow:
        hasty = slow.test_client()
        hasty.get(FRAMED)
        page = bare_fault(hasty, f"{LOCKED}&pagina=2", 429)
        full = hasty.get("/kaart")
    assert way_back(page) == f"{FRAMED}?{LOCKED}&pagina=2"
    # Any other page shows its faults as part of the site.
    assert full.status_code == 429
    assert BeautifulSoup(full.text, "html.parser").select("footer")


def test_without_a_database_the_frame_says_so_as_bare_as_ever(tmp_path: Path, prepared: Path) -> None:
    settings = make_settings(tmp_path / "data")
    shutil.copytree(prepared, settings.data)
    with app_with(settings) as app:
        with app.app_context():
            for table in reversed(Base.metadata.sorted_tables):
                db.session.execute(text(f'DROP TABLE "{table.name}"'))
            db.session.commit()
        page = bare_fault(app.test_client(), LOCKED, 503)
    assert way_back(page) == f"{FRAMED}?{LOCKED}"


def test_the_frame_is_no_page_for_search_engines_and_keeps_nothing(client: FlaskClient) -> None:
    answer = client.get(FRAMED)
    page = BeautifulSoup(answer.text, "html.parser")

    assert page.select_one("meta[name=robots][content=noindex]")
    assert "Set-Cookie" not in answer.headers
    scripts = " ".join(str(tag.get("src", "")) for tag in page.select("script"))
    assert "shortlist" not in scripts
    assert not page.select("iframe, frame, object, embed")


@pytest.mark.parametrize("query", FILTERS)
@pytest.mark.parametrize("view", ["kaart", "lijst"])
def test_the_code_shows_the_chosen_filter(client: FlaskClient, query: str, view: str) -> None:
    page = soup_of(client, f"/kaart/insluiten?{query}&weergave={view}&hoogte=480")
    code = page.select_one("#code-kader")
    assert code
    frame = BeautifulSoup(code.text, "html.parser").iframe
    preview = page.select_one("iframe")
    assert frame
    assert preview
    source = urlsplit(str(frame["src"]))

    assert (source.scheme, source.netloc, source.path) == ("http", "localhost", FRAMED)
    assert asked(client, source.query) == asked(client, query)
    assert ("weergave=lijst" in source.query) == (view == "lijst")
    assert frame["height"] == preview["height"] == "480"
    # The example is the real thing, from this site.
    assert preview["src"] == f"{source.path}?{source.query}".rstrip("?")


def test_the_plain_link_leads_to_the_full_page_with_the_same_filter(client: FlaskClient) -> None:
    for view, path in (("kaart", "/kaart"), ("lijst", "/zoeken")):
        page = soup_of(client, f"/kaart/insluiten?dienst=groenonderhoud&regio=westhoek&weergave={view}")
        code = page.select_one("#code-link")
        assert code
        link = BeautifulSoup(code.text, "html.parser").a
        assert link

        assert link["href"] == f"http://localhost{path}?dienst=groenonderhoud&regio=westhoek"
        assert link.text == "Sociale economie Westhoek: Groenonderhoud, regio Westhoek"


def test_the_form_gives_back_what_was_chosen(client: FlaskClient) -> None:
    query = "gemeente=ieper&dienst=groenonderhoud&rond=8900&straal=15&weergave=lijst&hoogte=480&q=werk"
    page = soup_of(client, f"/kaart/insluiten?{query}")
    form = page.select_one("main form")
    assert form
    sent = [
        (str(tag["name"]), str(tag.get("value", "")))
        for tag in form.select("input[name]")
        if tag.get("type") not in ("checkbox", "radio") or tag.has_attr("checked")
    ]

    assert {(name, value) for name, value in sent if value} == {
        ("gemeente", "ieper"),
        ("dienst", "groenonderhoud"),
        ("rond", "8900"),
        ("straal", "15"),
        ("weergave", "lijst"),
        ("hoogte", "480"),
        ("q", "werk"),
    }


def test_a_wish_that_cannot_be_is_said_beside_its_field(client: FlaskClient) -> None:
    page = soup_of(client, "/kaart/insluiten?weergave=tabel&hoogte=veel&regio=nergens")
    title = page.title
    assert title

    assert title.text.startswith("Fout: ")
    assert "Geef de hoogte als een getal van 300 tot 3000." in page.select(".errors")[0].get_text()
    assert page.select("#hoogte[aria-invalid=true][value='760']")
    assert "We kennen geen regio ‘nergens’" in page.get_text()


def test_the_code_holds_the_public_address_of_the_site(database: Settings) -> None:
    with app_with(replace(database, url="https://catalogus.voorbeeld.be")) as app:
        page = BeautifulSoup(app.test_client().get("/kaart/insluiten").text, "html.parser")

    assert 'src="https://catalogus.voorbeeld.be/kaart/ingebed"' in page.select("#code-kader")[0].text
    assert (
        page.select("#code-hoogte")[0].text
        == '<script src="https://catalogus.voorbeeld.be/bestand/eigen/js/embed-host.js" defer></script>'
    )


def test_where_only_some_sites_may_frame_the_page_names_them(database: Settings) -> None:
    with app_with(replace(database, frames=("https://www.gemeente.example",))) as app:
        page = app.test_client().get("/kaart/insluiten").text

    assert "Alleen deze sites mogen het kader tonen: <code>https://www.gemeente.example</code>" in page


@pytest.mark.parametrize("address", ["/kaart?regio=westhoek", "/data"])
def test_the_page_is_found_from_elsewhere(app: Flask, address: str) -> None:
    page = BeautifulSoup(app.test_client().get(address).text, "html.parser")

    query = "?regio=westhoek" if "regio" in address else ""
    assert page.find("a", href=f"/kaart/insluiten{query}")
