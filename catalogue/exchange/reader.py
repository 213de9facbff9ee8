"""Exchange: reads a CSV or XLSX file as rows of texts, whatever its encoding or separator."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.exchange.cells import unguard
from catalogue.exchange.columns import headings, known, match_headers
from catalogue.exchange.problems import FileError
from catalogue.exchange.workbook import MAX_COLUMNS, NOT_COMPUTED, check_zip, is_workbook, read_workbook

MAX_BYTES = 50_000_000
MAX_ROWS = 200_000
# The longest cell that a spreadsheet can hold is 32,767 characters.
MAX_CELL = 131_072
# What a workbook that somebody looks over row by row may become unpacked: some 50,000 full rows.
UNPACKED_AT_ONCE = 100_000_000
# Bytes in which the headers stand.
TOP = 65_536
# How many rows show what stands in a column.
SAMPLES = 3
_EMPTY = "Het bestand is leeg."
_HINT = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:sep=.\r?\n)?", re.IGNORECASE)
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype|html|\?xml|head|body|script|table)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RawRow:
    """The filled cells of one row by column, as text; `line` is where it begins in the file."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file as read."""

    columns: tuple[str, ...]
    rows: tuple[RawRow, ...]
    # Headers of columns that are not ours: skipped, with a doubt.
    foreign: tuple[str, ...] = ()
    # Line and column of formulas without a value: read as empty cells, with a doubt.
    not_computed: tuple[tuple[int, str], ...] = ()


def read_file(path: Path) -> Table:
    """Read a file; raises FileError with a clear reason where it is not one of ours."""
    try:
        if path.is_dir():
            raise FileError(f"‘{path}’ is een map, geen bestand.")
        if path.stat().st_size > MAX_BYTES:
            raise FileError(_too_large())
        content = path.read_bytes()
    except FileNotFoundError:
        raise FileError(f"Het bestand ‘{path}’ bestaat niet.") from None
    except OSError as error:
        raise FileError(f"Het bestand ‘{path}’ kan niet gelezen worden: {error.strerror}.") from None
    return read_bytes(content)


def read_bytes(content: bytes, columns: Mapping[int, str] | None = None) -> Table:
    """Read the bytes of a CSV or XLSX file; the content says which of the two it is, not the name.

    `columns` says which column stands at which place, where somebody said so; else the headers do.
    """
    return _table(_lines(content), columns)


def check(content: bytes) -> None:
    """Refuse quickly, by FileError, what is plainly no CSV or XLSX file of ours."""
    if len(content) > MAX_BYTES:
        raise FileError(_too_large())
    if _is_empty(content):
        raise FileError(_EMPTY)
    if is_workbook(content):
        check_zip(content, most=UNPACKED_AT_ONCE)
        return
    if _WEB_PAGE.match(content):
        raise FileError("Dit is een webpagina en geen CSV- of XLSX-bestand.")
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise FileError("Dit is een document of een beeld en geen CSV- of XLSX-bestand.")
    headings(_headers(_header(_csv_lines(_decoded(_top(content))))[1]))


def _top(content: bytes) -> bytes:
    """Whole lines of the beginning, with the headers: a request reads no 50 MB for them.

    Raises FileError where no such line ends there.
    """
    if len(content) <= TOP:
        return content
    top = content[:TOP]
    # Old files end a line by \r alone.
    lines = top[: max(top.rfind(b"\n"), top.rfind(b"\r")) + 1]
    _check_text(top)
    # What Excel says of the separator is no row of the file.
    if _is_empty(_HINT.sub(b"", lines)):
        raise FileError(
            f"Het bestand begint niet met een kopregel van hoogstens {TOP:,} tekens.".replace(",", ".")
        )
    return lines


def read_top(content: bytes) -> tuple[list[str], list[list[str]]]:
    """The headers of a file by their place, and the cells of its first rows."""
    lines = _lines(content)
    _, cells = _header(lines)
    samples = [list(row) for _, row in itertools.islice(lines, SAMPLES)]
    return _headers(cells), samples


