"""The first page of /beheer: what waits, what changed, and what was looked for in vain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalogue.curation import desk as desk_
from catalogue.curation.desk import Changed
from catalogue.curation.door_views import account, blueprint, needs
from catalogue.curation.history import ENTRY
from catalogue.curation.permits import Rule
from catalogue.curation.write import Action, Manner
from catalogue.directory.live import directory
from catalogue.models import Status
from catalogue.web.words import count


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work: its key in desk.waiting(), the words for one and for more, and the page to do it."""

    key: str
    one: str
    more: str
    endpoint: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TodoShown:
    """Work that waits, in words, and where it is done."""

    number: int
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A change in words: what, by which way, by whom and when."""

    at: datetime
    what: str
    manner: str
    who: str
    url: str


# First what somebody waits for, then what makes the catalogue doubtful, then what is unfinished.
WORK = (
    Work(
        "voorstellen",
        "voorstel wacht op uw beslissing",
        "voorstellen wachten op uw beslissing",
        "curation.proposals",
    ),
    Work("mails", "mail is niet zeker verstuurd", "mails zijn niet zeker verstuurd", "curation.post"),
    Work(
        "imports", "import wacht op een beslissing", "imports wachten op een beslissing", "curation.uploads"
    ),
    Work(
        "te-bevestigen",
        "organisatie is nooit of te lang geleden bevestigd",
        "organisaties zijn nooit of te lang geleden bevestigd",
        "curation.entries",
        {"mist": "te-bevestigen", "status": Status.PUBLISHED},
    ),
    Work(
        "onzeker",
        "organisatie met onzekere gegevens",
        "organisaties met onzekere gegevens",
        "curation.entries",
        {"mist": "onzeker"},
    ),
    Work(
        "zonder-diensten",
        "organisatie zonder diensten",
        "organisaties zonder diensten",
        "curation.entries",
        {"mist": "zonder-diensten"},
    ),
    Work(
        "zonder-punt",
        "organisatie zonder plaats op de kaart",
        "organisaties zonder plaats op de kaart",
        "curation.entries",
        {"mist": "zonder-punt"},
    ),
    Work(
        "punt-van-gemeente",
        "organisatie met alleen het midden van haar gemeente als plaats",
        "organisaties met alleen het midden van hun gemeente als plaats",
        "curation.entries",
        {"mist": "punt-van-gemeente"},
    ),
    Work(
        "eigen-woorden",
        "organisatie met woorden die niet in de woordenlijst staan",
        "organisaties met woorden die niet in de woordenlijst staan",
        "curation.free_word_list",
    ),
    Work(
        "concepten",
        "concept is nog niet gepubliceerd",
        "concepten zijn nog niet gepubliceerd",
        "curation.entries",
        {"status": Status.CONCEPT},
    ),
)
# What was done, for one thing by its name and for more of them.
DONE: Mapping[str, str] = {
    Action.NEW: "nieuw",
    Action.EDITED: "gewijzigd",
    Action.CONFIRMED: "bevestigd",
    Action.ARCHIVED: "gearchiveerd",
    Action.RESTORED: "hersteld",
    Action.REMOVED: "verwijderd",
}
KINDS: Mapping[str, tuple[str, str]] = {
    ENTRY: ("organisatie", "organisaties"),
    "dienst": ("dienst", "diensten"),
    "categorie": ("categorie", "categorieën"),
    "actie": ("actie", "acties"),
}
MANNERS: Mapping[str, str] = {
    Manner.COMMAND: "met een opdracht",
    Manner.ROOM: "in beheer",
    Manner.IMPORT: "door een import",
    Manner.PROPOSAL: "door een voorstel",
    Manner.CONFIRMATION: "door de organisatie zelf",
}


@blueprint.get("", endpoint="desk")
@needs(Rule.ACCOUNT)
def page() -> ResponseReturnValue:
    """The desk of who curates."""
    now = datetime.now(UTC)
    waiting = desk_.waiting(account(), now)
    return render_template(
        "beheer/start.html",
        todo=[_todo(one, waiting[one.key]) for one in WORK if waiting.get(one.key)],
        changes=[_change(one) for one in desk_.changed(account(), now)],
        sought=desk_.sought(account(), directory().load().today),
        days=desk_.CHANGED_WITHIN.days,
        asked_days=desk_.ASKED_WITHIN.days,
    )


def _todo(one: Work, number: int) -> TodoShown:
    words = one.one if number == 1 else one.more
    return TodoShown(number, words, url_for(one.endpoint, **dict[str, Any](one.values)))


def _change(one: Changed) -> ChangeShown:
    kind = KINDS.get(one.kind, (one.kind, one.kind))
    # The number of a row says nothing to anybody; the slug of a service does.
    what = one.name or ("" if one.key.isdigit() or not one.key else f"{kind[0]} {one.key}")
    done = DONE.get(one.action, one.action)
    return ChangeShown(
        at=one.at.astimezone(),
        what=f"{what or count(one.number, *kind)} {done}",
        manner=MANNERS.get(one.manner, one.manner),
        who=one.who,
        url=_history(one),
    )


def _history(one: Changed) -> str:
    """The page that tells more of a change of one entry."""
    is_entry = one.kind == ENTRY and one.name and one.key.isdigit()
    return url_for("curation.entry_history", organisation_id=int(one.key)) if is_entry else ""
