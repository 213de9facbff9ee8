"""Entries as values: saved by difference, found by any name they had, renamed with their address kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from catalogue.curation import entries
from catalogue.curation.entrydata import EntryData, EntryError, RecognitionData, WerkvormData, normal
from catalogue.curation.names import Names, slug_of
from catalogue.curation.write import change, generation
from catalogue.extensions import db
from catalogue.models import FormerSlug, Location, Organisation, PointOrigin, Status
from tests.builders import IEPER, POPERINGE, VEURNE, entry, offer, organisation, organisations, site


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def saved(data: EntryData) -> entries.Saved:
    with change() as under_way:
        return entries.save(under_way, data)


def read(id: int) -> EntryData:
    found = entries.read(id)
    assert found is not None
    return found


RICH = entry(
    "Alles Erop",
    former_names=("Oude Naam",),
    ondernemingsnummer="0407768895",
    website="https://www.voorbeeld.be",
    description="Eerste regel.\nTweede regel.",
    source="proef",
    zekerheid="zeker",
    free_services=("klokken opwinden",),
    werkvormen=(WerkvormData("maatwerkbedrijf", (5,)), WerkvormData("arbeidszorg")),
    recognitions=(RecognitionData("Aannemer G3", "2"), RecognitionData("ISO 9001")),
    sites=(site(), site(VEURNE, name="Atelier Veurne", street="Markt", description="Het atelier.")),
    offers=(
        offer("schoonmaak", "nis:33011", site="", samenwerking=("enclave",)),
        offer("schoonmaak", site=None),
        offer("groenonderhoud", "km:12.5", site="Atelier Veurne", note="enkel in de zomer"),
    ),
)


def test_what_is_saved_is_read_back() -> None:
    id = organisations(RICH)[0]
    sites = tuple(replace(s, lat=None, lon=None, point_origin="") for s in read(id).sites)
    assert replace(read(id), sites=sites) == normal(RICH)


def test_a_new_entry_saved_alone_is_the_same_as_one_saved_with_many() -> None:
    alone = saved(RICH).organisation.id
    (together,) = organisations(replace(RICH, name="Alles Eraf"))
    assert replace(read(together), name="Alles Erop") == read(alone)


def test_saving_the_same_again_touches_nothing() -> None:
    id = organisations(RICH)[0]
    before = db.session.get_one(Organisation, id).generation
    again = saved(read(id))
    assert not again.is_changed
    assert again.organisation.generation == before < generation()


def test_a_changed_site_touches_the_entry_and_leaves_the_other_rows() -> None:
    id = organisations(RICH)[0]
    old = {row.id for row in db.session.get_one(Organisation, id).offers}
    data = read(id)
    result = saved(replace(data, sites=(data.sites[0], replace(data.sites[1], street="Kaai"))))
    assert result.is_changed
    assert result.organisation.generation == generation()
    assert {row.id for row in result.organisation.offers} == old
    assert result.organisation.edited_at is not None


@pytest.mark.parametrize("name", ["Café De Kroon", "cafe de kroon", "  CAFÉ  de\tKROON ", "Oud Café"])
def test_an_entry_is_found_by_any_name_whatever_its_case_and_accents(name: str) -> None:
    id = organisation("Café De Kroon", former_names=("Oud café",))
    found = entries.find(name)
    assert found is not None
    assert found.id == id


def test_nobody_is_found_under_a_name_that_nobody_has() -> None:
    organisation("Café De Kroon")
    assert entries.find("Café") is None


def test_a_renamed_entry_keeps_its_old_name_and_address() -> None:
    id = organisation("Sowepo")
    renamed = saved(replace(read(id), name="Forena")).organisation
    assert (renamed.name, renamed.slug, renamed.former_names) == ("Forena", "forena", ["Sowepo"])
    assert db.session.get_one(FormerSlug, "sowepo").organisation_id == id


def test_an_entry_that_takes_its_old_name_back_takes_its_old_address_back() -> None:
    id = organisation("Sowepo")
    saved(replace(read(id), name="Forena"))
    again = saved(replace(read(id), name="Sowepo")).organisation
    assert (again.slug, again.former_names) == ("sowepo", ["Forena"])
    assert db.session.scalars(select(FormerSlug.slug)).all() == ["forena"]


def test_a_new_entry_never_gets_an_address_that_redirects_to_another() -> None:
    id = organisation("Sowepo")
    saved(replace(read(id), name="Forena"))
    assert db.session.get_one(Organisation, organisation("Sowepo!")).slug == "sowepo-2"


def test_two_entries_cannot_have_names_that_people_read_as_the_same() -> None:
    organisation("Café De Kroon")
    with pytest.raises(EntryError, match="Er is al een organisatie") as caught:
        organisation("CAFE de kroon")
    assert caught.value.field == "name"
    assert db.session.scalar(select(db.func.count(Organisation.id))) == 1


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("'t Veer (Menen)", "t-veer-menen"),
        ("Één & één", "een-een"),
        ("株式会社", "organisatie"),
        ("a" * 200, "a" * 110),
    ],
)
def test_a_slug_is_plain_ascii_and_never_empty(name: str, slug: str) -> None:
    assert slug_of(name) == slug
    organisation(name)
    assert entries.unique_slug(name) == f"{slug}-2"


def test_names_know_an_entry_by_its_number() -> None:
    id = organisation(ondernemingsnummer="0407768895")
    assert Names.load().with_number("0407768895") == id
    assert Names.load().with_number("") is None


def location(id: int) -> Location:
    return db.session.scalars(select(Location).where(Location.organisation_id == id)).one()


def test_a_site_without_a_point_gets_that_of_its_gemeente() -> None:
    row = location(organisation(sites=(site(IEPER),)))
    assert row.point_origin == PointOrigin.GEMEENTE
    assert row.lat == pytest.approx(50.85, abs=0.05)


def test_a_change_of_address_moves_the_point() -> None:
    id = organisation(sites=(site(IEPER),))
    data = read(id)
    before = location(id).lat
    saved(replace(data, sites=(replace(data.sites[0], gemeente_nis=VEURNE),)))
    assert location(id).lat != before
    assert location(id).lat == pytest.approx(51.07, abs=0.05)


def test_a_point_set_by_hand_outlives_a_change_of_address() -> None:
    id = organisation(sites=(site(IEPER, lat=50.9, lon=2.9, point_origin="hand"),))
    data = read(id)
    saved(replace(data, sites=(replace(data.sites[0], gemeente_nis=POPERINGE),)))
    assert (location(id).lat, location(id).lon, location(id).point_origin) == (50.9, 2.9, "hand")


def test_an_unknown_place_has_no_point() -> None:
    row = location(organisation(sites=(site(None, name="Ergens"),)))
    assert (row.lat, row.lon, row.point_origin) == (None, None, "")


def test_sites_can_swap_their_names() -> None:
    id = organisation(sites=(site(name="Oost"), site(VEURNE, name="West")), offers=())
    data = read(id)
    east, west = data.sites
    saved(replace(data, sites=(replace(east, name="West"), replace(west, name="Oost"))))
    assert [(s.name, s.gemeente_nis, s.id) for s in read(id).sites] == [
        ("West", IEPER, east.id),
        ("Oost", VEURNE, west.id),
    ]


def test_a_site_that_goes_takes_its_offers_along() -> None:
    id = organisation(
        sites=(site(name="Oost"), site(VEURNE, name="West")),
        offers=(offer("schoonmaak", site="Oost"), offer("schoonmaak", site="West")),
    )
    data = read(id)
    saved(replace(data, sites=data.sites[:1], offers=data.offers[:1]))
    assert [o.site for o in read(id).offers] == ["Oost"]


def test_an_offer_cannot_be_done_from_a_site_that_is_not_there() -> None:
    with pytest.raises(EntryError, match="geen vestiging"):
        organisation(offers=(offer(site="Nergens"),))


@pytest.mark.parametrize(
    "change_",
    [
        {"name": "  "},
        {"status": "weg"},
        {"zekerheid": "misschien"},
        {"werkvormen": (WerkvormData("fabriek"),)},
        {"offers": (offer("toveren"),)},
        {"offers": (offer(samenwerking=("ruil",)),)},
        {"offers": (offer("schoonmaak", "maan"),)},
        {"sites": (site(name="Oost"), site(name="OOST"))},
    ],
)
def test_an_entry_that_makes_no_sense_is_refused_and_nothing_is_kept(change_: dict[str, object]) -> None:
    with pytest.raises(EntryError):
        organisations(replace(entry(), **change_))  # type: ignore[arg-type]
    assert db.session.scalars(select(Organisation)).all() == []
    assert generation() == 1


def test_an_archived_entry_says_since_when_until_it_is_published_again() -> None:
    id = organisation()
    with change() as under_way:
        entries.archive(under_way, db.session.get_one(Organisation, id))
    archived = db.session.get_one(Organisation, id)
    assert (archived.status, archived.archived_on) == (Status.ARCHIVED, under_way.at.date())
    back = saved(replace(read(id), status=Status.PUBLISHED)).organisation
    assert back.archived_on is None


def test_a_text_of_a_site_that_the_organisation_has_too_is_kept_once() -> None:
    id = organisation(
        source="bezoek", sites=(site(name="Oost", source="bezoek"), site(name="West", source="mail"))
    )
    assert [s.source for s in read(id).sites] == ["", "mail"]


def test_an_organisation_without_a_text_has_that_of_its_first_site() -> None:
    id = organisation(sites=(site(name="Oost"), site(name="West", description="Een winkel.")))
    assert read(id).description == "Een winkel."
    assert [s.description for s in read(id).sites] == ["", ""]


def test_offers_that_say_the_same_become_one_with_both_notes() -> None:
    id = organisation(offers=(offer(note="a"), offer(note="b"), offer(note="a")))
    assert [o.note for o in read(id).offers] == ["a\nb"]


def test_control_characters_and_odd_spaces_never_reach_the_database() -> None:
    id = organisation("De\u00a0\x07 Proef ", description="een\x00\r\ntwee  \r drie")
    assert read(id).name == "De Proef"
    assert read(id).description == "een\ntwee\ndrie"


def test_entries_are_loaded_in_the_order_that_is_asked() -> None:
    ids = organisations(*(entry(f"Nummer {n}") for n in range(3)))
    assert [e.id for e in entries.load([ids[2], ids[0], 999])] == [ids[2], ids[0]]
