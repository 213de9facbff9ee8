"""Curation: is the catalogue whole? Says in Dutch what is wrong, and with which entry; mends nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import JSON, Column, Table, Text, cast, func, inspect, select
from sqlalchemy.orm import aliased
from stdnum.be import vat

from catalogue.curation import history
from catalogue.curation.entrydata import EntryData, EntryError, normal
from catalogue.curation.entryjson import from_json
from catalogue.curation.loading import ROUND, load
from catalogue.curation.write import generation
from catalogue.directory import entries
from catalogue.directory.live import Directory
from catalogue.extensions import Base, db
from catalogue.models import (
    CatalogueState,
    FormerSlug,
    Gemeente,
    Location,
    Offer,
    Organisation,
    OrganisationWerkvorm,
    PointOrigin,
    Proposal,
    ProposalStatus,
    Region,
    Revision,
    Service,
)
from catalogue.models.trede import treden
from catalogue.models.werkvorm import werkvormen
from catalogue.places.area import from_tokens
from catalogue.search.store import Store
from catalogue.search.stored import TornIndexError

# Belgium and a little around it (WGS84), for a company may have a site just over the border.
LAT, LON = (49.4, 51.7), (2.4, 6.6)
CPV = re.compile(r"\d{8}-\d", re.ASCII)
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# So many faults of one kind tell enough.
MANY = 100
TRIES = 3
# Columns of JSON that are a list, and what stands in it; in every other stands a dict.
LISTS: Mapping[str, type] = {
    "account.recovery_hashes": str,
    "gemeente.deelgemeenten": str,
    "gemeente.former_names": str,
    "gemeente.former_nis": str,
    "gemeente.postcodes": str,
    "offer.area": str,
    "offer.samenwerking": str,
    "organisation.former_names": str,
    "organisation.free_services": str,
    "organisation_werkvorm.treden": int,
    "service.cpv": str,
    "service.synonyms": str,
}


class Problem(NamedTuple):
    """What is wrong, and with what: the name of an entry or a service, or a part of the whole."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


Check = Callable[[], Iterator[Problem]]


def problems(live: Directory) -> list[Problem]:
    """Everything that is wrong with the catalogue and its index; empty where all is well.

    What rests on something that is wrong already (tables that are missing) is not looked at. The site may go
    on meanwhile.
    """
    with _one_moment():
        for floor in FLOORS:
            if found := [problem for check in floor for problem in islice(check(), MANY)]:
                return found
    for _ in range(TRIES):
        # As any search would: an index that is only behind is no fault.
        live.settle()
        with _one_moment():
            number = generation()
            found = list(islice(_index(live.settings.index_folder), MANY))
        if not found or generation() == number:
            break
    db.session.rollback()
    return found


@contextmanager
def _one_moment() -> Iterator[None]:
    """Everything that is read is of one moment."""
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        db.session.execute(db.text("BEGIN"))
    else:
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    yield
    db.session.rollback()


def _database() -> Iterator[Problem]:
    """SQLite looks through its own file; PostgreSQL keeps watch by itself."""
    if db.engine.dialect.name != "sqlite":
        return
    for (line,) in db.session.execute(db.text("PRAGMA integrity_check")):
        if line != "ok":
            yield Problem("De databank", f"is beschadigd ({line}). Zet een reservekopie terug.")
    for table, row, other, _ in db.session.execute(db.text("PRAGMA foreign_key_check")):
        yield Problem("De databank", f"rij {row} van {table} verwijst naar een {other} die er niet is.")


def _tables() -> Iterator[Problem]:
    looking = inspect(db.engine)
    there = set(looking.get_table_names())
    for table in Base.metadata.sorted_tables:
        if table.name not in there:
            yield Problem("De databank", f"de tabel {table.name} ontbreekt.")
            continue
        columns = {column["name"] for column in looking.get_columns(table.name)}
        for name in sorted(set(table.c.keys()) - columns):
            yield Problem("De databank", f"de kolom {table.name}.{name} ontbreekt.")


