"""The public pages that find and show organisations."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.curation import questions
from catalogue.directory import criteria as criteria_
from catalogue.directory import entry_page, landing
from catalogue.directory.find import find
from catalogue.directory.live import directory
from catalogue.directory.present import links_for, search_shown
from catalogue.directory.shown import Link
from catalogue.directory.unanswered import unanswered
from catalogue.models import Status
from catalogue.web.caching import each_time
from catalogue.web.context import public_url
from catalogue.web.headers import settings_of_site

blueprint = Blueprint("directory", __name__)

# Questions to start with on the home page, in the words of buyers.
EXAMPLES = ("poetshulp in Poperinge", "hydranten nakijken", "folders plooien", "77310000")


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The search box, three doors and what the social economy does here."""
    snapshot = directory().current()
    region = snapshot.words.regions.get(settings_of_site().region)
    return render_template(
        "directory/home.html",
        categories=landing.categories(snapshot),
        total=snapshot.everyone.bit_count(),
        regions=[
            Link(one.naam, links_for("directory.search", [("regio", slug)]))
            for slug, one in snapshot.words.regions.items()
        ],
        examples=[Link(text, links_for("directory.search", [("q", text)])) for text in EXAMPLES],
        q="",
        where=region.naam if region else "",
    )


@blueprint.get("/zoeken")
def search() -> ResponseReturnValue:
    """The results; a page past the last one does not exist."""
    live = directory()
    asked = criteria_.read(request.args, live.current().words)
    found = find(live, asked)
    if asked.pagina > found.pages:
        abort(404)
    each_time(questions.count, *unanswered(found))
    return render_template("directory/search.html", page=search_shown(found))


@blueprint.get("/organisaties/<slug>")
def entry(slug: str) -> ResponseReturnValue:
    """One organisation; a renamed one redirects, a withdrawn one says since when."""
    organisation = entry_page.organisation_by_slug(slug)
    if organisation is None:
        new = entry_page.present_slug(slug.lower())
        return redirect(url_for("directory.entry", slug=new), 301) if new else abort(404)
    if organisation.status == Status.ARCHIVED:
        page = render_template(
            "directory/withdrawn.html",
            name=organisation.name,
            since=organisation.archived_on,
            search_url=links_for("directory.search", [("q", organisation.name)]),
        )
        return page, 410
    if organisation.status != Status.PUBLISHED:
        abort(404)
    shown = entry_page.entry_shown(directory(), organisation, public_url("directory.entry", slug=slug))
    return render_template("directory/entry.html", entry=shown)


@blueprint.get("/diensten")
def services() -> ResponseReturnValue:
    """All services by category."""
    return render_template(
        "directory/services.html",
        groups=landing.services_by_category(directory().current()),
        title="Diensten",
        lead="Wat de sociale economie doet, in de woorden van wie het zoekt.",
    )


@blueprint.get("/diensten/<slug>")
def service(slug: str) -> ResponseReturnValue:
    """One service: who does it. Its label and synonyms lead to the page."""
    live = directory()
    page = landing.service_page(live, slug)
    if page:
        return render_template("directory/landing.html", page=page)
    named = live.current().words.find_services(slug)
    if len(named) != 1:
        abort(404)
    return redirect(url_for("directory.service", slug=named[0]), 301)


@blueprint.get("/gemeenten")
def gemeenten() -> ResponseReturnValue:
    """All gemeenten by region."""
    return render_template(
        "directory/gemeenten.html",
        groups=landing.gemeenten_by_region(directory().current()),
        title="Gemeenten",
        lead="Kies een gemeente en zie wie er werkt.",
    )


@blueprint.get("/gemeenten/<slug>")
def gemeente(slug: str) -> ResponseReturnValue:
    """One gemeente: who works there. Old names and codes lead to the present page."""
    live = directory()
    page = landing.gemeente_page(live, slug)
    if page:
        return render_template("directory/landing.html", page=page)
    words = live.current().words
    match = words.gazetteer.resolve(slug)
    if match is None or match.is_ambiguous:
        abort(404)
    return redirect(url_for("directory.gemeente", slug=words.gemeenten[match.nis[0]].slug), 301)


@blueprint.get("/treden")
def treden() -> ResponseReturnValue:
    """The participatieladder explained."""
    return render_template(
        "directory/treden.html",
        treden=landing.treden_shown(),
        counts=landing.trede_counts(directory().current()),
    )


@blueprint.get("/treden/<number>")
def trede(number: str) -> ResponseReturnValue:
    """One rung of the ladder: who offers places there."""
    known = number.isascii() and number.isdigit() and len(number) == 1
    page = landing.trede_page(directory(), int(number)) if known else None
    return render_template("directory/landing.html", page=page) if page else abort(404)
