"""Work areas: the exchange cell, the tokens, the resolution and the words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.places import area as areas
from catalogue.places.area import AreaError, WorkArea
from catalogue.places.distance import Point, km
from catalogue.places.gazetteer import Gazetteer
from catalogue.places.seeds import read_gemeenten, read_regios
from tests.places.conftest import SEEDS

GAZETTEER = Gazetteer(read_gemeenten(SEEDS / "gemeenten.csv"), read_regios(SEEDS / "regios.toml"))
NAMES = GAZETTEER.names
IEPER, POPERINGE, VEURNE = "33011", "33021", "38025"

work_areas = st.builds(
    WorkArea,
    gemeenten=st.frozensets(st.sampled_from(sorted(GAZETTEER.rows)), max_size=6),
    regios=st.frozensets(st.sampled_from(sorted(GAZETTEER.regions))),
    km=st.none() | st.floats(0.001, 500) | st.integers(1, 500).map(float),
    vlaanderen=st.booleans(),
)


def parsed(cell: str) -> WorkArea:
    return areas.parse(cell, GAZETTEER)


def resolved(area: WorkArea, *sites: Point) -> frozenset[str]:
    return areas.resolve(
        area, sites=sites, gemeente_points=GAZETTEER.points, regios=GAZETTEER.region_gemeenten
    )


def test_a_cell_adds_up_gemeenten_regions_a_radius_and_flanders() -> None:
    expected = WorkArea(frozenset({IEPER}), frozenset({"westhoek"}), 20.0, True)
    assert parsed("Ieper; regio:westhoek; 20 km; vlaanderen") == expected
    assert parsed("vlaanderen|20km | REGIO: Westhoek|ieper") == expected


@pytest.mark.parametrize(
    ("cell", "radius"),
    [
        ("20 km", 20),
        ("20km", 20),
        ("2,5 km", 2.5),
        ("2.5 KM", 2.5),
        ("15 kilometer", 15),
        ("5 km; 20 km", 20),
    ],
)
def test_a_radius_is_read_in_every_usual_way(cell: str, radius: float) -> None:
    assert parsed(cell) == WorkArea(km=radius)


@pytest.mark.parametrize("cell", ["8970", "poperinge", "Watou", "33021", "8972 Proven", "Poperinge;Watou"])
def test_a_gemeente_may_be_given_by_any_of_its_names_and_codes(cell: str) -> None:
    assert parsed(cell) == WorkArea(frozenset({POPERINGE}))


def test_the_name_of_a_region_needs_no_prefix_unless_a_gemeente_has_that_name() -> None:
    assert parsed("Westhoek") == WorkArea(regios=frozenset({"westhoek"}))
    assert parsed("Brugge") == WorkArea(frozenset({"31005"}))
    assert parsed("regio:brugge") == WorkArea(regios=frozenset({"brugge"}))


@pytest.mark.parametrize("cell", ["", "  ", ";", " ; | "])
def test_a_cell_without_parts_is_an_empty_area(cell: str) -> None:
    assert parsed(cell).is_empty
    assert areas.describe(parsed(cell), NAMES, {}) == ""


def test_every_part_that_is_not_understood_is_named() -> None:
    with pytest.raises(AreaError) as caught:
        parsed("Ieper; Atlantis; regio:mars; 20 mijl")
    assert len(caught.value.problems) == 3
    for word, problem in zip(("Atlantis", "mars", "20 mijl"), caught.value.problems, strict=True):
        assert word in problem
    assert "Ieper" not in str(caught.value)


def test_an_ambiguous_name_is_refused_with_the_gemeenten_it_may_be() -> None:
    with pytest.raises(AreaError) as caught:
        parsed("Zandvoorde")
    assert "Oostende of Zonnebeke" in caught.value.problems[0]
    assert parsed("Zandvoorde (Zonnebeke)") == WorkArea(frozenset({"33037"}))


def test_the_example_in_the_message_about_an_ambiguous_name_can_be_read() -> None:
    for word, match in GAZETTEER.words().items():
        if match.is_ambiguous:
            with pytest.raises(AreaError) as caught:
                parsed(word)
            example = caught.value.problems[0].rsplit("'", 2)[1]
            assert len(parsed(example).gemeenten) == 1, example


@pytest.mark.parametrize("cell", ["0 km", "501 km", "9999 km", "0,0 km"])
def test_a_radius_out_of_reason_is_refused(cell: str) -> None:
    with pytest.raises(AreaError, match=cell):
        parsed(cell)


@pytest.mark.parametrize("radius", [0.0, -1.0, float("nan"), float("inf"), 501.0])
def test_an_area_cannot_be_made_with_a_radius_out_of_reason(radius: float) -> None:
    with pytest.raises(AreaError):
        WorkArea(km=radius)


@settings(deadline=None)
@given(work_areas)
def test_a_formatted_area_is_read_back_unchanged(area: WorkArea) -> None:
    cell = areas.format(area, NAMES)
    assert parsed(cell) == area
    assert areas.format(parsed(cell), NAMES) == cell


@settings(deadline=None)
@given(work_areas)
def test_stored_tokens_are_read_back_unchanged(area: WorkArea) -> None:
    assert areas.from_tokens(areas.to_tokens(area)) == area


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_either_read_or_refused_as_an_area(text: str) -> None:
    try:
        area = parsed(text)
    except AreaError as error:
        assert error.problems
    else:
        assert parsed(areas.format(area, NAMES)) == area


def test_tokens_have_one_fixed_order_and_form() -> None:
    area = WorkArea(frozenset({POPERINGE, IEPER}), frozenset({"westhoek"}), 2.5, True)
    assert areas.to_tokens(area) == ["nis:33011", "nis:33021", "regio:westhoek", "km:2.5", "vlaanderen"]
    assert areas.format(area, NAMES) == "Ieper; Poperinge; regio:westhoek; 2,5 km; vlaanderen"


@pytest.mark.parametrize("token", ["", "nis:", "km:veel", "gemeente:33011", "vlaanderen:ja", "km:-1"])
def test_an_unknown_token_is_refused(token: str) -> None:
    with pytest.raises(ValueError):
        areas.from_tokens([token])


def test_a_radius_takes_the_gemeenten_whose_point_lies_that_near_to_a_site() -> None:
    site = GAZETTEER.point(IEPER)
    expected = {nis for nis, point in GAZETTEER.points.items() if km(point, site) <= 12}
    assert resolved(WorkArea(km=12), site) == expected
    assert {IEPER, POPERINGE} <= expected
    assert VEURNE not in expected


def test_the_radius_counts_around_every_site() -> None:
    both = resolved(WorkArea(km=5), GAZETTEER.point(IEPER), GAZETTEER.point(VEURNE))
    assert {IEPER, VEURNE} <= both


def test_a_radius_without_sites_reaches_nobody() -> None:
    assert resolved(WorkArea(km=100)) == frozenset()


def test_a_region_gives_its_gemeenten_and_flanders_all_of_them() -> None:
    assert len(resolved(WorkArea(regios=frozenset({"westhoek"})))) == 18
    assert resolved(WorkArea(frozenset({"44021"}), frozenset({"oostende"}))) >= {"44021", "35013"}
    assert len(resolved(WorkArea(vlaanderen=True))) == 285
    assert resolved(WorkArea(regios=frozenset({"verdwenen"}))) == frozenset()


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("Ieper", "Ieper"),
        ("Poperinge; Ieper", "Ieper en Poperinge"),
        ("Ieper; Poperinge; 20 km", "Ieper, Poperinge en 20 km rond de vestiging"),
        ("regio:westhoek; 2,5 km", "de regio Westhoek en 2,5 km rond de vestiging"),
        ("vlaanderen; Ieper", "heel Vlaanderen"),
    ],
)
def test_an_area_is_described_in_plain_dutch(cell: str, words: str) -> None:
    assert areas.describe(parsed(cell), NAMES, GAZETTEER.region_names) == words
