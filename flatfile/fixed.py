"""Files of fixed-length records: with or without line ends, damaged or not, never losing a byte."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from flatfile.detect import start_of
from flatfile.source import CHUNK, HEAD

BOM = b"\xef\xbb\xbf"

#: What may stand before the first record: filling, blank lines, a byte order mark.
_BEFORE = BOM + b"\0\x1a\r\n "

#: How far from the expected place the next record is looked for, in record lengths.
_SEARCH = 3

#: Records looked at together at first; more of them as long as they are undamaged.
_FIRST_RUN, _LONGEST_RUN = 1 << 10, 1 << 20

_EOLS = (b"\r\n", b"\n", b"\r")
#: Line ends in a row: what programs that turn each CR LF into CR CR LF make, or blank lines.
_EOL_RUN = re.compile(rb"[\r\n]{1,8}")


class Bytes(Protocol):
    """What bytes are read from, in order: a `Source`, or what leaves out some of one."""

    def read(self, size: int = ..., /) -> bytes:
        """Up to `size` bytes; empty at the end."""
        ...


class Piece(NamedTuple):
    """Some bytes of the file: `raw`, then the line end `eol` (often empty).

    The pieces of a file, joined, are the file. `raw` has the record length, unless the file is damaged
    there: a record cut short or too long, or bytes that are no record (byte order mark, 0x1A, blank
    lines, of which those in a row make one piece, up to the length of a record). Filling before the first
    record has no line end: those are among its bytes.
    """

    offset: int
    raw: bytes
    eol: bytes


class Block:
    """Consecutive pieces that end alike: `length` bytes each, then `eol`; `data` is all of them.

    The record at index i starts at `offset + i * stride` of the file, at `i * stride` of the data.
    """

    __slots__ = ("_raws", "data", "eol", "length", "offset")

    def __init__(self, offset: int, data: bytes, length: int, eol: bytes) -> None:
        self.offset = offset
        self.data = data
        self.length = length
        self.eol = eol
        self._raws: list[bytes] | None = None

    @property
    def stride(self) -> int:
        """Bytes from one record to the next; meaningless for a block of one damaged record."""
        return self.length + len(self.eol)

    @property
    def count(self) -> int:
        """How many pieces there are."""
        return len(self.data) // self.stride

    @property
    def offsets(self) -> range:
        """The place of each piece in the file."""
        return range(self.offset, self.offset + len(self.data), self.stride)

    @property
    def raws(self) -> list[bytes]:
        """The bytes of each piece, without its line end."""
        if self._raws is None:
            data, length = self.data, self.length
            self._raws = [data[place : place + length] for place in range(0, len(data), self.stride)]
        return self._raws


class Sequence:
    """What may follow what. This one accepts any sequence: records are then cut by length alone.

    `constant` is the part of a record that seldom changes from one record to the next. A record in which
    it does not change must be one that may follow: then the records of a whole chunk in which it does not
    change need not be compared one by one.
    """

    constant = slice(0, 0)

    def follows(self, current: bytes, following: bytes) -> bool:
        """Whether `following` may come after `current`; when not, a byte was lost or added."""
        return True

    def starts(self, current: bytes, following: bytes) -> bool:
        """Whether a record that comes after `current` surely starts at `following`."""
        return self.follows(current, following)

    def places(self, buffer: bytes, first: int, last: int) -> Iterable[int]:
        """Places from `first` to `last`, itself left out, where a record may start: no other one does.

        `starts` has the last word; this spares it the places that have no chance.
        """
        return range(first, last)


def iter_fixed(
    source: Bytes, length: int, sequence: Sequence | None = None, chunk: int = CHUNK
) -> Iterator[Piece]:
    """Cut a file in records, one `Piece` at a time; see `iter_blocks`."""
    for block in iter_blocks(source, length, sequence, chunk):
        for offset, raw in zip(block.offsets, block.raws, strict=True):
            yield Piece(offset, raw, block.eol)


def iter_blocks(
    source: Bytes, length: int, sequence: Sequence | None = None, chunk: int = CHUNK
) -> Iterator[Block]:
    """Cut a file in records of `length` bytes; memory stays bounded by `chunk`.

    Line ends (CR LF, LF, CR) after a record are recognised and kept apart, those in a row before a record as
    one. Where `sequence` says that a
    record cannot follow, the next place where it may is looked for, so that one damaged record does not
    hide the others. The records found do not depend on `chunk`; how they are grouped in blocks does.
    """
    cutter = _Cutter(source, length, sequence or Sequence(), chunk)
    if cutter.feed():
        yield from cutter.take_before()
    while cutter.feed():
        yield cutter.take_run() or cutter.take_one()


class _Cutter:
    """Takes blocks off the start of a file.

    `take_one` holds the rules, for one piece at a time; `take_run` takes as many pieces as it can for which
    the rules would say the same.
    """

    def __init__(self, source: Bytes, length: int, rule: Sequence, chunk: int) -> None:
        self.source = source
        self.length = length
        self.rule = rule
        self.chunk = chunk
        # Bytes that must be at hand to cut one record: itself, the search area, the two found there.
        self.reach = (_SEARCH + 4) * length
        self.buffer = b""
        self.base = 0  # file offset of buffer[0]
        self.at = 0  # place in the buffer of the next piece
        self.ended = False  # the source is exhausted
        self.lines = False  # line ends were seen
        self.last_eol = b""  # that of the record before
        self.located = True  # the next piece surely starts with a record
        self.known = b""  # the last record of which this was true
        self.searched = 0  # file offset before which no other record starts
        self.most = _FIRST_RUN  # how many records are looked at together

    def feed(self, reach: int = 0) -> bool:
        """Make sure that one record can be cut, or `reach` bytes; false at the end of the file."""
        reach = reach or self.reach
        have = len(self.buffer) - self.at
        if have < reach and not self.ended:
            pieces, self.buffer = [self.buffer[self.at :]], b""  # not held while the next chunk is read
            while have < reach and not self.ended:
                pieces.append(self.source.read(self.chunk))
                have += len(pieces[-1])
                self.ended = not pieces[-1]
            self.base, self.at = self.base + self.at, 0
            self.buffer = b"".join(pieces)
        return have > 0

    def take_before(self) -> Iterator[Block]:
        """A byte order mark at the start of the file, then filling, in pieces shorter than a record."""
        while len(self.buffer.lstrip(_BEFORE)) < self.length and len(self.buffer) < HEAD and not self.ended:
            self.feed(len(self.buffer) + self.reach)
        start = start_of(self.buffer)
        if self.buffer.startswith(BOM):
            yield self._take(len(BOM), b"")
        while self.at < start:
            yield self._take(min(start - self.at, self.length - 1), b"")
        self.located = self._starts(self.buffer[self.at : self.at + self.length], self.at)

    def take_run(self) -> Block | None:
        """The longest run of undamaged records that share one line end, or nothing."""
        if not self.located or _holds_eol(self.buffer[self.at : self.at + self.length]):
            return None
        eol = self._record_eol(self.at + self.length, self.last_eol)
        most = min(self.most, self._at_hand(eol))
        count = self._same_ends(eol, most) if eol else self._in_sequence(most)
        # Nothing is looked at many times over: what was looked at in vain is paid by what was taken.
        self.most = min(4 * self.most, _LONGEST_RUN) if count == most else 1 + 2 * count
        if count < 1:
            return None
        self.lines = self.lines or bool(eol)
        return self._take(self.length, eol, count)

    def take_one(self) -> Block:
        """The next record, or what is left of it, with its line end."""
        start, stop = self.at, self.at + self.length
        raw, following = self.buffer[start:stop], self.buffer[stop : stop + self.length]
        eol = self._record_eol(stop, self.last_eol)
        if self.located:
            self.known, self.searched = raw, 0
        if _holds_eol(raw):
            if self.lines or not self._is_stray(raw, following):
                return self._take_line()
        elif not eol and not self._goes_on(raw, following):
            return self._take_line() if self.lines and self._line_size() else self._take_damaged()
        self.located = True
        self.lines = self.lines or bool(eol)
        return self._take(len(raw), eol)

    # --- what take_run looks at -----------------------------------------------------------------------

    def _at_hand(self, eol: bytes) -> int:
        """How many records there are of which all is at hand that decides on them."""
        have, stride = len(self.buffer) - self.at, self.length + len(eol)
        count, rest = divmod(have, stride)
        if eol and eol not in _EOLS and not self.ended:  # the record after it decides whether it is one
            return max(0, (have - self.length) // stride)
        if eol:  # the byte after a line end may be of it
            return count if self.ended or rest else count - 1
        return count if self.ended and not rest else count - 1

    def _same_ends(self, eol: bytes, most: int) -> int:
        """How many records from the first, of those looked at, end with `eol` and hold no line end."""
        buffer, at, stride = self.buffer, self.at, self.length + len(eol)
        count = most
        while count > 0:
            stop = at + count * stride
            ends = all(
                buffer[at + self.length + rank : stop : stride].count(byte) == count
                for rank, byte in enumerate(eol)
            )
            # The byte beyond is looked at too: one of a line end there would make another one.
            if ends and all(
                buffer.count(byte, at, stop + 1) == count * eol.count(byte) for byte in (b"\r", b"\n")
            ):
                return count if eol in _EOLS else self._same_runs(eol, count)
            count //= 4
        return 0

    def _same_runs(self, eol: bytes, count: int) -> int:
        """How many of `count` records have a line end that is several, each as if it were looked at alone."""
        at, stride = self.at, self.length + len(eol)
        ends = (self._record_eol(at + rank * stride + self.length, eol) for rank in range(1, count))
        return next((rank for rank, end in enumerate(ends, start=1) if end != eol), count)

    def _in_sequence(self, most: int) -> int:
        """How many records from the first hold no line end and may be followed by what follows them."""
        buffer, at, length = self.buffer, self.at, self.length
        stop = at + most * length
        for byte in (b"\n", b"\r"):
            found = buffer.find(byte, at, stop + 1)
            if found >= 0:
                # The line end of a record that ends there is its own; within a record, it damages it.
                stop = at + (found - 1 - at) // length * length
        count = max(0, (stop - at) // length)
        if not count or self._is_constant(count):
            return count
        follows = self.rule.follows
        current = buffer[at : at + length]
        for index in range(count):
            place = at + (index + 1) * length
            after = buffer[place : place + length]
            if after and not follows(current, after):
                return index
            current = after
        return count

    def _is_constant(self, count: int) -> bool:
        """Whether what seldom changes is the same in `count` records and the one after them."""
        at, places = self.at, self.rule.constant
        stop = at + count * self.length
        columns = (
            self.buffer[at + rank : stop + rank + 1 : self.length]
            for rank in range(places.start, places.stop)
        )
        return places.stop > 0 and all(column.count(column[:1]) == len(column) for column in columns)

    # --- what take_one looks at -----------------------------------------------------------------------

    def _eol(self, place: int) -> bytes:
        """The line end at `place`, if any."""
        return next((eol for eol in _EOLS if self.buffer.startswith(eol, place)), b"")

    def _record_eol(self, place: int, last: bytes) -> bytes:
        """The line end after a record; several in a row (CR CR LF, blank lines) when a record comes next.

        `last` is that of the record before.
        """
        found = _EOL_RUN.match(self.buffer, place)
        if found is None or found.group() in _EOLS:
            return found.group() if found else b""
        current = self.buffer[place - self.length : place]
        following = self.buffer[found.end() : found.end() + self.length]
        if following:
            is_one = not _holds_eol(following[:1]) and self.rule.starts(current, following)
        else:
            is_one = found.group() == last
        return found.group() if is_one else self._eol(place)

    def _goes_on(self, raw: bytes, following: bytes) -> bool:
        if not following:
            return True
        if self.located:
            return self.rule.follows(raw, following)
        # What is no record has nothing in common with the next one, or has it by chance.
        return self.rule.starts(self.known, following)

    def _is_stray(self, raw: bytes, following: bytes) -> bool:
        """Whether a line end within a record took the place of another byte: the next one is in its place."""
        return self.rule.starts(self.known, following) and not self._starts(
            self.known, self.at + self._line_size()
        )

    def _line_size(self) -> int:
        """Bytes up to the end of the line, line end included; 0 when there is none near.

        Blank lines in a row are one line, up to the length of a record.
        """
        buffer, at = self.buffer, self.at
        if buffer[at : at + 1] in _EOLS:
            blank = buffer[at : at + self.length]
            size = len(blank) - len(blank.lstrip(b"\r\n"))
            cut = buffer[at + size - 1 : at + size + 1] == b"\r\n"
            return size - 1 if cut and size > 1 else size + cut
        horizon = at + 2 * self.length
        places = (buffer.find(b"\n", at, horizon), buffer.find(b"\r", at, horizon))
        end = min((place for place in places if place >= 0), default=-1)
        return end + len(self._eol(end)) - at if end >= 0 else 0

    def _take_line(self) -> Block:
        line = self.buffer[self.at : self.at + self._line_size()]
        eol = b"\r\n" if line.endswith(b"\r\n") else line[-1:]
        block = self._take(len(line) - len(eol), eol)
        self.lines = True
        # What follows the line end may be the rest of a record in which it was added.
        self.located = self._starts(self.known, self.at)
        return block

    def _take_damaged(self) -> Block:
        """The bytes up to the next record, when one starts near; else as many as a record has."""
        start, expected = self.at, self.at + self.length
        place = self._next_start(expected)
        # A record much too long is two: this one, and what is left of the next.
        self.located = 0 < place - start < self.length * 5 // 4
        stop = place if self.located else min(expected, len(self.buffer))
        return self._take(stop - start, b"")

    def _next_start(self, expected: int) -> int:
        """The first place where two records in a row start; else the one nearest to `expected`; else -1.

        One record alone may be seen by chance within another.
        """
        first = max(self.at + 1, self.searched - self.base)
        last = min(len(self.buffer), expected + _SEARCH * self.length)
        alone = []
        for place in self.rule.places(self.buffer, first, last):
            if self._starts(self.known, place):
                after = place + self.length
                if after >= len(self.buffer) or self._starts(self.buffer[place:after], after):
                    alone = [place]
                    break
                alone.append(place)
        place = min(alone, key=lambda place: abs(place - expected), default=-1)
        self.searched = self.base + (place if alone else last)
        return place

    def _starts(self, current: bytes, place: int) -> bool:
        return self.rule.starts(current, self.buffer[place : place + self.length])

    def _take(self, length: int, eol: bytes, count: int = 1) -> Block:
        stop = self.at + count * (length + len(eol))
        block = Block(self.base + self.at, self.buffer[self.at : stop], length, eol)
        self.last_eol = eol
        self.at = stop
        return block


def _holds_eol(raw: bytes) -> bool:
    return b"\n" in raw or b"\r" in raw
