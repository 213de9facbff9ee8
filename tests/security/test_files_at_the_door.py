"""A file is looked at in the request that brings it: whatever it is, that costs little time and memory."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from catalogue.exchange.problems import FileError
from catalogue.exchange.reader import TOP, check, read_bytes

SIZE = 20_000_000
CPU_SECONDS = 2.0
NO_HEADER = "begint niet met een kopregel"
UNREADABLE = "geen leesbaar XLSX"
TOO_LARGE = "uitgepakt te groot"


def listed(*, name: bytes = b"a", extra: bytes = b"", method: int = zipfile.ZIP_STORED) -> bytes:
    """What the list at the end of a zip file says of one part."""
    sizes = (len(name), len(extra), 0, 0, 0, 0, 0)
    return (
        struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, method, 0, 0x21, 0, 0, 0, *sizes)
        + name
        + extra
    )


def zipped(parts: bytes, count: int, stated: int | None = None) -> bytes:
    """A zip file of a list alone, which states its own length."""
    head = b"PK\x03\x04" + bytes(26)
    size = len(parts) if stated is None else stated
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, min(count, 65_535), min(count, 65_535), size, 30, 0)
    return head + parts + end


# Each says how it is made, and how it is refused; nothing where it is not.
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "a header of a million names": (lambda: ";".join(f"k{n}" for n in range(1_000_000)).encode(), NO_HEADER),
    "a header of empty names": (lambda: b"naam" + b";" * SIZE, NO_HEADER),
    "that header after a line": (lambda: b"\nnaam" + b";" * SIZE, NO_HEADER),
    "that header after a separator": (lambda: b"sep=;\r\nnaam" + b";" * SIZE, NO_HEADER),
    "blank lines": (lambda: b"\n" * SIZE + b"naam\n", NO_HEADER),
    "spaces": (lambda: b" " * SIZE + b"naam\n", NO_HEADER),
    "nothing but spaces": (lambda: b" " * SIZE, "leeg"),
    "a header as long as may be": (lambda: b"naam".ljust(TOP - 1, b";") + b"\n" + b"x\n" * SIZE, ""),
    "many names in what may be": (
        lambda: b"naam;" + b"k1;" * 21_000 + b"\n" + b"x\n" * SIZE,
        "te veel kolommen",
    ),
    "lines of an old file": (lambda: b"naam;bron\r" + b"Riet;x\r" * 2_000_000, ""),
    "an ordinary file": (lambda: b"naam;bron\n" + b"Riet;x\n" * 2_000_000, ""),
    "a nul in a header without an end": (lambda: b"naam;\0" + b";" * SIZE, "nulteken"),
    "UTF-16 without an end of a line": (lambda: ("naam" + ";" * 5_000_000).encode("utf-16"), "UTF-16"),
    "a mark and a header without an end": (lambda: b"\xef\xbb\xbfnaam" + b";" * SIZE, NO_HEADER),
    "a list of as many parts as fit": (lambda: zipped(listed() * 500_000, 500_000), TOO_LARGE),
    # Each addition is looked at four bytes at a time, and the rest copied each time.
    "parts with as much beside them as fits": (
        lambda: zipped(listed(extra=b"\x09\0\0\0" * 16_000) * 20, 20),
        UNREADABLE,
    ),
    "packed so that a few bytes become any number": (
        lambda: packed_by(zipfile.ZIP_BZIP2, parts=3),
        UNREADABLE,
    ),
    "the first bytes of a zip file": (lambda: b"PK\x03\x04" + b"PK\x01" * (SIZE // 3), UNREADABLE),
}


def packed_by(method: int, *, parts: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for number in range(parts):
            archive.writestr(f"xl/{number}.xml", bytes(4_900_000))
    return stream.getvalue()


@pytest.mark.parametrize("what", FILES)
def test_a_look_at_any_file_costs_little_time_and_no_second_file(what: str) -> None:
    make, reason = FILES[what]
    content = make()
    answer = ""
    begun = time.thread_time()
    try:
        check(content)
    except FileError as error:
        answer = error.reason
    spent = time.thread_time() - begun

    assert spent < CPU_SECONDS
    assert reason in answer
    assert bool(reason) == bool(answer), answer


@pytest.mark.parametrize("what", FILES)
def test_a_look_at_any_file_keeps_no_second_file_in_memory(what: str) -> None:
    content = FILES[what][0]()
    tracemalloc.start()
    try:
        check(content)
    except FileError:
        pass
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert most < len(content) / 2 + 8_000_000


def test_a_list_that_lies_about_its_length_is_copied_once_at_most() -> None:
    content = zipped(b"x" * SIZE, 1, stated=SIZE)
    tracemalloc.start()
    try:
        with pytest.raises(FileError, match=UNREADABLE):
            check(content)
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert most < 1.5 * len(content)


def test_a_header_of_a_million_names_is_refused_in_little_time_where_a_file_is_read_too() -> None:
    content = FILES["a header of a million names"][0]()
    begun = time.thread_time()
    with pytest.raises(FileError, match="te veel kolommen"):
        read_bytes(content)

    assert time.thread_time() - begun < 2 * CPU_SECONDS
