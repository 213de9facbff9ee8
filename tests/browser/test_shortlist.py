"""The shortlist in a real browser: built while searching, kept there alone, and by address without script."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Opener
from tests.browser.test_access import assert_accessible, assert_no_sideways_scroll

pytestmark = pytest.mark.browser

SEARCH = "/zoeken?q=groenonderhoud"
LIST = re.compile(r"/keuzelijst\?")
QUESTION = "&soort=diensten&raming=120000&dienst=groenonderhoud&gemeente=Ieper"


def add(page: Page, place: int) -> str:
    """Put a result on the list; gives its name."""
    hit = page.locator(".hit").nth(place)
    hit.get_by_role("button", name="Zet op keuzelijst").click()
    expect(hit.get_by_role("button", name="Van keuzelijst halen")).to_be_focused()
    return hit.locator("h3").inner_text()


def listed(page: Page) -> list[str]:
    return page.locator(".listed h3").all_inner_texts()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_list_is_built_while_searching_and_changed_on_its_page(
    opened: Opener, size: tuple[int, int]
) -> None:
    page = opened(SEARCH, size=size)
    first, second = add(page, 0), add(page, 1)
    bar = page.get_by_role("complementary", name="Uw keuzelijst")
    expect(bar).to_contain_text("2 op uw keuzelijst")
    expect(page.get_by_role("status").filter(has_text="Er staan er 2 op")).to_have_count(1)
    assert_accessible(page)

    bar.get_by_role("link", name="Bekijk").click()
    page.wait_for_url(LIST)
    assert listed(page) == [first, second]
    assert page.get_by_text("voortwerken").count() == 0
    assert_accessible(page)
    assert_no_sideways_scroll(page)

    page.locator(".listed").first.get_by_role("link", name="Haal van de lijst").click()
    expect(page.locator("[data-shortlist-undo]")).to_be_focused()
    assert listed(page) == [second]
    page.goto(SEARCH)
    expect(bar).to_contain_text("1 op uw keuzelijst")
    page.go_back()
    page.get_by_role("link", name="Ongedaan maken").click()
    expect(page.locator(".listed")).to_have_count(2)
    assert listed(page) == [first, second]
    page.goto(SEARCH)
    expect(bar).to_contain_text("2 op uw keuzelijst")
    page.locator(".hit").first.get_by_role("button", name="Van keuzelijst halen").click()
    expect(bar).to_contain_text("1 op uw keuzelijst")


def test_the_list_survives_live_results_and_an_entry_knows_it(opened: Opener) -> None:
    # So few that every order shows them all on one page.
    page = opened(f"{SEARCH}&gemeente=Poperinge")
    name = add(page, 0)
    page.get_by_role("link", name="naam", exact=True).click()
    page.wait_for_url(re.compile("sorteer=naam"))
    expect(
        page.locator(".hit", has_text=name).get_by_role("button", name="Van keuzelijst halen")
    ).to_be_visible()
    assert page.locator("[data-shortlist] a").count() == 0
    page.locator(".hit h3 a", has_text=name).click()
    expect(page.get_by_role("button", name="Van keuzelijst halen")).to_be_visible()


def test_a_list_of_someone_else_is_taken_over_only_when_asked(opened: Opener) -> None:
    page = opened(SEARCH)
    own = add(page, 0)
    page.goto("/keuzelijst?organisatie=westlandia&soort=diensten&raming=120000")
    expect(page.locator("[data-shortlist-page]")).to_contain_text("een andere lijst")
    page.goto("/keuzelijst")
    page.wait_for_url(LIST)
    assert listed(page) == [own]

    page.go_back()
    page.goto("/keuzelijst?organisatie=westlandia&soort=diensten&raming=120000")
    page.get_by_role("button", name="Voeg ze toe aan mijn lijst").click()
    expect(page.locator(".listed")).to_have_count(2)
    assert listed(page) == [own, "Westlandia"]
    assert parse_qs(urlsplit(page.url).query)["raming"] == ["120000"]


def test_an_emptied_list_leaves_nothing_in_the_browser(opened: Opener) -> None:
    page = opened(SEARCH)
    add(page, 0)
    page.get_by_role("link", name="Bekijk").click()
    page.wait_for_url(LIST)
    page.get_by_role("link", name="Maak de lijst leeg").click()
    expect(page.locator(".empty")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_a_reason_outlives_a_change_of_the_list_but_stands_in_no_address(opened: Opener) -> None:
    page = opened(f"/keuzelijst?organisatie=westlandia&organisatie=acg{QUESTION}")
    box = page.get_by_label("Westlandia: waarom wel of niet uitnodigen")
    box.fill("Werkt in heel de opdracht.")
    page.locator(".listed", has_text="ACG").get_by_role("link", name="Haal van de lijst").click()
    expect(page.locator(".listed")).to_have_count(1)
    expect(box).to_have_value("Werkt in heel de opdracht.")
    assert "opdracht." not in page.url
    with page.expect_download() as download:
        page.get_by_role("button", name="Maak het motiveringsdossier").click()
    assert download.value.suggested_filename.startswith("motivering-")


def test_two_are_chosen_and_stand_side_by_side_on_a_phone(opened: Opener) -> None:
    page = opened("/keuzelijst?organisatie=westlandia&organisatie=acg&organisatie=constructief", size=PHONE)
    page.get_by_label("Vergelijk Constructief").uncheck()
    page.get_by_role("button", name="Vergelijk wat is aangevinkt").click()
    table = page.get_by_role("table")
    assert table.get_by_role("columnheader").all_inner_texts() == ["Vraag", "Westlandia", "ACG"]
    head = table.get_by_role("rowheader", name="Diensten")
    before = head.bounding_box()
    page.locator(".scroll").evaluate("one => one.scrollLeft = 80")
    after = head.bounding_box()
    assert before
    assert after
    assert before["x"] == after["x"], "the question stays in sight"
    assert_no_sideways_scroll(page)
    page.get_by_role("link", name="Terug naar de keuzelijst").click()
    expect(page.locator(".listed")).to_have_count(3)


def test_without_script_a_list_is_built_by_its_address_alone(opened: Opener) -> None:
    page = opened(SEARCH, java_script_enabled=False)
    first = page.locator(".hit h3").first.inner_text()
    page.locator(".hit").first.get_by_role("link", name="Zet op keuzelijst").click()
    assert listed(page) == [first]
    page.get_by_label("Naam, dienst of gemeente").fill("Westlandia")
    page.get_by_role("button", name="Zoek", exact=True).click()
    page.locator(".addable li").first.get_by_role("link", name="Zet op keuzelijst").click()
    assert listed(page) == [first, "Westlandia"]
    page.locator(".listed").first.get_by_role("link", name="Haal van de lijst").click()
    assert listed(page) == ["Westlandia"]
    page.get_by_role("link", name="Ongedaan maken").click()
    assert listed(page) == [first, "Westlandia"]
    page.get_by_role("button", name="Vergelijk wat is aangevinkt").click()
    expect(page.get_by_role("table")).to_be_visible()
