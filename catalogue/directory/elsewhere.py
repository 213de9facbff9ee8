"""Nobody does it in the place that was asked: who does it in the gemeenten around, or further on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalogue.directory.criteria import Criteria
from catalogue.directory.search import Hit
from catalogue.directory.vocabulary import Words
from catalogue.directory.wish import AT_MOST, Wish
from catalogue.places.distance import Point
from catalogue.places.gazetteer import Centre
from catalogue.web.words import enumerate_words

# Neighbours are looked for no further than this; beyond it only the distance counts.
NEIGHBOUR_KM = 40
# So near its centre is a gemeente called a neighbour; beyond it only further.
NEXT_KM = 15


def elsewhere(wish: Wish) -> list[Hit]:
    """Who does it in the nearest other gemeenten, or further from the point that was given."""
    criteria, words = wish.criteria, wish.search.words
    chosen = _chosen(criteria, words)
    circled = criteria.rond is not None and criteria.straal is not None
    if not (chosen or circled) or not wish.less("", gemeente=(), regio=(), straal=None).order():
        return []
    hits = list(_neighbours(wish, chosen)) if chosen else []
    if not hits and circled:
        hits = _further(wish.less("", straal=None))
    if not hits and chosen:
        centre = criteria.rond or _middle(chosen, criteria, words)
        hits = _further(wish.less("", gemeente=(), regio=(), rond=centre, straal=None))
    return hits


def _neighbours(wish: Wish, chosen: Sequence[str]) -> Iterator[Hit]:
    """Those who do it in other gemeenten, each once, with how far the gemeente is."""
    anywhere, words = wish.less("", gemeente=(), regio=()), wish.search.words
    if not anywhere.order():
        return
    seen: set[int] = set()
    for nis, km in words.neighbours(chosen, within_km=NEIGHBOUR_KM):
        there = anywhere.less(_away(words.gazetteer.names[nis], km), gemeente=(nis,))
        for hit in there.take(most=len(seen) + AT_MOST):
            if hit.entry.id not in seen:
                seen.add(hit.entry.id)
                yield hit
        if len(seen) >= AT_MOST:
            return


def _away(name: str, km: float) -> str:
    """How far another gemeente is, in whole km."""
    return f"{'buurgemeente' if km <= NEXT_KM else 'verder weg'}, {max(1, round(km))} km ({name})"


def _further(wish: Wish) -> list[Hit]:
    """Those who do it anywhere, nearest first, with how far they sit and whether they work there anyway."""
    criteria, snapshot = wish.criteria, wish.search.snapshot
    centre = criteria.rond
    assert centre is not None, "a distance is counted from somewhere"
    place = wish.search.words.gazetteer.resolve(criteria.rond_text or centre.label)
    works_there: set[int] = set()
    if place and criteria.rond_text and not (criteria.gemeente or criteria.regio):
        works_there = set(wish.less("", gemeente=place.nis).order())

    def name(hit: Hit) -> str:
        is_here = snapshot.position[hit.entry.id] in works_there
        where = f" (werkt wel in {centre.label})" if is_here else ""
        if hit.km is None:
            return f"zonder vestiging die we kennen{where}"
        return f"verder weg, {max(1, round(hit.km))} km{where}"

    return wish.less("", sorteer="afstand").take(name)


def _chosen(criteria: Criteria, words: Words) -> list[str]:
    """The gemeenten that were asked for, those of regions included."""
    members = words.gazetteer.region_gemeenten
    regional = sorted(nis for slug in criteria.regio for nis in members.get(slug, ()))
    return list(criteria.gemeente) or regional


def _middle(chosen: Sequence[str], criteria: Criteria, words: Words) -> Centre:
    """The middle of the gemeenten that were asked for."""
    gazetteer = words.gazetteer
    points = [gazetteer.point(nis) for nis in chosen]
    lat = sum(point.lat for point in points) / len(points)
    lon = sum(point.lon for point in points) / len(points)
    names = [gazetteer.names[nis] for nis in criteria.gemeente]
    names = names or [gazetteer.region_names[slug] for slug in criteria.regio]
    return Centre(Point(lat, lon), enumerate_words(names, "of"))
