"""Who may do what: every page of /beheer, also one that is made later, for everybody who may come by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule as Route

from catalogue.config import Settings
from catalogue.curation import account_keeping, accounts, permits
from catalogue.curation.door_views import MENU
from catalogue.curation.permits import Rule
from catalogue.curation.write import generation
from catalogue.extensions import db
from catalogue.models import Account, EntryMaker, Organisation, Region, Role
from tests.builders import IEPER, VEURNE, app_with, entry, organisation, organisations, site
from tests.curation.room import LOGIN, Known, account, log_in, token_of

# A region in which the entry of these tests has no site.
ELSEWHERE = "elders"
# What a view that shows its form again answers to a request without a token; any other gets 400 at the door.
REFUSED = {400, 404, 409, 410, 422}
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class Cast:
    """A browser for everybody who may come by, and the entry it is about."""

    stranger: FlaskClient
    other: FlaskClient
    own: FlaskClient
    beheerder: FlaskClient
    organisation_id: int
    account_id: int


def elsewhere() -> str:
    """A region with one gemeente, where the entries of these tests have no site."""
    if db.session.get(Region, ELSEWHERE) is None:
        db.session.add(Region(slug=ELSEWHERE, name="Elders"))
        db.session.commit()
    return ELSEWHERE


def browser(app: Flask, known: Known) -> FlaskClient:
    client = app.test_client()
    log_in(client, known.email)
    return client


@pytest.fixture
def people(app: Flask) -> Cast:
    with app.app_context():
        one = organisation()
        other, own = account(regions=[elsewhere()]), account(regions=["westhoek"])
        beheerder = account(Role.BEHEERDER)
        spare = account(regions=["westhoek"])
    return Cast(
        app.test_client(),
        browser(app, other),
        browser(app, own),
        browser(app, beheerder),
        one,
        spare.id,
    )


def routes(app: Flask) -> Iterator[tuple[Route, Rule]]:
    """Every page of /beheer with what it asks; a page that does not say so fails here."""
    for route in app.url_map.iter_rules():
        if route.rule.startswith("/beheer"):
            rule = getattr(app.view_functions[route.endpoint], "rule", None)
            assert isinstance(rule, Rule), f"{route.endpoint} must say what it needs: @needs(Rule...)"
            yield route, rule


def address(route: Route, people: Cast) -> str:
    """The address of a page for what these tests made; other numbers and words lead to nothing."""
    known = {"organisation_id": people.organisation_id, "account_id": people.account_id}
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda match: str(known.get(match[1], 1)), route.rule)


def is_sent_to_log_in(answer: object) -> bool:
    location = str(getattr(answer, "location", None) or "")
    return getattr(answer, "status_code", 0) == 303 and location.startswith(LOGIN)


def test_every_page_lets_in_who_may_and_nobody_else(app: Flask, people: Cast) -> None:
    allowed = {
        Rule.OPEN: {"stranger", "other", "own", "beheerder"},
        Rule.ACCOUNT: {"other", "own", "beheerder"},
        Rule.ENTRY: {"own", "beheerder"},
        Rule.BEHEERDER: {"beheerder"},
    }
    faults, seen = [], set()
    for route, rule in routes(app):
        if "GET" not in (route.methods or set()):
            continue
        for who in ("stranger", "other", "own", "beheerder"):
            answer = getattr(people, who).get(address(route, people))
            comes_in = not is_sent_to_log_in(answer) and answer.status_code not in (401, 403)
            seen.add((rule, who, comes_in))
            if comes_in != (who in allowed[rule]) or answer.status_code >= 500:
                faults.append(f"{who}: GET {route.rule} ({rule}) answered {answer.status_code}")
            if not comes_in and who == "stranger" and not is_sent_to_log_in(answer):
                faults.append(f"stranger: GET {route.rule} is not sent to the log-in")

    assert not faults, "\n".join(faults)
    # Each rule met each person, or nothing was proved.
    assert {(rule, who) for rule, who, _ in seen} == {
        (rule, who) for rule in Rule for who in allowed[Rule.OPEN]
    }


def test_who_may_not_come_in_changes_nothing_also_with_a_good_token(app: Flask, people: Cast) -> None:
    forbidden = {Rule.BEHEERDER: ("other", "own"), Rule.ENTRY: ("other",), Rule.ACCOUNT: (), Rule.OPEN: ()}
    tokens = {who: token_of(getattr(people, who).get("/beheer/account")) for who in ("other", "own")}
    with app.app_context():
        before = generation()
    faults, tried = [], 0
    for route, rule in routes(app):
        for method in sorted((route.methods or set()) & CHANGING):
            path = address(route, people)
            for who in forbidden[rule]:
                tried += 1
                data = {"csrf_token": tokens[who]}
                answer = getattr(people, who).open(path, method=method, data=data)
                if answer.status_code != 403:
                    faults.append(f"{who}: {method} {route.rule} ({rule}) answered {answer.status_code}")
            if rule is not Rule.OPEN:
                answer = people.stranger.open(path, method=method, data={"a": "b"})
                if answer.status_code != 401 and not is_sent_to_log_in(answer):
                    faults.append(f"stranger: {method} {route.rule} answered {answer.status_code}")

    assert not faults, "\n".join(faults)
    assert tried > 10
    with app.app_context():
        assert generation() == before


def test_nothing_is_changed_without_our_token(app: Flask, people: Cast) -> None:
    with app.app_context():
        before = generation()
        known = [(one.id, one.role, one.closed_at, one.session_token) for one in account_keeping.everybody()]
    faults = []
    for route, rule in routes(app):
        for method in sorted((route.methods or set()) & CHANGING):
            # The page of the code is the log-in for who did not give a password yet.
            who = people.stranger if rule is Rule.OPEN else people.beheerder
            answer = who.open(address(route, people), method=method, data={"naam": "x", "email": "a@b.be"})
            keeps_input = getattr(app.view_functions[route.endpoint], "keeps_input", False)
            if answer.status_code not in (REFUSED if keeps_input else {400}):
                faults.append(f"{method} {route.rule} answered {answer.status_code}")

    assert not faults, "\n".join(faults)
    with app.app_context():
        assert generation() == before
        assert known == [
            (one.id, one.role, one.closed_at, one.session_token) for one in account_keeping.everybody()
        ]


def test_a_page_that_does_not_say_what_it_needs_is_shut_to_everybody(database: Settings) -> None:
    with app_with(database) as app:
        app.add_url_rule("/beheer/vergeten", "curation.vergeten", lambda: "geheim")
        with app.app_context():
            known = account(Role.BEHEERDER)
        answer = browser(app, known).get("/beheer/vergeten")
        assert answer.status_code == 403
        assert "Dit mag u niet" in answer.text
        assert "geheim" not in answer.text
        assert is_sent_to_log_in(app.test_client().get("/beheer/vergeten"))


def test_the_menu_shows_only_what_one_may_open(app: Flask, people: Cast) -> None:
    theirs, all_of_it = people.own.get("/beheer/account").text, people.beheerder.get("/beheer/account").text
    assert 'href="/beheer/accounts"' in all_of_it
    assert 'href="/beheer/accounts"' not in theirs
    known = {route.endpoint for route, _ in routes(app)}
    assert {endpoint for endpoint, _ in MENU} - known <= {"curation.manual"}


@pytest.fixture
def room(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app


def person(role: Role = Role.REGISSEUR, regions: tuple[str, ...] = ("westhoek",)) -> Account:
    found = accounts.find(account(role, regions).email)
    assert found is not None
    return found


def editable(who: Account) -> set[str]:
    return set(db.session.scalars(db.select(Organisation.name).where(permits.editable(who))))


def test_a_regisseur_edits_the_entries_with_a_site_in_the_region(room: Flask) -> None:
    organisations(
        entry("In de regio", sites=(site(IEPER),)),
        entry("Ook in de regio", sites=(site("11002", name="Ver"), site(VEURNE, name="Hier")), offers=()),
        entry("Elders", sites=(site("11002"),)),
    )
    assert editable(person()) == {"In de regio", "Ook in de regio"}
    assert editable(person(regions=())) == set()
    assert editable(person(Role.BEHEERDER)) == {"In de regio", "Ook in de regio", "Elders"}


def test_an_entry_without_a_site_is_for_who_made_it(room: Flask) -> None:
    bare, unplaced = organisations(
        entry("Zonder vestiging", sites=(), offers=()), entry("Zonder gemeente", sites=(site(None),))
    )
    first, second = person(), person()
    for one in (bare, unplaced):
        db.session.add(EntryMaker(organisation_id=one, account_id=first.id))
    db.session.commit()

    assert permits.may_edit(first, bare)
    assert permits.may_edit(first, unplaced)
    assert not permits.may_edit(second, bare)
    assert permits.may_edit(person(Role.BEHEERDER), bare)


def test_who_made_an_entry_elsewhere_does_not_keep_it(room: Flask) -> None:
    [one] = organisations(entry("Elders", sites=(site("11002"),)))
    who = person()
    db.session.add(EntryMaker(organisation_id=one, account_id=who.id))
    db.session.commit()
    assert not permits.may_edit(who, one)


def test_an_entry_that_is_not_there_may_nobody_edit(room: Flask) -> None:
    assert not permits.may_edit(person(Role.BEHEERDER), 999_999)


def test_a_regisseur_makes_entries_only_in_the_region(room: Flask) -> None:
    who = person()
    assert permits.may_keep(who, [IEPER, "11002"])
    assert permits.may_keep(who, [])
    assert not permits.may_keep(who, ["11002"])
    assert permits.may_keep(person(Role.BEHEERDER), ["11002"])
    assert permits.gemeenten(person(Role.BEHEERDER)) is None
    assert IEPER in (permits.gemeenten(who) or ())
