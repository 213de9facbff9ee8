"""Curation: a service of the vocabulary as one value in normal form, and what can be wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from catalogue.curation.cpv import tidy_cpv
from catalogue.curation.entrydata import distinct, line
from catalogue.curation.names import slug_of
from catalogue.exchange.known import word_key

LABEL_LENGTH, NAME_LENGTH, SLUG_LENGTH, SENTENCE_LENGTH = 120, 80, 80, 300
MAX_SYNONYMS, MAX_CPV = 150, 40


@dataclass(frozen=True, slots=True)
class ServiceData:
    """A service as it is or must become; `broader` is the slug of the service above it."""

    slug: str
    label: str
    sentence: str = ""
    synonyms: tuple[str, ...] = ()
    cpv: tuple[str, ...] = ()
    category: str = ""
    broader: str | None = None


# The fields of a service in the order in which a person reads them.
LABELS: Mapping[str, str] = {
    "label": "Naam",
    "sentence": "Zin",
    "synonyms": "Synoniemen",
    "cpv": "CPV-codes",
    "category": "Categorie",
    "broader": "Bredere dienst",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field; `other` is the slug of the service that stands in the way."""

    field: str
    reason: str
    other: str = ""


class VocabularyError(ValueError):
    """A service that cannot be kept, with everything that is wrong with it."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(" ".join(fault.reason for fault in faults))
        self.faults = faults


def tidy(data: ServiceData) -> ServiceData:
    """The service in normal form; a CPV code that is none stays as it was typed."""
    label = line(data.label)
    return replace(
        data,
        label=label,
        sentence=line(data.sentence),
        synonyms=distinct(data.synonyms, without=label),
        cpv=tuple(dict.fromkeys(map(_tidy_code, filter(str.strip, data.cpv)))),
        broader=data.broader or None,
    )


def _tidy_code(text: str) -> str:
    try:
        return tidy_cpv(text)
    except ValueError:
        return text.strip()


def faults(
    data: ServiceData, known: Mapping[str, ServiceData], in_category: Collection[str]
) -> tuple[Fault, ...]:
    """What is wrong with a service in normal form, beside all others as they are."""
    return tuple(_faults(data, known, in_category))


def _faults(
    data: ServiceData, known: Mapping[str, ServiceData], in_category: Collection[str]
) -> Iterator[Fault]:
    others = _named([other for other in known.values() if other.slug != data.slug])
    if not word_key(data.label):
        yield Fault("label", "Geef de dienst een naam, met letters of cijfers.")
    elif len(data.label) > LABEL_LENGTH:
        yield Fault("label", f"Een naam telt hoogstens {LABEL_LENGTH} tekens.")
    else:
        yield from _taken("label", data.label, others)
    if len(data.sentence) > SENTENCE_LENGTH:
        yield Fault("sentence", f"De zin telt hoogstens {SENTENCE_LENGTH} tekens.")
    if len(data.synonyms) > MAX_SYNONYMS:
        yield Fault("synonyms", f"Een dienst heeft hoogstens {MAX_SYNONYMS} synoniemen.")
    for word in data.synonyms[:MAX_SYNONYMS]:
        if len(word) > NAME_LENGTH or not word_key(word) or re.search("[;|]", word):
            yield Fault(
                "synonyms",
                f"‘{word[:NAME_LENGTH]}’ kan geen synoniem zijn: een woord of enkele woorden op een regel,"
                " zonder puntkomma of streep.",
            )
        else:
            yield from _taken("synonyms", word, others)
    if len(data.cpv) > MAX_CPV:
        yield Fault("cpv", f"Een dienst heeft hoogstens {MAX_CPV} CPV-codes.")
    for code in data.cpv[:MAX_CPV]:
        try:
            tidy_cpv(code)
        except ValueError as error:
            yield Fault("cpv", str(error))
    if data.category not in in_category:
        yield Fault("category", "Kies een categorie.")
    yield from _circle(data, known)


def _named(others: Iterable[ServiceData]) -> dict[str, list[tuple[ServiceData, str]]]:
    """What other services are called, by word_key: each with how (naam, synoniem)."""
    called: dict[str, list[tuple[ServiceData, str]]] = {}
    for other in others:
        names = {word_key(other.label), word_key(other.slug)}
        synonyms = set(map(word_key, other.synonyms)) - names
        for key, how in (*((key, "de naam") for key in names), *((key, "een synoniem") for key in synonyms)):
            called.setdefault(key, []).append((other, how))
    return called


def _taken(field: str, name: str, others: Mapping[str, list[tuple[ServiceData, str]]]) -> Iterator[Fault]:
    """A word leads to one service: what another is called cannot lead to this one too."""
    for other, how in others.get(word_key(name), ()):
        yield Fault(field, f"‘{name}’ is al {how} van de dienst ‘{other.label}’.", other.slug)


def _circle(data: ServiceData, known: Mapping[str, ServiceData]) -> Iterator[Fault]:
    above, seen = data.broader, {data.slug}
    if above is not None and above not in known:
        yield Fault("broader", "De bredere dienst bestaat niet meer.")
    while above is not None and above in known:
        if above in seen:
            yield Fault("broader", "Een dienst kan niet onder zichzelf staan, ook niet langs een andere om.")
            return
        seen.add(above)
        above = known[above].broader


def new_slug(label: str, known: Collection[str]) -> str:
    """The address of a new service; it stays, however the service is renamed."""
    base = slug_of(line(label))[: SLUG_LENGTH - 4].rstrip("-")
    slug, number = base, 2
    while slug in known:
        slug, number = f"{base}-{number}", number + 1
    return slug


def joined(known: Mapping[str, ServiceData], source: str, target: str) -> ServiceData:
    """What the target of a merge becomes: the names and codes of both."""
    gone, kept = known[source], known[target]
    return tidy(
        replace(
            kept,
            synonyms=(*kept.synonyms, gone.label, *gone.synonyms),
            cpv=(*kept.cpv, *gone.cpv),
            # Under the one that goes, it comes to stand where that stood.
            broader=gone.broader if kept.broader == source else kept.broader,
        )
    )


def service_json(service: ServiceData) -> dict[str, Any]:
    """A service as plain JSON."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(service).items()}


def service_from_json(data: Mapping[str, Any]) -> ServiceData:
    """The service that service_json() wrote."""
    known: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in data.items()
        if key in ServiceData.__dataclass_fields__
    }
    return ServiceData(**known)
