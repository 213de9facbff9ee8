"""A tiny run of everything: the real server with a small catalogue, and the page that comes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.bench.__main__ import Output, at_place, main, measure
from tests.bench.figures import Figures
from tests.bench.machine import program
from tests.bench.parts import PARTS, Effort
from tests.bench.stage import Site
from tests.bench.test_figures import MACHINE, part

SMALL = "--sizes 50 --databases sqlite --rounds 1 --seconds 0.5 --users 4 --addresses 2 --edits 1"
VOID = {"meta", "path", "rect", "polyline", "circle", "br"}


class Page(HTMLParser):
    """What is on a page: whether its elements are closed, its ids, its links and its texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with all that one run makes."""
    folder = tmp_path_factory.mktemp("bench")
    assert main([*SMALL.split(), "--output", str(folder)]) == 0
    return folder


@pytest.fixture
def figures(output: Path) -> dict[str, Any]:
    """The raw figures of that run."""
    read: dict[str, Any] = json.loads((output / "figures.json").read_text("utf-8"))
    return read


def test_a_run_measures_every_part_without_an_error(figures: dict[str, Any]) -> None:
    parts = {part["name"]: part for part in figures["parts"]}

    assert set(parts) == set(PARTS)
    assert not any(part["left_out"] for part in parts.values())
    for part_ in parts.values():
        assert part_["times"] or part_["numbers"] or part_["loads"], part_["name"]
        assert all(times["values"] for times in part_["times"])
        assert all(not load["errors"] for load in part_["loads"]), part_["name"]


def test_all_that_visitors_ask_was_measured(figures: dict[str, Any]) -> None:
    named = {
        part["name"]: {one["name"] for one in (*part["times"], *part["loads"])} for part in figures["parts"]
    }

    pages = {
        "search page",
        "search page, new",
        "entry page",
        "map page",
        "map points, all",
        "API, search",
        "API, clause advice",
        "API, suggestions",
        "empty page",
    }
    assert pages <= named["pages"]
    assert pages <= named["limits"]
    assert {"search page, after an edit", "one edit, until a visitor finds it"} <= named["pages"]
    assert {"search page, first time", "start to first search page"} <= named["start"]
    assert {"core search", "FTS5", "one edit, written and indexed"} <= named["core"]


def test_memory_import_and_index_were_measured(figures: dict[str, Any]) -> None:
    numbers = {part["name"]: part["numbers"] for part in figures["parts"]}

    assert numbers["made"]["import, ms a row"] > 0
    assert numbers["core"]["index built, s"] > 0
    for name in ("start", "load"):
        assert 20 < numbers[name]["PSS, MB"] <= numbers[name]["RSS, MB"] < 1_000


def test_the_page_is_whole_and_asks_nothing_of_anybody(output: Path) -> None:
    text = (output / "bench.html").read_text("utf-8")
    page = Page(text)

    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    assert page.tags.count("h1") == 1
    assert page.tags.count("svg") >= 4
    assert "script" not in page.tags
    assert not re.search(r"https?:|url\(|@import|nan", text)
    for one in ("one", "limits", "load", "core", "once", "busy", "how"):
        assert one in page.ids


def test_the_table_for_readme_has_the_pages_and_the_load(output: Path) -> None:
    text = (output / "figures.md").read_text("utf-8")

    assert re.search(r"^\| search page \| [\d.,]+ / [\d.,]+ \([\d.]+\) \|$", text, re.MULTILINE)
    assert re.search(r"^\| visitors \| \d+, \d+, 0 \|$", text, re.MULTILINE)


def test_a_second_run_of_what_is_missing_measures_nothing_anew(
    output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (output / "figures.json").read_bytes()
    if json.loads(before)["program"] != program():
        pytest.skip("somebody changed the program since it was measured")

    assert main([*SMALL.split(), "--missing", "--output", str(output)]) == 0
    assert (output / "figures.json").read_bytes() == before
    assert "50 entries" not in capsys.readouterr().out


@contextmanager
def broken(tmp_path: Path) -> Iterator[Site]:
    """A place where no database can be reached."""
    yield Site(50, "postgresql", tmp_path / "data", "postgresql+psycopg://nobody@127.0.0.1:1/none")


def test_a_part_that_fails_says_so_and_the_others_that_need_it_are_passed_over(tmp_path: Path) -> None:
    with broken(tmp_path) as site:
        [made] = measure(site, ["core", "load"], Effort())

    assert made.left_out.startswith("broke off: init")


def test_where_postgresql_is_missing_the_figures_say_so() -> None:
    [made] = at_place(1_000, "postgresql", None, ["core"], Effort())

    assert "PostgreSQL is missing" in made.left_out


def test_a_part_that_was_left_out_stands_on_the_page_with_its_reason(tmp_path: Path) -> None:
    figures = Figures("program", MACHINE, [part(left_out="left out: <took> more than 600 s", loads=())])
    Output(tmp_path, ("note",)).write(figures)

    assert "left out: &lt;took&gt; more than 600 s" in (tmp_path / "bench.html").read_text("utf-8")
