"""Curation: two people edited one entry. What each changed stands side by side; choices make one of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from catalogue.curation.differences import Words, differences, take_over
from catalogue.curation.entrydata import EntryData

ANSWERS = MINE, THEIRS = "mijn", "hun"


@dataclass(frozen=True, slots=True)
class Side:
    """One field that somebody changed. It `clashes` where both did, each to something else.

    `key` names the question on the page; `was` is what the field said before either changed it.
    """

    key: str
    path: tuple[str, ...]
    label: str
    was: str
    theirs: str
    mine: str
    clashes: bool
    is_mine: bool


def sides(base: EntryData | None, theirs: EntryData, mine: EntryData, words: Words) -> list[Side]:
    """Everything that either changed since `base`, in reading order.

    Without a base nobody can say who changed what: then each difference is a clash.
    """
    by_them = {} if base is None else {one.path: one for one in differences(base, theirs, words)}
    by_me = {one.path: one for one in differences(theirs if base is None else base, mine, words)}
    found: list[Side] = []
    for path in dict.fromkeys((*by_them, *by_me)):
        one = by_me.get(path) or by_them[path]
        was = "" if base is None else one.old
        their_words = one.old if base is None else by_them[path].new if path in by_them else was
        my_words = by_me[path].new if path in by_me else was
        clashes = base is None or (path in by_them and path in by_me and their_words != my_words)
        found.append(
            Side(f"keuze-{len(found)}", path, one.label, was, their_words, my_words, clashes, path in by_me)
        )
    return found


def merged(theirs: EntryData, mine: EntryData, both: Collection[Side], chosen: Collection[str]) -> EntryData:
    """Their entry with what only I changed, and with mine where the key of a clash is among the chosen."""
    paths = [one.path for one in both if one.is_mine and (not one.clashes or one.key in chosen)]
    return take_over(theirs, mine, paths)
