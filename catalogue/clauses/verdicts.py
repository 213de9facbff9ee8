"""One small rule per instrument: may it, should it, and why. No score; every verdict has a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from catalogue.clauses.amounts import dutch_euro, dutch_list, dutch_months, dutch_number
from catalogue.clauses.defaults import Defaults
from catalogue.clauses.effort import Effort
from catalogue.clauses.question import Question
from catalogue.clauses.reasons import say
from catalogue.clauses.supply import Supply
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
    grens = dutch_euro(case.limits.beperkte_waarde)
    doubt = [say("grens-speciaal-te-controleren")] if "beperkte_waarde" in case.limits.unsure else []
    if not case.is_small:
        above = say("niet-onder-beperkte-waarde", raming=case.raming, grens=grens)
        return _finding(NIET_MOGELIJK, above, *doubt)
    under = say("onder-beperkte-waarde", raming=case.raming, grens=grens)
    if case.supply is None:
        return _finding(MOGELIJK, under, say("aanbod-onbekend"), *doubt)
    if not case.supply.aantal:
        return _finding(MOGELIJK, under, say("geen-leverancier-bestellen"), *doubt)
    return _finding(AANBEVOLEN, under, _known_suppliers(case.supply), *doubt)


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
    others = _others_to_verify(case)
    if case.supply.lots_to_reserve:
        return _finding(AFGERADEN, say("voorbehoud-niemand-alle-gemeenten"), *others)
    if case.reservable < case.rules.oranje:
        return _finding(AFGERADEN, say("voorbehoud-geen"), *others)
    if case.reservable < case.rules.groen:
        return _finding(MOGELIJK, say("voorbehoud-een"), *others)
    enough = say("voorbehoud-genoeg", aantal=str(case.reservable))
    if case.is_small:
        return _finding(MOGELIJK, enough, _simpler(case), *others)
    recognised = sum(1 for supplier in case.supply.reservable if supplier.erkenningen)
    if case.question.is_works and recognised < case.rules.groen:
        doubt = say("voorbehoud-erkenning", aantal=str(case.rules.groen))
        return _finding(MOGELIJK, enough, doubt, *others)
    return _finding(AANBEVOLEN, enough, *others)


def voorbehouden_perceel(case: Case) -> Finding:
    if case.supply is None:
        return _finding(MOGELIJK, say("perceel-deel"), say("aanbod-onbekend"))
    if case.supply.lots_to_reserve:
        return _lots(case, case.supply)
    if case.reservable < case.rules.oranje:
        return _finding(AFGERADEN, say("voorbehoud-geen"))
    if case.is_small:
        return _finding(AFGERADEN, say("perceel-te-klein"))
    duty = []
    if not case.question.is_special_sector and case.question.raming >= case.limits.percelen:
        duty = [say("plicht-percelen", grens=dutch_euro(case.limits.percelen))]
    return _finding(MOGELIJK, say("perceel-deel"), *duty)


def tewerkstellingsclausule(case: Case) -> Finding:
    if obstacles := _obstacles(case):
        return _finding(AFGERADEN, *obstacles)
    enough = say(
        "lang-en-arbeidsintensief",
        duur=dutch_months(case.question.duur_maanden),
        uren=dutch_number(case.effort.uitvoeringsuren),
    )
    return _clause(case, AANBEVOLEN, enough)


def opleidingsclausule(case: Case) -> Finding:
    if obstacles := _obstacles(case):
        return _finding(AFGERADEN, *obstacles)
    if case.question.is_works:
        craft = say("opleiding-vak", duur=dutch_months(case.question.duur_maanden))
        return _clause(case, AANBEVOLEN, craft)
    return _clause(case, MOGELIJK, say("opleiding-als-vak"))


def onderaannemingsclausule(case: Case) -> Finding:
    if case.supply is None:
        return _finding(MOGELIJK, say("aanbod-onbekend"))
    if case.can_be_done_alone:
        return _finding(AFGERADEN, say("sociale-economie-kan-zelf"))
    if not case.supply.suppliers:
        return _finding(AFGERADEN, say("onderaanneming-geen"))
    if case.is_small:
        return _finding(MOGELIJK, say("onderaanneming-deel"), _simpler(case))
    if case.question.is_works:
        return _finding(AANBEVOLEN, say("onderaanneming-werken"))
    return _finding(MOGELIJK, say("onderaanneming-deel"))


def flexibele_clausule(case: Case) -> Finding:
    if obstacles := _obstacles(case):
        return _finding(AFGERADEN, *obstacles)
    if case.supply is None:
        return _clause(case, MOGELIJK, say("aanbod-onbekend"))
    if case.supply.aantal < case.rules.groen:
        return _clause(case, AANBEVOLEN, say("markt-dun"))
    return _clause(case, MOGELIJK, say("markt-gekend"))


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
    return _finding(MOGELIJK, say("consultatie-gekend"))


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


def _clause(case: Case, best: str, reason: str) -> Finding:
    """Give a clause at best `best`; less where figures are ours or a reservation lies nearer."""
    if case.assumed:
        return _finding(MOGELIJK, reason, say("met-standaardwaarden", velden=case.assumed))
    if case.can_be_done_alone:
        return _finding(MOGELIJK, reason, say("sociale-economie-kan-zelf"))
    return _finding(best, reason)


def _obstacles(case: Case) -> list[str]:
    """Name what makes a clause on hours impractical: too short, too few hours, too little labour."""
    question, rules, found = case.question, case.rules, []
    if question.duur_maanden < rules.min_maanden:
        grens = dutch_months(rules.min_maanden)
        found.append(say("te-kort", duur=dutch_months(question.duur_maanden), grens=grens))
    if not case.effort.is_enough_hours:
        uren, grens = dutch_number(case.effort.uitvoeringsuren), dutch_number(rules.min_uren)
        found.append(say("te-weinig-uren", uren=uren, grens=grens))
    if question.arbeidsaandeel < rules.min_arbeidsaandeel:
        aandeel, grens = dutch_number(question.arbeidsaandeel), dutch_number(rules.min_arbeidsaandeel)
        found.append(say("te-weinig-arbeid", aandeel=aandeel, grens=grens))
    if found and case.assumed:
        found.append(say("met-standaardwaarden", velden=case.assumed))
    if found:
        found.append(say("liever-anders"))
    return found


def _known_suppliers(supply: Supply) -> str:
    if supply.aantal == 1:
        return say("leveranciers-gekend-een")
    return say("leveranciers-gekend", aantal=str(supply.aantal))


def _simpler(case: Case) -> str:
    return say("rechtstreeks-eenvoudiger", grens=dutch_euro(case.limits.beperkte_waarde))


def _others_to_verify(case: Case) -> list[str]:
    """Say how many others could count once their share is checked; no article for the special sectors."""
    others = len(case.supply.to_verify) if case.supply else 0
    if not others:
        return []
    suffix = "-speciaal" if case.question.is_special_sector else ""
    if others == 1:
        return [say(f"voorbehoud-na-te-gaan-een{suffix}")]
    return [say(f"voorbehoud-na-te-gaan{suffix}", aantal=str(others))]


def _lots(case: Case, supply: Supply) -> Finding:
    many: list[str] = []
    one: list[str] = []
    none: list[str] = []
    for gemeente in supply.gemeenten:
        count = len(supply.reservable_in(gemeente.key))
        group = many if count >= case.rules.groen else one if count >= case.rules.oranje else none
        group.append(gemeente.label)
    reasons = []
    if many:
        aantal = str(case.rules.groen)
        reasons.append(say("perceel-per-gemeente", gemeenten=dutch_list(many), aantal=aantal))
    if one:
        reasons.append(say("perceel-een-leverancier", gemeenten=dutch_list(one)))
    if none:
        reasons.append(say("perceel-zonder-leverancier", gemeenten=dutch_list(none)))
    return _finding(AANBEVOLEN if many else MOGELIJK, *reasons)
