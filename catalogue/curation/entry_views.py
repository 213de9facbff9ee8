"""Pages of /beheer: the list of entries, and the form in which one is made and edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from catalogue import calendar
from catalogue.curation import conflict, editing, entry_form, entry_list
from catalogue.curation.confirming import WAYS, confirm
from catalogue.curation.conflict import Side
from catalogue.curation.door_views import account, actor, blueprint, keeps_input, needs
from catalogue.curation.entry_form import EntryForm
from catalogue.curation.entry_list import ANY, CURRENT, LACKS, MINE, Asked
from catalogue.curation.entry_reading import Reading
from catalogue.curation.entrydata import EntryData, EntryError
from catalogue.curation.forms import TRY_AGAIN
from catalogue.curation.in_words import in_words
from catalogue.curation.permits import Rule
from catalogue.curation.points import offline
from catalogue.curation.preview import unsaved
from catalogue.curation.session_views import local_target
from catalogue.curation.write import change
from catalogue.directory.entry_page import entry_shown
from catalogue.directory.live import directory
from catalogue.directory.paging import page_number, pager
from catalogue.directory.shown import Pager
from catalogue.directory.vocabulary import Words
from catalogue.extensions import is_machine_fault
from catalogue.models import (
    SAMENWERKING,
    Art15Status,
    ConfirmedHow,
    Status,
    Zekerheid,
)
from catalogue.models.trede import treden
from catalogue.models.werkvorm import werkvormen
from catalogue.web.assets import asset
from catalogue.web.context import public_url
from catalogue.web.errors import RETRY_AFTER
from catalogue.web.headers import settings_of_site

# What a number in an address may be at most: as large as a key of a table.
LARGEST = 2_147_483_647
ENTRY = "/organisaties/<row:organisation_id>"
LOST = "Wijzigingen die u nog niet bewaarde, staan hieronder nog ingevuld."
MACHINE = (
    "De catalogus kan nu niet bewaren. Er is niets gewijzigd en alles wat u invulde, staat er nog. "
    "Probeer het over een minuut opnieuw."
)
NEEDS_WERKVORM = "Kies minstens één werkvorm voor u publiceert: daarop filteren mensen."
# What a button of the form asks for besides saving as it is.
TO_STATUS = {"concept": Status.CONCEPT, "publiceer": Status.PUBLISHED}
DONE: dict[Status, str] = {
    Status.CONCEPT: "Bewaard als concept. Alleen wie hier aangemeld is, ziet het.",
    Status.PUBLISHED: "Bewaard. De wijziging staat op de publieke pagina.",
    Status.ARCHIVED: "Bewaard. De organisatie blijft gearchiveerd.",
}
STATUSES: dict[str, str] = {
    CURRENT: "Alles behalve gearchiveerd",
    Status.PUBLISHED: "Gepubliceerd",
    Status.CONCEPT: "Concept",
    Status.ARCHIVED: "Gearchiveerd",
    ANY: "Alles",
}
CERTAINTIES: dict[str, str] = {"": "Niet ingevuld", **{one: one.capitalize() for one in Zekerheid}}


@blueprint.get("/organisaties", endpoint="entries")
@needs(Rule.ACCOUNT)
def list_entries() -> ResponseReturnValue:
    """The list of entries with its filters; a page past the last does not exist."""
    asked = _asked()
    found = entry_list.listed(asked, account(), _words(), calendar.today())
    if asked.page > found.pages:
        abort(404)
    return render_template(
        "beheer/organisaties.html",
        asked=asked,
        found=found,
        pager=_pager(found.pages, asked.page),
        statuses=STATUSES,
        lacks=LACKS,
        ways=WAYS,
        here=request.full_path.removesuffix("?"),
    )


def _asked() -> Asked:
    """What the address asks for; an unknown value is left out."""
    args = request.args
    status = args.get("status", CURRENT)
    return Asked(
        q=args.get("q", "").replace("\0", "")[:200],
        status=status if status in STATUSES else CURRENT,
        # Who curates a region begins with the entries of that region.
        whose=args.get("van", ANY if account().is_beheerder else MINE),
        lacks=tuple(key for key in LACKS if key in args.getlist("mist")),
        page=page_number(args.get("pagina", "")),
    )


def _pager(pages: int, here: int) -> Pager:
    def url(number: int) -> str:
        kept = request.args.to_dict(flat=False) | {"pagina": [str(number)]}
        return url_for("curation.entries", **kept)  # type: ignore[arg-type]

    return pager(here, pages, url)


@blueprint.route("/organisaties/nieuw", endpoint="new_entry", methods=["GET", "POST"])
@needs(Rule.ACCOUNT)
@keeps_input
def new_entry() -> ResponseReturnValue:
    """Make an entry."""
    before = EntryData(name="", status=Status.CONCEPT)
    if request.method == "GET":
        return _page(entry_form.empty(), before, 0)
    return _posted(before, 0)


@blueprint.route(f"{ENTRY}/bewerken", endpoint="edit_entry", methods=["GET", "POST"])
@needs(Rule.ENTRY)
@keeps_input
def edit_entry(organisation_id: int) -> ResponseReturnValue:
    """Edit an entry."""
    found = editing.read_with_generation(organisation_id)
    if found is None:
        abort(404)
    before, generation = found
    if request.method == "GET":
        return _page(entry_form.filled(before, _words()), before, generation)
    return _posted(before, _made_from(generation))


def _made_from(now: int) -> int:
    """The generation that the posted form was made from."""
    typed = request.form.get("generation", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else now


def _posted(before: EntryData, generation: int) -> ResponseReturnValue:
    """What a button of the form asks: another row, a point, a preview, or saving."""
    form = entry_form.posted(request.form.lists())
    action = request.form.get("actie", "")
    if g.get("csrf_refused", False):
        form.errors = {"": f"{TRY_AGAIN} {LOST}"}
        return _page(form, before, generation, 422)
    if form.change_rows(action):
        return _page(form, before, generation)
    if action.startswith("zoek-"):
        return _looked_up(form, action.removeprefix("zoek-"), before, generation)
    if action.startswith("bevestig-"):
        form.fields["confirmed_on"] = [calendar.today().isoformat()]
        form.fields["confirmed_how"] = [action.removeprefix("bevestig-")]
    if action == "oplossen":
        action = request.form.get("daarna", "")
        return _saved(form, before, generation, action, chosen=request.form)
    if action == "voorbeeld":
        return _previewed(form, before)
    return _saved(form, before, generation, action)


def _read(form: EntryForm, before: EntryData, action: str) -> tuple[EntryData | None, Reading]:
    reading = Reading(form, _words(), calendar.today())
    entry = reading.entry(replace(before, status=TO_STATUS.get(action, before.status)))
    if entry and action == "publiceer" and not entry.werkvormen:
        form.errors["werkvormen"] = NEEDS_WERKVORM
        entry = None
    return entry, reading


def _saved(
    form: EntryForm, before: EntryData, generation: int, action: str, chosen: Any = None
) -> ResponseReturnValue:
    """Save, or show why not. `chosen` are the answers of who met a conflict."""
    mine, reading = _read(form, before, action)
    if mine is None:
        return _page(form, before, generation, 422)
    try:
        if chosen is not None:
            return _resolved(form, mine, before, generation, action, chosen)
        kept = editing.keep(mine, actor(), account(), generation)
    except EntryError as error:
        reading.refuse(error)
        return _page(form, before, generation, 422)
    except editing.ConflictError as met:
        return _conflict(form, mine, met.theirs, generation, met.generation, action)
    except DBAPIError as error:
        if not is_machine_fault(error):
            raise
        # The change undid itself; where the database is gone altogether, this page fails too and says so.
        form.errors = {"": MACHINE}
        return *_page(form, before, generation, 503), {"Retry-After": str(RETRY_AFTER)}
    return _done(kept, Status(mine.status), reading.warnings)


def _done(kept: editing.Kept, status: Status, warnings: list[str]) -> ResponseReturnValue:
    flash(DONE[status] if kept.is_changed else "Er was niets gewijzigd.")
    for warning in warnings:
        flash(f"Let op: {warning}")
    return redirect(url_for("curation.edit_entry", organisation_id=kept.id), 303)


def _conflict(
    form: EntryForm,
    mine: EntryData,
    theirs: EntryData,
    base_generation: int,
    generation: int,
    action: str,
    missing: tuple[str, ...] = (),
) -> ResponseReturnValue:
    """Both versions side by side; nothing is saved."""
    page = render_template(
        "beheer/organisatie_botsing.html",
        entry=theirs,
        form=form,
        sides=_sides(mine, theirs, base_generation),
        generation=base_generation,
        theirs_generation=generation,
        action=action,
        missing=missing,
        answers=request.form,
    )
    return page, 409


def _sides(mine: EntryData, theirs: EntryData, base_generation: int) -> list[Side]:
    assert theirs.id is not None, "it was read from the tables"
    base = editing.state_at(theirs.id, base_generation)
    return conflict.sides(base, theirs, mine, in_words(_words()))


def _resolved(
    form: EntryForm, mine: EntryData, before: EntryData, base_generation: int, action: str, answers: Any
) -> ResponseReturnValue:
    """Save what was chosen; asked again where the entry changed once more, or an answer is missing."""
    now = editing.generation_of(before.id or 0)
    seen = answers.get("gezien", "")
    sides = _sides(mine, before, base_generation)
    open_ = tuple(one.key for one in sides if one.clashes and answers.get(one.key) not in conflict.ANSWERS)
    if seen != str(now) or open_:
        return _conflict(form, mine, before, base_generation, now, action, open_ if seen == str(now) else ())
    chosen = {one.key for one in sides if answers.get(one.key) == conflict.MINE}
    entry = conflict.merged(before, mine, sides, chosen)
    try:
        kept = editing.keep(entry, actor(), account(), now)
    except EntryError as error:
        # The two do not go together: the form with both, to be put right by hand.
        again = entry_form.filled(entry, _words())
        again.errors[error.field] = error.reason
        return _page(again, before, now, 422)
    return _done(kept, Status(entry.status), [])


def _looked_up(form: EntryForm, number: str, before: EntryData, generation: int) -> ResponseReturnValue:
    """Fill in the point of one site from its address; the rest stays as it was typed."""
    row = f"sites-{number}"
    settings = settings_of_site()
    site = Reading(form, _words(), calendar.today()).site(row)
    found = site and editing.point_of(
        site,
        _words().gazetteer,
        url=settings.geocoder_url,
        user_agent=settings.geocoder_agent or settings.site_name,
    )
    if found:
        form.set_point(row, found)
    elif not form.errors:
        form.errors[f"{row}-street"] = (
            "Bij dit adres vinden we geen punt. Kijk straat, postcode en gemeente na."
        )
    return _page(form, before, generation, 422 if form.errors else 200)


def _previewed(form: EntryForm, before: EntryData) -> ResponseReturnValue:
    """The public page as it would be; in a tab of its own, so that the form stays as it is."""
    entry, _ = _read(form, before, "")
    if entry is None:
        return render_template("beheer/organisatie_voorbeeld.html", errors=form.errors.values()), 422
    words = _words()
    ids = {slug: service.id for slug, service in words.services.items()}
    shown = entry_shown(
        directory(),
        unsaved(entry, ids, offline(words.gazetteer)),
        public_url("directory.entry", slug=entry.slug or "voorbeeld"),
    )
    notice = (
        "Voorbeeld: zo ziet iedereen deze pagina zodra u ze bewaart en publiceert. Er is nog niets bewaard."
    )
    shown = replace(shown, notices=(notice, *shown.notices), json_ld="")
    return render_template("directory/entry.html", entry=shown, is_preview=True)


@blueprint.post(f"{ENTRY}/archiveren")
@needs(Rule.ENTRY)
def archive_entry(organisation_id: int) -> ResponseReturnValue:
    """Withdraw an entry; the page it leads to has the button that undoes it."""
    editing.withdraw(organisation_id, actor())
    flash("Gearchiveerd. Het publieke adres zegt voortaan dat de organisatie is teruggetrokken.")
    return redirect(url_for("curation.edit_entry", organisation_id=organisation_id), 303)


@blueprint.post(f"{ENTRY}/terugzetten")
@needs(Rule.ENTRY)
def bring_back_entry(organisation_id: int) -> ResponseReturnValue:
    """Undo a withdrawal."""
    status = editing.bring_back(organisation_id, actor())
    flash(f"Ongedaan gemaakt. De status is weer: {status}.")
    return redirect(url_for("curation.edit_entry", organisation_id=organisation_id), 303)


@blueprint.post(f"{ENTRY}/bevestigen")
@needs(Rule.ENTRY)
def confirm_entry(organisation_id: int) -> ResponseReturnValue:
    """Write down that the entry was confirmed today, and go back to where the button stood."""
    how = request.form.get("hoe", "")
    if how not in set(ConfirmedHow):
        abort(400)
    try:
        with change(actor()) as under_way:
            confirm(under_way, organisation_id, ConfirmedHow(how), calendar.today())
        flash(f"Bevestigd: vandaag {WAYS[ConfirmedHow(how)]}.")
    except EntryError as error:
        flash(error.reason)
    back = local_target(request.form.get("volgende", ""))
    return redirect(back if back != url_for("curation.desk") else url_for("curation.entries"), 303)


def _page(form: EntryForm, before: EntryData, generation: int, code: int = 200) -> tuple[str, int]:
    """The form, with all that it chooses from."""
    words, settings = _words(), settings_of_site()
    page = render_template(
        "beheer/organisatie.html",
        form=form,
        entry=before,
        generation=generation,
        empty_form=EntryForm(),
        missing=list(entry_list.missing(before, calendar.today())) if before.id else [],
        words=words,
        services=sorted(words.services.values(), key=lambda one: one.label.casefold()),
        werkvormen=werkvormen().values(),
        treden=treden(),
        samenwerking=SAMENWERKING,
        certainties=CERTAINTIES,
        art15_statuses={one: one.replace("-", " ").capitalize() for one in Art15Status},
        ways=WAYS,
        today=calendar.today(),
        ground={
            "tiles": settings.tiles,
            "credit": settings.tiles_attribution if settings.tiles else "",
            "backdrop": asset("geo/achtergrond.json"),
            "borders": url_for("maps.borders") if settings.borders else "",
        },
    )
    return page, code


@blueprint.app_template_filter("keuzes")
def choices(words: Mapping[str, str]) -> list[dict[str, str]]:
    """Keys with their words, as select and choices take them."""
    return [{"key": key, "label": label} for key, label in words.items()]


def _words() -> Words:
    return directory().load().words