def _shapes() -> Iterator[Problem]:
    """Columns of JSON hold what their readers expect."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, JSON):
                yield from _shape(table, column)


def _shape(table: Table, column: Column[Any]) -> Iterator[Problem]:
    keys = list(table.primary_key.columns)
    query = select(*keys, cast(column, Text).label("json")).where(column.is_not(None))
    for row in db.session.execute(query.execution_options(yield_per=ROUND)):
        if not _fits(column, row.json):
            key = "/".join(str(value) for value in row[:-1])
            yield Problem("De databank", f"{column} van rij {key} heeft niet de juiste vorm.")


def _fits(column: Column[Any], text: str) -> bool:
    try:
        value = json.loads(text)
    except ValueError:
        return False
    if str(column) not in LISTS:
        return isinstance(value, dict)
    return isinstance(value, list) and all(type(one) is LISTS[str(column)] for one in value)


def _state() -> Iterator[Problem]:
    """No change has a higher number than the last; else readers would not see it."""
    state = db.session.get(CatalogueState, 1)
    last = state.generation if state else 0
    newest = max(db.session.scalar(select(func.max(column))) or 0 for column in _generations())
    if newest > last or (state and max(state.vocabulary_generation, state.restored_generation) > last):
        yield Problem("De catalogus", f"er zijn wijzigingen met een hoger nummer dan de laatste ({last}).")


def _generations() -> tuple[Any, Any]:
    return Organisation.generation, Revision.generation


def _slugs() -> Iterator[Problem]:
    """Every address leads to one entry."""
    for name, slug in db.session.execute(select(Organisation.name, Organisation.slug)):
        if not SLUG.fullmatch(slug):
            yield Problem(name, f"het adres ‘{slug}’ is niet bruikbaar.")
    other = aliased(Organisation)
    query = (
        select(Organisation.name, FormerSlug.slug, other.name)
        .join(FormerSlug, FormerSlug.slug == Organisation.slug)
        .join(other, other.id == FormerSlug.organisation_id)
    )
    for name, slug, former in db.session.execute(query):
        yield Problem(name, f"het adres ‘{slug}’ is ook een vroeger adres van {former}.")


def _offers() -> Iterator[Problem]:
    """An offer is done from a site of its own organisation, in places that there are."""
    query = (
        select(Organisation.name)
        .join(Offer, Offer.organisation_id == Organisation.id)
        .join(Location, Location.id == Offer.location_id)
        .where(Location.organisation_id != Offer.organisation_id)
    )
    for (name,) in db.session.execute(query):
        yield Problem(name, "een dienst hoort bij de vestiging van een andere organisatie.")
    gemeenten = set(db.session.scalars(select(Gemeente.nis)))
    regions = set(db.session.scalars(select(Region.slug)))
    for name, tokens in db.session.execute(
        select(Organisation.name, Offer.area).join(Offer, Offer.organisation_id == Organisation.id)
    ):
        try:
            area = from_tokens(tokens)
        except ValueError:
            yield Problem(name, f"het werkgebied {tokens} is niet leesbaar.")
            continue
        for missing in sorted((area.gemeenten - gemeenten) | (area.regios - regions)):
            yield Problem(name, f"het werkgebied noemt {missing}, en die gemeente of regio is er niet.")


def _sites() -> Iterator[Problem]:
    """A point lies where there can be a site, and says where it comes from."""
    rows = db.session.execute(
        select(
            Organisation.name, Location.name.label("site"), Location.lat, Location.lon, Location.point_origin
        ).join(Location, Location.organisation_id == Organisation.id)
    )
    for row in rows:
        site = f"de vestiging {row.site}" if row.site else "de vestiging"
        if row.point_origin not in {"", *PointOrigin}:
            yield Problem(row.name, f"{site} heeft een punt van onbekende herkomst.")
        if row.lat is not None and not (LAT[0] <= row.lat <= LAT[1] and LON[0] <= row.lon <= LON[1]):
            yield Problem(row.name, f"het punt van {site} ligt niet in België ({row.lat}, {row.lon}).")


def _numbers() -> Iterator[Problem]:
    query = select(Organisation.name, Organisation.ondernemingsnummer)
    for name, number in db.session.execute(query.where(Organisation.ondernemingsnummer != "")):
        if len(number) != 10 or not vat.is_valid(number) or vat.compact(number) != number:
            yield Problem(name, f"het ondernemingsnummer {number} bestaat niet.")


def _kinds() -> Iterator[Problem]:
    """Werkvormen and treden are those of the files."""
    query = select(Organisation.name, OrganisationWerkvorm.key, OrganisationWerkvorm.treden).join(
        Organisation, Organisation.id == OrganisationWerkvorm.organisation_id
    )
    for name, key, own in db.session.execute(query):
        if key not in werkvormen():
            yield Problem(name, f"de werkvorm ‘{key}’ is er niet.")
        for number in sorted(set(own) - set(treden())):
            yield Problem(name, f"de trede {number} is er niet.")


def _vocabulary() -> Iterator[Problem]:
    """No service is broader than itself, and CPV codes look as they should."""
    services = {row.id: row for row in db.session.execute(select(*SERVICE_COLUMNS))}
    for service in services.values():
        for code in service.cpv:
            if not CPV.fullmatch(code):
                yield Problem(f"Dienst {service.label}", f"‘{code}’ is geen CPV-code.")
        if not SLUG.fullmatch(service.slug):
            yield Problem(f"Dienst {service.label}", f"het adres ‘{service.slug}’ is niet bruikbaar.")
        above, seen = service.broader_id, {service.id}
        while above in services and above not in seen:
            seen.add(above)
            above = services[above].broader_id
        if above == service.id:
            yield Problem(f"Dienst {service.label}", "staat via bredere diensten onder zichzelf.")


SERVICE_COLUMNS = (Service.id, Service.slug, Service.label, Service.cpv, Service.broader_id)


def _proposals() -> Iterator[Problem]:
    rows = db.session.execute(select(Proposal.id, Proposal.status, Proposal.base, Proposal.data))
    for row in rows:
        if row.status not in set(ProposalStatus):
            yield Problem(f"Voorstel {row.id}", f"‘{row.status}’ is geen status.")
        for data in filter(None, (row.base, row.data)):
            if _read(data) is None:
                yield Problem(f"Voorstel {row.id}", "de voorgestelde gegevens zijn niet leesbaar.")


def _entries() -> Iterator[Problem]:
    """Every entry is in normal form, and the last that its history says of it is what it is."""
    ids = list(db.session.scalars(select(Organisation.id).order_by(Organisation.id)))
    for start in range(0, len(ids), ROUND):
        some = ids[start : start + ROUND]
        last = _last_revisions(some)
        for entry in load(some):
            yield from _normal(entry)
            if entry.id in last:
                yield from _remembered(entry, last[entry.id])


def _normal(entry: EntryData) -> Iterator[Problem]:
    try:
        if normal(entry) != entry:
            yield Problem(entry.name, "staat niet in de vorm waarin wij bewaren.")
    except EntryError as error:
        yield Problem(entry.name, error.reason)


def _remembered(entry: EntryData, data: Any) -> Iterator[Problem]:
    known = _read(data) if data is not None else None
    if known is None:
        yield Problem(entry.name, "het laatste in de geschiedenis is niet leesbaar.")
    elif known != entry:
        yield Problem(entry.name, "is niet wat er het laatst in de geschiedenis staat.")


def _last_revisions(ids: list[int]) -> dict[int, Any]:
    """The last known state of entries, by id; not where something was erased from it."""
    keys = [str(id) for id in ids]
    last = (
        select(func.max(Revision.id))
        .where(Revision.kind == history.ENTRY, Revision.key.in_(keys))
        .group_by(Revision.key)
    )
    rows = db.session.execute(
        select(Revision.key, Revision.data).where(Revision.id.in_(last), Revision.erased_at.is_(None))
    )
    return {int(row.key): row.data for row in rows}


def _read(data: Any) -> EntryData | None:
    try:
        return from_json(data)
    except (TypeError, ValueError, KeyError, AttributeError):
        return None


def _index(folder: Path) -> Iterator[Problem]:
    """What is published stands in the search index as it is now, and nothing else."""
    try:
        stored = Store(folder).open()
    except TornIndexError:
        yield Problem("De zoekindex", "is er niet of is beschadigd. Bouw hem met ‘catalogue reindex’.")
        return
    try:
        there, wanted = stored.stamps(), entries.stamps()
    finally:
        stored.close()
    if there == wanted:
        return
    names = {row.id: row.name for row in db.session.execute(select(Organisation.id, Organisation.name))}
    for number in sorted(there.keys() | wanted.keys()):
        if there.get(number) != wanted.get(number):
            where = names.get(number, f"Organisatie {number}")
            if number not in there:
                what = "staat niet in de zoekindex"
            elif number not in wanted:
                what = "staat in de zoekindex en is niet gepubliceerd"
            else:
                what = "staat in de zoekindex zoals het vroeger was"
            yield Problem(where, f"{what}. Bouw hem met ‘catalogue reindex’.")


# What all the rest stands on, in this order; then everything else.
FLOORS: tuple[tuple[Check, ...], ...] = (
    (_database,),
    (_tables,),
    (_shapes,),
    (_state, _slugs, _offers, _sites, _numbers, _kinds, _vocabulary, _proposals, _entries),
)
