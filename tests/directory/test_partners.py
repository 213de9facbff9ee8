"""The door for companies, on a small catalogue of its own; the client looks over each page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from catalogue.config import Settings
from catalogue.curation.entrydata import RecognitionData, WerkvormData
from catalogue.data import DataError, load
from catalogue.directory.live import Directory
from catalogue.directory.partner_message import SUBJECT, Message, compose
from catalogue.directory.partner_question import MAX_TEXT, SHOWN, PartnerQuestion, read
from catalogue.directory.partner_words import GIVEN, MESSAGES, partner_words, read_partner_words
from catalogue.directory.partners import Partners, find_partners
from catalogue.models.offer import SAMENWERKING
from tests.builders import IEPER, POPERINGE, VEURNE, entry, offer, organisations, site
from tests.directory.world import KORTRIJK, world

GOLDEN = Path(__file__).parent / "golden"
PACKERS = 12
TOMORROW = date.today() + timedelta(days=1)  # noqa: DTZ011
YESTERDAY = date.today() - timedelta(days=1)  # noqa: DTZ011


def fill() -> None:
    """Who packs in Ieper in several ways, and who does so elsewhere."""
    organisations(
        entry(
            "Atelier Zwijgt",
            offers=(offer("verpakken", f"nis:{IEPER}"),),
            recognitions=(RecognitionData("ISO 9001", "", TOMORROW), RecognitionData("VCA", "", YESTERDAY)),
        ),
        entry(
            "Ploeg bij U",
            email="info@ploeg.example",
            phone="057 00 00 00",
            offers=(
                offer("verpakken", f"nis:{IEPER}", samenwerking=("enclave", "bij-klant")),
                offer("strijk", f"nis:{VEURNE}", samenwerking=("eigen-atelier",)),
            ),
        ),
        entry(
            "Eigen Stek",
            website="https://stek.example",
            offers=(offer("verpakken", f"nis:{IEPER}", samenwerking=("eigen-atelier",)),),
        ),
        entry(
            "Ergens Anders Enclave",
            sites=(site(POPERINGE),),
            offers=(
                offer("verpakken", f"nis:{IEPER}"),
                offer("groenonderhoud", f"nis:{IEPER}", samenwerking=("enclave",)),
            ),
        ),
        entry(
            "Zorg voor Werk",
            werkvormen=(WerkvormData("arbeidszorg"),),
            offers=(offer("verpakken", f"nis:{IEPER}", samenwerking=("enclave",)),),
        ),
        entry("Strijk aan Zee", sites=(site(VEURNE),), offers=(offer("strijk", f"nis:{VEURNE}"),)),
        entry("Strijk in Poperinge", sites=(site(POPERINGE),), offers=(offer("strijk", f"nis:{POPERINGE}"),)),
        *(
            entry(
                f"Inpakker {number:02}",
                sites=(site(KORTRIJK),),
                offers=(offer("verpakken", f"nis:{KORTRIJK}"),),
            )
            for number in range(1, PACKERS + 1)
        ),
    )


@pytest.fixture(scope="module")
def partner_app(vocabularies: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site with the entries above."""
    with world(vocabularies, tmp_path_factory.mktemp("partners"), fill) as app:
        yield app


@pytest.fixture
def visitor(partner_app: Flask) -> FlaskClient:
    """A visitor whose every page is looked over."""
    return partner_app.test_client()


Read = Callable[..., PartnerQuestion]


@pytest.fixture
def ask(partner_app: Flask) -> Iterator[Read]:
    """Read a question from its parameters."""
    live: Directory = partner_app.extensions["directory"]
    with partner_app.app_context():

        def one(**parameters: str | list[str]) -> PartnerQuestion:
            return read(MultiDict(parameters), live.current().words, partner_words())

        yield one


@pytest.fixture
def find(partner_app: Flask, ask: Read) -> Callable[..., Partners]:
    """Find partners for a question given by its parameters."""
    live: Directory = partner_app.extensions["directory"]

    def one(**parameters: Any) -> Partners:
        question = ask(**parameters)
        return find_partners(live, question.criteria, question.samenwerking)

    return one


