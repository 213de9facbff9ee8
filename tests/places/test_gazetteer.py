"""Place words: what each name and code means."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.places.gazetteer import Gazetteer, Kind, Match, RegionRow, coordinates, normalise


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("33011", "Ieper", "nis"),
        ("8900", "Ieper", "postcode"),
        ("Ieper", "Ieper", "gemeente"),
        ("  IEPER ", "Ieper", "gemeente"),
        ("heist-op-den-berg", "Heist-op-den-Berg", "gemeente"),
        ("heist op den berg", "Heist-op-den-Berg", "gemeente"),
        ("St.-Niklaas", "Sint-Niklaas", "gemeente"),
        ("Sint Niklâas", "Sint-Niklaas", "gemeente"),
        ("Beselare", "Zonnebeke", "deelgemeente"),
        ("kessel lo", "Leuven", "deelgemeente"),
        ("Kessello", "Leuven", "deelgemeente"),
        ("s-Gravenwezel", "Schilde", "deelgemeente"),
        ("Gravenwezel", "Schilde", "deelgemeente"),
        ("O.L.V.-Waver", "Sint-Katelijne-Waver", "deelgemeente"),
        ("Roesbrugge", "Poperinge", "deelgemeente"),
        ("Meulebeke", "Tielt", "oude-naam"),
        ("Zwijndrecht", "Beveren-Kruibeke-Zwijndrecht", "oude-naam"),
        ("37007", "Tielt", "oude-nis"),
        ("44029", "Aalter", "oude-nis"),
        ("8900 Ieper", "Ieper", "postcode"),
        ("8902 Zillebeke", "Ieper", "postcode"),
        ("Ieper (8900)", "Ieper", "postcode"),
        ("Beselare (Zonnebeke)", "Zonnebeke", "deelgemeente"),
    ],
)
def test_a_place_word_finds_its_gemeente(gazetteer: Gazetteer, text: str, name: str, kind: Kind) -> None:
    match = gazetteer.resolve(text)
    assert match is not None
    assert [gazetteer.names[nis] for nis in match.nis] == [name]
    assert match.kind == kind
    assert not match.is_ambiguous


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Atlantis",
        "1000",
        "9999",
        "99999",
        "8900 Gent",
        "8900 Atlantis",
        "Ieper (Gent)",
        "*",
    ],
)
def test_what_is_unknown_or_contradicts_itself_finds_nothing(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.resolve(text) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Zandvoorde", ["Oostende", "Zonnebeke"]),
        ("Sint-Joris", ["Beernem", "Nieuwpoort"]),
        ("Beveren", ["Alveringem", "Beveren-Kruibeke-Zwijndrecht", "Roeselare", "Waregem"]),
        ("Moerbeke", ["Geraardsbergen", "Lokeren"]),
        ("Heist", ["Heist-op-den-Berg", "Knokke-Heist"]),
        ("1804", ["Vilvoorde", "Zemst"]),
    ],
)
def test_a_word_of_several_gemeenten_gives_all_of_them(
    gazetteer: Gazetteer, text: str, names: list[str]
) -> None:
    match = gazetteer.resolve(text)
    assert match is not None
    assert [gazetteer.names[nis] for nis in match.nis] == names
    assert match.is_ambiguous
    assert all(name in match.label for name in names)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Tielt", "Tielt"),
        ("Tielt (Tielt-Winge)", "Tielt-Winge"),
        ("3390 Tielt", "Tielt-Winge"),
        ("8700 Tielt", "Tielt"),
        ("Aalst", "Aalst"),
        ("3800 Aalst", "Sint-Truiden"),
        ("Beveren (Roeselare)", "Roeselare"),
        ("8691 Beveren", "Alveringem"),
        ("Heist (Knokke-Heist)", "Knokke-Heist"),
    ],
)
def test_a_gemeente_beats_a_deelgemeente_of_the_same_name_unless_a_place_stands_beside_it(
    gazetteer: Gazetteer, text: str, name: str
) -> None:
    match = gazetteer.resolve(text)
    assert match is not None
    assert [gazetteer.names[nis] for nis in match.nis] == [name]


def test_every_name_code_and_label_of_the_seed_file_is_found(gazetteer: Gazetteer) -> None:
    for nis, row in gazetteer.rows.items():
        words = (nis, row.naam, row.slug, *row.postcodes, *row.deelgemeenten, *row.vroeger, *row.oude_nis)
        for word in words:
            match = gazetteer.resolve(word)
            assert match is not None, word
            own_name_elsewhere = match.kind == "gemeente" and match.nis != (nis,)
            assert nis in match.nis or own_name_elsewhere, word
        for name in (*row.deelgemeenten, *row.vroeger):
            beside = gazetteer.resolve(f"{name} ({row.naam})")
            assert beside is not None, name
            assert beside.nis == (nis,), name


def test_every_label_of_one_gemeente_can_be_read_back(gazetteer: Gazetteer) -> None:
    for match in gazetteer.words().values():
        if not match.is_ambiguous:
            again = gazetteer.resolve(match.label)
            assert again is not None, match.label
            assert again.nis == match.nis


def test_words_are_normalised_names_without_codes(gazetteer: Gazetteer) -> None:
    words = gazetteer.words()
    assert words["sint jan in eremo"].nis == ("43014",)
    assert all(word == normalise(word) and not word.isdigit() for word in words)
    assert len(words) > 1100


@pytest.mark.parametrize("word", ["boom", "mol", "peer", "ham", "geel", "as", "werken", "zolder", "halen"])
def test_a_place_name_that_is_an_ordinary_word_says_so(gazetteer: Gazetteer, word: str) -> None:
    assert gazetteer.words()[word].is_ordinary_word


@pytest.mark.parametrize("word", ["ieper", "poperinge", "kortrijk", "beselare", "wervik"])
def test_a_plain_place_name_is_no_ordinary_word(gazetteer: Gazetteer, word: str) -> None:
    assert not gazetteer.words()[word].is_ordinary_word


@pytest.mark.parametrize("text", ["westhoek", "Westhoek", " WESTHOEK "])
def test_a_region_is_found_by_slug_or_name(gazetteer: Gazetteer, text: str) -> None:
    region = gazetteer.region(text)
    assert region is not None
    assert region.slug == "westhoek"
    assert len(gazetteer.region_gemeenten["westhoek"]) == 18


def test_an_unknown_region_is_none(gazetteer: Gazetteer) -> None:
    assert gazetteer.region("Ieper") is None
    assert gazetteer.region("x" * 10_000) is None


def test_the_centre_of_a_postcode_gemeente_or_deelgemeente_is_the_point_of_the_gemeente(
    gazetteer: Gazetteer,
) -> None:
    for text in ("8900", "Ieper", "Zillebeke", "33011", "8900 Ieper"):
        centre = gazetteer.parse_centre(text)
        assert centre is not None
        assert centre.point == gazetteer.point("33011")
        assert "Ieper" in centre.label


def test_the_centre_of_a_postcode_of_two_gemeenten_lies_between_them(gazetteer: Gazetteer) -> None:
    centre = gazetteer.parse_centre("1804")
    assert centre is not None
    lats = sorted(gazetteer.point(nis).lat for nis in ("23088", "23096"))
    assert lats[0] < centre.point.lat < lats[1]


@pytest.mark.parametrize("text", ["50.85,2.88", "50.85, 2.88", " 50.85;2.88", "50.85 2.88"])
def test_coordinates_are_a_centre(gazetteer: Gazetteer, text: str) -> None:
    centre = gazetteer.parse_centre(text)
    assert centre is not None
    assert (centre.point.lat, centre.point.lon) == (50.85, 2.88)


@pytest.mark.parametrize(
    "text",
    [
        "2.88,50.85",
        "0,0",
        "91,2.88",
        "nan,nan",
        "1e1,2",
        "50.85",
        "50.85,2.88,3",
        "Zandvoorde",
        "Atlantis",
        "",
    ],
)
def test_what_is_not_one_place_near_belgium_is_no_centre(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.parse_centre(text) is None


@settings(deadline=None)
@given(text=st.text(max_size=300))
def test_no_text_makes_the_gazetteer_fail(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.resolve(text) is None or isinstance(gazetteer.resolve(text), Match)
    assert gazetteer.region(text) is None or isinstance(gazetteer.region(text), RegionRow)
    gazetteer.parse_centre(text)


@settings(deadline=None)
@given(text=st.from_regex(r"[0-9.,; -]{1,30}", fullmatch=True))
def test_coordinates_are_never_far_from_belgium(text: str) -> None:
    point = coordinates(text)
    assert point is None or (49 < point.lat < 52 and 2 < point.lon < 7)


def test_a_gazetteer_of_nothing_knows_nothing() -> None:
    empty = Gazetteer([])
    assert empty.resolve("Ieper") is None
    assert empty.parse_centre("8900") is None
    assert empty.words() == {}
