"""What another site copies to show the map or the list: a frame, a script, a plain link. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

MAP, LIST = "kaart", "lijst"
VIEWS: Mapping[str, str] = MappingProxyType({MAP: "Kaart, met de lijst eronder", LIST: "Alleen de lijst"})
# Pixels of CSS. Below the least the map is a slit; beyond the most nobody scrolls.
HEIGHT, MIN_HEIGHT, MAX_HEIGHT = 760, 300, 3000
BAD_HEIGHT = f"Geef de hoogte als een getal van {MIN_HEIGHT} tot {MAX_HEIGHT}."
BAD_VIEW = "We kennen alleen de weergaven ‘kaart’ en ‘lijst’."


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants the frame: its view, its height in pixels, and what could not be read, by field."""

    view: str
    height: int
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Snippets:
    """The code to copy, as HTML."""

    frame: str
    script: str
    link: str


def read_wish(view: str, height: str) -> Wish:
    """The wish of a form; what cannot be used gets its default and a sentence."""
    view, height = view.strip().casefold(), height.strip().casefold().removesuffix("px").strip()
    problems = {}
    if view and view not in VIEWS:
        problems["weergave"] = BAD_VIEW
    is_number = height.isascii() and height.isdigit() and len(height) < 6
    if height and not (is_number and MIN_HEIGHT <= int(height) <= MAX_HEIGHT):
        problems["hoogte"] = BAD_HEIGHT
    return Wish(
        view=view if view in VIEWS else MAP,
        height=int(height) if height and "hoogte" not in problems else HEIGHT,
        problems=problems,
    )


def framed(url: str, view: str) -> str:
    """The address of the embedded page with its view; the map is what it shows of itself."""
    if view != LIST:
        return url
    return f"{url}{'&' if '?' in url else '?'}weergave={LIST}"


def snippets(*, frame_url: str, script_url: str, page_url: str, title: str, height: int) -> Snippets:
    """The code for these full addresses; nothing in it needs a style or a script of the page around it."""
    name = escape(title)
    return Snippets(
        frame=f'<iframe src="{escape(frame_url)}" title="{name}" width="100%" height="{height}"></iframe>',
        script=f'<script src="{escape(script_url)}" defer></script>',
        link=f'<a href="{escape(page_url)}">{name}</a>',
    )
