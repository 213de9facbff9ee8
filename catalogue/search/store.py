"""Writing the index on disk: built beside and switched by a pointer file, or changed in one commit.

A file that the pointer names is never changed nor removed before the pointer names others: whoever reads
finds whole files, and a process that is killed while it writes leaves the index as it was.
"""

import json
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from whoosh import columns, formats
from whoosh import fields as whoosh_fields
from whoosh.index import TOC, FileIndex

from catalogue.search.fields import FIELDS, Analysed
from catalogue.search.kept import kept_terms
from catalogue.search.stored import (
    INDEX_NAME,
    META_KEY,
    Pointer,
    Storage,
    StoredPostings,
    TornIndexError,
)

SCHEMA_VERSION = 3
CODE_THAT_SHAPES_TERMS = ("analysis.py", "language.py", "taal.toml", "fields.py", "store.py")
WRITER_MEMORY_MB = 256
"""Whoosh sorts on disk above this; 10,000 entries stay below."""
OPEN_TRIES = 5
LOCK_SECONDS = 0.5
"""Our own lock lets one process write, so that a lock of Whoosh is left over or not ours."""

SPARED_SECONDS = 86_400
"""How long the index of another version of the program is left alone."""

Signature = tuple[int, int, int]


def code_version() -> str:
    """Return a short hash of everything that decides which terms stand in the index."""
    here = Path(__file__).parent
    digest = sha256(f"{SCHEMA_VERSION} {version('whoosh')} {version('snowballstemmer')}".encode())
    for name in CODE_THAT_SHAPES_TERMS:
        digest.update((here / name).read_bytes())
    return digest.hexdigest()[:12]


def _terms_field() -> Any:
    field = whoosh_fields.KEYWORD()
    field.format = formats.Existence()
    return field


def _number() -> Any:
    """A number that is looked up by document and never searched for."""
    return whoosh_fields.COLUMN(columns.NumericColumn("q"))


def _schema() -> Any:
    return whoosh_fields.Schema(
        key=whoosh_fields.ID(unique=True),
        nr=_number(),
        stempel=_number(),
        termen=whoosh_fields.STORED(),
        generation=whoosh_fields.STORED(),
        **{name: _terms_field() for name in FIELDS},
    )


def _add(writer: Any, document: Analysed, stamp: int) -> None:
    terms = {field: list(values) for field, values in document.terms.items() if values}
    kept = {field: " ".join(values) for field, values in kept_terms(document).items() if values}
    writer.add_document(key=str(document.id), nr=document.id, stempel=stamp, termen=kept, **terms)


def _add_generation(writer: Any, generation: int) -> None:
    """The generation is a document of its own, so that it is committed with the rest or not at all."""
    writer.add_document(key=META_KEY, nr=-1, stempel=0, generation=generation)


