"""The sentence that sums up a search, in plain Dutch."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.directory.criteria import Criteria
from catalogue.directory.sentence import sentence
from catalogue.places.distance import Point
from catalogue.places.gazetteer import Centre
from catalogue.search.types import PlaceReading, Reading, Term
from tests.directory.records import IEPER, KORTRIJK, POPERINGE, VEURNE, words
from tests.directory.strategies import criteria as searches
from tests.directory.strategies import patient

HERE = Centre(Point(50.85, 2.89), "Ieper")


@pytest.mark.parametrize(
    ("total", "given_", "expected"),
    [
        (0, {}, "Geen organisaties in de catalogus"),
        (1, {}, "1 organisatie in de catalogus"),
        (1500, {}, "1.500 organisaties in de catalogus"),
        (
            12,
            {"dienst": ("groenonderhoud",), "gemeente": (IEPER,)},
            "12 organisaties voor 'groenonderhoud' die werken in Ieper",
        ),
        (1, {"gemeente": (IEPER,)}, "1 organisatie die werkt in Ieper"),
        (0, {"gemeente": (IEPER,)}, "Geen organisaties die werken in Ieper"),
        (
            2,
            {"dienst": ("ramen-wassen", "catering")},
            "2 organisaties voor 'ramen wassen' of 'catering'",
        ),
        (
            3,
            {"gemeente": (IEPER, VEURNE, POPERINGE)},
            "3 organisaties die werken in Ieper, Veurne of Poperinge",
        ),
        (
            4,
            {"gemeente": (IEPER, VEURNE, POPERINGE, KORTRIJK)},
            "4 organisaties die werken in Ieper, Veurne, Poperinge of 1 andere",
        ),
        (1, {"regio": ("westhoek",)}, "1 organisatie die werkt in de regio Westhoek"),
        (
            2,
            {"gemeente": (IEPER,), "regio": ("westhoek",)},
            "2 organisaties die werken in Ieper in de regio Westhoek",
        ),
        (2, {"rond": HERE}, "2 organisaties in de catalogus, dichtst bij Ieper eerst"),
        (2, {"rond": HERE, "straal": 7.5}, "2 organisaties binnen 7,5 km van Ieper"),
        (2, {"werkvorm": ("maatwerk",)}, "2 organisaties met werkvorm Maatwerkbedrijf"),
        (2, {"trede": (3, 4)}, "2 organisaties op trede 3 of 4"),
        (2, {"samenwerking": ("levering",)}, "2 organisaties met samenwerking levering van producten"),
        (2, {"bevestigd": 1}, "2 organisaties bevestigd in de laatste maand"),
        (2, {"bevestigd": 6}, "2 organisaties bevestigd in de laatste 6 maanden"),
    ],
)
def test_filters_read_as_one_sentence(total: int, given_: dict[str, Any], expected: str) -> None:
    assert sentence(total, Criteria(**given_), words(), None) == expected


@pytest.mark.parametrize(
    ("q", "reading", "given_", "expected"),
    [
        (
            "wie kan poetsen",
            Reading("wie kan poetsen", terms=(Term("poetsen"),)),
            {},
            "5 organisaties voor 'poetsen'",
        ),
        (
            "poetsen in Ieper",
            Reading(
                "poetsen in Ieper",
                place=PlaceReading("Ieper", (IEPER,), "in Ieper"),
                terms=(Term("poetsen"),),
            ),
            {"gemeente": (IEPER,)},
            "5 organisaties voor 'poetsen' die werken in Ieper",
        ),
        (
            "Ieper",
            Reading("Ieper", place=PlaceReading("Ieper", (IEPER,), "Ieper")),
            {"gemeente": (IEPER,)},
            "5 organisaties die werken in Ieper",
        ),
        ("wie kan", Reading("wie kan", filler=("wie", "kan")), {}, "5 organisaties in de catalogus"),
        (
            "snel",
            Reading("snel", terms=(Term("snel"),)),
            {"dienst": ("catering",)},
            "5 organisaties voor 'snel' met dienst 'catering'",
        ),
    ],
)
def test_the_text_is_named_by_its_task_and_its_place(
    q: str, reading: Reading, given_: dict[str, Any], expected: str
) -> None:
    assert sentence(5, Criteria(q=q, **given_), words(), reading) == expected


@patient
@given(searches(), st.integers(0, 5000))
def test_every_search_has_a_sentence_that_agrees_in_number(criteria: Criteria, total: int) -> None:
    said = sentence(total, criteria, words(), None)
    assert said == " ".join(said.split())
    assert said.startswith("1 organisatie " if total == 1 else ("Geen " if not total else ""))
    assert ("organisaties" in said) == (total != 1)
    assert (" werkt " in said) <= (total == 1)
    assert (" werken " in said) <= (total != 1)
