"""Hypothesis as a visitor: any question at all is a valid question, and page and API agree about it."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.test_corpus import SEARCH, assert_unharmed

# Half words of the trade, half anything: pure noise never reaches the deeper branches.
WORDS = st.sampled_from(
    [
        "groenonderhoud", "poetsen", "strijk", "in", "Ieper", "rond", "vlakbij", "8900", "westhoek",
        "maatwerk", "5", "PWA", "folders plooien", "77310000", "20 km", "oogarts", "hydrantn", "wie kan",
        "Boom", "enclave", "naam", "50.85,2.88", "-", "0", "zonder", "afstand", "relevantie", "12",
    ]
)  # fmt: skip
TEXT = st.one_of(
    st.lists(WORDS, min_size=1, max_size=4).map(" ".join),
    st.text(max_size=60),
    st.integers().map(str),
    st.floats().map(str),
)
QUERY = st.lists(st.tuples(st.sampled_from(SEARCH), TEXT), max_size=6)
TRIES = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ask(app: Flask, path: str, query: list[tuple[str, str]]) -> tuple[int, str]:
    address = f"{path}?{urlencode(query, errors='surrogatepass')}"
    answer = FlaskClient(app, app.response_class).get(address)
    assert_unharmed(answer, address)
    return answer.status_code, answer.get_data(as_text=True)


@TRIES
@given(query=QUERY)
def test_any_search_is_answered(full_site: Flask, query: list[tuple[str, str]]) -> None:
    code, _ = ask(full_site, "/zoeken", query)

    # Only a page past the last one is not there.
    assert code == 200 or (code == 404 and any(name == "pagina" for name, _ in query))


@TRIES
@given(query=QUERY)
def test_any_search_through_the_api_keeps_its_promises(
    full_site: Flask, query: list[tuple[str, str]]
) -> None:
    address = f"/api/v1/organisaties?{urlencode(query, errors='surrogatepass')}"
    answer = FlaskClient(full_site, full_site.response_class).get(address)
    assert_unharmed(answer, address)
    body = answer.get_json()

    if answer.status_code != 200:
        assert answer.status_code in (400, 404)
        assert body["fout"]["veld"] in SEARCH
        assert body["fout"]["melding"]
        return
    first = (body["pagina"] - 1) * body["per_pagina"]
    assert 1 <= body["per_pagina"] <= 100
    assert len(body["items"]) == max(0, min(body["per_pagina"], body["totaal"] - first))
    # What was found by loosening is shown only where nothing fits.
    assert not (body["totaal"] and body.get("alternatieven"))
    for item in body["items"]:
        assert item["url"].endswith(f"/organisaties/{item['slug']}")
    for values in body["facetten"].values():
        for value in values:
            assert value["aantal"] > 0 or value["gekozen"]


@TRIES
@given(text=TEXT)
def test_any_beginning_of_a_word_gets_at_most_ten_suggestions(full_site: Flask, text: str) -> None:
    address = f"/api/v1/suggesties?{urlencode({'q': text}, errors='surrogatepass')}"
    answer = FlaskClient(full_site, full_site.response_class).get(address)
    assert_unharmed(answer, address)

    assert answer.status_code == 200
    assert answer.get_json()["totaal"] == len(answer.get_json()["items"]) <= 10
