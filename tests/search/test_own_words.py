"""Organisations that answer with their own words: names, numbers, notes, descriptions; and typing errors."""

import pytest

from tests.search.builders import document, read


@pytest.mark.parametrize(
    ("question", "number", "field"),
    [
        ("De Sleutel", 1, "naam"),
        ("de sleutel vzw", 1, "naam"),
        ("Sleutel", 1, "naam"),
        ("boomgaard en co", 2, "naam"),
        ("Het Oude Erf", 2, "voorheen"),
        ("DDZ", 5, "naam"),
        ("sociaal huis poperinge", 4, "naam"),
        ("mol en mus", 6, "naam"),
        ("rolstoelen", 4, "dienstwoord"),
        ("soep", 6, "omschrijving"),
        ("lokalen", 1, "omschrijving"),
        ("overschotten", 6, "omschrijving"),
        ("was", 5, "nota"),
    ],
)
def test_own_words_find_the_organisation(question: str, number: int, field: str) -> None:
    reading = read(question)
    assert reading.place is None
    assert [list(term.own) for term in reading.terms] == [[number]]
    assert reading.terms[0].own[number].field == field


def test_a_name_that_is_also_a_question_keeps_its_place() -> None:
    reading = read("Kringloop Ieper")
    assert reading.place is not None
    assert reading.place.nis == ("33011",)
    assert 3 in reading.terms[0].own
    assert reading.terms[0].services[0].slug == "kringloop"


def test_a_whole_name_counts_more_than_a_part_and_a_name_more_than_a_description() -> None:
    documents = [
        document(1, "Ezelsoor"),
        document(2, "Ezelsoor Kust"),
        document(3, "Elders", text="Werkt samen met Ezelsoor."),
    ]
    own = read("ezelsoor", documents).terms[0].own
    assert own[1].weight > own[2].weight > own[3].weight


def test_a_service_counts_more_than_own_words_and_those_more_than_a_broader_service() -> None:
    term = read("ramen wassen", [document(1, text="Wij wassen ramen.")]).terms[0]
    exact, broader = term.services[0], term.services[-1]
    assert exact.weight > term.own[1].weight > broader.weight


def test_other_names_of_the_service_count_as_own_service_words_but_not_in_running_text() -> None:
    documents = [document(1, text="Poetsen."), document(2, words=("poetsen met stoom",))]
    assert list(read("kuisen", documents).terms[0].own) == [2]


@pytest.mark.parametrize(
    ("question", "name"), [("west", "Winkel Midwest"), ("fabriek", "Deelfabriek"), ("maatwerk", "Werkmaat")]
)
def test_a_name_is_found_by_its_words_not_by_parts_of_them(question: str, name: str) -> None:
    assert not read(question, [document(1, name)]).terms[0].own


@pytest.mark.parametrize("question", ["honden", "hond uitlaten"])
def test_the_parts_of_an_own_word_that_no_vocabulary_has_find_it(question: str) -> None:
    terms = read(question, [document(1, words=("hondenuitlaatdienst",))]).terms
    assert [list(term.own) for term in terms] == [[1]] * len(question.split())
    assert terms[0].own[1].field == "dienstwoord"


def test_words_spread_over_an_entry_credit_what_it_does_before_its_name() -> None:
    own = read("winkel kaarsen", [document(1, "Winkel Oost", text="Kaarsen.")]).terms
    assert own[-1].own[1].field == "omschrijving"


def test_who_names_what_it_is_done_to_is_named_beside_the_service() -> None:
    documents = [document(1, text="Pakt chocolade in."), document(2, text="Pakt in.")]
    term = read("verpakking van chocolade", documents).terms[0]
    assert list(term.about) == [1]
    assert term.about[1].word == "chocolade"
    assert not term.own


@pytest.mark.parametrize(
    ("typed", "meant"), [("hydrantten", "hydranten"), ("groenonderhoudd", "groenonderhoud")]
)
def test_a_letter_too_many_is_said_although_the_word_is_understood(typed: str, meant: str) -> None:
    assert read(typed).corrected == meant


@pytest.mark.parametrize("word", ["strandreiniging", "bakken", "strandhydranten"])
def test_a_compound_of_real_words_is_not_corrected(word: str) -> None:
    assert read(word, [document(1, text="straatreiniging baken standhydranten")]).corrected is None


def test_grammar_is_no_task_in_running_text() -> None:
    assert not read("was", [document(1, text="Dit was vroeger een school.")]).terms[0].own


def test_all_words_of_a_question_must_be_answered() -> None:
    documents = [
        document(1, text="Kaarsen en zeep."),
        document(2, text="Kaarsen."),
        document(3, text="Zeep."),
    ]
    terms = read("kaarsen zeep", documents).terms
    assert set(terms[0].own) & set(terms[1].own) == {1}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("groenonderhuod", "groenonderhoud"),
        ("schonmaak", "schoonmaak"),
        ("scoonmaak", "schoonmaak"),
        ("poetsne", "poetsen"),
        ("strijkk", "strijk"),
        ("klusjesdinst", "klusjesdienst"),
        ("hydrantne", "hydranten"),
        ("verpaking", "verpakking"),
        ("kringlopwinkel", "kringloopwinkel"),
        ("maatwerkbedrif", "maatwerkbedrijf"),
        ("beschutte werkplats", "beschutte werkplaats"),
        ("rolstoelne", "rolstoelen"),
    ],
)
def test_a_typing_error_is_mended_and_said(typed: str, meant: str) -> None:
    reading = read(typed)
    assert reading.corrected == meant
    assert not reading.is_unanswerable
    assert any(term.corrected_from for term in reading.terms)


@pytest.mark.parametrize(
    ("typed", "nis"),
    [("poetsen Poperinghe", "33021"), ("poetsen in Iepre", "33011"), ("strijk veurn", "38025")],
)
def test_a_typing_error_in_a_place_is_mended(typed: str, nis: str) -> None:
    reading = read(typed)
    assert reading.corrected is not None
    assert reading.place is not None
    assert reading.place.nis == (nis,)


@pytest.mark.parametrize(
    "word", ["sleutel", "ezelsoor", "boomgaard", "zolder", "soep", "mus", "poetsen", "ieper"]
)
def test_a_word_that_exists_is_never_corrected(word: str) -> None:
    documents = [
        document(1, "De Sleutel"),
        document(2, "Ezelsoor Boomgaard Zolder", text="soep"),
        document(3, "Mus"),
    ]
    assert read(word, documents).corrected is None


@pytest.mark.parametrize("word", ["plukken", "hout", "boot", "bus", "ramp", "grap"])
def test_short_words_do_not_become_other_words(word: str) -> None:
    documents = [document(1, "Elders", text="plakken, kaper, haat, boek, ram, gras")]
    assert read(word, documents).corrected is None
