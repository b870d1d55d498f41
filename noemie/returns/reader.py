"""Read NOEMIE entities one after another, or a whole return."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple, cast

from msgspec import structs

from flatfile import (
    CHUNK,
    Detection,
    Engine,
    FormatError,
    Layout,
    Readable,
    Record,
    Source,
    detect,
    opaque,
    open_source,
)
from flatfile.detect import start_of
from flatfile.source import HEAD
from noemie.returns.borders import Envelope
from noemie.returns.entites import held
from noemie.returns.framing import Skeleton
from noemie.returns.marges import TRIMMED, Marges, may_be_trimmed, restorations
from noemie.returns.physical import BOM, Framed, Segment, iter_segments, read_physical
from noemie.returns.rejet import REJET, every_form, layout_of
from noemie.returns.retour import Retour
from noemie.returns.tables import DELIMITER, ENVELOPE_LENGTH, HEADER, TRAILER, entity_lengths, partial
from noemie.returns.tables import layouts as shipped_layouts

#: Bytes that belong to no entity come in records of at most this size.
MOST_STRAY: Final = 4096

#: Evidence that line ends were put anywhere (`Detection.seen`).
WRAPPED: Final = "coupures"
#: Dropping line ends must leave so many times less damage.
_CLEANER: Final = 4

#: Bytes to look at before deciding what irregular bytes are; more than the stray ones and two entities.
_REACH: Final = MOST_STRAY + 1024

_AT: Final = DELIMITER[0]
_CR, _LF = b"\r\n"
_EOL: Final = re.compile(rb"[\r\n]+")
#: A 000 by its first fields: number, type of the sender, number of the sender.
_HEADER: Final = re.compile(rb"000[A-Z]{2}[0-9 ]{14}")
#: Bytes of a 999 that are never blanks at its end: up to its count of records.
_LEAST_TRAILER: Final = 63
_P3_LENGTH: Final = re.compile(rb"[0-9]{4}")
_STRAY_END: Final = re.compile(rb"@|(?=[\r\n])")
#: Filling, and another return after it.
_FILLED: Final = re.compile(rb"[\x1a\0 ]++(?=000[A-Z]{2}[0-9 ]{14})")

_opaque = lru_cache(maxsize=512)(opaque)


def iter_entites(
    source: Readable,
    *,
    layouts: Mapping[str, Layout] | None = None,
    chunk: int = CHUNK,
    name: str = "",
    engine: Engine = "fast",
) -> Iterator[Record]:
    """Read the entities of a return one at a time, in bounded memory.

    Yields 000, the entities and 999 as `Record`; `offset` is that of the first byte in the uncompressed
    file (flags and lengths included). Bytes that are no known entity come as records of type `?`, an
    entity that was cut as a record of its own type with the fields that are whole. The entities do not
    depend on `chunk` (bytes per read). `layouts` are those of `noemie.returns.tables.layouts` by default.
    With `engine="reference"`, envelopes and fields are read by their `construct` declarations
    (`noemie.returns.reference`, `flatfile.reference`): the same answers, slowly, the file held in memory.

    Raises `FormatError`: `fichier.vide`; `retour.inconnu` when the file is something else (fact
    `lookalike`, the name of the other format when it is recognised); those of `flatfile.open_source`.
    """
    known = _read_by(engine, layouts or shipped_layouts())
    with open_source(source, name) as opened:
        given, marges = _with_blanks(opened, known)
        yield from _placed(_Scanner(given, known, chunk, engine=engine), marges)


def read_retour(
    source: Readable,
    *,
    layouts: Mapping[str, Layout] | None = None,
    chunk: int = CHUNK,
    name: str = "",
    engine: Engine = "fast",
    blanks: bool = True,
) -> Retour:
    """Read a whole return in memory; of a file that holds several 000...999, all of it (see `Retour.runs`).

    A return that was cut, or whose 000 is missing, is read as far as its bytes go: `noemie.check` tells
    what is wrong. Blanks that a copy took off the ends of its lines are put back, unless `blanks` is false.
    Arguments and errors are those of `iter_entites`; `name` is for messages.
    """
    known = _read_by(engine, layouts or shipped_layouts())
    with open_source(source, name) as opened:
        opened.bound()
        given, marges = _with_blanks(opened, known) if blanks else (opened, None)
        scanner = _Scanner(given, known, chunk, engine=engine)
        detection, trimmed = scanner.detection, marges is not None
        scanner.skeleton = Skeleton(scanner.envelope, wrapped=is_wrapped(detection), trimmed=trimmed)
        entites = held(_placed(scanner, marges))
        scanner.skeleton.set_entities(record.raw for record in entites)
        if trimmed:
            detection = replace(detection, seen=(*detection.seen, TRIMMED))
        return Retour(entites, scanner.skeleton, detection, known, opened.name)


def iter_retours(
    source: Readable,
    *,
    layouts: Mapping[str, Layout] | None = None,
    chunk: int = CHUNK,
    name: str = "",
    engine: Engine = "fast",
) -> Iterator[Retour]:
    """Each 000...999 of a file as a return of its own (`rang` is its rank), in file order; one at least.

    The file is read in memory. Arguments and errors are those of `read_retour`.
    """
    yield from read_retour(source, layouts=layouts, chunk=chunk, name=name, engine=engine).runs


def _with_blanks(source: Source, layouts: Mapping[str, Layout]) -> tuple[Source, Marges | None]:
    """A source with the blanks that its lines lost, where that makes it cleanest; itself otherwise."""
    if not may_be_trimmed(source.head):
        return source, None
    data = source.read_all()
    damage = _damage_of(data, layouts)
    least, best = damage // _CLEANER + 1, None
    for marges in restorations(data) if damage else ():
        left = _damage_of(marges.text, layouts)
        if left < least:
            least, best = left, marges
    if best is not None:
        return open_source(best.text), best
    return open_source(data), None


def _damage_of(data: bytes, layouts: Mapping[str, Layout]) -> int:
    """How many pieces of the beginning of a file are no whole entity; all its bytes when it is no return."""
    with open_source(data) as opened:
        try:
            detection = recognise(opened, layouts)
        except FormatError:
            return len(data)
    return _damage(data, detection, layouts)


def _placed(records: Iterable[Record], marges: Marges | None) -> Iterator[Record]:
    """Entities at their places in the file."""
    for record in records:
        yield record if marges is None else structs.replace(record, offset=marges.place(record.offset))


def is_trimmed(detection: Detection) -> bool:
    """Whether the lines of a return lost the blanks at their end: it is read with them."""
    return TRIMMED in detection.seen


def _read_by(engine: Engine, layouts: Mapping[str, Layout]) -> Mapping[str, Layout]:
    if engine == "fast":
        return layouts
    from flatfile.reference import reference_layouts

    return reference_layouts(layouts)


def recognise(source: Source, layouts: Mapping[str, Layout]) -> Detection:
    """What a source is, when it is a return; else raise `FormatError` (see `iter_entites`)."""
    if not source.head.removeprefix(BOM):
        raise FormatError("fichier.vide")
    detection = detect(source.head, entity_lengths(layouts))
    if detection.family == "noemie":
        return _unwrapped(source.head, detection, layouts) or detection
    from fse.ssv.reader import zone_name

    lookalike = "B2" if detection.family == "b2" else detection.lookalike or zone_name(source.head)
    raise FormatError("retour.inconnu", lookalike=lookalike)


def is_wrapped(detection: Detection) -> bool:
    """Whether line ends stand anywhere in a return, as a mail puts them: they are read over."""
    return WRAPPED in detection.seen


def _unwrapped(head: bytes, seen: Detection, layouts: Mapping[str, Layout]) -> Detection | None:
    """What a return is once its line ends are dropped, if it is then read clean, and is not as it stands."""
    body = head.rstrip(b"\r\n\x1a")
    if not (b"\n" in body or b"\r" in body) or (seen.envelope == "P3" and _is_regular_p3(head)):
        return None
    without = _EOL.sub(b"", head)
    found = detect(without, entity_lengths(layouts))
    if found.family != "noemie":
        return None
    damage, left = _damage(head, seen, layouts), _damage(without, found, layouts)
    if left * _CLEANER > damage or not damage:
        return None
    return replace(found, seen=(*found.seen, WRAPPED))


def _damage(head: bytes, detection: Detection, layouts: Mapping[str, Layout]) -> int:
    """How many pieces of the beginning of a file are no whole entity."""
    with open_source(head) as opened:
        records = list(_Scanner(opened, layouts, CHUNK, detection))
    if len(head) >= HEAD:
        del records[-1:]  # the beginning ends anywhere
    whole = set(every_form(layouts.values()))
    return sum(record.layout not in whole for record in records)


def _is_regular_p3(head: bytes) -> bool:
    """Whether the lengths of P3 lead from one record to the next."""
    at = start_of(head)
    while at < len(head):
        if not _P3_LENGTH.match(head, at):
            return not head[at:].strip(b"\r\n\x1a")
        at += 4 + int(head[at : at + 4])
        if found := _EOL.match(head, at):
            at = found.end()
    return at == len(head) or len(head) >= HEAD


class _Place(NamedTuple):
    """Where logical bytes stand in the file: those from `start` on come from one segment."""

    start: int
    offset: int
    size: int
    gap: int


class _Scanner:
    """Cuts the logical stream in entities; fills `skeleton` with everything else when there is one."""

    def __init__(
        self,
        source: Source,
        layouts: Mapping[str, Layout],
        chunk: int,
        detection: Detection | None = None,
        engine: Engine = "fast",
    ) -> None:
        self.detection = detection or recognise(source, layouts)
        self.envelope = cast(Envelope, self.detection.envelope)
        self.skeleton: Skeleton | None = None
        records: Iterator[Framed] = read_physical(
            source, self.envelope, chunk, unwrap=is_wrapped(self.detection)
        )
        if engine == "reference":
            from noemie.returns.reference import read_declared

            records = read_declared(records, self.envelope)
        self._segments = iter_segments(records)
        self._layouts = layouts
        self._delimited = {
            number.encode(): (layout.length, layout)
            for number, layout in layouts.items()
            if number not in (HEADER, TRAILER)
        }

    def __iter__(self) -> Iterator[Record]:
        plans, reject = self._delimited, self._layouts.get(REJET)
        skeleton = self.skeleton
        rest, places, number = b"", [_Place(0, 0, 1, 0)], 0
        ends: tuple[Segment | None, ...] = (None,)
        for segment in chain(self._segments, ends):
            buffer, ended = rest, segment is None
            if segment is not None:
                if skeleton is not None:
                    skeleton.add_segment(segment)
                if not segment.data:
                    continue
                places.append(_Place(len(rest), segment.offset, segment.size, segment.gap))
                buffer = rest + segment.data
            at, stop = 0, len(buffer)
            # `until`: first byte that the current place does not cover.
            index, until = -1, 0
            start = offset = gap = 0
            size = 1
            while at < stop:
                plan = plans.get(buffer[at : at + 3])
                if plan is not None and (end := at + plan[0]) <= stop and buffer[end - 1] == _AT:
                    layout = plan[1]
                elif buffer[at] == _LF or buffer[at] == _CR:
                    at = self._skip_lines(buffer, at, number)
                    continue
                elif not ended and stop - at < _REACH:
                    break
                else:
                    layout, length = self._irregular(buffer, at, ended=ended)
                    end = at + length
                while at >= until:
                    index += 1
                    start, offset, size, gap = places[index]
                    until = places[index + 1].start if index + 1 < len(places) else stop + 1
                number += 1
                raw = buffer[at:end]
                if layout is reject:
                    layout = layout_of(layout, raw)
                yield Record(layout, raw, offset + at - start + (at - start) // size * gap, number)
                at = end
            rest = buffer[at:]
            places = _shift(places, at)

    def _skip_lines(self, buffer: bytes, at: int, number: int) -> int:
        """Step over line ends after `number` entities."""
        found = _EOL.match(buffer, at)
        assert found is not None  # the caller saw one
        if self.skeleton is not None:
            self.skeleton.add_gap(number, found.group())
        return found.end()

    # --- what is not a whole, known entity ------------------------------------------------------------

    def _irregular(self, buffer: bytes, at: int, *, ended: bool) -> tuple[Layout, int]:
        """Layout and length of what stands at `at`; at least `_REACH` bytes can be looked at."""
        number = buffer[at : at + 3].decode("latin-1")
        layout = self._layouts.get(number)
        if layout is not None and number in (HEADER, TRAILER):
            return _envelope_entity(layout, buffer, at)
        if layout is not None:
            # The delimiter alone may be wrong, or missing: then another entity starts where it should.
            if self._starts(buffer, at + layout.length, ended=ended):
                return layout, layout.length
            # With a delimiter one byte early, a byte was lost before it: the fields have moved.
            shorter = layout.length - 1
            moved = buffer[at + shorter - 1 : at + shorter] == DELIMITER
            if not moved and self._starts(buffer, at + shorter, ended=ended):
                return partial(layout, shorter), shorter
        if _P3_LENGTH.match(buffer, at) and self._starts(buffer, at + 4, ended=ended):
            return _opaque(4), 4  # a length that a broken frame left among the data: it hides no entity
        stop = self._stray_end(buffer, at, ended=ended)
        length = stop - at
        cut = 5 < length < (layout.length if layout else 0) and buffer[stop - 1] != _AT
        if layout is not None and cut and buffer[at + 3 : at + 5].isdigit():
            return partial(layout, length), length
        return _opaque(length), length

    def _starts(self, buffer: bytes, at: int, *, ended: bool) -> bool:
        """Whether an entity, or nothing more, surely stands at `at`, line ends aside."""
        if found := _EOL.match(buffer, at):
            at = found.end()
        if at >= len(buffer):
            return ended and at == len(buffer)
        if _HEADER.match(buffer, at):
            return True
        plan = self._delimited.get(buffer[at : at + 3])
        if plan is not None:
            end = at + plan[0]
            return buffer[end - 1 : end] == DELIMITER and buffer[at + 3 : at + 5].isdigit()
        return ended and at == _trailer_place(buffer)

    def _stray_end(self, buffer: bytes, at: int, *, ended: bool) -> int:
        """Where bytes that cannot be read stop: after the next `@`, before a line end, a 000, a final 999."""
        most = min(len(buffer), at + MOST_STRAY)
        if ended and (place := _trailer_place(buffer)) > at:
            most = min(most, place)
        found = _FILLED.match(buffer, at, most) or _STRAY_END.search(buffer, at, most)
        return found.end() if found else most


def _envelope_entity(layout: Layout, buffer: bytes, at: int) -> tuple[Layout, int]:
    """000 and 999: 128 bytes, fewer when the file or the line ends before, or another return begins."""
    length = min(ENVELOPE_LENGTH, len(buffer) - at)
    found = _EOL.search(buffer, at, at + length)
    if not found and layout.name == TRAILER:  # its blanks may be lost before the frame of another return
        found = _HEADER.search(buffer, at + _LEAST_TRAILER, at + length + 18)
    if found:
        length = min(length, found.start() - at)
    return (layout if length == layout.length else partial(layout, length)), length


def _trailer_place(buffer: bytes) -> int:
    """Where the last 128 bytes of the file start if they are a 999, else -1."""
    stop = len(buffer)
    while stop and buffer[stop - 1] in b"\r\n":
        stop -= 1
    place = stop - ENVELOPE_LENGTH
    return place if place >= 0 and buffer.startswith(TRAILER.encode(), place) else -1


def _shift(places: list[_Place], by: int) -> list[_Place]:
    """The places of the bytes that are left when the first `by` ones are dropped."""
    covering = max((index for index, place in enumerate(places) if place.start <= by), default=0)
    return [place._replace(start=place.start - by) for place in places[covering:]]
