"""The advice, case by case: boundaries to the euro and the day, kinds, buyers, supply."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.clauses.question import AANBESTEDERS, SOORTEN
from catalogue.clauses.rules import INSTRUMENTS
from catalogue.clauses.supply import Holding, Supply
from catalogue.clauses.verdicts import OORDELEN, RULES
from tests.clauses.builders import IEPER, POPERINGE, VEURNE, a_supplier, a_supply, advice_for

AAN, MOG, AF, NIET = OORDELEN
OLD = date(2025, 12, 31)
NEW = date(2026, 1, 1)
# Assumed inputs: what the form marks when the buyer leaves a field open.
OPEN = frozenset({"duur_maanden", "arbeidsaandeel", "uurkost"})


def lots(*served: tuple[int, Any]) -> Supply:
    """Maatwerkbedrijven that each serve one gemeente of Ieper, Veurne and Poperinge."""
    found = [a_supplier(number, gemeente) for number, gemeente in served]
    return Supply((IEPER, VEURNE, POPERINGE), tuple(found))


def unproven_lots() -> Supply:
    """One whose art. 15 share is still to be checked, in one of two gemeenten."""
    return Supply((IEPER, VEURNE), (a_supplier(1, IEPER, is_maatwerk=False),))


def recognised(count: int, total: int) -> Supply:
    """So many of the maatwerkbedrijven hold a contractor recognition."""
    found = [a_supplier(number, erkenningen=(Holding("Aannemer D5", "1"),)) for number in range(count)]
    found += [a_supplier(number) for number in range(count, total)]
    return Supply((IEPER,), tuple(found))


CASES: list[tuple[str, Supply | None, dict[str, Any], str]] = [
    # Limited value: 30.000 euro, equal is no longer under it.
    ("beperkte-waarde", None, {"raming": "29999.99"}, MOG),
    ("beperkte-waarde", a_supply(1), {"raming": "29999.99"}, AAN),
    ("beperkte-waarde", a_supply(0), {"raming": "29999.99"}, MOG),
    ("beperkte-waarde", a_supply(0, others=1), {"raming": "29999"}, AAN),
    ("beperkte-waarde", None, {"raming": "30000"}, NIET),
    ("beperkte-waarde", a_supply(3), {"raming": "30000"}, NIET),
    ("beperkte-waarde", None, {"raming": "29999", "soort": "werken"}, MOG),
    ("beperkte-waarde", None, {"raming": "30000", "soort": "sociale-diensten"}, NIET),
    ("beperkte-waarde", None, {"raming": "30000", "datum": date(2018, 1, 1)}, NIET),
    # The limit of the special sectors is not sure: it neither opens nor shuts.
    ("beperkte-waarde", a_supply(2), {"raming": "29999", "aanbesteder": "speciale-sectoren"}, MOG),
    ("beperkte-waarde", a_supply(2), {"raming": "30000", "aanbesteder": "speciale-sectoren"}, MOG),
    # Invitation without notice: the federal amount for every classic buyer, by launch date.
    ("uitnodiging", None, {"raming": "139999.99"}, MOG),
    ("uitnodiging", None, {"raming": "140000"}, NIET),
    ("uitnodiging", None, {"raming": "140000", "datum": OLD}, MOG),
    ("uitnodiging", None, {"raming": "142999", "datum": OLD}, MOG),
    ("uitnodiging", None, {"raming": "142999", "datum": NEW}, NIET),
    ("uitnodiging", None, {"raming": "143000", "datum": OLD}, NIET),
    ("uitnodiging", None, {"raming": "143999", "datum": date(2019, 12, 31)}, MOG),
    ("uitnodiging", None, {"raming": "139000", "datum": date(2020, 1, 1)}, NIET),
    ("uitnodiging", None, {"raming": "139999", "datum": date(2022, 1, 1)}, MOG),
    ("uitnodiging", None, {"raming": "140000", "soort": "werken"}, NIET),
    ("uitnodiging", None, {"raming": "139999", "aanbesteder": "federaal"}, MOG),
    ("uitnodiging", None, {"raming": "140000", "aanbesteder": "vlaams"}, NIET),
    ("uitnodiging", None, {"raming": "749999", "soort": "sociale-diensten"}, MOG),
    ("uitnodiging", None, {"raming": "750000", "soort": "sociale-diensten"}, NIET),
    ("uitnodiging", None, {"raming": "5000000", "aanbesteder": "speciale-sectoren"}, MOG),
    ("uitnodiging", a_supply(0, others=1), {}, AAN),
    ("uitnodiging", a_supply(1), {}, AAN),
    ("uitnodiging", a_supply(0), {}, MOG),
    ("uitnodiging", a_supply(2), {}, MOG),
    ("uitnodiging", a_supply(0, others=2), {"raming": "29999"}, MOG),
    ("uitnodiging", a_supply(0, others=2), {"raming": "140000"}, NIET),
    # Reservation: at any value; only maatwerkbedrijven and a proven share count.
    ("voorbehouden-opdracht", None, {}, MOG),
    ("voorbehouden-opdracht", a_supply(0), {}, AF),
    ("voorbehouden-opdracht", a_supply(0, others=1), {"raming": "50000"}, MOG),
    ("voorbehouden-opdracht", a_supply(0, others=3), {}, MOG),
    ("voorbehouden-opdracht", lots((1, IEPER)), {}, AF),
    ("voorbehouden-opdracht", unproven_lots(), {}, AF),
    ("voorbehouden-opdracht", a_supply(1), {}, MOG),
    ("voorbehouden-opdracht", a_supply(1, others=4), {}, MOG),
    ("voorbehouden-opdracht", a_supply(2), {}, AAN),
    ("voorbehouden-opdracht", a_supply(9), {"raming": "5000000"}, AAN),
    ("voorbehouden-opdracht", a_supply(0, others=2, art15_bewezen=True), {}, AAN),
    ("voorbehouden-opdracht", a_supply(2), {"raming": "29999"}, MOG),
    ("voorbehouden-opdracht", a_supply(2), {"raming": "30000"}, AAN),
    ("voorbehouden-opdracht", a_supply(2), {"soort": "leveringen", "arbeidsaandeel": "10"}, AAN),
    ("voorbehouden-opdracht", a_supply(2), {"soort": "sociale-diensten"}, AAN),
    ("voorbehouden-opdracht", a_supply(2), {"aanbesteder": "speciale-sectoren"}, AAN),
    ("voorbehouden-opdracht", a_supply(3), {"soort": "werken"}, MOG),
    ("voorbehouden-opdracht", recognised(1, 3), {"soort": "werken"}, MOG),
    ("voorbehouden-opdracht", recognised(2, 3), {"soort": "werken"}, AAN),
    ("voorbehouden-opdracht", lots((1, IEPER), (2, IEPER), (3, VEURNE)), {}, AF),
    # Reserved lots: proposed where nobody who counts serves all gemeenten.
    ("voorbehouden-perceel", None, {}, MOG),
    ("voorbehouden-perceel", lots((1, IEPER), (2, IEPER), (3, VEURNE)), {}, AAN),
    ("voorbehouden-perceel", lots((1, IEPER), (2, VEURNE)), {}, MOG),
    ("voorbehouden-perceel", a_supply(0), {}, AF),
    ("voorbehouden-perceel", a_supply(0, others=2), {}, MOG),
    ("voorbehouden-perceel", a_supply(0, others=2), {"raming": "20000"}, AF),
    ("voorbehouden-perceel", unproven_lots(), {}, MOG),
    ("voorbehouden-perceel", a_supply(1), {}, MOG),
    ("voorbehouden-perceel", a_supply(2), {}, MOG),
    ("voorbehouden-perceel", a_supply(2), {"raming": "140000"}, MOG),
    ("voorbehouden-perceel", a_supply(2), {"raming": "20000"}, AF),
    # Employment clause: 3 months, 750 hours of labour, 30 % labour.
    ("tewerkstellingsclausule", None, {}, AAN),
    ("tewerkstellingsclausule", a_supply(1), {}, AAN),
    ("tewerkstellingsclausule", a_supply(2), {}, MOG),
    ("tewerkstellingsclausule", None, {"duur_maanden": "3"}, AAN),
    ("tewerkstellingsclausule", None, {"duur_maanden": "2.99"}, AF),
    ("tewerkstellingsclausule", None, {"arbeidsaandeel": "30"}, AAN),
    ("tewerkstellingsclausule", None, {"arbeidsaandeel": "29.99"}, AF),
    ("tewerkstellingsclausule", None, {"raming": "33750", "arbeidsaandeel": "100"}, AAN),
    ("tewerkstellingsclausule", None, {"raming": "33749.99", "arbeidsaandeel": "100"}, AF),
    ("tewerkstellingsclausule", None, {"assumed": OPEN}, MOG),
    # What rests on our own values does not advise against, unless it holds for any share of labour.
    ("tewerkstellingsclausule", None, {"assumed": OPEN, "raming": "20000"}, AF),
    ("tewerkstellingsclausule", None, {"assumed": OPEN, "raming": "33749.99"}, AF),
    ("tewerkstellingsclausule", None, {"assumed": OPEN, "duur_maanden": "2"}, MOG),
    ("tewerkstellingsclausule", None, {"assumed": OPEN, "raming": "33750"}, MOG),
    ("tewerkstellingsclausule", None, {"assumed": OPEN, "raming": "20000", "duur_maanden": "2"}, AF),
    ("tewerkstellingsclausule", None, {"assumed": OPEN - {"duur_maanden"}, "duur_maanden": "2"}, AF),
    ("flexibele-clausule", None, {"assumed": OPEN, "raming": "400000", "arbeidsaandeel": "10"}, MOG),
    ("opleidingsclausule", None, {"assumed": OPEN - {"arbeidsaandeel"}, "arbeidsaandeel": "10"}, AF),
    ("tewerkstellingsclausule", None, {"assumed": frozenset({"inspanning"})}, AAN),
    ("tewerkstellingsclausule", None, {"inspanning": "0"}, MOG),
    ("tewerkstellingsclausule", None, {"inspanning": "0", "duur_maanden": "2"}, AF),
    # Training clause: the same lines; recommended on works.
    ("opleidingsclausule", None, {}, MOG),
    ("opleidingsclausule", None, {"soort": "werken", "raming": "400000"}, AAN),
    ("opleidingsclausule", a_supply(2), {"soort": "werken", "raming": "400000"}, MOG),
    ("opleidingsclausule", None, {"soort": "werken", "duur_maanden": "2"}, AF),
    ("opleidingsclausule", None, {"raming": "40000"}, AF),
    ("opleidingsclausule", None, {"soort": "werken", "raming": "400000", "inspanning": "0"}, MOG),
    ("flexibele-clausule", a_supply(0), {"inspanning": "0"}, MOG),
    # Flexible clause: the same lines; recommended where supply is thin.
    ("flexibele-clausule", None, {}, MOG),
    ("flexibele-clausule", a_supply(0), {}, AAN),
    ("flexibele-clausule", a_supply(1), {}, AAN),
    ("flexibele-clausule", a_supply(0, others=2), {}, MOG),
    ("flexibele-clausule", a_supply(1), {"arbeidsaandeel": "20"}, AF),
    ("flexibele-clausule", a_supply(1), {"assumed": OPEN}, MOG),
    # Subcontracting: not where the social economy can do it alone, nor where nobody is known.
    ("onderaannemingsclausule", None, {}, MOG),
    ("onderaannemingsclausule", a_supply(0), {}, AF),
    ("onderaannemingsclausule", a_supply(2), {}, AF),
    ("onderaannemingsclausule", a_supply(2, aangenomen=frozenset({IEPER.key})), {}, MOG),
    ("onderaannemingsclausule", a_supply(1), {}, MOG),
    ("onderaannemingsclausule", a_supply(1), {"soort": "werken"}, AAN),
    ("onderaannemingsclausule", a_supply(1), {"soort": "werken", "raming": "20000"}, MOG),
    ("onderaannemingsclausule", lots((1, VEURNE)), {"soort": "werken"}, AAN),
    ("onderaannemingsclausule", a_supply(1), {"duur_maanden": "1", "arbeidsaandeel": "5"}, MOG),
    # Award criterion and consultation.
    ("gunningscriterium", None, {}, MOG),
    ("gunningscriterium", a_supply(5), {}, MOG),
    ("gunningscriterium", None, {"raming": "29999"}, AF),
    ("marktconsultatie", None, {}, MOG),
    ("marktconsultatie", a_supply(0), {}, AAN),
    ("marktconsultatie", a_supply(1), {}, AAN),
    ("marktconsultatie", a_supply(2), {}, MOG),
    ("marktconsultatie", a_supply(0), {"raming": "29999"}, MOG),
]


@pytest.mark.parametrize(("instrument", "supply", "changes", "expected"), CASES)
def test_the_verdict_of_an_instrument(
    instrument: str, supply: Supply | None, changes: dict[str, Any], expected: str
) -> None:
    verdict = advice_for(supply, **changes).verdict(instrument)
    assert verdict.oordeel == expected, verdict.redenen


def test_there_is_one_rule_for_each_instrument() -> None:
    assert tuple(RULES) == INSTRUMENTS


def test_every_verdict_that_an_instrument_can_get_is_in_the_table() -> None:
    reached = {(instrument, expected) for instrument, _, _, expected in CASES}
    assert {oordeel for _, oordeel in reached} == set(OORDELEN)
    assert {instrument for instrument, _ in reached} == set(INSTRUMENTS)


def test_the_best_verdicts_come_first_and_equals_keep_the_order_of_the_file() -> None:
    found = [
        (OORDELEN.index(v.oordeel), INSTRUMENTS.index(v.sleutel)) for v in advice_for(a_supply(2)).verdicts
    ]
    assert found == sorted(found)
    assert len(found) == len(INSTRUMENTS)


def test_an_obstacle_is_named_with_the_figure_and_the_line() -> None:
    verdict = advice_for(raming="20000", duur_maanden="2", arbeidsaandeel="20").verdict(
        "tewerkstellingsclausule"
    )
    assert verdict.redenen[:3] == (
        "De uitvoering duurt 2 maanden. Onder 3 maanden is er te weinig tijd om iemand aan te werven "
        "en in te werken.",
        "De opdracht omvat ongeveer 88 uur arbeid. Onder 750 uur weegt de clausule te zwaar.",
        "Het arbeidsaandeel is 20 %. Onder 30 % is er te weinig arbeid in de opdracht.",
    )


def test_an_unknown_share_is_named_without_another_that_is_not_there() -> None:
    verdict = advice_for(a_supply(0, others=1), raming="50000").verdict("voorbehouden-opdracht")
    assert verdict.redenen == (
        "Van geen enkele leverancier weten we al zeker dat hij voor een voorbehoud in aanmerking komt.",
        "Bij één leverancier is artikel 15 na te gaan.",
    )
    beside = advice_for(a_supply(1, others=1)).verdict("voorbehouden-opdracht")
    assert beside.redenen[-1] == "Bij één andere leverancier is artikel 15 na te gaan."


def test_reserving_where_nobody_is_known_says_just_that() -> None:
    verdict = advice_for(a_supply(0)).verdict("voorbehouden-opdracht")
    assert verdict.redenen == (
        "Geen enkele leverancier in de catalogus komt voor een voorbehoud in aanmerking.",
    )


def test_a_reserved_lot_says_that_supply_is_thin() -> None:
    verdict = advice_for(a_supply(1)).verdict("voorbehouden-perceel")
    assert "Maar één leverancier komt voor een voorbehoud in aanmerking. De mededinging is beperkt." in (
        verdict.redenen
    )
    assert len(advice_for(a_supply(2)).verdict("voorbehouden-perceel").redenen) == 1


@pytest.mark.parametrize("count", [1, 2])
def test_supply_on_assumed_areas_alone_is_told_as_a_condition(count: int) -> None:
    certain = (
        *("leverancier in de catalogus kan", "leveranciers in de catalogus kunnen", "kan de opdracht zelf"),
        *("leverancier komt voor een voorbehoud", "leveranciers komen voor een voorbehoud", "is er aanbod"),
    )
    assumed = a_supply(count, aangenomen=frozenset({IEPER.key}))
    told = 0
    for raming in ("20000", "120000"):
        for soort in ("diensten", "werken"):
            for verdict in advice_for(assumed, raming=raming, soort=soort).verdicts:
                for reason in verdict.redenen:
                    if any(words in reason for words in certain):
                        told += 1
                        assert reason.startswith("Volgens een aangenomen werkgebied: "), reason
    assert told > 10


def test_supply_of_which_one_area_is_stated_is_told_as_it_is() -> None:
    supply = Supply((IEPER,), (a_supplier(1), a_supplier(2, aangenomen=frozenset({IEPER.key}))))
    small = advice_for(supply, raming="20000").verdict("beperkte-waarde")
    assert small.redenen[1] == "2 leveranciers in de catalogus kunnen dit in alle gekozen gemeenten."
    part = advice_for(supply).verdict("onderaannemingsclausule")
    assert part.oordeel == MOG
    assert part.redenen == (
        "Volgens een aangenomen werkgebied: de sociale economie kan de opdracht zelf uitvoeren.",
    )


def test_lots_on_assumed_areas_are_told_as_a_condition() -> None:
    found = [
        a_supplier(number, place, aangenomen=frozenset({place.key}))
        for number, place in enumerate((IEPER, IEPER, VEURNE))
    ]
    verdict = advice_for(Supply((IEPER, VEURNE), tuple(found))).verdict("voorbehouden-perceel")
    assert verdict.redenen[0].startswith("Volgens een aangenomen werkgebied: voor Ieper komen minstens 2")
    assert verdict.redenen[1].startswith("Volgens een aangenomen werkgebied: voor Veurne komt maar één")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"raming": "20000"}, "arbeidsaandeel en uurkost"),
        ({"raming": "20000", "assumed": frozenset({"uurkost"})}, "uurkost"),
        ({"duur_maanden": "2"}, None),
        ({"raming": "20000", "duur_maanden": "2", "assumed": frozenset({"duur_maanden"})}, "duur"),
    ],
)
def test_advising_against_names_the_defaults_of_ours_on_which_it_rests(
    changes: dict[str, Any], named: str | None
) -> None:
    assumed = frozenset({"arbeidsaandeel", "uurkost", "inspanning"})
    verdict = advice_for(**{"assumed": assumed, **changes}).verdict("tewerkstellingsclausule")
    assert verdict.oordeel == AF
    ours = [reason for reason in verdict.redenen if "standaardwaarden" in reason]
    assert ours == (
        [f"Dit rust op onze standaardwaarden ({named}). Vul uw eigen cijfers in."] if named else []
    )


def test_a_clause_that_asks_nothing_says_so() -> None:
    verdict = advice_for(inspanning="0").verdict("tewerkstellingsclausule")
    assert any("vraagt de clausule 0 uur" in reason for reason in verdict.redenen)


def test_a_limit_that_is_not_sure_says_so_in_the_reason() -> None:
    for raming in ("29999", "30000"):
        verdict = advice_for(aanbesteder="speciale-sectoren", raming=raming).verdict("beperkte-waarde")
        assert all("te controleren" in reason for reason in verdict.redenen)


def test_the_invitation_says_that_the_amount_to_approve_counts_too() -> None:
    assert any("bedrag dat u goedkeurt" in reason for reason in advice_for().verdict("uitnodiging").redenen)


def test_lots_name_the_gemeenten_with_and_without_suppliers() -> None:
    verdict = advice_for(lots((1, IEPER), (2, IEPER), (3, VEURNE))).verdict("voorbehouden-perceel")
    assert verdict.redenen == (
        "Voor Ieper komen minstens 2 leveranciers in aanmerking. Houd daar een perceel voor.",
        "Voor Veurne komt maar één leverancier in aanmerking. De mededinging is daar beperkt.",
        "Voor Poperinge komt niemand in aanmerking: houd daar het perceel open voor iedereen.",
    )


@pytest.mark.parametrize(
    ("raming", "buyer", "is_said"),
    [("139999.99", "lokaal", False), ("140000", "lokaal", True), ("140000", "speciale-sectoren", False)],
)
def test_the_duty_to_consider_lots_starts_at_its_limit(raming: str, buyer: str, is_said: bool) -> None:
    verdict = advice_for(a_supply(2), raming=raming, aanbesteder=buyer).verdict("voorbehouden-perceel")
    assert (
        "Vanaf 140.000 euro overweegt u percelen, of u motiveert waarom niet." in verdict.redenen
    ) == is_said


@pytest.mark.parametrize("soort", SOORTEN)
@pytest.mark.parametrize("buyer", AANBESTEDERS)
def test_articles_of_the_classic_sectors_never_reach_the_special_sectors(soort: str, buyer: str) -> None:
    verdicts = advice_for(soort=soort, aanbesteder=buyer).verdicts
    if buyer == "speciale-sectoren":
        assert {verdict.artikel for verdict in verdicts} == {"te controleren"}
        for verdict in verdicts:
            explanation = (verdict.instrument.uitleg, *verdict.instrument.valkuilen, *verdict.na_te_kijken)
            shown = " ".join((*verdict.redenen, verdict.bron, *explanation)).casefold()
            assert "art. " not in shown
            assert "artikel 1" not in shown
    else:
        assert all(verdict.artikel.startswith("art. ") for verdict in verdicts)


def test_the_invitation_for_social_services_rests_on_its_own_article() -> None:
    assert advice_for(soort="sociale-diensten").verdict("uitnodiging").artikel == "art. 89, § 1, WOO"
    assert advice_for(soort="diensten").verdict("uitnodiging").artikel == "art. 42, § 1, 1°, a, WOO"


_SUPPLIES = st.one_of(
    st.none(),
    st.builds(a_supply, st.integers(0, 3), st.integers(0, 2)),
    st.sampled_from([lots(), lots((1, IEPER)), lots((1, IEPER), (2, IEPER), (3, VEURNE))]),
)
_QUESTIONS = st.fixed_dictionaries(
    {
        "soort": st.sampled_from(SOORTEN),
        "aanbesteder": st.sampled_from(AANBESTEDERS),
        "datum": st.dates(date(2018, 1, 1), date(2030, 1, 1)),
        "duur_maanden": st.decimals("0.1", 48, places=1),
        "arbeidsaandeel": st.decimals(0, 100, places=1),
        "inspanning": st.decimals(0, 100, places=1),
        "uurkost": st.decimals("0.5", 200, places=2),
        "assumed": st.sampled_from([frozenset(), OPEN]),
    }
)
_AMOUNTS = st.one_of(
    st.decimals("0.01", 10**8, places=2),
    st.sampled_from(["30000", "140000", "143000", "216000", "750000", "5404000"]),
)


@given(_SUPPLIES, _QUESTIONS, _AMOUNTS)
def test_a_verdict_always_has_a_reason(supply: Supply | None, question: dict[str, Any], raming: Any) -> None:
    advice = advice_for(supply, raming=raming, **question)
    assert len(advice.verdicts) == len(INSTRUMENTS)
    for verdict in advice.verdicts:
        assert verdict.oordeel in OORDELEN
        assert verdict.redenen
        assert all(reason.strip() and "{" not in reason for reason in verdict.redenen)


@given(_SUPPLIES, _QUESTIONS, _AMOUNTS, st.decimals("0.01", 10**8, places=2))
def test_raising_the_value_never_opens_a_closed_path(
    supply: Supply | None, question: dict[str, Any], raming: Any, more: Any
) -> None:
    low = advice_for(supply, raming=raming, **question)
    high = advice_for(supply, raming=low.question.raming + more, **question)
    for instrument in INSTRUMENTS:
        if low.verdict(instrument).oordeel == NIET:
            assert high.verdict(instrument).oordeel == NIET


@given(_SUPPLIES, _QUESTIONS, _AMOUNTS)
def test_only_the_amount_shuts_a_path(supply: Supply | None, question: dict[str, Any], raming: Any) -> None:
    advice = advice_for(supply, raming=raming, **question)
    shut = {verdict.sleutel for verdict in advice.verdicts if verdict.oordeel == NIET}
    expected = set()
    is_sure = "beperkte_waarde" not in advice.limits.unsure
    if is_sure and advice.question.raming >= advice.limits.beperkte_waarde:
        expected.add("beperkte-waarde")
    limit = advice.limits.zonder_bekendmaking
    if limit is not None and advice.question.raming >= limit:
        expected.add("uitnodiging")
    assert shut == expected
