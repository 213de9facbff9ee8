"""The small catalogue of tests/directory/world.py, and answers held against the OpenAPI description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.config import Settings
from tests.api.contract import Ask, Contract
from tests.directory.world import world


@pytest.fixture(scope="session")
def site_app(vocabularies: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site with the entries of world.py."""
    with world(vocabularies, tmp_path_factory.mktemp("api")) as app:
        yield app


@pytest.fixture
def client(site_app: Flask) -> FlaskClient:
    """A visitor whose every page is looked over."""
    return site_app.test_client()


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The OpenAPI description that every answer is held against."""
    return Contract.read()


@pytest.fixture
def ask(client: FlaskClient, contract: Contract) -> Ask:
    """Ask the API; the answer must be as the description says."""

    def asked(path: str, expected: int = 200, **parameters: Any) -> Any:
        response = client.get(f"/api/v1/{path}", query_string=parameters)
        assert response.status_code == expected, response.text
        contract.check(response)
        return response.json

    return asked
