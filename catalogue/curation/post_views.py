"""Pages of /beheer: the mails that went or wait, and what to do with those in trouble."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalogue.curation import outbox
from catalogue.curation.account_views import has_mail
from catalogue.curation.door_views import WAITING, blueprint, needs
from catalogue.curation.permits import Rule
from catalogue.models import Account

GONE = "Deze mail wacht niet meer op een beslissing."


@blueprint.get("/post")
@needs(Rule.BEHEERDER)
def post() -> ResponseReturnValue:
    """What waits for a person, and the last mails."""
    now = datetime.now(UTC)
    return render_template(
        "beheer/post.html", troubled=outbox.troubled(now), mails=outbox.recent(now), has_mail=has_mail()
    )


@blueprint.post("/post/<row:mail_id>/opnieuw")
@needs(Rule.BEHEERDER)
def post_again(mail_id: int) -> ResponseReturnValue:
    """Send a mail (again)."""
    is_done = outbox.send_again(mail_id, datetime.now(UTC))
    flash("De mail gaat met de volgende verzending mee." if is_done else GONE)
    return redirect(url_for("curation.post"), 303)


@blueprint.post("/post/<row:mail_id>/laten")
@needs(Rule.BEHEERDER)
def post_leave(mail_id: int) -> ResponseReturnValue:
    """Leave a mail as it is."""
    is_done = outbox.leave(mail_id, datetime.now(UTC))
    flash("De mail wordt niet meer verstuurd." if is_done else GONE)
    return redirect(url_for("curation.post"), 303)


def _waits(_: Account) -> int:
    return outbox.troubles(datetime.now(UTC))


WAITING["curation.post"] = _waits
