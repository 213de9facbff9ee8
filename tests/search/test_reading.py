"""What a question is read as: places, filler, tasks, kinds, numbers, codes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.search.scan import ScanIndex
from catalogue.search.types import ServiceTerm, Vocabulary, WerkvormTerm
from tests.search.builders import kinds_of, read, services_of


@pytest.mark.parametrize(
    ("question", "nis", "tasks"),
    [
        ("groenonderhoud in Ieper", ("33011",), ["groenonderhoud"]),
        ("groenonderhoud Ieper", ("33011",), ["groenonderhoud"]),
        ("Ieper: poetsen", ("33011",), ["poetsen"]),
        ("verpakken 8900", ("33011",), ["verpakken"]),
        ("poetsen in 8900 Ieper", ("33011",), ["poetsen"]),
        ("poetsen te De Panne", ("38008",), ["poetsen"]),
        ("poetsen heist op den berg", ("12014",), ["poetsen"]),
        ("strijk in Ieper en Poperinge", ("33011", "33021"), ["strijk"]),
        ("strijk in Beselare", ("33037",), ["strijk"]),
        ("strijk in Beveren", ("46030",), ["strijk"]),
        ("strijk in Beveren 8691", ("38002",), ["strijk"]),
        ("snoeien 2850 Boom", ("11005",), ["snoeien"]),
        ("poetsen in Brugge", ("31005",), ["poetsen"]),
    ],
)
def test_places_are_read_from_the_question(question: str, nis: tuple[str, ...], tasks: list[str]) -> None:
    reading = read(question)
    assert reading.place is not None
    assert reading.place.nis == nis
    assert [term.text for term in reading.terms] == tasks


@pytest.mark.parametrize(
    ("question", "slug"), [("hydranten Westhoek", "westhoek"), ("poetsen in regio Brugge", "brugge")]
)
def test_regions_are_read_from_the_question(question: str, slug: str) -> None:
    place = read(question).place
    assert place is not None
    assert place.regio == slug
    assert not place.near


@pytest.mark.parametrize(
    "question",
    [
        "fietspunt vlakbij Beselare",
        "fietspunt in de buurt van Beselare",
        "fietspunt rond Beselare",
        "fietspunt in de omgeving van Beselare",
        "fietspunt Beselare en omstreken",
        "fietspunt dicht bij Beselare",
    ],
)
def test_near_a_place_is_a_radius_around_it(question: str) -> None:
    reading = read(question)
    assert reading.place is not None
    assert (reading.place.near, reading.place.straal, reading.place.label) == (True, 10, "Beselare")
    assert [services_of(term)[0] for term in reading.terms] == ["fietsherstelling"]


@pytest.mark.parametrize("question", ["boom snoeien", "mol", "werken aan de weg"])
def test_names_that_are_words_need_a_place_word(question: str) -> None:
    assert read(question).place is None


@pytest.mark.parametrize(
    ("question", "nis"), [("snoeien in Boom", "11005"), ("poetsen rond Mol", "13025"), ("te Werken", "32011")]
)
def test_names_that_are_words_are_places_after_a_place_word(question: str, nis: str) -> None:
    place = read(question).place
    assert place is not None
    assert place.nis == (nis,)


@pytest.mark.parametrize(("question", "nis"), [("Boom", "11005"), ("poetsen boom", "11005")])
def test_a_word_that_nothing_else_answers_is_read_as_a_place(question: str, nis: str) -> None:
    reading = read(question)
    assert reading.place is not None
    assert reading.place.nis == (nis,)
    assert not reading.is_unanswerable
    assert read(question, literal=True).place is None


@pytest.mark.parametrize(
    ("question", "km"),
    [
        ("poetsen 15 km rond Veurne", 15),
        ("rond Veurne 30 km", 30),
        ("binnen 15 km van Veurne", 15),
        ("straal 5 km Veurne", 5),
        ("poetsen in een straal van 20km rond Veurne", 20),
        ("poetsen op hoogstens 12 kilometer van 8630 Veurne", 12),
        ("poetsen op 2,5 km van Veurne", 2),
    ],
)
def test_a_distance_in_the_text_is_the_radius(question: str, km: int) -> None:
    reading = read(question)
    assert reading.place is not None
    assert (reading.place.near, reading.place.straal, reading.place.nis) == (True, km, ("38025",))
    assert not reading.is_unanswerable


def test_a_distance_from_a_name_that_is_a_word_makes_it_a_place() -> None:
    place = read("poetsen op 5 km van Mol").place
    assert place is not None
    assert (place.nis, place.straal) == (("13025",), 5)


def test_a_distance_without_a_place_is_filler() -> None:
    reading = read("poetsen 15 km")
    assert reading.place is None
    assert [term.text for term in reading.terms] == ["poetsen"]
    assert reading.filler == ("15", "km")


@pytest.mark.parametrize("question", ["1000", "8999", "poetsen 1000", "poetsen in 8999", "12345", "99999999"])
def test_a_number_that_nobody_has_is_answered_by_nobody(question: str) -> None:
    assert read(question).is_unanswerable


@pytest.mark.parametrize(
    "question",
    [
        "4000 folders plooien",
        "poetsen 3 uur",
        "maaltijden voor 150 personen",
        "500 m2 poetsen",
        "strijk 24/7",
    ],
)
def test_a_quantity_does_not_narrow(question: str) -> None:
    reading = read(question)
    assert not reading.is_unanswerable
    assert len(reading.terms) == 1


@pytest.mark.parametrize(
    ("question", "treden", "tasks"),
    [
        ("trede 3", (3,), []),
        ("poetsen trede 5 in Ieper", (5,), ["poetsen"]),
        ("treden 3 en 4", (3, 4), []),
        ("trede 3-5 poetsen", (3, 4, 5), ["poetsen"]),
        ("strijk op trede 4 tot 6", (4, 5, 6), ["strijk"]),
        ("4de trede", (4,), []),
        ("trede 3, strijk", (3,), ["strijk"]),
    ],
)
def test_a_step_of_the_ladder_is_read_from_the_question(
    question: str, treden: tuple[int, ...], tasks: list[str]
) -> None:
    reading = read(question)
    assert reading.treden == treden
    assert [term.text for term in reading.terms] == tasks
    assert not reading.is_empty


@pytest.mark.parametrize("question", ["trede 9", "trede", "poetsen"])
def test_what_is_no_step_of_the_ladder_is_not_read_as_one(question: str) -> None:
    assert read(question).treden == ()


@pytest.mark.parametrize(
    "question",
    ["ramen plaatsen", "plaatsing van ramen", "fietsen vervangen", "aanleg van groen", "groenaanleg"],
)
def test_a_verb_that_decides_is_not_dropped(question: str) -> None:
    reading = read(question)
    assert len(reading.terms) == 1
    assert reading.is_unanswerable


@pytest.mark.parametrize(
    "question",
    ["oude folders plooien in Ieper", "folders plooien heel Vlaanderen", "twee kapotte folders plooien"],
)
def test_words_of_manner_and_quantity_do_not_narrow(question: str) -> None:
    assert [services_of(term) for term in read(question).terms] == [["folders"]]


def test_a_general_word_asks_for_the_services_that_have_it_when_nothing_else_is_asked() -> None:
    terms = read("onderhoud voor onze fabriek").terms
    assert [term.text for term in terms] == ["onderhoud"]
    work = read("werk in onze fabriek in Ieper").terms
    assert [services_of(term) for term in work] == [["begeleid-werk"]]
    assert read("hulp").is_unanswerable
    assert [services_of(term) for term in read("ploeg voor verpakken").terms] == [["verpakken"]]


def test_read_literally_a_place_is_an_ordinary_word() -> None:
    reading = read("kringloop Ieper", literal=True)
    assert reading.place is None
    assert 3 in reading.terms[0].own


@pytest.mark.parametrize(
    "question",
    [
        "wie kan bij ons verpakken?",
        "ik zoek een bedrijf dat kan verpakken",
        "wij willen graag verpakking laten doen",
        "Wie verpakt er?",
        "sociale economie verpakken",
        "een firma voor verpakken",
        "verpakkingswerk",
    ],
)
def test_filler_does_not_narrow(question: str) -> None:
    assert [services_of(term) for term in read(question).terms] == [["verpakken"]]


def test_a_question_of_filler_only_asks_nothing() -> None:
    assert read("wie kan er helpen?").is_empty
    assert read("").is_empty


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("groenonderhoud", "groenonderhoud"),
        ("onderhoud van groen", "groenonderhoud"),
        ("groenwerken", "groenonderhoud"),
        ("plantsoenonderhoud", "groenonderhoud"),
        ("fietsen herstellen", "fietsherstelling"),
        ("herstelling van fietsen", "fietsherstelling"),
        ("wie herstelt fietsen", "fietsherstelling"),
        ("fietsenhersteller", "fietsherstelling"),
        ("fietsen verhuren", "fietsverhuur"),
        ("hydranten", "hydranten"),
        ("controle van de hydranten", "hydranten"),
        ("onderhoud hydranten", "hydranten"),
        ("poetshulp", "schoonmaak"),
        ("poetsdienst", "schoonmaak"),
        ("kuisen", "schoonmaak"),
        ("gebouwen reinigen", "schoonmaak"),
        ("strijken", "strijk"),
        ("was en strijk", "strijk"),
        ("strijkdienst", "strijk"),
        ("plooien van folders", "folders"),
        ("folders vouwen", "folders"),
        ("verpakkingen", "verpakken"),
        ("overschotten van voedsel", "overschotten"),
        ("klussen", "klusjes"),
        ("gras maaien", "gras-maaien"),
        ("grasmaaien", "gras-maaien"),
        ("haagscheren", "hagen-scheren"),
    ],
)
def test_any_way_of_saying_a_task_finds_the_service(question: str, slug: str) -> None:
    reading = read(question)
    assert [services_of(term)[0] for term in reading.terms] == [slug]
    assert reading.corrected is None


def test_exact_comes_before_synonym_before_narrower_before_broader() -> None:
    exact, synonym = read("schoonmaak").terms[0], read("poetsen").terms[0]
    assert exact.services[0].weight > synonym.services[0].weight > exact.services[1].weight
    assert kinds_of(exact) == {"schoonmaak": "dienst", "ramen-wassen": "smaller"}
    below = read("ramen wassen").terms[0]
    assert kinds_of(below) == {"ramen-wassen": "dienst", "schoonmaak": "ruimer"}
    assert below.services[1].weight < exact.services[1].weight


def test_a_compound_with_a_known_last_part_means_that_service_more_broadly() -> None:
    term = read("kantoorschoonmaak").terms[0]
    assert kinds_of(term)["schoonmaak"] == "ruimer"
    assert term.loose == ("kantoor",)
    assert services_of(read("schoonmaak van kantoren").terms[0]) == services_of(term)


BAKER = Vocabulary(
    (
        ServiceTerm("bakkerij", "Bakkerij", ("bakker", "brood bakken"), category="a"),
        ServiceTerm("potten", "Handwerk", ("pottenbakken",), category="a"),
        ServiceTerm("winkel", "Sociale kruidenier", (), category="b"),
        ServiceTerm("schoonmaak", "Schoonmaak", ("poetsen",), ("90910000-9",), category="c"),
        ServiceTerm("poetshulp", "Poetshulp", ("poetsdienst",), ("98514000-9",), "schoonmaak", "c"),
        ServiceTerm("wasserij", "Wasserij", ("de was doen",), category="d"),
        ServiceTerm("strijk", "Strijk", ("was en strijk",), category="d"),
        ServiceTerm("tweedehands", "Tweedehands", ("goedkope fiets",), category="e"),
        ServiceTerm("fietspunt", "Fietspunt", (), category="e"),
        ServiceTerm("naar-werk", "Begeleiding naar werk", (), category="f"),
        ServiceTerm("arbeidszorg", "Arbeidszorg", ("begeleid werken",), category="f"),
    )
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("vuilnisbakken", {}),
        ("kruid", {}),
        ("bakken", {"bakkerij": "dienst"}),
        ("wasserij", {"wasserij": "dienst"}),
        ("fietspunt", {"fietspunt": "dienst"}),
        ("poetshulp", {"poetshulp": "dienst", "schoonmaak": "ruimer"}),
        ("poetsdienst", {"poetshulp": "synoniem", "schoonmaak": "ruimer"}),
        ("poetsen", {"schoonmaak": "synoniem", "poetshulp": "smaller"}),
        ("90910000", {"schoonmaak": "dienst", "poetshulp": "smaller"}),
    ],
)
def test_a_name_as_it_is_written_shuts_out_names_that_share_a_part(
    question: str, expected: dict[str, str]
) -> None:
    terms = ScanIndex(()).search(question, BAKER).terms
    assert [kinds_of(term) for term in terms] == [expected]


def test_a_name_as_it_is_written_outranks_the_same_words_in_another_form() -> None:
    term = ScanIndex(()).search("begeleid werken", BAKER).terms[0]
    assert services_of(term) == ["arbeidszorg", "naar-werk"]


def test_for_whom_something_is_done_does_not_narrow() -> None:
    term = read("maaltijden voor een feest").terms[0]
    assert kinds_of(term)["maaltijden"] == "dienst"


def test_two_tasks_are_two_terms_and_either_is_one() -> None:
    both = read("groenonderhoud en schoonmaak").terms
    assert [services_of(term)[0] for term in both] == ["groenonderhoud", "schoonmaak"]
    either = read("poetsen of strijken").terms
    assert [set(services_of(term)) for term in either] == [{"schoonmaak", "ramen-wassen", "strijk"}]


@pytest.mark.parametrize("question", ["oogarts", "tandarts in Ieper", "website maken", "fietsverzekering"])
def test_an_unknown_task_is_answered_by_nobody(question: str) -> None:
    reading = read(question)
    assert reading.is_unanswerable
    assert reading.corrected is None


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("beschutte werkplaatsen", ("maatwerkbedrijf",)),
        ("maatwerkbedrijf", ("maatwerkbedrijf",)),
        ("PWA Ieper", ("wijk-werken",)),
        ("lde", ("ald",)),
    ],
)
def test_old_and_popular_names_of_werkvormen_are_known(question: str, keys: tuple[str, ...]) -> None:
    assert [term.werkvormen for term in read(question).terms] == [keys]


def test_a_general_name_of_a_werkvorm_reaches_all_that_are_named_after_it() -> None:
    kinds = (
        WerkvormTerm("ama-se", "Arbeidsmatige activiteiten – sociaal", ("AMA SE",)),
        WerkvormTerm("ama-welzijn", "Arbeidsmatige activiteiten – welzijn", ("AMA WVG",)),
        WerkvormTerm("az", "Arbeidszorg", ("AMA",)),
        WerkvormTerm("ander", "Amateurs"),
    )
    scan, vocabulary = ScanIndex(()), Vocabulary(werkvormen=kinds)
    assert scan.search("ama", vocabulary).terms[0].werkvormen == ("ama-se", "ama-welzijn", "az")
    by_label = scan.search("arbeidsmatige activiteiten", vocabulary).terms[0].werkvormen
    assert by_label == ("ama-se", "ama-welzijn")
    assert scan.search("ama welzijn", vocabulary).terms[0].werkvormen == ("ama-welzijn",)


def test_a_word_that_says_nothing_is_no_werkvorm() -> None:
    assert read("andere").is_empty


@pytest.mark.parametrize(
    ("question", "slugs"),
    [
        ("90911300-9", {"ramen-wassen"}),
        ("90911300", {"ramen-wassen"}),
        ("90910000-9", {"schoonmaak", "ramen-wassen"}),
        ("cpv 7731", {"groenonderhoud", "gras-maaien"}),
        ("CPV-code 77300000-3", {"groenonderhoud", "gras-maaien", "hagen-scheren"}),
        ("773", {"groenonderhoud", "gras-maaien", "hagen-scheren"}),
        ("903", set()),
    ],
)
def test_a_cpv_code_or_prefix_finds_the_services_under_it(question: str, slugs: set[str]) -> None:
    terms = read(question).terms
    found = {match.slug for term in terms for match in term.services if match.kind == "dienst"}
    assert found == slugs


def test_a_more_precise_cpv_code_finds_the_broader_service_below_the_exact_ones() -> None:
    term = read("90911000-6").terms[0]
    assert services_of(term) == ["ramen-wassen", "schoonmaak"] or kinds_of(term)["schoonmaak"] == "dienst"
    precise = read("77313000-7").terms[0]
    assert kinds_of(precise) == {"groenonderhoud": "ruimer"}


@pytest.mark.parametrize(
    "question", ["0407.768.895", "0407768895", "BE 0407.768.895", "be0407768895", "407 768 895"]
)
def test_a_number_finds_its_organisation(question: str) -> None:
    terms = read(question).terms
    assert [list(term.own) for term in terms] == [[3]]
    assert terms[0].own[3].field == "nummer"


def test_an_unknown_number_is_answered_by_nobody() -> None:
    assert read("0999.999.922").is_unanswerable


@settings(deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_a_valid_question(text: str) -> None:
    reading = read(text)
    assert reading.text == text
    assert read(text, literal=True).place is None


MIX = "in te rond van en of , - / 8900 Boom Ieper poetsen groen * ? ( [ 77"


@settings(deadline=None)
@given(st.lists(st.sampled_from(MIX.split())))
def test_any_mix_of_known_words_is_a_valid_question(pieces: list[str]) -> None:
    read(" ".join(pieces))


@pytest.mark.parametrize(
    "text", ["*" * 500, "s*", "naam:x", "a" * 5000, "((((", "x OR y AND NOT", "\x00\x01", "poetsen " * 900]
)
def test_engine_syntax_and_endless_texts_are_plain_text(text: str) -> None:
    read(text)


@settings(deadline=None)
@given(
    st.sampled_from(["wie kan", "ik zoek", "graag", "een bedrijf"]), st.sampled_from(["poetsen", "strijk"])
)
def test_filler_before_a_task_changes_nothing(filler: str, task: str) -> None:
    plain, longer = read(task).terms, read(f"{filler} {task}").terms
    assert [term.services for term in plain] == [term.services for term in longer]
    assert [term.own for term in plain] == [term.own for term in longer]
