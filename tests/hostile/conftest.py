"""The whole site, for those who wish it no good."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.builders import app_with, make_settings, prepare


@pytest.fixture(scope="package")
def full_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site with its starting entries, made once; nothing here may change it."""
    settings = make_settings(tmp_path_factory.mktemp("hostile") / "data")
    prepare(settings, with_organisations=True)
    with app_with(settings) as app:
        # As in service: a fault becomes a page, and a 500 can be seen.
        app.testing = False
        app.config["PROPAGATE_EXCEPTIONS"] = False
        yield app
