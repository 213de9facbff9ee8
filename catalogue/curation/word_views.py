"""Pages of words that the vocabulary does not know: what they mean, and what was said they mean."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue import calendar
from catalogue.curation import vocabulary as words
from catalogue.curation.door_views import account, actor, blueprint, needs, shown
from catalogue.curation.forms import CurationForm
from catalogue.curation.free_words import (
    FreeWord,
    as_offers,
    entries_of,
    forget,
    free_word,
    free_words,
    mappings,
    remember,
    set_mapping,
    stay_free,
)
from catalogue.curation.permits import Rule
from catalogue.curation.servicedata import ServiceData, VocabularyError
from catalogue.curation.vocabulary_effect import Effect, effect
from catalogue.curation.vocabulary_undo import WORD_NOTE
from catalogue.curation.write import change
from catalogue.directory.live import directory
from catalogue.exchange.known import Known

SHOWN = 200
STAYS = "blijft"


@blueprint.get("/woordenlijst/woorden")
@needs(Rule.ACCOUNT)
def free_word_list() -> ResponseReturnValue:
    """The words of entries that are no service, the most used first."""
    found = free_words(account())
    return render_template("beheer/woorden.html", words=found[:SHOWN], total=len(found))


@blueprint.route("/woordenlijst/woord", methods=["GET", "POST"])
@needs(Rule.ACCOUNT)
def free_word_page() -> ResponseReturnValue:
    """One such word: make it a service, or let it be; first what that does, then the button."""
    word = free_word(account(), request.values.get("woord", "")) or abort(404)
    known, form = words.services(), CurationForm()
    chosen = known.get(request.values.get("dienst", ""))
    as_synonym = "synoniem" in request.values
    if form.is_submitted() and form.validate():
        if request.form.get("actie") == STAYS:
            stay_free(word.word, account().id)
            flash(f"‘{word.word}’ blijft een eigen woord. Een volgend bestand vraagt er niet meer naar.")
            return redirect(url_for("curation.free_word_list"), 303)
        if chosen is None:
            form.form_errors = ["Kies een dienst."]
        else:
            try:
                return _mapped(word, chosen, as_synonym=as_synonym)
            except VocabularyError as error:
                form.form_errors = [fault.reason for fault in error.faults]
    guess = Known.load().guess(word.word)
    return shown(
        "woord",
        form,
        word=word,
        entries=entries_of(word.ids, chosen.slug if chosen else ""),
        services=list(known.values()),
        chosen=chosen,
        suggested=next((one.slug for one in known.values() if one.label == guess), ""),
        as_synonym=as_synonym,
        effect=_effect(word, chosen, known) if chosen and as_synonym else None,
    )


def _mapped(word: FreeWord, service: ServiceData, *, as_synonym: bool) -> ResponseReturnValue:
    with change(actor(f"{WORD_NOTE} ‘{word.word}’")) as under_way:
        if as_synonym:
            words.save_service(under_way, _with_synonym(service, word))
        else:
            remember(word.word, service.slug, account().id)
        as_offers(under_way, word.word, service.slug, word.ids)
        number = under_way.generation
    return redirect(url_for("curation.change_done", generation=number), 303)


def _with_synonym(service: ServiceData, word: FreeWord) -> ServiceData:
    return replace(service, synonyms=(*service.synonyms, word.word))


def _effect(word: FreeWord, service: ServiceData, known: dict[str, ServiceData]) -> Effect:
    later = known | {service.slug: _with_synonym(service, word)}
    today = calendar.today()
    return effect(directory(), later, [word.word, service.label], today=today)


@blueprint.route("/woordenlijst/onthouden", methods=["GET", "POST"])
@needs(Rule.ACCOUNT)
def mapping_list() -> ResponseReturnValue:
    """What words of files were said to mean; each can be changed or forgotten."""
    form = CurationForm()
    if form.is_submitted() and form.validate():
        word, slug = request.form.get("woord", ""), request.form.get("dienst", "")
        is_done = forget(word) if "vergeet" in request.form else set_mapping(word, slug, account().id)
        if is_done:
            flash(f"‘{word}’ is {'vergeten' if 'vergeet' in request.form else 'bewaard'}.")
            return redirect(url_for("curation.mapping_list"), 303)
        form.form_errors = ["Dit woord of deze dienst is er niet meer."]
    return shown("onthouden", form, 409, mappings=mappings(), services=list(words.services().values()))
