"""Curation: somebody said that an entry still holds."""

from __future__ import annotations

from datetime import date

from catalogue.curation import history
from catalogue.curation.entrydata import EntryError
from catalogue.curation.write import Action, Change
from catalogue.extensions import db
from catalogue.models import ConfirmedHow, Organisation, Status

# The ways, with the words for them on the screen.
WAYS = {
    ConfirmedHow.MAIL: "via mail",
    ConfirmedHow.PHONE: "via telefoon",
    ConfirmedHow.VISIT: "bij een bezoek",
    ConfirmedHow.LIST: "via een lijst",
}


def confirm(change: Change, organisation_id: int, how: ConfirmedHow, on: date) -> bool:
    """Write down that an entry held on this day; False where a later or the same confirmation is known.

    Raises EntryError for a day to come, and for an entry that is not there or withdrawn. The date of the
    last edit stays: edited and confirmed never mix.
    """
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None:
        raise EntryError("id", "Deze organisatie is er niet meer.")
    if organisation.status == Status.ARCHIVED:
        raise EntryError("status", "Deze organisatie is gearchiveerd. Maak dat eerst ongedaan.")
    # A day of the calendar of this place, as people say it.
    if on > change.at.astimezone().date():
        raise EntryError("confirmed_on", "De dag van de bevestiging ligt in de toekomst.")
    before = organisation.confirmed_on
    if before is not None and (on < before or (on, how) == (before, organisation.confirmed_how)):
        return False
    history.keep_before(change, [organisation_id])
    organisation.confirmed_on = on
    organisation.confirmed_how = how
    change.touch(organisation)
    db.session.flush()
    history.record_entries(change, {organisation_id: Action.CONFIRMED})
    return True
