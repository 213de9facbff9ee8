"""From what was found to what a page shows: texts, counts and addresses, ready for the template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from catalogue.directory import paging
from catalogue.directory.criteria import SORTS, Criteria
from catalogue.directory.facets import FACETS, FacetCount
from catalogue.directory.find import Found
from catalogue.directory.nobody import lead, not_counted, tasks_of, together_words, where_usual
from catalogue.directory.search import Hit, effective_sort
from catalogue.directory.sentence import asked_text
from catalogue.directory.shown import (
    Facet,
    FacetValue,
    HitShown,
    Link,
    NobodyShown,
    Pager,
    SearchShown,
    Word,
)
from catalogue.directory.vocabulary import Words
from catalogue.models.offer import SAMENWERKING
from catalogue.models.trede import treden
from catalogue.models.werkvorm import groepen, werkvormen
from catalogue.search import highlight
from catalogue.web.words import enumerate_words, freshness, kilometres, number

# So many services of a result are named before "en n andere".
SERVICES_SHOWN = 6
SUMMARY_LENGTH = 220
# More filters of a kind than this stand as one: each repeats the whole address, together megabytes of it.
MOST_CHIPS = 40
MANY = {
    "werkvorm": "werkvormen",
    "dienst": "diensten",
    "gemeente": "gemeenten",
    "regio": "regio's",
    "trede": "treden",
    "samenwerking": "vormen van samenwerking",
}
# So many values of a facet are in sight; the others are folded away.
VISIBLE = 8
_To = Callable[[Criteria], str]

FORMATS = (("csv", "CSV"), ("xlsx", "Excel"), ("geojson", "GeoJSON"), ("json", "JSON"))
# The heading where nothing is asked yet; a search has its sentence.
TITLES = {
    "directory.search": "Zoeken in de catalogus",
    "maps.page": "De sociale economie op de kaart",
    "maps.embedded": "De sociale economie op de kaart",
}
# The facets' explanations of dark words.
EXPLANATIONS = {
    "werkvorm": "Wat voor organisatie het is.",
    "trede": "De trede van de participatieladder: van 1, alleen thuis, tot 6, een gewone job.",
    "gemeente": "Waar de organisatie werkt, niet alleen waar ze zit.",
    "samenwerking": "Hoe u met de organisatie kunt werken.",
}


def address(endpoint: str, criteria: Criteria, words: Words) -> str:
    """A page with the parameters of a search."""
    query = criteria.query_string(words)
    return url_for(endpoint) + (f"?{query}" if query else "")


def shorten(text: str, length: int = SUMMARY_LENGTH) -> str:
    """The beginning of a text, cut at a word."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[:length].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def hit_shown(hit: Hit, number_: int, words: Words, today: date) -> HitShown:
    """One result."""
    entry = hit.entry
    labels = sorted(entry.services, key=lambda slug: slug not in hit.matched_services)
    services = [Word(words.services[slug].label, slug in hit.matched_services) for slug in labels]
    services += [Word(word, word in hit.words) for word in entry.free_services]
    rest = len(services) - SERVICES_SHOWN
    if rest > 0:
        services = [*services[:SERVICES_SHOWN], Word(f"en {rest} andere")]
    tone_words, tone = freshness(entry.confirmed_on, today, entry.confirm_months)
    summary = shorten(entry.summary)
    return HitShown(
        number=number_,
        slug=entry.slug,
        name=entry.name,
        url=url_for("directory.entry", slug=entry.slug),
        werkvormen=tuple(werkvormen()[key].label for key in entry.werkvormen if key in werkvormen()),
        treden=entry.treden,
        services=tuple(services),
        summary=tuple(Word(text, marked) for text, marked in highlight(summary, hit.words))
        if hit.words
        else (Word(summary),),
        reasons=hit.reasons,
        gemeente=hit.site.gemeente if hit.site else "",
        distance=kilometres(hit.km) if hit.km is not None else "",
        freshness=tone_words,
        freshness_tone=tone,
        area_assumed=entry.has_assumed_area,
        loosened=hit.loosened,
        shortlist_url=url_for("shortlist.page", organisatie=entry.slug),
    )


