"""Flows that a mail or an editor wrapped: line ends that stand anywhere, dropped and kept track of.

A flow is read so when its first lines all have one same width, which is not that of records, and when its
records fall into place without the line ends. One that stands alone between two other bytes is then a *cut*;
several in a row are of the flow, and damage it.

Two sorts of places: in the file, and in the *text*, which is the file without its cuts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass
from typing import Final

from flatfile import CHUNK, Source, open_source
from flatfile.source import HEAD
from fse.recognise import EOL_RUN, EOLS, recognise_wrapped

#: The longest run of line ends that is looked at as one.
_LONGEST_RUN: Final = 64


@dataclass(slots=True)
class _Run:
    """Cuts as long as one another, at equal distances: places in the text; `before`: bytes cut before."""

    first: int
    size: int
    before: int
    last: int
    width: int = 1

    def count(self, span: int, stride: int) -> int:
        """How many of its cuts stand within `span` bytes after the first one, itself included."""
        return min(span // stride, (self.last - self.first) // self.width) + 1


class Coupes:
    """Where the cuts met so far stand. Memory does not grow with a file that is wrapped at one width."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._cut = 0

    def add(self, place: int, size: int) -> None:
        """A cut of `size` bytes before the byte at `place` of the text."""
        run = self._runs[-1] if self._runs else None
        if run is not None and run.size == size and (run.first == run.last or place - run.last == run.width):
            run.width, run.last = place - run.last, place
        else:
            self._runs.append(_Run(place, size, self._cut, place))
        self._cut += size

    def place(self, at: int) -> int:
        """The place in the file of a byte of the text."""
        rank = bisect_right(self._runs, at, key=lambda run: run.first) - 1
        if rank < 0:
            return at
        run = self._runs[rank]
        return at + run.before + run.size * run.count(at - run.first, run.width)

    def text_place(self, at: int) -> int:
        """The place in the text of a byte of the file that is of no cut."""
        rank = bisect_right(self._runs, at, key=lambda run: run.first + run.before) - 1
        if rank < 0:
            return at
        run = self._runs[rank]
        span = at - run.first - run.before
        return at - run.before - run.size * run.count(span, run.width + run.size)

    def is_cut(self, at: int) -> bool:
        """Whether a cut begins at a place of the file."""
        rank = bisect_right(self._runs, at, key=lambda run: run.first + run.before) - 1
        if rank < 0:
            return False
        run = self._runs[rank]
        count, left = divmod(at - run.first - run.before, run.width + run.size)
        return not left and run.first + count * run.width <= run.last

    def within(self, offset: int, start: int, length: int) -> tuple[int, int]:
        """Place and length in the file of `length` bytes, `start` bytes after the one at `offset`."""
        first = self.text_place(offset) + start
        place = self.place(first)
        return place, self.place(first + max(length, 1) - 1) - place + min(length, 1)


class Deplie:
    """A source of which the cuts are left out; `cuts` are those met and not taken: place, line end."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._held = b""
        self._read = 0  # bytes of the text
        self._last = b""
        self.cuts: deque[tuple[int, bytes]] = deque()
        self.coupes = Coupes()

    def read(self, size: int = CHUNK) -> bytes:
        """Some bytes of the text; empty at the end."""
        while True:
            more = self._source.read(size)
            held = self._held + more
            # A line end may go on in what is read next.
            cut = len(held.rstrip(b"\r\n")) if more else len(held)
            cut = len(held) if len(held) - cut > _LONGEST_RUN else cut
            self._held = held[cut:]
            text = self._text(held[:cut])
            if text or not more:
                return text

    def _text(self, raw: bytes) -> bytes:
        pieces: list[bytes] = []
        at = 0
        for run in EOL_RUN.finditer(raw):
            if run.group() in EOLS and (run.start() or self._last not in (b"", b"\r", b"\n")):
                self._keep(pieces, raw[at : run.start()])
                self.cuts.append((self._read, run.group()))
                self.coupes.add(self._read, len(run.group()))
                at = run.end()
        self._keep(pieces, raw[at:])
        return b"".join(pieces)

    def _keep(self, pieces: list[bytes], piece: bytes) -> None:
        pieces.append(piece)
        self._read += len(piece)
        self._last = piece[-1:] or self._last

    def taken(self, start: int, size: int) -> tuple[list[tuple[int, bytes]], bytes]:
        """The cuts within a piece of the text, by their places in it, and the one that follows it."""
        inside: list[tuple[int, bytes]] = []
        while self.cuts and self.cuts[0][0] < start + size:
            place, end = self.cuts.popleft()
            inside.append((place - start, end))
        return inside, self.cuts.popleft()[1] if self.cuts and self.cuts[0][0] == start + size else b""


def unwrapped(data: bytes) -> tuple[bytes, Coupes | None]:
    """The text of a whole flow, and its cuts; the bytes themselves of one that is not wrapped."""
    if recognise_wrapped(data[:HEAD]) is None:
        return data, None
    with open_source(data) as source:
        deplie = Deplie(source)
        return b"".join(iter(deplie.read, b"")), deplie.coupes
