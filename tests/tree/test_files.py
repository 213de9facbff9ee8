"""What may stand in the files of the tree: no registry address, nothing of elsewhere, no leftover."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.tree.source import OURS, ROOT, texts, without_comments

LOCKS = ("requirements.txt", "requirements-dev.txt")
# A host name with one of the usual endings; in a lock file there is no reason for any.
HOST = re.compile(r"\b[\w-]+\.(?:org|com|io|net|dev)\b", re.IGNORECASE)
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,.-]+\])?==", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
# What a page, a stylesheet or a script would fetch from another site.
ELSEWHERE = r"[\"'`]?(?:https?:)?//"
FETCHED = tuple(
    re.compile(pattern + ELSEWHERE, re.IGNORECASE)
    for pattern in (
        r"<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*\b(?:src|data)=",
        r"<link\b[^>]*rel=[\"'](?:stylesheet|icon|preload|preconnect|modulepreload)[^>]*href=",
        r"url\(\s*",
        r"@import\s+",
        r"\b(?:import|from)\s*\(?\s*",
        r"\b(?:fetch|open|importScripts)\(\s*",
    )
)
# Top level is fixed (design.md 3): these folders and files, and what tools need.
TOP = {"catalogue", "templates", "static", "seeds", "tests", "pyproject.toml", "README.md"}
TOOLS = {".ci", "deploy", ".gitignore", "Makefile", "LICENSE", "SECURITY.md", *LOCKS}
MARKS = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")


def requirements(name: str) -> list[str]:
    """One text per requirement, with its hashes."""
    lines = [line for line in (ROOT / name).read_text("utf-8").splitlines() if not line.startswith("#")]
    return [piece for piece in re.split(r"\n(?=\S)", "\n".join(lines)) if piece.strip()]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")

    assert "://" not in text
    assert not HOST.findall(text)
    assert not re.search(r"^-[-\w]", text, re.MULTILINE), "options belong in the Makefile"


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    found = requirements(name)

    assert len(found) > 20
    for requirement in found:
        assert PIN.match(requirement), requirement
        assert HASH.search(requirement), requirement


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    folded = {name.lower().replace("_", "-") for name in PIN.findall((ROOT / LOCKS[0]).read_text("utf-8"))}

    for dependency in project["dependencies"]:
        name = re.match(r"[\w.-]+", dependency)
        assert name
        assert name[0].lower().replace("_", "-") in folded


def test_the_tests_run_with_the_very_pins_of_the_site() -> None:
    run, dev = (
        set(re.findall(r"^[\w.-]+==\S+", (ROOT / name).read_text("utf-8"), re.MULTILINE)) for name in LOCKS
    )

    assert run <= dev


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://elders.example/x.js">',
        "<img alt='' src='//elders.example/x.png'>",
        '<link rel="stylesheet" href="https://elders.example/x.css">',
        "background: url(https://elders.example/x.png)",
        '@import "//elders.example/x.css"',
        'import x from "https://elders.example/x.js"',
        "fetch('https://elders.example/x.json')",
    ],
)
def test_what_would_be_fetched_elsewhere_is_seen(text: str) -> None:
    assert any(pattern.search(text) for pattern in FETCHED)


def test_nothing_is_fetched_from_another_site() -> None:
    found = [
        f"{path}: {match[0]}"
        for path, text in texts(".html", ".css", ".js", ".mjs", ".svg", under=("templates", "static")).items()
        for pattern in FETCHED
        for match in pattern.finditer(without_comments(text))
    ]

    assert not found, "every request stays with us:\n" + "\n".join(found)


def test_nothing_of_others_is_copied_into_static() -> None:
    found = [
        path
        for path in texts(".css", ".js", under=("static",))
        if re.search(r"leaflet[^/]*\.js|\.min\.", path)
    ]

    assert not found, f"third-party assets come from packages: {found}"


def test_the_top_level_is_the_one_agreed_on() -> None:
    """What git keeps; a folder of a tool that git passes over is no concern of ours."""
    ignored = {line.strip().strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines()}
    found = {path.name for path in ROOT.iterdir()} - ignored - {".git"}
    found = {name for name in found if not name.endswith(".egg-info")}

    assert TOP - found == set(), "missing at the top"
    assert found - TOP - TOOLS == set(), "does not belong at the top"


def test_nothing_is_left_undone() -> None:
    found = [
        f"{path}: {match[0]}"
        for path, text in texts(".py", ".html", ".css", ".js", ".toml", under=OURS).items()
        if path != "tests/tree/test_files.py"
        for match in MARKS.finditer(text)
    ]

    assert not found, found
