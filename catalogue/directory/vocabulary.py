"""The words people choose from: services, gemeenten and regions, read once per change of the vocabulary."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalogue.directory.gazetteer import load_gazetteer
from catalogue.extensions import db
from catalogue.models import Category, Service
from catalogue.models.werkvorm import groepen, werkvormen
from catalogue.places.distance import Point, distances
from catalogue.places.gazetteer import Gazetteer, GemeenteRow, Match, RegionRow, normalise
from catalogue.search.types import PlaceKind, PlaceTerm, ServiceTerm, Vocabulary, WerkvormTerm

# A code above another says something from its group (three digits) on; a whole division does not.
SHORTEST_CPV = 3


def folded(text: str) -> str:
    """Text as people compare it: no case, accents, hyphens or double spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(
        re.sub(r"[^a-z0-9]+", " ", "".join(c for c in plain if not unicodedata.combining(c))).split()
    )


def _cpv_prefix(code: str) -> str:
    """The digits of a CPV code that tell something: its division (two digits) at least."""
    digits = code.split("-")[0]
    return digits.rstrip("0").ljust(2, "0")


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """A service as readers need it."""

    id: int
    slug: str
    label: str
    sentence: str
    synonyms: tuple[str, ...]
    cpv: tuple[str, ...]
    category: str
    broader: str | None


@dataclass(frozen=True)
class Words:
    """All vocabularies of one generation; immutable, shared by all requests."""

    generation: int
    services: Mapping[str, ServiceInfo]
    categories: Mapping[str, str]
    gazetteer: Gazetteer = field(repr=False)
    search: Vocabulary = field(repr=False)

    @property
    def gemeenten(self) -> Mapping[str, GemeenteRow]:
        """The gemeenten by NIS code, in the order of their names."""
        return self.gazetteer.rows

    @property
    def regions(self) -> Mapping[str, RegionRow]:
        """The regions by slug, in the order of their names."""
        return self.gazetteer.regions

    @cached_property
    def nis_by_slug(self) -> Mapping[str, str]:
        """NIS code by the slug of the gemeente."""
        return {row.slug: nis for nis, row in self.gemeenten.items()}

    @cached_property
    def by_id(self) -> Mapping[int, str]:
        """Slug of a service by its id."""
        return {service.id: slug for slug, service in self.services.items()}

    @cached_property
    def one_word_names(self) -> Mapping[str, tuple[str, ...]]:
        """The names of each service that are one word, its label first."""
        return {
            slug: tuple(name for name in (service.label, *service.synonyms) if " " not in name)
            for slug, service in self.services.items()
        }

    @cached_property
    def narrower(self) -> Mapping[str, frozenset[str]]:
        """Each service with itself and everything narrower."""
        result: dict[str, set[str]] = {slug: {slug} for slug in self.services}
        for slug in self.services:
            for above in self.broader_of(slug):
                result[above].add(slug)
        return {slug: frozenset(below) for slug, below in result.items()}

    @cached_property
    def _service_names(self) -> Mapping[str, str]:
        names: dict[str, str] = {}
        for slug, service in self.services.items():
            for synonym in service.synonyms:
                names.setdefault(folded(synonym), slug)
        for slug, service in self.services.items():
            names[folded(service.label)] = slug
            names[folded(slug)] = slug
        return names

    def with_services(self, services: Mapping[str, ServiceInfo]) -> Words:
        """The same words with other services: to try what a change would do."""
        return replace(
            self, services=services, search=replace(self.search, services=_service_terms(services))
        )

    def broader_of(self, slug: str) -> list[str]:
        """The services above one, nearest first."""
        chain: list[str] = []
        above = self.services[slug].broader
        while above and above not in chain and above in self.services:
            chain.append(above)
            above = self.services[above].broader
        return chain

    def find_services(self, text: str) -> tuple[str, ...]:
        """Services meant by a slug, label, synonym or CPV code (check digit, trailing zeros optional)."""
        found = self._service_names.get(folded(text))
        if found:
            return (found,)
        digits = re.fullmatch(r"([0-9]{2,8})(?:-[0-9])?", text.strip())
        if not digits:
            return ()
        prefix = _cpv_prefix(digits[1]) if len(digits[1]) == 8 else digits[1]
        under = tuple(
            slug for slug, service in self.services.items() if any(c.startswith(prefix) for c in service.cpv)
        )
        return under or self._above(prefix)

    def _above(self, prefix: str) -> tuple[str, ...]:
        """Services with the nearest CPV code above one that is finer than any of ours."""
        lengths = {
            slug: max(
                (len(own) for own in map(_cpv_prefix, service.cpv) if prefix.startswith(own)), default=0
            )
            for slug, service in self.services.items()
        }
        nearest = max(lengths.values(), default=0)
        if nearest < SHORTEST_CPV:
            return ()
        return tuple(slug for slug, length in lengths.items() if length == nearest)

    @cached_property
    def _distances(self) -> dict[Point, list[float]]:
        return {}

    def _distances_from(self, centre: Point) -> list[float]:
        """Km to every gemeente; worked out once for each centre, as many questions share a few."""
        if centre not in self._distances:
            self._distances[centre] = distances(list(self.gazetteer.points.values()), centre)
        return self._distances[centre]

    def neighbours(self, nis: Iterable[str], *, within_km: float = 40.0) -> list[tuple[str, float]]:
        """Other gemeenten by distance in km from the nearest of the given ones, nearest first."""
        points = self.gazetteer.points
        chosen = [points[code] for code in nis if code in points]
        if not chosen:
            return []
        codes = list(points)
        tables = [self._distances_from(centre) for centre in chosen]
        near = [(code, min(row)) for code, row in zip(codes, zip(*tables, strict=True), strict=True)]
        return sorted(
            ((code, km) for code, km in near if 0 < km <= within_km), key=lambda pair: (pair[1], pair[0])
        )


