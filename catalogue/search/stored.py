"""Reading the index on disk: one opened generation, its files checked and kept in memory, decoded once.

Only this module and store.py talk to Whoosh. User text never reaches its query parser: terms come from our
own analysis. A reader is used by one thread at a time (shared searchers give wrong answers).
"""

import os
import threading
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import FileIndex

from catalogue.search.fields import FIELDS
from catalogue.search.kept import COUNTED, STEMS
from catalogue.search.own import NOBODY, STEM_FIELDS, Ids

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
        self._counts: dict[str, Mapping[str, int]] = {}
        self._stems: tuple[str, ...] | None = None
        self._lines = ""
        self._known: frozenset[str] = frozenset()
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
        with self._lock:
            try:
                for place in self._reader.postings("key", str(number)).all_ids():
                    return self._terms_at(place)
            except Exception as error:
                raise TornIndexError("a document of the index cannot be read") from error
        return {}

    def _terms_at(self, place: int) -> Mapping[str, tuple[str, ...]]:
        stored = self._reader.stored_fields(place).get("termen") or {}
        return {field: tuple(terms.split()) for field, terms in stored.items()}

    def _outdated(self) -> Iterator[Mapping[str, tuple[str, ...]]]:
        """Yield the terms of replaced documents: Whoosh goes on counting them until segments are merged."""
        for place in range(len(self._numbers) if self.wasted else 0):
            if self._reader.is_deleted(place):
                yield self._terms_at(place)

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
        if self._stems is not None:
            return
        with self._lock:
            try:
                found = {
                    term.decode("utf-8") for field in STEM_FIELDS for term in self._reader.lexicon(field)
                }
                suspect = {term for had in self._outdated() for term in had.get(STEMS, ())}
            except Exception as error:
                raise TornIndexError("the terms of the index cannot be read") from error
            found -= {term for term in suspect if not any(self.ids(field, term) for field in STEM_FIELDS)}
            self._known = frozenset(found)
            stems = tuple(sorted(found))
            self._lines = "\n" + "\n".join(stems) + "\n"
            self._stems = stems

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
                    outdated = Counter(term for terms in self._outdated() for term in terms.get(field, ()))
                    counts = (
                        (term.decode("utf-8"), int(info.doc_frequency()))
                        for term, info in self._reader.iter_field(field)
                    )
                    found = self._counts[field] = {
                        term: count - outdated[term] for term, count in counts if count > outdated[term]
                    }
                except Exception as error:
                    raise TornIndexError(f"the terms of {field} cannot be read") from error
        return found

    def warm(self) -> None:
        """Read what every question needs, so that the first one does not wait for it."""
        self._load_stems()
        for field in COUNTED:
            self._documents_by_term(field)

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
