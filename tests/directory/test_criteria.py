"""Every parameter of a search: what is understood, what is refused, and what stands in the permalink."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri

from catalogue.directory.criteria import MAX_QUESTION, Criteria, read
from tests.directory.records import GEMEENTEN, IEPER, KORTRIJK, POPERINGE, VEURNE, words
from tests.directory.strategies import SLUGS, patient
from tests.directory.strategies import criteria as searches


def asked(*pairs: tuple[str, str]) -> Criteria:
    return read(MultiDict(list(pairs)), words())


def problems(criteria: Criteria) -> list[str]:
    return [problem.field for problem in criteria.problems]


def test_nothing_asked_is_an_empty_search_of_twenty_a_page() -> None:
    criteria = asked()
    assert criteria == Criteria()
    assert (criteria.is_empty, criteria.pagina, criteria.per_pagina, criteria.problems) == (True, 1, 20, ())


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("q", "  groenonderhoud \t in\nIeper ", "groenonderhoud in Ieper"),
        ("q", "nul\x00teken", "nul teken"),
        ("werkvorm", "maatwerk", ("maatwerk",)),
        ("werkvorm", "Wijk-Werken", ("wijk-werken",)),
        ("dienst", "groenonderhoud", ("groenonderhoud",)),
        ("dienst", "Ramen wassen", ("ramen-wassen",)),
        ("dienst", "KUISEN", ("schoonmaak",)),
        ("dienst", "77314000", ("gras-maaien",)),
        ("dienst", "77314000-4", ("gras-maaien",)),
        ("dienst", "77314100", ("gras-maaien",)),
        ("dienst", "90919200-4", ("schoonmaak",)),
        ("dienst", "773", ("gras-maaien", "groenonderhoud", "hagen-scheren")),
        ("gemeente", "33011", (IEPER,)),
        ("gemeente", "ieper", (IEPER,)),
        ("gemeente", "Ieper", (IEPER,)),
        ("gemeente", "Vlamertinge", (IEPER,)),
        ("gemeente", "8900", (IEPER,)),
        ("gemeente", "8900 Ieper", (IEPER,)),
        ("gemeente", "11007", ("11002",)),
        ("gemeente", "Borsbeek", ("11002",)),
        ("gemeente", "Sint Niklaas", ("46021",)),
        ("gemeente", "1804", ("23088", "23096")),
        ("regio", "westhoek", ("westhoek",)),
        ("regio", "Zuid-West-Vlaanderen", ("zuid-west-vlaanderen",)),
        ("trede", "5", (5,)),
        ("samenwerking", "Enclave", ("enclave",)),
        ("straal", "10", None),
        ("bevestigd", "12", 12),
        ("sorteer", "naam", "naam"),
        ("pagina", "3", 3),
        ("per_pagina", "1", 1),
        ("per_pagina", "100", 100),
        ("letterlijk", "1", True),
        ("letterlijk", "0", False),
    ],
)
def test_a_good_value_is_understood(key: str, value: str, expected: Any) -> None:
    criteria = asked((key, value))
    found = getattr(criteria, key)
    assert (tuple(sorted(found)) if key == "dienst" else found) == expected
    assert criteria.problems == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("werkvorm", "onzin"),
        ("dienst", "oogarts"),
        ("dienst", "99999999"),
        ("dienst", "00000000"),
        ("gemeente", "Amsterdam"),
        ("gemeente", "9999999"),
        ("gemeente", "1000"),
        ("regio", "veluwe"),
        ("trede", "0"),
        ("trede", "7"),
        ("trede", "vijf"),
        ("trede", "5.0"),
        ("trede", "٥"),
        ("trede", "-1"),
        ("samenwerking", "fusie"),
        ("rond", "nergens"),
        ("rond", "0,0"),
        ("rond", "91,181"),
        ("straal", "-5"),
        ("straal", "0"),
        ("straal", "301"),
        ("straal", "nan"),
        ("straal", "inf"),
        ("straal", "1e2"),
        # Shorter than a step: our own links would write it as a number that nobody may give.
        ("straal", "0.00001"),
        ("letterlijk", "ja"),
        ("straal", "1.2.3"),
        ("straal", "ver"),
        ("bevestigd", "0"),
        ("bevestigd", "601"),
        ("bevestigd", "een jaar"),
        ("sorteer", "prijs"),
        ("pagina", "0"),
        ("pagina", "-1"),
        ("pagina", "99999999999999999999"),
        ("per_pagina", "0"),
        ("per_pagina", "101"),
        ("per_pagina", "veel"),
        ("q", "a" * (MAX_QUESTION + 1)),
        ("waar", "nergens"),
    ],
)
def test_a_bad_value_is_dropped_and_named(key: str, value: str) -> None:
    criteria = asked((key, value), ("regio", "westhoek"))
    fields = problems(criteria)
    assert key in fields
    if key != "regio":
        assert fields == [key]
        assert criteria.regio == ("westhoek",)
    if key not in ("q", "waar"):
        assert getattr(criteria, key) == getattr(Criteria(), key) or key == "regio"
    message = next(problem.message for problem in criteria.problems if problem.field == key)
    assert message.endswith(".")
    assert len(message) < 200


@pytest.mark.parametrize(
    "key", ["werkvorm", "dienst", "gemeente", "regio", "trede", "rond", "straal", "pagina"]
)
def test_an_empty_value_is_no_value(key: str) -> None:
    assert asked((key, ""), (key, "  ")) == Criteria()


def test_unknown_parameters_are_ignored() -> None:
    assert asked(("utm_source", "x"), ("Q", "x"), ("dienst[]", "x")) == Criteria()


def test_values_of_one_facet_are_kept_in_order_and_each_once() -> None:
    criteria = asked(
        ("gemeente", "Veurne"), ("gemeente", "8900"), ("gemeente", "ieper"), ("trede", "5"), ("trede", "3")
    )
    assert criteria.gemeente == (VEURNE, IEPER)
    assert criteria.trede == (5, 3)


def test_a_good_value_beside_a_bad_one_still_counts() -> None:
    criteria = asked(("trede", "9"), ("trede", "5"))
    assert (criteria.trede, problems(criteria)) == ((5,), ["trede"])


@pytest.mark.parametrize(
    ("where", "gemeente", "regio"),
    [("Poperinge", (POPERINGE,), ()), ("8500", (KORTRIJK,), ()), ("Westhoek", (), ("westhoek",))],
)
def test_the_box_where_takes_a_gemeente_a_postcode_or_a_region(
    where: str, gemeente: tuple[str, ...], regio: tuple[str, ...]
) -> None:
    criteria = asked(("waar", where))
    assert (criteria.gemeente, criteria.regio) == (gemeente, regio)


@pytest.mark.parametrize(
    ("rond", "lat", "lon"),
    [
        ("8900", 50.8511, 2.8857),
        ("Ieper", 50.8511, 2.8857),
        ("51.0,3.0", 51.0, 3.0),
        ("51.0, 3.0", 51.0, 3.0),
    ],
)
def test_a_centre_is_a_place_or_a_point(rond: str, lat: float, lon: float) -> None:
    criteria = asked(("rond", rond), ("straal", "12,5 km"))
    assert criteria.rond is not None
    assert (criteria.rond.point.lat, criteria.rond.point.lon) == (lat, lon)
    assert (criteria.straal, criteria.rond_text) == (12.5, rond)


def test_a_radius_without_a_centre_means_nothing() -> None:
    assert asked(("straal", "10")) == Criteria()


def readable(criteria: Criteria) -> Criteria:
    """The same search with the texts that a permalink can hold."""
    from dataclasses import replace

    text = f"{criteria.rond.point.lat},{criteria.rond.point.lon}" if criteria.rond else ""
    return replace(criteria, rond_text=text)


@patient
@given(
    searches(),
    st.text(max_size=30),
    st.sampled_from(["", "naam", "afstand"]),
    st.integers(1, 50),
    st.integers(1, 100),
    st.booleans(),
)
def test_a_permalink_means_the_same_search(
    criteria: Criteria, q: str, sort: str, page: int, size: int, literal: bool
) -> None:
    from dataclasses import replace

    clean = " ".join(q.replace("\x00", " ").split())
    criteria = replace(
        readable(criteria), q=clean, sorteer=sort, pagina=page, per_pagina=size, letterlijk=literal
    )
    again = read(MultiDict(criteria.parameters(words())), words())
    assert again.problems == ()
    assert replace(again, rond=None) == replace(criteria, rond=None)
    assert (again.rond.point if again.rond else None) == (criteria.rond.point if criteria.rond else None)


def test_a_permalink_is_short_and_readable() -> None:
    criteria = asked(("gemeente", "33011"), ("dienst", "kuisen"), ("q", "snel & goed"), ("per_pagina", "20"))
    assert criteria.query_string(words()) == "q=snel+%26+goed&dienst=schoonmaak&gemeente=ieper"
    assert iri_to_uri(criteria.query_string(words())) == criteria.query_string(words())


@patient
@given(searches(), st.sampled_from(["dienst", "gemeente"]), st.data())
def test_toggling_twice_gives_the_same_choice(criteria: Criteria, facet: str, data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(SLUGS if facet == "dienst" else list(GEMEENTEN)))
    once = criteria.toggled(facet, value)
    assert (value in getattr(once, facet)) != (value in getattr(criteria, facet))
    assert set(getattr(once.toggled(facet, value), facet)) == set(getattr(criteria, facet))
    assert once.pagina == 1


@patient
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "q",
                "werkvorm",
                "dienst",
                "gemeente",
                "regio",
                "trede",
                "samenwerking",
                "rond",
                "straal",
                "bevestigd",
                "sorteer",
                "pagina",
                "per_pagina",
                "waar",
                "letterlijk",
            ]
        ),
        st.text(max_size=40),
    )
)
def test_any_text_is_a_value_or_a_named_problem(values: dict[str, str]) -> None:
    criteria = asked(*values.items())
    assert set(problems(criteria)) <= set(values)
    assert 1 <= criteria.per_pagina <= 100
    assert criteria.pagina >= 1
    read(MultiDict(criteria.parameters(words())), words())
