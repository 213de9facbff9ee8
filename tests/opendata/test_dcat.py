"""The description for other catalogues has all that DCAT-AP Vlaanderen requires, in both forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.config import Contact, Settings
from catalogue.data.opendata import terms
from catalogue.opendata.graph import PREFIXES
from tests.builders import app_with, copied
from tests.opendata.triples import TYPE, Triples, from_jsonld, from_turtle

# DCAT-AP Vlaanderen, erkende standaard 2022-04-21 (its tables of entities, as Digitaal Vlaanderen gives them
# in metadata-docs, docs/applicatieprofielen/dcatapvl2.md): every property of cardinality 1..1 (one) or 1..n.
ONE, SOME = (1, 1), (1, 99)
COMMON = {"dct:identifier": ONE, "dct:title": SOME, "dct:description": SOME}
PUBLISHED = {"dct:publisher": ONE, "dcat:contactPoint": ONE}
RESOURCE = COMMON | PUBLISHED | {"dct:accessRights": ONE, "dct:modified": ONE, "mdcat:statuut": SOME}
REQUIRED = {
    "dcat:Catalog": COMMON | PUBLISHED | {"dct:license": ONE},
    "dcat:CatalogRecord": {
        "dct:identifier": ONE,
        "dct:title": SOME,
        "foaf:primaryTopic": ONE,
        "dct:modified": ONE,
    },
    "dcat:Dataset": RESOURCE,
    "dcat:DataService": RESOURCE
    | {"dct:license": ONE, "dcat:endpointURL": ONE, "dcat:endpointDescription": ONE},
    "dcat:Distribution": COMMON | {"dct:license": ONE, "dcat:accessURL": ONE, "dcat:downloadURL": ONE},
    "foaf:Agent": {"foaf:name": SOME},
    "dct:Standard": {"dct:title": SOME, "dct:description": SOME},
}
# What DCAT-AP recommends: dates, place, language, themes, words to find it by, a page.
ALSO = {
    "dcat:Catalog": (
        "dct:issued",
        "dct:modified",
        "dct:language",
        "dct:spatial",
        "foaf:homepage",
        "dcat:record",
    ),
    "dcat:Dataset": (
        *("dct:issued", "dct:language", "dct:spatial", "dcat:theme", "dcat:keyword", "dcat:landingPage"),
        *("dcat:distribution", "dct:provenance"),
    ),
    "dcat:DataService": ("dcat:servesDataset", "dcat:keyword", "dcat:landingPage"),
    "dcat:Distribution": ("dct:format", "dcat:mediaType", "dct:modified"),
    "dcat:CatalogRecord": ("dct:conformsTo",),
}
# A rule of the profile, as its own validator checks it.
PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
FREE = "https://data.vlaanderen.be/id/licentie/creative-commons-zero-verklaring/v1.0"


def whole(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def of_kind(said: Triples, kind: str) -> list[str]:
    return [thing for thing, name, value in said if name == TYPE and value[1] == whole(kind)]


def values(said: Triples, thing: str, name: str) -> list[Any]:
    return [value for one, called, value in said if (one, called) == (thing, whole(name))]


@pytest.fixture
def said(client: FlaskClient) -> Triples:
    return from_turtle(client.get("/data/catalogus.ttl").text)


def test_both_forms_say_the_same(client: FlaskClient, said: Triples) -> None:
    answer = client.get("/data/catalogus.jsonld")
    assert answer.mimetype == "application/ld+json"
    assert from_jsonld(answer.text) == said


@pytest.mark.parametrize("kind", REQUIRED)
def test_all_that_the_profile_requires_is_said(said: Triples, kind: str) -> None:
    things = of_kind(said, kind)
    assert things
    for thing in things:
        for name, (least, most) in REQUIRED[kind].items():
            assert least <= len(values(said, thing, name)) <= most, f"{thing}: {name}"


@pytest.mark.parametrize("kind", ALSO)
def test_what_the_profile_recommends_is_said(said: Triples, kind: str) -> None:
    for thing in of_kind(said, kind):
        for name in ALSO[kind]:
            assert values(said, thing, name), f"{thing}: {name}"


def test_the_rules_of_the_profile_are_kept(said: Triples) -> None:
    (catalogue,) = of_kind(said, "dcat:Catalog")
    assert values(said, catalogue, "dct:license") == [("iri", FREE)]
    for kind in ("dcat:Dataset", "dcat:DataService"):
        for thing in of_kind(said, kind):
            assert values(said, thing, "dct:accessRights") == [("iri", PUBLIC)]
            ((_, contact),) = values(said, thing, "dcat:contactPoint")
            mails = [value[1] for name, value in contact if name == whole("vcard:hasEmail")]
            assert mails == ["mailto:meldpunt@voorbeeld.example"]
    for _, name, value in said:
        if name in (whole("dct:title"), whole("dct:description"), whole("foaf:name")):
            assert value[2] == "nl"
        if name in (whole("dct:modified"), whole("dct:issued")):
            assert datetime.fromisoformat(value[1]).tzinfo is not None
            assert value[2] == whole("xsd:dateTime")


def test_what_is_linked_within_the_catalogue_is_described(said: Triples) -> None:
    described = {thing for thing, _, _ in said}
    linked = {value[1] for _, _, value in said if value[0] == "iri" and "/data#" in value[1]}
    assert linked
    assert linked <= described


def test_every_form_can_be_fetched_and_is_of_its_kind(client: FlaskClient, said: Triples) -> None:
    forms = of_kind(said, "dcat:Distribution")
    assert len(forms) == len(terms().distributies)
    for form in forms:
        ((_, address),) = values(said, form, "dcat:downloadURL")
        ((_, kind),) = values(said, form, "dcat:mediaType")
        answer = client.get(address.removeprefix("http://localhost"))
        assert (answer.status_code, kind.partition("media-types/")[2]) == (200, answer.mimetype)
    (service,) = of_kind(said, "dcat:DataService")
    ((_, description),) = values(said, service, "dcat:endpointDescription")
    ((_, root),) = values(said, service, "dcat:endpointURL")
    paths = client.get(description.removeprefix("http://localhost")).get_json()["paths"]
    assert {root.removeprefix("http://localhost")} <= {path[: len("/api/v1")] for path in paths}


@pytest.fixture
def other(vocabularies: Settings, tmp_path: Path) -> Iterator[Flask]:
    """A site with nobody to ask, another licence and an address of its own."""
    with (
        copied(
            vocabularies,
            tmp_path / "data",
            contact=Contact(),
            data_licence="https://voorbeeld.example/licentie?a=1",
            url="https://catalogus.example/sociaal",
        ) as settings,
        app_with(settings) as app,
    ):
        yield app


def test_settings_decide_on_licence_publisher_and_addresses(other: Flask) -> None:
    said = from_jsonld(other.test_client().get("/data/catalogus.jsonld").text)
    assert from_turtle(other.test_client().get("/data/catalogus.ttl").text) == said
    for form in of_kind(said, "dcat:Distribution"):
        assert values(said, form, "dct:license") == [("iri", "https://voorbeeld.example/licentie?a=1")]
    (publisher,) = of_kind(said, "foaf:Agent")
    assert publisher == "https://catalogus.example/sociaal/data#uitgever"
    assert values(said, publisher, "foaf:name")[0][1] == "Sociale economie Westhoek"
    (catalogue,) = of_kind(said, "dcat:Catalog")
    ((_, contact),) = values(said, catalogue, "dcat:contactPoint")
    assert (whole("vcard:hasURL"), ("iri", "https://catalogus.example/sociaal/over")) in contact
    page = other.test_client().get("/data").text
    assert 'href="https://voorbeeld.example/licentie?a=1"' in page
