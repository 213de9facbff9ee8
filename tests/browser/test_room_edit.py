"""A regisseur edits an entry in a real browser: a site, a service, a point on the map, and back again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from catalogue.config import Settings
from tests.browser.conftest import PHONE, WIDE, Opener, Site
from tests.browser.entering import enter
from tests.browser.test_access import assert_accessible, assert_no_sideways_scroll
from tests.builders import app_with, organisation
from tests.builders import site as place

pytestmark = pytest.mark.browser

REFUSED = ("422", "409", "410")


@pytest.fixture
def behind(site: Site) -> Iterator[Flask]:
    """The same catalogue as the running site."""
    with app_with(Settings.from_environment(site.environment)) as app:
        yield app


@pytest.fixture
def entry(behind: Flask) -> tuple[int, str]:
    """Id and name of an entry of its own: one site in Ieper, one service."""
    name = f"Proefatelier {secrets.token_hex(3)}"
    with behind.app_context():
        sites = (place(street="Markt", house_number="1", postcode="8900"),)
        return organisation(name, phone="057 00 00 00", sites=sites), name


@pytest.fixture
def log_in(site: Site, opened: Opener) -> Callable[..., Page]:
    """Log a new regisseur of the Westhoek in."""

    def go(**options: Any) -> Page:
        return enter(site, opened, "--regio", "westhoek", expected=REFUSED, **options)[0]

    return go


def look_over(page: Page) -> None:
    """Accessible, and nothing scrolls sideways, at the width of a phone and of a desk."""
    for width, height in (PHONE, WIDE):
        page.set_viewport_size({"width": width, "height": height})
        assert_no_sideways_scroll(page)
        assert_accessible(page)


def save(page: Page) -> None:
    page.get_by_role("button", name="Bewaar", exact=True).last.click()
    expect(page.get_by_role("status").filter(has_text="Bewaard")).to_be_visible()


def test_a_site_a_service_and_a_point_are_public_at_once_and_undone_through_the_history(
    log_in: Callable[..., Page], entry: tuple[int, str]
) -> None:
    id, name = entry
    page = log_in()
    page.goto("/beheer/organisaties")
    page.get_by_label("Naam, vroegere naam of gemeente").fill(name)
    page.get_by_role("button", name="Zoek", exact=True).click()
    page.wait_for_url("**q=Proefatelier*")
    look_over(page)
    page.get_by_role("link", name=name, exact=True).click()

    page.get_by_role("button", name="Vestiging toevoegen").click()
    page.keyboard.type("Winkel")
    new = page.locator("[data-row='sites-1']")
    new.get_by_label("Gemeente", exact=True).press_sequentially("ve")
    new.get_by_role("option", name=re.compile("^Veurne")).click()
    new.get_by_text("Zet het punt op de kaart").click()
    new.locator("[data-point-map].leaflet-container").click(position={"x": 200, "y": 120})
    expect(new.get_by_label("Breedte")).to_have_value(re.compile(r"^5[01]\.\d{5}$"))
    before = new.get_by_label("Breedte").input_value()
    target = {"x": 280, "y": 180}
    new.locator(".leaflet-marker-draggable").drag_to(new.locator("[data-point-map]"), target_position=target)
    expect(new.get_by_label("Breedte")).not_to_have_value(before)
    point = new.get_by_label("Breedte").input_value()

    page.get_by_role("button", name="Dienst toevoegen").click()
    page.keyboard.type("poetsen")
    offer = page.locator("[data-row='offers-1']")
    expect(offer.get_by_role("option").first).to_contain_text("poetsen")
    page.keyboard.press("Enter")
    offer.get_by_label("Vanuit").select_option("Winkel")
    offer.get_by_label("Bekend. Wat u hieronder invult").check()
    offer.get_by_label("Gemeente of regio toevoegen").press_sequentially("8630")
    page.keyboard.press("Enter")
    offer.get_by_text("Kies gemeenten op de kaart").click()
    expect(offer.locator(".dot--chosen")).to_have_count(1)
    look_over(page)
    save(page)

    # The first answer after the save says it: nothing waits, nothing is asked twice.
    page.get_by_role("link", name="Publieke pagina").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    words = page.locator("main").inner_text()
    assert "Winkel" in words
    assert "Schoonmaak" in words
    assert "Veurne" in words

    page.goto(f"/beheer/organisaties/{id}/geschiedenis")
    expect(page.locator(".version").first).to_contain_text("Winkel")
    expect(page.locator(".version").first).to_contain_text(f"punt {point}")
    look_over(page)
    page.get_by_role("button", name=re.compile("^Herstel deze versie")).last.click()
    expect(page.get_by_role("status").filter(has_text="Hersteld")).to_be_visible()
    page.goto(f"/organisaties/{name.lower().replace(' ', '-')}")
    assert "Winkel" not in page.locator("main").inner_text()


def test_a_mistake_is_led_to_its_field_and_the_preview_keeps_the_form(
    log_in: Callable[..., Page], entry: tuple[int, str]
) -> None:
    id, name = entry
    page = log_in()
    page.goto(f"/beheer/organisaties/{id}/bewerken")
    page.get_by_label("Samenvatting").fill("Zo zou het zijn.")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Voorbeeld").click()
    preview = opened.value
    expect(preview.get_by_role("heading", level=1)).to_have_text(name)
    expect(preview.locator("main")).to_contain_text("Zo zou het zijn.")
    preview.close()
    expect(page.get_by_label("Samenvatting")).to_have_value("Zo zou het zijn.")

    page.locator(".offer summary").first.click()
    page.locator(".offer").first.get_by_label("Dienst", exact=True).fill("oogarts")
    page.get_by_role("button", name="Bewaar", exact=True).last.click()
    expect(page.locator(".errors")).to_be_focused()
    look_over(page)
    page.locator(".errors a").click()
    expect(page.locator(".offer").first.get_by_label("Dienst", exact=True)).to_be_focused()
    expect(page.get_by_label("Samenvatting")).to_have_value("Zo zou het zijn.")


def test_a_row_that_is_taken_away_can_be_put_back(
    log_in: Callable[..., Page], entry: tuple[int, str]
) -> None:
    page = log_in()
    page.goto(f"/beheer/organisaties/{entry[0]}/bewerken")
    page.locator("[data-row='sites-0']").get_by_role("button", name=re.compile("^Neem weg")).click()
    expect(page.locator(".rows__gone")).to_have_text(re.compile("Vestiging weggenomen"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-row='sites-0']")).to_be_visible()
    page.get_by_label("Telefoon").fill("057 11 11 11")
    save(page)
    expect(page.locator("[data-row='sites-0']")).to_be_visible()


def test_two_people_at_once_lose_nothing(log_in: Callable[..., Page], entry: tuple[int, str]) -> None:
    id, name = entry
    one, two = log_in(), log_in()
    for page in (one, two):
        page.goto(f"/beheer/organisaties/{id}/bewerken")
    one.get_by_label("Telefoon").fill("057 11 11 11")
    save(one)
    two.get_by_label("Telefoon").fill("057 22 22 22")
    two.get_by_label("Samenvatting").fill("Van de tweede.")
    two.get_by_role("button", name="Bewaar", exact=True).last.click()
    expect(two.get_by_role("heading", level=1)).to_have_text(f"{name} is intussen gewijzigd")
    look_over(two)
    two.get_by_label(re.compile("Van u")).check()
    two.get_by_role("button", name="Bewaar zo").click()
    expect(two.get_by_label("Telefoon")).to_have_value("057 22 22 22")
    expect(two.get_by_label("Samenvatting")).to_have_value("Van de tweede.")


def test_everything_works_without_script(log_in: Callable[..., Page], entry: tuple[int, str]) -> None:
    id, name = entry
    page = log_in(java_script_enabled=False)
    page.goto(f"/beheer/organisaties/{id}/bewerken")
    page.get_by_label("Samenvatting").fill("Zonder script.")
    page.get_by_role("button", name="Vestiging toevoegen").click()
    site_ = page.locator("[data-row='sites-1']")
    site_.get_by_label("Naam van de vestiging").fill("Winkel")
    site_.get_by_label("Gemeente", exact=True).fill("8630")
    site_.get_by_role("button", name="Zoek het punt bij dit adres").click()
    expect(page.locator("[data-row='sites-1']").get_by_label("Breedte")).to_have_value(re.compile(r"^51\.0"))
    page.get_by_role("button", name="Dienst toevoegen").click()
    offer = page.locator("[data-row='offers-1']")
    offer.get_by_label("Dienst", exact=True).fill("poetsen")
    offer.get_by_label("Vanuit").select_option("Winkel")
    page.get_by_role("button", name="Bewaar", exact=True).last.click()
    expect(page.get_by_role("status").filter(has_text="Bewaard")).to_be_visible()
    page.goto(f"/organisaties/{name.lower().replace(' ', '-')}")
    for text in ("Zonder script.", "Winkel", "Schoonmaak"):
        expect(page.locator("main")).to_contain_text(text)


def test_the_form_in_the_dark_and_on_the_narrowest_window(
    log_in: Callable[..., Page], entry: tuple[int, str]
) -> None:
    page = log_in(color_scheme="dark", size=(320, 800))
    for path in ("", "/nieuw", f"/{entry[0]}/bewerken"):
        page.goto(f"/beheer/organisaties{path}")
        assert_no_sideways_scroll(page)
        assert_accessible(page)
