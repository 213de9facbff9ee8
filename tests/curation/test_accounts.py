"""Accounts on a real database: made, opened by a one-time link, checked, slowed down, thrown out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from catalogue.curation import accounts, throttle
from catalogue.curation.passwords import PasswordError
from catalogue.extensions import db
from catalogue.models import Account, AccountLink, FailedLogin, Role

EMAIL = "regisseur@voorbeeld.be"
PASSWORD = "vier losse woorden hier"
HERE = "192.0.2.7"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Flask]:
    """The account tables on a file of their own: more than this room does not need."""
    app = Flask("catalogue")
    file = tmp_path / "a.db"
    file.touch()
    app.config.from_mapping(SECRET_KEY="key of the tests", SQLALCHEMY_DATABASE_URI=f"sqlite:///{file}")
    db.init_app(app)
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def account(room: Flask) -> Account:
    """An account that has chosen its password."""
    made = accounts.add(EMAIL)
    return accounts.redeem(accounts.one_time_link(made), PASSWORD)


def fail(times: int, email: str = EMAIL, address: str = HERE) -> None:
    for _ in range(times):
        assert accounts.check(email, "een heel ander wachtwoord", address) is None


def let_time_pass(time: timedelta) -> None:
    """Every failure happened so much longer ago."""
    for failure in db.session.scalars(select(FailedLogin)):
        failure.at -= time
    db.session.commit()


def failures() -> int:
    return db.session.scalar(select(func.count()).select_from(FailedLogin)) or 0


def test_a_new_account_has_no_password_that_opens_it(room: Flask) -> None:
    made = accounts.add("  Nieuw@Voorbeeld.BE ", Role.BEHEERDER)

    assert (made.email, made.role, made.password_hash) == ("nieuw@voorbeeld.be", "beheerder", "")
    assert accounts.check(made.email, "", HERE) is None


@pytest.mark.parametrize(
    "email", ["", "geen adres", "a@b", "a@@voorbeeld.be", "a@voorbeeld.be\nb@voorbeeld.be"]
)
def test_a_faulty_mail_address_gets_no_account(room: Flask, email: str) -> None:
    with pytest.raises(accounts.AccountError, match="geen geldig mailadres"):
        accounts.add(email)


def test_an_account_is_made_once_however_its_address_is_typed(account: Account) -> None:
    with pytest.raises(accounts.AccountError, match=r"al een account voor regisseur@voorbeeld.be"):
        accounts.add("Regisseur@Voorbeeld.be")


def test_an_unknown_role_is_refused(room: Flask) -> None:
    with pytest.raises(accounts.AccountError, match=r"'baas'.*beheerder, regisseur"):
        accounts.add(EMAIL, "baas")


def test_only_the_hash_of_a_link_is_kept(room: Flask) -> None:
    token = accounts.one_time_link(accounts.add(EMAIL))

    kept = db.session.scalars(select(AccountLink)).one()
    assert len(token) >= 40
    assert token not in kept.token_hash
    assert accounts.account_of_link(token).email == EMAIL


def test_a_link_works_once(room: Flask) -> None:
    token = accounts.one_time_link(accounts.add(EMAIL))
    accounts.redeem(token, PASSWORD)

    with pytest.raises(accounts.LinkError):
        accounts.redeem(token, "nog een ander lang woord")
    assert accounts.check(EMAIL, PASSWORD, HERE) is not None


def test_a_new_link_ends_the_older_one(room: Flask) -> None:
    made = accounts.add(EMAIL)
    older, newer = accounts.one_time_link(made), accounts.one_time_link(made)

    with pytest.raises(accounts.LinkError):
        accounts.account_of_link(older)
    assert accounts.account_of_link(newer).id == made.id


def test_a_link_ends_after_its_hours(room: Flask) -> None:
    token = accounts.one_time_link(accounts.add(EMAIL), hours=1)
    link = db.session.scalars(select(AccountLink)).one()
    db.session.execute(update(AccountLink).values(expires_at=link.expires_at - timedelta(hours=1, seconds=1)))
    db.session.commit()

    with pytest.raises(accounts.LinkError):
        accounts.redeem(token, PASSWORD)


def test_a_weak_password_is_refused_and_leaves_the_link_valid(room: Flask) -> None:
    token = accounts.one_time_link(accounts.add(EMAIL))

    with pytest.raises(PasswordError):
        accounts.redeem(token, "Regisseur2026!")
    assert accounts.redeem(token, PASSWORD).email == EMAIL


def test_a_password_is_kept_as_a_salted_scrypt_hash(account: Account) -> None:
    other = accounts.redeem(accounts.one_time_link(accounts.add("ander@voorbeeld.be")), PASSWORD)

    assert account.password_hash.startswith("scrypt:")
    assert account.password_hash != other.password_hash


def test_the_right_password_opens_the_account_and_another_does_not(account: Account) -> None:
    opened = accounts.check(" Regisseur@voorbeeld.BE", PASSWORD, HERE)

    assert opened is not None
    assert opened.id == account.id
    assert accounts.check(EMAIL, PASSWORD + " ", HERE) is None
    assert accounts.check("niemand@voorbeeld.be", PASSWORD, HERE) is None


def test_an_accent_typed_in_two_ways_is_the_same_password(room: Flask) -> None:
    token = accounts.one_time_link(accounts.add(EMAIL))
    accounts.redeem(token, "vier losse cafés hier")

    assert accounts.check(EMAIL, "vier losse cafe\u0301s hier", HERE) is not None


def test_an_account_is_slowed_down_after_failures_from_anywhere(account: Account) -> None:
    for number in range(throttle.LIMITS["account"]):
        fail(1, address=f"198.51.100.{number}")

    with pytest.raises(throttle.ThrottledError) as refused:
        accounts.check(EMAIL, PASSWORD, "203.0.113.9")
    assert 0 < refused.value.seconds <= throttle.WINDOW.total_seconds()


def test_an_unknown_account_is_slowed_down_like_a_known_one(account: Account) -> None:
    fail(throttle.LIMITS["account"], email="niemand@voorbeeld.be")

    with pytest.raises(throttle.ThrottledError):
        accounts.check("niemand@voorbeeld.be", PASSWORD, HERE)
    assert accounts.check(EMAIL, PASSWORD, HERE) is not None


@pytest.mark.parametrize(
    ("first", "other", "is_shared"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("", "", True),
    ],
)
def test_a_network_is_slowed_down_over_all_accounts(
    account: Account, monkeypatch: pytest.MonkeyPatch, first: str, other: str, is_shared: bool
) -> None:
    monkeypatch.setattr(throttle, "ADDRESS_LIMIT", 3)
    for number in range(3):
        fail(1, email=f"iemand{number}@voorbeeld.be", address=first)

    if is_shared:
        with pytest.raises(throttle.ThrottledError):
            accounts.check(EMAIL, PASSWORD, other)
    else:
        assert accounts.check(EMAIL, PASSWORD, other) is not None


def test_the_brake_lets_go_when_the_failures_are_old(account: Account) -> None:
    fail(throttle.LIMITS["account"])
    let_time_pass(throttle.WINDOW + timedelta(seconds=1))

    assert accounts.check(EMAIL, PASSWORD, HERE) is not None
    assert failures() == 0


def test_tries_during_the_wait_do_not_make_it_longer(account: Account) -> None:
    fail(throttle.LIMITS["account"])
    before = failures()

    with pytest.raises(throttle.ThrottledError):
        accounts.check(EMAIL, "een heel ander wachtwoord", HERE)
    assert failures() == before


def test_a_good_login_forgets_the_mistakes_made_from_there(account: Account) -> None:
    fail(throttle.LIMITS["account"] - 1)
    assert accounts.check(EMAIL, PASSWORD, HERE) is not None

    fail(throttle.LIMITS["account"] - 1)
    assert accounts.check(EMAIL, PASSWORD, HERE) is not None


def test_a_new_password_ends_the_wait(account: Account) -> None:
    fail(throttle.LIMITS["account"])
    accounts.redeem(accounts.one_time_link(account), "nog vier andere woorden")

    assert accounts.check(EMAIL, "nog vier andere woorden", HERE) is not None


def test_a_failure_keeps_no_address_that_can_be_read(account: Account) -> None:
    fail(1)

    kept = db.session.scalars(select(FailedLogin)).one()
    assert EMAIL not in kept.account_hash
    assert HERE not in kept.address_hash
    assert len(kept.account_hash) == len(kept.address_hash) == 64


@pytest.mark.parametrize("text", ["", "\x00", "é" * 5000, "' OR 1=1 --", "a@b\r\nBcc: c@d", "🧹@🧹"])
def test_any_text_is_a_wrong_login_and_nothing_else(account: Account, text: str) -> None:
    assert accounts.check(text, PASSWORD, HERE) is None
    assert accounts.check(EMAIL, text, text) is None


def test_a_session_holds_until_every_device_is_logged_out(account: Account) -> None:
    session = account.get_id()
    assert accounts.of_session(session) is not None

    accounts.log_out_everywhere(account)

    assert accounts.of_session(session) is None
    assert accounts.of_session(account.get_id()) is not None


def test_a_new_password_ends_the_sessions_of_before(account: Account) -> None:
    session = account.get_id()
    accounts.redeem(accounts.one_time_link(account), "nog vier andere woorden")

    assert accounts.of_session(session) is None


@pytest.mark.parametrize("session", ["", ":", "1", "1:", "x:y", "-1:a", "²:a", "9" * 40 + ":a", "1:\u00e9"])
def test_a_made_up_session_belongs_to_nobody(account: Account, session: str) -> None:
    assert accounts.of_session(session) is None
