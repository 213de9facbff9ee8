"""What every test can ask for: settings of its own, a database with the real vocabularies, the app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings as hypothesis_settings

from catalogue.config import Settings
from tests import cluster
from tests.builders import app_with, copied, make_settings, prepare

# Other work on the machine must not fail a test, and a failure must come back on the next run.
hypothesis_settings.register_profile("catalogue", deadline=None, derandomize=True)
hypothesis_settings.load_profile("catalogue")


def pytest_configure() -> None:
    """Without a server there is nothing to test on: one line, and no failure."""
    if cluster.ASKED == cluster.PRIVATE and cluster.programs() is None:
        pytest.exit(f"Skipped, the suite on PostgreSQL: {cluster.MISSING}", returncode=0)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL: only what uses the database that is tested. All else says there what it said before."""
    if not cluster.ASKED:
        return
    kept = [
        item
        for item in items
        if "vocabularies" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("sqlite")
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with tables and vocabularies in a SQLite file, made once."""
    folder = tmp_path_factory.mktemp("prepared")
    prepare(make_settings(folder))
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the PostgreSQL on which the suite runs; none: SQLite."""
    with cluster.asked_server() as address:
        yield address


@pytest.fixture(scope="session")
def vocabularies(
    server: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """A catalogue with tables and vocabularies, made once on the database that is tested; for `copied`."""
    if not server:
        yield make_settings(request.getfixturevalue("prepared"))
        return
    made = make_settings(tmp_path_factory.mktemp("vocabularies"), database_url=cluster.beside(server))
    with cluster.copied("", made.database_url):
        prepare(made)
        yield made


@pytest.fixture
def settings(tmp_path: Path, server: str) -> Settings:
    """Settings with an empty data folder."""
    return make_settings(tmp_path / "data", database_url=cluster.beside(server))


@pytest.fixture
def database(settings: Settings, vocabularies: Settings) -> Iterator[Settings]:
    """The settings of a database with tables and the vocabularies of seeds/, without organisations."""
    with copied(vocabularies, settings.data, database_url=settings.database_url):
        yield settings


@pytest.fixture
def app(database: Settings) -> Iterator[Flask]:
    """The site on that database; use `with app.app_context():` for what needs one."""
    with app_with(database) as app:
        yield app
