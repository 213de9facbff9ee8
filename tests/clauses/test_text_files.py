"""Broken copies of the files of the texts: each is refused with the file, the key and the reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue import data
from catalogue.clauses.eforms import read_eforms
from catalogue.clauses.rules import read_instruments
from catalogue.clauses.text_rules import read_shared, read_terms, read_text
from catalogue.data import FOLDER, DataError
from catalogue.data.sentences import read_sentences

SHARED = "clausules/gedeeld.toml"
TEXT = "clausules/tewerkstellingsclausule.toml"
RESERVED = "clausules/voorbehouden-opdracht.toml"


def read_shared_file(name: str) -> None:
    found = data.load(name)
    read_shared(found, name)
    read_terms(found, name)


def read_text_file(name: str) -> None:
    read_text(data.load(name), name, read_shared(data.load(SHARED), SHARED))


READERS: dict[str, Callable[[str], object]] = {
    SHARED: read_shared_file,
    TEXT: read_text_file,
    RESERVED: read_text_file,
    "eforms.toml": lambda name: read_eforms(data.load(name), name),
    "paspoort.toml": lambda name: read_sentences(data.load(name), name, "zin"),
    "instrumenten.toml": lambda name: read_instruments(data.load(name), name),
}
# file, what stands there, what we break it into, the key that is named.
BROKEN = [
    (SHARED, 'kop = "Contact"\n', "", "kop"),
    (SHARED, 'plaats = "bijlage"', 'plaats = "kelder"', "plaats"),
    (SHARED, "rijen = 5", 'rijen = "vijf"', "rijen"),
    (SHARED, "rijen = 5", "rijen = 5, breedte = 3", "breedte"),
    (SHARED, 'soorten = ["werken"]', 'soorten = ["wegen"]', "soorten"),
    (SHARED, "[begrippen.procedure]", "[begrippen.werkwijze]", "werkwijze"),
    (SHARED, "[[naam van de procedure zonder", "naam van de procedure zonder", "speciaal"),
    (SHARED, "{artikel_beginselen}", "{artikel_onbekend}", "alineas"),
    (SHARED, "[[bevoegd orgaan]]", "[[bevoegd orgaan]", "alineas"),
    (TEXT, 'BT-71 = "none"', 'BT-71 = "geen"', "BT-71"),
    (TEXT, 'BT-71 = "none"', 'BT-99 = "none"', "BT-99"),
    (TEXT, 'BT-71 = "none"', 'BT-262 = "none"', "BT-262"),
    (TEXT, 'gebruik = "clausule-bewijs"', 'gebruik = "clausule-bewijzen"', "gebruik"),
    (TEXT, 'gebruik = "clausule-bewijs"', 'gebruik = "clausule-bewijs"\nkop = "x"', "kop"),
    (TEXT, 'zekerheid = "L"', 'zekerheid = "zeker"', "zekerheid"),
    (TEXT, "nagezien = 2026-11-22", 'nagezien = "gisteren"', "nagezien"),
    (TEXT, "geldig_van = 2018-01-01\n", "", "geldig_van"),
    (TEXT, 'sleutel = "tewerkstellingsclausule"', 'sleutel = "tewerkstelling"', "sleutel"),
    (RESERVED, "na_te_kijken_speciaal = [", "na_te_kijken_special = [", "na_te_kijken_special"),
    (RESERVED, "na_te_kijken_sociaal = [", "na_te_kijken_sociaal = [1, ", "na_te_kijken_sociaal"),
    ("eforms.toml", 'zekerheid = "S"', 'zekerheid = "L"', "zekerheid"),
    ("eforms.toml", '"32010"', '"32003"', "nis"),
    ("eforms.toml", 'code = "BE258"', 'code = "BE253"', "code"),
    ("eforms.toml", 'sleutel = "BT-5071"', 'sleutel = "BT-5072"', "veld"),
    ("eforms.toml", "cpv-leeg =", "cpv =", "cpv"),
    ("eforms.toml", 'nuts-leeg = "NUTS 3-code van {gemeenten}"\n', "", "nuts-leeg"),
    ("paspoort.toml", 'bron-drempels = "Drempels"', 'bron-drempels = " "', "bron-drempels"),
    ("paspoort.toml", "[zin]", "[zinnen]", "zinnen"),
    ("instrumenten.toml", 'zin = "U bestelt', 'zinn = "U bestelt', "zinn"),
]
UNREADABLE = [
    (TEXT, b"[[blok", "cannot be read"),
    (TEXT, "titel = \u201caanhaling\u201d".encode(), "cannot be read"),
    ("eforms.toml", 'titel = "é"'.encode("latin-1"), "cannot be read"),
]


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the whole data folder, read afresh each time."""
    folder = tmp_path / "data"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setattr(data, "FOLDER", folder)
    monkeypatch.setattr(data, "load", data.load.__wrapped__)
    return folder


@pytest.mark.parametrize("name", READERS)
def test_a_copy_that_nobody_touched_is_read(name: str, copied: Path) -> None:
    READERS[name](name)


@pytest.mark.parametrize(("name", "old", "new", "key"), BROKEN)
def test_a_broken_copy_is_refused_with_file_key_and_reason(
    name: str, old: str, new: str, key: str, copied: Path
) -> None:
    path = copied / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as refused:
        READERS[name](name)
    assert refused.value.file == name
    assert refused.value.key.endswith(key)
    assert refused.value.reason
    assert str(refused.value).startswith(f"{name}: ")


@pytest.mark.parametrize(("name", "content", "reason"), UNREADABLE)
def test_a_file_that_is_no_toml_is_refused_with_its_name(
    name: str, content: bytes, reason: str, copied: Path
) -> None:
    (copied / name).write_bytes(content)
    with pytest.raises(DataError) as refused:
        READERS[name](name)
    assert refused.value.file == name
    assert reason in refused.value.reason


def test_a_file_that_is_gone_is_refused_with_its_name(copied: Path) -> None:
    (copied / TEXT).unlink()
    with pytest.raises(DataError, match="no such file"):
        READERS[TEXT](TEXT)
