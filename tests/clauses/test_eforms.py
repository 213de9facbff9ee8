"""The fields of the electronic notice: complete per instrument, and blank where we are not sure."""

from __future__ import annotations

import csv

import pytest

from catalogue.clauses.eforms import FormField, eforms, form_fields
from catalogue.clauses.question import Named
from catalogue.clauses.rules import INSTRUMENTS
from catalogue.clauses.texts import ClauseText
from catalogue.config import ROOT
from tests.clauses.builders import IEPER, POPERINGE, VEURNE, advice_for

KORTRIJK = Named("34022", "Kortrijk")
# Instruments that put a condition on the execution, and those that reserve access.
CONDITIONS = (
    "tewerkstellingsclausule",
    "opleidingsclausule",
    "onderaannemingsclausule",
    "flexibele-clausule",
)
RESERVED = ("voorbehouden-opdracht", "voorbehouden-perceel")


def text_of(key: str, **changes: object) -> ClauseText:
    text = advice_for(instrument=key, **changes).text
    assert text is not None
    return text


def values(fields: tuple[FormField, ...], name: str) -> list[str]:
    return [field.waarde for field in fields if field.veld == name]


@pytest.mark.parametrize("key", [*CONDITIONS, *RESERVED, "gunningscriterium"])
def test_a_text_has_every_field_of_the_notice(key: str) -> None:
    fields = text_of(key).form_fields
    expected = {"BT-71", "BT-736", "BT-06", "BT-775", "BT-262", "BT-5071"}
    assert {field.veld for field in fields} == (expected | {"BT-70"} if key in CONDITIONS else expected)
    assert values(fields, "BT-71") == (["res-ws"] if key in RESERVED else ["none"])
    assert values(fields, "BT-736") == ["no"]
    assert values(fields, "BT-06") == ["soc-obj"]
    assert values(fields, "BT-775") == ["opp"]


@pytest.mark.parametrize("key", CONDITIONS)
def test_the_condition_field_holds_the_sentence_of_the_notice(key: str) -> None:
    text = text_of(key)
    (sentence,) = values(text.form_fields, "BT-70")
    assert sentence in text.blocks[0].plain
    assert text.blocks[0].plaats == "aankondiging"


def test_a_contract_of_limited_value_has_no_notice_and_no_fields() -> None:
    for key in INSTRUMENTS:
        assert text_of(key, raming="29999").form_fields == ()


def test_the_places_give_their_codes_once_and_unknown_ones_a_blank() -> None:
    fields = form_fields((), "", (), (IEPER, POPERINGE, VEURNE, KORTRIJK))
    nuts = [field for field in fields if field.veld == "BT-5071"]
    assert [field.waarde for field in nuts] == ["BE253", "BE258", "NUTS 3-code van Kortrijk"]
    assert [field.is_blank for field in nuts] == [False, False, True]
    assert nuts[0].uitleg == "arrondissement Ieper, voor Ieper en Poperinge"
    (nowhere,) = [field for field in form_fields((), "", (), ()) if field.veld == "BT-5071"]
    assert nowhere.is_blank


def test_the_first_code_is_the_main_one_and_the_others_follow() -> None:
    fields = form_fields((), "", ("77310000-6", "77313000-7", "77314100-5"), (IEPER,))
    assert values(fields, "BT-262") == ["77310000-6"]
    assert values(fields, "BT-263") == ["77313000-7", "77314100-5"]
    (blank,) = [field for field in form_fields((), "", (), (IEPER,)) if field.veld == "BT-262"]
    assert blank.is_blank
    assert blank.plain == "BT-262 Hoofdcode CPV: [CPV-code van uw opdracht]"


def test_every_gemeente_with_a_code_exists() -> None:
    with (ROOT / "seeds" / "gemeenten.csv").open(encoding="utf-8", newline="") as file:
        known = {row["nis"] for row in csv.DictReader(file)}
    assert set(eforms().nuts) <= known
    assert len(eforms().nuts) == 19


def test_every_code_is_used_or_explained() -> None:
    for field, codes in eforms().codes.items():
        assert all(meaning for meaning in codes.values()), field
