"""The source tree as the whole-tree tests read it: parsed once, never imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# The folders that the project keeps by hand; everything else at the top is a tool's.
OURS = ("catalogue", "templates", "static", "seeds", "tests", ".ci")
# How the name of a view ends.
VIEWS = (".views", "_views", ".downloads")
# How the name of a module of forms ends.
FORMS = (".forms", "_forms")
# A folder name is only ours to judge when git would keep it.
PASSING = {"__pycache__", "node_modules"}


@dataclass(frozen=True, slots=True)
class Module:
    """A module of ours: its dotted name and its tree."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def room(self) -> str:
        """The room it stands in: catalogue.search.index stands in search; catalogue.config in none."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 2 or (self.path.name == "__init__.py" and len(parts) > 1) else ""

    @property
    def is_view(self) -> bool:
        """Views stand in views.py; a room with many gives some a file of their own."""
        return self.name.endswith(VIEWS)

    @property
    def is_form(self) -> bool:
        return self.name.endswith(FORMS)

    def imports(self) -> Iterator[tuple[str, int]]:
        """Every imported name in full, with its line; imports inside functions count too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((f"{node.module or ''}.{alias.name}", node.lineno) for alias in node.names)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package, migrations left out: they are written by a tool and kept as they are."""
    found = []
    for path in sorted((ROOT / "catalogue").rglob("*.py")):
        relative = path.relative_to(ROOT)
        if "migrations" in relative.parts:
            continue
        parts = list(relative.with_suffix("").parts)
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Module(name, path, ast.parse(path.read_text("utf-8"), str(relative))))
    return tuple(found)


@cache
def texts(*suffixes: str, under: tuple[str, ...] = OURS) -> dict[str, str]:
    """Path from the root → content of our text files with these endings."""
    found = {}
    for folder in under:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in suffixes and not PASSING & set(path.parts):
                found[str(path.relative_to(ROOT))] = path.read_text("utf-8")
    return found


def readme() -> str:
    """The text of README.md; a clear failure while there is none."""
    path = ROOT / "README.md"
    assert path.is_file(), "README.md is missing: it documents every setting and command"
    return path.read_text("utf-8")


def without_comments(template: str) -> str:
    """A template without its Jinja comments."""
    return re.sub(r"\{#.*?#\}", "", template, flags=re.DOTALL)
