"""A start takes over what was kept of the catalogue, and only where it still holds."""

from __future__ import annotations

import hmac
import os
import pickle
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from werkzeug.datastructures import MultiDict

from catalogue.curation.entries import archive, find, read, save
from catalogue.curation.entrydata import WerkvormData
from catalogue.curation.write import change
from catalogue.directory import criteria as criteria_
from catalogue.directory import live, prepared, warm
from catalogue.directory.find import find as search
from catalogue.directory.live import Directory
from catalogue.directory.suggestions import suggestions
from catalogue.extensions import db
from catalogue.models import Service
from catalogue.search import analysis
from tests.builders import IEPER, VEURNE, entry, offer, organisation, organisations, site

QUESTIONS = ("vogelhuisjes", "poetshlup in Ieper", "de proef", "egelkastjes", "groen", "nest kastjes")


@pytest.fixture
def directory(app: Flask) -> Iterator[Directory]:
    """The directory of a site with a few organisations, kept for the next start."""
    with app.app_context(), app.test_request_context():
        organisations(
            entry("De Proef", description="Maakt vogelhuisjes."),
            entry("De Tweede", sites=(site(VEURNE, lat=51.07, lon=2.66),), free_services=("nestkastjes",)),
            entry("De Derde", offers=(offer("catering", f"nis:{IEPER}"),)),
        )
        first = live.directory()
        assert warm.prepare(first)
        warm.keep(first)
        yield first


def kept_file(directory: Directory) -> Path:
    return directory.settings.index_folder / prepared.FILE


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def answers(directory: Directory) -> list[Any]:
    """What a visitor sees: all entries, what is found by words and by filters, and what is suggested."""
    directory.settle()
    words = directory.current().words
    asked: list[dict[str, str]] = [{}, {"gemeente": IEPER}, {"dienst": "catering"}, {"regio": "westhoek"}]
    asked += [{"q": question} for question in QUESTIONS]
    found = [search(directory, criteria_.read(MultiDict(one), words)) for one in asked]
    return [
        [
            (one.total, one.sentence, one.corrected, one.facets, [hit.entry for hit in one.hits])
            for one in found
        ],
        [suggestions(directory, typed) for typed in ("de", "ve", "groen")],
    ]


def test_the_next_start_reads_no_entries_and_answers_the_same(directory: Directory) -> None:
    again = Directory(directory.settings)
    with statements() as asked:
        assert not warm.prepare(again)
    assert not [one for one in asked if "FROM offer" in one or "FROM location" in one]
    assert answers(again) == answers(Directory(directory.settings))


def test_words_of_texts_are_not_stemmed_again_at_the_next_start(directory: Directory) -> None:
    analysis._stems.clear()
    warm.prepare(Directory(directory.settings))
    assert "vogelhuisjes" in analysis._stems


def test_only_what_changed_since_is_read(directory: Directory) -> None:
    organisation("De Vierde", description="Maakt egelkastjes.")
    again = Directory(directory.settings)
    with statements() as asked:
        assert warm.prepare(again)
    whole = [one for one in asked if "FROM offer" in one and " IN (" not in one]
    assert asked and not whole
    assert answers(again) == answers(Directory(directory.settings))


def _new(number: int) -> None:
    organisation(f"Nummer {number}", description="Maakt egelkastjes.")


def _edit(number: int) -> None:
    known = find("De Proef" if number % 2 else "De Tweede")
    assert known is not None
    before = read(known.id)
    assert before is not None
    with change() as under_way:
        save(under_way, replace(before, description=f"Maakt egelkastjes {number}.", sites=(site(VEURNE),)))


def _withdraw(_number: int) -> None:
    known = find("De Derde")
    assert known is not None
    with change() as under_way:
        archive(under_way, known)


def _relabel(number: int) -> None:
    with change() as under_way:
        under_way.touch_vocabulary()
        db.session.query(Service).filter_by(slug="catering").update({"label": f"Keuken {number}"})


@pytest.mark.parametrize("seed", range(2))
def test_after_any_changes_a_start_answers_as_if_nothing_was_kept(directory: Directory, seed: int) -> None:
    chance = random.Random(seed)
    steps: list[Callable[[int], None]] = [_new, _edit, _withdraw, _relabel]
    for number in range(2):
        for step in chance.sample(steps, 2):
            step(number)
        again = Directory(directory.settings)
        warm.prepare(again)
        expected = answers(again)
        if chance.random() < 0.5:
            warm.keep(again)
        kept = kept_file(directory).read_bytes()
        kept_file(directory).unlink()
        bare = Directory(directory.settings)
        warm.prepare(bare)
        assert expected == answers(bare)
        kept_file(directory).write_bytes(kept)


