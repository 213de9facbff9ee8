"""A catalogue brought up to date by its changes is the same as one read anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from catalogue.directory.entries import Entry
from catalogue.directory.snapshot import Snapshot
from tests.directory.records import IEPER, TODAY, VEURNE, entry, group, site, snapshot
from tests.directory.strategies import catalogues, entries, patient


def content(here: Snapshot) -> dict[Any, set[int]]:
    """Every set that holds anything, by ids instead of positions."""
    found: dict[Any, set[int]] = {}

    def keep(key: Any, bits: int) -> None:
        members = ids_in(here, bits)
        if members:
            found[key] = members

    for name, values in here.sets.items():
        for value, bits in values.items():
            keep((name, value), bits)
    for number, layer in enumerate(here.layers):
        keep((number, "has"), layer.has)
        keep((number, "assumed"), layer.assumed)
        for table in ("service", "gemeente", "samenwerking"):
            for value, bits in getattr(layer, table).items():
                keep((number, table, value), bits)
    return found


def ids_in(here: Snapshot, bits: int) -> set[int]:
    """The ids of a set."""
    return {here.entries[int(position)].id for position in here.positions(bits)}  # type: ignore[union-attr]


def known(here: Snapshot) -> list[tuple[int, int, float, int]]:
    """What a snapshot knows of its entries: id, day of confirmation, distance and nearest site, by name."""
    km, sites = here.distances(50.9, 2.9)
    there = sorted(map(int, here.positions(here.everyone)), key=lambda at: here.name_rank[at])
    assert here.order.tolist() == there
    return [
        (here.names[n][1], int(here.confirmed[at]), float(km[at]), int(sites[at]))
        for n, at in enumerate(there)
    ]


def counted(here: Snapshot) -> dict[tuple[str, str], int]:
    """How many entries have each value of each facet of offers, those with nobody left out."""
    shape = here.shape
    return {
        (name, value): count
        for name, table in here.tables.items()
        for value, count in table.count(lambda rows: shape.joined(rows.copy())).items()
        if count
    }


@patient
@given(catalogues(), st.data())
def test_a_patched_catalogue_equals_a_rebuilt_one(before: list[Entry], data: st.DataObject) -> None:
    ids = st.integers(1, 40)
    changed = [data.draw(entries(id=id)) for id in data.draw(st.lists(ids, max_size=5, unique=True))]
    gone = set(data.draw(st.lists(ids, max_size=5))) - {one.id for one in changed}
    patched = snapshot(*before).with_changes(2, changed, gone)
    after = {one.id: one for one in before} | {one.id: one for one in changed}
    rebuilt = snapshot(*(one for id, one in after.items() if id not in gone), generation=2)
    assert content(patched) == content(rebuilt)
    assert patched.generation == 2
    for id, one in after.items():
        assert patched.get(one.slug) == rebuilt.get(one.slug) == (None if id in gone else one)


@patient
@given(catalogues(), st.data())
def test_a_patched_catalogue_sorts_and_measures_as_a_rebuilt_one(
    before: list[Entry], data: st.DataObject
) -> None:
    ids = st.integers(1, 40)
    changed = [data.draw(entries(id=id)) for id in data.draw(st.lists(ids, max_size=5, unique=True))]
    gone = set(data.draw(st.lists(ids, max_size=5))) - {one.id for one in changed}
    old = snapshot(*before)
    if data.draw(st.booleans()):
        assert old.tables
    patched = old.with_changes(2, changed, gone)
    after = {one.id: one for one in before} | {one.id: one for one in changed}
    rebuilt = snapshot(*(one for id, one in after.items() if id not in gone), generation=2)
    assert known(patched) == known(rebuilt)
    assert counted(patched) == counted(rebuilt)
    assert counted(old) == counted(snapshot(*before))
    for radius in (1, 40, 20_000):
        near = [patched.near(50.9, 2.9, radius), rebuilt.near(50.9, 2.9, radius)]
        one, other = (
            [ids_in(here, bits) for bits in layers]
            for here, layers in zip((patched, rebuilt), near, strict=True)
        )
        assert [layer for layer in one if layer] == [layer for layer in other if layer]


@patient
@given(catalogues(), catalogues())
def test_a_change_leaves_the_older_catalogue_as_it_was(before: list[Entry], changed: list[Entry]) -> None:
    old = snapshot(*before)
    was = content(old)
    old.with_changes(2, changed, [one.id for one in before])
    assert content(old) == was


@patient
@given(catalogues(), catalogues())
def test_an_entry_that_comes_back_is_found_again(before: list[Entry], other: list[Entry]) -> None:
    emptied = snapshot(*before).with_changes(2, [], [one.id for one in before])
    assert content(emptied) == {}
    assert content(emptied.with_changes(3, before, [])) == content(snapshot(*before))
    assert emptied.everyone == 0


def test_two_entries_may_swap_their_addresses_in_one_change() -> None:
    one, two = entry(1, [group()], slug="a"), entry(2, [group()], slug="b")
    swapped = snapshot(one, two).with_changes(2, [replace(one, slug="b"), replace(two, slug="a")], [])
    assert [swapped.get("a"), swapped.get("b")] == [replace(two, slug="a"), replace(one, slug="b")]


def test_the_order_of_names_follows_a_rename() -> None:
    one, two = entry(1, [group()], name="Aarde"), entry(2, [group()], name="Maan")
    here = snapshot(one, two)
    assert here.name_rank[here.position[1]] < here.name_rank[here.position[2]]
    later = here.with_changes(2, [replace(one, name="Zon")], [])
    assert later.name_rank[later.position[1]] > later.name_rank[later.position[2]]


def test_confirmed_since_counts_the_day_itself() -> None:
    here = snapshot(entry(1, [group()], confirmed_on=TODAY), entry(2, [group()]))
    assert here.confirmed_since(TODAY) == 1 << here.position[1]
    assert here.confirmed_since(TODAY + timedelta(days=1)) == 0


def test_an_unknown_address_has_no_entry() -> None:
    assert snapshot(entry(1, [group()])).get("niemand") is None


def test_the_nearest_of_several_sites_is_named() -> None:
    here = snapshot(entry(1, [group()], sites=(site(VEURNE, lat=0), site(IEPER), site(VEURNE))))
    veurne = site(VEURNE)
    assert veurne.lat is not None and veurne.lon is not None
    nearest, which = here.distances(veurne.lat, veurne.lon)
    assert (round(float(nearest[0]), 6), int(which[0])) == (0.0, 2)
