"""What a file leaves open, and what becomes of it once somebody has answered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from catalogue.curation import entries, free_words
from catalogue.curation.write import change
from catalogue.exchange.answers import NO_ANSWERS, Answers, pair_key, place_key
from catalogue.exchange.columns import Sureness, headings
from catalogue.exchange.plan import Plan, plan, without
from catalogue.exchange.reader import read_bytes, read_top
from catalogue.exchange.twins import Twin, are_near, twins
from catalogue.extensions import db
from tests.builders import IEPER, POPERINGE, TODAY, VEURNE, import_text, organisation, site


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def planned(text: str, answers: Answers = NO_ANSWERS) -> Plan:
    return plan(read_bytes(text.encode()), today=TODAY, answers=answers)


def pairs(text: str, answers: Answers = NO_ANSWERS) -> list[tuple[str, str, str]]:
    return [(one.new.name, one.other.name, one.reason) for one in found(text, answers)]


def found(text: str, answers: Answers = NO_ANSWERS) -> list[Twin]:
    return twins(planned(text, answers), answers)


def test_headers_say_what_they_mean_and_how_sure_that_is() -> None:
    said = [(one.column, one.sureness) for one in headings(["Organisatie", "diensen", "naam", "kleur", ""])]

    assert said == [
        ("naam", Sureness.KNOWN),
        ("diensten", Sureness.GUESS),
        ("", Sureness.TWICE),
        ("", Sureness.FOREIGN),
    ]


def test_a_resemblance_gives_way_to_a_header_that_is_sure() -> None:
    assert [(one.column, one.sureness) for one in headings(["naam", "diensten", "diensen"])][2] == (
        "",
        Sureness.FOREIGN,
    )


def test_somebody_can_say_which_column_stands_where() -> None:
    content = b"wie;wat;wat\nEen;poetsen;rood\n"

    table = read_bytes(content, {0: "naam", 1: "diensten"})

    assert table.rows[0].cells == {"naam": "Een", "diensten": "poetsen"}
    assert table.foreign == ("wat",)
    assert read_top(content) == (["wie", "wat", "wat"], [["Een", "poetsen", "rood"]])


def test_an_unknown_gemeente_is_asked_with_those_that_look_like_it() -> None:
    text = "naam;gemeente\nEen;Poperigne\nTwee;poperigne\n"

    asked = planned(text)
    assert [refusal.line for refusal in asked.refusals] == [2, 3]
    (question,) = asked.places
    assert (question.text, question.line, question.is_required) == ("Poperigne", 2, True)
    assert question.choices[0] == POPERINGE

    answered = planned(text, Answers(places={question.key: POPERINGE}))
    assert answered.refusals == answered.places == ()
    assert {step.after.sites[0].gemeente_nis for step in answered.steps} == {POPERINGE}


def test_a_postcode_that_does_not_fit_goes_when_somebody_says_the_gemeente() -> None:
    text = "naam;postcode;gemeente\nEen;8630;Ieper\nTwee;89OO;Ieper\n"
    keys = [place_key({"postcode": code, "gemeente": "Ieper"}) for code in ("8630", "89OO")]

    assert [question.key for question in planned(text).places] == keys
    sites = [step.after.sites[0] for step in planned(text, Answers(places=dict.fromkeys(keys, IEPER))).steps]
    assert [(place.postcode, place.gemeente_nis) for place in sites] == [("", IEPER), ("", IEPER)]


def test_a_street_without_a_gemeente_is_asked_but_not_refused() -> None:
    text = "naam;straat;huisnummer\nEen;Markt;1\n"

    asked = planned(text)
    assert not asked.refusals
    (question,) = asked.places
    assert not question.is_required
    answered = planned(text, Answers(places={question.key: VEURNE}))
    assert answered.steps[0].after.sites[0].gemeente_nis == VEURNE
    assert not answered.places


def test_a_slip_in_a_work_area_is_asked_word_by_word() -> None:
    text = "naam;gemeente;diensten;werkgebied\nEen;Ieper;poetsen;Veurne|Poperigne\n"

    (question,) = planned(text).places
    assert question.text == "Poperigne"
    answered = planned(text, Answers(places={question.key: POPERINGE}))
    assert not answered.refusals
    assert set(answered.steps[0].after.offers[0].area) == {f"nis:{VEURNE}", f"nis:{POPERINGE}"}


def test_an_answer_that_names_no_gemeente_is_no_answer() -> None:
    text = "naam;gemeente\nEen;Poperigne\n"
    (question,) = planned(text).places

    assert planned(text, Answers(places={question.key: "99999"})).is_refused


def test_what_a_word_means_is_remembered_for_every_import() -> None:
    text = "naam;gemeente;diensten\nEen;Ieper;zwevend plukken|sterren poetsen\n"
    assert [question.word for question in planned(text).words] == ["zwevend plukken", "sterren poetsen"]

    free_words.remember("zwevend plukken", "groenonderhoud", None)
    free_words.remember("Sterren Poetsen", "", None)
    db.session.commit()

    done = import_text(text)
    assert done.words == ()
    assert not [doubt for doubt in done.doubts if doubt.column == "diensten"]
    after = done.steps[0].after
    assert [offer.service for offer in after.offers] == ["groenonderhoud"]
    assert after.free_services == ("sterren poetsen",)


@pytest.mark.parametrize(
    ("one", "other", "are_twins"),
    [
        ("De Sperwer vzw;Ieper;;", "Sperwer;Ieper;;", True),
        ("De Sperwer;Ieper;Markt;1", "De Sperwers;Ieper;markt;1", True),
        ("De Sperwer;Ieper;Markt;1", "De Sperwers;Ieper;Stationsstraat;1", False),
        ("De Sperwer;Ieper;Markt;1", "De Sperwers;Ieper;Markt;9", False),
        ("De Sperwer;Ieper;;", "De Sperwers;Veurne;;", False),
        ("De Sperwer;Ieper;;", "Het Roer;Ieper;;", False),
        ("De Sperwer;;;", "De Sperwers;Veurne;;", True),
        ("De Sperwer;;;", "De Sperling;Veurne;;", False),
    ],
)
def test_near_names_in_one_place_are_twins_in_a_file_and_against_the_catalogue(
    one: str, other: str, are_twins: bool
) -> None:
    head = "naam;gemeente;straat;huisnummer\n"
    assert bool(pairs(f"{head}{one}\n{other}\n")) is are_twins

    import_text(f"{head}{one}\n")
    assert bool(pairs(f"{head}{other}\n")) is are_twins


def test_within_a_hundred_metres_counts_where_both_points_are_exact() -> None:
    here, near, far = (50.85, 2.885), (50.8505, 2.885), (50.853, 2.885)
    place = site(IEPER, street="Markt", lat=here[0], lon=here[1], point_origin="adres")
    assert are_near(place, site(IEPER, street="Dijk", lat=near[0], lon=near[1], point_origin="hand"))
    assert not are_near(place, site(IEPER, street="Markt", lat=far[0], lon=far[1], point_origin="hand"))


def test_the_same_number_is_a_twin_whatever_the_name() -> None:
    organisation("Oude naam", ondernemingsnummer="0417497106")
    text = "naam;gemeente;ondernemingsnummer\nEen;Ieper;0417.497.106\nTwee;Veurne;0417497106\n"

    assert pairs(text) == [
        ("Een", "Oude naam", "hetzelfde ondernemingsnummer"),
        ("Twee", "Oude naam", "hetzelfde ondernemingsnummer"),
    ]


def test_rows_that_are_the_same_as_an_entry_update_it() -> None:
    id_ = organisation("De Sperwer")
    text = "naam;gemeente;telefoon\nSperwer vzw;Ieper;051 22 22 22\n"
    (twin,) = found(text)

    answered = planned(text, Answers(same={"sperwer vzw": twin.other.key}))

    (step,) = answered.steps
    assert step.before is not None and step.before.id == id_
    assert (step.after.name, step.after.phone) == ("De Sperwer", "051 22 22 22")
    assert twins(answered, Answers()) == []


def test_two_names_in_one_file_become_one_entry_or_stay_two() -> None:
    text = "naam;gemeente;telefoon\nDe Sperwer;Ieper;\nDe Sperwers;Ieper;051 22 22 22\n"
    (twin,) = found(text)

    (step,) = planned(text, Answers(same={"de sperwers": twin.other.key})).steps
    assert (step.after.name, step.after.phone, step.lines) == ("De Sperwer", "051 22 22 22", (2, 3))
    assert pairs(text, Answers(apart=[pair_key(twin.other.key, twin.new.key)])) == []


def test_answers_that_go_round_in_a_circle_end() -> None:
    answers = Answers(same={"a": "rij:b", "b": "rij:a"})

    assert len(planned("naam\nA\nB\n", answers).steps) >= 1


def test_without_the_refused_rows_no_half_entry_is_left() -> None:
    text = (
        "naam;vestiging;gemeente;diensten\n"
        "Een;winkel;Ieper;poetsen\nEen;loods;Nergens;strijk\nTwee;;Veurne;poetsen\n"
    )
    table = read_bytes(text.encode())
    full = planned(text)

    assert [refusal.line for refusal in full.refusals] == [3]
    assert [row.cells["naam"] for row in without(table, full).rows] == ["Twee"]


def test_an_entry_that_an_undo_archived_is_shown_again_by_a_file_and_another_is_not() -> None:
    id_ = organisation("Een")
    with change() as under_way:
        entries.archive(under_way, db.session.get_one(entries.Organisation, id_))
    text = "naam;gemeente\nEen;Ieper\n"

    assert planned(text).steps[0].after.status == "gearchiveerd"
    revived = planned(text, Answers(revived={id_}))
    assert revived.steps[0].after.status == "gepubliceerd"
    assert revived.steps[0].is_changed