def page(client: FlaskClient, code: int = 200, **parameters: Any) -> BeautifulSoup:
    response = client.get("/samenwerken", query_string=parameters or None)
    assert response.status_code == code
    return BeautifulSoup(response.text, "html.parser")


def text(soup: BeautifulSoup) -> str:
    return " ".join(soup.main.text.split()) if soup.main else ""


def groups(soup: BeautifulSoup) -> dict[str, list[str]]:
    """The partners on a page by the heading above them."""
    return {
        " ".join(section.h3.text.split()): [link.text for link in section.select(".hit h4 a")]
        for section in soup.select("section.panel")
        if section.h3 and section.select(".hit")
    }


def names(hits: Sequence[Any]) -> list[str]:
    return [hit.entry.name for hit in hits]


def problems(question: PartnerQuestion) -> dict[str, str]:
    return {one.field: one.message for one in question.problems}


# The question.


def test_without_a_question_nothing_is_wrong_and_every_field_says_why_it_is_asked(
    visitor: FlaskClient,
) -> None:
    soup = page(visitor)
    assert not soup.select(".errors")
    fields = soup.select("form[action='/samenwerken'] [name]")
    assert {field["name"] for field in fields} == set(partner_words().fields)
    for field in fields:
        around = field.find_parent("fieldset") or field
        assert str(around.get("aria-describedby", "")).endswith("-uitleg"), field


def test_every_form_of_cooperation_is_explained(visitor: FlaskClient) -> None:
    shown = text(page(visitor))
    for form in partner_words().forms.values():
        assert form.uitleg in shown
    assert list(SAMENWERKING) == sorted(partner_words().forms, key=list(SAMENWERKING).index)


@pytest.mark.parametrize(
    ("parameters", "field", "said"),
    [
        ({"q": "poetsen", "waar": "Nergensland"}, "waar", "‘Nergensland’"),
        ({"q": "poetsen", "waar": "Ieper", "straal": "ver"}, "straal", "‘ver’ is geen afstand"),
        ({"q": "poetsen", "waar": "Ieper", "straal": "0"}, "straal", "geen afstand"),
        ({"q": "poetsen", "waar": "Ieper", "straal": "301"}, "straal", "geen afstand"),
        ({"q": "poetsen", "straal": "10"}, "straal", "vanaf één gemeente"),
        ({"q": "poetsen", "waar": "Westhoek", "straal": "10"}, "straal", "vanaf één gemeente"),
        ({"q": "poetsen", "samenwerking": "dansen"}, "samenwerking", "‘dansen’"),
        ({"q": "poetsen", "ritme": "nooit"}, "ritme", "‘nooit’"),
        ({"q": "poetsen", "kwaliteit": "iso-1"}, "kwaliteit", "‘iso-1’"),
        ({"q": "poetsen", "volume": "x" * (MAX_TEXT + 1)}, "volume", "hoogstens 300 tekens"),
        ({"q": "p " * 300}, "q", "hoogstens 400 tekens"),
        ({"waar": "Ieper"}, "q", "Zeg welk werk"),
    ],
)
def test_a_bad_value_is_named_at_its_field_and_nothing_is_lost(
    visitor: FlaskClient, ask: Read, parameters: dict[str, Any], field: str, said: str
) -> None:
    assert said in problems(ask(**parameters))[field]
    soup = page(visitor, **parameters)
    assert soup.title and soup.title.text.startswith("Fout: ")
    assert soup.select_one(f".errors a[href='#{field}']")
    at_field = soup.select_one(f"#{field}-fout")
    assert at_field and said in at_field.text
    for name, value in parameters.items():
        box = soup.select_one(f"input[name={name}]:not([type=checkbox])")
        if box:
            assert box["value"] == " ".join(value.split())


def test_choices_are_ticked_again(visitor: FlaskClient) -> None:
    chosen = {"samenwerking": ["enclave", "levering"], "kwaliteit": ["vca"], "ritme": "seizoen"}
    soup = page(visitor, q="inpakken", **chosen)
    assert {box["value"] for box in soup.select("input[checked]")} == {"enclave", "levering", "vca"}
    assert [option["value"] for option in soup.select("option[selected]")] == ["seizoen"]


