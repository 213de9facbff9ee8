"""Curation: puts the starting content of seeds/ in the catalogue, each piece once and never again."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from catalogue.config import ROOT
from catalogue.curation.names import Names, folded
from catalogue.curation.write import Actor, Change, Manner, change
from catalogue.exchange.cells import split
from catalogue.exchange.plan import Progress, plan, silent, write
from catalogue.exchange.reader import RawRow, Table, read_file
from catalogue.extensions import db
from catalogue.models import Category, Gemeente, Region, Service, Sown
from catalogue.places.seeds import read_gemeenten, read_regios

SEEDS = ROOT / "seeds"


class SeedError(ValueError):
    """A seed file that cannot be used; names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Sowing:
    """How much was put in, by kind; nothing of it was there before."""

    gemeenten: int = 0
    regions: int = 0
    services: int = 0
    organisations: int = 0


def seed(
    *,
    with_organisations: bool = True,
    today: date,
    folder: Path = SEEDS,
    progress: Progress[object] = silent,
) -> Sowing:
    """Put in what was never put in before; what someone edited, renamed or archived stays as it is.

    Raises SeedError, OSError or FileError for a seed file that cannot be used; then nothing is put in.
    """
    sower, rows = _to_sow(folder, with_organisations)
    if not sower.has_vocabulary and not rows:
        return Sowing()
    with change(Actor(Manner.START)) as under_way:
        # Looked at again: another process may have sown while this one waited for its turn.
        sower, rows = _to_sow(folder, with_organisations)
        sown = sower.sow_vocabulary(under_way)
        organisations = _sow_organisations(under_way, sower, rows, today, progress) if rows else 0
    return Sowing(*sown, organisations)


def _to_sow(folder: Path, with_organisations: bool) -> tuple[_Sower, tuple[RawRow, ...]]:
    sower = _Sower(folder)
    return sower, sower.organisation_rows() if with_organisations else ()


class _Sower:
    """What of the seed files is not sown yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sown = {(row.kind, row.key) for row in db.session.execute(select(Sown.kind, Sown.key))}
        words = self._toml("diensten.toml")
        self._gemeenten = [g for g in self._rows() if self._is_new("gemeente", g.nis)]
        regions = read_regios(folder / "regios.toml")
        self._regions = [r for r in regions if self._is_new("regio", r.slug)]
        self._categories = [
            (position, c)
            for position, c in enumerate(words["categorie"])
            if self._is_new("categorie", c["slug"])
        ]
        self._services = [s for s in words["dienst"] if self._is_new("dienst", s["slug"])]
        needed = {service["categorie"] for service in self._services}
        # Also one that somebody removed when it was empty: a service that comes now stands in it.
        self._needed = [(p, c) for p, c in enumerate(words["categorie"]) if c["slug"] in needed]

    def _toml(self, name: str) -> dict[str, Any]:
        try:
            return tomllib.loads((self._folder / name).read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise SeedError(f"{name}: {error}") from None

    def _rows(self) -> Iterable[Any]:
        try:
            return read_gemeenten(self._folder / "gemeenten.csv")
        except (KeyError, ValueError) as error:
            raise SeedError(f"gemeenten.csv: {error}") from None

    def _is_new(self, kind: str, key: str) -> bool:
        return (kind, key) not in self._sown

    def mark(self, kind: str, key: str) -> None:
        """Remember that this was put in."""
        if self._is_new(kind, key):
            self._sown.add((kind, key))
            db.session.add(Sown(kind=kind, key=key))

    @property
    def has_vocabulary(self) -> bool:
        """Whether any gemeente, region, category or service is still to be sown."""
        return bool(self._gemeenten or self._regions or self._categories or self._services)

    def organisation_rows(self) -> tuple[RawRow, ...]:
        """Rows of organisations that were never sown."""
        table = read_file(self._folder / "organisaties.csv")
        return tuple(
            row for row in table.rows if self._is_new("organisatie", folded(row.cells.get("naam", "")))
        )

    def sow_vocabulary(self, under_way: Change) -> tuple[int, int, int]:
        """Put in gemeenten, regions and services; what is there already under the same key stays."""
        if self.has_vocabulary:
            under_way.touch_vocabulary()
        counts = (self._sow_gemeenten(), self._sow_regions(), self._sow_services())
        db.session.flush()
        return counts

    def _sow_gemeenten(self) -> int:
        there = set(db.session.scalars(select(Gemeente.nis)))
        new = [row for row in self._gemeenten if row.nis not in there]
        for row in new:
            db.session.add(
                Gemeente(
                    nis=row.nis,
                    name=row.naam,
                    slug=row.slug,
                    province=row.provincie,
                    postcodes=list(row.postcodes),
                    deelgemeenten=list(row.deelgemeenten),
                    former_names=list(row.vroeger),
                    former_nis=list(row.oude_nis),
                    lat=row.lat,
                    lon=row.lon,
                )
            )
        for row in self._gemeenten:
            self.mark("gemeente", row.nis)
        db.session.flush()
        return len(new)

    def _sow_regions(self) -> int:
        there = set(db.session.scalars(select(Region.slug)))
        new = [row for row in self._regions if row.slug not in there]
        gemeenten = (
            {gemeente.nis: gemeente for gemeente in db.session.scalars(select(Gemeente))} if new else {}
        )
        for row in new:
            members = [gemeenten[nis] for nis in row.gemeenten if nis in gemeenten]
            db.session.add(Region(slug=row.slug, name=row.naam, gemeenten=members))
        for row in self._regions:
            self.mark("regio", row.slug)
        return len(new)

    def _sow_services(self) -> int:
        there = set(db.session.scalars(select(Category.slug)))
        for position, category in [*self._categories, *self._needed]:
            if category["slug"] not in there:
                there.add(category["slug"])
                db.session.add(Category(slug=category["slug"], label=category["label"], position=position))
            self.mark("categorie", category["slug"])
        db.session.flush()
        services = {service.slug: service for service in db.session.scalars(select(Service))}
        new = [row for row in self._services if row["slug"] not in services]
        for row in new:
            services[row["slug"]] = Service(
                slug=row["slug"],
                label=row["label"],
                sentence=row["zin"],
                synonyms=list(row["synoniemen"]),
                cpv=list(row["cpv"]),
                category_slug=row["categorie"],
            )
            db.session.add(services[row["slug"]])
        for row in new:
            services[row["slug"]].broader = services.get(row.get("breder", ""))
        for row in self._services:
            self.mark("dienst", row["slug"])
        return len(new)


def _sow_organisations(
    under_way: Change, sower: _Sower, rows: tuple[RawRow, ...], today: date, progress: Progress[object]
) -> int:
    """Bring in the entries that nobody put in otherwise; those already there are someone's own."""
    names = Names.load()
    own = []
    for row in rows:
        called = (row.cells.get("naam", ""), *split(row.cells.get("voorheen", "")))
        if not any(names.current(name) or names.former(name) for name in called if name):
            own.append(row)
    planned = plan(Table((), tuple(own)), today=today, progress=progress)
    if planned.refusals:
        first = planned.refusals[0]
        raise SeedError(f"organisaties.csv, regel {first.line}, {first.column}: {first.reason}")
    write(under_way, planned, progress=progress)
    for row in rows:
        sower.mark("organisatie", _key(row))
    return len(planned.new)


def _key(row: RawRow) -> str:
    return folded(row.cells.get("naam", ""))
