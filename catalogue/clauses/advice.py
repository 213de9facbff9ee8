"""From a question and the supply to the advice: limits, verdicts, effort, warnings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from catalogue.clauses.amounts import dutch_date, dutch_euro, dutch_inside, dutch_list, dutch_number
from catalogue.clauses.bar import Bar, bar
from catalogue.clauses.defaults import Defaults, defaults
from catalogue.clauses.effort import Effort, effort
from catalogue.clauses.lots import Lot, propose_lots
from catalogue.clauses.question import Question
from catalogue.clauses.reasons import say
from catalogue.clauses.rules import Instrument, instruments
from catalogue.clauses.supply import Supply
from catalogue.clauses.supply_shown import (
    SupplyShown,
    recognition_words,
    supply_shown,
    thin_notes,
    where_words,
)
from catalogue.clauses.texts import ClauseText, clause_text
from catalogue.clauses.thresholds import Thresholds, thresholds
from catalogue.clauses.understood import Answer, understood
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
    # Where it comes from; empty for a value of ours as the file has it.
    herkomst: str = ""


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
    def understood(self) -> tuple[Answer, ...]:
        """Every answer as we read it, ours marked."""
        return understood(self.question, self.rules)

    @property
    def own_defaults(self) -> frozenset[str]:
        """The fields for which a value stands in that whoever runs the site chose."""
        return _own_defaults(self.question, self.rules)

    @cached_property
    def supply_shown(self) -> SupplyShown | None:
        """The suppliers as lines and the gemeenten as rows; None where the supply was not looked up."""
        return supply_shown(self.question, self.supply) if self.supply else None

    @cached_property
    def text(self) -> ClauseText | None:
        """The text of the instrument that was asked for; None where none was asked or the law shuts it."""
        key = self.question.instrument
        if key is None or self.shut:
            return None
        return clause_text(key, self.question, self.limits, self.effort, self.question.cpv)

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


def advise(question: Question, supply: Supply | None, rules: Defaults | None = None) -> Advice:
    """Answer a question; `supply` is what the catalogue holds, None where service or place is missing.

    `rules` are the defaults that the question was read with; None: those of the file.
    Raises TooEarlyError where the launch date lies before the first period we know.
    """
    rules = rules or defaults()
    limits = thresholds(question.soort, question.aanbesteder, question.datum)
    case = Case(question, limits, supply, effort(question, rules), rules)
    verdicts = _verdicts(case)
    return Advice(
        question=question,
        limits=limits,
        supply=supply,
        effort=case.effort,
        verdicts=verdicts,
        assumptions=_assumptions(question, rules),
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


def _own_defaults(question: Question, rules: Defaults) -> frozenset[str]:
    return frozenset(
        field
        for field in DEFAULTED
        if field in question.assumed and rules.is_own(field, question.soort, question.guides)
    )


def _assumptions(question: Question, rules: Defaults) -> tuple[Assumption, ...]:
    own = _own_defaults(question, rules)
    return tuple(
        Assumption(
            field,
            say(f"veld-{field}"),
            dutch_number(getattr(question, field)),
            say("eigen-standaard") if field in own else "",
        )
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
    found += _as_read(question) + _lot_warnings(question, limits)
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


def _as_read(question: Question) -> list[str]:
    """Say which word we read another way, and which did not count."""
    found = [
        say("w-gelezen", woorden=task.woorden, gelezen=task.gelezen)
        for task in question.taken
        if task.gelezen
    ]
    loose = [f"‘{word}’" for word in (*question.los, *(word for task in question.taken for word in task.los))]
    if loose:
        key = "w-niet-geteld" if len(loose) == 1 else "w-niet-geteld-meer"
        found.append(say(key, woorden=dutch_list(loose)))
    return found


def _lot_warnings(question: Question, limits: Thresholds) -> list[str]:
    found = []
    together = sum(question.perceelbedragen, Decimal(0))
    if question.perceelbedragen and together < question.raming:
        amounts = {"som": dutch_euro(together), "raming": dutch_euro(question.raming)}
        found.append(say("w-percelen-minder", **amounts))
    open_until = limits.zonder_bekendmaking
    if question.has_lots and open_until is not None and open_until <= question.raming < limits.europees:
        found.append(say("w-perceel-klein"))
    return found


def _thin(supply: Supply) -> list[str]:
    """Say where to look further, and who was left out."""
    found = list(thin_notes(supply))
    near = [say("w-buur", naam=one.naam, waar=where_words(one)) for one in supply.buren]
    if near:
        found.append(say("w-buren", namen=dutch_list(near)))
    wider: dict[str, list[str]] = {}
    for one in supply.ruimer:
        wider.setdefault(one.wat, []).append(one.naam)
    for label, names in wider.items():
        found.append(say("w-ruimer", dienst=dutch_inside(label), namen=dutch_list(names)))
    return found


def _supply_warnings(case: Case, supply: Supply) -> list[str]:
    found = []
    if supply.aangenomen == 1:
        found.append(say("w-aangenomen-een"))
    elif supply.aangenomen:
        found.append(say("w-aangenomen", aantal=str(supply.aangenomen)))
    if case.rules.oranje <= case.reservable < case.rules.groen:
        found.append(say("w-voorbehoud-een"))
    elif supply.to_verify and not case.reservable:
        found.append(say("w-voorbehoud-na-te-gaan"))
    if supply.needs_task_lots:
        parts = [
            say("w-perceel-deel", gemeente=dutch_inside(task.label), aantal=str(task.aantal))
            for task in supply.taken
        ]
        found.append(say("w-percelen-taken", verdeling=dutch_list(parts)))
    elif supply.needs_lots:
        lots = propose_lots(supply.gemeenten, supply.suppliers, case.rules)
        found.append(say("w-percelen", verdeling=dutch_list([_lot(lot) for lot in lots])))
    return found + (_recognition_warnings(case.question, supply) if case.question.is_works else [])


def _lot(lot: Lot) -> str:
    where = dutch_list([gemeente.label for gemeente in lot.gemeenten])
    is_one = len(lot.gemeenten) == 1
    key = "w-perceel-deel" if is_one or not lot.suppliers else "w-perceel-samen"
    return say(key, gemeente=where, aantal=str(len(lot.suppliers)))


def _recognition_warnings(question: Question, supply: Supply) -> list[str]:
    """Works may ask for contractors with a recognition: say what the entries hold on the launch date."""
    found, day = [say("w-erkenning")], question.datum
    for supplier in supply.suppliers:
        held = [one for one in supplier.erkenningen if one.is_contractor]
        for key, group in (
            ("w-erkenning-gekend", [one for one in held if not one.is_expired(day)]),
            ("w-erkenning-vervallen", [one for one in held if one.is_expired(day)]),
        ):
            if group:
                words = dutch_list([recognition_words(one, day) for one in group])
                values = {"namen": supplier.naam, "erkenningen": words}
                found.append(say(key, **values, datum=dutch_date(day)))
    if supply.suppliers and not any(one.is_recognised(day) for one in supply.suppliers):
        found.append(say("w-erkenning-geen", datum=dutch_date(day)))
    return found
