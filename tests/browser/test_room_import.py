"""A regisseur brings in a list with a real browser: progress, questions, differences, undo."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Opener, Site
from tests.browser.entering import enter
from tests.browser.test_access import assert_accessible

PATIENT_MS = 90_000
LIST = (
    "Organisatie;Vesteging;diensten;postcode;stad;email\n"
    "De Nieuwe Sperwer;;poetsen|zwevend plukken;8900;Ieper;sperwer@voorbeeld.be\n"
    "Nieuwe Sperwer vzw;;strijk;8900;Ieper;\n"
    "Roer en Riem;;poetsen;8970;Poperigne;\n"
    "Riet;;poetsen;8630;Veurne;geen adres\n"
)


@pytest.fixture
def regisseur(site: Site, opened: Opener) -> Page:
    """A beheerder who is logged in."""
    return enter(site, opened, expected=("422", "413"))[0]


def is_narrow_enough(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def bring(page: Page, file: Path) -> None:
    page.goto("/beheer/import")
    page.get_by_label(re.compile("^Bestand")).set_input_files(file)
    page.get_by_role("button", name="Lees het bestand").click()


def test_a_messy_list_is_put_right_taken_in_and_undone(regisseur: Page, tmp_path: Path) -> None:
    page = regisseur
    file = tmp_path / "lijst.csv"
    file.write_text(LIST, "utf-8")
    bring(page, file)
    expect(page.get_by_role("heading", name="Wat staat er in elke kolom?")).to_be_visible(timeout=PATIENT_MS)
    page.get_by_role("button", name="Lees de rijen met deze kolommen").click()

    expect(page.get_by_text("Vragen bij dit bestand")).to_be_visible(timeout=PATIENT_MS)
    for size in (PHONE, WIDE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert is_narrow_enough(page)
        assert_accessible(page)
    page.get_by_label("Dit is een andere").first.check()
    page.get_by_label("Poperinge", exact=True).check()
    page.get_by_label(re.compile("^‘zwevend plukken’")).fill("groenonderhoud")
    page.get_by_role("button", name="Bewaar de antwoorden").click()

    expect(page.get_by_role("button", name="Neem op zonder de geweigerde rijen")).to_be_visible(
        timeout=PATIENT_MS
    )
    expect(page.get_by_text("Vragen bij dit bestand")).to_have_count(0)
    page.get_by_role("link", name=re.compile("^Geweigerd")).click()
    expect(page.get_by_text("‘geen adres’ is geen e-mailadres.")).to_be_visible()
    page.get_by_role("button", name="Neem op zonder de geweigerde rijen").click()
    expect(page.get_by_text("3 nieuw en 0 gewijzigd")).to_be_visible(timeout=PATIENT_MS)

    page.get_by_role("link", name="Maak deze import ongedaan").click()
    page.get_by_role("button", name="Maak de import ongedaan").click()
    expect(page.get_by_text("3 nieuwe gearchiveerd")).to_be_visible(timeout=PATIENT_MS)


def test_a_file_that_is_too_large_is_told_before_it_is_sent_and_also_without_script(
    regisseur: Page, tmp_path: Path
) -> None:
    page = regisseur
    file = tmp_path / "groot.csv"
    file.write_bytes(b"naam\n" + b"x" * 50_300_000)
    bring(page, file)
    expect(page.locator("[data-upload-fault]")).to_have_text("Het bestand is te groot: hoogstens 50 MB.")

    page.locator("form[data-upload]").evaluate("form => form.submit()")
    expect(page.get_by_text("Het bestand is te groot: hoogstens 50 MB.")).to_be_visible(timeout=PATIENT_MS)
