"""What a page says where nobody fits: who does it together, which word nobody names, where to go on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from catalogue.directory.find import Found
from catalogue.directory.loosen import FILTERS
from catalogue.directory.sentence import filter_words, place_words
from catalogue.directory.together import TOGETHER, Partner, Together
from catalogue.search.analysis import stem
from catalogue.search.analysis import words as words_of
from catalogue.search.types import Term
from catalogue.web.words import enumerate_words

# So many services are named for words that did not count.
SERVICES = 2


def lead(found: Found) -> str:
    """The first words under a search without results."""
    unknown, together = found.loosened.unknown, found.loosened.together
    terms = found.reading.terms if found.reading else ()
    said = []
    if unknown and not found.alternatives:
        named = _quoted(unknown, "of")
        said.append(f"Niemand in de catalogus doet dit: geen enkele organisatie noemt {named}.")
    elif unknown:
        said.append(f"Niemand in de catalogus noemt {_quoted(unknown, 'of')}.")
        if rest := [term.text for term in terms if term.text not in unknown]:
            said.append(f"Hieronder staat wie de rest van uw vraag doet: {enumerate_words(rest)}.")
    if together:
        said += _shared_out(found, together)
    elif found.alternatives and not unknown:
        said.append("Niemand past precies bij deze vraag. Hieronder staat wie er dichtbij komt.")
    elif not said:
        has_task = bool(terms or found.criteria.dienst)
        said.append("Niemand in de catalogus doet dit." if has_task else "Niemand past bij deze filters.")
    return " ".join(said)


def _shared_out(found: Found, together: Together) -> list[str]:
    where = place_words(found.criteria, found.snapshot.words)
    both = len(together.tasks) == 2
    if len(together.not_here) == len(together.tasks):
        return [f"Niemand doet {'een van beide' if both else 'iets hiervan'} {where}."]
    said = [f"Niemand doet {'beide' if both else 'dit alles'}{f' {where}' if where else ''}."]
    if together.not_here:
        said.append(f"Voor {enumerate_words(together.not_here, 'of')} is er niemand {where}.")
    if together.nobody:
        filtered = any(filter_words(found.criteria, name) for name in FILTERS)
        within = "met deze filters" if filtered else "in de catalogus"
        said.append(f"Voor {enumerate_words(together.nobody, 'of')} is er niemand {within}.")
    return said


def together_words(together: Together) -> str:
    """What stands before the partners; empty where they do not do all of it."""
    if not together.is_whole or len(together.partners) < 2:
        return ""
    if together.without:
        return f"{together.without[0].upper()}{together.without[1:]} kan het samen:"
    if len(together.not_here) == len(together.tasks):
        return "Samen kan het, van verder weg:"
    return "Samen kan het, deels van verder weg:" if together.not_here else "Samen kan het:"


def tasks_of(partner: Partner) -> str:
    """What a partner does, and from how far where it is not there."""
    said = partner.hit.loosened.split(TOGETHER, 1)[-1]
    return re.sub(r", (?:buurgemeente|verder weg), (\d+ km) \((?!werkt)(.+)\)$", r" in \2, op \1", said)


def _quoted(words: Sequence[str], last: str) -> str:
    return enumerate_words([f"‘{word}’" for word in words], last)


def where_usual(found: Found) -> str:
    """What stands before the services that most do there."""
    where = place_words(found.criteria, found.snapshot.words)
    return f"Wat u {where or 'in de catalogus'} wel vindt:"


def not_counted(found: Found) -> str:
    """The words of the question that did not narrow, in one line; empty where every word did."""
    terms = [term for term in found.reading.terms if term.loose] if found.reading and found.total else []
    if not terms:
        return ""
    words = list(dict.fromkeys(word for term in terms for word in _written(term)))
    labels = found.snapshot.words.services
    best = dict.fromkeys(
        labels[match.slug].label.lower()
        for term in terms
        for match in term.services[:SERVICES]
        if match.weight == term.services[0].weight
    )
    verb = "telde" if len(words) == 1 else "telden"
    line = f"{_quoted(words, 'en')} {verb} niet mee"
    line += f": dit is iedereen voor {enumerate_words(list(best), 'of')}." if best else "."
    named = {id_ for term in terms for id_ in term.about}
    if any(hit.entry.id in named for hit in found.hits):
        line += f" Wie {'het woord' if len(words) == 1 else 'die woorden'} zelf noemt, staat vooraan."
    return line


def _written(term: Term) -> Iterator[str]:
    """The loose words of a term as they stand in it: "kantoor" of "kantoorschoonmaak"."""
    typed = words_of(term.text)
    for loose in term.loose:
        whole = next((word for word in typed if loose in (word, stem(word))), "")
        part = next(
            (
                word[:end]
                for word in typed
                for end in range(len(word) - 1, 2, -1)
                if loose in (word[:end], stem(word[:end]))
            ),
            loose,
        )
        yield whole or part
