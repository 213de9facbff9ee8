"""Pages of /beheer: the history of an entry, going back in it, and erasing personal data from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.curation import differences, editing, erasing, history, proposals
from catalogue.curation.differences import Difference
from catalogue.curation.door_views import account, actor, blueprint, keeps_input, needs, shown
from catalogue.curation.entry_views import ENTRY
from catalogue.curation.entrydata import EntryData, EntryError, line
from catalogue.curation.entryjson import from_json, to_json
from catalogue.curation.history import ERASURE, PER_PAGE, Version
from catalogue.curation.history_forms import EraseForm
from catalogue.curation.in_words import in_words
from catalogue.curation.loading import read
from catalogue.curation.permits import Rule
from catalogue.curation.write import Action, Manner, change
from catalogue.directory.live import directory
from catalogue.directory.paging import page_number
from catalogue.web.words import long_date

MANNERS = {
    Manner.START: "bij het begin",
    Manner.COMMAND: "met een opdracht",
    Manner.ROOM: "in het beheer",
    Manner.IMPORT: "met een import",
    Manner.PROPOSAL: "met een voorstel",
    Manner.CONFIRMATION: "door de organisatie zelf",
}
ACTIONS = {
    Action.FIRST: "Zoals ze was",
    Action.NEW: "Toegevoegd",
    Action.EDITED: "Gewijzigd",
    Action.CONFIRMED: "Bevestigd",
    Action.ARCHIVED: "Gearchiveerd",
    Action.RESTORED: "Hersteld",
    Action.REMOVED: "Verwijderd",
}


@dataclass(frozen=True, slots=True)
class StateShown:
    """One state of an entry, with what became different in it. `erased` says when something was erased."""

    id: int
    what: str
    when: str
    how: str
    who: str
    note: str
    differences: tuple[Difference, ...]
    is_now: bool
    is_mark: bool
    erased: str


@blueprint.get(f"{ENTRY}/geschiedenis")
@needs(Rule.ENTRY)
def entry_history(organisation_id: int) -> ResponseReturnValue:
    """Who changed what of an entry, when and by which way; a page past the last does not exist."""
    entry = _entry(organisation_id)
    number = page_number(request.args.get("pagina", ""))
    found, has_older = history.page(organisation_id, number)
    if not found and number > 1:
        abort(404)
    return render_template(
        "beheer/geschiedenis.html",
        entry=entry,
        states=_states(found, is_first_page=number == 1),
        newer_url=_url(organisation_id, number - 1) if number > 1 else "",
        older_url=_url(organisation_id, number + 1) if has_older else "",
        per_page=PER_PAGE,
    )


@blueprint.post(f"{ENTRY}/geschiedenis/<row:revision_id>/herstellen")
@needs(Rule.ENTRY)
def restore_entry(organisation_id: int, revision_id: int) -> ResponseReturnValue:
    """Bring an entry back to an earlier state. That is a change like any other: it can be undone here."""
    try:
        done = editing.restore(organisation_id, revision_id, actor(), account())
    except EntryError as error:
        return _refused(organisation_id, error.reason)
    flash(
        "Hersteld. Ongedaan maken kan: herstel de versie van ervoor." if done.is_changed else "Zo was ze al."
    )
    for remark in done.remarks:
        flash(f"Let op: {remark}")
    return redirect(_url(organisation_id), 303)


def _refused(organisation_id: int, reason: str) -> ResponseReturnValue:
    found, has_older = history.page(organisation_id, 1)
    page = render_template(
        "beheer/geschiedenis.html",
        entry=_entry(organisation_id),
        states=_states(found, is_first_page=True),
        newer_url="",
        older_url=_url(organisation_id, 2) if has_older else "",
        per_page=PER_PAGE,
        refused=reason,
    )
    return page, 422


@blueprint.route(f"{ENTRY}/geschiedenis/wissen", methods=["GET", "POST"])
@needs(Rule.BEHEERDER)
@keeps_input
def erase_from_history(organisation_id: int) -> ResponseReturnValue:
    """Erase a text from the history of an entry: first it shows where it stands, then it is asked once."""
    entry = _entry(organisation_id)
    form = EraseForm()
    if not form.validate_on_submit():
        return shown("geschiedenis_wissen", form, entry=entry)
    text = form.tekst.data
    try:
        holding = history.holding(organisation_id, text)
        decided, waiting = proposals.holding(organisation_id, line(text))
        if not (holding or decided) or request.form.get("actie") != "wis":
            live = erasing.holds(to_json(entry), text.strip())
            return shown(
                "geschiedenis_wissen",
                form,
                refused=200,
                entry=entry,
                asked=True,
                is_live=live,
                decided=decided,
                waiting=waiting,
                found=_states(holding, is_first_page=False),
            )
        with change(actor()) as under_way:
            touched = history.erase(under_way, organisation_id, text, form.versie.data)
            also = 0
            if form.versie.data is None:
                also = proposals.erase_text(under_way.at, organisation_id, line(text))
    except EntryError as error:
        form.tekst.errors = [error.reason]
        return shown("geschiedenis_wissen", form, entry=entry)
    in_proposals = f" en in {also} {'voorstel' if also == 1 else 'voorstellen'}" if also else ""
    flash(f"Gewist in {touched} {'versie' if touched == 1 else 'versies'}{in_proposals}.")
    return redirect(_url(organisation_id), 303)


def _entry(organisation_id: int) -> EntryData:
    found = read(organisation_id)
    return found if found is not None else abort(404)


def _url(organisation_id: int, number: int = 1) -> str:
    page = number if number > 1 else None
    return url_for("curation.entry_history", organisation_id=organisation_id, pagina=page)


def _states(found: Sequence[Version], *, is_first_page: bool) -> list[StateShown]:
    """States with their difference from the one before; the newest one of all is how the entry is now."""
    words = in_words(directory().load().words)
    states: list[StateShown] = []
    for place, one in enumerate(found):
        is_mark = one.kind == ERASURE
        older = None
        if not is_mark:
            older = next((other for other in found[place + 1 :] if other.kind == one.kind), None)
            older = older or history.before(one)
        changed: tuple[Difference, ...] = ()
        if older is not None and older.data and one.data:
            changed = tuple(differences.differences(from_json(older.data), from_json(one.data), words))
        states.append(
            StateShown(
                id=one.id,
                what="Persoonsgegevens gewist" if is_mark else ACTIONS.get(Action(one.action), one.action),
                when=_moment(one.at),
                how=MANNERS.get(Manner(one.manner), one.manner),
                who=one.who,
                note=one.note,
                differences=changed,
                is_now=is_first_page and not is_mark and all(state.is_mark for state in states),
                is_mark=is_mark,
                erased=_moment(one.erased_at) if one.erased_at else "",
            )
        )
    return states


def _moment(at: datetime) -> str:
    """A moment in the time of this place: 22 november 2026 om 14.05 uur."""
    here = at.astimezone()
    return f"{long_date(here.date())} om {here:%H.%M} uur"
