"""Curation: an entry as a proposer would have it: what they saw, with what they filled in. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalogue.curation.entrydata import (
    EntryData,
    OfferData,
    SiteData,
    WerkvormData,
    distinct,
    line,
    normal,
    paragraphs,
)
from catalogue.models.werkvorm import werkvormen

LINES = ("name", "website", "email", "phone", "ondernemingsnummer")
TEXTS = ("summary", "description")
ADDRESS = ("street", "house_number", "box", "postcode", "gemeente_nis")


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says. `texts` by field; `sites` in the order of the entry's; `treden` by werkvorm.

    `services` (slugs) and `free_services` are those that stay, `new_services` are words.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    sites: Sequence[SiteData] = ()
    treden: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    services: frozenset[str] = frozenset()
    free_services: frozenset[str] = frozenset()
    new_services: Sequence[str] = ()


def proposed(seen: EntryData, said: Said, service: Callable[[str], str | None]) -> EntryData:
    """The entry as it should be; `service` gives the slug that a word means.

    What was filled in as it stood stays exactly as it is. Raises EntryError for what cannot be kept.
    """
    values: dict[str, Any] = {}
    for key in (*LINES, *TEXTS):
        if key in said.texts:
            tidy = line if key in LINES else paragraphs
            values[key] = _kept(getattr(seen, key), said.texts[key], tidy)
    offers, free = _services(seen, said, service)
    after = replace(
        seen,
        **values,
        sites=_sites(seen.sites, said.sites),
        werkvormen=tuple(_werkvorm(form, said.treden.get(form.key)) for form in seen.werkvormen),
        offers=offers,
        free_services=free,
    )
    return after if after == seen else normal(after)


def _kept(old: str, new: str, tidy: Callable[[str], str]) -> str:
    return old if tidy(old) == tidy(new) else tidy(new)


def _sites(seen: Sequence[SiteData], said: Sequence[SiteData]) -> tuple[SiteData, ...]:
    """Each site with its address as it was said; a site that is elsewhere has another point."""
    found = []
    for place, site in enumerate(seen):
        if place >= len(said):
            found.append(site)
            continue
        values: dict[str, Any] = {}
        for key in ADDRESS:
            old, new = getattr(site, key), getattr(said[place], key)
            values[key] = new if old is None or new is None else _kept(old, new, line)
        after = replace(site, **values)
        if after.address != site.address:
            after = replace(after, lat=None, lon=None, point_origin="")
        found.append(after)
    # A new entry has no sites yet: those that were said are its own.
    found += [replace(site, id=None) for site in said[len(seen) :] if site.has_address]
    return tuple(found)


def _werkvorm(form: WerkvormData, treden: tuple[int, ...] | None) -> WerkvormData:
    """With the treden that were said; those of the vocabulary need not be said again."""
    if treden is None or set(treden) == set(shown_treden(form)):
        return form
    return replace(form, treden=treden)


def shown_treden(form: WerkvormData) -> tuple[int, ...]:
    """The treden of a werkvorm: its own, or else those of the vocabulary."""
    known = werkvormen().get(form.key)
    return form.treden or (known.treden if known else ())


def _services(
    seen: EntryData, said: Said, service: Callable[[str], str | None]
) -> tuple[tuple[OfferData, ...], tuple[str, ...]]:
    """Offers and free words that stay, and new ones: nobody said yet where those are done."""
    offers = [offer for offer in seen.offers if offer.service in said.services]
    free = [word for word in seen.free_services if word in said.free_services]
    for word in distinct(said.new_services):
        slug = service(word)
        if slug is None:
            free.append(word)
        elif all(offer.service != slug for offer in offers):
            offers.append(OfferData(slug))
    return tuple(offers), distinct(free) if free != list(seen.free_services) else seen.free_services
