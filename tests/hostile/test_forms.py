"""Every form of the site, filled in with anything: never a fault of ours, never markup given back."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from catalogue.config import Contact, Mail, Settings
from catalogue.curation import upload_progress
from catalogue.extensions import db
from tests import cluster
from tests.builders import app_with, copied
from tests.hostile.corpus import TEXTS
from tests.hostile.filled import FOR_CAREFUL, FOR_HALF, FOR_STRANGERS, PAGES, fill, who_fills_in
from tests.hostile.forms import TOKENS, Fields, Form, changed, forms
from tests.hostile.test_corpus import assert_unharmed, on_time

# What a refused, kept or lost form answers.
ANSWERS = {200, 303, 400, 401, 403, 404, 409, 410, 413, 422, 429}
# Texts that stand once in every field there is.
ALONE = ("closing markup", "more digits than a number has")
# Uploads that these forms start to work at: a process each, which the tests of the import let run.
STARTS_WORK = ("columns", "answers_", "apply", "again", "undo_")
# What can be done once: after it the catalogue begins again, or every later answer is that it was done.
ONCE = (
    "answers.change",
    "answers.stop",
    "curation.edit_entry",
    "curation.free_word_page",
    "curation.mapping_list",
    "curation.proposal",
)
TRIES = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STRANGE = st.one_of(
    st.none(),
    st.sampled_from(list(TEXTS.values())),
    st.text(max_size=40),
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(str),
    st.sampled_from(
        ["-1", "0", "1", "2", "7", "on", "weiger", "publiceer", "bewaar", "Ieper", "8900", "strijk"]
    ),
)


@dataclass(frozen=True)
class Ground:
    """A site with something of everything, how its catalogue was at first, and what addresses are made of."""

    site: Flask
    at_first: Settings
    made: Mapping[str, object]

    def begin_again(self) -> None:
        """The catalogue as it was at first, under the same site."""
        settings: Settings = self.site.config["SETTINGS"]
        with self.site.app_context():
            db.session.remove()
            db.engine.dispose()
        if settings.database_url:
            cluster.drop(settings.database_url)
            cluster.create(settings.database_url, like=self.at_first.database_url)
            return
        for part in settings.data.glob("catalogue.db*"):
            part.unlink()
        shutil.copy(self.at_first.data / "catalogue.db", settings.data / "catalogue.db")


@pytest.fixture(scope="module")
def ground(vocabularies: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("forms")
    known = {
        "url": "http://localhost",
        "contact": Contact("Regisseur", "regie@voorbeeld.be"),
        # Nobody sends these mails: they only wait.
        "mail": Mail(host="127.0.0.1", port=9, sender="catalogus@voorbeeld.be"),
    }
    with copied(vocabularies, folder / "at-first", **known) as at_first:
        with app_with(at_first) as app:
            made = fill(app)
        with copied(at_first, folder / "data") as settings, app_with(settings) as site:
            # As in service: a fault becomes a page, and a 500 can be seen.
            site.testing = False
            site.config["PROPAGATE_EXCEPTIONS"] = False
            yield Ground(site, at_first, made)


@pytest.fixture(scope="module")
def browsers(ground: Ground) -> Mapping[str, FlaskClient]:
    """A browser of each kind of person."""
    return {
        kind: who_fills_in(ground.site, endpoint, ground.made)
        for kind, endpoint in {"half": FOR_HALF[0], "careful": FOR_CAREFUL[0], "beheerder": ""}.items()
    }


@dataclass
class Person:
    """Somebody with a form before them."""

    client: FlaskClient
    form: Form
    is_stranger: bool
    answers: Counter[int] = field(default_factory=Counter)

    def send(self, fields: Fields) -> TestResponse:
        body = urlencode(fields, errors="surrogatepass")
        number = self.answers.total()
        # A stranger comes from another network each time, so that no brake hides the form.
        address = f"10.{number >> 8 & 255}.{number & 255}.1" if self.is_stranger else "127.0.0.1"
        with on_time(self.form.action):
            answer = self.client.post(
                self.form.action,
                data=body,
                content_type="application/x-www-form-urlencoded",
                environ_base={"REMOTE_ADDR": address},
            )
        where = f"{self.form.action} with {body[:300]}"
        assert_unharmed(answer, where)
        assert answer.status_code in ANSWERS, f"{where} answered {answer.status_code}"
        self.answers[answer.status_code] += 1
        return answer

    def look(self, answer: TestResponse) -> None:
        """Go where the answer leads: what was kept is shown there."""
        if answer.status_code == 303:
            assert_unharmed(self.client.get(answer.location), f"{answer.location} after {self.form.action}")


@pytest.fixture
def person(ground: Ground, browsers: Mapping[str, FlaskClient], endpoint: str) -> Iterator[Person]:
    ground.begin_again()
    site, kind = ground.site, kind_of(endpoint)
    # A browser without the audit of pages: these are looked over by their own tests.
    client = FlaskClient(site, site.response_class)
    if kind in browsers:
        client._cookies = dict(browsers[kind]._cookies or {})
    page = client.get(PAGES[endpoint].format(**ground.made))
    found = dict(forms(site, page))
    assert endpoint in found, f"no form for {endpoint} on its page ({page.status_code})"
    is_work = endpoint.removeprefix("curation.upload_") in STARTS_WORK
    with ExitStack() as locked:
        for number in (1, 2, 3) if is_work else ():
            lock = upload_progress.claim(site.config["SETTINGS"].data / "imports", number)
            locked.callback(upload_progress.release, lock)
        yield Person(client, found[endpoint], is_stranger=kind == "stranger")


def kind_of(endpoint: str) -> str:
    """Who fills in the form of this endpoint."""
    if endpoint in FOR_HALF:
        return "half"
    if endpoint in FOR_CAREFUL:
        return "careful"
    return "beheerder" if endpoint.startswith("curation.") and endpoint not in FOR_STRANGERS else "stranger"


def rounds(form: Form) -> Iterator[dict[str, str | None]]:
    """Values for the fields of a form, until every text stood in a field, and in each field stood some."""
    if not form.names:
        yield {"onbekend": "".join(TEXTS.values())}
        return
    texts = cycle(TEXTS.values())
    for _ in range(max(-(-len(TEXTS) // len(form.names)), 2)):
        yield dict(zip(form.names, islice(texts, len(form.names)), strict=True))
        # In the next round every text stands in another field.
        next(texts)


def test_every_form_of_the_site_is_filled_in(ground: Ground) -> None:
    routes = ground.site.url_map.iter_rules()
    takes_forms = {rule.endpoint for rule in routes if "POST" in (rule.methods or ())}

    assert takes_forms - PAGES.keys() == set(), "routes whose form nobody fills in"
    assert PAGES.keys() - takes_forms == set(), "forms of routes that are gone"


@pytest.mark.parametrize("endpoint", PAGES)
def test_every_text_in_a_form_is_only_text(ground: Ground, person: Person, endpoint: str) -> None:
    # One field at a time: what stands beside it is good, so that this one is read to the end.
    alone: list[dict[str, str | None]] = [{name: TEXTS[text]} for text in ALONE for name in person.form.names]
    for values in [*alone, *rounds(person.form)]:
        answer = person.send(changed(person.form.fields, values))
        person.look(answer)
        if answer.status_code == 303 and endpoint in ONCE:
            ground.begin_again()

    # Else the form itself was never read.
    refused_at_the_door = {401, 403, 404} if endpoint != "curation.logout" else set()
    assert person.answers.keys() - refused_at_the_door, person.answers


@pytest.mark.parametrize("endpoint", ["curation.text", "proposals.propose", "proposals.propose_new"])
def test_a_token_of_any_shape_is_refused(person: Person) -> None:
    [token] = [name for name, _ in person.form.fields if name in TOKENS]
    for text in TEXTS.values():
        assert person.send(changed(person.form.fields, {token: text})).status_code in (400, 422)


@pytest.mark.parametrize("endpoint", PAGES)
@TRIES
@given(data=st.data())
def test_a_form_with_anything_changed_left_out_or_said_twice_is_answered(
    person: Person, data: st.DataObject
) -> None:
    names = [*person.form.names, "onbekend"]
    values = data.draw(st.dictionaries(st.sampled_from(names), STRANGE, max_size=6))
    twice = data.draw(st.lists(st.tuples(st.sampled_from(names), STRANGE), max_size=2))
    fields = changed(person.form.fields, values)
    person.send([*fields, *((name, value) for name, value in twice if value is not None)])
