"""Pages about accounts: made, changed, closed and opened by a beheerder; the own account; a lost password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from catalogue.config import Mail, Settings
from catalogue.curation import account_keeping, account_mail, accounts
from catalogue.curation.passwords import PasswordError
from catalogue.extensions import db
from catalogue.models import Account, OutgoingMail, RateMark, Role
from tests.builders import app_with
from tests.curation.room import LOGIN, PASSWORD, Known, account, entered, errors, log_in, post, visitor

NEW = "/beheer/accounts/nieuw"
OTHER = "nog vier andere woorden"


@pytest.fixture
def mailing(database: Settings) -> Iterator[Flask]:
    """The site with a mail server set up (which nobody asks here)."""
    settings = replace(
        database, url="https://catalogus.example", mail=Mail("mail.example", sender="a@catalogus.example")
    )
    with app_with(settings) as app:
        yield app


def of(app: Flask, email: str) -> Account:
    found = accounts.find(email)
    assert found is not None
    return found


def link_on(page: str) -> str:
    field = BeautifulSoup(page, "html.parser").select_one("input#link")
    assert field is not None, page
    return re.sub(r"^https?://[^/]+", "", str(field["value"]))


def choose(client: FlaskClient, link: str, password: str = PASSWORD) -> None:
    answer = post(client, link, wachtwoord=password, wachtwoord_opnieuw=password)
    assert answer.status_code == 303, answer.text


def mails(app: Flask) -> list[OutgoingMail]:
    with app.app_context():
        return list(db.session.scalars(select(OutgoingMail)))


def test_a_beheerder_makes_an_account_whose_owner_chooses_the_password(app: Flask) -> None:
    client = entered(app)
    page = post(client, NEW, email="Nieuw@voorbeeld.be", rol="regisseur", regios=["westhoek"])
    assert page.status_code == 200
    assert "De link gaat niet per mail" in page.text
    assert mails(app) == []

    other = visitor(app)
    choose(other, link_on(page.text))
    log_in(other, "nieuw@voorbeeld.be")
    assert other.get("/beheer").status_code == 200
    assert "Westhoek" in client.get("/beheer/accounts").text


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"email": "geen adres", "rol": "beheerder"}, "geen geldig mailadres"),
        ({"email": "", "rol": "beheerder"}, "Vul een e-mailadres in."),
        ({"email": "a@voorbeeld.be", "rol": "regisseur"}, "minstens één regio"),
        ({"email": "a@voorbeeld.be", "rol": "baas"}, "geldig"),
        ({"email": "a@voorbeeld.be", "rol": "regisseur", "regios": ["nergens"]}, "geldig"),
    ],
)
def test_a_faulty_new_account_keeps_what_was_typed(app: Flask, fields: dict[str, str], message: str) -> None:
    page = post(entered(app), NEW, fields)

    assert page.status_code == 422
    assert message in errors(page)
    assert f'value="{fields["email"]}"' in page.text
    with app.app_context():
        assert len(account_keeping.everybody()) == 1


def test_an_account_that_is_there_already_is_refused(app: Flask) -> None:
    with app.app_context():
        known = account()
    page = post(entered(app), NEW, email=known.email, rol="beheerder")

    assert page.status_code == 422
    assert "Er is al een account" in errors(page)


def test_a_beheerder_changes_what_an_account_may_do(app: Flask) -> None:
    client = entered(app)
    with app.app_context():
        known = account(regions=["westhoek"])
    path = f"/beheer/accounts/{known.id}"
    assert post(client, path, rol="beheerder").location == path
    with app.app_context():
        assert (of(app, known.email).role, of(app, known.email).regions) == ("beheerder", [])
    post(client, path, rol="regisseur", regios=["westhoek"])
    with app.app_context():
        assert [region.slug for region in of(app, known.email).regions] == ["westhoek"]
    assert post(client, path, rol="regisseur").status_code == 422


def test_a_closed_account_comes_nowhere_until_it_is_opened(app: Flask) -> None:
    client = entered(app)
    with app.app_context():
        known = account()
        link = accounts.one_time_link(of(app, known.email))
    theirs = visitor(app)
    log_in(theirs, known.email)
    path = f"/beheer/accounts/{known.id}"
    post(client, f"{path}/sluiten", page=path)

    assert theirs.get("/beheer").status_code == 303
    assert post(theirs, LOGIN, email=known.email, wachtwoord=PASSWORD).status_code == 422
    assert theirs.get(f"/beheer/wachtwoord/{link}").status_code == 410
    assert "gesloten" in client.get("/beheer/accounts").text
    assert "Heropen" in post(client, f"{path}/link", page=path).text or mails(app) == []

    post(client, f"{path}/heropenen", page=path)
    assert log_in(theirs, known.email).location == "/beheer"


def test_the_last_beheerder_cannot_be_closed_or_become_a_regisseur(app: Flask) -> None:
    client = entered(app)
    with app.app_context():
        known = next(one for one in account_keeping.everybody() if one.is_beheerder)
        path = f"/beheer/accounts/{known.id}"
        # Invited, and never there: this one cannot help.
        accounts.add("ander@voorbeeld.be", Role.BEHEERDER)

    closed = post(client, f"{path}/sluiten", page=path)
    demoted = post(client, path, rol="regisseur", regios=["westhoek"])

    assert closed.status_code == demoted.status_code == 422
    assert "laatste open beheerder" in errors(closed)
    assert "laatste open beheerder" in errors(demoted)
    assert client.get("/beheer/accounts").status_code == 200


def test_a_beheerder_who_is_not_the_last_can_step_down(app: Flask) -> None:
    with app.app_context():
        first, second = account(Role.BEHEERDER), account(Role.BEHEERDER)
        account_keeping.close(of(app, first.email))
        with pytest.raises(account_keeping.LastBeheerderError):
            account_keeping.change_rights(of(app, second.email), Role.REGISSEUR, ["westhoek"])
        account_keeping.reopen(of(app, first.email))
        account_keeping.change_rights(of(app, second.email), Role.REGISSEUR, ["westhoek"])
        assert of(app, second.email).role == "regisseur"


def test_a_new_link_ends_the_older_and_a_new_password_the_sessions(app: Flask) -> None:
    client = entered(app)
    with app.app_context():
        known = account()
    theirs = visitor(app)
    log_in(theirs, known.email)
    path = f"/beheer/accounts/{known.id}"
    older = link_on(post(client, f"{path}/link", page=path).text)
    newer = link_on(post(client, f"{path}/link", page=path).text)
    other = visitor(app)

    assert other.get(older).status_code == 410
    choose(other, newer, OTHER)
    assert theirs.get("/beheer").status_code == 303


def test_a_beheerder_ends_the_sessions_and_the_second_step_of_somebody(app: Flask) -> None:
    client = entered(app)
    with app.app_context():
        known = account()
        found = of(app, known.email)
        found.totp_salt, found.recovery_hashes = "zout", ["x"]
        db.session.commit()
    path = f"/beheer/accounts/{known.id}"
    assert "met tweede stap" in client.get("/beheer/accounts").text
    post(client, f"{path}/tweede-stap-uit", page=path)
    theirs = visitor(app)
    log_in(theirs, known.email)
    post(client, f"{path}/overal-afmelden", page=path)

    assert theirs.get("/beheer").status_code == 303


def test_an_account_that_is_not_there_answers_404(app: Flask) -> None:
    client = entered(app)
    assert client.get("/beheer/accounts/999").status_code == 404
    assert post(client, "/beheer/accounts/999/sluiten", page="/beheer/account").status_code == 404


def test_an_invitation_goes_by_mail_where_mail_is_set_up(mailing: Flask) -> None:
    page = post(entered(mailing), NEW, email="nieuw@voorbeeld.be", rol="beheerder")
    [mail] = mails(mailing)

    assert "gaat ook per mail" in page.text
    assert mail.recipient == "nieuw@voorbeeld.be"
    assert f"https://catalogus.example{link_on(page.text)}" in mail.body
    assert "3 dagen lang" in mail.body
    assert "{" not in mail.body + mail.subject


@pytest.fixture
def own(app: Flask) -> tuple[FlaskClient, Known]:
    """Somebody who is logged in."""
    with app.app_context():
        known = account()
    client = visitor(app)
    log_in(client, known.email)
    return client, known


def test_somebody_chooses_another_password_and_stays_logged_in_here_only(
    app: Flask, own: tuple[FlaskClient, Known]
) -> None:
    client, known = own
    elsewhere = visitor(app)
    log_in(elsewhere, known.email)
    answer = post(
        client,
        "/beheer/account/wachtwoord",
        wachtwoord_nu=PASSWORD,
        wachtwoord=OTHER,
        wachtwoord_opnieuw=OTHER,
    )

    assert answer.location == "/beheer/account"
    assert client.get("/beheer").status_code == 200
    assert elsewhere.get("/beheer").status_code == 303
    assert log_in(elsewhere, known.email, OTHER).location == "/beheer"


@pytest.mark.parametrize(
    ("now", "new", "again", "message"),
    [
        ("een ander woord hier", OTHER, OTHER, "niet uw wachtwoord van nu"),
        ("", OTHER, OTHER, "Vul uw wachtwoord in."),
        (PASSWORD, "kort", "kort", "minstens 12"),
        (PASSWORD, OTHER, "iets anders dan dat", "niet gelijk"),
    ],
)
def test_a_password_is_not_changed_without_the_old_one_or_to_a_bad_one(
    own: tuple[FlaskClient, Known], now: str, new: str, again: str, message: str
) -> None:
    client, known = own
    answer = post(
        client, "/beheer/account/wachtwoord", wachtwoord_nu=now, wachtwoord=new, wachtwoord_opnieuw=again
    )

    assert answer.status_code == 422
    assert message in errors(answer)
    assert log_in(visitor(client.application), known.email).location == "/beheer"


def test_somebody_logs_out_everywhere(app: Flask, own: tuple[FlaskClient, Known]) -> None:
    client, known = own
    elsewhere = visitor(app)
    log_in(elsewhere, known.email)
    answer = post(client, "/beheer/account/overal-afmelden", page="/beheer/account")

    assert answer.location == LOGIN
    assert client.get("/beheer").status_code == elsewhere.get("/beheer").status_code == 303


FORGOTTEN = "/beheer/wachtwoord-vergeten"


def test_who_lost_the_password_gets_a_link_by_mail_and_a_stranger_the_same_answer(mailing: Flask) -> None:
    with mailing.app_context():
        known = account()
    client = visitor(mailing)
    first = post(client, FORGOTTEN, email=f" {known.email.upper()} ")
    stranger = post(client, FORGOTTEN, email="niemand@voorbeeld.be")

    assert first.status_code == stranger.status_code == 200
    assert first.text == stranger.text
    [mail] = mails(mailing)
    assert mail.recipient == known.email
    assert "2 uur lang" in mail.body
    found = re.search(r"https://catalogus\.example(/beheer/wachtwoord/\S+)", mail.body)
    assert found
    # A scanner of mails opens links: that changes nothing.
    assert client.get(found[1], base_url="https://catalogus.example").status_code == 200
    with mailing.app_context():
        accounts.redeem(found[1].rpartition("/")[2], OTHER)
        with pytest.raises(accounts.LinkError):
            accounts.redeem(found[1].rpartition("/")[2], OTHER)


def test_a_closed_account_gets_no_link(mailing: Flask) -> None:
    with mailing.app_context():
        account(Role.BEHEERDER)
        known = account()
        account_keeping.close(of(mailing, known.email))
    assert post(visitor(mailing), FORGOTTEN, email=known.email).status_code == 200
    assert mails(mailing) == []


def test_asking_for_links_is_slowed_down(mailing: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = visitor(mailing)
    for _ in range(account_mail.RESET_LIMIT):
        assert post(client, FORGOTTEN, email="niemand@voorbeeld.be").status_code == 200
    answer = post(client, FORGOTTEN, email="niemand@voorbeeld.be")
    assert answer.status_code == 429
    assert "Probeer het over 60 minuten opnieuw" in errors(answer)
    assert post(client, FORGOTTEN, email="ander@voorbeeld.be").status_code == 200

    monkeypatch.setattr(account_mail, "RESET_NETWORK_LIMIT", 5)
    assert post(client, FORGOTTEN, email="nog@voorbeeld.be").status_code == 429
    with mailing.app_context():
        assert all("niemand" not in mark.key_hash for mark in db.session.scalars(select(RateMark)))


def test_a_link_never_leads_where_the_asker_says(database: Settings) -> None:
    """Without CATALOGUE_URL the address of the site is what the request says; so no link goes by mail."""
    with app_with(replace(database, mail=Mail("mail.example", sender="a@catalogus.example"))) as app:
        with app.app_context():
            known = account()
        client = visitor(app)
        page = client.post(FORGOTTEN, data={"email": known.email}, headers={"Host": "elders.example"})
        assert page.status_code == 422
        assert mails(app) == []


def test_without_a_mail_server_the_page_says_whom_to_ask(app: Flask) -> None:
    page = visitor(app).get(FORGOTTEN)
    assert page.status_code == 200
    assert "Vraag een beheerder" in page.text
    assert visitor(app).post(FORGOTTEN, data={"email": "a@voorbeeld.be"}).status_code == 422


def test_every_sentence_of_the_mails_is_used_and_filled() -> None:
    assert set(account_mail.sentences()) == {"nieuw", "nieuw-onderwerp", "vergeten", "vergeten-onderwerp"}


def test_a_password_that_is_the_mail_address_is_refused_for_the_own_account(app: Flask) -> None:
    with app.app_context(), pytest.raises(PasswordError):
        accounts.change_password(of(app, account(email="lieveling@voorbeeld.be").email), "lieveling2026")


def test_the_page_of_the_post_shows_what_waits_and_acts_on_it(app: Flask) -> None:
    client = entered(app)
    assert "Geen enkele mail" in client.get("/beheer/post").text
    with app.app_context():
        for key in ("een", "twee"):
            db.session.add(
                OutgoingMail(
                    key=key,
                    recipient="iemand@voorbeeld.be",
                    subject=f"Mail {key}",
                    body="een geheime link",
                    created_at=accounts.datetime.now(accounts.UTC),
                    attempts=5,
                    fault="450 later",
                )
            )
        db.session.commit()
        first, second = db.session.scalars(select(OutgoingMail.id).order_by(OutgoingMail.id))
    page = client.get("/beheer/post")
    assert "niet aangenomen na 5 pogingen" in page.text
    assert "450 later" in page.text
    assert "een geheime link" not in page.text
    assert re.search(r"Post.{0,80}room__count.{0,5}2", page.text)

    post(client, f"/beheer/post/{first}/opnieuw", page="/beheer/post")
    post(client, f"/beheer/post/{second}/laten", page="/beheer/post")
    page = client.get("/beheer/post")
    assert "Geen enkele mail" in page.text
    again = post(client, f"/beheer/post/{second}/laten", page="/beheer/post")
    assert again.status_code == 303
    assert "wacht niet meer op een beslissing" in client.get("/beheer/post").text
