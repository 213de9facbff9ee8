"""What the words typed so far could mean, for the box under which they appear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from flask import url_for

from catalogue.directory.entries import Entry
from catalogue.directory.live import Directory
from catalogue.directory.snapshot import Snapshot
from catalogue.search.suggest import Suggester

AT_MOST = 10
MAX_TYPED = 80
# Above this many entries that differ, making the suggestions anew is quicker.
FEW = 200


def suggester(directory: Directory, snapshot: Snapshot) -> Suggester:
    """The suggester of this generation, made once; after an edit from the one before."""
    held = directory.suggester
    if held is None or held[0] is not snapshot:
        made = _after(held, snapshot) or Suggester(snapshot.words.search, _names(snapshot.entries))
        held = directory.suggester = (snapshot, made)
    return held[1]


def _after(held: tuple[Snapshot, Suggester] | None, snapshot: Snapshot) -> Suggester | None:
    """The suggester of before with what differs since; None where too much does."""
    if held is None or held[0].words.search is not snapshot.words.search:
        return None
    pairs = zip_longest(held[0].entries, snapshot.entries)
    differing = [(before, after) for before, after in pairs if before is not after]
    if len(differing) > FEW:
        return None
    gone = _names(before for before, _ in differing)
    return held[1].with_changes(gone, _names(after for _, after in differing))


def _names(entries: Iterable[Entry | None]) -> Iterator[tuple[str, str]]:
    for entry in filter(None, entries):
        for name in (entry.name, *entry.former_names):
            yield name, entry.slug


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
