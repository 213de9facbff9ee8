"""Use of the clauses: what is counted, that nothing tells who asked, and that no page waits for it."""

from __future__ import annotations

import threading
import time
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from catalogue.config import Settings
from catalogue.curation import clause_use
from catalogue.curation.clause_use import Form, Used
from catalogue.extensions import db
from catalogue.models import ClauseUse
from tests.audit import AuditingClient
from tests.builders import TODAY, locked

ASKED = "soort=diensten&raming=20000"
SOON = 2.5


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return AuditingClient(app, app.response_class)


def counted(app: Flask) -> dict[Used, int]:
    """Every count, once what is under way is written."""
    with app.app_context():
        clause_use.settle()
        return {
            Used(row.day, row.instrument, row.form): row.count
            for row in db.session.scalars(select(ClauseUse))
        }


@pytest.mark.parametrize(
    ("address", "instrument", "form"),
    [
        (f"/clausules?{ASKED}", "", Form.ADVICE),
        (f"/clausules?{ASKED}&instrument=marktconsultatie", "marktconsultatie", Form.TEXT),
        (f"/clausules/tekst.txt?{ASKED}&instrument=marktconsultatie", "marktconsultatie", Form.TEXT),
        (f"/clausules/tekst.docx?{ASKED}&instrument=marktconsultatie", "marktconsultatie", Form.WORD),
        (f"/clausules/motivering.docx?{ASKED}", "", Form.WORD),
    ],
)
def test_a_served_clause_is_counted_with_its_instrument_form_and_day(
    app: Flask, client: FlaskClient, address: str, instrument: str, form: Form
) -> None:
    for _ in range(3):
        assert client.get(address).status_code == 200
    client.head(address)

    assert counted(app) == {Used(date.today(), instrument, form): 3}  # noqa: DTZ011


@pytest.mark.parametrize(
    "address",
    ["/clausules", "/clausules?soort=x&raming=y", "/clausules/uitleg", f"/clausules/tekst.docx?{ASKED}"],
)
def test_a_page_without_advice_is_not_counted(app: Flask, client: FlaskClient, address: str) -> None:
    client.get(address)

    assert counted(app) == {}


def test_a_database_that_cannot_be_written_delays_and_breaks_nothing(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    with locked(settings):
        start = time.monotonic()
        assert client.get(f"/clausules?{ASKED}").status_code == 200
        assert time.monotonic() - start < SOON
        with app.app_context():
            assert not clause_use.settle()
    client.get(f"/clausules?{ASKED}")

    assert sum(counted(app).values()) == 2


def test_threads_that_count_at_once_lose_nothing(app: Flask) -> None:
    def ask() -> None:
        with app.app_context():
            for number in range(40):
                clause_use.count(Form.WORD if number % 2 else Form.TEXT, "uitnodiging", TODAY)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        clause_use.count(Form.TEXT, "uitnodiging", TODAY)

    assert counted(app) == {
        Used(TODAY, "uitnodiging", Form.WORD): 80,
        Used(TODAY, "uitnodiging", Form.TEXT): 81,
    }
