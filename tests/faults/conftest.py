"""A site of one entry that serves, and disks that are full or may not be written: faults that are real."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.config import Settings
from catalogue.curation import accounts
from tests.builders import app_with, make_settings, organisation
from tests.faults.visit import EMAIL, PASSWORD

# Seconds that these tests wait for a lock, where the site waits five.
PATIENCE = 0.2


@contextmanager
def serving(settings: Settings) -> Iterator[Flask]:
    """The site as in service: a fault becomes a page."""
    with app_with(settings) as app:
        app.testing = False
        app.config["PROPAGATE_EXCEPTIONS"] = False
        yield app


def settings_in(folder: Path) -> Settings:
    """Settings of a site in this folder that does not wait long for a lock."""
    return make_settings(folder, database_url=f"sqlite:///{folder / 'catalogue.db'}?timeout={PATIENCE}")


@pytest.fixture(scope="package")
def one_entry(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Path:
    """A data folder with one organisation and one account, made once."""
    folder = tmp_path_factory.mktemp("faults") / "data"
    shutil.copytree(prepared, folder)
    with app_with(make_settings(folder)) as app, app.app_context():
        organisation("De Proef")
        accounts.redeem(accounts.one_time_link(accounts.add(EMAIL)), PASSWORD)
    return folder


@pytest.fixture
def folder(tmp_path: Path, one_entry: Path) -> Path:
    """The data folder of the test's own site."""
    return Path(shutil.copytree(one_entry, tmp_path / "data"))


@pytest.fixture
def site(folder: Path) -> Iterator[Flask]:
    """That site, serving."""
    with serving(settings_in(folder)) as app:
        yield app


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    return site.test_client()


Mount = Callable[..., None]


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Mount something on a folder until the test is over: `mount(folder, "-t", "tmpfs", "tmpfs")`."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount the disks of this test")
    with ExitStack() as mounted:

        def do(folder: Path, *how: str) -> None:
            done = subprocess.run(["mount", *how, folder], capture_output=True, text=True)
            if done.returncode and "permission denied" in done.stderr:
                pytest.skip("this machine does not let root mount: run it where mounts are allowed")
            assert done.returncode == 0, done.stderr
            # Lazily: a file that is still open must not keep the disk of a test that failed.
            mounted.callback(subprocess.run, ["umount", "-l", folder], check=True)

        yield do
