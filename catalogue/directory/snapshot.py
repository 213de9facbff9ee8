"""The published catalogue in memory, as bitsets: bit n of a set stands for the entry at position n.

Service, work area, cooperation and site are facts of an *offer*. An entry with several kinds of offers
has a bit in several layers: layer 0 holds the first offer group of every entry, layer 1 the second of
those that have one, and so on. A filter that combines them is answered per layer and then joined, so
that service and place are always matched on the same offer. Entries with most groups stand first, so
that the numbers of the higher layers are short.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from catalogue.directory.entries import Entry
from catalogue.directory.layers import Key, Layer, facet_values, keys_of, put
from catalogue.directory.sites import Sites
from catalogue.directory.tables import Bits, Shape, Table
from catalogue.directory.vocabulary import Words, folded
from catalogue.models.offer import SAMENWERKING

# The name as it sorts, and the id.
Name = tuple[str, int]
SETS = ("everyone", "werkvorm", "trede", "seat", "confirmed", "orderable")


@dataclass
class Snapshot:
    """All published entries of one generation; never changed once it is in use.

    `service[slug]` of a layer means the service and all that is narrower; `service["=slug"]` itself only.
    """

    generation: int
    words: Words
    today: date
    entries: list[Entry | None]
    position: dict[int, int]
    by_slug: dict[str, int]
    sets: dict[str, dict[str | int, Bits]]
    layers: list[Layer]
    names: list[Name]
    order: NDArray[np.intp]
    """The positions of `names`."""
    confirmed: NDArray[np.int64]
    """Day of last confirmation by position, as an ordinal; 0 where there is none."""
    sites: Sites
    _tables: Mapping[str, Table] | None = field(default=None, repr=False)

    @property
    def everyone(self) -> Bits:
        """All published entries."""
        return self.sets["everyone"].get("", 0)

    @property
    def size(self) -> int:
        """How many positions there are, those of removed entries included."""
        return len(self.entries)

    def get(self, slug: str) -> Entry | None:
        """The published entry with this slug."""
        position = self.by_slug.get(slug)
        return None if position is None else self.entries[position]

    def confirmed_since(self, day: date) -> Bits:
        """Entries confirmed on or after a day."""
        found = 0
        for ordinal, bits in self.sets["confirmed"].items():
            if int(ordinal) >= day.toordinal():
                found |= bits
        return found

    def positions(self, bits: Bits) -> NDArray[np.intp]:
        """The positions in a set, ascending."""
        return np.flatnonzero(self.flags(bits))

    def flags(self, bits: Bits) -> NDArray[np.uint8]:
        """A set as one byte per position."""
        length = (self.size + 7) // 8
        raw = np.frombuffer(bits.to_bytes(length, "little"), dtype=np.uint8)
        return np.unpackbits(raw, bitorder="little", count=self.size)

    def bits(self, flags: NDArray[np.bool_]) -> Bits:
        """One flag per position as a set."""
        return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")

    @cached_property
    def name_rank(self) -> NDArray[np.int64]:
        """Place of each entry in the order of names."""
        rank = np.zeros(self.size, dtype=np.int64)
        rank[self.order] = np.arange(len(self.order))
        return rank

    @cached_property
    def fresh_rank(self) -> NDArray[np.int64]:
        """Place of each entry when the last confirmed stands first and names settle ties."""
        rank = np.empty(self.size, dtype=np.int64)
        rank[np.lexsort((self.name_rank, -self.confirmed))] = np.arange(self.size)
        return rank

    @cached_property
    def shape(self) -> Shape:
        """How the layers lie in the rows of the facets."""
        higher = [layer.has.bit_length() for layer in self.layers[1:]]
        return Shape.of([self.size, *higher] if self.layers else [])

    @property
    def tables(self) -> Mapping[str, Table]:
        """The facets of offers, each value with its set in each layer; made when first asked for."""
        if self._tables is None:
            services, gazetteer = self.words.services, self.words.gazetteer
            shown = {
                "service": sorted(services, key=lambda slug: services[slug].label.casefold()),
                "gemeente": list(gazetteer.rows),
                "samenwerking": list(SAMENWERKING),
            }
            found = {name: Table.of(self.shape, self._by_layer(name, shown[name])) for name in shown}
            found["regio"] = found["gemeente"].joined(gazetteer.region_gemeenten)
            self._tables = found
        return self._tables

    def _changed_tables(self, later: Snapshot, moved: Iterable[int]) -> Mapping[str, Table] | None:
        """The facets of a later catalogue where only some positions changed; None: to be made anew."""
        if self._tables is None or later.shape != self.shape:
            return None
        values: dict[str, dict[int, list[list[str]]]] = {name: {} for name in self._tables}
        for at in moved:
            entry = later.entries[at]
            layers = [facet_values(group, self.words) for group in entry.groups] if entry else []
            for name, by_position in values.items():
                by_position[at] = [layer[name] for layer in layers]
        changed = {name: table.changed(self.shape, values[name]) for name, table in self._tables.items()}
        whole = {name: table for name, table in changed.items() if table}
        return whole if len(whole) == len(changed) else None

    def _by_layer(self, name: str, values: Iterable[str]) -> Iterator[tuple[str, list[Bits]]]:
        tables = [getattr(layer, name) for layer in self.layers]
        for value in values:
            yield value, [table.get(value, 0) for table in tables]

    def distances(self, lat: float, lon: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Per entry the distance in km of its nearest site to a point (infinite: none), and which site."""
        return self.sites.nearest(self.size, lat, lon)

    def near(self, lat: float, lon: float, radius_km: float) -> list[Bits]:
        """Per layer the entries whose offer is done from a site within the radius."""
        found = self.sites.within(lat, lon, radius_km)
        result = [0] * len(self.layers)
        for layer, positions in enumerate(found):
            flags = np.zeros(self.size, dtype=bool)
            flags[positions] = True
            result[layer] = self.bits(flags)
        return result

    def with_changes(self, generation: int, changed: Sequence[Entry], gone: Iterable[int]) -> Snapshot:
        """The catalogue of a later generation: some entries new or changed, some gone."""
        entries = list(self.entries)
        position = dict(self.position)
        by_slug = dict(self.by_slug)
        sets = {name: dict(values) for name, values in self.sets.items()}
        layers = [layer.copy() for layer in self.layers]
        names, order = list(self.names), self.order
        left: list[int] = []
        for id_ in [*gone, *(entry.id for entry in changed)]:
            at = position.get(id_)
            old = entries[at] if at is not None else None
            if at is None or old is None:
                continue
            for key in keys_of(old, self.words):
                put(sets, layers, key, 1 << at, add=False)
            entries[at] = None
            by_slug.pop(old.slug, None)
            place = bisect_left(names, (folded(old.name), old.id))
            del names[place]
            order = np.delete(order, place)
            left.append(at)
        here: list[tuple[int, Entry]] = []
        for entry in changed:
            at = position.setdefault(entry.id, len(entries))
            if at == len(entries):
                entries.append(None)
            entries[at] = entry
            by_slug[entry.slug] = at
            for key in keys_of(entry, self.words):
                put(sets, layers, key, 1 << at, add=True)
            place = bisect_left(names, (folded(entry.name), entry.id))
            names.insert(place, (folded(entry.name), entry.id))
            order = np.insert(order, place, at)
            here.append((at, entry))
        confirmed = np.zeros(len(entries), dtype=np.int64)
        confirmed[: len(self.confirmed)] = self.confirmed
        for at in left:
            confirmed[at] = 0
        for at, entry in here:
            confirmed[at] = _day(entry)
        later = replace(
            self,
            generation=generation,
            entries=entries,
            position=position,
            by_slug=by_slug,
            sets=sets,
            layers=layers,
            names=names,
            order=order,
            confirmed=confirmed,
            sites=self.sites.changed(left, here),
            _tables=None,
        )
        later._tables = self._changed_tables(later, {*left, *(at for at, _ in here)})
        return later


