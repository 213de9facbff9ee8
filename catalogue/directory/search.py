"""One search: from criteria to sets of positions, and from a position to a result with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from catalogue.directory import match
from catalogue.directory.criteria import NEAR_KM, Criteria
from catalogue.directory.entries import Entry, Site
from catalogue.directory.live import Directory
from catalogue.directory.match import Condition, Query
from catalogue.directory.reasons import reasons_for
from catalogue.directory.snapshot import Snapshot
from catalogue.directory.tables import Bits, union
from catalogue.directory.vocabulary import Words
from catalogue.places.gazetteer import Centre
from catalogue.search.types import Reading, Term, Vocabulary
from catalogue.search.weights import DIENST
from catalogue.web.words import add_months, kilometres

# A chosen service itself, and an entry that does only something narrower.
EXACT_SERVICE, NARROWER_SERVICE = 1.0, 0.6
# A form of cooperation that is asked by its name counts as the name of a service.
SAMENWERKING_WEIGHT = DIENST
# Fields in which an organisation says in its own word what it does.
OWN_WORDS = ("dienstwoord", "nota")


@dataclass(frozen=True, slots=True)
class Hit:
    """One organisation found; `site` is the one that matched."""

    entry: Entry
    site: Site | None
    km: float | None
    reasons: tuple[str, ...]
    matched_services: frozenset[str]
    words: tuple[str, ...]
    loosened: str = ""


class Reads(Protocol):
    """Reads a question with a vocabulary: the text index does, or a reader beside it."""

    def __call__(self, text: str, vocabulary: Vocabulary, *, literal: bool = False) -> Reading:
        """What is asked, and who answers it."""
        ...


class Search:
    """One search being answered; small steps share what they work out.

    `read` is given where the snapshot has words that are only tried: they are kept out of the text index.
    """

    def __init__(
        self, directory: Directory, criteria: Criteria, snapshot: Snapshot, read: Reads | None = None
    ) -> None:
        self.asked = criteria
        self.snapshot = snapshot
        self.words: Words = snapshot.words
        self.reading: Reading | None = None
        self.recognised: dict[str, str] = {}
        self.criteria = criteria
        if criteria.q:
            literal = criteria.letterlijk
            self.reading = (read or directory.index.search)(criteria.q, self.words.search, literal=literal)
            self._take_place()
            self._take_treden()

    def _take_place(self) -> None:
        """Place words of the question become the place filter; an explicit place beats them.

        A region that was chosen beside the question only narrows: "poetsen in Ieper" within the Westhoek
        stays in Ieper.
        """
        place = self.reading.place if self.reading else None
        chosen = self.criteria
        if place is None or chosen.gemeente or chosen.rond or (chosen.regio and place.regio):
            return
        if place.near:
            gazetteer = self.words.gazetteer
            centre = gazetteer.parse_centre(place.label) or Centre(gazetteer.point(place.nis[0]), place.label)
            straal = place.straal or NEAR_KM
            self.criteria = replace(self.criteria, rond=centre, rond_text=place.label, straal=float(straal))
            self.recognised = {"rond": centre.label, "straal": str(straal)}
        elif place.regio:
            self.criteria = replace(self.criteria, regio=(place.regio,))
            self.recognised = {"regio": place.regio}
        else:
            self.criteria = replace(self.criteria, gemeente=place.nis)
            self.recognised = {"gemeente": ",".join(place.nis)}

    def _take_treden(self) -> None:
        """ "trede 3" in the question becomes the filter; a trede that was chosen beats it."""
        read = self.reading.treden if self.reading else ()
        if read and not self.criteria.trede:
            self.criteria = replace(self.criteria, trede=read)
            self.recognised["trede"] = ",".join(map(str, read))

    @property
    def terms(self) -> tuple[Term, ...]:
        """The task and kind words of the question."""
        return self.reading.terms if self.reading else ()

    def query(self, criteria: Criteria, terms: Sequence[Term] | None = None) -> Query:
        """The search as sets of positions."""
        snapshot = self.snapshot
        regional = [
            nis for slug in criteria.regio for nis in self.words.gazetteer.region_gemeenten.get(slug, ())
        ]
        seats = snapshot.sets["seat"]
        return Query(
            tasks=tuple(self.task(term) for term in (self.terms if terms is None else terms)),
            dienst=self.service_condition(criteria.dienst) if criteria.dienst else None,
            gemeente=match.layered(snapshot, "gemeente", criteria.gemeente) if criteria.gemeente else None,
            regio=match.layered(snapshot, "gemeente", regional) if criteria.regio else None,
            samenwerking=match.layered(snapshot, "samenwerking", criteria.samenwerking)
            if criteria.samenwerking
            else None,
            near=tuple(snapshot.near(criteria.rond.point.lat, criteria.rond.point.lon, criteria.straal))
            if criteria.rond and criteria.straal is not None
            else None,
            werkvorm=self.any_of("werkvorm", criteria.werkvorm),
            trede=self.any_of("trede", criteria.trede),
            confirmed=snapshot.confirmed_since(add_months(snapshot.today, -criteria.bevestigd))
            if criteria.bevestigd
            else None,
            seats=union(seats.get(nis, 0) for nis in criteria.gemeente or regional),
        )

    def any_of(self, name: str, values: Iterable[str | int]) -> Bits | None:
        """Entries with any of the values; None when there are no values."""
        chosen = list(values)
        return union(self.snapshot.sets[name].get(value, 0) for value in chosen) if chosen else None

    def service_condition(self, slugs: Sequence[str]) -> Condition:
        """Entries that do a service or something narrower, the service itself first."""
        weights = {below: NARROWER_SERVICE for slug in slugs for below in self.words.narrower.get(slug, ())}
        weights.update(dict.fromkeys(slugs, EXACT_SERVICE))
        return Condition(
            layers=match.layered(self.snapshot, "service", slugs),
            scores=match.scores(self.snapshot, weights),
        )

    def task(self, term: Term) -> Condition:
        """Entries that answer a word of the question."""
        snapshot = self.snapshot
        weights: dict[str, float] = {}
        for service in term.services:
            weights[service.slug] = max(weights.get(service.slug, 0.0), service.weight)
        scores = match.scores(snapshot, weights)
        flags, named = np.zeros((2, snapshot.size), dtype=bool)
        own = term.own
        if term.werkvormen:
            own = {id_: one for id_, one in own.items() if one.field in ("naam", "voorheen", "nummer")}
        if own:
            at = self._positions(own)
            is_here = at >= 0
            here = at[is_here]
            said = np.array([one.weight for one in own.values()])[is_here]
            flags[here] = True
            scores[here] = np.maximum(scores[here], said)
            named[here] = np.array([one.field in OWN_WORDS for one in own.values()])[is_here]
        layers = match.layered(snapshot, "service", [f"={slug}" for slug in weights])
        if term.samenwerking:
            ways = match.layered(snapshot, "samenwerking", term.samenwerking)
            layers = tuple(one | other for one, other in zip(layers, ways, strict=True))
            np.maximum(scores, snapshot.flags(union(ways)) * SAMENWERKING_WEIGHT, out=scores)
        # Who offers the service answers where that offer holds; its own words do not carry it elsewhere.
        own_bits = snapshot.bits(flags) & ~union(layers)
        for key in term.werkvormen:
            own_bits |= snapshot.sets["werkvorm"].get(key, 0)
        # Who names what the service leaves open ("chocolade" of packing chocolate) comes before the others.
        if term.about:
            at = self._positions(term.about)
            is_here = at >= 0
            scores[at[is_here]] += np.array([one.weight for one in term.about.values()])[is_here]
        return Condition(
            layers=layers,
            own=own_bits,
            scores=scores,
            named=snapshot.bits(named),
        )

    def _positions(self, ids: Mapping[int, object]) -> NDArray[np.intp]:
        """Where entries stand; -1 for one that the snapshot does not hold (yet)."""
        found = map(self.snapshot.position.get, ids, repeat(-1))
        return np.fromiter(found, dtype=np.intp, count=len(ids))

    def distances(self, criteria: Criteria) -> tuple[NDArray[np.float64] | None, NDArray[np.int64] | None]:
        """Distance and nearest site of every entry, from where the search is about."""
        centre = criteria.rond.point if criteria.rond else None
        if centre is None and criteria.sorteer == "afstand" and criteria.gemeente:
            centre = self.words.gazetteer.point(criteria.gemeente[0])
        if centre is None:
            return None, None
        return self.snapshot.distances(centre.lat, centre.lon)

    def hit(
        self,
        position: int,
        km: NDArray[np.float64] | None,
        nearest: NDArray[np.int64] | None,
        criteria: Criteria,
        loosened: str = "",
        terms: Sequence[Term] | None = None,
    ) -> Hit:
        """One result with its reasons."""
        entry = self.snapshot.entries[position]
        assert entry is not None, "a position in a result always holds an entry"
        why = reasons_for(entry, criteria, self.terms if terms is None else terms, self.words)
        site: Site | None = None
        distance: float | None = None
        if km is not None and nearest is not None and np.isfinite(km[position]):
            site = entry.sites[int(nearest[position])]
            distance = float(km[position])
        elif entry.sites:
            site = entry.sites[why.site]
        reasons = list(why.reasons)
        if distance is not None and criteria.rond:
            reasons.insert(min(2, len(reasons)), f"op {kilometres(distance)} van {criteria.rond.label}")
        return Hit(
            entry=entry,
            site=site,
            km=None if distance is None else round(distance, 1),
            reasons=tuple(reasons[:3]),
            matched_services=why.services,
            words=why.words,
            loosened=loosened,
        )


def effective_sort(criteria: Criteria) -> str:
    """The order when none was chosen: by distance when only a centre was given, else best first."""
    if criteria.sorteer:
        return criteria.sorteer
    return "afstand" if criteria.rond and not criteria.q and not criteria.dienst else "relevantie"
