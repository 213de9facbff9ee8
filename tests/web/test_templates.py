"""Templates and styles: one frame for every page, one macro a component, nothing inline, readable colours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from catalogue.config import ROOT
from catalogue.directory.shown import HitShown, ServiceShown, Word
from catalogue.web import words

TEMPLATES = ROOT / "templates"
# The frame of the pages of /beheer, inside the frame of every page.
# Frames within the frame: of /beheer, and of what others may frame.
FRAMES = (TEMPLATES / "beheer" / "room.html", TEMPLATES / "maps" / "bare.html")
STATIC = ROOT / "static"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
PAGES = sorted(
    path
    for path in TEMPLATES.rglob("*.html")
    if path.parent.name != "components" and path.name != "base.html"
)
OURS = [STATIC / "css" / f"{name}.css" for name in ("tokens", "base", "components", "print")]
# Text and what lies under it, wherever the stylesheets put the two together. WCAG 2.2 AA asks 4.5.
TEXT_PAIRS = [
    *(
        (ink, ground)
        for ink in ("ink", "ink-soft", "accent", "accent-strong")
        for ground in ("paper", "surface")
    ),
    *(("ink", ground) for ground in ("accent-soft", "amber-soft", "good-soft", "warm-soft", "sunken")),
    *((ink, "accent-soft") for ink in ("ink-soft", "accent", "accent-strong")),
    *(("on-accent", ground) for ground in ("accent", "accent-strong")),
    *((tone, f"{tone}-soft") for tone in ("good", "amber", "bad")),
    *((tone, ground) for tone in ("good", "bad") for ground in ("paper", "surface")),
    *((ink, "amber-soft") for ink in ("ink-soft", "accent")),
]
# Edges of boxes to fill in, marks and the focus ring: 3.
EDGE_PAIRS = [
    *(("line-strong", ground) for ground in ("paper", "surface")),
    *(("warm", ground) for ground in ("paper", "surface", "accent-soft")),
    *(("amber", ground) for ground in ("paper", "surface")),
]


def _name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, undefined=StrictUndefined
    )
    env.filters.update(opsomming=words.enumerate_words, getal=words.number)
    return env


def _render(component: str, call: str, **values: object) -> str:
    macro = call.partition("(")[0]
    source = f'{{% from "components/{component}.html" import {macro} %}}{{{{ {call} }}}}'
    return " ".join(unescape(_environment().from_string(source).render(**values)).split())


def _hit(**changed: object) -> HitShown:
    values: dict[str, object] = {
        "number": 3,
        "slug": "voorbeeld",
        "name": "Voorbeeld",
        "url": "/organisaties/voorbeeld",
        "werkvormen": ("Maatwerkbedrijf",),
        "treden": (5,),
        "services": (Word("Groenonderhoud", True), Word("Strijk")),
        "summary": (Word("Doet groen."),),
        "reasons": ("dienst: groenonderhoud", "werkt in Ieper"),
        "gemeente": "Ieper",
        "distance": "",
        "freshness": "nog te bevestigen door de organisatie",
        "freshness_tone": "amber",
        "area_assumed": False,
    }
    return HitShown(**(values | changed))  # type: ignore[arg-type]


def _service(label: str, area: str, *, assumed: bool) -> ServiceShown:
    return ServiceShown(label, f"/diensten/{label}", area, assumed, "", (), "")


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_every_page_stands_in_the_frame_and_has_a_title(path: Path) -> None:
    text = path.read_text("utf-8")
    is_inner = any(f'{{% extends "{_name(frame)}" %}}' in text for frame in FRAMES)
    assert is_inner or '{% extends "base.html" %}' in text
    assert path in FRAMES or re.search(r"{% block title %}.+{% endblock %}", text)
    # An inner frame gives each of its pages its heading.
    assert text.count("<h1") + text.count("results_head(page") == (0 if is_inner else 1)


@pytest.mark.parametrize("path", COMPONENTS, ids=_name)
def test_every_component_is_one_macro_of_the_same_name(path: Path) -> None:
    assert re.findall(r"{%-? macro (\w+)\(", path.read_text("utf-8")) == [path.stem]


@pytest.mark.parametrize("path", COMPONENTS, ids=_name)
def test_every_component_is_used(path: Path) -> None:
    others = "".join(other.read_text("utf-8") for other in TEMPLATES.rglob("*.html") if other != path)
    assert f'from "components/{path.name}" import {path.stem}' in others


@pytest.mark.parametrize("path", [*PAGES, *COMPONENTS, TEMPLATES / "base.html"], ids=_name)
def test_no_template_holds_inline_style_or_script(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"", text)
    for tag in re.findall(r"<script[^>]*>", text):
        assert "src=" in tag or 'nonce="{{ nonce() }}"' in tag


@pytest.mark.parametrize("path", [*PAGES, *COMPONENTS, TEMPLATES / "base.html"], ids=_name)
def test_no_template_takes_anything_from_another_host(path: Path) -> None:
    assert not re.search(r"(src|href|action)=\"(https?:)?//", path.read_text("utf-8"))


def _classes_in_styles() -> Iterable[str]:
    for path in OURS:
        text = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", path.read_text("utf-8"), flags=re.DOTALL)
        for selector in re.findall(r"([^{}]+)\{", text):
            yield from re.findall(r"\.([a-zA-Z][\w-]*)", selector)


def test_every_class_of_our_stylesheets_is_used_by_a_template_or_a_script() -> None:
    sources = [*TEMPLATES.rglob("*.html"), *(STATIC / "js").glob("*.js")]
    text = "".join(path.read_text("utf-8") for path in sources)
    # A modifier is often put together: notice--{{ tone }}.
    unused = {
        name
        for name in _classes_in_styles()
        if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
        and f"{name.partition('--')[0]}--{{{{" not in text
    }
    assert unused == set()


def test_every_stylesheet_and_script_of_ours_is_loaded_by_a_template_or_a_script() -> None:
    readers = [*TEMPLATES.rglob("*.html"), TEMPLATES.parent / "README.md"]
    text = "".join(path.read_text("utf-8") for path in readers)
    scripts = "".join(path.read_text("utf-8") for path in (STATIC / "js").glob("*.js"))
    text += "".join(f"js/{name} " for name in re.findall(r"(?:from|import\()\s*\"\./([\w-]+\.js)\"", scripts))
    files = [*(STATIC / "css").glob("*.css"), *(STATIC / "js").glob("*.js"), *(STATIC / "img").iterdir()]
    assert [path.name for path in files if f"{path.parent.name}/{path.name}" not in text] == []


def _tokens(scheme: str) -> dict[str, str]:
    text = (STATIC / "css" / "tokens.css").read_text("utf-8")
    light, dark = text.split("@media")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    return found if scheme == "light" else found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark))


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_says() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_stands_out_from_its_ground(scheme: str, ink: str, ground: str) -> None:
    tokens = _tokens(scheme)
    assert _contrast(tokens[ink], tokens[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGE_PAIRS)
def test_edges_and_focus_stand_out_from_their_ground(scheme: str, edge: str, ground: str) -> None:
    tokens = _tokens(scheme)
    assert _contrast(tokens[edge], tokens[ground]) >= 3


def test_no_text_is_smaller_than_sixteen_pixels() -> None:
    base = 16 * 1.125
    for name in ("tokens.css", "base.css", "components.css"):
        text = (STATIC / "css" / name).read_text("utf-8")
        sizes = re.findall(r"(?:font-size|--small|--note|--large): (\.?\d+(?:\.\d+)?)rem", text)
        assert [size for size in sizes if float(size) * base < 16] == []


@pytest.mark.parametrize(
    ("treden", "label"),
    [([5], "trede 5 van 6"), ([4, 5], "trede 4 en 5 van 6"), ([3, 4, 5], "trede 3, 4 en 5 van 6")],
)
def test_the_ladder_says_its_treden_and_marks_as_many_bars(treden: list[int], label: str) -> None:
    html = _render("ladder", "ladder(treden)", treden=treden)
    assert f'aria-label="{label}"' in html
    assert html.count('class="on"') == len(treden)
    assert html.count("<rect") == 6


def test_an_entry_without_trede_gets_no_ladder() -> None:
    assert _render("ladder", "ladder([])") == ""


def test_a_hit_shows_its_number_its_reasons_and_how_fresh_it_is() -> None:
    html = _render("hit", "hit(shown)", shown=_hit())
    assert '<span class="hit__number">3</span>' in html
    assert "dienst: groenonderhoud · werkt in Ieper" in html
    assert "<mark>Groenonderhoud</mark>, Strijk" in html
    assert 'class="fresh fresh--amber">nog te bevestigen door de organisatie' in html


def test_an_alternative_says_what_was_loosened_before_why_it_was_found() -> None:
    html = _render("hit", "hit(shown)", shown=_hit(loosened="buurgemeente, 6 km (Ieper)"))
    assert html.index("buurgemeente, 6 km (Ieper)") < html.index("werkt in Ieper")


def test_a_hostile_name_is_text() -> None:
    source = '{% from "components/hit.html" import hit %}{{ hit(shown) }}'
    html = _environment().from_string(source).render(shown=_hit(name="<img src=x onerror=alert(1)>"))
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_an_assumed_work_area_is_never_shown_as_stated() -> None:
    services = [
        _service("Strijk", "20 km rond de vestiging", assumed=True),
        _service("Groenonderhoud", "Ieper", assumed=False),
        _service("Hagen scheren", "Ieper", assumed=False),
    ]
    html = _render("service_list", "service_list(services)", services=services)
    stated, assumed = html.split("Werkgebied niet bevestigd; aangenomen: 20 km rond de vestiging")
    assert "Strijk" in assumed
    assert "Strijk" not in stated
    # Services of one area stand together.
    assert stated.count("Werkgebied: Ieper") == 1
    assert "Groenonderhoud" in stated
    assert "Hagen scheren" in stated


def test_a_field_ties_its_error_and_its_hint_to_its_input() -> None:
    html = _render("field", 'field("raming", "Raming", "x", "Alles samen.", "Geen bedrag.")')
    assert '<label for="raming">Raming</label>' in html
    assert 'aria-describedby="raming-fout raming-uitleg"' in html
    assert 'aria-invalid="true"' in html


def test_a_password_is_never_shown_again() -> None:
    html = _render("field", 'field("wachtwoord", "Wachtwoord", "geheim", type="password")')
    assert "geheim" not in html
