"""The search index is taken away, torn or replaced under a site that serves: results stay, and it heals."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from whoosh.fields import TEXT, Schema
from whoosh.index import create_in

from catalogue.directory.live import directory
from tests.builders import app_with, make_settings, organisation
from tests.faults.conftest import serving, settings_in
from tests.faults.visit import assert_whole


def inside(folder: Path) -> Path:
    return next(folder.glob("index-*"))


def pointer(folder: Path) -> Path:
    return next(folder.glob("actief-*.json"))


def foreign(folder: Path) -> None:
    """An index of another program in the same place."""
    shutil.rmtree(folder)
    folder.mkdir()
    create_in(str(folder), Schema(body=TEXT), indexname="MAIN").close()


def scribble(folder: Path) -> None:
    for file in folder.rglob("*.seg"):
        # In place, under the open index; shorter files would be a fault of memory instead.
        with file.open("r+b") as stream:
            stream.write(os.urandom(file.stat().st_size))


def a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("geen map", encoding="utf-8")


FAULTS: dict[str, Callable[[Path], object]] = {
    "folder deleted": shutil.rmtree,
    "index deleted": lambda folder: shutil.rmtree(inside(folder)),
    "pointer deleted": lambda folder: pointer(folder).unlink(),
    "pointer elsewhere": lambda folder: pointer(folder).write_text(
        json.dumps({"map": "../../etc", "bestanden": {}}), encoding="utf-8"
    ),
    "segments scribbled": scribble,
    "segments deleted": lambda folder: [file.unlink() for file in folder.rglob("*.seg")],
    "another index": foreign,
    "a file in its place": a_file,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_results_stay_when_the_index_is_harmed_while_serving(
    folder: Path, site: Flask, visitor: FlaskClient, fault: str
) -> None:
    assert_whole(visitor)
    FAULTS[fault](folder / "index")
    assert_whole(visitor)

    with site.app_context():
        organisation("Het Vervolg", offers=())
    assert_whole(visitor)
    assert visitor.get("/api/v1/organisaties?q=vervolg").get_json()["totaal"] == 1


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "a file in its place"])
def test_a_harmed_index_is_whole_again_after_the_next_change(
    folder: Path, site: Flask, visitor: FlaskClient, fault: str
) -> None:
    assert_whole(visitor)
    FAULTS[fault](folder / "index")
    with site.app_context():
        organisation("Het Vervolg", offers=())
        directory().settle()
    assert visitor.get("/gezondheid/klaar").get_json()["index"] == "ok"
    with site.app_context():
        assert directory().index.is_ready


def test_an_index_that_another_keeps_locked_is_built_beside(
    folder: Path, site: Flask, visitor: FlaskClient
) -> None:
    assert_whole(visitor)
    with (inside(folder / "index") / "MAIN_WRITELOCK").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with site.app_context():
            organisation("Het Vervolg", offers=())
        assert visitor.get("/api/v1/organisaties?q=vervolg").get_json()["totaal"] == 1
        assert visitor.get("/gezondheid/klaar").get_json()["index"] == "ok"


@pytest.mark.parametrize("more", [0, 1, 3], ids=lambda by: f"{by} generations later")
@pytest.mark.parametrize("warm", [True, False], ids=["under way", "just started"])
def test_the_index_of_another_catalogue_in_its_place_finds_nothing_of_it(
    tmp_path: Path, prepared: Path, folder: Path, more: int, warm: bool
) -> None:
    elsewhere = Path(shutil.copytree(prepared, tmp_path / "elsewhere"))
    with app_with(make_settings(elsewhere)) as other, other.app_context():
        organisation("De Vreemde", description="Wij maken vogelhuisjes.")
        for number in range(more):
            organisation(f"De Vreemde {number}", description="Wij maken vogelhuisjes.")
        directory().settle()
    with serving(settings_in(folder)) as site:
        visitor = site.test_client()
        if warm:
            assert visitor.get("/api/v1/organisaties?q=groenonderhoud").get_json()["totaal"] == 1
        shutil.rmtree(folder / "index", ignore_errors=True)
        shutil.copytree(elsewhere / "index", folder / "index")
        for question, total in {"vogelhuisjes": 0, "De Proef": 1, "groenonderhoud": 1}.items():
            assert visitor.get(f"/api/v1/organisaties?q={question}").get_json()["totaal"] == total
        with site.app_context():
            organisation("Het Vervolg", description="Wij maken vogelhuisjes.")
            directory().settle()
        found = visitor.get("/api/v1/organisaties?q=vogelhuisjes").get_json()["items"]
        assert [item["naam"] for item in found] == ["Het Vervolg"]
