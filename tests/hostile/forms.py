"""Every form that the site shows: read from its page as a browser does, to be filled in with anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from catalogue.curation import stamps

# What keeps the forms of others out: a hostile value there is no question to the form at all.
TOKENS = ("csrf_token", "stempel")
Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Form:
    """A form that is posted: where to, and what a browser would send of it untouched."""

    action: str
    fields: Fields
    takes_files: bool

    @property
    def names(self) -> list[str]:
        """The fields that somebody may fill in as they like, each once."""
        return [name for name in dict.fromkeys(name for name, _ in self.fields) if name not in TOKENS]


def forms(app: Flask, page: TestResponse) -> Iterator[tuple[str, Form]]:
    """The posted forms of a page, with the endpoint that each goes to."""
    adapter = app.url_map.bind("localhost")
    for tag in BeautifulSoup(page.text, "html.parser").select("form"):
        if str(tag.get("method", "get")).lower() != "post":
            continue
        base = urljoin(page.request.full_path, str(tag.get("action") or ""))
        for button in tag.select("button[formaction]") or [None]:
            address = urljoin(page.request.full_path, str(button["formaction"])) if button else base
            yield _endpoint(adapter, address), _form(app, tag, address)
            if button:
                yield _endpoint(adapter, base), _form(app, tag, base)


def _endpoint(adapter: object, address: str) -> str:
    try:
        return str(adapter.match(urlsplit(address).path, method="POST")[0])  # type: ignore[attr-defined]
    except HTTPException as error:
        raise AssertionError(f"a form goes to {address}, which takes none") from error


def _form(app: Flask, tag: Tag, address: str) -> Form:
    sent: Fields = []
    for field in tag.select("input[name], select[name], textarea[name], button[name]"):
        name = str(field["name"])
        if field.name == "textarea":
            sent.append((name, field.text.removeprefix("\n")))
        elif field.name == "select":
            chosen = field.select("option[selected]") or field.select("option")[:1]
            sent += [(name, str(option.get("value", option.text))) for option in chosen]
        elif field.name == "button" or field.get("type") in ("submit", "checkbox", "radio"):
            # One button is pressed, and of each choice one is made.
            if all(name != known for known, _ in sent):
                sent.append((name, str(field.get("value", "on"))))
        elif field.get("type") != "file":
            sent.append((name, ripe(app, str(field.get("value", "")), name)))
    return Form(address, sent, tag.select_one("input[type=file]") is not None)


def ripe(app: Flask, value: str, name: str) -> str:
    """The stamp of a form of a stranger as if the form was opened a minute ago; any other value as it is."""
    if name != "stempel":
        return value
    with app.app_context():
        stamp = stamps.parse(value)
        return stamps.make(datetime.now(UTC) - timedelta(minutes=1), stamp.generation, stamp.about)


def changed(fields: Fields, values: Mapping[str, str | None]) -> Fields:
    """The fields with other values; None leaves one out."""
    kept = [(name, values.get(name, value)) for name, value in fields]
    more = [(name, value) for name, value in values.items() if all(name != known for known, _ in fields)]
    return [(name, value) for name, value in [*kept, *more] if value is not None]
