"""Every address that can be opened: the examples of the public routes, and each page of the room."""

from __future__ import annotations

import re

from flask import Flask

from tests.tree.test_routes import EXAMPLES

ROOM = "/beheer"
# What these tests know of what stands in an address; anything else is 1.
KNOWN = {"slug": "groenonderhoud", "format": "xlsx", "token": "onzin", "key": "pagina:begin"}
# Kinds of mistakes, each with the code of its page.
MISTAKES = (
    ("/nergens", 404),
    ("/diensten/nergens", 404),
    ("/bevestigen/onzin", 410),
    ("/zoeken?pagina=9999", 404),
    ("/export.csv?trede=9", 400),
    ("/api/v1/nergens", 404),
    ("/api/v1/organisaties?trede=9", 400),
    ("/bestand/eigen/css/nergens.css", 404),
    ("/beheer/nergens", 404),
    ("/beheer/afmelden", 405),
    ("/zoeken?" + "x=1&" * 600, 400),
    ("/" + "a" * 2_000, 404),
)


def public_addresses(app: Flask) -> list[str]:
    """The examples of every public route."""
    found = {address for examples in EXAMPLES.values() for address, _ in examples}
    return sorted(found - set(room_addresses(app)))


def room_addresses(app: Flask) -> list[str]:
    """Every page of /beheer that can be opened."""
    return sorted(
        re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda match: KNOWN.get(match[1], "1"), route.rule)
        for route in app.url_map.iter_rules()
        if route.rule.startswith(ROOM) and "GET" in (route.methods or ())
    )
