"""The entities of a return in one block of bytes, once they are many: records are made when asked for."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, overload

from flatfile import Layout, Record

__all__ = ["FEW", "Entites", "held", "part"]

#: Entities that stay records: beyond, an object for each would take several times the file.
FEW: Final = 20_000


class Entites(Sequence[Record]):
    """Entities by rank (0-based), numbered from `first`; each access gives a new, equal `Record`."""

    __slots__ = ("_kinds", "_layouts", "_offsets", "_raw", "_starts", "_stop", "_zero", "first")

    def __init__(self, records: Iterable[Record]) -> None:
        raw, starts, offsets, kinds = bytearray(), array("I", [0]), array("I"), array("H")
        ranks: dict[Layout, int] = {}
        self.first = 1
        for record in records:
            if not offsets:
                self.first = record.number
            raw += record.raw
            try:
                offsets.append(record.offset)
                starts.append(len(raw))
            except OverflowError:  # beyond 4 GB
                starts, offsets = array("Q", starts), array("Q", offsets[: len(kinds)])
                offsets.append(record.offset)
                starts.append(len(raw))
            kinds.append(ranks.setdefault(record.layout, len(ranks)))
        self._raw, self._starts, self._offsets, self._kinds = memoryview(raw), starts, offsets, kinds
        self._layouts = tuple(ranks)
        self._zero, self._stop = 0, len(offsets)

    def part(self, first: int, stop: int) -> Entites:
        """Those of these ranks, over the same bytes."""
        other = Entites.__new__(Entites)
        for name in ("_raw", "_starts", "_offsets", "_kinds", "_layouts"):
            setattr(other, name, getattr(self, name))
        other.first = self.first + first
        other._zero, other._stop = self._zero + first, self._zero + max(first, stop)
        return other

    def __len__(self) -> int:
        return self._stop - self._zero

    def __iter__(self) -> Iterator[Record]:
        return map(self._at, range(self._zero, self._stop))

    def __reversed__(self) -> Iterator[Record]:
        return map(self._at, reversed(range(self._zero, self._stop)))

    @overload
    def __getitem__(self, rank: int) -> Record: ...

    @overload
    def __getitem__(self, rank: slice) -> tuple[Record, ...]: ...

    def __getitem__(self, rank: int | slice) -> Record | tuple[Record, ...]:
        found = range(self._zero, self._stop)[rank]
        return self._at(found) if isinstance(found, int) else tuple(map(self._at, found))

    def _at(self, place: int) -> Record:
        starts = self._starts
        return Record(
            self._layouts[self._kinds[place]],
            bytes(self._raw[starts[place] : starts[place + 1]]),
            self._offsets[place],
            self.first + place - self._zero,
        )

    def __repr__(self) -> str:
        return f"<Entites: {len(self)}>"


def held(records: Iterable[Record]) -> Sequence[Record]:
    """Records, numbered one after another, as a tuple while they are `FEW`."""
    left = iter(records)
    few = tuple(islice(left, FEW + 1))
    if len(few) <= FEW:
        return few
    return Entites(_chained(few, left))


def _chained(few: Iterable[Record], left: Iterator[Record]) -> Iterator[Record]:
    yield from few
    del few
    yield from left


def part(records: Sequence[Record], first: int, stop: int) -> Sequence[Record]:
    """Those of these ranks, without a copy when there are many."""
    return records.part(first, stop) if isinstance(records, Entites) else records[first:stop]
