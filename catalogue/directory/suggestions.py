"""What the words typed so far could mean, for the box under which they appear."""

from __future__ import annotations

from typing import Any

from flask import url_for

from catalogue.directory.live import Directory
from catalogue.directory.snapshot import Snapshot
from catalogue.search.suggest import Suggester

AT_MOST = 10
MAX_TYPED = 80


def suggester(directory: Directory, snapshot: Snapshot) -> Suggester:
    """The suggester of this generation, made once."""
    held = directory.suggester
    if held is None or held[0] is not snapshot:
        entries = [entry for entry in snapshot.entries if entry]
        names = [(name, entry.slug) for entry in entries for name in (entry.name, *entry.former_names)]
        held = directory.suggester = (snapshot, Suggester(snapshot.words.search, names))
    return held[1]


def suggestions(directory: Directory, typed: str) -> list[dict[str, Any]]:
    """At most ten suggestions as the API gives them."""
    snapshot = directory.current()
    words = snapshot.words
    items = []
    for one in suggester(directory, snapshot).suggest(typed[:MAX_TYPED], AT_MOST):
        if one.kind == "gemeente":
            row = words.gemeenten[one.slug]
            label, url = row.naam, url_for("directory.gemeente", slug=row.slug)
            if one.via:
                # As the box "Waar?" reads it back.
                label = f"{one.via} {row.naam}" if one.via.isdigit() else f"{one.via} ({row.naam})"
        elif one.kind == "dienst":
            label, url = one.label, url_for("directory.service", slug=one.slug)
        else:
            label = f"{one.label} (voorheen {one.via})" if one.via else one.label
            url = url_for("directory.entry", slug=one.slug)
        items.append({"soort": one.kind, "label": label, "waarde": one.slug, "url": url})
    return items
