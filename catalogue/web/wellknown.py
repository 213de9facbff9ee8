"""What programs look for at a known address: whom to tell of a weakness (RFC 9116)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote

from flask import Blueprint, Response, abort, url_for
from flask.typing import ResponseReturnValue

from catalogue.web.headers import settings_of_site

blueprint = Blueprint("wellknown", __name__)

# RFC 9116, 2.5.5: less than a year. It is made at every request, so it never lies in the past.
LASTS = timedelta(days=180)


@blueprint.get("/.well-known/security.txt")
def security() -> ResponseReturnValue:
    """Whom to tell of a weakness of this site; 404 where no mailbox is known."""
    settings = settings_of_site()
    if not settings.contact.mail:
        abort(404)
    until = datetime.combine(datetime.now(UTC).date() + LASTS, time(), UTC)
    lines = [
        f"Contact: mailto:{quote(settings.contact.mail, safe='@')}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
    ]
    if settings.url:
        lines.append(f"Canonical: {settings.url}{url_for('wellknown.security')}")
    return Response("\n".join([*lines, ""]), mimetype="text/plain")