def load(generation: int) -> Words:
    """Read all vocabularies from the database."""
    session = db.session
    services = {}
    rows = session.scalars(
        select(Service).options(selectinload(Service.broader)).order_by(Service.label)
    ).all()
    for row in rows:
        services[row.slug] = ServiceInfo(
            id=row.id,
            slug=row.slug,
            label=row.label,
            sentence=row.sentence,
            synonyms=tuple(row.synonyms),
            cpv=tuple(row.cpv),
            category=row.category_slug,
            broader=row.broader.slug if row.broader else None,
        )
    categories = {c.slug: c.label for c in session.scalars(select(Category).order_by(Category.position))}
    gazetteer = load_gazetteer()
    return Words(
        generation=generation,
        services=services,
        categories=categories,
        gazetteer=gazetteer,
        search=_search_vocabulary(services, gazetteer),
    )


_KINDS: Mapping[str, PlaceKind] = {"deelgemeente": "deelgemeente", "oude-naam": "oude-naam"}


def _spelling(word: str, match: Match) -> str:
    """The name as it is written, where it says the same as the bare word that people type."""
    written = match.label.split(" (", 1)[0]
    return written if normalise(written) == word else word


def _search_vocabulary(services: Mapping[str, ServiceInfo], gazetteer: Gazetteer) -> Vocabulary:
    return _vocabulary_of(_service_terms(services), _place_terms(gazetteer))


@lru_cache(maxsize=2)
def _vocabulary_of(services: tuple[ServiceTerm, ...], places: tuple[PlaceTerm, ...]) -> Vocabulary:
    """The same object for the same words: what the search derives from a vocabulary hangs on it."""
    forms = [WerkvormTerm(key=w.key, label=w.label, synonyms=w.synoniemen) for w in werkvormen().values()]
    forms += [
        WerkvormTerm(key=g.key, label=g.label, synonyms=()) for g in groepen().values() if g.key != "overig"
    ]
    return Vocabulary(services=services, werkvormen=tuple(forms), places=places)


@lru_cache(maxsize=2)
def _place_terms(gazetteer: Gazetteer) -> tuple[PlaceTerm, ...]:
    places = [
        PlaceTerm(
            label=_spelling(word, match),
            nis=match.nis,
            kind=_KINDS.get(match.kind, "gemeente"),
            is_word=match.is_ordinary_word,
        )
        for word, match in gazetteer.words().items()
    ]
    postcodes = sorted({code for row in gazetteer.rows.values() for code in row.postcodes})
    for code in postcodes:
        match = gazetteer.resolve(code)
        if match:
            places.append(PlaceTerm(label=code, nis=match.nis, kind="postcode"))
    places += [
        PlaceTerm(label=region.naam, nis=region.gemeenten, kind="regio", slug=region.slug)
        for region in gazetteer.regions.values()
    ]
    return tuple(places)


def _service_terms(services: Mapping[str, ServiceInfo]) -> tuple[ServiceTerm, ...]:
    return tuple(
        ServiceTerm(
            slug=s.slug,
            label=s.label,
            synonyms=s.synonyms,
            cpv=s.cpv,
            broader=s.broader,
            category=s.category,
        )
        for s in services.values()
    )
