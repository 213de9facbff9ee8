"""Killed at any moment, an edit, an import, a restore and a reindex leave the old state or the new."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from catalogue.config import ROOT
from tests.killing.conftest import Ground

# How often each is killed in the middle of its work: 60 times in all.
KILLS = {"edit": 16, "import": 14, "restore": 14, "reindex": 12, "backup": 4}
# Some children are done before they are killed; so many more are tried.
TRIES = 3


@dataclass
class Victims:
    """The process whose children are killed."""

    process: subprocess.Popen[str]
    folder: Path
    ground: Ground

    def __call__(self, work: str, value: object = None) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps([work, value]) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert not answer["fault"], (work, value, answer)
        return answer

    def begin_again(self) -> None:
        """The catalogue as it was at the start."""
        shutil.rmtree(self.folder)
        shutil.copytree(self.ground.data, self.folder)

    def look(self, *, anew: bool = True) -> dict[str, Any]:
        """What there is; nothing may be wrong with it."""
        found = self("look", anew)
        assert found["wrong"] == []
        return found


@pytest.fixture(scope="module")
def victims(tmp_path_factory: pytest.TempPathFactory, ground: Ground) -> Iterator[Victims]:
    folder = tmp_path_factory.mktemp("victims") / "data"
    shutil.copytree(ground.data, folder)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.killing.victims", str(folder), str(ground.files)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout
    try:
        assert process.stdout.readline() == "klaar\n"
        yield Victims(process, folder, ground)
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


@pytest.mark.parametrize("work", KILLS)
def test_killed_at_any_moment_it_leaves_the_old_state_or_the_new(victims: Victims, work: str) -> None:
    victims.begin_again()
    old = victims.look()
    seconds = []
    for _ in range(2):
        victims.begin_again()
        seconds.append(victims(work)["seconds"])
    new = victims.look()
    assert victims.look(anew=False) == new
    is_read_only = work in ("reindex", "backup")
    assert (old == new) == is_read_only
    moments = random.Random(f"{work} 2026")
    killed, left = 0, Counter[str]()
    # The latest kill that left the old state, the earliest that left the new one or came too late.
    last_old, first_new = 0.0, min(seconds)
    for number in range(KILLS[work] * TRIES):
        victims.begin_again()
        # By turns at any moment, and around the one at which it becomes true: it may be near the end, and
        # the machine slower than a moment ago.
        near = 0.95 * min(last_old, first_new), 1.1 * max(last_old, first_new)
        moment = moments.uniform(*near) if number % 2 else moments.uniform(0, min(seconds))
        if not victims(work, moment)["killed"]:
            first_new = min(first_new, moment)
            continue
        killed += 1
        # By turns one that held the catalogue all along, and a process that starts after it.
        found = victims.look(anew=number % 3 == 2)
        assert found in (old, new)
        left["old" if found == old else "new"] += 1
        if found == old:
            last_old = max(last_old, moment)
        else:
            first_new = min(first_new, moment)
        if killed >= KILLS[work] and (is_read_only or (left["old"] and left["new"])):
            break
    assert killed >= KILLS[work]
    if not is_read_only:
        # Else they were all killed before or after what matters.
        assert left["old"] and left["new"], left


def test_a_backup_that_was_killed_is_no_backup(victims: Victims, ground: Ground) -> None:
    victims.begin_again()
    file = ground.files / "nieuw.zip"
    file.unlink(missing_ok=True)
    whole = victims("backup")["seconds"]
    before = file.read_bytes()
    for part in (0.2, 0.5, 0.8):
        if victims("backup", part * whole)["killed"]:
            with zipfile.ZipFile(file) as archive:
                assert archive.testzip() is None
    file.unlink()
    victims("backup", 0.3 * whole)
    assert not file.exists() or zipfile.is_zipfile(file)
    assert len(before) > 10_000


def test_what_goes_on_after_a_kill_takes_all_up_again(victims: Victims) -> None:
    """Many kills one after the other in the same catalogue, whatever each left behind."""
    victims.begin_again()
    moments = random.Random("na elkaar")
    work = ["import", "edit", "restore", "reindex"] * 2
    moments.shuffle(work)
    for name in work:
        if name == "edit":
            victims.begin_again()
        victims(name, moments.uniform(0, 0.3))
        victims.look(anew=False)
    victims("restore")
    found = victims.look()
    assert found["answers"][:3] == [30, 0, 0]
    assert len(list((victims.folder / "index").glob("index-*"))) == 1
