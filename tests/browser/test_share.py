"""Passing a page on: the button that copies or shares its address, and the picture beside a link."""

from __future__ import annotations

import os
import struct

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import social
from tests.browser.conftest import PHONE, Opener, Site

pytestmark = pytest.mark.browser

ADVICE = "soort=diensten&raming=120000&dienst=groenonderhoud&gemeente=Ieper"
# Kind of page → its address, and what opens the fold with the button.
PAGES = {
    "results": ("/zoeken?q=groenonderhoud&gemeente=ieper", "Neem mee of deel"),
    "entry": ("/organisaties/westlandia", ""),
    "shortlist": ("/keuzelijst?organisatie=westlandia&organisatie=acg", ""),
    "comparison": ("/vergelijken?organisatie=westlandia&organisatie=acg", ""),
    "advice": (f"/clausules?{ADVICE}", ""),
    "partners": ("/samenwerken?q=inpakken&waar=Ieper", ""),
}
# The menu of a phone cannot be seen by a test: what is handed to it can.
MENU = (
    "navigator.share = async (what) => { window.shared = what; if (window.refuse) throw window.refuse(); };"
)


@pytest.mark.parametrize("kind", PAGES)
def test_the_address_of_a_page_is_copied_and_leads_to_the_same_page(opened: Opener, kind: str) -> None:
    address, fold = PAGES[kind]
    page = opened(address, permissions=["clipboard-read", "clipboard-write"])
    heading = page.locator("h1").inner_text()
    if fold:
        page.get_by_text(fold).click()
    button = page.locator("[data-copy-share]")
    button.click()
    expect(page.get_by_text("gekopieerd.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    page.goto(copied)

    assert page.locator("h1").inner_text() == heading
    assert page.locator("[data-copy-share]").count() == 1


@pytest.mark.parametrize("kind", PAGES)
def test_a_phone_shares_by_its_own_menu(opened: Opener, site: Site, kind: str) -> None:
    address, fold = PAGES[kind]
    page = opened("/over", size=PHONE, has_touch=True, is_mobile=True)
    page.add_init_script(MENU)
    page.goto(address)
    if fold:
        page.get_by_text(fold).tap()
    page.get_by_role("button", name="Deel deze pagina").tap()
    page.wait_for_function("window.shared")

    assert page.evaluate("window.shared.url").startswith(site.url + address.partition("?")[0])
    assert page.evaluate("window.shared.title") == page.title()


def test_who_closes_the_menu_gets_no_copy_and_where_it_fails_one_does(opened: Opener) -> None:
    page = opened("/over", size=PHONE, has_touch=True, is_mobile=True, permissions=["clipboard-write"])
    page.add_init_script(MENU)
    page.goto(PAGES["entry"][0])
    button = page.get_by_role("button", name="Deel deze pagina")
    page.evaluate("window.refuse = () => new DOMException('', 'AbortError')")
    button.tap()
    page.wait_for_function("window.shared")
    expect(page.get_by_text("Het adres is gekopieerd.")).to_have_count(0)

    page.evaluate("window.refuse = () => new DOMException('', 'NotAllowedError')")
    button.tap()
    expect(page.get_by_text("Het adres is gekopieerd.")).to_be_visible()


def test_the_picture_beside_a_link_is_drawn_by_us(browser: Browser) -> None:
    drawn = social.draw(browser)
    if os.environ.get("DEEL") == "renew":
        social.FILE.write_bytes(drawn)
    kept = social.FILE.read_bytes()

    for picture in (drawn, kept):
        assert struct.unpack(">16xII", picture[:24]) == social.SIZE
        assert len(picture) <= social.MAX_BYTES
