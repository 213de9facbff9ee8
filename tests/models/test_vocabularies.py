"""Werkvormen and treden: the dated vocabularies are whole, and old names are understood."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import catalogue.data
from catalogue.data import DataError, entries, load
from catalogue.models import trede as trede_module
from catalogue.models import werkvorm as werkvorm_module
from catalogue.models.trede import treden
from catalogue.models.werkvorm import groepen, recognise, werkvormen

# Figures of the law that are not sure enough to print (the 55 % and 65 % norm, the number of jobs).
UNSURE_FIGURES = ("55", "65", "20 VTE", "twintig")


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the vocabularies be read from an empty folder for one test."""
    caches = (load, treden, groepen, werkvormen, werkvorm_module._names)
    monkeypatch.setattr(catalogue.data, "FOLDER", tmp_path)
    for cached in caches:
        cached.cache_clear()
    yield tmp_path
    for cached in caches:
        cached.cache_clear()


def test_the_groups_are_the_four_that_people_filter_on() -> None:
    assert list(groepen()) == ["maatwerk", "lde", "az", "overig"]


def test_the_werkvormen_are_those_of_the_design_in_its_order() -> None:
    assert list(werkvormen()) == [
        "maatwerkbedrijf",
        "ald",
        "ama-se",
        "ama-welzijn",
        "arbeidszorg",
        "wijk-werken",
        "ocmw-twe",
        "andere",
    ]


def test_every_group_has_a_werkvorm() -> None:
    assert {werkvorm.groep for werkvorm in werkvormen().values()} == groepen().keys()


def test_the_ladder_has_six_treden_with_name_and_two_plain_sentences() -> None:
    assert list(treden()) == [1, 2, 3, 4, 5, 6]
    for trede in treden().values():
        assert trede.naam and trede.wie and trede.bron
        assert trede.uitleg.count(".") == 2


def test_a_werkvorm_stands_on_treden_that_exist() -> None:
    assert {trede for werkvorm in werkvormen().values() for trede in werkvorm.treden} <= treden().keys()


def test_every_entry_says_where_it_comes_from_and_how_sure_it_is() -> None:
    for entry in (*werkvormen().values(), *treden().values()):
        assert entry.bron and entry.uitleg
        assert entry.zekerheid in {"S", "L", "U"}


def test_dates_run_forward_and_none_lies_after_the_day_of_checking() -> None:
    checked = load("werkvormen.toml")["datum"]
    for werkvorm in werkvormen().values():
        if werkvorm.geldig_van:
            assert date(2010, 1, 1) < werkvorm.geldig_van <= checked
        if werkvorm.geldig_van and werkvorm.geldig_tot:
            assert werkvorm.geldig_van < werkvorm.geldig_tot


def test_no_figure_of_the_law_is_printed_that_is_not_sure() -> None:
    texts = [entry.uitleg for entry in (*werkvormen().values(), *groepen().values(), *treden().values())]
    assert [text for text in texts for figure in UNSURE_FIGURES if figure in text] == []