def test_a_service_by_another_name_is_found_by_that_name(directory: Directory) -> None:
    with change() as under_way:
        under_way.touch_vocabulary()
        db.session.query(Service).filter_by(slug="catering").update({"label": "Snoepjes draaien"})
    again = Directory(directory.settings)
    assert warm.prepare(again)
    found = search(again, criteria_.read(MultiDict({"q": "snoepjes draaien"}), again.current().words))
    assert [hit.entry.slug for hit in found.hits] == ["de-derde"]


def _flipped(content: bytes) -> bytes:
    return content[:-100] + bytes([content[-100] ^ 1]) + content[-99:]


@pytest.mark.parametrize(
    "spoiled",
    [lambda _: b"", lambda content: content[: len(content) // 2], _flipped, lambda content: content + b"x"],
    ids=["empty", "cut short", "one bit flipped", "something added"],
)
def test_a_torn_file_is_as_good_as_none(directory: Directory, spoiled: Callable[[bytes], bytes]) -> None:
    kept_file(directory).write_bytes(spoiled(kept_file(directory).read_bytes()))
    again = Directory(directory.settings)
    assert warm.prepare(again)
    assert answers(again) == answers(directory)


class Run:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder),)


def test_what_was_not_signed_with_the_key_of_the_site_is_never_run(
    directory: Directory, tmp_path: Path
) -> None:
    content = pickle.dumps(Run(tmp_path / "gotcha"))
    for key in (b"", b"another key"):
        kept_file(directory).write_bytes(hmac.digest(key, content, "sha256") + content)
        assert warm.prepare(Directory(directory.settings))
    assert not (tmp_path / "gotcha").exists()
    with_another = replace(directory.settings, secret_key="another")
    warm.keep(directory)
    assert warm.prepare(Directory(with_another))


def test_what_was_kept_is_readable_to_its_owner_only(directory: Directory) -> None:
    assert kept_file(directory).stat().st_mode & 0o777 == 0o600


def test_what_was_kept_of_another_catalogue_is_left_aside(directory: Directory) -> None:
    organisation("De Vierde")
    # As a copy of before that went another way: the same numbers, other content.
    db.session.execute(text("UPDATE organisation SET name = 'De Ander' WHERE name = 'De Proef'"))
    db.session.commit()
    again = Directory(directory.settings)
    assert warm.prepare(again)
    names = {one.name for one in again.current().entries if one}
    assert names == {"De Ander", "De Tweede", "De Derde", "De Vierde"}


def test_a_database_that_went_back_in_time_is_read_anew(directory: Directory) -> None:
    db.session.execute(text("UPDATE catalogue_state SET generation = generation - 1"))
    db.session.execute(text("DELETE FROM offer"))
    db.session.commit()
    again = Directory(directory.settings)
    assert warm.prepare(again)
    assert not any(one.services for one in again.current().entries if one)


def test_a_folder_in_which_nothing_can_be_kept_only_makes_the_next_start_longer(
    directory: Directory, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(directory.settings.index_folder)
    warm.keep(directory)
    assert "cannot be kept" in caplog.text


@pytest.mark.parametrize("ends", [True, False])
def test_on_another_day_entries_are_read_again_only_where_a_werkvorm_begins_or_ends(
    app: Flask, ends: bool
) -> None:
    today = date.today()  # noqa: DTZ011 - as the site counts
    yesterday = today - timedelta(days=1)
    with app.app_context():
        organisation(
            "De Proef",
            werkvormen=(
                WerkvormData("maatwerkbedrijf"),
                WerkvormData("ald", valid_to=yesterday if ends else today),
            ),
        )
        held = live.directory()
        before = held.load()
        forms = ("maatwerkbedrijf",) if ends else ("maatwerkbedrijf", "ald")
        entries = [replace(one, werkvormen=("maatwerkbedrijf", "ald")) for one in before.entries if one]
        held.hold(replace(before, today=yesterday, entries=entries), live.last_change().mark)
        (now,) = held.load().entries
        assert now is not None and now.werkvormen == forms
        assert held.load().today == today
        assert (now is entries[0]) is not ends
