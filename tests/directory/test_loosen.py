"""Nobody fits: what is loosened, in which order, how it is named, and where the visitor can go on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from catalogue.config import Settings
from catalogue.curation.entrydata import EntryData, WerkvormData
from catalogue.directory import criteria as criteria_
from catalogue.directory.find import Found, find
from catalogue.directory.live import Directory
from catalogue.directory.suppliers import nearby_suppliers
from catalogue.directory.wish import AT_MOST
from tests.builders import IEPER, POPERINGE, VEURNE, entry, offer, organisations, site
from tests.directory.strategies import patient
from tests.directory.world import world

VLETEREN, MESEN, HEUVELLAND, KORTRIJK = "33041", "33016", "33039", "34022"
AZ = (WerkvormData("arbeidszorg", treden=(3,)),)
Ask = Callable[..., Found]


def doing(name: str, services: str, nis: str, home: str | None = None, **values: Any) -> EntryData:
    """An entry that does some services in one gemeente, where it also sits unless said otherwise."""
    offers = tuple(offer(slug, f"nis:{nis}") for slug in services.split())
    return entry(name, sites=(site(home or nis),), offers=offers, **values)


def fill() -> None:
    """Entries around a few small gemeenten, each the answer to one kind of loosening."""
    organisations(
        doing("Strijkhoek", "strijk", VLETEREN, home=POPERINGE),
        doing("Kokerij", "catering", VLETEREN, home=IEPER),
        doing("Van Alles", "strijk catering", POPERINGE),
        doing("De Borstel", "schilderwerken", POPERINGE),
        doing("Plooi en Tuin", "strijk hagen-scheren", HEUVELLAND),
        doing("Groen en Was", "strijk groenonderhoud", MESEN),
        doing("Kleine Stappen", "strijk hagen-scheren", MESEN, werkvormen=AZ),
        doing("Alleen Strijk", "strijk", MESEN),
        doing("Alleen Hagen", "hagen-scheren", MESEN),
        doing("De Maaier", "gras-maaien", VEURNE),
        doing("Groot Groen", "groenonderhoud", VEURNE),
        entry(
            "Fietshuis",
            sites=(site(VEURNE),),
            offers=(offer("fietsen-herstellen", f"nis:{VEURNE}", f"nis:{VLETEREN}"),),
        ),
        doing("Ver Fietshuis", "fietsen-herstellen", KORTRIJK),
        entry("Vermoed", sites=(site(KORTRIJK),), offers=(offer("houtbewerking", site=""),)),
        doing("Geen Leverancier", "schilderwerken", VLETEREN, werkvormen=AZ),
    )


@pytest.fixture(scope="module")
def site_app(vocabularies: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site with the entries of this file."""
    with world(vocabularies, tmp_path_factory.mktemp("loosen"), fill) as app:
        yield app


@pytest.fixture(scope="module")
def ask(site_app: Flask) -> Iterator[Ask]:
    """Ask the catalogue of this file by the parameters of a page."""
    live: Directory = site_app.extensions["directory"]
    with site_app.app_context():

        def asked(**parameters: Any) -> Found:
            arguments = MultiDict(
                [(k, one) for k, v in parameters.items() for one in (v if isinstance(v, list) else [v])]
            )
            return find(live, criteria_.read(arguments, live.current().words), facets=False)

        yield asked


def said(found: Found) -> list[tuple[str, str]]:
    assert found.total == 0
    return [(hit.entry.name, hit.loosened) for hit in found.alternatives]


def test_the_order_is_place_then_wider_service_then_filters_then_parts(ask: Ask) -> None:
    found = ask(q="strijken", dienst="hagen-scheren", gemeente="Mesen", trede="5")
    names = [(name, label.split(",")[0]) for name, label in said(found)]
    assert names == [
        ("Plooi en Tuin", "buurgemeente"),
        ("Groen en Was", "ruimer: groenonderhoud"),
        ("Kleine Stappen", "zonder het filter trede 5"),
        ("Alleen Strijk", "samen: strijken"),
        ("Alleen Hagen", "samen: hagen scheren"),
        ("Groen en Was", "samen: strijken"),
    ]


