"""Reads the question files: a table by class, each question with what answers it.

Keys of a question: `q` the text · `diensten` any of these services answers · `taken` several tasks, each a
list of services; an entry must do one of each · `werkvormen` (with `beide`: besides the service) ·
`organisaties` names of the entries that are meant · `gemeente` (name) or `regio` (slug): works there · `rond`
(name) and `straal` (km): has its site there · `filters` parameters beside the text · `niemand`: nobody does
this, and the answer says so · `eerst` names of all entries that answer, and `ook` of those that may follow
(written by somebody who did not know the search; an empty `eerst` is `niemand`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogue.places.seeds import read_gemeenten

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
TASK_CLASSES = ("exact", "verbuiging", "samenstelling", "typfout", "naam", "niemand")
"""Classes that need no synonyms: they hold too where the vocabulary does not know the services."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what answers it; `tasks` holds one set of services for each task."""

    text: str
    klasse: str
    tasks: tuple[frozenset[str], ...] = ()
    werkvormen: frozenset[str] = frozenset()
    both: bool = False
    organisations: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    gemeenten: frozenset[str] = frozenset()
    rond: str = ""
    km: float = 0.0
    filters: str = ""
    nobody: bool = False


def read(path: Path) -> list[Question]:
    """The questions of a file. Raises KeyError for a place that does not exist."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    by_name = {row.naam: row.nis for row in read_gemeenten(SEEDS / "gemeenten.csv")}
    regions = {
        row["slug"]: row["gemeenten"]
        for row in tomllib.loads((SEEDS / "regios.toml").read_text(encoding="utf-8"))["regio"]
    }
    return [_question(klasse, row, by_name, regions) for klasse, rows in data.items() for row in rows]


def _question(
    klasse: str, row: dict[str, Any], by_name: dict[str, str], regions: dict[str, list[str]]
) -> Question:
    known = {
        "q", "diensten", "taken", "werkvormen", "beide", "organisaties",
        "gemeente", "regio", "rond", "straal", "filters", "niemand", "eerst", "ook",
    }  # fmt: skip
    if set(row) - known:
        raise KeyError(f"{row['q']}: {sorted(set(row) - known)}")
    gemeenten = (
        [by_name[row["gemeente"]]] if "gemeente" in row else regions[row["regio"]] if "regio" in row else []
    )
    tasks = row.get("taken") or ([row["diensten"]] if "diensten" in row else [])
    return Question(
        text=row["q"],
        klasse=klasse,
        tasks=tuple(frozenset(task) for task in tasks),
        werkvormen=frozenset(row.get("werkvormen", ())),
        both=row.get("beide", False),
        organisations=frozenset(row.get("organisaties", row.get("eerst", ()))),
        also=frozenset(row.get("ook", ())),
        gemeenten=frozenset(gemeenten),
        rond=by_name[row["rond"]] if "rond" in row else "",
        km=row.get("straal", 0.0),
        filters=row.get("filters", ""),
        nobody=row.get("niemand", "eerst" in row and not (row["eerst"] or row.get("ook"))),
    )
