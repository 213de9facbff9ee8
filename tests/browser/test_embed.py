"""The frame on a page of another site, under the strictest policy that such a page can have."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, FrameLocator, Page, ViewportSize, expect

from tests.browser.conftest import PHONE, STEP_MS, WIDE, Opener, Site

pytestmark = pytest.mark.browser

FILTER = "regio=westhoek&dienst=groenonderhoud"
HEIGHT = 480
EMPTY_ICON = '<link rel="icon" href="data:,">'
# Says that it is 2222 pixels high, as our frame would.
LIAR = "<!doctype html><script>parent.postMessage({kind: 'catalogus-hoogte', height: 2222}, '*')</script>"


class Host:
    """Another site on loopback, under another name than ours: each path is a page with a policy."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pages: dict[str, tuple[str, str]] = {}

    def put(self, path: str, body: str, policy: str) -> str:
        """Keep a page; gives its address."""
        head = f'<!doctype html><html lang="nl"><title>Gemeente</title>{EMPTY_ICON}<h1>Gemeente</h1>'
        self.pages[path] = (head + body, policy)
        return self.url + path


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, policy = made.pages.get(self.path, ("", ""))
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # Another host name, so another site to the browser, and not only another port.
    made = Host(f"http://localhost:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


Visit = Callable[..., Page]


@contextmanager
def windows_of_others(browser: Browser, site: Site, host: Host) -> Iterator[Visit]:
    """What opens pages of the other site; nothing may go wrong in any, and no request leaves the two."""
    faults: list[str] = []
    contexts = []
    known = {urlsplit(site.url).netloc, urlsplit(host.url).netloc}

    def visit(address: str, *, size: tuple[int, int] = WIDE) -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="nl-BE")
        contexts.append(context)
        context.set_default_timeout(STEP_MS)
        page = context.new_page()
        page.on(
            "console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda one: faults.append(one.url) if netloc(one.url) not in known else None)
        page.goto(address)
        return page

    try:
        yield visit
    finally:
        for context in contexts:
            context.close()
    assert not faults, "\n".join(faults)


def netloc(url: str) -> str:
    return urlsplit(url).netloc


@pytest.fixture
def visit(browser: Browser, site: Site, host: Host) -> Iterator[Visit]:
    with windows_of_others(browser, site, host) as opener:
        yield opener


@pytest.fixture
def codes(opened: Opener) -> Callable[..., tuple[str, str]]:
    """The frame and the script as the generator gives them."""

    def read(query: str = FILTER, view: str = "lijst") -> tuple[str, str]:
        page = opened(f"/kaart/insluiten?{query}&weergave={view}&hoogte={HEIGHT}")
        return page.locator("#code-kader").inner_text(), page.locator("#code-hoogte").inner_text()

    return read


def inner(page: Page, place: int = 0) -> Frame:
    """The page in a frame of the other site, once it is there."""
    expect(page.frame_locator("iframe").nth(place).locator("main")).to_be_visible()
    return page.frames[1 + place]


def content_height(frame: Frame) -> int:
    return int(frame.evaluate("Math.ceil(document.querySelector('main').getBoundingClientRect().height)"))


def expect_to_fit(page: Page, place: int = 0) -> int:
    """The frame is as high as what stands in it; gives that height."""
    frame = inner(page, place)
    page.wait_for_function(
        """([place, height]) => {
            const frame = document.querySelectorAll("iframe")[place];
            return frame.height !== String(height);
        }""",
        arg=[place, HEIGHT],
    )
    expect(page.locator("iframe").nth(place)).to_have_attribute("height", str(content_height(frame)))
    assert frame.evaluate("document.documentElement.scrollHeight <= innerHeight")
    return content_height(frame)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("view", ["kaart", "lijst"])
def test_the_height_follows_under_the_strictest_policy(
    visit: Visit,
    codes: Callable[..., tuple[str, str]],
    site: Site,
    host: Host,
    view: str,
    size: tuple[int, int],
) -> None:
    policy = f"default-src 'none'; img-src data:; frame-src {site.url}; script-src {site.url}"
    page = visit(host.put("/streng", "".join(codes(view=view)), policy), size=size)
    low = expect_to_fit(page)

    assert low > HEIGHT
    if view == "kaart":
        framed = page.frame_locator("iframe")
        expect(framed.locator(".leaflet-marker-icon").first).to_be_visible()
        framed.locator("summary").click()
        page.wait_for_function("low => Number(document.querySelector('iframe').height) > low", arg=low)
        high = expect_to_fit(page)
        framed.locator("summary").click()
        page.wait_for_function("high => Number(document.querySelector('iframe').height) < high", arg=high)
        assert abs(expect_to_fit(page) - low) < 20


@pytest.mark.parametrize("view", ["kaart", "lijst"])
def test_without_leave_for_scripts_the_frame_keeps_its_height_and_scrolls(
    visit: Visit, codes: Callable[..., tuple[str, str]], site: Site, host: Host, view: str
) -> None:
    frame_code, _ = codes(view=view)
    page = visit(host.put("/kaal", frame_code, f"default-src 'none'; img-src data:; frame-src {site.url}"))
    frame = inner(page)

    assert page.locator("iframe").get_attribute("height") == str(HEIGHT)
    frame.evaluate("scrollTo(0, 1e6)")
    assert frame.evaluate("scrollY") > 0
    expect(page.frame_locator("iframe").get_by_role("link", name="Alles bekijken")).to_be_in_viewport()
    if view == "kaart":
        expect(page.frame_locator("iframe").locator(".leaflet-marker-icon").first).to_be_visible()


def test_each_frame_gets_its_own_height(
    visit: Visit, codes: Callable[..., tuple[str, str]], host: Host
) -> None:
    few, script = codes("q=hydranten")
    many, _ = codes("regio=westhoek")
    page = visit(host.put("/twee", few + many + script, ""))

    assert expect_to_fit(page, 0) < expect_to_fit(page, 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_past_the_end_is_bare_and_leads_back_in_the_frame(
    browser: Browser, codes: Callable[..., tuple[str, str]], host: Host, scheme: Literal["light", "dark"]
) -> None:
    frame_code, script = codes(FILTER)
    shrunk = frame_code.replace("weergave=lijst", "weergave=lijst&amp;pagina=900")
    assert shrunk != frame_code
    size: ViewportSize = {"width": PHONE[0], "height": PHONE[1]}
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="nl-BE")
    page = context.new_page()
    page.goto(host.put("/gekrompen", shrunk + script, ""))
    framed = page.frame_locator("iframe")
    expect(framed.get_by_role("heading", name="Deze bladzijde is er niet meer")).to_be_visible()
    assert expect_to_fit(page) < HEIGHT
    alone = context.new_page()
    alone.goto(inner(page).url)
    found = Axe().run(alone)
    assert not found.response["violations"], found.generate_report()
    assert alone.evaluate("document.documentElement.scrollWidth <= innerWidth")

    framed.get_by_role("link", name="Ga naar het begin").click()
    expect(framed.locator("[data-hit]").first).to_have_attribute("data-hit", "1")
    assert set(urlsplit(page.frames[1].url).query.split("&")) == {*FILTER.split("&"), "weergave=lijst"}
    assert page.url.startswith(host.url)
    context.close()


def test_another_site_cannot_set_the_height_of_a_frame(
    visit: Visit, codes: Callable[..., tuple[str, str]], host: Host
) -> None:
    frame_code, script = codes()
    host.pages["/leugen"] = (LIAR, "")
    page = visit(host.put("/gevaar", frame_code + script, ""))
    height = str(expect_to_fit(page))
    page.evaluate("addEventListener('message', (event) => (window.heard = event.data.height))")
    # The frame is led elsewhere: it is still the element that we gave a height, but no longer us.
    page.evaluate("document.querySelector('iframe').contentWindow.location = '/leugen'")
    page.wait_for_function("window.heard === 2222")

    assert page.locator("iframe").get_attribute("height") == height


@pytest.mark.parametrize("said", ["-1", "0", "1.5", "1e9", "'12'", "null", "undefined", "NaN", "[]"])
def test_a_height_that_is_none_changes_nothing(opened: Opener, said: str) -> None:
    page = opened("/kaart/insluiten?weergave=lijst")
    source = page.locator("#code-hoogte").inner_text()
    address = re.findall(r'src="([^"]+)"', source)[0]
    frame = inner(page)
    page.add_script_tag(url=address)
    page.wait_for_function("document.querySelector('iframe').height !== '760'")
    height = page.locator("iframe").get_attribute("height")
    page.evaluate("addEventListener('message', () => (window.heard = true))")
    frame.evaluate(f"parent.postMessage({{kind: 'catalogus-hoogte', height: {said}}}, '*')")
    page.wait_for_function("window.heard")

    assert page.locator("iframe").get_attribute("height") == height


def test_a_click_leaves_the_frame_and_a_page_of_the_list_does_not(
    visit: Visit, codes: Callable[..., tuple[str, str]], site: Site, host: Host
) -> None:
    frame_code, _ = codes("regio=westhoek")
    page = visit(host.put("/klik", frame_code, ""))
    framed: FrameLocator = page.frame_locator("iframe")
    framed.get_by_role("link", name="Volgende").click()
    expect(framed.locator("[data-hit]").first).to_have_attribute("data-hit", "21")
    assert "regio=westhoek" in page.frames[1].url
    assert page.url.startswith(host.url)

    framed.locator("[data-hit] h3 a").first.click()
    page.wait_for_url(f"{site.url}/organisaties/*")


def test_a_popup_of_the_map_leaves_the_frame_too(
    visit: Visit, codes: Callable[..., tuple[str, str]], site: Site, host: Host
) -> None:
    frame_code, _ = codes("gemeente=ieper&dienst=groenonderhoud", "kaart")
    page = visit(host.put("/wolk", frame_code, ""))
    framed = page.frame_locator("iframe")
    framed.locator(".map__frame .pin").first.click()
    framed.locator(".leaflet-popup a[href^='/organisaties/']").click()

    page.wait_for_url(f"{site.url}/organisaties/*")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("view", ["kaart", "lijst"])
def test_the_frame_is_accessible_and_keeps_nothing(
    visit: Visit, codes: Callable[..., tuple[str, str]], host: Host, view: str, size: tuple[int, int]
) -> None:
    frame_code, _ = codes(view=view)
    page = visit(host.put("/toegang", frame_code, ""), size=size)
    frame = inner(page)
    if view == "kaart":
        expect(page.frame_locator("iframe").locator(".leaflet-marker-icon").first).to_be_visible()
        page.frame_locator("iframe").locator("summary").click()
    results = Axe().run(frame)

    assert results.violations_count == 0, results.generate_report()
    assert frame.evaluate("document.documentElement.lang") == "nl"
    assert frame.title()
    assert page.context.cookies() == []
    assert not frame.child_frames
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Chromium lets no frame of another site keep anything; alone, where it could, it keeps nothing either.
    page.goto(frame.url)
    expect(page.locator("main")).to_be_visible()
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert page.context.cookies() == []


def test_a_choice_changes_the_example_and_the_code_at_once(opened: Opener) -> None:
    page = opened("/kaart/insluiten?weergave=lijst", permissions=["clipboard-read", "clipboard-write"])
    before = inner(page).url
    page.get_by_label("Groenonderhoud").first.check()
    expect(page.locator("iframe")).to_have_attribute("src", re.compile("dienst=groenonderhoud"))
    page.get_by_label("Gemeente of regio toevoegen").fill("Ieper")
    page.get_by_label("Hoogte").fill("520")
    page.get_by_label("Hoogte").blur()
    expect(page.locator("iframe")).to_have_attribute("height", "520")
    expect(page.locator("iframe")).to_have_attribute("src", re.compile("gemeente=ieper"))
    expect(page.get_by_label("Gemeente of regio toevoegen")).to_have_value("")
    expect(page.get_by_role("checkbox", name=re.compile("^Ieper"))).to_be_checked()

    page.get_by_role("button", name="Kopieer de code").click()
    expect(page.get_by_text("De code is gekopieerd.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#code-kader").inner_text()
    assert "dienst=groenonderhoud&amp;gemeente=ieper" in copied
    assert 'height="520"' in copied
    assert inner(page).url != before


def test_the_page_that_makes_a_frame_works_without_script(site: Site, browser: Browser) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/kaart/insluiten")
    page.get_by_label("Alleen de lijst").check()
    page.get_by_label("Gemeente of regio toevoegen").fill("Westhoek")
    page.get_by_role("button", name="Toon het voorbeeld en de code").click()

    assert "regio=westhoek&amp;weergave=lijst" in page.locator("#code-kader").inner_text()
    expect(page.frame_locator("iframe").locator("[data-hit]").first).to_be_visible()
    expect(page.get_by_role("checkbox", name=re.compile("^Westhoek"))).to_be_checked()
    context.close()