def _day(entry: Entry) -> int:
    return entry.confirmed_on.toordinal() if entry.confirmed_on else 0


def build(generation: int, words: Words, today: date, found: Iterable[Entry]) -> Snapshot:
    """A snapshot of all entries."""
    sortable = [(-len(entry.groups), folded(entry.name), entry.id, entry) for entry in found]
    sortable.sort(key=itemgetter(0, 1, 2))
    entries = [entry for *_, entry in sortable]
    named = sorted(((name, id_), position) for position, (_, name, id_, _) in enumerate(sortable))
    length = (len(entries) + 7) // 8
    raw: dict[Key, bytearray] = {}
    for position, entry in enumerate(entries):
        for key in keys_of(entry, words):
            if key not in raw:
                raw[key] = bytearray(length)
            raw[key][position >> 3] |= 1 << (position & 7)
    sets: dict[str, dict[str | int, Bits]] = {name: {} for name in SETS}
    layers: list[Layer] = []
    for key, content in raw.items():
        put(sets, layers, key, int.from_bytes(content, "little"), add=True)
    return Snapshot(
        generation=generation,
        words=words,
        today=today,
        entries=list(entries),
        position={entry.id: n for n, entry in enumerate(entries)},
        by_slug={entry.slug: n for n, entry in enumerate(entries)},
        sets=sets,
        layers=layers,
        names=[name for name, _ in named],
        order=np.array([position for _, position in named], dtype=np.intp),
        confirmed=np.array([_day(entry) for entry in entries], dtype=np.int64),
        sites=Sites.of(enumerate(entries)),
    )
