"""A file of somebody is read by a process that cannot take the machine along with it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from flask import Flask

from catalogue.config import ROOT, Settings
from catalogue.curation import upload_child, upload_progress, uploads
from catalogue.curation.upload_child import LOOK, Task
from catalogue.models import Role
from tests.curation.room import account
from tests.curation.uploading import PATIENCE

ROWS = "naam;gemeente;diensten\n" + "".join(f"Naam {number};Ieper;poetsen\n" for number in range(400))


def limits_of(pid: int) -> dict[str, str]:
    """The limits of a process, hard and soft alike."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    found = (re.match(r"(Max .+?) {2,}(\S+) +(\S+)", line) for line in lines)
    return {one[1]: one[2] for one in found if one and one[2] == one[3]}


def test_the_process_that_reads_an_upload_has_bounds_on_memory_and_time(
    app: Flask, database: Settings
) -> None:
    folder = database.data / "imports"
    with app.app_context():
        upload_id = uploads.store("lijst.csv", ROWS.encode(), account(Role.BEHEERDER).id)
        lock = upload_progress.claim(folder, upload_id)
        pid = upload_child.start(Task(upload_id, LOOK), lock, database)
        end = time.monotonic() + PATIENCE
        try:
            # By then it has begun on the file.
            while not (seen := upload_progress.look(folder, upload_id)) or not seen.what:
                assert time.monotonic() < end
                time.sleep(0.002)
            limits = limits_of(pid)
        finally:
            os.kill(pid, signal.SIGKILL)
            while upload_progress.look(folder, upload_id):
                assert time.monotonic() < end
                time.sleep(0.01)

    assert pid != os.getpid()
    assert limits["Max address space"] == str(upload_child.MEMORY)
    assert limits["Max cpu time"] == str(upload_child.SECONDS)


def bounded(memory: int, seconds: int, work: str) -> subprocess.CompletedProcess[str]:
    """Work of a process under such bounds, set as the child sets its own."""
    program = (
        "from catalogue.curation import upload_child as child\n"
        f"child.MEMORY, child.SECONDS = {memory}, {seconds}\nchild._bound()\n{work}"
    )
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
    )


def test_what_takes_too_much_memory_is_a_fault_of_the_file_and_not_of_the_machine() -> None:
    done = bounded(600_000_000, 60, "bytearray(2_000_000_000)")

    assert done.returncode == 1
    assert "MemoryError" in done.stderr


def test_what_takes_too_long_is_ended() -> None:
    # The time of the processor is up first, or that of the clock.
    assert bounded(2_000_000_000, 1, "while True: pass").returncode in (-signal.SIGKILL, -signal.SIGALRM)
    assert bounded(2_000_000_000, 1, "import time; time.sleep(60)").returncode == -signal.SIGALRM
