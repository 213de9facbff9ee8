"""The text index that the site uses: opens, repairs and follows the index on disk, and answers questions.

The database is the truth. The index may be deleted at any time; meanwhile documents in memory answer.
Several processes share the folder: one writes (file lock), the others keep serving what they have open.
"""

import contextlib
import fcntl
import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.search.fields import analyse
from catalogue.search.reader import Reader
from catalogue.search.scan import ScanIndex
from catalogue.search.store import Store
from catalogue.search.stored import StoredPostings, TornIndexError
from catalogue.search.types import Document, DocumentSource, Reading, Vocabulary

FEW = 200
"""Changed documents that are written one by one; more than this rebuilds the index beside the old one."""
WASTE = 0.5
"""Share of outdated documents in the index from which it is rebuilt."""
SMALL = 300
"""Documents that are indexed at once, without a thread: it takes less than a second."""
TRY_AGAIN_SECONDS = 0.1
"""How often a search looks whether the index caught up with the catalogue."""
AHEAD_SECONDS = 3.0
"""How long the index may be newer than the catalogue that a process has read."""
RETRY_SECONDS = 60.0
"""After a write that failed (disk full, read-only folder) nothing is written for this long."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Opened:
    """An opened generation with the reader of questions over it."""

    postings: StoredPostings
    reader: Reader


class _Fallback:
    """Documents that answer while there is no index; made searchable at the first question."""

    def __init__(self, documents: Sequence[Document], generation: int) -> None:
        self.generation = generation
        self._documents = documents
        self._scan: ScanIndex | None = None
        self._lock = threading.Lock()

    def scan(self) -> ScanIndex:
        with self._lock:
            if self._scan is None:
                self._scan = ScanIndex(self._documents)
            return self._scan


class TextIndex:
    """Text search over an index in `folder`, made and repaired as needed. Safe for threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store = Store(folder)
        self._opened: _Opened | None = None
        self._fallback: _Fallback | None = None
        self._source: DocumentSource | None = None
        self._builder: threading.Thread | None = None
        self._no_writes_until = 0.0
        self._wanted: int | None = None
        self._ahead: tuple[int, float] | None = None
        self._next_try = 0.0
        self._state = threading.RLock()

    @property
    def generation(self) -> int | None:
        """The generation of the documents that answer now, or None before the first `ensure`."""
        held = [part.generation for part in (self._fallback, self._held()) if part is not None]
        return max(held, default=None)

    def ensure(self, source: DocumentSource, *, wait: float = 0.0, background: bool = True) -> None:
        """Bring the index to the generation of the source; costs nothing when it is there already.

        `wait` is how many seconds to wait for another writer (after an edit that must be findable at once).
        With `background` a whole rebuild happens in a thread while this process keeps answering.
        Never raises for a fault of the disk: that is logged, and documents in memory answer.
        """
        self._source = source
        self._wanted = generation = source.generation()
        if self._is_at(generation) and self._store.signature() is not None:
            return
        self._reopen()
        if self._is_at(generation) or self._is_ahead(generation):
            return
        try:
            self._catch_up(source, wait, background)
        except OSError as error:
            self._cannot_write(error)
        self._fall_back(source)

    @property
    def is_ready(self) -> bool:
        """Whether the index itself answers, not the documents in memory."""
        held = self._held()
        return held is not None and not self._prefers_fallback(held)

    def rebuild(self, source: DocumentSource) -> int:
        """Build the index anew, now; returns the number of documents. Raises OSError when it cannot."""
        self._source = source
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._lock_file(wait=None):
            generation = source.generation()
            documents = list(source.all())
            self._build(documents, generation)
        return len({document.id for document in documents})

    def search(self, text: str, vocabulary: Vocabulary, *, literal: bool = False) -> Reading:
        """Return what a question asks and who answers it.

        Any text is a valid question. With `literal` names of places are ordinary words, and no word is
        corrected.
        """
        self._follow()
        for _ in range(3):
            opened = self._opened
            if opened is None or self._prefers_fallback(opened.postings):
                break
            if opened.postings.process != os.getpid():
                self._reopen()
                continue
            try:
                return opened.reader.read(text, vocabulary, literal=literal)
            except TornIndexError as error:
                if self._opened is opened:
                    self._drop(opened, error)
        return self._scan().search(text, vocabulary, literal=literal)

    def wait_until_built(self, seconds: float = 60.0) -> bool:
        """Wait for a rebuild in the background; returns whether none is running any more."""
        builder = self._builder
        if builder is not None:
            builder.join(seconds)
        return builder is None or not builder.is_alive()

    def close(self) -> None:
        """Let go of the files; a later search opens them again."""
        self.wait_until_built()
        with self._state:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.postings.close()

    def _follow(self) -> None:
        """Look again for a generation that another process, or our own thread, was writing."""
        source, now = self._source, time.monotonic()
        if source is None or self._wanted is None or now < self._next_try or self._is_at(self._wanted):
            return
        self._next_try = now + TRY_AGAIN_SECONDS
        self.ensure(source)

    def _is_ahead(self, generation: int) -> bool:
        """Whether the index is newer than the source: another process saw an edit first.

        When that lasts, the database went back in time (a backup was restored) and the index is wrong.
        """
        held = self._held()
        if held is None or held.generation <= generation:
            self._ahead = None
            return False
        now = time.monotonic()
        if self._ahead is None or self._ahead[0] != generation:
            self._ahead = (generation, now)
        return now - self._ahead[1] < AHEAD_SECONDS

    def _held(self) -> StoredPostings | None:
        opened = self._opened
        return opened.postings if opened is not None else None

    def _is_at(self, generation: int) -> bool:
        held = self._held()
        return held is not None and held.generation == generation and held.process == os.getpid()

    def _reopen(self, *, force: bool = False) -> None:
        """Open what the pointer names, where it is not what we have; a torn index counts as none."""
        with self._state:
            held = self._held()
            same_process = held is not None and held.process == os.getpid()
            if held and same_process and not force and held.signature == self._store.signature():
                return
            try:
                postings = self._store.open()
            except TornIndexError as error:
                if self._store.signature() is not None:
                    log.warning("The search index is not usable and will be rebuilt: %s", error)
                if held is not None and same_process and self._store.signature() is not None:
                    self._opened = None
                    held.close()
                return
            self._opened = _Opened(postings, Reader(postings))
            if self._fallback is not None and self._fallback.generation <= postings.generation:
                self._fallback = None
            if held is not None and same_process:
                held.close()

    def _drop(self, opened: _Opened, error: TornIndexError) -> None:
        """Stop using an index that turned out to be damaged; the next `ensure` rebuilds it."""
        log.warning("The search index is damaged and will be rebuilt: %s", error)
        with self._state:
            if self._opened is opened:
                self._opened = None
                self._store.pointer_file.unlink(missing_ok=True)

    def _catch_up(self, source: DocumentSource, wait: float, background: bool) -> None:
        if time.monotonic() < self._no_writes_until:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self._lock_file(wait=wait))
            except BlockingIOError:
                return
            self._reopen(force=True)
            generation = source.generation()
            if self._is_at(generation):
                return
            if self._update(source, generation):
                return
            documents = list(source.all())
            if not background or len(documents) <= SMALL:
                self._build(documents, generation)
                return
            if self._opened is None:
                self._fallback = _Fallback(documents, generation)
            held = stack.pop_all()
            self._builder = threading.Thread(
                target=self._build_in_background, args=(documents, generation, held), name="search-index"
            )
            self._builder.daemon = True
            self._builder.start()

    def _update(self, source: DocumentSource, generation: int) -> bool:
        """Write the few documents that changed; returns False where a rebuild is the better way."""
        opened = self._opened
        if opened is None:
            return False
        held = opened.postings
        if held.generation > generation or held.wasted > WASTE * max(held.size, FEW):
            return False
        changed, removed = source.changed_since(held.generation)
        if len(changed) + len(removed) > FEW:
            return False
        try:
            self._store.update(held, [analyse(document) for document in changed], removed, generation)
        except TornIndexError as error:
            self._drop(opened, error)
            return False
        self._reopen()
        return self._opened is not None

    def _build(self, documents: Sequence[Document], generation: int) -> None:
        """Build beside, switch, and clear away what is no longer named. Needs the lock file."""
        self._store.sweep()
        self._store.build((analyse(document) for document in documents), generation)
        self._reopen(force=True)
        self._store.sweep()
        with self._state:
            if self._opened is not None:
                self._fallback = None

    def _build_in_background(
        self, documents: Sequence[Document], generation: int, held: contextlib.ExitStack
    ) -> None:
        with held:
            try:
                self._build(documents, generation)
            except OSError as error:
                self._cannot_write(error)
            except Exception:
                log.exception("The search index could not be built, documents in memory answer")
                self._no_writes_until = time.monotonic() + RETRY_SECONDS

    def _cannot_write(self, error: OSError) -> None:
        self._no_writes_until = time.monotonic() + RETRY_SECONDS
        log.warning("The search index cannot be written, documents in memory answer: %s", error)

    def _prefers_fallback(self, held: StoredPostings) -> bool:
        fallback = self._fallback
        return fallback is not None and fallback.generation > held.generation

    def _fall_back(self, source: DocumentSource) -> None:
        """Keep documents in memory where no index serves, or where it cannot be brought up to date."""
        stuck = time.monotonic() < self._no_writes_until
        if self._opened is not None and not stuck:
            return
        generation = source.generation()
        if self._is_at(generation):
            return
        fallback = self._fallback
        if fallback is None or fallback.generation != generation:
            self._fallback = _Fallback(list(source.all()), generation)

    def _scan(self) -> ScanIndex:
        fallback = self._fallback
        if fallback is None:
            source = self._source
            if source is None:
                fallback = _Fallback((), -1)
            else:
                generation = source.generation()
                fallback = self._fallback = _Fallback(list(source.all()), generation)
        return fallback.scan()

    @contextlib.contextmanager
    def _lock_file(self, wait: float | None) -> Iterator[None]:
        """Hold the one writer's lock; it falls away by itself when the process dies.

        Waits `wait` seconds, or as long as it takes with None; raises BlockingIOError when another writes.
        """
        deadline = None if wait is None else time.monotonic() + wait
        with (self._folder / "schrijver.lock").open("a") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if deadline is not None and time.monotonic() >= deadline:
                        raise
                    time.sleep(0.01)
            yield
