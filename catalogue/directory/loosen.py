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
from catalogue.directory.match import Query
from catalogue.directory.search import Hit, Search, effective_sort
from catalogue.directory.sentence import filter_words
from catalogue.places.distance import Point
from catalogue.places.gazetteer import Centre
from catalogue.search import nearest, weights
from catalogue.search.types import ServiceMatch, Term
from catalogue.web.words import enumerate_words

AT_MOST = 10
# Each way of loosening has room for so many before the others fill up what is left.
ROOM_WIDER, ROOM_FILTERS, ROOM_PARTS = 2, 2, 3
# Beside those who share the tasks out, so many others for each task.
OTHERS = 1
# So many services are named to go on with, out of so many that resemble the question.
SERVICES, LOOKED_AT = 2, 10
# Neighbours are looked for no further than this; beyond it only the distance counts.
NEIGHBOUR_KM = 40
# So near its centre is a gemeente called a neighbour; beyond it only further.
NEXT_KM = 15
# What stands before the tasks of one who does it together with others.
TOGETHER, ALONE = "samen: ", "alleen: "
FILTERS = ("werkvorm", "trede", "samenwerking", "bevestigd")
NAMES = frozenset({"naam", "voorheen", "nummer"})


@dataclass(frozen=True, slots=True)
class Partner:
    """One of those who do it together, with the tasks that it takes."""

    hit: Hit
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """How tasks that nobody does together are shared out.

    `not_here` are tasks that nobody does in the place asked but somebody does further on, `nobody` those
    that nobody does anywhere within the other filters.
    """

    partners: tuple[Partner, ...]
    tasks: tuple[str, ...]
    not_here: tuple[str, ...] = ()
    nobody: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every task is taken."""
        return bool(self.partners) and not self.nobody


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


@dataclass(frozen=True, slots=True)
class _Task:
    """One thing to be done: a word of the question, or the services that were chosen."""

    text: str
    terms: tuple[Term, ...] = ()
    dienst: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked after some of it was let go; `said` names what was."""

    criteria: Criteria
    terms: tuple[Term, ...]
    said: tuple[str, ...] = ()

    def label(self, *more: str) -> str:
        return ", ".join((*self.said, *more))

    def less(self, said: str, terms: Iterable[Term] | None = None, **changes: Any) -> _Wish:
        """The same with other filters or words, and the name of what that lets go."""
        return _Wish(
            replace(self.criteria, **changes) if changes else self.criteria,
            self.terms if terms is None else tuple(terms),
            (*self.said, said) if said else self.said,
        )


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
        given: dict[int, Hit] = {}
        for way, count in zip(ways[:3], taken, strict=False):
            for hit in way[:count]:
                given.setdefault(hit.entry.id, hit)
        # Who takes a part of the work is named for it, also when it does all of it elsewhere.
        return (*given.values(), *self.parts[: taken[3]])[:AT_MOST]


def loosen(search: Search) -> Loosened:
    """The answer to a search that finds nobody: who comes near, and which words nobody names."""
    unknown = tuple(dict.fromkeys(term.text for term in search.terms if term.is_unanswerable))
    ways = _loosened(search, unknown)
    hits = ways.hits()
    if hits and not unknown:
        return Loosened(hits, together=ways.together)
    nearest, usual = services_to_go_on(search)
    return Loosened(hits, unknown, ways.together, nearest, () if hits or nearest else usual)


def _loosened(search: Search, unknown: Sequence[str]) -> _Ways:
    """Every way of loosening; words that nobody names are let go first."""
    loosener = _Loosener(search)
    wish = _Wish(search.criteria, search.terms)
    if not unknown:
        return loosener.ways(wish)
    quoted = enumerate_words([f"‘{text}’" for text in unknown])
    known = wish.less(f"zonder {quoted}", [term for term in search.terms if not term.is_unanswerable])
    if not loosener.units(known):
        return _Ways()
    ways = _Ways(parts=loosener.take(known))
    return ways if ways.parts else loosener.ways(known)


