"""The map in a real browser: the same organisations and numbers as the list, for mouse and keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, Opener

pytestmark = pytest.mark.browser

MAP = "/kaart?q=groenonderhoud&regio=westhoek"


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_map_shows_the_hits_of_the_list_with_their_numbers(opened: Opener, size: tuple[int, int]) -> None:
    page = opened(MAP, size=size)
    expect(page.locator("[data-map-status]")).to_contain_text(re.compile(r"\d+ plaats"))
    expect(page.locator(".leaflet-marker-icon").first).to_be_visible()

    listed = {number.inner_text() for number in page.locator(".hit__number").all()}
    pins = page.locator(".map__frame .pin")
    assert listed
    assert {pin.inner_text() for pin in pins.all()} <= listed


def test_a_point_opens_with_the_keyboard_and_gives_the_focus_back(opened: Opener) -> None:
    page = opened("/kaart?q=groenonderhoud&gemeente=Ieper")
    pin = page.locator(".map__frame .pin").first
    expect(pin).to_be_visible()
    pin.focus()
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup")
    expect(popup.get_by_role("link").first).to_have_attribute("href", re.compile(r"^/organisaties/"))

    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    assert page.evaluate("document.activeElement.matches('.leaflet-marker-icon')")


def test_the_link_in_a_popup_leads_to_the_entry(opened: Opener) -> None:
    page = opened("/kaart?q=groenonderhoud&gemeente=Ieper")
    page.locator(".map__frame .pin").first.click()
    link = page.locator(".leaflet-popup a[href^='/organisaties/']").first
    name = link.inner_text()
    link.click()

    expect(page.locator("h1")).to_have_text(name)


def test_the_map_stands_in_a_frame_of_another_page(opened: Opener) -> None:
    page = opened("/kaart/ingebed?q=groenonderhoud")

    expect(page.locator(".leaflet-marker-icon").first).to_be_visible()
    assert page.locator("header.site").count() == 0


@pytest.mark.parametrize("address", [MAP, "/organisaties/westlandia"])
def test_a_page_with_a_map_that_was_not_sent_again_draws_its_map(opened: Opener, address: str) -> None:
    page = opened(address)
    expect(page.locator(".leaflet-marker-icon").first).to_be_visible()
    # Chromium gives its script 200 with the page it kept; what came over the wire stands in the raw headers.
    with page.expect_response(lambda answer: answer.request.is_navigation_request()) as seen:
        page.reload()
    assert seen.value.request.all_headers()["if-none-match"].startswith('W/"')
    assert page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus") in (200, 304)
    expect(page.locator(".leaflet-marker-icon").first).to_be_visible()
