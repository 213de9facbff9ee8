"""The page where another site makes its own frame: pick a filter, see it, copy the code."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from catalogue.directory import criteria as criteria_
from catalogue.directory.find import find
from catalogue.directory.live import directory
from catalogue.directory.present import address, search_shown
from catalogue.directory.shown import Facet
from catalogue.maps import embed
from catalogue.web.context import public_url
from catalogue.web.headers import settings_of_site

blueprint = Blueprint("embedding", __name__)

SCRIPT = "js/embed-host.js"
# Where first, as a gemeente or a region makes the frame.
ORDER = ("regio", "gemeente", "dienst", "werkvorm", "trede", "samenwerking")


@blueprint.get("/kaart/insluiten")
def page() -> ResponseReturnValue:
    """The generator: every choice is in the address, and the frame beside it is the real one."""
    live = directory()
    words = live.current().words
    # A frame begins at its beginning.
    asked = replace(criteria_.read(request.args, words), pagina=1)
    wish = embed.read_wish(request.args.get("weergave", ""), request.args.get("hoogte", ""))
    found = find(live, asked)
    shown = search_shown(found, "maps.page")
    query = asked.query_string(words)
    after = f"?{query}" if query else ""
    full = "directory.search" if wish.view == embed.LIST else "maps.page"
    chosen = ", ".join(link.label for link in shown.chips) or asked.q
    settings = settings_of_site()
    name = settings.site_name
    return render_template(
        "maps/embedding.html",
        page=shown,
        facets=sorted(map(_as_boxes, shown.facets), key=lambda facet: ORDER.index(facet.key)),
        wish=wish,
        views=embed.VIEWS,
        bounds=(embed.MIN_HEIGHT, embed.MAX_HEIGHT),
        allowed=settings.frames,
        frame_url=embed.framed(address("maps.embedded", asked, words), wish.view),
        page_url=public_url(full) + after,
        code=embed.snippets(
            frame_url=embed.framed(public_url("maps.embedded") + after, wish.view),
            # Without the hash of its content: what stands on another site must go on working.
            script_url=public_url("asset", package="eigen", name=SCRIPT),
            page_url=public_url(full) + after,
            title=f"{name}: {chosen}" if chosen else name,
            height=wish.height,
        ),
    )


def _as_boxes(facet: Facet) -> Facet:
    """A facet whose boxes only say what they are: the form knows the view and the height too."""
    return replace(facet, values=tuple(replace(value, without_url="") for value in facet.values))