def test_a_place_is_a_gemeente_a_postcode_a_region_or_some_of_them(ask: Read) -> None:
    assert ask(q="x", waar="8900").criteria.gemeente == (IEPER,)
    assert ask(q="x", waar="Ieper, Poperinge en Veurne").place == "Ieper, Poperinge en Veurne"
    several = ask(q="x", waar="Ieper; Westhoek")
    assert (several.criteria.gemeente, several.criteria.regio) == ((IEPER,), ("westhoek",))
    assert several.place == "Ieper en de regio Westhoek"
    assert ask(q="x", gemeente="ieper").place == "Ieper"


def test_with_a_distance_the_site_counts_and_not_the_work_area(ask: Read) -> None:
    criteria = ask(q="x", waar="Ieper", straal="12,5 km").criteria
    assert criteria.rond and criteria.rond.label == "Ieper"
    assert (criteria.straal, criteria.gemeente) == (12.5, ())


def test_a_service_of_another_page_stands_in_for_the_work(ask: Read) -> None:
    assert ask(dienst="strijk").q == "strijk"


def test_the_address_holds_the_whole_question(ask: Read) -> None:
    asked: dict[str, Any] = {
        "q": "inpakken",
        "waar": "Ieper",
        "straal": "10",
        "volume": "veel",
        "ritme": "wekelijks",
        "periode": "mei",
        "kwaliteit_tekst": "net",
        "samenwerking": ["bij-klant", "enclave"],
        "kwaliteit": ["vca"],
    }
    first = ask(**asked)
    assert not first.problems
    again = ask(**MultiDict(first.parameters()).to_dict(flat=False))
    assert again == first


# Who.


def test_those_who_state_the_form_come_first_and_nobody_is_hidden(find: Callable[..., Partners]) -> None:
    found = find(q="inpakken", waar="Ieper", samenwerking="enclave")
    assert names(found.stated.hits) == ["Ploeg bij U"]
    assert set(names(found.silent.hits)) == {"Atelier Zwijgt", "Ergens Anders Enclave"}
    assert names(found.otherwise.hits) == ["Eigen Stek"]
    assert found.found.total == 4
    assert "samenwerking: enclave: een begeleide ploeg bij u" in found.stated.hits[0].reasons


def test_a_form_and_the_work_must_meet_on_one_offer(find: Callable[..., Partners]) -> None:
    found = find(q="inpakken", waar="Ieper", samenwerking="eigen-atelier")
    assert names(found.stated.hits) == ["Eigen Stek"]
    assert "Ploeg bij U" in names(found.otherwise.hits)


def test_a_form_that_the_question_names_in_words_hides_nobody_either(find: Callable[..., Partners]) -> None:
    found = find(q="inpakken enclave", waar="Ieper")
    assert found.forms == ("enclave",)
    assert names(found.stated.hits) == ["Ploeg bij U"]
    assert found.silent.total == 2


def test_without_a_form_everyone_stands_in_one_list(find: Callable[..., Partners]) -> None:
    found = find(q="inpakken", waar="Ieper")
    assert found.stated.total == 4
    assert (found.silent.total, found.otherwise.total) == (0, 0)


def test_who_takes_no_orders_is_counted_and_not_listed(find: Callable[..., Partners]) -> None:
    found = find(q="inpakken", waar="Ieper", samenwerking="enclave")
    assert found.closed == 1
    listed = [*found.stated.hits, *found.silent.hits, *found.otherwise.hits]
    assert "Zorg voor Werk" not in names(listed)


def test_a_thin_answer_names_the_neighbours_with_their_distance(find: Callable[..., Partners]) -> None:
    found = find(q="strijken", waar="Poperinge")
    assert names(found.stated.hits) == ["Strijk in Poperinge"]
    assert set(names(found.nearby)) == {"Strijk aan Zee", "Ploeg bij U"}
    assert all(re.search(r"\d+ km", hit.loosened) for hit in found.nearby)
    assert find(q="inpakken", waar="Ieper").nearby == ()


