"""All values of one facet as one table of bits, so that one pass over it counts every value. Pure.

A row holds the layers of a snapshot side by side in words of 64 bits. A set as an integer is right for one
answer; for the hundreds of values of a facet numpy does the same operation on all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bits = int
Words64 = NDArray[np.uint64]

# What a block of rows may take, so that it stays in the processor's own memory between two operations.
BLOCK_BYTES = 256_000


def union(sets: Iterable[Bits]) -> Bits:
    """All positions of several sets."""
    result = 0
    for one in sets:
        result |= one
    return result


@dataclass(frozen=True, slots=True)
class Shape:
    """Where each layer lies in a row. The first layer is as wide as the catalogue."""

    spans: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, lengths: Iterable[int]) -> Shape:
        """The shape for layers of so many bits."""
        spans: list[tuple[int, int]] = []
        start = 0
        for length in lengths:
            spans.append((start, start + (length + 63) // 64))
            start = spans[-1][1]
        return cls(tuple(spans))

    def row(self, layers: Sequence[Bits]) -> Words64:
        """One set in each layer as a row."""
        raw = b"".join(
            bits.to_bytes((end - start) * 8, "little")
            for bits, (start, end) in zip(layers, self.spans, strict=True)
        )
        return np.frombuffer(raw, dtype="<u8")

    def whole(self, bits: Bits) -> Words64:
        """A set of entries, whatever their offers, as wide as the first layer."""
        return self.row([bits, *(0 for _ in self.spans[1:])])[: self.width] if self.spans else self.row([])

    @property
    def width(self) -> int:
        """Words of the first layer."""
        return self.spans[0][1] if self.spans else 0

    def joined(self, rows: Words64) -> Words64:
        """Per row the entries that stand in any of its layers. Writes over the first layer of the rows."""
        entries = rows[..., : self.width]
        for start, end in self.spans[1:]:
            entries[..., : end - start] |= rows[..., start:end]
        return entries


@dataclass(frozen=True, slots=True)
class Table:
    """The values of a facet, in the order in which they are shown, with a row of bits each."""

    values: tuple[str, ...]
    rows: Words64

    @classmethod
    def of(cls, shape: Shape, values: Iterable[tuple[str, Sequence[Bits]]]) -> Table:
        """A table of values with their set in each layer; values without any entry are left out."""
        kept = [(value, layers) for value, layers in values if any(layers)]
        lengths = [(end - start) * 8 for start, end in shape.spans]
        raw = b"".join(
            bits.to_bytes(length, "little")
            for _, layers in kept
            for bits, length in zip(layers, lengths, strict=True)
        )
        rows = np.frombuffer(raw, dtype="<u8").reshape(len(kept), sum(lengths) // 8)
        return cls(tuple(value for value, _ in kept), rows)

    def joined(self, members: Mapping[str, Iterable[str]]) -> Table:
        """A table of wider values, each with what any of its members has."""
        number = {value: row for row, value in enumerate(self.values)}
        inside = {name: [number[one] for one in ones if one in number] for name, ones in members.items()}
        kept = {name: rows for name, rows in inside.items() if rows}
        joined = [np.bitwise_or.reduce(self.rows[rows], axis=0) for rows in kept.values()]
        return Table(tuple(kept), np.array(joined, dtype="<u8").reshape(len(kept), self.rows.shape[1]))

    def changed(self, shape: Shape, entries: Mapping[int, Sequence[Iterable[str]]]) -> Table | None:
        """The same table where entries at some positions have other values, given per layer.

        None where a value is not in the table: then it must be made anew.
        """
        number = {value: row for row, value in enumerate(self.values)}
        rows = self.rows.copy()
        for position, layers in entries.items():
            word, bit = divmod(position, 64)
            mask = np.uint64(1 << bit)
            for start, end in shape.spans:
                if start + word < end:
                    rows[:, start + word] &= ~mask
            for (start, _), values in zip(shape.spans, layers, strict=False):
                inside = [number.get(value, -1) for value in values]
                if -1 in inside:
                    return None
                rows[inside, start + word] |= mask
        return Table(self.values, rows)

    def count(self, answer: Callable[[Words64], Words64]) -> dict[str, int]:
        """Per value how many entries `answer` leaves of its row."""
        counts: list[int] = []
        for block in self._blocks():
            counts += np.bitwise_count(answer(block)).sum(axis=1, dtype=np.uint32).tolist()
        return dict(zip(self.values, counts, strict=True))

    def _blocks(self) -> Iterator[Words64]:
        length = max(1, BLOCK_BYTES // max(1, self.rows.shape[1] * 8))
        for start in range(0, len(self.values), length):
            yield self.rows[start : start + length]