@pytest.mark.parametrize(
    "place",
    [
        {"gemeente": "Vleteren"},
        {"gemeente": "8640"},
        {"gemeente": "Oostvleteren"},
        {"q": "schilderen in Vleteren"},
        {"q": "schilderen in Westvleteren"},
        {"q": "schilderen 8640"},
    ],
)
def test_a_neighbour_is_named_with_its_distance_however_the_place_was_given(
    ask: Ask, place: dict[str, str]
) -> None:
    found = ask(**{"q": "schilderen", "werkvorm": "maatwerk", **place})
    assert ("De Borstel", "buurgemeente, 9 km (Poperinge)") in said(found)


def test_neighbours_of_several_gemeenten_are_counted_from_the_nearest(ask: Ask) -> None:
    assert said(ask(dienst="fietsen-herstellen", gemeente=["Mesen", "Diksmuide"])) == [
        ("Fietshuis", "buurgemeente, 14 km (Vleteren)"),
        ("Ver Fietshuis", "verder weg, 27 km (Kortrijk)"),
    ]


def test_neighbours_of_a_region_lie_outside_it(ask: Ask) -> None:
    (only,) = said(ask(dienst="schilderwerken", regio="zuid-west-vlaanderen", werkvorm="maatwerk"))
    assert only[0] == "De Borstel"
    assert re.fullmatch(r"verder weg, \d+ km \(Poperinge\)", only[1])


def test_where_no_neighbour_helps_the_distance_to_the_seat_is_said(ask: Ask) -> None:
    ((name, label),) = said(ask(dienst="schilderwerken", gemeente="Genk", werkvorm="maatwerk"))
    assert name == "De Borstel"
    assert re.fullmatch(r"verder weg, \d{3} km", label)


def test_around_a_point_those_further_on_follow_by_distance(ask: Ask) -> None:
    found = ask(q="fietsen herstellen", rond="Vleteren", straal="3")
    (near, first), (far, second) = said(found)
    assert (near, far) == ("Fietshuis", "Ver Fietshuis")
    assert re.fullmatch(r"verder weg, \d+ km \(werkt wel in Vleteren\)", first)
    assert re.fullmatch(r"verder weg, \d+ km", second)
    assert [hit.km for hit in found.alternatives] == sorted(hit.km or 0 for hit in found.alternatives)


def test_a_place_said_with_vlakbij_is_widened_too(ask: Ask) -> None:
    assert ("Fietshuis", "verder weg, 16 km (werkt wel in Vleteren)") in said(
        ask(q="fietsen herstellen vlakbij Vleteren")
    )


def test_a_wider_service_is_named_and_what_is_beside_it_in_brackets(ask: Ask) -> None:
    assert said(ask(dienst="hagen-scheren", gemeente="Veurne", trede="5"))[-2:] == [
        ("Groot Groen", "ruimer: groenonderhoud"),
        ("De Maaier", "ruimer: groenonderhoud (gras maaien)"),
    ]


def test_each_filter_that_is_let_go_is_named(ask: Ask) -> None:
    assert ("Kokerij", "zonder het filter samenwerking enclave: een begeleide ploeg bij u") in said(
        ask(dienst="catering", gemeente="Vleteren", samenwerking="enclave")
    )
    assert ("Kokerij", "zonder het filter werkvorm Arbeidszorg (AZ)") in said(
        ask(dienst="catering", gemeente="Vleteren", werkvorm="az")
    )
    assert ("Kokerij", "zonder het filter trede 2 of 3") in said(
        ask(dienst="catering", gemeente="Vleteren", trede=["2", "3"])
    )
    assert ("Kokerij", "zonder het filter bevestigd in de laatste 12 maanden") in said(
        ask(dienst="catering", gemeente="Vleteren", bevestigd="12")
    )


def test_where_one_filter_less_is_not_enough_all_of_them_go(ask: Ask) -> None:
    assert (
        "Kokerij",
        "zonder de filters werkvorm Arbeidszorg (AZ) en bevestigd in de laatste maand",
    ) in said(ask(dienst="catering", gemeente="Vleteren", werkvorm="az", bevestigd="1"))


