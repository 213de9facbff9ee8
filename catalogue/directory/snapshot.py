"""The published catalogue in memory, as bitsets: bit n of a set stands for the entry at position n.

Service, work area, cooperation and site are facts of an *offer*. An entry with several kinds of offers
has a bit in several layers: layer 0 holds the first offer group of every entry, layer 1 the second of
those that have one, and so on. A filter that combines them is answered per layer and then joined, so
that service and place are always matched on the same offer. Entries with most groups stand first, so
that the numbers of the higher layers are short.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from catalogue.directory.entries import Entry
from catalogue.directory.vocabulary import Words, folded

Bits = int
EARTH_KM = 6371.009


@dataclass(slots=True)
class Layer:
    """One offer group of each entry that has so many."""

    has: Bits = 0
    assumed: Bits = 0
    service: dict[str, Bits] = field(default_factory=dict)
    gemeente: dict[str, Bits] = field(default_factory=dict)
    samenwerking: dict[str, Bits] = field(default_factory=dict)

    def copy(self) -> Layer:
        """The same bits, to be changed apart."""
        return Layer(self.has, self.assumed, dict(self.service), dict(self.gemeente), dict(self.samenwerking))


# Where a bit of an entry stands: (layer or -1 for the entry as a whole, name of the set, value).
Key = tuple[int, str, str | int]


def keys_of(entry: Entry, words: Words) -> Iterator[Key]:
    """Every set that an entry belongs to."""
    yield -1, "everyone", ""
    for key in entry.werkvormen:
        yield -1, "werkvorm", key
    for group in entry.groepen:
        yield -1, "werkvorm", group
    for trede in entry.treden:
        yield -1, "trede", trede
    for site in entry.sites:
        if site.nis:
            yield -1, "seat", site.nis
    if entry.confirmed_on:
        yield -1, "confirmed", entry.confirmed_on.toordinal()
    if entry.is_orderable:
        yield -1, "orderable", ""
    for number, offers in enumerate(entry.groups):
        yield number, "has", ""
        if offers.is_assumed:
            yield number, "assumed", ""
        covered = set(offers.services)
        for slug in offers.services:
            covered.update(words.broader_of(slug))
        for slug in covered:
            yield number, "service", slug
        for slug in offers.services:
            yield number, "service", f"={slug}"
        for nis in offers.gemeenten:
            yield number, "gemeente", nis
        for form in offers.samenwerking:
            yield number, "samenwerking", form


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
        order = sorted(
            range(self.size),
            key=lambda n: (folded(self.entries[n].name), self.entries[n].id) if self.entries[n] else ("", 0),  # type: ignore[union-attr]
        )
        rank = np.empty(self.size, dtype=np.int64)
        rank[order] = np.arange(self.size)
        return rank

    @cached_property
    def confirmed(self) -> NDArray[np.int64]:
        """Day of last confirmation as an ordinal; 0 where there is none."""
        return np.array(
            [e.confirmed_on.toordinal() if e and e.confirmed_on else 0 for e in self.entries], dtype=np.int64
        )

    @cached_property
    def _sites(self) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Position, site number and coordinates (radians) of every site with a point."""
        rows = [
            (n, s, site.lat, site.lon)
            for n, entry in enumerate(self.entries)
            if entry
            for s, site in enumerate(entry.sites)
            if site.lat is not None and site.lon is not None
        ]
        columns = np.array(rows, dtype=np.float64).reshape(-1, 4)
        return (
            columns[:, 0].astype(np.intp),
            columns[:, 1].astype(np.int64),
            np.radians(columns[:, 2]),
            np.radians(columns[:, 3]),
        )

    @cached_property
    def _layer_sites(self) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Per layer each site from which its offers are done: position of the entry and row in `_sites`."""
        positions, numbers, _, _ = self._sites
        rows = {(int(n), int(s)): row for row, (n, s) in enumerate(zip(positions, numbers, strict=True))}
        found: list[list[tuple[int, int]]] = [[] for _ in self.layers]
        for position, entry in enumerate(self.entries):
            for layer, offers in enumerate(entry.groups if entry else ()):
                for site in offers.sites:
                    if (position, site) in rows:
                        found[layer].append((position, rows[position, site]))
        pairs = [np.array(layer, dtype=np.intp).reshape(-1, 2) for layer in found]
        return [(layer[:, 0], layer[:, 1]) for layer in pairs]

    def _km(self, lat: float, lon: float) -> NDArray[np.float64]:
        """The distance in km of every site of `_sites` to a point."""
        _, _, lats, lons = self._sites
        centre_lat, centre_lon = np.radians(lat), np.radians(lon)
        half = (
            np.sin((lats - centre_lat) / 2) ** 2
            + np.cos(lats) * np.cos(centre_lat) * np.sin((lons - centre_lon) / 2) ** 2
        )
        km: NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.sqrt(half))
        return km

    def distances(self, lat: float, lon: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Per entry the distance in km of its nearest site to a point (infinite: none), and which site."""
        positions, sites, _, _ = self._sites
        km = self._km(lat, lon)
        nearest = np.full(self.size, np.inf)
        np.minimum.at(nearest, positions, km)
        which = np.zeros(self.size, dtype=np.int64)
        is_nearest = km <= nearest[positions]
        which[positions[is_nearest]] = sites[is_nearest]
        return nearest, which

    def near(self, lat: float, lon: float, radius_km: float) -> list[Bits]:
        """Per layer the entries whose offer is done from a site within the radius."""
        inside = self._km(lat, lon) <= radius_km
        result = []
        for positions, rows in self._layer_sites:
            flags = np.zeros(self.size, dtype=bool)
            flags[positions[inside[rows]]] = True
            result.append(self.bits(flags))
        return result

    def with_changes(self, generation: int, changed: Sequence[Entry], gone: Iterable[int]) -> Snapshot:
        """The catalogue of a later generation: some entries new or changed, some gone."""
        entries = list(self.entries)
        position = dict(self.position)
        by_slug = dict(self.by_slug)
        sets = {name: dict(values) for name, values in self.sets.items()}
        layers = [layer.copy() for layer in self.layers]
        removed = [*gone, *(entry.id for entry in changed)]
        for id_ in removed:
            at = position.get(id_)
            old = entries[at] if at is not None else None
            if at is None or old is None:
                continue
            for key in keys_of(old, self.words):
                _change(sets, layers, key, 1 << at, add=False)
            entries[at] = None
            by_slug.pop(old.slug, None)
        for entry in changed:
            at = position.setdefault(entry.id, len(entries))
            if at == len(entries):
                entries.append(None)
            entries[at] = entry
            by_slug[entry.slug] = at
            for key in keys_of(entry, self.words):
                _change(sets, layers, key, 1 << at, add=True)
        return replace(
            self,
            generation=generation,
            entries=entries,
            position=position,
            by_slug=by_slug,
            sets=sets,
            layers=layers,
        )


