"""The rival: SQLite's own full text search with the same facets, in the best plain SQL that we can write.

It holds the same texts and the same facts of offers, reads nothing into a question but its words, and gets
place and other filters as they are. It counts the same facets by the same rules: an own choice left out, and
service, place and cooperation on one offer. What it does not do: the same-offer rule for words, synonyms,
compounds, narrower services of a word, typing errors, reasons, alternatives.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from catalogue.directory.criteria import Criteria
from catalogue.directory.search import Search, effective_sort
from catalogue.directory.snapshot import Snapshot
from catalogue.search.types import Document
from catalogue.web.words import add_months

_WORD = re.compile(r"\w+")
_TABLES = """
create table entry (id integer primary key, slug text, name text, rank integer, confirmed integer);
create virtual table words using fts5(name, services, own, text, content='', tokenize='unicode61');
create table code (facet text, value text, code integer, primary key (facet, value)) without rowid;
create table form (entry integer, value integer, primary key (entry, value)) without rowid;
create table step (entry integer, value integer, primary key (entry, value)) without rowid;
create table offer (id integer primary key, entry integer);
create table service (offer integer, entry integer, value integer, primary key (offer, value)) without rowid;
create table gemeente (offer integer, entry integer, value integer, primary key (offer, value)) without rowid;
create table way (offer integer, entry integer, value integer, primary key (offer, value)) without rowid;
create table region (offer integer, entry integer, value integer, primary key (offer, value)) without rowid;
create table place (offer integer, entry integer, lat real, lon real);
"""
_INDEXES = """
create index offer_entry on offer (entry, id);
create index form_value on form (value, entry);
create index step_value on step (value, entry);
create index service_value on service (value, offer, entry);
create index gemeente_value on gemeente (value, offer, entry);
create index way_value on way (value, offer, entry);
create index region_value on region (value, offer, entry);
create index place_lat on place (lat, lon, offer);
create index entry_confirmed on entry (confirmed, id);
create index entry_rank on entry (rank, id);
{whole}
analyze;
"""
# What an entry has in any of its offers, for searches in which no other filter concerns offers.
_WHOLE = """
create table {name}_any (entry integer, value integer, primary key (entry, value)) without rowid;
insert into {name}_any select distinct entry, value from {name};
create index {name}_any_value on {name}_any (value, entry);
"""
_OFFERED = {"dienst": "service", "gemeente": "gemeente", "regio": "region", "samenwerking": "way"}
_WHOLLY = {"werkvorm": "form", "trede": "step"}
# Up to this share of all entries it is quicker to look up the values of those found than to read all values.
FEW = 0.4
# Names before services before texts.
_BM25 = "bm25(words, 4.0, 4.0, 2.0, 1.0)"


def make(path: Path, snapshot: Snapshot, documents: Iterable[Document]) -> None:
    """Write the rival's database for a catalogue."""
    entries = {entry.id: entry for entry in snapshot.entries if entry}
    words = snapshot.words
    regions = words.gazetteer.region_gemeenten
    ranks = {id_: place for place, (_, id_) in enumerate(snapshot.names)}
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as db:
        db.executescript("pragma journal_mode = wal; pragma synchronous = off;" + _TABLES)
        for document in documents:
            entry = entries[document.id]
            done = [words.services[slug] for slug in entry.services]
            db.execute(
                "insert into words (rowid, name, services, own, text) values (?, ?, ?, ?, ?)",
                (
                    document.id,
                    " ".join((*document.names, *document.former_names, *document.numbers)),
                    " ".join(text for one in done for text in (one.label, *one.synonyms)),
                    " ".join((*document.words, *document.notes, *document.places)),
                    document.text,
                ),
            )
        number, codes = 0, _Codes()
        for entry in entries.values():
            day = entry.confirmed_on.toordinal() if entry.confirmed_on else 0
            db.execute(
                "insert into entry values (?, ?, ?, ?, ?)",
                (entry.id, entry.slug, entry.name, ranks[entry.id], day),
            )
            forms = {*entry.werkvormen, *entry.groepen}
            _rows(db, "form", ((entry.id, codes.of("werkvorm", one)) for one in forms))
            _rows(db, "step", ((entry.id, codes.of("trede", one)) for one in entry.treden))
            for group in entry.groups:
                number += 1
                db.execute("insert into offer values (?, ?)", (number, entry.id))
                covered = {above for slug in group.services for above in (slug, *words.broader_of(slug))}
                inside = {slug for slug, nis in regions.items() if not group.gemeenten.isdisjoint(nis)}
                for facet, values in (
                    ("dienst", covered),
                    ("gemeente", group.gemeenten),
                    ("samenwerking", group.samenwerking),
                    ("regio", inside),
                ):
                    rows = ((number, entry.id, codes.of(facet, value)) for value in values)
                    _rows(db, _OFFERED[facet], rows)
                points = [entry.sites[one] for one in group.sites]
                _rows(
                    db,
                    "place",
                    ((number, entry.id, one.lat, one.lon) for one in points if one.lat is not None),
                )
        _rows(db, "code", ((facet, str(value), code) for (facet, value), code in codes.known.items()))
        db.commit()
        db.executescript(
            _INDEXES.format(whole="".join(_WHOLE.format(name=name) for name in _OFFERED.values()))
            + "insert into words (words) values ('optimize'); pragma wal_checkpoint(truncate);"
        )


