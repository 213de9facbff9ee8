"""Vocabulary, texts and manual in a real browser: the look of pages, and a word that is found at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener, Site
from tests.browser.test_room_accounts import assert_fits, enter

pytestmark = pytest.mark.browser

LIST = "/beheer/woordenlijst"
# What the room test of every page does not see: pages of a question or a choice.
PAGES = (
    f"{LIST}?q=xyzzy",
    f"{LIST}/dienst/groenonderhoud/samenvoegen?met=natuurbeheer",
    "/beheer/teksten/clausule:uurkost",
)


def test_pages_of_a_question_or_a_choice_are_accessible_and_fit(site: Site, opened: Opener) -> None:
    page, _ = enter(site, opened)
    for address in PAGES:
        page.goto(address)
        assert_fits(page)


def test_a_beheerder_adds_a_word_sees_the_effect_and_finds_it_on_the_site(site: Site, opened: Opener) -> None:
    page, _ = enter(site, opened)
    page.goto(f"{LIST}/dienst/hydranten-nakijken")
    words = page.get_by_label("Synoniemen")
    words.fill(words.input_value() + "\npaardenbloemen plukken\nschoonmaak")
    page.get_by_role("button", name="Bekijk het gevolg").click()
    expect(page.locator(".errors")).to_contain_text("Schoonmaak")
    expect(words).to_have_value(re.compile(r"paardenbloemen plukken\nschoonmaak$"))
    assert_fits(page)

    words.fill(words.input_value().replace("\nschoonmaak", ""))
    page.get_by_role("button", name="Bekijk het gevolg").click()
    expect(page.locator("#gevolg")).to_contain_text("paardenbloemen plukken")
    assert_fits(page)
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.locator("main")).to_contain_text("is bewaard")

    page.goto("/zoeken?q=paardenbloemen+plukken")
    assert page.locator(".hit").count() > 0
    page.goto(f"{LIST}/dienst/hydranten-nakijken/geschiedenis")
    assert_fits(page)
    page.get_by_role("button", name="Zet deze versie terug").first.click()
    expect(page.locator("main")).to_contain_text("De versie is teruggezet")


def test_a_text_of_a_page_is_looked_at_and_replaced(site: Site, opened: Opener) -> None:
    page, _ = enter(site, opened)
    page.goto("/beheer/teksten/pagina:over-uitbater")
    page.get_by_label("Tekst").fill("Wij zijn **Testregio**.\n\n- [Zoeken](/zoeken)\n- <b>geen</b> HTML")
    page.get_by_role("button", name="Bekijk het voorbeeld").click()
    expect(page.locator(".panel li").last).to_have_text("<b>geen</b> HTML")
    assert_fits(page)
    page.get_by_role("button", name="Bewaar").click()
    page.goto("/over")
    expect(page.get_by_role("heading", name="Wie deze site uitbaat")).to_be_visible()
    page.goto("/beheer/teksten/pagina:over-uitbater")
    page.get_by_role("button", name="Terug naar de tekst van het bestand").click()
    page.goto("/over")
    expect(page.get_by_role("heading", name="Wie deze site uitbaat")).to_have_count(0)


def test_the_manual_prints_without_the_menu(site: Site, opened: Opener) -> None:
    page, _ = enter(site, opened)
    page.goto("/beheer/handleiding")
    page.emulate_media(media="print")
    expect(page.locator(".room__menu")).to_be_hidden()
    expect(page.locator("#import")).to_be_visible()
