"""Each text on the page: block by block with its annexes, fields, blanks and passport."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.clauses.rules import INSTRUMENTS
from tests.audit import AuditingClient
from tests.builders import IEPER, entry, offer, organisations
from tests.clauses.builders import advice_for

ASKED = {"soort": "diensten", "raming": "120000", "duur_maanden": "12", "datum": "2026-03-01"}


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    app.test_client_class = AuditingClient
    with app.app_context():
        organisations(entry("Park", offers=(offer("groenonderhoud", f"nis:{IEPER}"),)))
    yield app.test_client()


def page(client: FlaskClient, **asked: str) -> str:
    """The page as text, without tags and with single spaces."""
    response = client.get("/clausules", query_string=ASKED | asked)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_every_block_of_a_text_can_be_copied_on_its_own(client: FlaskClient, instrument: str) -> None:
    raming = "29999" if instrument == "beperkte-waarde" else "120000"
    html = page(client, instrument=instrument, raming=raming)
    text = advice_for(instrument=instrument, raming=raming).text
    assert text is not None
    assert text.annexes
    for block in (*text.blocks, *text.annexes):
        assert f'id="blok-{block.key}"' in html
    copied = [unescape(found) for found in re.findall(r'data-copy-text="([^"]*)"', html)]
    for block in (*text.blocks, *text.annexes):
        assert any(one.startswith(f"{block.kop}\n\n") for one in copied), block.kop
    shown = words(html)
    for blank in text.blanks:
        if blank != "voorwerp van de opdracht":
            assert blank in shown
    for check in text.to_check:
        assert check in shown
    assert "Paspoort van deze tekst" in shown
    assert text.passport.versie in shown


def test_the_permalink_reopened_today_says_that_nothing_changed(client: FlaskClient) -> None:
    html = page(client, instrument="voorbehouden-opdracht")
    (query,) = re.findall(r'<a href="[^"]*/clausules\?([^"]*gemaakt=[^"]*)"', html)
    again = client.get(f"/clausules?{unescape(query)}").get_data(as_text=True)
    assert "is er niets gewijzigd" in words(again)


def test_an_old_link_says_what_changed_since(client: FlaskClient) -> None:
    shown = words(page(client, instrument="voorbehouden-opdracht", gemaakt="2025-06-01"))
    assert "Gewijzigd sinds 1 juni 2025" in shown
    assert "Drempel gewijzigd op 1-1-2026: van 143.000 naar 140.000 euro" in shown


def test_an_old_link_to_a_path_that_the_law_has_shut_says_which_limit_moved(client: FlaskClient) -> None:
    html = page(client, instrument="uitnodiging", raming="141000", gemaakt="2025-06-01")
    shown = words(html)
    assert "geen tekst" in shown
    assert "Drempel gewijzigd op 1-1-2026: van 143.000 naar 140.000 euro" in shown
    assert "Paspoort van deze tekst" not in shown


def test_a_bad_memory_of_a_link_is_dropped_with_a_notice(client: FlaskClient) -> None:
    tomorrow = date.today() + timedelta(days=1)  # noqa: DTZ011 - the page reads the local calendar
    shown = words(page(client, instrument="marktconsultatie", gemaakt=tomorrow.isoformat(), versie="9.9"))
    assert f"‘{tomorrow.isoformat()}’" in shown
    assert "‘9.9’" in shown
    assert "gewijzigd sinds" not in shown.casefold()


def test_a_bad_memory_is_told_where_no_text_was_asked_for(client: FlaskClient) -> None:
    assert "‘ooit’" in words(page(client, gemaakt="ooit"))


def test_the_fields_of_the_notice_name_the_code_of_the_service(client: FlaskClient) -> None:
    shown = words(page(client, instrument="voorbehouden-opdracht", dienst="groenonderhoud", gemeente="Ieper"))
    for piece in ("BT-71", "res-ws", "BT-262", "77300000-3", "BT-5071", "BE253"):
        assert piece in shown
