"""A page on paper, for a file or a council: nothing cut, nothing to press, addresses where they help."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, Site
from tests.browser.entering import enter

pytestmark = pytest.mark.browser

ADVICE = "soort=diensten&raming=120000&dienst=groenonderhoud&gemeente=Ieper&duur_maanden=12"
PAGES = {
    "results": "/zoeken?q=groenonderhoud",
    "entry": "/organisaties/westlandia",
    "list of the map": "/kaart?q=groenonderhoud",
    "list of a frame": "/kaart/ingebed?q=groenonderhoud",
    "text": f"/clausules?{ADVICE}&instrument=tewerkstellingsclausule",
    "shortlist": f"/keuzelijst?organisatie=westlandia&organisatie=acg&{ADVICE}",
    "comparison": "/vergelijken?organisatie=westlandia&organisatie=acg",
    "service": "/diensten/groenonderhoud",
}
# A4 between our margins (static/css/print.css), upright and on its side, in pixels of CSS.
PAPER, PAPER_WIDE = 672, 985
ON_ITS_SIDE = ("comparison", "gaps")
CONTROLS = (
    "button, input:not([type=hidden]), select, textarea, nav, summary:not(.annex > *):not(.bare__list > *)"
)
CUT = """() => [...document.querySelectorAll("main *")].filter((one) => {
    const style = getComputedStyle(one);
    if (one.closest(".vh") || !one.checkVisibility()) return false;
    return /hidden|auto|scroll/.test(style.overflow)
        && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
}).map((one) => one.outerHTML.slice(0, 120))"""
WIDER = """width => [...document.querySelectorAll("main table")]
    .filter((one) => one.offsetWidth > width + 1).length"""


def on_paper(page: Page, kind: str) -> None:
    """Nothing to press, nothing cut, and as wide as the sheet."""
    width = PAPER_WIDE if kind in ON_ITS_SIDE else PAPER
    page.set_viewport_size({"width": width, "height": 400})
    page.emulate_media(media="print")

    for control in page.locator("main").locator(CONTROLS).all():
        expect(control).to_be_hidden()
    assert page.evaluate(CUT) == []
    assert page.evaluate(WIDER, width) == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_whole_on_paper(opened: Opener, kind: str) -> None:
    on_paper(opened(PAGES[kind], color_scheme="dark"), kind)


def test_the_website_of_an_organisation_stands_on_paper_in_full(opened: Opener) -> None:
    page = opened(PAGES["entry"])
    page.emulate_media(media="print")
    address = page.locator(".contact a[href^=http]").evaluate(
        "one => getComputedStyle(one, '::after').content"
    )

    assert re.search(r"https?://www\.westlandia\.be", address)
    expect(page.locator("footer .print-only")).to_contain_text("/organisaties/westlandia")


def test_what_is_folded_on_the_screen_is_on_paper(opened: Opener) -> None:
    page = opened(PAGES["list of a frame"])
    expect(page.locator("[data-hit] h3").first).to_be_hidden()
    page.emulate_media(media="print")

    expect(page.locator("[data-hit] h3").first).to_be_visible()


def test_the_table_of_gaps_is_whole_on_paper(opened: Opener, site: Site) -> None:
    page, _ = enter(site, opened)
    for columns in ("categorieen", "diensten"):
        page.emulate_media(media="screen")
        page.goto(f"/beheer/cijfers/gaten?kolommen={columns}")

        on_paper(page, "gaps")
