"""What comes nearest when nothing fits: what was asked, loosened one step at a time, each step named.

In this order: the place, a wider service, the other filters, and single words; several tasks that nobody
does together are shared out over those who each do one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalogue.directory import match
from catalogue.directory.criteria import Criteria
from catalogue.directory.elsewhere import elsewhere
from catalogue.directory.match import Query
from catalogue.directory.search import Hit, Search
from catalogue.directory.sentence import filter_words
from catalogue.directory.together import Together, share_out
from catalogue.directory.vocabulary import Words
from catalogue.directory.wish import AT_MOST, Wish
from catalogue.search import nearest, weights
from catalogue.search.types import ServiceMatch, Term
from catalogue.web.words import enumerate_words

# Each way of loosening has room for so many before the others fill up what is left.
ROOM_WIDER, ROOM_FILTERS, ROOM_PARTS = 2, 2, 3
# So many services are named to go on with, out of so many that resemble the question.
SERVICES, LOOKED_AT = 2, 10
# The filters on how, with what each is when it is off.
FILTERS: dict[str, Any] = {"werkvorm": (), "trede": (), "samenwerking": (), "bevestigd": None}


@dataclass(frozen=True, slots=True)
class Loosened:
    """What was found by loosening, and the words of the question that nobody names.

    `nearest` are services whose names resemble a question that nobody answers, `usual` those that most do
    in the place asked; only services that somebody does.
    """

    hits: tuple[Hit, ...] = ()
    unknown: tuple[str, ...] = ()
    together: Together | None = None
    nearest: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()


@dataclass(slots=True)
class _Ways:
    """What each way of loosening gives, in their fixed order."""

    place: list[Hit] = field(default_factory=list)
    wider: list[Hit] = field(default_factory=list)
    filters: list[Hit] = field(default_factory=list)
    parts: list[Hit] = field(default_factory=list)
    together: Together | None = None

    def hits(self) -> tuple[Hit, ...]:
        """The best of each way, so that a full one leaves room for the others."""
        partners = len(self.together.partners) if self.together else 0
        ways = (self.place, self.wider, self.filters, self.parts)
        rooms = [AT_MOST, ROOM_WIDER, ROOM_FILTERS, max(ROOM_PARTS, partners)]
        taken = [min(len(way), room) for way, room in zip(ways, rooms, strict=True)]
        taken[0] = max(0, min(taken[0], AT_MOST - sum(taken[1:])))
        for number, way in enumerate(ways):
            taken[number] += min(len(way) - taken[number], max(0, AT_MOST - sum(taken)))
        best = [hit for way, count in zip(ways[:3], taken, strict=False) for hit in way[:count]]
        # Who takes a part of the work is named for it, also when it does all of it elsewhere.
        return (*_once(best), *self.parts[: taken[3]])[:AT_MOST]


def loosen(search: Search) -> Loosened:
    """The answer to a search that finds nobody: who comes near, and which words nobody names."""
    unknown = tuple(dict.fromkeys(term.text for term in search.terms if term.is_unanswerable))
    ways = _without_unknown(search, unknown) if unknown else _ways(_asked(search))
    hits = ways.hits()
    if hits and not unknown:
        return Loosened(hits, together=ways.together)
    alike, usual = _services_to_go_on(search, unknown)
    return Loosened(hits, unknown, ways.together, alike, () if hits or alike else usual)


def _asked(search: Search) -> Wish:
    return Wish(search, search.criteria, search.terms)


def _without_unknown(search: Search, unknown: Sequence[str]) -> _Ways:
    """Who does the rest, once the words that nobody names are let go; nobody where there is no rest."""
    quoted = enumerate_words([f"‘{text}’" for text in unknown])
    known = _asked(search).less(
        f"zonder {quoted}", [term for term in search.terms if not term.is_unanswerable]
    )
    if not known.tasks:
        return _Ways()
    ways = _Ways(parts=known.take())
    return ways if ways.parts else _ways(known)


def _ways(wish: Wish) -> _Ways:
    """Every way of letting one thing go; where none helps, two at once."""
    ways = _Ways(elsewhere(wish), _wider(wish), _filters(wish))
    ways.parts, ways.together = share_out(wish)
    if not ways.hits():
        free = _without_filters(wish)
        if free.said != wish.said:
            ways.filters = elsewhere(free)
            ways.parts, ways.together = share_out(free)
    if not ways.hits():
        for wider, name in _wider_wishes(wish):
            ways.wider = [replace(hit, loosened=f"{name(hit)}, {hit.loosened}") for hit in elsewhere(wider)]
            if ways.wider:
                break
    return ways


def _once(hits: Iterable[Hit]) -> list[Hit]:
    """Each organisation as it was found first."""
    found: dict[int, Hit] = {}
    for hit in hits:
        found.setdefault(hit.entry.id, hit)
    return list(found.values())


# A wider service.


def _wider(wish: Wish) -> list[Hit]:
    """Who does a service one step wider, in the place that was asked."""
    return _once(hit for wider, name in _wider_wishes(wish) for hit in wider.take(name))


def _wider_wishes(wish: Wish) -> Iterator[tuple[Wish, Callable[[Hit], str]]]:
    """The wish with one of its services made wider, nearest first, and how that is called."""
    words = wish.search.words
    for slug in wish.criteria.dienst:
        for above in words.broader_of(slug):
            yield wish.less("", dienst=(above,)), _called(above, words)
    for place, term in enumerate(wish.terms):
        best = max((service.weight for service in term.services), default=0.0)
        meant = [one.slug for one in term.services if one.weight == best and one.kind != "ruimer"]
        for above in dict.fromkeys(above for slug in meant for above in words.broader_of(slug)):
            terms = (*wish.terms[:place], _as_term(above, words), *wish.terms[place + 1 :])
            yield wish.less("", terms), _called(above, words)


def _called(above: str, words: Words) -> Callable[[Hit], str]:
    """What a wider service is called, with what somebody does of it who does not say to do all of it."""

    def name(hit: Hit) -> str:
        label = f"ruimer: {words.services[above].label.lower()}"
        if above in hit.matched_services:
            return label
        below = hit.matched_services & words.narrower[above]
        done = sorted(words.services[slug].label.lower() for slug in below)
        return f"{label} ({done[0]})" if done else label

    return name


def _as_term(slug: str, words: Words) -> Term:
    """A service and what is narrower, as if it were asked in words."""
    label = words.services[slug].label
    matches = [ServiceMatch(slug, weights.DIENST, "dienst", label)]
    for below in sorted(words.narrower[slug] - {slug}):
        matches.append(ServiceMatch(below, weights.SMALLER, "smaller", words.services[below].label))
    return Term(label.lower(), services=tuple(matches))


# The filters on how.


def _filters(wish: Wish) -> list[Hit]:
    """Who would fit without one of the filters, or, where that is not enough, without all."""
    less = list(_less_filters(wish))
    found = [hit for one in less for hit in one.take()]
    if not found and len(less) > 1:
        found = _without_filters(wish).take()
    return _once(found)


def _less_filters(wish: Wish) -> Iterator[Wish]:
    """The wish without each of its filters; a kind of organisation in the question is one too."""
    for name, off in FILTERS.items():
        if said := filter_words(wish.criteria, name):
            yield wish.less(f"zonder het filter {said}", **{name: off})
    if wish.tasks:
        for kind in wish.kinds:
            yield wish.less(f"zonder ‘{kind.text}’", [term for term in wish.terms if term is not kind])


def _without_filters(wish: Wish) -> Wish:
    """The wish with nothing but its tasks and its place."""
    dropped = [said for name in FILTERS if (said := filter_words(wish.criteria, name))]
    kinds = [f"‘{kind.text}’" for kind in wish.kinds] if wish.tasks else []
    if not dropped and not kinds:
        return wish
    terms = [term for term in wish.terms if not (kinds and term.werkvormen)]
    before = "" if not dropped else "het filter " if len(dropped + kinds) == 1 else "de filters "
    return wish.less(f"zonder {before}{enumerate_words(dropped + kinds)}", terms, **FILTERS)


def _services_to_go_on(search: Search, unknown: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Services that resemble the words that nobody names, and those that most do in the place asked."""
    snapshot, criteria = search.snapshot, search.criteria
    done = match.count_offers(snapshot, Query(), "dienst", "service")
    asked = unknown or [term.text for term in search.terms]
    alike = [slug for slug in nearest(asked, search.words.search, limit=LOOKED_AT) if done.get(slug)]
    place = Criteria(
        gemeente=criteria.gemeente, regio=criteria.regio, rond=criteria.rond, straal=criteria.straal
    )
    here = match.count_offers(snapshot, search.query(place, ()), "dienst", "service")
    usual = sorted((slug for slug, count in here.items() if count), key=lambda slug: (-here[slug], slug))
    return tuple(alike[:SERVICES]), tuple(usual[:SERVICES])
