"""The brakes on strangers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from catalogue.curation.brakes import brake, network_of
from catalogue.extensions import db
from catalogue.models import RateMark
from tests.curation.room import LOGIN, account, entered, log_in, post, visitor

HOUR = timedelta(hours=1)


def test_an_act_is_allowed_so_often_and_then_says_how_long_to_wait(app: Flask) -> None:
    with app.app_context():
        assert [brake("proef", "192.0.2.1", 2, HOUR) for _ in range(2)] == [0, 0]
        assert 3590 < brake("proef", "192.0.2.1", 2, HOUR) <= 3600


def test_a_refused_act_does_not_make_the_wait_longer(app: Flask) -> None:
    with app.app_context():
        for _ in range(5):
            brake("proef", "x", 2, HOUR)
        assert db.session.scalar(select(func.count()).select_from(RateMark)) == 2


def test_another_person_and_another_act_are_counted_apart(app: Flask) -> None:
    with app.app_context():
        brake("proef", "x", 1, HOUR)
        assert brake("proef", "y", 1, HOUR) == 0
        assert brake("ander", "x", 1, HOUR) == 0
        assert brake("proef", "x", 1, HOUR) > 0


def test_an_act_of_long_ago_is_erased_and_no_longer_counts(app: Flask) -> None:
    with app.app_context():
        brake("proef", "x", 1, HOUR)
        db.session.execute(update(RateMark).values(at=datetime.now(UTC) - timedelta(minutes=61)))
        db.session.commit()
        assert brake("proef", "x", 1, HOUR) == 0
        assert db.session.scalar(select(func.count()).select_from(RateMark)) == 1


def test_a_mark_does_not_tell_whose_it_is(app: Flask) -> None:
    with app.app_context():
        brake("proef", "iemand@voorbeeld.be", 1, HOUR)
        kept = db.session.scalars(select(RateMark.key_hash)).one()
        assert len(kept) == 64
        assert "iemand" not in kept


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("geen adres", "geen adres"),
    ],
)
def test_the_network_of_an_address_is_what_an_office_shares(address: str, network: str) -> None:
    assert network_of(address) == network


def test_the_helpers_of_the_room_log_somebody_in(app: Flask) -> None:
    assert entered(app).get("/beheer").status_code == 200
    with app.app_context():
        known = account()
    client = visitor(app)
    assert log_in(client, known.email).status_code == 303
    assert known.email in client.get("/beheer").text
    assert post(client, "/beheer/afmelden", page="/beheer").location == LOGIN
