"""Two to four organisations side by side, with what sets them apart in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.directory.shortlist import Listed
from catalogue.web.words import enumerate_words

# Fewer is no comparison, more does not fit on a page.
FEWEST, MOST = 2, 4
# What stands beside each question; what nobody told us is no likeness and no difference.
DIFFERENT, SAME, UNKNOWN, HALF_KNOWN = "verschilt", "gelijk", "niet gekend", "niet van alle gekend"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a cell says; `note` says in words what sets it apart."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a comparison: a cell for each organisation, and in words whether they differ."""

    label: str
    cells: tuple[tuple[Part, ...], ...]
    verdict: str

    @property
    def is_different(self) -> bool:
        """Whether what is known of them differs."""
        return self.verdict == DIFFERENT


def compare(listed: Sequence[Listed]) -> tuple[Row, ...]:
    """The organisations side by side, one row a question that a buyer has."""
    return (
        _row("Gemeente", [one.gemeenten for one in listed], "niet gekend"),
        _row("Soort organisatie", [one.werkvormen for one in listed], "niet gekend"),
        _row("Opdracht plaatsen", [(one.orderable,) for one in listed]),
        _row("Trede", [tuple(f"trede {n}" for n in one.treden) for one in listed], "niet gekend"),
        _shared("Diensten", [one.services for one in listed], "niet gekend"),
        _row("Werkgebied", [_area_texts(one) for one in listed], "niet gekend"),
        _shared("Manier van werken", [one.samenwerking for one in listed], "niet gekend"),
        _row("Voorbehouden opdracht", [tuple(filter(None, [one.reservation, one.art15])) for one in listed]),
        _row("Erkenningen", [one.recognitions for one in listed], "geen gekend"),
        _row("Gegevens", [(one.freshness,) for one in listed]),
    )


def _area_texts(one: Listed) -> tuple[str, ...]:
    texts = []
    for part in one.areas:
        text = f"{part.text} (aangenomen, niet bevestigd)" if part.is_assumed else part.text
        texts.append(
            f"{text}: {enumerate_words([*map(str.lower, part.services)])}" if part.services else text
        )
    return tuple(texts)


def _row(label: str, cells: Sequence[Sequence[str]], empty: str = "") -> Row:
    shown = tuple(tuple(Part(text) for text in cell) or (Part(empty),) for cell in cells)
    return Row(label, shown, _verdict(cells))


def _shared(label: str, cells: Sequence[Sequence[str]], empty: str) -> Row:
    """As a row, first what all have; where only one has something, that is said beside it."""
    having = {text: sum(text in cell for cell in cells) for cell in cells for text in cell}
    shown = []
    for cell in cells:
        ordered = sorted(cell, key=lambda text: -having[text])
        shown.append(tuple(Part(text, _how_many(having[text], len(cells))) for text in ordered))
    filled = tuple(parts or (Part(empty),) for parts in shown)
    return Row(label, filled, _verdict(cells))


def _verdict(cells: Sequence[Sequence[str]]) -> str:
    if not all(cells):
        return HALF_KNOWN if any(cells) else UNKNOWN
    return DIFFERENT if len({frozenset(cell) for cell in cells}) > 1 else SAME


def _how_many(having: int, all_of_them: int) -> str:
    if having == all_of_them:
        return "allemaal"
    return "alleen hier" if having == 1 else f"{having} van de {all_of_them}"
