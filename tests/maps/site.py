"""A small real site around the map room: its page, its points and the headers and assets of the catalogue."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Flask, Response, abort, render_template_string, url_for
from werkzeug.serving import make_server

from catalogue.config import ROOT, Settings
from catalogue.maps import features, shell
from catalogue.web import assets, headers

PAGE = """<!doctype html>
{% from "components/map.html" import map %}
<html lang="nl"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kaart</title>
<link rel="icon" href="{{ asset('img/favicon.svg') }}">
<link rel="stylesheet" href="{{ asset('css/tokens.css') }}">
<link rel="stylesheet" href="{{ asset('css/base.css') }}">
<link rel="stylesheet" href="{{ asset('css/components.css') }}"></head>
<body><main class="wrap page"><h1>Kaart</h1><div class="mapsplit">
<div class="mapsplit__map">{{ map(shell, "Kaart met de resultaten") }}</div>
<ol class="hits hits--short">{% for pin in pins %}
<li class="hit" data-hit="{{ pin.number }}"><span class="hit__number">{{ pin.number }}</span>
<h2><a href="{{ pin.url }}">{{ pin.name }}</a></h2></li>{% endfor %}</ol></div></main></body></html>"""

Pins = Sequence[features.Pin]


def spread(count: int, *, names: Sequence[str] = ()) -> list[features.Pin]:
    """Sites all over the region, each with its own number; every third one known by its gemeente only."""
    made = []
    for n in range(count):
        lat, lon = 50.75 + (n * 0.618034 % 1) * 0.4, 2.6 + (n * 0.414214 % 1) * 1.1
        made.append(
            features.Pin(
                number=n + 1,
                name=names[n % len(names)] if names else f"Voorbeeld {n + 1} van de Werkplaats",
                url=f"/organisaties/voorbeeld-{n + 1}",
                gemeente=("Ieper", "Diksmuide", "Poperinge", "Veurne", "Alveringem")[n % 5],
                lat=lat,
                lon=lon,
                reason="dienst: groenonderhoud",
                approximate=n % 3 == 0,
            )
        )
    return made


def build(
    pins: Pins,
    *,
    without_point: int = 0,
    ground: shell.Ground | None = None,
    small: bool = False,
    broken: bool = False,
) -> Flask:
    """The site as an app. `ground` stands for the settings of tiles and borders; `broken` gives no points."""
    settings = Settings(tiles=ground.tiles if ground else "", testing=True)
    app = Flask("map_site", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config["SETTINGS"] = settings
    headers.init_app(app)
    assets.init_app(app)
    app.jinja_env.globals["nonce"] = headers.nonce

    @app.get("/kaart")
    def page() -> str:
        below = ground or shell.Ground(backdrop_url=assets.asset("geo/achtergrond.json"))
        made = shell.entry_shell(tuple(pins), below) if small else shell.shell(url_for("points"), below)
        return render_template_string(PAGE, shell=made, pins=pins[:20])

    @app.get("/kaart/punten.geojson")
    def points() -> Response:
        if broken:
            abort(503)
        return Response(features.dump(pins, without_point=without_point), mimetype="application/geo+json")

    @app.get("/omtrek.json")
    def outlines() -> Response:
        square = "[[[2.6,50.7],[3.2,50.7],[3.2,51.1],[2.6,51.1],[2.6,50.7]]]"
        text = (
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
            '{"naam":"Ieper","soort":"kanton"},"geometry":{"type":"Polygon","coordinates":' + square + "}}]}"
        )
        return Response(text, mimetype="application/geo+json")

    @app.get("/organisaties/<slug>")
    def entry(slug: str) -> str:
        return f"<!doctype html><title>{slug}</title>"

    return app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The site on loopback; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
