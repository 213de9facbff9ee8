"""Curation: which name and address belongs to which entry, read once and kept while a change lasts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import select

from catalogue.extensions import db
from catalogue.models import FormerSlug, Organisation

# Leaves room for a number within the 120 characters of the column.
SLUG_LENGTH = 110


def folded(text: str) -> str:
    """A name as people compare it: no case, no accents, single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


def slug_of(name: str) -> str:
    """A name as part of an address: "'t Veer (Menen)" is "t-veer-menen"."""
    plain = re.sub(r"[^a-z0-9]+", "-", folded(name).encode("ascii", "ignore").decode()).strip("-")
    return plain[:SLUG_LENGTH].rstrip("-") or "organisatie"


class Names:
    """All names, former names and slugs in use; whoever saves an entry tells it so."""

    def __init__(self) -> None:
        self._exact: dict[str, int] = {}
        self._current: dict[str, int] = {}
        self._former: dict[str, int] = {}
        self._slugs: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._names: dict[int, str] = {}

    @classmethod
    def load(cls) -> Names:
        """Read them from the database in two queries."""
        names = cls()
        columns = (
            Organisation.id,
            Organisation.name,
            Organisation.slug,
            Organisation.former_names,
            Organisation.ondernemingsnummer,
        )
        for row in db.session.execute(select(*columns).order_by(Organisation.id)):
            names.add(row.id, row.name, row.slug, row.former_names, row.ondernemingsnummer)
        for slug, owner in db.session.execute(select(FormerSlug.slug, FormerSlug.organisation_id)):
            names._slugs.setdefault(slug, owner)
        return names

    def add(self, id: int, name: str, slug: str, former: Iterable[str], number: str = "") -> None:
        """Remember an entry; an entry seen before gets its new name beside its old slugs."""
        before = self._names.get(id)
        if before is not None and before != name:
            self._exact.pop(before, None)
            if self._current.get(folded(before)) == id:
                del self._current[folded(before)]
        self._names[id] = name
        self._exact[name] = id
        self._slugs[slug] = id
        # Of several the first in the database counts; one that is being saved (below zero) gives way.
        _claim(self._current, folded(name), id)
        for old in former:
            _claim(self._former, folded(old), id)
        if number:
            _claim(self._numbers, number, id)

    def current(self, name: str) -> int | None:
        """The entry that is called so now."""
        return self._exact.get(name) or self._current.get(folded(name))

    def former(self, name: str) -> int | None:
        """The entry that was called so before."""
        return self._former.get(folded(name))

    def with_number(self, number: str) -> int | None:
        """The first entry with this ondernemingsnummer (10 digits)."""
        return self._numbers.get(number) if number else None

    def has(self, id: int) -> bool:
        """Whether there is an entry with this id."""
        return id in self._names

    def name(self, id: int) -> str:
        """What an entry is called."""
        return self._names[id]

    def free_slug(self, name: str, owner: int | None = None) -> str:
        """A slug that no other entry has or had."""
        base = slug_of(name)
        slug, number = base, 2
        while self._slugs.get(slug, owner) != owner or (owner is None and slug in self._slugs):
            slug, number = f"{base}-{number}", number + 1
        return slug


def _claim(owners: dict[str, int], key: str, id: int) -> None:
    if owners.get(key, -1) < 0:
        owners[key] = id


def unique_slug(name: str) -> str:
    """A slug for a new entry that no entry has or had."""
    return Names.load().free_slug(name)
