"""The server that `catalogue run` starts: visitors share its workers, and nothing else."""

from __future__ import annotations

import re
import urllib.parse
import urllib.request
from http.client import HTTPResponse
from http.cookiejar import CookieJar

from tests.browser.conftest import Site
from tests.curation.room import PASSWORD

# More than the workers of the server, so that each of them answers.
ROUNDS = 8


class Visitor:
    """A visitor with cookies of its own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> tuple[HTTPResponse, str]:
        with self.opener.open(self.site.url + path, timeout=20) as answer:
            return answer, answer.read().decode()

    def send(self, path: str, **fields: str) -> str:
        """Fill in the form of a page; gives the address that it leads to."""
        _, page = self.get(path)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        data = urllib.parse.urlencode({"csrf_token": token[1], **fields}).encode()
        with self.opener.open(self.site.url + path, data=data, timeout=20) as answer:
            return str(answer.url)


def test_who_is_logged_in_is_nobody_elses_business(site: Site) -> None:
    link = re.search(r"/beheer/wachtwoord/[\w-]+", site.command("user", "add", "een@voorbeeld.be"))
    assert link
    regisseur = Visitor(site)
    regisseur.send(link[0], wachtwoord=PASSWORD, wachtwoord_opnieuw=PASSWORD)
    arrived = regisseur.send("/beheer/aanmelden", email="een@voorbeeld.be", wachtwoord=PASSWORD)
    assert arrived.endswith("/beheer")

    for _ in range(ROUNDS):
        assert "een@voorbeeld.be" in regisseur.get("/beheer")[1]
        answer, page = Visitor(site).get("/beheer")
        assert "/beheer/aanmelden" in answer.url
        assert "een@voorbeeld.be" not in page


def test_every_form_gets_a_token_with_its_cookie(site: Site) -> None:
    for _ in range(ROUNDS):
        answer, _ = Visitor(site).get("/beheer/aanmelden")
        assert "beheer=" in answer.headers["Set-Cookie"]


def test_every_answer_has_a_nonce_of_its_own(site: Site) -> None:
    policies = [Visitor(site).get("/")[0].headers["Content-Security-Policy"] for _ in range(ROUNDS)]

    assert len({re.search(r"'nonce-([^']+)'", policy)[1] for policy in policies}) == ROUNDS  # type: ignore[index]
