"""Into the room as a person goes: a one-time link of the command line, a password, the log-in."""

from __future__ import annotations

import secrets
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import Opener, Site
from tests.curation.room import PASSWORD

BEHEERDER = ("--beheerder",)


def enter(
    site: Site, opened: Opener, *role: str, expected: tuple[str, ...] = ("422",), **options: Any
) -> tuple[Page, str]:
    """A window in which a new account is logged in, and its mail address; `role` as `user add` takes it.

    `expected` are answers that the browser reports in its console although the test asks for them.
    """
    email = f"proef-{secrets.token_hex(4)}@voorbeeld.be"
    link = site.command("user", "add", email, *(role or BEHEERDER)).strip().splitlines()[-1]
    page = opened("/beheer/wachtwoord/" + link.rsplit("/", 1)[-1], expected=expected, **options)
    choose_password(page)
    log_in(page, email)
    page.wait_for_url("**/beheer")
    return page, email


def choose_password(page: Page) -> None:
    """Fill in the page of a one-time link."""
    page.get_by_label("Nieuw wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_label("Nieuw wachtwoord, nog eens").fill(PASSWORD)
    page.get_by_role("button", name="Bewaar het wachtwoord").click()
    page.wait_for_url("**/beheer/aanmelden")


def log_in(page: Page, email: str) -> None:
    """Fill in the page of the log-in."""
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Aanmelden").click()
