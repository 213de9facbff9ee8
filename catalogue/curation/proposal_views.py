"""Proposals: the public forms to send one, and the pages of /beheer to decide about them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.curation import proposal_inbox, proposals, stamps
from catalogue.curation.door_views import WAITING, account, blueprint, keeps_input, needs
from catalogue.curation.entrydata import EntryData, EntryError, WerkvormData, paragraphs
from catalogue.curation.form_checks import place_error
from catalogue.curation.loading import read
from catalogue.curation.paging import Pages
from catalogue.curation.permits import Rule
from catalogue.curation.proposal_decision_forms import decision_form
from catalogue.curation.proposal_decisions import DecidedError, MovedError, Verdict, accept, refuse
from catalogue.curation.proposal_forms import ChangeForm, change_form, new_form
from catalogue.curation.proposal_inbox import Shown
from catalogue.curation.stranger_views import (
    Opened,
    labels,
    opened,
    sheet,
    slow_down,
    thanks,
    wait,
    wanted,
    words,
)
from catalogue.directory.entry_page import organisation_by_slug, present_slug
from catalogue.directory.live import directory
from catalogue.directory.paging import page_number
from catalogue.extensions import csrf
from catalogue.models import Organisation, ProposalStatus, Status
from catalogue.web.context import public_url

public = Blueprint("proposals", __name__)
# A stranger has no session to keep a token in: a signed stamp in the form does that work.
csrf.exempt(public)

DECIDED = "Over dit voorstel is al beslist. Hieronder staat wat er gebeurde."
MOVED = "De fiche is intussen gewijzigd. Er is nog niets overgenomen. Kijk de velden na en kies opnieuw."
NOTHING_TAKEN = "Vink aan wat u overneemt. Neemt u niets over, weiger het voorstel dan."
NO_REASON = "Schrijf waarom u het voorstel weigert. De indiener krijgt dit per mail."


@public.route("/organisaties/<slug>/voorstel", methods=["GET", "POST"])
def propose(slug: str) -> ResponseReturnValue:
    """Say what does not hold in an entry, in words or in its fields."""
    present = present_slug(slug)
    if present and present != slug and request.method == "GET":
        return redirect(url_for("proposals.propose", slug=present), 301)
    # Renamed while the form stood open: what was typed is for the same organisation.
    organisation = organisation_by_slug(present) if present else None
    if organisation is None or not organisation.is_published:
        # The page of the entry knows whether it was withdrawn or never there.
        return redirect(url_for("directory.entry", slug=slug), 303)
    stamp = opened(organisation.generation, organisation.id)
    seen = _seen(organisation, stamp)
    form = change_form(seen, labels(), directory().load().words.gazetteer)()
    page: dict[str, Any] = {"entry": seen, "slug": organisation.slug, "link": ""}
    return _sent(form, stamp, seen, "voorstel", page)


@public.route("/organisaties/nieuw-voorstel", methods=["GET", "POST"])
def propose_new() -> ResponseReturnValue:
    """An organisation that is not in the catalogue yet."""
    stamp = opened(0)
    form = new_form(directory().load().words.gazetteer)()
    werkvorm = form["werkvorm"].data
    seen = EntryData(name="", status=Status.CONCEPT)
    if werkvorm:
        seen = replace(seen, werkvormen=(WerkvormData(werkvorm),))
    return _sent(form, stamp, seen, "voorstel_nieuw", {"entry": seen})


def _seen(organisation: Organisation, stamp: Opened) -> EntryData:
    """The entry as it stood on the form: meanwhile it may have become another."""
    is_same = stamp.generation == organisation.generation
    seen = read(organisation.id) if is_same else proposals.as_seen(organisation.id, stamp.generation)
    return seen or abort(404)


def _sent(
    form: ChangeForm, stamp: Opened, seen: EntryData, name: str, page: dict[str, Any]
) -> ResponseReturnValue:
    """Show the form, or keep what it says; what was typed is never lost."""
    page |= {"stamp": stamp.stamp}
    if request.method != "POST":
        return sheet(name, form, **page)
    if form.is_of_machine:
        # It learns nothing, and nothing is kept.
        return thanks(proposals.next_number())
    data = wanted(form, seen, stamp.fault)
    if data is None:
        return sheet(name, form, 422, **page)
    if seconds := wait(form.sender["mail"]):
        headers = slow_down(form, seconds)
        answer = sheet(name, form, 429, **page)
        answer.headers.update(headers)
        return answer
    is_new = seen.id is None
    sent = proposals.Sent(
        about=seen.name or data.name,
        organisation_id=seen.id,
        base=None if is_new or data == seen else seen,
        data=data if is_new or data != seen else None,
        message=form.message,
        **form.sender,
    )
    return thanks(proposals.put(sent, words()))


@public.get("/voorstel-ontvangen/<mark>")
def received(mark: str) -> ResponseReturnValue:
    """Thanks, and the number of the proposal."""
    try:
        number = stamps.number_of(mark)
    except stamps.StampError:
        abort(404)
    return sheet("voorstel_ontvangen", None, number=number)


@blueprint.get("/voorstellen", endpoint="proposals")
@needs(Rule.ACCOUNT)
def inbox() -> ResponseReturnValue:
    """The proposals that wait, or those about which was decided."""
    is_decided = request.args.get("toon") == "beslist"
    waiting = proposal_inbox.inbox(account())
    rows = proposal_inbox.decided(account()) if is_decided else waiting
    pages = Pages(page_number(request.args.get("pagina", "")), len(rows), proposal_inbox.PAGE)
    return render_template(
        "beheer/voorstellen.html",
        rows=pages.part(rows),
        waiting=len(waiting),
        is_decided=is_decided,
        kinds=proposals.KINDS,
        pager=pages.shown(
            lambda number: url_for(
                "curation.proposals", toon="beslist" if is_decided else None, pagina=number
            )
        ),
    )


@blueprint.route("/voorstellen/<row:proposal_id>", endpoint="proposal", methods=["GET", "POST"])
@needs(Rule.ACCOUNT)
@keeps_input
def decide(proposal_id: int) -> ResponseReturnValue:
    """A proposal beside the entry as it is; take over what is right, or refuse it with a reason."""
    shown = proposal_inbox.show(account(), proposal_id, words())
    if shown is None:
        abort(404)
    form = decision_form(shown)()
    if request.method != "POST":
        return _page(shown, form)
    if not shown.is_open:
        form.form_errors = [DECIDED]
        return _page(shown, form, 409)
    if not form.validate():
        return _page(shown, form, 422)
    try:
        said = _decided(shown, form)
    except DecidedError:
        form.form_errors = [DECIDED]
    except MovedError:
        form.form_errors = [MOVED]
    except EntryError as error:
        place_error(form, error.reason, f"waarde-{error.field}")
        return _page(shown, form, 422)
    else:
        if not said:
            return _page(shown, form, 422)
        flash(said)
        return redirect(url_for("curation.proposals"), 303)
    # Somebody else was first: show what is there now.
    return _page(proposal_inbox.show(account(), proposal_id, words()) or shown, form, 409)


def _decided(shown: Shown, form: Any) -> str:
    """Do what the regisseur decided, and say so; nothing where the form must say more."""
    answer = paragraphs(form.toelichting.data or "")
    if request.form.get("actie") == "weiger":
        if not answer:
            form.toelichting.errors = [NO_REASON]
            return ""
        refuse(account(), shown.listed.id, answer, _page_of)
        return f"Voorstel {shown.listed.id} is geweigerd."
    taken = frozenset(request.form.getlist("neem")) & {one.key for one in shown.fields}
    kind = shown.listed.kind
    if kind not in ("nieuw", "melding") and not taken:
        form.form_errors = [NOTHING_TAKEN]
        return ""
    generation = request.form.get("generatie", "")
    is_published = request.form.get("actie") == "publiceer"
    status = accept(
        account(),
        shown.listed.id,
        Verdict(
            taken=taken,
            values=form.adjusted(),
            generation=int(generation) if _is_number(generation) else -1,
            status=Status.PUBLISHED if is_published else Status.CONCEPT,
            answer=answer,
        ),
        _page_of,
    )
    is_part = status == ProposalStatus.PARTLY
    return f"Voorstel {shown.listed.id} is {'deels overgenomen' if is_part else 'aanvaard'}."


def _page(shown: Shown, form: Any, code: int = 200) -> ResponseReturnValue:
    # Ticked at first: what is still to be done, and what nobody changed in between.
    chosen = [one.key for one in shown.fields if not one.is_there and not one.is_moved]
    if request.method == "POST":
        chosen = request.form.getlist("neem")
    page = render_template(
        "beheer/voorstel.html", shown=shown, form=form, chosen=chosen, kinds=proposals.KINDS
    )
    return page, code


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _page_of(slug: str) -> str:
    """The public address of an entry."""
    return public_url("directory.entry", slug=slug)


def init_app(app: Flask) -> None:
    """Bind the public pages, and the number of proposals that wait to the menu."""
    app.register_blueprint(public)
    WAITING["curation.proposals"] = proposal_inbox.waiting
