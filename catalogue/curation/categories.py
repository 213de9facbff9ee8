"""Curation: the categories of services: their names, their order, and which there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from catalogue.curation import history
from catalogue.curation.entrydata import line
from catalogue.curation.names import slug_of
from catalogue.curation.servicedata import Fault, VocabularyError
from catalogue.curation.write import Action, Change
from catalogue.exchange.known import word_key
from catalogue.extensions import db
from catalogue.models import Category, Service

# What the history calls a category.
CATEGORY = "categorie"
LABEL_LENGTH, SLUG_LENGTH = 80, 60


@dataclass(frozen=True, slots=True)
class CategoryData:
    """A category as it is or must become; its slug is empty for a new one."""

    slug: str
    label: str


def sizes() -> Mapping[str, int]:
    """How many services stand in each category (slug)."""
    query = select(Service.category_slug, func.count()).group_by(Service.category_slug)
    return {row[0]: row[1] for row in db.session.execute(query)}


def save_categories(change: Change, wanted: Sequence[CategoryData]) -> bool:
    """Make these the categories, in this order; one that is left out goes. Says whether anything changed.

    Raises VocabularyError for a name that is empty, too long or double, and for a category that still holds
    services; `field` of each fault is the place in the list, or the slug.
    """
    there = {row.slug: row for row in db.session.scalars(select(Category).order_by(Category.position))}
    tidied = [CategoryData(one.slug, line(one.label)) for one in wanted]
    if wrong := [*_faults(tidied), *_held(tidied, there)]:
        raise VocabularyError(*wrong)
    order = [one.slug for one in tidied]
    is_changed = order != list(there)
    for slug in [slug for slug in there if slug not in order]:
        db.session.delete(there.pop(slug))
        history.record(change, CATEGORY, slug, Action.REMOVED, None)
    for position, one in enumerate(tidied):
        row = there.get(one.slug)
        before = (row.label, row.position) if row else None
        if before == (one.label, position):
            continue
        is_changed = True
        slug = one.slug if row else _free(one.label, [*there, *order])
        row = row or Category(slug=slug)
        there[slug] = row
        row.label, row.position = one.label, position
        db.session.add(row)
        done = Action.EDITED if before else Action.NEW
        history.record(change, CATEGORY, slug, done, {"label": one.label, "plaats": position + 1})
    if is_changed:
        change.touch_vocabulary()
    db.session.flush()
    return is_changed


def _faults(wanted: Sequence[CategoryData]) -> list[Fault]:
    found = []
    seen: set[str] = set()
    for number, one in enumerate(wanted):
        key = word_key(one.label)
        if not key:
            found.append(Fault(str(number), "Geef elke categorie een naam."))
        elif len(one.label) > LABEL_LENGTH:
            found.append(Fault(str(number), f"Een naam telt hoogstens {LABEL_LENGTH} tekens."))
        elif key in seen:
            found.append(Fault(str(number), f"‘{one.label}’ staat er twee keer."))
        seen.add(key)
    return found


def _held(wanted: Sequence[CategoryData], there: Mapping[str, Category]) -> list[Fault]:
    kept = {one.slug for one in wanted}
    size = sizes()
    return [
        Fault(slug, f"In ‘{row.label}’ staan nog diensten. Geef ze eerst een andere categorie.")
        for slug, row in there.items()
        if slug not in kept and size.get(slug)
    ]


def _free(label: str, taken: Sequence[str]) -> str:
    base = slug_of(label)[: SLUG_LENGTH - 4].rstrip("-")
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