def test_what_nobody_does_is_said_and_the_nearest_is_given(visitor: FlaskClient) -> None:
    soup = page(visitor, q="oogarts", waar="Ieper")
    assert "geen enkele organisatie noemt ‘oogarts’" in text(soup)
    assert groups(soup) == {}
    nearest = groups(page(visitor, q="strijken", waar="Ieper"))
    assert "Strijk in Poperinge" in nearest["Dit komt dichtbij"]


def test_a_page_parts_those_who_state_it_from_those_to_ask(visitor: FlaskClient) -> None:
    soup = page(visitor, q="inpakken", waar="Ieper", samenwerking="enclave")
    found = groups(soup)
    assert list(found) == [
        "Vermeldt deze manier van samenwerken",
        "Samenwerkingsvorm niet vermeld: vraag het na",
        "Vermeldt een andere samenwerking",
    ]
    assert found["Vermeldt deze manier van samenwerken"] == ["Ploeg bij U"]
    assert "Nog 1 andere organisatie doet dit, maar met haar kunt u geen opdracht afsluiten." in text(soup)


def test_when_nobody_states_the_form_the_page_says_so(visitor: FlaskClient) -> None:
    shown = text(page(visitor, q="inpakken", waar="Ieper", samenwerking="levering"))
    assert "Niemand van hen vermeldt deze manier van samenwerken: ze leveren een product." in shown


def test_a_norm_is_shown_where_it_still_holds_and_hides_nobody(visitor: FlaskClient) -> None:
    soup = page(visitor, q="inpakken", waar="Ieper", kwaliteit=["iso-9001", "vca"])
    tags = [tag.text for tag in soup.select(".hit .tag--good")]
    assert tags == ["vermeldt ISO 9001"]
    assert "Niemand hierboven vermeldt VCA (veilig werken)." in text(soup)
    assert len(soup.select(".hit")) == 4


def test_a_long_list_is_cut_and_leads_to_the_whole(visitor: FlaskClient) -> None:
    soup = page(visitor, q="inpakken", waar="Kortrijk")
    assert len(soup.select(".hit")) == SHOWN
    more = soup.find("a", string=re.compile(r"^Nog 2: "))
    assert more is not None
    address = urlsplit(str(more["href"]))
    assert (address.path, parse_qs(address.query)) == (
        "/zoeken",
        {"q": ["inpakken"], "gemeente": ["kortrijk"]},
    )


# The message.

QUESTIONS: dict[str, dict[str, Any]] = {
    "kort": {"q": "poetsen van het kantoor."},
    "enclave": {
        "q": "koekjes inpakken",
        "waar": "8900",
        "samenwerking": ["enclave", "bij-klant"],
        "volume": "2.000 dozen per week",
        "ritme": "wekelijks",
        "periode": "vanaf januari",
        "kwaliteit": ["iso-9001", "voedselveiligheid"],
        "kwaliteit_tekst": "werken met haarnetje",
    },
    "atelier": {
        "q": "folders plooien",
        "waar": "Ieper, Veurne",
        "samenwerking": "eigen-atelier",
        "ritme": "eenmalig",
    },
    "levering": {"q": "broodjes", "samenwerking": "levering", "waar": "Westhoek", "ritme": "op-afroep"},
    "onderaanneming": {
        "q": "onkruid wieden",
        "samenwerking": "onderaanneming",
        "ritme": "seizoen",
        "periode": "april tot oktober",
        "waar": "het hoekje achter de kerk",
    },
}


def composed(question: PartnerQuestion) -> Message:
    return compose(question, partner_words())


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_message_is_as_agreed(ask: Read, name: str) -> None:
    """After a change of wording, delete the golden file, run again and read what it wrote."""
    message = composed(ask(**QUESTIONS[name]))
    whole = f"Onderwerp: {message.subject}\n\n{message.body}\n"
    path = GOLDEN / f"bericht-{name}.txt"
    if not path.exists():
        path.write_text(whole, encoding="utf-8")
        pytest.fail(f"{path.name} was missing and is written: read it and run again")
    assert whole == path.read_text(encoding="utf-8")


def test_every_question_of_the_message_is_asked_somewhere(ask: Read) -> None:
    bodies = "\n".join(composed(ask(**asked)).body for asked in QUESTIONS.values())
    for one in partner_words().message.asks:
        assert f"- {one.tekst}" in bodies
        assert set(one.bij) <= set(GIVEN)


