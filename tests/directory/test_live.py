"""The catalogue in memory follows the database: edits, withdrawals, vocabulary and days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.datastructures import MultiDict

from catalogue.curation.entries import archive, find, read, save
from catalogue.curation.write import change
from catalogue.directory import criteria as criteria_
from catalogue.directory import entries, live
from catalogue.directory.find import find as search
from catalogue.directory.live import Directory
from catalogue.extensions import db
from catalogue.models import Organisation, Service
from tests.builders import IEPER, VEURNE, entry, offer, organisation, organisations, site


@pytest.fixture
def directory(app: Flask) -> Iterator[Directory]:
    """The directory of a site without organisations, within its context."""
    with app.app_context():
        yield live.directory()


def found(directory: Directory, **parameters: Any) -> list[str]:
    """The slugs that a search finds once the text index has come along."""
    directory.settle()
    asked = criteria_.read(MultiDict(parameters), directory.current().words)
    assert not asked.problems
    return [hit.entry.slug for hit in search(directory, asked, everything=True).hits]


def edit(which: str, **values: Any) -> None:
    known = find(which)
    assert known is not None
    before = read(known.id)
    assert before is not None
    with change() as under_way:
        save(under_way, replace(before, **values))


def test_nothing_is_read_again_while_nothing_changed(directory: Directory) -> None:
    organisation("De Proef")
    assert directory.current() is directory.current()


def test_a_new_entry_is_found_by_filter_and_by_text(directory: Directory) -> None:
    assert found(directory) == []
    organisation("De Proef", description="Maakt vogelhuisjes.")
    assert found(directory, dienst="groenonderhoud") == found(directory, q="vogelhuisjes") == ["de-proef"]


def test_an_edit_is_found_by_its_new_words_and_not_by_its_old(directory: Directory) -> None:
    organisation("De Proef", description="Maakt vogelhuisjes.")
    assert found(directory, q="vogelhuisjes") == ["de-proef"]
    edit("De Proef", description="Maakt egelkastjes.", offers=(offer("catering", f"nis:{VEURNE}"),))
    assert found(directory, q="egelkastjes") == ["de-proef"]
    assert found(directory, q="vogelhuisjes") == []
    assert found(directory, dienst="catering", gemeente=VEURNE) == ["de-proef"]
    assert found(directory, dienst="groenonderhoud") == []


def test_a_withdrawn_entry_is_gone_and_back_when_published_again(directory: Directory) -> None:
    organisation("De Proef", description="Maakt vogelhuisjes.")
    assert found(directory, q="vogelhuisjes") == ["de-proef"]
    known = find("De Proef")
    assert known is not None
    with change() as under_way:
        archive(under_way, known)
    assert found(directory) == found(directory, q="vogelhuisjes") == []
    edit("De Proef", status="gepubliceerd")
    assert found(directory, q="vogelhuisjes") == ["de-proef"]


def test_a_rename_moves_the_entry_to_its_new_address(directory: Directory) -> None:
    organisation("De Proef")
    assert found(directory, q="De Proef") == ["de-proef"]
    edit("De Proef", name="Het Vervolg")
    assert found(directory, q="Het Vervolg") == ["het-vervolg"]
    assert directory.current().get("de-proef") is None


def test_many_changes_at_once_are_read_as_a_whole(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(directory) == []
    monkeypatch.setattr(live, "PATCH_AT_MOST", 2)
    organisations(*(entry(f"Proef {number}") for number in range(5)))
    assert len(found(directory)) == 5


def test_a_service_added_later_is_known_at_once(directory: Directory) -> None:
    organisation("De Proef")
    assert directory.current().words.find_services("vogelhuisjes maken") == ()
    with change() as under_way:
        category = db.session.scalars(select(Service.category_slug)).first()
        db.session.add(Service(slug="vogelhuisjes", label="Vogelhuisjes maken", category_slug=category))
        under_way.touch_vocabulary()
    assert directory.current().words.find_services("vogelhuisjes maken") == ("vogelhuisjes",)
    assert found(directory) == ["de-proef"]


def test_a_werkvorm_that_ended_does_not_count(directory: Directory) -> None:
    from datetime import date, timedelta

    from catalogue.curation.entrydata import WerkvormData

    today = date.today()  # noqa: DTZ011 - validity is a matter of the local calendar
    organisation(
        "De Proef",
        werkvormen=(
            WerkvormData("arbeidszorg", valid_to=today - timedelta(days=1)),
            WerkvormData("maatwerkbedrijf", valid_from=today, valid_to=today),
            WerkvormData("ald", valid_from=today + timedelta(days=1)),
        ),
    )
    assert [found(directory, werkvorm=group) for group in ("az", "maatwerk", "lde")] == [[], ["de-proef"], []]
    (item,) = (one for one in directory.current().entries if one)
    assert item.treden == (5,)


def test_own_treden_win_over_those_of_the_werkvorm(directory: Directory) -> None:
    from catalogue.curation.entrydata import WerkvormData

    organisation("De Proef", werkvormen=(WerkvormData("arbeidszorg", (4,)),))
    assert [found(directory, trede=number) for number in ("3", "4")] == [[], ["de-proef"]]


def test_areas_of_several_offers_add_up(directory: Directory) -> None:
    organisation(
        "De Proef",
        offers=(
            offer("groenonderhoud", f"nis:{IEPER}"),
            offer("groenonderhoud", f"nis:{VEURNE}", samenwerking=("enclave",)),
        ),
    )
    for gemeente in (IEPER, VEURNE):
        assert found(directory, dienst="groenonderhoud", gemeente=gemeente) == ["de-proef"]
    assert found(directory, gemeente=IEPER, samenwerking="enclave") == []


def test_an_entry_without_offers_counts_for_its_sites(directory: Directory) -> None:
    organisation("De Proef", offers=(), sites=(site(VEURNE),))
    assert found(directory, gemeente=VEURNE) == ["de-proef"]
    assert found(directory, gemeente=IEPER) == []


def test_what_was_added_while_reading_waits_for_its_own_generation(directory: Directory) -> None:
    organisation("De Proef", offers=(offer("groenonderhoud"), offer("catering")))
    snapshot = directory.current()
    known = {slug: one for slug, one in snapshot.words.services.items() if slug != "catering"}
    (read_,) = entries.load(replace(snapshot.words, services=known), snapshot.today)
    assert read_.services == ("groenonderhoud",)


@pytest.mark.sqlite("only there foreign keys can be put aside for a moment")
def test_an_offer_of_a_site_that_just_went_is_left_out(directory: Directory) -> None:
    organisation(
        "De Proef", sites=(site(IEPER, name="atelier"),), offers=(offer("catering", site="atelier"),)
    )
    snapshot = directory.current()
    db.session.execute(text("PRAGMA foreign_keys=OFF"))
    db.session.execute(text("DELETE FROM location"))
    (read_,) = entries.load(snapshot.words, snapshot.today)
    db.session.rollback()
    assert (read_.sites, read_.groups) == ((), ())


def test_reindexing_counts_the_entries_and_they_are_found(directory: Directory) -> None:
    organisation("De Proef", description="Maakt vogelhuisjes.")
    organisation("Nog Een")
    assert directory.reindex() == 2
    assert found(directory, q="vogelhuisjes") == ["de-proef"]


def test_an_index_that_is_thrown_away_comes_back_by_itself(app: Flask, directory: Directory) -> None:
    import shutil

    organisation("De Proef", description="Maakt vogelhuisjes.")
    assert found(directory, q="vogelhuisjes") == ["de-proef"]
    shutil.rmtree(directory.settings.index_folder)
    again = Directory(directory.settings)
    assert found(again, q="vogelhuisjes") == ["de-proef"]


def test_a_fault_of_the_database_is_503_and_names_no_trace(app: Flask) -> None:
    with app.app_context():
        db.session.execute(text("DROP TABLE catalogue_state"))
        db.session.commit()
    client = app.test_client()
    for path in ("/api/v1/organisaties", "/zoeken"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert "sqlite" not in answer.text.lower() and "Traceback" not in answer.text
    fault = client.get("/api/v1/organisaties").json
    assert fault == {"fout": {"veld": None, "melding": "Even niet beschikbaar"}}
    assert client.get("/gezondheid/klaar").status_code == 503
    assert client.get("/gezondheid").status_code == 200


def test_organisations_of_one_name_each_have_their_own_address(directory: Directory) -> None:
    organisation("De Proef!")
    organisation("De Proef?")
    slugs = set(db.session.scalars(select(Organisation.slug)))
    assert len(slugs) == 2
    assert set(found(directory)) == slugs
