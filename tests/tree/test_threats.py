"""The table of threats in README: each row names tests, and each of these is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.tree.source import ROOT, readme

# path::name, as pytest writes it.
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows() -> list[list[str]]:
    """Who, what, guard, test: the cells of each row under the heading Threats."""
    section = re.search(r"^#+ Threats\n(.*?)(?=^#|\Z)", readme(), re.MULTILINE | re.DOTALL)
    assert section, "README has no table of threats"
    lines = [line for line in section[1].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_row_says_who_what_guard_and_test() -> None:
    found = rows()

    assert 15 <= len(found) <= 30
    for row in found:
        assert len(row) == 4, row
        assert all(row), row
        assert TEST.search(row[3]), row


def test_every_test_that_the_table_names_is_there() -> None:
    named = {match.groups() for row in rows() for match in TEST.finditer(row[3])}
    missing = [
        f"{path}::{name}"
        for path, name in sorted(named)
        if not (ROOT / path).is_file() or name not in names_in(ROOT / path)
    ]

    assert len(named) >= 15
    assert missing == []
