"""The limits of every period, kind and buyer, as in the official tables."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalogue.clauses.rules import limits
from catalogue.clauses.thresholds import TooEarlyError, thresholds

# day in the period, works, federal supplies and services, other buyers, special sectors
PERIODS = [
    (date(2018, 1, 1), date(2019, 12, 31), 5_548_000, 144_000, 221_000, 443_000),
    (date(2020, 1, 1), date(2021, 12, 31), 5_350_000, 139_000, 214_000, 428_000),
    (date(2022, 1, 1), date(2023, 12, 31), 5_382_000, 140_000, 215_000, 431_000),
    (date(2024, 1, 1), date(2025, 12, 31), 5_538_000, 143_000, 221_000, 443_000),
    (date(2026, 1, 1), date(2027, 12, 31), 5_404_000, 140_000, 216_000, 432_000),
]


@pytest.mark.parametrize(("first", "last", "works", "federal", "other", "special"), PERIODS)
def test_each_period_has_its_own_limits_on_its_first_and_last_day(
    first: date, last: date, works: int, federal: int, other: int, special: int
) -> None:
    for day in (first, last):
        for soort in ("leveringen", "diensten"):
            assert thresholds(soort, "lokaal", day).europees == other
            assert thresholds(soort, "vlaams", day).europees == other
            assert thresholds(soort, "federaal", day).europees == federal
            assert thresholds(soort, "speciale-sectoren", day).europees == special
            assert thresholds(soort, "lokaal", day).zonder_bekendmaking == federal
            assert thresholds(soort, "lokaal", day).vereenvoudigd == other
        for buyer in ("lokaal", "vlaams", "federaal", "speciale-sectoren"):
            assert thresholds("werken", buyer, day).europees == works
            assert thresholds("werken", buyer, day).vereenvoudigd == 750_000
            assert thresholds("diensten", buyer, day).beperkte_waarde == 30_000
        assert thresholds("werken", "lokaal", day).zonder_bekendmaking == federal
        found = thresholds("diensten", "lokaal", day)
        assert (found.geldig_van, found.geldig_tot) == (first, last)
        assert not found.is_after_last_period


@pytest.mark.parametrize("buyer", ["lokaal", "vlaams", "federaal"])
def test_social_services_have_one_limit_for_all_classic_buyers(buyer: str) -> None:
    found = thresholds("sociale-diensten", buyer, date(2026, 3, 1))
    assert (found.zonder_bekendmaking, found.vereenvoudigd, found.europees) == (750_000, 750_000, 750_000)


def test_social_services_in_the_special_sectors_have_a_higher_european_limit() -> None:
    found = thresholds("sociale-diensten", "speciale-sectoren", date(2026, 3, 1))
    assert (found.europees, found.vereenvoudigd) == (1_000_000, 1_000_000)


@pytest.mark.parametrize("soort", ["werken", "leveringen", "diensten", "sociale-diensten"])
def test_the_limit_without_notice_is_not_known_for_the_special_sectors(soort: str) -> None:
    assert thresholds(soort, "speciale-sectoren", date(2026, 3, 1)).zonder_bekendmaking is None


def test_a_day_before_the_first_period_has_no_limits() -> None:
    with pytest.raises(TooEarlyError, match="2018-01-01"):
        thresholds("diensten", "lokaal", date(2017, 12, 31))


def test_after_the_last_period_its_limits_are_given_and_marked() -> None:
    last = limits().last_day
    assert not thresholds("diensten", "lokaal", last).is_after_last_period
    found = thresholds("diensten", "lokaal", last + timedelta(days=1))
    assert found.is_after_last_period
    assert found.europees == 216_000
    assert found.geldig_tot == last


def test_only_figures_that_are_not_sure_are_marked_so() -> None:
    day = date(2026, 3, 1)
    assert thresholds("diensten", "lokaal", day).unsure == frozenset()
    assert thresholds("werken", "lokaal", day).unsure == {"vereenvoudigd"}
    assert "beperkte_waarde" in thresholds("diensten", "speciale-sectoren", day).unsure


def test_every_period_names_its_sources() -> None:
    for period in limits().periods:
        assert thresholds("diensten", "lokaal", period.geldig_van).bronnen
