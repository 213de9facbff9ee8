"""What every template knows: the site's name, its contact, its menu, and how to write dates and numbers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Flask, g, request, url_for

from catalogue import calendar
from catalogue.config import ROOT, Settings
from catalogue.data.markup import Block
from catalogue.directory import own_texts
from catalogue.web import words
from catalogue.web.caching import nonce_in_page

MENU = (
    ("directory.search", "Zoeken"),
    ("maps.page", "Kaart"),
    ("clauses.page", "Clausules"),
    ("partners.page", "Samenwerken"),
    ("directory.services", "Diensten"),
    ("pages.about", "Over"),
)


@lru_cache
def attributions() -> tuple[Mapping[str, str], ...]:
    """The sources that the site must name, from seeds/attributie.toml."""
    with (ROOT / "seeds" / "attributie.toml").open("rb") as file:
        return tuple(tomllib.load(file)["bron"])


def init_app(app: Flask) -> None:
    """Give all templates the same words."""
    settings: Settings = app.config["SETTINGS"]
    app.jinja_options = {"autoescape": True}
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        datum=words.long_date,
        maand=words.month,
        getal=words.number,
        km=words.kilometres,
        opsomming=words.enumerate_words,
        ondernemingsnummer=words.ondernemingsnummer,
    )
    app.jinja_env.globals.update(
        site_naam=settings.site_name,
        contact=settings.contact,
        nonce=nonce_in_page,
        versheid=lambda day: words.freshness(day, calendar.today()),
        vandaag=lambda: words.long_date(calendar.today()),
        aantal=words.count,
        bronvermelding=attributions,
    )

    @app.context_processor
    def menu() -> dict[str, Any]:
        return {"menu": [(url_for(endpoint), label, endpoint) for endpoint, label in MENU]}

    @app.template_global()
    def tekst(key: str) -> tuple[Block, ...]:
        """A text of a page, as somebody edited it or as the file has it."""
        if "eigen_teksten" not in g:
            g.eigen_teksten = own_texts.own_texts()
        return own_texts.page_text(key, g.eigen_teksten, settings.site_name)

    @app.template_global()
    def adres(endpoint: str, **values: Any) -> str:
        """The public address of a page, for links that leave the site (mails, JSON-LD, sitemap)."""
        return public_url(endpoint, **values)

    @app.template_global()
    def dit_adres() -> str:
        """The public address of the page that is shown, with what was asked of it."""
        asked_of = request.host_url.rstrip("/")
        return (settings.url or asked_of) + request.url.removeprefix(asked_of)


def public_url(endpoint: str, **values: Any) -> str:
    """The full address of a page under CATALOGUE_URL, or under the address that was asked."""
    from flask import current_app

    settings: Settings = current_app.config["SETTINGS"]
    if settings.url:
        return settings.url + url_for(endpoint, **values)
    return url_for(endpoint, _external=True, **values)
