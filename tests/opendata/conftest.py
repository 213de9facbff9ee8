"""The small catalogue of tests/directory/world.py, asked as programs ask it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.config import Settings
from tests.builders import app_with, make_settings, prepare
from tests.directory.world import world


@pytest.fixture(scope="session")
def open_app(vocabularies: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site with the entries of world.py."""
    with world(vocabularies, tmp_path_factory.mktemp("opendata")) as app:
        yield app


@pytest.fixture(scope="package")
def full_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site as it starts, made once; these tests only read it."""
    settings = make_settings(tmp_path_factory.mktemp("full") / "data")
    prepare(settings, with_organisations=True)
    with app_with(settings) as app:
        yield app


@pytest.fixture
def client(open_app: Flask) -> FlaskClient:
    """A visitor whose every page is looked over."""
    return open_app.test_client()
