"""Which limits hold for a kind of contract, a buyer and a launch date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalogue.clauses.rules import Limits, Period, limits


class TooEarlyError(ValueError):
    """The launch date lies before the first period we know."""


@dataclass(frozen=True)
class Thresholds:
    """The limits of one question, in euro excluding VAT; a value equal to a limit is no longer under it."""

    beperkte_waarde: int
    # None where the limit still has to be checked (special sectors).
    zonder_bekendmaking: int | None
    vereenvoudigd: int
    europees: int
    # From here on a buyer considers lots, or says why not.
    percelen: int
    geldig_van: date
    geldig_tot: date
    is_after_last_period: bool
    # Names of the limits whose figure is not sure ("te controleren").
    unsure: frozenset[str]
    bronnen: tuple[str, ...]


def thresholds(soort: str, aanbesteder: str, datum: date, known: Limits | None = None) -> Thresholds:
    """Choose the limits by launch date; after the last period its figures are given.

    Raises TooEarlyError before the first period. Source: catalogue/data/drempels.toml.
    """
    rules = known or limits()
    if datum < rules.first_day:
        raise TooEarlyError(f"no limits are known before {rules.first_day.isoformat()}")
    period = next((period for period in rules.periods if period.holds(datum)), rules.periods[-1])
    european = _european(period, soort, aanbesteder)
    return Thresholds(
        beperkte_waarde=period.amounts["beperkte_waarde"],
        zonder_bekendmaking=_without_notice(period, soort, aanbesteder),
        vereenvoudigd=period.amounts["vereenvoudigd_werken"] if soort == "werken" else european,
        europees=european,
        percelen=period.amounts["federaal"],
        geldig_van=period.geldig_van,
        geldig_tot=period.geldig_tot,
        is_after_last_period=datum > rules.last_day,
        unsure=frozenset(doubt.bedrag for doubt in rules.doubts if doubt.touches(soort, aanbesteder)),
        bronnen=period.bronnen,
    )


def _european(period: Period, soort: str, aanbesteder: str) -> int:
    if soort == "werken":
        return period.amounts["werken"]
    is_special = aanbesteder == "speciale-sectoren"
    if soort == "sociale-diensten":
        return period.amounts["sociaal_speciaal" if is_special else "sociaal"]
    if is_special:
        return period.amounts["speciaal"]
    return period.amounts["federaal" if aanbesteder == "federaal" else "andere"]


def _without_notice(period: Period, soort: str, aanbesteder: str) -> int | None:
    if aanbesteder == "speciale-sectoren":
        return None
    social = soort == "sociale-diensten"
    return period.amounts["zonder_bekendmaking_sociaal" if social else "zonder_bekendmaking"]
