"""Files out: who is in them, what a spreadsheet sees, and what says which list it is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from catalogue.curation.entrydata import WerkvormData
from catalogue.exchange.columns import COLUMNS
from catalogue.exchange.writer import MIME_TYPES, write
from tests.builders import VEURNE, entry, offer, organisations, site


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def out(format: str, ids: list[int] | None = None, **kinds: Any) -> bytes:
    stream = io.BytesIO()
    write(format, ids, stream, **kinds)
    return stream.getvalue()


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_csv_opens_in_a_spreadsheet_as_it_is() -> None:
    organisations(entry("Café =1", phone="+32 57 1", description="=1+1"))
    content = out("csv")
    assert content.startswith(b"\xef\xbb\xbfnaam;voorheen;vestiging;")
    assert content.count(b"\r\n") == content.count(b"\n") == 2
    (row,) = rows(content)
    assert tuple(row) == COLUMNS
    assert (row["naam"], row["telefoon"], row["omschrijving"]) == ("Café =1", "'+32 57 1", "'=1+1")


def test_only_published_entries_are_public_and_a_choice_is_kept_to() -> None:
    _, two, three = organisations(entry("Een"), entry("Twee"), entry("Drie", status="concept"))
    assert [row["naam"] for row in rows(out("csv"))] == ["Een", "Twee"]
    assert [row["naam"] for row in rows(out("csv", [two, three]))] == ["Twee"]
    assert rows(out("csv", [])) == []
    assert [row["naam"] for row in rows(out("csv", published_only=False))] == ["Drie", "Een", "Twee"]


def test_rows_are_sorted_by_name_vestiging_and_werkgebied() -> None:
    organisations(
        entry("zebra"),
        entry(
            "Árbol",
            sites=(site(name="West"), site(VEURNE, name="Oost")),
            offers=(
                offer("strijk", "vlaanderen", site="Oost"),
                offer("strijk", "nis:33011", "regio:westhoek", site="Oost"),
                offer("catering", "vlaanderen", site="Oost"),
                offer("catering", site="West"),
            ),
        ),
    )
    assert [(r["naam"], r["vestiging"], r["werkgebied"], r["diensten"]) for r in rows(out("csv"))] == [
        ("Árbol", "Oost", "Ieper|regio:westhoek", "Strijk"),
        ("Árbol", "Oost", "vlaanderen", "Catering|Strijk"),
        ("Árbol", "West", "", "Catering"),
        ("zebra", "", "", "Groenonderhoud"),
    ]


def test_a_site_shows_its_own_text_or_else_that_of_the_organisation() -> None:
    sites = (site(name="Oost", source="mail"), site(name="West"))
    organisations(entry(source="bezoek", sites=sites, offers=()))
    assert [row["bron"] for row in rows(out("csv"))] == ["mail", "bezoek"]


def test_a_workbook_says_on_a_second_sheet_which_list_it_is() -> None:
    organisations(entry(phone="=1+1"))
    book = load_workbook(io.BytesIO(out("xlsx", sentence="1 organisatie in Ieper", on=date(2026, 11, 21))))
    first, second = book.worksheets
    values = list(first.iter_rows(values_only=True))
    assert values[0] == COLUMNS
    assert values[1][COLUMNS.index("telefoon")] == "'=1+1"
    assert {cell.data_type for row in first.iter_rows() for cell in row} <= {"s", "n"}
    assert values[1][COLUMNS.index("vestiging")] is None
    assert list(second.iter_rows(values_only=True)) == [
        ("Zoekopdracht", "1 organisatie in Ieper"),
        ("Datum", "2026-11-21"),
    ]
    assert len(load_workbook(io.BytesIO(out("xlsx"))).worksheets) == 1


def test_geojson_has_a_feature_for_each_site() -> None:
    organisations(entry(sites=(site(), site(None, name="Ergens"))))
    made = json.loads(out("geojson", sentence="zin", on=date(2026, 11, 21)))
    assert (made["type"], made["samenvatting"], made["datum"]) == ("FeatureCollection", "zin", "2026-11-21")
    here, nowhere = made["features"]
    assert here["geometry"]["type"] == "Point"
    lon, lat = here["geometry"]["coordinates"]
    assert (round(lat), round(lon)) == (51, 3)
    assert nowhere["geometry"] is None
    assert nowhere["properties"]["vestiging"] == "Ergens"


def test_json_has_the_whole_entry() -> None:
    organisations(entry(offers=(offer("strijk", "nis:33011", site=""), offer("catering", site=None))))
    made = json.loads(out("json", sentence="zin"))
    assert (made["samenvatting"], made["datum"]) == ("zin", None)
    (item,) = made["items"]
    assert item["slug"] == "de-proef"
    assert (item["werkvormen"], item["werkvorm_sleutels"]) == (["maatwerk"], ["maatwerkbedrijf"])
    assert item["treden"] == [5]
    assert (item["email"], item["telefoon"], item["website"]) == (None, None, None)
    assert item["vestigingen"][0]["gemeente"] == "Ieper"
    assert [(o["dienst"], o["vestiging"], o["werkgebied"]) for o in item["aanbod"]] == [
        ("catering", None, None),
        ("strijk", "", ["Ieper"]),
    ]


def test_both_json_forms_name_the_groups_and_the_keys_of_the_werkvormen() -> None:
    forms = (WerkvormData("ama-se"), WerkvormData("arbeidszorg", (4,)), WerkvormData("ald"))
    organisations(entry(werkvormen=forms))
    (item,) = json.loads(out("json"))["items"]
    (feature,) = json.loads(out("geojson"))["features"]
    for made in (item, feature["properties"]):
        assert sorted(made["werkvormen"]) == ["az", "lde"]
        assert sorted(made["werkvorm_sleutels"]) == ["ald", "ama-se", "arbeidszorg"]


@pytest.mark.parametrize("format", list(MIME_TYPES))
def test_a_file_from_the_site_says_its_kind_once(app: Flask, format: str) -> None:
    response = app.test_client().get(f"/export.{format}")
    assert response.headers["Content-Type"] == MIME_TYPES[format]


@pytest.mark.parametrize("path", ["/export.json", "/export.geojson"])
def test_a_program_that_asks_wrongly_is_told_so_in_json(app: Flask, path: str) -> None:
    response = app.test_client().get(f"{path}?trede=9")
    assert response.status_code == 400
    assert response.get_json()["fout"]["veld"] == "trede"


@pytest.mark.parametrize("path", ["/export.json", "/export.geojson", "/kaart/punten.geojson"])
def test_every_fault_of_an_address_for_programs_is_json(app: Flask, path: str) -> None:
    assert app.test_client().delete(path).get_json()["fout"]["melding"]


def test_a_person_that_asks_wrongly_reads_a_page(app: Flask) -> None:
    response = app.test_client().get("/export.csv?trede=9")
    assert response.status_code == 400
    assert "text/html" in response.headers["Content-Type"]


@pytest.mark.parametrize("format", list(MIME_TYPES))
def test_an_empty_list_is_a_whole_file_too(format: str) -> None:
    content = out(format)
    if format in {"json", "geojson"}:
        made = json.loads(content)
        assert made["items" if format == "json" else "features"] == []
    else:
        assert content
        assert format != "csv" or rows(content) == []
