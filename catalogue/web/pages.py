"""The plain pages: what the site is, its accessibility, privacy, data, and its state for monitoring."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from catalogue.directory.live import directory
from catalogue.extensions import db
from catalogue.models.trede import treden
from catalogue.models.werkvorm import groepen, werkvormen
from catalogue.web.context import public_url
from catalogue.web.errors import RETRY_AFTER, let_go
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


@blueprint.get("/gezondheid")
def alive() -> ResponseReturnValue:
    """Whether the process answers."""
    return jsonify(status="ok")


@blueprint.get("/gezondheid/klaar")
def ready() -> ResponseReturnValue:
    """Whether the site can serve: database, catalogue and search index; 503 names what cannot.

    Without an index the documents in memory answer: that is said, and is no fault.
    """
    live = directory()
    state: dict[str, Any] = {"status": "ok"}
    part = "database"
    try:
        db.session.execute(text("select version_num from alembic_version"))
        state[part] = "ok"
        part = "catalogus"
        snapshot = live.load()
        state |= {part: "ok", "organisaties": snapshot.everyone.bit_count()}
        part = "index"
        live.current()
        is_whole = live.index.is_ready and live.index.generation == snapshot.generation
        state[part] = "ok" if is_whole else "wordt opgebouwd"
    except Exception as error:
        current_app.logger.error("not ready: %s", part, exc_info=error)
        let_go()
        state |= {"status": "fout", part: type(error).__name__}
        return jsonify(state), 503, {"Retry-After": str(RETRY_AFTER)}
    return jsonify(state)


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
