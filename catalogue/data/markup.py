"""A small safe markup for texts that people edit: paragraphs, lists, headings, links and stress. Pure.

A blank line ends a paragraph; a line that begins with "- " is an item of a list, one with "## " a heading;
[words](address) is a link, **words** are stressed. All else is text: HTML means nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["alinea", "lijst", "kop"]

_INLINE = re.compile(r"\[([^\[\]\n]{1,300})\]\(([^()\s]{1,500})\)|\*\*([^*\n]{1,300})\*\*")
# A page of ours, a place on the same page, another site or a mailbox; nothing that a browser would run.
_ADDRESS = re.compile(r"(?:/(?!/)|#|https?://|mailto:)[^\s\\\x00-\x1f]*")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text; `url` makes it a link."""

    text: str
    url: str = ""
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or heading (one item), or a list (its items)."""

    kind: Kind
    items: tuple[tuple[Span, ...], ...]


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a text; any text is valid."""
    return tuple(_blocks(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def spans(line: str) -> tuple[Span, ...]:
    """The pieces of one line."""
    return tuple(_spans(line))


def _blocks(lines: list[str]) -> Iterator[Block]:
    paragraph: list[str] = []
    items: list[str] = []

    def finished() -> Iterator[Block]:
        if paragraph:
            yield Block("alinea", (spans(" ".join(paragraph)),))
        if items:
            yield Block("lijst", tuple(map(spans, items)))
        paragraph.clear()
        items.clear()

    for raw in lines:
        line = raw.strip()
        if line.startswith("- ") and line[2:].strip():
            if paragraph:
                yield from finished()
            items.append(line[2:].strip())
        elif line.startswith("## ") and line[3:].strip():
            yield from finished()
            yield Block("kop", (spans(line[3:].strip()),))
        elif not line:
            yield from finished()
        elif items:
            # A long item goes on on the next line.
            items[-1] += f" {line}"
        else:
            paragraph.append(line)
    yield from finished()


def _spans(line: str) -> Iterator[Span]:
    end = 0
    for found in _INLINE.finditer(line):
        words, address, stressed = found.groups()
        if address and not _ADDRESS.fullmatch(address):
            continue
        if found.start() > end:
            yield Span(line[end : found.start()])
        yield Span(stressed, is_strong=True) if stressed else Span(words, url=address)
        end = found.end()
    if line[end:]:
        yield Span(line[end:])
