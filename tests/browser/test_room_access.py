"""Every page of /beheer, also one that is made later: axe at two widths and in both schemes, the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from catalogue.config import Settings
from catalogue.data.manual import manual
from tests.browser.conftest import PHONE, WIDE, Opener, Site, Watched, running, windows
from tests.browser.entering import log_in
from tests.browser.pictures import FOLDER, MAX_BYTES, WIDTH
from tests.browser.room_made import Made, everything
from tests.browser.test_access import NARROWEST, assert_accessible, assert_no_sideways_scroll
from tests.builders import app_with

pytestmark = pytest.mark.browser

WORDS = "/beheer/woordenlijst"
FIGURES = "/beheer/cijfers"
# endpoint → addresses that show what it can show; {names} are those of room_made. A new page needs a line.
EXAMPLES: dict[str, tuple[str, ...]] = {
    "curation.desk": ("/beheer",),
    "curation.entries": (
        "/beheer/organisaties",
        "/beheer/organisaties?q=wilgen",
        "/beheer/organisaties?q=xyzzy&van=mij",
    ),
    "curation.new_entry": ("/beheer/organisaties/nieuw",),
    "curation.edit_entry": (
        "/beheer/organisaties/{entry}/bewerken",
        "/beheer/organisaties/{draft}/bewerken",
        "/beheer/organisaties/{archived}/bewerken",
    ),
    "curation.entry_history": (
        "/beheer/organisaties/{entry}/geschiedenis",
        "/beheer/organisaties/{draft}/geschiedenis",
    ),
    "curation.erase_from_history": ("/beheer/organisaties/{entry}/geschiedenis/wissen",),
    "curation.proposals": ("/beheer/voorstellen", "/beheer/voorstellen?toon=beslist"),
    "curation.proposal": (
        "/beheer/voorstellen/{proposal}",
        "/beheer/voorstellen/{proposed_new}",
        "/beheer/voorstellen/{proposed_words}",
        "/beheer/voorstellen/{proposed_end}",
        "/beheer/voorstellen/{decided}",
    ),
    "curation.freshness": (
        "/beheer/versheid",
        "/beheer/versheid?toon=gevraagd",
        "/beheer/versheid?toon=zonder-mailbox",
    ),
    "curation.uploads": ("/beheer/import",),
    "curation.upload": (
        "/beheer/import/{asked}",
        "/beheer/import/{doubts}",
        "/beheer/import/{doubts}?toon=geweigerd",
        "/beheer/import/{applied}",
        "/beheer/import/{undone}",
        "/beheer/import/{failed}",
        "/beheer/import/{broken}",
        "/beheer/import/{working}",
    ),
    "curation.upload_undo_": ("/beheer/import/{applied}/ongedaan",),
    "curation.vocabulary": (WORDS, f"{WORDS}?q=xyzzy"),
    "curation.service_new": (f"{WORDS}/nieuw",),
    "curation.service_edit": (f"{WORDS}/dienst/groenonderhoud",),
    "curation.service_merge": (
        f"{WORDS}/dienst/groenonderhoud/samenvoegen",
        f"{WORDS}/dienst/groenonderhoud/samenvoegen?met=natuurbeheer",
    ),
    "curation.service_remove": (f"{WORDS}/dienst/groenonderhoud/verwijderen",),
    "curation.service_history": (f"{WORDS}/dienst/strijk/geschiedenis",),
    "curation.change_done": (f"{WORDS}/gedaan/{{done}}",),
    "curation.category_list": (f"{WORDS}/categorieen",),
    "curation.free_word_list": (f"{WORDS}/woorden",),
    "curation.free_word_page": (
        f"{WORDS}/woord?woord=lampen+ophangen",
        f"{WORDS}/woord?woord=lampen+ophangen&dienst=strijk&synoniem=ja",
    ),
    "curation.mapping_list": (f"{WORDS}/onthouden",),
    "curation.texts": ("/beheer/teksten",),
    "curation.text": ("/beheer/teksten/pagina:over-uitbater", "/beheer/teksten/clausule:uurkost"),
    "curation.manual": ("/beheer/handleiding",),
    "curation.figures": (FIGURES, f"{FIGURES}?regio=westhoek"),
    "curation.gaps": (
        f"{FIGURES}/gaten?regio=westhoek&apart=1",
        f"{FIGURES}/gaten?regio=westhoek&kolommen=diensten",
        f"{FIGURES}/gaten?regio=vlaanderen&kolommen=diensten",
    ),
    "curation.gap_map": (f"{FIGURES}/gaten/kaart?regio=westhoek&wat=diensten:catering",),
    "curation.activities": (
        f"{FIGURES}/acties?jaar={{year}}",
        f"{FIGURES}/acties?jaar={{year}}&verwijderd={{gone}}",
    ),
    "curation.activity_new": (f"{FIGURES}/acties/nieuw",),
    "curation.activity": (f"{FIGURES}/acties/{{activity}}",),
    "curation.post": ("/beheer/post",),
    "curation.account_list": ("/beheer/accounts",),
    "curation.account_new": ("/beheer/accounts/nieuw",),
    "curation.account_edit": (
        "/beheer/accounts/{account}",
        "/beheer/accounts/{careful_id}",
        "/beheer/accounts/{closed}",
    ),
    "curation.own_account": ("/beheer/account",),
    "curation.own_password": ("/beheer/account/wachtwoord",),
    "curation.own_second_step": ("/beheer/account/tweede-stap",),
}
# Pages for who is not logged in yet; that of the code only after a password.
BEFORE: dict[str, tuple[str, ...]] = {
    "curation.login": ("/beheer/aanmelden",),
    "curation.login_code": ("/beheer/aanmelden/code",),
    "curation.forgotten": ("/beheer/wachtwoord-vergeten",),
    "curation.set_password": ("/beheer/wachtwoord/{link}", "/beheer/wachtwoord/onzin"),
}
# What is no page: files, and what a script asks.
OTHERS: dict[str, tuple[str, str]] = {
    "curation.figure_file": (f"{FIGURES}/tabellen.xlsx", "spreadsheetml"),
    "curation.gap_file": (f"{FIGURES}/gaten.xlsx?regio=westhoek", "spreadsheetml"),
    "curation.report": (f"{FIGURES}/verslag", "wordprocessingml"),
    "curation.upload_progress_": ("/beheer/import/{doubts}/voortgang", "json"),
}
# The rules of axe that look at colours: all that another scheme changes.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# All that Tab should reach; of a group of radio buttons one.
TABBABLE = """() => {
  const groups = new Set();
  const shown = element => element.type !== "hidden" && element.checkVisibility({visibilityProperty: true});
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter(element => !element.disabled && element.tabIndex >= 0 && shown(element))
    .filter(element => {
      if (element.type !== "radio") return true;
      const group = `${element.form?.action} ${element.name}`;
      return !groups.has(group) && groups.add(group);
    })
    .map(element => (element.dataset.tabTest = "x", element)).length;
}"""
FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  element.dataset.tabSeen = "x";
  return {
    what: element.outerHTML.slice(0, 120),
    first: element.matches(".skip"),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
MISSED = """() => [...document.querySelectorAll("[data-tab-test]")]
  .filter(element => !element.dataset.tabSeen && element.type !== "radio")
  .map(element => element.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own; it may mail links, to a server that nobody asks for."""
    mail = {"CATALOGUE_MAIL_HOST": "127.0.0.1", "CATALOGUE_MAIL_PORT": "1"}
    with running(tmp_path_factory.mktemp("room"), CATALOGUE_URL="{url}", **mail) as one:
        yield one


@pytest.fixture(scope="module")
def made(site: Site) -> Iterator[Made]:
    with everything(site) as one:
        yield one


@pytest.fixture(scope="module")
def opener(site: Site, browser: Browser) -> Iterator[tuple[Opener, Watched]]:
    with windows(site, browser) as both:
        yield both


@pytest.fixture(scope="module")
def room(opener: tuple[Opener, Watched], made: Made) -> Page:
    """A window in which a beheerder is logged in."""
    page = opener[0]("/beheer/aanmelden", expected=("410",))
    log_in(page, str(made["beheerder"]))
    page.wait_for_url("**/beheer")
    return page


@pytest.fixture(scope="module")
def stranger(opener: tuple[Opener, Watched], made: Made) -> Page:
    """A window in which somebody gave a password, and a code not yet."""
    page = opener[0]("/beheer/aanmelden", expected=("410",))
    log_in(page, str(made["careful"]))
    expect(page.get_by_role("heading", level=1)).to_have_text("Nog één stap")
    return page


@pytest.fixture(autouse=True)
def nothing_goes_wrong(opener: tuple[Opener, Watched]) -> Iterator[None]:
    """No window complains in its console or asks another site."""
    yield
    faults, opener[1].faults = opener[1].faults, []
    assert not faults, "\n".join(faults)


def assert_sound(page: Page, address: str) -> None:
    """No violation at two widths in two schemes, nothing sideways, all of it within reach of Tab."""
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.goto(address)
    for size in (WIDE, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert_no_sideways_scroll(page)
        page.emulate_media(color_scheme="light")
        assert_accessible(page)
        page.emulate_media(color_scheme="dark")
        found = Axe().run(page, options=COLOURS)
        assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
    assert_no_sideways_scroll(page)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.emulate_media(color_scheme="light")
    assert_within_reach(page)


def assert_within_reach(page: Page) -> None:
    """Tab comes by everything that one can use, and shows where it is."""
    page.goto(page.url)
    number = page.evaluate(TABBABLE)
    for step in range(number * 2 + 20):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        # After the last Tab goes to the window of the browser, and from there to the first.
        if focused is None or (step and focused["first"]):
            break
        assert focused["ring"], f"no ring: {focused['what']}"
        assert focused["seen"], f"out of sight: {focused['what']}"
    else:
        pytest.fail("Tab does not come to the end of the page")
    assert page.evaluate(MISSED) == []


def get_routes(app: Flask) -> set[str]:
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/beheer") and "GET" in (rule.methods or set())
    }


def test_every_page_of_the_room_has_an_example(site: Site) -> None:
    with app_with(Settings.from_environment(site.environment)) as app:
        assert get_routes(app) == {*EXAMPLES, *BEFORE, *OTHERS}
        adapter = app.url_map.bind("localhost")
        for endpoint, addresses in (EXAMPLES | BEFORE).items():
            for address in addresses:
                plain = address.partition("?")[0].replace("{link}", "x")
                path = "/".join("1" if part.startswith("{") else part for part in plain.split("/"))
                assert adapter.match(path)[0] == endpoint, address


@pytest.mark.parametrize("endpoint", EXAMPLES)
def test_a_page_of_the_room_is_sound(room: Page, made: Made, endpoint: str) -> None:
    for address in EXAMPLES[endpoint]:
        assert_sound(room, address.format(**made))


@pytest.mark.parametrize("endpoint", BEFORE)
def test_a_page_before_the_room_is_sound(stranger: Page, made: Made, endpoint: str) -> None:
    for address in BEFORE[endpoint]:
        assert_sound(stranger, address.format(**made))


@pytest.mark.parametrize("endpoint", OTHERS)
def test_what_is_no_page_is_what_it_says(room: Page, made: Made, endpoint: str) -> None:
    address, kind = OTHERS[endpoint]
    answer = room.request.get(address.format(**made))
    assert answer.status == 200
    assert kind in answer.headers["content-type"]


def test_an_entry_is_edited_with_the_keyboard_alone(room: Page, made: Made) -> None:
    room.goto(f"/beheer/organisaties/{made['draft']}/bewerken")
    room.get_by_role("button", name="Vestiging toevoegen").focus()
    room.keyboard.press("Enter")
    expect(room.get_by_label("Naam van de vestiging").last).to_be_focused()
    room.keyboard.type("Tweede huis")
    gone = room.locator("[data-row='sites-1']").get_by_role("button", name="Neem weg")
    gone.focus()
    room.keyboard.press("Enter")
    # What was taken away comes back with the button that has the focus then.
    room.keyboard.press("Enter")
    expect(room.get_by_label("Naam van de vestiging").last).to_have_value("Tweede huis")
    room.locator("[data-row='offers-0'] > summary").focus()
    room.keyboard.press("Enter")
    expect(room.locator("[data-row='offers-0']").get_by_label("Dienst", exact=True)).to_be_visible()


def test_the_manual_shows_each_picture_that_it_names(room: Page) -> None:
    room.goto("/beheer/handleiding")
    named = {one.beeld: one.bijschrift for one in manual() if one.beeld}
    pictures = room.locator(".manual img")
    expect(pictures).to_have_count(len(named))
    for one in pictures.all():
        one.scroll_into_view_if_needed()
        expect(one).to_have_js_property("complete", True)
        name = str(one.get_attribute("src")).partition("?")[0].rsplit("/", 1)[1]
        assert one.get_attribute("alt") == named[name]
        assert 0 < one.evaluate("image => image.naturalWidth") <= WIDTH
        assert (FOLDER / name).stat().st_size <= MAX_BYTES
