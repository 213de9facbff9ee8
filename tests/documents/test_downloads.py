"""The files as a visitor gets them: from the address alone, or with a shortlist and its reasons."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from catalogue.clauses.downloads import MAX_CHOICES, MAX_REASON
from catalogue.clauses.file_words import tell
from catalogue.clauses.rules import INSTRUMENTS
from catalogue.curation.write import generation
from catalogue.documents.word import MIME_TYPE
from catalogue.models.organisation import Art15Status
from tests.audit import AuditingClient
from tests.builders import IEPER, VEURNE, entry, offer, organisations

HERE, THERE = f"nis:{IEPER}", f"nis:{VEURNE}"
ASKED = {
    "soort": "diensten",
    "raming": "20000",
    "datum": "2026-03-01",
    "dienst": "groenonderhoud",
    "gemeente": "Ieper",
}
TEXT, PLAIN, MOTIVATION = "/clausules/tekst.docx", "/clausules/tekst.txt", "/clausules/motivering.docx"


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    app.test_client_class = AuditingClient
    with app.app_context():
        organisations(
            entry("Park", offers=(offer("groenonderhoud", HERE, THERE),)),
            entry("Haag", offers=(offer("groenonderhoud", HERE),), art15_status=Art15Status.RECOGNISED),
            entry("Strijk", offers=(offer("strijk", HERE),)),
        )
    yield app.test_client()


def words(answer: TestResponse) -> str:
    """All words of a Word file, with those of its tables."""
    assert answer.status_code == 200
    assert answer.mimetype == MIME_TYPE
    file = docx.Document(BytesIO(answer.data))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([shown.text for shown in file.paragraphs] + cells)


def lead(answer: TestResponse) -> str:
    """What an error page says."""
    text: str = answer.get_data(as_text=True)
    return text.split('<p class="lead">')[1].split("</p>")[0]


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_every_instrument_comes_as_word_and_as_plain_text(client: FlaskClient, instrument: str) -> None:
    asked = ASKED | {"instrument": instrument}
    answer = client.get(TEXT, query_string=asked)
    assert "groenonderhoud" in words(answer)
    assert f'filename="{instrument}-' in answer.headers["Content-Disposition"]
    plain = client.get(PLAIN, query_string=asked)
    assert plain.content_type == "text/plain; charset=utf-8"
    assert tell("geen-advies") in plain.get_data(as_text=True)


def test_the_file_carries_the_address_that_gives_it_again(client: FlaskClient) -> None:
    asked = ASKED | {"instrument": "voorbehouden-opdracht"}
    file = docx.Document(BytesIO(client.get(TEXT, query_string=asked).data))
    (address,) = [
        link.address for table in file.tables for row in table.rows for cell in row.cells
        for shown in cell.paragraphs for link in shown.hyperlinks
    ]  # fmt: skip

    assert address.startswith("http://localhost/clausules?")
    assert "instrument=voorbehouden-opdracht" in address
    assert "gemaakt=" in address
    page = client.get(address.removeprefix("http://localhost"))
    assert page.status_code == 200
    assert "Voorbehouden opdracht" in page.get_data(as_text=True)


def test_a_text_without_an_instrument_says_which_field_is_missing(client: FlaskClient) -> None:
    answer = client.get(TEXT, query_string=ASKED)
    assert answer.status_code == 400
    assert lead(answer) == tell("f-instrument")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"raming": ""}, "Raming, exclusief btw"),
        ({"raming": "-3"}, "Raming, exclusief btw"),
        ({"soort": "iets"}, "Soort opdracht"),
        ({"datum": "2017-12-31"}, "Lancering"),
        ({"gemeente": "Nergens"}, "In welke gemeenten?"),
        ({"dienst": "oogarts"}, "Wat laat u doen?"),
        ({"instrument": "iets"}, "Tekst van"),
        ({"uurkost": "0"}, "Uurkost"),
    ],
)
@pytest.mark.parametrize("path", [TEXT, PLAIN, MOTIVATION])
def test_a_bad_value_is_refused_with_the_name_of_its_field(
    client: FlaskClient, path: str, changes: dict[str, str], field: str
) -> None:
    answer = client.get(path, query_string=ASKED | {"instrument": "uitnodiging"} | changes)
    assert answer.status_code == 400
    assert lead(answer).startswith(f"{field}: ")


@pytest.mark.parametrize("path", [TEXT, PLAIN])
def test_an_instrument_that_the_law_shuts_gives_no_file_but_the_reason(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(path, query_string=ASKED | {"raming": "250000", "instrument": "uitnodiging"})
    assert answer.status_code == 409
    assert "niet lager dan 140.000 euro" in lead(answer)


def test_the_motivation_of_a_shut_instrument_is_still_a_file(client: FlaskClient) -> None:
    asked = ASKED | {"raming": "250000", "instrument": "uitnodiging"}
    assert tell("keuze-dicht") in words(client.get(MOTIVATION, query_string=asked))


def test_the_motivation_names_the_suppliers_of_this_catalogue(client: FlaskClient) -> None:
    shown = words(client.get(MOTIVATION, query_string=ASKED))
    assert "Park" in shown
    assert "Haag" in shown
    assert "Strijk" not in shown
    assert "http://localhost/zoeken?dienst=groenonderhoud&gemeente=33011" in shown


def posted(client: FlaskClient, **form: Any) -> TestResponse:
    return client.post(MOTIVATION, query_string=ASKED, data=form)


def test_reasons_are_posted_without_login_and_stand_in_the_file_only(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        before = generation()
    answer = posted(
        client,
        organisatie=["park", "strijk"],
        **{
            "reden-park": "Werkt al voor ons.",
            "reden-strijk": "Doet dit werk niet.",
            "reden-haag": "Niet gevraagd.",
        },
    )
    shown = words(answer)
    assert "Werkt al voor ons." in shown
    assert "Doet dit werk niet." in shown
    assert tell("zoek-niet-gevonden") in shown
    assert "Niet gevraagd." not in shown
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    with app.app_context():
        assert generation() == before
    assert "Werkt al voor ons." not in words(
        client.get(MOTIVATION, query_string=ASKED | {"organisatie": "park"})
    )


def test_a_whole_question_can_be_posted(client: FlaskClient) -> None:
    answer = client.post(MOTIVATION, data=ASKED | {"organisatie": "park", "reden-park": "Een reden."})
    assert "Een reden." in words(answer)


def test_a_reason_in_the_address_is_not_read(client: FlaskClient) -> None:
    asked = ASKED | {"organisatie": "park", "reden-park": "In elk logboek."}
    shown = words(client.get(MOTIVATION, query_string=asked))
    assert "Park" in shown
    assert "In elk logboek." not in shown


def test_an_organisation_chosen_twice_stands_there_once(client: FlaskClient) -> None:
    answer = posted(client, organisatie=["strijk", "strijk"])
    assert words(answer).count("Strijk") == 1


def test_an_unknown_organisation_is_named(client: FlaskClient) -> None:
    for slug in ("nergens", "ner\0gens", "x" * 5000):
        answer = posted(client, organisatie=slug)
        assert answer.status_code == 400
        assert "staat niet (meer) in de catalogus" in lead(answer)


def test_a_list_that_is_too_long_or_a_reason_that_is_too_long_is_refused(client: FlaskClient) -> None:
    many = posted(client, organisatie=[f"een-{number}" for number in range(MAX_CHOICES + 1)])
    assert (many.status_code, lead(many)) == (400, tell("f-organisatie-veel", aantal="50"))
    longest = {"organisatie": "park", "reden-park": "é" * MAX_REASON}
    assert "é" * MAX_REASON in words(posted(client, **longest))
    too_long = posted(client, **(longest | {"reden-park": "é" * (MAX_REASON + 1)}))
    assert (too_long.status_code, lead(too_long)) == (400, tell("f-reden", naam="Park", aantal="500"))


def test_a_body_larger_than_the_site_takes_is_refused(client: FlaskClient) -> None:
    answer = posted(client, organisatie="park", **{"reden-park": "x" * 1_100_000})
    assert answer.status_code == 413


def test_the_text_takes_no_post(client: FlaskClient) -> None:
    assert client.post(TEXT, data=ASKED).status_code == 405


def test_the_page_links_to_its_files(client: FlaskClient) -> None:
    asked = ASKED | {"instrument": "uitnodiging"}
    page = client.get("/clausules", query_string=asked).get_data(as_text=True)
    for path in (TEXT, PLAIN, MOTIVATION):
        assert f'href="{path}?' in page
        address = page.split(f'href="{path}')[1].split('"')[0].replace("&amp;", "&")
        assert client.get(path + address).status_code == 200


def test_files_of_an_older_link_say_what_changed(client: FlaskClient) -> None:
    asked = ASKED | {"raming": "100000", "instrument": "uitnodiging", "gemaakt": "2025-12-01"}
    page = client.get("/clausules", query_string=asked).get_data(as_text=True)
    address = page.split(f'href="{TEXT}')[1].split('"')[0].replace("&amp;", "&")
    shown = words(client.get(TEXT + address))
    assert "Gewijzigd sinds 1-12-2025" in shown
    assert "van 143.000 naar 140.000 euro" in shown


@given(
    field=st.sampled_from(
        ["soort", "raming", "dienst", "gemeente", "datum", "instrument", "organisatie", "reden-park"]
    ),
    value=st.text(max_size=80),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_value_of_any_field_breaks_the_file(client: FlaskClient, field: str, value: str) -> None:
    form = ASKED | {"organisatie": "park", "instrument": "marktconsultatie"} | {field: value}
    clean = {name: text.encode("utf-8", "replace").decode() for name, text in form.items()}
    answer = client.post(MOTIVATION, data=clean)
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        words(answer)
