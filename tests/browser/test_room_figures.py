"""The desk, the figures, the gaps and the actions in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, Site
from tests.browser.entering import enter
from tests.browser.test_access import assert_accessible

pytestmark = pytest.mark.browser

GAPS = "/beheer/cijfers/gaten?regio=westhoek"
MAP = "/beheer/cijfers/gaten/kaart?regio=westhoek&wat=diensten:catering"
Room = Callable[..., Page]


@pytest.fixture
def room(site: Site, opened: Opener) -> Room:
    """Opens a window in which a new beheerder is logged in."""

    def entered(**options: Any) -> Page:
        return enter(site, opened, **options)[0]

    return entered


def test_the_map_shows_the_numbers_of_the_table(room: Room) -> None:
    page = room()
    page.goto(MAP)
    expect(page.locator(".folium-map .number").first).to_be_visible()
    table = {
        row.locator("th").inner_text(): row.locator("td").first.inner_text()
        for row in page.locator("table.figures tbody tr").all()
    }
    shown = {}
    for mark in page.locator(".folium-map .number").all():
        name, said = str(mark.get_attribute("aria-label")).split(": ", 1)
        shown[name] = mark.inner_text()
        assert said.startswith("niemand" if shown[name] == "0" else shown[name])

    assert len(table) == 18
    assert shown == table
    empty = sum(number == "0" for number in table.values())
    expect(page.locator("[data-map-status]")).to_contain_text(f"waarvan {empty} zonder aanbod")
    assert page.locator(".folium-map .number--none").count() == empty


def test_heads_of_rows_and_columns_stay_in_sight(room: Room) -> None:
    page = room()
    page.goto(f"{GAPS}&kolommen=diensten")
    box = page.locator(".gaps")
    box.evaluate("element => element.scrollTo(900, 200)")
    frame = box.bounding_box()
    corner = page.locator(".gaps__corner").bounding_box()
    row = page.locator(".gaps tbody th").last.bounding_box()
    assert frame
    assert corner
    assert row
    assert abs(corner["x"] - frame["x"]) < 3
    assert abs(corner["y"] - frame["y"]) < 3
    assert abs(row["x"] - frame["x"]) < 3


def test_without_script_the_tables_say_it_all(room: Room) -> None:
    page = room(java_script_enabled=False)
    page.goto(MAP)

    expect(page.locator("noscript p")).to_be_visible()
    assert page.locator("table.figures tbody tr").count() == 18


def test_an_action_is_added_removed_brought_back_and_told_in_the_report(room: Room) -> None:
    page = room()
    page.goto("/beheer/cijfers/acties")
    page.get_by_role("link", name="Nieuwe actie").click()
    page.get_by_role("button", name="Bewaar").click()
    expect(page.locator(".errors")).to_contain_text("Vul in wat de actie is.")
    assert_accessible(page)
    page.get_by_label("Actie of evenement").fill("Beursvloer in Ieper")
    page.get_by_label("Doelstelling").fill("Besturen kennen het aanbod")
    page.get_by_label("Aantal deelnemers").fill("62")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("heading", name="Beursvloer in Ieper")).to_be_visible()

    page.get_by_role("button", name=re.compile("^Verwijder")).click()
    expect(page.get_by_role("heading", name="Beursvloer in Ieper")).to_have_count(0)
    assert_accessible(page)
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.get_by_role("heading", name="Beursvloer in Ieper")).to_be_visible()

    page.get_by_role("navigation", name="Cijfers").get_by_role("link", name="Cijfers", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Jaarverslag in Word").click()
    content = download.value.path().read_bytes()
    assert re.fullmatch(r"jaarverslag-\d{4}-[a-z-]+\.docx", download.value.suggested_filename)
    cells = [
        cell.text
        for table in docx.Document(BytesIO(content)).tables
        for row in table.rows
        for cell in row.cells
    ]
    assert "Besturen kennen het aanbod" in cells
    assert "62" in cells
