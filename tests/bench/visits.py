"""What visitors of the site ask: the kinds of page, their addresses, and their share of a busy day."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product
from urllib.parse import quote

from tests.bench.questions import SEARCHES, TEXTS, TYPED
from tests.bench.stage import SEARCH, Server
from tests.bench.visitors import Kind

EMPTY = "/gezondheid"
POINTS = "/kaart/punten.geojson"
API = "/api/v1/organisaties"
ADVICE = "/api/v1/clausules/advies?soort=diensten&raming=120000&dienst=groenonderhoud&gemeente="
# The searches that many people do.
POPULAR = 12
TREDEN = range(1, 7)
# Names of kinds, as the tables have them.
EMPTY_PAGE, HOT, COLD, FIRST = "empty page", "search page", "search page, new", "search page, first time"
EDITED, MAP, MAP_POINTS = "search page, after an edit", "map page", "map points, all"
API_SEARCH, SUGGESTIONS, CLAUSES, ENTRY = (
    "API, search",
    "API, suggestions",
    "API, clause advice",
    "entry page",
)


def empty() -> Kind:
    """The least that the server can do: what all is measured beside."""
    return Kind(EMPTY_PAGE, 1, (EMPTY,))


def searches() -> tuple[str, ...]:
    """Addresses of the search page that are asked again and again."""
    step = len(SEARCHES) // POPULAR
    return tuple(f"{SEARCH}?{one}" for one in SEARCHES[::step][:POPULAR])


def every() -> tuple[str, ...]:
    """An address of the search page for every kind of question."""
    return tuple(f"{SEARCH}?{one}" for one in SEARCHES)


def never_asked(server: Server, seed: int) -> tuple[str, ...]:
    """Thousands of searches that nobody did before: words, place and trede together."""
    gemeenten = [one["slug"] for one in server.json("/api/v1/gemeenten")["items"]]
    made = [
        f"{SEARCH}?q={quote(text)}&gemeente={slug}&trede={trede}"
        for text, slug, trede in product(TEXTS, gemeenten, TREDEN)
    ]
    random.Random(seed).shuffle(made)
    return tuple(made[:20_000])


def slugs(server: Server, count: int) -> tuple[str, ...]:
    """Addresses of so many entries, as far as there are."""
    found = server.json(f"{API}?per_pagina={min(count, 100)}")["items"]
    return tuple(f"/organisaties/{one['slug']}" for one in found)


def kinds(server: Server, seed: int = 1, *, popular: int = 0) -> list[Kind]:
    """Every kind with its weight; an empty page has none: nobody asks it.

    With `popular` each has only so many addresses, but for the one that is new each time.
    """
    found = [
        replace(empty(), weight=0),
        Kind(HOT, 30, searches()),
        Kind(COLD, 15, never_asked(server, seed), in_turn=True),
        Kind(ENTRY, 20, slugs(server, 100)),
        Kind(SUGGESTIONS, 20, tuple(f"/api/v1/suggesties?q={one}" for one in TYPED)),
        Kind(API_SEARCH, 8, tuple(f"{API}?{one}" for one in SEARCHES)),
        Kind(CLAUSES, 3, tuple(ADVICE + place for place in ("ieper", "gent", "brugge", "veurne"))),
        Kind(MAP, 3, tuple(address.replace(SEARCH, "/kaart", 1) for address in searches())),
        Kind(MAP_POINTS, 1, (POINTS,)),
    ]
    return [replace(one, paths=one.paths[:popular]) if popular and not one.in_turn else one for one in found]
