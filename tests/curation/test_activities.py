"""Actions and events: added, changed, removed and brought back, each regisseur within the own regions."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from catalogue.curation import activities
from catalogue.curation.activities import ActivityData, GoneError
from catalogue.curation.history import versions
from catalogue.curation.write import Actor
from catalogue.models import Role
from tests.curation.room import entered, errors, post

ACTIONS = "/beheer/cijfers/acties"
NEW = f"{ACTIONS}/nieuw"
FULL = {
    "jaar": "2026",
    "dag": "2026-05-20",
    "doelstelling": "Besturen kennen het aanbod",
    "actie": "Beursvloer\nin Ieper",
    "indicator": "deelnemende besturen",
    "realisatie": "14 van de 18",
    "deelnemers": "62",
    "regio": "westhoek",
}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return entered(app)


def made(app: Flask, **values: object) -> int:
    with app.app_context():
        return activities.add(Actor(), ActivityData(**{"year": 2026, "action": "Beursvloer"} | values))  # type: ignore[arg-type]


def test_an_action_is_added_shown_and_changed(app: Flask, client: FlaskClient) -> None:
    answer = post(client, NEW, FULL)
    assert (answer.status_code, answer.location) == (303, f"{ACTIONS}?jaar=2026")
    page = client.get(answer.location).text
    for text in ("Besturen kennen het aanbod", "20 mei 2026", "62 deelnemers", "14 van de 18", "Westhoek"):
        assert text in page
    with app.app_context():
        known = activities.of_year(2026)[0]
    assert known.data == ActivityData(
        2026,
        "Beursvloer\nin Ieper",
        date(2026, 5, 20),
        "Besturen kennen het aanbod",
        "deelnemende besturen",
        "14 van de 18",
        62,
        "westhoek",
    )

    one = f"{ACTIONS}/{known.id}"
    assert "2026-05-20" in client.get(one).text
    assert post(client, one, FULL | {"realisatie": "", "deelnemers": "", "dag": ""}).status_code == 303
    with app.app_context():
        changed = activities.read(known.id)
        actions = [version.action for version in versions(activities.KIND, str(known.id))]
    assert changed is not None
    assert (changed.day, changed.result, changed.participants) == (None, "", None)
    assert actions == ["gewijzigd", "nieuw"]


def test_a_removed_action_comes_back_whole(app: Flask, client: FlaskClient) -> None:
    id_ = made(app, objective="Doel", participants=0, day=date(2026, 1, 1))
    with app.app_context():
        before = activities.read(id_)
    answer = post(client, f"{ACTIONS}/{id_}/verwijder", page=f"{ACTIONS}?jaar=2026")
    assert answer.status_code == 303
    listed = client.get(answer.location)
    assert "Ongedaan maken" in listed.text
    assert not BeautifulSoup(listed.text, "html.parser").select(".actions li")

    answer = post(client, f"{ACTIONS}/{id_}/herstel", page=answer.location)
    assert answer.status_code == 303
    with app.app_context():
        assert activities.read(id_) == before
        assert activities.removed(id_) is None
        with pytest.raises(GoneError):
            activities.restore(Actor(), id_)
    assert client.get(f"{ACTIONS}?jaar=2026&verwijderd={id_}").text.count("Ongedaan maken") == 0


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("actie", "", "Vul in wat de actie is."),
        ("actie", " \n ", "Vul in wat de actie is."),
        ("jaar", "", "Vul het jaar in."),
        ("jaar", "twee", "Vul een jaar in"),
        ("jaar", "1999", "Vul een jaar in"),
        ("jaar", "2101", "Vul een jaar in"),
        ("dag", "2025-12-31", "De dag ligt niet in het jaar"),
        ("dag", "31 februari", ""),
        ("deelnemers", "-1", "Vul een aantal in"),
        ("deelnemers", "12,5", "Vul een aantal in"),
        ("deelnemers", "9999999999999", "Vul een aantal in"),
        ("doelstelling", "x" * 2001, "Houd het korter"),
        ("regio", "nergens", ""),
    ],
)
def test_a_mistake_is_named_and_nothing_typed_is_lost(
    app: Flask, client: FlaskClient, field: str, value: str, message: str
) -> None:
    page = post(client, NEW, FULL | {field: value})

    assert page.status_code == 422
    assert message in errors(page)
    links = {str(link["href"]) for link in BeautifulSoup(page.text, "html.parser").select(".errors a")}
    assert f"#{field}" in links
    for name, typed in FULL.items():
        if name not in (field, "regio"):
            assert typed.splitlines()[0] in page.text, name
    if field in ("jaar", "deelnemers", "dag") and value:
        assert f'value="{value}"' in page.text
    with app.app_context():
        assert activities.years() == []


def test_a_regisseur_writes_for_the_own_regions_and_for_all_together(app: Flask) -> None:
    own, others = made(app, region="westhoek"), made(app, region="zuid-west-vlaanderen")
    shared = made(app)
    client = entered(app, Role.REGISSEUR, ("westhoek",))

    assert client.get(f"{ACTIONS}/{own}").status_code == 200
    assert client.get(f"{ACTIONS}/{shared}").status_code == 200
    assert client.get(f"{ACTIONS}/{others}").status_code == 403
    page = f"{ACTIONS}?jaar=2026"
    assert post(client, f"{ACTIONS}/{others}/verwijder", page=page).status_code == 403
    assert post(client, NEW, FULL | {"regio": "zuid-west-vlaanderen"}).status_code == 422
    assert post(client, NEW, FULL).status_code == 303
    with app.app_context():
        activities.remove(Actor(), others)
    assert post(client, f"{ACTIONS}/{others}/herstel", page=page).status_code == 403
    assert "Ongedaan maken" not in client.get(f"{page}&verwijderd={others}").text


def test_what_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get(f"{ACTIONS}/7").status_code == 404
    for done in ("verwijder", "herstel"):
        assert post(client, f"{ACTIONS}/7/{done}", page=NEW).status_code == 404
    assert client.get(f"{ACTIONS}/{2**40}").status_code == 404
    assert client.get(f"{ACTIONS}/{10**30}").status_code == 404
    for odd in ("jaar=x", "jaar=99999", "jaar=²", "verwijderd=x", "verwijderd=999999999"):
        assert client.get(f"{ACTIONS}?{odd}").status_code == 200


def test_an_old_token_keeps_what_was_typed(app: Flask, client: FlaskClient) -> None:
    answer = client.post(NEW, data=FULL | {"csrf_token": "oud"})

    assert answer.status_code in (400, 422)
    assert "Besturen kennen het aanbod" in answer.text
    with app.app_context():
        assert activities.years() == []
