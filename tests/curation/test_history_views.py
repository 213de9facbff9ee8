"""The history of an entry: read, gone back in, and cleared of personal data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from catalogue.curation import editing, entries, erasing, history, proposals, vocabulary
from catalogue.curation.entrydata import EntryData, EntryError, RecognitionData
from catalogue.curation.in_words import in_words
from catalogue.curation.write import Action, Actor, Manner, change
from catalogue.directory.live import directory
from catalogue.extensions import db
from catalogue.models import Account, Offer, OutgoingMail, Proposal, Revision, Role, Service
from tests.builders import VEURNE, entry, offer, organisations, site
from tests.curation.entry_pages import edit, fields, history_of, said, send, soup
from tests.curation.room import entered, errors, post, visitor

PERSON = "jan.peeters@voorbeeld.be"


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A beheerder."""
    yield entered(app)


def made(app: Flask, data: EntryData) -> int:
    with app.app_context():
        return organisations(data)[0]


def read(app: Flask, id: int) -> EntryData:
    with app.app_context():
        found = entries.read(id)
        assert found is not None
        return found


def versions(app: Flask, id: int) -> list[history.Version]:
    with app.app_context():
        return history.versions(history.ENTRY, str(id))


def restore(client: FlaskClient, id: int, revision: int) -> object:
    return post(client, f"{history_of(id)}/{revision}/herstellen", page=history_of(id))


def test_the_history_says_who_changed_what_when_and_by_which_way(app: Flask, client: FlaskClient) -> None:
    id = made(app, entry(phone="057 1"))
    send(client, edit(id), phone="057 2", sites_0_street="Markt")
    words = said(client.get(history_of(id)))

    for text in ("Gewijzigd", "in het beheer", "@voorbeeld.be", "Telefoon", "057 1", "057 2", "Markt"):
        assert text in words
    assert words.index("057 1") < words.index("057 2")
    assert "Zo is het nu" in words


def test_any_version_comes_back_as_a_new_one(app: Flask, client: FlaskClient) -> None:
    id = made(app, entry(phone="057 1", sites=(site(), site(VEURNE, name="Atelier"))))
    first = read(app, id)
    page = send(client, edit(id), "sites-weg-1")
    send(client, edit(id), page=page, name="Een Andere Naam", phone="057 2", offers_0_service="Strijk")
    send(client, edit(id), phone="057 3")
    oldest = versions(app, id)[-1]
    assert read(app, id) != first

    restore(client, id, oldest.id)
    assert read(app, id) == first
    newest = versions(app, id)[0]
    assert (newest.action, newest.manner) == (Action.RESTORED, Manner.ROOM)
    assert len(versions(app, id)) == 4
    assert visitor(app).get("/organisaties/de-proef").status_code == 200
    assert "Voorheen" not in visitor(app).get("/organisaties/de-proef").text


def test_a_version_with_a_service_that_is_gone_comes_back_with_the_word_and_says_so(
    app: Flask, client: FlaskClient
) -> None:
    id = made(app, entry(offers=(offer("hydranten-nakijken", site=None), offer("strijk", site=None))))
    send(client, edit(id), "bewaar", page=send(client, edit(id), "offers-weg-0"), phone="057 1")
    with app.app_context(), change() as under_way:
        db.session.execute(delete(Offer).where(Offer.service.has(slug="hydranten-nakijken")))
        db.session.execute(delete(Service).where(Service.slug == "hydranten-nakijken"))
        under_way.touch_vocabulary()
    assert restore(client, id, versions(app, id)[-1].id).status_code == 303  # type: ignore[attr-defined]

    back = read(app, id)
    assert back.phone == ""
    assert [one.service for one in back.offers] == ["strijk"]
    assert back.free_services == ("hydranten nakijken",)
    assert "‘hydranten nakijken’ is er niet meer" in said(client.get(history_of(id)))


def test_a_version_with_a_service_that_was_merged_comes_back_with_the_other(
    app: Flask, client: FlaskClient
) -> None:
    id = made(app, entry(offers=(offer("hydranten-nakijken", site=None), offer("strijk", site=None))))
    send(client, edit(id), "bewaar", page=send(client, edit(id), "offers-weg-0"), phone="057 1")
    with app.app_context(), change() as under_way:
        vocabulary.merge(under_way, "hydranten-nakijken", "groenonderhoud")
    restore(client, id, versions(app, id)[-1].id)

    back = read(app, id)
    assert {one.service for one in back.offers} == {"groenonderhoud", "strijk"}
    assert back.free_services == ()


