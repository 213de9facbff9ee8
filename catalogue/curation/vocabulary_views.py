"""Pages of /beheer/woordenlijst: the list, one service, the categories."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue import calendar
from catalogue.curation import vocabulary as words
from catalogue.curation.categories import CategoryData, save_categories, sizes
from catalogue.curation.door_views import account, actor, blueprint, keeps_input, needs, shown
from catalogue.curation.forms import CurationForm
from catalogue.curation.free_words import FreeWord, as_offers, free_word, free_words
from catalogue.curation.permits import Rule
from catalogue.curation.servicedata import ServiceData, VocabularyError, faults, new_slug, tidy
from catalogue.curation.vocabulary_effect import Effect, effect, touched
from catalogue.curation.vocabulary_forms import ServiceForm, stamp
from catalogue.curation.vocabulary_shown import changes_between
from catalogue.curation.vocabulary_shown import vocabulary as listed
from catalogue.curation.vocabulary_undo import WORD_NOTE
from catalogue.curation.write import change
from catalogue.directory.live import directory

SAVE = "bewaar"
MAX_ASKED = 80


@blueprint.get("/woordenlijst")
@needs(Rule.ACCOUNT)
def vocabulary() -> ResponseReturnValue:
    """The services under their categories, with how many entries use each."""
    asked = request.args.get("q", "")[:MAX_ASKED]
    return render_template(
        "beheer/woordenlijst.html", asked=asked, groups=listed(asked), free=len(free_words(account()))
    )


@blueprint.route("/woordenlijst/nieuw", methods=["GET", "POST"])
@needs(Rule.ACCOUNT)
@keeps_input
def service_new() -> ResponseReturnValue:
    """A new service; with `woord` made of a free word, whose entries offer it from then on."""
    known = words.services()
    form = ServiceForm()
    form.offer(words.categories(), known, "")
    word = free_word(account(), request.args.get("woord", ""))
    if request.method == "GET":
        form.fill(ServiceData("", word.word if word else ""))
    return _answer(form, None, known, word)


@blueprint.route("/woordenlijst/dienst/<slug>", methods=["GET", "POST"])
@needs(Rule.ACCOUNT)
@keeps_input
def service_edit(slug: str) -> ResponseReturnValue:
    """A service: what it says, and what a change would do before it is saved."""
    known = words.services()
    if slug not in known:
        abort(404)
    form = ServiceForm()
    form.offer(words.categories(), known, slug)
    if request.method == "GET":
        form.fill(known[slug])
        form.versie.data = stamp(known[slug])
    return _answer(form, known[slug], known, None)


def _answer(
    form: ServiceForm, before: ServiceData | None, known: dict[str, ServiceData], word: FreeWord | None
) -> ResponseReturnValue:
    """The form, what is wrong with it, what it would do, or, once that was seen, that it is done."""
    use = touched(directory(), [before.slug]) if before else 0
    page: dict[str, Any] = {"before": before, "word": word, "in_the_way": [], "use": use}
    if not form.validate_on_submit():
        return shown("dienst", form, **page)
    after = tidy(form.service(before.slug if before else new_slug(form.naam.data or "", known)))
    wrong = faults(after, known, words.categories())
    if wrong:
        form.tell(wrong)
        others = {fault.other for fault in wrong if fault.other}
        return shown("dienst", form, **page | {"in_the_way": [known[slug] for slug in sorted(others)]})
    seen = stamp(before, after)
    if request.form.get("actie") == SAVE and form.gezien.data == seen:
        try:
            return _saved(after, word, is_new=before is None)
        except VocabularyError as error:
            form.tell(error.faults)
            return shown("dienst", form, **page)
    # What is shown is what would be saved, in its normal form.
    form.fill(after)
    form.gezien.data = seen
    return render_template(
        "beheer/dienst.html",
        form=form,
        **page,
        is_stale=before is not None and form.versie.data not in ("", None, stamp(before)),
        changes=changes_between(before, after),
        effect=_effect(before, after, known),
    )


def _saved(after: ServiceData, word: FreeWord | None, *, is_new: bool) -> ResponseReturnValue:
    note = f"{WORD_NOTE} ‘{word.word}’" if word else ""
    with change(actor(note)) as under_way:
        words.save_service(under_way, after)
        if word:
            as_offers(under_way, word.word, after.slug, word.ids)
        number = under_way.generation
    if word:
        return redirect(url_for("curation.change_done", generation=number), 303)
    flash(f"De dienst ‘{after.label}’ is {'gemaakt' if is_new else 'bewaard'}.")
    return redirect(url_for("curation.service_edit", slug=after.slug), 303)


def _effect(before: ServiceData | None, after: ServiceData, known: dict[str, ServiceData]) -> Effect:
    old = (before.label, *before.synonyms) if before else ()
    new = (after.label, *after.synonyms)
    changed = [one for one in (*new, *old) if (one in new) != (one in old)]
    today = calendar.today()
    return effect(directory(), known | {after.slug: after}, [*changed, after.label], today=today)


@blueprint.route("/woordenlijst/categorieen", methods=["GET", "POST"])
@needs(Rule.ACCOUNT)
@keeps_input
def category_list() -> ResponseReturnValue:
    """The categories: rename, put in order, add, and remove those that are empty."""
    form = CurationForm()
    rows = there = [CategoryData(slug, label) for slug, label in words.categories().items()]
    errors: dict[str, str] = {}
    if form.is_submitted():
        rows = _posted_categories(there)
        if form.validate():
            try:
                with change(actor()) as under_way:
                    save_categories(under_way, rows)
            except VocabularyError as error:
                errors = {fault.field: fault.reason for fault in error.faults}
                rows += [one for one in there if one.slug in errors]
            else:
                flash("De categorieën zijn bewaard.")
                return redirect(url_for("curation.category_list"), 303)
    return shown("categorieen", form, rows=rows, errors=errors, sizes=sizes())


def _posted_categories(there: list[CategoryData]) -> list[CategoryData]:
    """The categories as they were typed, in the order of their numbers; an empty new one is none."""
    wanted: list[tuple[int, int, CategoryData]] = []
    for number, one in enumerate([*there, CategoryData("", "")]):
        field = one.slug or "nieuw"
        if f"weg-{field}" in request.form:
            continue
        label = request.form.get(f"naam-{field}", one.label)
        place = _place(request.form.get(f"plaats-{field}", ""), number + 1)
        if one.slug or label.strip():
            wanted.append((place, number, CategoryData(one.slug, label)))
    return [one for _, _, one in sorted(wanted, key=lambda row: row[:2])]


def _place(text: str, otherwise: int) -> int:
    return int(text) if text.strip().isascii() and text.strip().isdigit() and len(text) < 6 else otherwise
