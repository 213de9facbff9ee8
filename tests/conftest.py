"""What every test can ask for: settings of its own, a database with the real vocabularies, the app."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings as hypothesis_settings

from catalogue.config import Settings
from tests.builders import app_with, make_settings, prepare

# Other work on the machine must not fail a test, and a failure must come back on the next run.
hypothesis_settings.register_profile("catalogue", deadline=None, derandomize=True)
hypothesis_settings.load_profile("catalogue")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with tables and vocabularies, made once."""
    folder = tmp_path_factory.mktemp("prepared")
    prepare(make_settings(folder))
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with an empty data folder."""
    return make_settings(tmp_path / "data")


@pytest.fixture
def database(settings: Settings, prepared: Path) -> Settings:
    """The settings of a database with tables and the vocabularies of seeds/, without organisations."""
    shutil.copytree(prepared, settings.data)
    return settings


@pytest.fixture
def app(database: Settings) -> Iterator[Flask]:
    """The site on that database; use `with app.app_context():` for what needs one."""
    with app_with(database) as app:
        yield app
