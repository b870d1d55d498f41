"""Files of fixed-length records: with or without line ends, damaged or not, never losing a byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flatfile.source import CHUNK, Source

BOM = b"\xef\xbb\xbf"

#: How far from the expected place the next record is looked for, in record lengths.
_SEARCH = 3

_EOLS = (b"\r\n", b"\n", b"\r")


class Piece(NamedTuple):
    """Some bytes of the file: `raw`, then the line end `eol` (often empty).

    The pieces of a file, joined, are the file. `raw` has the record length, unless the file is damaged
    there: a record cut short or too long, or bytes that are no record (byte order mark, 0x1A).
    """

    offset: int
    raw: bytes
    eol: bytes


class Block(NamedTuple):
    """Consecutive pieces that end alike: the record at index i starts at `offset + i * stride`."""

    offset: int
    raws: list[bytes]
    eol: bytes

    @property
    def stride(self) -> int:
        """Bytes from one record to the next; meaningless for a block of one damaged record."""
        return len(self.raws[0]) + len(self.eol)


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


def iter_fixed(
    source: Source, length: int, sequence: Sequence | None = None, chunk: int = CHUNK
) -> Iterator[Piece]:
    """Cut a file in records, one `Piece` at a time; see `iter_blocks`."""
    for block in iter_blocks(source, length, sequence, chunk):
        offset, stride = block.offset, block.stride
        for raw in block.raws:
            yield Piece(offset, raw, block.eol)
            offset += stride


def iter_blocks(
    source: Source, length: int, sequence: Sequence | None = None, chunk: int = CHUNK
) -> Iterator[Block]:
    """Cut a file in records of `length` bytes; memory stays bounded by `chunk`.

    Line ends (CR LF, LF, CR) after a record are recognised and kept apart. Where `sequence` says that a
    record cannot follow, the next place where it may is looked for, so that one damaged record does not
    hide the others. The records found do not depend on `chunk`; how they are grouped in blocks does.
    """
    rule = sequence or Sequence()
    # Bytes that must be in the buffer to cut one record: itself, the search area, the one found there.
    reach = (_SEARCH + 3) * length
    buffer = b""
    base = at = 0  # file offset of buffer[0]; place in the buffer
    lines = ended = False  # line ends were seen; the source is exhausted
    while True:
        if not ended and len(buffer) - at < reach:
            base, rest = base + at, buffer[at:]
            at = 0
            buffer, ended = _refill(source, rest, reach, chunk)
            if base == 0 and buffer.startswith(BOM):
                yield Block(0, [BOM], b"")
                at = len(BOM)
        if at >= len(buffer):
            return
        block = _regular(buffer, at, length, rule, ended=ended)
        if block is None:
            raw, eol = _irregular(buffer, at, length, rule, lines=lines)
            block = Block(at, [raw], eol)
            used = len(raw) + len(eol)
        else:
            used = len(block.raws) * block.stride
        lines = lines or bool(block.eol)
        yield Block(base + at, block.raws, block.eol)
        at += used


def _refill(source: Source, rest: bytes, reach: int, chunk: int) -> tuple[bytes, bool]:
    pieces, have = [rest], len(rest)
    while have < reach:
        more = source.read(chunk)
        if not more:
            return b"".join(pieces), True
        pieces.append(more)
        have += len(more)
    return b"".join(pieces), False


def _regular(buffer: bytes, at: int, length: int, rule: Sequence, *, ended: bool) -> Block | None:
    """The longest run of undamaged records at `at` that share one line end, or nothing.

    The last record of the buffer is left for later unless the source is exhausted: what follows it is
    not known yet.
    """
    end = at + length
    eol = next((eol for eol in _EOLS if buffer.startswith(eol, end)), b"")
    stride = length + len(eol)
    count = (len(buffer) - at) // stride
    if not ended or (len(buffer) - at) % stride:
        count -= 1
    if count < 1:
        return None
    if eol:
        count = _same_ends(buffer, at, length, eol, count)
    stop = at + count * stride
    if buffer.find(b"\n", at, stop) >= 0 or buffer.find(b"\r", at, stop) >= 0:
        # Line ends are where they should be, or somewhere else: look at the records themselves.
        count = _undamaged(buffer, at, stride, length, count)
        stop = at + count * stride
    raws = [buffer[place : place + length] for place in range(at, stop, stride)]
    if not eol and raws:
        raws = _in_sequence(buffer, at, length, raws, rule)
    return Block(at, raws, eol) if raws else None


def _same_ends(buffer: bytes, at: int, length: int, eol: bytes, count: int) -> int:
    """How many of `count` records, from the first, end with `eol`."""
    stride = length + len(eol)
    for rank, byte in enumerate(eol):
        column = buffer[at + length + rank : at + count * stride : stride]
        same = len(column) - len(column.lstrip(bytes([byte])))
        count = min(count, same)
    return count


def _undamaged(buffer: bytes, at: int, stride: int, length: int, count: int) -> int:
    """How many of `count` records, from the first, hold no line end within themselves."""
    for index in range(count):
        place = at + index * stride
        if buffer.find(b"\n", place, place + length) >= 0 or buffer.find(b"\r", place, place + length) >= 0:
            return index
    return count


def _in_sequence(buffer: bytes, at: int, length: int, raws: list[bytes], rule: Sequence) -> list[bytes]:
    """The records, from the first, after each of which the next one in the buffer may follow."""
    stop = at + len(raws) * length
    following = buffer[stop : stop + length]
    columns = (
        buffer[at + rank : stop + rank + 1 : length]
        for rank in range(rule.constant.start, rule.constant.stop)
    )
    follows = rule.follows
    if rule.constant.stop and all(column.count(column[:1]) == len(column) for column in columns):
        return raws if not following or follows(raws[-1], following) else raws[:-1]
    current = raws[0]
    for index in range(1, len(raws)):
        after = raws[index]
        if not follows(current, after):
            return raws[: index - 1]
        current = after
    return raws if not following or follows(current, following) else raws[:-1]


def _irregular(buffer: bytes, at: int, length: int, rule: Sequence, *, lines: bool) -> tuple[bytes, bytes]:
    """One record, or what is left of it, with its line end."""
    stop = at + length
    raw = buffer[at:stop]
    if lines or b"\n" in raw or b"\r" in raw or buffer[stop : stop + 1] in (b"\r", b"\n"):
        return _cut_line(buffer, at, length)
    if stop >= len(buffer) or rule.follows(raw, buffer[stop : stop + length]):
        return raw, b""
    return buffer[at : _next_start(buffer, at, length, rule)], b""


def _cut_line(buffer: bytes, at: int, length: int) -> tuple[bytes, bytes]:
    """One record of a file that has line ends, some of which may be lost."""
    horizon = at + (_SEARCH + 2) * length
    ends = [
        place for place in (buffer.find(b"\n", at, horizon), buffer.find(b"\r", at, horizon)) if place >= 0
    ]
    end = min(ends, default=-1)
    size = end - at
    if end < 0 or size >= 2 * length:
        # No line end near: the one of this record was lost.
        return buffer[at : at + length], b""
    eol = b"\r\n" if buffer[end : end + 2] == b"\r\n" else buffer[end : end + 1]
    return buffer[at:end], eol


def _next_start(buffer: bytes, at: int, length: int, rule: Sequence) -> int:
    """The place nearest to the expected one where a record may start after the one at `at`."""
    expected = at + length
    current = buffer[at:expected]
    for distance in range(1, _SEARCH * length):
        for place in (expected - distance, expected + distance):
            if at < place < len(buffer) and rule.starts(current, buffer[place : place + length]):
                return place
    return min(expected, len(buffer))
