"""Reading the index on disk: one opened generation, its files checked and kept in memory, decoded once.

Only this module, stored_words.py and store.py talk to Whoosh. User text never reaches its query parser: terms
come from our own analysis. A reader is used by one thread at a time (shared searchers give wrong answers).
"""

import os
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import FileIndex

from catalogue.search.counts import Counts
from catalogue.search.fields import FIELDS
from catalogue.search.own import NOBODY, STEM_FIELDS, Ids
from catalogue.search.stored_words import StoredWords

INDEX_NAME = "MAIN"
META_KEY = "generatie"
"""Key of the document that holds the generation."""
OWN_COLUMNS = ("key", "nr", "stempel", "termen", "generation")


class TornIndexError(Exception):
    """The index on disk is missing, damaged, or not ours."""


class Storage(FileStorage):  # type: ignore[misc]
    """A folder of Whoosh to write in: old files stay until they are swept, and none is left open."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._opened: list[Any] = []

    def file_exists(self, name: str) -> bool:
        """We keep no field lengths, so there is never a file with them (a third of the time of a build)."""
        return not name.endswith("_len.col") and bool(super().file_exists(name))

    def open_file(self, name: str, **options: Any) -> Any:
        file = super().open_file(name, **options)
        self._opened.append(file)
        return file

    def delete_file(self, name: str) -> None:
        """Files of the index that the pointer still names stay; Store sweeps them after it points on."""
        if not name.endswith((".seg", ".toc")):
            super().delete_file(name)

    def close(self) -> None:
        for file in self._opened:
            if not file.is_closed:
                file.close()
        self._opened.clear()


class _Memory(RamStorage):  # type: ignore[misc]
    """Files of an index as they were when they were checked: what happens on disk does not reach them."""

    supports_mmap = True

    def open_file(self, name: str, **options: Any) -> Any:
        if not name.endswith(".seg") or not hasattr(os, "memfd_create"):
            return super().open_file(name, **options)
        # A file without a disk: Whoosh maps it, where it would copy parts of plain bytes over and over.
        file = os.fdopen(os.memfd_create(name), "w+b")
        file.write(self.files[name])
        file.seek(0)
        return StructFile(file, name=name)


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which folder is the index, what it holds, and its files with size and checksum as they were written."""

    folder: str
    generation: int
    mark: str
    files: Mapping[str, tuple[int, int]]


