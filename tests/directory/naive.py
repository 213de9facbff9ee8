"""The rules of a search as design.md words them, one entry and one offer after another: slow and plain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from catalogue.directory.criteria import Criteria
from catalogue.directory.entries import Entry, OfferGroup
from catalogue.directory.vocabulary import Words
from catalogue.places.distance import km
from catalogue.search.types import Term


def found(entries: Iterable[Entry], criteria: Criteria, terms: Iterable[Term], words: Words) -> set[int]:
    """The ids of all entries that a search finds."""
    wanted = list(terms)
    return {one.id for one in entries if _fits(one, criteria, wanted, words)}


def _fits(entry: Entry, criteria: Criteria, terms: list[Term], words: Words) -> bool:
    if criteria.werkvorm and not set(criteria.werkvorm) & {*entry.werkvormen, *entry.groepen}:
        return False
    if criteria.trede and not set(criteria.trede) & set(entry.treden):
        return False
    if criteria.bevestigd and not (
        entry.confirmed_on and entry.confirmed_on >= _back(date(2026, 11, 22), criteria.bevestigd)
    ):
        return False
    there = [group for group in entry.groups if _is_there(entry, group, criteria, words)]
    if not there:
        return False
    if criteria.dienst:
        asked = {below for slug in criteria.dienst for below in words.services if _within(below, slug, words)}
        if not any(group.services & asked for group in there):
            return False
    return all(_answers(entry, there, term) for term in terms)


def _is_there(entry: Entry, group: OfferGroup, criteria: Criteria, words: Words) -> bool:
    if criteria.gemeente and not group.gemeenten & set(criteria.gemeente):
        return False
    regional = {nis for slug in criteria.regio for nis in words.regions[slug].gemeenten}
    if criteria.regio and not group.gemeenten & regional:
        return False
    if criteria.samenwerking and not group.samenwerking & set(criteria.samenwerking):
        return False
    if criteria.rond and criteria.straal is not None:
        points = [point for number in group.sites if (point := entry.sites[number].point)]
        return any(km(point, criteria.rond.point) <= criteria.straal for point in points)
    return True


def _answers(entry: Entry, there: list[OfferGroup], term: Term) -> bool:
    services = {match.slug for match in term.services}
    if any(group.services & services for group in there):
        return True
    if set(term.werkvormen) & {*entry.werkvormen, *entry.groepen}:
        return True
    # Who offers it answers where that offer holds; its own words do not carry it elsewhere.
    if any(group.services & services for group in entry.groups):
        return False
    own = term.own.get(entry.id)
    return own is not None and (not term.werkvormen or own.field in ("naam", "voorheen", "nummer"))


def _within(slug: str, broader: str, words: Words) -> bool:
    above: str | None = slug
    while above:
        if above == broader:
            return True
        above = words.services[above].broader
    return False


def _back(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, day.day)


def counts(values: Iterable[str | int], search: Callable[[str | int], set[int]]) -> dict[str | int, int]:
    """How many entries each value gives, those that give none left out."""
    sizes = {value: len(search(value)) for value in values}
    return {value: size for value, size in sizes.items() if size}
