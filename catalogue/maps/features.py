"""Points for the map as compact GeoJSON. Pure.

Property names are one letter, since they are repeated for every point: `n` number in the list, `t` title,
`u` address of the page, `g` gemeente, `w` why it was found, `b` 1 when only the gemeente is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# WGS84 decimals: five are about a metre. The middle of a gemeente is no better than ten metres.
DECIMALS = 5
DECIMALS_APPROXIMATE = 4


@dataclass(frozen=True, slots=True)
class Pin:
    """One site on the map, in WGS84 degrees. `number` is that of its organisation in the list."""

    number: int
    name: str
    url: str
    gemeente: str
    lat: float
    lon: float
    reason: str = ""
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class CountPin:
    """A number at the point of a gemeente (WGS84 degrees); `assumed`: how many of it are only assumed."""

    name: str
    lat: float
    lon: float
    total: int
    assumed: int = 0


def count_of(pin: CountPin) -> dict[str, Any]:
    """One number for the script: place, name, total and how many are assumed."""
    point = [round(pin.lat, DECIMALS_APPROXIMATE), round(pin.lon, DECIMALS_APPROXIMATE)]
    return {"p": point, "t": pin.name, "n": pin.total, "a": pin.assumed}


def feature(pin: Pin) -> dict[str, Any]:
    """One site as a GeoJSON feature; what is empty is left out."""
    decimals = DECIMALS_APPROXIMATE if pin.approximate else DECIMALS
    properties: dict[str, Any] = {"n": pin.number, "t": pin.name}
    if pin.url:
        properties["u"] = pin.url
    if pin.gemeente:
        properties["g"] = pin.gemeente
    if pin.reason:
        properties["w"] = pin.reason
    if pin.approximate:
        properties["b"] = 1
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(pin.lon, decimals), round(pin.lat, decimals)]},
        "properties": properties,
    }


def collection(pins: Iterable[Pin], *, without_point: int = 0) -> dict[str, Any]:
    """All sites as a GeoJSON collection; `without_point` counts the hits that have no place on the map."""
    return {
        "type": "FeatureCollection",
        "zonder_punt": without_point,
        "features": [feature(pin) for pin in pins],
    }


def dump(pins: Iterable[Pin], *, without_point: int = 0) -> bytes:
    """The collection as UTF-8 JSON (RFC 7946) without needless spaces."""
    content = collection(pins, without_point=without_point)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
