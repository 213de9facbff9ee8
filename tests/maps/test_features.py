"""Points for the map as GeoJSON."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest

from catalogue.maps.features import Pin, dump
from tests.maps.site import spread

PIN = Pin(3, "De Proef", "/organisaties/de-proef", "Ieper", 50.8512345678, 2.8878912345)


def features_of(*pins: Pin) -> list[dict]:
    """What a browser reads."""
    return json.loads(dump(pins))["features"]


def test_a_site_becomes_a_point_with_longitude_first() -> None:
    assert features_of(PIN) == [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [2.88789, 50.85123]},
            "properties": {"n": 3, "t": "De Proef", "u": "/organisaties/de-proef", "g": "Ieper"},
        }
    ]


def test_the_middle_of_a_gemeente_is_marked_and_given_less_precisely() -> None:
    (feature,) = features_of(replace(PIN, approximate=True))

    assert feature["geometry"]["coordinates"] == [2.8879, 50.8512]
    assert feature["properties"]["b"] == 1


def test_the_reason_is_given_where_there_is_one() -> None:
    (feature,) = features_of(replace(PIN, reason="dienst: strijk"))

    assert feature["properties"]["w"] == "dienst: strijk"


def test_sites_of_one_organisation_share_its_number() -> None:
    numbers = [f["properties"]["n"] for f in features_of(PIN, replace(PIN, lat=50.9), replace(PIN, number=4))]

    assert numbers == [3, 3, 4]


def test_hits_without_a_place_are_counted() -> None:
    assert json.loads(dump([PIN], without_point=7))["zonder_punt"] == 7


@pytest.mark.parametrize(
    "name", ['"><img src=x onerror=alert(1)>', "a\u2028b\\u0022", "Œuvre «’t Veer»", "\x00"]
)
def test_any_name_survives_the_way_to_the_browser(name: str) -> None:
    assert features_of(replace(PIN, name=name))[0]["properties"]["t"] == name


def test_ten_thousand_points_weigh_at_most_400_kb_over_the_wire() -> None:
    assert len(gzip.compress(dump(spread(10_000)), 5)) <= 400_000


def test_a_point_adds_little_to_what_it_says() -> None:
    pins = spread(10_000)
    said = "".join(f"{p.number}{p.name}{p.url}{p.gemeente}{p.reason}{p.lat:.5f}{p.lon:.5f}" for p in pins)

    # RFC 7946 asks 58 bytes for the frame of a point; over the wire compression takes nearly all of it away.
    assert (len(dump(pins)) - len(said.encode())) / len(pins) <= 120
    assert (len(gzip.compress(dump(pins))) - len(gzip.compress(said.encode()))) / len(pins) <= 6
