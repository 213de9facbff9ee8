"""Reading the index on disk: one opened generation, its files checked, its postings decoded once.

Only this module and store.py talk to Whoosh. User text never reaches its query parser: terms come from our
own analysis. A reader is used by one thread at a time (shared searchers give wrong answers).
"""

import os
import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from catalogue.search.fields import FIELDS
from catalogue.search.own import NOBODY, STEM_FIELDS, Ids

INDEX_NAME = "MAIN"
META_KEY = "generatie"
"""Key of the document that holds the generation."""


class TornIndexError(Exception):
    """The index on disk is missing, damaged, or not ours."""


class Storage(FileStorage):  # type: ignore[misc]
    """A folder of Whoosh that does not look on disk for each posting, nor leave files open when it fails."""

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

    def close(self) -> None:
        for file in self._opened:
            if not file.is_closed:
                file.close()
        self._opened.clear()


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which folder is the index, and the checksums of its files as they were written."""

    folder: str
    files: Mapping[str, tuple[int, int]]


def checksum_of(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return checksum


class StoredPostings:
    """One opened generation of the index. Postings are decoded once and kept."""

    def __init__(self, folder: Path, pointer: Pointer, signature: tuple[int, int, int] | None) -> None:
        self.folder = folder
        self.pointer = pointer
        self.signature = signature
        self.process = os.getpid()
        self._ids: dict[tuple[str, str], Ids] = {}
        self._counts: dict[str, Mapping[str, int]] = {}
        self._stems: tuple[str, ...] | None = None
        self._lines = ""
        self._known: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._verify()
        self._storage = Storage(folder)
        try:
            self._index = FileIndex(self._storage, indexname=INDEX_NAME)
            if set(self._index.schema.names()) != {"key", "nr", "generation", *FIELDS}:
                raise TornIndexError("another schema")
            self._reader = self._index.reader()
        except Exception as error:
            self._storage.close()
            raise TornIndexError(f"the index in {folder.name} cannot be opened") from error
        try:
            self.commit = int(self._index.latest_generation())
            self._numbers = [int(number) for number in self._reader.column_reader("nr")]
            self.generation = self._stored_generation()
            self._size = int(self._reader.doc_count()) - 1
            self.wasted = int(self._reader.doc_count_all()) - self._size
        except Exception as error:
            self.close()
            raise TornIndexError(f"the index in {folder.name} cannot be read") from error

    def _verify(self) -> None:
        for name, (size, checksum) in self.pointer.files.items():
            path = self.folder / name
            try:
                if path.stat().st_size != size or checksum_of(path) != checksum:
                    raise TornIndexError(f"{name} is damaged")
            except FileNotFoundError:
                continue  # Merged away by a later commit; where it is needed, opening fails.
            except OSError as error:
                raise TornIndexError(f"{name} cannot be read") from error

    def _stored_generation(self) -> int:
        for number in self._reader.postings("key", META_KEY).all_ids():
            return int(self._reader.stored_fields(number)["generation"])
        raise TornIndexError("the index has no generation")

    @property
    def size(self) -> int:
        return self._size

    def ids(self, field: str, term: str) -> Ids:
        key = (field, term)
        found = self._ids.get(key)
        if found is None:
            with self._lock:
                found = self._ids[key] = self._decode(field, term)
        return found

    def _decode(self, field: str, term: str) -> Ids:
        try:
            if (field, term) not in self._reader:
                return NOBODY
            return frozenset(self._numbers[n] for n in self._reader.postings(field, term).all_ids())
        except Exception as error:
            raise TornIndexError(f"postings of {field} cannot be read") from error

    def _load_stems(self) -> None:
        with self._lock:
            if self._stems is None:
                try:
                    found = {
                        term.decode("utf-8") for field in STEM_FIELDS for term in self._reader.lexicon(field)
                    }
                except Exception as error:
                    raise TornIndexError("the terms of the index cannot be read") from error
                self._known = frozenset(found)
                self._stems = tuple(sorted(found))
                self._lines = "\n" + "\n".join(self._stems) + "\n"

    def knows(self, term: str) -> bool:
        self._load_stems()
        return term in self._known

    def containing(self, fragment: str) -> list[str]:
        """Return the stems that hold the fragment, by one search through all of them as one text."""
        self._load_stems()
        found, place = [], self._lines.find(fragment)
        while place >= 0:
            end = self._lines.index("\n", place)
            found.append(self._lines[self._lines.rindex("\n", 0, place + 1) + 1 : end])
            place = self._lines.find(fragment, end)
        return found

    def forms(self) -> Mapping[str, int]:
        return self._documents_by_term("vorm")

    def phrases(self) -> Mapping[str, int]:
        return self._documents_by_term("vrij")

    def _documents_by_term(self, field: str) -> Mapping[str, int]:
        """Return the terms of a field with the number of documents that hold each."""
        found = self._counts.get(field)
        if found is None:
            with self._lock:
                try:
                    found = self._counts[field] = {
                        term.decode("utf-8"): int(info.doc_frequency())
                        for term, info in self._reader.iter_field(field)
                    }
                except Exception as error:
                    raise TornIndexError(f"the terms of {field} cannot be read") from error
        return found

    def close(self) -> None:
        with self._lock:
            if not self._reader.is_closed:
                self._reader.close()
            self._index.close()
            self._storage.close()
