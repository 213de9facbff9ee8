"""Exchange: what a file would do to the catalogue, and doing it: all rows or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from catalogue.curation import entries
from catalogue.curation.entrydata import EntryData, Locator
from catalogue.curation.names import Names, folded
from catalogue.curation.points import offline
from catalogue.curation.write import Actor, Change, Manner, change, generation
from catalogue.exchange.answers import NO_ANSWERS, Answers
from catalogue.exchange.known import Known
from catalogue.exchange.merge import merge
from catalogue.exchange.problems import Doubt, PlaceQuestion, Refusal, WordQuestion
from catalogue.exchange.reader import RawRow, Table
from catalogue.exchange.records import Record, RecordReader
from catalogue.models import Status

T = TypeVar("T")
BY_FILE = Actor(Manner.IMPORT)
# Shows how far a long list is: gives back what it is given. The text says what is being done.
Progress = Callable[[Sequence[T], str], Iterable[T]]


# The rows of one entry with its id, None for a new one.
_Group = tuple[int | None, list[Record]]


def silent(items: Sequence[T], _what: str) -> Iterable[T]:
    """Progress that nobody looks at."""
    return items


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one entry; `before` is None for a new one."""

    before: EntryData | None
    after: EntryData
    lines: tuple[int, ...]

    @property
    def is_new(self) -> bool:
        """Whether the entry is not in the catalogue yet."""
        return self.before is None

    @property
    def is_changed(self) -> bool:
        """Whether the entry is there and becomes another."""
        return self.before is not None and self.before != self.after


@dataclass(frozen=True)
class Plan:
    """What a file would do. With a refusal it does nothing at all."""

    rows: int
    steps: tuple[Step, ...]
    refusals: tuple[Refusal, ...]
    doubts: tuple[Doubt, ...]
    generation: int
    known: Known = field(repr=False)
    # What somebody can answer, so that a plan made anew refuses or doubts less.
    places: tuple[PlaceQuestion, ...] = ()
    words: tuple[WordQuestion, ...] = ()

    @property
    def new(self) -> tuple[Step, ...]:
        """Entries that are added."""
        return tuple(step for step in self.steps if step.is_new)

    @property
    def changed(self) -> tuple[Step, ...]:
        """Entries that become another."""
        return tuple(step for step in self.steps if step.is_changed)

    @property
    def same(self) -> int:
        """How many entries stay as they are."""
        return len(self.steps) - len(self.new) - len(self.changed)

    @property
    def is_refused(self) -> bool:
        """Whether any row is refused."""
        return bool(self.refusals)


# Why an entry may not be taken in by who brings the file; empty where it may.
Gate = Callable[[Step], str]


def open_gate(_step: Step) -> str:
    """Everything may be taken in."""
    return ""


def plan(
    table: Table,
    *,
    today: date,
    progress: Progress[object] = silent,
    answers: Answers = NO_ANSWERS,
    gate: Gate = open_gate,
) -> Plan:
    """Read the rows against the catalogue as it is now; writes nothing."""
    at = generation()
    known, names = Known.load(), Names.load()
    reader = RecordReader(known, today=today, answers=answers)
    records = [reader.read(row) for row in progress(table.rows, "Rijen lezen")]  # type: ignore[arg-type]
    groups, doubts = _grouped((record for record in records if record), names, answers)
    refusals = list(reader.refusals)
    doubts += reader.doubts
    doubts += [Doubt(1, column, "We kennen deze kolom niet; ze is overgeslagen.") for column in table.foreign]
    doubts += [
        Doubt(line, column, "Deze formule heeft geen uitkomst; de cel is leeg gelezen.")
        for line, column in table.not_computed
    ]
    postcodes = {nis: row.postcodes for nis, row in known.gazetteer.rows.items()}
    current = {entry.id: entry for entry in entries.load([owner for owner, _ in groups if owner])}
    steps = []
    taken: dict[str, int] = {}
    raw = {row.line: row for row in table.rows}
    compared: Iterable[_Group] = progress(groups, "Vergelijken")  # type: ignore[assignment]
    for owner, rows in compared:
        before = current.get(owner)
        shown = replace(before, status=Status.PUBLISHED) if before and owner in answers.revived else before
        merged = merge(shown, rows, postcodes)
        refusals += merged.refusals
        doubts += merged.doubts
        if merged.entry is None:
            continue
        step = Step(before, merged.entry, tuple(row.line for row in rows))
        steps.append(step)
        refusals += _name_taken(step, names, taken)
        refusals += [Refusal(step.lines[0], "naam", reason) for reason in (gate(step),) if reason]
        doubts += _same_number(step, names)
        _ask_unplaced(step, rows, reader, raw)
    return Plan(
        len(table.rows),
        tuple(steps),
        tuple(sorted(refusals)),
        tuple(sorted(doubts)),
        at,
        known,
        tuple(reader.places.values()),
        tuple(reader.words.values()),
    )


def _ask_unplaced(step: Step, rows: Sequence[Record], reader: RecordReader, raw: dict[int, RawRow]) -> None:
    """Ask where a site is that has a street and nothing that says in which gemeente."""
    unplaced = {site.name for site in step.after.sites if site.street and not site.gemeente_nis}
    for row in rows:
        if row.straat and row.vestiging in unplaced:
            reader.ask_place(raw[row.line], is_required=False)


