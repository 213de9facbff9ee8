"""Plots as SVG of our own: lines over sizes or seconds, and bars; colours come from the style of the page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count

from markupsafe import Markup

WIDTH, HEIGHT = 720, 330
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 14, 44
BAR, GAP, NAMES = 20, 8, 250
# Lines and bars have so many looks; a ninth series looks like the first.
LOOKS = 8
# How near each other names at the ends of lines may stand.
LINE_OF_TEXT = 15

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Series:
    """A line with a name: points of x and y. `look` gives series that belong together one colour."""

    name: str
    points: tuple[tuple[float, float], ...]
    look: int = 0
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with a name and the text behind it."""

    name: str
    value: float
    text: str
    look: int = 0


@dataclass(frozen=True, slots=True)
class Scale:
    """From figures to places on the page; with logarithms each step is ten times the one before."""

    low: float
    high: float
    begin: float
    end: float
    is_log: bool = False

    def __call__(self, value: float) -> float:
        """The place of a value; what has no logarithm stands at the edge."""
        low, high = self.low, self.high
        if self.is_log:
            low, high, value = (math.log10(one) for one in (low, high, max(value, low)))
        return round(self.begin + (value - low) / (high - low) * (self.end - self.begin), 1)

    def ticks(self) -> list[float]:
        """Round figures within the scale."""
        if self.is_log:
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            return [10.0**power for power in powers if self.low <= 10.0**power <= self.high]
        step = step_of(self.high - self.low)
        first = math.ceil(self.low / step)
        return [round(number * step, 10) for number in range(first, math.floor(self.high / step) + 1)]


def step_of(width: float) -> float:
    """A round step, of which about five fit in a width."""
    power = 10.0 ** math.floor(math.log10(width / 5))
    return next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= width / 5 * 0.999)


def figure(value: float) -> str:
    """A figure as it stands beside an axis."""
    return f"{value:,.0f}" if value >= 10 else f"{value:g}"


def lines(
    title: str,
    series: Sequence[Series],
    *,
    x: str,
    y: str,
    logs: tuple[bool, bool] = (False, False),
    xs: Sequence[float] = (),
) -> Markup:
    """Lines with their names at the end; `xs` are the places on the x axis that get a figure."""
    drawn = [one for one in series if one.points]
    if not drawn:
        return Markup()
    across = _scale([point[0] for one in drawn for point in one.points], LEFT, WIDTH - RIGHT, logs[0])
    upward = _scale([point[1] for one in drawn for point in one.points], HEIGHT - BOTTOM, TOP, logs[1], True)
    body = [*_grid(across, upward, x, y, xs)]
    for one in drawn:
        places = " ".join(f"{across(a)},{upward(b)}" for a, b in one.points)
        kind = f"look{one.look % LOOKS}" + " dashed" * one.is_dashed
        body.append(f'<polyline class="line {kind}" points="{places}"/>')
        if len(one.points) <= 10:
            dots = (
                f'<circle class="dot {kind}" cx="{across(a)}" cy="{upward(b)}" r="3"/>' for a, b in one.points
            )
            body += dots
    ends = [(upward(one.points[-1][1]), one) for one in drawn]
    for place, one in _apart(ends):
        body.append(_text(f"name look{one.look % LOOKS}", WIDTH - RIGHT + 10, place + 4, one.name))
    return _svg(title, HEIGHT, body)


def bars(title: str, values: Sequence[Bar], *, x: str, goal: float | None = None) -> Markup:
    """Bars from nought on, one under another; a goal is a line across them."""
    if not values:
        return Markup()
    top = max([*(bar.value for bar in values), goal or 0]) or 1
    across = Scale(0, top, NAMES, WIDTH - 90)
    height = TOP + len(values) * (BAR + GAP) + BOTTOM
    floor = height - BOTTOM
    body = []
    for tick in across.ticks():
        body += [
            _rule("grid", across(tick), floor),
            _text("tick", across(tick), floor + 16, figure(tick), "middle"),
        ]
    for number, bar in enumerate(values):
        place = TOP + number * (BAR + GAP) + GAP / 2
        width = max(1.0, round(across(bar.value) - NAMES, 1))
        look = f"look{bar.look % LOOKS}"
        body += [
            f'<rect class="bar {look}" x="{NAMES}" y="{place}" width="{width}" height="{BAR}"/>',
            _text("label", NAMES - 8, place + 15, bar.name, "end"),
            _text("value", NAMES + width + 6, place + 15, bar.text),
        ]
    if goal:
        body.append(_rule("goal", across(goal), floor))
    body.append(_text("axis", NAMES, height - 8, x))
    return _svg(title, height, body)


def _scale(
    values: Sequence[float], begin: float, end: float, is_log: bool, from_nought: bool = False
) -> Scale:
    low, high = min(values), max(values)
    if is_log:
        # To the power of ten around; what took no time at all cannot be drawn.
        low = 10.0 ** math.floor(math.log10(max(low, 1e-6))) if from_nought else low
        high = 10.0 ** math.ceil(math.log10(max(high, 1e-6))) if from_nought else high
        return Scale(low, high if high > low else low * 10, begin, end, True)
    low = 0.0 if from_nought else low
    return Scale(low, high if high > low else low + 1, begin, end)


def _grid(across: Scale, upward: Scale, x: str, y: str, xs: Sequence[float]) -> Iterable[str]:
    right, floor = WIDTH - RIGHT, HEIGHT - BOTTOM
    for tick in upward.ticks():
        yield f'<path class="grid" d="M{LEFT} {upward(tick)}H{right}"/>'
        yield _text("tick", LEFT - 8, upward(tick) + 4, figure(tick), "end")
    for tick in xs or across.ticks():
        yield _rule("grid", across(tick), floor)
        yield _text("tick", across(tick), floor + 18, figure(tick), "middle")
    yield _text("axis", right, HEIGHT - 6, x, "end")
    yield _text("axis", LEFT, HEIGHT - 6, y)


def _rule(look: str, across: float, floor: float) -> str:
    return f'<path class="{look}" d="M{across} {TOP}V{floor}"/>'


def _text(look: str, x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text class="{look}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _apart(ends: Iterable[tuple[float, Series]]) -> Iterable[tuple[float, Series]]:
    """Names so far below each other that all can be read."""
    before = -math.inf
    for place, one in sorted(ends, key=lambda end: end[0]):
        before = max(place, before + LINE_OF_TEXT)
        yield before, one


def _svg(title: str, height: float, body: Iterable[str]) -> Markup:
    name = f"plot{next(_numbers)}"
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-labelledby="{name}">'
        f'<title id="{name}">{escape(title)}</title>{"".join(body)}</svg>'
    )
