"""Every kind of page under axe-core, at the width of a desk and of a phone."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Opener, Site

pytestmark = pytest.mark.browser

ASKED = "soort=diensten&raming=120000&dienst=groenonderhoud&gemeente=Ieper"
PAGES = {
    "home": "/",
    "results": "/zoeken?q=groenonderhoud+in+Ieper",
    "results with choices": "/zoeken?q=poetsen&trede=5&werkvorm=maatwerk&regio=westhoek",
    "all results": "/zoeken",
    "second page": "/zoeken?pagina=2",
    "no results": "/zoeken?q=oogarts+in+Ieper",
    "bad values": "/zoeken?trede=9&gemeente=nergens&straal=x",
    "services": "/diensten",
    "service": "/diensten/groenonderhoud",
    "gemeenten": "/gemeenten",
    "gemeente": "/gemeenten/ieper",
    "treden": "/treden",
    "trede": "/treden/5",
    "map": "/kaart?q=groenonderhoud",
    "embedded map": "/kaart/ingebed?q=groenonderhoud",
    "embedded list": "/kaart/ingebed?q=groenonderhoud&weergave=lijst",
    "map for another site": "/kaart/insluiten?regio=westhoek",
    "map for another site with errors": "/kaart/insluiten?hoogte=veel&weergave=lijst",
    "clauses": "/clausules",
    "clauses explained": "/clausules/uitleg",
    "advice": f"/clausules?{ASKED}",
    "text": f"/clausules?{ASKED}&instrument=voorbehouden-opdracht&gemaakt=2025-06-01&versie=x",
    "text with a table": f"/clausules?{ASKED}&duur_maanden=12&instrument=tewerkstellingsclausule",
    "advice with errors": "/clausules?soort=diensten&raming=veel",
    "advice without supply": "/clausules?soort=werken&raming=6000000&datum=2026-03-01",
    "advice with nobody": "/clausules?soort=diensten&raming=80000&dienst=hydranten&gemeente=Koksijde",
    "advice for a region": "/clausules?soort=diensten&raming=150000&dienst=groenonderhoud&gemeente=Westhoek",
    "advice on two tasks": "/clausules?soort=diensten&raming=9&dienst=strijk,hydranten&gemeente=Ieper,Veurne",
    "advice for special sectors": (
        "/clausules?soort=diensten&aanbesteder=speciale-sectoren&raming=90000&dienst=hydranten&gemeente=Ieper"
    ),
    "advice with some errors": "/clausules?soort=werken&raming=90000&gemeente=Atlantis&uurkost=0&percelen=x",
    "shortlist": "/keuzelijst?organisatie=westlandia&organisatie=acg&soort=diensten&raming=120000",
    "shortlist without a question": "/keuzelijst?organisatie=westlandia&organisatie=nergens&raming=veel",
    "empty shortlist": "/keuzelijst",
    "comparison": "/vergelijken?organisatie=westlandia&organisatie=acg",
    "comparison of one": "/vergelijken?organisatie=westlandia",
    "about": "/over",
    "accessibility": "/toegankelijkheid",
    "privacy": "/privacy",
    "data": "/data",
    "how the API works": "/data/api",
    "log-in": "/beheer/aanmelden",
    "not found": "/bestaat/niet",
    "used link": "/beheer/wachtwoord/onzin",
}
ANSWERS_ERROR = ("404", "410")
# Colours do not follow the width, so each scheme is looked at in one: at a desk by day, on a phone by night.
LOOKS = {"wide": {"size": WIDE, "color_scheme": "light"}, "phone": {"size": PHONE, "color_scheme": "dark"}}
# WCAG 1.4.10: at this width nothing scrolls sideways.
NARROWEST = (320, 800)


def assert_accessible(page: Page) -> None:
    """No violation that axe knows."""
    if page.locator("[data-map]").count():
        expect(page.locator(".leaflet-marker-icon").first).to_be_visible()
    results = Axe().run(page)

    assert results.violations_count == 0, results.generate_report()


def assert_no_sideways_scroll(page: Page) -> None:
    width = page.evaluate(
        "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert width[0] <= width[1], f"the page is {width[0]} px wide in a window of {width[1]} px"


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_has_no_violations(opened: Opener, kind: str, look: str) -> None:
    page = opened(PAGES[kind], expected=ANSWERS_ERROR, **LOOKS[look])

    assert_accessible(page)
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize("kind", PAGES)
def test_nothing_scrolls_sideways_on_the_narrowest_window(opened: Opener, kind: str) -> None:
    assert_no_sideways_scroll(opened(PAGES[kind], size=NARROWEST, expected=ANSWERS_ERROR))


@pytest.mark.parametrize("look", LOOKS)
def test_an_entry_has_no_violations(opened: Opener, look: str) -> None:
    page = opened("/zoeken?q=groenonderhoud", **LOOKS[look])
    page.locator(".hit h3 a").first.click()
    expect(page.get_by_role("heading", name=re.compile("^Wat .* (doen|doet)$"))).to_be_visible()

    assert_accessible(page)
    assert_no_sideways_scroll(page)


def test_open_suggestions_have_no_violations(opened: Opener) -> None:
    page = opened("/")
    page.get_by_label("Wat zoekt u?").press_sequentially("groen")
    expect(page.get_by_role("option").first).to_be_visible()

    assert_accessible(page)


def test_an_open_popup_has_no_violations(opened: Opener) -> None:
    page = opened("/kaart?q=groenonderhoud&gemeente=Ieper")
    page.locator(".map__frame .pin").first.click()
    # It fades in: half faded in, its colours are not those that people read.
    expect(page.locator(".leaflet-popup")).to_have_css("opacity", "1")

    assert_accessible(page)


def test_a_new_account_chooses_a_password_logs_in_and_out(opened: Opener, site: Site) -> None:
    """From the one-time link of the command line to the desk; each page on the way is looked over."""
    printed = site.command("user", "add", "nieuw@voorbeeld.be", "--beheerder")
    link = re.search(r"/beheer/wachtwoord/[\w-]+", printed)
    assert link, printed
    page = opened(link[0], expected=("422",))
    assert_accessible(page)

    page.get_by_label("Nieuw wachtwoord", exact=True).fill("kort")
    page.get_by_label("nog eens").fill("kort")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.locator(".errors")).to_contain_text("minstens 12 tekens")
    assert page.title().startswith("Fout: ")
    assert_accessible(page)

    page.get_by_label("Nieuw wachtwoord", exact=True).fill("vier losse woorden hier")
    page.get_by_label("nog eens").fill("vier losse woorden hier")
    page.get_by_role("button", name="Bewaar").click()
    page.wait_for_url("**/beheer/aanmelden")
    page.get_by_label("E-mailadres").fill("nieuw@voorbeeld.be")
    page.get_by_label("Wachtwoord").fill("vier losse woorden hier")
    page.get_by_role("button", name="Aanmelden").click()
    page.wait_for_url("**/beheer")
    expect(page.locator("main")).to_contain_text("nieuw@voorbeeld.be")
    assert_accessible(page)

    page.get_by_role("button", name="Afmelden").click()
    page.wait_for_url("**/beheer/aanmelden")
    page.goto("/beheer")
    page.wait_for_url(re.compile(r"/beheer/aanmelden\?volgende="))
