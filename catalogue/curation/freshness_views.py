"""Pages of /beheer: how fresh the entries are, who was asked and who answered."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue import calendar
from catalogue.curation.confirming import WAYS
from catalogue.curation.door_views import account, blueprint, needs
from catalogue.curation.freshness_overview import ANSWERS, VIEWS, overview
from catalogue.curation.paging import Pages
from catalogue.curation.permits import Rule
from catalogue.directory.paging import page_number

PER_PAGE = 50


@blueprint.get("/versheid")
@needs(Rule.ACCOUNT)
def freshness() -> ResponseReturnValue:
    """Who is overdue, who was asked and what was answered."""
    view = request.args.get("toon", "")
    view = view if view in VIEWS else "te-laat"
    found = overview(account(), calendar.today())
    rows = found.of(view)
    pages = Pages(page_number(request.args.get("pagina", "")), len(rows), PER_PAGE)
    return render_template(
        "beheer/versheid.html",
        overview=found,
        rows=pages.part(rows),
        view=view,
        views=VIEWS,
        ways=WAYS,
        answers=ANSWERS,
        pager=pages.shown(lambda number: url_for("curation.freshness", toon=view, pagina=number)),
    )
