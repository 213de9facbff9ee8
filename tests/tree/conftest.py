"""The whole site with its starting entries, for the tests that walk through it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.builders import app_with, make_settings, prepare


@pytest.fixture(scope="package")
def full_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site as it starts, made once; these tests only read it."""
    settings = make_settings(tmp_path_factory.mktemp("full") / "data")
    prepare(settings, with_organisations=True)
    with app_with(settings) as app:
        yield app
