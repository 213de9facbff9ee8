"""The whole site, for those who wish it no good."""

from __future__ import annotations

import secrets
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


@pytest.fixture(scope="module", autouse=True)
def _awake(request: pytest.FixtureRequest) -> None:
    """Ask once before anything is timed: what a first question costs is measured by the bench."""
    if "full_site" in request.fixturenames:
        site: Flask = request.getfixturevalue("full_site")
        assert site.test_client().get(f"/zoeken?q=poetsen+{secrets.token_hex(4)}").status_code == 200
