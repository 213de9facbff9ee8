"""The word list of a package: real words are known, slips are not."""

import pytest

from catalogue.search.dutch_words import dutch_parts, has_word_list, is_dutch
from tests.search.builders import document, read


def test_there_is_a_word_list() -> None:
    assert has_word_list()


@pytest.mark.parametrize("word", ["dweilen", "plakken", "kaarsen", "oogarts"])
def test_real_words_are_known(word: str) -> None:
    assert is_dutch(word)


@pytest.mark.parametrize("word", ["poetsne", "schonmaak", "xqzv", "", "8900", 'a"b'])
def test_slips_and_nonsense_are_not(word: str) -> None:
    assert not is_dutch(word)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("strandreiniging", ("strand", "reiniging")),
        ("scheepsmotoren", ("scheep", "motoren")),
        ("overschottenverdeling", ("overschotten", "verdeling")),
        ("klusjesdienst", ("klusje", "dienst")),
        ("strand", ()),
        ("strandxqzv", ()),
        ("xqzvstrand", ()),
        ("", ()),
    ],
)
def test_a_compound_is_divided_in_dutch_words(word: str, parts: tuple[str, ...]) -> None:
    assert dutch_parts(word) == parts


@pytest.mark.parametrize("word", ["bier", "kippen", "slager", "dweilen"])
def test_a_real_word_that_nobody_answers_is_not_corrected(word: str) -> None:
    documents = [document(1, text="vier knippen lager delen")]
    assert read(word, documents).corrected is None


@pytest.mark.parametrize(
    ("typed", "meant"), [("stdijk", "strijk"), ("fieas", "fiets"), ("kuisren", "kuisen")]
)
def test_any_slip_in_a_short_word_is_mended(typed: str, meant: str) -> None:
    assert read(typed, [document(1, text="fiets")]).corrected == meant
