"""Pages of /beheer/teksten and the manual of the room."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.curation.door_views import actor, blueprint, keeps_input, needs, shown
from catalogue.curation.forms import CurationForm
from catalogue.curation.permits import Rule
from catalogue.curation.texts import (
    Editable,
    TextError,
    editables,
    revert,
    save_text,
    tidy,
    versions,
)
from catalogue.curation.write import change
from catalogue.data.manual import manual as sections
from catalogue.directory.own_texts import shown_text
from catalogue.web.assets import has_asset
from catalogue.web.headers import settings_of_site

SAVE, REVERT = "bewaar", "bestand"
VERSIONS = 20


@blueprint.get("/teksten")
@needs(Rule.BEHEERDER)
def texts() -> ResponseReturnValue:
    """The texts and values that can be edited, and which of them were."""
    found = list(editables().values())
    return render_template(
        "beheer/teksten.html",
        pages=[one for one in found if not one.unit],
        values=[one for one in found if one.unit],
    )


@blueprint.route("/teksten/<key>", methods=["GET", "POST"])
@needs(Rule.BEHEERDER)
@keeps_input
def text(key: str) -> ResponseReturnValue:
    """One text: edit, look at it as the page shows it, save, or go back to that of the file."""
    one = editables().get(key) or abort(404)
    form = CurationForm()
    typed = request.form.get("tekst", one.value)
    if not form.is_submitted():
        return _page(one, form, typed)
    if not form.validate():
        return _page(one, form, typed, refused=True)
    asked = request.form.get("actie")
    if asked == REVERT:
        with change(actor()) as under_way:
            revert(under_way, key)
        flash(
            "De tekst van het bestand staat er weer."
            if not one.unit
            else "De waarde van het bestand geldt weer."
        )
        return redirect(url_for("curation.text", key=key), 303)
    try:
        tidy(one, typed)
        if asked != SAVE:
            return _page(one, form, typed, is_previewed=True)
        with change(actor()) as under_way:
            is_changed = save_text(under_way, key, typed)
    except TextError as error:
        return _page(one, form, typed, refused=True, error=str(error))
    flash("Bewaard. De site toont het meteen." if is_changed else "Er is niets gewijzigd.")
    return redirect(url_for("curation.text", key=key), 303)


def _page(
    one: Editable,
    form: CurationForm,
    typed: str,
    *,
    refused: bool = False,
    is_previewed: bool = False,
    error: str = "",
) -> ResponseReturnValue:
    page, _ = shown(
        "tekst",
        form,
        one=one,
        typed=typed,
        error=error,
        blocks=shown_text(typed, settings_of_site().site_name) if is_previewed and not one.unit else None,
        versions=[(version.at.astimezone(), version) for version in versions(one.key)[:VERSIONS]],
    )
    return page, 422 if refused else 200


@blueprint.get("/handleiding")
@needs(Rule.ACCOUNT)
def manual() -> ResponseReturnValue:
    """The manual of the room; a picture is shown where there is one."""
    found = sections()
    pictures = {one.sleutel for one in found if one.beeld and has_asset(f"img/handleiding/{one.beeld}")}
    return render_template("beheer/handleiding.html", sections=found, pictures=pictures)
