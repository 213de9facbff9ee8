"""The form of an entry: what was typed, what it means, and why it means nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from catalogue.curation import entries
from catalogue.curation.entry_form import MOST_ROWS, EntryForm, empty, filled, posted
from catalogue.curation.entry_reading import Reading
from catalogue.curation.entrydata import EntryData, RecognitionData, WerkvormData, normal
from catalogue.directory.live import directory
from catalogue.directory.vocabulary import Words
from catalogue.models import PointOrigin, Status
from tests.builders import TODAY, VEURNE, entry, offer, organisations, site

RICH = entry(
    "Alles Erop",
    former_names=("Oude Naam", "Nog Ouder"),
    legal_form="vzw",
    ondernemingsnummer="0407768895",
    website="https://www.voorbeeld.be",
    email="info@voorbeeld.be",
    phone="051 00 00 00",
    summary="Doet alles.",
    description="Eerste regel.\n\nTweede regel.",
    free_services=("klokken opwinden",),
    source="proef",
    zekerheid="zeker",
    orderable=False,
    art15_percent=85,
    art15_on=date(2025, 3, 1),
    art15_proof="attest",
    art15_status="erkend",
    confirmed_on=date(2026, 1, 5),
    confirmed_how="telefoon",
    confirm_months=6,
    werkvormen=(
        WerkvormData("maatwerkbedrijf", (4, 5), date(2020, 1, 1), date(2030, 12, 31)),
        WerkvormData("arbeidszorg"),
    ),
    recognitions=(RecognitionData("Aannemer G3", "2", date(2027, 5, 1)), RecognitionData("ISO 9001")),
    sites=(
        site(street="Markt", house_number="1", box="2", postcode="8900"),
        site(
            VEURNE, name="Atelier", lat=51.0712345678, lon=2.6612345678, point_origin="hand", source="brief"
        ),
    ),
    offers=(
        offer("schoonmaak", "nis:33011", "regio:brugge", "km:12.5", site="", samenwerking=("enclave",)),
        offer("schoonmaak", site=None),
        offer("groenonderhoud", "vlaanderen", site="Atelier", note="enkel in de zomer"),
    ),
)


@pytest.fixture(autouse=True)
def words(app: Flask) -> Iterator[Words]:
    with app.app_context():
        yield directory().load().words


def read(form: EntryForm, words: Words, before: EntryData = RICH) -> EntryData | None:
    return Reading(form, words, TODAY).entry(before)


def changed(words: Words, **values: str | list[str]) -> EntryForm:
    """The form of RICH with other texts; "sites_0_street" names sites-0-street."""
    form = filled(normal(RICH), words)
    for name, value in values.items():
        parts = name.split("_", 2)
        key = "-".join(parts) if len(parts) == 3 and parts[1].isdigit() else name
        form.fields[key] = value if isinstance(value, list) else [value]
    return form


def test_every_field_of_an_entry_goes_through_the_form_unchanged(words: Words) -> None:
    (id,) = organisations(RICH)
    saved = entries.read(id)
    assert saved is not None
    again = read(filled(saved, words), words, saved)
    assert again == saved
    assert (again.id, again.slug) == (saved.id, saved.slug)
    assert [one.id for one in (*again.sites, *again.offers)] == [
        one.id for one in (*saved.sites, *saved.offers)
    ]


def test_a_new_form_says_nothing_but_that_the_name_is_missing(words: Words) -> None:
    form = empty()
    assert read(form, words, EntryData(name="")) is None
    assert form.errors == {"name": "Vul een naam in."}

    form = empty()
    form.fields["name"] = ["De Nieuwe"]
    assert read(form, words, EntryData(name="", status=Status.CONCEPT)) == EntryData(
        name="De Nieuwe", status=Status.CONCEPT
    )


WRONG = {
    "a name that is not there": ({"name": " "}, "name"),
    "a name that is too long": ({"name": "x" * 201}, "name"),
    "a number that is none": ({"ondernemingsnummer": "0123456789"}, "ondernemingsnummer"),
    "a mailbox that is none": ({"email": "info@"}, "email"),
    "an address that runs a script": ({"website": "javascript:alert(1)"}, "website"),
    "a share above all": ({"art15_percent": "101"}, "art15_percent"),
    "a share in letters": ({"art15_percent": "veel"}, "art15_percent"),
    "a share behind zeros": ({"art15_percent": "0000501"}, "art15_percent"),
    "a share of more digits than a number has": ({"art15_percent": "0" * 5_000}, "art15_percent"),
    "a number of more digits than a number has": ({"ondernemingsnummer": "9" * 5_000}, "ondernemingsnummer"),
    "a day that does not exist": ({"art15_on": "2026-02-30"}, "art15_on"),
    "a confirmation to come": ({"confirmed_on": "2031-01-01"}, "confirmed_on"),
    "a manner without a day": ({"confirmed_on": ""}, "confirmed_on"),
    "a rhythm of years": ({"confirm_months": "37"}, "confirm_months"),
    "a certainty of one's own": ({"zekerheid": "heel zeker"}, "zekerheid"),
    "a werkvorm of one's own": ({"werkvormen_0_key": "beursgenoteerd"}, "werkvormen-0-key"),
    "a werkvorm twice": ({"werkvormen_1_key": "maatwerkbedrijf"}, "werkvormen-1-key"),
    "a seventh trede": ({"werkvormen_0_treden": ["4", "7"]}, "werkvormen-0-treden"),
    "an end before the start": ({"werkvormen_0_valid_to": "2019-12-31"}, "werkvormen-0-valid_to"),
    "a postcode of three digits": ({"sites_0_postcode": "890"}, "sites-0-postcode"),
    "a gemeente nobody knows": ({"sites_0_gemeente": "Atlantis"}, "sites-0-gemeente"),
    "two sites of one name": ({"sites_0_name": "ATELIER"}, "sites-0-name"),
    "half a point": ({"sites_0_lat": "50.9", "sites_0_lon": ""}, "sites-0-lon"),
    "a point in the sea of Japan": ({"sites_0_lat": "40", "sites_0_lon": "135"}, "sites-0-lat"),
    "a point that is no number": ({"sites_0_lat": "nan", "sites_0_lon": "3"}, "sites-0-lat"),
    "a service nobody knows": ({"offers_0_service": "oogarts"}, "offers-0-service"),
    "a service that is not chosen": ({"offers_2_service": ""}, "offers-2-service"),
    "a site that is gone": ({"offers_2_site": "9"}, "offers-2-site"),
    "an area that says nothing": (
        {"offers_0_known": "ja", "offers_0_places": "", "offers_0_km": "", "offers_0_vlaanderen": []},
        "offers-0-places",
    ),
    "an area nobody knows": ({"offers_0_known": "ja", "offers_0_places": "Atlantis"}, "offers-0-places"),
    "a radius around the world": ({"offers_0_known": "ja", "offers_0_km": "40000"}, "offers-0-km"),
    "a radius of nothing": ({"offers_0_known": "ja", "offers_0_km": "0"}, "offers-0-km"),
    "a way of working of one's own": ({"offers_0_samenwerking": ["thuis"]}, "offers-0-samenwerking"),
    "a recognition without a name": ({"recognitions_0_kind": ""}, "recognitions-0-kind"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_at_its_field_and_kept_as_it_was_typed(words: Words, what: str) -> None:
    values, field = WRONG[what]
    form = changed(words, **values)
    before = {name: list(value) for name, value in form.fields.items()}

    assert read(form, words) is None
    assert list(form.errors) in ([field], [field.replace("-0-name", "-1-name")])
    assert all(message.endswith((".", "…")) for message in form.errors.values())
    assert form.fields == before


def test_a_point_that_nobody_touched_is_not_rounded(words: Words) -> None:
    again = read(changed(words, phone="057 11 11 11"), words)
    assert again is not None
    assert (again.sites[1].lat, again.sites[1].point_origin) == (51.0712345678, PointOrigin.HAND)


def test_a_point_that_is_typed_was_set_by_hand_and_takes_a_comma(words: Words) -> None:
    again = read(changed(words, sites_0_lat="50,86", sites_0_lon="2,89"), words)
    assert again is not None
    assert (again.sites[0].lat, again.sites[0].lon, again.sites[0].point_origin) == (50.86, 2.89, "hand")


def test_emptying_the_point_gives_it_back_to_the_address(words: Words) -> None:
    again = read(changed(words, sites_1_lat="", sites_1_lon=""), words)
    assert again is not None
    assert (again.sites[1].lat, again.sites[1].point_origin) == (None, "")


def test_a_postcode_of_another_gemeente_is_a_warning(words: Words) -> None:
    reading = Reading(changed(words, sites_0_postcode="8630"), words, TODAY)
    assert reading.entry(RICH) is not None
    assert reading.warnings == ["Postcode 8630 hoort niet bij Ieper. Kijk dat na."]


def test_a_postcode_alone_names_its_gemeente(words: Words) -> None:
    again = read(changed(words, sites_0_gemeente="", sites_0_postcode="8970"), words)
    assert again is not None
    assert again.sites[0].gemeente_nis == "33021"


def test_a_service_is_found_by_a_synonym_and_its_site_by_its_row(words: Words) -> None:
    again = read(changed(words, offers_0_service="poetsen", sites_1_name="Ateljee"), words)
    assert again is not None
    assert {one.service for one in again.offers} == {"schoonmaak", "groenonderhoud"}
    assert [one.site for one in again.offers if one.service == "groenonderhoud"] == ["Ateljee"]


def test_a_work_area_is_read_from_names_codes_and_a_radius(words: Words) -> None:
    typed = "Ieper, 8970;\nregio:westhoek"
    again = read(changed(words, offers_0_known="ja", offers_0_places=typed, offers_0_km="12,5"), words)
    assert again is not None
    assert ("nis:33011", "nis:33021", "regio:westhoek", "km:12.5") in [one.area for one in again.offers]


def test_rows_are_added_copied_and_taken_away_without_losing_what_was_typed(words: Words) -> None:
    form = changed(words, name="Nog niet bewaard")
    assert form.change_rows("sites-erbij")
    assert (form.rows("sites"), form.new_row) == ([0, 1, 2], "sites-2")
    assert form.change_rows("sites-weg-0")
    assert form.rows("sites") == [1, 2]
    assert form.change_rows("offers-kopie-2")
    assert form.value("offers-3-service") == ""
    assert form.value("offers-3-vlaanderen") == form.value("offers-2-vlaanderen")
    assert form.value("offers-3-site") == form.value("offers-2-site")
    assert form.value("name") == "Nog niet bewaard"
    assert not form.change_rows("bewaar")


def test_fields_that_are_not_ours_are_left_out() -> None:
    form = posted([("name", ["x"]), ("status", ["gepubliceerd"]), ("sites-0-evil", ["1"]), ("id", ["7"])])
    assert form.fields == {"name": ["x"]}


def test_more_rows_than_an_entry_can_have_are_refused_and_not_dropped() -> None:
    form = posted((f"sites-{number}-name", ["x"]) for number in range(MOST_ROWS + 1))
    assert "sites" in form.errors


def test_an_offer_that_repeats_another_becomes_one_with_it(words: Words) -> None:
    form = changed(words)
    form.change_rows("offers-kopie-2")
    form.fields["offers-3-service"] = ["Groenonderhoud"]
    form.fields["offers-3-note"] = ["ook op zaterdag"]
    again = read(form, words)
    assert again is not None
    notes = [one.note for one in again.offers if one.service == "groenonderhoud"]
    assert notes == ["enkel in de zomer\nook op zaterdag"]


def test_what_a_text_may_hold_survives_its_tags_and_line_breaks(words: Words) -> None:
    again = read(changed(words, description="<b>vet</b> & ‘aanhaling’\r\n\r\n\tnog"), words)
    assert again is not None
    assert again.description == "<b>vet</b> & ‘aanhaling’\n\nnog"