class StoredPostings:
    """One opened generation of the index. Postings are decoded once and kept."""

    def __init__(self, folder: Path, pointer: Pointer) -> None:
        self.pointer = pointer
        self.generation = pointer.generation
        self._ids: dict[tuple[str, str], Ids] = {}
        self._had: dict[int, Mapping[str, tuple[str, ...]]] = {}
        self._words: StoredWords | None = None
        self._lock = threading.RLock()
        storage = _Memory()
        storage.files.update((name, _checked(folder / name, *known)) for name, known in pointer.files.items())
        try:
            index = FileIndex(storage, indexname=INDEX_NAME)
            if set(index.schema.names()) != {*OWN_COLUMNS, *FIELDS}:
                raise TornIndexError("another schema")
            self._reader = index.reader()
            storage.files.clear()
            self._numbers = [int(number) for number in self._reader.column_reader("nr")]
            self._stamps = [int(stamp) for stamp in self._reader.column_reader("stempel")]
            self._size = int(self._reader.doc_count()) - 1
            self.wasted = int(self._reader.doc_count_all()) - 1 - self._size
            if self._stored_generation() != pointer.generation:
                raise TornIndexError("the pointer is of another generation")
        except TornIndexError:
            raise
        except Exception as error:
            raise TornIndexError(f"the index in {folder.name} cannot be read") from error

    def _stored_generation(self) -> int:
        for number in self._reader.postings("key", META_KEY).all_ids():
            return int(self._reader.stored_fields(number)["generation"])
        raise TornIndexError("the index has no generation")

    @property
    def size(self) -> int:
        return self._size

    def stamps(self) -> dict[int, int]:
        """Return the stamp of every document by its id."""
        live = (place for place in range(len(self._numbers)) if not self._reader.is_deleted(place))
        return {self._numbers[place]: self._stamps[place] for place in live if self._numbers[place] >= 0}

    def holds(self, number: int) -> bool:
        return bool(self.ids("key", str(number)))

    def had(self, number: int) -> Mapping[str, tuple[str, ...]]:
        """Return the terms of one document: its stems, and those of the fields that are counted."""
        found = self._had.get(number)
        if found is None:
            with self._lock:
                try:
                    places = list(self._reader.postings("key", str(number)).all_ids())
                    found = self._had[number] = self._terms_at(places[0]) if places else {}
                except Exception as error:
                    raise TornIndexError("a document of the index cannot be read") from error
        return found

    def _terms_at(self, place: int) -> Mapping[str, tuple[str, ...]]:
        stored = self._reader.stored_fields(place).get("termen") or {}
        return {field: tuple(terms.split()) for field, terms in stored.items()}

    def ids(self, field: str, term: str) -> Ids:
        key = (field, term)
        found = self._ids.get(key)
        if found is None:
            with self._lock:
                found = self._ids[key] = self._decode(field, term)
        return found

    def _decode(self, field: str, term: str) -> Ids:
        is_stem = field in STEM_FIELDS
        if is_stem and not self._read_words().has(field, term):
            return NOBODY
        try:
            if not is_stem and (field, term) not in self._reader:
                return NOBODY
            return frozenset(self._numbers[n] for n in self._reader.postings(field, term).all_ids())
        except Exception as error:
            raise TornIndexError(f"postings of {field} cannot be read") from error

    def _read_words(self) -> StoredWords:
        """Return the words of the index, read at first use."""
        found = self._words
        if found is None:
            with self._lock:
                try:
                    places = range(len(self._numbers) if self.wasted else 0)
                    replaced = [self._terms_at(place) for place in places if self._reader.is_deleted(place)]
                    found = self._words = self._words or StoredWords(self._reader, replaced)
                except Exception as error:
                    raise TornIndexError("the words of the index cannot be read") from error
        return found

    def knows(self, term: str) -> bool:
        return term in self._read_words().stems

    def containing(self, fragment: str) -> Sequence[str]:
        return self._read_words().stems.containing(fragment)

    def made_with(self, part_stem: str) -> frozenset[str]:
        return self._read_words().stems.made_with(part_stem)

    def stands_beside(self, term: str, numbers: Ids) -> bool:
        """Whether a document other than these holds a stem."""
        with self._lock:
            try:
                least = max(self._read_words().least(field, term) for field in STEM_FIELDS)
            except Exception as error:
                raise TornIndexError("the words of the index cannot be read") from error
        return least > len(numbers) or not all(self.ids(field, term) <= numbers for field in STEM_FIELDS)

    def forms(self) -> Counts:
        return self._read_words().counts["vorm"]

    def phrases(self) -> Counts:
        return self._read_words().counts["vrij"]

    def warm(self) -> None:
        """Read what every question needs, so that the first one does not wait for it."""
        self._read_words().stems.warm()

    def words(self) -> StoredWords:
        """Return the words of the index with everything that `warm` works out, to be kept."""
        self.warm()
        return self._read_words()

    def take_words(self, words: StoredWords) -> None:
        """Use the words that were kept of this very index."""
        words.read_on(self._reader)
        self._words = words

    def close(self) -> None:
        with self._lock:
            if not self._reader.is_closed:
                self._reader.close()


def _checked(path: Path, size: int, checksum: int) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TornIndexError(f"{path.name} cannot be read") from error
    if len(data) != size or zlib.crc32(data) != checksum:
        raise TornIndexError(f"{path.name} is damaged")
    return data
