"""A stranger, an organisation and a regisseur, each in a real browser: propose, decide, ask and confirm."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from catalogue.config import Settings
from catalogue.curation import freshness
from catalogue.curation.confirm_link_views import links
from catalogue.curation.stamps import MIN_SECONDS
from catalogue.web.words import add_months
from tests.browser.conftest import PHONE, WIDE, Opener, Site
from tests.browser.entering import enter
from tests.browser.test_access import assert_accessible, assert_no_sideways_scroll
from tests.builders import app_with, organisation
from tests.builders import site as place

pytestmark = pytest.mark.browser

TODAY = datetime.now(UTC).astimezone().date()


@pytest.fixture
def behind(site: Site) -> Iterator[Flask]:
    """The same catalogue as the running site, to put entries in and prepare mails."""
    with app_with(Settings.from_environment(site.environment)) as app:
        yield app


@pytest.fixture
def slug(behind: Flask) -> str:
    """An entry of its own, confirmed fourteen months ago."""
    name = f"Proef {secrets.token_hex(3)}"
    with behind.app_context():
        organisation(
            name,
            email="info@voorbeeld.be",
            phone="057 00 00 00",
            confirmed_on=add_months(TODAY, -14),
            sites=(place(street="Markt", house_number="1", postcode="8900"),),
        )
    return name.lower().replace(" ", "-")


def look_over(page: Page) -> None:
    """Accessible, and nothing scrolls sideways, at the width of a desk and of a phone."""
    for width, height in (PHONE, WIDE):
        page.set_viewport_size({"width": width, "height": height})
        assert_no_sideways_scroll(page)
        assert_accessible(page)


def test_a_stranger_proposes_and_a_regisseur_takes_it_over(site: Site, opened: Opener, slug: str) -> None:
    stranger = opened(f"/organisaties/{slug}", expected=("422",))
    stranger.get_by_role("link", name="Meld een fout of stel een wijziging voor").click()
    stranger.get_by_text("Pas de gegevens zelf aan").click()
    look_over(stranger)
    stranger.get_by_label("Telefoon").fill("057 12 34 56")
    stranger.get_by_label("Straat").fill("Grote Markt")
    stranger.wait_for_timeout((MIN_SECONDS + 1) * 1000)
    stranger.get_by_role("button", name="Verstuur het voorstel").click()
    expect(stranger.get_by_role("alert")).to_contain_text("e-mailadres")
    expect(stranger.get_by_label("Telefoon")).to_have_value("057 12 34 56")
    look_over(stranger)
    stranger.get_by_label("Uw e-mailadres").fill("inwoner@voorbeeld.be")
    stranger.get_by_role("button", name="Verstuur het voorstel").click()
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("Bedankt")
    look_over(stranger)
    assert stranger.context.cookies() == []

    room, _ = enter(site, opened)
    room.get_by_role("link", name=re.compile("^Voorstellen")).click()
    look_over(room)
    room.get_by_role("link", name=re.compile(slug.replace("-", " "), re.IGNORECASE)).click()
    room.get_by_text("Pas aan").first.click()
    room.get_by_role("textbox", name="Telefoon").fill("057 99 99 99")
    look_over(room)
    room.get_by_role("checkbox", name=re.compile(r"Neem over\s*: Vestiging")).uncheck()
    room.get_by_role("button", name="Neem over wat aangevinkt is").click()
    expect(room.get_by_text("deels overgenomen")).to_be_visible()

    stranger.goto(f"/organisaties/{slug}")
    expect(stranger.get_by_role("link", name="057 99 99 99")).to_be_visible()
    expect(stranger.locator(".location address")).to_contain_text("Markt 1")
    expect(stranger.locator(".location address")).not_to_contain_text("Grote Markt")


def test_the_form_for_a_new_organisation_is_accessible(opened: Opener) -> None:
    page = opened("/")
    page.get_by_role("link", name="Een organisatie voorstellen").click()
    look_over(page)


def test_an_organisation_confirms_by_mail_and_the_regisseur_sees_who_answered(
    site: Site, opened: Opener, behind: Flask, slug: str
) -> None:
    with behind.test_request_context(base_url=site.url):
        letters = freshness.prepare(TODAY, links())
    text = next(one.body for one in letters if f"/organisaties/{slug}" in one.body)
    still = re.findall(rf"^{site.url}(/bevestigen/\S+)$", text, re.MULTILINE)[0]

    page = opened(still, expected=("410",))
    look_over(page)
    page.get_by_role("link", name="Nee, er moet iets veranderen").click()
    look_over(page)
    page.goto(f"{still}/stoppen")
    look_over(page)
    page.get_by_role("link", name="Nee, ga terug").click()

    room, _ = enter(site, opened)
    room.get_by_role("link", name="Versheid").click()
    look_over(room)
    room.get_by_role("link", name=re.compile("^Wacht op antwoord")).click()
    expect(room.get_by_text("Gevraagd: 1 mail").first).to_be_visible()

    page.get_by_role("button", name="Ja, alles klopt nog").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bedankt")
    look_over(page)
    page.goto(still)
    expect(page.get_by_text("Deze link is gebruikt")).to_be_visible()
    page.goto(f"/organisaties/{slug}")
    expect(page.get_by_text("bevestigd in").first).to_be_visible()

    room.get_by_role("link", name=re.compile("^Antwoordde")).click()
    expect(room.get_by_text("klopt nog").first).to_be_visible()