class _Codes:
    """A number for every value of every facet: SQLite compares numbers faster than texts."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str | int], int] = {}

    def of(self, facet: str, value: str | int) -> int:
        return self.known.setdefault((facet, value), len(self.known))


def _rows(db: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    for row in rows:
        db.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)


class Answer(NamedTuple):
    """What one search gives; values of facets by their code."""

    total: int
    names: list[str]
    facets: dict[str, list[tuple[int, int]]]


class Rival:
    """One connection; everything asked of it is one search with all its facets."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.executescript(
            "pragma cache_size = -262144; pragma mmap_size = 1073741824; pragma temp_store = memory;"
            "create temp table hit (id integer primary key, score real);"
            "create temp table base (id integer primary key);"
            "create temp table fit (offer integer primary key, entry integer);"
            "create temp table found (id integer primary key);"
        )
        rows = self._db.execute("select facet, value, code from code")
        self._codes: dict[tuple[str, str], int] = {(facet, value): code for facet, value, code in rows}
        self._size = self._db.execute("select count(*) from entry").fetchone()[0]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def value(self, facet: str, code: int) -> str:
        """The value that a code stands for."""
        return next(one for (name, one), number in self._codes.items() if (name, number) == (facet, code))

    def ask(self, criteria: Criteria, text: str, snapshot: Snapshot) -> Answer:
        """One search: how many, the names of one page, and the counts of every facet."""
        db = self._db
        db.execute("delete from hit")
        words = _WORD.findall(text)
        if words and not self._match(" AND ".join(f'"{word}"' for word in words)):
            self._match(" OR ".join(f'"{word}"' for word in words))
        self._fill(criteria, bool(words), snapshot, "")
        total = db.execute("select count(*) from found").fetchone()[0]
        order = {
            "naam": "e.rank",
            "bevestigd": "-e.confirmed, e.rank",
        }.get(effective_sort(criteria), "h.score, -e.confirmed, e.rank")
        names = db.execute(
            "select e.name from found f join entry e on e.id = f.id left join hit h on h.id = f.id "
            f"order by {order} limit ? offset ?",
            (criteria.per_pagina, (criteria.pagina - 1) * criteria.per_pagina),
        ).fetchall()
        facets = {}
        here = ""
        for facet in (*_WHOLLY, *_OFFERED):
            # Only a facet with a choice of its own needs the search without it.
            without = facet if getattr(criteria, facet) else ""
            if without != here:
                self._fill(criteria, bool(words), snapshot, without)
                here = without
            facets[facet] = self._count(facet, criteria, without)
        return Answer(total, [name for (name,) in names], facets)

    def _match(self, expression: str) -> bool:
        self._db.execute(
            f"insert into hit select rowid, {_BM25} from words where words match ?",
            (expression,),
        )
        return self._db.execute("select 1 from hit limit 1").fetchone() is not None

    def _fill(self, criteria: Criteria, has_words: bool, snapshot: Snapshot, without: str) -> None:
        """Work out who fits: `base` by what concerns an entry, `fit` by its offers, `found` by both."""
        db = self._db
        db.execute("delete from base")
        db.execute("delete from fit")
        db.execute("delete from found")
        where, values = ["1"], list[object]()
        if has_words:
            where.append("id in (select id from hit)")
        for facet, table in _WHOLLY.items():
            if without != facet and (chosen := getattr(criteria, facet)):
                where.append(f"id in (select entry from {table} where value in ({_marks(chosen)}))")
                values += self._coded(facet, chosen)
        if criteria.bevestigd:
            where.append("confirmed >= ?")
            values.append(add_months(snapshot.today, -criteria.bevestigd).toordinal())
        db.execute(f"insert into base select id from entry where {' and '.join(where)}", values)
        if not self._by_offer(criteria, without):
            db.execute("insert into found select id from base")
            return
        where, values = ["entry in (select id from base)"], []
        for facet, table in _OFFERED.items():
            if without != facet and (chosen := getattr(criteria, facet)):
                where.append(f"id in (select offer from {table} where value in ({_marks(chosen)}))")
                values += self._coded(facet, chosen)
        if criteria.rond and criteria.straal is not None:
            point = criteria.rond.point
            high = criteria.straal / 111.19
            wide = high / 0.62
            where.append(
                "id in (select offer from place where lat between ? and ? and lon between ? and ? and "
                "acos(min(1, sin(radians(lat)) * sin(radians(?)) + cos(radians(lat)) * cos(radians(?)) * "
                "cos(radians(lon - ?)))) * 6371.009 <= ?)"
            )
            values += [point.lat - high, point.lat + high, point.lon - wide, point.lon + wide]
            values += [point.lat, point.lat, point.lon, criteria.straal]
        db.execute(f"insert into fit select id, entry from offer where {' and '.join(where)}", values)
        db.execute("insert into found select distinct entry from fit")

    def _coded(self, facet: str, chosen: Iterable[str | int]) -> list[int]:
        return [self._codes.get((facet, str(value)), -1) for value in chosen]

    @staticmethod
    def _by_offer(criteria: Criteria, without: str) -> bool:
        near = criteria.rond is not None and criteria.straal is not None
        return near or any(getattr(criteria, facet) for facet in _OFFERED if facet != without)

    def _count(self, facet: str, criteria: Criteria, without: str) -> list[tuple[int, int]]:
        if facet not in _WHOLLY and self._by_offer(criteria, without):
            table, fitting, on = _OFFERED[facet], "fit", "f.offer = t.offer"
            counted = "count(distinct t.entry)"
        else:
            table = _WHOLLY.get(facet) or f"{_OFFERED[facet]}_any"
            fitting, on, counted = "found", "f.id = t.entry", "count(*)"
        found = self._db.execute("select count(*) from found").fetchone()[0]
        if fitting == "found" and found == self._size:
            return self._db.execute(f"select value, count(*) from {table} group by value").fetchall()
        # Left to itself SQLite reads the whole facet, also for a handful of entries.
        few = found < self._size * FEW
        first, second = (f"{fitting} f", f"{table} t") if few else (f"{table} t", f"{fitting} f")
        return self._db.execute(
            f"select t.value, {counted} from {first} cross join {second} on {on} group by t.value"
        ).fetchall()


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)


def words_of(search: Search) -> str:
    """The words of a question that are no place and no filler: what the rival has to look for."""
    return " ".join(term.text for term in search.terms)