def search_shown(found: Found, endpoint: str = "directory.search") -> SearchShown:
    """The page of results; `endpoint` is the page that its links lead to."""
    asked, words = found.asked, found.snapshot.words
    first = (found.criteria.pagina - 1) * found.criteria.per_pagina + 1

    def to(criteria: Criteria) -> str:
        return address(endpoint, criteria, words)

    every = replace(asked, pagina=1)
    literal = replace(every, letterlijk=True)
    return SearchShown(
        q=asked.q,
        where=where_text(asked, words),
        hidden=tuple(pair for pair in every.parameters(words) if pair[0] not in ("q", "pagina")),
        sentence=found.sentence,
        title=TITLES[endpoint] if asked.is_empty else found.sentence,
        total=found.total,
        hits=tuple(
            hit_shown(hit, first + n, words, found.snapshot.today) for n, hit in enumerate(found.hits)
        ),
        facets=tuple(
            Facet(
                key=key,
                label=label,
                values=facet_values(found, key, to),
                explanation=EXPLANATIONS.get(key, ""),
                visible=VISIBLE,
            )
            for key, label in FACETS.items()
            if found.facets.get(key)
        ),
        chips=tuple(chips(found, to)),
        chosen=_chosen(found.criteria),
        notices=tuple(problem.message for problem in asked.problems),
        pager=pager(found, to),
        sorts=tuple(
            Link(label, to(replace(every, sorteer=key)), chosen=effective_sort(found.criteria) == key)
            for key, label in SORTS.items()
            if key != "afstand" or found.criteria.rond or found.criteria.gemeente
        ),
        map_url=address("maps.page", replace(every, sorteer=asked.sorteer), words),
        exports=tuple(
            Link(label, url_for("exchange.export", format=ending) + query(every, words))
            for ending, label in FORMATS
        ),
        share_url=to(asked),
        reset_url=url_for(endpoint),
        did_you_mean=found.corrected,
        literal_url=to(literal) if (found.recognised or found.corrected) and not asked.letterlijk else "",
        recognised=recognised(found),
        not_counted=not_counted(found),
        alternatives=tuple(
            hit_shown(hit, n, words, found.snapshot.today) for n, hit in enumerate(found.alternatives, 1)
        ),
        nobody=None if found.total else nobody_shown(found),
    )


def query(criteria: Criteria, words: Words) -> str:
    """The parameters of a search with their question mark, or nothing."""
    text = criteria.query_string(words)
    return f"?{text}" if text else ""


def where_text(criteria: Criteria, words: Words) -> str:
    """What stands in the box "Waar?": one place fits there, more stand as chips."""
    if len(criteria.gemeente) + len(criteria.regio) != 1:
        return ""
    names = [words.gazetteer.names[nis] for nis in criteria.gemeente]
    return (names or [words.gazetteer.region_names[slug] for slug in criteria.regio])[0]


def recognised(found: Found) -> str:
    """How a place or a trede in the question was understood."""
    criteria = found.criteria
    names = found.snapshot.words.gazetteer
    parts = []
    if "gemeente" in found.recognised:
        parts.append(f"wie werkt in {' of '.join(names.names[nis] for nis in criteria.gemeente)}")
    if "regio" in found.recognised:
        parts.append(f"wie werkt in de regio {names.region_names[criteria.regio[0]]}")
    if "rond" in found.recognised and criteria.rond:
        parts.append(f"binnen {number(criteria.straal or 0)} km van {criteria.rond.label}")
    if "trede" in found.recognised:
        parts.append(f"op trede {enumerate_words([str(n) for n in criteria.trede], 'of')}")
    return f"We zoeken {enumerate_words(parts)}." if parts else ""


def facet_values(found: Found, key: str, to: _To) -> tuple[FacetValue, ...]:
    """The values of a facet, chosen ones first."""
    words = found.snapshot.words
    values = []
    has_links = len(getattr(found.criteria, key)) <= MOST_CHIPS
    for value in _in_sight(found.facets[key]):
        raw: str | int = int(value.value) if key == "trede" else value.value
        shown = words.gemeenten[value.value].slug if key == "gemeente" else value.value
        without = to(_without(found, key, raw)) if value.chosen and has_links else ""
        values.append(FacetValue(shown, value.label, value.count, value.chosen, without))
    return tuple(values)


