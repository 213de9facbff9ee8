"""The gazetteer as the tables have it now: the one reader of gemeenten and regions."""

from __future__ import annotations

from sqlalchemy import select

from catalogue.config import ROOT
from catalogue.extensions import db
from catalogue.models import Gemeente, Region, region_gemeente
from catalogue.places.gazetteer import Gazetteer, GemeenteRow, RegionRow
from catalogue.places.seeds import read_ordinary_words


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
    return Gazetteer(rows, regions, read_ordinary_words(ROOT / "seeds" / "plaatsnamen.toml"))
