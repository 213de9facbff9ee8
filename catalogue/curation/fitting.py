"""Curation: an earlier state of an entry made fit for the vocabulary as it is now."""

from __future__ import annotations

from dataclasses import replace

from catalogue.curation.entrydata import EntryData
from catalogue.exchange.known import Known


def with_services_of_now(entry: EntryData, known: Known) -> tuple[EntryData, list[str]]:
    """The entry without services that are no more, and what became of each, in Dutch.

    The service that took the name of another takes its place; without one it stays as a word of its own.
    """
    gone = sorted({offer.service for offer in entry.offers} - known.labels.keys())
    heirs = {slug: heir for slug in gone if (heir := known.service(slug))}
    words = {slug: slug.replace("-", " ") for slug in gone}
    kept = [one for one in entry.offers if one.service in heirs or one.service not in gone]
    remarks = [
        f"De dienst ‘{words[slug]}’ is er niet meer: dat werd ‘{known.labels[heirs[slug]]}’."
        if slug in heirs
        else f"De dienst ‘{words[slug]}’ is er niet meer: ze staat nu bij de diensten in eigen woorden."
        for slug in gone
    ]
    fitted = replace(
        entry,
        offers=tuple(replace(one, service=heirs.get(one.service, one.service)) for one in kept),
        free_services=(*entry.free_services, *(words[slug] for slug in gone if slug not in heirs)),
    )
    return fitted, remarks
