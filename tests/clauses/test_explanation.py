"""The page that explains the instruments: complete, its examples hold, nothing sure that is not."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.clauses.advice import advise
from catalogue.clauses.defaults import guidance
from catalogue.clauses.explanation import Cell, LimitRow, explanation, limit_groups, read_explanation
from catalogue.clauses.rules import INSTRUMENTS, instruments
from catalogue.clauses.thresholds import thresholds
from catalogue.data import DataError, load
from tests.audit import AuditingClient
from tests.builders import IEPER, entry, offer, organisations
from tests.clauses.builders import a_question
from tests.clauses.test_rule_files import put, remove

DAY = date(2026, 11, 22)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    app.test_client_class = AuditingClient
    with app.app_context():
        organisations(entry("Park", offers=(offer("groenonderhoud", f"nis:{IEPER}"),)))
    yield app.test_client()


def row(aanbesteder: str, soort: str) -> LimitRow:
    (found,) = [
        one
        for group in limit_groups(DAY)
        if aanbesteder in group.aanbesteders
        for one in group.rows
        if one.soorten.startswith(soort)
    ]
    return found


@pytest.mark.parametrize("key", INSTRUMENTS)
def test_the_example_of_an_instrument_is_one_in_which_it_fits(key: str) -> None:
    asked = {name: value for name, value in explanation().instruments[key].vraag if name != "dienst"}
    advice = advise(a_question(gemeenten=(), **asked), None)
    assert advice.verdict(key).oordeel in ("aanbevolen", "mogelijk"), advice.verdict(key).redenen


def test_the_services_of_the_examples_exist(client: FlaskClient) -> None:
    services = {one["slug"] for one in client.get("/api/v1/diensten").get_json()["items"]}
    for told in explanation().instruments.values():
        service = dict(told.vraag).get("dienst")
        if service is not None:
            assert service in services, service


def test_the_limits_of_a_local_buyer_stand_in_one_row_per_kind() -> None:
    assert [cell.bedrag for cell in row("Lokaal bestuur", "Leveringen").cells] == [
        *(30_000, 140_000, 216_000, 216_000)
    ]
    assert row("Lokaal bestuur", "Leveringen").soorten == "Leveringen en diensten"
    works = row("Lokaal bestuur", "Werken").cells
    assert [cell.bedrag for cell in works] == [30_000, 140_000, 750_000, 5_404_000]
    assert [cell.is_sure for cell in works] == [True, True, False, True]


def test_a_limit_that_is_to_be_checked_is_never_shown_as_sure() -> None:
    for aanbesteder in ("Lokaal", "Federale", "Speciale"):
        for soort in ("Werken", "Leveringen", "Sociale"):
            for cell in row(aanbesteder, soort).cells:
                assert cell.bedrag is not None or not cell.is_sure
    assert row("Speciale", "Leveringen").cells[1] == Cell(None, is_sure=False)


def test_every_row_agrees_with_the_limits_of_the_advice() -> None:
    for soort, start in (("werken", "Werken"), ("diensten", "Leveringen"), ("sociale-diensten", "Sociale")):
        limits = thresholds(soort, "federaal", DAY)
        cells = row("Federale", start).cells
        assert [cell.bedrag for cell in cells] == [
            limits.beperkte_waarde,
            limits.zonder_bekendmaking,
            limits.vereenvoudigd,
            limits.europees,
        ]


@pytest.fixture
def shown(client: FlaskClient) -> str:
    response = client.get("/clausules/uitleg")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_the_page_shows_each_instrument_under_its_own_anchor(shown: str) -> None:
    for key, one in instruments().items():
        assert f'id="{key}"' in shown
        told = explanation().instruments[key]
        for text in (one.zin, told.wanneer, *told.hoe):
            assert text in re.sub(r"&#39;", "'", shown), text
        assert f"instrument={key}" in shown


def test_the_page_says_what_is_sure_and_that_it_is_no_legal_advice(shown: str) -> None:
    assert "geen juridisch advies" in shown
    assert "Sociale overwegingen" in shown
    assert "Sociale clausules" in shown
    assert "res-pub-ser" in shown
    unsure = [one for one in explanation().voorbehouden if not one.is_sure]
    assert unsure
    for one in unsure:
        assert re.search(rf"{re.escape(one.naam)}\s*<[^>]*>te controleren", shown)


def test_the_figures_of_others_are_marked_as_guidance(shown: str) -> None:
    assert "leidraden van andere overheden" in shown
    for figure in guidance():
        assert figure.wie in shown


def test_a_guide_without_a_known_address_has_no_link(shown: str) -> None:
    addresses = {one.adres for one in explanation().gidsen if one.adres}
    assert addresses
    assert all(f'href="{address}"' in shown for address in addresses)
    assert "<b>Praktijkgids Aankopen met Sociale Impact (2018)</b>" in shown


WRONG = [
    (remove("instrument", 0), "instrument"),
    (put("boete", "instrument", 0, "sleutel"), "sleutel"),
    (put("uitnodiging", "instrument", 0, "sleutel"), "sleutel"),
    (put([], "instrument", 0, "hoe"), "hoe"),
    (put("wegen", "instrument", 0, "vraag", "soort"), "soort"),
    (put("1", "instrument", 0, "vraag", "kleur"), "kleur"),
    (remove("instrument", 0, "vraag", "raming"), "raming"),
    (put("X", "begrip", 0, "zekerheid"), "zekerheid"),
    (remove("voorbehoud", 1, "code"), "code"),
    (put("http://voorbeeld.be", "gids", 0, "adres"), "adres"),
    (remove("beweging"), "beweging"),
    (remove("nagezien"), "nagezien"),
]


@pytest.mark.parametrize(("change", "key"), WRONG)
def test_a_wrong_explanation_is_refused_with_file_key_and_reason(change: Any, key: str) -> None:
    data: Mapping[str, Any] = copy.deepcopy(load("uitleg.toml"))
    read_explanation(data)
    change(data)
    with pytest.raises(DataError) as refused:
        read_explanation(data)
    assert refused.value.file == "uitleg.toml"
    assert refused.value.key.endswith(key)
    assert refused.value.reason
