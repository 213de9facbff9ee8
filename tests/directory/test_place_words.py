"""A place in the question and a place that was chosen: what beats what, and that counts tell the truth."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

API = "/api/v1/organisaties"


def ask(client: FlaskClient, **parameters: Any) -> dict[str, Any]:
    answer = client.get(API, query_string=parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.mark.parametrize(
    "question", ["schoonmaak in Ieper", "groenonderhoud Westhoek", "schoonmaak vlakbij Ieper"]
)
@pytest.mark.parametrize("facet", ["werkvorm", "dienst", "trede", "gemeente", "regio", "samenwerking"])
def test_a_count_is_what_a_click_gives_also_when_the_place_was_typed(
    client: FlaskClient, question: str, facet: str
) -> None:
    values = ask(client, q=question)["facetten"][facet]
    for value in [one for one in values if not one["gekozen"]][:12]:
        after = ask(client, **{"q": question, facet: value["waarde"]})

        assert after["totaal"] == value["aantal"], value["label"]


def test_a_region_chosen_beside_a_gemeente_in_the_text_narrows(client: FlaskClient) -> None:
    in_ieper = ask(client, q="schoonmaak in Ieper")
    within = ask(client, q="schoonmaak in Ieper", waar="Westhoek")

    assert within["herkend"] == {"gemeente": "33011"}
    assert within["totaal"] == in_ieper["totaal"] < ask(client, q="schoonmaak", regio="westhoek")["totaal"]


def test_a_gemeente_that_was_chosen_beats_the_one_in_the_text(client: FlaskClient) -> None:
    both = ask(client, q="schoonmaak in Ieper", gemeente="veurne")

    assert "herkend" not in both
    assert both["totaal"] == ask(client, q="schoonmaak", gemeente="veurne")["totaal"]


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/diensten/Poetsen", "/diensten/schoonmaak"),
        ("/organisaties/GROEN-EN-NET", "/organisaties/groen-en-net"),
    ],
)
def test_another_way_to_write_an_address_leads_to_the_page(client: FlaskClient, path: str, to: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.location) == (301, to)


@pytest.mark.parametrize("question", ["trede 5", "schoonmaak trede 5", "op trede 5 in Ieper"])
def test_a_trede_in_the_question_is_the_filter(client: FlaskClient, question: str) -> None:
    found = ask(client, q=question)

    assert found["herkend"]["trede"] == "5"
    assert found["items"] and all(5 in item["treden"] for item in found["items"])
    assert "op trede 5" in found["samenvatting"]
