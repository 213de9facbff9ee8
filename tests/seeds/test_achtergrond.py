"""The backdrop of the map: outlines of cantons and provinces."""

import json
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import pytest

from catalogue.places.seeds import read_gemeenten
from seeds.scripts import achtergrond as script

MAX_BYTES = 100_000
FEATURES: list[dict[str, Any]] = json.loads(script.JSON_PATH.read_text(encoding="utf-8"))["features"]
GEMEENTEN = read_gemeenten(script.JSON_PATH.parents[2] / "seeds" / "gemeenten.csv")


def features(kind: str) -> list[dict[str, Any]]:
    return [feature for feature in FEATURES if feature["properties"]["soort"] == kind]


def rings(feature: dict[str, Any]) -> list[list[tuple[float, float]]]:
    return [[(x, y) for x, y in ring] for polygon in feature["geometry"]["coordinates"] for ring in polygon]


def holds(feature: dict[str, Any], lat: float, lon: float) -> bool:
    return sum(script.holds(ring, (lon, lat)) for ring in rings(feature)) % 2 == 1


def edges(feature: dict[str, Any]) -> Counter[tuple[tuple[float, float], ...]]:
    return Counter(tuple(sorted(edge)) for ring in rings(feature) for edge in pairwise(ring))


def test_the_backdrop_is_exactly_what_the_script_makes() -> None:
    assert script.JSON_PATH.read_text(encoding="utf-8") == script.as_json()


def test_the_backdrop_weighs_at_most_100_kb() -> None:
    assert script.JSON_PATH.stat().st_size <= MAX_BYTES


def test_it_holds_the_five_provinces_brussels_and_their_cantons() -> None:
    assert [feature["properties"]["naam"] for feature in features("provincie")] == [
        "Antwerpen",
        "Brussels Hoofdstedelijk Gewest",
        "Limburg",
        "Oost-Vlaanderen",
        "Vlaams-Brabant",
        "West-Vlaanderen",
    ]
    names = [feature["properties"]["naam"] for feature in features("kanton")]
    assert len(names) == len(set(names)) > 80
    assert {"Ieper", "Poperinge", "Veurne"} <= set(names)


@pytest.mark.parametrize("gemeente", GEMEENTEN, ids=lambda row: row.slug)
def test_a_gemeente_lies_in_its_province_and_in_one_canton(gemeente: Any) -> None:
    provinces = [
        f["properties"]["naam"] for f in features("provincie") if holds(f, gemeente.lat, gemeente.lon)
    ]
    assert provinces == [gemeente.provincie]
    assert sum(holds(f, gemeente.lat, gemeente.lon) for f in features("kanton")) == 1


def test_neighbours_share_every_point_so_that_no_gap_shows() -> None:
    of_cantons = sum((edges(feature) for feature in features("kanton")), Counter())
    of_provinces = sum((edges(feature) for feature in features("provincie")), Counter())
    assert set(of_cantons.values()) == {1, 2}
    lonely = {edge for edge, count in of_cantons.items() if count == 1}
    assert lonely <= set(of_provinces)


def test_rings_are_closed_and_outsides_run_counter_clockwise() -> None:
    for feature in FEATURES:
        assert feature["geometry"]["type"] == "MultiPolygon"
        for outside, *holes in feature["geometry"]["coordinates"]:
            assert outside[0] == outside[-1]
            assert len(outside) >= 4
            assert script.area_km2(outside) > 0
            assert all(script.area_km2(hole) < 0 for hole in holes)


def test_the_cantons_of_a_province_fill_it() -> None:
    by_province: dict[str, float] = defaultdict(float)
    for feature in FEATURES:
        for polygon in feature["geometry"]["coordinates"]:
            by_province[feature["properties"]["soort"]] += sum(script.area_km2(ring) for ring in polygon)
    brussels = sum(
        script.area_km2(ring)
        for feature in features("provincie")
        if feature["properties"]["naam"].startswith("Brussels")
        for ring in rings(feature)
    )
    assert brussels == pytest.approx(162, rel=0.05)
    assert by_province["provincie"] == pytest.approx(13_625 + 162, rel=0.02)
    assert by_province["kanton"] == pytest.approx(by_province["provincie"] - brussels, rel=0.001)
