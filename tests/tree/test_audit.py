"""The page audit itself: a sound page passes, and every fault it knows is seen."""

from __future__ import annotations

import pytest

from tests.audit import Page, faults, links

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'nonce-abc'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
SOUND = """<!doctype html>
<html lang="nl"><head><meta name="viewport" content="width=device-width"><title>Zoeken – Site</title>
<link rel="stylesheet" href="/bestand/site.css"><script src="/bestand/site.js"></script></head>
<body><a href="#inhoud">Naar de inhoud</a>
<header><nav aria-label="Hoofdmenu"><a href="/kaart">Kaart</a></nav></header>
<main id="inhoud"><h1>Zoeken</h1><h2>Resultaten</h2>
<form><label for="q">Wat zoekt u?</label><input id="q" name="q"><button>Zoeken</button></form>
<p>Tekst.</p><ul><li>Een</li></ul></main><footer>Voet</footer></body></html>"""

FAULTS = [
    ('lang="nl"', 'lang="en"', "lang=nl"),
    ("<h1>Zoeken</h1>", "<p>Zoeken</p>", "0 h1 elements"),
    ("<p>Tekst.</p>", "<h1>Zoeken</h1>", "2 h1 elements"),
    ("<p>Tekst.</p>", "<h4>Diep</h4>", "heading order jumps"),
    ("<h2>Resultaten</h2>", "<h2></h2>", "empty heading"),
    ("<title>Zoeken – Site</title>", "", "0 titles"),
    ("<title>Zoeken – Site</title>", "<title>Site</title>", "does not begin as the heading"),
    ('<label for="q">Wat zoekt u?</label>', "", "no label for"),
    ('<label for="q">', '<label for="x">', "'x', which is not on the page"),
    ("<p>Tekst.</p>", '<p id="q">Tekst.</p>', "id 'q' stands 2 times"),
    ("<p>Tekst.</p>", '<p aria-describedby="weg">Tekst.</p>', "'weg', which is not on the page"),
    ("<p>Tekst.</p>", '<a href="#weg">Weg</a>', "a link to #weg"),
    ("<main", "<div", "0 main elements"),
    ("<p>Tekst.</p>", '<nav><a href="/x">X</a></nav>', "without names of their own"),
    ("<footer>Voet</footer>", "", "no footer"),
    ('<a href="#inhoud">Naar de inhoud</a>', "", "first link does not lead to the content"),
    ("<p>Tekst.</p>", "<script>x()</script>", "inline script without the nonce"),
    ("<p>Tekst.</p>", '<script nonce="oud">x()</script>', "inline script without the nonce"),
    ("<p>Tekst.</p>", '<p style="color:red">Tekst.</p>', "style attribute"),
    ("<p>Tekst.</p>", "<style>p {}</style>", "style element"),
    ("<p>Tekst.</p>", '<p onclick="x()">Tekst.</p>', "handler onclick"),
    ("<p>Tekst.</p>", '<a href="javascript:x()">Tekst.</a>', "script in an address"),
    ('href="/bestand/site.css"', 'href="https://elders.example/site.css"', "from another site"),
    ('src="/bestand/site.js"', 'src="//elders.example/site.js"', "from another site"),
    ("<p>Tekst.</p>", '<img src="/x.png">', "no alt"),
    ("<p>Tekst.</p>", "<svg></svg>", "neither named nor hidden"),
    ("<button>Zoeken</button>", "<button></button>", "no name"),
    ("<p>Tekst.</p>", '<a href="/x"><button>X</button></a>', "one control inside another"),
    ("<p>Tekst.</p>", "<li>Los</li>", "outside a list"),
    ("<form>", '<form method="post">', "without a token"),
    ("<form>", '<form action="https://elders.example/">', "sends to another site"),
    ("<p>Tekst.</p>", "<p>{{ naam }}</p>", "'{{' shows"),
    ("<p>Tekst.</p>", "<p>None</p>", "'None' shows"),
    ('content="width=device-width"', 'content="user-scalable=no"', "zoom"),
]


def test_a_sound_page_passes() -> None:
    assert faults(Page(SOUND, "/zoeken", HEADERS)) == []


@pytest.mark.parametrize(("sound", "broken", "message"), FAULTS)
def test_every_fault_of_a_page_is_seen(sound: str, broken: str, message: str) -> None:
    assert sound in SOUND
    found = faults(Page(SOUND.replace(sound, broken, 1), "/zoeken", HEADERS))

    assert any(message in fault for fault in found), found


@pytest.mark.parametrize(
    ("path", "changed", "message"),
    [
        ("/zoeken", {"Content-Security-Policy": ""}, "the content policy lacks default-src 'self'"),
        ("/zoeken", {"Content-Security-Policy": "script-src 'unsafe-inline'"}, "an unsafe content policy"),
        ("/zoeken", {"X-Content-Type-Options": ""}, "no X-Content-Type-Options"),
        ("/zoeken", {"Set-Cookie": "a=b"}, "a cookie for a visitor"),
        ("/beheer", {"Cache-Control": "no-cache"}, "that a browser may keep"),
        ("/kaart/ingebed", {}, "frame-ancestors *"),
    ],
)
def test_every_fault_of_the_headers_is_seen(path: str, changed: dict[str, str], message: str) -> None:
    found = faults(Page(SOUND, path, HEADERS | changed))

    assert any(message in fault for fault in found), found


def test_links_are_paths_of_this_site_without_their_query() -> None:
    html = """<a href="/kaart?q=x#y">a</a><a href="ieper">b</a><a href="https://elders.example/x">c</a>
    <a href="mailto:a@b.be">d</a><form action="/zoeken"></form><form method="post" action="/weg"></form>"""

    assert links(Page(html, "/gemeenten/veurne", HEADERS)) == {"/kaart", "/gemeenten/ieper", "/zoeken"}
