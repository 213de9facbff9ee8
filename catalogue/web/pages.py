"""The plain pages: what the site is, its accessibility, privacy, data, and what robots read."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from catalogue.directory.live import directory
from catalogue.models.trede import treden
from catalogue.models.werkvorm import groepen, werkvormen
from catalogue.web.context import public_url
from catalogue.web.headers import settings_of_site

blueprint = Blueprint("pages", __name__)


@blueprint.get("/over")
def about() -> ResponseReturnValue:
    """For whom the site is and how sure what it says is."""
    return render_template("pages/over.html", groepen=groepen(), werkvormen=werkvormen(), treden=treden())


@blueprint.get("/toegankelijkheid")
def accessibility() -> ResponseReturnValue:
    """The accessibility statement."""
    return render_template("pages/toegankelijkheid.html")


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What is held of whom."""
    return render_template("pages/privacy.html")


@blueprint.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """What robots may read: every page of the public."""
    lines = [
        "User-agent: *",
        "Disallow: /beheer",
        f"Sitemap: {public_url('pages.sitemap')}",
        "",
    ]
    return Response("\n".join(lines), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """Every page that a search engine should know."""
    snapshot = directory().current()
    words = snapshot.words
    base = settings_of_site().url or public_url("directory.home").rstrip("/")
    plain = [
        "directory.home",
        "directory.search",
        "directory.services",
        "directory.gemeenten",
        "directory.treden",
    ]
    plain += [
        "maps.page",
        "embedding.page",
        "clauses.page",
        "explanation.page",
        "partners.page",
        "pages.about",
        "pages.accessibility",
        "pages.privacy",
        "opendata.page",
        "opendata.api",
    ]
    paths = [url_for(endpoint) for endpoint in plain]
    paths += [url_for("directory.service", slug=slug) for slug in words.services]
    paths += [url_for("directory.gemeente", slug=row.slug) for row in words.gemeenten.values()]
    paths += [url_for("directory.trede", number=number) for number in treden()]
    paths += [url_for("directory.entry", slug=entry.slug) for entry in snapshot.entries if entry]
    body = render_template("pages/sitemap.xml", addresses=[base + path for path in paths])
    return Response(body, mimetype="application/xml")