def services_to_go_on(search: Search) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Services that resemble the question, and those that most do in the place asked."""
    snapshot, criteria = search.snapshot, search.criteria
    done = match.count_offers(snapshot, Query(), "dienst", "service")
    asked = [term.text for term in search.terms]
    alike = [slug for slug in nearest(asked, search.words.search, limit=LOOKED_AT) if done.get(slug)]
    place = Criteria(
        gemeente=criteria.gemeente, regio=criteria.regio, rond=criteria.rond, straal=criteria.straal
    )
    here = match.count_offers(snapshot, search.query(place, ()), "dienst", "service")
    usual = sorted((slug for slug, count in here.items() if count), key=lambda slug: (-here[slug], slug))
    return tuple(alike[:SERVICES]), tuple(usual[:SERVICES])


class _Loosener:
    """The ways of loosening one search."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.words = search.words

    def ways(self, wish: _Wish) -> _Ways:
        """Every way of letting one thing go; where none helps, two at once."""
        ways = _Ways(self.elsewhere(wish), self.wider(wish), self.filters(wish))
        self.share_out(wish, ways)
        if not ways.hits():
            self.twice(wish, ways)
        return ways

    def take(self, wish: _Wish, name: Callable[[Hit], str] | None = None, most: int = AT_MOST) -> list[Hit]:
        """The best of a loosened search; `name` says what was loosened, beside what the wish says."""
        search = self.search
        order = self.order(wish)
        km, nearest = search.distances(wish.criteria) if len(order) else (None, None)
        hits = [
            search.hit(int(position), km, nearest, wish.criteria, wish.label(), wish.terms)
            for position in order[:most]
        ]
        return [replace(hit, loosened=wish.label(name(hit))) for hit in hits] if name else hits

    def order(self, wish: _Wish) -> list[int]:
        """The positions of those who answer a wish, best first."""
        search = self.search
        query = search.query(wish.criteria, wish.terms)
        found = match.evaluate(search.snapshot, query)
        if not found:
            return []
        km, _ = search.distances(wish.criteria)
        order = match.in_order(search.snapshot, query, found, effective_sort(wish.criteria), km)
        return [int(position) for position in order]

    # Where.

    def elsewhere(self, wish: _Wish) -> list[Hit]:
        """Who does it in the nearest other gemeenten, or further from the point that was given."""
        criteria = wish.criteria
        chosen = self.chosen(criteria)
        circled = criteria.rond is not None and criteria.straal is not None
        if not (chosen or circled) or not self.order(wish.less("", gemeente=(), regio=(), straal=None)):
            return []
        hits = list(self.neighbours(wish, chosen)) if chosen else []
        if not hits and circled:
            hits = self.further(wish.less("", straal=None))
        if not hits and chosen:
            centre = criteria.rond or self.middle(chosen, criteria)
            hits = self.further(wish.less("", gemeente=(), regio=(), rond=centre, straal=None))
        return hits

    def neighbours(self, wish: _Wish, chosen: Sequence[str]) -> Iterator[Hit]:
        """Those who do it in other gemeenten, each once, with how far the gemeente is."""
        anywhere = wish.less("", gemeente=(), regio=())
        if not self.order(anywhere):
            return
        seen: set[int] = set()
        for nis, km in self.words.neighbours(chosen, within_km=NEIGHBOUR_KM):
            there = anywhere.less(away(self.words.gazetteer.names[nis], km), gemeente=(nis,))
            for hit in self.take(there, most=len(seen) + AT_MOST):
                if hit.entry.id not in seen:
                    seen.add(hit.entry.id)
                    yield hit
            if len(seen) >= AT_MOST:
                return

    def further(self, wish: _Wish) -> list[Hit]:
        """Those who do it anywhere, nearest first, with how far they are."""
        centre = wish.criteria.rond
        place = self.words.gazetteer.resolve(wish.criteria.rond_text or (centre.label if centre else ""))
        works_there: set[int] = set()
        if place and not wish.criteria.gemeente and not wish.criteria.regio:
            works_there = set(self.order(wish.less("", gemeente=place.nis)))

        def name(hit: Hit) -> str:
            here = self.search.snapshot.position.get(hit.entry.id) in works_there
            where = f" (werkt wel in {centre.label})" if here and centre else ""
            if hit.km is None:
                return f"zonder vestiging die we kennen{where}"
            return f"verder weg, {max(1, round(hit.km))} km{where}"

        return self.take(wish.less("", sorteer="afstand"), name)

    def chosen(self, criteria: Criteria) -> list[str]:
        """The gemeenten that were asked for, those of regions included."""
        members = self.words.gazetteer.region_gemeenten
        regional = sorted(nis for slug in criteria.regio for nis in members.get(slug, ()))
        return list(criteria.gemeente) or regional

    def middle(self, chosen: Sequence[str], criteria: Criteria) -> Centre:
        """The middle of the gemeenten that were asked for."""
        gazetteer = self.words.gazetteer
        points = [gazetteer.point(nis) for nis in chosen]
        lat, lon = (
            sum(values) / len(points) for values in zip(*((p.lat, p.lon) for p in points), strict=True)
        )
        names = [gazetteer.names[nis] for nis in criteria.gemeente]
        names = names or [gazetteer.region_names[slug] for slug in criteria.regio]
        return Centre(Point(lat, lon), enumerate_words(names, "of"))

    # What.

    def wider(self, wish: _Wish) -> list[Hit]:
        """Who does a service one step wider, in the place that was asked."""
        found = [hit for wider in self.wider_wishes(wish) for hit in self.take(wider[0], wider[1])]
        return list({hit.entry.id: hit for hit in reversed(found)}.values())[::-1]

    def wider_wishes(self, wish: _Wish) -> Iterator[tuple[_Wish, Callable[[Hit], str]]]:
        """The wish with one of its services made wider, nearest first, and how that is called."""
        for slug in wish.criteria.dienst:
            for above in self.words.broader_of(slug):
                yield wish.less("", dienst=(above,)), self.named(above)
        for place, term in enumerate(wish.terms):
            best = max((s.weight for s in term.services), default=0.0)
            for slug in [s.slug for s in term.services if s.weight == best and s.kind != "ruimer"]:
                for above in self.words.broader_of(slug):
                    terms = (*wish.terms[:place], self.service_term(above), *wish.terms[place + 1 :])
                    yield wish.less("", terms), self.named(above)

    def named(self, above: str) -> Callable[[Hit], str]:
        """What a wider service is called, with what somebody does of it who does not say to do all of it."""
        labels = {slug: one.label.lower() for slug, one in self.words.services.items()}

        def name(hit: Hit) -> str:
            if above in hit.matched_services:
                return f"ruimer: {labels[above]}"
            below = sorted(hit.matched_services & self.words.narrower[above], key=labels.__getitem__)
            return f"ruimer: {labels[above]}{f' ({labels[below[0]]})' if below else ''}"

        return name

    def service_term(self, slug: str) -> Term:
        """A service and what is narrower, as if it were asked in words."""
        label = self.words.services[slug].label
        matches = [ServiceMatch(slug, weights.DIENST, "dienst", label)]
        for below in sorted(self.words.narrower[slug] - {slug}):
            matches.append(ServiceMatch(below, weights.SMALLER, "smaller", self.words.services[below].label))
        return Term(label.lower(), services=tuple(matches))

    # How.

    def filters(self, wish: _Wish) -> list[Hit]:
        """Who would fit without one of the other filters, or, where that is not enough, without all."""
        less = list(self.less_filters(wish))
        found = [hit for one in less for hit in self.take(one)]
        if not found and len(less) > 1:
            found = self.take(self.without_filters(wish))
        return list({hit.entry.id: hit for hit in reversed(found)}.values())[::-1]

    def less_filters(self, wish: _Wish) -> Iterator[_Wish]:
        """The wish without each of its filters; a kind of organisation in the question is one too."""
        for name in FILTERS:
            if said := filter_words(wish.criteria, name):
                yield wish.less(f"zonder het filter {said}", **{name: _NOTHING[name]})
        for term in wish.terms:
            if _is_kind(term) and len(self.units(wish)):
                rest = [other for other in wish.terms if other is not term]
                yield wish.less(f"zonder ‘{term.text}’", rest)

    def without_filters(self, wish: _Wish) -> _Wish:
        """The wish with nothing but its tasks and its place."""
        dropped = [said for name in FILTERS if (said := filter_words(wish.criteria, name))]
        dropped += [f"‘{term.text}’" for term in wish.terms if _is_kind(term)]
        terms = [term for term in wish.terms if not _is_kind(term)]
        before = "het filter" if len(dropped) == 1 else "de filters"
        return wish.less(f"zonder {before} {enumerate_words(dropped)}", terms, **_NOTHING)

    # Parts.

    def units(self, wish: _Wish) -> list[_Task]:
        """The tasks and names of a wish; a kind of organisation is neither."""
        units = [_Task(term.text, (term,)) for term in wish.terms if not _is_kind(term)]
        if wish.criteria.dienst:
            labels = [self.words.services[slug].label.lower() for slug in wish.criteria.dienst]
            units.append(_Task(enumerate_words(labels, "of"), dienst=wish.criteria.dienst))
        return units

    def only(self, wish: _Wish, task: _Task) -> _Wish:
        """The wish with one of its tasks."""
        kinds = [term for term in wish.terms if _is_kind(term)]
        return wish.less("", [*kinds, *task.terms], dienst=task.dienst)

    def share_out(self, wish: _Wish, ways: _Ways) -> None:
        """Tasks that nobody does together: who takes which; where a name was asked, who answers one word."""
        units = self.units(wish)
        if len(units) < 2:
            return
        if any(_is_name(term) for unit in units for term in unit.terms):
            for unit in units:
                ways.parts += self.take(self.only(wish, unit).less(f"{ALONE}{unit.text}"), most=OTHERS + 1)
            return
        orders = {unit.text: self.order(self.only(wish, unit)) for unit in units}
        here = [unit for unit in units if orders[unit.text]]
        afar = {unit.text: self.elsewhere(self.only(wish, unit)) for unit in units if unit not in here}
        nobody = tuple(text for text, hits in afar.items() if not hits)
        before = TOGETHER if len(units) > len(nobody) + 1 else ALONE
        partners = self.partners(wish, here, orders, before)
        for text, hits in afar.items():
            if hits:
                label = f"{before}{text}, {hits[0].loosened}"
                partners.append(Partner(replace(hits[0], loosened=label), (text,)))
        ways.parts += [partner.hit for partner in partners]
        chosen = {hit.entry.id for hit in ways.parts}
        for unit in here:
            label = f"{before}{unit.text}"
            others = self.take(self.only(wish, unit).less(label), most=OTHERS + len(chosen))
            ways.parts += [hit for hit in others if hit.entry.id not in chosen][:OTHERS]
            chosen |= {hit.entry.id for hit in ways.parts}
        ways.together = Together(
            tuple(partners),
            tuple(unit.text for unit in units),
            tuple(text for text, hits in afar.items() if hits),
            nobody,
        )

    def partners(
        self, wish: _Wish, here: Sequence[_Task], orders: dict[str, list[int]], before: str
    ) -> list[Partner]:
        """As few as can do all tasks in the place: whoever takes most of what is left, the best first."""
        left = list(here)
        partners: list[Partner] = []
        while left:
            takes: dict[int, list[_Task]] = {}
            for unit in left:
                for position in orders[unit.text]:
                    takes.setdefault(position, []).append(unit)
            # The order of the first task decides between those who take as many.
            best = max(takes, key=lambda position: len(takes[position]))
            mine = takes[best]
            texts = tuple(unit.text for unit in mine)
            terms = tuple(term for unit in mine for term in unit.terms)
            dienst = next((unit.dienst for unit in mine if unit.dienst), ())
            taken = self.only(wish, _Task("", terms, dienst))
            label = taken.label(f"{before}{enumerate_words(texts)}")
            km, nearest = self.search.distances(taken.criteria)
            hit = self.search.hit(best, km, nearest, taken.criteria, label, taken.terms)
            partners.append(Partner(hit, texts))
            left = [unit for unit in left if unit not in mine]
        return partners

    def twice(self, wish: _Wish, ways: _Ways) -> None:
        """Where no single step helps: without the filters, or wider, and further on."""
        free = self.without_filters(wish)
        if free.criteria != wish.criteria or free.terms != wish.terms:
            ways.filters = self.elsewhere(free)
            if not ways.filters:
                self.share_out(free, ways)
        if not ways.hits():
            for wider, name in self.wider_wishes(wish):
                ways.wider = [
                    replace(hit, loosened=f"{name(hit)}, {hit.loosened}") for hit in self.elsewhere(wider)
                ]
                if ways.wider:
                    return


_NOTHING: dict[str, Any] = {"werkvorm": (), "trede": (), "samenwerking": (), "bevestigd": None}


def away(name: str, km: float) -> str:
    """How far another gemeente is, in whole km."""
    return f"{'buurgemeente' if km <= NEXT_KM else 'verder weg'}, {max(1, round(km))} km ({name})"


def _is_kind(term: Term) -> bool:
    """Whether a word asks for a kind of organisation; some of these are the name of a service too."""
    return bool(term.werkvormen)


def _is_name(term: Term) -> bool:
    """Whether a word names an organisation and no task."""
    return not term.services and any(
        own.field in NAMES and own.weight >= weights.VOORHEEN for own in term.own.values()
    )
