"""Pages of /beheer/cijfers/acties: actions and events of a year; what is removed can come back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.curation import activities
from catalogue.curation.activities import ActivityData, GoneError
from catalogue.curation.door_views import account, actor, blueprint, keeps_input, needs, shown
from catalogue.curation.figure_forms import ActivityForm
from catalogue.curation.figure_views import Choice
from catalogue.curation.permits import Rule
from catalogue.directory.live import directory

GONE = "Deze actie is er niet meer: iemand heeft ze verwijderd."


@blueprint.get("/cijfers/acties", endpoint="activities")
@needs(Rule.ACCOUNT)
def listed() -> ResponseReturnValue:
    """The actions of a year, and the one that was just removed."""
    year = _year()
    away = request.args.get("verwijderd", "")
    gone = activities.removed(int(away)) if away.isascii() and away.isdigit() and len(away) <= 9 else None
    years = sorted({*activities.years(), _today_year(), _today_year() + 1, year}, reverse=True)
    return render_template(
        "beheer/acties.html",
        year=year,
        years=[Choice(str(one), str(one)) for one in years],
        actions=activities.of_year(year, account=account()),
        removed=gone if gone and activities.may_edit(account(), gone) else None,
        removed_id=away,
    )


@blueprint.route("/cijfers/acties/nieuw", endpoint="activity_new", methods=["GET", "POST"])
@needs(Rule.ACCOUNT)
@keeps_input
def added() -> ResponseReturnValue:
    """A new action."""
    form = ActivityForm.of(None, _year(), _regions())
    if not form.validate_on_submit():
        return shown("actie", form, known=None)
    activities.add(actor(), form.value)
    flash("De actie is toegevoegd.")
    return redirect(url_for("curation.activities", jaar=form.value.year), 303)


@blueprint.route("/cijfers/acties/<row:activity_id>", endpoint="activity", methods=["GET", "POST"])
@needs(Rule.ACCOUNT)
@keeps_input
def edited(activity_id: int) -> ResponseReturnValue:
    """Change an action."""
    known = _may_write(activity_id)
    regions = _regions()
    if known.region and known.region not in regions:
        abort(403)
    form = ActivityForm.of(known, known.year, regions)
    if not form.validate_on_submit():
        return shown("actie", form, known=activity_id)
    try:
        activities.edit(actor(), activity_id, form.value)
    except GoneError:
        abort(404)
    flash("De actie is bewaard.")
    return redirect(url_for("curation.activities", jaar=form.value.year), 303)


@blueprint.post("/cijfers/acties/<row:activity_id>/verwijder", endpoint="activity_remove")
@needs(Rule.ACCOUNT)
def taken_away(activity_id: int) -> ResponseReturnValue:
    """Take an action away; the list then offers to bring it back."""
    known = _may_write(activity_id)
    try:
        activities.remove(actor(), activity_id)
    except GoneError:
        abort(404)
    return redirect(url_for("curation.activities", jaar=known.year, verwijderd=activity_id), 303)


@blueprint.post("/cijfers/acties/<row:activity_id>/herstel", endpoint="activity_restore")
@needs(Rule.ACCOUNT)
def brought_back(activity_id: int) -> ResponseReturnValue:
    """Bring a removed action back."""
    gone = activities.removed(activity_id)
    if gone is None:
        abort(404)
    if not activities.may_edit(account(), gone):
        abort(403)
    try:
        year = activities.restore(actor(), activity_id)
    except GoneError:
        abort(404)
    flash("De actie staat er weer.")
    return redirect(url_for("curation.activities", jaar=year), 303)


def _may_write(activity_id: int) -> ActivityData:
    """The action; 404 where it is gone, 403 where it is of another region."""
    known = activities.read(activity_id)
    if known is None:
        abort(404, GONE)
    if not activities.may_edit(account(), known):
        abort(403)
    return known


def _regions() -> dict[str, str]:
    """The regions that this account may choose, slug → name."""
    if not account().is_beheerder:
        return {region.slug: region.name for region in account().regions}
    regions = directory().load().words.regions.values()
    return {region.slug: region.naam for region in regions if not region.is_named}


def _year() -> int:
    """The year that the address asks, else this one."""
    text = request.args.get("jaar", "")
    is_year = text.isascii() and text.isdigit() and len(text) <= 4
    known = activities.FIRST_YEAR <= int(text) <= activities.LAST_YEAR if is_year else False
    return int(text) if known else _today_year()


def _today_year() -> int:
    return directory().load().today.year
