"""Every route there is, with every text: in its path, and in each parameter that it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import BuildError
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from catalogue.models import Role
from tests.curation.room import entered, token_of
from tests.hostile.corpus import PARAMETERS, TEXTS
from tests.hostile.test_corpus import assert_unharmed, encoded, fetch, on_time

# Values with which a route leads to a page, so that its parameters are read.
KNOWN = {
    "format": "csv",
    "name": "css/base.css",
    "number": 5,
    "organisation_id": 1,
    "package": "eigen",
    "path": "nergens",
}
SLUGS = {"directory.gemeente": "ieper", "organisation": "westlandia", "directory.entry": "westlandia"}
# Read by Flask itself of each request.
OF_FORMS = {"csrf_token"}


@pytest.fixture(scope="module")
def people(full_site: Flask) -> Mapping[str, FlaskClient]:
    """A stranger, and a beheerder who is logged in; without the audit, which is slow."""
    known = entered(full_site, Role.BEHEERDER)
    plain = {who: FlaskClient(full_site, full_site.response_class) for who in ("stranger", "beheerder")}
    plain["beheerder"]._cookies = known._cookies
    return plain


def routes(app: Flask, method: str) -> list[Route]:
    return sorted(
        (rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())),
        key=lambda rule: rule.rule,
    )


def who(people: Mapping[str, FlaskClient], route: Route) -> FlaskClient:
    return people["beheerder" if route.rule.startswith("/beheer") else "stranger"]


def with_text(route: Route, text: str) -> str:
    """The address of a route with this text in every part that is open."""
    address = route.rule
    for part in route.arguments:
        for pattern in (f"<{part}>", f"<path:{part}>", f"<row:{part}>"):
            address = address.replace(pattern, encoded(text))
    assert "<" not in address, f"{route.rule} has a kind of part that this test does not know"
    return address


def leading(app: Flask, route: Route) -> str:
    """An address of a route that leads somewhere, as far as the starting catalogue has it."""
    slug = SLUGS.get(route.endpoint, "westlandia" if "organis" in route.rule else "groenonderhoud")
    values = {part: KNOWN.get(part, slug if part == "slug" else 1) for part in route.arguments}
    try:
        return app.url_map.bind("localhost").build(route.endpoint, values)
    except BuildError as error:
        raise AssertionError(f"say in KNOWN what {route.rule} takes") from error


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_in_the_path_of_every_route_is_only_text(
    full_site: Flask, people: Mapping[str, FlaskClient], name: str
) -> None:
    text = TEXTS[name]
    for route in routes(full_site, "GET"):
        if route.arguments:
            fetch(who(people, route), f"{with_text(route, text)}?q={encoded(text)}")


@pytest.fixture(scope="module")
def token(people: Mapping[str, FlaskClient]) -> str:
    return token_of(people["beheerder"].get("/beheer/account"))


@pytest.mark.parametrize(
    "name", ["markup", "nul", "half a surrogate", "beyond 64 bits", "huge", "path", "negative"]
)
def test_a_text_in_the_path_of_what_is_posted_is_only_text(
    full_site: Flask, people: Mapping[str, FlaskClient], token: str, name: str
) -> None:
    for route in routes(full_site, "POST"):
        if route.arguments:
            address = with_text(route, TEXTS[name])
            with on_time(address):
                answer = who(people, route).post(address, data={"csrf_token": token})
            assert_unharmed(answer, address)


class Noted(ImmutableMultiDict[str, str]):
    """Parameters that remember which of them somebody wanted to read."""

    wanted: ClassVar[set[str]] = set()

    def getlist(self, key: str, *more: Any, **how: Any) -> Any:
        self.wanted.add(key)
        return super().getlist(key, *more, **how)

    def get(self, key: str, *more: Any, **how: Any) -> Any:
        self.wanted.add(key)
        return super().get(key, *more, **how)

    def __getitem__(self, key: str) -> str:
        self.wanted.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.wanted.add(str(key))
        return super().__contains__(key)


class NotingRequest(Request):
    parameter_storage_class = Noted


def questions() -> Iterator[str]:
    """Query strings in which every parameter holds a text, and every text stands in some parameter."""
    texts = list(TEXTS.values())
    for start in range(0, len(texts), len(PARAMETERS)):
        turned = [*texts[start:], *texts[:start]]
        pairs = list(zip(PARAMETERS, islice(turned, len(PARAMETERS)), strict=True))
        yield urlencode(pairs, errors="surrogatepass")
    yield urlencode([(name, TEXTS["closing markup"]) for name in PARAMETERS])


def test_every_route_takes_every_text_in_each_parameter_that_it_reads(
    full_site: Flask, people: Mapping[str, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(full_site, "request_class", NotingRequest)
    answers: dict[str, TestResponse] = {}
    for route in routes(full_site, "GET"):
        for query in questions():
            answers[route.rule] = fetch(who(people, route), f"{leading(full_site, route)}?{query}")

    untried = Noted.wanted - set(PARAMETERS) - OF_FORMS
    assert not untried, f"parameters that nobody tries, put them in corpus.py: {sorted(untried)}"
    # A page that is not there reads nothing.
    found = [rule for rule, answer in answers.items() if answer.status_code in (200, 400)]
    assert len(found) > len(answers) / 2
