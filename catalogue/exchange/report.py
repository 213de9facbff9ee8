"""Exchange: what a file did, or would do, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from catalogue.curation.entrydata import EntryData
from catalogue.exchange.plan import Plan
from catalogue.exchange.problems import Doubt, Refusal

# How the fields of an entry are called in a report.
FIELD_NAMES = {
    "name": "naam",
    "former_names": "voorheen",
    "ondernemingsnummer": "ondernemingsnummer",
    "website": "website",
    "email": "email",
    "phone": "telefoon",
    "description": "omschrijving",
    "free_services": "vrije diensten",
    "source": "bron",
    "zekerheid": "zekerheid",
    "status": "status",
    "confirmed_on": "bevestigd_op",
    "werkvormen": "werkvorm of trede",
    "recognitions": "erkenningen",
    "sites": "vestigingen",
    "offers": "diensten en werkgebied",
}


def differences(before: EntryData, after: EntryData) -> list[str]:
    """Which parts of an entry differ, as a report calls them."""
    return [
        FIELD_NAMES.get(f.name, f.name)
        for f in fields(EntryData)
        if f.compare and getattr(before, f.name) != getattr(after, f.name)
    ]


def lines(plan: Plan, *, done: bool) -> Iterator[str]:
    """The report line by line; `done` tells whether it was written."""
    if plan.refusals:
        yield f"Geweigerd: {_count(len(plan.refusals), 'fout', 'fouten')}. Er is niets gewijzigd."
        yield from _listed(plan.refusals)
    else:
        yield (
            f"{_count(plan.rows, 'rij', 'rijen')}, {_count(len(plan.steps), 'organisatie', 'organisaties')}: "
            f"{len(plan.new)} nieuw, {len(plan.changed)} gewijzigd, {plan.same} ongewijzigd."
        )
        for step in plan.new:
            yield f"  nieuw: {step.after.name}"
        for step in plan.changed:
            if step.before:
                yield f"  gewijzigd: {step.after.name} ({', '.join(differences(step.before, step.after))})"
        if not done:
            yield "Dit was een proef: er is niets bewaard."
    if plan.doubts:
        yield f"Na te kijken: {len(plan.doubts)}."
        yield from _listed(plan.doubts)


def _listed(problems: Sequence[Refusal] | Sequence[Doubt]) -> Iterator[str]:
    for problem in problems:
        yield f"  regel {problem.line}, {problem.column}: {problem.reason}"


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
