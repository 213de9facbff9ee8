"""The words of an index: the same on disk, in memory, and with changes over either."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.search.analysis import stem
from catalogue.search.counts import Counts
from catalogue.search.dutch_words import dutch_parts
from catalogue.search.fields import Analysed, analyse
from catalogue.search.overlay import Overlay
from catalogue.search.own import STEM_FIELDS, Postings
from catalogue.search.scan import MemoryPostings
from catalogue.search.stems import Stems
from catalogue.search.store import Store
from tests.search.builders import document

WORDS = (
    "strandreiniging",
    "bloemschikken",
    "zeefdruk",
    "druk",
    "strand",
    "reinigen",
    "bloem",
    "scheepsmotoren",
    "motor",
    "kaars",
    "kaarsen",
)


def analysed(number: int, *words: str) -> Analysed:
    """A document with some words in its text, the first also as an own word for a service."""
    return analyse(document(number, f"Naam{number}", text=" ".join(words), words=words[:1]))


def assert_same_words(one: Postings, truth: Postings) -> None:
    """What two kinds of postings of the same documents say of words is the same."""
    stems = {stem(word) for word in WORDS} | {stem(part) for word in WORDS for part in dutch_parts(word)}
    assert one.size == truth.size
    assert dict(one.forms()) == dict(truth.forms())
    assert dict(one.phrases()) == dict(truth.phrases())
    for length in range(20):
        assert sorted(one.forms().of_length(length)) == sorted(truth.forms().of_length(length))
    for term in stems:
        assert one.knows(term) == truth.knows(term)
        assert sorted(one.containing(term)) == sorted(truth.containing(term))
        assert one.made_with(term) == truth.made_with(term)
        for field in STEM_FIELDS:
            assert one.ids(field, term) == truth.ids(field, term)


def stored(
    folder: Path, before: Iterable[Analysed], changed: Iterable[Analysed], removed: list[int]
) -> Store:
    """An index that is built and then changed, so that it holds what counts no more."""
    store = Store(folder)
    store.build(before, 1)
    store.update(store.read_pointer(), list(changed), removed, 2)
    return store


BEFORE = (
    analysed(1, "strandreiniging", "kaars"),
    analysed(2, "zeefdruk", "motor", "kaars"),
    analysed(3, "bloemschikken", "strand"),
    analysed(4, "kaarsen"),
)
CHANGED = (analysed(2, "scheepsmotoren", "motor"), analysed(5, "strandreiniging"))
AFTER = MemoryPostings((BEFORE[0], *CHANGED, BEFORE[3]))


def test_an_index_that_was_changed_on_disk_has_the_words_of_its_documents(tmp_path: Path) -> None:
    postings = stored(tmp_path, BEFORE, CHANGED, [3]).open()
    assert postings.wasted
    assert_same_words(postings, AFTER)
    assert postings.made_with(stem("strand")) == {stem("strandreiniging")}
    assert not postings.made_with(stem("druk"))
    postings.close()


@pytest.mark.parametrize("on_disk", [True, False])
def test_changes_over_an_index_give_the_words_of_all_documents(tmp_path: Path, on_disk: bool) -> None:
    store = stored(tmp_path, BEFORE[:3], BEFORE[3:], [])
    base = store.open() if on_disk else MemoryPostings(BEFORE)
    changes = {2: CHANGED[0], 5: CHANGED[1], 3: None}
    assert_same_words(Overlay(base, changes), AFTER)
    assert_same_words(Overlay(base, {}), base)


@pytest.mark.parametrize("make", [lambda store: store.open(), lambda _: AFTER])
def test_a_stem_stands_beside_some_documents_where_another_holds_it(
    tmp_path: Path, make: Callable[[Store], MemoryPostings]
) -> None:
    postings = make(stored(tmp_path, BEFORE, CHANGED, [3]))
    once, twice, gone = stem("scheepsmotoren"), stem("kaars"), stem("zeefdruk")
    assert not postings.stands_beside(once, frozenset({2}))
    assert postings.stands_beside(once, frozenset({1}))
    assert postings.stands_beside(twice, frozenset({1}))
    assert not postings.stands_beside(twice, frozenset({1, 4}))
    assert not postings.stands_beside(gone, frozenset())


COUNTS = st.dictionaries(st.sampled_from(WORDS), st.integers(1, 3))


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(COUNTS, st.dictionaries(st.sampled_from(WORDS), st.integers(0, 3)))
def test_counts_with_changes_are_those_of_what_is_left(base: dict[str, int], changed: dict[str, int]) -> None:
    counts = Counts(changed, Counts(base))
    left = {word: count for word, count in {**base, **changed}.items() if count}
    assert dict(counts) == left
    assert len(counts) == len(left)
    for word in WORDS:
        assert counts.count(word) == left.get(word, 0)
        assert (word in counts) == (word in left)
        assert set(counts.of_length(len(word))) == {other for other in left if len(other) == len(word)}


def test_stems_tell_which_of_them_are_compounds_of_a_word() -> None:
    stems = Stems({stem(word) for word in WORDS})
    assert stems.made_with(stem("schepen")) == stems.made_with("xyz") == frozenset()
    assert stems.made_with(stem("reiniging")) == {stem("strandreiniging")}
    assert stems.made_with(stem("bloem")) == {stem("bloemschikken")}
    assert list(stems.containing("druk")) == list(stems.containing("druk")) == ["druk", "zeefdruk"]
