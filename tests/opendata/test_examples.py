"""Every example of the API is true: the page and these tests are made of one file."""

from __future__ import annotations

import html
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.data import DataError
from catalogue.data.examples import Example, Held, examples, read_examples
from catalogue.data.opendata import read_terms, terms
from catalogue.directory.criteria import MAX_PER_PAGE, PER_PAGE
from catalogue.web.caching import KEEP, MINUTES
from tests.audit import AuditingClient

KINDS: dict[str, type | tuple[type, ...]] = {
    "tekst": str,
    "getal": (int, float),
    "lijst": list,
    "object": dict,
}


@pytest.fixture
def visitor(full_site: Flask) -> FlaskClient:
    """A visitor of the site as it starts."""
    return AuditingClient(full_site, full_site.response_class)


def at(answer: Any, path: str) -> Any:
    """What stands at a path in an answer; fails where nothing does."""
    for step in path.split("."):
        answer = answer[int(step)] if isinstance(answer, list) else answer[step]
    return answer


def is_held(answer: Any, held: Held) -> bool:
    found = at(answer, held.pad)
    return held.of_leeg if found is None else isinstance(found, KINDS[held.soort])


@pytest.mark.parametrize("example", examples().voorbeelden, ids=lambda one: one.sleutel)
def test_an_example_answers_what_the_page_says(visitor: FlaskClient, example: Example) -> None:
    answer = visitor.get(example.adres)
    assert answer.status_code == example.code, answer.text
    made = answer.get_json(force=True)
    assert [held.pad for held in example.houdt if not is_held(made, held)] == []


def test_the_page_shows_every_example_and_every_language(visitor: FlaskClient) -> None:
    page = html.unescape(visitor.get("/data/api").text)
    for example in examples().voorbeelden:
        assert f'href="{example.adres}"' in page
        for held in example.houdt:
            assert f"<code>{held.pad}</code>" in page
    for language in examples().talen:
        assert language.asking("http://localhost" + examples().voorbeelden[0].adres) in page


def test_the_figures_of_the_page_are_those_of_the_site(visitor: FlaskClient) -> None:
    page = visitor.get("/data/api").text
    assert f": {PER_PAGE} resultaten per keer" in page
    assert f"(1 tot {MAX_PER_PAGE})" in page
    assert f"{MINUTES // 60} minuten" in page
    assert {"api.services", "api.gemeenten"} <= KEEP.keys()
    assert KEEP["api.services"] == f"public, max-age={MINUTES}"


def test_every_path_of_the_description_has_an_example(visitor: FlaskClient) -> None:
    shown = {example.adres.partition("?")[0] for example in examples().voorbeelden}
    paths = visitor.get("/api/v1/openapi.json").get_json()["paths"]
    # Suggestions are for the search box; the description is linked on the page itself.
    for path in paths.keys() - {"/api/v1/suggesties", "/api/v1/openapi.json"}:
        assert any(one.startswith(path.partition("{")[0]) for one in shown), path


def test_the_description_names_the_licence_and_the_page(visitor: FlaskClient) -> None:
    made = visitor.get("/api/v1/openapi.json").get_json()
    assert made["info"]["license"]["url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert made["externalDocs"]["url"] == "http://localhost/data/api"


GOOD = {
    "sleutel": "x",
    "titel": "X",
    "uitleg": "X",
    "adres": "/x",
    "houdt": [{"pad": "a", "soort": "tekst", "uitleg": "A"}],
}
LANGUAGE = {"sleutel": "x", "naam": "X", "code": "x"}


@pytest.mark.parametrize(
    ("example", "reason"),
    [
        ({"adres": "x"}, "adres"),
        ({"houdt": []}, "houdt"),
        ({"code": "400"}, "code"),
        ({"onzin": 1}, "onzin"),
        ({"houdt": [{"pad": "a", "soort": "raar", "uitleg": "A"}]}, "soort"),
    ],
)
def test_a_faulty_example_is_refused_by_name(example: dict[str, Any], reason: str) -> None:
    assert read_examples({"voorbeeld": [GOOD], "taal": [LANGUAGE]}).voorbeelden
    with pytest.raises(DataError, match=reason):
        read_examples({"voorbeeld": [GOOD | example], "taal": [LANGUAGE]})


def test_faulty_terms_are_refused_by_name() -> None:
    from catalogue.data import load

    whole = load("opendata.toml")
    assert read_terms(whole) == terms()
    for broken, reason in (
        ({"onzin": 1}, "onzin"),
        ({"licentie": [*whole["licentie"], whole["licentie"][0]]}, "twice"),
        ({"catalogus": {"titel": "X", "beschrijving": "X"}}, "licentie"),
    ):
        with pytest.raises(DataError, match=reason):
            read_terms(whole | broken)
