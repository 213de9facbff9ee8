"""The history is only ever added to: one function of one module may change what was written."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.tree.source import Module, modules

TABLE = "Revision"
MAY_CHANGE = ("catalogue.curation.history", "erase")
MAY_ADD = "catalogue.curation.history"
# These take a table or a row of it, and change or could change what it says. Columns may be selected.
CHANGES = {"update", "delete", "merge", "get", "get_one", "select", "scalars", "query", "add"}
ADDS = {"insert", TABLE}


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def whole_tables(node: ast.Call) -> bool:
    return any(isinstance(one, ast.Name) and one.id == TABLE for one in node.args)


def uses(module: Module) -> Iterator[tuple[str, str]]:
    """The function and the verb of every use of the whole table, and of SQL text that names it."""
    functions = {
        inner: function.name
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef)
        for inner in ast.walk(function)
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and (whole_tables(node) or called(node) == TABLE):
            yield functions.get(node, ""), called(node)
        if isinstance(node, ast.Call) and called(node) == "text" and "revision" in ast.unparse(node).lower():
            yield functions.get(node, ""), "update"


def test_nothing_but_erasing_changes_what_was_written() -> None:
    found = {
        (module.name, function) for module in modules() for function, verb in uses(module) if verb in CHANGES
    }
    assert found == {MAY_CHANGE}, "history is append-only: only history.erase() may change a revision"


def test_only_the_history_adds_to_itself() -> None:
    found = {module.name for module in modules() for _, verb in uses(module) if verb in ADDS}
    assert found == {MAY_ADD}
