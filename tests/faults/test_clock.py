"""The clock ran ahead and was put right: every moment that was written meanwhile is still to come.

What is kept is moved forward in the database, column by column, and what is signed is signed by a clock
that runs ahead: just what such a clock leaves behind.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from sqlalchemy import Date, Table, select, update

from catalogue.config import Settings
from catalogue.curation import accounts, entries, freshness, history, outbox, second_step, stamps
from catalogue.curation.confirm_link_views import links
from catalogue.curation.throttle import LIMITS
from catalogue.extensions import Base, Moment, db
from catalogue.models import Account, OutgoingMail, Role
from tests.builders import make_settings, organisation
from tests.curation.entry_pages import edit, history_of, said, send
from tests.curation.mailbox import mailbox
from tests.curation.room import LOGIN, PASSWORD, account, entered, log_in, post, visitor
from tests.curation.test_mail import post as way_to
from tests.curation.test_proposal_views import PAGE, SENDER, filled, ripe
from tests.curation.test_second_step import code_of
from tests.faults.visit import codes

AHEAD = timedelta(days=30)
# What a clock that is set by the network every day may be off.
A_LITTLE = timedelta(minutes=5)
MONITOR = "/gezondheid/klaar"


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return make_settings(tmp_path / "data", url="http://localhost")


@pytest.fixture
def proef(app: Flask) -> int:
    with app.app_context():
        return organisation(email="info@deproef.be", confirmed_on=date(2025, 1, 1))


def put_right(app: Flask, by: timedelta = AHEAD) -> None:
    """The clock was ahead by this much until now."""
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            _move(table, by)
        db.session.execute(
            update(Account)
            .where(Account.totp_step > 0)
            .values(totp_step=Account.totp_step + int(by.total_seconds()) // second_step.STEP_SECONDS)
        )
        db.session.commit()


def _move(table: Table, by: timedelta) -> None:
    moments = [column for column in table.columns if isinstance(column.type, Moment | Date)]
    keys = list(table.primary_key.columns)
    if not moments:
        return
    for row in db.session.execute(select(*keys, *moments)).all():
        where = [key == row._mapping[key] for key in keys]
        values = {
            moment.name: row._mapping[moment] + by for moment in moments if row._mapping[moment] is not None
        }
        # An address may have been asked on two days: only moments are moved in a key.
        if values:
            db.session.execute(table.update().where(*where).values(values))


class AheadSigner(TimestampSigner):
    """Signs as a clock that runs ahead."""

    def get_timestamp(self) -> int:
        return super().get_timestamp() + int(AHEAD.total_seconds())


def cookie_from_ahead(app: Flask, client: FlaskClient) -> None:
    """The session of this browser as the clock that ran ahead would have written it."""
    cookie = client.get_cookie("beheer", path="/")
    known = SecureCookieSessionInterface().get_signing_serializer(app)
    assert cookie is not None
    assert isinstance(known, URLSafeTimedSerializer)
    content = known.loads(cookie.value)
    content["sinds"] += int(AHEAD.total_seconds())
    known.signer = AheadSigner
    client.set_cookie("beheer", str(known.dumps(content)), path="/")


@pytest.mark.parametrize("by", [AHEAD, timedelta(days=400)])
def test_every_page_answers_after_it(app: Flask, proef: int, by: timedelta) -> None:
    client = entered(app)
    send(client, edit(proef), summary="Groen en poets.")
    put_right(app, by)
    client = entered(app)
    everybody = ("/", "/zoeken?bevestigd=12", "/organisaties/de-proef", "/api/v1/organisaties", "/export.csv")
    room = ("/beheer", "/beheer/organisaties", edit(proef), history_of(proef), "/beheer/versheid")
    more = ("/beheer/cijfers", "/beheer/cijfers/gaten", "/beheer/cijfers/verslag", "/beheer/post")
    assert set(codes(client, (*everybody, *room, *more)).values()) == {200}
    assert client.get(MONITOR).status_code == 200
    with app.test_request_context():
        freshness.prepare(datetime.now(UTC).astimezone().date(), links())


def test_an_edit_after_it_is_the_last_one_and_is_found_at_once(app: Flask, proef: int) -> None:
    client = entered(app)
    send(client, edit(proef), summary="Groen.")
    put_right(app)
    client = entered(app)
    assert client.get("/api/v1/organisaties?q=schapenvachten").get_json()["totaal"] == 0
    assert send(client, edit(proef), summary="Wij looien schapenvachten.").status_code == 303
    assert client.get("/api/v1/organisaties?q=schapenvachten").get_json()["totaal"] == 1
    with app.app_context():
        last = history.versions(history.ENTRY, str(proef))[0]
        found = entries.read(proef)
        assert found is not None
        assert (found.summary, last.data and last.data["summary"]) == ("Wij looien schapenvachten.",) * 2
    assert "schapenvachten" in said(client.get(history_of(proef)))


def mistype(client: FlaskClient, email: str, times: int) -> int:
    answers = [
        post(client, LOGIN, email=email, wachtwoord="verkeerd woord").status_code for _ in range(times)
    ]
    return answers[-1]


@pytest.mark.parametrize(("by", "code"), [(AHEAD, 303), (A_LITTLE, 429)])
def test_who_mistyped_before_it_is_not_shut_out_until_the_clock_is_there_again(
    app: Flask, by: timedelta, code: int
) -> None:
    with app.app_context():
        known = account(Role.REGISSEUR)
    client = visitor(app)
    assert mistype(client, known.email, LIMITS["account"] + 1) == 429
    put_right(app, by)
    answer = post(client, LOGIN, email=known.email, wachtwoord=PASSWORD)
    assert answer.status_code == code
    assert code != 429 or int(answer.headers["Retry-After"]) <= 2 * 15 * 60


@pytest.mark.parametrize(("by", "code"), [(timedelta(days=2), 303), (A_LITTLE, 429)])
def test_who_sent_much_before_it_may_send_again(app: Flask, proef: int, by: timedelta, code: int) -> None:
    stranger = visitor(app)

    def propose(number: int) -> int:
        typed = ripe(app, filled(stranger.get(PAGE))) | SENDER | {"bericht": f"Het is anders, {number}."}
        return stranger.post(PAGE, data=typed).status_code

    while propose(number := len(outgoing(app))) != 429:
        assert number < 50
    put_right(app, by)
    assert propose(99) == code


def outgoing(app: Flask) -> list[OutgoingMail]:
    with app.app_context():
        return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_a_code_of_the_telephone_is_good_again_and_still_only_once(app: Flask) -> None:
    with app.app_context():
        known = account()
        found = accounts.find(known.email)
        assert found is not None
        salt = second_step.new_salt()
        second_step.switch_on(found, salt, code_of(second_step.secret_of(salt)))
    put_right(app)
    with app.app_context():
        found = accounts.find(known.email)
        assert found is not None
        code = code_of(second_step.secret_of(salt))
        second_step.check(found, code, "192.0.2.7")
        with pytest.raises(second_step.WrongCodeError):
            second_step.check(found, code, "192.0.2.7")


def test_a_one_time_link_does_not_live_longer_for_it(app: Flask) -> None:
    with app.app_context():
        ahead = accounts.one_time_link(accounts.add("een@voorbeeld.be"))
    put_right(app)
    with app.app_context():
        with pytest.raises(accounts.LinkError):
            accounts.account_of_link(ahead)
        made_after = accounts.one_time_link(accounts.add("twee@voorbeeld.be"))
        assert accounts.account_of_link(made_after).email == "twee@voorbeeld.be"


def test_mails_go_once_and_one_of_which_nobody_knows_is_said(app: Flask) -> None:
    with app.app_context():
        for name in ("wacht", "bezig"):
            outbox.put(name, "iemand@voorbeeld.be", name, "tekst")
        db.session.commit()
        busy = update(OutgoingMail).where(OutgoingMail.key == "bezig").values(claimed_at=datetime.now(UTC))
        db.session.execute(busy)
        db.session.commit()
    put_right(app)
    with app.app_context(), mailbox() as box, way_to(box.port) as way:
        now = datetime.now(UTC)
        assert [outbox.send(way, now).sent, outbox.send(way, now).sent] == [1, 0]
        assert [mail["Subject"] for mail in box.mails] == ["wacht"]
        assert [(one.subject, one.trouble) for one in outbox.troubled(now)] == [
            ("bezig", outbox.Trouble.UNCLEAR)
        ]
        assert [one.state for one in outbox.recent(now) if one.subject == "bezig"] == [outbox.Trouble.UNCLEAR]


def test_a_session_of_the_clock_that_ran_ahead_is_over_and_what_was_typed_goes_along(
    app: Flask, proef: int
) -> None:
    client = entered(app)
    form = client.get(edit(proef))
    cookie_from_ahead(app, client)
    answer = send(client, edit(proef), page=form, summary="Zeldzaam woord: looien.")
    assert answer.status_code == 401
    with app.app_context():
        known = account(Role.BEHEERDER)
    fresh = visitor(app)
    assert log_in(fresh, known.email).status_code == 303
    assert send(fresh, edit(proef), summary="Zeldzaam woord: looien.").status_code == 303


def test_a_form_of_a_stranger_from_ahead_is_shown_again_and_then_taken(app: Flask, proef: int) -> None:
    stranger = visitor(app)
    typed = filled(stranger.get(PAGE)) | SENDER | {"bericht": "Ze verhuisden."}
    with app.app_context():
        stamp = stamps.parse(typed["stempel"])
        typed["stempel"] = stamps.make(datetime.now(UTC) + AHEAD, stamp.generation, stamp.about)
    page = stranger.post(PAGE, data=typed)
    assert page.status_code == 422
    again = filled(page)
    assert again["bericht"] == "Ze verhuisden."
    with app.app_context():
        # Of the clock as it is now, or it would be refused until that of before is there.
        assert stamps.parse(again["stempel"]).at <= datetime.now(UTC).timestamp()
    assert stranger.post(PAGE, data=ripe(app, again)).status_code == 303
