"""What one process writes, every worker of the real server answers with, at once and all along."""

from __future__ import annotations

import fcntl
import json
import statistics
import threading
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.index_life.conftest import Editor, Server, assert_done, command

# Answers that no edit of these tests changes.
STEADY = ("woord12", "woord345", "groenonderhoud", "werkplaats 77", "woordd12", "schoonmaken in Ieper")


def test_an_edit_is_found_by_every_worker_within_a_second(server: Server, edit: Editor) -> None:
    at = edit("add", ["De Nieuwkomer"], description="Wij slijpen schaatsijzers.")
    server.is_seen_at_once(lambda: server.names("schaatsijzers") == {"De Nieuwkomer"}, at)

    at = edit("edit", "De Nieuwkomer", description="Wij snoeien leilinden.")
    server.is_seen_at_once(lambda: "De Nieuwkomer" in server.names("leilinden snoeien"), at)
    assert not server.names("schaatsijzers")

    at = edit("edit", "De Nieuwkomer", free_services=["mussenkastjes timmeren"])
    server.is_seen_at_once(lambda: "De Nieuwkomer" in server.names("een mussenkastje"), at)

    at = edit("edit", "De Nieuwkomer", name="Het Vervolg")
    server.is_seen_at_once(lambda: server.names("Het Vervolg") == {"Het Vervolg"}, at)

    def suggested() -> list[str]:
        return [item["waarde"] for item in server.get("/api/v1/suggesties", q="het verv")["items"]]

    assert "het-vervolg" in suggested()

    at = edit("remove", ["Het Vervolg"])
    server.is_seen_at_once(lambda: not server.names("leilinden") and "het-vervolg" not in suggested(), at)
    assert not server.names("mussenkastjes")


def test_a_large_change_is_found_by_every_worker_at_once(server: Server, edit: Editor) -> None:
    names = [f"Groot {number}" for number in range(400)]
    at = edit("add", names, description="Wij vlechten wissenmanden.", offers=[], sites=[])

    def total() -> int:
        return int(server.get("/api/v1/organisaties", q="wissenmanden")["totaal"])

    server.is_seen_at_once(lambda: total() == len(names), at)


@contextmanager
def asking(server: Server, questions: tuple[str, ...]) -> Iterator[dict[str, list[str]]]:
    """Ask without a pause meanwhile; gives all different answers to each question, faults among them."""
    answers: dict[str, list[str]] = {question: [] for question in questions}
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            for question in questions:
                try:
                    found = server.get("/api/v1/organisaties", q=question, per_pagina="100")
                    answer = json.dumps(found, sort_keys=True)
                except urllib.error.HTTPError as error:
                    with error:
                        answer = f"{error.code}"
                if answer not in answers[question]:
                    answers[question].append(answer)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield answers
    finally:
        stop.set()
        thread.join()


def test_while_the_index_is_rebuilt_answers_stay_right_and_edits_are_found(
    folder: Path, server: Server, edit: Editor
) -> None:
    before = {p.name for p in (folder / "index").glob("index-*")}
    with asking(server, STEADY) as answers, command(folder, "reindex") as rebuilding:
        at = edit("add", ["Tussendoor"], description="Wij vouwen windmolentjes.", offers=[], sites=[])
        server.is_seen_at_once(lambda: server.names("windmolentjes") == {"Tussendoor"}, at)
        assert_done(rebuilding)
    for question in STEADY:
        # The one edit may show in counts of facets: before and after it, nothing else.
        totals = [json.loads(answer)["totaal"] for answer in answers[question]]
        assert len(set(totals)) == 1, question
        assert len(totals) <= 2, question
    assert {p.name for p in (folder / "index").glob("index-*")} != before


def test_an_index_that_is_taken_away_comes_back_while_answers_stay_right(
    folder: Path, server: Server
) -> None:
    with asking(server, STEADY) as answers:
        (folder / "index").rename(folder / "weg")
        end = time.monotonic() + 20
        while not list((folder / "index").glob("actief-*.json")):
            assert time.monotonic() < end
            time.sleep(0.05)
    assert {question: len(found) for question, found in answers.items()} == dict.fromkeys(STEADY, 1)
    for worker in server.workers:
        with server.only(worker):
            assert server.get("/gezondheid/klaar")["index"] == "ok"


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def test_who_searches_waits_for_no_writer(folder: Path, server: Server, edit: Editor) -> None:
    server.times(10)
    normal = _p95(server.times(40))
    edit.start("hold", 4)
    assert edit.line() == "bezig"
    begun = time.monotonic()
    during_change = _p95(server.times(40))
    assert time.monotonic() - begun < 4
    edit.line()
    with (folder / "index" / "schrijver.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        at = edit("add", ["Ondertussen"], description="Wij looien schapenvachten.")
        server.is_seen_at_once(lambda: server.names("schapenvachten") == {"Ondertussen"}, at)
        during_writing = _p95(server.times(40))
    # Generous: the machine is shared, and a reader that waits for a writer waits for seconds.
    assert max(during_change, during_writing) < max(5 * normal, 0.2)


def test_counts_and_hits_are_of_one_generation_while_it_changes(server: Server, edit: Editor) -> None:
    names = [f"Paar {number}" for number in range(6)]
    values = {"description": "Wij blazen kerstballen.", "sites": [], "offers": []}
    edit("add", names, **values)
    with asking(server, ("kerstballen",)) as answers:
        for _ in range(4):
            edit("remove", names)
            edit("bring back", names)
    seen = [json.loads(answer) for answer in answers["kerstballen"]]
    assert {answer["totaal"] for answer in seen} == {0, len(names)}
    for answer in seen:
        assert len(answer["items"]) == answer["totaal"]
        counts = {facet["waarde"]: facet["aantal"] for facet in answer["facetten"]["werkvorm"]}
        assert sum(counts.values()) == answer["totaal"]
