"""Somebody said that an entry still holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from catalogue.curation import entries, history
from catalogue.curation.confirming import confirm
from catalogue.curation.entrydata import EntryError
from catalogue.curation.write import Action, change
from catalogue.extensions import db
from catalogue.models import ConfirmedHow, Organisation, Status
from tests.builders import organisation

TODAY = datetime.now().astimezone().date()


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def confirmed(id: int, how: ConfirmedHow = ConfirmedHow.PHONE, on: date = TODAY) -> bool:
    with change() as under_way:
        return confirm(under_way, id, how, on)


def test_a_confirmation_keeps_day_and_manner_and_stands_in_the_history() -> None:
    id = organisation()
    edited = db.session.get_one(Organisation, id).edited_at
    assert confirmed(id)

    found = entries.read(id)
    assert found is not None
    assert (found.confirmed_on, found.confirmed_how) == (TODAY, "telefoon")
    assert history.versions(history.ENTRY, str(id))[0].action == Action.CONFIRMED
    assert db.session.get_one(Organisation, id).edited_at == edited


def test_confirming_twice_the_same_way_on_one_day_is_one_confirmation() -> None:
    id = organisation()
    assert confirmed(id)
    assert not confirmed(id)
    assert len(history.versions(history.ENTRY, str(id))) == 2


def test_an_earlier_confirmation_never_takes_the_place_of_a_later() -> None:
    id = organisation()
    confirmed(id)
    assert not confirmed(id, ConfirmedHow.LIST, TODAY - timedelta(days=30))
    found = entries.read(id)
    assert found is not None
    assert found.confirmed_how == ConfirmedHow.PHONE


@pytest.mark.parametrize(
    ("status", "on", "field"),
    [
        (Status.PUBLISHED, TODAY + timedelta(days=1), "confirmed_on"),
        (Status.ARCHIVED, TODAY, "status"),
    ],
)
def test_what_cannot_be_confirmed_is_refused(status: Status, on: date, field: str) -> None:
    id = organisation(status=status)
    with pytest.raises(EntryError) as error:
        confirmed(id, on=on)
    assert error.value.field == field


def test_an_entry_that_is_not_there_cannot_be_confirmed() -> None:
    with pytest.raises(EntryError):
        confirmed(12345)
