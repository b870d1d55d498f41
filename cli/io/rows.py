"""Rows of a document, in memory while they are few, then in an unnamed file: walked as often as needed."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeVar

import msgspec

from flatfile.on_demand import OnDemand

__all__ = ["FEW", "Rows", "rows"]

#: Rows that stay objects.
FEW: Final = 1000

T = TypeVar("T", bound=msgspec.Struct)


class Rows(OnDemand[T]):
    """Rows of one type in a file that has no name, for its owner alone, and goes with this object."""

    def __init__(self, kind: type[T], made: Iterable[T]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed with this object
        self._starts = array("Q", [0])
        self._decoder = msgspec.msgpack.Decoder(kind)
        encoder = msgspec.msgpack.Encoder()
        for row in made:
            self._starts.append(self._starts[-1] + self._file.write(encoder.encode(row)))
        self._file.flush()

    def __len__(self) -> int:
        return len(self._starts) - 1

    def _at(self, rank: int) -> T:
        start = self._starts[rank]
        self._file.seek(start)
        return self._decoder.decode(self._file.read(self._starts[rank + 1] - start))

    def __del__(self) -> None:
        self._file.close()


def rows(kind: type[T], made: Iterable[T]) -> Sequence[T]:
    """What is made, as a list while it is `FEW`."""
    left = iter(made)
    few = list(islice(left, FEW + 1))
    if len(few) <= FEW:
        return few
    return Rows(kind, _chained(few, left))


def _chained(few: list[T], left: Iterator[T]) -> Iterator[T]:
    while few:
        yield few.pop(0)
    yield from left
