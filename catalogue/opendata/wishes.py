"""Open data: which changes a reader of the feed asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalogue.directory.criteria import Criteria
from catalogue.directory.find import find
from catalogue.directory.live import Directory
from catalogue.opendata.changes import Fits


def fitting(live: Directory, asked: Criteria) -> Fits:
    """Whether an entry works in the region that was asked; one that is gone counts for where it was."""
    if not asked.regio:
        return lambda _id, _data: True
    snapshot = live.current()
    shown = {entry.id for entry in snapshot.entries if entry}
    served = {hit.entry.id for hit in find(live, asked, everything=True, facets=False).hits}
    gemeenten = {nis for slug in asked.regio for nis in snapshot.words.regions[slug].gemeenten}

    def fits(id: int, data: Mapping[str, Any]) -> bool:
        sites = {site.get("gemeente_nis") for site in data.get("sites", ())}
        return id in served if id in shown else bool(sites & gemeenten)

    return fits
