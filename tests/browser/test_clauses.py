"""The way of a buyer to a clause in a real browser: ask, read the advice, take the text along."""

from __future__ import annotations

import re

import pytest
from docx import Document
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, Opener

pytestmark = pytest.mark.browser

TEXT = (
    "/clausules?soort=diensten&raming=120000&datum=2026-03-01&dienst=groenonderhoud&gemeente=ieper"
    "&duur_maanden=12&instrument=tewerkstellingsclausule"
)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_buyer_comes_from_the_question_to_the_text_in_word(opened: Opener, size: tuple[int, int]) -> None:
    page = opened("/clausules", size=size)
    page.get_by_label("Wat laat u doen?").fill("groenonderhoud")
    page.get_by_label("In welke gemeenten?").fill("Ieper")
    page.get_by_label("Raming, exclusief btw").first.fill("120.000")
    page.get_by_role("button", name="Geef advies").click()

    expect(page.get_by_text("120.000 euro, excl. btw")).to_be_visible()
    page.get_by_role("link", name="De tekst").first.click()
    expect(page.locator("#tekst")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Neem mee in Word").click()

    found = Document(str(download.value.path()))
    assert any("groenonderhoud" in paragraph.text for paragraph in found.paragraphs)


def test_a_block_and_an_annex_are_copied_and_it_is_said(opened: Opener) -> None:
    page = opened(TEXT, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopieer dit blok").first.click()
    expect(page.get_by_text("Het blok is gekopieerd.").first).to_be_attached()
    first = page.evaluate("() => navigator.clipboard.readText()")
    assert "artikel 87" in first

    annex = page.locator("details.annex").first
    expect(annex.get_by_role("button", name="Kopieer dit blok")).to_be_hidden()
    annex.locator("summary").click()
    annex.get_by_role("button", name="Kopieer dit blok").click()
    expect(annex.get_by_text("Het blok is gekopieerd.")).to_be_attached()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied != first
    assert re.search(r"uur", copied)


def test_paper_holds_the_annexes_that_the_screen_folds(opened: Opener) -> None:
    page = opened(TEXT)
    page.emulate_media(media="print")

    for annex in page.locator("details.annex .clause").all():
        assert annex.bounding_box()
        expect(annex).to_be_visible()
