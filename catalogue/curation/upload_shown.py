"""Curation: the report of an upload, made ready for a page: one kind of rows at a time, page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.curation.upload_report import CHANGED, NEW, SAME
from catalogue.directory.paging import page_count, pager
from catalogue.directory.shown import Pager
from catalogue.models import Upload

REFUSED, DOUBT = "geweigerd", "twijfel"
KINDS: Mapping[str, str] = {
    "alles": "Alle organisaties",
    NEW: "Nieuw",
    CHANGED: "Gewijzigd",
    SAME: "Ongewijzigd",
    REFUSED: "Geweigerd",
    DOUBT: "Na te kijken",
}
PER_PAGE = 25
# So many questions of a kind on one page; the rest comes when these are answered.
AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Tab:
    """A kind of rows, with how many there are."""

    key: str
    label: str
    count: int
    url: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of an upload shows of its report."""

    kind: str
    tabs: tuple[Tab, ...]
    steps: tuple[Mapping[str, Any], ...]
    problems: tuple[tuple[Any, ...], ...]
    pager: Pager
    words: tuple[tuple[str, str, int], ...]
    places: tuple[Mapping[str, Any], ...]
    twins: tuple[Mapping[str, Any], ...]
    # Questions that are not on this page yet.
    more: int
    new: int
    changed: int
    refused: int
    left_out: int

    @property
    def has_questions(self) -> bool:
        """Whether there is something to answer."""
        return bool(self.words or self.places or self.twins)

    @property
    def does_something(self) -> bool:
        """Whether anything would be written."""
        return bool(self.new or self.changed)


def shown(upload: Upload, kind: str, page: int, to: Callable[[str, int], str]) -> Shown | None:
    """The rows of a kind on a page; None for a page that is not there. `to` gives the address of another."""
    report = upload.report
    counts = dict(report["aantal"])
    steps = report["stappen"]
    counts["alles"] = len(steps)
    kind = kind if kind in KINDS else "alles"
    of_kind: list[Any]
    if kind in (REFUSED, DOUBT):
        of_kind = report[kind]
    else:
        of_kind = [step for step in steps if kind in ("alles", step["soort"])]
    pages = page_count(len(of_kind), PER_PAGE)
    if not 1 <= page <= pages:
        return None
    part = of_kind[(page - 1) * PER_PAGE : page * PER_PAGE]
    lists = [report[name][:AT_ONCE] for name in ("woorden", "plaatsen", "tweelingen")]
    is_problem = kind in (REFUSED, DOUBT)
    return Shown(
        kind=kind,
        tabs=tuple(
            Tab(key, label, counts[key], to(key, 1), key == kind)
            for key, label in KINDS.items()
            if counts[key] or key in ("alles", kind)
        ),
        steps=() if is_problem else tuple(part),
        problems=tuple(tuple(one) for one in part) if is_problem else (),
        pager=pager(page, pages, lambda number: to(kind, number)),
        words=tuple(tuple(one) for one in lists[0]),
        places=tuple(lists[1]),
        twins=tuple(lists[2]),
        more=report["vragen"] - sum(map(len, lists)),
        new=counts[NEW],
        changed=counts[CHANGED],
        refused=counts[REFUSED],
        left_out=report["weg"],
    )
