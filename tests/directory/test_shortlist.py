"""The shortlist and the comparison: nothing but an address, and everything that an address may hold."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from catalogue.clauses.downloads import MAX_REASON as LONGEST_REASON
from catalogue.directory import shortlist, shortlist_views
from catalogue.directory.comparison import FEWEST, MOST, compare
from catalogue.directory.live import directory
from tests.directory.world import LAUNDRIES

QUESTION = {"soort": "diensten", "raming": "120.000", "dienst": "groenonderhoud", "gemeente": "Ieper"}
THREE = ["duinzicht", "de-sikkel", "strijkhuis"]
MANY = [f"wasserij-{number:02}" for number in range(1, LAUNDRIES + 1)]


def page(client: FlaskClient, path: str = "/keuzelijst", **parameters: Any) -> BeautifulSoup:
    response = client.get(path, query_string=parameters or None)
    assert response.status_code == 200, path
    return BeautifulSoup(response.text, "html.parser")


def names(soup: BeautifulSoup) -> list[str]:
    return [link.text for link in soup.select(".listed h3 a")]


def text(soup: BeautifulSoup) -> str:
    return " ".join(soup.main.text.split()) if soup.main else ""


def notices(soup: BeautifulSoup) -> str:
    return " ".join(" ".join(one.text.split()) for one in soup.select(".notice"))


def follow(client: FlaskClient, soup: BeautifulSoup, selector: str) -> BeautifulSoup:
    link = soup.select_one(selector)
    assert link is not None, selector
    return page(client, str(link["href"]).partition("#")[0])


def slugs_of(address: object) -> list[str]:
    return [value for name, value in parse_qsl(urlsplit(str(address)).query) if name == "organisatie"]


def test_a_list_shows_its_organisations_in_the_order_of_the_address(client: FlaskClient) -> None:
    assert names(page(client, organisatie=THREE)) == ["Duinzicht", "De Sikkel", "Strijkhuis"]
    assert names(page(client, organisatie=THREE[::-1])) == ["Strijkhuis", "De Sikkel", "Duinzicht"]


def test_an_organisation_stands_once_on_a_list(client: FlaskClient) -> None:
    assert names(page(client, organisatie=["duinzicht", "DUINZICHT", " duinzicht ", ""])) == ["Duinzicht"]


def test_an_organisation_is_shown_with_what_a_buyer_asks_of_it(client: FlaskClient) -> None:
    shown = text(page(client, organisatie="duinzicht"))
    for words in ("Veurne", "Maatwerkbedrijf", "Groenonderhoud", "maatwerkbedrijf", "bevestigd in"):
        assert words in shown
    for words in ("info@duinzicht.example", "058 00 00 00", "duinzicht.example"):
        assert words in shown
    assert "(aangenomen, niet bevestigd)" not in shown


def test_an_assumed_work_area_says_so_and_where_it_lies(client: FlaskClient) -> None:
    assert "20 km rond de vestiging in Poperinge (aangenomen, niet bevestigd)" in text(
        page(client, organisatie="strijkhuis")
    )


def test_services_with_work_areas_of_their_own_are_told_apart(client: FlaskClient) -> None:
    shown = text(page(client, organisatie="groen-en-net"))
    assert "Ieper: groenonderhoud" in shown
    assert "Veurne: schoonmaak" in shown


def test_who_takes_no_orders_is_shown_as_such(client: FlaskClient) -> None:
    assert "Opdracht plaatsen nee" in text(page(client, organisatie="zonder-aanbod"))
    assert "Opdracht plaatsen" not in text(page(client, organisatie="duinzicht"))


def test_a_former_address_leads_to_the_present_organisation_once(client: FlaskClient) -> None:
    soup = page(client, organisatie=["vorige-naam", "nieuwe-naam"])
    assert names(soup) == ["Nieuwe Naam"]
    assert not notices(soup)


def test_a_withdrawn_organisation_is_named_and_left_out(client: FlaskClient) -> None:
    soup = page(client, organisatie=["weggegaan", "duinzicht"])
    assert names(soup) == ["Duinzicht"]
    assert "Weggegaan staat sinds" in notices(soup)


@pytest.mark.parametrize("slug", ["nergens", "a\0b", "x" * 3900, "<b>vet</b>", "in-de-steigers"])
def test_what_is_not_published_is_repeated_but_never_by_its_name(client: FlaskClient, slug: str) -> None:
    soup = page(client, organisatie=[slug, "duinzicht"])
    assert names(soup) == ["Duinzicht"]
    assert "We kennen geen organisatie met het adres" in notices(soup)
    assert len(notices(soup)) < 250
    assert "In de Steigers" not in text(soup)


def test_a_list_that_is_too_long_says_how_many_are_left_out(site_app: Flask) -> None:
    with site_app.test_request_context():
        found = shortlist.read(directory(), [*MANY, *THREE], at_most=10)
    assert found.slugs == tuple(MANY[:10])
    assert found.problems[0].endswith(f"De laatste {len(MANY) + 3 - 10} staan er niet op.")


def test_taking_off_and_undoing_gives_the_same_list_in_the_same_order(client: FlaskClient) -> None:
    for place, name in enumerate(["Duinzicht", "De Sikkel", "Strijkhuis"], 1):
        before = page(client, organisatie=THREE, **QUESTION)
        after = follow(client, before, f".listed:nth-of-type({place}) [data-shortlist-change]")
        assert name not in names(after)
        assert len(names(after)) == 2
        assert f"{name} is van de lijst gehaald." in notices(after)
        assert names(follow(client, after, "[data-shortlist-undo] a")) == names(before)


@pytest.mark.parametrize("place", ["", "0", "-3", "99999", "٣", "x"])
def test_an_odd_place_to_undo_still_gives_the_organisation_back(client: FlaskClient, place: str) -> None:
    soup = page(client, organisatie=THREE[:2], weg="strijkhuis", plaats=place)
    link = soup.select_one("[data-shortlist-undo] a")
    assert link is not None
    assert sorted(slugs_of(link["href"])) == sorted(THREE)


@pytest.mark.parametrize("slug", ["nergens", "duinzicht", "in-de-steigers", "a\0b", "x" * 500])
def test_only_what_was_taken_off_can_be_undone(client: FlaskClient, slug: str) -> None:
    assert page(client, organisatie="duinzicht", weg=slug).select_one("[data-shortlist-undo]") is None


def test_without_script_a_result_leads_to_a_list_and_more_are_added_there(client: FlaskClient) -> None:
    results = page(client, "/zoeken", dienst="groenonderhoud", gemeente="Ieper")
    one = follow(client, results, ".hit [data-shortlist] a")
    assert len(names(one)) == 1
    soup = page(client, organisatie="de-sikkel", q="strijken", **QUESTION)
    both = follow(client, soup, ".addable a")
    assert names(both) == ["De Sikkel", "Strijkhuis"]
    assert "120.000 euro" in text(both)


def test_an_entry_leads_to_a_list_with_itself(client: FlaskClient) -> None:
    assert names(follow(client, page(client, "/organisaties/duinzicht"), "[data-shortlist] a")) == [
        "Duinzicht"
    ]


def test_what_stands_on_the_list_is_not_offered_again(client: FlaskClient) -> None:
    soup = page(client, organisatie="strijkhuis", q="Strijkhuis")
    assert "Strijkhuis" not in [name.text for name in soup.select(".addable b")]


@pytest.mark.parametrize("q", ["zzzxxyy qqq", "\0", "x" * 3000])
def test_a_search_that_finds_nobody_says_so(client: FlaskClient, q: str) -> None:
    soup = page(client, organisatie="duinzicht", q=q)
    assert not soup.select(".addable")


def test_an_empty_list_helps_to_begin(client: FlaskClient) -> None:
    soup = page(client)
    assert "Er staat nog niemand op deze lijst" in text(soup)
    targets = {urlsplit(str(link["href"])).path for link in soup.select(".empty a")}
    assert targets == {"/zoeken", "/clausules"}
    assert not soup.select("form[method=post]")


def test_the_link_to_share_holds_only_the_organisations(client: FlaskClient) -> None:
    soup = page(client, organisatie=["vorige-naam", *THREE], weg="de-sikkel", q="groen", **QUESTION)
    button = soup.select_one("[data-copy-text]")
    assert button is not None
    assert parse_qs(urlsplit(str(button["data-copy-text"])).query) == {"organisatie": ["nieuwe-naam", *THREE]}
    assert str(button["data-copy-text"]).startswith("http://localhost/keuzelijst?")


def test_a_mail_to_all_shows_nobody_the_others(site_app: Flask) -> None:
    with site_app.test_request_context():
        found = shortlist.read(directory(), THREE)
    assert found.without_mailbox == ("De Sikkel", "Strijkhuis")
    parts = urlsplit(found.mail_url("Vraag & antwoord"))
    assert parts.path == ""
    assert parse_qs(parts.query) == {"bcc": ["info@duinzicht.example"], "subject": ["Vraag & antwoord"]}


def test_a_list_without_mailboxes_offers_no_mail(client: FlaskClient) -> None:
    assert not page(client, organisatie="strijkhuis").select("a[href^='mailto:?']")


def test_no_search_engine_keeps_a_list(client: FlaskClient) -> None:
    for path in (
        "/keuzelijst?organisatie=duinzicht",
        "/vergelijken",
        "/keuzelijst.csv?organisatie=duinzicht",
    ):
        assert client.get(path).headers["X-Robots-Tag"] == "noindex"
    assert page(client).select_one("meta[name=robots][content=noindex]")
    addresses = client.get("/sitemap.xml").text
    assert "keuzelijst" not in addresses
    assert "vergelijken" not in addresses


def test_a_list_sets_no_cookie(client: FlaskClient) -> None:
    assert (
        "Set-Cookie" not in client.get("/keuzelijst?organisatie=duinzicht&soort=diensten&raming=1000").headers
    )


def test_the_files_hold_the_organisations_of_the_list(client: FlaskClient) -> None:
    def written(**parameters: Any) -> set[str]:
        answer = client.get("/keuzelijst.csv", query_string=parameters).text.removeprefix("\ufeff")
        return {row["naam"] for row in csv.DictReader(StringIO(answer), delimiter=";")}

    assert written(organisatie=THREE) == {"De Sikkel", "Duinzicht", "Strijkhuis"}
    assert written() == set()
    content = client.get("/keuzelijst.xlsx", query_string={"organisatie": THREE}).data
    assert ZipFile(BytesIO(content)).testzip() is None


def test_without_a_question_the_page_asks_for_one(client: FlaskClient) -> None:
    soup = page(client, organisatie="duinzicht")
    assert not soup.select("form[method=post]")
    assert "vertrekt van uw opdracht" in text(soup)
    fields = {field["name"] for field in soup.select("#motivering [name]")}
    assert fields == {"organisatie", "dienst", "gemeente", "soort", "raming"}


def test_a_question_that_is_wrong_names_the_field_and_keeps_the_list(client: FlaskClient) -> None:
    soup = page(client, organisatie="duinzicht", soort="diensten", raming="veel")
    assert names(soup) == ["Duinzicht"]
    errors = soup.select_one("#motivering .errors")
    assert errors is not None
    assert "Raming" in errors.text
    assert not soup.select("form[method=post]")


def test_the_question_travels_with_the_list_to_advice_comparison_and_back(client: FlaskClient) -> None:
    soup = page(client, organisatie=THREE, duur_maanden="6", **QUESTION)
    assert "groenonderhoud in Ieper, 120.000 euro, exclusief btw" in text(soup)
    advice = soup.select_one("a[href^='/clausules?']")
    assert advice is not None
    assert parse_qs(urlsplit(str(advice["href"])).query)["duur_maanden"] == ["6"]
    fields = [(str(one["name"]), str(one["value"])) for one in soup.select("form#vergelijken [name]")]
    compared = page(client, "/vergelijken", **_many([*fields, ("organisatie", "duinzicht")]))
    back = follow(client, compared, "a[href^='/keuzelijst']")
    assert names(back) == names(soup)
    assert "120.000 euro" in text(back)


def _many(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: [value for other, value in pairs if other == name] for name, _ in pairs}


def test_the_reasons_go_into_the_motivation_file_and_into_no_address(client: FlaskClient) -> None:
    soup = page(client, organisatie=THREE, **QUESTION)
    form = soup.select_one("form[method=post]")
    assert form is not None
    assert form["action"] == "/clausules/motivering.docx"
    fields = _many([(str(one["name"]), str(one["value"])) for one in form.select("input[name]")])
    boxes = [str(one["name"]) for one in form.select("textarea")]
    assert boxes == [f"reden-{slug}" for slug in THREE]
    answer = client.post(str(form["action"]), data={**fields, boxes[0]: "Werkt in heel de opdracht."})
    assert answer.status_code == 200
    written = ZipFile(BytesIO(answer.data)).read("word/document.xml").decode()
    for words in ("Werkt in heel de opdracht.", "Duinzicht", "De Sikkel", "Strijkhuis"):
        assert words in written


def test_the_longest_reason_that_the_box_takes_is_taken_with_its_line_ends(client: FlaskClient) -> None:
    """A browser counts a line end as one character and sends two."""
    assert shortlist_views.MAX_REASON == LONGEST_REASON
    reason = ("x" * 9 + "\r\n") * 50
    data = {**QUESTION, "organisatie": "duinzicht", "reden-duinzicht": reason}
    assert client.post("/clausules/motivering.docx", data=data).status_code == 200


def rows(soup: BeautifulSoup) -> dict[str, tuple[str, list[str]]]:
    """Label → what sets it apart, and the cells."""
    found = {}
    for row in soup.select(".sidebyside tbody tr"):
        head = row.select_one("th[scope=row]")
        assert head is not None
        verdict = head.select_one(".tag")
        said = verdict.text if verdict else ""
        label = head.text.replace(said, "").strip() if said else head.text.strip()
        found[label] = (said, [" ".join(cell.text.split()) for cell in row.select("td")])
    return found


def test_a_comparison_says_in_words_what_differs(client: FlaskClient) -> None:
    soup = page(client, "/vergelijken", organisatie=["groen-en-net", "duinzicht"])
    assert [cell.text for cell in soup.select("thead th[scope=col]")] == [
        "Vraag",
        "Groen en Net",
        "Duinzicht",
    ]
    found = rows(soup)
    assert found["Gemeente"] == ("verschilt", ["Ieper", "Veurne"])
    assert found["Soort organisatie"][0] == "gelijk"
    assert found["Diensten"] == (
        "verschilt",
        ["Groenonderhoud (allemaal) Schoonmaak (alleen hier)", "Groenonderhoud (allemaal)"],
    )


def test_what_is_not_known_is_neither_alike_nor_different(client: FlaskClient) -> None:
    found = rows(page(client, "/vergelijken", organisatie=["duinzicht", "strijkhuis"]))
    assert found["Manier van werken"][0] == "niet van alle gekend"
    assert found["Erkenningen"][0] == "niet van alle gekend"
    assert rows(page(client, "/vergelijken", organisatie=MANY[:2]))["Erkenningen"][0] == "niet gekend"


def test_the_same_radius_around_other_places_differs(site_app: Flask) -> None:
    with site_app.test_request_context():
        found = shortlist.read(directory(), ["strijkhuis", "overal-catering"])
        area = next(row for row in compare(found.listed) if row.label == "Werkgebied")
    assert area.is_different
    assert area.cells[1][0].text == "heel Vlaanderen"


def test_equal_organisations_differ_only_in_nothing(client: FlaskClient) -> None:
    found = rows(page(client, "/vergelijken", organisatie=MANY[:4]))
    assert {verdict for verdict, _ in found.values()} == {"gelijk", "niet gekend", ""}


@pytest.mark.parametrize("number", [0, 1, MOST + 1])
def test_too_few_or_too_many_to_compare_says_so_and_helps(client: FlaskClient, number: int) -> None:
    soup = page(client, "/vergelijken", organisatie=MANY[:number], lijst=MANY[:6])
    assert not soup.select("table")
    assert ("minstens 2" if number < FEWEST else "Meer dan 4") in text(soup)
    boxes = soup.select("input[type=checkbox][name=organisatie]")
    assert len(boxes) == (number if number > MOST else 6)
    assert len([box for box in boxes if box.has_attr("checked")]) == MOST


def test_one_organisation_without_a_list_leads_back_to_add_one(client: FlaskClient) -> None:
    soup = page(client, "/vergelijken", organisatie="duinzicht")
    assert not soup.select("table, input[type=checkbox]")
    assert names(follow(client, soup, "a[href^='/keuzelijst']")) == ["Duinzicht"]
