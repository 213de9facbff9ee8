"""The suggestions under the search box in a real browser: keyboard, touch, slow and failing answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import PHONE, Opener

pytestmark = pytest.mark.browser

SUGGESTIONS = "**/api/v1/suggesties?*"
TYPED = "groen"


def box(page: Page) -> Locator:
    return page.get_by_label("Wat zoekt u?")


def options(page: Page) -> Locator:
    return page.locator("#q-lijst [role=option]")


def typed(page: Page, text: str = TYPED) -> Locator:
    """Type and wait until suggestions are there; gives the box."""
    where = box(page)
    where.focus()
    page.keyboard.type(text)
    expect(where).to_have_attribute("aria-expanded", "true")
    return where


def active(page: Page) -> str | None:
    """The text of the suggestion that assistive technology is told of."""
    found = page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.innerText"
    )
    return None if found is None else str(found)


def test_by_keyboard_one_goes_down_and_up_and_round_and_escapes(opened: Opener) -> None:
    page = opened("/")
    where = typed(page)
    listed = options(page).all_inner_texts()
    assert len(listed) > 2
    assert (where.get_attribute("role"), where.get_attribute("aria-controls")) == ("combobox", "q-lijst")
    assert where.get_attribute("aria-autocomplete") == "list"
    assert active(page) is None
    expect(page.locator(".ask__field [role=status]").first).to_have_text(f"{len(listed)} suggesties")

    for key, place in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", -1), ("ArrowDown", 0)):
        page.keyboard.press(key)
        assert active(page) == listed[place]
        assert page.locator("#q-lijst [aria-selected=true]").all_inner_texts() == [listed[place]]
        expect(where).to_be_focused()

    page.keyboard.press("Escape")
    expect(options(page).first).to_be_hidden()
    assert (where.get_attribute("aria-expanded"), where.input_value()) == ("false", TYPED)
    assert where.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    expect(where).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize(("key", "place"), [("Home", 0), ("End", len(TYPED)), ("ArrowLeft", len(TYPED) - 1)])
def test_keys_of_the_text_stay_those_of_the_text(opened: Opener, key: str, place: int) -> None:
    page = opened("/")
    where = typed(page)
    page.keyboard.press("ArrowDown")
    assert active(page)
    page.keyboard.press(key)
    assert where.evaluate("box => box.selectionStart") == place
    assert active(page) is None
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/zoeken\?q={TYPED}"))


def test_enter_on_a_service_asks_for_it_and_on_a_gemeente_fills_the_place(opened: Opener) -> None:
    page = opened("/")
    typed(page)
    page.keyboard.press("ArrowDown")
    chosen = options(page).first.locator("span").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/zoeken\?"))
    assert parse_qs(urlsplit(page.url).query)["q"] == [chosen]
    assert box(page).input_value() == chosen

    page = opened("/")
    typed(page, "poperi")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/zoeken\?"))
    assert "Poperinge" in page.locator("h1").inner_text()


def test_enter_on_an_organisation_goes_to_its_page(opened: Opener) -> None:
    page = opened("/zoeken")
    name = page.locator(".hit h2, .hit h3").first.inner_text()
    typed(page, name)
    listed = options(page).all_inner_texts()
    place = next(n for n, text in enumerate(listed) if text.split("\n")[0] == name and "organisatie" in text)
    for _ in range(place + 1):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/organisaties/"))
    assert page.locator("h1").inner_text() == name


def test_a_slip_of_the_finger_still_gives_the_service(opened: Opener) -> None:
    page = opened("/")
    typed(page, "schonmaak")
    assert options(page).first.locator("span").first.inner_text() == "Schoonmaak"


def test_on_a_phone_a_touch_chooses_and_nothing_sticks_out(opened: Opener) -> None:
    page = opened("/", size=PHONE, has_touch=True)
    box(page).tap()
    page.keyboard.type(TYPED)
    expect(options(page).first).to_be_visible()
    for option in options(page).all():
        shape = option.bounding_box()
        assert shape and shape["x"] >= 0 and shape["x"] + shape["width"] <= PHONE[0] and shape["height"] >= 24
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    options(page).first.tap()
    page.wait_for_url(re.compile(r"/zoeken\?"))


def test_without_script_the_box_is_a_plain_form(opened: Opener) -> None:
    page = opened("/", java_script_enabled=False)
    where = box(page)
    assert where.get_attribute("role") is None
    where.fill(TYPED)
    where.press("Enter")
    page.wait_for_url(re.compile(rf"/zoeken\?q={TYPED}"))
    assert page.locator(".hit").count()


def answer(route: Route, label: str) -> None:
    item = {"soort": "dienst", "label": label, "waarde": "x", "url": "/"}
    route.fulfill(content_type="application/json", body=json.dumps({"totaal": 1, "items": [item]}))


def asked(route: Route) -> str:
    return parse_qs(urlsplit(route.request.url).query)["q"][0]


def held(page: Page) -> dict[str, Callable[[], None]]:
    """Hold every answer back; each can be given by calling it, in any order."""
    waiting: dict[str, Callable[[], None]] = {}

    def hold(route: Route) -> None:
        waiting[asked(route)] = lambda: answer(route, f"Antwoord op {asked(route)}")

    page.route(SUGGESTIONS, hold)
    return waiting


def wait_for(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50)
    pytest.fail("what was waited for did not come")


def test_of_two_questions_the_later_wins_even_when_its_answer_comes_first(opened: Opener) -> None:
    page = opened("/")
    waiting = held(page)
    box(page).focus()
    page.keyboard.type("gro")
    wait_for(page, lambda: "gro" in waiting)
    page.keyboard.type("en")
    wait_for(page, lambda: "groen" in waiting)
    waiting["groen"]()
    expect(options(page)).to_have_count(1)
    assert "Antwoord op groen" in options(page).first.inner_text()
    waiting["gro"]()
    page.wait_for_timeout(300)
    assert "Antwoord op groen" in options(page).first.inner_text()


def test_a_slow_answer_blocks_nothing_and_an_old_list_goes_away(opened: Opener) -> None:
    page = opened("/")
    where = typed(page)
    page.keyboard.press("ArrowDown")
    waiting = held(page)
    page.keyboard.type("onder")
    # Whoever types on has left the list: Enter asks what stands in the box.
    assert active(page) is None
    assert where.input_value() == f"{TYPED}onder"
    expect(where).to_have_attribute("aria-expanded", "false")
    wait_for(page, lambda: f"{TYPED}onder" in waiting)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/zoeken\?q={TYPED}onder"))
    assert where.get_attribute("aria-expanded") in ("false", None)


@pytest.mark.parametrize("fault", ["aborted", "503", "no json"])
def test_an_answer_that_fails_leaves_a_plain_box(opened: Opener, fault: str) -> None:
    page = opened("/", expected=("Failed to load resource",))
    where = typed(page)
    faults: dict[str, Callable[[Route], None]] = {
        "aborted": lambda route: route.abort(),
        "503": lambda route: route.fulfill(status=503, body="{}"),
        "no json": lambda route: route.fulfill(body="<p>niet wat u verwacht</p>"),
    }
    page.route(SUGGESTIONS, faults[fault])
    page.keyboard.type("onder")
    expect(where).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/zoeken\?q={TYPED}onder"))
