"""Texts and defaults that somebody edited in the browser, in the place of what the files say."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from decimal import Decimal

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from catalogue.clauses.defaults import Defaults, defaults, with_own
from catalogue.data.markup import Block, parse
from catalogue.data.page_texts import SITE, page_texts
from catalogue.extensions import db
from catalogue.models import OwnText

log = logging.getLogger(__name__)

# How the key of each kind begins.
PAGE, CLAUSE = "pagina:", "clausule:"


def own_texts() -> Mapping[str, str]:
    """Everything that was edited, by key. While the database is away: what this process read last."""
    held: dict[str, Mapping[str, str]] = current_app.extensions.setdefault("own_texts", {})
    try:
        # A connection of its own: what goes wrong here must not spoil the transaction of a page.
        with db.engine.connect() as connection:
            held["last"] = {
                row.key: row.value for row in connection.execute(select(OwnText.key, OwnText.value))
            }
    except SQLAlchemyError as error:
        log.warning("edited texts could not be read: %s", type(error).__name__)
    return held.get("last", {})


def page_text(key: str, own: Mapping[str, str], site: str) -> tuple[Block, ...]:
    """A text of a page, ready to be shown; empty where there is none."""
    return shown_text(own.get(f"{PAGE}{key}", page_texts()[key].tekst), site)


def shown_text(text: str, site: str) -> tuple[Block, ...]:
    """A text as its page shows it."""
    return parse(text.replace(SITE, site))


def our_defaults() -> Defaults:
    """The default values of the clauses as they hold now: of the file, and what was edited."""
    own = own_texts()
    values = {
        key.removeprefix(CLAUSE): Decimal(value) for key, value in own.items() if key.startswith(CLAUSE)
    }
    return with_own(defaults(), values)
