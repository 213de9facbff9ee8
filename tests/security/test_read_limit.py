"""A limit on reading: none unless it is set, then counted once for all workers, by address and minute."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.config import SettingError, Settings
from catalogue.web.shared_counts import PLACES, SharedCounts
from tests.builders import app_with
from tests.serving.conftest import running, small

__all__ = ["small"]


def test_reading_is_unlimited_unless_the_setting_says_otherwise(bare: Settings) -> None:
    assert Settings.from_environment({}).read_limit == 0
    with app_with(bare) as app:
        codes = Counter(app.test_client().get("/robots.txt").status_code for _ in range(300))

    assert codes == {200: 300}


@pytest.mark.parametrize("value", ["-1", "1.5", "veel", "1e3", "99999999"])
def test_a_limit_that_is_no_whole_number_stops_the_start(value: str) -> None:
    with pytest.raises(SettingError, match="CATALOGUE_READ_LIMIT"):
        Settings.from_environment({"CATALOGUE_READ_LIMIT": value})


def test_who_reads_too_much_is_told_how_long_to_wait_and_nobody_else_is(bare: Settings) -> None:
    def ask(path: str, address: str = "192.0.2.1") -> int:
        return client.get(path, environ_base={"REMOTE_ADDR": address}).status_code

    with app_with(replace(bare, read_limit=3)) as app:
        client = app.test_client()
        assert [ask("/robots.txt") for _ in range(5)] == [200, 200, 200, 429, 429]
        page = client.get("/robots.txt", environ_base={"REMOTE_ADDR": "192.0.2.1"})
        answer = client.get("/api/v1/diensten", environ_base={"REMOTE_ADDR": "192.0.2.1"})
        assert ask("/robots.txt", "192.0.2.2") == 200
        # What a page fetches, and what a balancer asks.
        assert ask("/bestand/eigen/css/base.css") == ask("/gezondheid") == 200

    assert "<h1" in page.text and "wachten" in page.text
    assert answer.status_code == 429
    assert answer.get_json()["fout"]["melding"]
    for one in (page, answer):
        assert 0 < int(one.headers["Retry-After"]) <= 60
        assert one.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_an_address_is_counted_by_what_one_household_has(
    bare: Settings, first: str, second: str, is_same: bool
) -> None:
    with app_with(replace(bare, read_limit=1)) as app:
        client = app.test_client()
        codes = [
            client.get("/robots.txt", environ_base={"REMOTE_ADDR": address}).status_code
            for address in (first, second)
        ]

    assert codes == [200, 429 if is_same else 200]


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_minute_after_the_first_the_count_begins_anew() -> None:
    clock = Clock()
    counts = SharedCounts(2, 60, clock)
    assert [counts.count("a") for _ in range(2)] == [0, 0]
    clock.now += 59.5
    assert counts.count("a") == 1
    assert counts.count("b") == 0
    clock.now += 0.5
    assert [counts.count("a") for _ in range(3)] == [0, 0, 60]


def test_a_name_is_counted_apart_from_every_other_also_in_a_crowd() -> None:
    counts = SharedCounts(2, 60, Clock())
    names = [f"2001:db8:{number:x}::/64" for number in range(PLACES // 4)]

    assert all(counts.count(name) == 0 for name in names for _ in range(2))
    assert all(counts.count(name) for name in names)


def test_more_names_than_there_are_places_are_let_through() -> None:
    counts = SharedCounts(1, 60, Clock())
    names = [str(number) for number in range(PLACES + PLACES // 4)]

    assert all(counts.count(name) == 0 for name in names)


def test_the_place_of_who_went_is_for_another() -> None:
    clock = Clock()
    counts = SharedCounts(1, 60, clock)
    for number in range(PLACES * 2):
        counts.count(str(number))
    clock.now += 60

    assert counts.count("a") == 0
    assert counts.count("a") > 0


def test_no_address_stands_in_the_memory() -> None:
    counts = SharedCounts(5, 60, Clock())
    counts.count("192.0.2.77")

    held = counts._memory[:]
    assert b"192.0.2.77" not in held
    assert any(held)
    # The hash is of this start alone: it cannot be looked up in that of another.
    other = SharedCounts(5, 60, Clock())
    other.count("192.0.2.77")
    assert other._memory[:] != held


def forked(counts: SharedCounts, times: int) -> tuple[int, int]:
    """A process that counts so often; gives its number and where it tells how often it was allowed."""
    out, in_ = os.pipe()
    pid = os.fork()
    if not pid:
        allowed = sum(counts.count("a") == 0 for _ in range(times))
        os.write(in_, str(allowed).encode())
        os._exit(0)
    os.close(in_)
    return pid, out


def test_processes_that_count_at_once_allow_no_more_and_no_less_than_the_limit() -> None:
    counts = SharedCounts(3_000, 600)
    workers = [forked(counts, 1_500) for _ in range(4)]
    allowed = []
    for pid, out in workers:
        os.waitpid(pid, 0)
        allowed.append(int(os.read(out, 20)))
        os.close(out)

    assert sum(allowed) == 3_000
    assert sum(one > 0 for one in allowed) > 1


def holder(counts: SharedCounts, seconds: float) -> int:
    """A process that is counting for so long; gives its number once it has begun."""
    ready, told = os.pipe()
    pid = os.fork()
    if not pid:
        with counts._alone():
            os.write(told, b"x")
            time.sleep(seconds)
        os._exit(0)
    os.read(ready, 1)
    os.close(ready)
    os.close(told)
    return pid


def test_who_counts_waits_for_who_was_counting() -> None:
    counts = SharedCounts(10, 60)
    pid = holder(counts, 0.4)
    begun = time.monotonic()
    assert counts.count("a") == 0

    assert time.monotonic() - begun > 0.1
    os.waitpid(pid, 0)


def test_a_worker_that_is_killed_while_it_counts_holds_nobody_up() -> None:
    counts = SharedCounts(10, 60)
    pid = holder(counts, 60)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

    assert counts.count("a") == 0


def test_the_workers_of_a_real_server_count_as_one(small: Path, tmp_path: Path) -> None:
    with (
        running(small, tmp_path / "log", WORKERS="2", THREADS="1", READ_LIMIT="20") as site,
        ThreadPoolExecutor(8) as visitors,
    ):
        answers = list(visitors.map(site.ask, ["/over"] * 80))
        beside = [site.ask(path).status for path in ("/gezondheid", "/bestand/eigen/css/base.css")]

    assert Counter(answer.status for answer in answers) == {200: 20, 429: 60}
    assert all(0 < int(one.headers["Retry-After"]) <= 60 for one in answers if one.status == 429)
    assert beside == [200, 200]


def test_the_page_of_privacy_tells_that_reading_is_counted(database: Settings) -> None:
    told = []
    for limit in (0, 300):
        with app_with(replace(database, read_limit=limit)) as app:
            told.append("300 antwoorden in een minuut" in app.test_client().get("/privacy").text)

    assert told == [False, True]
