"""Every template has its place: a page in the frame, a component in one macro, and none an orphan."""

from __future__ import annotations

import ast
import fnmatch
import re

import pytest

from tests.tree.source import modules, texts, without_comments

NAMED = re.compile(r"{%-?\s*(?:extends|include|import|from)\s+[\"']([^\"']+)[\"']")
TITLE = re.compile(r"{%-?\s*block title\s*-?%}(.*?){%-?\s*endblock", re.DOTALL)
MACRO = re.compile(r"{%-?\s*macro\s+(\w+)")
FRAME = "base.html"
# The frame of the pages of /beheer stands in the frame itself, as does that of what others may frame.
FRAMES = (FRAME, "beheer/room.html", "maps/bare.html")


def templates() -> dict[str, str]:
    """Name as Jinja knows it → text without comments."""
    found = texts(".html", ".xml", ".txt", under=("templates",))
    return {path.removeprefix("templates/"): without_comments(text) for path, text in found.items()}


def pages() -> list[str]:
    return [
        name
        for name in templates()
        if name.endswith(".html") and not name.startswith("components/") and name not in FRAMES
    ]


def components() -> list[str]:
    return [name for name in templates() if name.startswith("components/")]


def rendered() -> set[str]:
    """Every template that the code names; f"beheer/{page}.html" names each of that folder."""
    found = set()
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.JoinedStr):
                pieces = (part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
                found.update(fnmatch.filter(pages(), "".join(map(str, pieces))))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} & templates().keys()
    return found


def test_the_templates_are_read() -> None:
    assert FRAME in templates()
    assert pages()
    assert components()


@pytest.mark.parametrize("name", pages())
def test_every_page_stands_in_the_frame_and_has_a_title(name: str) -> None:
    text = templates()[name]
    assert any(f'{{% extends "{frame}" %}}' in text for frame in FRAMES), f"{name} must extend {FRAME}"
    title = TITLE.search(text)
    assert title, f"{name} has no title block"
    assert title[1].strip(), f"{name} has an empty title"


@pytest.mark.parametrize("name", components())
def test_every_component_is_a_macro_of_its_own_name(name: str) -> None:
    """One component is one macro in one file; a smaller macro may help it."""
    macros = MACRO.findall(templates()[name])
    assert macros, f"{name} has no macro"
    own = name.removeprefix("components/").removesuffix(".html")
    assert any(macro == own or macro.startswith((own, own.rstrip("s"))) for macro in macros), (name, macros)


@pytest.mark.parametrize("name", templates())
def test_every_template_that_is_named_exists(name: str) -> None:
    assert set(NAMED.findall(templates()[name])) <= templates().keys()


def test_no_template_is_an_orphan() -> None:
    used = rendered()
    while more := {inner for name in used for inner in NAMED.findall(templates()[name])} - used:
        used |= more

    assert templates().keys() - used == set()


@pytest.mark.parametrize("name", templates())
def test_no_template_asks_the_browser_to_run_what_stands_in_it(name: str) -> None:
    text = templates()[name]
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or "nonce=" in script, f"{name}: {script}"
    assert not re.search(r"<style\b|\sstyle=[\"']|\son\w+=[\"']|javascript:", text), name
