"""Where the sites of a snapshot lie: how far from a point, and which offers are done from near it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalogue.directory.entries import Entry

EARTH_KM = 6371.009


@dataclass(frozen=True, slots=True)
class Sites:
    """Every site with a point: position of its entry, its number there, and its place on the unit sphere.

    `layers` holds per layer the rows of the sites from which its offers are done.
    """

    positions: NDArray[np.intp]
    numbers: NDArray[np.int64]
    places: NDArray[np.float64]
    layers: tuple[NDArray[np.intp], ...]

    @classmethod
    def of(cls, entries: Iterable[tuple[int, Entry]]) -> Sites:
        """The sites of entries at their positions."""
        nowhere = np.zeros(0, dtype=np.intp)
        return cls(nowhere, nowhere.astype(np.int64), np.zeros((3, 0)), ()).changed((), entries)

    def changed(self, gone: Sequence[int], added: Iterable[tuple[int, Entry]]) -> Sites:
        """The same without the sites of entries at some positions, and with those of others."""
        keep = ~np.isin(self.positions, np.array(gone, dtype=np.intp))
        moved = np.cumsum(keep) - 1
        start = int(keep.sum())
        rows: list[tuple[int, int, float, float]] = []
        layers: list[list[int]] = [[] for _ in self.layers]
        for position, entry in added:
            row_of = {}
            for number, site in enumerate(entry.sites):
                if site.lat is not None and site.lon is not None:
                    row_of[number] = start + len(rows)
                    rows.append((position, number, site.lat, site.lon))
            for layer, offers in enumerate(entry.groups):
                while layer >= len(layers):
                    layers.append([])
                layers[layer] += [row_of[number] for number in offers.sites if number in row_of]
        table = np.array(rows, dtype=np.float64).reshape(-1, 4)
        old = [moved[one[keep[one]]] for one in self.layers]
        old += [np.zeros(0, dtype=np.intp)] * (len(layers) - len(old))
        return Sites(
            positions=np.concatenate([self.positions[keep], table[:, 0].astype(np.intp)]),
            numbers=np.concatenate([self.numbers[keep], table[:, 1].astype(np.int64)]),
            places=np.concatenate([self.places[:, keep], _on_sphere(table[:, 2], table[:, 3])], axis=1),
            layers=tuple(
                np.concatenate([before, np.array(new, dtype=np.intp)])
                for before, new in zip(old, layers, strict=True)
            ),
        )

    def _chords(self, lat: float, lon: float) -> NDArray[np.float64]:
        """The square of the straight line from every site to a point, on a sphere of radius 1."""
        apart = self.places - _on_sphere(np.array([lat]), np.array([lon]))
        square: NDArray[np.float64] = np.einsum("ij,ij->j", apart, apart)
        return square

    def nearest(self, size: int, lat: float, lon: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Per entry the distance in km of its nearest site to a point (infinite: none), and which site."""
        km = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(self._chords(lat, lon) / 4, 1)))
        nearest = np.full(size, np.inf)
        np.minimum.at(nearest, self.positions, km)
        which = np.zeros(size, dtype=np.int64)
        is_nearest = km <= nearest[self.positions]
        which[self.positions[is_nearest]] = self.numbers[is_nearest]
        return nearest, which

    def within(self, lat: float, lon: float, radius_km: float) -> list[NDArray[np.intp]]:
        """Per layer the positions of the entries whose offer is done from a site within the radius."""
        half = min(radius_km / (2 * EARTH_KM), np.pi / 2)
        is_near = self._chords(lat, lon) <= 4 * np.sin(half) ** 2
        return [self.positions[rows[is_near[rows]]] for rows in self.layers]


def _on_sphere(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees as points on a sphere of radius 1."""
    up, east = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(up) * np.cos(east), np.cos(up) * np.sin(east), np.sin(up)])
