"""Compounds whose parts are written in another form than the vocabulary has them."""

import pytest

from catalogue.search.analysis import stem
from catalogue.search.compounds import Splitter
from tests.search.builders import read

WORDS = [
    "zonnepanelen",
    "wassen",
    "reinigen",
    "dozen",
    "plooien",
    "lasersnijden",
    "verzorgen",
    "paarden",
    "hekwerk",
    "metaal",
    "bewerken",
]


@pytest.mark.parametrize(
    ("compound", "same_as"),
    [
        ("zonnepaneelreiniging", ("zonnepanelen", "reinigen")),
        ("doosplooien", ("dozen", "plooien")),
        ("paardenverzorging", ("paarden", "verzorgen")),
        ("lasersnijwerk", ("lasersnijden", "werk")),
        ("metalenhekwerk", ("metaal", "hekwerk")),
    ],
)
def test_a_part_is_known_in_the_form_it_has_inside_a_compound(
    compound: str, same_as: tuple[str, ...]
) -> None:
    splitter = Splitter(WORDS)
    stems = [part.stem for part in splitter.parts(compound)]
    assert stems == [part.stem for word in same_as for part in splitter.parts(word)]


def test_who_does_it_is_the_verb_at_the_end_of_a_compound() -> None:
    splitter = Splitter(("ruiten", "ruitenwasser", "wassen", "ramen"))
    assert splitter.parts("ramenwasser") == splitter.parts("ramenwassen")


def test_a_part_that_is_a_compound_itself_is_split_too() -> None:
    splitter = Splitter(("kantoren", "schoonmaak", "schoon", "maken"))
    whole = [part.stem for part in splitter.parts("kantoorschoonmaak")]
    assert whole[1:] == [part.stem for part in splitter.parts("schoonmaken")]


@pytest.mark.parametrize(("one", "other"), [("paneel", "panelen"), ("kantoor", "kantoren")])
def test_a_long_vowel_in_a_later_syllable_keeps_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("typed", "meant"), [("groenonderhout", "groenonderhoud"), ("schoonmaek", "schoonmaak")]
)
def test_a_letter_that_sounds_alike_is_mended_and_told(typed: str, meant: str) -> None:
    assert read(typed).corrected == meant


@pytest.mark.parametrize("right", ["hydrantencontroles", "fietsherstellingen", "schoonmaken"])
def test_another_form_of_a_known_word_is_not_called_a_slip(right: str) -> None:
    assert read(right).corrected is None
