"""A PostgreSQL server of our own, as unlike SQLite as Debian's can be, whatever the suite runs on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.config import Settings
from tests.builders import copied, make_settings, prepare
from tests.cluster import MISSING, Cluster, private_cluster, programs


@pytest.fixture(scope="package")
def cluster() -> Iterator[Cluster]:
    """A running server; it is gone when the tests of this folder are done."""
    if programs() is None:
        pytest.skip(MISSING)
    with private_cluster() as running:
        yield running


@pytest.fixture(scope="package")
def vocabularies(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A catalogue with tables and vocabularies, made once; copies of it are cheap."""
    url = cluster.url(cluster.new_database())
    made = make_settings(tmp_path_factory.mktemp("vocabularies"), database_url=url)
    prepare(made)
    return made


@pytest.fixture
def database(vocabularies: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a PostgreSQL database of the test's own, with the vocabularies of seeds/."""
    with copied(vocabularies, tmp_path / "data") as settings:
        yield settings
