"""The map page, the map that others may frame, its points and its borders."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.directory import criteria as criteria_
from catalogue.directory import paging
from catalogue.directory.criteria import MAX_PER_PAGE, PER_PAGE, Criteria
from catalogue.directory.find import Found, find
from catalogue.directory.live import directory
from catalogue.directory.present import address, search_shown
from catalogue.directory.search import Hit
from catalogue.directory.shown import EntryShown
from catalogue.maps import embed, features, shell
from catalogue.maps.features import CountPin, Pin
from catalogue.maps.shell import Ground, Shell
from catalogue.places.distance import km
from catalogue.web.assets import asset
from catalogue.web.context import public_url
from catalogue.web.headers import settings_of_site

blueprint = Blueprint("maps", __name__)

BACKDROP = "geo/achtergrond.json"
GEOJSON = "application/geo+json"
# Answers with points that each process keeps: the map of everyone is asked most.
KEPT = 8
# As on other pages: a third of the time of the highest level.
LEVEL = 5


@blueprint.get("/kaart")
def page() -> ResponseReturnValue:
    """All hits on the map, beside their list; the list goes on where it is longer than a page."""
    # Longer than in a search: each line is short.
    found = _listed(MAX_PER_PAGE)
    return render_template(
        "maps/page.html",
        page=search_shown(found, "maps.page"),
        shell=_shell_of(found),
        embedding_url=address("embedding.page", replace(found.asked, pagina=1), found.snapshot.words),
    )


@blueprint.get("/kaart/ingebed")
def embedded() -> ResponseReturnValue:
    """The same without the frame of the site; `weergave=lijst` leaves the map out.

    Its links lead out of the frame, to the full site with the same filter; only its pages stay in it, and
    those keep the filter. So nobody who looks at the frame can widen what it shows.
    """
    view = embed.read_wish(request.args.get("weergave", ""), "").view
    only_list = view == embed.LIST
    found = _listed(PER_PAGE if only_list else MAX_PER_PAGE)
    asked, words = found.asked, found.snapshot.words
    endpoint = "directory.search" if only_list else "maps.page"
    query = address(endpoint, replace(asked, pagina=1), words).partition("?")[2]

    def at(number: int) -> str:
        return embed.framed(address("maps.embedded", replace(asked, pagina=number), words), view)

    return render_template(
        "maps/embedded.html",
        page=search_shown(found, endpoint),
        pager=paging.pager(asked.pagina, found.pages, at),
        shell=None if only_list else _shell_of(found),
        site_url=public_url(endpoint) + (f"?{query}" if query else ""),
    )


@blueprint.app_template_global("this_frame")
def frame_without(*names: str) -> str:
    """The address of the frame that was asked without these parameters; its filter stays in it."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in names]
    return url_for("maps.embedded") + (f"?{urlencode(kept)}" if kept else "")


@blueprint.get("/kaart/punten.geojson")
def points() -> ResponseReturnValue:
    """All sites of all hits; the same search gives the same tag until the catalogue changes."""
    live = directory()
    snapshot = live.current()
    asked = criteria_.read(request.args, snapshot.words)
    state = f"{snapshot.generation} {snapshot.today} {asked.query_string(snapshot.words)}"
    tag = hashlib.sha256(state.encode()).hexdigest()[:20]
    kept: dict[str, bytes] = current_app.extensions.setdefault("map_points", {})
    if tag not in kept:
        if len(kept) >= KEPT:
            kept.pop(list(kept)[0], None)  # noqa: RUF015 - a copy, as another thread may add meanwhile
        kept[tag] = gzip.compress(_points(find(live, asked, everything=True, facets=False)), LEVEL, mtime=0)
    return _packed(kept[tag], tag)


def _points(found: Found) -> bytes:
    # Slugs are plain letters, digits and hyphens: ten thousand calls of url_for take longer than the search.
    base = url_for("directory.entry", slug="-").removesuffix("-")
    criteria = found.criteria
    pins = [pin for number, hit in enumerate(found.hits, 1) for pin in pins_of(hit, number, criteria, base)]
    without = len(found.hits) - len({pin.number for pin in pins})
    return features.dump(pins, without_point=without)


