"""What a visitor, a program and a monitor see of a site with a fault, and of one that is whole."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

PAGES = (
    "/",
    "/zoeken?q=groenonderhoud",
    "/organisaties/de-proef",
    "/diensten",
    "/gemeenten/ieper",
    "/treden/5",
    "/kaart",
    "/kaart/ingebed",
    "/clausules?soort=diensten&raming=120000&dienst=groenonderhoud",
    "/sitemap.xml",
    "/export.csv",
    "/export.xlsx",
)
PROGRAMS = ("/api/v1/organisaties", "/api/v1/organisaties/de-proef", "/api/v1/diensten")
# These ask nothing of the database.
ALWAYS = {"/over": 200, "/privacy": 200, "/bestaat-niet": 404, "/gezondheid": 200}
WITH_DATABASE = PAGES + PROGRAMS + ("/kaart/punten.geojson",)
EMAIL, PASSWORD = "een@voorbeeld.be", "vier losse woorden hier"
TRACES = re.compile(r"traceback|sqlite|psycopg|sqlalchemy|\.py\b", re.IGNORECASE)


def codes(visitor: FlaskClient, paths: tuple[str, ...] = WITH_DATABASE) -> dict[str, int]:
    return {path: visitor.get(path).status_code for path in paths}


def assert_whole(visitor: FlaskClient, disk: str = "ok") -> None:
    """Every page answers; monitoring says so, or that the disk takes nothing more."""
    assert set(codes(visitor).values()) == {200}, codes(visitor)
    ready = visitor.get("/gezondheid/klaar")
    assert (ready.status_code, ready.get_json()["schijf"]) == (200 if disk == "ok" else 503, disk)
    assert visitor.get("/api/v1/organisaties?q=groenonderhoud").get_json()["totaal"] == 1


def assert_unavailable(visitor: FlaskClient) -> None:
    """503 with our own words for whom it is meant, and never how it looks inside."""
    for path in PAGES:
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60"), path
        soup = BeautifulSoup(answer.text, "html.parser")
        assert [h1.get_text() for h1 in soup.select("h1")] == ["Even niet beschikbaar"], path
        # What stands in a frame of another site has no menu.
        assert bool(soup.select_one("header nav a[href='/zoeken']")) == (path != "/kaart/ingebed"), path
        assert not TRACES.search(soup.get_text()), path
    for path in PROGRAMS:
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60"), path
        assert answer.get_json() == {"fout": {"veld": None, "melding": "Even niet beschikbaar"}}
    for path, code in ALWAYS.items():
        assert visitor.get(path).status_code == code, path
    ready = visitor.get("/gezondheid/klaar")
    assert (ready.status_code, ready.headers["Retry-After"]) == (503, "60")
    assert ready.get_json()["status"] == "fout"


def log_in(visitor: FlaskClient) -> int:
    """Fill in the log-in form; gives the status of the answer."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/beheer/aanmelden").text)
    assert token
    fields = {"csrf_token": token[1], "email": EMAIL, "wachtwoord": PASSWORD}
    return visitor.post("/beheer/aanmelden", data=fields).status_code