def _in_sight(counts: Sequence[FacetCount]) -> list[FacetCount]:
    """Chosen values first, then those with most results; what is folded away keeps its own order."""
    first = sorted(counts, key=lambda value: (not value.chosen, -value.count))[:VISIBLE]
    in_sight = {value.value for value in first}
    return first + [value for value in counts if value.value not in in_sight]


def _without(found: Found, key: str, value: str | int) -> Criteria:
    """The search without one filter; what was read from the text becomes a filter of its own first."""
    if key in found.recognised and value in getattr(found.criteria, key):
        return _spelled_out(found).toggled(key, value)
    return found.asked.toggled(key, value)


def _spelled_out(found: Found) -> Criteria:
    """The search with its place and treden as filters and only its tasks as text."""
    return replace(found.criteria, q=asked_text(found.reading) if found.reading else "", pagina=1)


def chips(found: Found, to: _To) -> Iterable[Link]:
    """Each filter that is on, with the search without it."""
    criteria, words = found.criteria, found.snapshot.words
    labels: dict[str, dict[str | int, str]] = {
        "werkvorm": {key: (groepen().get(key) or werkvormen()[key]).label for key in criteria.werkvorm},
        "dienst": {slug: words.services[slug].label for slug in criteria.dienst},
        "gemeente": {nis: f"werkt in {words.gazetteer.names[nis]}" for nis in criteria.gemeente},
        "regio": {slug: f"regio {words.gazetteer.region_names[slug]}" for slug in criteria.regio},
        "trede": {n: f"trede {n}: {treden()[n].naam}" for n in criteria.trede},
        "samenwerking": {key: SAMENWERKING[key] for key in criteria.samenwerking},
    }
    for key, values in labels.items():
        if len(values) > MOST_CHIPS:
            asked = _spelled_out(found) if key in found.recognised else found.asked
            gone: dict[str, Any] = {key: (), "pagina": 1}
            yield Link(f"{len(values)} {MANY[key]}", to(replace(asked, **gone)))
            continue
        for value, label in values.items():
            yield Link(label, to(_without(found, key, value)))
    if criteria.rond:
        label = f"rond {criteria.rond.label}"
        if criteria.straal is not None:
            label = f"binnen {number(criteria.straal)} km van {criteria.rond.label}"
        before = _spelled_out(found) if "rond" in found.recognised else found.asked
        yield Link(label, to(replace(before, rond=None, rond_text="", straal=None, pagina=1)))
    if criteria.bevestigd:
        yield Link(
            f"bevestigd in de laatste {criteria.bevestigd} maanden",
            to(replace(found.asked, bevestigd=None, pagina=1)),
        )
    if criteria.letterlijk and criteria.q:
        yield Link("letterlijk gezocht", to(replace(found.asked, letterlijk=False, pagina=1)))


def _chosen(criteria: Criteria) -> int:
    """How many filters are on."""
    others = (criteria.rond, criteria.bevestigd, criteria.letterlijk and criteria.q)
    return sum(len(getattr(criteria, key)) for key in MANY) + sum(map(bool, others))


def pager(found: Found, to: _To) -> Pager:
    """Links to the pages around this one, the first and the last."""
    return paging.pager(
        found.criteria.pagina, found.pages, lambda number: to(replace(found.asked, pagina=number))
    )


def nobody_shown(found: Found) -> NobodyShown:
    """What stands where nobody fits: why, who does it together, and services to go on with."""
    loosened, words = found.loosened, found.snapshot.words
    together = together_words(loosened.together) if loosened.together else ""
    partners = loosened.together.partners if loosened.together and together else ()
    return NobodyShown(
        lead=lead(found),
        together=together,
        partners=tuple(
            Link(
                partner.hit.entry.name,
                url_for("directory.entry", slug=partner.hit.entry.slug),
                hint=tasks_of(partner),
            )
            for partner in partners
        ),
        services=tuple(
            Link(words.services[slug].label.lower(), url_for("directory.service", slug=slug))
            for slug in loosened.nearest or loosened.usual
        ),
        services_before="Zocht u" if loosened.nearest else where_usual(found),
        services_joined="of" if loosened.nearest else "en",
        services_after="?" if loosened.nearest else ".",
    )


def links_for(endpoint: str, pairs: Iterable[tuple[str, str]]) -> str:
    """A page with the given parameters."""
    return f"{url_for(endpoint)}?{urlencode(list(pairs))}"
