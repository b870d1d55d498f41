"""Pieces of bytes kept aside until they are wanted: in memory while they are few, then on a disk."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from typing import Final

__all__ = ["Pieces", "Reserve"]

#: Bytes of a reserve that stay in memory; beyond, all of it goes to an unnamed file.
_IN_MEMORY: Final = 8 << 20

#: Bytes of pieces that wait before they go to the reserve.
_BLOCK: Final = 1 << 16


class Reserve:
    """Where any number of `Pieces` keep theirs: one file, that only this process can open."""

    def __init__(self) -> None:
        self._kept = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # closed with the reserve
        self._end = 0

    def put(self, block: bytes | bytearray) -> tuple[int, int]:
        """Keep a block; its place and its size."""
        self._kept.seek(self._end)
        self._kept.write(block)
        place = self._end
        self._end += len(block)
        return place, len(block)

    def get(self, place: int, size: int) -> bytes:
        """A block again."""
        self._kept.seek(place)
        return self._kept.read(size)

    def __del__(self) -> None:
        self._kept.close()


class Pieces:
    """Pieces of bytes, read again in the order in which they came, as often as needed.

    `settle` lets go of the memory of what waits, when nothing more is to come for long.

    >>> pieces = Pieces()
    >>> pieces.append(b"000"), pieces.append(b"")
    (None, None)
    >>> pieces.settle()
    >>> pieces.append(b"999")
    >>> list(pieces), bytes(pieces), pieces.size
    ([b'000', b'', b'999'], b'000999', 6)
    """

    def __init__(self, reserve: Reserve | None = None) -> None:
        self._reserve = reserve or Reserve()
        self._lengths = array("I")
        self._blocks: list[tuple[int, int]] = []
        self._waiting = bytearray()
        #: Bytes in all.
        self.size = 0

    def append(self, piece: bytes) -> None:
        """Keep one more piece."""
        self._lengths.append(len(piece))
        self._waiting += piece
        self.size += len(piece)
        if len(self._waiting) >= _BLOCK:
            self.settle()

    def write(self, piece: bytes) -> int:
        """The same, for who writes to a file."""
        self.append(piece)
        return len(piece)

    def settle(self) -> None:
        """Hand what waits to the reserve."""
        if self._waiting:
            self._blocks.append(self._reserve.put(self._waiting))
            self._waiting = bytearray()

    def blocks(self) -> Iterator[bytes]:
        """The bytes in order, some tens of kilobytes at a time, however they were cut."""
        for place, size in self._blocks:
            yield self._reserve.get(place, size)
        if self._waiting:
            yield bytes(self._waiting)

    def __iter__(self) -> Iterator[bytes]:
        blocks = self.blocks()
        block, at = b"", 0
        for length in self._lengths:
            if length and at == len(block):  # a block holds whole pieces
                block, at = next(blocks), 0
            yield block[at : at + length]
            at += length

    def __bytes__(self) -> bytes:
        return b"".join(self.blocks())
