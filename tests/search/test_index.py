"""The life of the index on disk: made, followed, repaired, shared between threads and processes."""

import multiprocessing
import os
import shutil
import signal
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.search.index import SMALL, TextIndex
from catalogue.search.scan import ScanIndex
from catalogue.search.store import SPARED_SECONDS, Store
from catalogue.search.stored import StoredPostings, TornIndexError
from catalogue.search.types import Document
from tests.search.builders import DOCUMENTS, VOCABULARY, document


@dataclass
class Register:
    """A catalogue in memory that counts its generations, as the database does."""

    kept: dict[int, Document] = field(default_factory=dict)
    changed: dict[int, int] = field(default_factory=dict)
    number: int = 1
    begun: int = 0
    name: str = ""
    read_whole: int = 0
    repeat: int = 1

    def put(self, *documents: Document) -> None:
        self.number += 1
        for one in documents:
            stamp = zlib.crc32(f"{self.name} {self.number} {one}".encode())
            self.kept[one.id] = replace(one, stamp=stamp)
            self.changed[one.id] = self.number

    def remove(self, number: int) -> None:
        self.number += 1
        del self.kept[number]
        self.changed[number] = self.number

    def generation(self) -> int:
        return self.number

    def mark(self) -> str:
        return f"{self.name} {self.number}"

    def beginning(self) -> int:
        return self.begun

    def latest(self) -> int:
        return self.number

    def documents(self, ids: Sequence[int] | None = None) -> Iterator[Document]:
        if ids is None:
            self.read_whole += 1
        chosen = list(self.kept) if ids is None else ids
        return iter([self.kept[number] for number in chosen] * self.repeat)

    def changed_since(self, generation: int) -> tuple[list[int], list[int]]:
        late = [number for number, at in self.changed.items() if at > generation]
        return [n for n in late if n in self.kept], [n for n in late if n not in self.kept]

    def stamps(self) -> dict[int, int]:
        return {number: one.stamp for number, one in self.kept.items()}


def register(count: int = 0) -> Register:
    made = Register()
    made.put(*DOCUMENTS, *(document(100 + n, f"Naam{n}", text="poetsen en koken") for n in range(count)))
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "zoekindex"


@pytest.fixture
def index(folder: Path) -> Iterator[TextIndex]:
    made = TextIndex(folder)
    yield made
    made.close()


def found(index: TextIndex | ScanIndex, question: str) -> set[int]:
    """Return who answers the only term of a question with own words."""
    terms = index.search(question, VOCABULARY).terms
    assert len(terms) == 1
    return set(terms[0].own)


def test_an_index_answers_exactly_as_the_documents_in_memory(index: TextIndex) -> None:
    index.ensure(register())
    assert index.is_ready
    for question in (
        "sleutel",
        "soep",
        "rolstoelen",
        "groenonderhuod in Iepre",
        "0407.768.895",
        "oogarts",
        "DDZ",
    ):
        assert index.search(question, VOCABULARY) == ScanIndex(DOCUMENTS).search(question, VOCABULARY)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.text(alphabet="abcdeëlnoprst -'\x00🙂", max_size=40), max_size=4),
    question=st.text(max_size=15),
)
def test_any_documents_give_the_same_answers_on_disk(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], question: str
) -> None:
    source = Register()
    source.put(*(document(n, text or "x", text=text, notes=(text,)) for n, text in enumerate(texts, start=1)))
    index = TextIndex(tmp_path_factory.mktemp("index"))
    index.ensure(source, background=False)
    for asked in (question, *texts):
        assert index.search(asked, VOCABULARY) == ScanIndex(source.documents()).search(asked, VOCABULARY)
    index.close()


def test_an_index_that_is_up_to_date_reads_nothing(index: TextIndex) -> None:
    source = register()
    index.ensure(source)
    index.ensure(source)
    index.ensure(source)
    assert source.read_whole == 1


def test_an_edit_a_new_entry_and_a_removal_are_found_without_a_rebuild(index: TextIndex) -> None:
    source = register()
    index.ensure(source)
    source.put(document(1, "De Sleutel", text="Wij branden kaarsen."))
    source.put(document(7, "Nieuwkomer", text="Wij verkopen kaarsen."))
    source.remove(6)
    index.ensure(source)
    assert source.read_whole == 1
    assert found(index, "kaarsen") == {1, 7}
    assert found(index, "lokalen") == set()
    assert found(index, "soep") == set()
    assert index.generation == source.generation()


def test_the_same_entry_changed_often_stays_one_entry(index: TextIndex, folder: Path) -> None:
    source = register()
    index.ensure(source)
    for turn in range(5):
        source.put(document(1, "De Sleutel", text=f"Beurt{turn} kaarsen"))
        source.repeat = 3
        index.ensure(source)
    assert found(index, "kaarsen") == {1}
    assert index._served is not None
    assert index._served.postings.size == Store(folder).open().size == len(DOCUMENTS)


