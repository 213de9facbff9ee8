"""Files that were torn, changed or made to do harm: a table or a clear word, in little time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.exchange import workbook as workbook_reader
from catalogue.exchange.columns import COLUMNS
from catalogue.exchange.problems import FileError
from catalogue.exchange.reader import Table, check, read_bytes, read_top
from tests.curation.uploading import workbook
from tests.hostile.corpus import TEXTS
from tests.hostile.test_corpus import on_time

ROWS = ("naam", "diensten", "postcode", "bron"), ("Riet", "poetsen", 8900, "=1+1"), ("Lisdodde", "", "", "é")
CSV = ";".join(COLUMNS) + '\nRiet;;;maatwerk;5;"poetsen|strijk";20 km;enclave;Markt;1;;8900;Ieper\n'
SHEET = "xl/worksheets/sheet1.xml"

Change = Callable[[bytes], bytes]


def rewritten(content: bytes, name: str, change: Change) -> bytes:
    """A workbook with another text in one of its parts."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return stream.getvalue()


def read(content: bytes) -> Table | None:
    """The table of a file, or None where it was refused with a word; anything else fails the test."""
    found = None
    with on_time("a file"):
        for look in (check, read_top, read_bytes):
            try:
                answer = look(content)
            except FileError as error:
                assert error.reason
            else:
                found = answer if isinstance(answer, Table) else found
    return found


REAL = workbook(*ROWS)
PARTS = zipfile.ZipFile(io.BytesIO(REAL)).namelist()
CUTS = st.lists(st.tuples(st.integers(0, 5_000), st.binary(max_size=6), st.integers(0, 40)), max_size=4)


def cut(content: bytes, changes: list[tuple[int, bytes, int]]) -> bytes:
    """The content with pieces of it replaced: (where, by what, how much of what stood there)."""
    for where, text, length in changes:
        at = where % (len(content) + 1)
        content = content[:at] + text + content[at + length :]
    return content


@settings(max_examples=60)
@given(changes=CUTS)
def test_a_real_csv_that_was_changed_anywhere_is_read_or_refused(
    changes: list[tuple[int, bytes, int]],
) -> None:
    read(cut(CSV.encode(), changes))


@settings(max_examples=60)
@given(changes=CUTS)
def test_a_real_workbook_that_was_changed_anywhere_is_read_or_refused(
    changes: list[tuple[int, bytes, int]],
) -> None:
    read(cut(REAL, changes))


@settings(max_examples=100)
@given(part=st.sampled_from(PARTS), changes=CUTS)
def test_a_workbook_of_which_a_part_was_changed_is_read_or_refused(
    part: str, changes: list[tuple[int, bytes, int]]
) -> None:
    read(rewritten(REAL, part, lambda content: cut(content, changes)))


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_in_a_cell_is_only_text(name: str) -> None:
    text = TEXTS[name].encode(errors="replace").decode().replace('"', '""')
    read(f'naam;bron\nRiet;"{text}"\n"{text}";x\n"{text}"'.encode())
    read(f'"{text}";naam\nx;Riet\n'.encode())


TRICKS: dict[str, Change] = {
    "a row beyond all rows": lambda xml: xml.replace(b'<row r="2"', b'<row r="2000000000"'),
    "a column beyond all columns": lambda xml: xml.replace(b'r="B2"', b'r="ZZZZZZZZ2"'),
    "a row without a number": lambda xml: xml.replace(b'<row r="2"', b'<row r="twee"'),
    "elements in elements": lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + b"<a>" * 50_000),
    "a text that is not there": lambda xml: xml.replace(b't="inlineStr"', b't="s"'),
    "an entity": lambda xml: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + xml,
    "half of it": lambda xml: xml[: len(xml) // 2],
    "nothing": lambda _: b"",
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_sheet_that_was_made_to_do_harm_costs_no_time(trick: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Each of these many rows would be looked at; fewer say as much.
    monkeypatch.setattr(workbook_reader, "LAST_ROW", 5_000)
    harmed = rewritten(REAL, SHEET, TRICKS[trick])
    found = read(harmed)
    assert found is None or [row.cells["naam"] for row in found.rows if "naam" in row.cells]


def test_a_zip_that_lies_about_its_sizes_and_names_is_refused_or_read() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (
            "../../kwaad.xml",
            "/etc/kwaad.rels",
            "xl/workbook.xml",
            "[Content_Types].xml",
            "a" * 5_000,
        ):
            archive.writestr(name, REAL)
    assert read(stream.getvalue()) is None
    # The size of every part in the list at the end of the file: 1 byte.
    lie = REAL
    at = lie.find(b"PK\x01\x02")
    while at >= 0:
        lie = lie[: at + 24] + b"\x01\0\0\0" + lie[at + 28 :]
        at = lie.find(b"PK\x01\x02", at + 4)
    assert read(lie) is None
