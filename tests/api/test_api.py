"""The API on a real catalogue: results, entries, lists and faults, each as the description says."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.contract import Ask
from tests.directory.world import LAST_MONTH, LAUNDRIES

ALL = 7 + LAUNDRIES


def slugs(answer: Any, key: str = "items") -> list[str]:
    return [item["slug"] for item in answer[key]]


def test_everything_published_is_found_and_nothing_else(ask: Ask) -> None:
    answer = ask("organisaties", per_pagina=100)
    assert answer["totaal"] == ALL == len(answer["items"])
    assert not {"weggegaan", "in-de-steigers"} & set(slugs(answer))
    assert answer["samenvatting"] == f"{ALL} organisaties in de catalogus"
    assert "bedoelde_u" not in answer and "herkend" not in answer and "alternatieven" not in answer


@pytest.mark.parametrize(
    "question",
    [{"dienst": "groenonderhoud", "gemeente": "Veurne"}, {"q": "groenonderhoud in Veurne"}],
)
def test_groen_in_ieper_and_schoonmaak_in_veurne_is_no_answer_to_groen_in_veurne(
    ask: Ask, question: dict[str, str]
) -> None:
    assert slugs(ask("organisaties", **question)) == ["duinzicht"]


@pytest.mark.parametrize(
    "question", [{"dienst": "schoonmaak", "gemeente": "Veurne"}, {"q": "poetsen in Veurne"}]
)
def test_the_same_organisation_does_answer_what_it_does_there(ask: Ask, question: dict[str, str]) -> None:
    assert "groen-en-net" in slugs(ask("organisaties", **question))


def test_an_item_says_all_that_a_list_shows(ask: Ask) -> None:
    answer = ask("organisaties", dienst="groenonderhoud", gemeente="Veurne", samenwerking="enclave")
    assert answer["items"] == [
        {
            "slug": "duinzicht",
            "naam": "Duinzicht",
            "werkvormen": ["maatwerk"],
            "treden": [5],
            "diensten": ["groenonderhoud"],
            "gemeente": "Veurne",
            "lat": 51.0732,
            "lon": 2.668,
            "afstand_km": None,
            "bevestigd_op": LAST_MONTH.isoformat(),
            "waarom": [
                "dienst: groenonderhoud",
                "werkt in Veurne (vestiging)",
                "samenwerking: enclave: een begeleide ploeg bij u",
            ],
            "url": "http://localhost/organisaties/duinzicht",
        }
    ]
    assert (
        answer["samenvatting"] == "1 organisatie voor 'groenonderhoud' die werkt in Veurne "
        "met samenwerking enclave: een begeleide ploeg bij u"
    )


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"werkvorm": "az"}, {"zonder-aanbod"}),
        ({"werkvorm": "arbeidszorg"}, {"zonder-aanbod"}),
        ({"trede": "3"}, {"zonder-aanbod"}),
        ({"trede": ["3", "4"]}, {"zonder-aanbod"}),
        ({"dienst": "groenonderhoud"}, {"groen-en-net", "duinzicht", "de-sikkel"}),
        ({"dienst": ["strijk", "catering"]}, {"strijkhuis", "overal-catering"}),
        ({"dienst": "Strijk"}, {"strijkhuis"}),
        ({"gemeente": "Wervik"}, {"zonder-aanbod", "overal-catering"}),
        ({"gemeente": "Geluwe"}, {"zonder-aanbod", "overal-catering"}),
        ({"gemeente": "Poperinge", "dienst": "strijk"}, {"strijkhuis"}),
        ({"gemeente": "Ieper", "dienst": "strijk"}, {"strijkhuis"}),
        ({"gemeente": "Kortrijk", "dienst": "strijk"}, set()),
        ({"gemeente": ["Ieper", "Veurne"], "dienst": "schoonmaak"}, {"groen-en-net"}),
        ({"regio": "westhoek", "werkvorm": "az"}, {"zonder-aanbod"}),
        ({"regio": "zuid-west-vlaanderen", "werkvorm": "az"}, {"zonder-aanbod"}),
        ({"regio": "oostende"}, {"overal-catering"}),
        ({"regio": "westhoek", "gemeente": "Kortrijk"}, {"overal-catering"}),
        ({"samenwerking": "enclave"}, {"duinzicht"}),
        ({"bevestigd": "1"}, {"duinzicht"}),
        ({"bevestigd": "240", "dienst": "groenonderhoud"}, {"duinzicht", "de-sikkel"}),
        ({"rond": "8630", "straal": "5"}, {"duinzicht"}),
        ({"rond": "51.0732,2.668", "straal": "0.1"}, {"duinzicht"}),
        ({"q": "vogelhuisjes"}, {"zonder-aanbod", "nieuwe-naam"}),
        ({"q": "Oude Zeis"}, {"de-sikkel"}),
        ({"q": "0404.055.577"}, {"duinzicht"}),
        ({"q": "hagen scheren in Veurne"}, {"duinzicht"}),
        ({"q": "77310000"}, {"groen-en-net", "duinzicht", "de-sikkel"}),
        ({"onbekend": "x", "werkvorm": "az"}, {"zonder-aanbod"}),
        ({"trede": "", "werkvorm": "az"}, {"zonder-aanbod"}),
    ],
)
def test_each_parameter_narrows_to_who_fits(ask: Ask, question: dict[str, Any], expected: set[str]) -> None:
    assert set(slugs(ask("organisaties", **question))) == expected


GEMEENTE_FORMS = ["33011", "ieper", "Ieper", "IEPER", "Vlamertinge", "8900", "8908", "8900 Ieper"]


@pytest.mark.parametrize("form", GEMEENTE_FORMS)
def test_a_gemeente_is_known_by_every_name_and_code(ask: Ask, form: str) -> None:
    answer = ask("organisaties", gemeente=form, dienst="gras-maaien")
    assert slugs(answer) == ["de-sikkel"]
    assert [v["waarde"] for v in answer["facetten"]["gemeente"] if v["gekozen"]] == ["33011"]


@pytest.mark.parametrize(
    ("form", "nis"), [("11007", "11002"), ("Borsbeek", "11002"), ("Zwijndrecht", "46030")]
)
def test_names_and_codes_from_before_the_mergers_lead_to_the_present_gemeente(
    ask: Ask, form: str, nis: str
) -> None:
    answer = ask("organisaties", gemeente=form)
    assert [v["waarde"] for v in answer["facetten"]["gemeente"] if v["gekozen"]] == [nis]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("werkvorm", "onzin"),
        ("dienst", "oogarts"),
        ("gemeente", "Amsterdam"),
        ("regio", "veluwe"),
        ("trede", "7"),
        ("samenwerking", "fusie"),
        ("rond", "nergens"),
        ("straal", "-1"),
        ("bevestigd", "nooit"),
        ("sorteer", "prijs"),
        ("pagina", "0"),
        ("per_pagina", "101"),
        ("q", "x" * 401),
    ],
)
def test_a_bad_value_answers_400_and_names_the_field(ask: Ask, field: str, value: str) -> None:
    answer = ask("organisaties", 400, **{field: value})
    assert answer["fout"]["veld"] == field
    assert answer["fout"]["melding"].endswith(".")


def test_one_bad_value_among_good_ones_still_answers_400(ask: Ask) -> None:
    assert ask("organisaties", 400, trede=["5", "9"])["fout"]["veld"] == "trede"


def test_pages_hold_twenty_and_together_everyone_once(ask: Ask) -> None:
    first, second = ask("organisaties"), ask("organisaties", pagina=2)
    assert (first["pagina"], first["per_pagina"], len(first["items"])) == (1, 20, 20)
    assert (second["pagina"], len(second["items"])) == (2, ALL - 20)
    assert len({*slugs(first), *slugs(second)}) == ALL
    assert first["totaal"] == second["totaal"] == ALL


@pytest.mark.parametrize(("size", "pages"), [(1, ALL), (7, -(-ALL // 7)), (100, 1)])
def test_the_last_page_is_there_and_the_one_past_it_is_not(ask: Ask, size: int, pages: int) -> None:
    assert ask("organisaties", per_pagina=size, pagina=pages)["items"]
    assert ask("organisaties", 404, per_pagina=size, pagina=pages + 1)["fout"]["veld"] == "pagina"


def test_an_empty_result_has_one_page(ask: Ask) -> None:
    assert ask("organisaties", dienst="strijk", gemeente="Kortrijk")["totaal"] == 0
    assert (
        ask("organisaties", 404, dienst="strijk", gemeente="Kortrijk", pagina=2)["fout"]["veld"] == "pagina"
    )


def test_facets_count_without_their_own_choice(ask: Ask) -> None:
    answer = ask("organisaties", dienst="groenonderhoud", gemeente="Ieper")
    gemeenten = {v["waarde"]: (v["aantal"], v["gekozen"]) for v in answer["facetten"]["gemeente"]}
    assert gemeenten == {"33011": (2, True), "38025": (1, False)}
    services = {v["waarde"]: v["aantal"] for v in answer["facetten"]["dienst"]}
    assert services == {"groenonderhoud": 2, "gras-maaien": 1, "catering": 1, "strijk": 1}
    assert {v["waarde"]: v["aantal"] for v in answer["facetten"]["werkvorm"]} == {"maatwerk": 2}
    assert {v["waarde"]: v["aantal"] for v in answer["facetten"]["regio"]} == {"westhoek": 2}


@pytest.mark.parametrize("facet", ["werkvorm", "dienst", "trede", "gemeente", "regio", "samenwerking"])
def test_following_a_facet_gives_as_many_as_it_says(ask: Ask, facet: str) -> None:
    values = ask("organisaties", q="onderhoud")["facetten"][facet]
    for value in values[:6]:
        assert ask("organisaties", q="onderhoud", **{facet: value["waarde"]})["totaal"] == value["aantal"]


def test_a_chosen_value_without_results_stays_in_sight(ask: Ask) -> None:
    values = ask("organisaties", trede="1")["facetten"]["trede"]
    assert [(v["aantal"], v["gekozen"]) for v in values if v["waarde"] == "1"] == [(0, True)]
    assert all(v["aantal"] for v in values if v["waarde"] != "1")


def test_a_place_in_the_text_is_recognised_and_can_be_read_literally(ask: Ask) -> None:
    answer = ask("organisaties", q="gras maaien in Ieper")
    assert answer["herkend"] == {"gemeente": "33011"}
    assert "herkend" not in ask("organisaties", q="gras maaien in Ieper", letterlijk="1")


def test_a_region_in_the_text_is_recognised(ask: Ask) -> None:
    answer = ask("organisaties", q="houtbewerking westhoek")
    assert answer["herkend"] == {"regio": "westhoek"}
    assert "nieuwe-naam" in slugs(answer)


def test_close_to_a_place_becomes_a_centre_of_ten_km(ask: Ask) -> None:
    answer = ask("organisaties", q="gras maaien vlakbij Ieper")
    assert answer["herkend"] == {"rond": "Ieper", "straal": "10"}
    assert all(item["afstand_km"] <= 10 for item in answer["items"])


def test_a_chosen_place_beats_the_place_in_the_text(ask: Ask) -> None:
    answer = ask("organisaties", q="groenonderhoud in Ieper", gemeente="Veurne")
    assert "herkend" not in answer
    assert slugs(answer) == ["duinzicht"]


def test_a_misspelt_word_is_corrected_and_said(ask: Ask) -> None:
    answer = ask("organisaties", q="groenonderhuod in Veurne")
    assert slugs(answer) == ["duinzicht"]
    assert answer["bedoelde_u"] == "groenonderhoud in Veurne"


def test_a_task_that_nobody_knows_gives_nothing_although_the_place_is_known(ask: Ask) -> None:
    answer = ask("organisaties", q="oogarts in Ieper")
    assert (answer["totaal"], answer["items"]) == (0, [])
    assert answer["samenvatting"] == "Geen organisaties voor 'oogarts' die werken in Ieper"


def test_where_nobody_fits_the_neighbours_stand_apart(ask: Ask) -> None:
    answer = ask("organisaties", dienst="hagen-scheren,".strip(","), gemeente="Diksmuide")
    assert (answer["totaal"], answer["items"]) == (0, [])
    answer = ask("organisaties", dienst="gras-maaien", gemeente="Poperinge")
    assert answer["totaal"] == 0
    assert [(one["slug"], one["versoepeld"]) for one in answer["alternatieven"]] == [
        ("de-sikkel", "buurgemeente, 11 km (Ieper)")
    ]


def test_a_broader_service_is_an_alternative(ask: Ask) -> None:
    answer = ask("organisaties", dienst="hagen-scheren", gemeente="Ieper")
    assert answer["totaal"] == 0
    assert {(one["slug"], one["versoepeld"]) for one in answer["alternatieven"]} == {
        ("groen-en-net", "ruimer: groenonderhoud"),
        ("de-sikkel", "ruimer: groenonderhoud (gras maaien)"),
    }


def test_another_trede_is_an_alternative(ask: Ask) -> None:
    answer = ask("organisaties", dienst="catering", trede="2")
    assert [(one["slug"], one["versoepeld"]) for one in answer["alternatieven"]] == [
        ("overal-catering", "zonder het filter trede 2")
    ]


def test_further_away_is_an_alternative(ask: Ask) -> None:
    answer = ask("organisaties", dienst="strijk", rond="8500", straal="5")
    (one,) = answer["alternatieven"]
    assert one["slug"] == "strijkhuis"
    assert one["versoepeld"] == f"verder weg, {round(one['afstand_km'])} km"
    assert 35 < one["afstand_km"] < 45


def test_distance_sorts_and_is_given_to_a_decimal(ask: Ask) -> None:
    answer = ask("organisaties", rond="8630", sorteer="afstand", per_pagina=100)
    distances = [item["afstand_km"] for item in answer["items"]]
    known = [km for km in distances if km is not None]
    assert known == sorted(known)
    assert known[0] == 0.0
    assert distances[len(known) :] == [None]
    assert answer["items"][-1]["slug"] == "overal-catering"
    assert answer["items"][-1]["gemeente"] is None


def test_names_sort_in_the_order_of_the_alphabet(ask: Ask) -> None:
    names = [item["naam"] for item in ask("organisaties", sorteer="naam", per_pagina=100)["items"]]
    assert names == sorted(names, key=str.casefold)


def test_the_last_confirmed_stand_first(ask: Ask) -> None:
    assert slugs(ask("organisaties", sorteer="bevestigd"))[:2] == ["duinzicht", "de-sikkel"]


def test_an_assumed_work_area_is_said_to_be_assumed(ask: Ask) -> None:
    (item,) = ask("organisaties", dienst="strijk", gemeente="Ieper")["items"]
    assert "werkt in Ieper (aangenomen, niet bevestigd)" in item["waarom"]


def test_an_entry_answers_whole(ask: Ask) -> None:
    answer = ask("organisaties/duinzicht")
    assert answer["ondernemingsnummer"] == "0404.055.577"
    assert answer["treden"] == [5]
    assert answer["diensten"] == ["groenonderhoud"]
    assert answer["erkenningen"] == [
        {"soort": "Erkenning C3", "klasse": "klasse 1", "geldig_tot": "2030-01-01"}
    ]
    assert answer["aanbod"] == [
        {
            "dienst": "groenonderhoud",
            "label": "Groenonderhoud",
            "vestiging": None,
            "werkgebied": "Veurne",
            "werkgebied_aangenomen": False,
            "werkgebied_in_woorden": "Veurne",
            "samenwerking": ["enclave"],
            "toelichting": "met begeleider",
        }
    ]
    assert answer["vestigingen"][0]["straat"] == "Strandweg"
    assert answer["werkvormen"][0]["geldig_van"] == "2019-01-01"
    assert answer["art15"] == {"percent": None, "op": None, "status": "onbekend"}
    assert answer["url"] == "http://localhost/organisaties/duinzicht"


def test_an_assumed_work_area_is_never_given_as_fact(ask: Ask) -> None:
    (offered,) = ask("organisaties/strijkhuis")["aanbod"]
    assert (offered["werkgebied"], offered["werkgebied_aangenomen"]) == (None, True)
    assert offered["werkgebied_in_woorden"] == "20 km rond de vestiging"


def test_every_entry_of_the_list_can_be_opened(ask: Ask) -> None:
    for item in ask("organisaties", per_pagina=100)["items"]:
        whole = ask(f"organisaties/{item['slug']}")
        assert (whole["naam"], whole["treden"], whole["diensten"]) == (
            item["naam"],
            item["treden"],
            item["diensten"],
        )


def test_a_withdrawn_entry_answers_410_and_since_when(ask: Ask) -> None:
    answer = ask("organisaties/weggegaan", 410)
    assert answer["fout"]["veld"] == "slug"
    assert "sinds" in answer["fout"]["melding"]


@pytest.mark.parametrize("slug", ["niemand", "in-de-steigers", "DUINZICHT%20"])
def test_an_entry_that_is_not_published_answers_404(ask: Ask, slug: str) -> None:
    assert ask(f"organisaties/{slug}", 404)["fout"]["veld"] == "slug"


def test_a_renamed_entry_redirects(client: FlaskClient) -> None:
    response = client.get("/api/v1/organisaties/vorige-naam")
    assert response.status_code == 301
    assert response.location == "/api/v1/organisaties/nieuwe-naam"
    assert client.get(response.location).status_code == 200


def test_every_service_is_listed_with_its_count(ask: Ask) -> None:
    answer = ask("diensten")
    services = {item["slug"]: item for item in answer["items"]}
    assert answer["totaal"] == len(services) >= 60
    assert services["gras-maaien"]["breder"] == "groenonderhoud"
    assert services["groenonderhoud"]["aantal"] == 3
    assert services["wasserij"]["aantal"] == LAUNDRIES
    for slug in ("groenonderhoud", "schoonmaak", "catering"):
        assert ask("organisaties", dienst=slug)["totaal"] == services[slug]["aantal"]


def test_every_gemeente_is_listed_with_its_count(ask: Ask) -> None:
    answer = ask("gemeenten")
    gemeenten = {item["nis"]: item for item in answer["items"]}
    assert answer["totaal"] == len(gemeenten) == 285
    assert gemeenten["33029"]["regios"] == ["westhoek", "zuid-west-vlaanderen"]
    assert gemeenten["33011"]["deelgemeenten"][:2] == ["Boezinge", "Brielen"]
    for nis in ("33011", "38025", "34022", "11002"):
        assert ask("organisaties", gemeente=nis)["totaal"] == gemeenten[nis]["aantal"]


@pytest.mark.parametrize(
    ("typed", "kind", "label", "value", "url"),
    [
        ("groen", "dienst", "Groenonderhoud", "groenonderhoud", "/diensten/groenonderhoud"),
        ("Poper", "gemeente", "Poperinge", "33021", "/gemeenten/poperinge"),
        ("vlamert", "gemeente", "Vlamertinge (Ieper)", "33011", "/gemeenten/ieper"),
        ("8630", "gemeente", "8630 Veurne", "38025", "/gemeenten/veurne"),
        ("duin", "organisatie", "Duinzicht", "duinzicht", "/organisaties/duinzicht"),
        ("zicht", "organisatie", "", "", ""),
    ],
)
def test_suggestions_begin_with_what_was_typed(
    ask: Ask, typed: str, kind: str, label: str, value: str, url: str
) -> None:
    items = ask("suggesties", q=typed)["items"]
    expected = {"soort": kind, "label": label, "waarde": value, "url": url}
    assert (expected in items) == bool(label)


def test_a_suggested_place_can_be_searched_as_it_is_written(ask: Ask) -> None:
    for typed in ("8", "90", "sint", "ie", "hei", "b"):
        for item in ask("suggesties", q=typed)["items"]:
            if item["soort"] == "gemeente":
                chosen = ask("organisaties", waar=item["label"])["facetten"]["gemeente"]
                assert item["waarde"] in [v["waarde"] for v in chosen if v["gekozen"]], item


@pytest.mark.parametrize("typed", ["", " ", "\x00", "%", "q" * 500, "<script>", "((("])
def test_any_text_gives_at_most_ten_suggestions(ask: Ask, typed: str) -> None:
    answer = ask("suggesties", q=typed)
    assert answer["totaal"] == len(answer["items"]) <= 10


def test_a_new_app_knows_an_edit_of_another_process_at_once(client: FlaskClient) -> None:
    response = client.get("/api/v1/organisaties", query_string={"q": "Duinzicht"})
    assert response.json is not None
    assert response.json["items"][0]["slug"] == "duinzicht"


@pytest.mark.parametrize("path", ["", "onzin", "organisaties/a/b", "v2/organisaties", "diensten/x"])
def test_an_address_that_does_not_exist_answers_404_in_json(client: FlaskClient, path: str) -> None:
    response = client.get(f"/api/v1/{path}")
    assert (response.status_code, response.mimetype) == (404, "application/json")
    assert response.json is not None and response.json["fout"]["melding"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_api_only_reads(client: FlaskClient, method: str) -> None:
    response = getattr(client, method)("/api/v1/organisaties")
    assert (response.status_code, response.mimetype) == (405, "application/json")
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["organisaties", "diensten", "gemeenten", "suggesties", "onzin", "openapi.json"]
)
def test_any_page_may_read_the_api(client: FlaskClient, path: str) -> None:
    assert client.get(f"/api/v1/{path}").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["diensten", "gemeenten", "openapi.json"])
def test_a_list_that_did_not_change_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(f"/api/v1/{path}")
    assert first.cache_control.max_age == 300
    again = client.get(f"/api/v1/{path}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(f"/api/v1/{path}", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_the_advice_on_clauses_is_as_described(ask: Ask) -> None:
    answer = ask(
        "clausules/advies",
        soort="diensten",
        raming="120000",
        datum="2026-03-01",
        dienst="groenonderhoud",
        gemeente="33011",
    )
    assert answer["aanbod"]["per_gemeente"] == {"33011": 2}
    assert len(answer["instrumenten"]) == 10
    assert ask("clausules/advies", soort="diensten", raming="1000")["aanbod"] is None
    assert ask("clausules/advies", soort="werken", raming="1000", instrument="marktconsultatie")["tekst"]
    assert ask("clausules/advies", 400, soort="diensten")["fout"]["veld"] == "raming"
