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
from catalogue.models import Service
from catalogue.places.area import AreaError, WorkArea, parse, to_tokens
from catalogue.places.gazetteer import Gazetteer
from catalogue.search.meaning import ServiceNames
from catalogue.search.types import ServiceTerm

# Below this likeness (0-100) a guess confuses more than it helps.
LIKENESS = 85


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
        terms = tuple(ServiceTerm(row.slug, row.label, tuple(row.synonyms)) for row in rows)
        return cls({row.slug: row.label for row in rows}, services, load_gazetteer(), terms)

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
