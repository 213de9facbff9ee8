"""The description of the API is valid, complete and the same as what the site knows."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from catalogue.clauses.question import AANBESTEDERS, SOORTEN
from catalogue.clauses.rules import INSTRUMENTS
from catalogue.directory.criteria import MAX_KM, MAX_MONTHS, MAX_PER_PAGE, MAX_QUESTION, PER_PAGE, SORTS
from catalogue.directory.facets import FACETS
from catalogue.models.offer import SAMENWERKING
from catalogue.models.werkvorm import groepen, werkvormen
from tests.api.contract import Contract


def test_the_description_is_valid_openapi(contract: Contract) -> None:
    validate(contract.document)
    assert contract.document["openapi"].startswith("3.1")


def test_the_served_description_names_where_the_api_is(client: FlaskClient, contract: Contract) -> None:
    served = client.get("/api/v1/openapi.json")
    assert served.json is not None
    validate(served.json)
    assert served.json["servers"] == [{"url": "http://localhost"}]
    assert served.json["paths"] == contract.document["paths"]


def test_every_path_of_the_api_is_described_and_no_other(site_app: Flask, contract: Contract) -> None:
    served = {
        rule.rule.replace("<slug>", "{slug}")
        for rule in site_app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and "<path:" not in rule.rule and rule.rule != "/api/v1/"
    }
    assert served == set(contract.document["paths"])


def test_the_choices_are_those_of_the_vocabularies(contract: Contract) -> None:
    parameters = contract.document["components"]["parameters"]
    assert parameters["werkvorm"]["schema"]["items"]["enum"] == [*groepen(), *werkvormen()]
    assert parameters["samenwerking"]["schema"]["items"]["enum"] == list(SAMENWERKING)
    assert parameters["sorteer"]["schema"]["enum"] == list(SORTS)
    assert parameters["q"]["schema"]["maxLength"] == MAX_QUESTION
    assert parameters["straal"]["schema"]["maximum"] == MAX_KM
    assert parameters["bevestigd"]["schema"]["maximum"] == MAX_MONTHS
    size = parameters["per_pagina"]["schema"]
    assert (size["maximum"], size["default"]) == (MAX_PER_PAGE, PER_PAGE)
    schemas = contract.document["components"]["schemas"]
    assert list(schemas["Resultaten"]["properties"]["facetten"]["properties"]) == list(FACETS)
    advice = {
        one["name"]: one["schema"]
        for one in contract.document["paths"]["/api/v1/clausules/advies"]["get"]["parameters"]
    }
    assert advice["soort"]["enum"] == list(SOORTEN)
    assert advice["aanbesteder"]["enum"] == list(AANBESTEDERS)
    assert advice["instrument"]["enum"] == list(INSTRUMENTS)


def test_every_example_of_a_parameter_is_understood(client: FlaskClient, contract: Contract) -> None:
    for name, parameter in contract.document["components"]["parameters"].items():
        examples = [one["value"] for one in parameter.get("examples", {}).values()]
        examples += [parameter["example"]] if "example" in parameter else []
        assert examples, name
        for example in examples:
            response = client.get("/api/v1/organisaties", query_string={name: example})
            assert response.status_code == 200, (name, example, response.text)


def test_the_parameters_of_the_description_are_those_that_are_read(contract: Contract) -> None:
    from dataclasses import fields

    from catalogue.directory.criteria import Criteria

    read = {field.name for field in fields(Criteria)} - {"problems", "rond_text"}
    assert set(contract.document["components"]["parameters"]) == read


def test_every_description_is_a_short_dutch_sentence(contract: Contract) -> None:
    for name, parameter in contract.document["components"]["parameters"].items():
        assert parameter["description"].endswith("."), name
        assert len(parameter["description"]) < 160, name
