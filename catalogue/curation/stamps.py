"""Curation: signed stamps on the forms of strangers, who have no session: when a form was opened, on what.

They keep out machines that send at once or send an old copy again. What can be read or guessed is no secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

# Nobody reads and fills in a form in less.
MIN_SECONDS = 3
# A form that stood open over a working day is still good.
MAX_SECONDS = 24 * 3600
LONGEST = 500
# Seconds that the clocks of two machines may differ.
CLOCKS_APART = 60


class StampError(ValueError):
    """A stamp that is not ours."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a form was opened (seconds since 1970), on which entry and in which generation that was then."""

    at: int
    generation: int
    about: int

    def is_too_fast(self, now: datetime) -> bool:
        """Whether no person can have filled the form in."""
        return -CLOCKS_APART <= now.timestamp() - self.at < MIN_SECONDS

    def is_too_old(self, now: datetime) -> bool:
        """Whether the form is to be looked over again; also one of a clock that ran ahead."""
        return not -CLOCKS_APART <= now.timestamp() - self.at <= MAX_SECONDS


def make(now: datetime, generation: int = 0, about: int = 0) -> str:
    """A stamp for a form that is opened now; `about` is the id of its entry, 0 for a new one."""
    return str(_serializer("voorstel").dumps([int(now.timestamp()), generation, about]))


def parse(text: str) -> Stamp:
    """The stamp of a form that was sent; raises StampError for one that is not ours."""
    found = _loaded("voorstel", text)
    if not isinstance(found, list) or len(found) != 3 or not all(isinstance(one, int) for one in found):
        raise StampError("not a stamp")
    return Stamp(*found)


def receipt(number: int) -> str:
    """A number that a visitor may see, so that nobody counts through those of others."""
    return str(_serializer("ontvangst").dumps(number))


def number_of(text: str) -> int:
    """The number of a receipt; raises StampError."""
    found = _loaded("ontvangst", text)
    if not isinstance(found, int):
        raise StampError("not a receipt")
    return found


def _loaded(purpose: str, text: str) -> object:
    if len(text) > LONGEST:
        raise StampError("too long")
    try:
        found: object = _serializer(purpose).loads(text)
    except BadSignature:
        raise StampError("not signed by us") from None
    return found


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt=f"catalogue-{purpose}")
