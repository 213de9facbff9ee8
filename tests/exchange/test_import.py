"""What the rows of a file do to the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import event, func, select

from catalogue.curation import entries
from catalogue.curation.entrydata import EntryData, OfferData, RecognitionData, WerkvormData
from catalogue.curation.write import change, generation
from catalogue.exchange.columns import COLUMNS
from catalogue.exchange.plan import apply, plan
from catalogue.exchange.reader import read_bytes
from catalogue.extensions import db
from catalogue.models import ASSUMED_AREA, FormerSlug, Organisation, Status
from tests.builders import IEPER, POPERINGE, TODAY, VEURNE, import_text, offer, organisation, site


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def the(name: str) -> EntryData:
    found = entries.find(name)
    assert found is not None
    data = entries.read(found.id)
    assert data is not None
    return data


def offers(data: EntryData) -> set[tuple[str, str | None, tuple[str, ...] | None, tuple[str, ...]]]:
    return {(o.service, o.site, None if o.area_assumed else o.area, o.samenwerking) for o in data.offers}


def names() -> list[str]:
    return sorted(db.session.scalars(select(Organisation.name)))


def doubts(text: str) -> list[tuple[int, str]]:
    done = import_text(text)
    assert not done.refusals
    return [(doubt.line, doubt.column) for doubt in done.doubts]


FULL = (
    "naam;voorheen;vestiging;werkvorm;trede;diensten;werkgebied;samenwerking;straat;huisnummer;bus;postcode;"
    "gemeente;website;email;telefoon;ondernemingsnummer;erkenningen;omschrijving;bron;zekerheid;bevestigd_op;status\n"
    "De Kiem;Het Zaad|De Pit;;MWB;5;poetsen|gras maaien;Ieper|regio:westhoek|12,5 km;enclave|Bij de klant;"
    "Markt;1;A;8900;Ieper;www.kiem.be;Verkoop@Kiem.be;'+32 57 20 00 00;BE 0407.768.895;"
    "Aannemer G3, klasse 2, tot 2027-12-31|ISO;Zaait en oogst.;bezoek;zeker;1/3/2026;concept\n"
)


def test_every_column_arrives() -> None:
    done = import_text(FULL)
    assert (done.refusals, done.doubts) == ((), ())
    kiem = the("De Kiem")
    assert kiem.former_names == ("Het Zaad", "De Pit")
    assert kiem.werkvormen == (WerkvormData("maatwerkbedrijf", (5,)),)
    area = ("nis:33011", "regio:westhoek", "km:12.5")
    ways = ("bij-klant", "enclave")
    assert offers(kiem) == {("schoonmaak", "", area, ways), ("gras-maaien", "", area, ways)}
    (place,) = kiem.sites
    assert (place.street, place.house_number, place.box, place.postcode, place.gemeente_nis) == (
        "Markt",
        "1",
        "A",
        "8900",
        IEPER,
    )
    assert (kiem.website, kiem.email, kiem.phone) == (
        "https://www.kiem.be",
        "Verkoop@kiem.be",
        "+32 57 20 00 00",
    )
    assert kiem.ondernemingsnummer == "0407768895"
    assert kiem.recognitions == (
        RecognitionData("Aannemer G3", "2", date(2027, 12, 31)),
        RecognitionData("ISO"),
    )
    assert (kiem.description, kiem.source, kiem.zekerheid) == ("Zaait en oogst.", "bezoek", "zeker")
    assert (kiem.confirmed_on, kiem.status) == (date(2026, 3, 1), Status.CONCEPT)
    row = db.session.get_one(Organisation, kiem.id)
    assert row.imported_at is not None
    assert row.edited_at is None


def test_a_name_is_enough_and_everything_assumed_is_said() -> None:
    done = import_text("naam\nDe Kiem\n")
    kiem = the("De Kiem")
    assert (kiem.status, kiem.werkvormen, kiem.sites, kiem.offers, kiem.confirmed_on) == (
        Status.PUBLISHED,
        (WerkvormData("andere"),),
        (),
        (),
        None,
    )
    assert [(doubt.line, doubt.column) for doubt in done.doubts] == [(2, "werkvorm")]


def test_importing_a_file_twice_changes_nothing_the_second_time() -> None:
    import_text(FULL)
    before = generation()
    again = import_text(FULL)
    assert (len(again.new), len(again.changed), again.same) == (0, 0, 1)
    assert generation() == before


def test_an_empty_cell_or_a_missing_column_leaves_what_is_there() -> None:
    import_text(FULL)
    before = the("De Kiem")
    import_text("naam;website;omschrijving;straat;status\nde kiem;;;;\n")
    assert the("De Kiem") == before
    import_text("naam;telefoon\nDe Kiem;057 11 11 11\n")
    assert the("De Kiem").phone == "057 11 11 11"
    assert the("De Kiem").website == before.website


def test_rows_with_another_vestiging_are_sites_of_one_organisation() -> None:
    import_text("naam;vestiging;gemeente\nDe Kiem;;Ieper\nDe Kiem;Winkel;Veurne\nDE KIEM;Atelier;8970\n")
    assert [(s.name, s.gemeente_nis) for s in the("De Kiem").sites] == [
        ("", IEPER),
        ("Winkel", VEURNE),
        ("Atelier", POPERINGE),
    ]


def test_another_file_with_another_vestiging_adds_a_site() -> None:
    import_text("naam;vestiging;gemeente\nDe Kiem;Winkel;Veurne\n")
    import_text("naam;vestiging;gemeente\nDe Kiem;Atelier;Ieper\n")
    assert [s.name for s in the("De Kiem").sites] == ["Winkel", "Atelier"]


def test_more_rows_of_one_vestiging_add_offers_with_another_area_or_samenwerking() -> None:
    import_text(
        "naam;diensten;werkgebied;samenwerking\n"
        "De Kiem;poetsen|groenonderhoud;Ieper;\n"
        "De Kiem;poetsen;Veurne;enclave\n"
        "De Kiem;strijk;;\n"
    )
    assert offers(the("De Kiem")) == {
        ("schoonmaak", None, ("nis:33011",), ()),
        ("groenonderhoud", None, ("nis:33011",), ()),
        ("schoonmaak", None, ("nis:38025",), ("enclave",)),
        ("strijk", None, None, ()),
    }


def test_an_area_that_nobody_stated_is_assumed() -> None:
    import_text("naam;diensten;gemeente\nDe Kiem;poetsen;Ieper\n")
    (only,) = the("De Kiem").offers
    assert (only.area, only.area_assumed) == (ASSUMED_AREA, True)


def test_the_offers_of_a_site_in_the_file_become_those_of_the_file() -> None:
    import_text("naam;vestiging;diensten\nDe Kiem;Oost;poetsen|strijk\nDe Kiem;West;catering\n")
    import_text("naam;vestiging;diensten\nDe Kiem;Oost;poetsen|groenonderhoud\n")
    assert {(o.site, o.service) for o in the("De Kiem").offers} == {
        ("Oost", "schoonmaak"),
        ("Oost", "groenonderhoud"),
        ("West", "catering"),
    }


def test_an_offer_that_stays_keeps_its_note_and_what_the_row_leaves_open() -> None:
    organisation(
        "De Kiem",
        offers=(
            offer("schoonmaak", "nis:33011", site="", samenwerking=("enclave",), note="enkel ramen"),
            offer("strijk", site=""),
        ),
    )
    import_text("naam;diensten\nDe Kiem;poetsen\n")
    (kept,) = the("De Kiem").offers
    assert kept == OfferData("schoonmaak", "", ("nis:33011",), False, ("enclave",), "enkel ramen")


def test_an_area_without_services_changes_the_offers_that_are_there() -> None:
    import_text("naam;gemeente;diensten\nDe Kiem;Ieper;poetsen|strijk\n")
    import_text("naam;werkgebied\nDe Kiem;vlaanderen\n")
    assert offers(the("De Kiem")) == {
        ("schoonmaak", "", ("vlaanderen",), ()),
        ("strijk", "", ("vlaanderen",), ()),
    }


def test_an_area_with_nothing_to_hang_it_on_is_a_doubt() -> None:
    assert (2, "werkgebied") in doubts("naam;werkgebied\nDe Kiem;vlaanderen\n")
    assert doubts("naam;werkvorm;diensten;werkgebied\nZ;az;poetsen;\nZ;az;;Ieper\n") == [(3, "werkgebied")]


def test_areas_without_services_that_contradict_each_other_change_nothing() -> None:
    import_text("naam;werkvorm;diensten;werkgebied\nDe Kiem;az;poetsen;Ieper\nDe Kiem;az;strijk;Veurne\n")
    before = the("De Kiem")
    assert doubts("naam;werkgebied\nDe Kiem;Veurne\nDe Kiem;Ieper\n") == [(3, "werkgebied")]
    assert the("De Kiem") == before


def test_a_row_without_vestiging_and_address_speaks_of_the_whole_organisation() -> None:
    import_text("naam;vestiging;gemeente;diensten\nDe Kiem;Winkel;Veurne;strijk\nDe Kiem;;;poetsen\n")
    kiem = the("De Kiem")
    assert [s.name for s in kiem.sites] == ["Winkel"]
    assert {(o.site, o.service) for o in kiem.offers} == {("Winkel", "strijk"), (None, "schoonmaak")}


def test_a_row_without_vestiging_and_address_is_the_unnamed_site_where_there_is_one() -> None:
    import_text("naam;gemeente\nDe Kiem;Ieper\n")
    import_text("naam;diensten\nDe Kiem;poetsen\n")
    assert [o.site for o in the("De Kiem").offers] == [""]


def test_offers_of_the_whole_organisation_move_to_the_site_that_gets_an_address() -> None:
    import_text("naam;diensten\nDe Kiem;poetsen\n")
    import_text("naam;diensten;gemeente\nDe Kiem;poetsen;Ieper\n")
    assert [(o.service, o.site) for o in the("De Kiem").offers] == [("schoonmaak", "")]


def test_alle_vestigingen_means_the_whole_organisation_beside_an_unnamed_site() -> None:
    import_text("naam;vestiging;gemeente;diensten\nZ;;Ieper;strijk\nZ;alle vestigingen;;poetsen\n")
    assert {(o.site, o.service) for o in the("Z").offers} == {("", "strijk"), (None, "schoonmaak")}


def test_a_new_name_with_the_old_one_as_voorheen_renames_the_entry() -> None:
    id = organisation("Sowepo")
    import_text("naam;voorheen\nForena;Sowepo\n")
    assert names() == ["Forena"]
    forena = the("Forena")
    assert (forena.id, forena.slug, forena.former_names) == (id, "forena", ("Sowepo",))
    assert db.session.get_one(FormerSlug, "sowepo").organisation_id == id


def test_a_file_that_uses_an_old_name_finds_the_entry_and_says_so() -> None:
    organisation("Forena", former_names=("Sowepo",))
    assert doubts("naam;telefoon\nSOWEPO;057 1\n") == [(2, "naam")]
    assert names() == ["Forena"]
    assert the("Forena").phone == "057 1"


def test_an_old_name_that_is_still_an_entry_of_its_own_is_a_doubt() -> None:
    organisation("Forena")
    organisation("Sowepo")
    assert doubts("naam;voorheen\nForena;Sowepo\n") == [(2, "voorheen")]
    assert names() == ["Forena", "Sowepo"]


def test_a_name_is_recognised_whatever_its_case_accents_and_spaces() -> None:
    organisation("Café De Kroon")
    import_text("naam;telefoon\n  cafe DE   kroon;057 1\n")
    assert names() == ["Café De Kroon"]


def test_an_archived_entry_stays_archived_unless_the_file_says_otherwise() -> None:
    id = organisation("De Kiem")
    with change() as under_way:
        entries.archive(under_way, db.session.get_one(Organisation, id))
    assert doubts("naam;telefoon\nDe Kiem;057 1\n") == [(2, "status")]
    assert the("De Kiem").status == Status.ARCHIVED
    import_text("naam;status\nDe Kiem;Gepubliceerd\n")
    row = db.session.get_one(Organisation, id)
    assert (row.status, row.archived_on) == (Status.PUBLISHED, None)


def test_a_concept_stays_a_concept_when_the_file_is_silent() -> None:
    organisation("De Kiem", status=Status.CONCEPT)
    import_text("naam;telefoon\nDe Kiem;057 1\n")
    assert the("De Kiem").status == Status.CONCEPT


def test_a_file_can_archive() -> None:
    id = organisation("De Kiem")
    import_text("naam;status\nDe Kiem;gearchiveerd\n")
    assert db.session.get_one(Organisation, id).archived_on is not None


@pytest.mark.parametrize(
    ("cell", "keys"),
    [
        ("maatwerk", ("maatwerkbedrijf",)),
        ("LDE", ("ald",)),
        ("beschutte werkplaats; PWA", ("maatwerkbedrijf", "wijk-werken")),
        ("Arbeidszorg|az", ("arbeidszorg",)),
    ],
)
def test_a_werkvorm_is_known_by_key_label_old_name_and_group(cell: str, keys: tuple[str, ...]) -> None:
    import_text(f'naam,werkvorm\nDe Kiem,"{cell}"\n')
    assert tuple(form.key for form in the("De Kiem").werkvormen) == keys


def test_treden_are_divided_over_the_werkvormen_and_left_alone_when_equal() -> None:
    import_text("naam;werkvorm;trede\nDe Kiem;maatwerkbedrijf|arbeidszorg;2|3|5\n")
    divided = (WerkvormData("maatwerkbedrijf", (2, 5)), WerkvormData("arbeidszorg", (3,)))
    assert the("De Kiem").werkvormen == divided
    assert import_text("naam;trede\nDe Kiem;5|3|2\n").same == 1
    import_text("naam;trede\nDe Kiem;trede 4\n")
    assert {t for form in the("De Kiem").werkvormen for t in form.treden} == {4}


def test_an_unknown_service_stays_as_free_text_with_a_guess() -> None:
    done = import_text("naam;werkvorm;diensten\nDe Kiem;az;groenonderhout|klokken opwinden|poetsen\n")
    assert the("De Kiem").free_services == ("groenonderhout", "klokken opwinden")
    assert [(d.line, d.column) for d in done.doubts] == [(2, "diensten")] * 2
    assert "Bedoelt u ‘Groenonderhoud’?" in done.doubts[0].reason


def test_free_words_are_renewed_with_the_offers_and_added_where_a_site_is_missing() -> None:
    import_text("naam;vestiging;diensten\nZ;A;klokken|strijk\nZ;B;poetsen\n")
    import_text("naam;vestiging;diensten\nZ;B;poetsen|uurwerken\n")
    assert the("Z").free_services == ("klokken", "uurwerken")
    import_text("naam;vestiging;diensten\nZ;A;strijk\nZ;B;poetsen|wekkers\n")
    assert the("Z").free_services == ("wekkers",)


def test_free_words_that_stay_are_a_doubt() -> None:
    import_text("naam;werkvorm;vestiging;diensten\nZ;az;A;klokken|strijk\nZ;az;B;poetsen\n")
    done = import_text("naam;vestiging;diensten\nZ;B;poetsen\n")
    assert [(d.line, d.column, d.reason) for d in done.doubts] == [
        (2, "diensten", "‘klokken’ blijft staan als vrij woord van de hele organisatie.")
    ]
    assert the("Z").free_services == ("klokken",)
    assert doubts("naam;vestiging;diensten\nZ;A;strijk\nZ;B;poetsen\n") == []
    assert the("Z").free_services == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (";;10 km", "Zonder vestiging heeft deze straal geen middelpunt."),
        ("Winkel;;Ieper|10 km", "Zonder plaats van de vestiging heeft deze straal geen middelpunt."),
        (";Ieper;10 km", None),
        (";;Ieper", None),
    ],
)
def test_a_radius_without_a_place_around_which_to_draw_it_is_a_doubt(row: str, reason: str | None) -> None:
    done = import_text(f"naam;werkvorm;diensten;vestiging;gemeente;werkgebied\nZ;az;poetsen;{row}\n")
    assert [(d.line, d.column, d.reason) for d in done.doubts] == (
        [(2, "werkgebied", reason)] if reason else []
    )


def test_texts_of_a_vestiging_are_its_own_unless_the_organisation_says_the_same() -> None:
    import_text("naam;vestiging;omschrijving\nZ;;Groot.\nZ;Winkel;Een winkel.\nZ;Atelier;Groot.\n")
    zaak = the("Z")
    assert zaak.description == "Groot."
    assert {s.name: s.description for s in zaak.sites} == {"Winkel": "Een winkel.", "Atelier": ""}


def test_the_first_row_with_a_text_gives_the_organisation_its_text() -> None:
    import_text("naam;vestiging;bron\nZ;Winkel;bezoek\nZ;Atelier;mail\n")
    zaak = the("Z")
    assert zaak.source == "bezoek"
    assert [s.source for s in zaak.sites] == ["", "mail"]


def test_a_changed_text_of_the_organisation_does_not_leave_the_old_one_on_its_sites() -> None:
    import_text("naam;vestiging;omschrijving\nZ;;Oud.\nZ;Winkel;Oud.\n")
    import_text("naam;vestiging;omschrijving\nZ;;Nieuw.\nZ;Winkel;Oud.\n")
    zaak = the("Z")
    assert (zaak.description, [s.description for s in zaak.sites]) == ("Nieuw.", [""])


def test_a_text_that_all_sites_get_is_that_of_the_organisation() -> None:
    import_text("naam;vestiging;omschrijving\nZ;Winkel;Oud.\n")
    import_text("naam;vestiging;omschrijving\nZ;Winkel;Nieuw.\n")
    zaak = the("Z")
    assert (zaak.description, [s.description for s in zaak.sites]) == ("Nieuw.", [""])


def test_rows_that_contradict_each_other_are_a_doubt_and_the_last_one_counts() -> None:
    text = "naam;werkvorm;vestiging;website\nZ;az;A;a.be\nZ;az;B;b.be\nZ;;C;\nZ;az;D;b.be\n"
    assert doubts(text) == [(3, "website")]
    assert the("Z").website == "https://b.be"


def test_the_number_of_another_entry_is_a_doubt() -> None:
    organisation("Een", ondernemingsnummer="0407768895")
    text = "naam;werkvorm;ondernemingsnummer\nTwee;az;0407.768.895\n"
    assert doubts(text) == [(2, "ondernemingsnummer")]
    assert doubts(text) == []


def test_a_deelgemeente_is_its_gemeente_and_a_postcode_decides_between_namesakes() -> None:
    import_text("naam;postcode;gemeente\nA;8980;Beselare\nB;;Beselare\nC;8691;Beveren\nD;9120;Beveren\n")
    assert the("A").sites[0].gemeente_nis == the("B").sites[0].gemeente_nis == "33037"
    assert the("C").sites[0].gemeente_nis != the("D").sites[0].gemeente_nis


def test_a_new_address_has_a_new_point_unless_it_was_set_by_hand() -> None:
    organisation("Vast", sites=(site(IEPER, lat=50.9, lon=2.9, point_origin="hand"),))
    organisation("Los", sites=(site(IEPER),))
    before = the("Los").sites[0]
    import_text("naam;postcode\nVast;8630\nLos;8630\n")
    assert (the("Vast").sites[0].lat, the("Vast").sites[0].gemeente_nis) == (50.9, VEURNE)
    after = the("Los").sites[0]
    assert after.lat != before.lat
    assert after.point_origin == "gemeente"


def test_a_gemeente_that_does_not_fit_the_old_postcode_takes_it_away() -> None:
    import_text("naam;werkvorm;postcode;gemeente\nZ;az;8900;Ieper\n")
    assert doubts("naam;gemeente\nZ;Veurne\n") == [(2, "gemeente")]
    (place,) = the("Z").sites
    assert (place.postcode, place.gemeente_nis) == ("", VEURNE)


def test_parts_of_an_old_address_that_stay_are_a_doubt() -> None:
    import_text("naam;werkvorm;straat;huisnummer;bus\nZ;az;Markt;1;A\n")
    assert doubts("naam;straat;huisnummer;bus\nZ;Kaai;2;\n") == [(2, "bus")]


def test_imported_never_means_confirmed() -> None:
    organisation("Z", confirmed_on=date(2025, 1, 1))
    import_text("naam;telefoon\nZ;057 1\n")
    assert the("Z").confirmed_on == date(2025, 1, 1)
    import_text("naam;bevestigd_op\nZ;2026-02-01\n")
    assert the("Z").confirmed_on == date(2026, 2, 1)


REFUSED = [
    ("naam;telefoon\n;057\n", "naam", "ontbreekt"),
    ("naam;telefoon\nTRUE;057\n", "naam", "ja-neewaarde"),
    ("naam;telefoon\nONWAAR;057\n", "naam", "ja-neewaarde"),
    ("naam;gemeente\nZ;Atlantis\n", "gemeente", "Atlantis"),
    ("naam;gemeente\nZ;Sint-Joris\n", "gemeente", "kan .* of .* zijn"),
    ("naam;postcode;gemeente\nZ;8900;Veurne\n", "postcode", "hoort niet bij Veurne maar bij Ieper"),
    ("naam;postcode\nZ;89\n", "postcode", "vier cijfers"),
    ("naam;postcode\nZ;1000\n", "postcode", "Vlaanderen"),
    ("naam;ondernemingsnummer\nZ;0407.768.896\n", "ondernemingsnummer", "geen geldig"),
    (f"naam;ondernemingsnummer\nZ;{'9' * 5_000}\n", "ondernemingsnummer", "geen geldig"),
    ("naam;trede\nZ;7\n", "trede", "1, 2, 3, 4, 5, 6"),
    ("naam;trede\nZ;00059\n", "trede", "geen trede"),
    (f"naam;trede\nZ;0005{'9' * 5_000}\n", "trede", "geen trede"),
    ("naam;trede\nZ;hoog\n", "trede", "hoog"),
    ("naam;bevestigd_op\nZ;gisteren\n", "bevestigd_op", "jaar-maand-dag"),
    ("naam;bevestigd_op\nZ;2026-02-30\n", "bevestigd_op", "bestaat niet"),
    ("naam;bevestigd_op\nZ;2026-11-22\n", "bevestigd_op", "toekomst"),
    ("naam;status\nZ;weg\n", "status", "concept, gepubliceerd, gearchiveerd"),
    ("naam;zekerheid\nZ;misschien\n", "zekerheid", "zeker, waarschijnlijk, onzeker"),
    ("naam;werkvorm\nZ;fabriek\n", "werkvorm", "fabriek"),
    ("naam;werkgebied\nZ;Ieper|de maan\n", "werkgebied", "de maan"),
    ("naam;werkgebied\nZ;9000 km\n", "werkgebied", "hoogstens"),
    ("naam;samenwerking\nZ;ruil\n", "samenwerking", "ruil"),
    ("naam;website\nZ;javascript:alert(1)\n", "website", "webadres"),
    ("naam;website\nZ;geen\n", "website", "webadres"),
    ("naam;website\nZ;http://[::1\n", "website", "webadres"),
    ("naam;website\nZ;https://a.be/<script>\n", "website", "webadres"),
    ("naam;email\nZ;info at kiem\n", "email", "e-mailadres"),
    (f"naam\n{'x' * 201}\n", "naam", "te lang"),
    (f"naam;bus\nZ;{'x' * 21}\n", "bus", "te lang"),
    ("naam;erkenningen\nZ;" + "x" * 121 + "\n", "erkenningen", "te lang"),
]


@pytest.mark.parametrize(("text", "column", "reason"), REFUSED)
def test_a_bad_cell_is_refused_with_its_line_and_reason(text: str, column: str, reason: str) -> None:
    header, row = text.split("\n", 1)
    good = "Goed" + ";" * header.count(";")
    done = import_text(f"{header}\n{good}\n{row}")
    assert [(refusal.line, refusal.column) for refusal in done.refusals] == [(3, column)]
    assert re.search(reason, done.refusals[0].reason)
    assert names() == []


@pytest.mark.parametrize("column", COLUMNS)
def test_a_cell_of_more_digits_than_a_number_has_is_taken_in_or_refused(column: str) -> None:
    for digits in ("9" * 5_000, "0" * 5_000):
        done = import_text(f"naam;{column}\nZ;{digits}\n" if column != "naam" else f"naam\n{digits}\n")
        assert [refusal.column for refusal in done.refusals] in ([], [column])
    # A zero before it changes no number.
    assert not import_text("naam;trede\nZ;05\n").refusals


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_truth_in_a_workbook_is_no_name() -> None:
    planned = plan(read_bytes(workbook(["naam"], ["Een"], [True], [False])), today=TODAY)
    assert [(refusal.line, refusal.column) for refusal in planned.refusals] == [(3, "naam"), (4, "naam")]


def test_a_formula_without_a_value_is_a_doubt_on_its_row_and_column() -> None:
    table = read_bytes(workbook(["naam", "werkvorm", "telefoon"], ["Een", "az", "=1+1"]))
    planned = plan(table, today=TODAY)
    assert [(doubt.line, doubt.column) for doubt in planned.doubts] == [(2, "telefoon")]
    assert planned.new[0].after.phone == ""


def test_one_refused_row_leaves_the_whole_catalogue_as_it_was() -> None:
    organisation("Bestaat")
    before, at = the("Bestaat"), generation()
    done = import_text("naam;telefoon;trede\nNieuw;1;\nBestaat;2;\nFout;3;9\nNog fouter;;8\n")
    assert [refusal.line for refusal in done.refusals] == [4, 5]
    assert names() == ["Bestaat"]
    assert (the("Bestaat"), generation()) == (before, at)


def test_a_new_name_holds_for_all_rows_though_only_one_says_voorheen() -> None:
    id = organisation("Sowepo", sites=(), offers=())
    import_text("naam;voorheen;vestiging;gemeente\nForena;;Winkel;Ieper\nForena;Sowepo;;Veurne\n")
    assert names() == ["Forena"]
    assert [(the("Forena").id, s.name) for s in the("Forena").sites] == [(id, "Winkel"), (id, "")]


def test_two_entries_cannot_get_the_same_name() -> None:
    organisation("Een")
    organisation("Twee")
    done = import_text("naam;voorheen\nDrie;Een\nTwee;\n")
    assert not done.refusals
    done = import_text("naam;voorheen\nEen nieuw;Drie\n")
    assert names() == ["Een nieuw", "Twee"]


def test_a_plan_writes_nothing() -> None:
    at = generation()
    planned = plan(read_bytes(FULL.encode()), today=TODAY)
    assert [step.after.name for step in planned.new] == ["De Kiem"]
    assert (names(), generation()) == ([], at)


def test_a_plan_that_grew_old_is_made_anew_before_it_is_done() -> None:
    table = read_bytes(b"naam;voorheen;telefoon\nForena;Sowepo;057 1\n")
    planned = plan(table, today=TODAY)
    assert len(planned.new) == 1
    organisation("Sowepo")
    done = apply(planned, table, today=TODAY)
    assert (len(done.new), len(done.changed)) == (0, 1)
    assert names() == ["Forena"]


def test_a_file_never_asks_the_database_row_by_row(app: Flask) -> None:
    count = 0

    def counted(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal count
        count += statement.startswith("SELECT")

    rows = "".join(f"Organisatie {n};poetsen|strijk;8900;Ieper\n" for n in range(400))
    event.listen(db.engine, "before_cursor_execute", counted)
    try:
        import_text("naam;diensten;postcode;gemeente\n" + rows)
        first, count = count, 0
        import_text("naam;diensten;postcode;gemeente\n" + rows.replace("strijk", "catering"))
    finally:
        event.remove(db.engine, "before_cursor_execute", counted)
    assert db.session.scalar(select(func.count(Organisation.id))) == 400
    assert first < 40
    assert count < 40


def test_text_that_looks_like_markup_stays_text() -> None:
    import_text("naam;omschrijving\n<b>Z</b>;<script>alert(1)</script>\n")
    assert the("<b>Z</b>").description == "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("written", "slug"),
    [("onderhoud van groen", "groenonderhoud"), ("het scheren van hagen", "hagen-scheren")],
)
def test_a_service_in_another_form_or_order_is_the_same_service(written: str, slug: str) -> None:
    import_text(f"naam;werkvorm;diensten\nDe Kiem;az;{written}\n")
    entry = the("De Kiem")
    assert not entry.free_services
    assert [(offer.service, offer.note) for offer in entry.offers] == [(slug, written)]


def test_the_word_of_a_file_for_a_service_stays_as_the_note_of_a_new_offer() -> None:
    import_text("naam;werkvorm;diensten\nDe Kiem;az;Groenonderhoud|kuisen\n")
    notes = {offer.service: offer.note for offer in the("De Kiem").offers}
    assert notes == {"groenonderhoud": "", "schoonmaak": "kuisen"}
