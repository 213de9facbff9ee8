"""Compounds whose parts are written in another form than the vocabulary has them."""

import pytest

from catalogue.search.analysis import stem
from catalogue.search.compounds import Splitter
from catalogue.search.scan import ScanIndex
from catalogue.search.types import ServiceTerm, Vocabulary
from tests.search.builders import document, read, services_of

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


@pytest.mark.parametrize(("typed", "meant"), [("kattering", "catering"), ("schoonmaack", "schoonmaak")])
def test_a_word_written_by_ear_is_what_it_sounds_like(typed: str, meant: str) -> None:
    assert read(typed).corrected == meant


def test_one_slip_in_a_name_is_mended_although_both_words_are_known() -> None:
    documents = (document(1, "Packwerk Leieland"), document(2, "Pakhuis", words=("pakwerk",)))
    reading = read("Pakwerk Leieland", documents)
    assert reading.corrected == "packwerk Leieland"
    assert set(reading.terms[0].own) == {1}


def test_a_name_that_exists_is_never_mended_into_another() -> None:
    documents = (document(1, "Packwerk Leieland"), document(2, "Pakwerk Leieland"))
    assert read("Pakwerk Leieland", documents).corrected is None


@pytest.mark.parametrize("asked", ["copacking", "co-packing", "co packing"])
def test_a_hyphen_in_a_name_may_be_left_out(asked: str) -> None:
    vocabulary = Vocabulary((ServiceTerm("verpakken", "Verpakken", ("co-packing",)),))
    (term,) = ScanIndex(()).search(asked, vocabulary).terms
    assert services_of(term) == ["verpakken"]


@pytest.mark.parametrize("whole", ["verpakken", "begeleiding", "plukken", "verhuizing"])
def test_beginnings_and_ends_of_words_are_no_parts_though_the_vocabulary_holds_them(whole: str) -> None:
    splitter = Splitter(["verse", "kennen", "dingen", "pak", "plukken", "verpakken", "huis", "begelei"])
    assert len(splitter.parts(whole)) == 1
