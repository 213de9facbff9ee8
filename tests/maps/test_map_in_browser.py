"""The map in a real Chromium, under the site's own Content-Security-Policy."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from catalogue.maps.features import Pin
from catalogue.maps.shell import Ground
from tests.maps import site

pytestmark = pytest.mark.browser

# Generous: the machine is shared. tests/bench measures speed.
PATIENCE_MS = 20_000
WIDE, PHONE = (1280, 900), (375, 800)
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'


@dataclass
class Visit:
    """A page with the map, and what went wrong in it. (Without slots: Playwright hangs handlers on it.)"""

    page: Page
    origin: str
    faults: list[str] = field(default_factory=list)

    def pin(self, number: int) -> str:
        """Selector of the marker with a number."""
        return f".leaflet-marker-icon[data-hit='{number}']"


Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this file."""
    path = shutil.which("chromium")
    assert path, "the browser tests need Debian's package chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open a page with the given pins; at the end nothing may have gone wrong or gone outside."""
    opened: list[Visit] = []
    with ExitStack() as stack:

        def go(
            pins: site.Pins,
            *,
            size: tuple[int, int] = WIDE,
            wait: bool = True,
            calm: bool = True,
            **build: object,
        ) -> Visit:
            url = stack.enter_context(site.served(site.build(pins, **build)))  # type: ignore[arg-type]
            context: BrowserContext = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                reduced_motion="reduce" if calm else "no-preference",
            )
            stack.callback(context.close)
            made = Visit(context.new_page(), url)
            made.page.set_default_timeout(PATIENCE_MS)
            made.page.on("console", lambda m: made.faults.append(m.text) if m.type != "log" else None)
            made.page.on("pageerror", lambda error: made.faults.append(str(error)))
            made.page.on(
                "request", lambda r: made.faults.append(r.url) if not r.url.startswith(url) else None
            )
            opened.append(made)
            made.page.goto(f"{url}/kaart")
            if wait:
                expect(made.page.locator(".leaflet-marker-icon[role=button]").first).to_be_visible(
                    timeout=PATIENCE_MS
                )
            return made

        yield go
        assert [fault for one in opened for fault in one.faults] == []


def few(*names: str, approximate: bool = False) -> list[Pin]:
    """Sites far enough apart to stand alone on the map."""
    return [
        Pin(
            n,
            name,
            f"/organisaties/o-{n}",
            "Ieper",
            50.75 + n * 0.1,
            2.6 + n * 0.2,
            "dienst: strijk",
            approximate,
        )
        for n, name in enumerate(names, 1)
    ]


@pytest.mark.parametrize("count", [500, 10_000])
def test_all_points_come_on_the_map_without_fault_or_foreign_request(visit: Open, count: int) -> None:
    page = visit(site.spread(count), without_point=3).page

    said = f"{count:,} plaatsen op de kaart. 3 organisaties".replace(",", "." if count > 999 else "")
    expect(page.locator("[data-map-status]")).to_contain_text(said)
    clusters = page.locator(".leaflet-marker-icon.cluster").all_text_contents()
    singles = page.locator(".leaflet-marker-icon.pin").count()
    assert sum(int(text.replace(".", "")) for text in clusters) + singles == count


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_axe_finds_nothing_with_a_popup_open_and_shut(visit: Open, size: tuple[int, int]) -> None:
    page = visit([*few("Aa", "Bb"), *site.spread(60)], size=size).page

    assert Axe().run(page).violations_count == 0
    page.locator(".leaflet-marker-icon.pin").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert Axe().run(page).violations_count == 0


@pytest.mark.parametrize("key", ["Enter", " "])
def test_the_keyboard_opens_a_popup_and_escape_gives_focus_back(visit: Open, key: str) -> None:
    made = visit(few("Aa", "Bb"))
    marker = made.page.locator(made.pin(2))
    marker.focus()
    made.page.keyboard.press(key)

    link = made.page.get_by_role("dialog", name="Bb").get_by_role("link", name="Bb")
    expect(link).to_be_focused()
    assert link.get_attribute("href") == "/organisaties/o-2"
    made.page.keyboard.press("Escape")
    expect(made.page.get_by_role("dialog")).to_have_count(0)
    expect(marker).to_be_focused()


