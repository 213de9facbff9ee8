"""The landing pages: one service, gemeente or trede, and the lists of them."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from catalogue.directory.criteria import Criteria
from catalogue.directory.entry_page import trede_shown
from catalogue.directory.find import Found, find
from catalogue.directory.live import Directory
from catalogue.directory.match import Query, count_offers, count_whole
from catalogue.directory.present import address, hit_shown
from catalogue.directory.shown import GroupShown, HitShown, LandingShown, Link, TredeShown
from catalogue.directory.snapshot import Snapshot
from catalogue.models.trede import treden
from catalogue.models.werkvorm import groepen
from catalogue.web.words import enumerate_words

# So many results stand on a landing page before the link to all of them.
SHOWN = 10
RELATED = 12


def service_counts(snapshot: Snapshot) -> dict[str, int]:
    """How many entries do each service or something narrower."""
    return {str(slug): n for slug, n in count_offers(snapshot, Query(), "dienst", "service").items()}


def gemeente_counts(snapshot: Snapshot) -> dict[str, int]:
    """How many entries work in each gemeente."""
    return {str(nis): n for nis, n in count_offers(snapshot, Query(), "gemeente", "gemeente").items()}


def trede_counts(snapshot: Snapshot) -> dict[int, int]:
    """How many entries stand on each trede."""
    return {int(n): count for n, count in count_whole(snapshot, Query(), "trede").items()}


def categories(snapshot: Snapshot) -> list[Link]:
    """The categories of services, with how many entries do something in each."""
    from catalogue.directory.match import evaluate, layered
    from catalogue.directory.tables import union

    words = snapshot.words
    links = []
    for slug, label in words.categories.items():
        services = [s.slug for s in words.services.values() if s.category == slug]
        layers = layered(snapshot, "service", services)
        count = (union(layers) & evaluate(snapshot, Query())).bit_count()
        links.append(Link(label, f"{url_for('directory.services')}#{slug}", count))
    return links


def services_by_category(snapshot: Snapshot) -> list[GroupShown]:
    """All services under their category."""
    counts, words = service_counts(snapshot), snapshot.words
    return [
        GroupShown(
            label,
            category,
            tuple(
                Link(
                    service.label,
                    url_for("directory.service", slug=service.slug),
                    counts.get(service.slug, 0),
                    hint=service.sentence,
                )
                for service in words.services.values()
                if service.category == category
            ),
        )
        for category, label in words.categories.items()
    ]


def gemeenten_by_region(snapshot: Snapshot) -> list[GroupShown]:
    """The gemeenten of each region, then all others by province."""
    counts, words = gemeente_counts(snapshot), snapshot.words
    members = words.gazetteer.region_gemeenten
    regions = {slug: region for slug, region in words.regions.items() if not region.is_named}

    def links(codes: Iterable[str]) -> tuple[Link, ...]:
        return tuple(
            Link(row.naam, url_for("directory.gemeente", slug=row.slug), counts.get(row.nis, 0))
            for row in words.gemeenten.values()
            if row.nis in codes
        )

    groups = [
        GroupShown(f"Regio {region.naam}", slug, links(members[slug])) for slug, region in regions.items()
    ]
    placed = frozenset[str]().union(*(members[slug] for slug in regions))
    provinces: dict[str, set[str]] = {}
    for row in words.gemeenten.values():
        if row.nis not in placed:
            provinces.setdefault(row.provincie, set()).add(row.nis)
    return groups + [
        GroupShown(province, province.lower().replace(" ", "-"), links(codes))
        for province, codes in sorted(provinces.items())
    ]


def treden_shown() -> list[TredeShown]:
    """All rungs, highest first."""
    return [trede_shown(number) for number in sorted(treden(), reverse=True)]


def service_page(directory: Directory, slug: str) -> LandingShown | None:
    """The page of a service; None when there is no such service."""
    snapshot = directory.current()
    words = snapshot.words
    service = words.services.get(slug)
    if service is None:
        return None
    criteria = Criteria(dienst=(slug,))
    found = find(directory, criteria, facets=True)
    facts = [
        ("Ook gezegd als", enumerate_words(list(service.synonyms))),
        ("CPV-codes", ", ".join(service.cpv)),
        ("Deel van", words.services[service.broader].label if service.broader else ""),
    ]
    below = [words.services[s] for s in words.narrower[slug] if s != slug]
    siblings = [s for s in words.services.values() if s.category == service.category and s.slug != slug]
    counts = service_counts(snapshot)
    related = [
        Link(s.label, url_for("directory.service", slug=s.slug), counts.get(s.slug, 0))
        for s in (sorted(below, key=lambda s: s.label) or siblings)[:RELATED]
    ]
    return _landing(
        found,
        criteria,
        title=service.label,
        lead=service.sentence,
        facts=facts,
        related_title="Specifieker" if below else "Verwante diensten",
        related=related,
        trail=Link("Diensten", url_for("directory.services")),
    )


def gemeente_page(directory: Directory, slug: str) -> LandingShown | None:
    """The page of a gemeente; None when there is no such gemeente."""
    snapshot = directory.current()
    words = snapshot.words
    nis = words.nis_by_slug.get(slug)
    if nis is None:
        return None
    row = words.gemeenten[nis]
    criteria = Criteria(gemeente=(nis,))
    found = find(directory, criteria, facets=True)
    regions = [
        region.naam for region in words.regions.values() if nis in region.gemeenten and not region.is_named
    ]
    related = [
        Link(
            value.label,
            address("directory.search", Criteria(dienst=(value.value,), gemeente=(nis,)), words),
            value.count,
        )
        for value in found.facets["dienst"][:RELATED]
    ]
    return _landing(
        found,
        criteria,
        title=row.naam,
        lead=f"Wie van de sociale economie werkt in {row.naam}?",
        facts=[
            ("Deelgemeenten", ", ".join(row.deelgemeenten)),
            ("Vroeger", ", ".join(row.vroeger)),
            ("Postcodes", ", ".join(row.postcodes)),
            ("Regio", enumerate_words(regions)),
            ("Provincie", row.provincie),
        ],
        related_title=f"Diensten in {row.naam}",
        related=related,
        trail=Link("Gemeenten", url_for("directory.gemeenten")),
    )


def trede_page(directory: Directory, number: int) -> LandingShown | None:
    """The page of a rung of the ladder; None when there is no such rung."""
    trede = treden().get(number)
    if trede is None:
        return None
    criteria = Criteria(trede=(number,))
    found = find(directory, criteria, facets=True)
    words = found.snapshot.words
    related = [
        Link(
            value.label,
            address("directory.search", Criteria(trede=(number,), werkvorm=(value.value,)), words),
            value.count,
        )
        for value in found.facets["werkvorm"]
        if value.value in groepen()
    ]
    return _landing(
        found,
        criteria,
        title=f"Trede {number}: {trede.naam}",
        lead=trede.uitleg,
        facts=[("Wie", trede.wie), ("Bron", trede.bron)],
        related_title="Werkvormen op deze trede",
        related=related,
        trail=Link("De participatieladder", url_for("directory.treden")),
        trede=number,
    )


def _landing(
    found: Found,
    criteria: Criteria,
    *,
    title: str,
    lead: str,
    facts: Iterable[tuple[str, str]],
    related_title: str,
    related: Iterable[Link],
    trail: Link,
    trede: int = 0,
) -> LandingShown:
    words, today = found.snapshot.words, found.snapshot.today
    hits: tuple[HitShown, ...] = tuple(
        hit_shown(hit, n, words, today) for n, hit in enumerate(found.hits[:SHOWN], 1)
    )
    return LandingShown(
        title=title,
        lead=lead,
        facts=tuple((name, text) for name, text in facts if text),
        sentence=found.sentence,
        hits=hits,
        total=found.total,
        search_url=address("directory.search", criteria, words),
        map_url=address("maps.page", criteria, words),
        related_title=related_title,
        related=tuple(related),
        breadcrumb=(Link("Start", url_for("directory.home")), trail, Link(title, "")),
        trede=trede,
    )
