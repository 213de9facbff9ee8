"""The text index that the site uses: follows the catalogue, keeps the index on disk, answers questions.

The database is the truth; the index may be deleted at any time. What a process serves it holds in memory: an
opened index (or, without one, all documents) and the documents that changed since. So an edit is found at
once, whoever writes the index; one process writes (file lock), and nobody waits for it.
"""

import contextlib
import logging
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.search.disk import Batch, Disk
from catalogue.search.fields import Analysed, analyse
from catalogue.search.overlay import Base, overlaid
from catalogue.search.own import Postings
from catalogue.search.reader import Reader
from catalogue.search.scan import MemoryPostings, ScanIndex
from catalogue.search.stored import Pointer, StoredPostings, TornIndexError
from catalogue.search.types import DocumentSource, Reading, Vocabulary
from catalogue.search.warmth import Warmth, warmth_of

MANY = 1_000
"""Changed documents that a request takes in itself (a third of a second); more are taken in by a thread."""
ENOUGH = 50
"""Changes held in memory from which it pays to open the newer index on disk."""
SMALL = 300
"""Documents that are indexed at once, without a thread: it takes less than a second."""
PAUSE = 0.3
"""Seconds between an edit and its writing to disk by a thread."""
TURN = 0.0005
"""Seconds that threads compute in turn while the index is written (Python itself: 0.005).

An answer asks for its turn at every step of the database: behind a thread that computes it would wait half a
second. Always so often would make each answer a third slower under load.
"""
_USUAL_TURN = sys.getswitchinterval()

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Served:
    """What answers: one generation of the catalogue."""

    generation: int
    mark: str
    postings: Postings
    reader: Reader


