"""Curation: what an upload would do, as plain JSON that a page can show part by part."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from catalogue.curation import differences
from catalogue.curation.entrydata import EntryData
from catalogue.exchange.columns import Heading
from catalogue.exchange.known import Known
from catalogue.exchange.plan import Plan, Progress, Step
from catalogue.exchange.problems import PlaceQuestion
from catalogue.exchange.reader import Table
from catalogue.exchange.twins import Side, Twin
from catalogue.places.area import describe, from_tokens
from catalogue.web.words import ondernemingsnummer

NEW, CHANGED, SAME = "nieuw", "gewijzigd", "gelijk"
# More of a text than this nobody reads in a list of differences.
SHOWN = 400
# More questions than this are asked after the first are answered.
MAX_QUESTIONS = 300
MAX_LISTED = 5_000
EMPTY = EntryData("")


def of_headings(found: Sequence[Heading], samples: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """The headers of a file with some cells below each."""
    return [
        {
            "plaats": one.place,
            "tekst": one.text,
            "kolom": one.column,
            "zekerheid": str(one.sureness),
            "cellen": [
                _cut(row[one.place].replace("\0", ""), 60)
                for row in samples
                if one.place < len(row) and row[one.place].strip()
            ],
        }
        for one in found
    ]


def of_plan(
    table: Table, full: Plan, kept: Plan, found: Sequence[Twin], progress: Progress[object]
) -> dict[str, Any]:
    """What a file would do; `kept` is the plan without what `full` refuses."""
    words = words_of(kept.known)
    names = {row.line: row.cells.get("naam", "") for row in table.rows}
    steps = [_step(step, words) for step in progress(kept.steps, "Verschillen zoeken")]  # type: ignore[arg-type]
    gazetteer = kept.known.gazetteer
    return {
        "rijen": full.rows,
        "stappen": steps,
        "aantal": {
            NEW: len(kept.new),
            CHANGED: len(kept.changed),
            SAME: kept.same,
            "geweigerd": len(full.refusals),
            "twijfel": len(full.doubts),
        },
        "geweigerd": [
            [one.line, one.column, one.reason, _cut(names.get(one.line, ""), 120)]
            for one in full.refusals[:MAX_LISTED]
        ],
        "weg": full.rows - kept.rows,
        "twijfel": [[one.line, one.column, one.reason] for one in full.doubts[:MAX_LISTED]],
        "woorden": [[one.word, one.guess, one.rows] for one in full.words if len(one.word) <= 200][
            :MAX_QUESTIONS
        ],
        "plaatsen": [_place(one, gazetteer.names) for one in _required_first(full.places)][:MAX_QUESTIONS],
        "tweelingen": [_twin(one, words) for one in found][:MAX_QUESTIONS],
        "vragen": len(full.words) + len(full.places) + len(found),
        "uitkomst": outcome(full, kept),
    }


def outcome(full: Plan, kept: Plan) -> str:
    """A mark of all that would be written and refused: another mark is another outcome."""
    mark = hashlib.sha256()
    for step in kept.steps:
        if step.is_new or step.is_changed:
            mark.update(repr((step.before, step.after)).encode("utf-8", "surrogatepass"))
    mark.update(repr(full.refusals).encode("utf-8", "surrogatepass"))
    return mark.hexdigest()


def words_of(known: Known) -> differences.Words:
    """Services, areas and gemeenten as people call them."""
    names, regions = known.gazetteer.names, known.gazetteer.region_names
    return differences.Words(
        service=lambda slug: known.labels.get(slug, slug),
        area=lambda tokens: describe(from_tokens(tokens), names, regions),
        gemeente=lambda nis: names.get(nis, nis),
    )


def _step(step: Step, words: differences.Words) -> dict[str, Any]:
    kind = NEW if step.is_new else CHANGED if step.is_changed else SAME
    changes = [] if kind == SAME else differences.differences(step.before or EMPTY, step.after, words)
    return {
        "soort": kind,
        "naam": step.after.name,
        "regels": list(step.lines),
        "id": step.after.id,
        # The name of a new entry stands above already, and there was nothing before it.
        "verschil": [
            [one.label, "" if step.is_new else _cut(one.old), _cut(one.new)]
            for one in changes
            if not (step.is_new and one.path == ("name",))
        ],
    }


def _required_first(places: Iterable[PlaceQuestion]) -> list[PlaceQuestion]:
    return sorted(places, key=lambda one: (not one.is_required, one.line))


def _place(one: PlaceQuestion, names: Any) -> dict[str, Any]:
    return {
        "sleutel": one.key,
        "regel": one.line,
        "tekst": one.text,
        "keuzes": [[nis, names[nis]] for nis in one.choices],
        "nodig": one.is_required,
    }


def _twin(one: Twin, words: differences.Words) -> dict[str, Any]:
    return {
        "sleutel": one.key,
        "nieuw": one.new.key,
        "ander": one.other.key,
        "reden": one.reason,
        "kanten": [_side(one.new, words), _side(one.other, words)],
    }


def _side(side: Side, words: differences.Words) -> dict[str, Any]:
    places = [
        ", ".join(
            filter(
                None,
                (
                    " ".join(filter(None, (site.street, site.house_number))),
                    words.gemeente(site.gemeente_nis or ""),
                ),
            )
        )
        for site in side.sites
    ]
    return {
        "naam": side.name,
        "nummer": ondernemingsnummer(side.number),
        "plaatsen": list(dict.fromkeys(filter(None, places)))[:5],
        "regels": list(side.lines)[:5],
    }


def _cut(text: str, length: int = SHOWN) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