def test_a_version_of_another_entry_cannot_be_restored(app: Flask, client: FlaskClient) -> None:
    one, other = made(app, entry("Een")), made(app, entry("Twee"))
    page = restore(client, one, versions(app, other)[0].id)
    assert page.status_code == 422  # type: ignore[attr-defined]
    assert read(app, one).name == "Een"


def test_a_regisseur_cannot_restore_an_entry_out_of_the_own_region(app: Flask, client: FlaskClient) -> None:
    id = made(app, entry(sites=(site("31005"),), offers=()))
    send(client, edit(id), sites_0_gemeente="Ieper")
    regisseur = entered(app, Role.REGISSEUR)
    page = restore(regisseur, id, versions(app, id)[-1].id)
    assert page.status_code == 422  # type: ignore[attr-defined]
    assert read(app, id).sites[0].gemeente_nis == "33011"


def test_a_long_history_has_pages(app: Flask) -> None:
    id = made(app, entry())
    with app.app_context():
        for number in range(history.PER_PAGE + 3):
            found = entries.read(id)
            assert found is not None
            with change() as under_way:
                entries.save(under_way, EntryData(**_with(found, phone=f"057 {number}")))
    client = entered(app)
    first = client.get(history_of(id))
    assert len(soup(first).select(".version")) == history.PER_PAGE
    # The last of a page is compared with the first of the next.
    assert len(soup(first).select(".version .changes")) == history.PER_PAGE
    second = client.get(f"{history_of(id)}?pagina=2")
    assert len(soup(second).select(".version")) == 4
    assert "Zo is het nu" not in said(second)
    assert client.get(f"{history_of(id)}?pagina=3").status_code == 404


def _with(data: EntryData, **values: str) -> dict[str, object]:
    return {key: getattr(data, key) for key in EntryData.__dataclass_fields__} | values


def erasable(app: Flask) -> int:
    """An entry that once held a person's data in every text it has."""
    text = f"Vraag naar {PERSON} of JAN.PEETERS@voorbeeld.be."
    return made(
        app,
        entry(
            "Bij jan.peeters@voorbeeld.be",
            email=PERSON,
            description=text,
            source=text,
            former_names=(f"{PERSON} en co",),
            free_services=(text,),
            recognitions=(RecognitionData(PERSON),),
            sites=(site(name=PERSON, description=f"Site. {text}"),),
            offers=(offer(site=PERSON, note=text),),
        ),
    )


def test_erased_text_is_nowhere_in_the_history_and_leaves_a_mark(app: Flask, client: FlaskClient) -> None:
    id = erasable(app)
    with app.app_context():
        found = entries.read(id)
        assert found is not None
        with change(Actor(note=f"gemeld door {PERSON}")) as under_way:
            entries.save(under_way, EntryData(id=id, name="Zonder Persoon"))
    page = f"{history_of(id)}/wissen"
    asked = post(client, page, tekst=PERSON, actie="zoek")
    assert "Dit staat in 2 versies" in said(asked)
    answer = post(client, page, tekst=PERSON, versie="", actie="wis")
    assert answer.status_code == 303

    with app.app_context():
        rows = db.session.execute(select(Revision.data, Revision.note, Revision.erased_at)).all()
    assert PERSON not in str(rows).casefold()
    assert "jan-peeters" not in str(rows)
    assert [one.erased_at is not None for one in versions(app, id)] == [True, True]
    words = said(client.get(history_of(id)))
    assert "Persoonsgegevens gewist" in words
    assert "[gewist]" in words


