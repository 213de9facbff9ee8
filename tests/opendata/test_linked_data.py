"""One entry as linked data: facts only, in two vocabularies, with what they rest on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from catalogue.extensions import db
from catalogue.models import Organisation, Status
from catalogue.opendata.graph import PREFIXES
from tests.directory.world import LAST_MONTH
from tests.opendata.triples import TYPE, from_jsonld

DUINZICHT = "http://localhost/organisaties/duinzicht"
OSLO = ("org", "regorg", "locn", "adms", "adres", "generiek", "skos")


def read(client: FlaskClient, slug: str) -> dict[str, Any]:
    answer = client.get(f"/organisaties/{slug}.jsonld")
    assert (answer.status_code, answer.mimetype) == (200, "application/ld+json")
    made: dict[str, Any] = json.loads(answer.text)
    return made


def test_the_document_reads_without_asking_anybody_for_a_context(client: FlaskClient) -> None:
    text = client.get("/organisaties/duinzicht.jsonld").text
    said = from_jsonld(text)
    kinds = {value[1] for thing, name, value in said if (thing, name) == (DUINZICHT, TYPE)}
    assert kinds == {
        PREFIXES["schema"] + "Organization",
        PREFIXES["org"] + "Organization",
        PREFIXES["regorg"] + "RegisteredOrganization",
        PREFIXES["foaf"] + "Agent",
    }
    context = json.loads(text)["@context"]
    assert {name: context[name] for name in OSLO} == {name: PREFIXES[name] for name in OSLO}


def test_an_entry_says_the_same_in_the_words_of_schema_org_and_of_oslo(client: FlaskClient) -> None:
    made = read(client, "duinzicht")
    assert made["name"] == made["skos:prefLabel"]["@value"] == "Duinzicht"
    number = made["regorg:registration"]
    assert number["@type"] == "adms:Identifier"
    assert number["skos:notation"] == made["identifier"]["value"] == "0404.055.577"
    local = number["generiek:gestructureerdeIdentificator"]
    assert local["generiek:lokaleIdentificator"] == "0404055577"
    address = made["org:hasSite"]["locn:address"]
    assert made["org:hasSite"]["@type"] == "org:Site"
    assert (address["@type"], address["locn:thoroughfare"], address["locn:postCode"]) == (
        "locn:Address",
        "Strandweg",
        made["location"][0]["address"]["postalCode"],
    )
    assert address["adres:gemeentenaam"]["@value"] == "Veurne"
    assert made["org:classification"]["skos:notation"] == "maatwerkbedrijf"


def test_source_certainty_confirmation_and_licence_are_said(client: FlaskClient) -> None:
    made = read(client, "duinzicht")
    assert made["@context"]["lijst"] == "http://localhost/data#"
    assert (made["dct:source"], made["lijst:zekerheid"]) == ("eigen opgave", "zeker")
    assert made["lijst:bevestigd_op"] == {"@value": LAST_MONTH.isoformat(), "@type": "xsd:date"}
    assert made["org:hasSite"]["lijst:zekerheid"] == "zeker"
    about = made["subjectOf"]
    assert about["license"]["@id"] == "https://creativecommons.org/licenses/by/4.0/"
    assert about["isPartOf"]["@id"] == "http://localhost/data#dataset"
    assert about["dateModified"].endswith("+00:00")
    page = client.get("/data").text
    assert 'id="zekerheid"' in page and 'id="bevestigd_op"' in page


def test_an_assumed_work_area_and_the_middle_of_a_gemeente_are_no_facts(client: FlaskClient) -> None:
    made = read(client, "strijkhuis")
    assert made["makesOffer"][0]["itemOffered"] == {"@type": "Service", "name": "Strijk"}
    assert "areaServed" not in json.dumps(made)
    assert "locn:geometry" not in made["org:hasSite"]
    assert "regorg:registration" not in made
    assert "regorg:RegisteredOrganization" not in made["@type"]


@pytest.mark.parametrize(("slug", "code"), [("weggegaan", 410), ("niemand", 404), ("in-de-steigers", 404)])
def test_the_file_answers_as_the_page_does(client: FlaskClient, slug: str, code: int) -> None:
    answer = client.get(f"/organisaties/{slug}.jsonld")
    assert client.get(f"/organisaties/{slug}").status_code == answer.status_code == code
    assert answer.get_json()["fout"]["veld"] == "slug"


def empty(value: Any, at: str = "") -> Iterator[str]:
    """Where a document says nothing: an empty text, list or object, or null."""
    if value in ("", None, [], {}):
        yield at
    members = (
        enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    )
    for name, member in members:
        yield from empty(member, f"{at}/{name}")


def test_no_document_says_anything_empty(full_site: Flask) -> None:
    visitor = full_site.test_client()
    made = [json.loads(visitor.get("/data/catalogus.jsonld").text)]
    with full_site.app_context():
        for slug in db.session.scalars(
            select(Organisation.slug).where(Organisation.status == Status.PUBLISHED)
        ):
            page = BeautifulSoup(visitor.get(f"/organisaties/{slug}").text, "html.parser")
            block = page.select_one('script[type="application/ld+json"]')
            assert block
            made += [read(visitor, slug), json.loads(block.text)]
    assert len(made) > 50
    assert {at for document in made for at in empty(document)} == set()


def test_a_renamed_entry_redirects_to_its_file(client: FlaskClient) -> None:
    answer = client.get("/organisaties/vorige-naam.jsonld")
    assert (answer.status_code, answer.location) == (301, "/organisaties/nieuwe-naam.jsonld")


ENTRY, PAGE = "/organisaties/duinzicht", "/data"
JSONLD, TURTLE = "application/ld+json", "text/turtle"


@pytest.mark.parametrize(
    ("path", "accept", "place"),
    [
        (ENTRY, JSONLD, f"{ENTRY}.jsonld"),
        (ENTRY, f"text/html;q=0.5, {JSONLD}", f"{ENTRY}.jsonld"),
        (PAGE, JSONLD, "/data/catalogus.jsonld"),
        (PAGE, TURTLE, "/data/catalogus.ttl"),
        (PAGE, f"{TURTLE};q=0.9, {JSONLD};q=0.8", "/data/catalogus.ttl"),
    ],
)
def test_who_asks_for_data_is_sent_there(client: FlaskClient, path: str, accept: str, place: str) -> None:
    # A page that was kept for somebody else must not be what a program gets.
    assert client.get(path).status_code == 200
    answer = client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.location) == (303, place)
    assert "Accept" in answer.vary
    assert (client.get(place).mimetype or "-") in accept


@pytest.mark.parametrize("path", [ENTRY, PAGE])
@pytest.mark.parametrize("accept", ["", "*/*", "text/html", f"{JSONLD};q=0.5, */*", "image/png", "onzin"])
def test_anybody_else_gets_the_page(client: FlaskClient, path: str, accept: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "Accept" in answer.vary


@pytest.mark.parametrize("path", [ENTRY, PAGE])
def test_a_page_names_its_data(client: FlaskClient, path: str) -> None:
    assert '<link rel="alternate" type="application/ld+json" href="' in client.get(path).text