def _lines(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    if len(content) > MAX_BYTES:
        raise FileError(_too_large())
    if _is_empty(content):
        raise FileError(_EMPTY)
    return read_workbook(content) if is_workbook(content) else _csv_lines(_decoded(content))


def _header(lines: Iterator[tuple[int, Sequence[str]]]) -> tuple[int, Sequence[str]]:
    header = next(((line, cells) for line, cells in lines if any(cell.strip() for cell in cells)), None)
    if header is None:
        raise FileError(_EMPTY)
    if any(cell.strip() for cell in header[1][MAX_COLUMNS:]):
        raise FileError(f"Het bestand heeft te veel kolommen: hoogstens {MAX_COLUMNS}.", line=header[0])
    return header


def _headers(cells: Sequence[str]) -> list[str]:
    return ["" if cell == NOT_COMPUTED else unguard(cell) for cell in cells]


def _too_large() -> str:
    return f"Het bestand is te groot: hoogstens {MAX_BYTES // 1_000_000} MB."


def _table(lines: Iterator[tuple[int, Sequence[str]]], chosen: Mapping[int, str] | None = None) -> Table:
    headers = _headers(_header(lines)[1])
    if chosen is None:
        columns, foreign = match_headers(headers)
    else:
        columns = {place: column for place, column in chosen.items() if place < len(headers)}
        foreign = {place: text for place, text in enumerate(headers) if text.strip() and place not in columns}
    rows: list[RawRow] = []
    not_computed: list[tuple[int, str]] = []
    for line, cells in lines:
        filled = {place: cell for place, cell in enumerate(cells) if cell and not cell.isspace()}
        if not filled:
            continue
        if len(rows) == MAX_ROWS:
            raise FileError(f"Het bestand heeft te veel rijen: hoogstens {MAX_ROWS:,}.".replace(",", "."))
        filled = {place: cell for place, cell in filled.items() if place not in foreign}
        stray = filled.keys() - columns.keys()
        if stray:
            raise FileError(
                f"Er staan meer cellen dan kolommen: kolom {min(stray) + 1} heeft geen naam. "
                "Staat een tekst met het scheidingsteken tussen aanhalingstekens?",
                line=line,
            )
        named = {columns[place]: cell for place, cell in filled.items()}
        not_computed += [(line, column) for column, cell in named.items() if cell == NOT_COMPUTED]
        rows.append(
            RawRow(
                line,
                {
                    column: unguard(cell.strip(" \n"))
                    for column, cell in named.items()
                    if cell != NOT_COMPUTED
                },
            )
        )
    return Table(tuple(columns.values()), tuple(rows), tuple(foreign.values()), tuple(not_computed))


def _is_empty(content: bytes) -> bool:
    return not content or content.isspace()


def _check_text(content: bytes) -> None:
    """Refuse, by FileError, bytes that are no text as we read it."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileError("Het bestand is in UTF-16. Bewaar het als CSV UTF-8.")
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise FileError("Dit is geen tekstbestand: er staat een nulteken in.", line=line)


def _decoded(content: bytes) -> str:
    _check_text(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded_as_windows(content)


def _decoded_as_windows(content: bytes) -> str:
    """Windows-1252, unless other lines are plainly UTF-8: then the file was pasted together."""
    utf8 = content.startswith(codecs.BOM_UTF8)
    other = 0
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            utf8 = True
        except UnicodeDecodeError:
            other = other or number
    if utf8:
        raise FileError(
            "Het bestand heeft twee tekensets door elkaar (UTF-8 en iets anders). Bewaar het als CSV UTF-8.",
            line=other,
        )
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        reason = "Er staat een teken in dat we niet kunnen lezen. Bewaar het als CSV UTF-8."
        raise FileError(reason, line=content.count(b"\n", 0, error.start) + 1) from None


def _csv_lines(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    csv.field_size_limit(MAX_CELL)
    hint = re.match(r"sep=.\r?\n", text, re.IGNORECASE)
    skipped = 1 if hint else 0
    body = text[hint.end() :] if hint else text
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=_delimiter(body), strict=True)
    before = 0
    try:
        for cells in reader:
            yield skipped + before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise FileError(_csv_reason(str(error)), line=skipped + before + 1) from None


def _delimiter(text: str) -> str:
    """The separator that gives the most columns we know in the header row, else the most columns."""
    header = next((line for line in io.StringIO(text, newline="") if line.strip()), "")

    def columns(sign: str) -> tuple[int, int]:
        cells = header.split(sign)
        # Past these none may be filled.
        first = cells[:MAX_COLUMNS]
        return sum(known(cell.strip(' "\r\n')) is not None for cell in first), len(cells)

    return max(";,\t", key=columns)


def _csv_reason(error: str) -> str:
    if "unexpected end" in error:
        return "Een aanhalingsteken wordt geopend maar nergens gesloten."
    if "expected after" in error:
        return "Na een gesloten aanhalingsteken volgt nog tekst. Verdubbel aanhalingstekens binnen een cel."
    if "field limit" in error:
        return "Een cel is veel te lang. Ontbreekt er een aanhalingsteken?"
    return "De regel is geen geldige CSV."
