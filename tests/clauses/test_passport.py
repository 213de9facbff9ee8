"""The passport of a clause: where a text comes from, and what changed since its link was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from catalogue.clauses import passport as room
from catalogue.clauses.passport import Link, Passport, changes, link_values, passport, read_link, rule_version
from catalogue.clauses.question import AANBESTEDERS, SOORTEN
from catalogue.clauses.rules import INSTRUMENTS
from catalogue.clauses.thresholds import thresholds
from catalogue.data import load
from tests.clauses.builders import a_question, advice_for
from tests.clauses.test_rule_files import Recorder

TODAY = date(2026, 11, 22)
MADE_2025 = Link(date(2025, 11, 3))


def passport_of(key: str = "voorbehouden-opdracht", **changed: Any) -> Passport:
    question = a_question(**changed)
    return passport(key, question, thresholds(question.soort, question.aanbesteder, question.datum))


def said(link: Link, today: date = TODAY, **changed: Any) -> tuple[str, ...]:
    """What changed, for rules that were reviewed before any of the links here."""
    old = passport_of(**changed)
    sources = tuple(replace(source, nagezien=date(2018, 1, 1)) for source in old.bronnen)
    return changes(replace(old, bronnen=sources), a_question(**changed), link, today)


def test_a_passport_names_law_version_validity_and_sources() -> None:
    found = passport_of()
    assert found.grondslag == "Wet van 17 juni 2016 inzake overheidsopdrachten, art. 15"
    assert (found.geldig_van, found.geldig_tot) == (date(2026, 1, 1), date(2027, 12, 31))
    assert found.versie == rule_version("voorbehouden-opdracht")
    assert {source.zekerheid for source in found.bronnen} == {"S"}
    assert all(source.nagezien <= TODAY and source.tekst for source in found.bronnen)
    numbers = "".join(source.tekst + source.numac for source in found.bronnen)
    assert numbers.count("2016021053") == 2


@pytest.mark.parametrize("key", INSTRUMENTS)
def test_every_text_carries_the_passport_of_its_instrument(key: str) -> None:
    raming = "29999" if key == "beperkte-waarde" else "120000"
    text = advice_for(instrument=key, raming=raming).text
    assert text is not None
    assert text.passport == passport_of(key, raming=raming)
    assert not text.passport.grondslag.endswith((",", "WOO"))


def test_a_special_sector_gets_no_classic_article_and_no_sure_source() -> None:
    found = passport_of(aanbesteder="speciale-sectoren")
    assert "art. 15" not in found.grondslag
    assert not any(source.is_sure for source in found.bronnen)
    assert not any("Art. 15" in source.tekst for source in found.bronnen)


def test_a_version_is_a_day_and_a_hash_and_differs_by_instrument() -> None:
    versions = [rule_version(key) for key in INSTRUMENTS]
    assert len(set(versions)) == len(INSTRUMENTS)
    for version in versions:
        assert read_link({"versie": version}, TODAY) == Link(None, version)


def test_a_version_moves_with_a_rule_and_not_with_another_instrument(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {key: rule_version(key) for key in INSTRUMENTS}

    def changed(name: str) -> Mapping[str, Any]:
        data = load(name)
        return {**data, "titel": "Anders"} if name == "clausules/marktconsultatie.toml" else data

    monkeypatch.setattr(room, "load", changed)
    rule_version.cache_clear()
    try:
        after = {key: rule_version(key) for key in INSTRUMENTS}
    finally:
        rule_version.cache_clear()
    assert {key for key in INSTRUMENTS if before[key] != after[key]} == {"marktconsultatie"}


def test_the_limits_that_moved_since_are_named_with_day_and_amounts() -> None:
    assert said(MADE_2025, assumed=frozenset({"datum"})) == (
        "Drempel gewijzigd op 1-1-2026: van 143.000 naar 140.000 euro (zonder bekendmaking).",
        "Drempel gewijzigd op 1-1-2026: van 221.000 naar 216.000 euro (vereenvoudigde procedure "
        "en Europese bekendmaking).",
    )


def test_every_period_in_between_is_named_and_none_outside() -> None:
    moved = said(Link(date(2023, 12, 31)), assumed=frozenset({"datum"}))
    assert sum("1-1-2024" in sentence for sentence in moved) == 2
    assert sum("1-1-2026" in sentence for sentence in moved) == 2
    assert said(Link(date(2026, 1, 1)), assumed=frozenset({"datum"})) == ()
    assert said(Link(date(2025, 12, 31)), today=date(2025, 12, 31)) == ()
    assert len(said(Link(date(2025, 12, 31)), today=date(2026, 1, 1))) == 2
    assert said(Link(date(2018, 1, 1)), today=date(2019, 6, 1)) == ()


def test_a_launch_before_the_change_is_told_that_it_still_has_the_old_limits() -> None:
    old = said(MADE_2025, datum=date(2025, 12, 1))
    assert old[-1].startswith("Uw lancering op 1-12-2025 ligt vóór 1-1-2026")
    assert not any("Uw lancering" in sentence for sentence in said(MADE_2025, datum=date(2026, 3, 1)))


def test_only_the_limits_of_this_kind_and_buyer_are_compared() -> None:
    assert said(MADE_2025, soort="sociale-diensten") == ()
    works = said(MADE_2025, soort="werken", raming=100_000)
    assert any("5.538.000 naar 5.404.000" in sentence for sentence in works)
    special = said(MADE_2025, aanbesteder="speciale-sectoren")
    assert any("te controleren" in sentence for sentence in special)
    assert not any("zonder bekendmaking" in sentence for sentence in special)


def test_a_review_after_the_day_of_making_is_told_and_one_on_that_day_is_not() -> None:
    found = passport_of()
    newest = max(source.nagezien for source in found.bronnen)
    question = a_question()
    assert changes(found, question, Link(newest), TODAY) == ()
    sentences = changes(found, question, Link(newest - timedelta(days=1)), TODAY)
    assert sentences[-1].startswith(f"Nagezien op {newest.day}-{newest.month}-{newest.year}: ")


def test_another_version_of_the_rules_is_told() -> None:
    found = passport_of()
    question = a_question()
    assert changes(found, question, Link(None, found.versie), TODAY) == ()
    (sentence,) = changes(found, question, Link(None, "2025-01-01-0123abcd"), TODAY)
    assert "2025-01-01-0123abcd" in sentence
    assert found.versie in sentence


def test_an_instrument_that_ended_is_told_from_the_day_after() -> None:
    gone = replace(passport_of(), instrument_tot=date(2026, 6, 30), bronnen=())
    assert changes(gone, a_question(), Link(), date(2026, 6, 30)) == ()
    assert changes(gone, a_question(), Link(), date(2026, 7, 1)) == (
        "Dit instrument is niet meer geldig sinds 1-7-2026.",
    )


def test_a_link_remembers_today_and_reads_back_what_it_wrote() -> None:
    found = passport_of()
    assert read_link(dict(link_values(found, TODAY)), TODAY) == Link(TODAY, found.versie)
    assert not Link().is_reopened


@pytest.mark.parametrize("value", ["gisteren", "2026-02-30", "2026-11-23", "9999-99-99", "\u0660", "x" * 500])
def test_a_bad_day_of_making_is_dropped_with_a_notice(value: str) -> None:
    link = read_link({"gemaakt": value}, TODAY)
    assert link.gemaakt is None
    assert len(link.notices) == 1
    assert value[:40] in link.notices[0]
    assert value[:41] not in link.notices[0] or len(value) <= 40


@pytest.mark.parametrize(
    "value", ["1", "2026-11-21", "2026-11-21-zzzzzzzz", "<script>", "2026-11-21-0123abcd0"]
)
def test_a_bad_version_is_dropped_with_a_notice(value: str) -> None:
    link = read_link({"versie": value}, TODAY)
    assert link.versie == ""
    assert len(link.notices) == 1


def test_every_sentence_of_the_passport_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(dict(room.words()))
    monkeypatch.setattr(room, "words", lambda: recorder)
    for soort in SOORTEN:
        for buyer in AANBESTEDERS:
            found = replace(
                passport_of(soort=soort, aanbesteder=buyer, raming=20_000), instrument_tot=date(2026, 1, 1)
            )
            link = Link(date(2025, 1, 1), "2025-01-01-0123abcd")
            assert changes(found, a_question(soort=soort, datum=date(2025, 6, 1)), link, TODAY)
    assert read_link({"gemaakt": "x", "versie": "y"}, TODAY).notices
    assert set(recorder) - recorder.asked == set()
