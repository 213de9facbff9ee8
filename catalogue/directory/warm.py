"""A quick start: what takes seconds to read is kept on disk by one process and taken over by the next.

The database stays the truth. What was kept is taken only where it is of this very catalogue; what changed
since is read as after any edit.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from catalogue.directory import entries, vocabulary
from catalogue.directory.live import Directory, State, last_change
from catalogue.directory.prepared import PreparedFile
from catalogue.directory.snapshot import Snapshot
from catalogue.directory.suggestions import suggester
from catalogue.directory.vocabulary import Words
from catalogue.search.dutch_words import take_word_list
from catalogue.search.suggest import Suggester
from catalogue.search.warmth import Warmth

log = logging.getLogger(__name__)

# Any question with a slip: to answer it everything is read that a question can need.
A_QUESTION = "poetshlup in Ieper"
# Entries from which a command leaves behind what the next start needs: fewer are read in no time.
MANY = 1_000
# Objects that are made before the garbage collector looks among them (Python itself: 700).
LOOK_AFTER = 10_000


@dataclass(frozen=True, slots=True)
class Kept:
    """What a process made of the catalogue, with what tells whether it still holds."""

    state: State
    vocabulary: str
    stamps: Mapping[int, int]
    snapshot: Snapshot
    suggester: Suggester
    warmth: Warmth

    def is_of(self, now: State) -> bool:
        """Whether it is of this catalogue as it was: what did not change since is the same."""
        before = self.state
        if before.generation == now.generation:
            return before == now
        if not now.restored_generation <= before.generation < now.generation:
            return False
        later = {id_ for ids in entries.changed_since(before.generation) for id_ in ids}
        stamps = {id_: stamp for id_, stamp in entries.stamps().items() if id_ not in later}
        return stamps == {id_: stamp for id_, stamp in self.stamps.items() if id_ not in later}


def prepare(live: Directory) -> bool:
    """Read what every search needs, so that no first visitor waits for it; whether it is worth keeping."""
    with _without_collector():
        is_news = not _recall(live)
        snapshot = live.load()
        live.settle()
        live.index.search(A_QUESTION, snapshot.words.search)
        suggester(live, snapshot)
    return is_news


def freeze() -> None:
    """Tell the garbage collector to leave alone what lives as long as the process, and to look less often.

    It would go through all of it for a quarter of a second while somebody waits. After an edit thousands of
    objects are made that stay: looking at each seven hundred of them costs more than it finds.
    """
    gc.freeze()
    gc.set_threshold(LOOK_AFTER)


def keep(live: Directory) -> None:
    """Keep what this process holds for the next start."""
    state, snapshot = last_change(), live.load()
    stamps = entries.stamps()
    made = suggester(live, snapshot)
    warmth = live.index.warmth(snapshot.words.search)
    if snapshot.generation == state.generation and last_change() == state:
        kept = Kept(state, _digest(snapshot.words), stamps, snapshot, made, warmth)
        _file(live).write(kept, _shared(snapshot.words))


def keep_aside(live: Directory) -> None:
    """Keep it in a process of its own, so that nobody waits for it. Needs a process without threads."""
    if os.fork():
        return
    try:
        keep(live)
    except Exception:
        log.exception("what the next start needs could not be kept")
    finally:
        os._exit(0)


def leave(live: Directory) -> None:
    """After a command that changed much: wait for the text index, and keep what the next start needs."""
    live.settle()
    if live.load().everyone.bit_count() >= MANY and prepare(live):
        keep(live)


def _recall(live: Directory) -> bool:
    """Take over what was kept; whether nothing changed since."""
    now = last_change()
    words = vocabulary.load(now.vocabulary_generation)
    kept = _file(live).read(_shared(words))
    if not isinstance(kept, Kept):
        return False
    if kept.vocabulary != _digest(words) or not kept.is_of(now):
        take_word_list(kept.warmth.word_list)
        return False
    live.hold(kept.snapshot, kept.state.mark)
    live.suggester = (kept.snapshot, kept.suggester)
    live.index.take_warmth(kept.warmth)
    return kept.state == now


def _file(live: Directory) -> PreparedFile:
    return PreparedFile(live.settings.index_folder, live.settings.kept_secret_key())


def _shared(words: Words) -> dict[str, object]:
    """What each process reads itself, under a name: there must be one of each."""
    return {"words": words, "gazetteer": words.gazetteer, "vocabulary": words.search}


def _digest(words: Words) -> str:
    said = (words.services, words.categories, words.gazetteer.rows, words.gazetteer.regions)
    return sha256(repr(said).encode()).hexdigest()


@contextmanager
def _without_collector() -> Iterator[None]:
    """Millions of objects that stay: going through them again and again finds nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
