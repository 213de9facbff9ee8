"""The entry that a program asks for by its slug, or the answer in its place."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from catalogue.directory import entry_page
from catalogue.models import Organisation, Status
from catalogue.web.context import public_url
from catalogue.web.errors import problem
from catalogue.web.words import long_date


def published(slug: str, endpoint: str) -> Organisation | ResponseReturnValue:
    """A published entry; else 301 to `endpoint` under its present slug, 410 with since when, or 404."""
    found = entry_page.organisation_by_slug(slug)
    if found is None and (new := entry_page.present_slug(slug.lower())):
        return "", 301, {"Location": public_url(endpoint, slug=new)}
    if found is not None and found.status == Status.ARCHIVED:
        since = f" sinds {long_date(found.archived_on)}" if found.archived_on else ""
        return problem(410, f"Deze organisatie staat niet meer in de catalogus{since}.", "slug")
    if found is None or found.status != Status.PUBLISHED:
        return problem(404, "Er is geen organisatie met dit adres.", "slug")
    return found
