"""Distances."""

import random

import pytest
from geopy.distance import great_circle
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.places.distance import Point, distances, km, within

IEPER = Point(50.8511, 2.8857)
METRE = 0.001

anywhere = st.builds(Point, st.floats(-90, 90, allow_nan=False), st.floats(-180, 180, allow_nan=False))
near_flanders = st.builds(Point, st.floats(49, 52), st.floats(2, 7))


def test_from_ieper_to_veurne_is_about_29_km() -> None:
    assert km(IEPER, Point(51.0722, 2.6622)) == pytest.approx(29.2, abs=0.5)


def test_a_point_lies_at_0_km_from_itself() -> None:
    assert km(IEPER, IEPER) == 0
    assert distances([IEPER], IEPER) == [0]
    assert within([IEPER], IEPER, 0) == [0]


@settings(deadline=None)
@given(st.lists(anywhere, max_size=5), anywhere)
def test_distances_equal_geopy_to_a_metre_anywhere_on_earth(points: list[Point], centre: Point) -> None:
    expected = [great_circle((p.lat, p.lon), (centre.lat, centre.lon)).km for p in points]
    assert distances(points, centre) == pytest.approx(expected, abs=METRE)


@settings(deadline=None)
@given(st.lists(near_flanders, max_size=20), near_flanders, st.floats(0, 300))
def test_within_keeps_exactly_the_points_whose_distance_is_at_most_the_radius(
    points: list[Point], centre: Point, radius: float
) -> None:
    expected = [i for i, distance in enumerate(distances(points, centre)) if distance <= radius]
    assert within(points, centre, radius) == expected


@settings(deadline=None)
@given(st.lists(anywhere, max_size=20), anywhere, st.floats(0, 21000))
def test_within_also_holds_at_the_poles_and_across_the_date_line(
    points: list[Point], centre: Point, radius: float
) -> None:
    expected = [i for i, distance in enumerate(distances(points, centre)) if distance <= radius]
    assert within(points, centre, radius) == expected


def test_the_edge_of_the_circle_counts_as_within() -> None:
    points = [Point(50.9, 3.0)]
    assert within(points, IEPER, distances(points, IEPER)[0]) == [0]


@pytest.mark.parametrize("radius", [-1.0, float("nan")])
def test_a_senseless_radius_holds_nothing(radius: float) -> None:
    assert within([IEPER], IEPER, radius) == []


def test_ten_thousand_points_give_the_figures_of_km_in_the_order_given() -> None:
    chance = random.Random(1)
    points = [Point(chance.uniform(50.7, 51.5), chance.uniform(2.5, 6)) for _ in range(10_000)]
    found = distances(points, IEPER)
    assert len(found) == 10_000
    assert found[::500] == pytest.approx([km(point, IEPER) for point in points[::500]], abs=METRE)
