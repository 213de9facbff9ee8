"""What an entry has, and the layers of sets that say so: bit n of a set stands for the entry at position n.

Service, work area, cooperation and site are facts of an *offer*; see snapshot.py for what layers are for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from catalogue.directory.entries import Entry, OfferGroup
from catalogue.directory.tables import Bits
from catalogue.directory.vocabulary import Words


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
        for slug in _covered(offers, words):
            yield number, "service", slug
        for slug in offers.services:
            yield number, "service", f"={slug}"
        for nis in offers.gemeenten:
            yield number, "gemeente", nis
        for form in offers.samenwerking:
            yield number, "samenwerking", form


def _covered(offers: OfferGroup, words: Words) -> set[str]:
    """The services offered and all that are broader."""
    return {above for slug in offers.services for above in (slug, *words.broader_of(slug))}


def facet_values(offers: OfferGroup, words: Words) -> dict[str, list[str]]:
    """The values of each facet that offers have."""
    regions = words.gazetteer.region_gemeenten
    return {
        "service": list(_covered(offers, words)),
        "gemeente": list(offers.gemeenten),
        "samenwerking": list(offers.samenwerking),
        "regio": [slug for slug, nis in regions.items() if not offers.gemeenten.isdisjoint(nis)],
    }


def put(
    sets: dict[str, dict[str | int, Bits]], layers: list[Layer], key: Key, bit: Bits, *, add: bool
) -> None:
    """Add an entry to a set, or take it out; a set that is left empty goes."""
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
