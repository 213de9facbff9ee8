"""Plots are whole SVG, with axes that come from the figures."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from tests.bench.plots import HEIGHT, LOOKS, WIDTH, Bar, Scale, Series, bars, figure, lines, step_of

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ElementTree.Element:
    """As it would be read outside of a page."""
    return ElementTree.fromstring(str(svg).replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1))


def texts(svg: str, kind: str) -> list[str]:
    """What stands in the texts of a kind."""
    found = parsed(svg).iter(f"{SVG}text")
    return [one.text or "" for one in found if kind in one.attrib["class"].split()]


def places(line: ElementTree.Element) -> list[tuple[float, float]]:
    """The points of a line on the page."""
    pairs = (point.split(",") for point in line.attrib["points"].split())
    return [(float(x), float(y)) for x, y in pairs]


def test_a_line_goes_through_its_points_within_the_plot() -> None:
    svg = lines("Tijd", [Series("a", ((0, 0), (5, 50), (10, 100)))], x="x", y="ms")

    [line] = parsed(svg).iter(f"{SVG}polyline")
    (x1, y1), (x2, y2), (x3, y3) = places(line)
    assert x2 - x1 == x3 - x2 > 0
    assert y1 - y2 == pytest.approx(y2 - y3, abs=0.2)
    assert y1 > y3
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places(line))


def test_the_figures_beside_the_axes_come_from_what_is_drawn() -> None:
    svg = lines("Tijd", [Series("a", ((0, 0), (60, 400)))], x="s", y="ms")

    assert {"0", "100", "200", "300", "400"} <= set(texts(svg, "tick"))
    assert {"20", "40", "60"} <= set(texts(svg, "tick"))
    assert texts(svg, "axis") == ["s", "ms"]


def test_logarithms_put_each_power_of_ten_as_far_from_the_next() -> None:
    sizes = (1_000, 10_000, 100_000)
    series = Series("a", tuple((size, size / 100) for size in sizes))
    svg = lines("Tijd", [series], x="x", y="ms", logs=(True, True), xs=sizes)

    [line] = parsed(svg).iter(f"{SVG}polyline")
    (x1, y1), (x2, y2), (x3, y3) = places(line)
    assert x2 - x1 == pytest.approx(x3 - x2, abs=0.2)
    assert y1 - y2 == pytest.approx(y2 - y3, abs=0.2)
    assert {"1,000", "10,000", "100,000", "10", "100"} <= set(texts(svg, "tick"))


def test_names_at_the_ends_of_lines_do_not_cover_each_other() -> None:
    series = [Series(f"lijn {number}", ((0, 1), (1, 1)), number) for number in range(5)]
    svg = lines("Tijd", series, x="x", y="y")

    found = [
        float(one.attrib["y"]) for one in parsed(svg).iter(f"{SVG}text") if "name" in one.attrib["class"]
    ]
    assert len(found) == 5
    assert all(later - before >= 12 for before, later in pairwise(found))


def test_bars_are_as_long_as_their_values_and_the_goal_is_within() -> None:
    svg = bars("Geheugen", [Bar("a", 100, "100 MB"), Bar("b", 200, "200 MB", 1)], x="MB", goal=300)

    widths = [float(one.attrib["width"]) for one in parsed(svg).iter(f"{SVG}rect")]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.3)
    [goal] = [one for one in parsed(svg).iter(f"{SVG}path") if one.attrib["class"] == "goal"]
    assert float(goal.attrib["d"][1:].split()[0]) <= WIDTH
    assert texts(svg, "value") == ["100 MB", "200 MB"]


def test_what_is_drawn_has_a_name_and_no_markup_of_its_own() -> None:
    svg = lines("<b>", [Series("<script>", ((0, 1), (1, 2)))], x="&", y='"') + bars(
        "<b>", [Bar("<script>", 1, "<i>")], x="&"
    )

    assert "<script>" not in svg
    assert "<b>" not in svg
    assert "<i>" not in svg
    for one in svg.split("</svg>")[:-1]:
        root = parsed(f"{one}</svg>")
        title = root.find(f"{SVG}title")
        assert title is not None
        assert title.text == "<b>"
        assert root.attrib["aria-labelledby"] == title.attrib["id"]


def test_where_there_is_nothing_nothing_is_drawn() -> None:
    assert lines("Tijd", [Series("a", ())], x="x", y="y") == ""
    assert bars("Tijd", [], x="x") == ""


@pytest.mark.parametrize("value", [0.0, 5.0])
def test_one_point_and_values_that_are_all_alike_are_drawn_too(value: float) -> None:
    for logs in ((False, False), (True, True)):
        svg = lines("Tijd", [Series("a", ((1, value),)), Series("b", ((1, value),))], x="x", y="y", logs=logs)
        for line in parsed(svg).iter(f"{SVG}polyline"):
            assert all(0 <= x <= WIDTH and -HEIGHT <= y <= 2 * HEIGHT for x, y in places(line))
    assert texts(bars("Tijd", [Bar("a", 0, "0")], x="x"), "value") == ["0"]


def test_every_look_has_a_style() -> None:
    svg = lines("Tijd", [Series("a", ((0, 1), (1, 2)), look=LOOKS + 1)], x="x", y="y")

    assert f"look{LOOKS}" not in svg
    assert "look1" in svg


@pytest.mark.parametrize(
    ("width", "step"), [(1, 0.2), (10, 2), (60, 20), (100, 20), (7, 2), (400, 100), (0.05, 0.01)]
)
def test_steps_are_round(width: float, step: float) -> None:
    assert step_of(width) == pytest.approx(step)
    assert 2 <= len(Scale(0, width, 0, 100).ticks()) <= 7


@pytest.mark.parametrize(("value", "shown"), [(0, "0"), (0.2, "0.2"), (2.5, "2.5"), (1e5, "100,000")])
def test_figures_beside_an_axis_are_short(value: float, shown: str) -> None:
    assert figure(value) == shown
