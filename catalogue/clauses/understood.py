"""How we read a question: each answer in words, and which of them are ours. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from catalogue.clauses.amounts import (
    dutch_date,
    dutch_euro,
    dutch_inside,
    dutch_list,
    dutch_months,
    dutch_number,
)
from catalogue.clauses.defaults import Defaults
from catalogue.clauses.question import Question
from catalogue.clauses.reasons import say
from catalogue.clauses.wording import wording

# So many gemeenten of a region are written out.
NAMED = 6
# So many narrower services are named.
NARROWER = 8


@dataclass(frozen=True)
class Answer:
    """One answer as we read it; `is_ours` where the buyer left it open."""

    veld: str
    label: str
    tekst: str
    is_ours: bool = False
    nota: str = ""
    # Where our answer comes from, where that is not our own file.
    herkomst: str = ""


def understood(question: Question, rules: Defaults) -> tuple[Answer, ...]:
    """Give every answer of a question in words, in the order of the form."""
    words = wording()
    values = {
        "dienst": question.dienst.label if question.dienst else "",
        "gemeente": _places(question),
        "soort": next(one.label for one in words.soorten if one.key == question.soort),
        "aanbesteder": next(one.label for one in words.aanbesteders if one.key == question.aanbesteder),
        "raming": say("gelezen-raming", raming=dutch_euro(question.raming)),
        "datum": dutch_date(question.datum),
        "duur_maanden": dutch_months(question.duur_maanden),
        "percelen": _lots(question),
        "arbeidsaandeel": say("gelezen-procent", getal=dutch_number(question.arbeidsaandeel)),
        "inspanning": say("gelezen-procent", getal=dutch_number(question.inspanning)),
        "uurkost": say("gelezen-uurkost", bedrag=dutch_euro(question.uurkost)),
    }
    notes = {"dienst": _narrower(question)}
    if "arbeidsaandeel" in question.assumed:
        notes["arbeidsaandeel"] = _guide(question, rules)
    return tuple(
        Answer(
            key,
            words.fields[key].label,
            text,
            key in question.assumed,
            notes.get(key, ""),
            say("eigen-standaard")
            if key in question.assumed and rules.is_own(key, question.soort, question.guides)
            else "",
        )
        for key, text in values.items()
        if text
    )


def empty_hints(rules: Defaults, question: Question | None) -> dict[str, str]:
    """Say by field what we do where it stays empty; the labour share follows the question, if any."""
    values = {
        "duur_maanden": dutch_months(rules.duur_maanden),
        "inspanning": say("gelezen-procent", getal=dutch_number(rules.inspanning)),
        "uurkost": say("gelezen-uurkost", bedrag=dutch_euro(rules.uurkost)),
    }
    hints = {field: say(f"leeg-{field}") for field in ("soort", "aanbesteder", "datum", "percelen")}
    hints |= {field: say(f"leeg-{field}", waarde=value) for field, value in values.items()}
    if question is None:
        return hints | {"arbeidsaandeel": say("leeg-arbeidsaandeel-onbekend")}
    share = rules.labour_share(question.soort, question.guides)
    value = say("gelezen-procent", getal=dutch_number(share))
    reason = _guide(question, rules)
    return hints | {"arbeidsaandeel": say("leeg-arbeidsaandeel", waarde=value, waarop=reason)}


def _guide(question: Question, rules: Defaults) -> str:
    """Say on what our labour share rests."""
    guide = rules.guided_by(question.soort, question.guides)
    task = next((task for task in question.taken if guide in task.gids), None)
    if guide and task:
        return say("gelezen-aandeel-dienst", dienst=dutch_inside(task.label))
    return say("gelezen-aandeel-soort")


def _places(question: Question) -> str:
    if question.regios and len(question.gemeenten) > NAMED:
        return say("gelezen-regio", regios=dutch_list(question.regios), aantal=str(len(question.gemeenten)))
    return dutch_list([gemeente.label for gemeente in question.gemeenten])


def _narrower(question: Question) -> str:
    below = [dutch_inside(label) for task in question.taken for label in task.smaller]
    if not below:
        return ""
    named = below[:NARROWER] + (["…"] if len(below) > NARROWER else [])
    return say("gelezen-dienst-ook", diensten=", ".join(named))


def _lots(question: Question) -> str:
    if question.percelen is None:
        return ""
    if not question.has_lots:
        return say("gelezen-percelen-een")
    if not question.perceelbedragen:
        return str(question.percelen)
    amounts = dutch_list([dutch_euro(amount) for amount in question.perceelbedragen])
    return say("gelezen-percelen-bedragen", aantal=str(question.percelen), bedragen=amounts)
