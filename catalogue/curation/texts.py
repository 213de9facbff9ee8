"""Curation: texts of pages and defaults of clauses that are edited in the browser. Law stays in its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from catalogue.clauses.amounts import dutch_number, parse_number
from catalogue.clauses.defaults import OWN, SHARE, defaults, value_of
from catalogue.curation import history
from catalogue.curation.entrydata import paragraphs
from catalogue.curation.history import Version
from catalogue.curation.write import Action, Change
from catalogue.data.page_texts import page_texts
from catalogue.directory.own_texts import CLAUSE, PAGE
from catalogue.extensions import db
from catalogue.models import OwnText

# What the history calls a text.
TEXT = "tekst"
MAX_TEXT = 5_000
# The highest value that makes sense: months, euro an hour, percent.
HIGHEST: Mapping[str, Decimal] = {"duur_maanden": Decimal(120), "uurkost": Decimal(500)}
PERCENT = Decimal(100)
UNITS = {"duur_maanden": "maanden", "uurkost": "euro per uur"}


@dataclass(frozen=True, slots=True)
class Editable:
    """A text or value that can be edited: what the file says, and what somebody made of it (None: nothing).

    `page` is the endpoint where it stands; `unit` is empty for a text.
    """

    key: str
    name: str
    hint: str
    page: str
    default: str
    own: str | None
    unit: str = ""

    @property
    def value(self) -> str:
        """What holds now."""
        return self.default if self.own is None else self.own

    @property
    def is_own(self) -> bool:
        return self.own is not None


def editables() -> dict[str, Editable]:
    """All of them by key, texts first."""
    own = {row.key: row.value for row in db.session.execute(select(OwnText.key, OwnText.value))}
    found = [
        Editable(f"{PAGE}{one.sleutel}", one.naam, one.uitleg, one.pagina, one.tekst, own.get(f"{PAGE}{key}"))
        for key, one in page_texts().items()
    ]
    found += [_of_clause(key, own.get(f"{CLAUSE}{key}")) for key in OWN]
    return {one.key: one for one in found}


# How the defaults are called; each kind of contract has its own share of labour.
NAMES: Mapping[str, str] = {
    "duur_maanden": "Duur van de opdracht",
    "inspanning": "Inspanning",
    "uurkost": "Kost van een uur werk",
    f"{SHARE}werken": "Arbeidsaandeel bij werken",
    f"{SHARE}leveringen": "Arbeidsaandeel bij leveringen",
    f"{SHARE}diensten": "Arbeidsaandeel bij diensten",
    f"{SHARE}sociale-diensten": "Arbeidsaandeel bij sociale en andere specifieke diensten",
}
HINT = "Staat in voor wat een aankoper niet invult. Eigen keuze, geen wettelijk cijfer."
SHARE_HINT = f"{HINT} Heeft de dienst zelf een richtwaarde, dan gaat die voor."


def _of_clause(key: str, own: str | None) -> Editable:
    return Editable(
        key=f"{CLAUSE}{key}",
        name=NAMES[key],
        hint=SHARE_HINT if key.startswith(SHARE) else HINT,
        page="clauses.page",
        default=dutch_number(value_of(defaults(), key)),
        own=None if own is None else dutch_number(Decimal(own)),
        unit=UNITS.get(key, "%"),
    )


class TextError(ValueError):
    """A text or value that cannot be kept, with the reason in Dutch."""


def tidy(one: Editable, typed: str) -> str:
    """What would be kept of what was typed; raises TextError with the reason."""
    if not one.unit:
        text = paragraphs(typed)
        if len(text) > MAX_TEXT:
            raise TextError(f"Een tekst telt hoogstens {MAX_TEXT} tekens.")
        return text
    value = parse_number(typed)
    highest = HIGHEST.get(one.key.removeprefix(CLAUSE), PERCENT)
    if value is None or not 0 < value <= highest:
        raise TextError(f"Vul een getal in boven 0, hoogstens {dutch_number(highest)}.")
    return str(value)


def save_text(change: Change, key: str, typed: str) -> bool:
    """Put a text or value in the place of that of the file; says whether anything changed.

    What equals the file is that of the file. Raises KeyError for an unknown key, TextError for what cannot
    be kept.
    """
    one = editables()[key]
    kept = tidy(one, typed)
    is_default = kept == one.default if not one.unit else Decimal(kept) == _number(one.default)
    return _put(change, key, None if is_default else kept)


def revert(change: Change, key: str) -> bool:
    """Go back to what the file says; raises KeyError for an unknown key."""
    editables()[key]
    return _put(change, key, None)


def _put(change: Change, key: str, value: str | None) -> bool:
    row = db.session.get(OwnText, key)
    if (row.value if row else None) == value:
        return False
    if row is not None and value is None:
        db.session.delete(row)
    elif value is not None:
        row = row or OwnText(key=key)
        row.value, row.edited_at = value, change.at
        db.session.add(row)
    db.session.flush()
    action = Action.EDITED if value is not None else Action.REMOVED
    history.record(change, TEXT, key, action, None if value is None else {"waarde": value})
    return True


def versions(key: str) -> list[Version]:
    """What was made of a text, newest first; no data where it went back to that of the file."""
    return history.versions(TEXT, key)


def _number(text: str) -> Decimal | None:
    return parse_number(text)