@blueprint.get("/kaart/grenzen.geojson")
def borders() -> ResponseReturnValue:
    """The borders of gemeenten that the setting CATALOGUE_BORDERS names."""
    path = settings_of_site().borders
    if path is None or not path.is_file():
        abort(404)
    tag, compressed = _borders(path, path.stat().st_mtime)
    return _packed(compressed, tag)


@lru_cache(maxsize=2)
def _borders(path: Path, _stamp: float) -> tuple[str, bytes]:
    content = path.read_bytes()
    return hashlib.sha256(content).hexdigest()[:20], gzip.compress(content, 9, mtime=0)


def _packed(compressed: bytes, tag: str) -> Response:
    """An answer that is kept compressed; who does not take gzip gets it unpacked."""
    takes_gzip = request.accept_encodings.quality("gzip") > 0
    response = Response(compressed if takes_gzip else gzip.decompress(compressed), mimetype=GEOJSON)
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(tag, weak=True)
    response.make_conditional(request)
    return response


@blueprint.app_template_global("small_map")
def map_of_entry(entry: EntryShown) -> Shell | None:
    """The small map of an organisation's sites, for its page; None where none has a place."""
    pins = tuple(
        Pin(
            number=location.number,
            name=location.name or entry.name,
            # The visitor is already on the page of this organisation.
            url="",
            gemeente=", ".join(location.address) or location.gemeente,
            lat=location.lat,
            lon=location.lon,
            approximate=location.approximate,
        )
        for location in entry.locations
        if location.lat is not None and location.lon is not None
    )
    return shell.entry_shell(pins, _ground()) if pins else None


@blueprint.app_template_global("number_map_of")
def map_of_numbers(pins: tuple[CountPin, ...]) -> Shell | None:
    """The map of numbers, one a gemeente; None where there is no gemeente."""
    return shell.count_shell(pins, _ground()) if pins else None


def pins_of(hit: Hit, number: int, criteria: Criteria, base: str) -> list[Pin]:
    """The sites of a hit; around a place only those within the radius. `base` precedes the slug."""
    entry = hit.entry
    sites = [site for site in entry.sites if site.lat is not None and site.lon is not None]
    if criteria.rond and criteria.straal is not None:
        centre, radius = criteria.rond.point, criteria.straal
        sites = [site for site in sites if site.point and km(site.point, centre) <= radius]
    reason = hit.reasons[0] if hit.reasons else ""
    return [
        Pin(
            number=number,
            name=f"{entry.name}, {site.name}" if site.name else entry.name,
            url=base + entry.slug,
            gemeente=site.gemeente,
            lat=site.lat,
            lon=site.lon,
            reason=reason,
            approximate=site.is_approximate,
        )
        for site in sites
        if site.lat is not None and site.lon is not None
    ]


def _listed(per_page: int) -> Found:
    """The hits of one page of the list, of this size where the address does not say."""
    live = directory()
    asked = criteria_.read(request.args, live.current().words)
    size = asked.per_pagina if asked.per_pagina != PER_PAGE else per_page
    found = find(live, replace(asked, per_pagina=size))
    if asked.pagina > found.pages:
        abort(404)
    # Links keep the search as it was asked.
    return replace(found, asked=asked)


def _shell_of(found: Found) -> Shell:
    every = replace(found.asked, pagina=1, per_pagina=PER_PAGE)
    return shell.shell(address("maps.points", every, found.snapshot.words), _ground())


def _ground() -> Ground:
    """What lies under the points, by the settings."""
    settings = settings_of_site()
    credits = [settings.tiles_attribution if settings.tiles else ""]
    credits.append(settings.borders_attribution if settings.borders else "")
    return Ground(
        tiles=settings.tiles,
        attribution=" · ".join(filter(None, credits)),
        backdrop_url=asset(BACKDROP),
        borders_url=url_for("maps.borders") if settings.borders else "",
    )