def test_where_no_single_step_helps_two_are_named(ask: Ask) -> None:
    assert said(ask(dienst="schilderwerken", gemeente="Ieper", trede="6"))[0] == (
        "De Borstel",
        "zonder het filter trede 6, buurgemeente, 11 km (Poperinge)",
    )
    assert said(ask(dienst="bomen-snoeien-en-verzorgen", gemeente="Diksmuide"))[0] == (
        "Groot Groen",
        "ruimer: groenonderhoud, buurgemeente, 14 km (Veurne)",
    )


def test_a_kind_of_organisation_in_the_question_is_let_go_like_a_filter(ask: Ask) -> None:
    found = ask(q="arbeidszorg catering in Vleteren")
    assert said(found) == [("Kokerij", "zonder ‘arbeidszorg’")]
    assert found.loosened.together is None


def test_two_tasks_that_nobody_does_together_are_shared_out(ask: Ask) -> None:
    found = ask(q="strijken en catering in Vleteren")
    assert said(found) == [
        ("Van Alles", "buurgemeente, 9 km (Poperinge)"),
        ("Strijkhoek", "samen: strijken"),
        ("Kokerij", "samen: catering"),
    ]
    together = found.loosened.together
    assert together is not None and together.is_whole
    assert [(one.hit.entry.name, one.tasks) for one in together.partners] == [
        ("Strijkhoek", ("strijken",)),
        ("Kokerij", ("catering",)),
    ]


def test_whoever_takes_two_of_three_tasks_takes_both(ask: Ask) -> None:
    together = ask(q="strijken, schilderen en catering in Poperinge", trede="5").loosened.together
    assert together is not None
    assert [(one.hit.entry.name, one.tasks) for one in together.partners] == [
        ("Van Alles", ("strijken", "catering")),
        ("De Borstel", ("schilderen",)),
    ]


def test_a_task_that_nobody_does_there_is_named_and_taken_from_a_neighbour(ask: Ask) -> None:
    found = ask(q="strijken en schilderen in Vleteren", werkvorm="maatwerk")
    together = found.loosened.together
    assert together is not None and together.is_whole
    assert together.not_here == ("schilderen",)
    assert ("De Borstel", "samen: schilderen, buurgemeente, 9 km (Poperinge)") in said(found)


def test_a_task_that_nobody_does_anywhere_leaves_the_others_alone(ask: Ask) -> None:
    found = ask(q="strijken en sloopwerken in Vleteren")
    together = found.loosened.together
    assert together is not None and not together.is_whole
    assert together.nobody == ("sloopwerken",)
    assert said(found) == [("Strijkhoek", "alleen: strijken")]


def test_a_filter_is_kept_where_tasks_are_shared_out(ask: Ask) -> None:
    together = ask(q="strijken in Mesen", dienst="hagen-scheren", werkvorm="maatwerk").loosened.together
    assert together is not None
    assert "Kleine Stappen" not in [one.hit.entry.name for one in together.partners]


def test_a_name_beside_a_task_is_no_partner(ask: Ask) -> None:
    found = ask(q="De Borstel strijken in Poperinge")
    assert found.loosened.together is None
    assert said(found) == [("De Borstel", "alleen: De Borstel"), ("Van Alles", "alleen: strijken")]


def test_a_word_that_nobody_names_is_let_go_by_name(ask: Ask) -> None:
    found = ask(q="oogarts, catering in Vleteren")
    assert found.loosened.unknown == ("oogarts",)
    assert said(found) == [("Kokerij", "zonder ‘oogarts’")]
    found = ask(q="oogarts, schilderen in Vleteren", werkvorm="maatwerk")
    assert ("De Borstel", "zonder ‘oogarts’, buurgemeente, 9 km (Poperinge)") in said(found)


@pytest.mark.parametrize(
    "question", ["oogarts", "oogarts in Ieper", "oogarts maatwerkbedrijf", "xqzvwk 99999"]
)
def test_a_question_that_nobody_can_answer_has_no_alternatives(ask: Ask, question: str) -> None:
    found = ask(q=question)
    assert said(found) == []
    assert found.loosened.unknown
    assert found.loosened.together is None


