"""The pages behind the one-time links in a mail: opening one changes nothing, only its button does."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.curation import confirm_links, proposals
from catalogue.curation.confirm_links import Asked, LinkError
from catalogue.curation.differences import Difference, differences
from catalogue.curation.entrydata import EntryData, paragraphs
from catalogue.curation.freshness import Links
from catalogue.curation.proposal_forms import StopForm, change_form
from catalogue.curation.stranger_views import labels, opened, sheet, thanks, wanted, words
from catalogue.directory.entry_page import organisation_by_slug
from catalogue.directory.live import directory
from catalogue.extensions import csrf
from catalogue.web.context import public_url
from catalogue.web.errors import problem

public = Blueprint("answers", __name__)
# The link itself is the secret that proves who asks: there is no session to keep a token in.
csrf.exempt(public)

OVER = (
    "Deze link is gebruikt, vervangen door die van een latere mail, of te oud. Kijk of u een nieuwere mail "
    "kreeg. Wilt u iets wijzigen? Dat kan altijd via ‘Meld een fout’ op de pagina van de organisatie."
)
# What the organisation needs not look over.
OURS = ("status", "source", "zekerheid", "confirmed_on", "confirmed_how", "confirm_months")


@public.route("/bevestigen/<token>", methods=["GET", "POST"])
def confirm(token: str) -> ResponseReturnValue:
    """Does the entry still hold?"""
    try:
        asked = confirm_links.of_token(token)
        if request.method == "POST":
            done = confirm_links.holds(token)
            return redirect(url_for("answers.confirmed", slug=done.slug), 303)
    except LinkError:
        return problem(410, OVER)
    return sheet("bevestigen", None, asked=asked, token=token, facts=facts(asked.entry))


@public.route("/bevestigen/<token>/wijzigen", methods=["GET", "POST"])
def change(token: str) -> ResponseReturnValue:
    """The whole entry as a form; sending it makes a proposal."""
    try:
        asked = confirm_links.of_token(token)
        return _changed(token, asked)
    except LinkError:
        return problem(410, OVER)


def _changed(token: str, asked: Asked) -> ResponseReturnValue:
    number = asked.entry.id or 0
    # The link proves who sends it, so the time does not count; the stamp says what the form showed.
    stamp = opened(asked.generation, number)
    is_same = stamp.generation == asked.generation
    seen = asked.entry if is_same else proposals.as_seen(number, stamp.generation) or asked.entry
    form = change_form(seen, labels(), directory().load().words.gazetteer)()
    if request.method == "GET":
        form.afzender_mail.data = asked.email
    page: dict[str, Any] = {"entry": seen, "slug": asked.entry.slug, "link": token, "stamp": stamp.stamp}
    if request.method != "POST":
        return sheet("voorstel", form, **page)
    data = wanted(form, seen)
    if data is None:
        return sheet("voorstel", form, 422, **page)
    has_change = data != seen
    sent = proposals.Sent(
        about=asked.entry.name,
        organisation_id=asked.entry.id,
        base=seen if has_change else None,
        data=data if has_change else None,
        message=form.message,
        origin=proposals.FROM_MAIL,
        **form.sender,
    )
    return thanks(confirm_links.changes(token, sent, words()))


@public.route("/bevestigen/<token>/stoppen", methods=["GET", "POST"])
def stop(token: str) -> ResponseReturnValue:
    """Ask to be taken out; a regisseur decides."""
    form = StopForm()
    try:
        asked = confirm_links.of_token(token)
        if request.method == "POST" and form.validate():
            return thanks(confirm_links.stops(token, paragraphs(form.bericht.data or ""), words()))
    except LinkError:
        return problem(410, OVER)
    code = 422 if request.method == "POST" else 200
    return sheet("stoppen", form, code, asked=asked, token=token)


@public.get("/bevestigd/<slug>")
def confirmed(slug: str) -> ResponseReturnValue:
    """Thanks: what the public sees from now on."""
    organisation = organisation_by_slug(slug)
    if organisation is None or not organisation.is_published or organisation.confirmed_on is None:
        abort(404)
    return sheet("bevestigd", None, organisation=organisation)


def facts(entry: EntryData) -> list[Difference]:
    """What an entry says, as lines with a label."""
    said = differences(proposals.blank(entry), proposals.without_points(entry), words())
    return [one for one in said if one.path[0] not in OURS]


def links() -> Links:
    """How mails write the addresses of these pages; needs a request context."""
    pages = {"": "answers.confirm", "wijzigen": "answers.change", "stoppen": "answers.stop"}
    return Links(
        answer=lambda token, part: public_url(pages[part], token=token),
        page=lambda slug: public_url("directory.entry", slug=slug),
    )


def init_app(app: Flask) -> None:
    """Bind these pages to the app."""
    app.register_blueprint(public)
