"""The addresses of the open data: its pages, an entry, the description, everything at once, and changes."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from catalogue import calendar
from catalogue.api.entry import published
from catalogue.data.examples import examples
from catalogue.data.opendata import terms
from catalogue.directory import criteria as criteria_
from catalogue.directory.criteria import MAX_PER_PAGE, PER_PAGE
from catalogue.directory.live import directory
from catalogue.exchange.edition import Edition, edition
from catalogue.exchange.writer import MIME_TYPES
from catalogue.models import Organisation
from catalogue.opendata import bundle, changes, dcat, graph, wishes
from catalogue.opendata.organisation import Addresses, linked_data
from catalogue.web.caching import MINUTES
from catalogue.web.context import attributions, public_url
from catalogue.web.errors import problem
from catalogue.web.headers import settings_of_site

blueprint = Blueprint("opendata", __name__)

ATOM = "application/atom+xml"
BAD_MARK = "‘voor’ is het kenmerk van een wijziging. Neem het over uit de link naar de volgende bladzijde."
UNKNOWN_MARK = "Deze wijziging kennen we niet meer. Begin opnieuw bij de nieuwste wijzigingen."


@blueprint.get("/data")
def page() -> ResponseReturnValue:
    """What can be had, in which forms, and what one may do with it."""
    now = edition(settings_of_site())
    return render_template(
        "pages/data.html", terms=terms(), edition=now, licence=terms().licence(now.licence), files=_files()
    )


@blueprint.get("/organisaties/<slug>.jsonld")
def entry(slug: str) -> ResponseReturnValue:
    """One entry as linked data; the same codes as its page."""
    found = published(slug, "opendata.entry")
    if not isinstance(found, Organisation):
        return found
    at = Addresses(
        page=public_url("directory.entry", slug=slug),
        file=public_url("opendata.entry", slug=slug),
        data=public_url("opendata.page"),
        licence=settings_of_site().data_licence,
    )
    body = linked_data(found, at, directory().current().words)
    return Response(body, content_type=graph.MIME_TYPES["jsonld"])


@blueprint.get("/data/catalogus.<kind>")
def description(kind: str) -> ResponseReturnValue:
    """What there is, for other catalogues (DCAT-AP Vlaanderen), or all of it in one zip file."""
    if kind == "zip":
        return _everything()
    if kind not in graph.WRITERS:
        abort(404)
    body = graph.WRITERS[kind](dcat.describe(_site(), terms()))
    return Response(body, content_type=graph.MIME_TYPES[kind])


@blueprint.get("/wijzigingen.atom")
def feed() -> ResponseReturnValue:
    """What changed, newest first; `voor` asks for what went before a change, `regio` for a region."""
    voor = request.args.get("voor", "")
    if voor and not changes.MARK.fullmatch(voor):
        return problem(400, BAD_MARK, "voor")
    before = changes.revision_of(voor) if voor else None
    if voor and before is None:
        return problem(404, UNKNOWN_MARK, "voor")
    live = directory()
    regions = MultiDict([("regio", value) for value in request.args.getlist("regio")])
    asked = criteria_.read(regions, live.current().words)
    if asked.problems:
        return problem(400, asked.problems[0].message, asked.problems[0].field)
    now, chosen = edition(settings_of_site()), {"regio": asked.regio} if asked.regio else {}
    page = changes.changes(before, wishes.fitting(live, asked))
    body = render_template(
        "opendata/wijzigingen.xml",
        page=page,
        edition=now,
        updated=page.changes[0].at if page.changes else now.changed_at,
        regions=[live.current().words.regions[slug].naam for slug in asked.regio],
        host=urlsplit(public_url("opendata.page")).hostname,
        first=public_url("opendata.feed", **chosen),
        here=public_url("opendata.feed", **chosen, **({"voor": voor} if voor else {})),
        next=public_url("opendata.feed", **chosen, voor=page.before) if page.before else "",
    )
    return Response(body, content_type=f"{ATOM}; charset=utf-8")


@blueprint.get("/data/api")
def api() -> ResponseReturnValue:
    """How the API works, what stays the same, and examples that can be copied."""
    return render_template(
        "opendata/api.html",
        examples=examples(),
        base=public_url("directory.home").rstrip("/"),
        keep_minutes=MINUTES // 60,
        most=MAX_PER_PAGE,
        usual=PER_PAGE,
        read_limit=settings_of_site().read_limit,
    )


def _files() -> dict[str, str]:
    """The address of each form."""
    exports = {form: public_url("exchange.export", format=form) for form in MIME_TYPES}
    return exports | {"zip": public_url("opendata.description", kind="zip")}


def _site() -> dcat.Site:
    settings, first = settings_of_site(), changes.first_at()
    now = edition(settings)
    return dcat.Site(
        name=settings.site_name,
        contact=settings.contact,
        licence=now.licence,
        page=public_url("opendata.page"),
        contact_page=public_url("pages.about"),
        api=public_url("directory.home") + "api/v1",
        api_description=public_url("api.openapi"),
        files=_files(),
        sources=[f"{source['wat']}: {source['tekst']}" for source in attributions()],
        issued=first and first.replace(microsecond=0),
        modified=now.changed_at.replace(microsecond=0),
    )


def _everything() -> ResponseReturnValue:
    now, today = edition(settings_of_site()), calendar.today()
    tag = now.tag(today)
    if request.if_none_match.contains_weak(tag):
        return _weakly(Response(status=304), tag)
    folder = settings_of_site().data / "opendata"
    packed = bundle.found(folder, tag)
    if packed is None:
        packed = bundle.packed(_texts(now), now, today)
        bundle.keep(folder, tag, packed)
    answer = Response(packed, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="catalogus-{today.isoformat()}.zip"'
    answer.last_modified = now.changed_at
    return _weakly(answer, tag)


def _texts(now: Edition) -> dict[str, str]:
    """What stands beside the data in the file with everything."""
    licence = terms().licence(now.licence)
    return {
        "LEESMIJ.txt": render_template("opendata/leesmij.txt", edition=now),
        "LICENTIE.txt": render_template("opendata/licentie.txt", edition=now, licence=licence),
    }


def _weakly(answer: Response, tag: str) -> Response:
    """Two files of one state say the same, but need not be the same bytes."""
    answer.set_etag(tag, weak=True)
    return answer