def test_a_mail_opens_with_the_message(visitor: FlaskClient, ask: Read) -> None:
    asked = {"q": "inpakken & stapelen?", "waar": "Ieper", "volume": "100 %"}
    message = composed(ask(**asked))
    address = urlsplit(message.mail_url("info@ploeg.example"))
    assert (address.scheme, address.path) == ("mailto", "info@ploeg.example")
    values = parse_qs(address.query)
    assert values["subject"] == [message.subject]
    assert values["body"][0].replace("\r\n", "\n") == message.body
    link = page(visitor, q="inpakken", waar="Ieper").select_one("a[data-mail]")
    assert link and "Wij zoeken een partner voor dit werk: inpakken." in unquote(str(link["href"]))


def test_a_long_subject_is_cut_at_a_word(ask: Read) -> None:
    subject = composed(ask(q="inpakken " * 40)).subject
    assert len(subject) <= SUBJECT + 2
    assert subject.endswith("inpakken …")


def test_the_message_stands_on_the_page_as_plain_text(visitor: FlaskClient, ask: Read) -> None:
    soup = page(visitor, **QUESTIONS["enclave"])
    body = composed(ask(**QUESTIONS["enclave"])).body
    shown, box = soup.select_one("#bericht-tekst"), soup.select_one("#bericht")
    assert shown and shown.text == body
    assert box and box.text.lstrip("\n") == body
    holder = soup.select_one("[data-message-box]")
    assert holder and holder.has_attr("hidden"), "the box is for who has script"
    assert soup.select_one("button[data-copy-text]")


# Any text.

TEXTS = st.text(max_size=60) | st.sampled_from(
    ["inpakken", "Ieper", "enclave", "10", "<b>", "{werk}", "\x00", "x" * 2000, "; , en", "50.8,2.9"]
)


@hypothesis_settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    asked=st.dictionaries(
        st.sampled_from([*partner_words().fields, "dienst", "gemeente", "rond"]), TEXTS, max_size=5
    )
)
def test_any_text_is_answered(visitor: FlaskClient, asked: dict[str, str]) -> None:
    asked = {key: value.encode("utf-8", "ignore").decode() for key, value in asked.items()}
    assert visitor.get("/samenwerken", query_string=asked).status_code == 200


def test_bytes_that_are_no_text_are_answered(visitor: FlaskClient) -> None:
    for query in ("q=%ff%fe&waar=%00", "q=%ed%a0%80", "q=a&q=b&samenwerking=&ritme=%20"):
        assert visitor.get(f"/samenwerken?{query}").status_code == 200


# The words.


def broken(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The words of the site with one fault."""
    data = {
        key: [dict(one) for one in value]
        if isinstance(value, list)
        else dict(value)
        if isinstance(value, dict)
        else value
        for key, value in load("samenwerken.toml").items()
    }
    change(data)
    return data


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data["vorm"].pop(), "'levering' is missing"),
        (lambda data: data["vorm"][0].update(sleutel="dansen"), "'dansen'"),
        (lambda data: data["veld"].pop(0), "'q' is missing"),
        (lambda data: data["melding"].pop("waar"), "is missing"),
        (lambda data: data["melding"].update(iets="x"), "is not a key we know"),
        (lambda data: data["kwaliteit"].append(dict(data["kwaliteit"][0])), "stands here twice"),
        (lambda data: data["plaats"].append({"sleutel": "leeg", "label": "Leeg"}), "every place"),
        (lambda data: data["bericht"].update(vraag=[{"tekst": "x", "bij": ["regen"]}]), "'regen'"),
        (lambda data: data["bericht"].pop("slot"), "is missing"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(
    change: Callable[[dict[str, Any]], object], said: str
) -> None:
    with pytest.raises(DataError, match=re.escape(said)):
        read_partner_words(broken(change))


def test_every_message_about_a_bad_value_has_its_slots_filled() -> None:
    for key in MESSAGES:
        assert "{" not in partner_words().say(key, waarde="x", hoogstens="9")