class Store:
    """The folder of one kind of index: a pointer file beside the folders that it points to."""

    def __init__(self, root: Path, code: str | None = None) -> None:
        self.root = root
        self.code = code or code_version()
        self.pointer_file = root / f"actief-{self.code}.json"

    def signature(self) -> Signature | None:
        """Return what changes whenever the pointer is replaced, or None where there is none."""
        try:
            found = self.pointer_file.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def read_pointer(self) -> Pointer:
        """Read which folder is the index; raises TornIndexError where that cannot be told."""
        try:
            data = json.loads(self.pointer_file.read_text(encoding="utf-8"))
            files = {str(name): (int(size), int(crc)) for name, (size, crc) in data["bestanden"].items()}
            pointer = Pointer(str(data["map"]), int(data["generatie"]), str(data["merk"]), files)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise TornIndexError(f"no readable pointer {self.pointer_file.name}") from error
        names = (pointer.folder, *files)
        if any(Path(name).name != name for name in names) or not pointer.folder.startswith("index-"):
            raise TornIndexError("the pointer names what is not ours")
        return pointer

    def _point(self, folder: Path, generation: int, mark: str, known: Mapping[str, tuple[int, int]]) -> None:
        """Point to a folder as it is now, then remove what is no longer named in it.

        Checksums of files that are already known are not taken again.
        """
        index = FileIndex(Storage(folder), indexname=INDEX_NAME)
        segments = sorted(f"{segment.segment_id()}.seg" for segment in index._segments())
        toc = TOC._filename(INDEX_NAME, index.latest_generation())
        index.close()
        files = {name: known.get(name) or _size_and_checksum(folder / name) for name in segments}
        files[toc] = _size_and_checksum(folder / toc)
        data = {"map": folder.name, "generatie": generation, "merk": mark, "bestanden": files}
        handle, temporary = tempfile.mkstemp(prefix="actief-", suffix=".tmp", dir=self.root)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(data, file)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.pointer_file)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sweep_folder(folder, files)

    def open(self) -> StoredPostings:
        """Open the index that the pointer names; raises TornIndexError where it cannot be trusted."""
        for attempt in range(OPEN_TRIES):
            signature = self.signature()
            try:
                pointer = self.read_pointer()
                return StoredPostings(self.root / pointer.folder, pointer)
            except TornIndexError:
                # Its files are removed only after the pointer is replaced: then there is another to read.
                if attempt + 1 == OPEN_TRIES or signature is None or signature == self.signature():
                    raise
        raise TornIndexError("the index changes faster than it can be opened")

    def build(
        self,
        documents: Iterable[Analysed],
        generation: int,
        *,
        mark: str = "",
        stamps: Mapping[int, int] | None = None,
    ) -> str:
        """Write a whole index in a new folder, then point to it; the old one serves until then.

        Returns the name of the folder.
        """
        folder = Path(tempfile.mkdtemp(prefix="index-", dir=self.root))
        stamps = stamps or {}
        try:
            storage = Storage(folder)
            index = FileIndex.create(storage, _schema(), INDEX_NAME)
            writer = index.writer(limitmb=WRITER_MEMORY_MB)
            try:
                latest = {document.id: document for document in documents}
                for document in latest.values():
                    _add(writer, document, stamps.get(document.id, 0))
                _add_generation(writer, generation)
                writer.commit()
            except BaseException:
                writer.cancel()
                raise
            finally:
                index.close()
                storage.close()
            self._point(folder, generation, mark, {})
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return folder.name

    def update(
        self,
        pointer: Pointer,
        changed: Sequence[Analysed],
        removed: Iterable[int],
        generation: int,
        *,
        mark: str = "",
        stamps: Mapping[int, int] | None = None,
    ) -> None:
        """Write changed documents and the new generation in one commit, then let readers know.

        Raises TornIndexError where what is on disk is not the index any more, OSError where it cannot write.
        """
        folder = self.root / pointer.folder
        try:
            # A process that was killed before it pointed to what it wrote leaves what nobody checked.
            _sweep_folder(folder, pointer.files)
            self._commit(folder, changed, removed, generation, stamps or {})
            self._point(folder, generation, mark, pointer.files)
        except OSError:
            raise
        except Exception as error:
            # Whoosh says it in many ways: no index, another format, a lock that stays, a damaged file.
            raise TornIndexError(f"the index in {pointer.folder} cannot be written") from error

    def _commit(
        self,
        folder: Path,
        changed: Sequence[Analysed],
        removed: Iterable[int],
        generation: int,
        stamps: Mapping[int, int],
    ) -> None:
        latest = {document.id: document for document in changed}
        storage = Storage(folder)
        try:
            index = FileIndex(storage, indexname=INDEX_NAME)
            writer = index.writer(timeout=LOCK_SECONDS, limitmb=WRITER_MEMORY_MB)
            try:
                for number in {*latest, *removed}:
                    writer.delete_by_term("key", str(number))
                writer.delete_by_term("key", META_KEY)
                for document in latest.values():
                    _add(writer, document, stamps.get(document.id, 0))
                _add_generation(writer, generation)
                writer.commit()
            except BaseException:
                writer.cancel()
                raise
            finally:
                index.close()
        finally:
            storage.close()

    def sweep(self) -> None:
        """Remove what no pointer names: old folders, and what a killed process left behind.

        The index of another version of the program stays for a day after it was last written: during an
        upgrade the old program and the new one serve beside each other.
        """
        named = set()
        for pointer in self.root.glob("actief-*.json"):
            if pointer.is_dir() or not (pointer == self.pointer_file or _is_recent(pointer)):
                _remove(pointer)
                continue
            try:
                named.add(Store(self.root, pointer.stem.removeprefix("actief-")).read_pointer().folder)
            except TornIndexError:
                continue
        for folder in self.root.glob("index-*"):
            if folder.name not in named:
                _remove(folder)
        for leftover in self.root.glob("actief-*.tmp"):
            _remove(leftover)


def _is_recent(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < SPARED_SECONDS
    except OSError:
        return False


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _sweep_folder(folder: Path, named: Iterable[str]) -> None:
    for path in [*folder.glob("*.seg"), *folder.glob("*.toc")]:
        if path.name not in named:
            _remove(path)


def _size_and_checksum(path: Path) -> tuple[int, int]:
    size = checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            size += len(block)
            checksum = zlib.crc32(block, checksum)
    return size, checksum
