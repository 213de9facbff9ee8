"""Accounts in a real browser: a second step, a session that ends in the middle of a form, how pages look."""

from __future__ import annotations

import secrets

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Opener, Site
from tests.browser.entering import enter, log_in
from tests.browser.test_access import NARROWEST, assert_accessible, assert_no_sideways_scroll
from tests.curation.room import PASSWORD

pytestmark = pytest.mark.browser

# Answers that the browser reports in its console although the test asked for them.
EXPECTED = ("401", "422")


def assert_fits(page: Page) -> None:
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    assert_accessible(page)
    for size in (WIDE, PHONE, NARROWEST):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert_no_sideways_scroll(page)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def test_a_form_that_is_refused_is_accessible_and_fits_its_window(site: Site, opened: Opener) -> None:
    page, _ = enter(site, opened, expected=EXPECTED)
    page.goto("/beheer/accounts/nieuw")
    page.get_by_role("button", name="Maak het account").click()
    expect(page.locator(".errors")).to_be_visible()
    assert_fits(page)


def test_what_was_typed_survives_a_session_that_ended_and_a_second_step(site: Site, opened: Opener) -> None:
    page, email = enter(site, opened, expected=EXPECTED)
    page.goto("/beheer/account/tweede-stap")
    clock = pyotp.TOTP(page.locator("code.secret").inner_text().replace(" ", ""))
    page.get_by_label("Code die uw telefoon nu toont").fill(clock.now())
    page.get_by_label("Uw wachtwoord van nu").fill(PASSWORD)
    page.get_by_role("button", name="Zet de tweede stap aan").click()
    recovery = page.locator(".codes code").first.inner_text()
    assert_fits(page)

    new = f"nieuw-{secrets.token_hex(4)}@voorbeeld.be"
    page.goto("/beheer/accounts/nieuw")
    page.get_by_label("E-mailadres").fill(new)
    page.get_by_label("Westhoek", exact=True).check()
    page.context.clear_cookies()
    page.get_by_role("button", name="Maak het account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw sessie is verlopen")
    assert_fits(page)

    log_in(page, email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nog één stap")
    assert_fits(page)
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Aanmelden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ga verder waar u was")
    assert_fits(page)
    page.get_by_role("button", name="Ga verder met wat u aan het invullen was").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Link voor {new}")
    expect(page.get_by_label("Link om een wachtwoord te kiezen")).to_have_value(
        f"{site.url}/beheer/wachtwoord/"
        + page.get_by_label("Link om een wachtwoord te kiezen").input_value().rsplit("/", 1)[-1]
    )
    assert_fits(page)


def test_a_form_of_another_site_is_not_carried_through_the_log_in(site: Site, opened: Opener) -> None:
    """A real browser says where a form comes from; here a page without an address sends it."""
    page = opened("about:blank", expected=EXPECTED)
    page.set_content(
        f'<form method="post" action="{site.url}/beheer/accounts/nieuw">'
        '<input name="email" value="vreemd@voorbeeld.be"><button>Win een prijs</button></form>'
    )
    page.get_by_role("button", name="Win een prijs").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Uw sessie is verlopen")
    assert "vreemd@voorbeeld.be" not in page.content()
