"""The feed of changes: what the public may know of the history and no more, as RFC 4287 and 5005 say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from catalogue import schema
from catalogue.curation import entries
from catalogue.curation.confirming import confirm
from catalogue.curation.restore import look_through, put_back
from catalogue.curation.write import Actor, Manner, change
from catalogue.extensions import db
from catalogue.models import ConfirmedHow, Organisation, Revision, Status
from catalogue.opendata import changes
from tests.builders import POPERINGE, entry, offer, organisation, organisations, site
from tests.curation.whole import backup_to

ATOM = "{http://www.w3.org/2005/Atom}"
TODAY = date.today()  # noqa: DTZ011 - nobody confirms on a day to come
KORTRIJK = "34022"


@pytest.fixture
def reader(app: Flask) -> Iterator[FlaskClient]:
    with app.app_context():
        yield app.test_client()


def feed(reader: FlaskClient, address: str = "/wijzigingen.atom") -> Xml.Element:
    answer = reader.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml"), answer.text
    return Xml.fromstring(answer.data)


def text(of: Xml.Element, name: str) -> str:
    found = of.findtext(f"{ATOM}{name}")
    assert found, name
    return found


def links(of: Xml.Element, rel: str) -> list[str]:
    return [link.attrib["href"] for link in of.findall(f"{ATOM}link") if link.attrib["rel"] == rel]


def told(of: Xml.Element) -> list[tuple[str, str]]:
    """Kind and last words of the title of every entry of the feed, newest first."""
    found = []
    for one in of.findall(f"{ATOM}entry"):
        category = one.find(f"{ATOM}category")
        assert category is not None
        found.append((category.attrib["term"], text(one, "title").partition(": ")[2]))
    return found


def told_by_id(reader: FlaskClient) -> list[tuple[str, str]]:
    """The id of every entry of the feed, and of whom it tells."""
    whole = feed(reader)
    ids = [text(one, "id") for one in whole.findall(f"{ATOM}entry")]
    return list(zip(ids, [name for _, name in told(whole)], strict=True))


def marks(reader: FlaskClient) -> list[str]:
    """What `voor` takes, of every change."""
    return [id.rpartition("/")[2] for id, _ in told_by_id(reader)]


def edit(id: int, **values: Any) -> None:
    with change() as under_way:
        entries.save(under_way, entry(id=id, **values))


def withdraw(id: int) -> None:
    with change() as under_way:
        entries.archive(under_way, db.session.get_one(Organisation, id))


def test_new_changed_confirmed_and_withdrawn_entries_are_told_newest_first(reader: FlaskClient) -> None:
    id = organisation("De Proef")
    edit(id, name="De Proef", summary="Anders.")
    with change() as under_way:
        confirm(under_way, id, ConfirmedHow.PHONE, TODAY)
    withdraw(id)
    edit(id, name="De Proef", status=Status.PUBLISHED)

    assert told(feed(reader)) == [
        ("nieuw", "De Proef"),
        ("teruggetrokken", "De Proef"),
        ("bevestigd", "De Proef"),
        ("gewijzigd", "De Proef"),
        ("nieuw", "De Proef"),
    ]


def test_the_feed_has_all_that_the_format_requires(reader: FlaskClient) -> None:
    id = organisation("Jansen & Zonen <vzw>")
    withdraw(id)
    whole = feed(reader)
    assert whole.tag == f"{ATOM}feed"
    assert text(whole, "title") and text(whole, "id").startswith("http")
    assert whole.findtext(f"{ATOM}author/{ATOM}name")
    assert links(whole, "self") == links(whole, "first") == [text(whole, "id")]
    first, second = whole.findall(f"{ATOM}entry")
    assert text(second, "title") == "Nieuw: Jansen & Zonen <vzw>"
    assert links(first, "alternate")[0] == "http://localhost/organisaties/jansen-zonen-vzw"
    for one in (whole, first, second):
        assert datetime.fromisoformat(text(one, "updated")).tzinfo is not None
    for one in (first, second):
        assert text(one, "id").startswith("tag:localhost,20")
        assert text(one, "summary") and text(one, "content")
    assert text(whole, "updated") == text(first, "updated")


def test_an_empty_catalogue_has_an_empty_feed(reader: FlaskClient) -> None:
    whole = feed(reader)
    assert told(whole) == []
    assert datetime.fromisoformat(text(whole, "updated")).tzinfo is not None


def test_a_draft_is_never_told(reader: FlaskClient) -> None:
    id = organisation("Geheim Plan", status=Status.CONCEPT)
    edit(id, name="Geheim Plan", summary="Nog niet.", status=Status.CONCEPT)
    other = organisation("Ook Geheim", status=Status.CONCEPT)
    withdraw(other)
    assert told(feed(reader)) == []
    edit(id, name="Toch Open")
    assert told(feed(reader)) == [("nieuw", "Toch Open")]


def test_what_becomes_a_draft_again_is_withdrawn_without_its_new_name(reader: FlaskClient) -> None:
    id = organisation("Was Open")
    edit(id, name="Nieuw Geheim", status=Status.CONCEPT)
    answer = reader.get("/wijzigingen.atom").text
    assert told(Xml.fromstring(answer)) == [("teruggetrokken", "een organisatie")]
    assert "http://localhost/organisaties/was-open" in answer
    assert "Geheim" not in answer and "geheim" not in answer and "Was Open" not in answer


def test_nobody_is_named_and_no_note_is_told(reader: FlaskClient) -> None:
    with change(Actor(Manner.PROPOSAL, note="Op vraag van an.peeters@voorbeeld.example")) as under_way:
        entries.save(under_way, entry("De Proef", email="info@voorbeeld.example", phone="057 00 00 00"))
    answer = reader.get("/wijzigingen.atom").text
    assert told(Xml.fromstring(answer)) == [("nieuw", "De Proef")]
    assert "peeters" not in answer and "@" not in answer and "057" not in answer


def test_the_state_before_the_first_change_is_no_news(reader: FlaskClient) -> None:
    id = organisation("Van Vroeger")
    # As a catalogue from before there was a history.
    db.session.execute(delete(Revision))
    db.session.commit()
    edit(id, name="Van Vroeger", summary="Anders.")
    assert told(feed(reader)) == [("gewijzigd", "Van Vroeger")]


def test_a_change_keeps_its_address(reader: FlaskClient) -> None:
    id = organisation("De Proef")
    (before,) = feed(reader).findall(f"{ATOM}entry")
    edit(id, name="Andere Naam")
    newest, same = feed(reader).findall(f"{ATOM}entry")
    assert text(same, "id") == text(before, "id") != text(newest, "id")
    assert text(same, "updated") == text(before, "updated")


def test_after_a_restore_no_change_gets_the_address_of_another(reader: FlaskClient, tmp_path: Path) -> None:
    organisation("Blijft")
    backup = look_through(backup_to(tmp_path / "kopie.zip"), schema.revisions())
    organisation("Verdwijnt")
    gone, before = told_by_id(reader)
    lost = db.session.scalar(select(func.max(Revision.id)))
    put_back(backup)
    assert told_by_id(reader) == [before]
    organisation("Komt Later")
    later, after = told_by_id(reader)
    # The number of the revision did come back: the address holds more than that.
    assert db.session.scalar(select(func.max(Revision.id))) == lost
    assert after == before and before[1] == "Blijft"
    assert (gone[1], later[1]) == ("Verdwijnt", "Komt Later")
    assert gone[0] != later[0]


def test_after_a_restore_a_page_before_what_is_gone_is_not_another_page(
    reader: FlaskClient, tmp_path: Path
) -> None:
    organisations(entry("Een"), entry("Twee"))
    backup = look_through(backup_to(tmp_path / "kopie.zip"), schema.revisions())
    two, one = marks(reader)
    id = organisation("Verdwijnt")
    gone, *_ = marks(reader)
    put_back(backup)
    assert organisation("Komt Later") == id
    assert told(feed(reader, f"/wijzigingen.atom?voor={two}")) == [("nieuw", "Een")]
    assert told(feed(reader, f"/wijzigingen.atom?voor={one}")) == []
    answer = reader.get(f"/wijzigingen.atom?voor={gone}")
    assert (answer.status_code, answer.get_json()["fout"]["veld"]) == (404, "voor")


def test_a_long_feed_is_paged_and_each_change_stands_in_it_once(reader: FlaskClient) -> None:
    many = changes.PER_PAGE * 2 + 3
    organisations(*(entry(f"Organisatie {number:03}") for number in range(many)))
    seen: list[str] = []
    address, pages = "/wijzigingen.atom", 0
    while address:
        page = feed(reader, address)
        pages += 1
        assert links(page, "first") == ["http://localhost/wijzigingen.atom"]
        assert links(page, "self") == ["http://localhost" + address]
        seen += [text(one, "id") for one in page.findall(f"{ATOM}entry")]
        address = next((link.removeprefix("http://localhost") for link in links(page, "next")), "")
    assert (pages, len(seen), len(set(seen))) == (3, many, many)


def test_a_page_of_drafts_leads_on(reader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    organisation("Oud en Open")
    drafts = [entry(f"Concept {number}", status=Status.CONCEPT) for number in range(5)]
    organisations(*drafts)
    monkeypatch.setattr(changes, "ROUND", 2)
    monkeypatch.setattr(changes, "AT_MOST", 4)
    page = feed(reader)
    assert told(page) == []
    (more,) = links(page, "next")
    assert told(feed(reader, more.removeprefix("http://localhost"))) == [("nieuw", "Oud en Open")]


def test_a_region_is_told_of_who_works_there_or_did(reader: FlaskClient) -> None:
    gone = organisation("Weg uit Poperinge", sites=(site(POPERINGE),), offers=())
    organisations(
        entry("In Ieper"),
        entry("Werkt in Ieper", sites=(site(KORTRIJK),), offers=(offer("strijk", "nis:33011"),)),
        entry("In Kortrijk", sites=(site(KORTRIJK),), offers=(offer("strijk", f"nis:{KORTRIJK}"),)),
    )
    withdraw(gone)
    page = feed(reader, "/wijzigingen.atom?regio=westhoek")
    assert sorted(told(page)) == [
        ("nieuw", "In Ieper"),
        ("nieuw", "Weg uit Poperinge"),
        ("nieuw", "Werkt in Ieper"),
        ("teruggetrokken", "Weg uit Poperinge"),
    ]
    assert links(page, "self") == ["http://localhost/wijzigingen.atom?regio=westhoek"]
    assert text(page, "title").endswith("(Westhoek)")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("voor=x", "voor"),
        ("voor=-1", "voor"),
        ("voor=1e5", "voor"),
        ("voor=" + "9" * 30, "voor"),
        # A number alone means another change after a restore.
        ("voor=210", "voor"),
        ("voor=1-" + "٣" * 20, "voor"),
        ("regio=veluwe", "regio"),
    ],
)
def test_a_bad_value_answers_400_and_names_the_field(reader: FlaskClient, query: str, field: str) -> None:
    answer = reader.get(f"/wijzigingen.atom?{query}")
    assert (answer.status_code, answer.get_json()["fout"]["veld"]) == (400, field)


def test_the_feed_that_did_not_change_is_not_sent_again(reader: FlaskClient) -> None:
    id = organisation("De Proef")
    tag = reader.get("/wijzigingen.atom").headers["ETag"]
    assert reader.get("/wijzigingen.atom", headers={"If-None-Match": tag}).status_code == 304
    edit(id, name="De Proef", summary="Anders.")
    assert reader.get("/wijzigingen.atom", headers={"If-None-Match": tag}).status_code == 200


def test_every_page_names_the_feed(reader: FlaskClient) -> None:
    for path in ("/", "/data", "/over"):
        assert 'type="application/atom+xml" href="/wijzigingen.atom"' in reader.get(path).text
