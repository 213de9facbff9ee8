"""An answer from memory is the answer that would be made now; what others may keep is said per kind."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from catalogue.curation import questions
from catalogue.curation.write import change
from catalogue.directory.live import State, directory
from catalogue.extensions import db
from catalogue.models import ClauseUse, EmptyQuestion, OwnText
from catalogue.search import index
from catalogue.web import caching
from catalogue.web.caching import Answer, Answers
from tests.builders import app_with, make_settings, organisation, prepare
from tests.tree.test_routes import EXAMPLES

GZIP = {"Accept-Encoding": "gzip"}
ADDRESSES = [
    address
    for endpoint in sorted(caching.PAGES)
    for address, code in EXAMPLES[endpoint]
    if code == 200 and not address.endswith(".zip")
]
# What differs between two answers that say the same.
NUMBER = re.compile(r"nonce(-|=\")[\w-]{22}")
ANEW = ("X-Request-ID", "Date")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site with its starting entries; tests only read it."""
    made = make_settings(tmp_path_factory.mktemp("kept") / "data")
    prepare(made, with_organisations=True)
    with app_with(made) as app:
        yield app


@pytest.fixture
def visitor(full: Flask) -> FlaskClient:
    return full.test_client()


def answers(app: Flask) -> Answers:
    held: Answers = app.extensions["answers"]
    return held


def forget(app: Flask) -> None:
    app.extensions["answers"] = Answers(caching.ROOM)


def said(answer: TestResponse) -> tuple[int, list[tuple[str, str]], str]:
    """Everything of an answer but what is another one each time."""
    body = answer.data
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    headers = sorted((name, NUMBER.sub("", value)) for name, value in answer.headers if name not in ANEW)
    has_nonce = NUMBER.search(body.decode()) is not None
    if has_nonce:
        # Another nonce is packed to another length.
        headers = [(name, value) for name, value in headers if name != "Content-Length"]
    return answer.status_code, headers, NUMBER.sub("", body.decode())


def same_from_memory(app: Flask, address: str, headers: dict[str, str]) -> None:
    """Ask twice, so that the second comes from memory, and hold it against one that is made anew."""
    visitor = app.test_client()
    forget(app)
    first = visitor.get(address, headers=headers)
    size = answers(app).size
    assert size, "it is not kept"
    second = visitor.get(address, headers=headers)
    assert answers(app).size == size
    forget(app)
    assert said(first) == said(second) == said(visitor.get(address, headers=headers))