def test_the_close_button_has_a_dutch_name_and_gives_focus_back(visit: Open) -> None:
    made = visit(few("Aa", "Bb"))
    made.page.locator(made.pin(1)).click()
    made.page.get_by_role("button", name="Sluiten").click()

    expect(made.page.get_by_role("dialog")).to_have_count(0)
    expect(made.page.locator(made.pin(1))).to_be_focused()


def test_the_keyboard_opens_a_cluster_and_goes_on_with_what_was_in_it(visit: Open) -> None:
    pins = [*few("Aa"), replace(few("Bb")[0], number=2, lat=50.8502, lon=2.8004), *few("Cc", "Dd")[1:]]
    made = visit(pins)
    cluster = made.page.locator(".leaflet-marker-icon.cluster")
    expect(cluster).to_have_attribute("aria-label", "2 plaatsen dicht bij elkaar, tonen")
    cluster.focus()
    made.page.keyboard.press("Enter")

    expect(made.page.locator(".leaflet-marker-icon:focus")).to_have_count(1)
    expect(made.page.locator(made.pin(1))).to_be_focused()


def test_sites_at_one_spot_are_fanned_out_by_keyboard(visit: Open) -> None:
    spot = [replace(few("Aa")[0], number=n, name=f"N{n}", approximate=True) for n in (1, 2, 3)]
    made = visit([*spot, *few("x", "y", "z", "Ver")[3:]])
    made.page.locator(".leaflet-marker-icon.cluster").focus()
    made.page.keyboard.press("Enter")

    expect(made.page.locator(made.pin(1))).to_be_focused()
    made.page.locator(made.pin(3)).focus()
    made.page.keyboard.press("Enter")
    expect(made.page.get_by_role("dialog", name="N3")).to_contain_text("Plaats bij benadering")


@pytest.mark.parametrize("calm", [True, False])
def test_hostile_names_are_shown_as_text(visit: Open, calm: bool) -> None:
    pins = [replace(pin, gemeente=HOSTILE, reason=HOSTILE) for pin in few(HOSTILE, "Bb")]
    made = visit(pins, calm=calm)
    made.page.locator(made.pin(1)).click()

    popup = made.page.locator(".leaflet-popup-content")
    expect(popup.get_by_role("link")).to_have_text(HOSTILE)
    expect(popup.locator("img, script")).to_have_count(0)
    assert made.page.title() == "Kaart"


def test_an_address_that_is_no_page_of_ours_is_no_link(visit: Open) -> None:
    pins = few("Aa", "Bb", "Cc")
    made = visit(
        [replace(pins[0], url="javascript:alert(1)"), replace(pins[1], url="//ver.example/"), pins[2]],
        calm=True,
    )
    for number, links in ((1, 0), (2, 0), (3, 1)):
        # By the keyboard: a popup that opens moves the map, and with it the next point away from a click.
        made.page.locator(made.pin(number)).press("Enter")
        expect(made.page.get_by_role("dialog", name=pins[number - 1].name)).to_be_visible()
        expect(made.page.locator(".leaflet-popup-content a[href]")).to_have_count(links)


def test_a_site_known_by_its_gemeente_only_looks_and_reads_otherwise(visit: Open) -> None:
    made = visit([few("Aa")[0], *few("x", "Bb", approximate=True)[1:]])

    expect(made.page.locator(made.pin(2))).to_have_class(re.compile("pin--approximate"))
    expect(made.page.locator(made.pin(2))).to_have_attribute(
        "aria-label", "2. Bb, Ieper (plaats bij benadering)"
    )
    expect(made.page.locator(made.pin(1))).to_have_attribute("aria-label", "1. Aa, Ieper")


