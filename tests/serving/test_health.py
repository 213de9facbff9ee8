"""What who watches the site sees: that it lives, what keeps it from serving, and figures where asked for."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from catalogue.config import SettingError, Settings
from catalogue.metrics import BOUNDS, Board
from catalogue.web.health import MIN_FREE, disk
from tests.faults.conftest import Mount
from tests.faults.conftest import mount as mount
from tests.serving.conftest import Site, running, until

FIGURES = "/gezondheid/cijfers"
WORKERS = 2
ROUNDS = 12


@pytest.fixture(scope="module")
def site(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(folder, tmp_path_factory.mktemp("log") / "log", METRICS="aan") as one:
        yield one


def families(site: Site) -> dict[str, Metric]:
    answer = site.ask(FIGURES)
    assert answer.status == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/plain; version=1.0.0")
    return {family.name: family for family in text_string_to_metric_families(answer.text)}


def counted(site: Site, route: str, status: str) -> float:
    """How many requests of a route ended so, as all workers together tell."""
    wanted = {"route": route, "status": status}
    samples = families(site)["catalogue_request_seconds"].samples
    return sum(s.value for s in samples if s.name.endswith("_count") and s.labels == wanted)


def test_every_request_is_counted_once_whichever_worker_answers(site: Site) -> None:
    before = counted(site, "/over", "2xx"), counted(site, "-", "4xx")
    for number in range(ROUNDS):
        site.ask("/over?q=zoekwoordgeheim")
        site.ask(f"/nergens/{number}")
    # A request is counted after its answer went out.
    until(lambda: counted(site, "/over", "2xx") - before[0] == ROUNDS)
    until(lambda: counted(site, "-", "4xx") - before[1] == ROUNDS)

    text = site.ask(FIGURES).text
    assert "zoekwoordgeheim" not in text
    assert 'catalogue_request_seconds_bucket{le="+Inf",route="/over",status="2xx"} 12.0' in text


def test_each_worker_tells_which_catalogue_it_has(site: Site) -> None:
    until(lambda: site.ask("/") and len(families(site)["catalogue_entries"].samples) == WORKERS)
    until(lambda: site.ask("/") and {s.value for s in families(site)["catalogue_entries"].samples} == {1.0})

    found = families(site)
    workers = {str(pid) for pid in site.workers()}
    assert {s.labels["worker"] for s in found["catalogue_generation"].samples} <= workers
    assert len({s.value for s in found["catalogue_generation"].samples}) == 1
    assert found["catalogue_workers"].samples[0].value == WORKERS


def test_what_a_worker_counted_outlives_it(site: Site) -> None:
    site.ask("/privacy")
    before = until(lambda: counted(site, "/privacy", "2xx"))
    old = site.workers()
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(site.workers()) == WORKERS and not site.workers() & old)

    assert counted(site, "/privacy", "2xx") == before
    until(lambda: families(site)["catalogue_workers"].samples[0].value == WORKERS)


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Forwarded_For": "127.0.0.1"},
        {"X_Forwarded_Proto": "https"},
        {"X_Forwarded_Host": "x"},
        {"Forwarded": "for=127.0.0.1"},
    ],
)
def test_what_came_through_a_proxy_gets_no_figures(site: Site, headers: dict[str, str]) -> None:
    assert site.ask(FIGURES, **headers).status == 404


def test_figures_are_not_there_unless_asked_for(app: Flask) -> None:
    assert app.test_client().get(FIGURES).status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 200), ("10.1.2.3", 200), ("::1", 200), ("", 200), ("8.8.8.8", 404), ("iemand", 404)],
)
def test_only_who_stands_beside_us_gets_figures(app: Flask, address: str, status: int) -> None:
    app.extensions["metrics"] = Board(["/over"], 1)
    visitor = app.test_client()

    assert visitor.get(FIGURES, environ_base={"REMOTE_ADDR": address}).status_code == status


def test_a_switch_that_is_none_is_refused() -> None:
    with pytest.raises(SettingError, match="CATALOGUE_METRICS must be one of uit, aan"):
        Settings.from_environment({"CATALOGUE_METRICS": "ja"})


@pytest.mark.parametrize("seconds", [*BOUNDS, 0.0, 0.0051, 99.0])
def test_a_duration_falls_in_the_first_bound_that_holds_it(seconds: float) -> None:
    board = Board(["/over"], 1)
    board.count("/over", 200, seconds)
    (spread,) = board.spreads()

    place = next((n for n, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
    assert spread.counts == tuple(int(n == place) for n in range(len(BOUNDS) + 1))
    assert (spread.route, spread.status, spread.seconds) == ("/over", "2xx", seconds)


def test_parts_add_up_and_a_route_that_nobody_knows_is_none() -> None:
    board = Board(["/over"], 3)
    for part in (0, 2):
        board.begin(part)
        board.count("/bestaat-niet", 503, 1.0)
        board.hold(7, part)
    board.leave(0)

    assert [(s.route, s.status, sum(s.counts), s.seconds) for s in board.spreads()] == [("-", "5xx", 2, 2.0)]
    assert [(held.generation, held.entries) for held in board.workers()] == [(7, 2)]
    assert board.take({0, 1}) == 2
    assert board.take({0, 1, 2}) == 2


def test_a_disk_that_is_full_or_shut_is_named(tmp_path: Path, mount: Mount) -> None:
    assert disk(tmp_path) == "ok"
    assert disk(tmp_path / "nergens") == "niet leesbaar"
    small, shut = tmp_path / "small", tmp_path / "shut"
    for folder, options in ((small, f"size={MIN_FREE - 4096}"), (shut, "size=64m,ro")):
        folder.mkdir()
        mount(folder, "-t", "tmpfs", "-o", options, "tmpfs")

    assert disk(small) == "vol"
    assert disk(shut) == "niet beschrijfbaar"