def _change(
    sets: dict[str, dict[str | int, Bits]], layers: list[Layer], key: Key, bit: Bits, *, add: bool
) -> None:
    number, name, value = key
    while number >= len(layers):
        layers.append(Layer())
    if name in ("has", "assumed"):
        old = getattr(layers[number], name)
        setattr(layers[number], name, old | bit if add else old & ~bit)
        return
    table = sets.setdefault(name, {}) if number < 0 else getattr(layers[number], name)
    old = table.get(value, 0)
    new = old | bit if add else old & ~bit
    if new:
        table[value] = new
    else:
        table.pop(value, None)


SETS = ("everyone", "werkvorm", "trede", "seat", "confirmed", "orderable")


def build(generation: int, words: Words, today: date, found: Iterable[Entry]) -> Snapshot:
    """A snapshot of all entries."""
    entries = sorted(found, key=lambda entry: (-len(entry.groups), folded(entry.name), entry.id))
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
        _change(sets, layers, key, int.from_bytes(content, "little"), add=True)
    return Snapshot(
        generation=generation,
        words=words,
        today=today,
        entries=list(entries),
        position={entry.id: n for n, entry in enumerate(entries)},
        by_slug={entry.slug: n for n, entry in enumerate(entries)},
        sets=sets,
        layers=layers,
    )
