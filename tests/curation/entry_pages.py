"""What tests of the form of an entry share: reading a form as a browser does, and sending it changed."""

from __future__ import annotations

from typing import Any, Protocol

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

LIST = "/beheer/organisaties"
NEW = f"{LIST}/nieuw"
FORM = "form[data-entry-form]"


def edit(id: int) -> str:
    return f"{LIST}/{id}/bewerken"


def history_of(id: int) -> str:
    return f"{LIST}/{id}/geschiedenis"


class Page(Protocol):
    """What was read, whoever fetched it."""

    @property
    def text(self) -> str: ...


def soup(page: Page) -> BeautifulSoup:
    found = BeautifulSoup(page.text, "html.parser")
    for pattern in found.select("template"):
        pattern.decompose()
    return found


def fields(page: Page, form: str = FORM) -> MultiDict[str, str]:
    """What a browser would send of a form, without any button."""
    element = soup(page).select_one(f"main {form}")
    assert isinstance(element, Tag), page.text
    found: MultiDict[str, str] = MultiDict()
    for one in element.select("input[name], select[name], textarea[name]"):
        value = _value(one)
        if value is not None:
            found.add(str(one["name"]), value)
    return found


def _value(field: Tag) -> str | None:
    if field.name == "textarea":
        return field.text.removeprefix("\n")
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return str(chosen["value"]) if chosen else None
    if field.get("type") in ("checkbox", "radio") and not field.has_attr("checked"):
        return None
    return str(field.get("value", ""))


def send(
    client: FlaskClient,
    path: str,
    action: str = "bewaar",
    *,
    page: TestResponse | None = None,
    **changes: Any,
) -> TestResponse:
    """Send the form of a page with changes: "sites_0_street" is sites-0-street, a list is several values."""
    sent = fields(page or client.get(path))
    for name, value in changes.items():
        parts = name.split("_", 2)
        key = "-".join(parts) if len(parts) == 3 and parts[1].isdigit() else name
        sent.setlist(key, value if isinstance(value, list) else [value])
    sent["actie"] = action
    return client.post(path, data=sent)


def said(page: TestResponse) -> str:
    """The words of the page itself, without its menu and footer."""
    main = soup(page).select_one("main")
    assert main is not None
    return main.get_text(" ", strip=True)
