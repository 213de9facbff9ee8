"""What the clause room asks of the catalogue: what a buyer's words mean, and who does it there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from catalogue.clauses.defaults import defaults
from catalogue.clauses.question import Meant, Named, Place, Question, Task
from catalogue.clauses.rules import limits
from catalogue.clauses.supply import Elsewhere, Holding, Supplier, Supply, TaskCount
from catalogue.clauses.supply_shown import NAMED
from catalogue.directory.entries import Entry
from catalogue.directory.live import Directory
from catalogue.directory.suppliers import (
    Nearby,
    Served,
    left_out,
    nearby_suppliers,
    suppliers,
)
from catalogue.directory.vocabulary import Words
from catalogue.models.organisation import Art15Status
from catalogue.search.types import PlaceReading, Term

# These count for a reservation by what they are.
MAATWERK = "maatwerkbedrijf"
# How a service answers a word by its own name, and by no more than a part of it.
BY_NAME = ("dienst", "synoniem")
BY_PART = "deel"


def find_meant(directory: Directory, text: str) -> Meant:
    """Say what a buyer's words mean: a name or code of ours at once, else as /zoeken would read them."""
    words = directory.current().words
    exactly = partial(_exactly, words)
    if task := exactly(text):
        return Meant((task,))
    parts = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
    tasks = [task for part in parts if (task := exactly(part))]
    if len(tasks) == len(parts):
        return Meant(tuple(tasks))
    reading = directory.index.search(text, words.search)
    place = _place_read(words, reading.place) if reading.place else None
    found: list[Task] = []
    unknown: list[str] = []
    loose: list[str] = []
    for term in reading.terms:
        if slugs := _services_of(term):
            found.append(_task(words, term.text, slugs, read=term))
        elif term.werkvormen or term.samenwerking:
            loose.append(term.text)
        else:
            unknown.append(term.text)
    return Meant(tuple(found), tuple(unknown), tuple(loose), place)


def find_place(directory: Directory, text: str) -> Place | None:
    """Say which gemeenten a word means: gemeente, deelgemeente, postcode, old name or region."""
    gazetteer = directory.current().words.gazetteer
    if match := gazetteer.resolve(text):
        return Place(tuple(Named(nis, gazetteer.names[nis]) for nis in match.nis))
    bare = re.sub(
        r"^(?:(?:de|het)\s+)?(?:(?:regio|streek|provincie)\s+)?", "", text.strip(), flags=re.IGNORECASE
    )
    region = gazetteer.region(text) or gazetteer.region(bare)
    if region is None:
        return None
    inside = [Named(nis, gazetteer.names[nis]) for nis in region.gemeenten if nis in gazetteer.names]
    return Place(tuple(sorted(inside, key=lambda gemeente: gemeente.label)), region.naam)


def find_supply(directory: Directory, question: Question) -> Supply | None:
    """Find who can do all of it, and where; None where task or place is not known."""
    if not question.has_place_and_task:
        return None
    # Works ask for the recognition of every supplier; elsewhere only those that are shown say theirs.
    read = None if question.is_works else NAMED
    per_task = [
        suppliers(directory, task.keys, question.nis, recognitions_of=read) for task in question.taken
    ]
    found = tuple(_joined(per_task))
    supply = Supply(question.gemeenten, found, taken=_task_counts(question, per_task))
    if supply.aantal >= defaults().groen:
        return supply
    nearby = [nearby_suppliers(directory, task.keys, question.nis) for task in question.taken]
    words = directory.current().words
    return Supply(
        question.gemeenten,
        found,
        taken=supply.taken,
        left_out=sum(left_out(directory, task.keys, question.nis) for task in question.taken[:1]),
        buren=tuple(_neighbours(words, nearby)),
        ruimer=tuple(_wider(words, nearby)),
        ruimere_dienst=_broader(words, question.taken),
    )


def is_proven(entry: Entry) -> bool:
    """Whether its share of art. 15 is proven and, where the figure is known, large enough."""
    enough = entry.art15_percent is None or entry.art15_percent >= limits().min_aandeel
    return enough and entry.art15_status == Art15Status.RECOGNISED


def _exactly(words: Words, text: str) -> Task | None:
    slugs = words.find_services(text)
    return _task(words, text, slugs) if slugs else None


def _services_of(term: Term) -> tuple[str, ...]:
    """The services a term means itself; where none has its name, those that share most of it."""
    for kinds in (BY_NAME, (BY_PART,)):
        named = [match for match in term.services if match.kind in kinds]
        if named:
            either = kinds is BY_NAME and " of " in term.text
            best = max(match.weight for match in named)
            return tuple(match.slug for match in named if either or match.weight == best)
    return ()


