"""Files out: the published hits of a search, in the form of choice."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from catalogue import calendar
from catalogue.directory import criteria as criteria_
from catalogue.directory.find import find
from catalogue.directory.live import directory
from catalogue.exchange.edition import edition
from catalogue.exchange.writer import MIME_TYPES, write
from catalogue.web.errors import problem
from catalogue.web.headers import settings_of_site

blueprint = Blueprint("exchange", __name__)


@blueprint.get("/export.<format>")
def export(format: str) -> ResponseReturnValue:
    """The hits of the same parameters as /zoeken; a bad value answers 400."""
    if format not in MIME_TYPES:
        abort(404)
    live = directory()
    asked = criteria_.read(request.args, live.current().words)
    if asked.problems:
        return problem(400, asked.problems[0].message, asked.problems[0].field)
    now, today = edition(settings_of_site()), calendar.today()
    tag = now.tag(today, format, asked.query_string(live.current().words))
    if request.if_none_match.contains_weak(tag):
        return _weakly(Response(status=304), tag)
    found = find(live, asked, everything=True, facets=False)
    stream = BytesIO()
    ids = [hit.entry.id for hit in found.hits]
    write(format, ids, stream, sentence=found.sentence, on=today, edition=now)
    response = Response(stream.getvalue(), content_type=MIME_TYPES[format])
    response.last_modified = now.changed_at
    name = f"catalogus-{today.isoformat()}.{format}"
    disposition = "inline" if format == "json" else "attachment"
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}"'
    return _weakly(response, tag)


def _weakly(response: Response, tag: str) -> Response:
    """Two files of one state say the same, but need not be the same bytes."""
    response.set_etag(tag, weak=True)
    return response
