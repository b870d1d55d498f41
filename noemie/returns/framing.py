"""Entities back into physical records: as they were read, or framed anew in the same style."""

from __future__ import annotations

from array import array
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import Final, NamedTuple

from noemie.returns.borders import BLOCK, Envelope
from noemie.returns.marges import Marges, restorations, without_blanks
from noemie.returns.physical import LAST_FLAG, Segment
from noemie.returns.tables import FILLING, HEADER, TRAILER

#: Bytes of data that the four digits of a P3 record can announce.
MOST_P3: Final = 9999

_MORE_FLAG: Final = b"0"
_OPENING, _ENDING = HEADER.encode(), TRAILER.encode()


@dataclass(frozen=True, slots=True)
class Style:
    """How a file is framed.

    `eol` ends each record of P3 and, in P2, each entity (empty: they touch); `flags` are those of P1, for a
    record that is followed by others and for the last one; `before` and `trailer` stand around the file.
    The default of P1 for the first flag, `0`, is presumed: no source gives it (docs/sources.md).
    """

    envelope: Envelope
    eol: bytes = b""
    flags: tuple[bytes, bytes] = (_MORE_FLAG, LAST_FLAG)
    before: bytes = b""
    trailer: bytes = b""


#: The styles of files that we write.
STYLES: Final = {"P1": Style("P1"), "P2": Style("P2"), "P3": Style("P3", b"\r\n")}


def frame(style: Style, entities: Iterable[bytes]) -> bytes:
    """Write entities (000 and 999 included) in the physical records of `style`."""
    return b"".join(framed(style, entities))


def framed(style: Style, entities: Iterable[bytes]) -> Iterator[bytes]:
    """The same, piece after piece."""
    yield style.before
    yield from _RECORDS[style.envelope](style, entities)
    yield style.trailer


def count_records(style: Style, entities: Iterable[bytes]) -> int:
    """How many physical records `frame` makes: what entity 999 tells.

    P2 has no physical records; what P3 would make of the same entities is given, on the reading that a
    P2 file is one whose frame was taken off (no source tells).
    """
    made = _records_p1(style, entities) if style.envelope == "P1" else _records_p3(style, entities)
    return sum(1 for _ in made)


class _Frame(NamedTuple):
    prefix: bytes
    size: int
    suffix: bytes
    times: int