def test_erased_text_is_gone_from_proposals_that_are_decided_and_others_wait_for_their_decision(
    app: Flask, client: FlaskClient
) -> None:
    id = made(app, entry())
    now = read(app, id)
    with app.app_context():
        for message in (f"Mail naar {PERSON.upper()}", f"Bel {PERSON}"):
            proposals.put(
                proposals.Sent("De Proef", id, now, replace(now, email=PERSON), message, "Jan", PERSON),
                in_words(directory().load().words),
            )
        db.session.execute(
            update(Proposal).where(Proposal.id == 1).values(status="geweigerd", decided_at=func.now())
        )
        db.session.commit()
    page = f"{history_of(id)}/wissen"
    asked = said(post(client, page, tekst=PERSON, actie="zoek"))
    assert "1 voorstel dat nog wacht" in asked
    assert "Dit staat in 1 voorstel" in asked
    assert post(client, page, tekst=PERSON, versie="", actie="wis").status_code == 303

    with app.app_context():
        decided, waits = db.session.scalars(select(Proposal).order_by(Proposal.id))
        assert decided.message == "Mail naar [gewist]"
        assert PERSON not in str((decided.base, decided.data, decided.proposer_mail)).casefold()
        assert (decided.proposer_name, decided.erased_at is None) == ("", False)
        assert waits.message == f"Bel {PERSON}"
        assert len(db.session.scalars(select(OutgoingMail)).all()) == 1


def test_erasing_leaves_what_is_no_text_of_people(app: Flask) -> None:
    id = made(app, entry(source="groenonderhoud gepubliceerd maatwerkbedrijf"))
    with app.app_context(), change() as under_way:
        assert history.erase(under_way, id, "groenonderhoud") == 1
        assert history.erase(under_way, id, "gepubliceerd") == 1
        assert history.erase(under_way, id, "maatwerkbedrijf") == 1
    (one,) = versions(app, id)
    assert one.data is not None
    assert one.data["source"] == "[gewist] [gewist] [gewist]"
    assert one.data["status"] == "gepubliceerd"
    assert one.data["offers"][0]["service"] == "groenonderhoud"
    assert one.data["werkvormen"][0]["key"] == "maatwerkbedrijf"


def test_one_version_alone_can_be_erased(app: Flask, client: FlaskClient) -> None:
    id = made(app, entry(email=PERSON))
    send(client, edit(id), phone="057 1")
    newest, oldest = versions(app, id)
    post(client, f"{history_of(id)}/wissen", tekst=PERSON, versie=str(oldest.id), actie="wis")
    kept = {one.id: one.data["email"] for one in versions(app, id) if one.data}
    assert kept == {newest.id: PERSON, oldest.id: erasing.MARK}


@pytest.mark.parametrize("text", ["jan", "   ja ", ""])
def test_a_text_that_stands_in_too_many_words_is_refused(app: Flask, client: FlaskClient, text: str) -> None:
    id = made(app, entry(email=PERSON))
    page = post(client, f"{history_of(id)}/wissen", tekst=text, actie="wis")
    assert page.status_code == 422
    assert errors(page)
    assert erasing.MARK not in str(versions(app, id))
    with app.app_context(), pytest.raises(EntryError), change() as under_way:
        history.erase(under_way, id, text)


def test_what_the_entry_says_now_is_warned_of(app: Flask, client: FlaskClient) -> None:
    id = made(app, entry(email=PERSON))
    page = post(client, f"{history_of(id)}/wissen", tekst=PERSON, actie="zoek")
    assert "wat de organisatie nu zegt" in said(page)
    assert fields(page, "form.narrow")["tekst"] == PERSON
    assert "geen enkele versie" in said(
        post(client, f"{history_of(id)}/wissen", tekst="niemand", actie="wis")
    )


def test_only_a_beheerder_erases(app: Flask) -> None:
    id = made(app, entry())
    assert entered(app, Role.REGISSEUR).get(f"{history_of(id)}/wissen").status_code == 403


def test_a_restored_version_has_nothing_where_a_text_was_erased(app: Flask) -> None:
    id = made(app, entry(email=PERSON, phone="057 1"))
    with app.app_context():
        with change() as under_way:
            entries.save(under_way, EntryData(id=id, name="De Proef"))
        with change() as under_way:
            history.erase(under_way, id, PERSON)
        oldest = history.versions(history.ENTRY, str(id))[-1]
        with change() as under_way:
            assert editing.restored(under_way, id, oldest.id).is_changed
    again = read(app, id)
    assert (again.email, again.phone) == ("", "057 1")


def test_the_account_of_a_change_is_known_until_it_is_gone(app: Flask, client: FlaskClient) -> None:
    id = made(app, entry())
    send(client, edit(id), phone="057 1")
    assert versions(app, id)[0].who
    with app.app_context():
        db.session.execute(delete(Account))
        db.session.commit()
    assert versions(app, id)[0].who == ""
