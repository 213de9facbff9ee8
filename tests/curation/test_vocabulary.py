"""The vocabulary as it is kept: a word leads to one service, and every change can be taken back."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from catalogue.config import ROOT
from catalogue.curation import history
from catalogue.curation.categories import CategoryData, save_categories
from catalogue.curation.cpv import check_digit, tidy_cpv
from catalogue.curation.entries import read
from catalogue.curation.free_words import as_offers, free_words, mappings, remember
from catalogue.curation.servicedata import ServiceData, VocabularyError, faults, new_slug, tidy
from catalogue.curation.vocabulary import (
    NAMES_TAKEN,
    SERVICE,
    categories,
    merge,
    remove_service,
    restore,
    save_service,
    services,
    usage,
)
from catalogue.curation.vocabulary_effect import effect
from catalogue.curation.vocabulary_undo import done, undo
from catalogue.curation.write import Actor, change, generation
from catalogue.directory.live import directory
from catalogue.extensions import db
from catalogue.models import Account, Role
from tests.builders import TODAY, offer, organisation

SEEDS = tomllib.loads((ROOT / "seeds" / "diensten.toml").read_text("utf-8"))
BEHEERDER = Account(role=Role.BEHEERDER)


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def saved(slug: str, **values: object) -> ServiceData:
    """Change a service; gives what it became."""
    with change() as under_way:
        save_service(under_way, replace(services()[slug], **values))  # type: ignore[arg-type]
    return services()[slug]


def refused(data: ServiceData) -> dict[str, tuple[str, str]]:
    """By field why it is refused, and which service stands in the way."""
    found = faults(tidy(data), services(), categories())
    return {fault.field: (fault.reason, fault.other) for fault in found}


def plain(**values: object) -> ServiceData:
    first = ServiceData("lampen-ophangen", "Lampen ophangen", category=next(iter(categories())))
    return replace(first, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", sorted({code for one in SEEDS["dienst"] for code in one["cpv"]}))
def test_every_code_of_the_starting_vocabulary_has_its_check_digit(code: str) -> None:
    assert check_digit(code[:8]) == code[-1]
    assert tidy_cpv(code[:8]) == tidy_cpv(code) == tidy_cpv(f" {code[:8]} {code[-1]} ") == code


@pytest.mark.parametrize(
    "text", ["", "7731000", "77310000-7", "773100006", "00000000-0", "x7310000-6", "٧٧٣١٠٠٠٠"]
)
def test_what_is_no_code_is_refused(text: str) -> None:
    if text == "773100006":
        assert tidy_cpv(text) == "77310000-6"
    else:
        with pytest.raises(ValueError, match="CPV"):
            tidy_cpv(text)


def test_a_wrong_check_digit_is_told_with_the_right_one() -> None:
    assert "77310000-6" in refused(plain(cpv=("77310000-7",)))["cpv"][0]


def test_every_service_of_the_start_could_be_saved_as_it_is() -> None:
    known = services()
    assert len(known) > 60
    for one in known.values():
        assert tidy(one) == one
        assert faults(one, known, categories()) == ()


@pytest.mark.parametrize("word", ["Groenonderhoud", "groen-onderhoud", "GROEN ONDERHOUD"])
def test_a_word_that_is_another_service_is_refused_and_says_which(word: str) -> None:
    for field in ({"label": word}, {"synonyms": (word,)}):
        ((name, (reason, other)),) = refused(plain(**field)).items()
        assert (name, other) == (next(iter(field)), "groenonderhoud")
        assert "Groenonderhoud" in reason


def test_a_synonym_of_another_service_is_refused() -> None:
    theirs = next(one for one in services().values() if one.synonyms)
    reason, other = refused(plain(synonyms=(theirs.synonyms[0],)))["synonyms"]
    assert other == theirs.slug
    assert theirs.label in reason


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"label": " !? "}, "label"),
        ({"label": "x" * 121}, "label"),
        ({"sentence": "x" * 301}, "sentence"),
        ({"synonyms": ("lamp; peer",)}, "synonyms"),
        ({"synonyms": ("y" * 81,)}, "synonyms"),
        ({"synonyms": tuple(f"lamp nummer {n}" for n in range(151))}, "synonyms"),
        ({"cpv": ("123",)}, "cpv"),
        ({"category": "nergens"}, "category"),
        ({"broader": "nergens"}, "broader"),
        ({"broader": "lampen-ophangen"}, "broader"),
    ],
)
def test_what_cannot_be_kept_is_named_by_its_field(values: dict[str, object], field: str) -> None:
    assert set(refused(plain(**values))) == {field}


def test_a_service_cannot_stand_above_what_it_stands_under() -> None:
    below = next(one for one in services().values() if one.broader)
    assert below.broader
    assert "broader" in refused(replace(services()[below.broader], broader=below.slug))


def test_a_change_of_a_service_is_found_by_the_search_and_stands_in_its_history() -> None:
    organisation("De Groenen")
    before = services()["groenonderhoud"]
    assert directory().current().words.find_services("paardenbloemen plukken") == ()

    after = saved("groenonderhoud", synonyms=(*before.synonyms, " paardenbloemen  plukken "))

    assert after.synonyms[-1] == "paardenbloemen plukken"
    assert directory().current().words.find_services("paardenbloemen plukken") == ("groenonderhoud",)
    newest, oldest = history.versions(SERVICE, "groenonderhoud")
    assert (newest.action, oldest.action) == ("gewijzigd", "eerder")
    assert oldest.data and newest.data
    assert tuple(oldest.data["synonyms"]) == before.synonyms
    assert tuple(newest.data["synonyms"]) == after.synonyms


def test_saving_what_is_there_changes_nothing() -> None:
    with change() as under_way:
        assert not save_service(under_way, services()["groenonderhoud"])
    assert history.versions(SERVICE, "groenonderhoud") == []


def test_a_service_goes_back_to_an_older_version() -> None:
    before = services()["groenonderhoud"]
    saved("groenonderhoud", label="Tuinwerk van de stad", synonyms=())
    oldest = history.versions(SERVICE, "groenonderhoud")[-1]
    with change() as under_way:
        assert restore(under_way, oldest.id, "groenonderhoud")

    assert services()["groenonderhoud"] == before
    assert history.versions(SERVICE, "groenonderhoud")[0].action == "hersteld"


def test_a_version_of_another_service_cannot_be_put_back() -> None:
    saved("groenonderhoud", synonyms=())
    revision = history.versions(SERVICE, "groenonderhoud")[0]
    with pytest.raises(VocabularyError), change() as under_way:
        restore(under_way, revision.id, "natuurbeheer")


def test_a_version_whose_names_went_to_another_service_says_so_in_one_sentence() -> None:
    gone = services()["natuurbeheer"]
    assert len(gone.synonyms) > 1
    with change() as under_way:
        merge(under_way, "natuurbeheer", "schoonmaak")
    saved("schoonmaak", sentence="Later gewijzigd")
    oldest = history.versions(SERVICE, "natuurbeheer")[-1]
    with pytest.raises(VocabularyError) as refused, change() as under_way:
        restore(under_way, oldest.id, "natuurbeheer")
    label = services()["schoonmaak"].label
    assert [fault.reason for fault in refused.value.faults] == [NAMES_TAKEN.format(diensten=label)]


def test_a_service_in_use_is_not_removed() -> None:
    organisation("De Groenen")
    assert usage()["groenonderhoud"] == 1
    with pytest.raises(VocabularyError, match="Eén organisatie"), change() as under_way:
        remove_service(under_way, "groenonderhoud")
    assert "groenonderhoud" in services()


def test_what_stood_under_a_removed_service_goes_to_what_stood_above_it() -> None:
    with change() as under_way:
        save_service(under_way, plain(broader="groenonderhoud"))
        save_service(under_way, plain(slug="peren", label="Peren indraaien", broader="lampen-ophangen"))
    with change() as under_way:
        remove_service(under_way, "lampen-ophangen")

    assert services()["peren"].broader == "groenonderhoud"
    gone = history.versions(SERVICE, "lampen-ophangen")
    assert (gone[0].action, gone[0].data) == ("verwijderd", None)
    with change() as under_way:
        restore(under_way, gone[1].id, "lampen-ophangen")
    assert services()["lampen-ophangen"] == plain(broader="groenonderhoud")


def test_two_services_become_one_and_the_merge_is_taken_back_as_a_whole() -> None:
    id_ = organisation("De Groenen", offers=(offer("natuurbeheer", site=""), offer(site="")))
    archived = organisation(
        "De Stillen", offers=(offer("natuurbeheer", "nis:33011", site=""),), status="gearchiveerd"
    )
    with change() as under_way:
        save_service(under_way, plain(broader="natuurbeheer"))
    known, entries = services(), (read(id_), read(archived))
    with change() as under_way:
        remember("natuur", "natuurbeheer", None)
        assert merge(under_way, "natuurbeheer", "groenonderhoud") == 2
    done_in = generation()

    after = services()
    assert "natuurbeheer" not in after
    assert after["lampen-ophangen"].broader == "groenonderhoud"
    assert {*known["natuurbeheer"].synonyms, "Natuurbeheer"} <= set(after["groenonderhoud"].synonyms)
    assert set(known["natuurbeheer"].cpv) <= set(after["groenonderhoud"].cpv)
    one, other = read(id_), read(archived)
    assert one and other
    assert [o.service for o in one.offers] == [o.service for o in other.offers] == ["groenonderhoud"]
    assert other.offers[0].area == ("nis:33011",)
    assert mappings()[0].slug == "groenonderhoud"
    assert directory().current().words.find_services("natuurbeheer") == ("groenonderhoud",)

    with change() as under_way:
        assert undo(under_way, done_in) == 2
    assert services() == known
    assert (read(id_), read(archived)) == entries


def test_a_service_merges_with_one_that_stands_under_it() -> None:
    with change() as under_way:
        save_service(under_way, plain(broader="groenonderhoud"))
        save_service(under_way, plain(slug="peren", label="Peren indraaien", broader="lampen-ophangen"))
        save_service(under_way, plain(slug="spots", label="Spots indraaien", broader="peren"))
        save_service(under_way, plain(slug="kabels", label="Kabels trekken", broader="lampen-ophangen"))
    with change() as under_way:
        merge(under_way, "lampen-ophangen", "spots")

    known = services()
    assert known["peren"].broader == "groenonderhoud"
    assert known["spots"].broader == "peren"
    assert known["kabels"].broader == "spots"


def test_a_change_is_not_taken_back_over_a_later_one() -> None:
    organisation("De Groenen", offers=(offer("natuurbeheer", site=""),))
    with change() as under_way:
        merge(under_way, "natuurbeheer", "groenonderhoud")
    done_in = generation()
    saved("groenonderhoud", sentence="Iets anders.")
    found = done(done_in)
    assert found is not None
    assert not found.is_last
    with pytest.raises(VocabularyError), change() as under_way:
        undo(under_way, done_in)


def test_a_free_word_becomes_an_offer_of_all_who_say_it() -> None:
    ids = [
        organisation("De Enen", free_services=("lampen ophangen", "iets")),
        organisation("De Anderen", free_services=("Lampen-ophangen",), offers=()),
        organisation("De Stillen", free_services=("lampen ophangen",), status="gearchiveerd"),
    ]
    found = {one.word: one for one in free_words(BEHEERDER)}
    assert found["lampen ophangen"].ids == (ids[0], ids[1])
    with change(Actor(note="Eigen woord ‘lampen ophangen’")) as under_way:
        save_service(under_way, plain())
        assert as_offers(under_way, "LAMPEN OPHANGEN", "lampen-ophangen", found["lampen ophangen"].ids) == 2
    done_in = generation()

    first, second, third = (read(id_) for id_ in ids)
    assert first and second and third
    assert first.free_services == ("iets",)
    assert {o.service for o in first.offers} == {"groenonderhoud", "lampen-ophangen"}
    (made,) = second.offers
    assert (made.service, made.site, made.area_assumed) == ("lampen-ophangen", None, True)
    assert third.free_services == ("lampen ophangen",)

    with change() as under_way:
        assert undo(under_way, done_in) == 2
    assert "lampen-ophangen" not in services()
    again = read(ids[0])
    assert again and again.free_services == ("lampen ophangen", "iets")


def test_a_regisseur_sees_the_words_of_their_own_entries() -> None:
    organisation("De Enen", free_services=("lampen ophangen",))
    account = Account(
        email="r@voorbeeld.be", role=Role.REGISSEUR, session_token="x", created_at=db.func.now()
    )
    db.session.add(account)
    db.session.commit()
    assert free_words(account) == []


def test_categories_are_renamed_ordered_added_and_removed_when_empty() -> None:
    first, second, *rest = [CategoryData(slug, label) for slug, label in categories().items()]
    with change() as under_way:
        assert save_categories(
            under_way, [second, replace(first, label="Groen"), *rest, CategoryData("", " Iets  nieuws ")]
        )
    labels = list(categories().items())
    assert labels[:2] == [(second.slug, second.label), (first.slug, "Groen")]
    assert labels[-1] == ("iets-nieuws", "Iets nieuws")
    with change() as under_way:
        assert save_categories(under_way, [CategoryData(*one) for one in labels[:-1]])
    assert "iets-nieuws" not in categories()


@pytest.mark.parametrize("spoiled", ["leeg", "dubbel", "weg"])
def test_categories_that_cannot_be_kept_are_refused_whole(spoiled: str) -> None:
    wanted = [CategoryData(slug, label) for slug, label in categories().items()]
    if spoiled == "weg":
        wanted = wanted[1:]
    else:
        wanted[0] = replace(wanted[0], label="" if spoiled == "leeg" else wanted[1].label.upper())
    before = categories()
    with pytest.raises(VocabularyError), change() as under_way:
        save_categories(under_way, wanted)
    assert categories() == before


def test_a_new_service_gets_an_address_that_is_free() -> None:
    assert new_slug("Groenonderhoud!", services()) == "groenonderhoud-2"
    assert len(new_slug("x" * 300, ())) <= 80


def test_the_effect_of_a_change_is_what_the_search_gives_after_it() -> None:
    organisation("De Groenen")
    organisation("De Poetsers", offers=(offer("schoonmaak", site=""),))
    known = services()
    words = ["paardenbloemen plukken", "groenonderhoud", "schoonmaak"]
    later = known | {"groenonderhoud": replace(known["groenonderhoud"], synonyms=("paardenbloemen plukken",))}
    foreseen = {one.question: one for one in effect(directory(), later, words, today=TODAY).own}
    assert (foreseen[words[0]].now, foreseen[words[0]].later) == (0, 1)
    assert not foreseen["schoonmaak"].is_changed
    assert services() == known

    saved("groenonderhoud", synonyms=("paardenbloemen plukken",))
    then = effect(directory(), services(), words, today=TODAY)
    for one in then.own:
        assert (one.now, one.later) == (foreseen[one.question].later,) * 2
    assert not then.others


def test_the_effect_of_a_merge_and_of_another_broader_service_is_foreseen() -> None:
    organisation("De Groenen", offers=(offer("natuurbeheer", site=""),))
    known = services()
    alone = {slug: one for slug, one in known.items() if slug != "natuurbeheer"}
    merged = effect(
        directory(),
        alone,
        ["schoonmaak", "groenonderhoud"],
        moved={"natuurbeheer": "schoonmaak"},
        today=TODAY,
    )
    assert next((one.now, one.later) for one in merged.own) == (0, 1)
    under = known | {"natuurbeheer": replace(known["natuurbeheer"], broader="schoonmaak")}
    below = effect(directory(), under, ["schoonmaak"], today=TODAY)
    assert [(one.now, one.later) for one in below.own] == [(0, 1)]
    assert db.session.scalars(select(Account)).all() == []
