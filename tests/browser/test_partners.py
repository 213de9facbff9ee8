"""The door for companies in a real browser: every state under axe, and the message that one can change."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, Opener
from tests.browser.test_access import NARROWEST, assert_accessible, assert_no_sideways_scroll

pytestmark = pytest.mark.browser

ANSWER = (
    "/samenwerken?q=inpakken&waar=Ieper&samenwerking=enclave&volume=2.000+dozen&ritme=wekelijks"
    "&kwaliteit=iso-9001"
)
STATES = {
    "question": "/samenwerken",
    "answer": ANSWER,
    "one list": "/samenwerken?q=poetsen",
    "thin": "/samenwerken?q=strijken&waar=Mesen",
    "nobody": "/samenwerken?q=oogarts&waar=Ieper",
    "bad values": "/samenwerken?q=poetsen&waar=nergens&straal=ver&samenwerking=dansen&kwaliteit=x&ritme=y",
    "no work": "/samenwerken?volume=3",
}


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("state", STATES)
def test_every_state_has_no_violations(opened: Opener, state: str, size: tuple[int, int]) -> None:
    page = opened(STATES[state], size=size)

    assert_accessible(page)
    assert_no_sideways_scroll(page)


def test_the_answer_in_the_dark_and_on_the_narrowest_window(opened: Opener) -> None:
    assert_accessible(opened(ANSWER, color_scheme="dark"))
    assert_no_sideways_scroll(opened(ANSWER, size=NARROWEST))


def test_a_company_comes_from_the_home_page_to_a_message(opened: Opener) -> None:
    page = opened("/")
    page.get_by_role("link", name="Zoek een partner").click()
    page.get_by_label("Welk werk wilt u laten doen?").fill("inpakken")
    page.get_by_label("Een begeleide ploeg werkt bij u (enclave)").check()
    page.get_by_role("button", name="Zoek partners").click()

    expect(page.get_by_role("heading", name="Uw bericht")).to_be_visible()
    expect(page.get_by_label("Pas het aan als u wilt")).to_have_value(
        "Beste,\n\nWij zoeken een partner voor dit werk: inpakken.\n\n"
        + page.get_by_label("Pas het aan als u wilt").input_value().split("\n\n", 2)[2]
    )
    assert "samenwerking=enclave" in page.url


def test_what_one_changes_goes_along_with_copy_and_mail(opened: Opener) -> None:
    page = opened(ANSWER, permissions=["clipboard-read", "clipboard-write"])
    page.evaluate(
        """() => {
          const link = document.createElement("a");
          link.dataset.mail = "x@voorbeeld.be";
          link.href = "mailto:x@voorbeeld.be?subject=Vraag&body=oud";
          document.querySelector("main").append(link);
        }"""
    )
    page.get_by_label("Pas het aan als u wilt").fill("Dag,\nkan dit & dat?")
    page.get_by_role("button", name="Kopieer het bericht").click()

    expect(page.get_by_text("Het bericht is gekopieerd.")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == "Dag,\nkan dit & dat?"
    link = page.locator("a[data-mail]").last.get_attribute("href")
    assert link and unquote(link).endswith("subject=Vraag&body=Dag,\r\nkan dit & dat?")
    expect(page.locator("[data-message-text]")).to_have_text("Dag,\nkan dit & dat?")


def test_without_script_the_message_is_plain_text(opened: Opener) -> None:
    page = opened(ANSWER, java_script_enabled=False)

    expect(page.locator("#bericht-tekst")).to_be_visible()
    expect(page.locator("#bericht-tekst")).to_contain_text("Wij zoeken een partner voor dit werk: inpakken.")
    expect(page.locator("#bericht")).to_be_hidden()
