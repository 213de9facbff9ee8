"""Builders of the directory's own records, without a database; a test overrides only what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from catalogue.config import ROOT
from catalogue.directory.entries import Entry, OfferGroup, Site
from catalogue.directory.snapshot import Snapshot, build
from catalogue.directory.vocabulary import ServiceInfo, Words, _search_vocabulary
from catalogue.models.werkvorm import werkvormen
from catalogue.places.gazetteer import Gazetteer
from catalogue.places.seeds import read_gemeenten, read_ordinary_words, read_regios

TODAY = date(2026, 11, 22)
IEPER, VEURNE, POPERINGE, WERVIK, KORTRIJK = "33011", "38025", "33021", "33029", "34022"
GEMEENTEN = (IEPER, VEURNE, POPERINGE, WERVIK, KORTRIJK)

# Slug, label, broader service, synonyms, CPV codes.
SERVICES: Sequence[tuple[str, str, str | None, tuple[str, ...], tuple[str, ...]]] = (
    ("groenonderhoud", "Groenonderhoud", None, ("groenwerken", "openbaar groen"), ("77310000-6",)),
    ("gras-maaien", "Gras maaien", "groenonderhoud", ("gazon maaien",), ("77314000-4",)),
    ("hagen-scheren", "Hagen scheren", "groenonderhoud", ("haag knippen",), ("77340000-5",)),
    ("bermen-maaien", "Bermen maaien", "gras-maaien", (), ()),
    ("schoonmaak", "Schoonmaak", None, ("kuisen", "poetsen"), ("90910000-9",)),
    ("ramen-wassen", "Ramen wassen", "schoonmaak", ("ruiten wassen",), ("90911300-9",)),
    ("catering", "Catering", None, (), ("55520000-1",)),
)


@cache
def gazetteer() -> Gazetteer:
    """The real gemeenten, regions and place words."""
    seeds = ROOT / "seeds"
    return Gazetteer(
        read_gemeenten(seeds / "gemeenten.csv"),
        read_regios(seeds / "regios.toml"),
        read_ordinary_words(seeds / "plaatsnamen.toml"),
    )


@cache
def words() -> Words:
    """A small vocabulary of services over the real gazetteer."""
    services = {
        slug: ServiceInfo(
            id=number,
            slug=slug,
            label=label,
            sentence=f"{label} voor besturen en bedrijven.",
            synonyms=synonyms,
            cpv=cpv,
            category="alles",
            broader=broader,
        )
        for number, (slug, label, broader, synonyms, cpv) in enumerate(SERVICES, 1)
    }
    return Words(
        generation=1,
        services=services,
        categories={"alles": "Alles"},
        gazetteer=gazetteer(),
        search=_search_vocabulary(services, gazetteer()),
    )


def group(
    services: Iterable[str] = ("groenonderhoud",),
    gemeenten: Iterable[str] = (IEPER,),
    samenwerking: Iterable[str] = (),
    sites: Sequence[int] = (),
    *,
    is_assumed: bool = False,
) -> OfferGroup:
    """Offers that share work area, cooperation and sites."""
    return OfferGroup(
        services=frozenset(services),
        gemeenten=frozenset(gemeenten),
        samenwerking=frozenset(samenwerking),
        sites=tuple(sites),
        is_assumed=is_assumed,
    )


def site(nis: str = IEPER, lat: float | None = None, lon: float | None = None, name: str = "") -> Site:
    """A site in a gemeente, at its point unless another is given; `lat` 0 means no point."""
    row = gazetteer().rows[nis]
    has_point = lat != 0
    return Site(
        name=name,
        address="",
        postcode=row.postcodes[0],
        nis=nis,
        gemeente=row.naam,
        lat=(row.lat if lat is None else lat) if has_point else None,
        lon=(row.lon if lon is None else lon) if has_point else None,
        is_approximate=False,
    )


def entry(id: int = 1, groups: Sequence[OfferGroup] = (), **given: Any) -> Entry:
    """A published organisation; groepen and services follow from its werkvormen and offers."""
    forms = given.setdefault("werkvormen", ("maatwerkbedrijf",))
    values: dict[str, Any] = {
        "slug": f"organisatie-{id}",
        "name": f"Organisatie {id}",
        "groepen": tuple(dict.fromkeys(werkvormen()[key].groep for key in forms)),
        "treden": tuple(sorted({trede for key in forms for trede in werkvormen()[key].treden})),
        "services": tuple(sorted({slug for one in groups for slug in one.services})),
        "free_services": (),
        "summary": "",
        "sites": (),
        "confirmed_on": None,
        "zekerheid": "waarschijnlijk",
        "is_orderable": True,
        "art15_status": "onbekend",
        "art15_percent": None,
    }
    return Entry(id=id, groups=tuple(groups), **(values | given))


def snapshot(*entries: Entry, generation: int = 1) -> Snapshot:
    """The catalogue in memory with these entries."""
    return build(generation, words(), TODAY, entries)
