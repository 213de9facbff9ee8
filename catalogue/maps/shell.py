"""The shell of a map as folium renders it: an empty element and the few lines of script that fill it.

Nothing in it comes from another host: the page loads Leaflet (templates/components/map.html) and our own
script fetches the points (static/js/map.js). Its ids are fixed, so that a shell is the same text each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from catalogue.maps.features import CountPin, Pin, collection, count_of

if TYPE_CHECKING:
    from folium import Map

# The middle of the region until the points are there, as (lat, lon) in WGS84.
CENTRE = (50.92, 2.88)
ZOOM = 10
MIN_ZOOM = 6
# Markercluster needs to know where zooming ends; most tile servers stop here too.
MAX_ZOOM = 18

# Scripts of the page are deferred: they have run when the document is complete, and not before.
WRAPPED = """addEventListener("DOMContentLoaded", function () {
if (!window.L || !window.catalogueMap) {
document.querySelector("[data-map-failed]").hidden = false;
return;
}
%s
});"""


@dataclass(frozen=True, slots=True)
class Shell:
    """A map for a page: its empty element, its script (to be given a nonce) and whom to thank for it."""

    html: str
    script: str
    attribution: str = ""
    points_url: str = ""

    @property
    def is_small(self) -> bool:
        """Whether it is the map of one organisation, whose points are in the script."""
        return not self.points_url


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under the points: tiles of a server, or else our own outlines; and optional borders."""

    tiles: str = ""
    attribution: str = ""
    backdrop_url: str = ""
    borders_url: str = ""


@lru_cache(maxsize=256)
def shell(
    points_url: str, ground: Ground, *, centre: tuple[float, float] = CENTRE, zoom: int = ZOOM
) -> Shell:
    """The map of a search: its points come from `points_url`, an address of this site."""
    return _render(ground, centre, zoom, {"points": points_url})


@lru_cache(maxsize=256)
def entry_shell(pins: tuple[Pin, ...], ground: Ground) -> Shell:
    """The small map of one organisation, with its points in it. Raises ValueError without pins."""
    if not pins:
        raise ValueError("a map of an entry needs a point")
    centre = (sum(pin.lat for pin in pins) / len(pins), sum(pin.lon for pin in pins) / len(pins))
    return _render(ground, centre, ZOOM, {"features": collection(pins)})


@lru_cache(maxsize=16)
def count_shell(pins: tuple[CountPin, ...], ground: Ground) -> Shell:
    """A map of numbers, one a gemeente. Raises ValueError without pins."""
    if not pins:
        raise ValueError("a map of numbers needs a number")
    centre = (sum(pin.lat for pin in pins) / len(pins), sum(pin.lon for pin in pins) / len(pins))
    return _render(ground, centre, ZOOM, {"counts": [count_of(pin) for pin in pins]})


def prepare() -> None:
    """Import folium (it brings numpy) before the first visitor needs it."""
    _folium_map(CENTRE, ZOOM)


def _render(ground: Ground, centre: tuple[float, float], zoom: int, options: dict[str, Any]) -> Shell:
    # Outlines scale to any size; tiles are sharp at whole steps only.
    figure_map = _folium_map(centre, zoom, step=1 if ground.tiles else 0.5)
    if ground.tiles:
        _add_tiles(figure_map, ground)
    options |= {"backdrop": ground.backdrop_url, "borders": ground.borders_url, "tiles": bool(ground.tiles)}
    _hand_over(figure_map, options)
    figure: Any = figure_map.get_root()
    # Rendering the whole fills the parts. The head part is left aside: it would change the page around it.
    figure.render()
    lines = (line.strip() for line in figure.script.render().splitlines())
    return Shell(
        html=figure.html.render().strip(),
        script=WRAPPED % "\n".join(line for line in lines if line),
        attribution=ground.attribution,
        points_url=options.get("points", ""),
    )


def _folium_map(centre: Sequence[float], zoom: int, step: float = 1) -> Map:
    """A folium map without any of its own scripts, styles and tiles."""
    import folium

    class CatalogueMap(folium.Map):  # type: ignore[misc, unused-ignore]
        default_js: list[tuple[str, str]] = []  # noqa: RUF012 - as folium declares it
        default_css: list[tuple[str, str]] = []  # noqa: RUF012

    made = CatalogueMap(
        location=list(centre),
        zoom_start=zoom,
        tiles=None,
        # As a keyword of Leaflet: folium drops its own max_zoom where there are no tiles.
        maxZoom=MAX_ZOOM,
        minZoom=MIN_ZOOM,
        zoomSnap=step,
        zoom_control=False,
        attributionControl=False,
        scrollWheelZoom=False,
    )
    made._id = "kaart"
    return made


def _add_tiles(figure_map: Map, ground: Ground) -> None:
    import folium

    layer = folium.TileLayer(tiles=ground.tiles, attr=ground.attribution or " ", max_zoom=MAX_ZOOM)
    layer._id = "kaart"
    layer.add_to(figure_map)


def _hand_over(figure_map: Map, options: dict[str, Any]) -> None:
    """Let our own script go on with the map that folium has made."""
    from branca.element import MacroElement
    from folium.template import Template

    class HandOver(MacroElement):  # type: ignore[misc, unused-ignore]
        _template = Template(
            "{% macro script(this, kwargs) %}"
            "catalogueMap({{ this._parent.get_name() }}, {{ this.options|tojson }});"
            "{% endmacro %}"
        )

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call, unused-ignore]
            self._name = "HandOver"
            self._id = "kaart"
            self.options = options

    HandOver().add_to(figure_map)
