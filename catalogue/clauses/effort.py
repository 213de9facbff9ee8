"""The effort a clause asks: hours and days, with the sum written out. Decimal arithmetic only."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

from catalogue.clauses.amounts import dutch_euro, dutch_number
from catalogue.clauses.defaults import Defaults
from catalogue.clauses.question import Question
from catalogue.clauses.reasons import say

# Enough digits for every amount that the form lets through, so that nothing is rounded on the way.
_DIGITS = 60


@dataclass(frozen=True)
class Effort:
    """Hours asked of the contractor, rounded down; days in tenths, rounded down; the sum in words."""

    uren: int
    dagen: Decimal
    # All hours of labour in the contract: value × labour share ÷ hourly cost, rounded down.
    uitvoeringsuren: int
    # Whether those hours reach our line for an employment clause, before any rounding.
    is_enough_hours: bool
    # Whether they could not reach it at that hourly cost even if all of the value were labour.
    is_never_enough_hours: bool
    uren_per_dag: Decimal
    som: str


def effort(question: Question, rules: Defaults) -> Effort:
    """Compute hours = value × labour share × effort ÷ hourly cost (domain rule B3) and days of 7,6 hours."""
    with localcontext() as context:
        context.prec = _DIGITS
        labour = question.raming * question.arbeidsaandeel
        execution = int(labour // (question.uurkost * 100))
        hours = int(labour * question.inspanning // (question.uurkost * 10_000))
        tenths = int(Decimal(hours) * 10 // rules.uren_per_dag)
        days = Decimal(tenths) / 10
        needed = rules.min_uren * question.uurkost
        enough, never = labour >= needed * 100, question.raming < needed
    written = _sum(question, rules, hours, days)
    return Effort(hours, days, execution, enough, never, rules.uren_per_dag, written)


def _sum(question: Question, rules: Defaults, hours: int, days: Decimal) -> str:
    return say(
        "som",
        raming=dutch_euro(question.raming),
        arbeidsaandeel=dutch_number(question.arbeidsaandeel),
        inspanning=dutch_number(question.inspanning),
        uurkost=dutch_euro(question.uurkost),
        uren=dutch_number(hours),
        dagen=dutch_number(days),
        uren_per_dag=dutch_number(rules.uren_per_dag),
    )
