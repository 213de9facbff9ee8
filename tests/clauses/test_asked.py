"""The question on a real catalogue: words as the search reads them, places, any text, page and API alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.clauses.wording import FIELDS
from catalogue.config import Settings
from catalogue.curation.entrydata import RecognitionData, WerkvormData
from catalogue.directory.clause_supply import find_meant, find_place
from catalogue.directory.live import directory
from tests.audit import AuditingClient
from tests.builders import IEPER, VEURNE, app_with, copied, entry, offer, organisations

ASKED = {"soort": "diensten", "raming": "120000", "duur_maanden": "12", "datum": "2026-03-01"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, vocabularies: Settings) -> Iterator[Flask]:
    """A catalogue of a few who do green care, cleaning, ironing and building."""
    with (
        copied(vocabularies, tmp_path_factory.mktemp("asked") / "data") as settings,
        app_with(settings) as app,
    ):
        app.test_client_class = AuditingClient
        with app.app_context():
            organisations(
                entry("Park", offers=(offer("groenonderhoud", f"nis:{IEPER}", f"nis:{VEURNE}"),)),
                entry(
                    "Plein",
                    offers=(offer("groenonderhoud", f"nis:{IEPER}"), offer("schoonmaak", f"nis:{VEURNE}")),
                ),
                entry(
                    "Poets", werkvormen=(WerkvormData("ald"),), offers=(offer("schoonmaak", f"nis:{IEPER}"),)
                ),
                entry(
                    "Bouw",
                    offers=(offer("renovatie", f"nis:{IEPER}"),),
                    recognitions=(
                        RecognitionData("Aannemer D5", "1", date(2027, 6, 30)),
                        RecognitionData("Aannemer G3", "2", date(2025, 12, 31)),
                    ),
                ),
            )
        yield app


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


def ask(client: FlaskClient, **asked: str) -> dict[str, Any]:
    response = client.get("/api/v1/clausules/advies", query_string=ASKED | asked)
    assert response.status_code == 200, response.get_json()
    answer: dict[str, Any] = response.get_json()
    return answer


def shown(client: FlaskClient, **asked: str) -> str:
    response = client.get("/clausules", query_string=ASKED | asked)
    assert response.status_code == 200
    return response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("groenonderhoud", [("groenonderhoud",)]),
        ("Poetsen", [("schoonmaak",)]),
        ("schoonmaak, strijk", [("schoonmaak",), ("strijk",)]),
        ("strijken en ramen wassen", [("strijk",), ("ramen-wassen",)]),
        ("gras maaien langs de weg", [("gras-maaien",)]),
        ("schoonmaak van kantoren", [("schoonmaak",)]),
        ("98315000-4", [("strijk",)]),
    ],
)
def test_words_are_read_as_the_search_reads_them(site: Flask, text: str, keys: list[tuple[str, ...]]) -> None:
    with site.app_context():
        meant = find_meant(directory(), text)
    assert [task.keys for task in meant.taken] == keys
    assert meant.onbekend == ()


def test_a_slip_is_read_and_said(client: FlaskClient) -> None:
    answer = ask(client, dienst="grononderhoud", gemeente="Ieper")
    assert answer["aanbod"]["organisaties"] == ["park", "plein"]
    assert "U schreef ‘grononderhoud’. Wij lezen ‘groenonderhoud’." in answer["waarschuwingen"]


def test_a_code_covers_what_lies_under_it_and_its_number_comes_first(site: Flask) -> None:
    with site.app_context():
        (task,) = find_meant(directory(), "77310000").taken
    assert "groenonderhoud" in task.keys
    assert "gras-maaien" not in task.keys
    assert "Gras maaien" in task.smaller
    assert task.cpv[0] == "77310000-6"


def test_a_place_among_the_words_counts_where_no_other_is_given(client: FlaskClient) -> None:
    assert list(ask(client, dienst="groenonderhoud in Veurne")["aanbod"]["per_gemeente"]) == [VEURNE]
    elsewhere = ask(client, dienst="groenonderhoud in Veurne", gemeente="Ieper")
    assert list(elsewhere["aanbod"]["per_gemeente"]) == [IEPER]


@pytest.mark.parametrize(
    "text", ["oogarts", "hartchirurgie", "12345678", "maatwerkbedrijf", "🚲", "de", "<b>"]
)
def test_what_is_no_task_is_refused_by_its_own_words(client: FlaskClient, text: str) -> None:
    response = client.get("/api/v1/clausules/advies", query_string=ASKED | {"dienst": text})
    assert response.status_code == 400
    assert response.get_json()["fout"]["veld"] == "dienst"
    assert text in response.get_json()["fout"]["melding"]


@pytest.mark.parametrize("text", ["Westhoek", "regio Westhoek", "de Westhoek", "westhoek"])
def test_a_region_is_a_place(site: Flask, text: str) -> None:
    with site.app_context():
        place = find_place(directory(), text)
    assert place is not None
    assert place.regio == "Westhoek"
    assert len(place.gemeenten) == 18


@pytest.mark.parametrize("text", ["33011", "ieper", "Boezinge", "8900", "8900 Ieper"])
def test_a_gemeente_is_found_by_any_of_its_names(client: FlaskClient, text: str) -> None:
    assert list(ask(client, dienst="groenonderhoud", gemeente=text)["aanbod"]["per_gemeente"]) == [IEPER]


def test_hundreds_of_services_are_refused_without_reading_them(client: FlaskClient) -> None:
    pairs = [*ASKED.items(), *(("dienst", f"taak {number}") for number in range(400))]
    response = client.get("/api/v1/clausules/advies", query_string=pairs)
    assert response.get_json()["fout"] == {
        "veld": "dienst",
        "melding": "Noem hoogstens 5 taken per opdracht.",
    }


def test_all_tasks_are_done_by_one_in_the_same_gemeente(client: FlaskClient) -> None:
    both = ask(client, dienst="groenonderhoud, schoonmaak", gemeente="Veurne")
    # Plein does green care in Ieper and cleans in Veurne: that is not both in one place.
    assert both["aanbod"]["aantal"] == 0
    assert any("Overweeg een perceel per taak" in one for one in both["waarschuwingen"])


def test_works_say_which_recognition_is_valid_and_which_has_lapsed(client: FlaskClient) -> None:
    answer = ask(client, soort="werken", dienst="renovatie", gemeente="Ieper", raming="400000")
    assert (
        "De catalogus kent bij Bouw een erkenning: Aannemer D5, klasse 1, geldig tot 30-6-2027."
        in answer["waarschuwingen"]
    )
    assert (
        "Bij Bouw is op 1-3-2026 niet meer geldig: Aannemer G3, klasse 2, vervallen op 31-12-2025."
        in answer["waarschuwingen"]
    )


def test_each_supplier_stands_on_the_page_with_what_a_buyer_must_know(client: FlaskClient) -> None:
    page = shown(client, dienst="schoonmaak", gemeente="Ieper")
    assert "artikel 15 na te gaan" in page
    assert "<td>opgegeven</td>" in page
    assert "nog te bevestigen" in page
    several = shown(client, dienst="groenonderhoud", gemeente="Ieper, Veurne, Poperinge")
    assert "Wie werkt waar" in several
    nobody = r"<th scope=\"row\">Poperinge</th>\s*<td>0</td>\s*<td>0</td>\s*<td>niemand</td>"
    assert re.search(nobody, several)


def test_the_page_repeats_the_question_and_keeps_it_in_every_link(client: FlaskClient) -> None:
    page = shown(client, dienst="groenonderhoud", gemeente="Ieper", raming="120 000", percelen="2")
    assert "120.000 euro, excl. btw" in page
    for kept in ("raming=120+000", "percelen=2", "dienst=groenonderhoud"):
        assert page.count(kept) > 5
    assert "/clausules/motivering.docx?" in page


def test_errors_stand_at_their_field_and_nothing_is_lost(client: FlaskClient) -> None:
    given_ = {"gemeente": "Atlantis", "uurkost": "0", "percelen": "vier", "dienst": "groenonderhoud"}
    page = shown(client, **given_)
    for field, value in given_.items():
        assert f'value="{value}"' in page
        assert (f'id="{field}-fout"' in page) == (field != "dienst")
    assert "Het advies hieronder rekent zonder deze gegevens." in page


def test_a_link_that_only_fills_in_a_service_shows_no_errors(client: FlaskClient) -> None:
    response = client.get("/clausules", query_string={"dienst": "groenonderhoud", "gemeente": "Ieper"})
    page = response.get_data(as_text=True)
    assert "Dit klopt nog niet" not in page
    assert 'value="groenonderhoud"' in page


def test_a_sum_done_again_keeps_our_values_ours(client: FlaskClient) -> None:
    page = shown(client, uurkost="50")
    form = page.split('class="sum"')[1].split("</form>")[0]
    assert re.search(r'id="som-uurkost" name="uurkost" value="50"', form)
    assert re.search(r'id="som-arbeidsaandeel" name="arbeidsaandeel" value=""', form)
    assert "Leeg: 65 %" in form


@pytest.mark.parametrize(
    "asked",
    [
        {"dienst": "groenonderhoud", "gemeente": "Ieper"},
        {"dienst": "groenonderhoud", "gemeente": "Ieper, Veurne", "raming": "33.333,33"},
        {
            "soort": "werken",
            "raming": "750000",
            "arbeidsaandeel": "33,3",
            "inspanning": "7.5",
            "uurkost": "47,5",
        },
    ],
)
def test_the_numbers_of_the_page_are_those_of_the_api(client: FlaskClient, asked: dict[str, str]) -> None:
    answer, page = ask(client, **asked), shown(client, **asked)
    hours = f"{answer['inspanning']['uren']:,}".replace(",", ".")
    days = f"{answer['inspanning']['dagen']:,}".translate(str.maketrans(",.", ".,")).removesuffix(",0")
    assert f"<b>{hours} uur</b>, of {days} dag" in page
    for name in ("beperkte_waarde", "zonder_bekendmaking", "vereenvoudigd", "europees"):
        assert f"{answer['drempels'][name]:,} euro".replace(",", ".") in page.replace("</b>", "").replace(
            "<b>", ""
        )
    verdicts = re.findall(
        r'<span class="tag[^"]*">(aanbevolen|mogelijk|afgeraden|niet mogelijk)</span>', page
    )
    assert [one.replace(" ", "-") for one in verdicts] == [one["oordeel"] for one in answer["instrumenten"]]
    if answer["aanbod"]:
        assert f"{answer['aanbod']['oordeel']}</span>" in page
    for warning in answer["waarschuwingen"]:
        assert "‘" in warning or warning in page or warning.startswith("Wie ")


_TEXTS = st.text(max_size=40) | st.sampled_from(
    ["Ieper", "groenonderhoud", "-1", "1e9", "0", "'; --", "%00", "９"]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(FIELDS), _TEXTS, min_size=1))
def test_any_text_in_any_field_is_answered_and_an_error_names_its_field(
    site: Flask, values: dict[str, str]
) -> None:
    client = site.test_client()
    asked = ASKED | values
    answer = client.get("/api/v1/clausules/advies", query_string=asked)
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert answer.get_json()["fout"]["veld"] in FIELDS
        assert answer.get_json()["fout"]["veld"] in {*values, "gemeente"}
    assert client.get("/clausules", query_string=asked).status_code == 200