def test_services_to_go_on_with_are_done_by_somebody(ask: Ask) -> None:
    loosened = ask(q="oogarts in Vleteren").loosened
    assert set(loosened.usual) <= {"strijk", "catering", "fietsen-herstellen", "schilderwerken"}
    assert len(loosened.usual) == 2
    loosened = ask(q="strijkplank in Vleteren").loosened
    assert loosened.nearest[:1] == ("strijk",)
    assert not loosened.usual


def test_a_search_with_results_has_no_alternatives(ask: Ask) -> None:
    found = ask(q="strijken in Vleteren")
    assert found.total == 1
    assert (found.alternatives, found.loosened.unknown) == ((), ())


SERVICES = ["strijk", "catering", "hagen-scheren", "fietsen-herstellen", "schilderwerken", "houtbewerking"]
LABEL = re.compile(
    r"(zonder ‘[^’]+’|zonder (het filter|de filters) .+?|ruimer: .+?|(samen|alleen): .+?"
    r"|(buurgemeente|verder weg), \d+ km( \(.+?\))?|ander werkgebied|zonder vestiging.*?)"
)


@patient
@given(
    dienst=st.lists(st.sampled_from(SERVICES), max_size=2, unique=True),
    q=st.lists(
        st.sampled_from(["strijken", "catering", "schilderen", "oogarts", "maatwerkbedrijf"]), max_size=2
    ),
    gemeente=st.lists(st.sampled_from([IEPER, VLETEREN, MESEN, "33037"]), max_size=2, unique=True),
    trede=st.lists(st.sampled_from(["2", "3", "5"]), max_size=1),
    straal=st.sampled_from([None, "2", "12"]),
)
def test_alternatives_break_something_and_say_what(
    ask: Ask, dienst: list[str], q: list[str], gemeente: list[str], trede: list[str], straal: str | None
) -> None:
    given_: dict[str, Any] = {"dienst": dienst, "gemeente": gemeente, "trede": trede}
    if straal:
        given_ |= {"rond": "Ieper", "straal": straal}
    found = ask(q=", ".join(q), **given_)
    assert not (found.total and found.alternatives)
    assert len(found.alternatives) <= AT_MOST
    labels = [(hit.entry.id, hit.loosened) for hit in found.alternatives]
    assert len(set(labels)) == len(labels)
    names = found.snapshot.words.gazetteer.names
    for hit in found.alternatives:
        assert LABEL.fullmatch(hit.loosened) or ", " in hit.loosened
        served = {nis for group in hit.entry.groups for nis in group.gemeenten}
        if near := re.search(r"km \((?!werkt)(.+)\)$", hit.loosened):
            assert near[1] in {names[nis] for nis in served}
            assert near[1] not in {names[nis] for nis in gemeente}
        elif gemeente and "km" not in hit.loosened and "ander werkgebied" not in hit.loosened:
            assert served & set(gemeente)
        if trede and "filter" not in hit.loosened:
            assert {str(step) for step in hit.entry.treden} & set(trede)
        elif trede:
            assert not {str(step) for step in hit.entry.treden} & set(trede)


def test_thin_supply_is_offered_neighbours_and_wider_services(site_app: Flask) -> None:
    live: Directory = site_app.extensions["directory"]
    with site_app.app_context():
        nearby = nearby_suppliers(live, ["schilderwerken"], [VLETEREN])
        assert [(one.entry.name, one.nis, round(one.km)) for one in nearby.neighbours] == [
            ("De Borstel", POPERINGE, 9)
        ]
        assert nearby.wider == ()
        nearby = nearby_suppliers(live, ["hagen-scheren"], [MESEN])
        assert [one.entry.name for one in nearby.neighbours] == ["Plooi en Tuin"]
        assert [(one.entry.name, one.service) for one in nearby.wider] == [("Groen en Was", "groenonderhoud")]
        (only,) = nearby_suppliers(live, ["houtbewerking"], [IEPER]).neighbours
        assert (only.entry.name, only.is_assumed) == ("Vermoed", True)


def page(client: FlaskClient, **parameters: Any) -> BeautifulSoup:
    response = client.get("/zoeken", query_string=parameters)
    assert response.status_code == 200
    return BeautifulSoup(response.text, "html.parser")


