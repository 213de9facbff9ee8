"""One small rule per instrument: may it, should it, and why. No score; every verdict has a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from catalogue.clauses.amounts import dutch_euro, dutch_inside, dutch_list, dutch_months, dutch_number
from catalogue.clauses.defaults import Defaults
from catalogue.clauses.effort import Effort
from catalogue.clauses.lots import propose_lots
from catalogue.clauses.question import Question
from catalogue.clauses.reasons import say
from catalogue.clauses.supply import Supplier, Supply
from catalogue.clauses.thresholds import Thresholds

AANBEVOLEN, MOGELIJK, AFGERADEN, NIET_MOGELIJK = "aanbevolen", "mogelijk", "afgeraden", "niet-mogelijk"
OORDELEN = (AANBEVOLEN, MOGELIJK, AFGERADEN, NIET_MOGELIJK)
# The inputs on which the clauses for employment and training rest.
_CLAUSE_INPUTS = ("duur_maanden", "arbeidsaandeel", "uurkost")


@dataclass(frozen=True)
class Case:
    """All that a rule may look at."""

    question: Question
    limits: Thresholds
    supply: Supply | None
    effort: Effort
    rules: Defaults

    @property
    def raming(self) -> str:
        return dutch_euro(self.question.raming)

    @property
    def is_small(self) -> bool:
        return self.question.raming < self.limits.beperkte_waarde

    @cached_property
    def reservable(self) -> int:
        return len(self.supply.reservable) if self.supply else 0

    @property
    def can_be_done_alone(self) -> bool:
        """Whether the social economy can take the whole contract, with competition."""
        return self.reservable >= self.rules.groen

    @property
    def can_surely_be_done_alone(self) -> bool:
        """Whether that holds without the suppliers whose work area is only assumed."""
        sure = [one for one in self.supply.reservable if not one.aangenomen] if self.supply else []
        return len(sure) >= self.rules.groen

    @property
    def assumed(self) -> str:
        """Names of the clause inputs that hold our default, as a list in words."""
        return assumed_inputs(self.question, _CLAUSE_INPUTS)


def assumed_inputs(question: Question, fields: tuple[str, ...]) -> str:
    """Name those of the fields that hold our default."""
    return dutch_list([say(f"veld-{field}") for field in fields if field in question.assumed])


@dataclass(frozen=True)
class Finding:
    oordeel: str
    redenen: tuple[str, ...]


def beperkte_waarde(case: Case) -> Finding:
    amounts = {"raming": case.raming, "grens": dutch_euro(case.limits.beperkte_waarde)}
    if "beperkte_waarde" in case.limits.unsure:
        side = "onder" if case.is_small else "niet-onder"
        return _finding(MOGELIJK, say(f"{side}-beperkte-waarde-te-controleren", **amounts))
    if not case.is_small:
        return _finding(NIET_MOGELIJK, say("niet-onder-beperkte-waarde", **amounts))
    under = say("onder-beperkte-waarde", **amounts)
    if case.supply is None:
        return _finding(MOGELIJK, under, say("aanbod-onbekend"))
    if not case.supply.aantal:
        return _finding(MOGELIJK, under, say("geen-leverancier-bestellen"))
    return _finding(AANBEVOLEN, under, _known_suppliers(case.supply))


def uitnodiging(case: Case) -> Finding:
    limit = case.limits.zonder_bekendmaking
    if limit is None:
        return _finding(MOGELIJK, say("uitnodiging-speciaal"))
    grens = dutch_euro(limit)
    if case.question.raming >= limit:
        return _finding(NIET_MOGELIJK, say("niet-onder-zonder-bekendmaking", raming=case.raming, grens=grens))
    under = (
        say("onder-zonder-bekendmaking", raming=case.raming, grens=grens),
        say("goed-te-keuren-bedrag", grens=grens),
    )
    if case.is_small:
        return _finding(MOGELIJK, *under, _simpler(case))
    if case.supply is None:
        return _finding(MOGELIJK, *under, say("aanbod-onbekend"))
    if not case.supply.aantal:
        return _finding(MOGELIJK, *under, say("geen-leverancier-uitnodigen"))
    if case.can_be_done_alone:
        return _finding(MOGELIJK, *under, say("uitnodigen-is-niet-voorbehouden"))
    return _finding(AANBEVOLEN, *under, _known_suppliers(case.supply))


def voorbehouden_opdracht(case: Case) -> Finding:
    if case.supply is None:
        return _finding(MOGELIJK, say("voorbehoud-elk-bedrag"), say("aanbod-onbekend"))
    others = _others_to_verify(case, case.supply.to_verify)
    # What is not known does not advise against: a share that is still to be checked may prove enough.
    without = MOGELIJK if others else AFGERADEN
    if case.supply.needs_task_lots:
        return _finding(AFGERADEN, say("voorbehoud-niemand-alle-taken"))
    if case.supply.lots_to_reserve or case.supply.needs_lots:
        return _finding(without, say("voorbehoud-niemand-alle-gemeenten"), *others)
    if case.reservable < case.rules.oranje:
        return _finding(without, say("voorbehoud-geen-bewezen" if others else "voorbehoud-geen"), *others)
    enough = _reservable(case, case.supply)
    if case.reservable < case.rules.groen:
        return _finding(MOGELIJK, enough, *others)
    if case.is_small:
        return _finding(MOGELIJK, enough, _simpler(case), *others)
    recognised = sum(one.is_recognised(case.question.datum) for one in case.supply.reservable)
    if case.question.is_works and recognised < case.rules.groen:
        doubt = say("voorbehoud-erkenning", aantal=str(case.rules.groen))
        return _finding(MOGELIJK, enough, doubt, *others)
    return _finding(AANBEVOLEN, enough, *others)


def voorbehouden_perceel(case: Case) -> Finding:
    found = _reserved_lot(case)
    planned = []
    if case.question.has_lots:
        planned = [say("perceel-voorzien", aantal=str(case.question.percelen))]
    elif not case.question.is_special_sector and case.question.raming >= case.limits.percelen:
        planned = [say("plicht-percelen", grens=dutch_euro(case.limits.percelen))]
    return _finding(found.oordeel, *found.redenen, *planned)


def _reserved_lot(case: Case) -> Finding:
    if case.supply is None:
        return _finding(MOGELIJK, say("perceel-deel"), say("aanbod-onbekend"))
    if case.supply.needs_task_lots:
        return _task_lots(case, case.supply)
    if case.supply.lots_to_reserve:
        return _lots(case, case.supply)
    if not case.supply.suppliers:
        return _finding(AFGERADEN, say("voorbehoud-geen"))
    if case.is_small and not case.question.has_lots:
        return _finding(AFGERADEN, say("perceel-te-klein"))
    if case.reservable >= case.rules.groen:
        return _finding(MOGELIJK, say("perceel-deel"))
    # Thin supply: say how thin, also where it only serves some of the gemeenten.
    known = _reservable(case, case.supply) if case.reservable else say("voorbehoud-geen-bewezen")
    others = _others_to_verify(case, case.supply.to_verify or case.supply.unproven)
    return _finding(MOGELIJK, say("perceel-deel"), known, *others)


def tewerkstellingsclausule(case: Case) -> Finding:
    if obstacle := _obstacle(case):
        return obstacle
    enough = say(
        "lang-en-arbeidsintensief",
        duur=dutch_months(case.question.duur_maanden),
        uren=dutch_number(case.effort.uitvoeringsuren),
    )
    return _clause(case, AANBEVOLEN, enough)


def opleidingsclausule(case: Case) -> Finding:
    if obstacle := _obstacle(case):
        return obstacle
    if case.question.is_works:
        craft = say("opleiding-vak", duur=dutch_months(case.question.duur_maanden))
        return _clause(case, AANBEVOLEN, craft)
    return _clause(case, MOGELIJK, say("opleiding-als-vak"))


def onderaannemingsclausule(case: Case) -> Finding:
    if case.supply is None:
        return _finding(MOGELIJK, say("aanbod-onbekend"))
    if case.can_be_done_alone:
        return _finding(AFGERADEN if case.can_surely_be_done_alone else MOGELIJK, _alone(case))
    if not case.supply.suppliers:
        return _finding(AFGERADEN, say("onderaanneming-geen"))
    is_assumed = all(supplier.gemeenten <= supplier.aangenomen for supplier in case.supply.suppliers)
    part = _if_assumed(say("onderaanneming-deel"), is_assumed=is_assumed)
    if case.is_small:
        return _finding(MOGELIJK, part, _simpler(case))
    if case.question.is_works:
        return _finding(AANBEVOLEN, _if_assumed(say("onderaanneming-werken"), is_assumed=is_assumed))
    return _finding(MOGELIJK, part)


def flexibele_clausule(case: Case) -> Finding:
    if obstacle := _obstacle(case):
        return obstacle
    if case.supply is None:
        return _clause(case, MOGELIJK, say("aanbod-onbekend"))
    if case.supply.aantal < case.rules.groen:
        return _clause(case, AANBEVOLEN, say("markt-dun"))
    return _clause(case, MOGELIJK, _known_suppliers(case.supply), say("markt-gekend"))


def gunningscriterium(case: Case) -> Finding:
    if case.is_small:
        grens = dutch_euro(case.limits.beperkte_waarde)
        return _finding(AFGERADEN, say("criterium-te-klein", grens=grens))
    if case.can_be_done_alone:
        return _finding(MOGELIJK, say("criterium-plan"), say("criterium-onderscheidt-weinig"))
    return _finding(MOGELIJK, say("criterium-plan"))


def marktconsultatie(case: Case) -> Finding:
    if case.is_small:
        grens = dutch_euro(case.limits.beperkte_waarde)
        return _finding(MOGELIJK, say("consultatie-te-klein", grens=grens))
    if case.supply is None:
        return _finding(MOGELIJK, say("aanbod-onbekend"))
    if case.reservable < case.rules.groen:
        return _finding(AANBEVOLEN, say("consultatie-dun"))
    return _finding(MOGELIJK, _reservable(case, case.supply), say("consultatie-gekend"))


RULES: Mapping[str, Callable[[Case], Finding]] = {
    "beperkte-waarde": beperkte_waarde,
    "uitnodiging": uitnodiging,
    "voorbehouden-opdracht": voorbehouden_opdracht,
    "voorbehouden-perceel": voorbehouden_perceel,
    "tewerkstellingsclausule": tewerkstellingsclausule,
    "opleidingsclausule": opleidingsclausule,
    "onderaannemingsclausule": onderaannemingsclausule,
    "flexibele-clausule": flexibele_clausule,
    "gunningscriterium": gunningscriterium,
    "marktconsultatie": marktconsultatie,
}


def _finding(oordeel: str, *redenen: str) -> Finding:
    return Finding(oordeel, redenen)


def _clause(case: Case, best: str, *reasons: str) -> Finding:
    """Give a clause at best `best`; less where it asks nothing, figures are ours or reserving lies nearer."""
    if not case.effort.uren:
        return _finding(MOGELIJK, *reasons, say("clausule-zonder-uren"))
    if case.assumed:
        return _finding(MOGELIJK, *reasons, say("met-standaardwaarden", velden=case.assumed))
    if case.can_be_done_alone:
        return _finding(MOGELIJK, *reasons, _alone(case))
    return _finding(best, *reasons)


def _if_assumed(sentence: str, *, is_assumed: bool) -> str:
    """The sentence, or the same as a condition where it rests on assumed work areas."""
    if not is_assumed:
        return sentence
    return say("volgens-aangenomen", zin=f"{sentence[0].lower()}{sentence[1:]}")


def _alone(case: Case) -> str:
    return _if_assumed(say("sociale-economie-kan-zelf"), is_assumed=not case.can_surely_be_done_alone)


def _obstacle(case: Case) -> Finding | None:
    """Name what makes a clause on hours impractical: too short, too few hours, too little labour.

    What rests on a value of ours does not advise against, unless it holds whatever the buyer fills in.
    """
    question, rules, found = case.question, case.rules, []
    inputs: tuple[str, ...] = ()
    is_certain = False
    if question.duur_maanden < rules.min_maanden:
        grens = dutch_months(rules.min_maanden)
        found.append(say("te-kort", duur=dutch_months(question.duur_maanden), grens=grens))
        inputs += ("duur_maanden",)
        is_certain = "duur_maanden" not in question.assumed
    if not case.effort.is_enough_hours:
        uren, grens = dutch_number(case.effort.uitvoeringsuren), dutch_number(rules.min_uren)
        found.append(say("te-weinig-uren", uren=uren, grens=grens))
        inputs += ("arbeidsaandeel", "uurkost")
        known = question.assumed.isdisjoint(("arbeidsaandeel", "uurkost"))
        is_certain = is_certain or known or case.effort.is_never_enough_hours
    if question.arbeidsaandeel < rules.min_arbeidsaandeel:
        aandeel, grens = dutch_number(question.arbeidsaandeel), dutch_number(rules.min_arbeidsaandeel)
        found.append(say("te-weinig-arbeid", aandeel=aandeel, grens=grens))
        inputs += ("arbeidsaandeel",)
        is_certain = is_certain or "arbeidsaandeel" not in question.assumed
    if not found:
        return None
    if ours := assumed_inputs(question, tuple(dict.fromkeys(inputs))):
        found.append(say("met-standaardwaarden", velden=ours))
    if not is_certain:
        return _finding(MOGELIJK, *found)
    return _finding(AFGERADEN, *found, say("liever-anders"))


def _known_suppliers(supply: Supply) -> str:
    one = supply.aantal == 1
    known = say("leveranciers-gekend-een" if one else "leveranciers-gekend", aantal=str(supply.aantal))
    return _if_assumed(known, is_assumed=supply.aangenomen == supply.aantal)


def _reservable(case: Case, supply: Supply) -> str:
    """Say how many count for a reservation; some do."""
    one = case.reservable < case.rules.groen
    known = say("voorbehoud-een" if one else "voorbehoud-genoeg", aantal=str(case.reservable))
    return _if_assumed(known, is_assumed=all(supplier.aangenomen for supplier in supply.reservable))


def _simpler(case: Case) -> str:
    return say("rechtstreeks-eenvoudiger", grens=dutch_euro(case.limits.beperkte_waarde))


def _others_to_verify(case: Case, others: tuple[Supplier, ...]) -> list[str]:
    """Say how many could count once their share is checked; no article for the special sectors."""
    if not others:
        return []
    known = case.supply is not None and any(one.can_be_reserved_for for one in case.supply.suppliers)
    one, other = "een" if len(others) == 1 else "meer", "-andere" if known else ""
    suffix = "-speciaal" if case.question.is_special_sector else ""
    who = say(f"leveranciers-{one}{other}", aantal=str(len(others)))
    return [say(f"voorbehoud-na-te-gaan{suffix}", leveranciers=who)]


def _lots(case: Case, supply: Supply) -> Finding:
    """Propose lots by place: which gemeenten go together, and how many count for a reservation there."""
    counting = [supplier for supplier in supply.suppliers if supplier.can_be_reserved_for]
    enough, reasons = False, []
    for lot in propose_lots(supply.gemeenten, counting, case.rules):
        where = dutch_list([gemeente.label for gemeente in lot.gemeenten])
        if len(lot.suppliers) >= case.rules.groen:
            enough = True
            words = say("perceel-per-gemeente", gemeenten=where, aantal=str(case.rules.groen))
            reasons.append(_if_assumed(words, is_assumed=lot.is_assumed))
        elif lot.suppliers:
            words = say("perceel-een-leverancier", gemeenten=where)
            reasons.append(_if_assumed(words, is_assumed=lot.is_assumed))
        else:
            reasons.append(say("perceel-zonder-leverancier", gemeenten=where))
    others = _others_to_verify(case, supply.unproven)
    return _finding(AANBEVOLEN if enough else MOGELIJK, *reasons, *others)


def _task_lots(case: Case, supply: Supply) -> Finding:
    """Propose a lot per task, where nobody does them all."""
    enough = [dutch_inside(task.label) for task in supply.taken if len(task.reservable) >= case.rules.groen]
    thin = [dutch_inside(task.label) for task in supply.taken if len(task.reservable) < case.rules.groen]
    aantal, reasons = str(case.rules.groen), []
    if enough:
        reasons.append(say("perceel-per-taak", taken=dutch_list(enough), aantal=aantal))
    if thin:
        reasons.append(say("perceel-taak-dun", taken=dutch_list(thin), aantal=aantal))
    return _finding(AANBEVOLEN if enough else MOGELIJK, *reasons)
