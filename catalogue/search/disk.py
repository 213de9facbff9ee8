"""The index on disk as one process sees it: what stands there, is it whole and ours, who may write."""

import contextlib
import fcntl
import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.search.fields import Analysed, analyse
from catalogue.search.store import Signature, Store
from catalogue.search.stored import Pointer, StoredPostings, TornIndexError
from catalogue.search.types import Document, DocumentSource

FEW = 200
"""Changed documents that are written one by one; more than this rebuilds the index beside the old one."""
WASTE = 0.5
"""Share of outdated documents in the index from which it is rebuilt."""
TRY_AGAIN_SECONDS = 0.25
"""How long a process that found another one writing leaves it alone."""
LOOK_SECONDS = 1.0
"""How often the files on disk are compared with how they were."""
RETRY_SECONDS = 60.0
"""After a write that failed (disk full, read-only folder) nothing is written for this long."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents read from the catalogue, with what they bring the index to."""

    documents: Sequence[Document]
    removed: Sequence[int]
    generation: int
    mark: str

    @classmethod
    def whole(cls, source: DocumentSource) -> "Batch":
        """Read the whole catalogue."""
        return cls(list(source.documents()), (), source.generation(), source.mark())

    @classmethod
    def since(cls, source: DocumentSource, generation: int) -> "Batch | None":
        """Read what changed after a generation; None where that is not little."""
        changed, removed = source.changed_since(generation)
        if len(changed) + len(removed) > FEW:
            return None
        documents = list(source.documents(changed)) if changed else []
        return cls(documents, removed, source.generation(), source.mark())

    def analysed(self) -> list[Analysed]:
        return [analyse(document) for document in self.documents]

    @property
    def stamps(self) -> Mapping[int, int]:
        return {document.id: document.stamp for document in self.documents}


class Disk:
    """The folder of the index. Reading never raises; writing raises OSError or TornIndexError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store = Store(folder)
        self._known: tuple[Signature | None, Pointer | None] = (None, None)
        self._seen: dict[str, tuple[int, int]] = {}
        self._trusted: set[str] = set()
        """Folders of indexes that were found, or made, to be of this catalogue."""
        self._next_look = self._next_write = self._no_writes_until = 0.0
        self._state = threading.RLock()

    def pointer(self) -> Pointer | None:
        """Return what stands there, or None where that is of no use; looks at its files now and then."""
        signature, now = self._store.signature(), time.monotonic()
        with self._state:
            if signature == self._known[0] and now < self._next_look:
                return self._known[1]
            is_new = signature != self._known[0]
            pointer = self._read_pointer() if is_new else self._known[1]
            seen = self._look(pointer)
            if signature != self._store.signature():
                return pointer  # Another was written meanwhile: it is looked at next time.
            written = {name: size for name, (size, _) in pointer.files.items()} if pointer else {}
            is_whole = written == {name: size for name, (size, _) in seen.items()}
            if pointer is not None and not (is_whole and (is_new or seen == self._seen)):
                log.warning("The search index was changed by something else and will be rebuilt")
                self._trusted.discard(pointer.folder)
                pointer = None
            self._known, self._seen, self._next_look = (signature, pointer), seen, now + LOOK_SECONDS
            return pointer

    def _read_pointer(self) -> Pointer | None:
        try:
            return self._store.read_pointer()
        except TornIndexError:
            return None

    def _look(self, pointer: Pointer | None) -> dict[str, tuple[int, int]]:
        """Return size and time of the files on disk, from which damage under a running site shows."""
        found: dict[str, tuple[int, int]] = {}
        if pointer is None:
            return found
        for name in pointer.files:
            with contextlib.suppress(OSError):
                state = (self._folder / pointer.folder / name).stat()
                found[name] = (state.st_size, state.st_mtime_ns)
        return found

    def is_trusted(self, pointer: Pointer, source: DocumentSource) -> bool:
        """Whether this process knows that an index is of this catalogue."""
        return pointer.folder in self._trusted and pointer.generation >= source.beginning()

    def distrust(self) -> None:
        """The catalogue is another one: no index is known to be of it."""
        self._trusted.clear()

    def give_up(self) -> None:
        """What stands there is of no use: the next that is written is a whole one."""
        with self._state:
            self._known = (self._known[0], None)

    def checked(self, source: DocumentSource) -> StoredPostings | None:
        """Open the index; None where it is damaged, of another catalogue, or newer than the source."""
        try:
            postings = self._store.open()
        except TornIndexError as error:
            log.warning("The search index is not usable and will be rebuilt: %s", error)
            self.give_up()
            return None
        if self._is_ours(postings, source):
            self._trusted.add(postings.pointer.folder)
            return postings
        if not source.generation() < postings.generation <= source.latest():
            log.warning("The search index is of another catalogue and will be rebuilt")
            self.give_up()
        return None

    def _is_ours(self, postings: StoredPostings, source: DocumentSource) -> bool:
        """Whether an index holds this catalogue as it was: what did not change since is the same."""
        pointer, wanted = postings.pointer, source.generation()
        if self.is_trusted(pointer, source):
            return True
        if pointer.generation < source.beginning():
            return False
        if pointer.generation >= wanted:
            return (pointer.generation, pointer.mark) == (wanted, source.mark())
        changed, removed = source.changed_since(pointer.generation)
        later = {*changed, *removed}
        now = {number: stamp for number, stamp in source.stamps().items() if number not in later}
        return now == {number: stamp for number, stamp in postings.stamps().items() if number not in later}

    def is_written(self, source: DocumentSource) -> bool:
        """Whether the index is as far as the source, or is not to be written now."""
        if not self.may_write() or time.monotonic() < self._next_write:
            return True
        pointer = self.pointer()
        if pointer is None or pointer.generation < source.generation():
            return False
        return self.is_trusted(pointer, source)

    def may_write(self) -> bool:
        """Whether no write failed a short while ago."""
        return time.monotonic() >= self._no_writes_until

    def leave_alone(self) -> None:
        """Another process is writing."""
        self._next_write = time.monotonic() + TRY_AGAIN_SECONDS

    def cannot_write(self, error: Exception) -> None:
        """Stop writing for a while."""
        # Who takes the folder away under a writer leaves a disk that can be written all the same.
        is_gone = isinstance(error, FileNotFoundError)
        self._no_writes_until = time.monotonic() + (TRY_AGAIN_SECONDS if is_gone else RETRY_SECONDS)
        log.warning("The search index cannot be written, what is in memory answers: %s", error)

    @contextlib.contextmanager
    def writing(self, *, wait: bool = False) -> Iterator[None]:
        """Hold the one writer's lock; it falls away by itself when the process dies.

        Raises BlockingIOError when another writes, unless it is to `wait`.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "schrijver.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield

    def open(self) -> StoredPostings:
        """Open what this process wrote just now."""
        return self._store.open()

    def build(self, batch: Batch, analysed: Sequence[Analysed]) -> None:
        """Build beside, switch, and clear away what is no longer named. Needs the lock."""
        self._store.sweep()
        folder = self._store.build(analysed, batch.generation, mark=batch.mark, stamps=batch.stamps)
        self._trusted.add(folder)
        self._store.sweep()

    def update(self, pointer: Pointer, batch: Batch) -> None:
        """Write what changed into the index, unless so much in it is outdated that it is better rebuilt.

        Needs the lock.
        """
        postings = self._store.open()
        if postings.wasted > WASTE * max(postings.size, FEW):
            self.give_up()
            return
        analysed = batch.analysed()
        self._store.update(
            pointer, analysed, batch.removed, batch.generation, mark=batch.mark, stamps=batch.stamps
        )
