"""What tests of the room share: accounts, logging in, and sending a form as a browser does."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from catalogue.curation import accounts
from catalogue.extensions import db
from catalogue.models import Region, Role
from tests.audit import AuditingClient

PASSWORD = "vier losse woorden hier"
LOGIN = "/beheer/aanmelden"


@dataclass(frozen=True, slots=True)
class Known:
    """An account that a test made; its password is PASSWORD."""

    id: int
    email: str


@cache
def hashed() -> str:
    """The hash of PASSWORD, which takes long to make; the tests of accounts and passwords make their own."""
    return generate_password_hash(PASSWORD, method="scrypt")


def account(role: Role = Role.REGISSEUR, regions: Iterable[str] = ("westhoek",), *, email: str = "") -> Known:
    """An account with the regions of these slugs (a beheerder needs none). Needs an app context."""
    made = accounts.add(email or f"{role}-{secrets.token_hex(4)}@voorbeeld.be", role)
    if role is Role.REGISSEUR:
        made.regions = [db.session.get_one(Region, slug) for slug in regions]
    made.password_hash = hashed()
    db.session.commit()
    return Known(made.id, made.email)


def visitor(app: Flask) -> FlaskClient:
    """A browser of its own that looks over each page it fetches, not logged in."""
    return AuditingClient(app, app.response_class)


def entered(app: Flask, role: Role = Role.BEHEERDER, regions: Iterable[str] = ("westhoek",)) -> FlaskClient:
    """A browser in which a new account is logged in."""
    with app.app_context():
        known = account(role, regions)
    client = visitor(app)
    log_in(client, known.email)
    return client


def log_in(client: FlaskClient, email: str, password: str = PASSWORD) -> TestResponse:
    """Log in through the form; an answer other than the way in fails the test."""
    answer = post(client, LOGIN, email=email, wachtwoord=password)
    assert answer.status_code == 303, answer.text
    return answer


def token_of(page: TestResponse) -> str:
    """The token of the (first) form on a page."""
    field = BeautifulSoup(page.text, "html.parser").select_one("main input[name=csrf_token]")
    assert field is not None, page.text
    return str(field["value"])


def post(
    client: FlaskClient, path: str, data: Mapping[str, Any] | None = None, *, page: str = "", **fields: Any
) -> TestResponse:
    """Send a form with the token of its page: that of `path`, unless the form stands on another `page`.

    `data` is for names that Python cannot write as an argument ("sites-0-naam").
    """
    token = token_of(client.get(page or path))
    return client.post(path, data={"csrf_token": token, **(data or {}), **fields})


def errors(page: TestResponse) -> str:
    """What the error summary of a page says."""
    return " ".join(
        tag.get_text(" ", strip=True) for tag in BeautifulSoup(page.text, "html.parser").select(".errors")
    )
