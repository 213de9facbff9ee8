"""A process that edits entries while the site serves: a number and a word a line, answered by its ms."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select

from catalogue import create_app
from catalogue.extensions import db
from catalogue.models import Organisation
from tests.bench.core import edit
from tests.bench.machine import ROOT
from tests.bench.stage import STOP_SECONDS, BenchError, Site
from tests.bench.times import timed


@dataclass
class Editor:
    """Gives one entry after another a word that no other has."""

    process: subprocess.Popen[str]
    _done: int = field(default=0)

    def edit(self) -> tuple[str, float]:
        """Edit one entry; gives the new word and the ms until it was written."""
        self._done += 1
        # No figures in it, and unlike all others: nobody takes it for a slip of the one before.
        word = "wijziging" + "".join(
            "bdfgklmnpr"[int(figure)] + "aeiou"[int(figure) % 5] for figure in f"{self._done:04}"
        )
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{self._done} {word}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise BenchError("the process that edits broke off")
        return word, float(answer)


@contextmanager
def editor(site: Site) -> Iterator[Editor]:
    """A process that edits this catalogue until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.editor"],
        cwd=ROOT,
        env=site.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        process.stdout.readline()
        yield Editor(process)
    finally:
        process.stdin.close()
        process.wait(STOP_SECONDS)
        process.stdout.close()


def main() -> None:
    """Do what standard input says until it ends."""
    app = create_app()
    with app.app_context():
        ids = db.session.scalars(select(Organisation.id).order_by(Organisation.id)).all()
        db.session.remove()
        print("ready", flush=True)
        for line in sys.stdin:
            number, word = line.split()
            ms = timed(partial(edit, ids[int(number) % len(ids)], word))
            db.session.remove()
            print(ms, flush=True)


if __name__ == "__main__":
    main()
