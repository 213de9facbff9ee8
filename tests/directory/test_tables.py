"""Counting all values of a facet at once gives what counting them one by one gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalogue.directory import tables
from catalogue.directory.tables import Shape, Table, Words64, union
from tests.directory.strategies import patient

Layers = tuple[int, ...]

# Layers of a catalogue of 200 entries; the higher ones are shorter, and widths meet and miss whole words.
LENGTHS = (200, 128, 70, 3)
layered = st.tuples(*(st.integers(0, 2**length - 1) for length in LENGTHS))
facets = st.dictionaries(st.text("abc", min_size=1, max_size=3), layered, max_size=12)


@patient
@given(facets, layered)
def test_all_values_are_counted_as_one_by_one(values: dict[str, Layers], places: Layers) -> None:
    shape = Shape.of(LENGTHS)
    here = shape.row(places)
    counted = Table.of(shape, values.items()).count(lambda rows: shape.joined(rows & here))
    expected = {
        value: union(bits & place for bits, place in zip(layers, places, strict=True)).bit_count()
        for value, layers in values.items()
        if any(layers)
    }
    assert counted == expected
    assert list(counted) == list(expected)


@patient
@given(facets, st.integers(0, 2**200 - 1))
def test_a_set_of_entries_meets_the_joined_layers(values: dict[str, Layers], wanted: int) -> None:
    shape = Shape.of(LENGTHS)
    whole = shape.whole(wanted)
    counted = Table.of(shape, values.items()).count(lambda rows: shape.joined(rows.copy()) & whole)
    assert counted == {
        value: (union(layers) & wanted).bit_count() for value, layers in values.items() if any(layers)
    }


@patient
@given(facets, st.dictionaries(st.sampled_from("xyz"), st.lists(st.text("abc", max_size=3)), max_size=3))
def test_a_wider_value_has_what_its_members_have(
    values: dict[str, Layers], members: dict[str, list[str]]
) -> None:
    shape = Shape.of(LENGTHS)
    wider = Table.of(shape, values.items()).joined(members).count(lambda rows: shape.joined(rows.copy()))
    for name, ones in members.items():
        inside = [values[one] for one in ones if any(values.get(one, ()))]
        assert wider.get(name, 0) == union(union(layers) for layers in inside).bit_count()


def test_many_values_are_counted_in_blocks_without_losing_one() -> None:
    shape = Shape.of([64_000])
    values = [(f"v{n}", ((1 << n) - 1,)) for n in range(1, 300)]
    table = Table.of(shape, values)
    assert table.rows.nbytes > 4 * tables.BLOCK_BYTES
    seen: list[int] = []

    def answer(rows: Words64) -> Words64:
        seen.append(len(rows))
        return rows

    assert table.count(answer) == {f"v{n}": n for n in range(1, 300)}
    assert len(seen) > 4 and sum(seen) == 299


def test_a_catalogue_without_entries_has_nothing_to_count() -> None:
    shape = Shape.of([])
    assert Table.of(shape, []).count(shape.joined) == {}
