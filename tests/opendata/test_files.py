"""Files out: all in one, which state they are of, under which licence, and GeoJSON by its rules."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from catalogue.curation import entries
from catalogue.curation.loading import read
from catalogue.curation.write import change
from catalogue.data.opendata import terms
from catalogue.exchange.writer import MIME_TYPES
from tests.builders import POPERINGE, entry, organisation, organisations, site

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
ZIP = "/data/catalogus.zip"


@pytest.fixture
def reader(app: Flask) -> Iterator[FlaskClient]:
    with app.app_context():
        yield app.test_client()


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_one_file_holds_every_form_with_the_licence_and_the_date(reader: FlaskClient) -> None:
    organisations(entry("Een"), entry("Twee"), entry("Drie", status="concept"))
    answer = reader.get(ZIP)
    files = unpacked(answer.data)
    assert set(files) == {f"catalogus.{form}" for form in MIME_TYPES} | {"LICENTIE.txt", "LEESMIJ.txt"}
    made = json.loads(files["catalogus.json"])
    assert [item["naam"] for item in made["items"]] == ["Een", "Twee"]
    assert len(json.loads(files["catalogus.geojson"])["features"]) == 2
    assert files["catalogus.csv"].count(b"\r\n") == 3
    first, second = load_workbook(io.BytesIO(files["catalogus.xlsx"])).worksheets
    assert first.max_row == 3
    about = {str(name): value for name, value in second.iter_rows(values_only=True)}
    assert (about["Licentie"], about["Bijgewerkt"]) == (LICENCE, made["bijgewerkt"])
    for name in ("LICENTIE.txt", "LEESMIJ.txt"):
        assert made["bijgewerkt"] in files[name].decode()
    assert LICENCE in files["LICENTIE.txt"].decode()
    assert "Statbel" in files["LICENTIE.txt"].decode()
    assert "attachment" in answer.headers["Content-Disposition"]


def test_all_in_one_follows_the_catalogue_and_is_not_sent_twice(app: Flask, reader: FlaskClient) -> None:
    id = organisation("Een")
    first = reader.get(ZIP)
    again = reader.get(ZIP, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    kept = app.config["SETTINGS"].data / "opendata"
    assert len(list(kept.iterdir())) == 1
    # As somebody leaves it who is killed while he writes.
    (kept / "half.deel").write_bytes(b"PK")
    with change() as under_way:
        before = read(id)
        assert before is not None
        entries.save(under_way, replace(before, name="Andere"))
    second = reader.get(ZIP, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert "Andere" in unpacked(second.data)["catalogus.csv"].decode()
    assert len(list(kept.iterdir())) == 1


def test_a_disk_that_keeps_nothing_is_no_fault(app: Flask, reader: FlaskClient) -> None:
    organisation("Een")
    # A file where the folder should be: nothing can be kept there.
    (app.config["SETTINGS"].data / "opendata").write_text("")
    assert "catalogus.csv" in unpacked(reader.get(ZIP).data)


@pytest.mark.parametrize("form", list(MIME_TYPES))
def test_a_file_says_when_it_changed_and_is_not_sent_again(reader: FlaskClient, form: str) -> None:
    organisation("Een")
    first = reader.get(f"/export.{form}?dienst=groenonderhoud")
    assert first.last_modified is not None
    tag = {"If-None-Match": first.headers["ETag"]}
    again = reader.get(f"/export.{form}?dienst=groenonderhoud", headers=tag)
    assert (again.status_code, again.data) == (304, b"")
    assert reader.get(f"/export.{form}", headers=tag).status_code == 200
    organisation("Twee")
    assert reader.get(f"/export.{form}?dienst=groenonderhoud", headers=tag).status_code == 200


@pytest.mark.parametrize("form", ["json", "geojson"])
def test_a_file_for_programs_says_its_licence_its_publisher_and_its_moment(
    reader: FlaskClient, form: str
) -> None:
    organisation("Een")
    made = reader.get(f"/export.{form}").get_json(force=True)
    assert (made["licentie"], made["uitgever"]) == (LICENCE, "Sociale economie Westhoek")
    assert datetime.fromisoformat(made["bijgewerkt"]).tzinfo is not None


def geojson(reader: FlaskClient) -> Any:
    return reader.get("/export.geojson").get_json(force=True)


def test_geojson_keeps_to_its_rules(reader: FlaskClient) -> None:
    organisations(
        entry("Een", sites=(site(lat=50.85123456, lon=2.88987654),), offers=()),
        entry("Twee", sites=(site(POPERINGE, name="A"), site(None, name="B")), offers=()),
    )
    made = geojson(reader)
    assert made["type"] == "FeatureCollection"
    assert "crs" not in made
    points = [one["geometry"]["coordinates"] for one in made["features"] if one["geometry"]]
    assert points[0] == [2.889877, 50.851235]
    assert [one["geometry"] is None for one in made["features"]] == [False, False, True]
    ids = [one["id"] for one in made["features"]]
    assert len(set(ids)) == len(ids) == 3
    west, south, east, north = made["bbox"]
    assert [west, east] == [min(lon for lon, _ in points), max(lon for lon, _ in points)]
    assert [south, north] == [min(lat for _, lat in points), max(lat for _, lat in points)]
    assert 2 < west < east < 3 and 50 < south <= north < 51


def test_a_site_keeps_its_id_when_it_is_renamed(reader: FlaskClient) -> None:
    id = organisation("Een", sites=(site(name="Oud"),), offers=())
    (before,) = geojson(reader)["features"]
    with change() as under_way:
        held = read(id)
        assert held is not None
        entries.save(under_way, replace(held, sites=(replace(held.sites[0], name="Nieuw"),)))
    (after,) = geojson(reader)["features"]
    assert (after["id"], after["properties"]["vestiging"]) == (before["id"], "Nieuw")


def test_there_is_no_box_around_nothing(reader: FlaskClient) -> None:
    organisation("Een", sites=(site(None, name="Ergens"),), offers=())
    assert "bbox" not in geojson(reader)


def test_every_property_is_explained_and_no_other(reader: FlaskClient) -> None:
    organisation("Een")
    (feature,) = geojson(reader)["features"]
    assert list(feature["properties"]) == list(terms().eigenschappen)
    page = reader.get("/data").text
    for name in terms().eigenschappen:
        assert f"<code>{name}</code>" in page


def test_a_point_tells_its_source_and_how_sure_it_is(reader: FlaskClient) -> None:
    sites = (site(name="Eigen", source="mail", zekerheid="onzeker"), site(name="Geërfd"))
    organisation("Een", source="bezoek", zekerheid="zeker", sites=sites, offers=())
    told = {
        one["properties"]["vestiging"]: (one["properties"]["bron"], one["properties"]["zekerheid"])
        for one in geojson(reader)["features"]
    }
    assert told == {"Eigen": ("mail", "onzeker"), "Geërfd": ("bezoek", "zeker")}


@pytest.mark.parametrize("address", [*terms().licenties, "https://voorbeeld.example/eigen-licentie"])
def test_the_page_says_what_the_licence_means(app: Flask, address: str) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], data_licence=address)
    page = app.test_client().get("/data").text
    licence = terms().licence(address)
    assert f'href="{address}" rel="license">{licence.naam}</a>' in page
    assert "{site}" not in page
    if licence.uitleg:
        assert licence.uitleg.partition("{site}")[0] in page
