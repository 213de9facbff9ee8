"""A small site with everything of a kind, for those who try its doors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.config import Settings
from catalogue.models import Role
from tests.builders import app_with, copied, make_settings, organisation
from tests.curation.room import account, log_in, visitor


@pytest.fixture(scope="package")
def settings_of_one(tmp_path_factory: pytest.TempPathFactory, vocabularies: Settings) -> Iterator[Settings]:
    """Settings of a site with one organisation and one beheerder, made once; who writes takes a copy."""
    folder: Path = tmp_path_factory.mktemp("security") / "data"
    with copied(vocabularies, folder) as made:
        with app_with(made) as app, app.app_context():
            # Of this name, so that the examples of the routes lead to it.
            organisation("Westlandia", website="https://proef.example")
            account(Role.BEHEERDER, email="beheerder@voorbeeld.be")
        yield made


@pytest.fixture(scope="package")
def one(settings_of_one: Settings) -> Iterator[Flask]:
    """That site, as in service: a fault becomes a page."""
    with app_with(settings_of_one) as app:
        app.testing = False
        app.config["PROPAGATE_EXCEPTIONS"] = False
        yield app


@pytest.fixture
def stranger(one: Flask) -> FlaskClient:
    return visitor(one)


@pytest.fixture(scope="package")
def beheerder(one: Flask) -> FlaskClient:
    client = visitor(one)
    log_in(client, "beheerder@voorbeeld.be")
    return client


@pytest.fixture
def bare(tmp_path: Path) -> Settings:
    """Settings of a site without a catalogue, for what needs none."""
    return make_settings(tmp_path / "data")
