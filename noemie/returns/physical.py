"""The three physical envelopes of a NOEMIE file, read in bounded memory, without losing a byte.

| name | bytes |
|---|---|
| P1 | records of 128 bytes: 000, then 1 flag byte + 127 bytes of data each, then 999 |
| P2 | 000, entities and 999 one after another |
| P3 | 4 digits (length of the data), the data, a line end |

All three carry the same *logical* stream: 000, entities, 999. What surrounds it in a physical record (flag,
length, line end, filling) is its frame. Facts: [sesamviewer] P1, [alcide] [episodus] P2, [coog] P3.

A file may hold several 000...999, one after another [arthus], each in an envelope of its own: `envelope` is
that of the first. What a transfer or a copy left between two of them (line ends, 0x1A, NUL, a byte order
mark) is the suffix of an empty record; what it left before the first (`start_of`) is the prefix of one.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from flatfile import CHUNK, Source
from flatfile.detect import start_of
from noemie.returns.borders import (
    AROUND,
    BLOCK,
    END_AND_ANOTHER,
    EOL_AND_ANOTHER,
    FILLING,
    LOOK,
    MOST_BETWEEN,
    Envelope,
    between,
    envelope_at,
)

BOM: Final = b"\xef\xbb\xbf"

#: The flag that marks the last data record of P1.
LAST_FLAG: Final = b"1"

#: A final 0x1A (end of file of CP/M and XMODEM), repeated or with line ends: not part of the data.
_TRAILER: Final = re.compile(rb"\x1a[\x1a\r\n]*\Z")
_MOST_TRAILER: Final = 1024

_LENGTH: Final = re.compile(rb"[0-9]{4}")
_NEXT_P3: Final = re.compile(rb"\r?\n(?=[0-9]{4})")
_EOLS: Final = (b"\r\n", b"\n", b"")

_EOL_RUN: Final = re.compile(rb"([\r\n]+)")
_LAST_EOLS: Final = re.compile(rb"[\r\n]++\Z")
#: Without one of these bytes, nothing of the kind is there.
_SIGNS: Final = (b"\x1a", b"\0", BOM)

#: How far the next record of P3 is looked for when a length is wrong.
_SEARCH: Final = 16384
#: Data without a length is cut in pieces of this size.
_PIECE: Final = 4096
#: Physical records that are framed alike are handed over together, up to about this many bytes.
_WINDOW: Final = 1 << 16


class Framed(NamedTuple):
    """One physical record: what comes before its data, the data, what comes after.

    `offset` is that of `data`, 0-based in the uncompressed file. The physical records of a file, joined,
    are the file: what stands before the first 000 is the prefix of an empty record, a final 0x1A the suffix
    of one.
    """

    offset: int
    prefix: bytes
    data: bytes
    suffix: bytes


class Segment(NamedTuple):
    """Physical records in a row that are framed alike: `times` times `prefix`, `size` bytes, `suffix`.

    `data` is their logical content, joined; `offset` the place of its first byte in the uncompressed file.
    """

    offset: int
    data: bytes
    prefix: bytes
    size: int
    suffix: bytes
    times: int

    @property
    def gap(self) -> int:
        """Bytes of frame between the data of one record and of the next."""
        return len(self.prefix) + len(self.suffix)


def read_physical(
    source: Source, envelope: Envelope, chunk: int = CHUNK, *, unwrap: bool = False
) -> Iterator[Framed]:
    """Cut a file in physical records; memory does not grow with the file.

    The records do not depend on `chunk` (bytes per read). Never fails on content: where the frame is
    broken, the bytes come as data without a frame. Raises `FormatError` only from `source`.

    With `unwrap`, line ends are taken for what a mail put anywhere: the file is read as if there were none,
    and each stands in the frame of the pieces around it.
    """
    feed = _Feed(source, chunk, unwrap=unwrap)
    if feed.before:
        yield Framed(len(feed.before), feed.before, b"", b"")
    records = _read_all(feed, envelope)
    yield from _rewrapped(records, feed) if unwrap else records
    if feed.trailer:
        yield Framed(feed.offset + feed.at + feed.lost, b"", b"", feed.trailer)


def _read_all(feed: _Feed, envelope: Envelope) -> Iterator[Framed]:
    """The records of all the returns; a reader stops where one in another envelope begins."""
    while feed.ahead(LOOK):
        yield from _READERS[envelope](feed)
        envelope = envelope_at(feed.buffer, feed.at) or envelope


def iter_segments(records: Iterator[Framed]) -> Iterator[Segment]:
    """Group consecutive physical records that are framed alike."""
    group: list[bytes] = []
    offset, shape, most = 0, (b"", 0, b""), 0
    for record in records:
        found = record.prefix, len(record.data), record.suffix
        if group and found == shape and len(group) < most:
            group.append(record.data)
            continue
        if group:
            yield Segment(offset, b"".join(group), *shape, len(group))
        group, offset, shape = [record.data], record.offset, found
        most = max(1, _WINDOW // max(1, shape[1]))
    if group:
        yield Segment(offset, b"".join(group), *shape, len(group))


class _Feed:
    """The bytes of a source without what stands before its first 000 and its final 0x1A, ahead of the reader.

    `buffer[at]` is the next byte; `offset` the place of `buffer[0]` in the file.
    """

    def __init__(self, source: Source, chunk: int, *, unwrap: bool = False) -> None:
        start = start_of(source.head)
        self.before = source.read(start) if start else b""
        self.trailer = b""
        self.buffer = b""
        self.at = 0
        self.offset = start
        self._source = source
        self._chunk = chunk
        self._held = b""
        self._ended = False
        self._unwrap = unwrap
        self._released = self.offset
        #: Line ends taken out and not yet put back: place among the bytes that are left, and the line end.
        self.breaks: deque[tuple[int, bytes]] = deque()
        #: How many bytes of line ends were put back.
        self.lost = 0
        # Places before which no border begins, and up to which what stands between two returns goes.
        self._of_no_border = self._run = 0

    def ahead(self, size: int) -> int:
        """How many bytes can be looked at: `size` at least, unless the file ends before."""
        have = len(self.buffer) - self.at
        if have >= size or self._ended:
            return have
        pieces = [self.buffer[self.at :]]
        while have < size and not self._ended:
            more = self._release()
            pieces.append(more)
            have += len(more)
        self.buffer = b"".join(pieces)
        self.offset += self.at
        self.at = 0
        return have

    def around(self) -> int:
        """How many bytes from here on stand between two returns; 0 when none does.

        A run of such bytes is looked through once, however often it is asked of.
        """
        place = self.offset + self.at
        if place < self._of_no_border:
            return 0
        start = max(self.at, self._run - self.offset)
        if found := AROUND.match(self.buffer, start):
            return found.end() - self.at
        end = max(FILLING.match(self.buffer, start).end(), self.at)  # type: ignore[union-attr]
        if end < len(self.buffer) or self._ended:
            self._of_no_border = self.offset + end
        else:
            self._run = self.offset + end
        return 0

    def line_ends(self) -> int:
        """How many bytes from here on are the last line ends of what was read; 0 when others follow."""
        goes_on = max(self._of_no_border, self._run) >= self.offset + len(self.buffer)
        found = _LAST_EOLS.match(self.buffer, self.at) if goes_on else None
        return len(found.group()) if found else 0

    def _release(self) -> bytes:
        """More bytes, of which the last ones are held back: they may be the trailer."""
        more = self._source.read(self._chunk)
        held = self._held + more
        if more:
            cut = max(0, len(held) - _MOST_TRAILER)
        else:
            self._ended = True
            found = _TRAILER.search(held)
            cut = found.start() if found else len(held)
            self.trailer = held[cut:]
        self._held = held[cut:]
        return self._without_breaks(held[:cut]) if self._unwrap else held[:cut]

    def _without_breaks(self, raw: bytes) -> bytes:
        pieces = _EOL_RUN.split(raw)
        for rank, piece in enumerate(pieces):
            if rank % 2 == 0:
                self._released += len(piece)
            elif self.breaks and self.breaks[-1][0] == self._released:
                self.breaks[-1] = (self._released, self.breaks[-1][1] + piece)
            else:
                self.breaks.append((self._released, piece))
        return b"".join(pieces[::2])

    def take(self, prefix: int, data: int, suffix: int) -> Framed:
        """The next bytes as a physical record, by the sizes of its three parts."""
        buffer, first = self.buffer, self.at
        start = first + prefix
        stop = start + data
        self.at = stop + suffix
        return Framed(self.offset + start, buffer[first:start], buffer[start:stop], buffer[stop : self.at])


def _read_p1(feed: _Feed) -> Iterator[Framed]:
    inside = False  # between 000 and 999, where records have a flag
    flag = b""
    while have := feed.ahead(2 * BLOCK + 1 + MOST_BETWEEN):
        buffer, at = feed.buffer, feed.at
        if not inside and (size := feed.around() or feed.line_ends()):
            yield feed.take(0, 0, size)
            continue
        size = min(have, BLOCK)
        number = buffer[at : at + 3]
        if not inside:
            if envelope_at(buffer, at) in ("P2", "P3"):
                return
            inside = number == b"000"
            yield feed.take(0, size, 0)
        elif number == b"999" and (flag == LAST_FLAG or have <= BLOCK):
            inside = False
            # The spaces at the end of 999 may be lost before the line end that parts two returns.
            ends = EOL_AND_ANOTHER.search(buffer, at, at + size + MOST_BETWEEN)
            yield feed.take(0, min(size, ends.start() - at) if ends else size, 0)
        else:
            flag = buffer[at : at + 1]
            closes = buffer[at + BLOCK : at + BLOCK + 3] == b"999" and (
                flag == LAST_FLAG or have <= 2 * BLOCK
            )
            filling = 0
            if closes or (have <= BLOCK and flag == LAST_FLAG):
                data = buffer[at + 1 : at + size]
                filling = len(data) - len(data.rstrip(b" "))
            yield feed.take(1, size - 1 - filling, filling)


def _read_p2(feed: _Feed) -> Iterator[Framed]:
    while (have := feed.ahead(_WINDOW + 2 * MOST_BETWEEN + LOOK)) > 0:
        buffer, at = feed.buffer, feed.at
        size = min(have, _WINDOW)
        end = _end_of_p2(buffer, at, at + size)
        seen = any(buffer.find(sign, at, at + size + MOST_BETWEEN) >= 0 for sign in _SIGNS)
        found = between(buffer, at) if seen else None
        if end and (not found or end.start() < found.start()):
            yield feed.take(0, end.end(1) - at, len(end[2]))
            return
        if found and found.start() <= at + size:
            yield feed.take(0, found.start() - at, len(found.group()))
        else:
            yield feed.take(0, size, 0)


def _end_of_p2(buffer: bytes, at: int, stop: int) -> re.Match[bytes] | None:
    """The first 999 between these places that a return in another envelope follows."""
    for found in END_AND_ANOTHER.finditer(buffer, at, stop + 2 * MOST_BETWEEN):
        if found.start() >= stop:
            return None
        if envelope_at(buffer, found.end()) in ("P1", "P3"):
            return found
    return None


def _read_p3(feed: _Feed) -> Iterator[Framed]:
    eol: bytes | None = None  # that of the first record; the others are expected to end alike
    while have := feed.ahead(4 + _SEARCH + 8):
        buffer, at = feed.buffer, feed.at
        if eol is not None and (size := feed.around()):
            yield feed.take(0, 0, size)
            continue
        if not _LENGTH.match(buffer, at):
            if eol is not None and envelope_at(buffer, at):
                return
            # Fewer than four digits at the end of the file: a length that was cut.
            cut = have < 4 and buffer[at:].isdigit()
            yield feed.take(have, 0, 0) if cut else _without_length(feed, have)
            continue
        declared = int(buffer[at : at + 4])
        stop = at + 4 + declared
        end = _record_end(buffer, stop, eol)
        if end is None and eol != b"" and _has_line_end(buffer, at + 4, at + 4 + _SEARCH):
            # The length is wrong: the record goes on until what looks like the next one.
            found = _NEXT_P3.search(buffer, at + 4, at + 4 + _SEARCH)
            other = EOL_AND_ANOTHER.search(buffer, at + 4, found.start() if found else at + 4 + _SEARCH)
            if other and envelope_at(buffer, other.end()):
                stop, end = other.start(), b""
            elif found:
                stop, end = found.start(), found.group()
        if end is None:
            stop = min(stop, len(buffer))
            end = next(some for some in _EOLS if buffer.startswith(some, stop))
        if eol is None:
            eol = end
        yield feed.take(4, stop - at - 4, len(end))


def _has_line_end(buffer: bytes, start: int, stop: int) -> bool:
    return any(buffer.find(one, start, stop) >= 0 for one in (b"\n", b"\r"))


def _record_end(buffer: bytes, stop: int, eol: bytes | None) -> bytes | None:
    """The line end at `stop` when another record, or nothing, follows it; else `None`."""
    for some in _EOLS:
        after = stop + len(some)
        if stop <= len(buffer) and buffer.startswith(some, stop):
            if after == len(buffer):
                return some
            if eol in (None, some) and _LENGTH.match(buffer, after):
                return some
    return b"" if AROUND.match(buffer, stop) else None


def _rewrapped(records: Iterator[Framed], feed: _Feed) -> Iterator[Framed]:
    """Physical records with the line ends that were taken out: one that stands before a byte goes with it."""
    for record in records:
        raw = record.prefix + record.data + record.suffix
        first, last = len(record.prefix), len(record.prefix) + len(record.data)
        start = record.offset - first
        parts, at, sizes = [b"", b"", b""], 0, (first, last, len(raw))
        offset = start + feed.lost
        while feed.breaks and feed.breaks[0][0] < start + len(raw):
            place, eol = feed.breaks.popleft()
            place -= start
            _add(parts, raw, at, place, sizes)
            at = place
            if first < place < last:  # within the data: a piece ends here
                yield Framed(offset + len(parts[0]), parts[0], parts[1], eol)
                offset += sum(map(len, parts)) + len(eol)
                parts = [b"", b"", b""]
            elif place == 0:
                yield Framed(offset, b"", b"", eol)
                offset += len(eol)
            else:
                parts[0 if place <= first else 2] += eol
            feed.lost += len(eol)
        _add(parts, raw, at, len(raw), sizes)
        yield Framed(offset + len(parts[0]), *parts)
    for place, eol in feed.breaks:
        yield Framed(place + feed.lost, b"", b"", eol)
        feed.lost += len(eol)
    feed.breaks.clear()


def _add(parts: list[bytes], raw: bytes, start: int, stop: int, sizes: tuple[int, int, int]) -> None:
    """Add the bytes from `start` to `stop` of a record to its three parts, which end at `sizes`."""
    before = 0
    for rank, end in enumerate(sizes):
        parts[rank] += raw[max(start, before) : max(start, before, min(stop, end))]
        before = end


def _without_length(feed: _Feed, have: int) -> Framed:
    """Bytes where a length should be, up to what looks like the next record."""
    found = _NEXT_P3.search(feed.buffer, feed.at, feed.at + _PIECE + 6)
    if found:
        return feed.take(0, found.start() - feed.at, len(found.group()))
    return feed.take(0, min(have, _PIECE), 0)


_READERS: Final[dict[str, Callable[[_Feed], Iterator[Framed]]]] = {
    "P1": _read_p1,
    "P2": _read_p2,
    "P3": _read_p3,
}
