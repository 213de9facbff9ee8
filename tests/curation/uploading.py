"""What tests of the import share: a workbook, sending a file as a browser does, waiting for the work."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from openpyxl import Workbook
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.curation.room import token_of

IMPORT = "/beheer/import"
# The work is done by a process of its own, on a machine that is shared.
PATIENCE = 120


def workbook(*rows: Sequence[object]) -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def send(client: FlaskClient, content: bytes | str, name: str = "lijst.csv") -> TestResponse:
    """Send a file with the form of the page."""
    data = content.encode() if isinstance(content, str) else content
    token = token_of(client.get(IMPORT))
    return client.post(
        IMPORT, **multipart({"csrf_token": token, "bestand": FileStorage(BytesIO(data), name)})
    )


def multipart(values: Mapping[str, Any]) -> dict[str, Any]:
    """A form with a file as a body in memory: the client itself leaves a large one open on the disk."""
    boundary, body = encode_multipart(values)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def wait(client: FlaskClient, path: str) -> TestResponse:
    """The page of an upload once nobody is at work on it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = client.get(f"{path}/voortgang")
        assert answer.status_code == 200, answer.text
        if not answer.get_json()["bezig"]:
            return client.get(path)
        time.sleep(0.1)
    raise AssertionError(f"{path} is still at work after {PATIENCE} s")


def brought(client: FlaskClient, content: bytes | str, name: str = "lijst.csv") -> tuple[str, TestResponse]:
    """Send a file and wait until it is read: its address and its page."""
    answer = send(client, content, name)
    assert answer.status_code == 303, answer.text
    return answer.location, wait(client, answer.location)


def answered(client: FlaskClient, path: str, what: str, **fields: str) -> TestResponse:
    """Fill in one of the forms of the page of an upload as it stands there, and wait for what comes of it."""
    page = BeautifulSoup(client.get(path).text, "html.parser")
    form = page.select_one(f'form[action="{path}/{what}"]')
    assert form is not None, page.get_text(" ", strip=True)
    sent: dict[str, str] = {}
    for field in form.select("input"):
        if field.get("type") not in ("radio", "checkbox") or field.has_attr("checked"):
            sent[str(field["name"])] = str(field.get("value", ""))
    for field in form.select("select"):
        chosen = field.select_one("option[selected]")
        sent[str(field["name"])] = str(chosen["value"]) if chosen else ""
    answer = client.post(f"{path}/{what}", data=sent | fields)
    return wait(client, answer.location) if answer.status_code == 303 else answer


def text_of(page: TestResponse) -> str:
    """The words of a page."""
    return BeautifulSoup(page.text, "html.parser").get_text(" ", strip=True)
