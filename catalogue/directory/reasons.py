"""Why an organisation was found: short reasons that a buyer can repeat. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalogue.directory.criteria import Criteria
from catalogue.directory.entries import Entry, OfferGroup
from catalogue.directory.vocabulary import Words
from catalogue.models.offer import SAMENWERKING
from catalogue.models.werkvorm import groepen, werkvormen
from catalogue.search.types import OwnMatch, ServiceMatch, Term

# So many reasons are given, and so many gemeenten are named in one.
REASONS = 3
NAMED = 2
FIELDS = {
    "naam": "naam",
    "voorheen": "vroegere naam",
    "nummer": "ondernemingsnummer",
    "dienstwoord": "eigen woorden",
    "plaats": "gemeente",
    "nota": "toelichting",
    "omschrijving": "omschrijving",
}


@dataclass(frozen=True, slots=True)
class Why:
    """The reasons, the services and words that matched, and the number of the site that matched."""

    reasons: tuple[str, ...]
    services: frozenset[str]
    words: tuple[str, ...]
    site: int


def reasons_for(entry: Entry, criteria: Criteria, terms: Sequence[Term], words: Words) -> Why:
    """Why an entry answers a search, the task first, then the place, then the other filters."""
    wanted = _place(criteria, words)
    fitting: Sequence[OfferGroup] = entry.groups
    if wanted or criteria.samenwerking:
        fitting = [group for group in fitting if _fits(group, criteria, wanted)]
    services: set[str] = set()
    marked: list[str] = []
    reasons: list[str] = []
    for term in terms:
        reason = _task(entry, fitting, term, words, services, marked)
        # Two words of the question that mean one service are one reason.
        if reason and not any(reason.startswith(said) for said in reasons):
            reasons.append(reason)
    if criteria.dienst:
        reasons.append(_service(fitting, criteria.dienst, words, services))
    tasks = [reason for reason in dict.fromkeys(reasons) if reason]
    others = [own_words(term.about[entry.id], entry) for term in terms if entry.id in term.about]
    others += _others(entry, fitting, criteria)
    if wanted:
        answering = [group for group in fitting if not services or group.services & services]
        if where := _where(entry, answering or fitting, wanted, criteria, words):
            others.insert(0, where)
            # The place is never crowded out: whether a work area is only assumed must be seen.
            tasks = tasks[: REASONS - 1]
    return Why(
        tuple(dict.fromkeys([*tasks, *others]))[:REASONS],
        frozenset(services),
        tuple(dict.fromkeys([*marked, *_marked(terms, services, words)])),
        _site(entry, fitting, services, wanted),
    )


def _place(criteria: Criteria, words: Words) -> frozenset[str]:
    """The gemeenten that were asked for, those of regions included."""
    if criteria.gemeente:
        return frozenset(criteria.gemeente)
    members = words.gazetteer.region_gemeenten
    return frozenset(nis for slug in criteria.regio for nis in members.get(slug, ()))


def _fits(group: OfferGroup, criteria: Criteria, wanted: frozenset[str]) -> bool:
    return (not wanted or not wanted.isdisjoint(group.gemeenten)) and (
        not criteria.samenwerking or not group.samenwerking.isdisjoint(criteria.samenwerking)
    )


def _task(
    entry: Entry,
    fitting: Iterable[OfferGroup],
    term: Term,
    words: Words,
    services: set[str],
    marked: list[str],
) -> str:
    """The best reason for one word of the question."""
    offered = frozenset(slug for group in fitting for slug in group.services)
    matches = sorted((m for m in term.services if m.slug in offered), key=lambda m: (-m.weight, m.slug))
    own = term.own.get(entry.id)
    services.update(m.slug for m in matches)
    if own:
        marked.append(own.word)
    if about := term.about.get(entry.id):
        marked.append(about.word)
    if matches and (own is None or matches[0].weight >= own.weight):
        return _offered(matches[0], term, words)
    for key in term.werkvormen:
        if key in entry.werkvormen or key in entry.groepen:
            form = werkvormen().get(key) or groepen()[key]
            return f"werkvorm: {form.label}"
    return own_words(own, entry) if own else ""


def _offered(best: ServiceMatch, term: Term, words: Words) -> str:
    """A service that somebody offers, with the word that led to it and how it lies to what was asked."""
    label = words.services[best.slug].label.lower()
    is_named = bool(term.loose) and best.weight == max(match.weight for match in term.services)
    if best.kind == "smaller":
        return f"dienst: {label}, deel van wat u zoekt"
    if best.kind == "ruimer" and not is_named:
        return f"ruimere dienst: {label}"
    # What did not count led nowhere: the word of the vocabulary did.
    led = best.word.lower() if term.loose else term.text
    if best.kind in ("synoniem", "deel") and label not in (best.word.casefold(), led.casefold()):
        return f"dienst: {label} (‘{led}’)"
    return f"dienst: {label}"


def own_words(own: OwnMatch, entry: Entry) -> str:
    """Words of the organisation itself and where they stand; a name as it is written."""
    names = {"naam": (entry.name,), "voorheen": entry.former_names}.get(own.field, ())
    word = next((name for name in names if name.casefold() == own.word.casefold()), own.word)
    return f"{FIELDS[own.field]}: ‘{word}’"


def _marked(terms: Sequence[Term], services: set[str], words: Words) -> Iterator[str]:
    """What is marked in the text of a result: the words asked that counted, and the names of its services."""
    for term in terms:
        if not term.loose:
            yield term.text
    for slug in sorted(services):
        yield from words.one_word_names[slug]


def _service(fitting: Iterable[OfferGroup], chosen: Sequence[str], words: Words, services: set[str]) -> str:
    offered = frozenset(slug for group in fitting for slug in group.services)
    exact = [slug for slug in chosen if slug in offered]
    if exact:
        services.update(exact)
        return f"dienst: {words.services[exact[0]].label.lower()}"
    for slug in chosen:
        below = sorted(words.narrower.get(slug, frozenset()) & offered)
        if below:
            services.update(below)
            label, wider = words.services[below[0]].label.lower(), words.services[slug].label.lower()
            return f"dienst: {label}, deel van {wider}"
    return ""


def _where(
    entry: Entry, fitting: Sequence[OfferGroup], wanted: frozenset[str], criteria: Criteria, words: Words
) -> str:
    """The area rule: a seat there, a work area that was stated, or one that is only assumed."""
    if not fitting:
        return ""
    served = wanted & frozenset[str]().union(*(group.gemeenten for group in fitting))
    if criteria.regio and not criteria.gemeente:
        regions = " of ".join(words.gazetteer.region_names[slug] for slug in criteria.regio)
        return f"werkt in regio {regions}{_how_sure(entry, fitting, served)}"
    by_certainty: dict[str, list[str]] = {}
    for nis in criteria.gemeente:
        if nis in served:
            sure = _how_sure(entry, fitting, frozenset({nis}))
            by_certainty.setdefault(sure, []).append(words.gazetteer.names[nis])
    parts = []
    for sure, names in by_certainty.items():
        more = f" en {len(names) - NAMED} andere" if len(names) > NAMED else ""
        parts.append(f"in {', '.join(names[:NAMED])}{more}{sure}")
    return f"werkt {' en '.join(parts)}"


def _how_sure(entry: Entry, fitting: Sequence[OfferGroup], places: frozenset[str]) -> str:
    """What to add to a place: a site there, or an area that nobody stated."""
    if any(site.nis in places for site in entry.sites):
        return " (vestiging)"
    if all(group.is_assumed for group in fitting if not places.isdisjoint(group.gemeenten)):
        return " (aangenomen, niet bevestigd)"
    return ""


def _others(entry: Entry, fitting: Iterable[OfferGroup], criteria: Criteria) -> list[str]:
    reasons = []
    for key in criteria.werkvorm:
        if key in entry.werkvormen or key in entry.groepen:
            reasons.append(f"werkvorm: {(groepen().get(key) or werkvormen()[key]).label}")
    shared = [trede for trede in entry.treden if trede in criteria.trede]
    if shared:
        reasons.append(f"trede {' en '.join(map(str, shared))}")
    ways = {way for group in fitting for way in group.samenwerking} & set(criteria.samenwerking)
    reasons += [f"samenwerking: {SAMENWERKING[way].lower()}" for way in sorted(ways)]
    return reasons


def _site(entry: Entry, fitting: Sequence[OfferGroup], services: set[str], wanted: frozenset[str]) -> int:
    """The site that answers: one in the gemeente asked for, else of the offer that fits, else the first."""
    answering = [group for group in fitting if not services or group.services & services] or fitting
    candidates = [number for group in answering for number in group.sites] or list(range(len(entry.sites)))
    for number in candidates:
        if entry.sites[number].nis in wanted:
            return number
    return min(candidates, default=0)
