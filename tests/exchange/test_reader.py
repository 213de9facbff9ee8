"""Files in: any encoding, separator and header we promise, and a clear word about every other file."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from catalogue.exchange import reader, workbook
from catalogue.exchange.columns import COLUMNS, OTHER_NAMES, known
from catalogue.exchange.problems import FileError
from catalogue.exchange.reader import Table, read_bytes, read_file


def cells(content: bytes) -> list[dict[str, str]]:
    return [row.cells for row in read_bytes(content).rows]


def book(*sheets: list[list[object]]) -> bytes:
    made = Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for number, rows in enumerate(sheets):
        sheet = made.create_sheet(f"Blad {number}")
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_is_read_whatever_its_encoding_and_separator(encoding: str, sign: str, end: str) -> None:
    text = end.join([sign.join(["naam", "omschrijving", "bron"]), sign.join(["Café", '"een"', "é €"]), ""])
    assert cells(text.encode(encoding)) == [{"naam": "Café", "omschrijving": "een", "bron": "é €"}]


def test_lists_with_the_other_separator_do_not_mislead() -> None:
    assert cells(b"naam,diensten\nDe Kiem,a;b;c;d;e\n") == [{"naam": "De Kiem", "diensten": "a;b;c;d;e"}]


def test_a_cell_may_hold_line_breaks_and_rows_know_the_line_where_they_begin() -> None:
    table = read_bytes(b'naam;omschrijving\nEen;"a\nb\n\nc"\n\nTwee;\n')
    assert [(row.line, row.cells.get("omschrijving")) for row in table.rows] == [(2, "a\nb\n\nc"), (7, None)]


def test_the_separator_that_excel_announces_is_no_row() -> None:
    table = read_bytes(b"sep=;\r\nnaam;bron\r\nEen;x\r\n")
    assert [(row.line, row.cells) for row in table.rows] == [(3, {"naam": "Een", "bron": "x"})]


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Naam organisatie", "naam"),
        ("NAAM", "naam"),
        ("E-mail", "email"),
        ("KBO-nummer", "ondernemingsnummer"),
        ("Telefoonnummer", "telefoon"),
        ("Bevestigd op", "bevestigd_op"),
        ("bevestigd_op", "bevestigd_op"),
        ("Vroegere naam", "voorheen"),
        ("Gemeentè", "gemeente"),
        ("Huisnr.", "huisnummer"),
    ],
)
def test_a_header_is_known_whatever_its_case_accents_and_signs(header: str, column: str) -> None:
    assert known(header) == column


def test_no_other_name_belongs_to_two_columns() -> None:
    assert set(OTHER_NAMES) == set(COLUMNS)
    for column, names in OTHER_NAMES.items():
        assert {known(name) for name in (column, *names)} == {column}


def test_the_apostrophe_before_a_formula_is_taken_off() -> None:
    assert cells(b"naam;telefoon\nEen;'+32 57 20 00 00\n")[0]["telefoon"] == "+32 57 20 00 00"


def test_a_column_that_is_not_ours_is_skipped_and_named() -> None:
    table = read_bytes(b"naam;kleur;bron\nEen;rood;x\n")

    assert table.foreign == ("kleur",)
    assert [row.cells for row in table.rows] == [{"naam": "Een", "bron": "x"}]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "leeg"),
        (b"  \n \n", "leeg"),
        (b"naam;diensen\nEen;x\n", "bedoelt u .diensten."),
        (b"naam;bron;Bronnen\nEen;x;y\n", "twee keer"),
        (b"vestiging;bron\nEen;x\n", "kolom .naam. ontbreekt"),
        (b"name;foo\nEen;x\n", "kolom .naam. ontbreekt"),
        (b"name,foo\nEen,x\n", "kolom .naam. ontbreekt"),
        (b"name\nEen\n", "kolom .naam. ontbreekt"),
        (b"zomaar een tekst\nmet regels\n", "geen kopregel"),
        (b"De Kiem;8900;info@kiem.be\n", "geen kopregel"),
        (b";;;\n1;2;3\n", "geen kopregel"),
        (b"naam;bron\nEen;x;y\n", "Regel 2: .*meer cellen"),
        (b'naam;bron\nEen;"open\n', "Regel 2: .*nergens gesloten"),
        (b'naam;bron\nEen;x\nTwee;"a" b\n', "Regel 3: .*aanhalingsteken"),
        (b"naam\nE\x00n\n", "Regel 2: .*nulteken"),
        ("naam;bron\nEen;x\n".encode("utf-16"), "UTF-16"),
        (b"naam;bron\nCaf\xc3\xa9;x\nCaf\xe9;y\n", "Regel 3: .*twee tekensets"),
        ("naam\nCafé\n".encode("utf-8-sig") + b"Caf\xe9\n", "Regel 3: .*twee tekensets"),
        (b"naam\nCaf\xe9\nx\x81y\n", "Regel 3: .*niet kunnen lezen"),
        (b'naam\n"' + b"x" * 200_000 + b'"\n', "Regel 2: .*veel te lang"),
        (b"PK\x03\x04 geen zip", "geen leesbaar XLSX"),
        (b"\xd0\xcf\x11\xe0 oud", "oud Excelbestand"),
    ],
)
def test_a_file_that_is_not_ours_gets_a_clear_word(content: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        read_bytes(content)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="bestaat niet"):
        read_file(tmp_path / "weg.csv")
    with pytest.raises(FileError, match="is een map"):
        read_file(tmp_path)


def test_too_many_rows_or_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_ROWS", 2)
    assert len(read_bytes(b"naam\na\n\nb\n").rows) == 2
    with pytest.raises(FileError, match="hoogstens 2"):
        read_bytes(b"naam\na\nb\nc\n")
    monkeypatch.setattr(reader, "MAX_BYTES", 10)
    with pytest.raises(FileError, match="te groot"):
        read_bytes(b"naam\naaaaaaaaaa\n")


def test_the_cells_of_a_workbook_become_text() -> None:
    rows = [
        ["Naam", "Postcode", "Huisnummer", "Bevestigd op", "Trede", "Omschrijving"],
        ["Een", 8900.0, 12, datetime(2026, 3, 1), 5, "regel\nregel"],  # noqa: DTZ001 - as Excel has it
        [None, None],
        ["Twee", "8900", "12b", date(2026, 3, 1), "4|5", 1.5],
    ]
    table = read_bytes(book(rows))
    assert [(row.line, row.cells) for row in table.rows] == [
        (
            2,
            {
                "naam": "Een",
                "postcode": "8900",
                "huisnummer": "12",
                "bevestigd_op": "2026-03-01",
                "trede": "5",
                "omschrijving": "regel\nregel",
            },
        ),
        (
            4,
            {
                "naam": "Twee",
                "postcode": "8900",
                "huisnummer": "12b",
                "bevestigd_op": "2026-03-01",
                "trede": "4|5",
                "omschrijving": "1.5",
            },
        ),
    ]


def test_the_sheet_with_our_header_is_read_wherever_it_stands() -> None:
    assert cells(book([["Zomaar", "iets"]], [["naam"], ["Een"]])) == [{"naam": "Een"}]


def test_a_formula_in_a_workbook_is_not_run() -> None:
    assert cells(book([["naam", "bron"], ["Een", "=1+1"]])) == [{"naam": "Een"}]


def test_a_formula_without_a_value_is_named_by_row_and_column() -> None:
    table = read_bytes(
        book([["naam", "kleur", "bron", "website"], [], ["Een", "=1", "=1+1", "a.be"], ["=A3"]])
    )
    assert table.not_computed == ((3, "bron"), (4, "naam"))
    assert [row.cells for row in table.rows] == [{"naam": "Een", "website": "a.be"}, {}]


def test_a_header_that_is_a_formula_without_a_value_is_no_column() -> None:
    assert cells(book([["naam", "=1+1"], ["Een", None]])) == [{"naam": "Een"}]
    with pytest.raises(FileError, match="kolom 2 heeft geen naam"):
        read_bytes(book([["naam", "=1+1"], ["Een", "x"]]))


def test_a_formula_with_a_value_gives_that_value() -> None:
    made = book([["naam", "bron"], ["Een", "=1+1"]])
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<v" in sheet
    valued = sheet.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")
    table = read_bytes(rewritten(made, "xl/worksheets/sheet1.xml", valued))
    assert table.rows[0].cells["bron"] == "2"
    assert table.not_computed == ()


def test_a_workbook_without_our_header_is_told_so() -> None:
    with pytest.raises(FileError, match="geen kopregel"):
        read_bytes(book([["Zomaar", 12]]))


def rewritten(content: bytes, member: str, change: bytes) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change if name == member else old.read(name))
    return stream.getvalue()


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1_000_000)
    bomb = rewritten(book([["naam"], ["Een"]]), "xl/worksheets/sheet1.xml", b" " * 2_000_000)
    assert len(bomb) < 20_000
    with pytest.raises(FileError, match="uitgepakt te groot"):
        read_bytes(bomb)


def test_a_workbook_with_entities_is_refused() -> None:
    xml = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    with pytest.raises(FileError, match="geen leesbaar XLSX"):
        read_bytes(rewritten(book([["naam"], ["Een"]]), "xl/workbook.xml", xml))


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("naam.csv", "naam\nEen\n")
    with pytest.raises(FileError, match="geen leesbaar XLSX"):
        read_bytes(stream.getvalue())


@pytest.mark.parametrize("length", [10, 500, 2000])
def test_a_torn_workbook_is_refused(length: int) -> None:
    with pytest.raises(FileError, match="geen leesbaar XLSX"):
        read_bytes(book([["naam"], ["Een"]])[:length])


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_clear_word(content: bytes) -> None:
    for attempt in (content, b"naam;bron\n" + content, b"PK\x03\x04" + content):
        try:
            assert isinstance(read_bytes(attempt), Table)
        except FileError as error:
            assert error.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<!DOCTYPE html><html><body>naam</body></html>", "webpagina"),
        (b"%PDF-1.7 naam", "document of een beeld"),
        (b"naam\nE\x00n\n", "nulteken"),
        (b"", "leeg"),
        (b"PK\x03\x04 geen zip", "geen leesbaar XLSX"),
        (b"zomaar een tekst\nmet regels\n", "geen kopregel"),
        (b"naam;" + b";".join(b"k%d" % n for n in range(1000)) + b"\n", "te veel kolommen: hoogstens 100"),
    ],
)
def test_what_is_plainly_no_file_of_ours_is_refused_at_once(content: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        reader.check(content)


def test_a_thousand_columns_are_refused_in_a_csv_and_in_a_workbook() -> None:
    headers = ["naam", *(f"k{number}" for number in range(1000))]
    for content in (";".join(headers).encode() + b"\nEen\n", book([headers, ["Een"]])):
        with pytest.raises(FileError, match="te veel kolommen"):
            read_bytes(content)


def test_a_part_that_is_nothing_but_repetition_is_not_unpacked() -> None:
    bomb = rewritten(book([["naam"], ["Een"]]), "xl/worksheets/sheet1.xml", b" " * 30_000_000)

    assert sum(member.file_size for member in zipfile.ZipFile(io.BytesIO(bomb)).infolist()) < 200_000_000
    with pytest.raises(FileError, match="uitgepakt te groot"):
        reader.check(bomb)
