"""The desk: what waits for whom, what changed lately, and what was looked for in vain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import event

from catalogue.curation import accounts, desk
from catalogue.curation.entries import archive, find
from catalogue.curation.write import Actor, Manner, change
from catalogue.extensions import db
from catalogue.models import (
    Account,
    EmptyQuestion,
    Organisation,
    OutgoingMail,
    Proposal,
    Revision,
    Role,
    Upload,
    UploadStatus,
)
from tests.builders import IEPER, POPERINGE, VEURNE, entry, offer, organisations, site
from tests.curation.room import account, entered

KORTRIJK = "34022"
NOW = datetime.now(UTC)
TODAY = NOW.astimezone().date()
FINE: dict[str, Any] = {"confirmed_on": TODAY}
POINT = {"lat": 50.85, "lon": 2.88, "point_origin": "adres"}


def known(role: Role = Role.BEHEERDER, regions: tuple[str, ...] = ("westhoek",)) -> Account:
    found = accounts.find(account(role, regions).email)
    assert found is not None
    return found


def in_order(name: str, **values: Any) -> Any:
    """An entry that lacks nothing, but for what a test says."""
    return entry(name, **{"sites": (site(**POINT),)} | FINE | values)


@pytest.mark.parametrize(
    ("key", "lacking"),
    [
        ("concepten", {"status": "concept"}),
        ("onzeker", {"zekerheid": "onzeker"}),
        ("onzeker", {"sites": (site(name="a", **POINT), site(name="b", zekerheid="onzeker", **POINT))}),
        ("te-bevestigen", {"confirmed_on": None}),
        ("te-bevestigen", {"confirmed_on": TODAY - timedelta(days=367)}),
        ("te-bevestigen", {"confirmed_on": TODAY - timedelta(days=32), "confirm_months": 1}),
        ("zonder-diensten", {"offers": ()}),
        ("zonder-punt", {"sites": (site(None, name="a"),), "offers": (offer(),)}),
        ("zonder-punt", {"sites": ()}),
        ("punt-van-gemeente", {"sites": (site(**POINT | {"point_origin": "gemeente"}),)}),
        ("eigen-woorden", {"free_services": ("vogelhuisjes",)}),
    ],
)
def test_an_entry_that_lacks_something_waits_under_its_head_alone(
    app: Flask, key: str, lacking: dict[str, Any]
) -> None:
    with app.app_context():
        organisations(in_order("In orde"), in_order("Met werk", **lacking))
        found = desk.waiting(known(), NOW)

    assert {name: number for name, number in found.items() if number} == {key: 1}


def test_a_longer_rhythm_waits_longer_and_an_archived_entry_not_at_all(app: Flask) -> None:
    with app.app_context():
        organisations(
            in_order("Traag", confirmed_on=TODAY - timedelta(days=500), confirm_months=24),
            in_order("Weg", confirmed_on=None, offers=(), free_services=("iets",), zekerheid="onzeker"),
        )
        with change() as under_way:
            leaving = find("Weg")
            assert leaving is not None
            archive(under_way, leaving)

        assert not any(desk.waiting(known(), NOW).values())


def test_a_regisseur_sees_the_work_of_the_own_regions(app: Flask) -> None:
    with app.app_context():
        ids = organisations(
            in_order("Ieper", offers=()),
            in_order("Kortrijk", offers=(), sites=(site(KORTRIJK, **POINT),)),
        )
        for id_ in ids:
            db.session.add(Proposal(organisation_id=id_, created_at=NOW))
        db.session.add(Upload(filename="x.csv", content=b"", status=UploadStatus.READY, created_at=NOW))
        db.session.add(
            OutgoingMail(
                key="x",
                recipient="a@voorbeeld.be",
                subject="x",
                body="x",
                created_at=NOW,
                attempts=5,
                fault="550 nee",
            )
        )
        db.session.commit()
        mine = desk.waiting(known(Role.REGISSEUR), NOW)
        everything = desk.waiting(known(), NOW)

    assert (mine["zonder-diensten"], mine["voorstellen"], mine["imports"]) == (1, 1, 0)
    assert "mails" not in mine
    assert (everything["zonder-diensten"], everything["voorstellen"], everything["imports"]) == (2, 2, 1)
    assert everything["mails"] == 1


def test_what_one_change_did_to_many_entries_is_one_line(app: Flask) -> None:
    with app.app_context():
        organisations(*(in_order(f"Nummer {number}") for number in range(30)))
        who = known()
        one = find("Nummer 7")
        assert one is not None
        with change(Actor(Manner.ROOM, who.id)) as under_way:
            archive(under_way, one)
        found = desk.changed(who, NOW + timedelta(seconds=5))

    last, many = found
    assert (last.name, last.action, last.manner, last.number) == ("Nummer 7", "gearchiveerd", "beheer", 1)
    assert last.who == who.email
    assert (many.number, many.action, many.name, many.key) == (30, "nieuw", "", "")


def test_only_the_last_days_and_for_a_regisseur_the_own_entries_are_told(app: Flask) -> None:
    with app.app_context():
        organisations(in_order("Ieper"))
        organisations(in_order("Kortrijk", sites=(site(KORTRIJK, **POINT),)))
        who = known(Role.REGISSEUR)

        assert [one.name for one in desk.changed(who, NOW)] == ["Ieper"]
        assert len(desk.changed(known(), NOW)) == 2
        later = NOW + desk.CHANGED_WITHIN + timedelta(hours=1)
        assert desk.changed(known(), later) == []


def test_starting_content_is_no_change(app: Flask) -> None:
    with app.app_context():
        with change(Actor(Manner.START)):
            db.session.add(
                Revision(
                    kind="organisatie", key="1", action="nieuw", manner=Manner.START, generation=1, at=NOW
                )
            )
        assert desk.changed(known(), NOW) == []


def test_searches_in_vain_are_added_up_for_the_own_region(app: Flask) -> None:
    def asked(words: str, place: str, count: int, days: int = 1) -> None:
        day = TODAY - timedelta(days=days)
        db.session.add(EmptyQuestion(words=words, place=place, day=day, count=count))

    with app.app_context():
        asked("oogarts", IEPER, 2)
        asked("oogarts", VEURNE, 1)
        asked("oogarts", KORTRIJK, 9)
        asked("dakwerken", "westhoek", 1)
        asked("dakwerken", "", 1)
        asked("lang geleden", POPERINGE, 99, days=31)
        db.session.commit()
        own, everything = desk.sought(known(Role.REGISSEUR), TODAY), desk.sought(known(), TODAY)

    assert own == [desk.Sought("oogarts", 3, 2), desk.Sought("dakwerken", 2, 2)]
    assert everything[0] == desk.Sought("oogarts", 12, 3)


def test_the_desk_links_to_the_work_and_is_quiet_without(app: Flask) -> None:
    client = entered(app)
    assert "Er wacht niets op u." in client.get("/beheer").text
    with app.app_context():
        organisations(in_order("Zonder", offers=(), free_services=("vogelhuisjes",)))
        db.session.add(EmptyQuestion(words="oogarts", place="", day=TODAY, count=3))
        db.session.commit()
    page = client.get("/beheer")
    work = BeautifulSoup(page.text, "html.parser").select(".desk li")

    assert [one.get_text(" ", strip=True) for one in work] == [
        "1 organisatie zonder diensten",
        "1 organisatie met woorden die niet in de woordenlijst staan",
    ]
    assert "Zonder nieuw" in page.text
    assert "/zoeken?q=oogarts" in page.text


@pytest.mark.parametrize("role", [Role.BEHEERDER, Role.REGISSEUR])
def test_each_block_takes_few_queries_however_many_entries(app: Flask, role: Role) -> None:
    def queries(of: Callable[[], object]) -> int:
        seen: list[str] = []

        def note(*arguments: Any) -> None:
            seen.append(arguments[2])

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            of()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    with app.app_context():
        organisations(*(in_order(f"Nummer {number}", offers=()) for number in range(40)))
        who = known(role)
        assert who.regions is not None

        assert queries(lambda: desk.changed(who, NOW)) == 1
        assert queries(lambda: desk.sought(who, TODAY)) <= 2
        assert queries(lambda: desk.waiting(who, NOW)) <= 6
        assert db.session.get(Organisation, 1) is not None


@pytest.mark.parametrize("role", [Role.BEHEERDER, Role.REGISSEUR])
def test_the_list_behind_each_line_holds_as_many_as_the_line_says(app: Flask, role: Role) -> None:
    with app.app_context():
        organisations(
            in_order("In orde"),
            in_order("Kortrijk", offers=(), sites=(site(KORTRIJK, **POINT),)),
            in_order("Zonder diensten", offers=(), status="concept"),
            in_order("Onzeker", zekerheid="onzeker", confirmed_on=None),
            in_order("Nergens", sites=(site(IEPER, name="a"), site(None, name="b")), offers=(offer(),)),
            in_order("Eigen woorden", free_services=("looien",)),
            in_order("Midden", sites=(site(**POINT | {"point_origin": "gemeente"}),)),
        )
    client = entered(app, role)
    seen = 0
    for line in BeautifulSoup(client.get("/beheer").text, "html.parser").select(".desk li"):
        link = line.select_one("a")
        number = line.select_one(".desk__number")
        assert link is not None, line
        assert number is not None
        behind = client.get(str(link["href"]))
        assert behind.status_code == 200
        if str(link["href"]).startswith("/beheer/organisaties"):
            total = BeautifulSoup(behind.text, "html.parser").select_one("p.sentence")
            assert total is not None
            assert total.get_text(strip=True).split()[0] == number.get_text(strip=True), link
            seen += 1

    assert seen >= 5
