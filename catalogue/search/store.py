"""The index on disk, the only module that talks to Whoosh: writing it, opening it, reading its postings.

User text never reaches Whoosh's query parser; terms come from our own analysis. A reader is used by one
thread at a time (libraries.md: shared searchers give wrong answers), and what it decoded is kept.
"""

import json
import os
import shutil
import tempfile
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from whoosh import fields as whoosh_fields
from whoosh import formats
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from catalogue.search.fields import FIELDS, Analysed
from catalogue.search.own import NOBODY, STEM_FIELDS, Ids

SCHEMA_VERSION = 1
CODE_THAT_SHAPES_TERMS = ("analysis.py", "language.py", "taal.toml", "fields.py", "store.py")
META_KEY = "generatie"
WRITER_MEMORY_MB = 256
"""Whoosh sorts on disk above this; 10,000 entries stay below."""
OPEN_TRIES = 5


class TornIndexError(Exception):
    """The index on disk is missing, damaged, or not ours."""


def code_version() -> str:
    """Return a short hash of everything that decides which terms stand in the index."""
    here = Path(__file__).parent
    digest = sha256(f"{SCHEMA_VERSION} {version('whoosh')} {version('snowballstemmer')}".encode())
    for name in CODE_THAT_SHAPES_TERMS:
        digest.update((here / name).read_bytes())
    return digest.hexdigest()[:12]


class _Storage(FileStorage):  # type: ignore[misc]
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


def _terms_field() -> Any:
    field = whoosh_fields.KEYWORD()
    field.format = formats.Existence()
    return field


def _schema() -> Any:
    return whoosh_fields.Schema(
        key=whoosh_fields.ID(unique=True),
        nr=whoosh_fields.NUMERIC(int, bits=64, signed=True, sortable=True),
        generation=whoosh_fields.STORED(),
        **{name: _terms_field() for name in FIELDS},
    )


def _add(writer: Any, document: Analysed) -> None:
    terms = {field: list(values) for field, values in document.terms.items() if values}
    writer.add_document(key=str(document.id), nr=document.id, **terms)


def _add_generation(writer: Any, generation: int) -> None:
    """The generation is a document of its own, so that it is committed with the rest or not at all."""
    writer.add_document(key=META_KEY, nr=-1, generation=generation)


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which folder is the index, and the checksums of its files as they were written."""

    folder: str
    files: Mapping[str, tuple[int, int]]


class Store:
    """The folder of one kind of index: a pointer file beside the folders that it points to."""

    def __init__(self, root: Path, code: str | None = None) -> None:
        self.root = root
        self.code = code or code_version()
        self.pointer_file = root / f"actief-{self.code}.json"

    def signature(self) -> tuple[int, int, int] | None:
        """Return what changes whenever the pointer is replaced, or None where there is none."""
        try:
            found = self.pointer_file.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def read_pointer(self) -> Pointer:
        try:
            data = json.loads(self.pointer_file.read_text(encoding="utf-8"))
            files = {str(name): (int(size), int(crc)) for name, (size, crc) in data["bestanden"].items()}
            folder = str(data["map"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise TornIndexError(f"no readable pointer {self.pointer_file.name}") from error
        if Path(folder).name != folder or not folder.startswith("index-"):
            raise TornIndexError("the pointer names a folder that is not ours")
        return Pointer(folder, files)

    def write_pointer(self, folder: str, known: Mapping[str, tuple[int, int]]) -> None:
        """Point to a folder; checksums of files that are already known are not taken again."""
        files = {}
        for path in sorted((self.root / folder).glob("*.seg")):
            size = path.stat().st_size
            before = known.get(path.name)
            files[path.name] = before if before and before[0] == size else (size, _checksum(path))
        text = json.dumps({"map": folder, "bestanden": files})
        handle, temporary = tempfile.mkstemp(prefix="actief-", suffix=".tmp", dir=self.root)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.pointer_file)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise

    def open(self) -> "StoredPostings":
        """Open the index that the pointer names; raises TornIndexError where it cannot be trusted."""
        for attempt in range(OPEN_TRIES):
            signature = self.signature()
            try:
                pointer = self.read_pointer()
                return StoredPostings(self.root / pointer.folder, pointer, signature)
            except TornIndexError:
                if attempt + 1 == OPEN_TRIES or signature is None or signature == self.signature():
                    raise
        raise TornIndexError("the index changes faster than it can be opened")

    def build(self, documents: Iterable[Analysed], generation: int) -> None:
        """Write a whole index in a new folder, then point to it; the old one serves until then."""
        folder = Path(tempfile.mkdtemp(prefix="index-", dir=self.root))
        try:
            storage = _Storage(folder)
            index = FileIndex.create(storage, _schema(), "MAIN")
            writer = index.writer(limitmb=WRITER_MEMORY_MB)
            try:
                latest = {document.id: document for document in documents}
                for document in latest.values():
                    _add(writer, document)
                _add_generation(writer, generation)
                writer.commit()
            except BaseException:
                writer.cancel()
                raise
            finally:
                index.close()
                storage.close()
            self.write_pointer(folder.name, {})
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def update(
        self, postings: "StoredPostings", changed: Sequence[Analysed], removed: Iterable[int], generation: int
    ) -> None:
        """Write changed documents and the new generation in one commit, then let readers know."""
        latest = {document.id: document for document in changed}
        storage = _Storage(postings.folder)
        index = FileIndex(storage, indexname="MAIN")
        try:
            writer = index.writer(timeout=5.0, limitmb=WRITER_MEMORY_MB)
            try:
                for number in {*latest, *removed}:
                    writer.delete_by_term("key", str(number))
                writer.delete_by_term("key", META_KEY)
                for document in latest.values():
                    _add(writer, document)
                _add_generation(writer, generation)
                writer.commit()
            except BaseException:
                writer.cancel()
                raise
        finally:
            index.close()
            storage.close()
        self.write_pointer(postings.folder.name, postings.pointer.files)

    def sweep(self) -> None:
        """Remove what no pointer names: old folders, and what a killed process left behind."""
        named = set()
        for pointer in self.root.glob("actief-*.json"):
            if pointer != self.pointer_file:
                pointer.unlink(missing_ok=True)
                continue
            try:
                named.add(self.read_pointer().folder)
            except TornIndexError:
                continue
        for folder in self.root.glob("index-*"):
            if folder.name not in named:
                shutil.rmtree(folder, ignore_errors=True)
        for leftover in self.root.glob("actief-*.tmp"):
            leftover.unlink(missing_ok=True)


def _checksum(path: Path) -> int:
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
        self._forms: Mapping[str, int] | None = None
        self._stems: tuple[str, ...] | None = None
        self._lines = ""
        self._known: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._verify()
        self._storage = _Storage(folder)
        try:
            self._index = FileIndex(self._storage, indexname="MAIN")
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
                if path.stat().st_size != size or _checksum(path) != checksum:
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
        if self._forms is None:
            with self._lock:
                try:
                    self._forms = {
                        term.decode("utf-8"): int(info.doc_frequency())
                        for term, info in self._reader.iter_field("vorm")
                    }
                except Exception as error:
                    raise TornIndexError("the written words of the index cannot be read") from error
        return self._forms

    def close(self) -> None:
        with self._lock:
            if not self._reader.is_closed:
                self._reader.close()
            self._index.close()
            self._storage.close()
