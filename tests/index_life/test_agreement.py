"""After much writing by several processes, index and database agree, document by document."""

from __future__ import annotations

from pathlib import Path
from string import ascii_lowercase

from werkzeug.datastructures import MultiDict

from catalogue.directory import criteria, entries
from catalogue.directory.find import find
from catalogue.directory.live import Directory, directory
from catalogue.search.fields import FIELDS, analyse
from catalogue.search.own import STEM_FIELDS
from catalogue.search.scan import MemoryPostings
from catalogue.search.store import Store
from tests.builders import app_with, make_settings
from tests.index_life.conftest import ENTRIES, assert_done, command, editor

EDITS = 8


def assert_agreement(live: Directory) -> None:
    """What stands on disk is exactly what the database holds: documents, stamps, terms and their counts."""
    stored = Store(live.settings.index_folder).open()
    documents = list(entries.documents(live.current().words))
    analysed = {document.id: analyse(document) for document in documents}
    truth = MemoryPostings(analysed.values())
    assert stored.generation == live.current().generation
    assert stored.stamps() == entries.stamps()
    assert stored.size == truth.size == len(documents)
    assert stored.forms() == truth.forms()
    assert stored.phrases() == truth.phrases()
    terms = {
        (field, term) for one in analysed.values() for field in FIELDS for term in one.terms.get(field, ())
    }
    wrong = [key for key in terms if stored.ids(*key) != truth.ids(*key)]
    assert not wrong
    stems = {term for field, term in terms if field in STEM_FIELDS}
    assert {stem for letter in ascii_lowercase for stem in stored.containing(letter)} == {
        stem for stem in stems if set(stem) & set(ascii_lowercase)
    }
    for number in analysed:
        assert stored.had(number) == {key: terms for key, terms in truth.had(number).items() if terms}


def test_processes_that_write_at_once_lose_nothing(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "erbij.csv"
    rows = [f"Ingevoerd {number};az;Ieper;invoerwoord{number}" for number in range(30)]
    file.write_text("\n".join(["naam;werkvorm;gemeente;omschrijving", *rows]), encoding="utf-8")
    with editor(folder) as one, editor(folder) as two:
        one.start("series", 0, EDITS)
        two.start("series", 100, EDITS)
        with command(folder, "import", str(file)) as importing:
            assert one.line() and two.line()
            assert_done(importing)
    with app_with(make_settings(folder)) as app, app.app_context():
        live = directory()
        live.settle()
        asked = [f"reekswoord{first + n}" for first in (0, 100) for n in range(EDITS)]
        asked += [f"invoerwoord{n}" for n in range(30)]
        for word in asked:
            question = criteria.read(MultiDict({"q": word}), live.current().words)
            assert find(live, question).total == 1, word
        assert live.current().everyone.bit_count() == ENTRIES + 2 * EDITS + 30
        assert_agreement(live)
