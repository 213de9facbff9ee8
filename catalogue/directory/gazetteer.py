"""The gazetteer as the tables have it now: the one reader of gemeenten and regions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from sqlalchemy import select

from catalogue.config import ROOT
from catalogue.extensions import db
from catalogue.models import Gemeente, Region, region_gemeente
from catalogue.places.gazetteer import Gazetteer, GemeenteRow, RegionRow
from catalogue.places.seeds import read_ordinary_words, read_streken

SEEDS = ROOT / "seeds"


def load_gazetteer() -> Gazetteer:
    """Read gemeenten and regions from the database, each in the order of their names."""
    rows = [
        GemeenteRow(
            nis=row.nis,
            naam=row.name,
            slug=row.slug,
            provincie=row.province,
            postcodes=tuple(row.postcodes),
            deelgemeenten=tuple(row.deelgemeenten),
            vroeger=tuple(row.former_names),
            oude_nis=tuple(row.former_nis),
            lat=row.lat,
            lon=row.lon,
        )
        for row in db.session.scalars(select(Gemeente).order_by(Gemeente.name))
    ]
    members: dict[str, list[str]] = {}
    links = select(region_gemeente.c.region_slug, region_gemeente.c.gemeente_nis)
    for slug, nis in db.session.execute(links.order_by(region_gemeente.c.gemeente_nis)):
        members.setdefault(slug, []).append(nis)
    regions = [
        RegionRow(slug=row.slug, naam=row.name, gemeenten=tuple(members.get(row.slug, ())))
        for row in db.session.scalars(select(Region).order_by(Region.name))
    ]
    taken = {region.slug for region in regions}
    regions += [named for named in _named(rows) if named.slug not in taken]
    return _made_of(tuple(rows), tuple(regions))


@lru_cache(maxsize=2)
def _made_of(rows: tuple[GemeenteRow, ...], regions: tuple[RegionRow, ...]) -> Gazetteer:
    """The gazetteer of these rows: reading their names costs more than the tables, and is done once."""
    return Gazetteer(rows, regions, read_ordinary_words(SEEDS / "plaatsnamen.toml"))


def _named(rows: Sequence[GemeenteRow]) -> Iterator[RegionRow]:
    """Yield what people name beside the regions: the provinces and the coast."""
    names = {row.naam for row in rows}
    members: dict[str, list[str]] = {}
    for row in rows:
        members.setdefault(row.provincie, []).append(row.nis)
    for province in sorted(filter(None, members)):
        name = f"Provincie {province}" if province in names else province
        yield RegionRow(
            slug=name.casefold().replace(" ", "-"),
            naam=name,
            gemeenten=tuple(sorted(members[province])),
            is_named=True,
        )
    there = {row.nis for row in rows}
    for region in read_streken(SEEDS / "regios.toml"):
        yield replace(region, gemeenten=tuple(nis for nis in region.gemeenten if nis in there))
