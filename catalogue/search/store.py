"""Writing the index on disk: built beside and switched by a pointer file, or changed in one commit."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from whoosh import fields as whoosh_fields
from whoosh import formats
from whoosh.index import FileIndex

from catalogue.search.fields import FIELDS, Analysed
from catalogue.search.stored import (
    INDEX_NAME,
    META_KEY,
    Pointer,
    Storage,
    StoredPostings,
    TornIndexError,
    checksum_of,
)

SCHEMA_VERSION = 2
CODE_THAT_SHAPES_TERMS = ("analysis.py", "language.py", "taal.toml", "fields.py", "store.py")
WRITER_MEMORY_MB = 256
"""Whoosh sorts on disk above this; 10,000 entries stay below."""
OPEN_TRIES = 5
LOCK_SECONDS = 0.5
"""Our own lock lets one process write, so that a lock of Whoosh is left over or not ours."""


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
            files[path.name] = before if before and before[0] == size else (size, checksum_of(path))
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
            storage = Storage(folder)
            index = FileIndex.create(storage, _schema(), INDEX_NAME)
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
        """Write changed documents and the new generation in one commit, then let readers know.

        Raises TornIndexError where what is on disk is not the index any more, OSError where it cannot write.
        """
        try:
            self._commit(postings.folder, changed, removed, generation)
        except OSError:
            raise
        except Exception as error:
            # Whoosh says it in many ways: no index, another format, a lock that stays, a damaged file.
            raise TornIndexError(f"the index in {postings.folder.name} cannot be written") from error
        self.write_pointer(postings.folder.name, postings.pointer.files)

    def _commit(
        self, folder: Path, changed: Sequence[Analysed], removed: Iterable[int], generation: int
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
                    _add(writer, document)
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