def test_only_maatwerk_and_local_services_take_orders_and_other_initiatives_differ() -> None:
    orderable = {key: werkvorm.is_orderable for key, werkvorm in werkvormen().items()}
    assert {key for key, answer in orderable.items() if answer} == {"maatwerkbedrijf", "ald"}
    assert {key for key, answer in orderable.items() if answer is None} == {"andere"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("maatwerkbedrijf", "maatwerkbedrijf"),
        ("Maatwerkbedrijf (collectief maatwerk)", "maatwerkbedrijf"),
        ("maatwerk", "maatwerkbedrijf"),
        ("Maatwerkbedrijf", "maatwerkbedrijf"),
        ("MWB", "maatwerkbedrijf"),
        ("Beschutte werkplaats", "maatwerkbedrijf"),
        ("sociale  werkplaats", "maatwerkbedrijf"),
        ("LDE", "ald"),
        ("lokale diensten (LDE)", "ald"),
        ("Lokale diensteneconomie", "ald"),
        ("buurtdienst", "ald"),
        ("AZ", "arbeidszorg"),
        ("Arbeidszorg (AZ)", "arbeidszorg"),
        ("arbeidszorg", "arbeidszorg"),
        ("AMA", "arbeidszorg"),
        ("AMA WSE", "ama-se"),
        ("ama-se", "ama-se"),
        ("AMA WVG", "ama-welzijn"),
        ("begeleid werken", "ama-welzijn"),
        ("PWA", "wijk-werken"),
        ("Wijkwerken", "wijk-werken"),
        ("TWE", "ocmw-twe"),
        ("artikel 60", "ocmw-twe"),
        ("art. 60 §7", "ocmw-twe"),
        ("overig", "andere"),
        ("Andere werkvormen", "andere"),
        ("ándere", "andere"),
    ],
)
def test_a_key_a_label_an_old_name_and_a_group_are_recognised(text: str, key: str) -> None:
    assert recognise(text) == key


@pytest.mark.parametrize("text", ["", " ", "§", "bank", "individueel maatwerk", "maatwerkbedrijf Ieper"])
def test_what_is_no_werkvorm_is_not_guessed(text: str) -> None:
    assert recognise(text) is None


@pytest.mark.parametrize(
    "entry", [*werkvormen().values(), *groepen().values()], ids=lambda entry: entry.label
)
def test_every_label_leads_back_to_a_werkvorm_of_its_group(entry: werkvorm_module.Werkvorm) -> None:
    found = recognise(entry.label)
    assert found is not None
    assert werkvormen()[found].groep == getattr(entry, "groep", entry.key)


def test_a_missing_data_file_is_named(data_folder: Path) -> None:
    with pytest.raises(DataError, match=r"treden\.toml: there is no such file"):
        treden()


def test_a_broken_data_file_is_named_with_its_reason(data_folder: Path) -> None:
    (data_folder / "treden.toml").write_text("[[trede]\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"treden\.toml: cannot be read"):
        load("treden.toml")


def test_a_missing_key_is_named_with_its_entry(data_folder: Path) -> None:
    (data_folder / "treden.toml").write_text("[[trede]]\nnummer = 1\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"treden\.toml: trede 1, naam: is missing"):
        treden()


def test_a_file_without_entries_is_refused(data_folder: Path) -> None:
    (data_folder / "treden.toml").write_text("titel = 'leeg'\n", encoding="utf-8")
    with pytest.raises(DataError, match="expected one or more"):
        entries("treden.toml", "trede", needs=())


def test_a_gap_in_the_ladder_is_refused(data_folder: Path) -> None:
    fields = "\n".join(f"{key} = 'x'" for key in ("naam", "uitleg", "wie", "bron", "zekerheid"))
    (data_folder / trede_module.FILE).write_text(f"[[trede]]\nnummer = 2\n{fields}\n", encoding="utf-8")
    with pytest.raises(DataError, match="without a gap"):
        treden()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("groep = 'nergens'", "there is no groep 'nergens'"),
        ("bestelbaar = 'misschien'", "bestelbaar must be one of"),
    ],
)
def test_a_werkvorm_that_points_nowhere_is_refused(data_folder: Path, line: str, reason: str) -> None:
    values = {
        "key": "'x'",
        "groep": "'g'",
        "label": "'X'",
        "treden": "[]",
        "bestelbaar": "'ja'",
        "synoniemen": "[]",
        "uitleg": "'x'",
        "bron": "'x'",
        "zekerheid": "'S'",
    }
    key, value = line.split(" = ")
    lines = "\n".join(f"{name} = {given}" for name, given in (values | {key: value}).items())
    text = f"[[groep]]\nkey = 'g'\nlabel = 'G'\nuitleg = 'g'\n\n[[werkvorm]]\n{lines}\n"
    (data_folder / werkvorm_module.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=reason):
        werkvormen()
