"""Starting content is sown once: what people did with it afterwards stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from catalogue.curation import entries
from catalogue.curation.categories import CategoryData, save_categories
from catalogue.curation.seeding import SEEDS, SeedError, Sowing, seed
from catalogue.curation.vocabulary import categories
from catalogue.curation.write import change, generation
from catalogue.extensions import db
from catalogue.models import Gemeente, Organisation, Region, Service, Status
from tests.builders import TODAY, organisation

HEADER = "naam;voorheen;vestiging;diensten;gemeente\n"


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The real seeds, with two organisations of our own."""
    copy = tmp_path / "seeds"
    shutil.copytree(SEEDS, copy)
    add(
        copy,
        "De Kiem;;;schoonmaak;Ieper",
        "De Kiem;;Atelier;schoonmaak;Veurne",
        "Het Zaad;;;;Veurne",
        anew=True,
    )
    return copy


def add(folder: Path, *rows: str, anew: bool = False) -> None:
    path = folder / "organisaties.csv"
    text = HEADER if anew else path.read_text(encoding="utf-8")
    path.write_text(text + "".join(f"{row}\n" for row in rows), encoding="utf-8")


def sow(folder: Path) -> Sowing:
    return seed(today=TODAY, folder=folder)


def names() -> list[str]:
    return sorted(db.session.scalars(select(Organisation.name)))


def test_the_real_seeds_fill_an_empty_catalogue() -> None:
    sown = seed(today=TODAY)
    assert sown.organisations > 100
    assert db.session.scalar(select(func.count(Gemeente.nis))) == 285
    assert {"westhoek", "zuid-west-vlaanderen"} <= set(db.session.scalars(select(Region.slug)))
    narrower = db.session.scalars(select(Service).where(Service.broader_id.is_not(None))).first()
    assert narrower is not None
    assert narrower.broader is not None


def test_sowing_twice_does_nothing_the_second_time(folder: Path) -> None:
    assert sow(folder).organisations == 2
    before = generation()
    assert sow(folder) == Sowing()
    assert generation() == before


def test_a_sown_entry_says_when_it_was_imported_and_is_confirmed_by_nobody(folder: Path) -> None:
    sow(folder)
    kiem = entries.find("De Kiem")
    assert kiem is not None
    assert kiem.imported_at is not None
    assert (kiem.confirmed_on, kiem.edited_at, kiem.status) == (None, None, Status.PUBLISHED)
    assert [location.name for location in kiem.locations] == ["", "Atelier"]


def test_what_was_edited_renamed_archived_or_deleted_stays_so(folder: Path) -> None:
    sow(folder)
    with change() as under_way:
        kiem, zaad = entries.find("De Kiem"), entries.find("Het Zaad")
        assert kiem and zaad
        kiem.name, kiem.former_names, kiem.website = "De Boom", [], "https://boom.be"
        entries.archive(under_way, zaad)
        db.session.delete(db.session.scalars(select(Service).where(Service.slug == "zorgboerderij")).one())
        db.session.get_one(Gemeente, "33011").name = "Yper"
    assert sow(folder) == Sowing()
    assert names() == ["De Boom", "Het Zaad"]
    zaad = entries.find("Het Zaad")
    assert zaad is not None
    assert zaad.status == Status.ARCHIVED
    assert db.session.get_one(Gemeente, "33011").name == "Yper"
    assert db.session.scalar(select(Service.id).where(Service.slug == "zorgboerderij")) is None


def test_what_is_added_to_the_seeds_later_is_sown_later(folder: Path) -> None:
    sow(folder)
    add(folder, "De Spruit;;;schoonmaak;Ieper")
    words = folder / "diensten.toml"
    with words.open("a", encoding="utf-8") as file:
        file.write(
            '\n[[dienst]]\nslug = "klokken"\nlabel = "Klokken"\ncategorie = "groen-en-natuur"\n'
            'synoniemen = []\ncpv = []\nzin = "Klokken opwinden."\n'
        )
    sown = sow(folder)
    assert (sown.organisations, sown.services) == (1, 1)
    assert names() == ["De Kiem", "De Spruit", "Het Zaad"]


@pytest.mark.parametrize(
    "row", ["De Eigen Zaak;;;schoonmaak;Ieper", "Anders;De Eigen Zaak;;schoonmaak;Ieper"]
)
def test_an_entry_that_someone_made_is_not_changed_by_a_seed_of_that_name(folder: Path, row: str) -> None:
    id = organisation("De Eigen Zaak")
    before = entries.read(id)
    add(folder, row)
    sow(folder)
    assert entries.read(id) == before
    assert names() == ["De Eigen Zaak", "De Kiem", "Het Zaad"]


def test_organisations_can_be_left_out_and_come_later(folder: Path) -> None:
    assert seed(with_organisations=False, today=TODAY, folder=folder) == Sowing()
    assert names() == []
    assert sow(folder).organisations == 2


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("organisaties.csv", HEADER + "De Kiem;;;;Atlantis\n", "organisaties.csv, regel 2, gemeente"),
        ("diensten.toml", "[[dienst]\n", "diensten.toml"),
        ("gemeenten.csv", "nis,naam\n1,Ieper\n", "gemeenten.csv"),
    ],
)
def test_a_broken_seed_file_is_named_and_nothing_is_sown(
    folder: Path, file: str, content: str, message: str
) -> None:
    (folder / file).write_text(content, encoding="utf-8")
    before = generation()
    with pytest.raises(SeedError, match=message):
        sow(folder)
    assert names() == []
    assert generation() == before


def test_a_category_that_was_removed_comes_back_with_a_service_that_stands_in_it(folder: Path) -> None:
    sow(folder)
    path = folder / "diensten.toml"
    gone = '[[categorie]]\nslug = "van-toen"\nlabel = "Van toen"\n'
    path.write_text(path.read_text(encoding="utf-8") + gone, encoding="utf-8")
    sow(folder)
    left = [CategoryData(slug, label) for slug, label in categories().items() if slug != "van-toen"]
    with change() as under_way:
        save_categories(under_way, left)
    sow(folder)
    assert "van-toen" not in categories()

    later = (
        '[[dienst]]\nslug = "klompen-maken"\nlabel = "Klompen maken"\nzin = "klompen maken"\n'
        'synoniemen = []\ncpv = []\ncategorie = "van-toen"\n'
    )
    path.write_text(path.read_text(encoding="utf-8") + later, encoding="utf-8")
    sow(folder)
    assert "van-toen" in categories()
    made = db.session.scalar(select(Service).where(Service.slug == "klompen-maken"))
    assert made is not None
    assert made.category_slug == "van-toen"
