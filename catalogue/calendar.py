"""The calendar of this place."""

from __future__ import annotations

from datetime import date


def today() -> date:
    """The day on which a page is read, a file made, a question counted: that of the time zone (TZ)."""
    return date.today()  # noqa: DTZ011 - a launch date or a validity is a day of the local calendar
