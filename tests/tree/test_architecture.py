"""The rooms of the house: who may know which library, who may ask whom, and who may write."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable, Iterable
from fnmatch import fnmatch

import pytest

from tests.tree.source import ROOT, Module, modules

# A foreign library sits in one room behind few verbs, so that it can be replaced there.
LIBRARY_ROOMS = {
    "whoosh": "search",
    "snowballstemmer": "search",
    "geopy": "places",
    "folium": "maps",
    "branca": "maps",
    "docx": "documents",
    "openpyxl": "exchange",
    "smtplib": "post",
    "email": "post",
    "pyotp": "curation",
    "segno": "curation",
    "prometheus_client": "web",
}
# These rooms import nothing of ours but their own small types, so that they can be understood alone.
EDGES = ("search", "places", "maps", "documents", "post")
# Pure rooms: arguments in, answer out. (Their views are not part of them.)
PURE = ("search", "places", "clauses", "documents", "post")
IMPURE_LIBRARIES = ("flask", "flask_sqlalchemy", "flask_login", "flask_wtf", "sqlalchemy")
# Where the request may be read: below this everything takes arguments.
MAY_READ_REQUEST = ("*.views", "*_views", "*.downloads", "*.forms", "catalogue.web.*", "catalogue.api.*")
REQUEST_NAMES = ("flask.request", "flask.session", "flask.g")
# Writing verbs of a session, and of SQL itself.
SESSION_VERBS = {"add", "add_all", "delete", "merge", "commit", "flush", "bulk_save_objects"}
SQL_VERBS = {"sqlalchemy.insert", "sqlalchemy.update", "sqlalchemy.delete"}
# Wiring knows everyone.
WIRING = ("catalogue", "catalogue.commands", "catalogue.curation", "catalogue.web", "catalogue.worker")
# What each floor may ask of ours; a floor not named here is only bound by the other rules.
FLOORS: dict[str, tuple[str, ...]] = {
    "catalogue.data": ("catalogue.data",),
    "catalogue.config": (),
    "catalogue.extensions": (),
    "catalogue.models": ("catalogue.models", "catalogue.extensions", "catalogue.data"),
    "catalogue.clauses": ("catalogue.clauses", "catalogue.data", "catalogue.documents.blocks"),
}
# The words of dates and numbers are pure; queries that make texts ready may use them.
PURE_WEB = "catalogue.web.words"


def bare(module: Module) -> bool:
    """A module that is no view, no form and no wiring: queries, curation, rules."""
    return not (module.is_view or module.is_form or module.name in WIRING or module.room in ("web", "api"))


def broken(rule: Callable[[Module, str], bool], of: Iterable[Module] | None = None) -> list[str]:
    """Every import that breaks a rule, as file:line: import."""
    return [
        f"{module.path.relative_to(ROOT)}:{line}: imports {name}"
        for module in (modules() if of is None else of)
        for name, line in module.imports()
        if rule(module, name)
    ]


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_the_tree_is_read() -> None:
    names = {module.name for module in modules()}

    assert {"catalogue", "catalogue.models.offer", "catalogue.curation.write"} <= names


@pytest.mark.parametrize(("library", "room"), LIBRARY_ROOMS.items())
def test_a_foreign_library_is_known_in_one_room(library: str, room: str) -> None:
    found = broken(lambda module, name: within(name, library) and module.room != room)

    assert not found, f"{library} belongs in catalogue/{room}, behind a few verbs of ours:\n" + "\n".join(
        found
    )


@pytest.mark.parametrize("room", EDGES)
def test_an_edge_imports_nothing_of_ours_but_its_own(room: str) -> None:
    inside = [module for module in modules() if module.room == room and not module.is_view]
    found = broken(
        lambda _, name: within(name, "catalogue") and not within(name, f"catalogue.{room}"),
        inside,
    )

    assert not found, f"catalogue/{room} must be readable alone; pass it what it needs:\n" + "\n".join(found)


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_knows_no_site_and_no_database(room: str) -> None:
    inside = [module for module in modules() if module.room == room and not module.is_view]
    found = broken(lambda _, name: any(within(name, library) for library in IMPURE_LIBRARIES), inside)

    assert inside
    assert not found, f"catalogue/{room} is pure: arguments in, answer out:\n" + "\n".join(found)


@pytest.mark.parametrize(("floor", "allowed"), FLOORS.items())
def test_a_floor_asks_only_what_lies_below(floor: str, allowed: tuple[str, ...]) -> None:
    inside = [module for module in modules() if within(module.name, floor) and not module.is_view]
    found = broken(
        lambda _, name: within(name, "catalogue") and not any(within(name, below) for below in allowed),
        inside,
    )

    assert inside
    assert not found, f"{floor} may import only {', '.join(allowed) or 'nothing of ours'}:\n" + "\n".join(
        found
    )


def test_only_the_wiring_knows_the_views() -> None:
    found = broken(
        lambda module, name: (
            within(name, "catalogue")
            and ".views" in f"{name}."
            and module.name not in WIRING
            and not within(name, module.name)
        )
    )

    assert not found, "imports point one way: wiring → views → queries → models:\n" + "\n".join(found)


def test_only_views_know_forms() -> None:
    forms = [module.name for module in modules() if module.is_form]
    assert {"catalogue.curation.forms", "catalogue.curation.account_forms"} <= set(forms)
    found = broken(
        lambda module, name: (
            any(within(name, form) for form in forms) and not (module.is_view or module.is_form)
        )
    )

    assert not found, "a form belongs to its view:\n" + "\n".join(found)


def test_queries_and_rules_do_not_know_the_web() -> None:
    below = [module for module in modules() if bare(module)]
    found = broken(lambda _, name: within(name, "catalogue.web") and not within(name, PURE_WEB), below)

    assert not found, "what a page needs is passed in by its view:\n" + "\n".join(found)


def test_only_views_and_forms_read_the_request() -> None:
    found = broken(
        lambda module, name: (
            name in REQUEST_NAMES and not any(fnmatch(module.name, pattern) for pattern in MAY_READ_REQUEST)
        )
    )

    assert not found, "below a view everything takes arguments, never the request:\n" + "\n".join(found)


def test_only_curation_writes() -> None:
    found = []
    for module in modules():
        if module.room == "curation":
            continue
        found += [
            f"{module.path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node.func)}()"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in SESSION_VERBS
            and "session" in ast.unparse(node.func.value)
        ]
    found += broken(lambda module, name: name in SQL_VERBS and module.room != "curation")

    assert not found, "only catalogue/curation writes; ask it to:\n" + "\n".join(found)


def test_views_ask_queries_and_not_the_session() -> None:
    """/gezondheid/klaar asks the database whether it answers: that is its task."""
    views = [module for module in modules() if module.is_view or module.room == "api"]
    found = broken(lambda _, name: name == "catalogue.extensions.db", views)

    assert not found, "SQL lives in query functions named for the question they answer:\n" + "\n".join(found)


def test_no_import_is_relative() -> None:
    found = [
        f"{module.path.relative_to(ROOT)}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert not found, "a name in full tells where it lives:\n" + "\n".join(found)


def test_every_module_names_its_room() -> None:
    found = [
        str(module.path.relative_to(ROOT))
        for module in modules()
        if module.tree.body and not ast.get_docstring(module.tree)
    ]

    assert not found, "a module docstring names its room:\n" + "\n".join(found)


def amounts_of_law() -> set[int]:
    """Every amount in the dated table of thresholds."""
    found: set[int] = set()

    def collect(value: object) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)
        elif isinstance(value, int) and not isinstance(value, bool) and value >= 1000:
            found.add(value)

    collect(tomllib.loads((ROOT / "catalogue" / "data" / "drempels.toml").read_text("utf-8")))
    return found


def test_no_figure_of_law_stands_in_code() -> None:
    amounts = amounts_of_law()
    assert {30000, 140000, 216000, 750000} <= amounts
    found = [
        f"{module.path.relative_to(ROOT)}:{node.lineno}: {node.value!r}"
        for module in modules()
        if module.room in ("clauses", "documents", "directory", "api")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and (
            (isinstance(node.value, int | float) and node.value in amounts)
            or (isinstance(node.value, str) and node.value.isdigit() and int(node.value) in amounts)
        )
    ]

    assert not found, "law is data, with source and date, in catalogue/data:\n" + "\n".join(found)
