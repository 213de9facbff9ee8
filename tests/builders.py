"""Test data with defaults: a test says only what it is about."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from catalogue import create_app, schema
from catalogue.config import Settings
from catalogue.curation.entries import Writer
from catalogue.curation.entrydata import EntryData, OfferData, SiteData, WerkvormData
from catalogue.curation.seeding import seed
from catalogue.curation.write import change
from catalogue.exchange.plan import Plan, apply, plan
from catalogue.exchange.reader import read_bytes
from catalogue.extensions import db
from tests import cluster

# The day on which tests take place.
TODAY = date(2026, 11, 21)

IEPER, VEURNE, POPERINGE = "33011", "38025", "33021"


def make_settings(folder: Path, **values: Any) -> Settings:
    """Settings on a data folder of the test's own."""
    return replace(Settings(data=folder, secret_key="only for tests", testing=True), **values)


class _Kept(BytecodeCache):
    """Templates that were compiled once are compiled for every app of this process."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


_TEMPLATES = _Kept()


@contextmanager
def app_with(settings: Settings) -> Iterator[Flask]:
    """The site with these settings; its database is let go of at the end."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = _TEMPLATES
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def prepare(settings: Settings, *, with_organisations: bool = False) -> None:
    """Make tables and starting content in an empty data folder."""
    with app_with(settings) as app, app.app_context():
        schema.upgrade()
        seed(with_organisations=with_organisations, today=TODAY)


@contextmanager
def copied(source: Settings, folder: Path, **values: Any) -> Iterator[Settings]:
    """A catalogue that begins as another: a data folder and, on a server, a database, gone at the end.

    `values` are settings of its own; without a `database_url` it gets one on the same server.
    """
    values.setdefault("database_url", cluster.beside(source.database_url))
    made = replace(source, data=folder, **values)
    shutil.copytree(source.data, folder)
    with cluster.copied(source.database_url, made.database_url):
        yield made


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Another program writes, and does not stop."""
    if settings.database_url:
        with cluster.locked(settings.database_url):
            yield
        return
    with closing(sqlite3.connect(settings.data / "catalogue.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def site(gemeente: str | None = IEPER, **values: Any) -> SiteData:
    """A site in Ieper, unless said otherwise."""
    return SiteData(gemeente_nis=gemeente, **values)


def offer(service: str = "groenonderhoud", *area: str, **values: Any) -> OfferData:
    """An offer; its area is assumed where no tokens ("nis:33011", "km:20") are given."""
    if area:
        values |= {"area": area, "area_assumed": False}
    return OfferData(service, **values)


def entry(name: str = "De Proef", **values: Any) -> EntryData:
    """An entry as a value: a maatwerkbedrijf in Ieper that does groenonderhoud."""
    values.setdefault("werkvormen", (WerkvormData("maatwerkbedrijf"),))
    values.setdefault("sites", (site(),))
    has_unnamed = any(not place.name for place in values["sites"])
    values.setdefault("offers", (offer(site="" if has_unnamed else None),))
    return EntryData(name=name, **values)


def organisation(name: str = "De Proef", **values: Any) -> int:
    """Put an entry in the database; gives its id. Needs an app context."""
    return organisations(entry(name, **values))[0]


def organisations(*entries: EntryData) -> list[int]:
    """Put many entries in the database in one change; gives their ids."""
    with change() as under_way:
        return Writer(under_way).save_all(entries)


def import_text(text: str, *, today: date = TODAY) -> Plan:
    """Import a CSV text; gives what was done or refused."""
    table = read_bytes(text.encode())
    return apply(plan(table, today=today), table, today=today)