class TextIndex:
    """Text search over an index in `folder`, made and repaired as needed. Safe for threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._disk = Disk(folder)
        self._source: DocumentSource | None = None
        self._base: Base | None = None
        self._base_generation = -1
        self._changes: dict[int, tuple[int, Analysed | None]] = {}
        """Changed documents since the base, each with the generation in which it was seen."""
        self._served: _Served | None = None
        self._fresh: StoredPostings | None = None
        """A newer index, opened by a thread, for the next `ensure` to take over."""
        self._warmth: Warmth | None = None
        self._thread: threading.Thread | None = None
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
        if self._is_current(source) and self._disk.is_written(source):
            return
        with self._state:
            self._serve(source, background)
            if not self._disk.is_written(source):
                try:
                    self._write(source, background)
                except OSError as error:
                    self._disk.cannot_write(error)

    def rebuild(self, source: DocumentSource) -> int:
        """Build the index anew, now; returns the number of documents. Raises OSError when it cannot."""
        self._source = source
        with self._disk.writing(wait=True):
            batch = Batch.whole(source)
            self._disk.build(batch, batch.analysed())
        with self._state:
            # What is held is of the index that was, though it may be of the same generation.
            self._forget()
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
                log.warning("The search index is damaged and will be rebuilt: %s", error)
                with self._state:
                    self._forget()
                self._disk.give_up()
        return ScanIndex(()).search(text, vocabulary, literal=literal)

    def aside(self) -> Reader:
        """Return a reader of what is held now, for a vocabulary that is only tried and then forgotten.

        Its answers come from the documents of the last `ensure`; before the first there are none.
        """
        served = self._served
        return Reader(served.postings if served is not None else MemoryPostings(()))

    def warmth(self, vocabulary: Vocabulary) -> Warmth:
        """Return what the first question would wait for, to be kept for the next start."""
        return warmth_of(self._base, vocabulary)

    def take_warmth(self, warmth: Warmth) -> None:
        """Use what was kept, before the first `ensure`."""
        warmth.take()
        self._warmth = warmth

    def wait_until_built(self, seconds: float = 60.0) -> bool:
        """Wait for what a thread is writing; returns whether none is at work any more."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return not self._is_busy()

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
        if served.generation < source.beginning():
            return False
        if served.generation == source.generation():
            return served.mark == source.mark()
        # Another request of this process may have read a later generation than this one.
        return served.generation < source.generation() or served.generation <= source.latest()

    def _forget(self) -> None:
        self._base, self._served, self._fresh = None, None, None
        self._changes.clear()
        self._disk.distrust()

    def _open(self, source: DocumentSource, background: bool) -> None:
        """Take the index on disk as the base, where it is newer than what is held, whole, and ours."""
        pointer = self._disk.pointer()
        if pointer is None or self._is_busy():
            return
        # Of the same generation, an index takes the place of documents in memory.
        enough = self._base_generation + isinstance(self._base, StoredPostings)
        if self._base is not None and pointer.generation < enough:
            return
        postings = self._disk.checked(source)
        if postings is None:
            return
        if self._base is None or not background or postings.size <= SMALL:
            self._adopt(postings)
        else:
            self._run(lambda: self._warm(postings), at_once=False)

    def _adopt(self, postings: StoredPostings) -> None:
        held, warmth = self._served, self._warmth
        if warmth is not None:
            warmth.take_words(postings)
            self._warmth = None
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
                batch = Batch.whole(source)
                self._run(lambda: self._write_whole(batch, self._hold(batch)), at_once=False)
            return
        for document in source.documents(changed) if changed else ():
            self._changes[document.id] = (wanted, analyse(document))
        self._changes.update(dict.fromkeys(removed, (wanted, None)))
        self._publish(wanted, source.mark())

    def _read_whole(self, source: DocumentSource, background: bool) -> None:
        """Hold all documents in memory, and write the index from them."""
        batch = Batch.whole(source)
        analysed = self._hold(batch)
        at_once = not background or len(analysed) <= SMALL
        self._run(lambda: self._write_whole(batch, analysed), at_once=at_once)

    def _hold(self, batch: Batch) -> list[Analysed]:
        analysed = batch.analysed()
        postings = MemoryPostings(analysed)
        with self._state:
            if self._served is None or self._served.generation < batch.generation:
                self._base, self._base_generation = postings, batch.generation
                self._changes = {}
                self._publish(batch.generation, batch.mark)
        return analysed

    def _write_whole(self, batch: Batch, analysed: Sequence[Analysed]) -> None:
        if not self._disk.may_write():
            return
        with contextlib.suppress(BlockingIOError), self._disk.writing():
            pointer = self._disk.pointer()
            if pointer is None or pointer.generation < batch.generation:
                self._disk.build(batch, analysed)
                self._warm(self._disk.open())

    def _write(self, source: DocumentSource, background: bool) -> None:
        """Bring the index on disk to the generation of the source, where no other process is at it."""
        if self._is_busy():
            return
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self._disk.writing())
            except BlockingIOError:
                self._disk.leave_alone()
                return
            pointer = self._disk.pointer()
            if pointer is not None and not self._disk.is_trusted(pointer, source):
                self._disk.checked(source)
                pointer = self._disk.pointer()
            if pointer is not None and pointer.generation >= source.generation():
                return
            job, is_small = self._job(source, pointer)
            held = stack.pop_all()
            self._run(job, at_once=is_small or not background, held=held)

    def _job(self, source: DocumentSource, pointer: Pointer | None) -> tuple[Callable[[], None], bool]:
        """Return how to write what changed, everything read from the catalogue, and whether it is quick."""
        few = Batch.since(source, pointer.generation) if pointer is not None else None
        if pointer is not None and few is not None:
            is_small = self._base is not None and self._base.size <= SMALL
            return lambda: self._update(pointer, few, pause=0 if is_small else PAUSE), is_small
        batch = Batch.whole(source)

        def build() -> None:
            self._disk.build(batch, batch.analysed())
            self._warm(self._disk.open())

        return build, len(batch.documents) <= SMALL

    def _update(self, pointer: Pointer, batch: Batch, *, pause: float) -> None:
        # Memory answers meanwhile; whoever edits looks at the page at once, and must not share the processor.
        time.sleep(pause)
        self._disk.update(pointer, batch)
        if len(self._changes) >= ENOUGH or not self.is_ready:
            self._warm(self._disk.open())

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
                    self._disk.give_up()
                except OSError as error:
                    self._disk.cannot_write(error)
                except Exception as error:
                    log.exception("The search index could not be written")
                    self._disk.cannot_write(error)

        if at_once:
            work()
            self._take_fresh()
        else:
            self._thread = threading.Thread(target=_in_short_turns(work), name="search-index", daemon=True)
            self._thread.start()


def _in_short_turns(work: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        sys.setswitchinterval(TURN)
        try:
            work()
        finally:
            sys.setswitchinterval(_USUAL_TURN)

    return run
