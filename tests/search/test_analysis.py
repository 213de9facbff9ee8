"""The analysis by itself: words, stems, compounds, marks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.search.analysis import MAX_WORD, normalise, stem, words
from catalogue.search.compounds import Splitter
from catalogue.search.lexicon import lexicon_of
from tests.search.builders import VOCABULARY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Groenonderhoud", "groenonderhoud"),
        ("CAFÉ  Crème", "cafe creme"),
        ("groen-onderhoud", "groen onderhoud"),
        ("Ĳzerlaan", "ijzerlaan"),
        ("v.z.w. De Sleutel", "vzw de sleutel"),
        ("foto's en auto’s", "fotos en autos"),
        ("ﬁetsen １２", "fietsen 12"),
        ("ie\u0308per", "ieper"),
        ("<b>poetsen</b>", "b poetsen b"),
        ("   ", ""),
    ],
)
def test_text_is_normalised_to_plain_words(text: str, expected: str) -> None:
    assert normalise(text) == expected


@settings(deadline=None)
@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_endless_words_are_cut_short() -> None:
    assert len(words("a" * 5000)[0]) == MAX_WORD


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("fiets", "fietsen"),
        ("poets", "poetsen"),
        ("huis", "huizen"),
        ("brief", "brieven"),
        ("stad", "steden"),
        ("dak", "daken"),
        ("glas", "glazen"),
        ("groen", "groene"),
        ("verpakken", "verpakking"),
        ("herstellen", "herstellingen"),
        ("montage", "monteren"),
        ("renovatie", "renoveren"),
        ("controle", "controleren"),
        ("klusjes", "klussen"),
        ("hagen", "haag"),
        ("kleding", "kledij"),
        ("meubilair", "meubels"),
        ("paletten", "pallets"),
        ("kind", "kinderen"),
        ("levering", "leveren"),
        ("verzenden", "verzending"),
    ],
)
def test_forms_of_one_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("maan", "man"),
        ("boom", "bom"),
        ("groen", "groente"),
        ("park", "parking"),
        ("verzenden", "verse"),
        ("kaas", "kas"),
        ("brood", "brood!x"),
    ],
)
def test_other_words_keep_other_stems(one: str, other: str) -> None:
    assert stem(one) != stem(normalise(other).replace(" ", ""))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("groenonderhoud", ["groen", "onderhoud"]),
        ("hydrantencontrole", ["hydrant", "control"]),
        ("fietsherstelling", ["fiets", "herstel"]),
        ("fietsenhersteller", ["fiets", "herstel"]),
        ("voedseloverschotten", ["voedseloverschot"]),
        ("klusjesdienst", ["klus", "dienst"]),
        ("strijkatelier", ["strijk", "atelier"]),
        ("poetshulp", ["poets", "hulp"]),
        ("onderhoud", ["onderhoud"]),
        ("verpakking", ["verpak"]),
        ("poperinge", ["poperinge"]),
    ],
)
def test_compounds_fall_apart_in_the_words_of_the_vocabulary(word: str, parts: list[str]) -> None:
    expected = [stem(part) if part == "poperinge" else part for part in parts]
    assert [part.stem for part in lexicon_of(VOCABULARY).parts(word)] == expected


@pytest.mark.parametrize("word", ["onderhoud", "turnhout", "kortrijk", "aankoop", "binnenhuis", "opvang"])
def test_small_words_are_no_parts_of_compounds(word: str) -> None:
    splitter = Splitter(["houd", "hout", "koop", "vang", "turn", "rijk"], whole=["turnhout", "kortrijk"])
    assert len(splitter.parts(word)) == 1


@settings(deadline=None)
@given(st.text(alphabet="abdeghijklnoprstuvwz", min_size=1, max_size=30))
def test_any_word_can_be_split_without_harm(word: str) -> None:
    assert lexicon_of(VOCABULARY).parts(word)
