"""From the spans of a question to terms: who answers each, as service, kind or by own words."""

from dataclasses import replace

from catalogue.search import weights
from catalogue.search.language import language
from catalogue.search.lexicon import Lexicon
from catalogue.search.own import OwnSearch
from catalogue.search.question import Parsed
from catalogue.search.services import (
    by_cpv,
    holding,
    is_whole_name_of_service,
    match_name,
    match_phrase,
    with_object,
)
from catalogue.search.spans import Span, spans_of
from catalogue.search.types import OwnMatch, ServiceMatch, ServiceMatchKind, Term


def build_terms(parsed: Parsed, lexicon: Lexicon, own: OwnSearch) -> tuple[Term, ...]:
    """Return the terms of a question in the order of its words, numbers and codes last."""
    terms: list[Term] = []
    for span in spans_of(parsed, lexicon, own):
        term = _term(span, parsed.text, lexicon, own)
        if span.words[0].either and terms:
            terms[-1] = _either(terms[-1], term)
        else:
            terms.append(term)
    if parsed.whole_name and terms:
        terms[0] = replace(terms[0], own={**terms[0].own, **own.called(parsed.whole_name)})
    for raw, code in parsed.codes:
        terms.append(Term(raw, services=by_cpv(lexicon, code)))
    for raw, digits in parsed.numbers:
        match = OwnMatch(weights.NUMMER, "nummer", raw)
        terms.append(Term(raw, own=dict.fromkeys(own.postings.ids("nummer", digits), match)))
    return tuple(terms)


def _term(span: Span, text: str, lexicon: Lexicon, own: OwnSearch) -> Term:
    words = sorted((*span.words, *span.objects, *span.beside), key=lambda word: word.start)
    phrase = span.phrase
    objects = [word.word for word in span.objects]
    services: tuple[ServiceMatch, ...]
    loose: tuple[str, ...] = ()
    kinds = lexicon.kinds.get(lexicon.kind_key(phrase), ())
    if span.words[0].general and not is_whole_name_of_service(lexicon, phrase):
        return Term(
            text[words[0].start : words[-1].end], services=holding(lexicon, phrase[0]), werkvormen=kinds
        )
    if objects:
        services, loose = with_object(lexicon, phrase, objects, _object_kind(span)), tuple(objects)
    elif kinds or own.is_whole_name(phrase):
        services = match_name(lexicon, phrase)
    else:
        services, loose = match_phrase(lexicon, phrase)
    named = {match.slug for match in services if match.kind in ("dienst", "synoniem") and not match.is_free}
    loose = (*loose, *(word.word for word in span.beside))
    found = {**own.match([*phrase, *objects], named, bool(services))}
    own.add_free(services, found)
    about = own.about(loose)
    if span.beside:
        # Who says both the activity and what it is done to answers the whole question.
        for number in found.keys() & about.keys():
            weight = max(found[number].weight, weights.SAYS_WHOLE)
            found[number] = replace(found[number], weight=weight)
    return Term(
        text=text[words[0].start : words[-1].end],
        services=tuple(match for match in services if not match.is_free),
        werkvormen=kinds,
        samenwerking=tuple({way for word in phrase if (way := language().cooperation.get(word))}),
        own=found,
        loose=loose,
        about=about,
    )


def _object_kind(span: Span) -> ServiceMatchKind | None:
    """Say what a service is to a question that names it with an object that it does not know."""
    kinds: dict[str, ServiceMatchKind | None] = {
        "van": "ruimer",
        "voor": None,
        "waar": None,
        "met": None,
        "": "deel",
    }
    return kinds[span.objects[0].attached]


def _either(first: Term, second: Term) -> Term:
    """Put two terms around 'of' together: who answers one, answers."""
    services = {match.slug: match for match in second.services}
    for match in first.services:
        if match.slug not in services or services[match.slug].weight <= match.weight:
            services[match.slug] = match
    own = dict(second.own)
    for number, found in first.own.items():
        if number not in own or own[number].weight <= found.weight:
            own[number] = found
    return replace(
        first,
        text=f"{first.text} of {second.text}",
        services=tuple(sorted(services.values(), key=lambda match: (-match.weight, match.slug))),
        werkvormen=tuple(dict.fromkeys([*first.werkvormen, *second.werkvormen])),
        samenwerking=tuple(dict.fromkeys([*first.samenwerking, *second.samenwerking])),
        own=own,
    )
