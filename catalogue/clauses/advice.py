"""From a question and the supply to the advice: limits, verdicts, effort, warnings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from catalogue.clauses.amounts import dutch_date, dutch_euro, dutch_inside, dutch_list, dutch_number
from catalogue.clauses.bar import Bar, bar
from catalogue.clauses.defaults import Defaults, defaults
from catalogue.clauses.effort import Effort, effort
from catalogue.clauses.question import Question
from catalogue.clauses.reasons import say
from catalogue.clauses.rules import Instrument, instruments
from catalogue.clauses.supply import Supply
from catalogue.clauses.texts import ClauseText, clause_text
from catalogue.clauses.thresholds import Thresholds, thresholds
from catalogue.clauses.verdicts import NIET_MOGELIJK, OORDELEN, RULES, Case

# The inputs for which we put our own default.
DEFAULTED = ("duur_maanden", "arbeidsaandeel", "inspanning", "uurkost")


@dataclass(frozen=True)
class Verdict:
    """What we say about one instrument, with the article to cite and at least one reason."""

    instrument: Instrument
    oordeel: str
    artikel: str
    redenen: tuple[str, ...]
    # What is not sure about it, and its source: for the special sectors without classic articles.
    na_te_kijken: tuple[str, ...]
    bron: str

    @property
    def sleutel(self) -> str:
        return self.instrument.key


@dataclass(frozen=True)
class Assumption:
    """A field that the buyer left open, and the value of ours that stands in for it."""

    veld: str
    naam: str
    waarde: str


@dataclass(frozen=True)
class Advice:
    """The whole answer to one question."""

    question: Question
    limits: Thresholds
    supply: Supply | None
    effort: Effort
    verdicts: tuple[Verdict, ...]
    assumptions: tuple[Assumption, ...]
    warnings: tuple[str, ...]
    rules: Defaults

    @cached_property
    def bar(self) -> Bar:
        return bar(self.question, self.limits)

    @cached_property
    def text(self) -> ClauseText | None:
        """The text of the instrument that was asked for; None where none was asked or the law shuts it."""
        key = self.question.instrument
        if key is None or self.shut:
            return None
        return clause_text(key, self.question, self.limits, self.effort)

    @property
    def shut(self) -> Verdict | None:
        """The instrument whose text was asked for while the law shuts it; there is no text then."""
        asked = self.verdict(self.question.instrument) if self.question.instrument else None
        return asked if asked and asked.oordeel == NIET_MOGELIJK else None

    @property
    def supply_notes(self) -> tuple[str, ...]:
        """Why supply is thin, and where there is more; nothing where there is enough."""
        if self.supply is None or self.supply.aantal >= self.rules.groen:
            return ()
        return tuple(_thin(self.supply))

    @property
    def oordeel(self) -> str | None:
        """The colour of the supply; None where it was not looked up."""
        return self.supply.oordeel(self.rules) if self.supply else None

    def verdict(self, sleutel: str) -> Verdict:
        return next(verdict for verdict in self.verdicts if verdict.sleutel == sleutel)


def advise(question: Question, supply: Supply | None) -> Advice:
    """Answer a question; `supply` is what the catalogue holds, None where service or place is missing.

    Raises TooEarlyError where the launch date lies before the first period we know.
    """
    rules = defaults()
    limits = thresholds(question.soort, question.aanbesteder, question.datum)
    case = Case(question, limits, supply, effort(question, rules), rules)
    verdicts = _verdicts(case)
    return Advice(
        question=question,
        limits=limits,
        supply=supply,
        effort=case.effort,
        verdicts=verdicts,
        assumptions=_assumptions(question),
        warnings=tuple(_warnings(case) + _no_text(question, verdicts)),
        rules=rules,
    )


def _verdicts(case: Case) -> tuple[Verdict, ...]:
    """Judge every instrument; best verdict first, equals in the order of the file."""
    found = []
    for key, instrument in instruments().items():
        finding = RULES[key](case)
        article = instrument.article(case.question.soort, case.question.aanbesteder)
        checks, source = instrument.na_te_kijken, instrument.bron
        if case.question.is_special_sector:
            checks, source = (say("tekst-speciaal"),), say("tekst-bron-speciaal")
        found.append(Verdict(instrument, finding.oordeel, article, finding.redenen, checks, source))
    return tuple(sorted(found, key=lambda verdict: OORDELEN.index(verdict.oordeel)))


def _assumptions(question: Question) -> tuple[Assumption, ...]:
    return tuple(
        Assumption(field, say(f"veld-{field}"), dutch_number(getattr(question, field)))
        for field in DEFAULTED
        if field in question.assumed
    )


def _warnings(case: Case) -> list[str]:
    question, limits = case.question, case.limits
    found = []
    if limits.is_after_last_period:
        found.append(say("w-na-laatste-periode", datum=dutch_date(limits.geldig_tot)))
    if "datum" in question.assumed:
        found.append(say("w-datum-vandaag", datum=dutch_date(question.datum)))
    if question.is_special_sector:
        found += [say("w-speciaal"), say("uitnodiging-speciaal")]
    found += [
        say("w-onzeker", bedrag=say(f"grens-{name}"), grens=dutch_euro(getattr(limits, name)))
        for name in sorted(limits.unsure)
    ]
    if case.effort.uren == 0:
        found.append(say("w-geen-uren"))
    return found + (_no_supply(question) if case.supply is None else _supply_warnings(case, case.supply))


def _no_text(question: Question, verdicts: tuple[Verdict, ...]) -> list[str]:
    return [
        say("w-geen-tekst", instrument=verdict.instrument.label, reden=verdict.redenen[0])
        for verdict in verdicts
        if verdict.sleutel == question.instrument and verdict.oordeel == NIET_MOGELIJK
    ]


def _no_supply(question: Question) -> list[str]:
    if question.has_place_and_task:
        return [say("w-aanbod-niet-gezocht")]
    if question.dienst is not None:
        return [say("w-aanbod-geen-gemeente")]
    return [say("w-aanbod-geen-dienst" if question.gemeenten else "w-aanbod-geen-van-beide")]


def _thin(supply: Supply) -> list[str]:
    found = []
    if supply.left_out == 1:
        found.append(say("w-weggelaten-een"))
    elif supply.left_out:
        found.append(say("w-weggelaten", aantal=str(supply.left_out)))
    if broader := supply.broader:
        count = {0: "-geen", 1: "-een"}.get(broader.aantal, "")
        label = dutch_inside(broader.service.label)
        found.append(say(f"w-ruimer{count}", dienst=label, aantal=str(broader.aantal)))
    return found


def _supply_warnings(case: Case, supply: Supply) -> list[str]:
    found = []
    if supply.aangenomen == 1:
        found.append(say("w-aangenomen-een"))
    elif supply.aangenomen:
        found.append(say("w-aangenomen", aantal=str(supply.aangenomen)))
    if case.rules.oranje <= case.reservable < case.rules.groen:
        found.append(say("w-voorbehoud-een"))
    if supply.needs_lots:
        parts = [
            say("w-perceel-deel", gemeente=gemeente.label, aantal=str(supply.per_gemeente[gemeente.key]))
            for gemeente in supply.gemeenten
        ]
        found.append(say("w-percelen", verdeling=dutch_list(parts)))
    if case.question.is_works:
        found.append(say("w-erkenning"))
        found += [
            say("w-erkenning-gekend", namen=supplier.naam, erkenningen=dutch_list(supplier.erkenningen))
            for supplier in supply.suppliers
            if supplier.erkenningen
        ]
    return found
