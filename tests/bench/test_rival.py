"""The rival is fair: it answers the same searches, with the same counts, over the same texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from catalogue.directory import entries
from catalogue.directory.find import find
from catalogue.directory.live import directory
from catalogue.directory.search import Search
from tests.bench.core import criteria_of
from tests.bench.generate import fill, organisations, write
from tests.bench.questions import FILTERS
from tests.bench.rival import Rival, make, words_of

pytestmark = pytest.mark.usefixtures("filled")


@pytest.fixture
def filled(app: Flask) -> Iterator[None]:
    """A made-up catalogue in the database."""
    with app.app_context():
        fill(150)
        directory().settle()
        yield


@pytest.fixture
def rival(filled: None, tmp_path: Path) -> Iterator[Rival]:
    """The rival over the same entries."""
    held = directory().current()
    make(tmp_path / "fts5.db", held, entries.documents(held.words))
    with closing(Rival(tmp_path / "fts5.db")) as made:
        yield made


def test_the_rival_counts_what_we_count(rival: Rival) -> None:
    held = directory().current()
    for query in (*FILTERS, "dienst=schoonmaak&gemeente=gent&samenwerking=enclave&trede=5", "gemeente=mesen"):
        asked = criteria_of(query, held)
        if asked.q:
            continue
        ours, theirs = find(directory(), asked), rival.ask(asked, "", held)
        assert theirs.total == ours.total, query
        for facet, counts in theirs.facets.items():
            named = {rival.value(facet, code): count for code, count in counts}
            shown = {one.value: one.count for one in ours.facets[facet] if one.count}
            told = {value: named.get(value, 0) for value in shown}
            assert told == shown, (query, facet)


def test_the_rival_finds_the_words_of_a_question_in_the_same_texts(rival: Rival) -> None:
    held = directory().current()
    name = next(entry.name for entry in held.entries if entry)
    asked = criteria_of(f"q={name}", held)
    answer = rival.ask(asked, words_of(Search(directory(), asked, held)), held)
    assert name in answer.names


def test_a_file_and_the_database_hold_the_same_organisations(tmp_path: Path) -> None:
    names = [entry.name for entry in directory().current().entries if entry]
    assert sorted(names) == sorted(made.name for made in organisations(150))
    rows = write(tmp_path / "file.csv", 150)
    assert rows == sum(len(made.sites) for made in organisations(150))
