"""Great-circle distances in kilometres, on the sphere that geopy uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, degrees, pi, radians, sin, sqrt

from geopy.distance import EARTH_RADIUS, great_circle

DIAMETER_KM = 2 * float(EARTH_RADIUS)
KM_PER_DEGREE = DIAMETER_KM * pi / 360
# The prefilter box is 0.1 mm wider than the circle, so that rounding drops no point on its edge.
BOX_MARGIN_DEGREES = 1e-9
# Beyond this latitude the box spans all longitudes: its width cannot be told precisely near a pole.
POLAR_LAT = 89.0


@dataclass(frozen=True, slots=True)
class Point:
    """A place in WGS84, in decimal degrees."""

    lat: float
    lon: float


def km(a: Point, b: Point) -> float:
    """The distance between two points in km (geopy, great circle: at most 0.5 % off the ellipsoid)."""
    return float(great_circle((a.lat, a.lon), (b.lat, b.lon)).km)


def distances(points: Sequence[Point], centre: Point) -> list[float]:
    """The distance in km of each point to the centre, in the order given; equals km() to a metre."""
    lat0, lon0 = radians(centre.lat), radians(centre.lon)
    cos_lat0 = cos(lat0)
    found = []
    for point in points:
        lat = radians(point.lat)
        half_lat, half_lon = sin((lat - lat0) / 2), sin((radians(point.lon) - lon0) / 2)
        haversine = half_lat * half_lat + cos_lat0 * cos(lat) * half_lon * half_lon
        found.append(DIAMETER_KM * asin(min(1.0, sqrt(haversine))))
    return found


def within(points: Sequence[Point], centre: Point, radius_km: float) -> list[int]:
    """The positions of the points at most radius_km from the centre, in the order given."""
    if radius_km < 0:
        return []
    lat_span, lon_span = _box(centre, radius_km)
    lat0, lon0 = centre.lat, centre.lon
    near = [
        position
        for position, point in enumerate(points)
        if abs(point.lat - lat0) <= lat_span
        and (abs(point.lon - lon0) <= lon_span or 360 - abs(point.lon - lon0) <= lon_span)
    ]
    exact = distances([points[position] for position in near], centre)
    return [position for position, distance in zip(near, exact, strict=True) if distance <= radius_km]


def _box(centre: Point, radius_km: float) -> tuple[float, float]:
    """Half the height and width in degrees of a box that holds the circle."""
    lat_span = radius_km / KM_PER_DEGREE + BOX_MARGIN_DEGREES
    if abs(centre.lat) + lat_span >= POLAR_LAT:
        return lat_span, 180.0
    sine = sin(radians(lat_span)) / cos(radians(centre.lat))
    return lat_span, degrees(asin(min(1.0, sine))) + BOX_MARGIN_DEGREES
