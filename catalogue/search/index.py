"""The text index that the site uses: follows the catalogue, repairs and writes the index on disk, answers.

The database is the truth; the index may be deleted at any time. What a process serves it holds in memory: an
opened index (or, without one, all documents) and the documents that changed since. So an edit is found at
once, whoever writes the index; one process writes (file lock), and nobody waits for it.
"""

import contextlib
import fcntl
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.search.fields import Analysed, analyse
from catalogue.search.overlay import Base, overlaid
from catalogue.search.own import Postings
from catalogue.search.reader import Reader
from catalogue.search.scan import MemoryPostings, ScanIndex
from catalogue.search.store import Signature, Store
from catalogue.search.stored import Pointer, StoredPostings, TornIndexError
from catalogue.search.types import Document, DocumentSource, Reading, Vocabulary

FEW = 200
"""Changed documents that are written one by one; more than this rebuilds the index beside the old one."""
MANY = 1_000
"""Changed documents that a request takes in itself (a third of a second); more are taken in by a thread."""
ENOUGH = 50
"""Changes held in memory from which it pays to open the newer index on disk."""
WASTE = 0.5
"""Share of outdated documents in the index from which it is rebuilt."""
SMALL = 300
"""Documents that are indexed at once, without a thread: it takes less than a second."""
TRY_AGAIN_SECONDS = 0.25
"""How long a process that found another one writing leaves it alone."""
LOOK_SECONDS = 1.0
"""How often the files on disk are compared with how they were."""
RETRY_SECONDS = 60.0
"""After a write that failed (disk full, read-only folder) nothing is written for this long."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Served:
    """What answers: one generation of the catalogue."""

    generation: int
    mark: str
    postings: Postings
    reader: Reader


@dataclass(frozen=True, slots=True)
class _Batch:
    """Documents read from the catalogue, with what they bring the index to."""

    documents: Sequence[Document]
    removed: Sequence[int]
    generation: int
    mark: str

    def analysed(self) -> list[Analysed]:
        return [analyse(document) for document in self.documents]

    @property
    def stamps(self) -> Mapping[int, int]:
        return {document.id: document.stamp for document in self.documents}


class TextIndex:
    """Text search over an index in `folder`, made and repaired as needed. Safe for threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store = Store(folder)
        self._source: DocumentSource | None = None
        self._base: Base | None = None
        self._base_generation = -1
        self._changes: dict[int, tuple[int, Analysed | None]] = {}
        """Changed documents since the base, each with the generation in which it was seen."""
        self._served: _Served | None = None
        self._fresh: StoredPostings | None = None
        """A newer index, opened by a thread, for the next `ensure` to take over."""
        self._trusted: set[str] = set()
        """Folders of indexes that were found, or made, to be of this catalogue."""
        self._disk: tuple[Signature | None, Pointer | None] = (None, None)
        self._seen: dict[str, tuple[int, int]] = {}
        self._thread: threading.Thread | None = None
        self._next_look = self._next_write = self._no_writes_until = 0.0
        self._state = threading.RLock()

    @property
    def generation(self) -> int | None:
        """The generation of the documents that answer now, or None before the first `ensure`."""
        served = self._served
        return served.generation if served is not None else None

    @property
    def is_ready(self) -> bool:
        """Whether the index itself answers, with the last edits, and not all documents in memory."""
        return isinstance(self._base, StoredPostings)

    def ensure(self, source: DocumentSource, *, background: bool = True) -> None:
        """Answer as of the generation of the source, and bring the index on disk there unless another does.

        Costs nothing when it is so already. With `background` what takes long happens in a thread while this
        process keeps answering. Never raises for a fault of the disk: that is logged.
        """
        self._source = source
        if self._is_current(source) and self._is_written(source):
            return
        with self._state:
            self._serve(source, background)
            if not self._is_written(source):
                try:
                    self._write(source, background)
                except OSError as error:
                    self._cannot_write(error)

    def rebuild(self, source: DocumentSource) -> int:
        """Build the index anew, now; returns the number of documents. Raises OSError when it cannot."""
        self._source = source
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._lock_file(wait=True):
            batch = _whole(source)
            self._build(batch, batch.analysed())
        with self._state:
            self._serve(source, background=False)
        return len({document.id for document in batch.documents})

    def search(self, text: str, vocabulary: Vocabulary, *, literal: bool = False) -> Reading:
        """Return what a question asks and who answers it.

        Any text is a valid question. With `literal` names of places are ordinary words, and no word is
        corrected.
        """
        for _ in range(2):
            served, source = self._served, self._source
            if served is None and source is not None:
                self.ensure(source)
                served = self._served
            if served is None:
                break
            try:
                return served.reader.read(text, vocabulary, literal=literal)
            except TornIndexError as error:
                self._drop(error)
        return ScanIndex(()).search(text, vocabulary, literal=literal)

    def wait_until_built(self, seconds: float = 60.0) -> bool:
        """Wait for what a thread is writing; returns whether none is at work any more."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return thread is None or not thread.is_alive()

    def close(self) -> None:
        """Let go of everything; a later `ensure` opens it again."""
        self.wait_until_built()
        with self._state:
            base = self._base
            self._forget()
        if isinstance(base, StoredPostings):
            base.close()

    def _is_current(self, source: DocumentSource) -> bool:
        served = self._served
        return (
            served is not None
            and (served.generation, served.mark) == (source.generation(), source.mark())
            and self._fresh is None
        )

    def _is_written(self, source: DocumentSource) -> bool:
        """Whether the index on disk is as far as the source, or need not be looked at now."""
        now = time.monotonic()
        if now < self._no_writes_until or now < self._next_write:
            return True
        pointer = self._pointer()
        if pointer is None or pointer.generation < source.generation():
            return False
        return pointer.folder in self._trusted

    def _pointer(self) -> Pointer | None:
        """Return what stands on disk, or None where that is of no use; looks at its files now and then."""
        signature, now = self._store.signature(), time.monotonic()
        with self._state:
            if signature == self._disk[0] and now < self._next_look:
                return self._disk[1]
            is_new = signature != self._disk[0]
            pointer = self._read_pointer() if is_new else self._disk[1]
            seen = self._look(pointer)
            if signature != self._store.signature():
                return pointer  # Another was written meanwhile: it is looked at next time.
            written = {name: size for name, (size, _) in pointer.files.items()} if pointer else {}
            is_whole = written == {name: size for name, (size, _) in seen.items()}
            if pointer is not None and not (is_whole and (is_new or seen == self._seen)):
                log.warning("The search index was changed by something else and will be rebuilt")
                self._trusted.discard(pointer.folder)
                pointer = None
            self._disk, self._seen, self._next_look = (signature, pointer), seen, now + LOOK_SECONDS
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

    def _serve(self, source: DocumentSource, background: bool) -> None:
        """Make what this process holds answer as of the source."""
        self._take_fresh()
        if self._served is not None and not self._is_of_this_catalogue(self._served, source):
            log.warning("The database went back in time or is another one: the search index is made anew")
            self._forget()
        if not isinstance(self._base, StoredPostings) or len(self._changes) >= ENOUGH:
            self._open(source, background)
        if self._base is None:
            self._read_whole(source, background)
        else:
            self._extend(source, background)

    def _is_of_this_catalogue(self, served: _Served, source: DocumentSource) -> bool:
        if served.generation == source.generation():
            return served.mark == source.mark()
        # Another request of this process may have read a later generation than this one.
        return served.generation < source.generation() or served.generation <= source.latest()

    def _forget(self) -> None:
        self._base, self._served, self._fresh = None, None, None
        self._changes.clear()
        self._trusted.clear()

    def _open(self, source: DocumentSource, background: bool) -> None:
        """Take the index on disk as the base, where it is newer than what is held, whole, and ours."""
        pointer = self._pointer()
        if pointer is None or self._is_busy():
            return
        # Of the same generation, an index takes the place of documents in memory.
        enough = self._base_generation + isinstance(self._base, StoredPostings)
        if self._base is not None and pointer.generation < enough:
            return
        postings = self._checked(source)
        if postings is None:
            return
        if self._base is None or not background or postings.size <= SMALL:
            self._adopt(postings)
        else:
            self._run(lambda: self._warm(postings), at_once=False)

    def _checked(self, source: DocumentSource) -> StoredPostings | None:
        """Open the index on disk; None where it is damaged, not ours, or newer than the source."""
        try:
            postings = self._store.open()
        except TornIndexError as error:
            log.warning("The search index is not usable and will be rebuilt: %s", error)
            self._disk = (self._disk[0], None)
            return None
        if self._is_ours(postings, source):
            self._trusted.add(postings.pointer.folder)
            return postings
        if not source.generation() < postings.generation <= source.latest():
            log.warning("The search index is of another catalogue and will be rebuilt")
            self._disk = (self._disk[0], None)
        return None

    def _is_ours(self, postings: StoredPostings, source: DocumentSource) -> bool:
        """Whether an index holds this catalogue as it was: what did not change since is the same."""
        pointer, wanted = postings.pointer, source.generation()
        if pointer.folder in self._trusted:
            return True
        if pointer.generation >= wanted:
            return (pointer.generation, pointer.mark) == (wanted, source.mark())
        changed, removed = source.changed_since(pointer.generation)
        later = {*changed, *removed}
        now = {number: stamp for number, stamp in source.stamps().items() if number not in later}
        return now == {number: stamp for number, stamp in postings.stamps().items() if number not in later}

    def _adopt(self, postings: StoredPostings) -> None:
        held = self._served
        self._base, self._base_generation = postings, postings.generation
        self._changes = {
            number: change for number, change in self._changes.items() if change[0] > postings.generation
        }
        if held is None or held.generation <= postings.generation:
            self._publish(postings.generation, postings.pointer.mark)
        else:
            self._publish(held.generation, held.mark)

    def _take_fresh(self) -> None:
        fresh, self._fresh = self._fresh, None
        if fresh is not None and fresh.generation >= self._base_generation:
            self._adopt(fresh)

    def _publish(self, generation: int, mark: str) -> None:
        assert self._base is not None, "something is published only after it was read"
        postings = overlaid(self._base, {number: change[1] for number, change in self._changes.items()})
        self._served = _Served(generation, mark, postings, Reader(postings))

    def _extend(self, source: DocumentSource, background: bool) -> None:
        """Add what changed since the generation that is held."""
        held, wanted = self._served, source.generation()
        assert held is not None, "a base is always published"
        if held.generation >= wanted:
            return
        changed, removed = source.changed_since(held.generation)
        if not changed and not removed:
            self._served = _Served(wanted, source.mark(), held.postings, held.reader)
            return
        if len(changed) > MANY and background:
            if not self._is_busy():
                batch = _whole(source)
                self._run(lambda: self._absorb(batch), at_once=False)
            return
        for document in source.documents(changed) if changed else ():
            self._changes[document.id] = (wanted, analyse(document))
        self._changes.update(dict.fromkeys(removed, (wanted, None)))
        self._publish(wanted, source.mark())

    def _read_whole(self, source: DocumentSource, background: bool) -> None:
        """Hold all documents in memory, and write the index from them."""
        batch = _whole(source)
        analysed = self._hold(batch)
        at_once = not background or len(analysed) <= SMALL
        if time.monotonic() >= self._no_writes_until:
            self._run(lambda: self._write_whole(batch, analysed), at_once=at_once)

    def _hold(self, batch: _Batch) -> list[Analysed]:
        analysed = batch.analysed()
        postings = MemoryPostings(analysed)
        with self._state:
            if self._served is None or self._served.generation < batch.generation:
                self._base, self._base_generation = postings, batch.generation
                self._changes = {}
                self._publish(batch.generation, batch.mark)
        return analysed

    def _absorb(self, batch: _Batch) -> None:
        """In a thread: take in a large change, then write the index unless another process does."""
        analysed = self._hold(batch)
        if time.monotonic() >= self._no_writes_until:
            self._write_whole(batch, analysed)

    def _write_whole(self, batch: _Batch, analysed: Sequence[Analysed]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(BlockingIOError), self._lock_file():
            pointer = self._pointer()
            if pointer is None or pointer.generation < batch.generation:
                self._build(batch, analysed)
                self._warm(self._store.open())

    def _write(self, source: DocumentSource, background: bool) -> None:
        """Bring the index on disk to the generation of the source, where no other process is at it."""
        if self._is_busy():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self._lock_file())
            except BlockingIOError:
                self._next_write = time.monotonic() + TRY_AGAIN_SECONDS
                return
            pointer = self._pointer()
            if pointer is not None and pointer.folder not in self._trusted:
                self._checked(source)
                pointer = self._pointer()
            if pointer is not None and pointer.generation >= source.generation():
                return
            job, is_small = self._job(source, pointer)
            held = stack.pop_all()
            self._run(job, at_once=is_small or not background, held=held)

    def _job(self, source: DocumentSource, pointer: Pointer | None) -> tuple[Callable[[], None], bool]:
        """Return how to write what changed, everything read from the catalogue, and whether it is quick."""
        generation, mark = source.generation(), source.mark()
        if pointer is not None:
            changed, removed = source.changed_since(pointer.generation)
            if len(changed) + len(removed) <= FEW:
                documents = list(source.documents(changed)) if changed else []
                batch = _Batch(documents, removed, generation, mark)
                is_small = self._base is not None and self._base.size <= SMALL
                return lambda: self._update(pointer, batch), is_small
        batch = _whole(source)

        def build() -> None:
            self._build(batch, batch.analysed())
            self._warm(self._store.open())

        return build, len(batch.documents) <= SMALL

    def _update(self, pointer: Pointer, batch: _Batch) -> None:
        postings = self._store.open()
        if postings.wasted > WASTE * max(postings.size, FEW):
            with self._state:
                self._disk = (self._disk[0], None)
            return
        self._store.update(
            pointer,
            batch.analysed(),
            batch.removed,
            batch.generation,
            mark=batch.mark,
            stamps=batch.stamps,
        )
        if len(self._changes) >= ENOUGH or not isinstance(self._base, StoredPostings):
            self._warm(self._store.open())

    def _build(self, batch: _Batch, analysed: Sequence[Analysed]) -> None:
        """Build beside, switch, and clear away what is no longer named. Needs the lock file."""
        self._store.sweep()
        folder = self._store.build(analysed, batch.generation, mark=batch.mark, stamps=batch.stamps)
        with self._state:
            self._trusted.add(folder)
        self._store.sweep()

    def _warm(self, postings: StoredPostings) -> None:
        postings.warm()
        with self._state:
            self._fresh = postings

    def _is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _run(
        self,
        job: Callable[[], None],
        *,
        at_once: bool,
        held: contextlib.AbstractContextManager[object] | None = None,
    ) -> None:
        """Do a piece of work here or in a thread, and let go of the lock that is held for it."""

        def work() -> None:
            with held or contextlib.nullcontext():
                try:
                    job()
                except TornIndexError as error:
                    log.warning("The search index is damaged and will be rebuilt: %s", error)
                    with self._state:
                        self._disk = (self._disk[0], None)
                except OSError as error:
                    self._cannot_write(error)
                except Exception:
                    log.exception("The search index could not be written, what is in memory answers")
                    self._no_writes_until = time.monotonic() + RETRY_SECONDS

        if at_once:
            work()
            self._take_fresh()
        else:
            self._thread = threading.Thread(target=work, name="search-index", daemon=True)
            self._thread.start()

    def _cannot_write(self, error: OSError) -> None:
        # Who takes the folder away under a writer leaves a disk that can be written all the same.
        is_gone = isinstance(error, FileNotFoundError)
        self._no_writes_until = time.monotonic() + (TRY_AGAIN_SECONDS if is_gone else RETRY_SECONDS)
        log.warning("The search index cannot be written, what is in memory answers: %s", error)

    def _drop(self, error: TornIndexError) -> None:
        """Stop using an index that cannot be read after all; the next `ensure` makes another."""
        log.warning("The search index is damaged and will be rebuilt: %s", error)
        with self._state:
            self._forget()
            self._disk = (self._disk[0], None)

    @contextlib.contextmanager
    def _lock_file(self, *, wait: bool = False) -> Iterator[None]:
        """Hold the one writer's lock; it falls away by itself when the process dies.

        Raises BlockingIOError when another writes, unless it is to `wait`.
        """
        with (self._folder / "schrijver.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield


def _whole(source: DocumentSource) -> _Batch:
    return _Batch(list(source.documents()), (), source.generation(), source.mark())
