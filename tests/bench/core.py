"""The core without HTTP, beside its rival on the same questions: `python -m tests.bench.core FOLDER`.

Runs in a process of its own, so that what it measures is what one worker does. Writes figures as JSON.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import cycle
from pathlib import Path
from urllib.parse import parse_qsl

from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from catalogue import create_app
from catalogue.config import Settings
from catalogue.curation.entries import read, save
from catalogue.curation.write import change
from catalogue.directory import criteria as criteria_
from catalogue.directory import entries, warm
from catalogue.directory.criteria import Criteria
from catalogue.directory.find import find
from catalogue.directory.live import Directory, directory
from catalogue.directory.search import Search
from catalogue.directory.snapshot import Snapshot
from catalogue.directory.suggestions import suggestions
from catalogue.extensions import db
from catalogue.models import Organisation
from tests.bench import generate
from tests.bench.questions import SEARCHES, TYPED
from tests.bench.rival import Rival, make, words_of
from tests.bench.times import Times, interleaved, measured, timed

PATIENCE_SECONDS = 3_600
EDITED, CROWDED = "core search, after an edit", "core search, after an edit among others"


@dataclass(frozen=True, slots=True)
class Core:
    """Everything that is measured without HTTP: seconds where the name says so, else ms."""

    load_s: float
    index_s: float
    prepare_ms: float
    rival_build_s: float
    times: tuple[Times, ...]

    @classmethod
    def from_json(cls, text: str) -> Core:
        """What `main` wrote."""
        read = json.loads(text)
        times = tuple(Times(one["name"], tuple(one["values"])) for one in read.pop("times"))
        return cls(times=times, **read)


def searches(live: Directory, held: Snapshot, path: Path, queries: Sequence[str], rounds: int) -> list[Times]:
    """Our own search with all facets beside FTS5 on the same words and filters, in turn.

    First after a start and on a new connection, then asked again, then ours right after an edit: one by
    itself, as people edit, and one upon the other, while a thread still writes the index.
    """
    asked = [criteria_of(one, held) for one in queries]
    ours = [partial(find, live, one) for one in asked]
    first = measured("core search, first time", ours)
    questions = [(one.criteria, words_of(one), held) for one in (Search(live, one, held) for one in asked)]
    new = measured("FTS5, new connection", (partial(_ask_anew, path, *one) for one in questions))
    with closing(Rival(path)) as rival:
        theirs = [partial(rival.ask, *one) for one in questions]
        for one in theirs:
            one()
        again = interleaved({"core search": ours, "FTS5": theirs}, rounds)
    ids = db.session.scalars(select(Organisation.id).order_by(Organisation.id.desc()).limit(len(asked))).all()
    later: dict[str, list[float]] = {EDITED: [], CROWDED: []}
    for name, times in later.items():
        for ask, id_ in zip(ours, cycle(ids), strict=False):
            if name == EDITED:
                live.index.wait_until_built(PATIENCE_SECONDS)
            edit(id_, "gewijzigd")
            live.current()
            times.append(timed(ask))
    return [*again, first, new, *(Times(name, tuple(times)) for name, times in later.items())]


def _ask_anew(path: Path, criteria: Criteria, text: str, held: Snapshot) -> None:
    with closing(Rival(path)) as rival:
        rival.ask(criteria, text, held)


def edits(live: Directory, count: int) -> list[Times]:
    """One changed text: through the room that writes until a search finds it, and the text index alone."""
    ids = db.session.scalars(select(Organisation.id).order_by(Organisation.id).limit(2 * count)).all()
    whole, alone = [], []
    for number, id_ in enumerate(ids):
        held = live.current()
        word = f"proefwoord{'abcdefghijklmnopqrstuvwxyz'[number % 26]}{number}"
        if number % 2:
            edit(id_, word)
            live.load()
            alone.append(timed(live.current))
        else:
            written = timed(partial(edit, id_, word))
            whole.append(written + timed(live.current))
        found = find(live, criteria_of(f"q={word}", held), facets=False)
        if [hit.entry.id for hit in found.hits] != [id_]:
            raise SystemExit(f"the edit of entry {id_} is not found")
    return [
        Times("one edit, written and indexed", tuple(whole)),
        Times("one edit, index alone", tuple(alone)),
    ]


def edit(id_: int, word: str) -> None:
    """Add a word to the description of an entry, through the room that writes."""
    with change() as under_way:
        data = read(id_)
        assert data is not None, "the entry was just found"
        save(under_way, replace(data, description=f"{data.description} {word}"))


def criteria_of(query: str, held: Snapshot) -> Criteria:
    """A query string as the views read it."""
    return criteria_.read(MultiDict(parse_qsl(query)), held.words)


def typed(app: Flask, live: Directory, rounds: int) -> Times:
    """Suggestions as the API gives them."""
    with app.test_request_context():
        ask: Callable[[str], object] = partial(suggestions, live)
        ask(TYPED[0])
        return measured("core suggestions", (partial(ask, one) for _ in range(rounds) for one in TYPED))


def core(app: Flask, folder: Path, *, rounds: int, addresses: int, edited: int) -> Core:
    """Measure so many addresses and edits; the rival's file goes in the folder. Needs an app context."""
    live = directory()
    load_s = timed(live.load) / 1000
    index_s = timed(lambda: (live.current(), live.index.wait_until_built(PATIENCE_SECONDS))) / 1000
    if live.index.is_ready and index_s < 1:
        index_s = timed(live.reindex) / 1000
    # As a worker does before it serves.
    prepare_ms = timed(partial(warm.prepare, live))
    warm.freeze()
    held = live.current()
    rival_file = folder / "fts5.db"
    rival_build_s = timed(lambda: make(rival_file, held, entries.documents(held.words))) / 1000
    times = [
        *searches(live, held, rival_file, SEARCHES[:addresses], rounds),
        typed(app, live, rounds),
        *edits(live, edited),
    ]
    return Core(
        load_s=load_s,
        index_s=index_s,
        prepare_ms=prepare_ms,
        rival_build_s=rival_build_s,
        times=tuple(times),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure in a data folder; with --fill so many made-up entries are put in it first.

    Without a file for the figures it only fills. The database is that of the environment.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("output", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--addresses", type=int, default=len(SEARCHES))
    parser.add_argument("--edits", type=int, default=15)
    parser.add_argument("--fill", type=int, default=0)
    options = parser.parse_args(arguments)
    app = create_app(replace(Settings.from_environment(), data=options.folder))
    with app.app_context():
        if options.fill:
            generate.fill(options.fill)
        if options.output:
            figures = core(
                app,
                options.folder,
                rounds=options.rounds,
                addresses=options.addresses,
                edited=options.edits,
            )
            options.output.write_text(json.dumps(asdict(figures)), "utf-8")
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main()
