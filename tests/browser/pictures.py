"""The pictures of the manual, made by the tests that go past those pages: HANDLEIDING=renew makes them anew.

A screenshot is kept with few colours: a third of the size, and nobody sees it.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

from playwright.sync_api import Locator, Page

from catalogue.config import ROOT

FOLDER = ROOT / "static" / "img" / "handleiding"
WIDTH = 900
MAX_BYTES = 60_000
COLOURS = 64
# Room left above what the picture is about.
ABOVE = 16
SIGNATURE = b"\x89PNG\r\n\x1a\n"
RGB, PALETTE = 2, 3

Colour = tuple[int, ...]
SCROLL = "(element, above) => window.scrollTo(0, scrollY + element.getBoundingClientRect().top - above)"


def picture(page: Page, name: str, at: Locator | None = None, *, height: int = 520) -> None:
    """Keep what is seen of a page from `at` on (default: its title), where the pictures are asked for."""
    if os.environ.get("HANDLEIDING") != "renew":
        return
    before = page.viewport_size
    page.set_viewport_size({"width": WIDTH, "height": height})
    (at or page.locator("h1")).evaluate(SCROLL, ABOVE)
    content = smaller(page.screenshot(animations="disabled", caret="hide"))
    if before:
        page.set_viewport_size(before)
    assert len(content) <= MAX_BYTES, f"{name} is {len(content)} bytes"
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_bytes(content)


def smaller(png: bytes) -> bytes:
    """A screenshot of Chromium (8 bits RGB) in its commonest colours."""
    chunks = list(_chunks(png))
    width, height, depth, kind, *_ = struct.unpack(">IIBBBBB", chunks[0][1])
    assert (depth, kind) == (8, RGB)
    lines = list(_lines(zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT")), width))
    pixels = [list(zip(line[::3], line[1::3], line[2::3], strict=True)) for line in lines]
    counted = Counter(colour for line in pixels for colour in line)
    kept = [colour for colour, _ in counted.most_common(COLOURS)]
    place = {colour: _nearest(colour, kept) for colour in counted}
    rows = b"".join(b"\0" + bytes(place[colour] for colour in line) for line in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, PALETTE, 0, 0, 0)
    parts = (
        (b"IHDR", head),
        (b"PLTE", bytes(value for colour in kept for value in colour)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        size = int.from_bytes(png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        at += size + 12


def _lines(data: bytes, width: int) -> Iterator[bytearray]:
    """The lines of a picture without their filters (PNG specification, 9.2)."""
    size = width * 3
    above = bytearray(size)
    for start in range(0, len(data), size + 1):
        kind, line = data[start], bytearray(data[start + 1 : start + 1 + size])
        for n in range(size if kind else 0):
            left, corner = (line[n - 3], above[n - 3]) if n > 2 else (0, 0)
            guess = (left, above[n], (left + above[n]) // 2, _paeth(left, above[n], corner))[kind - 1]
            line[n] = (line[n] + guess) & 255
        yield line
        above = line


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda one: abs(guess - one))


def _nearest(colour: Colour, kept: Sequence[Colour]) -> int:
    return min(
        range(len(kept)),
        key=lambda n: sum((one - other) ** 2 for one, other in zip(colour, kept[n], strict=True)),
    )
