"""The client of every view test: it looks over each HTML page that any test fetches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

# Pages that stand in a frame of another site: they have a main, but not our header and footer.
BARE = ("/kaart/ingebed",)
# Only who logs in gets a cookie.
MAY_SET_COOKIES = ("/beheer",)
# What may stand before the heading in a title: a form with errors, and the same search as a map.
TITLE_PREFIX = re.compile(r"^(?:Fout|Kaart): ")
# So many words of the heading must open the title.
TITLE_WORDS = 4
# A POST that changes nothing and needs no login asks for no token: a token would need a cookie.
WRITES_NOTHING = ("/clausules/motivering.docx",)
# The secret link of a mail is its own token.
SECRET_LINKS = "/bevestigen/"
# The token of /beheer, or the signed stamp of a form for strangers.
TOKENS = "input[name=csrf_token][value], input[name=stempel][value]"
NAMED_INPUTS = "input, select, textarea"
NEEDS_NO_LABEL = {"hidden", "submit", "button", "reset", "image"}
RESOURCES = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "use": ("href",),
}
RESOURCE_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon"}
# Attributes that name the id of another element on the page.
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-errormessage")
CONTENT_POLICY = "Content-Security-Policy"
# What is another at every answer and says nothing of a page: tokens, nonces, numbers of requests.
ONCE = re.compile(r"[\w.-]{16,}|Content-Length: \d+")


class Page:
    """A page under audit, with what its answer said beside it."""

    def __init__(self, html: str, path: str, headers: Mapping[str, str]) -> None:
        self.path = path
        self.headers = headers
        self.soup = BeautifulSoup(html, "html.parser")
        # What a script fills in later is judged by axe in the browser.
        for template in self.soup.find_all("template"):
            template.decompose()

    @property
    def is_bare(self) -> bool:
        return self.path.startswith(BARE)

    def all(self, selector: str) -> list[Tag]:
        return list(self.soup.select(selector))


def shown(tag: Tag) -> str:
    """An element as it stands in the source, short enough for a message."""
    return str(tag).replace("\n", " ")[:120]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def name_of(page: Page, tag: Tag) -> str:
    """What a screen reader calls an element."""
    if label := str(tag.get("aria-label", "")).strip():
        return label
    pieces = [
        found.get_text(" ", strip=True)
        for key in str(tag.get("aria-labelledby", "")).split()
        if (found := page.soup.find(id=key))
    ]
    pieces += [tag.get_text(" ", strip=True), str(tag.get("title", ""))]
    pieces += [str(image.get("alt", "")) for image in tag.select("img[alt]")]
    pieces += [str(svg.get("aria-label", "")) for svg in tag.select("svg[aria-label]")]
    if tag.name == "input":
        pieces.append(str(tag.get("value", "")))
    return " ".join(pieces).strip()


def language(page: Page) -> Iterator[str]:
    html = page.soup.find("html")
    if not isinstance(html, Tag) or html.get("lang") != "nl":
        yield "the page does not say lang=nl"


def headings(page: Page) -> Iterator[str]:
    tops = page.all("h1")
    if len(tops) != 1:
        yield f"{len(tops)} h1 elements instead of one"
    level = 0
    for heading in page.all("h1, h2, h3, h4, h5, h6"):
        deeper = int(heading.name[1])
        if deeper > level + 1:
            yield f"heading order jumps from h{level} to {shown(heading)}"
        if not heading.get_text(strip=True):
            yield f"empty heading {shown(heading)}"
        level = deeper


def title(page: Page) -> Iterator[str]:
    titles = page.all("head > title")
    if len(titles) != 1 or not titles[0].get_text(strip=True):
        yield f"{len(titles)} titles instead of one"
        return
    text = TITLE_PREFIX.sub("", titles[0].get_text(" ", strip=True))
    heading = page.soup.find("h1")
    if not isinstance(heading, Tag):
        return
    wanted = words(heading.get_text(" ", strip=True))[:TITLE_WORDS]
    if words(text)[: len(wanted)] != wanted:
        yield f"the title {text!r} does not begin as the heading {heading.get_text(' ', strip=True)!r}"


def labels(page: Page) -> Iterator[str]:
    named = {label.get("for") for label in page.all("label[for]") if label.get_text(strip=True)}
    for field in page.all(NAMED_INPUTS):
        if field.get("type", "text") in NEEDS_NO_LABEL or field.get("id") in named:
            continue
        inside = field.find_parent("label")
        is_named = field.get("aria-label") or field.get("aria-labelledby") or field.get("title")
        if not is_named and not (inside and inside.get_text(strip=True)):
            yield f"no label for {shown(field)}"


def ids(page: Page) -> Iterator[str]:
    counted = Counter(str(tag["id"]) for tag in page.all("[id]"))
    yield from (f"id {key!r} stands {number} times" for key, number in counted.items() if number > 1)
    for attribute in REFERENCES:
        for tag in page.all(f"[{attribute}]"):
            for key in str(tag[attribute]).split():
                if key not in counted:
                    yield f"{attribute} names {key!r}, which is not on the page: {shown(tag)}"
    for tag in page.all("a[href^='#']"):
        key = str(tag["href"])[1:]
        if key and key not in counted:
            yield f"a link to #{key}, which is not on the page"


def landmarks(page: Page) -> Iterator[str]:
    if len(page.all("main")) != 1:
        yield f"{len(page.all('main'))} main elements instead of one"
    navigations = page.all("nav")
    if len(navigations) > 1:
        names = [str(nav.get("aria-label") or nav.get("aria-labelledby") or "") for nav in navigations]
        if "" in names or len(set(names)) < len(names):
            yield f"navigations without names of their own: {names}"
    if page.is_bare:
        return
    for element in ("header", "footer", "nav"):
        if not page.all(element):
            yield f"no {element}"
    first = page.soup.select_one("body a[href]")
    main = page.soup.select_one("main")
    if first is None or main is None or first.get("href") != f"#{main.get('id')}":
        yield "the first link does not lead to the content"


def nothing_inline(page: Page) -> Iterator[str]:
    """What the Content-Security-Policy would stop."""
    nonce = re.search(r"'nonce-([^']+)'", page.headers.get(CONTENT_POLICY, ""))
    for script in page.all("script:not([src])"):
        if nonce is None or script.get("nonce") != nonce[1]:
            yield f"inline script without the nonce: {shown(script)}"
    yield from (f"style attribute: {shown(tag)}" for tag in page.all("[style]"))
    yield from (f"style element: {shown(tag)}" for tag in page.all("style"))
    for tag in page.soup.find_all(True):
        yield from (f"handler {key}: {shown(tag)}" for key in tag.attrs if key.startswith("on"))
        if str(tag.get("href", "")).strip().lower().startswith("javascript:"):
            yield f"script in an address: {shown(tag)}"


def nothing_from_elsewhere(page: Page) -> Iterator[str]:
    for element, attributes in RESOURCES.items():
        for tag in page.all(element):
            for attribute in attributes:
                yield from _elsewhere(tag, str(tag.get(attribute, "")))
    for tag in page.all("link[href]"):
        if RESOURCE_LINKS & set(tag.get_attribute_list("rel")):
            yield from _elsewhere(tag, str(tag["href"]))


def _elsewhere(tag: Tag, address: str) -> Iterator[str]:
    if urlsplit(address).netloc:
        yield f"something from another site: {shown(tag)}"


def names(page: Page) -> Iterator[str]:
    yield from (f"no alt: {shown(image)}" for image in page.all("img:not([alt])"))
    for svg in page.all("svg"):
        is_named = svg.get("role") == "img" and (svg.get("aria-label") or svg.get("aria-labelledby"))
        if (
            not is_named
            and svg.get("aria-hidden") != "true"
            and not svg.find_parent(attrs={"aria-hidden": "true"})
        ):
            yield f"a drawing that is neither named nor hidden: {shown(svg)}"
    for tag in page.all("button, input[type=submit], a[href], summary, [role=button], iframe"):
        if not name_of(page, tag):
            yield f"no name: {shown(tag)}"
    for tag in page.all("a a, a button, button a, label label, button button"):
        yield f"one control inside another: {shown(tag)}"
    for tag in page.all("li"):
        if tag.parent is None or tag.parent.name not in ("ul", "ol", "menu"):
            yield f"a list item outside a list: {shown(tag)}"


def forms(page: Page) -> Iterator[str]:
    for form in page.all("form"):
        is_posted = str(form.get("method", "get")).lower() == "post"
        action = str(form.get("action", ""))
        needs_token = is_posted and action not in WRITES_NOTHING and not action.startswith(SECRET_LINKS)
        if needs_token and not form.select(TOKENS):
            yield f"a form that writes, without a token: {shown(form)}"
        if urlsplit(str(form.get("action", ""))).netloc:
            yield f"a form that sends to another site: {shown(form)}"


def leftovers(page: Page) -> Iterator[str]:
    """Signs of a template or a programme that shows itself."""
    for text in page.soup.find_all(string=True):
        if isinstance(text.parent, Tag) and text.parent.name in ("script", "template"):
            continue
        for sign in ("{{", "{%", "Traceback (most", "<built-in", "object at 0x"):
            if sign in text:
                yield f"{sign!r} shows on the page"
        if text.strip() in ("None", "Undefined", "True", "False"):
            yield f"{text.strip()!r} shows in {shown(text.parent) if text.parent else ''}"
    viewport = page.soup.select_one("meta[name=viewport]")
    if viewport is None or re.search(r"user-scalable\s*=\s*no|maximum-scale", str(viewport.get("content"))):
        yield "no viewport that lets people zoom"


def headers(page: Page) -> Iterator[str]:
    policy = page.headers.get(CONTENT_POLICY, "")
    for rule in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'"):
        if rule not in policy:
            yield f"the content policy lacks {rule}"
    if "unsafe" in policy:
        yield f"an unsafe content policy: {policy}"
    if page.headers.get("X-Content-Type-Options") != "nosniff":
        yield "no X-Content-Type-Options"
    if "Referrer-Policy" not in page.headers:
        yield "no Referrer-Policy"
    frames = "frame-ancestors *" if page.is_bare else "frame-ancestors 'none'"
    if frames not in policy:
        yield f"the content policy does not say {frames}"
    if page.path.startswith("/beheer") and page.headers.get("Cache-Control") != "no-store":
        yield "a page of /beheer that a browser may keep"
    if "Set-Cookie" in page.headers and not page.path.startswith(MAY_SET_COOKIES):
        yield f"a cookie for a visitor: {page.headers['Set-Cookie']}"


CHECKS: tuple[Callable[[Page], Iterator[str]], ...] = (
    language, headings, title, labels, ids, landmarks, nothing_inline, nothing_from_elsewhere,
    names, forms, leftovers, headers,
)  # fmt: skip


def faults(page: Page) -> list[str]:
    """Everything that is wrong with a page."""
    return [fault for check in CHECKS for fault in check(page)]


def links(page: Page) -> set[str]:
    """The other paths on this site that the page links to, without their query."""
    found = set()
    for tag in page.all("a[href], area[href], form[action]"):
        parts = urlsplit(urljoin(f"http://localhost{page.path}", str(tag.get("href") or tag.get("action"))))
        is_posted = tag.name == "form" and str(tag.get("method", "get")).lower() == "post"
        if parts.scheme in ("http", "https") and parts.netloc == "localhost" and not is_posted:
            found.add(parts.path)
    return found - {page.path}


class AuditingClient(FlaskClient):
    """A client whose every HTML answer is looked over; a fault fails the test that fetched it."""

    # Links that answered once, in any test: most pages share their menu and footer.
    answered: ClassVar[set[str]] = set()
    # What was looked over and found sound, in any test: the page of the log-in comes by in most of them.
    sound: ClassVar[set[int]] = set()

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # A test may stand in an app context; the site never does, so each request gets its own.
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.request.method != "HEAD":
            self.audit(response)
        return response

    def audit(self, response: TestResponse) -> None:
        # A redirect has no page of its own.
        if response.status_code in (301, 302, 303, 304, 307, 308):
            return
        path = response.request.path
        seen = hash(ONCE.sub("", f"{path} {response.status_code} {response.headers} {response.text}"))
        if seen in self.sound:
            return
        page = Page(response.text, path, dict(response.headers))
        linked = links(page)
        found = faults(page) + dead_links(self.application, linked - self.answered)
        asked = f"{response.request.method} {path} ({response.status_code})"
        assert not found, "\n  ".join([asked, *found])
        self.answered.update(linked)
        self.sound.add(seen)


def dead_links(app: Flask, paths: set[str]) -> list[str]:
    """Those of these paths that the site does not know, or that break it."""
    visitor = FlaskClient(app, app.response_class, use_cookies=False)
    dead = []
    for path in sorted(paths):
        with app.app_context():
            code = visitor.get(path).status_code
        if code == 404 or code >= 500:
            dead.append(f"the link to {path} answers {code}")
    return dead
