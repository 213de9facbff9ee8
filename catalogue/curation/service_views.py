"""Pages of one service: merge, remove, history; and what a change of the vocabulary did, to be taken back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue import calendar
from catalogue.curation import vocabulary as words
from catalogue.curation.door_views import account, actor, blueprint, needs, shown
from catalogue.curation.forms import CurationForm
from catalogue.curation.permits import Rule
from catalogue.curation.servicedata import ServiceData, VocabularyError, joined
from catalogue.curation.vocabulary_effect import Effect, effect
from catalogue.curation.vocabulary_shown import changes_between, versions
from catalogue.curation.vocabulary_undo import Done, done, undo
from catalogue.curation.write import change
from catalogue.directory.live import directory


def _service(slug: str) -> ServiceData:
    found = words.services().get(slug)
    return found or abort(404)


@blueprint.route("/woordenlijst/dienst/<slug>/samenvoegen", methods=["GET", "POST"])
@needs(Rule.BEHEERDER)
def service_merge(slug: str) -> ResponseReturnValue:
    """Make this service one with another: first what that does, then the button."""
    service, known, form = _service(slug), words.services(), CurationForm()
    target = known.get(request.values.get("met", ""))
    if form.is_submitted() and form.validate():
        try:
            with change(actor(f"‘{service.label}’ samengevoegd")) as under_way:
                words.merge(under_way, slug, target.slug if target else "")
                number = under_way.generation
            return redirect(url_for("curation.change_done", generation=number), 303)
        except VocabularyError as error:
            form.form_errors = [fault.reason for fault in error.faults]
    has_target = target is not None and target.slug != slug
    return shown(
        "samenvoegen",
        form,
        service=service,
        others=[one for one in known.values() if one.slug != slug],
        target=target if has_target else None,
        use=len(words.users(slug)),
        changes=changes_between(target, joined(known, slug, target.slug)) if target and has_target else (),
        effect=_effect_of_merge(known, service, target) if target and has_target else None,
    )


def _effect_of_merge(known: dict[str, ServiceData], gone: ServiceData, kept: ServiceData) -> Effect:
    later = {slug: one for slug, one in known.items() if slug != gone.slug}
    later |= {one.slug: one for one in words.moved_up(known, gone.slug, kept.slug)}
    later[kept.slug] = joined(known, gone.slug, kept.slug)
    asked = [gone.label, kept.label, *gone.synonyms]
    today = calendar.today()
    return effect(directory(), later, asked, moved={gone.slug: kept.slug}, today=today)


@blueprint.route("/woordenlijst/dienst/<slug>/verwijderen", methods=["GET", "POST"])
@needs(Rule.BEHEERDER)
def service_remove(slug: str) -> ResponseReturnValue:
    """Take a service out that nothing uses; its history brings it back."""
    service, known, form = _service(slug), words.services(), CurationForm()
    if form.is_submitted() and form.validate():
        try:
            with change(actor()) as under_way:
                words.remove_service(under_way, slug)
                number = under_way.generation
            return redirect(url_for("curation.change_done", generation=number), 303)
        except VocabularyError as error:
            form.form_errors = [fault.reason for fault in error.faults]
    below = [one.label for one in known.values() if one.broader == slug]
    above = known[service.broader].label if service.broader else ""
    return shown(
        "verwijderen", form, 409, service=service, use=len(words.users(slug)), below=below, above=above
    )


@blueprint.get("/woordenlijst/dienst/<slug>/geschiedenis")
@needs(Rule.ACCOUNT)
def service_history(slug: str) -> ResponseReturnValue:
    """What became of a service, also of one that was taken out."""
    service, found = words.services().get(slug), versions(slug)
    if service is None and not found:
        abort(404)
    return render_template(
        "beheer/dienst_geschiedenis.html", slug=slug, service=service, versions=found, form=CurationForm()
    )


@blueprint.post("/woordenlijst/dienst/<slug>/geschiedenis/<row:revision_id>")
@needs(Rule.ACCOUNT)
def service_restore(slug: str, revision_id: int) -> ResponseReturnValue:
    """Bring a service back to what it was."""
    form = CurationForm()
    if form.validate():
        try:
            with change(actor("teruggezet uit de geschiedenis")) as under_way:
                is_changed = words.restore(under_way, revision_id, slug)
        except VocabularyError as error:
            form.form_errors = [fault.reason for fault in error.faults]
        else:
            flash("De versie is teruggezet." if is_changed else "Zo is de dienst al: er is niets gewijzigd.")
            return redirect(url_for("curation.service_history", slug=slug), 303)
    return shown(
        "dienst_geschiedenis",
        form,
        409,
        slug=slug,
        service=words.services().get(slug),
        versions=versions(slug),
    )


@blueprint.route("/woordenlijst/gedaan/<row:generation>", methods=["GET", "POST"])
@needs(Rule.ACCOUNT)
def change_done(generation: int) -> ResponseReturnValue:
    """What one change did to the vocabulary and to entries, with the button that takes it back."""
    found = done(generation)
    if found is None or not _may_undo(found):
        abort(404)
    form = CurationForm()
    if form.is_submitted() and form.validate():
        try:
            with change(actor("ongedaan gemaakt")) as under_way:
                undo(under_way, generation)
        except VocabularyError as error:
            form.form_errors = [fault.reason for fault in error.faults]
        else:
            flash("De wijziging is ongedaan gemaakt.")
            return redirect(url_for("curation.vocabulary"), 303)
    return shown("gedaan", form, 409, done=found)


def _may_undo(found: Done) -> bool:
    return account().is_beheerder or found.by == account().id
