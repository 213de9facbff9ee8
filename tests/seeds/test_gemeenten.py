"""The seed files of gemeenten, regions, place words and attribution."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from catalogue.places.distance import Point
from catalogue.places.gazetteer import is_near_belgium, normalise
from catalogue.places.seeds import read_gemeenten, read_ordinary_words, read_regios, read_streken
from seeds.scripts import gemeenten as script

SEEDS = Path(script.CSV_PATH).parent
ROWS = read_gemeenten(SEEDS / "gemeenten.csv")
REGIOS = read_regios(SEEDS / "regios.toml")


def test_the_file_is_exactly_what_the_script_makes() -> None:
    assert script.CSV_PATH.read_text(encoding="utf-8") == script.as_csv(
        script.merged(script.read(script.CSV_PATH))
    )


def test_the_script_keeps_what_is_kept_by_hand_and_restores_what_is_not() -> None:
    spoiled = [dict(row) for row in script.read(script.CSV_PATH)]
    spoiled[0] |= {"naam": "Verkeerd", "postcodes": "1", "deelgemeenten": "Eigen dorp"}
    mended = script.merged(spoiled)[0]
    assert (mended["naam"], mended["postcodes"], mended["deelgemeenten"]) == (
        "Aartselaar",
        "2630",
        "Eigen dorp",
    )


def test_all_285_gemeenten_are_there_once() -> None:
    assert len(ROWS) == 285
    assert len({row.nis for row in ROWS}) == 285
    assert len({row.slug for row in ROWS}) == 285
    assert len({normalise(row.naam) for row in ROWS}) == 285


def test_west_vlaanderen_has_62_gemeenten_and_there_are_five_provinces() -> None:
    counts = Counter(row.provincie for row in ROWS)
    assert counts["West-Vlaanderen"] == 62
    assert set(counts) == {"Antwerpen", "Limburg", "Oost-Vlaanderen", "Vlaams-Brabant", "West-Vlaanderen"}


def test_every_gemeente_has_a_postcode_and_a_point_near_belgium() -> None:
    for row in ROWS:
        assert row.postcodes
        assert all(len(code) == 4 and code.isdigit() for code in row.postcodes)
        assert is_near_belgium(Point(row.lat, row.lon)), row.naam


def test_a_slug_holds_only_letters_and_hyphens() -> None:
    slugs = {row.naam: row.slug for row in ROWS}
    assert slugs["Heist-op-den-Berg"] == "heist-op-den-berg"
    assert slugs["De Panne"] == "de-panne"
    assert all(slug.replace("-", "").isascii() and slug.replace("-", "").isalpha() for slug in slugs.values())


def test_the_mergers_of_2019_and_2025_are_known_by_name_and_code() -> None:
    merged = [row for row in ROWS if row.vroeger]
    assert len(merged) == 20
    # 15 gemeenten became 7 in 2019 and 28 became 13 in 2025; Antwerpen alone kept its code.
    assert sum(len(row.oude_nis) for row in merged) == 15 + 28 - 1
    assert not {old for row in ROWS for old in row.oude_nis} & {row.nis for row in ROWS}


def test_no_deelgemeente_is_named_twice_in_a_gemeente_or_like_the_gemeente_itself() -> None:
    for row in ROWS:
        words = [normalise(name) for name in row.deelgemeenten]
        assert len(words) == len(set(words)), row.naam
        assert normalise(row.naam) not in words
        assert all(name == name.strip() for name in row.deelgemeenten)


@pytest.mark.parametrize(
    ("slug", "size"),
    [("westhoek", 18), ("zuid-west-vlaanderen", 14), ("midwest", 15), ("brugge", 10), ("oostende", 7)],
)
def test_a_region_has_its_gemeenten_and_says_how_sure_that_is(slug: str, size: int) -> None:
    region = next(region for region in REGIOS if region.slug == slug)
    assert len(set(region.gemeenten)) == len(region.gemeenten) == size
    assert set(region.gemeenten) <= {row.nis for row in ROWS}
    assert region.bron
    assert region.noot
    assert region.zekerheid in {"zeker", "waarschijnlijk", "onzeker"}


def test_the_coast_runs_from_de_panne_to_knokke_heist() -> None:
    (coast,) = (region for region in read_streken(SEEDS / "regios.toml") if region.slug == "kust")
    names = [row.naam for row in ROWS if row.nis in coast.gemeenten]
    assert len(names) == len(coast.gemeenten) == 10
    assert {"De Panne", "Oostende", "Knokke-Heist"} <= set(names)


def test_the_regions_cover_west_vlaanderen_with_wervik_and_wielsbeke_twice() -> None:
    counts = Counter(nis for region in REGIOS for nis in region.gemeenten)
    assert set(counts) == {row.nis for row in ROWS if row.provincie == "West-Vlaanderen"}
    assert {nis for nis, count in counts.items() if count > 1} == {"33029", "37017"}


def test_the_comment_beside_each_code_of_a_region_is_the_name_of_the_gemeente() -> None:
    names = {row.nis: row.naam for row in ROWS}
    lines = [line.strip() for line in (SEEDS / "regios.toml").read_text(encoding="utf-8").splitlines()]
    pairs = [line.replace('"', "").split(", # ") for line in lines if ", # " in line]
    everything = (*REGIOS, *read_streken(SEEDS / "regios.toml"))
    assert len(pairs) == sum(len(region.gemeenten) for region in everything)
    assert all(names[nis] == name for nis, name in pairs)


def test_every_ordinary_word_is_a_place_name() -> None:
    places = {normalise(name) for row in ROWS for name in (row.naam, *row.vroeger, *row.deelgemeenten)}
    words = {normalise(word) for word in read_ordinary_words(SEEDS / "plaatsnamen.toml")}
    assert {"boom", "mol", "peer", "ham", "geel", "as", "werken"} <= words
    assert words <= places


def test_every_source_says_what_to_show_and_under_which_licence() -> None:
    sources = tomllib.loads((SEEDS / "attributie.toml").read_text(encoding="utf-8"))["bron"]
    texts = [source["tekst"] for source in sources]
    assert "Bron: Statbel (FOD Economie), CC BY 4.0" in texts
    assert "Plaatsen: GeoNames, CC BY 4.0" in texts
    assert all(source["wat"] and source["licentie"] in source["tekst"] for source in sources)
