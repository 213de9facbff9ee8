"""The way of a buyer: ask, narrow, read, come back; by mouse, by keyboard, on a phone, without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Opener

pytestmark = pytest.mark.browser

QUESTION = "groenonderhoud"
PLACE = "Ieper"


def ask(page: Page, what: str = QUESTION, where: str = PLACE) -> None:
    """Fill in the two boxes and send them with the button beside them."""
    page.get_by_label("Wat zoekt u?").fill(what)
    page.get_by_label("Waar?").fill(where)
    button = page.get_by_role("search").get_by_role("button", name="Zoeken")
    # Who leaves the box closes its suggestions, which on a phone lie over the button.
    button.focus()
    button.click()
    page.wait_for_url(re.compile(r"/zoeken\?"))


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def counted(text: str) -> int:
    """The number of organisations that the result sentence names."""
    found = re.search(r"\d[\d.]*", text)
    return int(found[0].replace(".", "")) if found else 0


def unfold(page: Page) -> None:
    """Open the filters where they are folded (on a phone)."""
    summary = page.locator("details.facets > summary")
    if summary.is_visible() and page.locator("details.facets").get_attribute("open") is None:
        summary.click()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_search_then_filter_then_entry_and_back_keeps_results_and_focus(
    opened: Opener, size: tuple[int, int]
) -> None:
    page = opened("/", size=size)
    ask(page)
    before = heading(page)
    assert counted(before) > 0
    assert page.locator(".hit").count() > 0

    unfold(page)
    box = page.locator(".facet input[name=trede]").first
    label = page.locator(f"label[for='{box.get_attribute('id')}'] .count").inner_text()
    box.check()
    page.wait_for_url(re.compile(r"[?&]trede=\d"))
    expect(page.locator("h1")).not_to_have_text(before)
    narrowed, address = heading(page), page.url
    assert counted(narrowed) == int(label)
    expect(box).to_be_focused()
    expect(page.locator("[data-live-status]")).to_have_text(narrowed)
    assert page.title().startswith(narrowed[:12])

    link = page.locator(".hit h3 a").first
    name = link.inner_text()
    link.click()
    expect(page.locator("h1")).to_have_text(name)

    page.go_back()
    page.wait_for_url(address)
    expect(page.locator("h1")).to_have_text(narrowed)
    expect(page.locator(".facet input[name=trede]:checked")).to_have_count(1)

    page.go_back()
    expect(page.locator("h1")).to_have_text(before)
    expect(page.locator(".facet input[name=trede]:checked")).to_have_count(0)


def test_a_chip_takes_a_choice_away(opened: Opener) -> None:
    page = opened("/zoeken?q=groenonderhoud&trede=5")
    narrowed = heading(page)
    page.locator(".chips a").filter(has_text="rede 5").click()

    expect(page.locator("h1")).not_to_have_text(narrowed)
    assert "trede" not in page.url


def test_suggestions_help_while_typing(opened: Opener) -> None:
    page = opened("/")
    box = page.get_by_label("Wat zoekt u?")
    box.press_sequentially("groenon")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("roenonderhoud")
    expect(box).to_have_attribute("aria-expanded", "true")

    box.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(re.compile(r"/zoeken\?"))
    assert counted(heading(page)) > 0


def test_the_whole_way_goes_with_the_keyboard_alone(opened: Opener) -> None:
    page = opened("/")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    tab_to(page, "#q")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Escape")
    tab_to(page, "#waar")
    page.keyboard.press("Control+A")
    page.keyboard.type(PLACE)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/zoeken\?"))
    before = heading(page)

    tab_to(page, ".facet input[name=trede]")
    page.keyboard.press("Space")
    expect(page.locator(".facet input[name=trede]:checked")).to_have_count(1)
    expect(page.locator("h1")).not_to_have_text(before)

    tab_to(page, ".hit h3 a")
    name = page.evaluate("document.activeElement.textContent")
    assert outlined(page), "the focus must be seen"
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)


def tab_to(page: Page, selector: str, limit: int = 80) -> None:
    """Press Tab until an element of this kind has the focus."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} cannot be reached with Tab")


def outlined(page: Page) -> bool:
    """Whether the focused element stands out."""
    return bool(
        page.evaluate(
            """() => {
                const style = getComputedStyle(document.activeElement);
                return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
                    || style.boxShadow !== "none";
            }"""
        )
    )


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_everything_works_without_script(opened: Opener, size: tuple[int, int]) -> None:
    page = opened("/", size=size, java_script_enabled=False)
    ask(page)
    before = heading(page)
    assert counted(before) > 0

    unfold(page)
    page.locator(".facet input[name=trede]").first.check()
    page.get_by_role("button", name="Toepassen").click()
    page.wait_for_url(re.compile(r"[?&]trede=\d"))
    assert 0 < counted(heading(page)) <= counted(before)

    page.locator(".hit h3 a").first.click()
    expect(page.get_by_role("heading", name=re.compile("^Wat .* (doen|doet)$"))).to_be_visible()

    page.goto(f"/kaart?q={QUESTION}&gemeente={PLACE}")
    expect(page.locator(".map__note").filter(has_text="JavaScript")).to_be_visible()
    assert page.locator(".hit").count() > 0


def test_a_question_that_nobody_answers_says_so_and_helps_on(opened: Opener) -> None:
    page = opened("/zoeken?q=oogarts+in+Ieper")

    assert counted(heading(page)) == 0
    assert page.locator("main a[href*='/zoeken'], main a[href*='/diensten']").count() > 0


def test_an_entry_prints_as_a_page_for_a_file(opened: Opener) -> None:
    page = opened("/zoeken?q=groenonderhoud")
    page.locator(".hit h3 a").first.click()
    name = heading(page)
    page.emulate_media(media="print")

    expect(page.locator("h1")).to_have_text(name)
    expect(page.get_by_role("heading", name=re.compile("^Wat .* (doen|doet)$"))).to_be_visible()
    expect(page.get_by_role("heading", name="Hoe zeker is dit?")).to_be_visible()
    for hidden in ("header.site nav", "a.skip", "form", ".map__frame", "a:has-text('Meld een fout')"):
        for element in page.locator(hidden).all():
            expect(element).to_be_hidden()
    colours = page.evaluate(
        "() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]; }"
    )
    assert colours[1] in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"), colours
    assert page.pdf(format="A4").startswith(b"%PDF")
