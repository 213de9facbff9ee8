"""/api/v1: every answer is JSON, every fault names the parameter."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from catalogue.api import items
from catalogue.api.entry import published
from catalogue.curation import questions
from catalogue.data.opendata import terms
from catalogue.directory import criteria as criteria_
from catalogue.directory.find import find
from catalogue.directory.live import directory
from catalogue.directory.suggestions import suggestions
from catalogue.directory.unanswered import unanswered
from catalogue.models import Organisation
from catalogue.web.caching import each_time
from catalogue.web.context import public_url
from catalogue.web.errors import problem
from catalogue.web.headers import settings_of_site

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

OPENAPI = Path(__file__).with_name("openapi.json")


@blueprint.get("/organisaties")
def organisations() -> ResponseReturnValue:
    """The results of a search; the same parameters as /zoeken."""
    live = directory()
    asked = criteria_.read(request.args, live.current().words)
    if asked.problems:
        return problem(400, asked.problems[0].message, asked.problems[0].field)
    found = find(live, asked)
    if asked.pagina > found.pages:
        return problem(404, f"Er is geen bladzijde {asked.pagina}: er zijn er {found.pages}.", "pagina")
    each_time(questions.count, *unanswered(found))
    return jsonify(items.found_json(found))


@blueprint.get("/organisaties/<slug>")
def organisation(slug: str) -> ResponseReturnValue:
    """A whole entry."""
    found = published(slug, "api.organisation")
    if not isinstance(found, Organisation):
        return found
    return jsonify(items.entry_json(found, directory().current().words))


@blueprint.get("/diensten")
def services() -> ResponseReturnValue:
    """Every service."""
    return jsonify(items.services_json(directory().current()))


@blueprint.get("/gemeenten")
def gemeenten() -> ResponseReturnValue:
    """Every gemeente."""
    return jsonify(items.gemeenten_json(directory().current()))


@blueprint.get("/suggesties")
def suggest() -> ResponseReturnValue:
    """What the words typed so far could mean: at most ten services, organisations and gemeenten."""
    return jsonify(items.listed(suggestions(directory(), request.args.get("q", ""))))


@blueprint.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """The description of this API."""
    described, licence = _description(), terms().licence(settings_of_site().data_licence)
    said = {
        "info": described["info"] | {"license": {"name": licence.naam, "url": licence.adres}},
        "servers": [{"url": public_url("directory.home").rstrip("/")}],
        "externalDocs": {"description": "Voorbeelden en afspraken", "url": public_url("opendata.api")},
    }
    return jsonify(described | said)


@blueprint.route("/", defaults={"path": ""})
@blueprint.route("/<path:path>")
def unknown(path: str) -> ResponseReturnValue:
    """Anything else under /api/v1."""
    return problem(404, f"Er is geen /api/v1/{path[:80]}: zie /api/v1/openapi.json.")


@lru_cache
def _description() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(OPENAPI.read_text("utf-8"))
    return read
