"""The seed file of organisations: a sound exchange file in which nothing is lost and nothing invented."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest
from stdnum.be import vat

from catalogue.models.trede import treden
from catalogue.models.werkvorm import werkvormen

SEEDS = Path(__file__).parents[2] / "seeds"
HEADER = (
    "naam;voorheen;vestiging;werkvorm;trede;diensten;werkgebied;samenwerking;straat;huisnummer;bus;postcode;"
    "gemeente;website;email;telefoon;ondernemingsnummer;erkenningen;omschrijving;bron;zekerheid;bevestigd_op;status"
)

Row = dict[str, str]


def read(name: str, delimiter: str) -> list[Row]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter, strict=True))


ROWS = read("organisaties.csv", ";")
GEMEENTEN = {row["naam"]: row["postcodes"].split("|") for row in read("gemeenten.csv", ",")}
NAMES = list(dict.fromkeys(row["naam"] for row in ROWS))


def listed(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def rows_of(naam: str) -> list[Row]:
    return [row for row in ROWS if row["naam"] == naam]


def labelled(row: Row) -> str:
    return f"{row['naam']} / {row['vestiging']}"


def test_the_columns_are_those_of_the_exchange_format_in_its_order() -> None:
    assert ";".join(ROWS[0]) == HEADER


def test_every_row_has_a_cell_for_every_column_and_no_stray_space() -> None:
    for row in ROWS:
        assert None not in row and None not in row.values(), labelled(row)
        for cell in row.values():
            assert cell == " ".join(cell.split()), labelled(row)


def test_no_gathered_site_was_lost() -> None:
    # Three organisations are known by a site only; their own row was added and has no place.
    assert len(ROWS) == 189 + 3


def test_no_site_stands_twice() -> None:
    sites = Counter((row["naam"], row["vestiging"], row["werkgebied"]) for row in ROWS)
    assert [site for site, times in sites.items() if times > 1] == []


def test_the_rows_of_an_organisation_stand_together() -> None:
    assert [naam for naam, _ in groupby(row["naam"] for row in ROWS)] == NAMES


def test_one_enterprise_number_is_one_organisation() -> None:
    owners: dict[str, set[str]] = {}
    for row in ROWS:
        if row["ondernemingsnummer"]:
            owners.setdefault(row["ondernemingsnummer"], set()).add(row["naam"])
    assert [names for names in owners.values() if len(names) > 1] == []


def test_no_name_still_hides_a_site_or_a_former_name() -> None:
    assert [naam for naam in NAMES if re.search(r" - (winkel|outlet|site|afdeling)\b|voorheen", naam)] == []


def test_the_first_row_and_only_that_is_the_organisation_itself() -> None:
    for naam in NAMES:
        first, *sites = rows_of(naam)
        assert first["vestiging"] == "", naam
        assert all(row["vestiging"] for row in sites), naam


def test_what_belongs_to_the_organisation_stands_on_its_first_row_only() -> None:
    for row in ROWS:
        if row["vestiging"]:
            assert row["voorheen"] == row["website"] == row["ondernemingsnummer"] == "", labelled(row)


def test_every_row_has_its_own_text_and_source() -> None:
    for row in ROWS:
        assert row["bron"] and row["omschrijving"].endswith("."), labelled(row)


def test_all_sites_of_an_organisation_have_its_werkvorm() -> None:
    for naam in NAMES:
        assert len({row["werkvorm"] for row in rows_of(naam)}) == 1, naam


def test_werkvormen_and_treden_are_in_the_vocabulary() -> None:
    assert {row["werkvorm"] for row in ROWS} <= werkvormen().keys()
    assert {int(trede) for row in ROWS for trede in listed(row["trede"])} <= treden().keys()


def test_no_kind_of_ama_was_guessed() -> None:
    assert {"ama-se", "ama-welzijn"} & {row["werkvorm"] for row in ROWS} == set()


def test_every_service_word_is_a_label_of_the_vocabulary() -> None:
    content = tomllib.loads((SEEDS / "diensten.toml").read_text(encoding="utf-8"))
    labels = {service["label"] for service in content["dienst"]}
    used = {word for row in ROWS for word in listed(row["diensten"])}
    assert used - labels == set()
    # Fewer would mean that conversion lost services, not that the vocabulary has some that nobody offers.
    assert len(used) > 80


def test_no_row_names_a_service_twice() -> None:
    for row in ROWS:
        assert max(Counter(listed(row["diensten"])).values(), default=1) == 1, labelled(row)


def test_enclave_work_is_a_form_of_cooperation_too() -> None:
    label = "Ploeg bij u in huis (enclave)"
    assert [
        labelled(row)
        for row in ROWS
        if (label in listed(row["diensten"])) != (row["samenwerking"] == "enclave")
    ] == []
    assert sum(row["samenwerking"] == "enclave" for row in ROWS) == 8


def test_every_gemeente_exists_and_has_the_postcode_beside_it() -> None:
    for row in ROWS:
        if row["gemeente"]:
            assert row["gemeente"] in GEMEENTEN, labelled(row)
        if row["postcode"]:
            assert row["postcode"] in GEMEENTEN[row["gemeente"]], labelled(row)


def test_an_address_stands_in_a_gemeente_and_a_number_in_a_street() -> None:
    for row in ROWS:
        assert row["gemeente"] or not row["straat"], labelled(row)
        assert row["straat"] or not row["huisnummer"], labelled(row)
        assert row["huisnummer"] or not row["bus"], labelled(row)


@pytest.mark.parametrize("number", sorted({row["ondernemingsnummer"] for row in ROWS} - {""}))
def test_an_enterprise_number_is_valid_and_written_the_usual_way(number: str) -> None:
    assert re.fullmatch(r"[01]\d{3}\.\d{3}\.\d{3}", number)
    assert vat.is_valid(number)


def test_work_areas_name_a_known_region_or_gemeente() -> None:
    regions = {
        f"regio:{regio['slug']}"
        for regio in tomllib.loads((SEEDS / "regios.toml").read_text(encoding="utf-8"))["regio"]
    }
    areas = {area for row in ROWS for area in listed(row["werkgebied"])}
    assert areas - regions - GEMEENTEN.keys() == set()
    assert areas & regions


def test_every_row_says_how_sure_it_is_and_nobody_confirmed_it_yet() -> None:
    assert {row["zekerheid"] for row in ROWS} == {"zeker", "waarschijnlijk", "onzeker"}
    assert {row["bevestigd_op"] for row in ROWS} == {row["status"] for row in ROWS} == {""}


@pytest.mark.parametrize(
    ("naam", "former"),
    [
        ("Forena", ["'t Veer", "Sowepo"]),
        ("Odas", ["Footstep", "Arcotec", "Loca Labora"]),
        ("Mirto", ["Nevelland", "Revam"]),
        ("Poerderie", ["Effect"]),
        ("Mariasteen", ["Troev"]),
    ],
)
def test_former_names_lead_to_the_present_organisation(naam: str, former: list[str]) -> None:
    assert listed(rows_of(naam)[0]["voorheen"]) == former


@pytest.mark.parametrize(
    ("naam", "sites"),
    [
        ("De Kringloopwinkel Deltagroep", 10),
        ("De Lovie", 7),
        ("Kringwinkel Kust", 6),
        ("Kringwinkel West", 4),
        ("InterWest", 2),
        ("Forena", 2),
        ("Waak", 1),
        ("Waak WSW", 1),
    ],
)
def test_sites_of_one_organisation_are_together_and_sisters_are_apart(naam: str, sites: int) -> None:
    assert len(rows_of(naam)) == sites


def test_websites_are_addresses_and_there_are_no_mailboxes_of_people() -> None:
    for row in ROWS:
        assert not row["website"] or re.fullmatch(r"https?://[^\s;]+", row["website"]), labelled(row)
        assert row["email"] == row["telefoon"] == "", labelled(row)