def _task(words: Words, text: str, slugs: Sequence[str], read: Term | None = None) -> Task:
    """A task of these services; one that lies under another of them is left to that one."""
    meant = [slug for slug in slugs if not set(words.broader_of(slug)) & set(slugs)]
    below = sorted(
        {under for slug in meant for under in words.narrower[slug]} - set(meant),
        key=lambda slug: words.services[slug].label,
    )
    above = [wider for slug in meant for wider in words.broader_of(slug)]
    return Task(
        woorden=read.corrected_from or read.text if read else text,
        diensten=tuple(Named(slug, words.services[slug].label) for slug in meant),
        gids=tuple(dict.fromkeys([*meant, *above])),
        cpv=_cpv(words, text, meant),
        smaller=tuple(words.services[slug].label for slug in below),
        gelezen=read.text if read and read.corrected_from else "",
        los=read.loose if read else (),
    )


def _cpv(words: Words, text: str, slugs: Sequence[str]) -> tuple[str, ...]:
    """The CPV codes of services; a whole code that the buyer gave comes first."""
    codes = [code for slug in slugs for code in words.services[slug].cpv]
    given = re.fullmatch(r"([0-9]{8})(?:-[0-9])?", text.strip())
    if given:
        known = next((code for code in codes if code.startswith(given[1])), text.strip())
        codes.insert(0, known)
    return tuple(dict.fromkeys(codes))


def _place_read(words: Words, place: PlaceReading) -> Place:
    names = words.gazetteer.names
    region = words.gazetteer.region_names.get(place.regio or "", "")
    return Place(tuple(Named(nis, names[nis]) for nis in place.nis), region)


def _joined(per_task: Sequence[Sequence[Served]]) -> Iterator[Supplier]:
    """Those that do every task somewhere, each with the gemeenten where it does them all."""
    if len(per_task) == 1:
        yield from (_supplier(one, one.gemeenten, one.assumed) for one in per_task[0] if one.gemeenten)
        return
    others = [{one.entry.id: one for one in served} for served in per_task[1:]]
    for first in per_task[0]:
        both = [first, *(served[first.entry.id] for served in others if first.entry.id in served)]
        gemeenten = frozenset.intersection(*(one.gemeenten for one in both))
        if len(both) == len(per_task) and gemeenten:
            assumed = frozenset[str]().union(*(one.assumed for one in both)) & gemeenten
            yield _supplier(first, gemeenten, assumed)


def _supplier(served: Served, gemeenten: frozenset[str], assumed: frozenset[str]) -> Supplier:
    entry = served.entry
    held = tuple(
        Holding(one.kind, one.klass, one.valid_until, defaults().is_works_recognition(one.kind, one.klass))
        for one in served.recognitions
    )
    return Supplier(
        slug=entry.slug,
        naam=entry.name,
        gemeenten=gemeenten,
        aangenomen=assumed,
        is_maatwerk=MAATWERK in entry.werkvormen,
        art15_bewezen=is_proven(entry),
        is_declared=entry.art15_status == Art15Status.DECLARED,
        bevestigd_op=entry.confirmed_on,
        erkenningen=held,
    )


def _task_counts(question: Question, per_task: Sequence[Sequence[Served]]) -> tuple[TaskCount, ...]:
    """How many do each task everywhere; only where several are asked."""
    if len(per_task) < 2:
        return ()
    wanted = frozenset(question.nis)
    found = []
    for task, served in zip(question.taken, per_task, strict=True):
        there = [_supplier(one, one.gemeenten, one.assumed) for one in served if one.gemeenten >= wanted]
        found.append(TaskCount(task.label, tuple(there)))
    return tuple(found)


def _neighbours(words: Words, nearby: Sequence[Nearby]) -> Iterator[Elsewhere]:
    """Who does it in a gemeente nearby; with several tasks, those that do the first."""
    for one in nearby[0].neighbours:
        label = words.gazetteer.names[one.nis]
        yield Elsewhere(one.entry.slug, one.entry.name, label, one.km, one.is_assumed)


def _wider(words: Words, nearby: Sequence[Nearby]) -> Iterator[Elsewhere]:
    for one in nearby[0].wider:
        label = words.services[one.service].label
        yield Elsewhere(one.entry.slug, one.entry.name, label, None, one.is_assumed)


def _broader(words: Words, tasks: Sequence[Task]) -> Named | None:
    above = words.broader_of(tasks[0].diensten[0].key)
    return Named(above[0], words.services[above[0]].label) if above else None
