"""Exchange: what the words in a file can mean: services, work areas, gemeenten, read once for a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz, process
from sqlalchemy import select

from catalogue.curation.names import folded
from catalogue.directory.gazetteer import load_gazetteer
from catalogue.extensions import db
from catalogue.models import Service, WordMapping
from catalogue.places.area import AreaError, WorkArea, parse, to_tokens
from catalogue.places.gazetteer import Gazetteer, normalise
from catalogue.search.meaning import ServiceNames
from catalogue.search.types import ServiceTerm

# Below this likeness (0-100) a guess confuses more than it helps.
LIKENESS = 85
# A choice of gemeenten may reach further: somebody looks at it.
PLACE_LIKENESS = 65
PLACE_CHOICES = 5


def word_key(text: str) -> str:
    """Letters and digits only: "gras maaien", "Gras-maaien" and "grasmaaien" are one word."""
    return re.sub(r"[^a-z0-9]", "", folded(text))


@dataclass(frozen=True)
class Known:
    """The vocabularies by the words people write; service labels by slug."""

    labels: Mapping[str, str]
    services: Mapping[str, str]
    gazetteer: Gazetteer = field(repr=False)
    terms: tuple[ServiceTerm, ...] = field(default=(), repr=False)
    # Words of which somebody said that they are no service of ours (word_key).
    free: frozenset[str] = frozenset()
    _areas: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls) -> Known:
        """Read them from the database."""
        rows = db.session.execute(
            select(Service.slug, Service.label, Service.synonyms).order_by(Service.id)
        ).all()
        services: dict[str, str] = {}
        # A name of its own beats a synonym of another.
        for row in rows:
            services.setdefault(word_key(row.slug), row.slug)
        for row in rows:
            services.setdefault(word_key(row.label), row.slug)
        for row in rows:
            for synonym in row.synonyms:
                services.setdefault(word_key(synonym), row.slug)
        free: set[str] = set()
        # What somebody once said of a word, unless the vocabulary has it by now.
        said = select(WordMapping.word, Service.slug).outerjoin(Service, Service.id == WordMapping.service_id)
        for word, slug in db.session.execute(said):
            if slug:
                services.setdefault(word_key(word), slug)
            else:
                free.add(word_key(word))
        terms = tuple(ServiceTerm(row.slug, row.label, tuple(row.synonyms)) for row in rows)
        labels = {row.slug: row.label for row in rows}
        return cls(labels, services, load_gazetteer(), terms, frozenset(free))

    def service(self, word: str) -> str | None:
        """The slug of the service that a slug, label or synonym means, also in another form of its words."""
        return self.services.get(word_key(word)) or self._names.service(word)

    @cached_property
    def _names(self) -> ServiceNames:
        return ServiceNames(self.terms)

    def is_label(self, word: str, slug: str) -> bool:
        """Whether a word is the label or the slug of a service, not a synonym."""
        return word_key(word) in (word_key(slug), word_key(self.labels[slug]))

    def service_word(self, slug: str) -> str:
        """What a file calls a service: its label, or its slug where the label would be read otherwise."""
        label = self.labels[slug]
        return label if self.service(label) == slug and not re.search(r'[;|"]|^[\'=+\-@]', label) else slug

    def guess(self, word: str) -> str:
        """The label of the service that looks most like an unknown word, or nothing."""
        best = process.extractOne(word_key(word), self._words, scorer=fuzz.ratio, score_cutoff=LIKENESS)
        return self.labels[self.services[best[0]]] if best else ""

    @cached_property
    def _words(self) -> list[str]:
        return list(self.services)

    def area(self, cell: str) -> tuple[str, ...]:
        """The tokens of a work area; raises AreaError for what is not understood."""
        if cell not in self._areas:
            area = parse(cell, self.gazetteer)
            if area == WorkArea():
                raise AreaError(["er staat geen gebied in"])
            self._areas[cell] = tuple(to_tokens(area))
        return self._areas[cell]

    def near_gemeenten(self, postcode: str, name: str) -> tuple[str, ...]:
        """NIS codes of the gemeenten that a postcode and a name may mean, the likeliest first."""
        found: list[str] = []
        by_name = self.gazetteer.resolve(name) if name else None
        by_code = self.gazetteer.resolve(postcode) if postcode else None
        for match in (by_name, by_code):
            found += match.nis if match else ()
        if name and not by_name:
            likely = process.extract(
                normalise(name),
                list(self._places),
                scorer=fuzz.ratio,
                score_cutoff=PLACE_LIKENESS,
                limit=PLACE_CHOICES,
            )
            found = [self._places[word] for word, _, _ in likely] + found
        return tuple(dict.fromkeys(found))[:PLACE_CHOICES]

    @cached_property
    def _places(self) -> dict[str, str]:
        places: dict[str, str] = {}
        for nis, row in self.gazetteer.rows.items():
            for word in (row.naam, *row.deelgemeenten, *row.vroeger):
                places.setdefault(normalise(word), nis)
        return places
