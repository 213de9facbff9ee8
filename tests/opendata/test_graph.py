"""One model, two ways to write it: both say the same, whatever stands in the texts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.opendata.graph import PREFIXES, Link, Text, Thing, Typed, jsonld, turtle
from tests.opendata.triples import from_jsonld, from_turtle

HERE = "https://voorbeeld.example/data#dit"
# JSON cannot hold half a letter; no entry does.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def thing(*said: Text | Link | Typed | Thing | str | date) -> Thing:
    return Thing(HERE, ("dcat:Dataset",)).having("dct:title", *said)


@given(TEXTS, TEXTS)
def test_any_text_is_the_same_in_both(plain: str, spoken: str) -> None:
    made = thing(Text(f"x{spoken}"), plain, Thing("", ("skos:Concept",)).having("skos:notation", f"y{plain}"))
    assert from_turtle(turtle([made])) == from_jsonld(jsonld([made]))


def test_dates_moments_points_and_links_are_the_same_in_both() -> None:
    made = thing(
        date(2026, 11, 22),
        datetime(2026, 11, 22, 12, tzinfo=UTC),
        Typed("POINT (2.9 50.9)", "geosparql:wktLiteral"),
        Link("dct:license"),
        Link("mailto:meldpunt@voorbeeld.example"),
    )
    said = from_turtle(turtle([made]))
    assert said == from_jsonld(jsonld([made]))
    assert {value[1:] for _, name, value in said if name.endswith("title")} == {
        ("2026-11-22", PREFIXES["xsd"] + "date"),
        ("2026-11-22T12:00:00+00:00", PREFIXES["xsd"] + "dateTime"),
        ("POINT (2.9 50.9)", PREFIXES["geosparql"] + "wktLiteral"),
        (PREFIXES["dct"] + "license",),
        ("mailto:meldpunt@voorbeeld.example",),
    }


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\nb", "a\r\tb", "\x00\x7f", '\\u0041"@nl . <x> a <y>'])
def test_no_text_ends_its_own_quotes(text: str) -> None:
    ((_, _, value),) = from_turtle(turtle([Thing(HERE, ("dcat:Dataset",)).having("dct:title", text)])) - {
        *from_turtle(turtle([Thing(HERE, ("dcat:Dataset",))]))
    }
    assert value[1] == text


@pytest.mark.parametrize("address", ["https://x.example/a b", "https://x.example/>", 'https://x.example/"'])
def test_no_address_ends_its_own_brackets(address: str) -> None:
    said = from_turtle(turtle([thing(Link(address))]))
    assert len(said) == 2
    assert not any(set(value[1]) & set('<>" ') for _, _, value in said)


def test_nothing_is_said_by_none_and_by_an_empty_text() -> None:
    assert Thing(HERE, ("x:y",)).having("dct:title", None, "").said == ()