def text(soup: BeautifulSoup, where: str) -> str:
    found = soup.select_one(where)
    assert found is not None, where
    return " ".join(found.text.split())


def test_the_page_says_who_does_it_together(client: FlaskClient) -> None:
    soup = page(client, q="strijken en catering in Vleteren")
    shown = text(soup, ".empty")
    assert "Niemand doet beide in Vleteren." in shown
    assert "Samen kan het: Strijkhoek (strijken) en Kokerij (catering)." in shown
    assert soup.select_one(".empty a[href='/organisaties/kokerij']") is not None


def test_the_page_says_for_which_task_there_is_nobody(client: FlaskClient) -> None:
    shown = text(page(client, q="strijken en schilderen in Vleteren", werkvorm="maatwerk"), ".empty")
    assert "Voor schilderen is er niemand in Vleteren." in shown
    assert (
        "deels van verder weg: Strijkhoek (strijken) en De Borstel (schilderen in Poperinge, op 9 km)."
        in shown
    )


def test_where_nobody_does_any_of_it_there_the_page_says_so(client: FlaskClient) -> None:
    shown = text(page(client, q="strijken en catering in Langemark"), ".empty")
    assert "Niemand doet een van beide in Langemark-Poelkapelle. Samen kan het, van verder weg:" in shown


def test_what_goes_on_resembles_the_unknown_word_only(client: FlaskClient) -> None:
    soup = page(client, q="strijkplank, catering in Vleteren")
    assert "Zocht u strijk?" in text(soup, ".empty")


def test_a_filter_that_had_to_go_is_said_before_the_partners(client: FlaskClient) -> None:
    shown = text(page(client, q="strijken en catering in Vleteren", trede="2"), ".empty")
    assert "Zonder het filter trede 2 kan het samen: Strijkhoek (strijken) en Kokerij (catering)." in shown


def test_the_page_of_a_question_that_nobody_answers_is_honest_and_leads_on(client: FlaskClient) -> None:
    soup = page(client, q="oogarts in Vleteren")
    shown = text(soup, ".empty")
    assert "Niemand in de catalogus doet dit: geen enkele organisatie noemt ‘oogarts’." in shown
    assert len(soup.select(".empty a[href^='/diensten/']")) == 2
    assert "meldpunt@voorbeeld.example" in shown
    assert soup.select_one(".hit") is None


def test_a_word_that_nobody_names_is_said_above_who_does_the_rest(client: FlaskClient) -> None:
    soup = page(client, q="oogarts, catering in Vleteren")
    assert "Niemand in de catalogus noemt ‘oogarts’." in text(soup, ".empty")
    assert "wie de rest van uw vraag doet: catering" in text(soup, ".empty")
    assert "zonder ‘oogarts’" in text(soup, ".panel .hit")


def test_the_chip_of_a_place_in_the_question_takes_only_the_place_away(client: FlaskClient) -> None:
    soup = page(client, q="strijken en catering in Vleteren op trede 5")
    links = {" ".join(chip.text.split()): str(chip["href"]) for chip in soup.select(".chip")}
    (address,) = [link for label, link in links.items() if "werkt in Vleteren" in label]
    assert parse_qs(urlsplit(address).query) == {"q": ["strijken en catering"], "trede": ["5"]}


def test_a_corrected_word_can_be_searched_as_it_was_typed(client: FlaskClient) -> None:
    soup = page(client, q="strijkne")
    assert "Bedoelde u strijken?" in text(soup, ".notice")
    link = soup.select_one(".notice a[href*='letterlijk=1']")
    assert link is not None and "‘strijkne’" in link.text
    literal = page(client, q="strijkne", letterlijk="1")
    assert "geen enkele organisatie noemt ‘strijkne’" in text(literal, ".empty")
    back = next(chip for chip in literal.select(".chip") if "letterlijk gezocht" in chip.text)
    assert "letterlijk" not in str(back["href"])


def test_a_word_that_did_not_narrow_is_said_in_one_line(client: FlaskClient) -> None:
    notice = text(page(client, q="catering voor vogelkijkers"), ".notice")
    assert notice == "‘vogelkijkers’ telde niet mee: dit is iedereen voor catering."
