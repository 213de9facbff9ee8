"""A process that edits the catalogue through the curation room, one line of JSON at a time, and says when."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from typing import Any

from catalogue import create_app
from catalogue.curation.entries import Writer, archive, find, read, save
from catalogue.curation.write import change
from catalogue.directory.live import directory
from tests.builders import entry


def _add(names: list[str], **values: Any) -> None:
    with change() as under_way:
        Writer(under_way).save_all([entry(name, **values) for name in names])


def _edit(which: str, **values: Any) -> None:
    known = find(which)
    assert known is not None, which
    before = read(known.id)
    assert before is not None, which
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    with change() as under_way:
        save(under_way, replace(before, **values))


def _remove(names: list[str]) -> None:
    with change() as under_way:
        for name in names:
            known = find(name)
            assert known is not None, name
            archive(under_way, known)


def _bring_back(names: list[str]) -> None:
    with change() as under_way:
        for name in names:
            known = find(name)
            before = read(known.id) if known else None
            assert before is not None, name
            save(under_way, replace(before, status="gepubliceerd"))


def _hold(seconds: float) -> None:
    """Keep a change open: the write lock of the database is taken, and nothing of it remains."""
    try:
        with change():
            print("bezig", flush=True)
            time.sleep(seconds)
            raise TimeoutError
    except TimeoutError:
        pass


def _series(first: int, count: int) -> None:
    """Many edits, each a change of its own that the text index follows, as with the commands."""
    for number in range(first, first + count):
        _add([f"Reeks {number}"], description=f"Wij maken reekswoord{number}.")
        directory().settle()


WORK = {
    "add": _add,
    "edit": _edit,
    "remove": _remove,
    "bring back": _bring_back,
    "hold": _hold,
    "series": _series,
}


def main() -> None:
    app = create_app()
    with app.app_context():
        print("klaar", flush=True)
        for line in sys.stdin:
            name, arguments, values = json.loads(line)
            WORK[name](*arguments, **values)
            print(time.time(), flush=True)


if __name__ == "__main__":
    main()