def test_a_later_process_opens_what_an_earlier_one_made(folder: Path, index: TextIndex) -> None:
    source = register()
    index.ensure(source)
    other = TextIndex(folder)
    other.ensure(source)
    assert other.is_ready
    assert found(other, "soep") == {6}
    assert source.read_whole == 1
    other.close()


def _index_folder(folder: Path) -> Path:
    return next(folder.glob("index-*"))


def _files(folder: Path) -> dict[str, Path]:
    """The files of an index by what they are; a second commit makes a second segment."""
    inside = _index_folder(folder)
    segments = sorted(inside.glob("*.seg"), key=lambda path: path.stat().st_size)
    return {
        "pointer": next(folder.glob("actief-*.json")),
        "toc": next(inside.glob("*.toc")),
        "large segment": segments[-1],
        "small segment": segments[0],
    }


def _overwrite(path: Path, place: float) -> None:
    """Other bytes in place, as a fault of the disk: whoever has the file open or mapped would see them."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(int((size - 1) * place))
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 0xFF]))


def _into_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "emptied": lambda path: os.truncate(path, 0),
    "grown": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "begin overwritten": lambda path: _overwrite(path, 0),
    "middle overwritten": lambda path: _overwrite(path, 0.5),
    "end overwritten": lambda path: _overwrite(path, 1),
    "all overwritten": lambda path: path.write_bytes(os.urandom(path.stat().st_size)),
    "removed": lambda path: path.unlink(),
    "a folder": _into_folder,
}


def _two_commits(index: TextIndex) -> Register:
    source = register()
    index.ensure(source)
    source.put(document(8, "Later", text="kaarsen"))
    index.ensure(source)
    return source


def _assert_right(index: TextIndex) -> None:
    assert found(index, "soep") == {6}
    assert found(index, "sleutel") == {1}
    assert found(index, "kaarsen") == {8}


@pytest.mark.parametrize("file", ["pointer", "toc", "large segment", "small segment"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_rebuilt_by_itself(folder: Path, index: TextIndex, file: str, damage: str) -> None:
    source = _two_commits(index)
    assert len(set(_files(folder).values())) == 4
    DAMAGE[damage](_files(folder)[file])
    later = TextIndex(folder)
    later.ensure(source)
    assert later.is_ready
    _assert_right(later)
    assert Store(folder).open().stamps() == source.stamps()
    later.close()


@pytest.mark.parametrize("file", ["pointer", "toc", "large segment", "small segment"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_an_index_damaged_while_it_serves_answers_on_and_is_mended(
    folder: Path, index: TextIndex, monkeypatch: pytest.MonkeyPatch, file: str, damage: str
) -> None:
    monkeypatch.setattr("catalogue.search.disk.LOOK_SECONDS", 0.0)
    source = _two_commits(index)
    index.ensure(source)
    DAMAGE[damage](_files(folder)[file])
    _assert_right(index)
    index.ensure(source)
    _assert_right(index)
    assert Store(folder).open().stamps() == source.stamps()


@pytest.mark.parametrize(
    "taken",
    [
        shutil.rmtree,
        lambda folder: shutil.rmtree(_index_folder(folder)),
        lambda folder: folder.rename(f"{folder}-weg"),
    ],
    ids=["whole folder removed", "index removed", "folder moved away"],
)
def test_an_index_taken_away_while_it_serves_is_made_anew(
    folder: Path, index: TextIndex, monkeypatch: pytest.MonkeyPatch, taken: Callable[[Path], object]
) -> None:
    monkeypatch.setattr("catalogue.search.disk.LOOK_SECONDS", 0.0)
    source = _two_commits(index)
    taken(folder)
    _assert_right(index)
    index.ensure(source)
    _assert_right(index)
    assert Store(folder).open().stamps() == source.stamps()


@pytest.mark.parametrize("ahead", [-1, 0, 1, 5], ids=lambda by: f"generation {by:+}")
@pytest.mark.parametrize("serving", [True, False], ids=["while serving", "at the start"])
def test_the_index_of_another_catalogue_is_not_trusted(
    tmp_path: Path, folder: Path, index: TextIndex, ahead: int, serving: bool
) -> None:
    source = _two_commits(index)
    foreign = Register(name="elsewhere")
    foreign.put(*(document(one.id, f"Vreemd{one.id}", text="soep") for one in DOCUMENTS))
    foreign.number = source.number + ahead
    other = TextIndex(tmp_path / "other")
    other.ensure(foreign)
    assert len(found(other, "soep")) == len(DOCUMENTS)
    other.close()
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "other", folder)
    later = index if serving else TextIndex(folder)
    for _ in range(2):
        later.ensure(source)
        _assert_right(later)
    source.put(document(9, "Nog later", text="bloemen"))
    later.ensure(source)
    _assert_right(later)
    assert found(later, "bloemen") == {9}
    assert Store(folder).open().stamps() == source.stamps()
    later.close()


def test_a_commit_that_was_cut_short_before_it_was_pointed_to_is_undone(
    folder: Path, index: TextIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _two_commits(index)
    pointer = next(folder.glob("actief-*.json"))
    before = pointer.read_bytes()
    source.put(document(9, "Verloren", text="bloemen"))
    index.ensure(source)
    pointer.write_bytes(before)
    # As when the process was killed: the catalogue goes on, with another change of the same number.
    source.remove(9)
    del source.changed[9]
    source.number -= 1
    source.put(document(10, "Gekomen", text="touw"))
    later = TextIndex(folder)
    later.ensure(source)
    assert found(later, "bloemen") == set()
    assert found(later, "touw") == {10}
    _assert_right(later)
    assert Store(folder).open().stamps() == source.stamps()
    later.close()


@pytest.mark.parametrize("is_in_use", [True, False])
def test_an_index_made_by_other_code_is_not_used_and_cleared_away_once_nobody_writes_it(
    folder: Path, index: TextIndex, is_in_use: bool
) -> None:
    folder.mkdir()
    old = Store(folder, code="older")
    old.build([], 99)
    if not is_in_use:
        os.utime(old.pointer_file, (0, time.time() - SPARED_SECONDS))
    with pytest.raises(TornIndexError):
        Store(folder).open()
    index.ensure(register())
    assert found(index, "soep") == {6}
    kept = {Store(folder).pointer_file, old.pointer_file} if is_in_use else {Store(folder).pointer_file}
    assert set(folder.glob("actief-*")) == kept
    assert len(list(folder.glob("index-*"))) == len(kept)
    if is_in_use:
        assert old.open().generation == 99


def test_a_foreign_index_in_its_place_is_not_trusted(folder: Path, index: TextIndex) -> None:
    from whoosh.fields import TEXT, Schema
    from whoosh.index import create_in

    source = register()
    index.ensure(source)
    index.close()
    inside = _index_folder(folder)
    shutil.rmtree(inside)
    inside.mkdir()
    create_in(str(inside), Schema(body=TEXT), indexname="MAIN").close()
    later = TextIndex(folder)
    later.ensure(source)
    assert found(later, "soep") == {6}
    later.close()


def test_while_a_large_index_is_being_built_documents_in_memory_answer(index: TextIndex) -> None:
    source = register(SMALL + 1)
    index.ensure(source)
    assert found(index, "soep") == {6}
    assert index.wait_until_built()
    index.ensure(source)
    assert index.is_ready
    assert found(index, "soep") == {6}


def test_many_changes_are_built_beside_while_the_old_index_serves(index: TextIndex) -> None:
    source = register()
    index.ensure(source)
    source.put(*(document(1000 + n, f"Naam{n}", text="kaarsen") for n in range(SMALL + 1)))
    index.ensure(source)
    assert found(index, "soep") == {6}
    assert index.wait_until_built()
    assert len(found(index, "kaarsen")) == SMALL + 1


def test_a_search_before_anything_is_there_finds_nothing_and_does_not_fail(index: TextIndex) -> None:
    assert found(index, "soep") == set()


def test_a_rebuild_on_demand_says_how_many(index: TextIndex) -> None:
    assert index.rebuild(register(5)) == len(DOCUMENTS) + 5
    assert found(index, "soep") == {6}


def test_a_rebuilt_index_is_used_in_the_place_of_the_one_before(folder: Path, index: TextIndex) -> None:
    source = register()
    index.ensure(source, background=False)
    before = Store(folder).read_pointer()
    index.rebuild(source)
    now = Store(folder).read_pointer()
    assert before.folder != now.folder
    assert index.warmth(VOCABULARY).pointer == now
    assert found(index, "soep") == {6}


def test_a_folder_that_cannot_be_written_leaves_the_site_answering(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "bestand"
    blocked.write_text("a file where the folder should be")
    source = register()
    index = TextIndex(blocked / "index")
    index.ensure(source)
    assert not index.is_ready
    assert found(index, "soep") == {6}
    assert "cannot be written" in caplog.text
    source.put(document(8, "Later", text="soep"))
    index.ensure(source)
    assert found(index, "soep") == {6, 8}
    index.close()


def test_an_edit_that_cannot_be_written_is_found_all_the_same(folder: Path, index: TextIndex) -> None:
    source = register()
    index.ensure(source)
    lock = folder / "schrijver.lock"
    lock.unlink()
    lock.mkdir()
    source.put(document(8, "Later", text="soep"))
    index.ensure(source)
    assert found(index, "soep") == {6, 8}


def test_a_database_that_went_back_in_time_gets_a_new_index(index: TextIndex, folder: Path) -> None:
    source = register()
    index.ensure(source)
    older = Register()
    older.put(document(1, "Vroeger", text="soep"))
    older.number = source.number - 1
    index.ensure(older)
    assert found(index, "soep") == {1}
    assert Store(folder).open().stamps() == older.stamps()


@pytest.mark.parametrize("serving", [True, False], ids=["under way", "just started"])
def test_what_was_put_back_from_a_backup_is_indexed_anew(
    folder: Path, index: TextIndex, serving: bool
) -> None:
    source = register()
    source.put(document(9, "Van daarna", text="bloemen"))
    index.ensure(source)
    # Of before the backup, with the stamps that they had; only the number goes on.
    del source.kept[9], source.changed[9]
    source.number += 1
    source.begun = source.number
    source.put(document(10, "Gekomen", text="touw"))
    later = index if serving else TextIndex(folder)
    later.ensure(source)
    assert found(later, "bloemen") == set()
    assert found(later, "touw") == {10}
    assert Store(folder).open().stamps() == source.stamps()
    later.close()


def test_a_request_that_read_an_earlier_generation_leaves_the_later_one(index: TextIndex) -> None:
    source = register()
    index.ensure(source)
    earlier = copy(source)
    source.put(document(8, "Later", text="soep"))
    index.ensure(source)

    class Slow(Register):
        def latest(self) -> int:
            return source.number

    index.ensure(Slow(earlier.kept, earlier.changed, source.number - 1))
    assert found(index, "soep") == {6, 8}
    assert source.read_whole == 1


def test_postings_that_cannot_be_read_after_all_are_survived(index: TextIndex) -> None:
    source = register()
    index.ensure(source)
    assert isinstance(index._base, StoredPostings)
    index._base.close()
    assert found(index, "soep") == {6}
    index.ensure(source)
    assert index.is_ready
    assert found(index, "soep") == {6}


def test_threads_share_one_index(index: TextIndex) -> None:
    source = register(50)
    index.ensure(source)
    wrong: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            for question, number in (("soep", 6), ("sleutel", 1), ("zolder", 5), ("rolstoelen", 4)):
                if number not in found(index, question):
                    wrong.append(question)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(5):
        source.put(document(2000 + turn, f"Nieuw{turn}", text="kaarsen"))
        index.ensure(source)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(found(index, "kaarsen")) == 5


def _follow(folder: Path, count: int, first: int) -> None:
    """A process that keeps its copy of a growing catalogue indexed, as a web worker does."""
    index = TextIndex(folder)
    source = register()
    for number in range(first, first + count):
        source.put(document(number, f"Naam{number}", text="kaarsen"))
        index.ensure(source)
    index.close()


def _process(target: object, *args: object) -> multiprocessing.process.BaseProcess:
    process = multiprocessing.get_context("spawn").Process(target=target, args=args)  # type: ignore[arg-type]
    process.start()
    return process


def test_two_processes_writing_at_once_leave_one_whole_index(folder: Path) -> None:
    processes = [_process(_follow, folder, 6, 3000) for _ in range(2)]
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    source = register()
    for number in range(3000, 3006):
        source.put(document(number, f"Naam{number}", text="kaarsen"))
    index = TextIndex(folder)
    index.ensure(source)
    assert index.is_ready
    assert found(index, "kaarsen") == set(range(3000, 3006))
    index.close()


def _build_large(folder: Path) -> None:
    TextIndex(folder).rebuild(register(4000))


def test_a_build_that_is_killed_leaves_nothing_in_the_way(folder: Path, index: TextIndex) -> None:
    source = register()
    index.ensure(source)
    process = _process(_build_large, folder)
    while process.is_alive() and len(list(folder.glob("index-*"))) < 2:
        time.sleep(0.005)
    assert process.is_alive()
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    assert found(index, "soep") == {6}
    source.put(replace(DOCUMENTS[5], text="soep en kaarsen"))
    index.ensure(source)
    assert found(index, "kaarsen") == {6}
    index.rebuild(source)
    assert len(list(folder.glob("index-*"))) == 1


def test_a_process_sees_what_another_wrote(folder: Path, index: TextIndex) -> None:
    source = register()
    index.ensure(source)
    source.put(document(8, "Later", text="kaarsen"))
    other = TextIndex(folder)
    other.ensure(source)
    other.close()
    before = source.read_whole
    index.ensure(source)
    assert found(index, "kaarsen") == {8}
    assert source.read_whole == before
