"""A process that lets children of its own work at a catalogue, and kills them when it is told to.

It holds the catalogue as a worker does, with no connection open, so that a child costs milliseconds. It is
asked one line of JSON at a time: the work, and after how many seconds to kill the child (null: never).
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.datastructures import MultiDict

from catalogue import create_app
from catalogue.curation import entries
from catalogue.curation.checking import problems
from catalogue.curation.write import change
from catalogue.directory import criteria, live
from catalogue.directory.find import find
from catalogue.directory.live import directory
from catalogue.extensions import db
from tests.builders import make_settings, offer, site
from tests.curation.whole import BY_CHANCE, dump
from tests.index_life.test_agreement import assert_agreement

EDITED = "Werkplaats 3"
QUESTIONS = ("vogelhuisjes", "leer looien", "wissenmanden", "groenonderhoud in Ieper", "Werkplaats 7")


def edit(_: Flask, __: Path) -> None:
    """An edit that touches every table of an entry, and its place in the index."""
    known = entries.find(EDITED)
    before = entries.read(known.id) if known else None
    assert before is not None
    with change() as under_way:
        entries.save(
            under_way,
            replace(
                before,
                name="Het Vervolg",
                description="Wij vlechten wissenmanden.",
                sites=(site(name="Oost"), site("38025", name="West")),
                offers=(
                    offer("groenonderhoud", "nis:33011", site="Oost"),
                    offer("schoonmaak", "km:12", site="West"),
                ),
            ),
        )
    directory().settle()


def command(*words: str) -> Callable[[Flask, Path], None]:
    """A command as it is typed; FILES is the folder of the files that it takes."""

    def run(app: Flask, files: Path) -> None:
        done = app.test_cli_runner().invoke(args=[word.replace("FILES", str(files)) for word in words])
        assert done.exit_code == 0, done.output

    return run


WORK: dict[str, Callable[[Flask, Path], None]] = {
    "edit": edit,
    "import": command("import", "FILES/erbij.csv"),
    "restore": command("restore", "FILES/vroeger.zip"),
    "reindex": command("reindex"),
    "backup": command("backup", "FILES/nieuw.zip"),
}


def look(app: Flask, *, anew: bool) -> dict[str, Any]:
    """What there is: the state of the database, what is wrong with it, and what the index answers."""
    if anew:
        live.init_app(app)
    held = directory()
    found: dict[str, Any] = {"wrong": [str(problem) for problem in problems(held)]}
    assert_agreement(held)
    text = json.dumps(dump(but=BY_CHANCE), sort_keys=True)
    found["state"] = hashlib.sha256(text.encode()).hexdigest()
    found["answers"] = [
        find(held, criteria.read(MultiDict({"q": question}), held.current().words)).total
        for question in QUESTIONS
    ]
    return found


def forked(work: Callable[[], None], after: float | None) -> dict[str, Any]:
    """Let a child do it, and kill it after so many seconds; says how long it took, and how it ended."""
    begun_out, begun_in = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(begun_out)
        try:
            os.write(begun_in, b"!")
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(begun_in)
    os.read(begun_out, 1)
    os.close(begun_out)
    begun = time.perf_counter()
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return {
        "seconds": time.perf_counter() - begun,
        "killed": os.WIFSIGNALED(status),
        "fault": os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0,
    }


def looked(app: Flask, *, anew: bool) -> dict[str, Any]:
    """What a process finds there: one that starts anew, or one that held the catalogue all along."""
    out, in_ = os.pipe()

    def work() -> None:
        os.close(out)
        with os.fdopen(in_, "w") as stream:
            json.dump(look(app, anew=anew), stream)

    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(in_)
    with os.fdopen(out) as stream:
        text = stream.read()
    _, status = os.waitpid(child, 0)
    return {"fault": status != 0, **(json.loads(text) if text else {})}


def main() -> None:
    folder, files = map(Path, sys.argv[1:])
    app = create_app(make_settings(folder))
    with app.app_context():
        # What is read and made ready here, no child has to read again.
        look(app, anew=False)
        db.session.remove()
        db.engine.dispose()
        gc.collect()
        gc.freeze()
        print("klaar", flush=True)
        for line in sys.stdin:
            name, value = json.loads(line)
            if name == "look":
                answer = looked(app, anew=value)
            else:
                answer = forked(lambda name=name: WORK[name](app, files), value)  # type: ignore[misc]
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
