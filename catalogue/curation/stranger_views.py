"""What the pages for strangers share: the stamp on a form, the brake, and what a form says of an entry.

These pages stand outside /beheer: no session, no cookie. A signed stamp in the form takes the place of the
token; nothing that they keep changes an entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.curation import stamps
from catalogue.curation.brakes import brake, network_of
from catalogue.curation.differences import Words, differences
from catalogue.curation.entrydata import EntryData, EntryError
from catalogue.curation.form_checks import place_error
from catalogue.curation.in_words import in_words
from catalogue.curation.proposal_forms import FORM_OF, STAMP, ChangeForm
from catalogue.curation.proposing import proposed
from catalogue.directory.live import directory
from catalogue.exchange.known import Known
from catalogue.web.words import waiting

# A town hall shares one network address; a mailbox gets no flood of copies.
PER_NETWORK, NETWORK_WINDOW = 10, timedelta(hours=1)
PER_MAILBOX, MAILBOX_WINDOW = 5, timedelta(hours=24)
TOO_OLD = "Deze pagina stond te lang open. Kijk na wat u invulde en verstuur het opnieuw."
TOO_FAST = "Dat ging wel heel snel. Wacht enkele seconden en verstuur het opnieuw."
NOTHING = "Schrijf wat er niet klopt, of verander iets in de velden."


@dataclass(frozen=True, slots=True)
class Opened:
    """The stamp of the form: to show again, of which generation, and what is wrong with it."""

    stamp: str
    generation: int
    fault: str = ""


def opened(generation: int, about: int = 0) -> Opened:
    """The stamp of this request, or a fresh one for an entry (id) that is now of this generation.

    A stamp of another form is none: it would show the entry as it was when nobody could see it.
    """
    now = datetime.now(UTC)
    fresh = stamps.make(now, generation, about)
    if request.method != "POST":
        return Opened(fresh, generation)
    text = request.form.get(STAMP, "")
    try:
        stamp = stamps.parse(text)
    except stamps.StampError:
        return Opened(fresh, generation, TOO_OLD)
    if stamp.about != about:
        return Opened(fresh, generation, TOO_OLD)
    if stamp.is_too_old(now):
        return Opened(stamps.make(now, stamp.generation, about), stamp.generation, TOO_OLD)
    return Opened(text, stamp.generation, TOO_FAST if stamp.is_too_fast(now) else "")


def words() -> Words:
    """How services and places are called."""
    return in_words(directory().load().words)


def labels() -> dict[str, str]:
    """Labels of services by slug."""
    return {slug: service.label for slug, service in directory().load().words.services.items()}


def wanted(form: ChangeForm, seen: EntryData, fault: str = "") -> EntryData | None:
    """The entry as the form would have it; None where the form has errors, which it then shows."""
    if fault:
        form.form_errors = [fault]
        return None
    if not form.validate():
        return None
    known = Known.load()
    try:
        data = proposed(seen, form.said(seen, known.gazetteer), known.service)
    except EntryError as error:
        place_error(form, error.reason, FORM_OF.get(error.field, ""))
        return None
    if not form.message and not differences(seen, data):
        form.form_errors = [NOTHING]
        return None
    return data


def wait(mail: str) -> int:
    """Seconds that this network or mailbox must wait before it may send again; 0 is counted as sent."""
    return brake("voorstel", network_of(request.remote_addr or ""), PER_NETWORK, NETWORK_WINDOW) or brake(
        "voorstel-mail", mail.casefold(), PER_MAILBOX, MAILBOX_WINDOW
    )


def slow_down(form: Any, seconds: int) -> dict[str, str]:
    """Say on the form that it is sent too often; gives the headers of the answer."""
    form.form_errors = [
        f"Er kwamen te veel voorstellen na elkaar. Probeer het over {waiting(seconds)} opnieuw."
    ]
    return {"Retry-After": str(seconds)}


def sheet(page: str, form: Any, code: int = 200, **values: Any) -> Response:
    """A page with a form that no cache keeps: its stamp is of this visitor."""
    answer = make_response(render_template(f"directory/{page}.html", form=form, **values), code)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def thanks(number: int) -> ResponseReturnValue:
    """On to the page that thanks and gives the number."""
    return redirect(url_for("proposals.received", mark=stamps.receipt(number)), 303)