def test_list_and_map_point_at_each_other(visit: Open) -> None:
    made = visit(few("Aa", "Bb"))
    marker, item = made.page.locator(made.pin(2)), made.page.locator("li[data-hit='2']")
    lit = re.compile(r"\bis-lit\b")
    item.get_by_role("link").focus()
    expect(marker).to_have_class(lit)
    marker.focus()
    expect(item).to_have_class(lit)
    expect(marker).not_to_have_class(lit)


def test_the_wheel_scrolls_the_page_until_the_visitor_is_in_the_map(visit: Open) -> None:
    made = visit(few("Aa", "Bb"), size=(1280, 500))
    made.page.locator(".folium-map").hover()
    first = made.page.locator(made.pin(2)).bounding_box()
    made.page.mouse.wheel(0, 120)
    made.page.wait_for_timeout(400)
    scrolled = made.page.evaluate("scrollY")
    made.page.evaluate("scrollTo(0, 0)")
    still = made.page.locator(made.pin(2)).bounding_box()
    made.page.locator(".folium-map").click(position={"x": 300, "y": 20})
    made.page.mouse.wheel(0, -120)
    made.page.wait_for_timeout(600)

    assert scrolled > 0
    assert still == first
    assert made.page.locator(made.pin(2)).bounding_box() != first


def test_controls_speak_dutch(visit: Open) -> None:
    page = visit(few("Aa", "Bb")).page

    expect(page.get_by_role("button", name="Inzoomen")).to_be_visible()
    expect(page.get_by_role("button", name="Uitzoomen")).to_be_visible()
    expect(page.get_by_role("group", name="Kaart met de resultaten")).to_be_visible()


def test_outlines_are_drawn_where_there_are_no_tiles(visit: Open) -> None:
    page = visit(few("Aa", "Bb")).page

    expect(page.locator("path.outline--provincie")).to_have_count(6)
    assert page.locator("path.outline--kanton").count() > 50
    names = page.locator(".outline-name--kanton").all_text_contents()
    assert len(names) == len(set(names))
    assert not [name for name in names if name[-1].isdigit()]
    expect(page.locator(".outline-name--provincie", has_text="Antwerpen")).to_have_count(1)


def test_borders_of_gemeenten_take_the_place_of_cantons(visit: Open) -> None:
    page = visit(few("Aa", "Bb"), ground=Ground(backdrop_url="/omtrek.json", borders_url="/omtrek.json")).page

    expect(page.locator("path.outline--kanton")).to_have_count(1)


def test_without_points_the_map_says_that_the_list_has_them(visit: Open) -> None:
    made = visit(few("Aa"), wait=False, broken=True)

    expect(made.page.locator("[data-map-failed]")).to_be_visible()
    # The browser itself reports the answer that the test asked for.
    made.faults = [fault for fault in made.faults if "503" not in fault]


def test_no_hit_with_a_place_is_said_in_words(visit: Open) -> None:
    page = visit([], wait=False).page

    expect(page.locator("[data-map-status]")).to_have_text(
        "Geen van deze organisaties heeft een plaats op de kaart."
    )


def test_without_script_the_page_is_its_list(browser: Browser) -> None:
    with site.served(site.build(few("Aa", "Bb"))) as url:
        page = browser.new_page(java_script_enabled=False)
        page.goto(f"{url}/kaart")

        expect(page.locator("li[data-hit]")).to_have_count(2)
        expect(page.locator("noscript p")).to_be_visible()
        expect(page.locator(".folium-map")).to_be_hidden()
        page.close()


def test_the_small_map_shows_its_own_points_without_asking_for_them(visit: Open) -> None:
    made = visit([replace(pin, url="") for pin in few("Noord", "Zuid")], small=True)
    made.page.locator(made.pin(1)).focus()
    made.page.keyboard.press("Enter")

    expect(made.page.get_by_role("dialog", name="Noord")).to_be_visible()
    expect(made.page.get_by_role("button", name="Sluiten")).to_be_focused()