class Skeleton:
    """All that is not an entity in a file that was read: with the entities, it gives the file back.

    Small: physical records framed alike are counted, not listed.
    """

    def __init__(self, envelope: Envelope, *, wrapped: bool = False, trimmed: bool = False) -> None:
        self.envelope = envelope
        #: Whether the blanks at the end of lines are not in the file, and at that of the last one.
        self.trimmed = self._ended = trimmed
        #: Whether line ends stand anywhere, which cut records in pieces.
        self.wrapped = wrapped
        #: Ranks of the 000 and 999.
        self._ends: list[int] = []
        self._frames: list[_Frame] = []
        #: (number of entities before, line ends found there)
        self._gaps: list[tuple[int, bytes]] = []
        self._lengths: array[int] = array("I")
        #: Bytes of filling after the last 999.
        self._filling = 0

    def add_segment(self, segment: Segment) -> None:
        """Remember how these physical records are framed."""
        new = _Frame(segment.prefix, segment.size, segment.suffix, segment.times)
        if self._frames:
            last = self._frames[-1]
            if last[:3] == new[:3]:
                self._frames[-1] = last._replace(times=last.times + new.times)
                return
            if not (last.prefix or last.suffix or new.prefix or new.suffix):
                size = last.size * last.times + new.size * new.times
                self._frames[-1] = _Frame(b"", size, b"", 1)
                return
        self._frames.append(new)

    def add_gap(self, place: int, gap: bytes) -> None:
        """Remember line ends found after `place` entities."""
        if self._gaps and self._gaps[-1][0] == place:
            gap = self._gaps.pop()[1] + gap
        self._gaps.append((place, gap))

    def set_entities(self, entities: Iterable[bytes]) -> None:
        """Remember the lengths of all the entities that were read."""
        self._lengths = array("I")
        for rank, entity in enumerate(entities):
            self._lengths.append(len(entity))
            if entity[:3] in (_OPENING, _ENDING):
                self._ends.append(rank)
                self._filling = 0
            elif not entity.strip(FILLING):
                self._filling += len(entity)

    def split(self, places: Sequence[int]) -> list[Skeleton]:
        """The skeletons of the files that the entities before, between and from these places on would make.

        `places` are ranks of entities (0-based, increasing). What stands between two entities goes with the
        one before; the files, joined, are the file.
        """
        bounds = [0, *places, len(self._lengths)]
        cuts = self._cuts(bounds)
        parts = []
        for frames, (first, stop) in zip(_cut(self._frames, cuts), pairwise(bounds), strict=True):
            ends = [rank - first for rank in self._ends if first <= rank < stop]
            bare: Envelope = self.envelope if len(ends) == stop - first else "P2"
            part = Skeleton(_envelope_of(frames) or bare, wrapped=self.wrapped, trimmed=self.trimmed)
            is_last = stop == bounds[-1]
            part._ended, part._filling = self._ended and is_last, self._filling * is_last
            part._ends = ends
            part._frames = frames
            part._lengths = self._lengths[first:stop]
            part._gaps = [(place - first, gap) for place, gap in self._gaps if first < place <= stop]
            parts.append(part)
        return parts

    def _cuts(self, bounds: Sequence[int]) -> list[int]:
        """Where the entities of each part end in the logical stream, gaps included."""
        ends = list(accumulate(self._lengths, initial=0))
        gaps = [(place, len(gap)) for place, gap in self._gaps]
        return [ends[stop] + sum(size for place, size in gaps if place <= stop) for stop in bounds[1:]]

    @property
    def records(self) -> int | None:
        """Number of physical records, `None` for P2, which has none."""
        if self.envelope == "P2":
            return None
        framed = sum(some.times for some in self._frames if _is_framed(some))
        if self.envelope == "P3":
            return framed
        if self.wrapped:
            return framed + len(self._ends)
        bare = sum(some.size * some.times for some in self._frames if not _is_framed(some))
        last = self._ends[-1] if self._ends else len(self._lengths)
        after = self._filling + sum(len(gap) for place, gap in self._gaps if place > last)
        return framed + -(-(bare - after) // BLOCK)

    def rebuild(self, entities: Sequence[bytes]) -> bytes:
        """The bytes of the file that holds `entities`.

        When each has the length of the one that was read in its place, every other byte is as it was.
        Otherwise the entities are framed anew, in the style of what was read.
        """
        lengths = array("I", map(len, entities))
        if lengths != self._lengths:
            return frame(self.style(), entities)
        written = b"".join(self._replay(b"".join(self._with_gaps(entities))))
        if not self.trimmed:
            return written
        start = len(self.before)
        return written[:start] + without_blanks(written[start:], ended=self._ended)

    @property
    def before(self) -> bytes:
        """What stands before the first record: a byte order mark, filling."""
        return self._frames[0].prefix if self._frames and not _is_framed(self._frames[0]) else b""

    def _with_gaps(self, entities: Sequence[bytes]) -> Iterator[bytes]:
        start = 0
        for place, gap in self._gaps:
            yield from entities[start:place]
            yield gap
            start = place
        yield from entities[start:]

    def _replay(self, logical: bytes) -> Iterator[bytes]:
        at = 0
        for prefix, size, suffix, times in self._frames:
            for _ in range(times):
                yield prefix
                yield logical[at : at + size]
                yield suffix
                at += size

    def entities_of(self, data: bytes) -> list[bytes]:
        """The bytes that stand where the entities did, in a file of the same size framed alike."""
        marges = self.marges(data)
        data = data if marges is None else marges.text
        pieces, at = [], 0
        for prefix, size, suffix, times in self._frames:
            for _ in range(times):
                at += len(prefix)
                pieces.append(data[at : at + size])
                at += size + len(suffix)
        logical, gaps = b"".join(pieces), dict(self._gaps)
        found, at = [], len(gaps.get(0, b""))
        for rank, length in enumerate(self._lengths, start=1):
            found.append(logical[at : at + length])
            at += length + len(gaps.get(rank, b""))
        return found

    def marges(self, data: bytes) -> Marges | None:
        """The blanks put back in a file framed alike; nothing where its lines lost none."""
        if not self.trimmed:
            return None
        size = sum((len(one.prefix) + one.size + len(one.suffix)) * one.times for one in self._frames)
        return next((marges for marges in restorations(data) if len(marges.text) == size), None)

    def lengths(self) -> Iterator[tuple[int, bool]]:
        """Where the lengths of P3 records stand (`marges` tells blanks apart), and whether they are right."""
        at = 0
        for prefix, size, suffix, times in self._frames:
            for _ in range(times):
                if len(prefix) == 4 and prefix.isdigit():
                    yield at, int(prefix) == size
                at += len(prefix) + size + len(suffix)

    def style(self) -> Style:
        """What can be told of the habits of the program that wrote this file."""
        frames = self._frames
        trailer = frames[-1].suffix if frames and not (frames[-1].size or frames[-1].prefix) else b""
        framed = [some for some in frames if _is_framed(some)]
        eol, flags = b"", (_MORE_FLAG, LAST_FLAG)
        if self.envelope == "P3":
            eol = framed[0].suffix if framed and not self.wrapped else b"\r\n"
        elif self.envelope == "P2" and self._gaps:
            eol, times = Counter(gap for _, gap in self._gaps).most_common(1)[0]
            eol = eol if 2 * times >= len(self._lengths) else b""
        elif self.envelope == "P1" and framed:
            others: Counter[bytes] = Counter()
            for some in framed[:-1]:
                others[some.prefix] += some.times
            first = max(others, key=lambda flag: others[flag], default=_MORE_FLAG)
            flags = (first[:1], framed[-1].prefix[:1])
        return Style(self.envelope, eol, flags, self.before, trailer)


def _cut(frames: Iterable[_Frame], cuts: Sequence[int]) -> list[list[_Frame]]:
    """The frames of each part, by where it ends in the logical stream; an empty one is of the part before."""
    parts: list[list[_Frame]] = [[] for _ in cuts]
    waiting = deque(frames)
    rank = at = 0
    while waiting:
        frame = waiting.popleft()
        while rank < len(cuts) - 1 and frame.size and at >= cuts[rank]:
            rank += 1
        room = cuts[rank] - at
        fits = rank == len(cuts) - 1 or frame.size * frame.times <= room
        whole = frame.times if fits else room // frame.size
        if whole:
            parts[rank].append(frame._replace(times=whole))
            at += whole * frame.size
            if whole < frame.times:
                waiting.appendleft(frame._replace(times=frame.times - whole))
            continue
        # It begins in one part and ends in the next.
        parts[rank].append(_Frame(frame.prefix, room, b"", 1))
        at += room
        if frame.times > 1:
            waiting.appendleft(frame._replace(times=frame.times - 1))
        waiting.appendleft(_Frame(b"", frame.size - room, frame.suffix, 1))
    return parts


def _envelope_of(frames: Iterable[_Frame]) -> Envelope | None:
    """P1 or P3, by the flags or the lengths that stand before the data; `None` without one."""
    sizes: Counter[int] = Counter()
    for frame in frames:
        if frame.size:
            sizes[len(frame.prefix.strip(b"\r\n"))] += frame.times
    if not (sizes[1] or sizes[4]):
        return None
    return "P1" if sizes[1] > sizes[4] else "P3"


def _is_framed(frame: _Frame) -> bool:
    return bool(frame.prefix) and (frame.size > 0 or frame.prefix[:1].isdigit())


def _is_envelope(entity: bytes) -> bool:
    return len(entity) == BLOCK and entity[:3] in (_OPENING, _ENDING)


def _records_p1(style: Style, entities: Iterable[bytes]) -> Iterator[bytes]:
    more, last = style.flags
    body = b""
    for entity in chain(entities, (None,)):
        if entity is not None and not _is_envelope(entity):
            body += entity
            while len(body) > BLOCK - 1:  # another one follows
                yield more + body[: BLOCK - 1]
                body = body[BLOCK - 1 :]
            continue
        if body:
            yield last + body.ljust(BLOCK - 1)
        body = b""
        if entity is not None:
            yield entity


def _records_p2(style: Style, entities: Iterable[bytes]) -> Iterator[bytes]:
    for entity in entities:
        yield entity
        yield style.eol


def _records_p3(style: Style, entities: Iterable[bytes]) -> Iterator[bytes]:
    body: list[bytes] = []
    size = 0
    for entity in entities:
        alone = _is_envelope(entity)
        if body and (alone or size + len(entity) > MOST_P3):
            yield _measured(b"".join(body), style.eol)
            body, size = [], 0
        if alone:
            yield _measured(entity, style.eol)
        elif len(entity) > MOST_P3:
            for at in range(0, len(entity), MOST_P3):
                yield _measured(entity[at : at + MOST_P3], style.eol)
        else:
            body.append(entity)
            size += len(entity)
    if body:
        yield _measured(b"".join(body), style.eol)


def _measured(data: bytes, eol: bytes) -> bytes:
    return b"%04d" % len(data) + data + eol


_RECORDS: Final = {"P1": _records_p1, "P2": _records_p2, "P3": _records_p3}