@pytest.mark.parametrize("packed", [GZIP, {}], ids=["gzip", "plain"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_from_memory_is_the_page_that_would_be_made(
    full: Flask, address: str, packed: dict[str, str]
) -> None:
    same_from_memory(full, address, packed)


@settings(max_examples=25)
@given(
    page=st.sampled_from(
        ["/zoeken", "/kaart", "/kaart/ingebed", "/api/v1/organisaties", "/api/v1/suggesties"]
    ),
    asked=st.dictionaries(
        st.sampled_from(["q", "gemeente", "werkvorm", "trede", "sorteer", "x"]),
        st.sampled_from(["groen", "poetshlup in Ieper", "Ieper", "maatwerk", "5", "naam", "nonce", "ë<b>"]),
    ),
)
def test_any_search_from_memory_is_the_search_that_would_be_made(
    full: Flask, page: str, asked: dict[str, str]
) -> None:
    first, second = (full.test_client().get(page, query_string=asked, headers=GZIP) for _ in range(2))
    assert said(first) == said(second)


def test_a_page_with_a_script_has_a_new_number_each_time(visitor: FlaskClient) -> None:
    seen, tags = set(), set()
    for _ in range(3):
        answer = visitor.get("/kaart", headers=GZIP)
        [number] = set(re.findall(r'nonce="([^"]+)"', gzip.decompress(answer.data).decode()))
        assert f"'nonce-{number}'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "private, no-cache"
        seen.add(number)
        tags.add(answer.headers["ETag"])
    assert len(seen) == 3
    assert len(tags) == 1


@pytest.mark.parametrize("address", ["/kaart", "/kaart/ingebed", "/organisaties/westlandia"])
@pytest.mark.parametrize("packed", [GZIP, {}], ids=["gzip", "plain"])
def test_a_page_with_a_script_is_not_sent_again_and_its_policy_stays(
    full: Flask, address: str, packed: dict[str, str]
) -> None:
    visitor = full.test_client()
    tag = visitor.get(address, headers=packed).headers["ETag"]
    assert tag.startswith('W/"')
    for _ in range(2):
        forget(full)
        # Made anew, and from memory.
        for _ in range(2):
            again = visitor.get(address, headers=packed | {"If-None-Match": tag})
            assert (again.status_code, again.data) == (304, b"")
            # A policy with another nonce would forbid the script of the page that the browser has.
            assert "Content-Security-Policy" not in again.headers
            assert again.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("address", ["/api/v1/diensten", "/api/v1/gemeenten", "/api/v1/openapi.json"])
@pytest.mark.parametrize("packed", [GZIP, {}], ids=["gzip", "plain"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_answer_that_is_not_sent_again_may_be_kept_as_long(
    full: Flask, method: str, address: str, packed: dict[str, str]
) -> None:
    forget(full)
    visitor = full.test_client()
    first = visitor.open(address, method=method, headers=packed)
    again = visitor.open(address, method=method, headers=packed | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    for name in ("Cache-Control", "ETag", "Vary"):
        assert again.headers[name] == first.headers[name]


def test_a_page_is_made_once_and_again_after_every_change(app: Flask) -> None:
    visitor = app.test_client()
    with app.app_context():
        organisation("De Proef")

    def names() -> list[str]:
        return [item["naam"] for item in visitor.get("/api/v1/organisaties").get_json()["items"]]

    assert names() == names() == ["De Proef"]
    with app.app_context():
        # Not by the room that writes, so that nothing tells of it: the page is from memory.
        db.session.execute(text("UPDATE organisation SET name = 'Stil'"))
        db.session.commit()
    assert names() == ["De Proef"]
    with app.app_context():
        organisation("De Tweede")
    assert names()[-1] == "De Tweede"
    assert names()[-1] == "De Tweede"


def test_a_text_that_somebody_edits_is_seen_at_once(app: Flask) -> None:
    visitor = app.test_client()
    with app.app_context():
        organisation("De Proef")
    assert visitor.get("/over").data == visitor.get("/over").data
    with app.app_context(), change() as under_way:
        edited = OwnText(key="pagina:over-inleiding", value="Een eigen zin.", edited_at=under_way.at)
        db.session.add(edited)
    assert "Een eigen zin." in visitor.get("/over").text


def test_while_the_text_index_is_behind_nothing_is_kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    # Every change is taken in by the thread, as a large one is, and the thread is busy.
    monkeypatch.setattr(index, "MANY", 0)
    visitor, gate = app.test_client(), threading.Event()
    with app.app_context():
        organisation("De Proef")
        visitor.get("/zoeken")
        assert answers(app).size
        live = directory()
        live.settle()
        live.index._run(lambda: gate.wait() and None, at_once=False)
        organisation("De Tweede")
        for _ in range(2):
            assert "De Tweede" not in visitor.get("/zoeken?q=tweede").text
        assert not [one for one in answers(app)._held if b"tweede" in one[2]]
        gate.set()
        live.settle()
    for _ in range(2):
        assert "De Tweede" in visitor.get("/zoeken?q=tweede").text
    assert [one for one in answers(app)._held if b"tweede" in one[2]]


def test_a_question_that_nobody_answers_is_counted_each_time(app: Flask) -> None:
    with app.app_context():
        organisation("De Proef")
    visitor = app.test_client()
    tag = visitor.get("/zoeken?q=oogarts").headers["ETag"]
    for _ in range(3):
        visitor.get("/zoeken?q=oogarts")
    assert visitor.get("/zoeken?q=oogarts", headers={"If-None-Match": tag}).status_code == 304
    with app.app_context():
        assert questions.settle()
        assert db.session.scalar(select(func.sum(EmptyQuestion.count))) == 5


def test_every_use_of_a_clause_is_counted(app: Flask) -> None:
    from catalogue.curation import clause_use

    with app.app_context():
        organisation("De Proef")
    for _ in range(4):
        app.test_client().get("/clausules?soort=diensten&raming=50000")
    with app.app_context():
        assert clause_use.settle()
        assert db.session.scalar(select(func.sum(ClauseUse.count))) == 4


def test_addresses_follow_the_name_by_which_the_site_was_asked(full: Flask) -> None:
    for host in ("een.example", "twee.example", "een.example"):
        page = full.test_client().get("/robots.txt", base_url=f"http://{host}").text
        assert f"http://{host}/sitemap.xml" in page
    assert (
        "https://een.example/" in full.test_client().get("/robots.txt", base_url="https://een.example").text
    )


def test_what_is_wrong_or_has_moved_is_not_kept(full: Flask) -> None:
    forget(full)
    for address, code in (("/organisaties/nergens", 404), ("/gemeenten/33011", 301)):
        assert full.test_client().get(address).status_code == code
    assert not answers(full).size


def test_without_a_database_what_is_kept_is_not_passed_off_as_new(app: Flask) -> None:
    with app.app_context():
        organisation("De Proef")
    visitor = app.test_client()
    assert visitor.get("/zoeken").status_code == visitor.get("/zoeken").status_code == 200
    with app.app_context():
        db.session.execute(text("ALTER TABLE catalogue_state RENAME TO weg"))
        db.session.commit()
    assert visitor.get("/zoeken").status_code == 503


MOMENT = (State(1, 1, 0, "mark"), date(2026, 11, 22))


def key(number: int) -> caching.Key:
    return "", f"/{number}", b"", True


def test_the_memory_is_bounded_and_what_was_not_asked_for_goes_first() -> None:
    held = Answers(room=10 * (caching.BESIDE + 100))
    assert held.get(MOMENT, key(0)) is None
    for number in range(30):
        held.put(MOMENT, key(number), Answer(b"x" * 100, (), "", ()))
        held.get(MOMENT, key(0))
    assert held.size <= held.room
    assert held.get(MOMENT, key(0)) and held.get(MOMENT, key(29))
    assert held.get(MOMENT, key(5)) is None
    held.put(MOMENT, key(31), Answer(b"x" * (caching.MOST + 1), (), "", ()))
    assert held.get(MOMENT, key(31)) is None


def test_an_answer_of_before_a_change_is_not_kept_after_it() -> None:
    held, later = Answers(room=10_000), (State(2, 1, 0, "later"), MOMENT[1])
    held.get(MOMENT, key(1))
    held.get(later, key(1))
    held.put(MOMENT, key(1), Answer(b"old", (), "", ()))
    assert held.get(later, key(1)) is None and held.get(MOMENT, key(1)) is None


def test_another_day_is_another_moment() -> None:
    held = Answers(room=10_000)
    held.get(MOMENT, key(1))
    held.put(MOMENT, key(1), Answer(b"today", (), "", ()))
    assert held.get((MOMENT[0], date(2026, 11, 23)), key(1)) is None


PAGE = "no-cache"
# With a script in the page, and the number that lets it run.
NUMBERED = "private, no-cache"
KINDS = {
    "/": PAGE,
    "/zoeken?q=groen": PAGE,
    "/organisaties/westlandia": NUMBERED,
    "/kaart": NUMBERED,
    "/clausules": PAGE,
    "/data": PAGE,
    "/api/v1/organisaties": PAGE,
    "/kaart/punten.geojson": PAGE,
    "/export.csv": PAGE,
    "/wijzigingen.atom": PAGE,
    "/organisaties/nergens": PAGE,
    "/gezondheid": PAGE,
    "/api/v1/diensten": "public, max-age=300",
    "/api/v1/gemeenten": "public, max-age=300",
    "/api/v1/openapi.json": "public, max-age=300",
    "/sitemap.xml": "public, max-age=86400",
    "/bestand/eigen/css/base.css": PAGE,
    "/beheer/aanmelden": "no-store",
    "/beheer/": "no-store",
    "/organisaties/nieuw-voorstel": "no-store",
}


@pytest.mark.parametrize("address", KINDS)
def test_each_kind_of_answer_says_how_long_it_may_be_kept(visitor: FlaskClient, address: str) -> None:
    assert visitor.get(address).headers["Cache-Control"] == KINDS[address]


def test_the_list_of_pages_for_search_engines_is_packed(visitor: FlaskClient) -> None:
    answer = visitor.get("/sitemap.xml", headers=GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == visitor.get("/sitemap.xml").data


def test_a_file_with_its_hash_in_its_address_is_kept_for_a_year(visitor: FlaskClient) -> None:
    [address] = re.findall(r'href="(/bestand/eigen/css/base\.css\?v=\w+)"', visitor.get("/").text)
    assert visitor.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"


TAGGED = [address for address, rule in KINDS.items() if rule != "no-store" and "nergens" not in address]
UNTAGGED = ("/organisaties/westlandia", "/kaart", "/gezondheid")


@pytest.mark.parametrize("address", [address for address in TAGGED if address not in UNTAGGED])
@pytest.mark.parametrize("packed", [GZIP, {}], ids=["gzip", "plain"])
def test_who_has_an_answer_is_not_sent_it_again(
    full: Flask, visitor: FlaskClient, address: str, packed: dict[str, str]
) -> None:
    forget(full)
    for _ in range(2):
        first = visitor.get(address, headers=packed)
        tag = first.headers["ETag"]
        again = visitor.get(address, headers={**packed, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert (again.headers["ETag"], again.headers["Cache-Control"]) == (
            tag,
            first.headers["Cache-Control"],
        )
        assert "Content-Encoding" not in again.headers
        assert visitor.get(address, headers={**packed, "If-None-Match": '"x"'}).status_code == 200
        assert visitor.head(address, headers=packed).headers["ETag"] == tag


@pytest.mark.parametrize("address", ["/", "/zoeken", "/api/v1/organisaties", "/api/v1/diensten"])
def test_two_encodings_of_a_page_have_no_strong_tag_in_common(visitor: FlaskClient, address: str) -> None:
    tags = [visitor.get(address, headers=packed).headers["ETag"] for packed in (GZIP, {})]
    assert tags[0] != tags[1]
    assert all("Accept-Encoding" in visitor.get(address, headers=one).headers["Vary"] for one in (GZIP, {}))


def test_a_page_without_catalogue_is_made_each_time(tmp_path: Path) -> None:
    with app_with(make_settings(tmp_path / "data")) as app:
        assert app.test_client().get("/robots.txt").status_code == 200
        assert not answers(app).size
