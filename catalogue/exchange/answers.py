"""Exchange: what somebody answered to the questions that a file raises."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from catalogue.curation.names import folded

# Before the id of an entry, and before the folded name of rows in the file.
ENTRY, ROWS = "org:", "rij:"
# Between two sides that are not the same.
APART = " ≠ "
AREA = "gebied:"


@dataclass(frozen=True, slots=True)
class Answers:
    """`places` gives the NIS code for what a file says of a place (place_key, area_key).

    `same` says of rows with a name (folded) as what they are read: an entry or other rows (ENTRY, ROWS);
    `apart` holds pairs that only look alike (pair_key). `revived` are ids of archived entries that are shown
    again when a file names them.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    apart: Collection[str] = ()
    revived: Collection[int] = ()

    def rows_of(self, name: str) -> str:
        """The folded name of the rows with which rows of this name go together."""
        key, seen = folded(name), set[str]()
        while key not in seen and (target := self.same.get(key, "")).startswith(ROWS):
            seen.add(key)
            key = target.removeprefix(ROWS)
        return key

    def entry_of(self, name: str) -> int | None:
        """The id of the entry that rows of this name are said to be about."""
        target = self.same.get(self.rows_of(name), "")
        number = target.removeprefix(ENTRY)
        return int(number) if target.startswith(ENTRY) and number.isdigit() else None


NO_ANSWERS = Answers()


def place_key(cells: Mapping[str, str]) -> str:
    """What a row says of its place; the street where it says nothing else."""
    place = " ".join(filter(None, (cells.get("postcode", ""), cells.get("gemeente", ""))))
    if not place.strip():
        place = " ".join(filter(None, ("straat", cells.get("straat", ""), cells.get("huisnummer", ""))))
    return folded(place)[:200]


def area_key(word: str) -> str:
    """A word in a work area."""
    return f"{AREA}{folded(word)[:190]}"


def area_words(cell: str) -> list[str]:
    """The parts of a work area."""
    return [part for part in (" ".join(piece.split()) for piece in re.split(r"[;|]", cell)) if part]


def pair_key(one: str, other: str) -> str:
    """Two things that look alike, whichever comes first."""
    return APART.join(sorted((one, other)))