def without(table: Table, planned: Plan, answers: Answers = NO_ANSWERS) -> Table:
    """The table without the rows that are refused, and without other rows of the same entries.

    Half of the rows of an entry would take offers away that the other half has.
    """
    names = Names.load()

    def owner(name: str) -> int | str:
        key = answers.rows_of(name)
        return answers.entry_of(name) or names.current(name) or names.former(name) or key

    lines = {refusal.line for refusal in planned.refusals}
    called = [row.cells.get("naam", "") for row in table.rows if row.line in lines]
    owners = {owner(name) for name in called if name}
    kept = (
        row
        for row in table.rows
        if row.line not in lines and not (owners and owner(row.cells.get("naam", "")) in owners)
    )
    return replace(table, rows=tuple(kept))


def _grouped(records: Iterable[Record], names: Names, answers: Answers) -> tuple[list[_Group], list[Doubt]]:
    """Bring the rows of one entry together: by name, by former name, or by what they call `voorheen`."""
    by_name: dict[str, list[Record]] = {}
    for record in records:
        by_name.setdefault(answers.rows_of(record.naam), []).append(record)
    doubts: list[Doubt] = []
    known: dict[int, list[Record]] = {}
    new: list[_Group] = []
    for rows in by_name.values():
        said = answers.entry_of(rows[0].naam)
        owner = said if said and names.has(said) else _owner(rows, names, doubts)
        if owner:
            known.setdefault(owner, []).extend(rows)
        else:
            new.append((None, rows))
    groups: list[_Group] = [(owner, sorted(rows, key=lambda row: row.line)) for owner, rows in known.items()]
    return sorted(groups + new, key=lambda group: group[1][0].line), doubts


def _owner(rows: Sequence[Record], names: Names, doubts: list[Doubt]) -> int | None:
    """The entry that rows with one name are about; None for a new one."""
    name, line = rows[0].naam, rows[0].line
    by_name = names.current(name)
    former = [(row.line, old) for row in rows for old in row.voorheen or ()]
    others = [(at, found) for at, old in former if (found := names.current(old)) not in (None, by_name)]
    if by_name:
        for at, other in others:
            reason = f"‘{names.name(other)}’ staat ook nog als aparte organisatie in de catalogus."
            doubts.append(Doubt(at, "voorheen", reason))
        return by_name
    if others:
        return others[0][1]
    found = names.former(name)
    if found:
        reason = f"‘{name}’ is een vroegere naam van ‘{names.name(found)}’; daar bijgewerkt."
        doubts.append(Doubt(line, "naam", reason))
        return found
    return next((found for _, old in former if (found := names.former(old))), None)


def _name_taken(step: Step, names: Names, taken: dict[str, int]) -> Iterator[Refusal]:
    """A new name may not be that of another entry, in the catalogue or in this file."""
    name, line = folded(step.after.name), step.lines[0]
    owner = names.current(step.after.name)
    if owner is not None and owner != step.after.id:
        yield Refusal(line, "naam", f"Er is al een organisatie met de naam ‘{names.name(owner)}’.")
    elif name in taken:
        yield Refusal(line, "naam", f"Regel {taken[name]} geeft een andere organisatie dezelfde naam.")
    taken.setdefault(name, line)


def _same_number(step: Step, names: Names) -> Iterator[Doubt]:
    number = step.after.ondernemingsnummer
    other = names.with_number(number)
    if step.before and step.before.ondernemingsnummer == number:
        return
    if other is not None and other != step.after.id:
        reason = f"‘{names.name(other)}’ heeft hetzelfde nummer: misschien is het dezelfde organisatie."
        yield Doubt(step.lines[0], "ondernemingsnummer", reason)


def apply(
    planned: Plan,
    table: Table,
    *,
    today: date,
    by: Actor = BY_FILE,
    locate: Locator | None = None,
    progress: Progress[object] = silent,
) -> Plan:
    """Do what was planned, in one change by this actor; gives the plan as it was done.

    Planned anew where the catalogue changed meanwhile. Writes nothing where the plan is refused or empty.
    """
    if planned.is_refused or not (planned.new or planned.changed):
        return planned
    try:
        with change(by) as under_way:
            if planned.generation != under_way.generation - 1:
                planned = plan(table, today=today)
            if planned.is_refused:
                raise _Stopped
            write(under_way, planned, locate=locate, progress=progress)
    except _Stopped:
        pass
    return planned


def write(
    under_way: Change, planned: Plan, *, locate: Locator | None = None, progress: Progress[object] = silent
) -> None:
    """Write what was planned as part of a change that is under way."""
    after = [step.after for step in planned.steps if step.is_new or step.is_changed]
    writer = entries.Writer(under_way, locate=locate or offline(planned.known.gazetteer), imported=True)
    writer.save_all(progress(after, "Bewaren"))  # type: ignore[arg-type]


class _Stopped(Exception):  # noqa: N818 - no error: it only leaves the change without a trace
    pass
